// Address families as people and the command line write them: "ipv4-unicast", "l2vpn-evpn".

/** First halves by AFI. */
const AFI_TEXT: Readonly<Record<number, string>> = { 1: "ipv4", 2: "ipv6", 25: "l2vpn", 31: "sfc", 16388: "bgp" };

/** Second halves by SAFI. */
const SAFI_TEXT: Readonly<Record<number, string>> = {
  1: "unicast",
  2: "multicast",
  4: "labeled-unicast",
  5: "mcast-vpn",
  6: "ms-pw",
  7: "encapsulation",
  8: "mcast-vpls",
  9: "sfc",
  64: "tunnel",
  65: "vpls",
  66: "mdt",
  67: "4over6",
  68: "6over4",
  69: "l1vpn",
  70: "evpn",
  71: "ls",
  72: "ls-vpn",
  73: "sr-policy",
  74: "sd-wan",
  75: "routing-policy",
  76: "classful-transport",
  77: "tunneled-flowspec",
  78: "mcast-tree",
  79: "dps",
  80: "ls-spf",
  83: "car",
  84: "vpn-car",
  85: "mup",
  128: "vpn",
  129: "vpn-multicast",
  132: "rtc",
  133: "flowspec",
  134: "vpn-flowspec",
  140: "vpn-auto-discovery",
};

/**
 * The text of a family; every pair of numbers has one.
 *
 * @example familyName({ afi: 1, safi: 1 }) // "ipv4-unicast"
 * @example familyName({ afi: 16388, safi: 71 }) // "bgp-ls"
 * @example familyName({ afi: 99, safi: 200 }) // "afi99-safi200"
 */
export function familyName(family: { readonly afi: number; readonly safi: number }): string {
  const { afi, safi } = family;
  return `${AFI_TEXT[afi] ?? `afi${afi}`}-${SAFI_TEXT[safi] ?? `safi${safi}`}`;
}

/**
 * The family of a text that `familyName` gives.
 *
 * @returns null when the text is none
 * @example parseFamily("ipv6-labeled-unicast") // { afi: 2, safi: 4 }
 */
export function parseFamily(text: string): { afi: number; safi: number } | null {
  const dash = text.indexOf("-");
  if (dash < 0) return null;
  const afi = half(text.slice(0, dash), AFI_TEXT, "afi", 0xffff);
  const safi = half(text.slice(dash + 1), SAFI_TEXT, "safi", 0xff);
  return afi === null || safi === null ? null : { afi, safi };
}

function half(text: string, table: Readonly<Record<number, string>>, kind: string, limit: number): number | null {
  for (const key in table) if (table[key] === text) return Number(key);
  const digits = text.startsWith(kind) ? text.slice(kind.length) : "";
  if (!/^(?:0|[1-9]\d{0,4})$/.test(digits)) return null;
  const value = Number(digits);
  return value <= limit ? value : null;
}
