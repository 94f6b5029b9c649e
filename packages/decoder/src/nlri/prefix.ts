// Families whose NLRI is a prefix (RFC 4271 section 4.3, RFC 4760 section 5): unicast and multicast of IPv4 and IPv6.
import { ConfigError, parseIPv6 } from "@bgpwire/core";
import { IPV4, IPV6, MULTICAST_SAFI, UNICAST_SAFI } from "../numbers.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { decimal } from "../bytes/integers.ts";
import { ipv4PrefixText, ipv4Value, ipv6PrefixText } from "../text/prefix-text.ts";
import type { PrefixNlri } from "./model.ts";
import { IPV4_NEXT_HOP, IPV6_NEXT_HOP, type NextHop, type NextHopFormat } from "./next-hop.ts";
import type { FamilyRow } from "./row.ts";

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
export function nextPrefix(buffer: Uint8Array, at: number): number {
  return at + 1 + ((buffer[at]! + 7) >> 3);
}

/** Writes the octets of an IPv4 prefix. @returns its length in bits */
export function writeIPv4Bits(text: string, writer: OctetWriter): number {
  const slash = text.indexOf("/");
  const value = ipv4Value(text, slash);
  const bits = slash < 0 ? -1 : decimal(text, 32, slash + 1);
  if (value < 0 || bits < 0) throw new ConfigError("invalid-value", "prefix", `"${text}" is no IPv4 prefix`);
  const at = writer.reserve((bits + 7) >> 3);
  for (let i = at, shift = 24; i < writer.length; i += 1, shift -= 8) writer.buffer[i] = value >>> shift;
  return bits;
}

/** Writes the octets of an IPv6 prefix. @returns its length in bits */
export function writeIPv6Bits(text: string, writer: OctetWriter): number {
  const slash = text.indexOf("/");
  const octets = slash < 0 ? null : parseIPv6(text.slice(0, slash));
  const bits = octets === null ? -1 : decimal(text, 128, slash + 1);
  if (octets === null || bits < 0) throw new ConfigError("invalid-value", "prefix", `"${text}" is no IPv6 prefix`);
  const at = writer.reserve((bits + 7) >> 3);
  for (let i = at; i < writer.length; i += 1) writer.buffer[i] = octets[i - at]!;
  return bits;
}

/** Writes a prefix. @throws ConfigError `invalid-value` where it is none of this version */
export function encodePrefix(afi: number, nlri: PrefixNlri, writer: OctetWriter): void {
  const lengthAt = writer.reserve(1);
  writer.setU8(lengthAt, (afi === IPV4 ? writeIPv4Bits : writeIPv6Bits)(nlri.prefix, writer));
}

/** @param bits of an address */
function prefixRow(
  afi: 1 | 2,
  safi: number,
  bits: 32 | 128,
  nextHop: NextHopFormat<NextHop>,
  text: (buffer: Uint8Array, at: number) => string,
): FamilyRow<PrefixNlri> {
  return {
    afi,
    safi,
    kind: "prefix",
    nextHop,
    check: (buffer, start, end, addPath) => checkPrefixes(buffer, start, end, addPath, bits),
    next: nextPrefix,
    decode: (buffer, at) => ({ prefix: text(buffer, at) }),
    decodeWithPath: (buffer, at, _end, pathId) => ({ prefix: text(buffer, at), pathId }),
    decodeList: (buffer, start, end) => {
      let count = 0;
      for (let at = start; at < end; at = nextPrefix(buffer, at)) count += 1;
      const list = new Array<PrefixNlri>(count);
      for (let i = 0, at = start; i < count; i += 1, at = nextPrefix(buffer, at))
        list[i] = { prefix: text(buffer, at) };
      return list;
    },
  };
}

function ipv4Row(safi: number): FamilyRow<PrefixNlri> {
  return prefixRow(IPV4, safi, 32, IPV4_NEXT_HOP, ipv4PrefixText);
}

function ipv6Row(safi: number): FamilyRow<PrefixNlri> {
  return prefixRow(IPV6, safi, 128, IPV6_NEXT_HOP, ipv6PrefixText);
}

/** The family ipv4-unicast (RFC 4271 section 4.3, RFC 4760 section 5): a row for registries and `nlriHandler`. */
export const IPV4_UNICAST: FamilyRow<PrefixNlri> = /* @__PURE__ */ ipv4Row(UNICAST_SAFI);
/** The family ipv4-multicast (RFC 4271 section 4.3, RFC 4760 section 5): a row for registries and `nlriHandler`. */
export const IPV4_MULTICAST: FamilyRow<PrefixNlri> = /* @__PURE__ */ ipv4Row(MULTICAST_SAFI);
/** The family ipv6-unicast (RFC 4271 section 4.3, RFC 4760 section 5): a row for registries and `nlriHandler`. */
export const IPV6_UNICAST: FamilyRow<PrefixNlri> = /* @__PURE__ */ ipv6Row(UNICAST_SAFI);
/** The family ipv6-multicast (RFC 4271 section 4.3, RFC 4760 section 5): a row for registries and `nlriHandler`. */
export const IPV6_MULTICAST: FamilyRow<PrefixNlri> = /* @__PURE__ */ ipv6Row(MULTICAST_SAFI);
