// The TLVs of Route Monitoring (draft-ietf-grow-bmp-tlv, draft-ietf-grow-bmp-path-marking-tlv): one of them has the UPDATE, the
// others speak of its routes. Revisions of the draft have given them different numbers; which it was is told by the place of the
// UPDATE, and by the others being of their form.
import {
  ByteReader,
  bytesOf,
  ByteWriter,
  decodeCapability,
  decodeUtf8,
  encodeCapability,
  encodeUtf8,
  type Capability,
  type Slice,
} from "@bgpwire/core";
import { pduAt } from "../bytes/pdu.ts";
import { hasEnterprise, type BmpRawTlv } from "./tlv.ts";
import { readU64, writeU64 } from "./u64.ts";

interface Indexed {
  readonly type: number;
  /**
   * Which route of the UPDATE it is about, counted from 1; 0: all; with `GROUP_INDEX`: those of that group. Absent in version 3,
   * where TLVs have no index.
   */
  readonly index?: number;
}

/** A TLV of a Route Monitoring. */
export type RouteMonitoringTlv =
  | (Indexed & {
      /** Here stands the message's UPDATE. */
      readonly name: "bgpMessage";
    })
  | (Indexed & {
      /** Its index, with `GROUP_INDEX`, stands for these. */
      readonly name: "group";
      readonly members: readonly number[];
    })
  | (Indexed & { readonly name: "vrfTableName"; readonly text: string })
  | (Indexed & {
      /** As in the OPEN of the session: how the UPDATE is to be read. */
      readonly name: "statelessParsing";
      readonly capability: Capability;
    })
  | (Indexed & {
      readonly name: "pathStatus";
      /** Bits of `BmpPathStatus`, and what else is set. */
      readonly status: number;
      /** A number of `BmpPathReason`, or another; null where there is none. */
      readonly reason: number | null;
    })
  | (Indexed & {
      readonly name: "sequenceNumber";
      /** Decimal, below 2^64. */
      readonly value: string;
    })
  | (Indexed & {
      /** The flags of the per-peer header, and those that it has no room for. */
      readonly name: "extendedFlags";
      readonly flags: Uint8Array;
    })
  | (Indexed & {
      readonly name: "timestamp";
      /** Of what it is the time: when the route was installed, when the message was made. */
      readonly timestampType: number;
      readonly seconds: number;
      /** Null where there are none. */
      readonly microseconds: number | null;
    })
  | (BmpRawTlv & Indexed);

/** Bit of an index that stands for a group (draft-ietf-grow-bmp-tlv). */
export const GROUP_INDEX = 0x8000;

/** Path statuses (draft-ietf-grow-bmp-path-marking-tlv). */
export const BmpPathStatus = {
  Invalid: 0x001,
  Best: 0x002,
  NonSelected: 0x004,
  Primary: 0x008,
  Backup: 0x010,
  NonInstalled: 0x020,
  BestExternal: 0x040,
  AddPath: 0x080,
  FilteredInInboundPolicy: 0x100,
  FilteredInOutboundPolicy: 0x200,
  Stale: 0x400,
  Suppressed: 0x800,
} as const;

/** Reason codes of path statuses (draft-ietf-grow-bmp-path-marking-tlv). */
export const BmpPathReason = {
  InvalidForAsLoop: 1,
  InvalidForUnresolvableNextHop: 2,
  NotPreferredForLocalPreference: 3,
  NotPreferredForAsPathLength: 4,
  NotPreferredForOrigin: 5,
  NotPreferredForMed: 6,
  NotPreferredForPeerType: 7,
  NotPreferredForIgpCost: 8,
  NotPreferredForRouterId: 9,
  NotPreferredForPeerAddress: 10,
  NotPreferredForAigp: 11,
} as const;

type Name = RouteMonitoringTlv["name"];

