// BFD Discriminator (RFC 9026 section 3.1.6): optional transitive, how to watch over the tunnel of a multicast VPN with BFD.
import { readAddress, writeAddress } from "../bytes/address.ts";
import { readTlvs, tlvTable, writeTlvs, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { fieldsRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const BFD_DISCRIMINATOR_RULES: RuleTable<"bfd-discriminator-malformed" | "bfd-discriminator-no-source"> = /* @__PURE__ */ ruleTable({
  "bfd-discriminator-malformed": ["RFC 9026 section 3.1.6", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "bfd-discriminator-no-source": ["RFC 9026 section 3.1.6", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
});

/** Address of the head of the session. */
interface SourceIpAddress extends Tlv {
  readonly name: "sourceIpAddress";
  readonly type: 1;
  /** IPv4 or IPv6. */
  readonly address: string;
}

/** An Optional TLV. */
export type BfdDiscriminatorTlv = SourceIpAddress | RawTlv;

/** BFD Discriminator (RFC 9026 section 3.1.6): optional transitive, how to watch over the tunnel of a multicast VPN with BFD. */
export interface BfdDiscriminatorAttribute extends AttributeHeader {
  readonly name: "bfdDiscriminator";
  readonly code: 38;
  /** BFD Mode: 1 is a P2MP BFD session. */
  readonly mode: number;
  readonly discriminator: number;
  readonly tlvs: readonly BfdDiscriminatorTlv[];
}

/** Makes a BFD Discriminator of a P2MP session. @param source address of its head @example bfdDiscriminator(7, "192.0.2.1") */
export function bfdDiscriminator(discriminator: number, source: string): BfdDiscriminatorAttribute {
  const tlvs = [{ name: "sourceIpAddress", type: 1, address: source }] as const;
  return { name: "bfdDiscriminator", code: 38, mode: 1, discriminator, tlvs };
}

const SOURCE_IP_ADDRESS: TlvRow<SourceIpAddress> = {
  name: "sourceIpAddress",
  type: 1,
  label: "Source IP Address TLV",
  malformed: BFD_DISCRIMINATOR_RULES["bfd-discriminator-malformed"],
  read: (reader) => ({
    name: "sourceIpAddress",
    type: 1,
    address: readAddress(reader, "Source IP Address", reader.remaining),
  }),
  write: ({ address }, writer) => writeAddress(address, "sourceIpAddress", writer),
};

const TLVS: TlvTable<BfdDiscriminatorTlv> = /* @__PURE__ */ tlvTable<BfdDiscriminatorTlv>([SOURCE_IP_ADDRESS]);

/** Five octets and a Source IP Address TLV of IPv4. */
const LEAST_OCTETS = 11;

/** How BFD Discriminator (RFC 9026 section 3.1.6) is checked and read: a row for registries and `attributeHandler`. */
export const BFD_DISCRIMINATOR: AttributeRow<BfdDiscriminatorAttribute> =
  /* @__PURE__ */ fieldsRow<BfdDiscriminatorAttribute>({
    code: 38,
    name: "bfdDiscriminator",
    flags: OPTIONAL_TRANSITIVE,
    malformed: BFD_DISCRIMINATOR_RULES["bfd-discriminator-malformed"],
    read: (reader) => {
      if (reader.remaining < LEAST_OCTETS) return null;
      const mode = reader.u8("BFD Mode");
      const discriminator = reader.u32("BFD Discriminator");
      return { name: "bfdDiscriminator", code: 38, mode, discriminator, tlvs: readTlvs(reader, "1+1", TLVS) };
    },
    judge: ({ tlvs }) =>
      tlvs.some((tlv) => tlv.name === "sourceIpAddress")
        ? null
        : BFD_DISCRIMINATOR_RULES["bfd-discriminator-no-source"],
    write: ({ mode, discriminator, tlvs }, writer) => {
      writer.u8(mode);
      writer.u32(discriminator);
      writeTlvs(tlvs, "1+1", TLVS, "bfdDiscriminator", writer);
    },
  });
