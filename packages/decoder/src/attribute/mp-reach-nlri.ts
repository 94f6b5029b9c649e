// MP_REACH_NLRI (RFC 4760 section 3): optional non-transitive, next hop and destinations of one family.
import { ConfigError } from "@bgpwire/core";
import type { OctetWriter } from "../bytes/writer.ts";
import { copyAt, u16At } from "../bytes/integers.ts";
import { familyIn } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import { decodeNlri, encodeNlri } from "../nlri/fields.ts";
import type { NextHop } from "../nlri/row.ts";
import type { Nlri } from "../update/model.ts";
import { RULES, type Rule } from "../verdict/rules.ts";
import { attributeRow, OPTIONAL_NON_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

interface MpReachNlriHeader extends AttributeHeader {
  readonly name: "mpReachNlri";
  readonly code: 14;
  readonly afi: number;
  readonly safi: number;
  /** The reserved octet, which a receiver ignores; absent where it is zero, as it is to be. */
  readonly reserved?: number;
}

/** Announced prefixes and their next hop. */
export interface MpReachPrefixes extends MpReachNlriHeader, NextHop {
  readonly kind: "prefix";
  readonly nlri: readonly Nlri[];
}

/** Announced routes of a family that is not known. */
export interface MpReachRaw extends MpReachNlriHeader {
  readonly kind: "raw";
  readonly nextHopBytes: Uint8Array;
  readonly nlriBytes: Uint8Array;
}

/** `kind` says which shape the routes have; it follows from the family. */
export type MpReachNlriAttribute = MpReachPrefixes | MpReachRaw;

/**
 * Makes an MP_REACH_NLRI of a prefix family.
 *
 * @param nextHop one address, or a global and a link-local one (RFC 2545)
 * @example mpReachNlri({ afi: 2, safi: 1 }, "2001:db8::1", [{ prefix: "2001:db8:1::/48" }])
 */
export function mpReachNlri(
  family: { readonly afi: number; readonly safi: number },
  nextHop: string | NextHop,
  nlri: readonly Nlri[],
): MpReachPrefixes {
  const hop = typeof nextHop === "string" ? { nextHop } : nextHop;
  return { name: "mpReachNlri", code: 14, kind: "prefix", afi: family.afi, safi: family.safi, ...hop, nlri };
}

/** Where the NLRI of a value begin that is long enough. */
export function reachNlriStart(buffer: Uint8Array, start: number): number {
  return start + 5 + buffer[start + 3]!;
}

/** Length of fixed fields and next hop, then the NLRI (RFC 7606 sections 5.3 and 7.11). */
export function checkMpReachNlri(buffer: Uint8Array, start: number, end: number, context: DecodeContext): Rule | null {
  if (end - start < 5) return RULES["mp-reach-length"];
  const nlriStart = reachNlriStart(buffer, start);
  if (nlriStart > end) return RULES["mp-reach-next-hop"];
  const { row, addPath, extendedNextHop } = familyIn(context, u16At(buffer, start), buffer[start + 2]!);
  if (row === null) return null;
  if (!row.nextHopFits(buffer[start + 3]!, extendedNextHop)) return RULES["mp-reach-next-hop"];
  return row.check(buffer, nlriStart, end, addPath) === end ? null : RULES["mp-reach-nlri"];
}

const NOTHING = /* @__PURE__ */ Object.freeze({});

export const MP_REACH_NLRI: AttributeRow<MpReachNlriAttribute> = /* @__PURE__ */ attributeRow<MpReachNlriAttribute>({
  code: 14,
  name: "mpReachNlri",
  flags: OPTIONAL_NON_TRANSITIVE,
  flagsRule: RULES["mp-flags"],
  check: checkMpReachNlri,
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
    const hop = row.decodeNextHop(buffer, start + 4, nlriStart - 1);
    const nlri = decodeNlri(row, buffer, nlriStart, end, addPath);
    const { kind } = row;
    if (hop.linkLocalNextHop !== undefined || reserved !== 0) {
      return { name: "mpReachNlri", code: 14, kind, afi, safi, ...hop, nlri, ...extra };
    }
    // Without spreading, which costs as much as all the rest.
    return { name: "mpReachNlri", code: 14, kind, afi, safi, nextHop: hop.nextHop, nlri };
  },
  encode: (attribute, writer, context) => {
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
    if (row !== null) encodeNlri(row, attribute.nlri, addPath, writer);
  },
});

function encodeNextHop(attribute: MpReachNlriAttribute, writer: OctetWriter, context: DecodeContext): void {
  if (attribute.kind === "raw") {
    writer.bytes(attribute.nextHopBytes);
    return;
  }
  const { row } = familyIn(context, attribute.afi, attribute.safi);
  if (row === null) {
    throw new ConfigError(
      "invalid-value",
      "mpReachNlri",
      `no "${attribute.kind}" in AFI ${attribute.afi}, SAFI ${attribute.safi}`,
    );
  }
  row.encodeNextHop(attribute, writer);
}
