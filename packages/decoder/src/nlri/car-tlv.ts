// What a route of BGP CAR has behind its key (RFC 9871 section 2.9.2): TLVs whose type shares its octet with two flags.
import { ConfigError } from "@bgpwire/core";
import type { FieldReader } from "../bytes/reader.ts";
import {
  readTlvValue,
  tlvTable,
  writeTlvValue,
  type RawTlv,
  type Tlv,
  type TlvRow,
  type TlvTable,
} from "../bytes/tlv.ts";
import { writeHex, writeIPv6 } from "../bytes/write.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { LABEL_OCTETS, labelAt, labelBitsAt, labelsAt, writeLabels, type LabelStack } from "./label-stack.ts";

/** What all of them have; `type` is the number without the flags. */
interface CarTlvHeader extends Tlv {
  /** 0 to 63. */
  readonly type: number;
  /** T: one who changes the next hop passes it on even where it is not known. */
  readonly transitive?: true;
  /** R: is to be zero, and has no meaning. */
  readonly reserved?: true;
}

/** Labels that are bound to the route (section 2.9.2.1). */
export interface CarLabelTlv extends CarTlvHeader, LabelStack {
  readonly name: "label";
  readonly type: 1;
  /** The low four bits of each label: Rsrv and S, all of which are to be zero and are ignored. Absent where they are. */
  readonly labelBits?: readonly number[];
}

/** Where in the SRGB the label of the route is (section 2.9.2.2). */
export interface CarLabelIndexTlv extends CarTlvHeader {
  readonly name: "labelIndex";
  readonly type: 2;
  /** 0 to 4294967295. */
  readonly labelIndex: number;
  /** Reserved and Flags, of which there are none yet: 24 bits, absent where they are 0. */
  readonly flags?: number;
}

/** Segments that are bound to the route (section 2.9.2.3): whole ones, or what PREFIX_SID has of one is completed by. */
export interface CarSrv6SidTlv extends CarTlvHeader {
  readonly name: "srv6Sid";
  readonly type: 3;
  /** IPv6 addresses; at least one. Absent where a part of one is transposed. */
  readonly sids?: readonly string[];
  /** Hexadecimal digits of 1 to 15 octets. */
  readonly transposed?: string;
}

/** A TLV that is not known, or whose value has a length that its type does not have, for which it is discarded. */
export interface RawCarTlv extends CarTlvHeader, RawTlv {
  readonly name: "raw";
}

/** A TLV of BGP CAR; `name` tells the arms apart. Of each type the first counts. */
export type CarTlv = CarLabelTlv | CarLabelIndexTlv | CarSrv6SidTlv | RawCarTlv;

/** What stands behind a route's key. */
export interface CarValues {
  /** Absent where there are none, as in withdrawn routes. */
  readonly tlvs?: readonly CarTlv[];
  /** Octets from the first TLV on that does not fit; an issue speaks of them. */
  readonly tlvsRest?: Uint8Array;
}

/** "The 3-bit Rsrv field and the 1-bit S field SHOULD be set to zero": the length says how many labels there are. */
const NO_BOTTOM_OF_STACK = 0;

const LABEL: TlvRow<CarLabelTlv> = {
  type: 1,
  name: "label",
  label: "Label TLV",
  read: (reader) => {
    const { buffer, at, end } = reader;
    // "MUST be a multiple of 3"
    if (at === end || (end - at) % LABEL_OCTETS !== 0) return null;
    while (reader.remaining > 0) reader.text("Label", LABEL_OCTETS, (_, label) => String(labelAt(buffer, label)));
    const labelBits = labelBitsAt(buffer, at, end, NO_BOTTOM_OF_STACK);
    return { name: "label", type: 1, labels: labelsAt(buffer, at, end), ...(labelBits !== null && { labelBits }) };
  },
  write: (tlv, writer) => {
    if (tlv.labels.length === 0) throw new ConfigError("invalid-value", "labels", "a Label TLV without label");
    writeLabels(tlv, writer, NO_BOTTOM_OF_STACK);
  },
};

