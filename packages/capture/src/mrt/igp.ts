// OSPFv2, OSPFv3 and IS-IS (RFC 6396 sections 4.1, 4.5 and 4.6): who sent a packet to whom, and the packet as it is.
import { Afi, type Slice } from "@bgpwire/core";
import { u16At } from "../bytes/integers.ts";
import type { FieldWriter } from "../bytes/field-writer.ts";
import { MrtType } from "./numbers.ts";
import { addressAt, messageStart, MrtView, type MrtHeader } from "./view.ts";

/** What `encodeMrtRecord` makes a record of OSPF from. */
export interface OspfFields extends MrtHeader {
  readonly kind: "ospf";
  /** Source and destination of the packet; IPv4 in OSPFv2. */
  readonly remoteAddress: string;
  readonly localAddress: string;
  /** What stands behind the IP header. */
  readonly packet: Uint8Array | Slice;
}

/** A packet of OSPFv2 or OSPFv3. */
export class OspfRecord extends MrtView implements OspfFields {
  readonly kind = "ospf";

  get remoteAddress(): string {
    return this.#address(0);
  }

  get localAddress(): string {
    return this.#address(1);
  }

  get packet(): Slice {
    const { start, octets } = addressesIn(this.buffer, this.start);
    return { buffer: this.buffer, start: start + 2 * octets, end: this.end };
  }

  #address(which: number): string {
    const { start, octets } = addressesIn(this.buffer, this.start);
    return addressAt(this.buffer, start + which * octets, octets === 16);
  }
}

/** Where the addresses begin, and how long each is; only OSPFv3 says of which family they are. */
function addressesIn(buffer: Uint8Array, start: number): { readonly start: number; readonly octets: number } {
  const at = messageStart(buffer, start);
  if (u16At(buffer, start + 4) === MrtType.Ospfv2) return { start: at, octets: 4 };
  return { start: at + 2, octets: u16At(buffer, at) === Afi.IPv6 ? 16 : 4 };
}

/** What `encodeMrtRecord` makes a record of IS-IS from. */
export interface IsisFields extends MrtHeader {
  readonly kind: "isis";
  readonly pdu: Uint8Array | Slice;
}

/** A PDU of IS-IS. */
export class IsisRecord extends MrtView implements IsisFields {
  readonly kind = "isis";

  get pdu(): Slice {
    return { buffer: this.buffer, start: messageStart(this.buffer, this.start), end: this.end };
  }
}

/** Reads a record of which the header is there. @returns what is wrong with it, as a clause */
export function readOspf(
  buffer: Uint8Array,
  start: number,
  end: number,
  offset: number,
  uncounted: number,
): OspfRecord | string {
  const at = messageStart(buffer, start);
  const isV3 = u16At(buffer, start + 4) !== MrtType.Ospfv2;
  if (isV3 && at + 2 > end) return "the record ends before the addresses";
  const afi = isV3 ? u16At(buffer, at) : Afi.IPv4;
  if (afi !== Afi.IPv4 && afi !== Afi.IPv6) return `addresses are of family ${afi}, not 1 or 2`;
  const addresses = addressesIn(buffer, start);
  if (addresses.start + 2 * addresses.octets > end) return "the record ends among the addresses";
  return new OspfRecord(buffer, start, end, offset, uncounted);
}

/** Writes what stands behind the header. */
export function writeIgp(fields: OspfFields | IsisFields, writer: FieldWriter): void {
  if (fields.kind === "isis") {
    writer.bytes(fields.pdu);
    return;
  }
  const ipv6 = fields.remoteAddress.includes(":");
  if (fields.type !== MrtType.Ospfv2) writer.u16("remoteAddress", ipv6 ? Afi.IPv6 : Afi.IPv4);
  writer.address("remoteAddress", fields.remoteAddress, ipv6);
  writer.address("localAddress", fields.localAddress, ipv6);
  writer.bytes(fields.packet);
}
