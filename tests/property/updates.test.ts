// UPDATEs: decoding says what a second encoder meant, encoding gives back every octet, and the three tiers agree.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AttributeCode, familyName, formatPrefix, toHex } from "@bgpwire/core";
import {
  AttributeFlag,
  attributeHandler,
  attributeNamed,
  asPathNumbers,
  createUpdateDecoder,
  DecodeContext,
  decodeUpdate,
  encodeAttribute,
  encodeUpdate,
  IPV4_UNICAST,
  ipv4NumberHandler,
  ipv4NumberListHandler,
  ipv4PrefixHandler,
  ipv6NumberHandler,
  ipv6NumberListHandler,
  nlriHandler,
  routesOf,
  STANDARD,
  toJson,
  UNICAST,
  updateFromJson,
  UpdateView,
  type FamilyRow,
  type Nlri,
  type NlriCursor,
  type NlriHandler,
  type PathAttribute,
} from "@bgpwire/decoder";
import {
  attributeGenerators,
  canonicalUpdates,
  contexts,
  familyGenerators,
  mutatedUpdates,
  wellFormedUpdates,
} from "../support/arbitrary-updates.ts";

const anything = fc.oneof(
  { weight: 3, arbitrary: mutatedUpdates },
  { weight: 1, arbitrary: fc.record({ body: fc.uint8Array({ maxLength: 300 }), context: contexts }) },
);

/** The body somewhere inside a larger buffer, as the framer gives it. */
function slice(body: Uint8Array): { buffer: Uint8Array; start: number; end: number } {
  const buffer = new Uint8Array(body.length + 9).fill(0xa5);
  buffer.set(body, 5);
  return { buffer, start: 5, end: 5 + body.length };
}

test("every attribute of the table has a generator", () => {
  const codes = STANDARD.attributes.map((row) => row.code);
  expect(Object.keys(attributeGenerators).map(Number)).toEqual(codes.sort((a, b) => a - b));
});

test("every family of the table has a generator", () => {
  const names = STANDARD.families.map(familyName);
  expect(familyGenerators.map(familyName).sort()).toEqual(names.sort());
});

test("a well-formed UPDATE decodes to what it was made from, without issue", () => {
  fc.assert(
    fc.property(wellFormedUpdates, ({ body, context, update }) => {
      expect(decodeUpdate(slice(body), context)).toEqual({ update, action: "none", issues: [], notification: null });
    }),
    { numRuns: 2000 },
  );
});

test("a well-formed UPDATE is encoded to its octets", () => {
  fc.assert(
    fc.property(wellFormedUpdates, ({ body, context, update }) => {
      expect(toHex(encodeUpdate(update, context))).toBe(toHex(body));
      expect(toHex(encodeUpdate(decodeUpdate(body, context).update, context))).toBe(toHex(body));
    }),
    { numRuns: 1000 },
  );
});

test("any octets at all are encoded to themselves, and nothing throws", () => {
  fc.assert(
    fc.property(anything, ({ body, context }) => {
      const { update } = decodeUpdate(slice(body), context);
      expect(toHex(encodeUpdate(update, context))).toBe(toHex(body));
    }),
    { numRuns: 4000 },
  );
});

test("a registry of unicast alone writes what it reads, known or not", () => {
  fc.assert(
    fc.property(fc.oneof(anything, wellFormedUpdates), ({ body, context }) => {
      const small = new DecodeContext({ ...context, overrides: {} }, UNICAST);
      expect(toHex(encodeUpdate(decodeUpdate(body, small).update, small))).toBe(toHex(body));
    }),
    { numRuns: 1000 },
  );
});

test("canonical objects are decoded from their encoding", () => {
  fc.assert(
    fc.property(canonicalUpdates, ({ update, context }) => {
      expect(decodeUpdate(encodeUpdate(update, context), context).update).toEqual(update);
    }),
    { numRuns: 1000 },
  );
});

test("JSON loses nothing", () => {
  fc.assert(
    fc.property(anything, ({ body, context }) => {
      const { update } = decodeUpdate(body, context);
      expect(updateFromJson(JSON.parse(JSON.stringify(toJson(update))))).toEqual(update);
    }),
    { numRuns: 500 },
  );
});

test("the objects share no memory with the message", () => {
  fc.assert(
    fc.property(anything, ({ body, context }) => {
      const buffer = Uint8Array.from(body);
      const { update } = decodeUpdate(buffer, context);
      buffer.fill(0xa5);
      expect(toHex(encodeUpdate(update, context))).toBe(toHex(body));
    }),
    { numRuns: 300 },
  );
});

test("of attributes that are to be used there is one of each name, and what an issue speaks of is not among them", () => {
  fc.assert(
    fc.property(anything, ({ body, context }) => {
      const { update, issues, action } = decodeUpdate(body, context);
      const names = update.attributes.filter((one) => one.name !== "raw").map((one) => one.name);
      expect(new Set(names).size).toBe(names.length);
      const rejected = update.attributes.filter((one) => one.name === "raw" && one.rejected === true);
      if (rejected.length > 0) expect(issues.length).toBeGreaterThan(0);
      if (issues.length === 0) expect(action).toBe("none");
    }),
    { numRuns: 1000 },
  );
});

