// Tunnels under Wireshark's names: PMSI_TUNNEL, and SR Policies in TUNNEL_ENCAPSULATION.
import type { AttributeNamed, PathAttribute } from "@bgpwire/decoder";
import { colons, octetsOf, type Fields } from "./fields.ts";

const PMSI = "bgp.update.path_attribute.pmsi";

/** RFC 8365 section 5.1.3: with VXLAN and NVGRE a label is a VNI. */
const WITH_VNI: ReadonlySet<number> = new Set([8, 9]);

/** Are labels VNIs? Wireshark knows it if the community that says so stands before them. */
export function haveVnis(before: readonly PathAttribute[]): boolean {
  return before
    .flatMap((attribute) => (attribute.name === "extendedCommunities" ? attribute.communities : []))
    .some((community) => community.name === "encapsulation" && WITH_VNI.has(community.tunnelType));
}

/** Tells a PMSI_TUNNEL. @returns false where there are no words for its tunnel */
export function addPmsiTunnel(
  { tunnel, mplsLabel, leafInformationRequired }: AttributeNamed<"pmsiTunnel">,
  fields: Fields,
  before: readonly PathAttribute[],
): boolean {
  if (tunnel.name !== "ingressReplication") return false;
  fields.add(`${PMSI}.tunnel.flags`, leafInformationRequired === true ? 1 : 0);
  fields.add(`${PMSI}.tunnel.type`, tunnel.type);
  if (haveVnis(before)) fields.add("bgp.evpn.nlri.vni", mplsLabel);
  else fields.add("bgp.update.path_attribute.mpls_label_value_20bits", mplsLabel >>> 4);
  fields.add(`${PMSI}.ingress_rep_ip`, tunnel.tunnelEndpoint);
  return true;
}

type SubTlv = AttributeNamed<"tunnelEncapsulation">["tunnels"][number]["subTlvs"][number];
type SegmentList = Extract<SubTlv, { readonly name: "segmentList" }>;
type LabelEntry = NonNullable<Extract<SubTlv, { readonly name: "bindingSid" }>["srMplsSid"]>;

const ENCAPS = "bgp.update.encaps_tunnel";
const SUB = `${ENCAPS}_tlv_subtlv`;

/** Tells the tunnels. @returns false where there are no words for one of them */
export function addTunnels({ tunnels }: AttributeNamed<"tunnelEncapsulation">, fields: Fields): boolean {
  for (const { tunnelType, subTlvs } of tunnels) {
    let length = 0;
    for (const sub of subTlvs) {
      const octets = addSubTlv(sub, fields);
      if (octets === null) return false;
      fields.add(`${ENCAPS}_subtlv_type`, sub.type);
      fields.add(`${ENCAPS}_tlv_sublen`, octets);
      // RFC 9012 section 2: types from 128 have a length of two octets.
      length += octets + (sub.type < 128 ? 2 : 3);
    }
    fields.add(`${ENCAPS}_tlv_type`, tunnelType);
    fields.add(`${ENCAPS}_tlv_len`, length);
  }
  return true;
}

/** @returns the octets of the value; null where there are no words for it */
function addSubTlv(sub: SubTlv, fields: Fields): number | null {
  switch (sub.name) {
    case "preference":
      fields.hex(`${SUB}_pref_flags`, 0, 2);
      fields.hex(`${SUB}_pref_reserved`, 0, 2);
      fields.number(`${SUB}_pref_preference`, sub.preference, 4);
      return 6;
    case "bindingSid": {
      const flags = (sub.reserved ?? 0) >>> 8;
      if (sub.srMplsSid === undefined) return null;
      fields.hex(`${SUB}_binding_sid_flags`, flags, 2);
      fields.add(`${SUB}_binding_sid_flags_specified`, false);
      fields.add(`${SUB}_binding_sid_flags_invalid`, false);
      fields.hex(`${SUB}_binding_sid_flags_reserved`, flags, 2);
      fields.hex(`${SUB}_binding_sid_reserved`, (sub.reserved ?? 0) & 0xff, 2);
      fields.add(`${SUB}_binding_sid_sid`, colons(Uint8Array.from(labelOctets(sub.srMplsSid))));
      return 6;
    }
    case "srv6BindingSid":
      // Wireshark 4.0 has the octets: flags and a reserved one first.
      fields.bytes(`${SUB}_value`, Uint8Array.of(0, 0, ...octetsOf(sub.srv6BindingSid)));
      return 18;
    case "srPolicyName":
      fields.bytes(`${SUB}_value`, Uint8Array.of(0, ...Buffer.from(sub.symbolicName)));
      return 1 + sub.symbolicName.length;
    case "srPolicyCandidatePathName":
      fields.hex(`${SUB}_policy_name_reserved`, 0, 2);
      fields.add(`${SUB}_policy_name_name`, sub.symbolicName);
      return 1 + sub.symbolicName.length;
    case "segmentList":
      return addSegmentList(sub, fields);
    default:
      return null;
  }
}

const LIST = `${SUB}_segment_list`;

function addSegmentList({ subTlvs }: SegmentList, fields: Fields): number | null {
  const octets: number[] = [];
  fields.hex(`${LIST}_reserved`, 0, 2);
  for (const sub of subTlvs) {
    let value: number[];
    switch (sub.name) {
      case "weight":
        value = [0, 0, ...u32(sub.weight)];
        fields.add(`${LIST}_subtlv_data`, colons(Uint8Array.from(value)));
        break;
      case "segmentTypeA": {
        const { label, trafficClass, bottomOfStack, ttl } = sub.srMplsSid;
        value = [0, 0, ...labelOctets(sub.srMplsSid)];
        fields.hex(`${LIST}_subtlv_flags`, 0, 2);
        fields.add(`${LIST}_subtlv_flags_verification`, false);
        fields.add(`${LIST}_subtlv_flags_algorithm`, false);
        fields.hex(`${LIST}_subtlv_flags_reserved`, 0, 2);
        fields.add(`${LIST}_subtlv_reserved`, "00");
        fields.hex(`${LIST}_subtlv_mpls_label`, label, 6);
        fields.hex(`${LIST}_subtlv_traffic_class`, trafficClass, 2);
        fields.add(`${LIST}_subtlv_bottom_stack`, bottomOfStack === true);
        fields.add(`${LIST}_subtlv_ttl`, ttl);
        break;
      }
      case "segmentTypeB": {
        const { bFlag, srv6Sid, endpointBehaviorAndSidStructure: structure } = sub;
        value = [bFlag === true ? 0x10 : 0, 0, ...octetsOf(srv6Sid)];
        if (structure !== undefined) {
          const { endpointBehavior, locatorBlockLength, locatorNodeLength, functionLength, argumentLength } = structure;
          value.push(endpointBehavior >> 8, endpointBehavior & 0xff, 0, 0);
          value.push(locatorBlockLength, locatorNodeLength, functionLength, argumentLength);
        }
        fields.add(`${LIST}_subtlv_data`, colons(Uint8Array.from(value)));
        break;
      }
      default:
        return null;
    }
    fields.add(`${LIST}_subtlv_type`, sub.type);
    fields.add(`${LIST}_subtlv_length`, value.length);
    octets.push(sub.type, value.length, ...value);
  }
  fields.bytes(`${LIST}_subtlv`, Uint8Array.from(octets));
  return 1 + octets.length;
}

function labelOctets({ label, trafficClass, bottomOfStack, ttl }: LabelEntry): number[] {
  return u32(label * 0x1000 + (trafficClass << 9) + (bottomOfStack ? 0x100 : 0) + ttl);
}

function u32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}
