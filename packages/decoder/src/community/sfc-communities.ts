// Extended communities of service function chaining (RFC 9015).
import { bounded, writeHex } from "../bytes/write.ts";
import type { CommunityRow, TypedCommunity } from "./community-table.ts";

/** SFIR Pool Identifier (RFC 9015 section 3.1.1). */
interface SfirPoolIdentifier extends TypedCommunity {
  readonly name: "sfirPoolIdentifier";
  /** Six octets as twelve digits. */
  readonly poolIdentifier: string;
}

const SFIR_POOL_IDENTIFIER: CommunityRow<SfirPoolIdentifier> = {
  name: "sfirPoolIdentifier",
  word: "sfir-pool",
  types: [0x0b01],
  read: (reader) => ({
    name: "sfirPoolIdentifier",
    poolIdentifier: reader.hex("SFIR Pool Identifier value", 6),
  }),
  write: ({ poolIdentifier }, writer) => writeHex(poolIdentifier, 6, "extendedCommunities.poolIdentifier", writer),
  format: ({ poolIdentifier }) => [poolIdentifier],
  parse: (text) => ({ name: "sfirPoolIdentifier", poolIdentifier: text.hex(6) }),
};

/** MPLS Mixed Swapping/Stacking Labels (RFC 9015 section 3.1.2). */
interface MixedLabels extends TypedCommunity {
  readonly name: "mplsMixedSwappingStackingLabels";
  /** SFC Context Label and SF Label, 0 to 1048575. */
  readonly contextLabel: number;
  readonly sfLabel: number;
}

const MIXED_LABELS: CommunityRow<MixedLabels> = {
  name: "mplsMixedSwappingStackingLabels",
  word: "sfc-labels",
  types: [0x0b02],
  reserved: [0, 0, 0x0f, 0, 0, 0x0f],
  read: (reader) => ({
    name: "mplsMixedSwappingStackingLabels",
    contextLabel: reader.u24("SFC Context Label") >>> 4,
    sfLabel: reader.u24("SF Label") >>> 4,
  }),
  write: ({ contextLabel, sfLabel }, writer) => {
    writer.u24(bounded(contextLabel, 0xf_ffff, "extendedCommunities.contextLabel") << 4);
    writer.u24(bounded(sfLabel, 0xf_ffff, "extendedCommunities.sfLabel") << 4);
  },
  format: ({ contextLabel, sfLabel }) => [contextLabel, sfLabel],
  parse: (text) => ({
    name: "mplsMixedSwappingStackingLabels",
    contextLabel: text.number(0xf_ffff),
    sfLabel: text.number(0xf_ffff),
  }),
};

/** Flow Specification for SFC Classifiers (RFC 9015 section 7.4). */
interface SfcClassifier extends TypedCommunity {
  readonly name: "sfcClassifier";
  /** SPI, 0 to 16777215. */
  readonly servicePathIdentifier: number;
  /** SI; 0: the first hop of the path. */
  readonly serviceIndex: number;
  /** SFT; 0: whichever the hop has. */
  readonly serviceFunctionType: number;
}

const SFC_CLASSIFIER: CommunityRow<SfcClassifier> = {
  name: "sfcClassifier",
  word: "sfc-classifier",
  types: [0x800d],
  read: (reader) => ({
    name: "sfcClassifier",
    servicePathIdentifier: reader.u24("SPI"),
    serviceIndex: reader.u8("SI"),
    serviceFunctionType: reader.u16("SFT"),
  }),
  write: ({ servicePathIdentifier, serviceIndex, serviceFunctionType }, writer) => {
    writer.u24(servicePathIdentifier);
    writer.u8(serviceIndex);
    writer.u16(serviceFunctionType);
  },
  format: ({ servicePathIdentifier, serviceIndex, serviceFunctionType }) => [
    servicePathIdentifier,
    serviceIndex,
    serviceFunctionType,
  ],
  parse: (text) => ({
    name: "sfcClassifier",
    servicePathIdentifier: text.number(0xff_ffff),
    serviceIndex: text.number(0xff),
    serviceFunctionType: text.number(0xffff),
  }),
};

export type SfcCommunity = SfirPoolIdentifier | MixedLabels | SfcClassifier;

export const SFC_COMMUNITIES: readonly CommunityRow<SfcCommunity>[] = [
  SFIR_POOL_IDENTIFIER,
  MIXED_LABELS,
  SFC_CLASSIFIER,
];