function listOf(cursor: NlriCursor): Nlri[] {
  const list: Nlri[] = [];
  while (cursor.next()) {
    const nlri = cursor.nlri()!;
    list.push(cursor.pathId < 0 ? nlri : { ...nlri, pathId: cursor.pathId });
  }
  return list;
}

/** The prefixes of a cursor, read by the core instead. */
function prefixesOf(cursor: NlriCursor, version: 4 | 6): string[] {
  const list: string[] = [];
  while (cursor.next()) {
    expect(cursor.end - cursor.start).toBe(1 + Math.ceil(cursor.buffer[cursor.start]! / 8));
    list.push(formatPrefix(version, cursor.buffer, cursor.buffer[cursor.start]!, cursor.start + 1));
  }
  return list;
}

test("views and objects agree", () => {
  fc.assert(
    fc.property(fc.oneof(anything, wellFormedUpdates), ({ body, context }) => {
      const decoded = decodeUpdate(body, context);
      const { update } = decoded;
      const view = new UpdateView(context).read(slice(body));
      expect(view.verdict()).toEqual({
        action: decoded.action,
        issues: decoded.issues,
        notification: decoded.notification,
      });
      expect(view.action).toBe(decoded.action);
      expect(view.treatAsWithdraw).toBe(decoded.issues.some((issue) => issue.action === "withdraw"));
      expect(view.attributeCount).toBe(update.attributes.length);
      for (const [i, attribute] of update.attributes.entries()) {
        const octets = view.buffer.subarray(view.attributeStart(i), view.valueEnd(i));
        expect(toHex(encodeAttribute(attribute, context))).toBe(toHex(octets));
        expect(view.code(i)).toBe(attribute.code);
        expect(view.flags(i)).toBe(octets[0]);
        expect(view.valueStart(i) - view.attributeStart(i)).toBe(
          (octets[0]! & AttributeFlag.ExtendedLength) === 0 ? 3 : 4,
        );
        expect(view.rejected(i)).toBe(attribute.name === "raw" && attribute.rejected === true);
        if (!view.rejected(i)) expect(view.find(attribute.code)).toBe(i);
      }
      expect(listOf(view.withdrawn())).toEqual(update.withdrawn);
      expect(listOf(view.announced())).toEqual(update.nlri);
      expect(prefixesOf(view.announced(), 4)).toEqual(update.nlri.map((one) => one.prefix));
      const { endOfRib } = routesOf(update, decoded.issues);
      if (decoded.issues.length === 0) expect(view.endOfRib()).toEqual(endOfRib);
      for (const attribute of update.attributes) {
        if ((attribute.name !== "mpReachNlri" && attribute.name !== "mpUnreachNlri") || attribute.kind === "raw")
          continue;
        const cursor = attribute.name === "mpReachNlri" ? view.reach() : view.unreach();
        expect(cursor.family).toMatchObject({ afi: attribute.afi, safi: attribute.safi });
        expect(listOf(cursor)).toEqual(attribute.nlri);
      }
    }),
    { numRuns: 2000 },
  );
});

const NEXT_HOP_FIELDS = [
  "nextHop",
  "linkLocalNextHop",
  "nextHopRouteDistinguisher",
  "linkLocalNextHopRouteDistinguisher",
];

