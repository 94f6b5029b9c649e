// What two OPENs agree on: one frozen value that everything else asks.
import type { Capability, ExtendedNextHopEntry, Family } from "../message/capability.ts";
import type { OpenMessage } from "../message/open.ts";

/** ADD-PATH for one family, seen from our side (RFC 7911 section 4). */
export interface NegotiatedAddPath extends Family {
  /** We may send several paths: our UPDATEs of this family carry path identifiers. */
  readonly send: boolean;
  /** The peer may send several paths: its UPDATEs of this family carry path identifiers. */
  readonly receive: boolean;
}

/** The agreement of two OPENs; deeply frozen and JSON-safe but for raw capability bytes. */
export interface Negotiated {
  readonly localAs: number;
  /** The peer's real AS number, four octets where it said so. */
  readonly remoteAs: number;
  readonly localIdentifier: string;
  readonly remoteIdentifier: string;
  readonly sessionType: "ebgp" | "ibgp";
  /** The smaller of both hold times in seconds; 0: no keepalives. */
  readonly holdTime: number;
  /** A third of the hold time in seconds (RFC 4271 section 4.4), not jittered. */
  readonly keepaliveTime: number;
  /** Both sides are four-octet AS speakers: AS_PATH carries four octets per AS (RFC 6793 section 4.1). */
  readonly fourOctetAs: boolean;
  /** Families both sides carry; IPv4 unicast alone where one of them says nothing of RFC 4760. */
  readonly families: readonly Family[];
  readonly addPath: readonly NegotiatedAddPath[];
  /** Next hops of another family that both sides accept (RFC 8950). */
  readonly extendedNextHop: readonly ExtendedNextHopEntry[];
  /** Labels per NLRI the peer can take, by family (RFC 8277). */
  readonly multipleLabels: readonly (Family & { readonly send: number; readonly receive: number })[];
  /** Longest message we may send and must accept, header included: 4096 or 65535 (RFC 8654). */
  readonly maxMessageSent: number;
  readonly maxMessageReceived: number;
  readonly routeRefresh: boolean;
  readonly enhancedRouteRefresh: boolean;
  /** Both roles, where both said theirs (RFC 9234). */
  readonly role: { readonly local: number; readonly remote: number } | null;
  /** The peer's capability 64 (RFC 4724), where both sides have it. */
  readonly gracefulRestart: Extract<Capability, { name: "gracefulRestart" }> | null;
  /** The peer's capability 71 (RFC 9494), where both sides have it. */
  readonly longLivedGracefulRestart: Extract<Capability, { name: "longLivedGracefulRestart" }> | null;
  readonly localOpen: OpenMessage;
  readonly remoteOpen: OpenMessage;
}
