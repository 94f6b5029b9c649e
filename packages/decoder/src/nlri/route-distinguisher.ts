// Route distinguishers (RFC 4364 section 4.2): the eight octets that make addresses of different VPNs different. They are text
// wherever they appear, and the text says which octets it stands for.
import { ConfigError, fromHex, toHex } from "@bgpwire/core";
import type { FieldReader } from "../bytes/reader.ts";
import { OctetWriter } from "../bytes/writer.ts";
import { decimal, u16At, u32At } from "../bytes/integers.ts";
import { ipv4Text, ipv4Value } from "../text/prefix-text.ts";

/** A route distinguisher taken apart; `type` tells the arms apart. */
export type RouteDistinguisher =
  | {
      readonly type: 0 | 2;
      /** An AS number, 0 to 65535 in type 0, 0 to 4294967295 in type 2. */
      readonly administrator: number;
      /** 0 to 4294967295 in type 0, 0 to 65535 in type 2. */
      readonly assignedNumber: number;
    }
  | {
      readonly type: 1;
      /** An IPv4 address. */
      readonly administrator: string;
      /** 0 to 65535. */
      readonly assignedNumber: number;
    };

/** Octets of one. */
export const RD_OCTETS = 8;
/** What stands where no VPN is meant, as in next hops. */
export const ZERO_ROUTE_DISTINGUISHER = "0:0";

/**
 * Text of the eight octets at `at`: `65000:100` (type 0), `192.0.2.1:100` (type 1), `4200000000:100` (type 2), `65000L:100`
 * (type 2 with an AS number that type 0 could have), and the digits of other types, `0x0003fde800000064`.
 */
export function routeDistinguisherText(buffer: Uint8Array, at: number): string {
  switch (u16At(buffer, at)) {
    case 0:
      return `${u16At(buffer, at + 2)}:${u32At(buffer, at + 4)}`;
    case 1:
      return `${ipv4Text(buffer, at + 2)}:${u16At(buffer, at + 6)}`;
    case 2: {
      const as = u32At(buffer, at + 2);
      return `${as}${as > 0xffff ? "" : "L"}:${u16At(buffer, at + 6)}`;
    }
    default:
      return `0x${toHex(buffer.subarray(at, at + RD_OCTETS))}`;
  }
}

/** Reads eight octets. */
export function readRouteDistinguisher(reader: FieldReader, label: string = "routeDistinguisher"): string {
  return reader.text(label, RD_OCTETS, routeDistinguisherText);
}

/** Writes eight octets. @throws ConfigError `invalid-value` where the text is no route distinguisher */
export function writeRouteDistinguisher(text: string, writer: OctetWriter, field: string = "routeDistinguisher"): void {
  if (text.startsWith("0x")) {
    const octets = fromHex(text.slice(2));
    if (octets === null || octets.length !== RD_OCTETS) throw invalid(text, field);
    writer.bytes(octets);
    return;
  }
  const parts = parseRouteDistinguisher(text);
  if (parts === null) throw invalid(text, field);
  writer.u16(parts.type);
  if (parts.type === 0) {
    writer.u16(parts.administrator);
    writer.u32(parts.assignedNumber);
    return;
  }
  writer.u32(parts.type === 1 ? ipv4Value(parts.administrator) : parts.administrator);
  writer.u16(parts.assignedNumber);
}

/**
 * The eight octets of the text of a route distinguisher, whichever its type.
 *
 * @throws ConfigError `invalid-value` where the text is none
 * @example encodeRouteDistinguisher("65000:100") // 00 00 fd e8 00 00 00 64
 */
export function encodeRouteDistinguisher(text: string): Uint8Array {
  const writer = new OctetWriter();
  writeRouteDistinguisher(text, writer);
  return writer.copy();
}

/**
 * Takes the text of a route distinguisher apart. An AS number above 65535, and one with an `L` behind it, is of type 2.
 *
 * @returns null when the text is none, or has a type that is not known (`0x…`)
 * @example parseRouteDistinguisher("65000:100") // { type: 0, administrator: 65000, assignedNumber: 100 }
 */
export function parseRouteDistinguisher(text: string): RouteDistinguisher | null {
  const colon = text.indexOf(":");
  if (colon < 0) return null;
  const assignedNumber = decimal(text, 0xffff_ffff, colon + 1);
  if (assignedNumber < 0) return null;
  if (ipv4Value(text, colon) >= 0) {
    return assignedNumber > 0xffff ? null : { type: 1, administrator: text.slice(0, colon), assignedNumber };
  }
  const long = text[colon - 1] === "L";
  const as = decimal(text, 0xffff_ffff, 0, long ? colon - 1 : colon);
  if (as < 0) return null;
  if (!long && as <= 0xffff) return { type: 0, administrator: as, assignedNumber };
  return assignedNumber > 0xffff ? null : { type: 2, administrator: as, assignedNumber };
}

/** Whether a text stands for eight octets. */
export function isRouteDistinguisher(text: string): boolean {
  return parseRouteDistinguisher(text) !== null || /^0x[0-9a-f]{16}$/.test(text);
}

function invalid(text: string, field: string): ConfigError {
  return new ConfigError("invalid-value", field, `"${text}" is no route distinguisher`);
}
