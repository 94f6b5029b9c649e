// BGP-LS under Wireshark's names: a row for each TLV of the attribute and each descriptor of a route.
import type { AttributeNamed, NlriOfKind } from "@bgpwire/decoder";
import { decimalOfFloat, octetsOf, type Fields } from "./fields.ts";

type AttributeTlv = AttributeNamed<"bgpLs">["tlvs"][number];
type Route = Exclude<NlriOfKind["linkState"], { readonly name: "raw" }>;
type Descriptor = Route["descriptors"][number];
type NodeDescriptor = Extract<Descriptor, { readonly name: "localNodeDescriptors" }>["descriptors"][number];
type AnyTlv = AttributeTlv | Descriptor | NodeDescriptor;
type TlvName = Exclude<AnyTlv["name"], "raw">;
type TlvNamed<N extends TlvName> = Extract<AnyTlv, { readonly name: N }>;

/** A SID or a label, which Wireshark tells apart by the length. */
type Sid = { readonly label: number } | { readonly index: number };

/** Tells what is in a TLV. @returns the octets of its value, so that its length need not be believed; -1 for no words */
type Writers = { readonly [N in TlvName]?: (tlv: TlvNamed<N>, fields: Fields) => number };

const LS = "bgp.ls";
const TLV = "bgp.ls.tlv";
const TE = "bgp.ls.igp_te_metric";
const SR = "bgp.ls.sr.tlv";

function value<T extends { readonly value: string | number }>(
  name: string,
  octets: number,
): (tlv: T, fields: Fields) => number {
  return (tlv, fields) => {
    fields.add(name, tlv.value);
    return octets;
  };
}

/** A bandwidth, which Wireshark has in megabits per second. */
function bandwidth(bytesPerSecond: number | string, fields: Fields): number {
  fields.add(`${LS}.bandwidth_value`, decimalOfFloat((Number(bytesPerSecond) * 8) / 1e6));
  return 4;
}

