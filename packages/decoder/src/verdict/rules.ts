// The verdict table, whole: what can be wrong with an UPDATE, in the order of the message and of attribute codes.
import { AGGREGATOR_RULES } from "../attribute/aggregator.ts";
import { AIGP_RULES } from "../attribute/aigp.ts";
import { AS_PATH_RULES } from "../attribute/as-path.ts";
import { AS_PATHLIMIT_RULES } from "../attribute/as-pathlimit.ts";
import { AS4_PATH_RULES } from "../attribute/as4-path.ts";
import { ATOMIC_AGGREGATE_RULES } from "../attribute/atomic-aggregate.ts";
import { ATTR_SET_RULES } from "../attribute/attr-set.ts";
import { BFD_DISCRIMINATOR_RULES } from "../attribute/bfd-discriminator.ts";
import { BGPSEC_PATH_RULES } from "../attribute/bgpsec-path.ts";
import { BIER_RULES } from "../attribute/bier.ts";
import { CLUSTER_LIST_RULES } from "../attribute/cluster-list.ts";
import { COMMUNITIES_RULES } from "../attribute/communities.ts";
import { CONNECTOR_RULES } from "../attribute/connector.ts";
import { DOMAIN_PATH_RULES } from "../attribute/domain-path.ts";
import { EXTENDED_COMMUNITIES_RULES } from "../attribute/extended-communities.ts";
import { IPV6_EXTENDED_COMMUNITIES_RULES } from "../attribute/ipv6-extended-communities.ts";
import { LARGE_COMMUNITY_RULES } from "../attribute/large-communities.ts";
import { LOCAL_PREF_RULES } from "../attribute/local-pref.ts";
import { MP_REACH_NLRI_RULES } from "../attribute/mp-reach-nlri.ts";
import { MP_UNREACH_NLRI_RULES } from "../attribute/mp-unreach-nlri.ts";
import { MULTI_EXIT_DISC_RULES } from "../attribute/multi-exit-disc.ts";
import { NEXT_HOP_RULES } from "../attribute/next-hop.ts";
import { NEXT_HOP_CHARACTERISTICS_RULES } from "../attribute/next-hop-characteristics.ts";
import { ONLY_TO_CUSTOMER_RULES } from "../attribute/only-to-customer.ts";
import { ORIGIN_RULES } from "../attribute/origin.ts";
import { ORIGINATOR_ID_RULES } from "../attribute/originator-id.ts";
import { PE_DISTINGUISHER_LABELS_RULES } from "../attribute/pe-distinguisher-labels.ts";
import { PMSI_TUNNEL_RULES } from "../attribute/pmsi-tunnel.ts";
import { PREFIX_SID_RULES } from "../attribute/prefix-sid.ts";
import { SFP_RULES } from "../attribute/sfp.ts";
import { SRV6_SERVICE_RULES } from "../attribute/srv6-service.ts";
import { TRAFFIC_ENGINEERING_RULES } from "../attribute/traffic-engineering.ts";
import { TUNNEL_ENCAPSULATION_RULES } from "../attribute/tunnel-encapsulation.ts";
import { BGP_LS_RULES, LINK_STATE_NLRI_RULES } from "../bgp-ls/rules.ts";
import { COMMUNITY_CONTAINER_RULES } from "../community/wide-community.ts";
import { CAR_RULES } from "../nlri/car.ts";
import { EVPN_RULES } from "../nlri/evpn.ts";
import { FLOWSPEC_RULES } from "../nlri/flowspec-components.ts";
import { LABELED_PREFIX_RULES } from "../nlri/labeled-prefix.ts";
import { MUP_RULES } from "../nlri/mup.ts";
import { MVPN_RULES } from "../nlri/mvpn.ts";
import { SFC_RULES } from "../nlri/sfc.ts";
import { SR_POLICY_RULES } from "../nlri/sr-policy.ts";
import { ENCAPSULATION_RULES } from "../nlri/encapsulation.ts";
import { MCAST_VPLS_RULES } from "../nlri/mcast-vpls.ts";
import { MDT_RULES } from "../nlri/mdt.ts";
import { ROUTE_TARGET_RULES } from "../nlri/route-target.ts";
import { VPLS_RULES } from "../nlri/vpls.ts";
import { VPN_PREFIX_RULES } from "../nlri/vpn-prefix.ts";
import { MESSAGE_RULES } from "./message-rules.ts";
import type { Rule } from "./rule.ts";

/** The rules of an UPDATE as such and of the attributes without which none can be understood: 1, 2, 3, 5, 6, 14 and 15. */
type IndispensableRules = typeof MESSAGE_RULES &
  typeof ORIGIN_RULES &
  typeof AS_PATH_RULES &
  typeof NEXT_HOP_RULES &
  typeof LOCAL_PREF_RULES &
  typeof ATOMIC_AGGREGATE_RULES &
  typeof MP_REACH_NLRI_RULES &
  typeof MP_UNREACH_NLRI_RULES;

