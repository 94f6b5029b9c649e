// The validating walk: one pass over an UPDATE (RFC 4271 section 4.3) that finds everything in it and says what is wrong with
// it (RFC 7606). It is the only place where lengths are believed; whatever it lets pass can be read without another check.
//
// On V8 this is an integer cursor over the bytes, rows of one shape, and no allocation but for issues: about 70 ns for an
// UPDATE of one prefix and eight attributes.
import { AttributeCode } from "@bgpwire/core";
import { AttributeFlag } from "../attribute/row.ts";
import { reachNlriStart } from "../attribute/mp-reach-nlri.ts";
import { u16At } from "../bytes/integers.ts";
import type { DecodeContext } from "../context.ts";
import { checkPrefixes } from "../nlri/prefix.ts";
import { Strength } from "../verdict/action.ts";
import { RULES, type Rule } from "../verdict/rules.ts";
import type { Offsets } from "./offsets.ts";

const CATEGORY = AttributeFlag.Optional | AttributeFlag.Transitive;

/** Reads the UPDATE body in `[start, end)` of `buffer`; what it finds is in `offsets`. Never throws. */
export function walk(offsets: Offsets, context: DecodeContext, buffer: Uint8Array, start: number, end: number): void {
  offsets.reset(buffer, start, end);
  // RFC 7606 section 3 (b): "If the Withdrawn Routes Length or Total Attribute Length is too large".
  if (end - start < 4) {
    report(offsets, context, RULES["update-length"], -1, start, end);
    return;
  }
  const withdrawnEnd = start + 2 + u16At(buffer, start);
  const attributesStart = withdrawnEnd + 2;
  if (attributesStart > end) {
    report(offsets, context, RULES["update-length"], -1, start, start + 2);
    return;
  }
  const attributesEnd = attributesStart + u16At(buffer, withdrawnEnd);
  if (attributesEnd > end) {
    report(offsets, context, RULES["update-length"], -1, withdrawnEnd, attributesStart);
    return;
  }
  offsets.withdrawnStart = start + 2;
  offsets.withdrawnEnd = withdrawnEnd;
  offsets.attributesStart = attributesStart;
  offsets.attributesEnd = attributesEnd;
  offsets.nlriStart = attributesEnd;
  const { ipv4AddPath } = context.compiled;

  offsets.fits = true;
  offsets.withdrawnStop = checkPrefixes(buffer, start + 2, withdrawnEnd, ipv4AddPath, 32);
  if (offsets.withdrawnStop < withdrawnEnd) {
    report(offsets, context, RULES["withdrawn-routes"], -1, start + 2, withdrawnEnd);
  }
  walkAttributes(offsets, context, buffer, attributesStart, attributesEnd);
  offsets.nlriStop = checkPrefixes(buffer, attributesEnd, end, ipv4AddPath, 32);
  if (offsets.nlriStop < end) report(offsets, context, RULES["nlri"], -1, attributesEnd, end);
  checkWhole(offsets, context);
}

function walkAttributes(
  offsets: Offsets,
  context: DecodeContext,
  buffer: Uint8Array,
  start: number,
  end: number,
): void {
  const { rows, refusals } = context.compiled;
  let at = start;
  while (at < end) {
    // RFC 7606 section 4: "fewer than three octets remain (or fewer than four octets, if the Attribute Flags field has the
    // Extended Length bit set)". The code is judged below even if only that much of the attribute is there.
    const flags = buffer[at]!;
    const extended = (flags & AttributeFlag.ExtendedLength) !== 0;
    const valueStart = at + (extended ? 4 : 3);
    const valueEnd = valueStart > end ? end + 1 : valueStart + (extended ? u16At(buffer, at + 2) : buffer[at + 2]!);
    const code = at + 1 < end ? buffer[at + 1]! : -1;
    if (valueEnd > end) {
      offsets.attributesStop = at;
      // Section 3 (j): without these two the routes of the message are not known, so there is nothing to withdraw.
      const mp = code === AttributeCode.MpReachNlri || code === AttributeCode.MpUnreachNlri;
      report(offsets, context, RULES[mp ? "mp-overrun" : "attribute-overrun"], code, at, end);
      return;
    }
    const first = offsets.find(code);
    const index = offsets.count;
    offsets.add(flags, code, valueStart, valueEnd);
    if (first >= 0) {
      const mp = code === AttributeCode.MpReachNlri || code === AttributeCode.MpUnreachNlri;
      if (report(offsets, context, RULES[mp ? "duplicate-mp" : "duplicate-attribute"], code, at, valueEnd)) {
        offsets.reject(index);
      }
      at = valueEnd;
      continue;
    }
    offsets.slots[code] = index;

    const row = rows[code]!;
    const length = valueEnd - valueStart;
    const refusal = refusals[code]!;
    let rejected = false;
    if (row === null) {
      // RFC 4271 section 6.3; RFC 7606 leaves it as it is. An unknown optional attribute is no error.
      rejected =
        (flags & AttributeFlag.Optional) === 0 &&
        report(offsets, context, RULES["unrecognized-well-known"], code, at, valueEnd);
    } else {
      if (refusal !== null) rejected = report(offsets, context, refusal, code, at, valueEnd);
      if (!rejected && ((flags ^ row.flags) & CATEGORY) !== 0) {
        rejected = report(offsets, context, row.flagsRule, code, at, valueEnd);
      }
      if (!rejected) {
        const { octets } = row;
        if (octets !== 0 && length !== octets && (!row.multiple || length === 0 || length % octets !== 0)) {
          rejected = report(offsets, context, row.lengthRule, code, at, valueEnd);
        } else if (row.check !== null) {
          const rule = row.check(buffer, valueStart, valueEnd, context);
          if (rule !== null) rejected = report(offsets, context, rule, code, at, valueEnd);
        }
      }
    }
    if (rejected) offsets.reject(index);
    at = valueEnd;
  }
  offsets.attributesStop = end;
}

