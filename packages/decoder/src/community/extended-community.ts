// Extended communities (RFC 4360, RFC 5668): route targets and route origins as values, the others as their octets.
import { ConfigError, formatIPv4, fromHex, parseIPv4, toHex } from "@bgpwire/core";
import type { OctetWriter } from "../bytes/writer.ts";
import { copyAt, decimal, u16At, u32At } from "../bytes/integers.ts";
import { ipv4Text } from "../text/prefix-text.ts";

/**
 * An extended community; `name` and `format` tell the arms apart.
 *
 * `as2` has a two-octet AS number and a value of four octets (RFC 4360 section 3.1), `as4` a four-octet AS number and two
 * octets (RFC 5668), `ipv4` an address and two octets (RFC 4360 section 3.2).
 */
export type ExtendedCommunity =
  | {
      readonly name: "routeTarget" | "routeOrigin";
      readonly format: "as2" | "as4";
      readonly as: number;
      readonly value: number;
    }
  | {
      readonly name: "routeTarget" | "routeOrigin";
      readonly format: "ipv4";
      readonly address: string;
      readonly value: number;
    }
  | { readonly name: "raw"; readonly value: Uint8Array };

/** High-order octet of the type by format (RFC 4360 section 4), and low-order octet by name. */
const HIGH = { as2: 0, ipv4: 1, as4: 2 } as const;
const LOW = { routeTarget: 2, routeOrigin: 3 } as const;

/** The value of the eight octets at `at`. */
export function decodeExtendedCommunity(buffer: Uint8Array, at: number): ExtendedCommunity {
  const low = buffer[at + 1]!;
  if (low === LOW.routeTarget || low === LOW.routeOrigin) {
    const name = low === LOW.routeTarget ? "routeTarget" : "routeOrigin";
    switch (buffer[at]!) {
      case HIGH.as2:
        return { name, format: "as2", as: u16At(buffer, at + 2), value: u32At(buffer, at + 4) };
      case HIGH.ipv4:
        return { name, format: "ipv4", address: ipv4Text(buffer, at + 2), value: u16At(buffer, at + 6) };
      case HIGH.as4:
        return { name, format: "as4", as: u32At(buffer, at + 2), value: u16At(buffer, at + 6) };
    }
  }
  return { name: "raw", value: copyAt(buffer, at, at + 8) };
}

/** Writes eight octets. @throws ConfigError `invalid-value` where a part does not fit its field */
export function encodeExtendedCommunity(community: ExtendedCommunity, writer: OctetWriter): void {
  if (community.name === "raw") {
    if (community.value.length !== 8) throw invalid(`${community.value.length} octets are no extended community`);
    writer.bytes(community.value);
    return;
  }
  writer.u8(HIGH[community.format]);
  writer.u8(LOW[community.name]);
  switch (community.format) {
    case "as2":
      writer.u16(community.as);
      writer.u32(community.value);
      break;
    case "as4":
      writer.u32(community.as);
      writer.u16(community.value);
      break;
    case "ipv4": {
      const address = parseIPv4(community.address);
      if (address === null) throw invalid(`"${community.address}" is no IPv4 address`);
      writer.u32(address);
      writer.u16(community.value);
    }
  }
}

/** How the text begins. */
const PREFIX = { routeTarget: "target", routeOrigin: "origin" } as const;

/**
 * Text of an extended community. A four-octet AS number that would fit into two has an `L` behind it; what is neither a
 * route target nor a route origin is written as its octets.
 *
 * @example "target:65000:100", "target:65000L:100", "target:192.0.2.1:100", "origin:4200000000:1", "0x030c000000000064"
 */
export function formatExtendedCommunity(community: ExtendedCommunity): string {
  if (community.name === "raw") return `0x${toHex(community.value)}`;
  const prefix = PREFIX[community.name];
  if (community.format === "ipv4") return `${prefix}:${community.address}:${community.value}`;
  const long = community.format === "as4" && community.as <= 0xffff ? "L" : "";
  return `${prefix}:${community.as}${long}:${community.value}`;
}

/**
 * The extended community of a text that `formatExtendedCommunity` gives.
 *
 * @returns null when the text is none
 */
export function parseExtendedCommunity(text: string): ExtendedCommunity | null {
  if (text.startsWith("0x")) {
    const octets = text.length === 18 ? fromHex(text.slice(2)) : null;
    return octets === null ? null : decodeExtendedCommunity(octets, 0);
  }
  const parts = text.split(":");
  if (parts.length !== 3) return null;
  const [prefix, administrator, local] = parts as [string, string, string];
  if (prefix !== PREFIX.routeTarget && prefix !== PREFIX.routeOrigin) return null;
  const name = prefix === PREFIX.routeTarget ? "routeTarget" : "routeOrigin";
  const value = decimal(local, 0xffff_ffff);
  if (value < 0) return null;
  const address = parseIPv4(administrator);
  if (address !== null) {
    return value > 0xffff ? null : { name, format: "ipv4", address: formatIPv4(address), value };
  }
  const long = administrator.endsWith("L");
  const as = decimal(long ? administrator.slice(0, -1) : administrator, 0xffff_ffff);
  if (as < 0) return null;
  if (!long && as <= 0xffff) return { name, format: "as2", as, value };
  return value > 0xffff ? null : { name, format: "as4", as, value };
}

/** The value of what a caller gives. @throws ConfigError `invalid-value` where a text is no extended community */
export function extendedCommunityOf(community: ExtendedCommunity | string): ExtendedCommunity {
  if (typeof community !== "string") return community;
  const value = parseExtendedCommunity(community);
  if (value === null) throw invalid(`"${community}" is no extended community`);
  return value;
}

function invalid(message: string): ConfigError {
  return new ConfigError("invalid-value", "extendedCommunities", message);
}
