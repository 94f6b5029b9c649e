// Path attributes under Wireshark's names.
import {
  createContext,
  type AsPathSegment,
  type AttributeNamed,
  type DecodeContext,
  type MpReachNlriAttribute,
  type PathAttribute,
} from "@bgpwire/decoder";
import { addExtendedCommunity } from "./communities.ts";
import type { Fields } from "./fields.ts";
import { addVpnNextHop } from "./labeled.ts";
import { addLinkState } from "./link-state.ts";
import { addPrefixSidTlv } from "./prefix-sid.ts";
import { addPmsiTunnel, addTunnels, haveVnis } from "./tunnels.ts";
import { addRoutes } from "./nlri.ts";
import { addNextHop } from "./prefixes.ts";

type AttributeName = Exclude<PathAttribute["name"], "raw">;

/** What a value is to be understood with. */
interface Place {
  readonly context: DecodeContext;
  /** The attributes before it. */
  readonly before: readonly PathAttribute[];
}

/** How the value of each attribute is told; false where there are no words for something in it. */
type Writers = {
  readonly [N in AttributeName]?: (attribute: AttributeNamed<N>, fields: Fields, place: Place) => boolean | void;
};

const ATTRIBUTE = "bgp.update.path_attribute";
const ORIGINS: readonly string[] = ["igp", "egp", "incomplete"];

const WRITERS: Writers = {
  origin: ({ value }, fields) => fields.add(`${ATTRIBUTE}.origin`, ORIGINS.indexOf(value)),
  asPath: ({ segments }, fields, { context }) => addPath(segments, fields, context.fourOctetAs ? 4 : 2),
  nextHop: ({ address }, fields) => fields.add(`${ATTRIBUTE}.next_hop`, address),
  multiExitDisc: ({ value }, fields) => fields.add(`${ATTRIBUTE}.multi_exit_disc`, value),
  localPref: ({ value }, fields) => fields.add(`${ATTRIBUTE}.local_pref`, value),
  atomicAggregate: () => {},
  aggregator: addAggregator,
  communities: ({ communities }, fields) => {
    for (const community of communities) {
      // RFC 1997 reserves both ends of the numbers.
      if (community < 0x1_0000 || community >= 0xffff_0000) {
        fields.hex(`${ATTRIBUTE}.community_wellknown`, community, 8);
      } else {
        fields.add(`${ATTRIBUTE}.community_as`, community >>> 16);
        fields.add(`${ATTRIBUTE}.community_value`, community & 0xffff);
      }
    }
  },
  originatorId: ({ identifier }, fields) => fields.add(`${ATTRIBUTE}.originator_id`, identifier),
  clusterList: ({ clusterIds }, fields) => {
    for (const id of clusterIds) fields.add("bgp.path_attribute.cluster_id", id);
  },
  attrSet: addAttrSet,
  mpReachNlri: addReach,
  mpUnreachNlri: (attribute, fields) => {
    fields.add(`${ATTRIBUTE}.mp_unreach_nlri.afi`, attribute.afi);
    fields.add(`${ATTRIBUTE}.mp_unreach_nlri.safi`, attribute.safi);
    return addRoutes(attribute, fields, false);
  },
  extendedCommunities: ({ communities }, fields) =>
    communities.map((community) => addExtendedCommunity(community, fields)).every(Boolean),
  connector: unknownToWireshark,
  asPathlimit: unknownToWireshark,
  pmsiTunnel: (attribute, fields, { before }) => addPmsiTunnel(attribute, fields, before),
  tunnelEncapsulation: addTunnels,
  as4Path: ({ segments }, fields) => addPath(segments, fields, 4),
  as4Aggregator: addAggregator,
  ipv6ExtendedCommunities: unknownToWireshark,
  aigp: ({ tlvs }, fields) => {
    for (const tlv of tlvs) {
      if (tlv.name === "raw") return false;
      fields.add("bgp.update.attribute.aigp.type", tlv.type);
      // With type and length, as RFC 7311 section 3 has it.
      fields.add("bgp.update.attribute.aigp.length", 11);
      fields.add("bgp.update.attribute.aigp.accu_igp_metric", tlv.metric);
    }
    return true;
  },
  bgpLs: addLinkState,
  bgpsecPath: ({ securePath, signatureBlocks }, fields) => {
    // RFC 8205 sections 3.1 and 3.2: lengths count themselves.
    fields.add(`${ATTRIBUTE}.bgpsec.sp.length`, 2 + 6 * securePath.length);
    for (const { pCount, confedSegment, as } of securePath) {
      fields.add(`${ATTRIBUTE}.bgpsec.sps.pcount`, pCount);
      fields.add(`${ATTRIBUTE}.bgpsec.sps.flags`, confedSegment ? 0x80 : 0);
      fields.add(`${ATTRIBUTE}.bgpsec.sps.as`, as);
    }
    for (const { algorithmSuite, signatures } of signatureBlocks) {
      const octets = signatures.map(({ signature }) => 22 + signature.length / 2).reduce((sum, one) => sum + one, 3);
      fields.add(`${ATTRIBUTE}.bgpsec.sb.length`, octets);
      fields.add(`${ATTRIBUTE}.bgpsec.sb.algo_id`, algorithmSuite);
      for (const { subjectKeyIdentifier, signature } of signatures) {
        fields.bytes(`${ATTRIBUTE}.bgpsec.ss.ski`, Buffer.from(subjectKeyIdentifier, "hex"));
        fields.add(`${ATTRIBUTE}.bgpsec.ss.length`, signature.length / 2);
        fields.bytes(`${ATTRIBUTE}.bgpsec.ss.sig`, Buffer.from(signature, "hex"));
      }
    }
  },
  onlyToCustomer: unknownToWireshark,
  nextHopCharacteristics: unknownToWireshark,
  prefixSid: ({ tlvs }, fields) => tlvs.map((tlv) => addPrefixSidTlv(tlv, fields)).every(Boolean),
  largeCommunities: ({ communities }, fields) => {
    for (const { globalAdministrator, localData1, localData2 } of communities) {
      fields.add("bgp.large_communities.ga", globalAdministrator);
      fields.add("bgp.large_communities.ldp1", localData1);
      fields.add("bgp.large_communities.ldp2", localData2);
    }
  },
};

