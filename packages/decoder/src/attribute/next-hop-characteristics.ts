// NEXT_HOP_CHARACTERISTICS (BGP Next Hop Dependent Characteristics, draft-ietf-idr-nhc): optional transitive, what the next hop
// can do. It counts only where its next hop is that of the route. The draft's own characteristics are read; others stay raw.
import { readAddress, writeAddress } from "../bytes/address.ts";
import type { FieldReader } from "../bytes/reader.ts";
import { readTlvs, tlvTable, writeTlvs, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import { writeIPv4, writeIPv6 } from "../bytes/write.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { fieldsRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const NEXT_HOP_CHARACTERISTICS_RULES: RuleTable<"next-hop-characteristics-malformed"> = /* @__PURE__ */ ruleTable({
  "next-hop-characteristics-malformed": ["draft-ietf-idr-nhc section 2.4", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
});

/** 1 (draft-ietf-idr-elc): it processes the MPLS entropy label. */
interface EntropyLabel extends Tlv {
  readonly name: "entropyLabel";
}

/** 3 (draft-ietf-idr-nhc section 3): which router it is. */
interface BgpIdentifier extends Tlv {
  readonly name: "bgpIdentifier";
  /** In dotted form. */
  readonly bgpIdentifier: string;
}

/** A characteristic; `name` tells the arms apart, `type` is the Characteristic Code. */
export type Characteristic = EntropyLabel | BgpIdentifier | RawTlv;

/** The next hop as in MP_REACH_NLRI. */
interface CharacterizedNextHop {
  /** IPv4 or IPv6 address. */
  readonly nextHop: string;
  /** Beside a global IPv6 address. */
  readonly linkLocalNextHop?: string;
}

/** A next hop of another length than 4, 16 and 32 octets. */
interface RawNextHop {
  readonly nextHopBytes: Uint8Array;
}

interface Characteristics extends AttributeHeader {
  readonly name: "nextHopCharacteristics";
  readonly code: 39;
  readonly afi: number;
  readonly safi: number;
  /** In the order of their codes. */
  readonly characteristics: readonly Characteristic[];
}

/**
 * NEXT_HOP_CHARACTERISTICS (BGP Next Hop Dependent Characteristics, draft-ietf-idr-nhc): optional transitive, what the next hop
 * can do.
 */
export type NextHopCharacteristicsAttribute = Characteristics & (CharacterizedNextHop | RawNextHop);

/**
 * Makes a NEXT_HOP_CHARACTERISTICS.
 *
 * @example nextHopCharacteristics({ afi: 1, safi: 4 }, "192.0.2.1", [{ name: "entropyLabel", type: 1 }])
 */
export function nextHopCharacteristics(
  family: { readonly afi: number; readonly safi: number },
  nextHop: string | CharacterizedNextHop,
  characteristics: readonly Characteristic[],
): NextHopCharacteristicsAttribute {
  const hop = typeof nextHop === "string" ? { nextHop } : nextHop;
  const { afi, safi } = family;
  return { name: "nextHopCharacteristics", code: 39, afi, safi, ...hop, characteristics };
}

const ENTROPY_LABEL: TlvRow<EntropyLabel> = {
  type: 1,
  name: "entropyLabel",
  label: "Entropy Label Characteristic",
  read: () => ({ name: "entropyLabel", type: 1 }),
  write: () => {},
};

const BGP_IDENTIFIER: TlvRow<BgpIdentifier> = {
  type: 3,
  name: "bgpIdentifier",
  label: "BGP Identifier Characteristic",
  read: (reader) => ({ name: "bgpIdentifier", type: 3, bgpIdentifier: reader.ipv4("BGP Identifier") }),
  write: ({ bgpIdentifier }, writer) => writeIPv4(bgpIdentifier, "bgpIdentifier", writer),
};

/** By Characteristic Code. */
const CHARACTERISTICS: TlvTable<Characteristic> = /* @__PURE__ */ tlvTable<Characteristic>([
  ENTROPY_LABEL,
  BGP_IDENTIFIER,
]);

/**
 * How NEXT_HOP_CHARACTERISTICS (BGP Next Hop Dependent Characteristics, draft-ietf-idr-nhc) is checked and read: a row for
 * registries and `attributeHandler`.
 */
export const NEXT_HOP_CHARACTERISTICS: AttributeRow<NextHopCharacteristicsAttribute> =
  /* @__PURE__ */ fieldsRow<NextHopCharacteristicsAttribute>({
    code: 39,
    name: "nextHopCharacteristics",
    flags: OPTIONAL_TRANSITIVE,
    malformed: NEXT_HOP_CHARACTERISTICS_RULES["next-hop-characteristics-malformed"],
    read: (reader) => {
      const afi = reader.u16("Address Family Identifier");
      const safi = reader.u8("Subsequent Address Family Identifier");
      const octets = reader.u8("Next Hop Len");
      const hop = readNextHop(reader, octets);
      const characteristics = readTlvs(reader, "2+2", CHARACTERISTICS);
      return { name: "nextHopCharacteristics", code: 39, afi, safi, ...hop, characteristics };
    },
    write: (attribute, writer) => {
      writer.u16(attribute.afi);
      writer.u8(attribute.safi);
      const lengthAt = writer.reserve(1);
      if ("nextHopBytes" in attribute) writer.bytes(attribute.nextHopBytes);
      else {
        writeAddress(attribute.nextHop, "nextHop", writer);
        if (attribute.linkLocalNextHop !== undefined) writeIPv6(attribute.linkLocalNextHop, "linkLocalNextHop", writer);
      }
      writer.setU8(lengthAt, writer.length - lengthAt - 1);
      writeTlvs(attribute.characteristics, "2+2", CHARACTERISTICS, "characteristics", writer);
    },
  });

function readNextHop(reader: FieldReader, octets: number): CharacterizedNextHop | RawNextHop {
  const label = "Network Address of Next Hop";
  if (octets === 4 || octets === 16) return { nextHop: readAddress(reader, label, octets) };
  if (octets === 32) return { nextHop: reader.ipv6(label), linkLocalNextHop: reader.ipv6(label) };
  return { nextHopBytes: reader.octets(label, octets) };
}