/** Names by number, for each set of numbers that there has been. */
const REVISIONS: readonly Readonly<Record<number, Name>>[] = [
  // draft-ietf-grow-bmp-tlv-21
  {
    1: "group",
    2: "vrfTableName",
    3: "statelessParsing",
    4: "bgpMessage",
    5: "sequenceNumber",
    6: "extendedFlags",
    7: "timestamp",
  },
  // draft-ietf-grow-bmp-tlv-20
  {
    1: "sequenceNumber",
    2: "extendedFlags",
    3: "timestamp",
    4: "group",
    5: "vrfTableName",
    6: "statelessParsing",
    7: "bgpMessage",
  },
  // draft-ietf-grow-bmp-tlv-18 and 19, with path status as FRR's captures have it
  { 1: "statelessParsing", 2: "group", 3: "vrfTableName", 4: "bgpMessage", 5: "pathStatus" },
  // draft-ietf-grow-bmp-tlv-17
  { 1: "bgpMessage", 2: "group", 3: "vrfTableName", 4: "statelessParsing" },
];

/** Routers of Huawei put the path status behind the UPDATE in version 3, under a number of their own. */
const VERSION_3: Readonly<Record<number, Name>> = { 60002: "pathStatus" };

/** A TLV whose value is still a range. */
interface Frame {
  readonly type: number;
  readonly index?: number;
  readonly enterprise?: number;
  readonly value: Slice;
}

/** TLVs of version 4 and the UPDATE in one of them; octets from the first that does not fit. */
export interface RouteMonitoringTlvs {
  readonly message: Slice | null;
  readonly tlvs: readonly RouteMonitoringTlv[];
  readonly rest?: Uint8Array;
}

/** Reads the body of a Route Monitoring of version 4. */
export function readIndexedTlvs(body: Slice): RouteMonitoringTlvs {
  const { frames, rest } = framesIn(body, true);
  let best = null;
  for (const names of REVISIONS) {
    const reading = readAs(frames, names);
    if (reading.message === null) continue;
    if (best === null || reading.misfits < best.misfits) best = reading;
    if (best.misfits === 0) break;
  }
  const { message, tlvs } = best ?? readAs(frames, {});
  return { message, tlvs, ...(rest !== undefined && { rest }) };
}

/** Reads what stands behind the UPDATE in version 3. */
export function readTrailingTlvs(body: Slice): Omit<RouteMonitoringTlvs, "message"> {
  const { frames, rest } = framesIn(body, false);
  const { tlvs } = readAs(frames, VERSION_3);
  return { tlvs, ...(rest !== undefined && { rest }) };
}

function framesIn({ buffer, start, end }: Slice, indexed: boolean): { frames: Frame[]; rest?: Uint8Array } {
  const reader = new ByteReader(buffer, start, end);
  const frames: Frame[] = [];
  while (reader.remaining > 0) {
    const at = reader.position;
    const type = reader.u16();
    const length = reader.u16();
    // The length does not count the index.
    const index = indexed ? { index: reader.u16() } : {};
    const enterprise = hasEnterprise(indexed ? 4 : 3, type, length) ? { enterprise: reader.u32() } : {};
    const valueStart = reader.position;
    reader.skip(length - ("enterprise" in enterprise ? 4 : 0));
    if (reader.overrun) return { frames, rest: buffer.subarray(at, end) };
    frames.push({ type, ...index, ...enterprise, value: { buffer, start: valueStart, end: reader.position } });
  }
  return { frames };
}

interface Reading {
  readonly message: Slice | null;
  readonly tlvs: readonly RouteMonitoringTlv[];
  /** TLVs that are not of the form of their names. */
  readonly misfits: number;
}

/** What no name of a table has in it. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Reads frames under one set of numbers. */
function readAs(frames: readonly Frame[], names: Readonly<Record<number, Name>>): Reading {
  let message: Slice | null = null;
  let misfits = 0;
  const tlvs = frames.map((frame): RouteMonitoringTlv => {
    const { type, index, enterprise, value } = frame;
    const place = { type, ...(index !== undefined && { index }) };
    const name = enterprise === undefined ? names[type] : undefined;
    if (name === "bgpMessage" && message === null) {
      const pdu = pduAt(value.buffer, value.start, value.end);
      if (pdu !== null && pdu.end === value.end) {
        message = pdu;
        return { name, ...place };
      }
    }
    const known = name === undefined ? null : readValue(name, place, bytesOf(value));
    if (known !== null) return known;
    if (name !== undefined) misfits += 1;
    return { name: "raw", ...place, ...(enterprise !== undefined && { enterprise }), value: bytesOf(value) };
  });
  return { message, tlvs, misfits };
}

