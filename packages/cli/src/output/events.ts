// What `bgpwire run` reports, as plain data: one object per line in JSON output. The published description is
// schema/events.schema.json; a test holds real output against it. Fields may be added, none is taken away or changed.
import type { Json } from "@bgpwire/decoder";
import type { FilterFields } from "./filter-text.ts";

/** A route in an UPDATE: a prefix, or what the decoder's `formatNlri` makes of a route that is more than that. */
export interface EventRoute {
  readonly family: string;
  /** In families whose routes are prefixes. */
  readonly prefix?: string;
  /** In all other families. */
  readonly route?: string;
  /** RFC 7911 path identifier, where the session has them. */
  readonly pathId?: number;
}

/** Path attributes in a flat and stable form; texts in the usual notation. What has no field of its own is in `other`. */
export interface EventAttributes {
  readonly origin?: string;
  readonly asPath?: string;
  readonly nextHop?: string;
  readonly med?: number;
  readonly localPref?: number;
  readonly atomicAggregate?: boolean;
  readonly aggregator?: { readonly as: number; readonly address: string };
  readonly communities?: readonly string[];
  readonly largeCommunities?: readonly string[];
  readonly extendedCommunities?: readonly string[];
  readonly originatorId?: string;
  readonly clusterList?: readonly string[];
  readonly other?: readonly OtherAttribute[];
}

/** An attribute without a field of its own. */
export interface OtherAttribute {
  readonly code: number;
  readonly name: string;
  /** Its octets, in hexadecimal. */
  readonly value: string;
  /** What the decoder makes of them; absent where it knows nothing of them, or an issue speaks of them. */
  readonly fields?: Json;
}

/** A NOTIFICATION. `data` is hexadecimal; `text` is the message of RFC 9003, if there is one. */
export interface EventNotification {
  readonly code: number;
  readonly subcode: number;
  readonly name: string;
  readonly text: string | null;
  readonly data: string;
}

/** An OPEN; `as` is the AS number of four octets where there is one. */
export interface OpenFields {
  readonly version: number;
  readonly myAs: number;
  readonly as: number;
  readonly holdTime: number;
  readonly identifier: string;
  readonly capabilities: readonly CapabilityFields[];
}

/** A capability. */
export interface CapabilityFields {
  readonly code: number;
  readonly name: string;
  readonly value: string;
}

/** What a CAPABILITY message says of one. */
export interface ChangeFields extends CapabilityFields {
  readonly action: "advertise" | "remove";
}

/** RFC 4724, where both sides have it: what the peer says, and whether NOTIFICATIONs are graceful (RFC 8538). */
export type RestartFields = {
  readonly restartTime: number;
  readonly restarting: boolean;
  readonly notification: boolean;
  readonly families: readonly string[];
} | null;

/** A family whose routes are stale. */
export interface StaleFamilyFields {
  readonly family: string;
  readonly seconds: number | null;
}

/** An UPDATE. */
export interface UpdateFields {
  readonly announced: readonly (EventRoute & { readonly nextHop: string | null })[];
  readonly withdrawn: readonly EventRoute[];
  readonly endOfRib: string | null;
  readonly attributes: EventAttributes;
  /** What RFC 7606 makes of it: `none` is a sound UPDATE. */
  readonly action: string;
  readonly issues: readonly string[];
}

interface OfPeer {
  readonly peer: string;
}

interface OfConnection extends OfPeer {
  readonly connection: number;
}

type Direction = "sent" | "received";

