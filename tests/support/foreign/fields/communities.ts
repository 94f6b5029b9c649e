// Extended communities under Wireshark's names. Types are those of the registries, said once more here.
import type { ExtendedCommunity } from "@bgpwire/decoder";
import { decimalOfFloat, octetsOf, type Fields } from "./fields.ts";

const EXT = "bgp.ext_com";

/** High-order octet by format of the administrator (RFC 4360 section 3, RFC 5668 section 2). */
const ADMINISTRATORS = { as2: 0x00, ipv4: 0x01, as4: 0x02 } as const;

/** Sub-types of communities that are an administrator and a number. */
const ADMINISTERED: Readonly<Record<string, number>> = {
  routeTarget: 0x02,
  routeOrigin: 0x03,
  sourceAs: 0x09,
  l2vpnIdentifier: 0x0a,
};

/** Tells one community. @returns false where there are no words for it */
export function addExtendedCommunity(community: ExtendedCommunity, fields: Fields): boolean {
  const subType = ADMINISTERED[community.name];
  if (subType !== undefined && "format" in community) {
    addType(ADMINISTRATORS[community.format], subType, fields);
    addAdministered(community as Administered, fields);
    return true;
  }
  switch (community.name) {
    case "encapsulation":
      addType(0x03, 0x0c, fields);
      fields.add(`${EXT}.tunnel_type`, community.tunnelType);
      return true;
    case "evpnLayer2Attributes": {
      addType(0x06, 0x04, fields);
      const { primary, backup, controlWord, mtu } = community;
      if (community.crossConnect !== 0 || community.normalizedVlans !== 0) return false;
      const flags = (backup ? 1 : 0) | (primary ? 2 : 0) | (controlWord ? 4 : 0);
      fields.hex(`${EXT}_evpn.l2attr.flags`, flags, 4);
      fields.hex(`${EXT}_evpn.l2attr.flag_reserved`, 0, 4);
      // Of later documents than RFC 8214.
      fields.add(`${EXT}_evpn.l2attr.flag_ci`, false);
      fields.add(`${EXT}_evpn.l2attr.flag_f`, false);
      fields.add(`${EXT}_evpn.l2attr.flag_c`, controlWord);
      fields.add(`${EXT}_evpn.l2attr.flag_p`, primary);
      fields.add(`${EXT}_evpn.l2attr.flag_b`, backup);
      fields.add(`${EXT}_evpn.l2attr.l2_mtu`, mtu);
      fields.add(`${EXT}_evpn.l2attr.reserved`, "00:00");
      return true;
    }
    case "interfaceSet": {
      const { transitive, as, group, output, input } = community;
      const bits = (output ? 0x8000 : 0) | (input ? 0x4000 : 0) | group;
      addType(transitive ? 0x07 : 0x47, 0x02, fields);
      fields.hex(`${EXT}.value_raw`, as * 0x1_0000 + bits, 16);
      return true;
    }
    case "layer2Info": {
      addType(0x80, 0x0a, fields);
      const { encapsType, controlWord, sequenced, mtu } = community;
      fields.add(`${EXT}_l2.encaps_type`, encapsType);
      fields.hex(`${EXT}_l2.c_flags`, (controlWord ? 2 : 0) | (sequenced ? 1 : 0), 2);
      fields.add(`${EXT}_l2.flag_d`, false);
      fields.add(`${EXT}_l2.flag_z1`, "0");
      fields.add(`${EXT}_l2.flag_f`, false);
      fields.add(`${EXT}_l2.flag_z345`, "0");
      fields.add(`${EXT}_l2.flag_c`, controlWord);
      fields.add(`${EXT}_l2.flag_s`, sequenced);
      fields.add(`${EXT}_l2.l2_mtu`, mtu);
      return true;
    }
    case "linkBandwidth":
      addType(community.transitive ? 0x00 : 0x40, 0x04, fields);
      fields.add(`${EXT}.value_as2`, community.as);
      // Of RFC 10005 Wireshark 4.0 knows the community that is not transitive.
      if (community.transitive) fields.add(`${EXT}.value_an4`, bitsOfFloat(community.bandwidth));
      else fields.add(`${EXT}.value_link_bw`, decimalOfFloat(community.bandwidth));
      return true;
    case "mupDirectSegment":
      if (community.format !== "as2") return false;
      addType(0x0c, 0x00, fields);
      fields.hex(`${EXT}.value_raw`, community.as * 2 ** 32 + community.value, 16);
      return true;
    case "originValidationState":
      addType(0x43, 0x00, fields);
      fields.hex(`${EXT}.value_raw`, ["valid", "notFound", "invalid"].indexOf(community.state), 16);
      return true;
    case "ospfRouteType":
      if (community.oldType !== true) return false;
      addType(0x80, 0x00, fields);
      fields.add(`${EXT}.value_ospf_rtype.area`, community.area);
      fields.add(`${EXT}.value_ospf_rtype.type`, community.routeType);
      fields.hex(`${EXT}.value_ospf_rtype.options`, community.type2Metric ? 1 : 0, 2);
      fields.add(`${EXT}.value_ospf_rtype.options.mt`, community.type2Metric);
      return true;
    case "ospfRouterId":
      if (community.oldType !== true) return false;
      addType(0x80, 0x01, fields);
      fields.add(`${EXT}.value_ospf_rid`, community.routerId);
      return true;
    case "redirect":
      if (community.format !== "as2") return false;
      addType(0x80, 0x08, fields);
      addAdministered(community, fields);
      return true;
    case "redirectToIp":
      addType(0x01, 0x0c, fields);
      addAdministered({ format: "ipv4", address: community.address, value: community.copy ? 1 : 0 }, fields);
      return true;
    case "redirectToNextHop":
      addType(0x08, 0x00, fields);
      fields.hex(`${EXT}.value_raw`, community.copy ? 1 : 0, 16);
      return true;
    case "trafficAction":
      addType(0x80, 0x07, fields);
      fields.add("bgp.flowspec_ext_com.emptybytes", "00:00:00:00:00");
      fields.add(`${EXT}_flow.sample`, community.sample);
      fields.add(`${EXT}_flow.traff_act`, community.terminal);
      return true;
    case "trafficMarking":
      addType(0x80, 0x09, fields);
      fields.hex(`${EXT}.value_fs_dscp`, community.dscp, 2);
      return true;
    case "trafficRateBytes":
      addType(0x80, 0x06, fields);
      fields.add(`${EXT}.value_as2`, community.as);
      fields.add(`${EXT}_flow.rate_limit`, decimalOfFloat(community.rate));
      return true;
    case "trafficRatePackets":
      if (community.as !== 0 || community.rate !== 0) return false;
      addType(0x80, 0x0c, fields);
      fields.hex(`${EXT}.value_raw`, 0, 16);
      return true;
    case "unreachablePrefixAnnouncement": {
      const router = octetsOf(community.routerId).reduce((value, octet) => value * 256 + octet, 0);
      addType(0x03, 0x09, fields);
      fields.hex(`${EXT}.value_raw`, (community.drop ? 0x8000 * 2 ** 32 : 0) + router, 16);
      return true;
    }
    default:
      return false;
  }
}