/** RFC 6368 section 5: attributes in an attribute, with AS numbers of four octets whatever the session has. */
function addAttrSet({ originAs, attributes }: AttributeNamed<"attrSet">, fields: Fields): boolean {
  fields.add(`${ATTRIBUTE}.attr_set.origin_as`, originAs);
  const context = createContext({ fourOctetAs: true });
  return attributes
    .map((attribute, index) => addAttribute(attribute, fields, { context, before: attributes.slice(0, index) }))
    .every(Boolean);
}

/** Wireshark 4.0 has the header of the attribute alone. */
function unknownToWireshark(): void {}

/** Tells the value of an attribute. @returns false where it, or something in it, stayed octets */
export function addAttribute(attribute: PathAttribute, fields: Fields, place: Place): boolean {
  if (attribute.name === "raw") return false;
  const write = WRITERS[attribute.name] as
    | ((attribute: PathAttribute, fields: Fields, place: Place) => boolean | void)
    | undefined;
  return write !== undefined && write(attribute, fields, place) !== false;
}

const SEGMENT_TYPES: Readonly<Record<AsPathSegment["type"], number>> = {
  set: 1,
  sequence: 2,
  confedSequence: 3,
  confedSet: 4,
};

function addPath(segments: readonly AsPathSegment[], fields: Fields, width: 2 | 4): void {
  for (const { type, asNumbers } of segments) {
    fields.add(`${ATTRIBUTE}.as_path_segment.type`, SEGMENT_TYPES[type]);
    fields.add(`${ATTRIBUTE}.as_path_segment.length`, asNumbers.length);
    for (const as of asNumbers) fields.add(`${ATTRIBUTE}.as_path_segment.as${width}`, as);
  }
}

function addAggregator({ as, address }: { readonly as: number; readonly address: string }, fields: Fields): void {
  fields.add(`${ATTRIBUTE}.aggregator_as`, as);
  fields.add(`${ATTRIBUTE}.aggregator_origin`, address);
}

function addReach(attribute: MpReachNlriAttribute, fields: Fields, { before }: Place): boolean {
  fields.add(`${ATTRIBUTE}.mp_reach_nlri.afi`, attribute.afi);
  fields.add(`${ATTRIBUTE}.mp_reach_nlri.safi`, attribute.safi);
  if (attribute.kind === "labeledVpnPrefix" || attribute.kind === "vpnPrefix") addVpnNextHop(attribute, fields);
  else if (attribute.kind !== "raw") addNextHop(attribute, fields);
  fields.add(`${ATTRIBUTE}.mp_reach_nlri.nbr_snpa`, attribute.reserved ?? 0);
  return addRoutes(attribute, fields, haveVnis(before));
}
