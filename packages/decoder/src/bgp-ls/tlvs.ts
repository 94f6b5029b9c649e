// The TLVs of the BGP-LS Attribute that this package knows, in the order of their types: one space of numbers for all documents
// (registry "BGP-LS NLRI and Attribute TLVs" of IANA). Others stay raw.
import { tlvTable, type RawTlv, type TlvTable } from "../bytes/tlv.ts";
import {
  CROSS_CONNECT_TLVS,
  descriptorTable,
  NODE_DESCRIPTORS,
  type CrossConnectTlv,
  type LinkStateDescriptor,
  type NodeDescriptor,
} from "./descriptors.ts";
import {
  FLEXIBLE_ALGORITHM_DEFINITION,
  FLEXIBLE_ALGORITHM_PREFIX_METRIC,
  FLEXIBLE_ALGORITHM_SUB_TLVS,
  type FlexibleAlgorithmDefinitionTlv,
  type FlexibleAlgorithmPrefixMetricTlv,
  type FlexibleAlgorithmSubTlv,
} from "./flexible-algorithm.ts";
import {
  APPLICATION_SPECIFIC,
  L2_BUNDLE_MEMBER,
  linkAttributeRows,
  type ApplicationSpecificLinkAttributesTlv,
  type L2BundleMemberAttributesTlv,
  type LinkAttributeTlv,
} from "./link-parts.ts";
import { nodeRows, type NodeTlv } from "./node.ts";
import { prefixRows, type PrefixTlv } from "./prefix.ts";
import {
  segmentRoutingNodeRows,
  segmentRoutingPrefixRows,
  type SegmentRoutingNodeTlv,
  type SegmentRoutingPrefixTlv,
} from "./segment-routing.ts";
import { spfRows, type SpfTlv } from "./spf.ts";
import { CONSTRAINT_SUB_TLVS, type ConstraintTlv } from "./sr-constraints.ts";
import { srPolicyRows, type SrPolicyTlv } from "./sr-policy.ts";
import { SEGMENT_LIST_SUB_TLVS, type SegmentListSubTlv } from "./sr-segment-list.ts";
import {
  SRV6_CAPABILITIES,
  SRV6_LOCATOR,
  SRV6_SID_ROWS,
  type Srv6CapabilitiesTlv,
  type Srv6LocatorTlv,
  type Srv6SidTlv,
} from "./srv6.ts";

/** A TLV of the BGP-LS Attribute; `name` tells the arms apart, `type` is the number on the wire. */
export type BgpLsTlv =
  | NodeTlv
  | SegmentRoutingNodeTlv
  | Srv6CapabilitiesTlv
  | FlexibleAlgorithmDefinitionTlv
  | LinkAttributeTlv
  | ApplicationSpecificLinkAttributesTlv
  | L2BundleMemberAttributesTlv
  | PrefixTlv
  | SegmentRoutingPrefixTlv
  | Srv6LocatorTlv
  | FlexibleAlgorithmPrefixMetricTlv
  | SpfTlv
  | SrPolicyTlv
  | Srv6SidTlv
  | RawTlv;

/** By type: those that stand in the attribute itself. */
export const BGP_LS_TLVS: TlvTable<Exclude<BgpLsTlv, RawTlv>> = /* @__PURE__ */ bgpLsTlvs();

function bgpLsTlvs(): TlvTable<Exclude<BgpLsTlv, RawTlv>> {
  return tlvTable<Exclude<BgpLsTlv, RawTlv>>([
    ...nodeRows(),
    ...segmentRoutingNodeRows(),
    SRV6_CAPABILITIES,
    FLEXIBLE_ALGORITHM_DEFINITION,
    ...linkAttributeRows(),
    APPLICATION_SPECIFIC,
    L2_BUNDLE_MEMBER,
    ...prefixRows(),
    ...segmentRoutingPrefixRows(),
    SRV6_LOCATOR,
    FLEXIBLE_ALGORITHM_PREFIX_METRIC,
    ...spfRows(),
    ...srPolicyRows(),
    ...SRV6_SID_ROWS,
  ]);
}

type AnyTlv =
  | Exclude<BgpLsTlv, RawTlv>
  | LinkStateDescriptor
  | NodeDescriptor
  | CrossConnectTlv
  | FlexibleAlgorithmSubTlv
  | ConstraintTlv
  | SegmentListSubTlv;

/** The TLVs and sub-TLVs of the attribute and of descriptors that this package knows: their types by the names that objects have. */
export const BgpLsTlvType: { readonly [T in AnyTlv as T["name"]]: T["type"] } = /* @__PURE__ */ types();

function types(): typeof BgpLsTlvType {
  const tables: readonly TlvTable[] = [
    descriptorTable(4),
    NODE_DESCRIPTORS,
    CROSS_CONNECT_TLVS,
    BGP_LS_TLVS,
    FLEXIBLE_ALGORITHM_SUB_TLVS,
    CONSTRAINT_SUB_TLVS,
    SEGMENT_LIST_SUB_TLVS,
  ];
  const rows = tables.flatMap((table) => Array.from(table.values()));
  return Object.fromEntries(rows.map(({ name, type }) => [name, type])) as typeof BgpLsTlvType;
}

const NAMES: ReadonlyMap<number, string> = /* @__PURE__ */ names();

function names(): Map<number, string> {
  return new Map(Object.entries(BgpLsTlvType).map(([name, type]) => [type, name]));
}

/** The name that objects have for a type, or "TLV 9999". @example bgpLsTlvName(1026) // "nodeName" */
export function bgpLsTlvName(type: number): string {
  return NAMES.get(type) ?? `TLV ${type}`;
}
