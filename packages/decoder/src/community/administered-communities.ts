// Extended communities of an administrator and a number: two-octet AS, IPv4 address and four-octet AS specific ones (RFC 4360
// sections 3.1 and 3.2, RFC 5668 section 2), and those that borrow their layout.
import { writeIPv4 } from "../bytes/write.ts";
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import type { TextReader } from "../text/text-reader.ts";
import type { CommunityRow, TypedCommunity } from "./community-table.ts";

/** `as2`: an AS number of two octets and a value of four; `as4`: four octets and two; `ipv4`: an address and two octets. */
type AdministratorFormat = "as2" | "ipv4" | "as4";

interface AsSpecific<N extends string, F extends AdministratorFormat> extends TypedCommunity {
  readonly name: N;
  readonly format: F;
  readonly as: number;
  readonly value: number;
}

interface AddressSpecific<N extends string> extends TypedCommunity {
  readonly name: N;
  readonly format: "ipv4";
  readonly address: string;
  readonly value: number;
}

/** Names of communities that have all three formats. */
type AnyFormat =
  | "routeTarget"
  | "routeOrigin"
  | "vpnDistinguisher"
  | "routeTargetRecord"
  | "routeTargetDerived"
  | "eviRouteTarget"
  | "mupDirectSegment"
  | "mupInterworkSegment"
  | "redirect";

/** Names of communities that have an address. */
type AddressFormat = "vrfRouteImport" | "interAreaP2mpSegmentedNextHop" | "vrfRecursiveNextHop" | "mvpnSaRpAddress";

/**
 * A community of an administrator and a number; `format` says what the administrator is.
 *
 * - `routeTarget`, `routeOrigin`: RFC 4360 sections 4 and 5, RFC 5668
 * - `sourceAs`, `vrfRouteImport`: RFC 6514 sections 6 and 7
 * - `l2vpnIdentifier`: RFC 6074
 * - `vpnDistinguisher`: of Cisco
 * - `interAreaP2mpSegmentedNextHop`: RFC 7524
 * - `routeTargetRecord`: draft-ietf-bess-service-chaining
 * - `vrfRecursiveNextHop`: as registered with IANA
 * - `routeTargetDerived`: a route target that is none, draft-ietf-idr-rt-derived-community
 * - `mvpnSaRpAddress`: RFC 9081
 * - `eviRouteTarget`: the route target of an EVPN instance, RFC 9251 section 9.5
 * - `mupDirectSegment`, `mupInterworkSegment`: draft-ietf-bess-mup-safi
 * - `redirect`: traffic into the VRF with this route target, RFC 8955 section 7.4
 */
export type AdministeredCommunity =
  | AsSpecific<AnyFormat | "sourceAs", "as2" | "as4">
  | AsSpecific<"l2vpnIdentifier", "as2">
  | AddressSpecific<AnyFormat | AddressFormat | "l2vpnIdentifier">;

/** A row of a community by the types of its formats. */
function administered(
  name: AdministeredCommunity["name"],
  word: string,
  types: Readonly<Partial<Record<AdministratorFormat, number>>>,
): CommunityRow<AdministeredCommunity> {
  return {
    name,
    word,
    types: Object.values(types),
    typeOf: ({ format }) => types[format],
    read: (reader, type) => {
      const format = type === types.as2 ? "as2" : type === types.as4 ? "as4" : "ipv4";
      return { name, ...readAdministered(reader, format) } as AdministeredCommunity;
    },
    write: writeAdministered,
    format: (community) => [formatAdministrator(community), community.value],
    parse: (text) => ({ name, ...parseAdministrator(text) }) as AdministeredCommunity,
  };
}

/** Administrator and value alone. */
export type Administered =
  | Pick<AsSpecific<string, "as2" | "as4">, "format" | "as" | "value">
  | Pick<AddressSpecific<string>, "format" | "address" | "value">;

export function readAdministered(reader: FieldReader, format: AdministratorFormat): Administered {
  switch (format) {
    case "as2":
      return { format, as: reader.u16("Global Administrator"), value: reader.u32("Local Administrator") };
    case "as4":
      return { format, as: reader.u32("Global Administrator"), value: reader.u16("Local Administrator") };
    case "ipv4":
      return { format, address: reader.ipv4("Global Administrator"), value: reader.u16("Local Administrator") };
  }
}

export function writeAdministered(community: Administered, writer: OctetWriter): void {
  if (community.format === "as2") {
    writer.u16(community.as);
    writer.u32(community.value);
    return;
  }
  if (community.format === "ipv4") writeIPv4(community.address, "extendedCommunities.address", writer);
  else writer.u32(community.as);
  writer.u16(community.value);
}

/** Text of the administrator. A four-octet AS number that would fit into two has an `L` behind it. */
export function formatAdministrator(community: Administered): string {
  if (community.format === "ipv4") return community.address;
  return `${community.as}${community.format === "as4" && community.as <= 0xffff ? "L" : ""}`;
}

/** Administrator and value. */
export function parseAdministrator(text: TextReader): Administered {
  const address = text.tryIPv4();
  if (address !== null) return { format: "ipv4", address, value: text.number(0xffff) };
  const { format, as } = text.asNumber();
  return { format, as, value: text.number(format === "as2" ? 0xffff_ffff : 0xffff) };
}

// prettier-ignore
export const ADMINISTERED_COMMUNITIES: readonly CommunityRow<AdministeredCommunity>[] = [
  administered("routeTarget", "target", { as2: 0x0002, ipv4: 0x0102, as4: 0x0202 }),
  administered("routeOrigin", "origin", { as2: 0x0003, ipv4: 0x0103, as4: 0x0203 }),
  administered("sourceAs", "source-as", { as2: 0x0009, as4: 0x0209 }),
  administered("l2vpnIdentifier", "l2vpn-id", { as2: 0x000a, ipv4: 0x010a }),
  administered("vrfRouteImport", "vrf-route-import", { ipv4: 0x010b }),
  administered("vpnDistinguisher", "vpn-distinguisher", { as2: 0x0010, ipv4: 0x0110, as4: 0x0210 }),
  administered("interAreaP2mpSegmentedNextHop", "inter-area-p2mp-next-hop", { ipv4: 0x0112 }),
  administered("routeTargetRecord", "target-record", { as2: 0x0013, ipv4: 0x0113, as4: 0x0213 }),
  administered("vrfRecursiveNextHop", "vrf-recursive-next-hop", { ipv4: 0x0114 }),
  administered("routeTargetDerived", "target-derived", { as2: 0x0015, ipv4: 0x0115, as4: 0x0215 }),
  administered("mvpnSaRpAddress", "mvpn-sa-rp-address", { ipv4: 0x0120 }),
  administered("eviRouteTarget", "evi-target", { as2: 0x060a, ipv4: 0x060b, as4: 0x060c }),
  administered("mupDirectSegment", "mup-direct-segment", { as2: 0x0c00, ipv4: 0x0c01, as4: 0x0c02 }),
  administered("mupInterworkSegment", "mup-interwork-segment", { as2: 0x0c03, ipv4: 0x0c04, as4: 0x0c05 }),
  administered("redirect", "redirect", { as2: 0x8008, ipv4: 0x8108, as4: 0x8208 }),
];
