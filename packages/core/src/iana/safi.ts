// Subsequent Address Family Identifiers (IANA registry safi-namespace).
import { keyOf } from "./name.ts";

/** Subsequent Address Family Identifiers, 0 to 255. */
export const Safi = {
  Unicast: 1,
  Multicast: 2,
  /** NLRI with MPLS labels (RFC 8277). */
  LabeledUnicast: 4,
  McastVpn: 5,
  /** Dynamic placement of multi-segment pseudowires (RFC 7267). */
  MultiSegmentPseudowire: 6,
  /** Obsoleted by RFC 9012. */
  Encapsulation: 7,
  McastVpls: 8,
  BgpSfc: 9,
  Tunnel: 64,
  Vpls: 65,
  Mdt: 66,
  Bgp4over6: 67,
  Bgp6over4: 68,
  Layer1Vpn: 69,
  Evpn: 70,
  BgpLs: 71,
  BgpLsVpn: 72,
  SrPolicy: 73,
  SdWan: 74,
  RoutingPolicy: 75,
  ClassfulTransport: 76,
  TunneledFlowspec: 77,
  McastTree: 78,
  /** Dynamic Path Selection. */
  BgpDps: 79,
  BgpLsSpf: 80,
  Car: 83,
  VpnCar: 84,
  /** Mobile User Plane. */
  Mup: 85,
  /** MPLS-labeled VPN address (RFC 4364). */
  Vpn: 128,
  /** Multicast for BGP/MPLS IP VPNs (RFC 6514). */
  VpnMulticast: 129,
  RouteTargetConstraint: 132,
  Flowspec: 133,
  VpnFlowspec: 134,
  VpnAutoDiscovery: 140,
} as const;

/** The key of `Safi`, or "SAFI 99". */
export function safiName(safi: number): string {
  return keyOf(Safi, safi) ?? `SAFI ${safi}`;
}
