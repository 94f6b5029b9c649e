// TLVs of flexible algorithms: RFC 9351.
import { tlvTable, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import { reserved, SOME_U32, valueRow, writeDigits, type Reserved, type ValueTlv } from "./forms.ts";
import { readBgpLsTlvs, writeBgpLsTlvs } from "./sub-tlvs.ts";

/** Bits of the first word of `flexibleAlgorithmDefinitionFlags` (RFC 9350 section 6.4). */
export const FlexibleAlgorithmFlag = { PrefixMetric: 0x8000_0000 } as const;

export interface FlexibleAlgorithmDefinitionTlv extends Tlv {
  readonly name: "flexibleAlgorithmDefinition";
  readonly type: 1039;
  /** 128 to 255. */
  readonly flexibleAlgorithm: number;
  /** 0 IGP metric, 1 minimum delay, 2 TE default metric (RFC 9350 section 5.1). */
  readonly metricType: number;
  readonly calculationType: number;
  readonly priority: number;
  readonly subTlvs: readonly (FlexibleAlgorithmSubTlv | RawTlv)[];
}

/** Which sub-TLVs of the IGP's definition have no form in BGP-LS. */
interface FlexibleAlgorithmUnsupportedTlv extends Tlv {
  readonly name: "flexibleAlgorithmUnsupported";
  readonly type: 1046;
  /** A value of `LinkStateProtocol`. */
  readonly protocolId: number;
  /** Their types, one octet each in IS-IS and two in OSPF, as hexadecimal digits. */
  readonly subTlvTypes: string;
}

/** Sub-TLVs of a definition. Affinities are words of 32 colours (RFC 7308); of all words there is one at least. */
export type FlexibleAlgorithmSubTlv =
  | ValueTlv<"flexibleAlgorithmExcludeAnyAffinity", 1040, readonly number[]>
  | ValueTlv<"flexibleAlgorithmIncludeAnyAffinity", 1041, readonly number[]>
  | ValueTlv<"flexibleAlgorithmIncludeAllAffinity", 1042, readonly number[]>
  /** Words of flags, the first having those of `FlexibleAlgorithmFlag`. */
  | ValueTlv<"flexibleAlgorithmDefinitionFlags", 1043, readonly number[]>
  | ValueTlv<"flexibleAlgorithmExcludeSrlg", 1045, readonly number[]>
  | FlexibleAlgorithmUnsupportedTlv;

export interface FlexibleAlgorithmPrefixMetricTlv extends Tlv, Reserved {
  readonly name: "flexibleAlgorithmPrefixMetric";
  readonly type: 1044;
  /** 128 to 255. */
  readonly flexibleAlgorithm: number;
  /** Those of OSPF. */
  readonly flags: number;
  readonly metric: number;
}

const UNSUPPORTED: TlvRow<FlexibleAlgorithmUnsupportedTlv> = {
  name: "flexibleAlgorithmUnsupported",
  type: 1046,
  label: "Flexible Algorithm Unsupported",
  read: (reader) => {
    const protocolId = reader.u8("Protocol-ID");
    const subTlvTypes = reader.hex("sub-TLV types", reader.remaining);
    return { name: "flexibleAlgorithmUnsupported", type: 1046, protocolId, subTlvTypes };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.protocolId);
    writeDigits(tlv.subTlvTypes, writer, "subTlvTypes");
  },
};

/** In the order of their types. */
export const FLEXIBLE_ALGORITHM_SUB_TLVS: TlvTable<FlexibleAlgorithmSubTlv> = /* @__PURE__ */ subTlvs();

function subTlvs(): TlvTable<FlexibleAlgorithmSubTlv> {
  return tlvTable<FlexibleAlgorithmSubTlv>([
    valueRow("flexibleAlgorithmExcludeAnyAffinity", 1040, "Flexible Algorithm Exclude-Any Affinity", SOME_U32),
    valueRow("flexibleAlgorithmIncludeAnyAffinity", 1041, "Flexible Algorithm Include-Any Affinity", SOME_U32),
    valueRow("flexibleAlgorithmIncludeAllAffinity", 1042, "Flexible Algorithm Include-All Affinity", SOME_U32),
    valueRow("flexibleAlgorithmDefinitionFlags", 1043, "Flexible Algorithm Definition Flags", SOME_U32),
    valueRow("flexibleAlgorithmExcludeSrlg", 1045, "Flexible Algorithm Exclude SRLG", SOME_U32),
    UNSUPPORTED,
  ]);
}

export const FLEXIBLE_ALGORITHM_DEFINITION: TlvRow<FlexibleAlgorithmDefinitionTlv> = {
  name: "flexibleAlgorithmDefinition",
  type: 1039,
  label: "Flexible Algorithm Definition",
  read: (reader) => ({
    name: "flexibleAlgorithmDefinition",
    type: 1039,
    flexibleAlgorithm: reader.u8("Flex Algo"),
    metricType: reader.u8("Metric-Type"),
    calculationType: reader.u8("Calc-Type"),
    priority: reader.u8("Priority"),
    subTlvs: readBgpLsTlvs(reader, FLEXIBLE_ALGORITHM_SUB_TLVS),
  }),
  write: (tlv, writer) => {
    writer.u8(tlv.flexibleAlgorithm);
    writer.u8(tlv.metricType);
    writer.u8(tlv.calculationType);
    writer.u8(tlv.priority);
    writeBgpLsTlvs(tlv.subTlvs, FLEXIBLE_ALGORITHM_SUB_TLVS, writer);
  },
};

export const FLEXIBLE_ALGORITHM_PREFIX_METRIC: TlvRow<FlexibleAlgorithmPrefixMetricTlv> = {
  name: "flexibleAlgorithmPrefixMetric",
  type: 1044,
  label: "Flexible Algorithm Prefix Metric",
  read: (reader) => {
    const flexibleAlgorithm = reader.u8("Flex Algo");
    const flags = reader.u8("Flags");
    const extra = reserved(reader.u16("Reserved"));
    const metric = reader.u32("Metric");
    return { name: "flexibleAlgorithmPrefixMetric", type: 1044, flexibleAlgorithm, flags, ...extra, metric };
  },
  write: (tlv, writer) => {
    writer.u8(tlv.flexibleAlgorithm);
    writer.u8(tlv.flags);
    writer.u16(tlv.reserved ?? 0);
    writer.u32(tlv.metric);
  },
};