/** One reported event, without its time. */
export type RunEvent =
  | { readonly type: "listening"; readonly address: string; readonly port: number }
  /** Commands are taken there. */
  | { readonly type: "control"; readonly path: string }
  /** Metrics and more are told there. */
  | { readonly type: "http"; readonly address: string; readonly port: number }
  | (OfPeer & {
      readonly type: "state";
      readonly connection: number | null;
      readonly from: string;
      readonly to: string;
      readonly cause: string;
    })
  | (OfConnection & { readonly type: "open"; readonly direction: Direction } & OpenFields)
  | (OfConnection & {
      readonly type: "established";
      readonly local: string;
      readonly remote: string;
      readonly localAs: number;
      readonly remoteAs: number;
      readonly remoteIdentifier: string;
      readonly session: "ebgp" | "ibgp";
      readonly holdTime: number;
      readonly families: readonly string[];
      readonly addPath: readonly {
        readonly family: string;
        readonly send: boolean;
        readonly receive: boolean;
        /** Most paths for a prefix that the peer wants of us; null: it has not said. */
        readonly limit: number | null;
      }[];
      readonly fourOctetAs: boolean;
      /** CAPABILITY messages may change what is agreed. */
      readonly dynamicCapability: boolean;
      readonly routeRefresh: "none" | "plain" | "enhanced";
      /** Outbound route filters (RFC 5291), by family and ORF type. */
      readonly filters: readonly {
        readonly family: string;
        readonly type: number;
        readonly send: boolean;
        readonly receive: boolean;
      }[];
      readonly gracefulRestart: RestartFields;
      readonly maxMessage: { readonly sent: number; readonly received: number };
    })
  | (OfConnection & { readonly type: "update"; readonly direction: Direction } & UpdateFields)
  | (OfConnection & {
      readonly type: "refresh";
      readonly direction: Direction;
      readonly family: string;
      /** RFC 7313 section 3.2; `unknown` is a subtype without a meaning. */
      readonly subtype: "request" | "begin" | "end" | "unknown";
    } & FilterFields)
  /** A CAPABILITY message, and the families of the session since then. */
  | (OfConnection & {
      readonly type: "capabilities";
      readonly direction: Direction;
      readonly changes: readonly ChangeFields[];
      readonly families: readonly string[];
    })
  /** No routes go in this direction, and why; or the peer does not filter them for us. */
  | (OfConnection & { readonly type: "policy"; readonly direction: "import" | "export"; readonly text: string })
  | (OfConnection & { readonly type: "notification"; readonly direction: Direction } & EventNotification)
  | (OfConnection & {
      readonly type: "closed";
      readonly cause: string;
      readonly text: string;
      readonly notification: EventNotification | null;
    })
  /** RFC 4724 section 4.2: routes of these families outlive the session; null seconds: without an end. */
  | (OfConnection & {
      readonly type: "retained";
      readonly families: readonly StaleFamilyFields[];
    })
  /** What is to be done with the stale routes of a family, and why. */
  | (OfPeer & {
      readonly type: "stale";
      readonly action: "mark" | "longLived" | "drop";
      readonly family: string;
      readonly cause: string;
      readonly seconds: number | null;
    })
  /** RFC 4724 section 4.1: after our restart, routes of the family may be told to this peer. */
  | (OfPeer & { readonly type: "selection"; readonly family: string; readonly cause: string })
  /** RFC 4271 section 6.7: the peer's prefixes have passed the share of the limit for a warning, or the limit. */
  | (OfConnection & {
      readonly type: "prefixes";
      readonly family: string;
      readonly passed: "warning" | "limit";
      readonly count: number;
      readonly limit: number;
    })
  /** `repeated`: so did the dial before it, for the same reason. */
  | (OfConnection & { readonly type: "dialFailed"; readonly text: string; readonly repeated: boolean })
  | (OfPeer & { readonly type: "idle"; readonly seconds: number | null; readonly text: string })
  | { readonly type: "rejected"; readonly local: string; readonly remote: string; readonly text: string }
  /** A monitoring station that is told by BMP. */
  | { readonly type: "station"; readonly station: string; readonly connected: boolean; readonly text: string }
  | { readonly type: "error"; readonly peer: string | null; readonly text: string }
  /** The configuration file was read again. Where it is wrong, `ok` is false and nothing has changed. */
  | {
      readonly type: "reload";
      readonly ok: boolean;
      readonly text: string;
      /** Peers by id, listen ranges by prefix. */
      readonly added: readonly string[];
      readonly changed: readonly { readonly peer: string; readonly session: "kept" | "reset" }[];
      readonly removed: readonly string[];
      /** What of the rest of the file is otherwise: `listen`, `http`, `control`, `bmp`, `logLevel`. */
      readonly settings: readonly string[];
      /** Numbers of routes of our own. */
      readonly announced: number;
      readonly withdrawn: number;
    }
  | { readonly type: "command"; readonly command: string; readonly ok: boolean; readonly text: string }
  /** All peers, in several of these where they are many; ranges stand in the last. `more`: another follows. */
  | {
      readonly type: "peers";
      readonly peers: readonly EventPeer[];
      readonly ranges: readonly EventRange[];
      readonly more: boolean;
    }
  | (OfPeer & { readonly type: "peer"; readonly details: EventPeerWhole })
  | { readonly type: "routes"; readonly routes: readonly EventOwnRoute[]; readonly more: boolean }
  /** Only in the demo, which has no JSON output. */
  | (OfPeer & { readonly type: "note"; readonly text: string })
  | { readonly type: "stopping"; readonly text: string }
  | { readonly type: "stopped" };

/** A row of `show peers`. */
export interface EventPeer {
  readonly id: string;
  readonly dynamic: boolean;
  /** The listen range that made it. */
  readonly range: string | null;
  /** The group that the configuration puts it in. */
  readonly group: string | null;
  readonly state: string;
  /** Null while there is no session. */
  readonly remoteAs: number | null;
  readonly families: readonly string[];
  /** Milliseconds in this state. */
  readonly sinceMs: number;
  readonly updatesReceived: number;
  readonly updatesSent: number;
  readonly lastClose: string | null;
  /** What BFD has said last. */
  readonly bfd: "up" | "down" | "adminDown" | null;
  /** It waits for BFD (capability 74). */
  readonly awaitsBfd: boolean;
}

/** A listen range in the answer to `show peers`. */
interface EventRange {
  readonly prefix: string;
  readonly limit: number;
  /** Peers there are now. */
  readonly peers: number;
}

/** Messages of one direction since the peer was added. */
interface EventCounters {
  readonly open: number;
  readonly update: number;
  readonly notification: number;
  readonly keepalive: number;
  readonly routeRefresh: number;
  readonly capability: number;
  /** Headers included. */
  readonly octets: number;
}

/** The answer to `show peer`. */
export interface EventPeerWhole extends EventPeer {
  /** Sessions that came up since the peer was added. */
  readonly sessions: number;
  readonly messages: { readonly received: EventCounters; readonly sent: EventCounters };
  /** The session that is up. */
  readonly session: {
    readonly local: string;
    readonly remote: string;
    readonly localAs: number;
    readonly remoteIdentifier: string;
    readonly holdTime: number;
  } | null;
  /** Families with stale routes of the peer, and for how long at most; null: without an end. */
  readonly stale: readonly StaleFamilyFields[];
  /** The last NOTIFICATIONs. */
  readonly lastSent: EventNotification | null;
  readonly lastReceived: EventNotification | null;
}

/** A row of `show routes`. */
export interface EventOwnRoute {
  readonly prefix: string;
  readonly pathId: number;
  readonly nextHop: string;
  readonly origin: string;
  readonly asPath: string;
  readonly med?: number;
  readonly localPref?: number;
  readonly communities?: readonly string[];
  readonly largeCommunities?: readonly string[];
}
