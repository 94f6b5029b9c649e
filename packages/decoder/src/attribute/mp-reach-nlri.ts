// MP_REACH_NLRI (RFC 4760 section 3): optional non-transitive, next hop and destinations of one family.
import { ConfigError, type Family } from "@bgpwire/core";
import type { OctetWriter } from "../bytes/writer.ts";
import { copyAt, u16At } from "../bytes/integers.ts";
import { familyIn } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import { decodeNlri, encodeNlri } from "../nlri/fields.ts";
import type { NextHopOfKind, NlriKind, NlriOfKind } from "../nlri/model.ts";
import { writeNextHop, type NextHop } from "../nlri/next-hop.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { MESSAGE_RULES } from "../verdict/message-rules.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, OPTIONAL_NON_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const MP_REACH_NLRI_RULES: RuleTable<"mp-reach-length" | "mp-reach-next-hop" | "mp-reach-nlri"> = /* @__PURE__ */ ruleTable({
  "mp-reach-length": ["RFC 7606 section 5.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "mp-reach-next-hop": ["RFC 7606 section 7.11", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "mp-reach-nlri": ["RFC 7606 section 5.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
});

interface MpReachNlriHeader extends AttributeHeader {
  readonly name: "mpReachNlri";
  readonly code: 14;
  readonly afi: number;
  readonly safi: number;
  /** The reserved octet, which a receiver ignores; absent where it is zero, as it is to be. */
  readonly reserved?: number;
}

/** Announced routes of one kind and their next hop. */
export type MpReachOf<K extends NlriKind> = MpReachNlriHeader &
  NextHopOfKind<K> & {
    readonly kind: K;
    readonly nlri: readonly NlriOfKind[K][];
  };

/** Announced routes of a family that is not known. */
export interface MpReachRaw extends MpReachNlriHeader {
  readonly kind: "raw";
  readonly nextHopBytes: Uint8Array;
  readonly nlriBytes: Uint8Array;
}

/** `kind` says which shape the routes have; it follows from the family. */
export type MpReachNlriAttribute = { readonly [K in NlriKind]: MpReachOf<K> }[NlriKind] | MpReachRaw;

/**
 * Makes an MP_REACH_NLRI.
 *
 * @param kind which shape the routes have, as it follows from the family; `prefix` for unicast and multicast
 * @param nextHop one address, or a global and a link-local one (RFC 2545), or what else the family has; `{ nextHop: null }` is
 *   none, where the family can do without
 * @example mpReachNlri("prefix", { afi: 2, safi: 1 }, "2001:db8::1", [{ prefix: "2001:db8:1::/48" }])
 */
export function mpReachNlri<K extends NlriKind>(
  kind: K,
  family: Family,
  nextHop: string | NextHopOfKind<K>,
  nlri: readonly NlriOfKind[K][],
): MpReachOf<K> {
  const hop = typeof nextHop === "string" ? { nextHop } : nextHop;
  const attribute = { name: "mpReachNlri", code: 14, kind, afi: family.afi, safi: family.safi, ...hop, nlri };
  return attribute as unknown as MpReachOf<K>;
}

/** Where the NLRI of a value begin that is long enough. */
export function reachNlriStart(buffer: Uint8Array, start: number): number {
  return start + 5 + buffer[start + 3]!;
}

/** Length of fixed fields and next hop, then the NLRI (RFC 7606 sections 5.3 and 7.11). */
export function checkMpReachNlri(buffer: Uint8Array, start: number, end: number, context: DecodeContext): Rule | null {
  if (end - start < 5) return MP_REACH_NLRI_RULES["mp-reach-length"];
  const nlriStart = reachNlriStart(buffer, start);
  if (nlriStart > end) return MP_REACH_NLRI_RULES["mp-reach-next-hop"];
  const { row, addPath, extendedNextHop, disabled } = familyIn(context, u16At(buffer, start), buffer[start + 2]!);
  if (disabled) return MESSAGE_RULES["disabled-family"];
  if (row === null) return null;
  if (!row.nextHop.fits(buffer[start + 3]!, extendedNextHop)) return MP_REACH_NLRI_RULES["mp-reach-next-hop"];
  if (row.check(buffer, nlriStart, end, addPath) !== end) return MP_REACH_NLRI_RULES["mp-reach-nlri"];
  return row.worstFault?.(buffer, nlriStart, end, addPath, context.compiled.announced) ?? null;
}

const NOTHING = /* @__PURE__ */ Object.freeze({});

/** How MP_REACH_NLRI (RFC 4760 section 3) is checked and read: a row for registries and `attributeHandler`. */
export const MP_REACH_NLRI: AttributeRow<MpReachNlriAttribute> = /* @__PURE__ */ attributeRow<MpReachNlriAttribute>({
  code: 14,
  name: "mpReachNlri",
  flags: OPTIONAL_NON_TRANSITIVE,
  flagsRule: MESSAGE_RULES["mp-flags"],
  check: checkMpReachNlri,
  judgeMessage: (message, index, context) => {
    const { buffer } = message;
    const start = message.valueStart(index);
    if (reachNlriStart(buffer, start) === message.valueEnd(index)) return [];
    const { row } = familyIn(context, u16At(buffer, start), buffer[start + 2]!);
    return row?.judgeMessage?.(message, context) ?? [];
  },
  decode: (buffer, start, end, context) => {
    const afi = u16At(buffer, start);
    const safi = buffer[start + 2]!;
    const nlriStart = reachNlriStart(buffer, start);
    const { row, addPath } = familyIn(context, afi, safi);
    const reserved = buffer[nlriStart - 1]!;
    const extra = reserved === 0 ? NOTHING : { reserved };
    if (row === null) {
      const nextHopBytes = copyAt(buffer, start + 4, nlriStart - 1);
      const nlriBytes = copyAt(buffer, nlriStart, end);
      return { name: "mpReachNlri", code: 14, kind: "raw", afi, safi, nextHopBytes, nlriBytes, ...extra };
    }
    const hop = row.nextHop.decode(buffer, start + 4, nlriStart - 1) as NextHop;
    const nlri = decodeNlri(row, buffer, nlriStart, end, addPath, context.compiled.announced);
    const { kind } = row;
    if (kind !== "prefix" || hop.linkLocalNextHop !== undefined || reserved !== 0) {
      return { name: "mpReachNlri", code: 14, kind, afi, safi, ...hop, nlri, ...extra } as MpReachNlriAttribute;
    }
    // Without spreading, which costs as much as all the rest.
    const { nextHop } = hop;
    return { name: "mpReachNlri", code: 14, kind, afi, safi, nextHop, nlri } as MpReachOf<"prefix">;
  },
});

/** Writes the value. @throws ConfigError `invalid-value` where the routes are none of the family, or a part does not fit its field */
export function encodeMpReachNlri(attribute: MpReachNlriAttribute, writer: OctetWriter, context: DecodeContext): void {
  writer.u16(attribute.afi);
  writer.u8(attribute.safi);
  const lengthAt = writer.reserve(1);
  encodeNextHop(attribute, writer, context);
  writer.setU8(lengthAt, writer.length - lengthAt - 1);
  writer.u8(attribute.reserved ?? 0);
  if (attribute.kind === "raw") {
    writer.bytes(attribute.nlriBytes);
    return;
  }
  const { row, addPath } = familyIn(context, attribute.afi, attribute.safi);
  if (row !== null) encodeNlri(row, attribute.nlri, addPath, writer, context.compiled.announced);
}

function encodeNextHop(attribute: MpReachNlriAttribute, writer: OctetWriter, context: DecodeContext): void {
  if (attribute.kind === "raw") {
    writer.bytes(attribute.nextHopBytes);
    return;
  }
  const { row } = familyIn(context, attribute.afi, attribute.safi);
  if (row === null || row.kind !== attribute.kind) {
    const { kind, afi, safi } = attribute;
    throw new ConfigError("invalid-value", "mpReachNlri", `no "${kind}" in AFI ${afi}, SAFI ${safi}`);
  }
  writeNextHop(row.nextHop, attribute, writer);
}
