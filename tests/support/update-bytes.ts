// UPDATEs from hexadecimal parts, for tests that have to say what is on the wire.
import { fromHex } from "@bgpwire/core";

/** Octets of hexadecimal text. */
export function hex(text: string): Uint8Array {
  const octets = fromHex(text);
  if (octets === null) throw new Error(`"${text}" is not hexadecimal`);
  return octets;
}

/** ORIGIN IGP. */
export const ORIGIN_HEX = "40 01 01 00";
/** AS_PATH 65001 with four octets per AS number, and with two. */
export const AS_PATH_HEX = "40 02 06 02 01 0000fde9";
export const AS_PATH_2_HEX = "40 02 04 02 01 fde9";
/** NEXT_HOP 192.0.2.1. */
export const NEXT_HOP_HEX = "40 03 04 c0000201";
/** 203.0.113.0/24. */
export const NLRI_HEX = "18 cb0071";
/** MP_REACH_NLRI of 2001:db8:1::/48 by 2001:db8::1. */
export const MP_REACH_HEX = "80 0e 1c 0002 01 10 20010db8000000000000000000000001 00 30 20010db80001";

/** The body of an UPDATE. */
export function updateBytes(parts: { withdrawn?: string; attributes?: readonly string[]; nlri?: string }): Uint8Array {
  const withdrawn = hex(parts.withdrawn ?? "");
  const attributes = hex((parts.attributes ?? []).join(""));
  const nlri = hex(parts.nlri ?? "");
  return Uint8Array.from([
    withdrawn.length >> 8,
    withdrawn.length & 0xff,
    ...withdrawn,
    attributes.length >> 8,
    attributes.length & 0xff,
    ...attributes,
    ...nlri,
  ]);
}