/** The TLV of a name; null where it is not of its form, by which the sets of numbers are told apart as well. */
function readValue(name: Name, place: Indexed, value: Uint8Array): RouteMonitoringTlv | null {
  const reader = new ByteReader(value);
  const { index = 0 } = place;
  switch (name) {
    case "group": {
      if (index < GROUP_INDEX || value.length === 0 || value.length % 2 !== 0) return null;
      const members = Array.from({ length: value.length / 2 }, () => reader.u16());
      // It "MUST NOT reference an NLRI index 0", nor another group.
      return members.every((member) => member > 0 && member < GROUP_INDEX) ? { name, ...place, members } : null;
    }
    case "vrfTableName": {
      const text = index < GROUP_INDEX && value.length >= 1 && value.length <= 255 ? decodeUtf8(value) : null;
      return text === null || CONTROL.test(text) ? null : { name, ...place, text };
    }
    case "statelessParsing": {
      const code = reader.u8();
      // "The index of the Stateless Parsing TLV MUST be set to 0", as that of the next two.
      if (index !== 0 || value.length < 2 || reader.u8() !== reader.remaining) return null;
      return { name, ...place, capability: decodeCapability(code, value.subarray(2)) };
    }
    case "pathStatus": {
      if (value.length !== 4 && value.length !== 6) return null;
      return { name, ...place, status: reader.u32(), reason: reader.remaining === 0 ? null : reader.u16() };
    }
    case "sequenceNumber": {
      if (index !== 0 || value.length !== 8) return null;
      return { name, ...place, value: readU64(reader) };
    }
    case "extendedFlags":
      return index !== 0 || value.length === 0 ? null : { name, ...place, flags: value };
    case "timestamp": {
      if (value.length !== 5 && value.length !== 9) return null;
      const timestampType = reader.u8();
      const seconds = reader.u32();
      return { name, ...place, timestampType, seconds, microseconds: reader.remaining === 0 ? null : reader.u32() };
    }
    default:
      return null;
  }
}

/**
 * Writes a TLV of either version.
 *
 * @param message what stands in the TLV of that name
 * @throws ConfigError `invalid-value` where a part does not fit its field
 */
export function writeRouteMonitoringTlv(tlv: RouteMonitoringTlv, message: Slice | null, writer: ByteWriter): void {
  const content = new ByteWriter();
  if (tlv.name === "raw" && tlv.enterprise !== undefined) content.u32(tlv.enterprise);
  writeValue(tlv, message, content);
  writer.u16(tlv.type);
  writer.u16(content.length);
  if (tlv.index !== undefined) writer.u16(tlv.index);
  writer.bytes(content.finish());
}

function writeValue(tlv: RouteMonitoringTlv, message: Slice | null, writer: ByteWriter): void {
  switch (tlv.name) {
    case "bgpMessage":
      if (message !== null) writer.bytes(bytesOf(message));
      break;
    case "group":
      for (const member of tlv.members) writer.u16(member);
      break;
    case "vrfTableName":
      writer.bytes(encodeUtf8(tlv.text));
      break;
    case "statelessParsing":
      writer.u8(tlv.capability.code);
      writer.lengthU8(() => writer.bytes(encodeCapability(tlv.capability)));
      break;
    case "pathStatus":
      writer.u32(tlv.status);
      if (tlv.reason !== null) writer.u16(tlv.reason);
      break;
    case "sequenceNumber":
      writeU64(tlv.value, "value", writer);
      break;
    case "extendedFlags":
      writer.bytes(tlv.flags);
      break;
    case "timestamp":
      writer.u8(tlv.timestampType);
      writer.u32(tlv.seconds);
      if (tlv.microseconds !== null) writer.u32(tlv.microseconds);
      break;
    case "raw":
      writer.bytes(tlv.value);
  }
}
