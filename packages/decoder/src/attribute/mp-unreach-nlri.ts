// MP_UNREACH_NLRI (RFC 4760 section 4): optional non-transitive, withdrawn routes of one family.
import { ConfigError } from "@bgpwire/core";
import { copyAt, u16At } from "../bytes/integers.ts";
import { familyIn } from "../compiled.ts";
import { decodeNlri, encodeNlri } from "../nlri/fields.ts";
import type { Nlri } from "../update/model.ts";
import { RULES } from "../verdict/rules.ts";
import { attributeRow, OPTIONAL_NON_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

interface MpUnreachNlriHeader extends AttributeHeader {
  readonly name: "mpUnreachNlri";
  readonly code: 15;
  readonly afi: number;
  readonly safi: number;
}

/** Withdrawn prefixes; none of them, alone in its message, is the family's End-of-RIB (RFC 4724 section 2). */
export interface MpUnreachPrefixes extends MpUnreachNlriHeader {
  readonly kind: "prefix";
  readonly nlri: readonly Nlri[];
}

/** Withdrawn routes of a family that is not known. */
export interface MpUnreachRaw extends MpUnreachNlriHeader {
  readonly kind: "raw";
  readonly nlriBytes: Uint8Array;
}

/** `kind` says which shape the routes have; it follows from the family. */
export type MpUnreachNlriAttribute = MpUnreachPrefixes | MpUnreachRaw;

/** Makes an MP_UNREACH_NLRI of a prefix family. @example mpUnreachNlri({ afi: 2, safi: 1 }, [{ prefix: "2001:db8::/32" }]) */
export function mpUnreachNlri(
  family: { readonly afi: number; readonly safi: number },
  nlri: readonly Nlri[],
): MpUnreachPrefixes {
  return { name: "mpUnreachNlri", code: 15, kind: "prefix", afi: family.afi, safi: family.safi, nlri };
}

export const MP_UNREACH_NLRI: AttributeRow<MpUnreachNlriAttribute> =
  /* @__PURE__ */ attributeRow<MpUnreachNlriAttribute>({
    code: 15,
    name: "mpUnreachNlri",
    flags: OPTIONAL_NON_TRANSITIVE,
    flagsRule: RULES["mp-flags"],
    check: (buffer, start, end, context) => {
      if (end - start < 3) return RULES["mp-unreach-length"];
      const { row, addPath } = familyIn(context, u16At(buffer, start), buffer[start + 2]!);
      if (row === null) return null;
      return row.check(buffer, start + 3, end, addPath) === end ? null : RULES["mp-unreach-nlri"];
    },
    decode: (buffer, start, end, context) => {
      const afi = u16At(buffer, start);
      const safi = buffer[start + 2]!;
      const { row, addPath } = familyIn(context, afi, safi);
      if (row === null) {
        return { name: "mpUnreachNlri", code: 15, kind: "raw", afi, safi, nlriBytes: copyAt(buffer, start + 3, end) };
      }
      const nlri = decodeNlri(row, buffer, start + 3, end, addPath);
      return { name: "mpUnreachNlri", code: 15, kind: row.kind, afi, safi, nlri };
    },
    encode: (attribute, writer, context) => {
      writer.u16(attribute.afi);
      writer.u8(attribute.safi);
      if (attribute.kind === "raw") {
        writer.bytes(attribute.nlriBytes);
        return;
      }
      const { row, addPath } = familyIn(context, attribute.afi, attribute.safi);
      if (row === null) {
        const { kind, afi, safi } = attribute;
        throw new ConfigError("invalid-value", "mpUnreachNlri", `no "${kind}" in AFI ${afi}, SAFI ${safi}`);
      }
      encodeNlri(row, attribute.nlri, addPath, writer);
    },
  });