type RulesByName = IndispensableRules &
  typeof MULTI_EXIT_DISC_RULES &
  typeof AGGREGATOR_RULES &
  typeof COMMUNITIES_RULES &
  typeof ORIGINATOR_ID_RULES &
  typeof CLUSTER_LIST_RULES &
  typeof EXTENDED_COMMUNITIES_RULES &
  typeof AS4_PATH_RULES &
  typeof CONNECTOR_RULES &
  typeof AS_PATHLIMIT_RULES &
  typeof PMSI_TUNNEL_RULES &
  typeof TUNNEL_ENCAPSULATION_RULES &
  typeof TRAFFIC_ENGINEERING_RULES &
  typeof IPV6_EXTENDED_COMMUNITIES_RULES &
  typeof AIGP_RULES &
  typeof PE_DISTINGUISHER_LABELS_RULES &
  typeof BGP_LS_RULES &
  typeof LARGE_COMMUNITY_RULES &
  typeof BGPSEC_PATH_RULES &
  typeof COMMUNITY_CONTAINER_RULES &
  typeof ONLY_TO_CUSTOMER_RULES &
  typeof DOMAIN_PATH_RULES &
  typeof SFP_RULES &
  typeof BFD_DISCRIMINATOR_RULES &
  typeof NEXT_HOP_CHARACTERISTICS_RULES &
  typeof PREFIX_SID_RULES &
  typeof SRV6_SERVICE_RULES &
  typeof BIER_RULES &
  typeof ATTR_SET_RULES &
  typeof MVPN_RULES &
  typeof CAR_RULES &
  typeof MUP_RULES &
  typeof SR_POLICY_RULES &
  typeof EVPN_RULES &
  typeof SFC_RULES &
  typeof FLOWSPEC_RULES &
  typeof LINK_STATE_NLRI_RULES &
  typeof LABELED_PREFIX_RULES &
  typeof VPN_PREFIX_RULES &
  typeof ENCAPSULATION_RULES &
  typeof MDT_RULES &
  typeof ROUTE_TARGET_RULES &
  typeof VPLS_RULES &
  typeof MCAST_VPLS_RULES;

/** The stable name of a rule: what an issue carries and what a context overrides. */
export type RuleName = keyof RulesByName;

/** The verdict table by name. */
export const RULES: Readonly<Record<RuleName, Rule>> = {
  ...MESSAGE_RULES,
  ...ORIGIN_RULES,
  ...AS_PATH_RULES,
  ...NEXT_HOP_RULES,
  ...MULTI_EXIT_DISC_RULES,
  ...LOCAL_PREF_RULES,
  ...ATOMIC_AGGREGATE_RULES,
  ...AGGREGATOR_RULES,
  ...COMMUNITIES_RULES,
  ...ORIGINATOR_ID_RULES,
  ...CLUSTER_LIST_RULES,
  ...MP_REACH_NLRI_RULES,
  ...MP_UNREACH_NLRI_RULES,
  ...EXTENDED_COMMUNITIES_RULES,
  ...AS4_PATH_RULES,
  ...CONNECTOR_RULES,
  ...AS_PATHLIMIT_RULES,
  ...PMSI_TUNNEL_RULES,
  ...TUNNEL_ENCAPSULATION_RULES,
  ...TRAFFIC_ENGINEERING_RULES,
  ...IPV6_EXTENDED_COMMUNITIES_RULES,
  ...AIGP_RULES,
  ...PE_DISTINGUISHER_LABELS_RULES,
  ...BGP_LS_RULES,
  ...LARGE_COMMUNITY_RULES,
  ...BGPSEC_PATH_RULES,
  ...COMMUNITY_CONTAINER_RULES,
  ...ONLY_TO_CUSTOMER_RULES,
  ...DOMAIN_PATH_RULES,
  ...SFP_RULES,
  ...BFD_DISCRIMINATOR_RULES,
  ...NEXT_HOP_CHARACTERISTICS_RULES,
  ...PREFIX_SID_RULES,
  ...SRV6_SERVICE_RULES,
  ...BIER_RULES,
  ...ATTR_SET_RULES,
  ...MVPN_RULES,
  ...CAR_RULES,
  ...MUP_RULES,
  ...SR_POLICY_RULES,
  ...EVPN_RULES,
  ...SFC_RULES,
  ...FLOWSPEC_RULES,
  ...LINK_STATE_NLRI_RULES,
  ...LABELED_PREFIX_RULES,
  ...VPN_PREFIX_RULES,
  ...ENCAPSULATION_RULES,
  ...MDT_RULES,
  ...ROUTE_TARGET_RULES,
  ...VPLS_RULES,
  ...MCAST_VPLS_RULES,
};
