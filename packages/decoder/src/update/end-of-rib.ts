// End-of-RIB (RFC 4724 section 2): the message that says that a family's initial routes are complete.
import { ConfigError, type Family } from "@bgpwire/core";
import { IPV4, MP_UNREACH_CODE, UNICAST_SAFI } from "../numbers.ts";
import { u16At } from "../bytes/integers.ts";
import type { Offsets } from "./offsets.ts";

/**
 * The body of the End-of-RIB marker: an empty UPDATE for IPv4 unicast, for other families one that "contains only the
 * MP_UNREACH_NLRI attribute with no withdrawn routes".
 *
 * @throws ConfigError `invalid-value` where the numbers are none
 * @example endOfRib({ afi: 2, safi: 1 }) // 00 00 00 06 80 0f 03 00 02 01
 */
export function endOfRib(family: Family): Uint8Array {
  const { afi, safi } = family;
  // A text has neither, and wrong octets would be on their way to the peer.
  if (!(afi >= 0 && afi <= 0xffff && safi >= 0 && safi <= 0xff)) {
    throw new ConfigError("invalid-value", "family", "is not { afi, safi }, such as { afi: 2, safi: 1 }");
  }
  if (afi === IPV4 && safi === UNICAST_SAFI) return new Uint8Array(4);
  return Uint8Array.of(0, 0, 0, 6, 0x80, MP_UNREACH_CODE, 3, afi >> 8, afi, safi);
}

/**
 * The family a message without issues ends, or null. An MP_UNREACH_NLRI alone also ends IPv4 unicast, as some speakers
 * have it.
 */
export function endOfRibIn(offsets: Offsets): Family | null {
  const { buffer, start, end, count } = offsets;
  if (offsets.findings.length > 0) return null;
  if (end - start === 4) return { afi: IPV4, safi: UNICAST_SAFI };
  if (count !== 1 || offsets.code(0) !== MP_UNREACH_CODE) return null;
  if (offsets.withdrawnStart < offsets.withdrawnEnd || offsets.attributesEnd < end) return null;
  const value = offsets.valueStart(0);
  return offsets.valueEnd(0) - value === 3 ? { afi: u16At(buffer, value), safi: buffer[value + 2]! } : null;
}