/** Sub-types have a field for each type. */
const SUB_TYPE_FIELDS: Readonly<Record<number, string>> = {
  0x00: "stype_tr_as2",
  0x01: "stype_tr_IP4",
  0x02: "stype_tr_as4",
  0x03: "stype_tr_opaque",
  0x06: "stype_tr_evpn",
  0x40: "stype_ntr_as2",
  0x43: "stype_ntr_opaque",
  0x80: "stype_tr_exp",
};

function addType(type: number, subType: number, fields: Fields): void {
  fields.hex(`${EXT}.type`, type, 2);
  fields.flags(type, { [`${EXT}.type_auth`]: 0x80, [`${EXT}.type_tran`]: 0x40 });
  fields.hex(`${EXT}.${SUB_TYPE_FIELDS[type] ?? "stype_unknown"}`, subType, 2);
}

type Administered =
  | { readonly format: "as2" | "as4"; readonly as: number; readonly value: number }
  | { readonly format: "ipv4"; readonly address: string; readonly value: number };

function addAdministered(community: Administered, fields: Fields): void {
  if (community.format === "ipv4") fields.add(`${EXT}.value_IP4`, community.address);
  else fields.add(`${EXT}.value_${community.format}`, community.as);
  fields.add(`${EXT}.value_${community.format === "as2" ? "an4" : "an2"}`, community.value);
}

/** The four octets of a floating-point number, as one whole number. */
function bitsOfFloat(value: number): number {
  const octets = Buffer.alloc(4);
  octets.writeFloatBE(value);
  return octets.readUInt32BE();
}
