// Initiation and Termination (RFC 7854 sections 4.3 to 4.5, RFC 9736 section 3.1): what a router says of itself, and why it ends
// the session.
import { ByteReader, decodeUtf8, type ByteWriter, type Slice } from "@bgpwire/core";
import { readTextTlvs, readTlvs, writeTextTlv, writeTlv, type BmpRawTlv, type BmpTextTlv } from "./tlv.ts";

/** What an Initiation tells. */
export type InitiationTlv = BmpTextTlv<"string" | "sysDescr" | "sysName"> | BmpRawTlv;

/** The first message of a session, and whenever something about the router has changed. */
export interface InitiationMessage {
  readonly kind: "initiation";
  readonly version: number;
  /** In the order of the wire. */
  readonly tlvs: readonly InitiationTlv[];
  /** Octets from the first that does not fit. */
  readonly rest?: Uint8Array;
}

/** BMP Initiation Information TLVs. */
const INITIATION_TEXTS = { 0: "string", 1: "sysDescr", 2: "sysName" } as const;

export function readInitiation(body: Slice, version: number): InitiationMessage {
  return { kind: "initiation", version, ...readTextTlvs(body, version, INITIATION_TEXTS) };
}

export function writeInitiation({ tlvs, rest }: InitiationMessage, writer: ByteWriter): void {
  for (const tlv of tlvs) writeTextTlv(tlv, writer);
  if (rest !== undefined) writer.bytes(rest);
}

/** What a Termination tells. */
export type TerminationTlv =
  | BmpTextTlv<"string">
  | {
      readonly name: "reason";
      readonly type: 1;
      /** A number of `BmpTerminationReason`, or another. */
      readonly code: number;
    }
  | BmpRawTlv;

/** The last message of a session, where the router sends one. */
export interface TerminationMessage {
  readonly kind: "termination";
  readonly version: number;
  readonly tlvs: readonly TerminationTlv[];
  /** Octets from the first that does not fit. */
  readonly rest?: Uint8Array;
}

export function readTermination(body: Slice, version: number): TerminationMessage {
  const list = readTlvs<TerminationTlv>(body, version, (type, value) => {
    if (type === 1) return value.length === 2 ? { name: "reason", type, code: new ByteReader(value).u16() } : null;
    const text = type === 0 ? decodeUtf8(value) : null;
    return text === null ? null : { name: "string", type, text };
  });
  return { kind: "termination", version, ...list };
}

export function writeTermination({ tlvs, rest }: TerminationMessage, writer: ByteWriter): void {
  for (const tlv of tlvs) {
    if (tlv.name === "reason") writeTlv(tlv, writer, () => writer.u16(tlv.code));
    else writeTextTlv(tlv, writer);
  }
  if (rest !== undefined) writer.bytes(rest);
}
