// The UPDATE message field by field (RFC 4271 section 4.3), read where the walk found everything and judged as the walk judges.
import { AttributeCode, attributeName } from "@bgpwire/core";
import { attributeSetContext } from "../attribute/attr-set.ts";
import { reachNlriStart } from "../attribute/mp-reach-nlri.ts";
import { u16At } from "../bytes/integers.ts";
import { FieldReader } from "../bytes/reader.ts";
import { familyIn, reasonIn } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import { IPV4_UNICAST } from "../nlri/prefix.ts";
import { readRouteDistinguisher } from "../nlri/route-distinguisher.ts";
import type { FamilyRow, NlriPlace } from "../nlri/row.ts";
import { formatNlri } from "../text/nlri-text.ts";
import { Offsets } from "../update/offsets.ts";
import { walk, walkAttributeSet } from "../update/walk.ts";
import type { Rule } from "../verdict/rule.ts";
import { PLAIN_ATTRIBUTES } from "./plain-attributes.ts";
import { readPlainRoute } from "./plain-routes.ts";
import type { FieldTree } from "./tree.ts";

/** Reads the body of an UPDATE from `start` on. */
export function dissectUpdate(buffer: Uint8Array, start: number, context: DecodeContext, tree: FieldTree): void {
  const offsets = new Offsets();
  walk(offsets, context, buffer, start, buffer.length);
  if (offsets.fits) {
    const { withdrawnStart, withdrawnEnd, attributesStart, attributesEnd, end } = offsets;
    const { ipv4AddPath, announced, withdrawn } = context.compiled;
    lengthField("Withdrawn Routes Length", buffer, withdrawnStart - 2, tree);
    tree.group("Withdrawn Routes", withdrawnStart, withdrawnEnd);
    dissectRoutes(IPV4_UNICAST, buffer, withdrawnStart, offsets.withdrawnStop, ipv4AddPath, withdrawn, tree);
    lengthField("Total Path Attribute Length", buffer, attributesStart - 2, tree);
    tree.group("Path Attributes", attributesStart, attributesEnd);
    for (let i = 0; i < offsets.count; i += 1) dissectAttribute(offsets, i, context, tree);
    tree.group("Network Layer Reachability Information", attributesEnd, end);
    dissectRoutes(IPV4_UNICAST, buffer, attributesEnd, offsets.nlriStop, ipv4AddPath, announced, tree);
  }
  faultsOf(offsets, context, tree);
}

function faultsOf(offsets: Offsets, context: DecodeContext, tree: FieldTree): void {
  for (const { rule, start, end } of offsets.findings) tree.fault(start, end, faultText(rule, context));
}

function faultText(rule: Rule, context: DecodeContext): string {
  return `${reasonIn(context, rule)} (${rule.reference})`;
}

function lengthField(label: string, buffer: Uint8Array, at: number, tree: FieldTree): void {
  tree.field(label, at, at + 2, u16At(buffer, at));
}

function dissectAttribute(offsets: Offsets, index: number, context: DecodeContext, tree: FieldTree): void {
  const { buffer } = offsets;
  const code = offsets.code(index);
  const end = offsets.valueEnd(index);
  const start = offsets.valueStart(index);
  const header = new FieldReader(buffer, offsets.attributeStart(index), end, tree);
  tree.group(attributeName(code), header.at, end);
  header.u8("Attribute Flags");
  header.u8("Attribute Type Code");
  if (start - header.at === 1) header.u8("Attribute Length");
  else header.u16("Attribute Length");
  tree.group("Attribute Value", start, end);
  if (code === AttributeCode.MpReachNlri) return dissectReach(buffer, start, end, context, tree);
  if (code === AttributeCode.MpUnreachNlri) return dissectUnreach(buffer, start, end, context, tree);
  if (code === AttributeCode.AttrSet) return dissectAttributeSet(buffer, start, end, context, tree);
  const row = context.compiled.rows[code]!;
  const value = new FieldReader(buffer, start, end, tree);
  if (row === null) value.rest("Attribute Value");
  else if (row.read !== null) row.read(value, context);
  else PLAIN_ATTRIBUTES[code]?.(value, context);
}

