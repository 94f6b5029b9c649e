// BGP Tunnel Encapsulation Attribute Tunnel Types (IANA registry of RFC 9012 section 14.4), deprecated ones included because
// they are still on the wire.

const NAMES: readonly string[] = [
  "Reserved",
  "L2TPv3 over IP",
  "GRE",
  "Transmit tunnel endpoint",
  "IPsec in Tunnel-mode",
  "IP in IP tunnel with IPsec Transport Mode",
  "MPLS-in-IP tunnel with IPsec Transport Mode",
  "IP in IP",
  "VXLAN Encapsulation",
  "NVGRE Encapsulation",
  "MPLS Encapsulation",
  "MPLS in GRE Encapsulation",
  "VXLAN GPE Encapsulation",
  "MPLS in UDP Encapsulation",
  "IPv6 Tunnel",
  "SR Policy",
  "Bare",
  "SR Tunnel",
  "Cloud Security",
  "Geneve Encapsulation",
  "Any Encapsulation",
  "GTP Tunnel Type",
  "Dynamic Path Selection (DPS) Tunnel Encapsulation",
];

/** Tunnel types whose tunnels carry sub-TLVs of their own. */
export const TunnelType = {
  L2tpv3: 1,
  Gre: 2,
  Vxlan: 8,
  Nvgre: 9,
  MplsInGre: 11,
  SrPolicy: 15,
} as const;

/** The registry's name, or "tunnel type 999". @example tunnelTypeName(15) // "SR Policy" */
export function tunnelTypeName(type: number): string {
  return NAMES[type] ?? `tunnel type ${type}`;
}
