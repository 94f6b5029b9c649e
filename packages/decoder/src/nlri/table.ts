// The address families this package knows, in the order of their numbers. NLRI of others stay raw.
import { IPV4_CAR, IPV4_VPN_CAR, IPV6_CAR, IPV6_VPN_CAR } from "./car.ts";
import { IPV4_ENCAPSULATION, IPV6_ENCAPSULATION } from "./encapsulation.ts";
import { EVPN } from "./evpn.ts";
import {
  IPV4_FLOWSPEC,
  IPV4_VPN_FLOWSPEC,
  IPV6_FLOWSPEC,
  IPV6_VPN_FLOWSPEC,
  L2VPN_FLOWSPEC,
  L2VPN_VPN_FLOWSPEC,
} from "./flowspec.ts";
import {
  IPV4_CLASSFUL_TRANSPORT,
  IPV4_LABELED_UNICAST,
  IPV4_VPN,
  IPV6_CLASSFUL_TRANSPORT,
  IPV6_LABELED_UNICAST,
  IPV6_VPN,
} from "./labeled-prefix.ts";
import { BGP_LS, BGP_LS_SPF, BGP_LS_VPN } from "./link-state.ts";
import { MCAST_VPLS } from "./mcast-vpls.ts";
import { IPV4_MDT } from "./mdt.ts";
import { IPV4_MUP, IPV6_MUP } from "./mup.ts";
import { IPV4_MVPN, IPV6_MVPN } from "./mvpn.ts";
import { IPV4_MULTICAST, IPV4_UNICAST, IPV6_MULTICAST, IPV6_UNICAST } from "./prefix.ts";
import { ROUTE_TARGET_CONSTRAINT } from "./route-target.ts";
import type { FamilyRow } from "./row.ts";
import { SFC } from "./sfc.ts";
import { IPV4_SR_POLICY, IPV6_SR_POLICY } from "./sr-policy.ts";
import { VPLS } from "./vpls.ts";
import { IPV4_VPN_MULTICAST, IPV6_VPN_MULTICAST } from "./vpn-prefix.ts";

export const FAMILIES: readonly FamilyRow[] = [
  IPV4_UNICAST,
  IPV4_MULTICAST,
  IPV4_LABELED_UNICAST,
  IPV4_MVPN,
  IPV4_ENCAPSULATION,
  IPV4_MDT,
  IPV4_SR_POLICY,
  IPV4_CLASSFUL_TRANSPORT,
  IPV4_CAR,
  IPV4_VPN_CAR,
  IPV4_MUP,
  IPV4_VPN,
  IPV4_VPN_MULTICAST,
  ROUTE_TARGET_CONSTRAINT,
  IPV4_FLOWSPEC,
  IPV4_VPN_FLOWSPEC,
  IPV6_UNICAST,
  IPV6_MULTICAST,
  IPV6_LABELED_UNICAST,
  IPV6_MVPN,
  IPV6_ENCAPSULATION,
  IPV6_SR_POLICY,
  IPV6_CLASSFUL_TRANSPORT,
  IPV6_CAR,
  IPV6_VPN_CAR,
  IPV6_MUP,
  IPV6_VPN,
  IPV6_VPN_MULTICAST,
  IPV6_FLOWSPEC,
  IPV6_VPN_FLOWSPEC,
  MCAST_VPLS,
  VPLS,
  EVPN,
  L2VPN_FLOWSPEC,
  L2VPN_VPN_FLOWSPEC,
  SFC,
  BGP_LS,
  BGP_LS_VPN,
  BGP_LS_SPF,
];