/** RFC 6368 section 5. */
function dissectAttributeSet(
  buffer: Uint8Array,
  start: number,
  end: number,
  context: DecodeContext,
  tree: FieldTree,
): void {
  const reader = new FieldReader(buffer, start, end, tree);
  const inner = attributeSetContext(context);
  reader.u32("Origin AS");
  if (inner === null || reader.failed) return;
  const offsets = new Offsets();
  walkAttributeSet(offsets, inner, buffer, reader.at, end);
  for (let i = 0; i < offsets.count; i += 1) dissectAttribute(offsets, i, inner, tree);
  faultsOf(offsets, inner, tree);
}

/** RFC 4760 section 3. */
function dissectReach(buffer: Uint8Array, start: number, end: number, context: DecodeContext, tree: FieldTree): void {
  const reader = new FieldReader(buffer, start, end, tree);
  const family = familyField(reader, context);
  const hop = reader.sub("Network Address of Next Hop", reader.u8("Length of Next Hop Network Address"));
  nextHopFields(hop);
  reader.u8("Reserved");
  if (!reader.failed) familyRoutes(family, reader, reachNlriStart(buffer, start), context.compiled.announced, tree);
}

/** One address or two, in VPNs each behind a route distinguisher (RFC 4364 section 4.3.2, RFC 4659 section 3.2.1). */
function nextHopFields(reader: FieldReader): void {
  const octets = reader.remaining;
  const distinguished = octets === 12 || octets === 24 || octets === 48;
  while (reader.remaining > 0 && !reader.failed) {
    if (distinguished) readRouteDistinguisher(reader, "Route Distinguisher");
    if (octets === 4 || octets === 12) reader.ipv4("Next Hop");
    else if (octets % 8 === 0) reader.ipv6("Next Hop");
    else reader.rest("Next Hop");
  }
}

/** RFC 4760 section 4. */
function dissectUnreach(buffer: Uint8Array, start: number, end: number, context: DecodeContext, tree: FieldTree): void {
  const reader = new FieldReader(buffer, start, end, tree);
  const family = familyField(reader, context);
  if (!reader.failed) familyRoutes(family, reader, reader.at, context.compiled.withdrawn, tree);
}

interface FamilyHere {
  readonly row: FamilyRow | null;
  readonly addPath: boolean;
}

function familyField(reader: FieldReader, context: DecodeContext): FamilyHere {
  const afi = reader.u16("Address Family Identifier");
  return familyIn(context, afi, reader.u8("Subsequent Address Family Identifier"));
}

function familyRoutes(
  { row, addPath }: FamilyHere,
  reader: FieldReader,
  start: number,
  place: NlriPlace,
  tree: FieldTree,
): void {
  const { buffer, end } = reader;
  tree.group(place.withdrawn ? "Withdrawn Routes" : "Network Layer Reachability Information", start, end);
  if (row === null) return;
  dissectRoutes(row, buffer, start, row.check(buffer, start, end, addPath), addPath, place, tree);
}

/** Routes of a range that is framed. */
function dissectRoutes(
  row: FamilyRow,
  buffer: Uint8Array,
  start: number,
  end: number,
  addPath: boolean,
  place: NlriPlace,
  tree: FieldTree,
): void {
  for (let at = start; at < end;) {
    const nlri = addPath ? at + 4 : at;
    const next = row.next(buffer, nlri);
    tree.group("NLRI", at, next, formatNlri(row.kind, row.decode(buffer, nlri, next, place)));
    if (addPath) new FieldReader(buffer, at, nlri, tree).u32("Path Identifier");
    const reader = new FieldReader(buffer, nlri, next, tree);
    if (row.read === undefined) readPlainRoute(reader, row, place);
    else row.read(reader, place);
    const rule = row.fault?.(buffer, nlri, next, place) ?? null;
    if (rule !== null) tree.fault(at, next, faultText(rule, place.context));
    at = next;
  }
}
