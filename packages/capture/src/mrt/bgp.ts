// BGP, BGP4PLUS and BGP4PLUS_01 (RFC 6396 appendices B.2.1 and B.2.5): how sessions were captured before BGP4MP.
import type { Slice } from "@bgpwire/core";
import { u16At } from "../bytes/integers.ts";
import type { FieldWriter } from "../bytes/field-writer.ts";
import { fileNameIn, writeFileName } from "./bgp4mp.ts";
import { BgpSubtype, MrtType } from "./numbers.ts";
import { addressAt, MRT_HEADER, MrtView, type MrtHeader } from "./view.ts";

function addressOctets(type: number): number {
  return type === MrtType.Bgp ? 4 : 16;
}

/** What `encodeMrtRecord` makes a record with a message from. */
export interface BgpMessageFields extends MrtHeader {
  readonly kind: "bgpMessage";
  readonly peerAs: number;
  readonly peerAddress: string;
  readonly localAs: number;
  readonly localAddress: string;
  /** What stands behind the header of the message, which is not there. */
  readonly contents: Uint8Array | Slice;
}

/** An UPDATE, OPEN, NOTIFICATION or KEEPALIVE from a peer (appendices B.2.1.2 and B.2.1.6 to 8); the subtype says which. */
export class BgpMessageRecord extends MrtView implements BgpMessageFields {
  readonly kind = "bgpMessage";

  get peerAs(): number {
    return u16At(this.buffer, this.start + MRT_HEADER);
  }

  get peerAddress(): string {
    return addressAt(this.buffer, this.start + MRT_HEADER + 2, this.type !== MrtType.Bgp);
  }

  get localAs(): number {
    return u16At(this.buffer, this.start + MRT_HEADER + 2 + addressOctets(this.type));
  }

  get localAddress(): string {
    return addressAt(this.buffer, this.start + MRT_HEADER + 4 + addressOctets(this.type), this.type !== MrtType.Bgp);
  }

  get contents(): Slice {
    const start = this.start + MRT_HEADER + 4 + 2 * addressOctets(this.type);
    return { buffer: this.buffer, start, end: this.end };
  }
}

/** What `encodeMrtRecord` makes a BGP_STATE_CHANGE from. */
export interface BgpStateChangeFields extends MrtHeader {
  readonly kind: "bgpStateChange";
  readonly peerAs: number;
  readonly peerAddress: string;
  readonly oldState: number;
  readonly newState: number;
}

/** The local FSM went from one state into another (appendix B.2.1.4). */
export class BgpStateChangeRecord extends MrtView implements BgpStateChangeFields {
  readonly kind = "bgpStateChange";

  get peerAs(): number {
    return u16At(this.buffer, this.start + MRT_HEADER);
  }

  get peerAddress(): string {
    return addressAt(this.buffer, this.start + MRT_HEADER + 2, this.type !== MrtType.Bgp);
  }

  get oldState(): number {
    return u16At(this.buffer, this.end - 4);
  }

  get newState(): number {
    return u16At(this.buffer, this.end - 2);
  }
}

/** What `encodeMrtRecord` makes a BGP_SYNC from. */
export interface BgpSyncFields extends MrtHeader {
  readonly kind: "bgpSync";
  readonly view: number;
  readonly fileName: string;
}

/** The name of a file in which there is a table (appendix B.2.1.5). */
export class BgpSyncRecord extends MrtView implements BgpSyncFields {
  readonly kind = "bgpSync";

  get view(): number {
    return u16At(this.buffer, this.start + MRT_HEADER);
  }

  get fileName(): string {
    return fileNameIn(this.buffer, this.start + MRT_HEADER + 2, this.end)!;
  }
}

/** What `encodeMrtRecord` makes a record of BGP from. */
export type BgpFields = BgpMessageFields | BgpStateChangeFields | BgpSyncFields;

/**
 * Reads a record of which the header is there.
 *
 * @returns what is wrong with it, as a clause; null where the subtype is not known or says nothing
 */
export function readBgp(
  buffer: Uint8Array,
  start: number,
  end: number,
  offset: number,
  uncounted: number,
): BgpMessageRecord | BgpStateChangeRecord | BgpSyncRecord | string | null {
  const body = start + MRT_HEADER;
  const address = addressOctets(u16At(buffer, start + 4));
  switch (u16At(buffer, start + 6)) {
    case BgpSubtype.Update:
    case BgpSubtype.Open:
    case BgpSubtype.Notify:
    case BgpSubtype.Keepalive:
      if (end - body < 4 + 2 * address) return "the record ends among AS numbers and addresses";
      return new BgpMessageRecord(buffer, start, end, offset, uncounted);
    case BgpSubtype.StateChange:
      if (end - body !== 6 + address) return `${end - body} octets are not an AS number, an address and two states`;
      return new BgpStateChangeRecord(buffer, start, end, offset, uncounted);
    case BgpSubtype.Sync:
      if (end - body < 3 || fileNameIn(buffer, body + 2, end) === null) return "the file name is none";
      return new BgpSyncRecord(buffer, start, end, offset, uncounted);
    default:
      return null;
  }
}

/** Writes what stands behind the header. */
export function writeBgp(fields: BgpFields, writer: FieldWriter): void {
  if (fields.kind === "bgpSync") {
    writer.u16("view", fields.view);
    writeFileName(fields.fileName, writer);
    return;
  }
  const ipv6 = fields.type !== MrtType.Bgp;
  writer.u16("peerAs", fields.peerAs);
  writer.address("peerAddress", fields.peerAddress, ipv6);
  if (fields.kind === "bgpStateChange") {
    writer.u16("oldState", fields.oldState);
    writer.u16("newState", fields.newState);
    return;
  }
  writer.u16("localAs", fields.localAs);
  writer.address("localAddress", fields.localAddress, ipv6);
  writer.bytes(fields.contents);
}
