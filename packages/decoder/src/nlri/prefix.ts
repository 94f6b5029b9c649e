// Families whose NLRI is a prefix (RFC 4271 section 4.3, RFC 4760 section 5): unicast and multicast of IPv4 and IPv6.
import { Afi, ConfigError, parseIPv6, parsePrefix, Safi } from "@bgpwire/core";
import type { OctetWriter } from "../bytes/writer.ts";
import { decimal } from "../bytes/integers.ts";
import { ipv4PrefixText, ipv4Text, ipv6PrefixText, ipv6Text, ipv4Value } from "../text/prefix-text.ts";
import type { FamilyRow, NextHop } from "./row.ts";

/**
 * How far prefixes parse: `end`, or where the first one begins that is longer than its address or than the rest of the
 * range, the two conditions of RFC 7606 section 5.3.
 */
export function checkPrefixes(
  buffer: Uint8Array,
  start: number,
  end: number,
  addPath: boolean,
  mostBits: number,
): number {
  const skip = addPath ? 5 : 1;
  let at = start;
  while (at < end) {
    const length = at + skip;
    if (length > end) return at;
    const bits = buffer[length - 1]!;
    if (bits > mostBits) return at;
    const next = length + ((bits + 7) >> 3);
    if (next > end) return at;
    at = next;
  }
  return end;
}

/** Where the prefix whose length octet is at `at` ends. */
function nextPrefix(buffer: Uint8Array, at: number): number {
  return at + 1 + ((buffer[at]! + 7) >> 3);
}

function encodeIPv4Prefix(text: string, writer: OctetWriter): void {
  const slash = text.indexOf("/");
  const value = ipv4Value(text, slash);
  const bits = slash < 0 ? -1 : decimal(text.slice(slash + 1), 32);
  if (value < 0 || bits < 0) throw new ConfigError("invalid-value", "prefix", `"${text}" is no IPv4 prefix`);
  writer.u8(bits);
  const at = writer.reserve((bits + 7) >> 3);
  for (let i = at, shift = 24; i < writer.length; i += 1, shift -= 8) writer.buffer[i] = value >>> shift;
}

function encodeIPv6Prefix(text: string, writer: OctetWriter): void {
  const prefix = parsePrefix(text);
  if (prefix === null || prefix.version !== 6) {
    throw new ConfigError("invalid-value", "prefix", `"${text}" is no IPv6 prefix`);
  }
  writer.u8(prefix.length);
  writer.bytes(prefix.bytes.subarray(0, (prefix.length + 7) >> 3));
}

/** One address of 4 or 16 octets, or a global and a link-local one (RFC 2545 section 3). */
function decodeNextHop(buffer: Uint8Array, start: number, end: number): NextHop {
  if (end - start === 4) return { nextHop: ipv4Text(buffer, start) };
  if (end - start === 16) return { nextHop: ipv6Text(buffer, start) };
  return { nextHop: ipv6Text(buffer, start), linkLocalNextHop: ipv6Text(buffer, start + 16) };
}

function encodeNextHop(version: 4 | 6, hop: NextHop, writer: OctetWriter): void {
  // An IPv4 next hop of an IPv6 prefix has no encoding in these families; RFC 4798 maps it into IPv6 first.
  const value = version === 4 && hop.linkLocalNextHop === undefined ? ipv4Value(hop.nextHop) : -1;
  if (value >= 0) {
    writer.u32(value);
    return;
  }
  writer.bytes(ipv6Octets(hop.nextHop));
  if (hop.linkLocalNextHop !== undefined) writer.bytes(ipv6Octets(hop.linkLocalNextHop));
}

function ipv6Octets(text: string): Uint8Array {
  const octets = parseIPv6(text);
  if (octets === null) throw new ConfigError("invalid-value", "nextHop", `"${text}" is no next hop of this family`);
  return octets;
}

/** RFC 4760, and RFC 8950 section 3 for IPv6 next hops. */
function ipv4Row(safi: number): FamilyRow {
  return {
    afi: Afi.IPv4,
    safi,
    kind: "prefix",
    nextHopFits: (octets, extended) => octets === 4 || (extended && (octets === 16 || octets === 32)),
    decodeNextHop,
    encodeNextHop: (hop, writer) => encodeNextHop(4, hop, writer),
    check: (buffer, start, end, addPath) => checkPrefixes(buffer, start, end, addPath, 32),
    next: nextPrefix,
    decode: (buffer, at) => ({ prefix: ipv4PrefixText(buffer, at) }),
    decodeWithPath: (buffer, at, pathId) => ({ prefix: ipv4PrefixText(buffer, at), pathId }),
    encode: (nlri, writer) => encodeIPv4Prefix(nlri.prefix, writer),
  };
}

/** RFC 2545. */
function ipv6Row(safi: number): FamilyRow {
  return {
    afi: Afi.IPv6,
    safi,
    kind: "prefix",
    nextHopFits: (octets) => octets === 16 || octets === 32,
    decodeNextHop,
    encodeNextHop: (hop, writer) => encodeNextHop(6, hop, writer),
    check: (buffer, start, end, addPath) => checkPrefixes(buffer, start, end, addPath, 128),
    next: nextPrefix,
    decode: (buffer, at) => ({ prefix: ipv6PrefixText(buffer, at) }),
    decodeWithPath: (buffer, at, pathId) => ({ prefix: ipv6PrefixText(buffer, at), pathId }),
    encode: (nlri, writer) => encodeIPv6Prefix(nlri.prefix, writer),
  };
}

export const IPV4_UNICAST: FamilyRow = /* @__PURE__ */ ipv4Row(Safi.Unicast);
export const IPV4_MULTICAST: FamilyRow = /* @__PURE__ */ ipv4Row(Safi.Multicast);
export const IPV6_UNICAST: FamilyRow = /* @__PURE__ */ ipv6Row(Safi.Unicast);
export const IPV6_MULTICAST: FamilyRow = /* @__PURE__ */ ipv6Row(Safi.Multicast);
