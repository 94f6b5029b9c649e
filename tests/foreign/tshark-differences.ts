// Where Wireshark 4.0 and this package do not say the same, and why.

import { decodeUpdate, type Nlri } from "@bgpwire/decoder";
import type { ForeignMessage } from "../support/foreign/message.ts";

/** A difference. */
export interface Difference {
  /** The messages, by file. */
  readonly files: RegExp;
  readonly fields: RegExp;
  /** Which of them. */
  readonly when?: (message: ForeignMessage) => boolean;
  readonly why: string;
}

/** Routes of MP_REACH_NLRI and MP_UNREACH_NLRI of this SAFI. */
function routes({ bytes, context }: ForeignMessage, safi: number): readonly Nlri[] {
  const { attributes } = decodeUpdate(bytes.subarray(19), context).update;
  return attributes.flatMap((attribute) => {
    if (attribute.name !== "mpReachNlri" && attribute.name !== "mpUnreachNlri") return [];
    return attribute.safi === safi && attribute.kind !== "raw" ? (attribute.nlri as readonly Nlri[]) : [];
  });
}

/** Are there routes of VPNs with path identifiers? */
export function hasVpnPaths(message: ForeignMessage): boolean {
  return routes(message, 128).some((route) => route.pathId !== undefined);
}

export const EXPLAINED: readonly Difference[] = [
  {
    files: /^pcap\/tcpdump\/bgp-extended-optional-parameters-length/,
    fields: /^(bgp_cap_|bgp_open_opt_|_ws_malformed$)/,
    why: "RFC 9072: Wireshark 4.0 does not know the extended format of optional parameters",
  },
  {
    files: /^pcap\/ryu\/evpn_esi_mac_base/,
    fields: /^bgp_evpn_nlri_esi_system_mac_discr$/,
    why: "RFC 7432 section 5: the Local Discriminator of type 3 has three octets, of which Wireshark 4.0 shows two",
  },
  {
    files: /^(pcap|bmp|exabgp)\//,
    fields: /^(bgp_(nlri_path_id|prefix_length|label_stack|rd|mp_(un)?reach_nlri_ipv4_prefix)|_ws_malformed)$/,
    when: hasVpnPaths,
    why: "RFC 7911: Wireshark 4.0 guesses whether there are path identifiers, and knows none in VPNs",
  },
  {
    files: /^pcap\/malformed\//,
    fields: /^bgp_(rd|update_path_attribute_mp_reach_nlri_next_hop_rd)$/,
    why: "a route distinguisher of no known type, of which Wireshark says only that",
  },
  {
    files: /^pcap\/tcpdump\/bgp-rt-prefix/,
    fields: /^bgp_community_prefix$/,
    why: "RFC 5668: a four-octet AS number of 100000, which Wireshark 4.0 shows as 4294967295",
  },
  {
    files: /^exabgp\//,
    fields: /^(bgp_update_path_attribute_mp_reach_nlri_next_hop_ipv[46]|_ws_malformed)$/,
    when: (message) => routes(message, 85).length > 0,
    why: "draft-mpmz-bess-mup-safi: Wireshark 4.0 does not know SAFI 85, and so no next hop of it",
  },
  {
    files: /^exabgp\//,
    fields: /^(bgp_update_path_attribute_mp_reach_nlri_next_hop_ipv4|_ws_malformed)$/,
    when: (message) => routes(message, 133).length > 0 || routes(message, 134).length > 0,
    why: "draft-ietf-idr-flowspec-redirect-ip: Wireshark 4.0 knows no next hop of flow specifications",
  },
  {
    files: /^pcap\/ryu\/flowspec_nlri_l2vpn/,
    fields: /^_ws_malformed$/,
    why: "draft-ietf-idr-flowspec-l2vpn: Wireshark 4.0 knows no flow specifications of AFI 25",
  },
  {
    files: /^exabgp\//,
    fields:
      /^(bgp_update_path_attribute_mp_reach_nlri_next_hop_ipv[46]|bgp_sr_policy_nlri_endpoint_ipv6|_ws_malformed)$/,
    when: (message) => routes(message, 73).length > 0,
    why: "RFC 9830 section 2.1: Wireshark 4.0 looks into no next hop of SAFI 73, and into no endpoint of IPv6",
  },
  {
    files: /^exabgp\/qa\/(api\/api|encoding\/conf)-mvpn/,
    fields: /^(bgp_update_path_attribute_mp_reach_nlri_next_hop_ipv4|_ws_malformed)$/,
    why: "RFC 6514 section 4: the AFI is that of the customer's multicast, and says nothing of the PE in the next hop",
  },
  {
    files: /^mrt\/bgpkit-parser\/updates\.20001104/,
    fields: /^bgp_(marker|length|type)$/,
    when: ({ bytes }) => bytes.length < 19,
    why: "RFC 4271 section 4.1: a record of 17 octets, fewer than a header has, in which Wireshark finds no marker",
  },
  {
    files: /^mrt\/ripe-ncc-bgpdump\/updates\.long_withdrawal/,
    fields: /^(bgp_|_ws_malformed$)/,
    why: "RFC 8654: Wireshark 4.0 takes nothing longer than 4096 octets for a message",
  },
  {
    files: /^mrt\/(mrtparse\/bird-mrtdump_rib|ripe-ncc-bgpdump\/bview\.ipv4_unicast_add_path)/,
    fields: /^bgp_(nlri_prefix|nlri_path_id|prefix_length)$/,
    why: "routes without any attribute: Wireshark does not look behind an empty attribute field",
  },
  {
    files: /^(pcap\/malformed|bgpraw\/(bio-rd-corpus|opendaylight\/bgp-parser-impl\/up8))/,
    fields: /^bgp_(nlri_prefix|prefix_length|update_path_attributes_length)$/,
    why: "RFC 7606 section 5.1: the NLRI lie behind the attributes, even where those cannot be read; Wireshark gives up",
  },
];

