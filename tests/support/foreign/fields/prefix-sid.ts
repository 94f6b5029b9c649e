// TLVs of PREFIX_SID under Wireshark's names.
import type { AttributeNamed } from "@bgpwire/decoder";
import type { Fields } from "./fields.ts";

type PrefixSidTlv = AttributeNamed<"prefixSid">["tlvs"][number];
type Service = Extract<PrefixSidTlv, { readonly name: "srv6L3Service" | "srv6L2Service" }>;

const SID = "bgp.prefix_sid";

/** Tells one TLV. @returns false where there are no words for it, or for what is in it */
export function addPrefixSidTlv(tlv: PrefixSidTlv, fields: Fields): boolean {
  switch (tlv.name) {
    case "labelIndex": {
      const { reserved = 0, labelIndex } = tlv;
      fields.add(`${SID}.type`, 1);
      fields.add(`${SID}.length`, 7);
      fields.hexText(`${SID}.reserved`, reserved >>> 16, 2);
      fields.hex(`${SID}.label_index.flags`, reserved & 0xffff, 4);
      fields.add(`${SID}.label_index.value`, labelIndex);
      return true;
    }
    case "originatorSrgb":
      fields.add(`${SID}.type`, 3);
      fields.add(`${SID}.length`, 2 + 6 * tlv.srgb.length);
      fields.hex(`${SID}.originator_srgb.flags`, tlv.reserved ?? 0, 4);
      for (const { firstLabel, numberOfLabels } of tlv.srgb) {
        fields.add(`${SID}.originator_srgb_base`, firstLabel);
        fields.add(`${SID}.originator_srgb_range`, numberOfLabels);
      }
      return true;
    case "srv6L3Service":
    case "srv6L2Service":
      return addService(tlv, fields);
    case "raw":
      return false;
  }
}

/** RFC 9252 section 2; lengths are what follows from the contents. */
function addService(tlv: Service, fields: Fields): boolean {
  const name = `${SID}.${tlv.name === "srv6L3Service" ? "srv6_l3vpn" : "srv6_l2vpn"}`;
  let length = 1;
  let complete = true;
  for (const sub of tlv.subTlvs) {
    if (sub.name === "raw") {
      complete = false;
      continue;
    }
    const { srv6Sid, endpointBehavior, reserved = 0, subSubTlvs } = sub;
    // An SRv6 SID Structure has six octets behind a header of three.
    const subLength = 21 + 9 * subSubTlvs.length;
    length += 3 + subLength;
    fields.add(`${name}.sub_tlv.type`, 1);
    fields.add(`${name}.sub_tlv.length`, subLength);
    fields.hexText(`${name}.sub_tlv.reserved`, reserved >>> 16, 2);
    fields.add(`${name}.sid_value`, srv6Sid);
    fields.hex(`${name}.sid_flags`, (reserved >>> 8) & 0xff, 2);
    fields.hex(`${name}.srv6_endpoint_behavior`, endpointBehavior, 4);
    fields.hexText(`${name}.reserved`, reserved & 0xff, 2);
    for (const structure of subSubTlvs) {
      if (structure.name === "raw") {
        complete = false;
        continue;
      }
      fields.add(`${name}.sub_sub_tlv.type`, 1);
      fields.add(`${name}.sub_sub_tlv.length`, 6);
      fields.add(`${name}.sid.locator_block_len`, structure.locatorBlockLength);
      fields.add(`${name}.sid.locator_node_len`, structure.locatorNodeLength);
      fields.add(`${name}.sid.func_len`, structure.functionLength);
      fields.add(`${name}.sid.arg_len`, structure.argumentLength);
      fields.add(`${name}.sid.trans_len`, structure.transpositionLength);
      fields.add(`${name}.sid.trans_offset`, structure.transpositionOffset);
    }
  }
  fields.add(`${SID}.type`, tlv.type);
  fields.add(`${SID}.length`, length);
  fields.hexText(`${SID}.reserved`, tlv.reserved ?? 0, 2);
  return complete;
}
