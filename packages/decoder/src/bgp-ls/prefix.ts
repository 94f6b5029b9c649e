// TLVs of prefixes: RFC 9552 section 5.3.3.
import type { TlvRow } from "../bytes/tlv.ts";
import { ADDRESS, HEX, listOf, OCTET, U32, U32_LIST, U64, valueRow, type ValueTlv } from "./forms.ts";

/** Bits of `igpFlags` (RFC 9552 section 5.3.3.1). */
export const IgpPrefixFlag = {
  IsIsUpDown: 0x80,
  OspfNoUnicast: 0x40,
  OspfLocalAddress: 0x20,
  OspfPropagate: 0x10,
} as const;

export type PrefixTlv =
  /** Bits of `IgpPrefixFlag`. */
  | ValueTlv<"igpFlags", 1152, number>
  | ValueTlv<"igpRouteTag", 1153, readonly number[]>
  /** Eight octets each, as decimal text. */
  | ValueTlv<"igpExtendedRouteTag", 1154, readonly string[]>
  | ValueTlv<"prefixMetric", 1155, number>
  /** An address of either version. */
  | ValueTlv<"ospfForwardingAddress", 1156, string>
  /** TLVs of the IGP, as hexadecimal digits. */
  | ValueTlv<"opaquePrefixAttribute", 1157, string>;

/** In the order of their types. */
export function prefixRows(): TlvRow<PrefixTlv>[] {
  return [
    valueRow("igpFlags", 1152, "IGP Flags", OCTET),
    valueRow("igpRouteTag", 1153, "IGP Route Tag", U32_LIST),
    valueRow("igpExtendedRouteTag", 1154, "IGP Extended Route Tag", listOf(U64)),
    valueRow("prefixMetric", 1155, "Prefix Metric", U32),
    valueRow("ospfForwardingAddress", 1156, "OSPF Forwarding Address", ADDRESS),
    valueRow("opaquePrefixAttribute", 1157, "Opaque Prefix Attribute", HEX),
  ];
}
