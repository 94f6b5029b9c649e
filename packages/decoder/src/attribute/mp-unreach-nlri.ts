// MP_UNREACH_NLRI (RFC 4760 section 4): optional non-transitive, withdrawn routes of one family.
import { ConfigError, type Family } from "@bgpwire/core";
import { copyAt, u16At } from "../bytes/integers.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { familyIn } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import { decodeNlri, encodeNlri } from "../nlri/fields.ts";
import type { NlriKind, NlriOfKind } from "../nlri/model.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { MESSAGE_RULES } from "../verdict/message-rules.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, OPTIONAL_NON_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const MP_UNREACH_NLRI_RULES: RuleTable<"mp-unreach-length" | "mp-unreach-nlri"> = /* @__PURE__ */ ruleTable({
  "mp-unreach-length": ["RFC 7606 section 5.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "mp-unreach-nlri": ["RFC 7606 section 5.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
});

interface MpUnreachNlriHeader extends AttributeHeader {
  readonly name: "mpUnreachNlri";
  readonly code: 15;
  readonly afi: number;
  readonly safi: number;
}

/** Withdrawn routes of one kind; none of them, alone in its message, is the family's End-of-RIB (RFC 4724 section 2). */
export type MpUnreachOf<K extends NlriKind> = MpUnreachNlriHeader & {
  readonly kind: K;
  readonly nlri: readonly NlriOfKind[K][];
};

/** Withdrawn routes of a family that is not known. */
export interface MpUnreachRaw extends MpUnreachNlriHeader {
  readonly kind: "raw";
  readonly nlriBytes: Uint8Array;
}

/** `kind` says which shape the routes have; it follows from the family. */
export type MpUnreachNlriAttribute = { readonly [K in NlriKind]: MpUnreachOf<K> }[NlriKind] | MpUnreachRaw;

/**
 * Makes an MP_UNREACH_NLRI.
 *
 * @example mpUnreachNlri("prefix", { afi: 2, safi: 1 }, [{ prefix: "2001:db8::/32" }])
 */
export function mpUnreachNlri<K extends NlriKind>(
  kind: K,
  family: Family,
  nlri: readonly NlriOfKind[K][],
): MpUnreachOf<K> {
  return { name: "mpUnreachNlri", code: 15, kind, afi: family.afi, safi: family.safi, nlri };
}

/** How MP_UNREACH_NLRI (RFC 4760 section 4) is checked and read: a row for registries and `attributeHandler`. */
export const MP_UNREACH_NLRI: AttributeRow<MpUnreachNlriAttribute> =
  /* @__PURE__ */ attributeRow<MpUnreachNlriAttribute>({
    code: 15,
    name: "mpUnreachNlri",
    flags: OPTIONAL_NON_TRANSITIVE,
    flagsRule: MESSAGE_RULES["mp-flags"],
    check: (buffer, start, end, context) => {
      if (end - start < 3) return MP_UNREACH_NLRI_RULES["mp-unreach-length"];
      const { row, addPath, disabled } = familyIn(context, u16At(buffer, start), buffer[start + 2]!);
      if (disabled) return MESSAGE_RULES["disabled-family"];
      if (row === null) return null;
      if (row.check(buffer, start + 3, end, addPath) !== end) return MP_UNREACH_NLRI_RULES["mp-unreach-nlri"];
      return row.worstFault?.(buffer, start + 3, end, addPath, context.compiled.withdrawn) ?? null;
    },
    decode: (buffer, start, end, context) => {
      const afi = u16At(buffer, start);
      const safi = buffer[start + 2]!;
      const { row, addPath } = familyIn(context, afi, safi);
      if (row === null) {
        return { name: "mpUnreachNlri", code: 15, kind: "raw", afi, safi, nlriBytes: copyAt(buffer, start + 3, end) };
      }
      const nlri = decodeNlri(row, buffer, start + 3, end, addPath, context.compiled.withdrawn);
      return { name: "mpUnreachNlri", code: 15, kind: row.kind, afi, safi, nlri } as MpUnreachNlriAttribute;
    },
  });

/** Writes the value. @throws ConfigError `invalid-value` where the routes are none of the family, or a part does not fit its field */
export function encodeMpUnreachNlri(
  attribute: MpUnreachNlriAttribute,
  writer: OctetWriter,
  context: DecodeContext,
): void {
  writer.u16(attribute.afi);
  writer.u8(attribute.safi);
  if (attribute.kind === "raw") {
    writer.bytes(attribute.nlriBytes);
    return;
  }
  const { row, addPath } = familyIn(context, attribute.afi, attribute.safi);
  if (row === null || row.kind !== attribute.kind) {
    const { kind, afi, safi } = attribute;
    throw new ConfigError("invalid-value", "mpUnreachNlri", `no "${kind}" in AFI ${afi}, SAFI ${safi}`);
  }
  encodeNlri(row, attribute.nlri, addPath, writer, context.compiled.withdrawn);
}