/** What can only be said once everything has been seen. */
function checkWhole(offsets: Offsets, context: DecodeContext): void {
  const { buffer } = offsets;
  const classic = offsets.nlriStart < offsets.nlriEnd;
  const reach = offsets.find(AttributeCode.MpReachNlri);
  const reachRejected = reach >= 0 && offsets.rejected(reach);
  const reachable =
    reach >= 0 && !reachRejected && reachNlriStart(buffer, offsets.valueStart(reach)) < offsets.valueEnd(reach);

  if (classic || reachable) {
    // RFC 7606 section 3 (d), with RFC 4760 section 3: NEXT_HOP is for the NLRI field alone.
    if (offsets.find(AttributeCode.Origin) < 0) reportMissing(offsets, context, AttributeCode.Origin);
    if (offsets.find(AttributeCode.AsPath) < 0) reportMissing(offsets, context, AttributeCode.AsPath);
    if (classic) checkNextHop(offsets, context);
  } else if (offsets.strength > Strength.Discard && offsets.strength < Strength.Reset && !reachRejected) {
    checkMissingNlri(offsets, context);
  }
}

function checkNextHop(offsets: Offsets, context: DecodeContext): void {
  const code = AttributeCode.NextHop;
  const hop = offsets.find(code);
  if (hop < 0) {
    reportMissing(offsets, context, code);
  } else if (!offsets.rejected(hop) && !isHost(offsets.buffer, offsets.valueStart(hop))) {
    const rule = RULES["next-hop-address"];
    if (report(offsets, context, rule, code, offsets.attributeStart(hop), offsets.valueEnd(hop))) offsets.reject(hop);
  }
}

/**
 * RFC 7606 section 5.2: a message with "path attributes other than MP_UNREACH_NLRI" and without reachable NLRI may have lost
 * them to the error; "if any encountered error specifies an error-handling approach other than "attribute discard"", the
 * session is reset. The NOTIFICATION is that of the error itself.
 */
function checkMissingNlri(offsets: Offsets, context: DecodeContext): void {
  const others = offsets.count - (offsets.find(AttributeCode.MpUnreachNlri) < 0 ? 0 : 1);
  if (others === 0 && offsets.attributesStop === offsets.attributesEnd) return;
  const rule = RULES["missing-nlri"];
  const strength = context.compiled.strengths[rule.index]!;
  // Errors of the two fields of routes reset by themselves: what is left are errors of attributes.
  const cause = offsets.findings.find((one) => one.strength > Strength.Discard);
  if (cause !== undefined && strength !== Strength.Off) offsets.note({ ...cause, rule, strength });
}

/** RFC 4271 section 6.3: "represents a valid IP host address", which 0.0.0.0, multicast and class E are not. */
function isHost(buffer: Uint8Array, at: number): boolean {
  const first = buffer[at]!;
  return first < 224 && (first | buffer[at + 1]! | buffer[at + 2]! | buffer[at + 3]!) !== 0;
}

function reportMissing(offsets: Offsets, context: DecodeContext, code: number): void {
  const { attributesStart, attributesEnd } = offsets;
  report(offsets, context, RULES["missing-well-known"], code, attributesStart, attributesEnd);
}

/** Writes an issue down as the context has it. @returns whether the attribute it is about cannot be used */
function report(
  offsets: Offsets,
  context: DecodeContext,
  rule: Rule,
  attribute: number,
  start: number,
  end: number,
): boolean {
  const strength = context.compiled.strengths[rule.index]!;
  if (strength === Strength.Off) return false;
  offsets.note({ rule, strength, cause: rule, attribute, start, end });
  return rule.syntax || strength > Strength.None;
}
