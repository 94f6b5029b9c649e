// ATTR_SET (RFC 6368 section 5): optional transitive, the path attributes of a customer's route, put away while it crosses the
// VPN, and the customer's AS.
import { AttributeCode, ConfigError } from "@bgpwire/core";
import { u32At } from "../bytes/integers.ts";
import { DecodeContext } from "../context.ts";
import { ATTRIBUTE_LENGTH_ERROR, OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { attributesOf } from "../update/decode.ts";
import { writeAttribute } from "../update/encode.ts";
import type { PathAttribute } from "../update/model.ts";
import { Offsets } from "../update/offsets.ts";
import { walkAttributeSet } from "../update/walk.ts";
import { STRENGTH_WITHDRAW } from "../verdict/action.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. RFC 6368 section 5 says what; RFC 7606 section 7.16 what is done about it. */
// prettier-ignore
export const ATTR_SET_RULES: RuleTable<"attr-set-length" | "attr-set-malformed" | "attr-set-multiprotocol" | "attr-set-depth"> = /* @__PURE__ */ ruleTable({
  "attr-set-length": ["RFC 7606 section 7.16", "withdraw", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
  "attr-set-malformed": ["RFC 7606 section 7.16", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "attr-set-multiprotocol": ["RFC 7606 section 7.16", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "attr-set-depth": ["RFC 7606 section 7.16", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
});

/**
 * ATTR_SET (RFC 6368 section 5): optional transitive, the path attributes of a customer's route, put away while it crosses the
 * VPN, and the customer's AS.
 */
export interface AttrSetAttribute extends AttributeHeader {
  readonly name: "attrSet";
  readonly code: 128;
  /** AS of the customer's network. */
  readonly originAs: number;
  /** Any but MP_REACH_NLRI and MP_UNREACH_NLRI, in the order of the wire, with four octets per AS number. */
  readonly attributes: readonly PathAttribute[];
}

/** Makes an ATTR_SET. @example attrSet(65001, [origin("igp"), asPath([65010]), localPref(200)]) */
export function attrSet(originAs: number, attributes: readonly PathAttribute[]): AttrSetAttribute {
  return { name: "attrSet", code: 128, originAs, attributes };
}

const ORIGIN_AS_OCTETS = 4;
/** How many sets may lie within one another: each provider that carries the VPN of another one adds one. */
const DEEPEST = 8;

/**
 * How the attributes in a set are read: with four octets per AS number (section 5), and as nobody's in particular, since the
 * session they were received on is not this one. Null where sets lie too deep.
 */
export function attributeSetContext(context: DecodeContext): DecodeContext | null {
  const { compiled } = context;
  if (compiled.depth === DEEPEST) return null;
  if (compiled.inner === null) {
    compiled.inner = new DecodeContext(
      { ...context, session: "unknown", peerAs: null, fourOctetAs: true },
      compiled.registry,
    );
    compiled.inner.compiled.depth = compiled.depth + 1;
  }
  return compiled.inner;
}

/** Walks the attributes of a set. Each depth has a context of its own, and so a scratch of its own. */
function walked(buffer: Uint8Array, start: number, end: number, inner: DecodeContext): Offsets {
  const offsets = (inner.compiled.scratch ??= new Offsets());
  walkAttributeSet(offsets, inner, buffer, start + ORIGIN_AS_OCTETS, end);
  return offsets;
}

function check(buffer: Uint8Array, start: number, end: number, context: DecodeContext): Rule | null {
  if (end - start < ORIGIN_AS_OCTETS) return ATTR_SET_RULES["attr-set-length"];
  const inner = attributeSetContext(context);
  if (inner === null) return ATTR_SET_RULES["attr-set-depth"];
  const offsets = walked(buffer, start, end, inner);
  if (offsets.find(AttributeCode.MpReachNlri) >= 0 || offsets.find(AttributeCode.MpUnreachNlri) >= 0) {
    return ATTR_SET_RULES["attr-set-multiprotocol"];
  }
  // What is discarded for another reason than its form, such as the second of two, is no malformation.
  const cause = offsets.findings.find(({ rule, strength }) => rule.kind === "syntax" || strength >= STRENGTH_WITHDRAW);
  if (cause === undefined) return null;
  const tooDeep = ATTR_SET_RULES["attr-set-depth"];
  return cause.rule === tooDeep ? tooDeep : ATTR_SET_RULES["attr-set-malformed"];
}

/** How ATTR_SET (RFC 6368 section 5) is checked and read: a row for registries and `attributeHandler`. */
export const ATTR_SET: AttributeRow<AttrSetAttribute> = /* @__PURE__ */ attributeRow<AttrSetAttribute>({
  code: 128,
  name: "attrSet",
  flags: OPTIONAL_TRANSITIVE,
  check,
  decode: (buffer, start, end, context) => {
    // That it is not too deep, `check` has seen.
    const inner = attributeSetContext(context)!;
    return attrSet(u32At(buffer, start), attributesOf(walked(buffer, start, end, inner), inner));
  },
  encode: ({ originAs, attributes }, writer, context) => {
    const inner = attributeSetContext(context);
    if (inner === null) throw new ConfigError("invalid-value", "attrSet", `more than ${DEEPEST} sets in one another`);
    writer.u32(originAs);
    for (const attribute of attributes) writeAttribute(attribute, writer, inner);
  },
});
