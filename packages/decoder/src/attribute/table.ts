// The path attributes this package knows, in the order of their codes. Others stay raw.
import { AGGREGATOR, AS4_AGGREGATOR } from "./aggregator.ts";
import { AIGP } from "./aigp.ts";
import { AS_PATH } from "./as-path.ts";
import { AS_PATHLIMIT } from "./as-pathlimit.ts";
import { AS4_PATH } from "./as4-path.ts";
import { ATOMIC_AGGREGATE } from "./atomic-aggregate.ts";
import { ATTR_SET } from "./attr-set.ts";
import { BFD_DISCRIMINATOR } from "./bfd-discriminator.ts";
import { BGP_LS_ATTRIBUTE } from "./bgp-ls.ts";
import { BGPSEC_PATH } from "./bgpsec-path.ts";
import { BIER } from "./bier.ts";
import { CLUSTER_LIST } from "./cluster-list.ts";
import { COMMUNITIES } from "./communities.ts";
import { COMMUNITY_CONTAINER } from "./community-container.ts";
import { CONNECTOR } from "./connector.ts";
import { DOMAIN_PATH } from "./domain-path.ts";
import { ENTROPY_LABEL_CAPABILITY } from "./entropy-label-capability.ts";
import { EXTENDED_COMMUNITIES } from "./extended-communities.ts";
import { IPV6_EXTENDED_COMMUNITIES } from "./ipv6-extended-communities.ts";
import { LARGE_COMMUNITY } from "./large-communities.ts";
import { LOCAL_PREF } from "./local-pref.ts";
import { MP_REACH_NLRI } from "./mp-reach-nlri.ts";
import { MP_UNREACH_NLRI } from "./mp-unreach-nlri.ts";
import { MULTI_EXIT_DISC } from "./multi-exit-disc.ts";
import { NEXT_HOP } from "./next-hop.ts";
import { NEXT_HOP_CHARACTERISTICS } from "./next-hop-characteristics.ts";
import { ONLY_TO_CUSTOMER } from "./only-to-customer.ts";
import { ORIGIN } from "./origin.ts";
import { ORIGINATOR_ID } from "./originator-id.ts";
import { PE_DISTINGUISHER_LABELS } from "./pe-distinguisher-labels.ts";
import { PMSI_TUNNEL } from "./pmsi-tunnel.ts";
import { PREFIX_SID } from "./prefix-sid.ts";
import type { AttributeRow } from "./row.ts";
import { SFP } from "./sfp.ts";
import { TRAFFIC_ENGINEERING } from "./traffic-engineering.ts";
import { TUNNEL_ENCAPSULATION } from "./tunnel-encapsulation.ts";

export const ATTRIBUTES: readonly AttributeRow[] = [
  ORIGIN,
  AS_PATH,
  NEXT_HOP,
  MULTI_EXIT_DISC,
  LOCAL_PREF,
  ATOMIC_AGGREGATE,
  AGGREGATOR,
  COMMUNITIES,
  ORIGINATOR_ID,
  CLUSTER_LIST,
  MP_REACH_NLRI,
  MP_UNREACH_NLRI,
  EXTENDED_COMMUNITIES,
  AS4_PATH,
  AS4_AGGREGATOR,
  CONNECTOR,
  AS_PATHLIMIT,
  PMSI_TUNNEL,
  TUNNEL_ENCAPSULATION,
  TRAFFIC_ENGINEERING,
  IPV6_EXTENDED_COMMUNITIES,
  AIGP,
  PE_DISTINGUISHER_LABELS,
  ENTROPY_LABEL_CAPABILITY,
  BGP_LS_ATTRIBUTE,
  LARGE_COMMUNITY,
  BGPSEC_PATH,
  COMMUNITY_CONTAINER,
  ONLY_TO_CUSTOMER,
  DOMAIN_PATH,
  SFP,
  BFD_DISCRIMINATOR,
  NEXT_HOP_CHARACTERISTICS,
  PREFIX_SID,
  BIER,
  ATTR_SET,
];