const WRITERS: Writers = {
  // Descriptors of nodes
  localNodeDescriptors: ({ descriptors }, fields) => addTlvs(descriptors, fields),
  remoteNodeDescriptors: ({ descriptors }, fields) => addTlvs(descriptors, fields),
  autonomousSystem: value(`${TLV}.autonomous_system.id`, 4),
  bgpLsIdentifier: value(`${TLV}.bgp_ls_identifier_id`, 4),
  ospfAreaId: ({ value: area }, fields) => {
    fields.add(
      `${TLV}.area_id.id`,
      octetsOf(area).reduce((number, octet) => number * 256 + octet, 0),
    );
    return 4;
  },
  igpRouterId: ({ value: id }, fields) => {
    const octets = routerIdOctets(id);
    fields.bytes(`${TLV}.igp_router_id`, octets);
    return octets.length;
  },

  // Descriptors of links
  linkLocalRemoteIdentifiers: ({ local, remote }, fields) => {
    fields.hex(`${LS}.nlri_link_local_identifier`, local, 8);
    fields.hex(`${LS}.nlri_link_remote_identifier`, remote, 8);
    return 8;
  },
  ipv4InterfaceAddress: value(`${LS}.nlri_ipv4_interface_address`, 4),
  ipv4NeighborAddress: value(`${LS}.nlri_ipv4_neighbor_address`, 4),
  multiTopologyIdentifier: ({ topologies }, fields) => {
    for (const { mtId } of topologies) fields.add(`${LS}.nlri_multi_topology_id`, mtId);
    return 2 * topologies.length;
  },

  // Descriptors of prefixes
  ipReachabilityInformation: ({ value: prefix }, fields) => {
    const [address, bits] = prefix.split("/") as [string, string];
    fields.add("bgp.prefix_length", bits);
    fields.add(`${LS}.nlri_ip_reachability_prefix_ip`, address);
    return 1 + Math.ceil(Number(bits) / 8);
  },

  // The attribute of nodes
  nodeFlagBits: ({ value: flags }, fields) => {
    fields.flags(flags, {
      [`${LS}.node_flag_bits.overload`]: 0x80,
      [`${LS}.node_flag_bits.attached`]: 0x40,
      [`${LS}.node_flag_bits.external`]: 0x20,
      [`${LS}.node_flag_bits.abr`]: 0x10,
    });
    return 1;
  },
  nodeName: ({ value: name }, fields) => {
    fields.add(`${TLV}.node_name_value`, name);
    return Buffer.byteLength(name);
  },
  isisAreaIdentifier: ({ value: area }, fields) => {
    const octets = Buffer.from(area.replaceAll(".", ""), "hex");
    fields.bytes(`${TLV}.is_is_area_identifier_value`, octets);
    return octets.length;
  },
  ipv4RouterIdOfLocalNode: value(`${TLV}.ipv4_router_id_value`, 4),
  ipv6RouterIdOfLocalNode: value(`${TLV}.ipv6_router_id_of_local_node_value`, 16),
  ipv4RouterIdOfRemoteNode: value(`${TLV}.ipv4_router_id_value`, 4),
  ipv6RouterIdOfRemoteNode: value(`${TLV}.ipv6_router_id_of_local_node_value`, 16),
  nodeMsd: ({ value: list }, fields) => {
    for (const { msdType, msdValue } of list) {
      fields.add(`${TLV}.igp_msd_type`, msdType);
      fields.add(`${TLV}.igp_msd_value`, msdValue);
    }
    return 2 * list.length;
  },
  srCapabilities: ({ flags, reserved = 0, ranges }, fields) => {
    fields.hex(`${SR}.capabilities.flags`, flags, 2);
    fields.flags(flags, {
      [`${SR}.capabilities.flags.i`]: 0x80,
      [`${SR}.capabilities.flags.v`]: 0x40,
      [`${SR}.capabilities.flags.h`]: 0x20,
    });
    // The octet behind the flags, and the bits of the flags without a name.
    fields.hex(`${SR}.capabilities.flags.reserved`, flags & 0x1f, 2);
    return reserved === 0 ? 2 + addRanges(`${SR}.capabilities`, ranges, fields) : -1;
  },
  srAlgorithm: ({ value: algorithms }, fields) => {
    for (const algorithm of algorithms) fields.add(`${SR}.algorithm.value`, algorithm);
    return algorithms.length;
  },
  srLocalBlock: ({ flags, ranges }, fields) => {
    fields.hex(`${SR}.local_block.flags`, flags, 2);
    return 2 + addRanges(`${SR}.local_block`, ranges, fields);
  },

  // The attribute of links
  administrativeGroup: value(`${TLV}.administrative_group_color_value`, 4),
  maximumLinkBandwidth: ({ value: bytes }, fields) => bandwidth(bytes, fields),
  maximumReservableLinkBandwidth: ({ value: bytes }, fields) => bandwidth(bytes, fields),
  unreservedBandwidth: ({ value: list }, fields) =>
    list.map((bytes) => bandwidth(bytes, fields)).reduce((sum, octets) => sum + octets, 0),
  teDefaultMetric: ({ value: metric }, fields) => {
    fields.hex(`${TLV}.te_default_metric_value`, metric, 8);
    return 4;
  },
  igpMetric: ({ metric, octets }, fields) => {
    fields.hex(`${TLV}.metric_value`, metric, 6);
    return octets;
  },
  adjacencySid: ({ flags, weight, sid }, fields) => {
    fields.hex(`${SR}.adjacency.sid.flags`, flags, 2);
    fields.flags(flags, {
      [`${SR}.adjacency.sid.flags.f`]: 0x80,
      [`${SR}.adjacency.sid.flags.b`]: 0x40,
      [`${SR}.adjacency.sid.flags.v`]: 0x20,
      [`${SR}.adjacency.sid.flags.l`]: 0x10,
      [`${SR}.adjacency.sid.flags.s`]: 0x08,
    });
    fields.add(`${SR}.adjacency.sid.weight`, weight);
    return 4 + addSid(`${SR}.adjacency.sid`, sid, fields);
  },
  unidirectionalLinkDelay: ({ value: delay, anomalous }, fields) => {
    addAnomalous(anomalous, fields);
    fields.add(`${TE}.delay_value`, delay);
    return 4;
  },
  minMaxUnidirectionalLinkDelay: ({ anomalous, minimum, maximum }, fields) => {
    addAnomalous(anomalous, fields);
    fields.add(`${TE}.delay_min`, minimum);
    fields.hex(`${TE}.reserved`, 0, 2);
    fields.add(`${TE}.delay_max`, maximum);
    return 8;
  },
  unidirectionalDelayVariation: ({ value: variation }, fields) => {
    fields.hex(`${TE}.reserved`, 0, 2);
    fields.add(`${TE}.delay_variation_value`, variation);
    return 4;
  },
  applicationSpecificLinkAttributes: (tlv, fields) => {
    const { standardApplicationBitMask: standard, userDefinedApplicationBitMask: userDefined, subTlvs } = tlv;
    const name = `${TLV}.application_specific_link_attributes`;
    fields.add(`${name}.sabm_length`, standard.length / 2);
    fields.add(`${name}.udabm_length`, userDefined.length / 2);
    fields.hex(`${name}.reserved`, 0, 4);
    fields.add(`${name}.sabm`, `0x${standard}`);
    fields.flags(Number.parseInt(standard, 16) >>> 24, {
      [`${name}.sabm.r`]: 0x80,
      [`${name}.sabm.s`]: 0x40,
      [`${name}.sabm.f`]: 0x20,
      [`${name}.sabm.x`]: 0x10,
    });
    fields.bytes(`${name}.udabm`, Buffer.from(userDefined, "hex"));
    return 4 + standard.length / 2 + userDefined.length / 2 + addTlvs(subTlvs, fields);
  },

  // The attribute of prefixes
  prefixMetric: ({ value: metric }, fields) => {
    fields.hex(`${TLV}.prefix_metric_value`, metric, 8);
    return 4;
  },
  // For IS-IS, which all of the corpora is about.
  prefixAttributeFlags: ({ value: digits }, fields) => {
    const flags = Number.parseInt(digits, 16);
    fields.hex(`${SR}.prefix.attribute_flags.flags`, flags, 2);
    fields.flags(flags, {
      [`${SR}.prefix.attribute_flags.flags.x`]: 0x80,
      [`${SR}.prefix.attribute_flags.flags.r`]: 0x40,
      [`${SR}.prefix.attribute_flags.flags.n`]: 0x20,
      [`${SR}.prefix.attribute_flags.flags.e`]: 0x10,
    });
    return digits.length / 2;
  },
};

