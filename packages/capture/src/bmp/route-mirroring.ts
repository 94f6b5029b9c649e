// Route Mirroring (RFC 7854 section 4.7): messages of a session as they were received, good ones or bad ones.
import { ByteReader, bytesOf, type ByteWriter, type Slice } from "@bgpwire/core";
import { pduAt } from "../bytes/pdu.ts";
import { writePeerHeader, type BmpPeerHeader } from "./peer-header.ts";
import { readTlvs, writeTlv, type BmpRawTlv } from "./tlv.ts";

/** What a Route Mirroring tells. */
export type MirroringTlv =
  | {
      readonly name: "bgpMessage";
      readonly type: 0;
      /** With header. */
      readonly message: Slice;
    }
  | {
      readonly name: "information";
      readonly type: 1;
      /** A number of `BmpMirroringCode`, or another. */
      readonly code: number;
    }
  | BmpRawTlv;

/** Messages as the router received them. */
export interface RouteMirroringMessage {
  readonly kind: "routeMirroring";
  readonly version: number;
  readonly peer: BmpPeerHeader;
  readonly tlvs: readonly MirroringTlv[];
  /** Octets from the first that does not fit. */
  readonly rest?: Uint8Array;
}

export function readRouteMirroring(peer: BmpPeerHeader, body: Slice, version: number): RouteMirroringMessage {
  const list = readTlvs<MirroringTlv>(body, version, (type, value) => {
    if (type === 1) return value.length === 2 ? { name: "information", type, code: new ByteReader(value).u16() } : null;
    // What was mirrored because it is in error may have a length that is wrong: it is raw then.
    const message = type === 0 ? pduAt(value, 0, value.length) : null;
    return message === null || message.end < value.length ? null : { name: "bgpMessage", type: 0, message };
  });
  return { kind: "routeMirroring", version, peer, ...list };
}

export function writeRouteMirroring({ peer, tlvs, rest }: RouteMirroringMessage, writer: ByteWriter): void {
  writePeerHeader(peer, writer);
  for (const tlv of tlvs) {
    writeTlv(tlv, writer, () => {
      if (tlv.name === "information") writer.u16(tlv.code);
      else writer.bytes(tlv.name === "bgpMessage" ? bytesOf(tlv.message) : tlv.value);
    });
  }
  if (rest !== undefined) writer.bytes(rest);
}