/** Fields that are not compared. Those which only group others have no value, and are not here. */
export const NOT_COMPARED: Readonly<Record<string, string>> = {
  _ws_expert: "remarks of Wireshark about what it has read",
  bgp_large_communities: "a label of the three numbers, which is empty in this output",
  bgp_open_opt_len: "RFC 5492 section 4: how capabilities are grouped into parameters means nothing, and is not kept",
  bgp_open_opt_param_len: "RFC 5492 section 4, the same",
  bgp_open_opt_param_type: "RFC 5492 section 4, the same",
  text: "a label of fields that are compared",
};

const TYPE = "RFC 4360 section 2: the type of an extended community is told as one number with its sub-type";
const ESI = "RFC 7432 section 5: an Ethernet Segment Identifier is told as one";
const DISTINGUISHER = "RFC 4364 section 4.2: a route distinguisher is told as one";
const LABEL_ENTRY = "RFC 9830 section 2.4.4.2.1: label, traffic class and bottom of stack are told as one";
const PARAMETERS = "RFC 9072: Wireshark 4.0 does not know the extended format of optional parameters";

/** Fields whose octets do not begin and end where ours do, and why. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  "bgp.evpn.nlri.esi.type": ESI,
  "bgp.evpn.nlri.esi.type0": ESI,
  "bgp.evpn.nlri.esi.value": ESI,
  "bgp.ext_com.stype_tr_IP4": TYPE,
  "bgp.ext_com.stype_tr_as2": TYPE,
  "bgp.ext_com.stype_tr_evpn": TYPE,
  "bgp.ext_com.stype_tr_exp": TYPE,
  "bgp.ext_com.stype_tr_opaque": TYPE,
  "bgp.ext_com.stype_unknown": TYPE,
  "bgp.ext_com.type.auth": TYPE,
  "bgp.ext_com.type.tran": TYPE,
  "bgp.flowspec_route_distinguisher_admin_as_num_2": DISTINGUISHER,
  "bgp.flowspec_route_distinguisher_asnum_4": DISTINGUISHER,
  "bgp.flowspec_route_distinguisher_type": DISTINGUISHER,
  "bgp.notify.communication": "RFC 9003 section 2: the communication is told as one, without its length",
  "bgp.notify.communication_length": "RFC 9003 section 2, the same",
  "bgp.open.opt.param.len": PARAMETERS,
  "bgp.open.opt.param.type": PARAMETERS,
  "bgp.open.opt.param.unknown": PARAMETERS,
  "bgp.update.encaps_tunnel_tlv_subtlv.segment_list_subtlv.bottom_stack": LABEL_ENTRY,
  "bgp.update.encaps_tunnel_tlv_subtlv.segment_list_subtlv.traffic_class": LABEL_ENTRY,
  "bgp.update.path_attribute.community_as": "RFC 1997: a community is one number, which people write in two halves",
  "bgp.update.path_attribute.community_value": "RFC 1997, the same",
};
