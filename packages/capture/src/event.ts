// What happens in a capture, whatever its format: messages of sessions, routes of tables, sessions that come and go.
import type { Family, Slice } from "@bgpwire/core";
import type { DecodeContext } from "@bgpwire/decoder";
import type { Problem } from "./stream/record-reader.ts";

/** What a record of an MRT file is: one of `MrtType`, and a subtype of it. */
export interface MrtRecordType {
  readonly type: number;
  readonly subtype: number;
}

/** When and where in a capture something stands. */
export interface Captured {
  /** Seconds since 1970-01-01 UTC, 0 to 4294967295. */
  readonly seconds: number;
  /** 0 to 999999999; what the format does not have is zero. */
  readonly nanoseconds: number;
  /** Of the record it comes from, in octets from the beginning of the stream as it is without compression. */
  readonly offset: number;
  /** What the record is, in MRT files; in input logs what it would be there, which says which end is ours. */
  readonly mrt?: MrtRecordType;
}

/** One end of a session, as far as the capture tells. */
export interface Endpoint {
  /** IPv4 or IPv6 address, as `normaliseAddress` of the core writes it. */
  readonly address: string;
  readonly port: number | null;
  readonly as: number | null;
  /** Dotted text. */
  readonly bgpIdentifier: string | null;
}

/** Which table of a monitored router routes stand in (RFC 7854 section 4.2, RFC 8671, RFC 9069). */
export type Rib = "adjRibIn" | "adjRibInPost" | "adjRibOut" | "adjRibOutPost" | "locRib";

/** What tells a peer of a monitored router from others with its address (RFC 7854 section 4.2, RFC 9069 section 4.1). */
export interface PeerInstance {
  /** A number of `BmpPeerType`, or another. */
  readonly type: number;
  /** The text of the eight octets as a route distinguisher. */
  readonly distinguisher: string;
}

/** One direction of one session. All its events share this object until something about it changes, such as its context. */
export interface Direction {
  /** Counts the sessions of a capture from 0; both directions have the same. */
  readonly session: number;
  readonly sender: Endpoint;
  readonly receiver: Endpoint;
  /** How UPDATEs are read. */
  readonly context: DecodeContext;
  /** What the capture does not tell and was taken from the UPDATEs themselves, or as it is on most sessions. */
  readonly guessed: boolean;
  /** Where a monitored router has the routes; null in captures of sessions. */
  readonly rib: Rib | null;
  /** Absent where it is a peer of the global instance, or not of a monitored router. */
  readonly instance?: PeerInstance;
}

/** A BGP message. */
export interface MessageEvent extends Captured, Slice {
  readonly kind: "message";
  /** The type octet of its header. */
  readonly type: number;
  readonly direction: Direction;
  // `[start, end)` of `buffer`: the whole message with its header of 19 octets.
}

/** A route of a table. */
export interface RouteEvent extends Captured {
  readonly kind: "route";
  /** Who told it. */
  readonly peer: Endpoint;
  /** Seconds since 1970 at which it was told. */
  readonly originated: number;
  readonly family: Family;
  /** Its NLRI as in an UPDATE, without path identifier. */
  readonly nlri: Slice;
  readonly pathId: number | null;
  /**
   * Its path attributes as they are in the file. A next hop that the format has elsewhere, as BGP4MP_ENTRY of MRT, stands behind
   * them.
   */
  readonly attributes: Slice;
  /** How it is read; MP_REACH_NLRI may be there as a next hop alone (RFC 6396 section 4.3.4), see `updateOfRoute`. */
  readonly context: DecodeContext;
}

/** The FSM of the capturing side changed its state (RFC 6396 section 4.4.1): numbers 1 to 6, as RFC 4271 has the states. */
export interface StateEvent extends Captured {
  readonly kind: "state";
  readonly direction: Direction;
  readonly oldState: number;
  readonly newState: number;
}

/** A session came up, or its connection did. */
export interface UpEvent extends Captured {
  readonly kind: "up";
  readonly direction: Direction;
  /** Bodies of both OPENs where the format has them at this place (BMP Peer Up). */
  readonly sentOpen: Slice | null;
  readonly receivedOpen: Slice | null;
}

/** A session or its connection ended. */
export interface DownEvent extends Captured {
  readonly kind: "down";
  readonly direction: Direction;
  /** One clause for people. */
  readonly reason: string;
  /** The NOTIFICATION with its header, where the format has it at this place (BMP Peer Down). */
  readonly notification: Slice | null;
}

/** Octets of a connection are missing. What follows is read from the next message that can be found. */
export interface GapEvent extends Captured {
  readonly kind: "gap";
  readonly direction: Direction;
  /** Octets that are missing or cannot be read as messages; null where nobody knows. */
  readonly octets: number | null;
}

/** Something about the capture itself: who captured, a peer index table, counters. `values` is plain and can be JSON. */
export interface InformationEvent extends Captured {
  readonly kind: "information";
  /** Such as "peerIndexTable", "initiation", "statistics". */
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** One thing that a capture tells. */
export type CaptureEvent =
  | MessageEvent
  | RouteEvent
  | StateEvent
  | UpEvent
  | DownEvent
  | GapEvent
  | InformationEvent
  | Problem;