const LABEL_INDEX: TlvRow<CarLabelIndexTlv> = {
  type: 2,
  name: "labelIndex",
  label: "Label-Index TLV",
  read: (reader) => {
    const flags = (reader.u8("Reserved") << 16) | reader.u16("Flags");
    return { name: "labelIndex", type: 2, labelIndex: reader.u32("Label Index"), ...(flags !== 0 && { flags }) };
  },
  write: ({ labelIndex, flags = 0 }, writer) => {
    writer.u24(flags);
    writer.u32(labelIndex);
  },
};

const SID_OCTETS = 16;

const SRV6_SID: TlvRow<CarSrv6SidTlv> = {
  type: 3,
  name: "srv6Sid",
  label: "SRv6 SID TLV",
  read: (reader) => {
    const octets = reader.remaining;
    if (octets === 0) return null;
    if (octets < SID_OCTETS) return { name: "srv6Sid", type: 3, transposed: reader.hex("SRv6 SID Info", octets) };
    const sids: string[] = [];
    while (reader.remaining > 0) sids.push(reader.ipv6("SRv6 SID Info"));
    return { name: "srv6Sid", type: 3, sids };
  },
  write: ({ sids = [], transposed }, writer) => {
    if ((transposed === undefined) === (sids.length === 0)) {
      throw new ConfigError("invalid-value", "srv6Sid", "has either sids or a transposed part of one");
    }
    for (const sid of sids) writeIPv6(sid, "sids", writer);
    if (transposed !== undefined) writeTransposed(transposed, writer);
  },
};

function writeTransposed(digits: string, writer: OctetWriter): void {
  const octets = digits.length / 2;
  if (octets < 1 || octets >= SID_OCTETS) {
    throw new ConfigError("invalid-value", "transposed", `"${digits}" is not 1 to 15 octets`);
  }
  writeHex(digits, octets, "transposed", writer);
}

type KnownTlv = CarLabelTlv | CarLabelIndexTlv | CarSrv6SidTlv;

/** @table */
export const CAR_TLVS: TlvTable<KnownTlv> = /* @__PURE__ */ tlvTable<KnownTlv>([LABEL, LABEL_INDEX, SRV6_SID]);

const RESERVED = 0x80;
const TRANSITIVE = 0x40;
const TYPE_CODE = 0x3f;

/** Reads what is left. */
export function readCarTlvs(reader: FieldReader): CarValues {
  const tlvs: CarTlv[] = [];
  let rest: Uint8Array | null = null;
  while (reader.remaining > 0) {
    const { buffer, at, remaining } = reader;
    if (remaining < 2 || remaining < 2 + buffer[at + 1]!) {
      rest = reader.rest("Type-specific Non-Key Fields");
      break;
    }
    const octet = reader.u8("Type");
    const type = octet & TYPE_CODE;
    const tlv = readTlvValue(reader.sub("Value", reader.u8("Length")), type, CAR_TLVS);
    tlvs.push({
      ...tlv,
      ...((octet & TRANSITIVE) !== 0 && { transitive: true }),
      ...((octet & RESERVED) !== 0 && { reserved: true }),
    });
    reader.group(CAR_TLVS.get(type)?.label ?? `type ${type}`, at);
  }
  return { ...(tlvs.length > 0 && { tlvs }), ...(rest !== null && { tlvsRest: rest }) };
}

/** The reverse. @throws ConfigError `invalid-value` where a TLV is none of the table, or does not fit */
export function writeCarTlvs({ tlvs = [], tlvsRest }: CarValues, writer: OctetWriter): void {
  for (const tlv of tlvs) {
    if (!(tlv.type >= 0 && tlv.type <= TYPE_CODE)) {
      throw new ConfigError("invalid-value", "tlvs", `type ${tlv.type} is not 0 to 63`);
    }
    writer.u8((tlv.reserved === true ? RESERVED : 0) | (tlv.transitive === true ? TRANSITIVE : 0) | tlv.type);
    const at = writer.reserve(1);
    writeTlvValue(tlv, CAR_TLVS, "tlvs", writer);
    writer.setU8(at, writer.length - at - 1);
  }
  if (tlvsRest !== undefined) writer.bytes(tlvsRest);
}
