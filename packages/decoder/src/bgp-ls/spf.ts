// TLVs of BGP-LS-SPF (RFC 9815 section 5.2), where BGP itself is the link-state protocol.
import type { TlvRow } from "../bytes/tlv.ts";
import { OCTET, U64, valueRow, type ValueTlv } from "./forms.ts";

/** Values of `spfStatus` (RFC 9815 sections 5.2.1.1, 5.2.2.2 and 5.2.3.1); 0 and 255 are reserved. */
export const SpfStatus = { Unreachable: 1, NoTransit: 2 } as const;

export type SpfTlv =
  /** Of drafts before RFC 9815: the algorithm of the node, 0 for SPF (draft-ietf-lsvr-bgp-spf-16 section 5.2.1.1). */
  | ValueTlv<"spfCapability", 1180, number>
  /** How new the NLRI is, as decimal text (section 5.2.4). */
  | ValueTlv<"sequenceNumber", 1181, string>
  /** Of drafts before RFC 9815: lengths of prefixes of a link (draft-ietf-lsvr-bgp-spf-16 section 5.2.2.1). */
  | ValueTlv<"ipv4LinkPrefixLength", 1182, number>
  | ValueTlv<"ipv6LinkPrefixLength", 1183, number>
  /** A value of `SpfStatus`. */
  | ValueTlv<"spfStatus", 1184, number>;

/** In the order of their types. */
export function spfRows(): TlvRow<SpfTlv>[] {
  return [
    valueRow("spfCapability", 1180, "SPF Capability", OCTET),
    valueRow("sequenceNumber", 1181, "Sequence Number", U64),
    valueRow("ipv4LinkPrefixLength", 1182, "IPv4 Link Prefix Length", OCTET),
    valueRow("ipv6LinkPrefixLength", 1183, "IPv6 Link Prefix Length", OCTET),
    valueRow("spfStatus", 1184, "SPF Status", OCTET),
  ];
}
