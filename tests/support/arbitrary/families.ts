// Generators of families that have a file of their own, in the order of their numbers.
import type { FamilyGenerator } from "./base.ts";
import { BGP_LS, BGP_LS_SPF, BGP_LS_VPN } from "./bgp-ls.ts";
import { CAR_FAMILIES } from "./car.ts";
import { evpn } from "./evpn.ts";
import { FLOWSPEC_FAMILIES } from "./flowspec.ts";
import { LABELED_FAMILIES } from "./labeled.ts";
import { mcastVpls } from "./mcast-vpls.ts";
import { ipv4Mup, ipv6Mup } from "./mup.ts";
import { ipv4Mvpn, ipv6Mvpn } from "./mvpn.ts";
import { sfc } from "./sfc.ts";
import { SR_POLICY_FAMILIES } from "./sr-policy-routes.ts";
import { VPN_SIGNALLING_FAMILIES } from "./vpn-signalling.ts";

export const MORE_FAMILIES: readonly FamilyGenerator[] = [
  ...LABELED_FAMILIES,
  ipv4Mvpn,
  ipv6Mvpn,
  ...VPN_SIGNALLING_FAMILIES,
  ...SR_POLICY_FAMILIES,
  ...CAR_FAMILIES,
  ipv4Mup,
  ipv6Mup,
  ...FLOWSPEC_FAMILIES,
  mcastVpls,
  evpn,
  sfc,
  BGP_LS,
  BGP_LS_VPN,
  BGP_LS_SPF,
];