function without(value: object, ...keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

interface Collected {
  attributes: PathAttribute[];
  unknown: { code: number; flags: number; value: string }[];
  withdrawn: unknown[];
  announced: unknown[];
  hops: object[];
}

function route(text: "withdrawn" | "announced", row: FamilyRow): NlriHandler<Collected> {
  const family = { afi: row.afi, safi: row.safi };
  return nlriHandler(row, (into: Collected, nlri, pathId) =>
    into[text].push({ family, kind: row.kind, ...nlri, ...(pathId >= 0 && { pathId }) }),
  );
}

const collector = createUpdateDecoder<Collected>({
  attribute: Object.fromEntries(
    STANDARD.attributes.map((row) => [row.code, attributeHandler(row, (into, one) => into.attributes.push(one))]),
  ),
  unknown: (into, code, flags, buffer, start, end) =>
    into.unknown.push({ code, flags, value: toHex(buffer.subarray(start, end)) }),
  withdrawn: route("withdrawn", IPV4_UNICAST),
  announced: route("announced", IPV4_UNICAST),
  unreach: Object.fromEntries(STANDARD.families.map((row) => [familyName(row), route("withdrawn", row)])),
  reach: Object.fromEntries(
    STANDARD.families.map((row) => [
      familyName(row),
      {
        nextHop: (into: Collected, buffer, start, end) => into.hops.push(row.nextHop.decode(buffer, start, end)),
        nlri: route("announced", row),
      },
    ]),
  ),
});

function collect(body: Uint8Array, context: DecodeContext): Collected & { verdict: unknown } {
  const into: Collected = { attributes: [], unknown: [], withdrawn: [], announced: [], hops: [] };
  const verdict = collector.decode(slice(body), context, into);
  return { ...into, verdict };
}

test("composed decoders and objects agree", () => {
  fc.assert(
    fc.property(fc.oneof(anything, wellFormedUpdates), ({ body, context }) => {
      const { update, ...verdict } = decodeUpdate(body, context);
      const collected = collect(body, context);
      expect(collected.verdict).toEqual(verdict);
      if (verdict.action === "reset") {
        expect(collected).toMatchObject({ attributes: [], unknown: [], withdrawn: [], announced: [] });
        return;
      }
      const { announced, withdrawn } = routesOf(update, verdict.issues);
      expect(collected.announced).toEqual(announced.map((one) => without(one, ...NEXT_HOP_FIELDS)));
      expect(collected.withdrawn).toEqual(withdrawn);
      if (verdict.issues.some((issue) => issue.action === "withdraw")) {
        expect(collected.attributes).toEqual([]);
        return;
      }
      const plain = update.attributes
        .filter((one) => !["raw", "mpReachNlri", "mpUnreachNlri"].includes(one.name))
        .map((one) => without(one, "flags", "extendedLength"));
      expect(collected.attributes).toEqual(plain);
      const reach = attributeNamed(update.attributes, "mpReachNlri");
      if (reach !== undefined && reach.kind !== "raw") {
        expect(collected.hops).toHaveLength(1);
        expect(reach).toMatchObject(collected.hops[0]!);
      }
      const unknown = update.attributes.filter(
        (one) =>
          (one.name === "raw" && one.rejected !== true) ||
          ((one.name === "mpReachNlri" || one.name === "mpUnreachNlri") && one.kind === "raw"),
      );
      expect(collected.unknown.map((one) => one.code)).toEqual(unknown.map((one) => one.code));
    }),
    { numRuns: 2000 },
  );
});

interface Numbers {
  readonly attributes: string[];
  readonly paths: unknown[];
  readonly all: number[];
}

const SEGMENT_TYPES = { set: 1, sequence: 2, confedSequence: 3, confedSet: 4 };

const numbers = createUpdateDecoder<Numbers>({
  attribute: (into, code, buffer, start, end, context) => {
    into.attributes.push(`${code} ${toHex(buffer.subarray(start, end))}`);
    if (code === AttributeCode.AsPath) into.paths.push(asPathNumbers(buffer, start, end, context));
  },
  announced: ipv4NumberListHandler((into, list) => into.all.push(...list)),
  reach: { "ipv6-unicast": { nlri: ipv6NumberListHandler((into, list) => into.all.push(...list)) } },
});

const singly = createUpdateDecoder<number[]>({
  announced: ipv4NumberHandler((into, ...list) => void into.push(...list.filter((one) => one >= 0))),
  reach: {
    "ipv6-unicast": { nlri: ipv6NumberHandler((into, ...list) => void into.push(...list.filter((one) => one >= 0))) },
  },
});

test("one function for all attributes, and lists of numbers, say what objects and single routes say", () => {
  fc.assert(
    fc.property(fc.oneof(anything, wellFormedUpdates), ({ body, context }) => {
      const into: Numbers = { attributes: [], paths: [], all: [] };
      const { action, issues } = numbers.decode(slice(body), context, into);
      const view = new UpdateView(context).read(body);
      const usable: string[] = [];
      for (let i = 0; i < view.attributeCount; i += 1) {
        if (view.rejected(i)) continue;
        usable.push(`${view.code(i)} ${toHex(body.subarray(view.valueStart(i), view.valueEnd(i)))}`);
      }
      const acted = action !== "reset" && !issues.some((issue) => issue.action === "withdraw");
      expect(into.attributes).toEqual(acted ? usable : []);
      if (!acted) return;
      const path = attributeNamed(decodeUpdate(body, context).update.attributes, "asPath");
      expect(into.paths).toEqual(
        path === undefined
          ? []
          : [path.segments.flatMap(({ type, asNumbers: list }) => [SEGMENT_TYPES[type], list.length].concat(list))],
      );
      const alone: number[] = [];
      singly.decode(body, context, alone);
      expect(into.all).toEqual(alone);
    }),
    { numRuns: 1000 },
  );
});

test("a handler may decode another message with the same decoder", () => {
  fc.assert(
    fc.property(wellFormedUpdates, wellFormedUpdates, (outer, inner) => {
      const whole = collect(outer.body, outer.context);
      const seen: string[] = [];
      let depth = 0;
      const again = (): void => {
        depth += 1;
        if (depth === 1) decoder.decode(inner.body, inner.context, []);
        depth -= 1;
      };
      const decoder = createUpdateDecoder<string[]>({
        unknown: again,
        announced: ipv4PrefixHandler((into, prefix) => {
          into.push(prefix);
          again();
        }),
      });
      decoder.decode(outer.body, outer.context, seen);
      expect(seen).toEqual(outer.update.nlri.map((one) => one.prefix));
      expect(collect(outer.body, outer.context)).toEqual(whole);
    }),
    { numRuns: 200 },
  );
});
