// Address Family Numbers (IANA registry address-family-numbers), of which BGP's AFI takes its values.
import { keyOf } from "./name.ts";

/** Address Family Identifiers, 0 to 65535. */
export const Afi = {
  IPv4: 1,
  IPv6: 2,
  Nsap: 3,
  Hdlc: 4,
  Bbn1822: 5,
  Ieee802: 6,
  E163: 7,
  E164: 8,
  F69: 9,
  X121: 10,
  Ipx: 11,
  AppleTalk: 12,
  DecnetIV: 13,
  BanyanVines: 14,
  E164WithNsapSubaddress: 15,
  Dns: 16,
  DistinguishedName: 17,
  AsNumber: 18,
  XtpOverIPv4: 19,
  XtpOverIPv6: 20,
  XtpNative: 21,
  FibreChannelWorldWidePortName: 22,
  FibreChannelWorldWideNodeName: 23,
  Gwid: 24,
  L2VPN: 25,
  MplsTpSectionEndpointId: 26,
  MplsTpLspEndpointId: 27,
  MplsTpPseudowireEndpointId: 28,
  MultiTopologyIPv4: 29,
  MultiTopologyIPv6: 30,
  BgpSfc: 31,
  EigrpCommonServiceFamily: 16384,
  EigrpIPv4ServiceFamily: 16385,
  EigrpIPv6ServiceFamily: 16386,
  Lcaf: 16387,
  BgpLs: 16388,
  Mac48: 16389,
  Mac64: 16390,
  Oui: 16391,
  MacFinal24Bits: 16392,
  MacFinal40Bits: 16393,
  IPv6Initial64Bits: 16394,
  RBridgePortId: 16395,
  TrillNickname: 16396,
  Uuid: 16397,
  RoutingPolicy: 16398,
  MplsNamespaces: 16399,
} as const;

/** The key of `Afi`, or "AFI 99". */
export function afiName(afi: number): string {
  return keyOf(Afi, afi) ?? `AFI ${afi}`;
}
