// What can stand behind a block of labels (RFC 6624 section 3): TLVs with a type of one octet and a length of two, which counts
// the bits of the value.
import { ConfigError } from "@bgpwire/core";
import { copyAt, u16At } from "../bytes/integers.ts";
import type { FieldReader } from "../bytes/reader.ts";
import type { Tlv } from "../bytes/tlv.ts";
import type { OctetWriter } from "../bytes/writer.ts";

/** Which circuits of the block are up, seen from the one who sends it (RFC 6624 section 3.1). */
export interface CircuitStatusVectorTlv extends Tlv {
  readonly name: "circuitStatusVector";
  readonly type: 1;
  /** A digit for each label of the block, the first one first: "0" up, "1" down, the circuit or the tunnel to it. */
  readonly status: string;
}

/** A TLV that is not known, or whose value has more bits than its length says. */
export interface RawVplsTlv extends Tlv {
  readonly name: "raw";
  /** How many bits count. */
  readonly bits: number;
  /** As many octets as they need. */
  readonly value: Uint8Array;
}

/** A TLV of a block of labels; `name` tells the arms apart. */
export type VplsTlv = CircuitStatusVectorTlv | RawVplsTlv;

const CIRCUIT_STATUS_VECTOR = 1;

/** Type and length. */
const HEADER = 3;

/** Octets that so many bits need. */
function octetsOf(bits: number): number {
  return (bits + 7) >> 3;
}

/** Reads what is left; null where it is something else. */
export function readVplsTlvs(reader: FieldReader): readonly VplsTlv[] | null {
  const { buffer, end } = reader;
  for (let at = reader.at; at < end; at += HEADER + octetsOf(u16At(buffer, at + 1))) {
    if (end - at < HEADER || end - at < HEADER + octetsOf(u16At(buffer, at + 1))) return null;
  }
  const tlvs: VplsTlv[] = [];
  while (reader.remaining > 0) {
    const start = reader.at;
    const type = reader.u8("Type");
    const bits = reader.u16("Length");
    const status = type === CIRCUIT_STATUS_VECTOR ? digitsAt(buffer, reader.at, bits) : null;
    const value = copyAt(buffer, reader.at, reader.at + octetsOf(bits));
    reader.hex("Value", value.length);
    tlvs.push(status === null ? { name: "raw", type, bits, value } : { name: "circuitStatusVector", type: 1, status });
    reader.group(status === null ? `type ${type}` : "Circuit Status Vector", start);
  }
  return tlvs;
}

/** The bits that count; null where one of those behind them, which fill the last octet, is set. */
function digitsAt(buffer: Uint8Array, at: number, bits: number): string | null {
  let digits = "";
  for (let i = 0; i < octetsOf(bits); i += 1) digits += buffer[at + i]!.toString(2).padStart(8, "0");
  return digits.includes("1", bits) ? null : digits.slice(0, bits);
}

/** The reverse. @throws ConfigError `invalid-value` where a TLV does not fit */
export function writeVplsTlvs(tlvs: readonly VplsTlv[], writer: OctetWriter): void {
  for (const tlv of tlvs) {
    writer.u8(tlv.type);
    if (tlv.name === "circuitStatusVector") {
      writer.u16(tlv.status.length);
      writeDigits(tlv.status, writer);
      continue;
    }
    writer.u16(tlv.bits);
    if (tlv.value.length !== octetsOf(tlv.bits)) {
      throw new ConfigError("invalid-value", "tlvs", `${tlv.value.length} octets are not those of ${tlv.bits} bits`);
    }
    writer.bytes(tlv.value);
  }
}

function writeDigits(status: string, writer: OctetWriter): void {
  if (!/^[01]*$/.test(status)) throw new ConfigError("invalid-value", "status", `"${status}" is not zeros and ones`);
  for (let at = 0; at < status.length; at += 8) {
    writer.u8(Number.parseInt(status.slice(at, at + 8).padEnd(8, "0"), 2));
  }
}
