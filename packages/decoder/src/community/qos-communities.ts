// Extended communities about classes of service, of regular types: one octet of type, seven of value (RFC 4360 section 2).
import { writeHex } from "../bytes/write.ts";
import { wordIf, type CommunityRow, type TypedCommunity } from "./community-table.ts";

/** QoS Marking (draft-knoll-idr-qos-attribute): how a class of service is marked. */
interface QosMarking extends TypedCommunity {
  readonly name: "qosMarking";
  readonly transitive: boolean;
  readonly flags: number;
  readonly setNumber: number;
  /** 0: DSCP, 1: IEEE 802.1Q, 2: E-LSP, 3: virtual channels, 4 to 6: GMPLS. */
  readonly technologyType: number;
  /** QoS Marking O, of the originator. */
  readonly originalMarking: number;
  /** QoS Marking A, of the AS that sends. */
  readonly activeMarking: number;
  readonly processingCount: number;
}

const QOS_MARKING: CommunityRow<QosMarking> = {
  name: "qosMarking",
  word: "qos-marking",
  types: [0x04, 0x44],
  regular: true,
  typeOf: ({ transitive }) => (transitive ? 0x04 : 0x44),
  read: (reader, type) => ({
    name: "qosMarking",
    transitive: type === 0x04,
    flags: reader.u8("Flags"),
    setNumber: reader.u8("QoS Set Number"),
    technologyType: reader.u8("Technology Type"),
    originalMarking: reader.u16("QoS Marking O"),
    activeMarking: reader.u8("QoS Marking A"),
    processingCount: reader.u8("Processing Count"),
  }),
  write: (community, writer) => {
    writer.u8(community.flags);
    writer.u8(community.setNumber);
    writer.u8(community.technologyType);
    writer.u16(community.originalMarking);
    writer.u8(community.activeMarking);
    writer.u8(community.processingCount);
  },
  format: (community) => [
    community.flags,
    community.setNumber,
    community.technologyType,
    community.originalMarking,
    community.activeMarking,
    community.processingCount,
    wordIf(!community.transitive, "non-transitive"),
  ],
  parse: (text) => ({
    name: "qosMarking",
    flags: text.number(0xff),
    setNumber: text.number(0xff),
    technologyType: text.number(0xff),
    originalMarking: text.number(0xffff),
    activeMarking: text.number(0xff),
    processingCount: text.number(0xff),
    transitive: !text.flag("non-transitive"),
  }),
};

/** CoS Capability (draft-knoll-idr-cos-interconnect): which classes of service there are. */
interface CosCapability extends TypedCommunity {
  readonly name: "cosCapability";
  /** Seven octets as fourteen digits. */
  readonly flags: string;
}

const COS_CAPABILITY: CommunityRow<CosCapability> = {
  name: "cosCapability",
  word: "cos-capability",
  types: [0x05],
  regular: true,
  read: (reader) => ({ name: "cosCapability", flags: reader.hex("CoS Flags", 7) }),
  write: ({ flags }, writer) => writeHex(flags, 7, "extendedCommunities.flags", writer),
  format: ({ flags }) => [flags],
  parse: (text) => ({ name: "cosCapability", flags: text.hex(7) }),
};

export type QosCommunity = QosMarking | CosCapability;

export const QOS_COMMUNITIES: readonly CommunityRow<QosCommunity>[] = [QOS_MARKING, COS_CAPABILITY];