/** TLVs of newer documents, of which Wireshark 4.0 says nothing at all. */
const UNKNOWN_TO_WIRESHARK: ReadonlySet<string> = new Set(["srv6EndXSid", "isisSrv6LanEndXSid"]);

/** Tells TLVs with their headers. @returns how many octets they are; NaN where there are no words for one */
function addTlvs(
  tlvs: readonly AnyTlv[] | readonly { readonly name: string; readonly type: number }[],
  fields: Fields,
): number {
  let octets = 0;
  for (const tlv of tlvs) {
    if (UNKNOWN_TO_WIRESHARK.has(tlv.name)) continue;
    const write = WRITERS[tlv.name as TlvName] as ((tlv: object, fields: Fields) => number) | undefined;
    const length = write?.(tlv, fields) ?? Number.NaN;
    if (Number.isNaN(length)) return Number.NaN;
    fields.add(`${LS}.type`, tlv.type);
    fields.add(`${LS}.length`, length);
    octets += 4 + length;
  }
  return octets;
}

/** Tells the TLVs of the attribute. @returns false where there are no words for one */
export function addLinkState({ tlvs }: AttributeNamed<"bgpLs">, fields: Fields): boolean {
  return !Number.isNaN(addTlvs(tlvs, fields));
}

/** Tells a route. @returns false where there are no words for something in it */
export function addLinkStateRoute(route: NlriOfKind["linkState"], fields: Fields): boolean {
  if (route.name === "raw") return false;
  const octets = addTlvs(route.descriptors, fields);
  fields.add(`${LS}.nlri_type`, route.nlriType);
  // Protocol-ID and Identifier before the descriptors.
  fields.add(`${LS}.nlri_length`, 9 + octets);
  fields.add(`${LS}.nlri_node.protocol_id`, route.protocolId);
  fields.add(`${LS}.nlri_node.identifier`, route.identifier);
  return !Number.isNaN(octets);
}

/** "0000.0000.0013", with a pseudonode behind it perhaps; a dotted number, with an interface behind a colon perhaps. */
function routerIdOctets(id: string): Uint8Array {
  const dotted = id.split(":").map((part) => part.split("."));
  if (dotted[0]!.length === 4 && dotted[0]!.every((part) => part.length < 4))
    return Uint8Array.from(dotted.flat(), Number);
  return Buffer.from(id.replaceAll(".", ""), "hex");
}

function addRanges(
  name: string,
  ranges: readonly { readonly rangeSize: number; readonly first: Sid }[],
  fields: Fields,
): number {
  let octets = 0;
  for (const { rangeSize, first } of ranges) {
    fields.add(`${name}.range_size`, rangeSize);
    const length = addSid(`${name}.sid`, first, fields);
    fields.add(`${LS}.type`, 1161);
    fields.add(`${LS}.length`, length);
    octets += 3 + 4 + length;
  }
  return octets;
}

/** RFC 9085 section 2.1.1: three octets are a label, four an index. */
function addSid(name: string, sid: object, fields: Fields): number {
  if ("label" in sid) fields.add(`${name}.label`, sid.label as number);
  else if ("index" in sid) fields.add(`${name}.index`, sid.index as number);
  return "label" in sid ? 3 : 4;
}

function addAnomalous(anomalous: boolean, fields: Fields): void {
  fields.hex(`${TE}.flags`, anomalous ? 0x80 : 0, 2);
  fields.add(`${TE}.flags.a`, anomalous);
  fields.hex(`${TE}.flags.reserved`, 0, 2);
}
