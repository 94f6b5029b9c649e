// Generators of UPDATEs for property tests: each makes the octets of a message by itself, and the objects that they mean, so
// that the decoder is judged by a second opinion. Values first: random octets hardly ever get past the first length.
import * as fc from "fast-check";
import {
  createContext,
  type AsPathSegment,
  type DecodeContext,
  type Nlri,
  type PrefixNlri,
  type PathAttribute,
  type SessionKind,
  type Update,
} from "@bgpwire/decoder";
import { formatIPv6, formatPrefix, type Family } from "@bgpwire/core";
import { MORE_ATTRIBUTES } from "./arbitrary/attributes.ts";
import {
  dotted,
  isExternal,
  joined,
  octet,
  octets2,
  octets4,
  octetsOf,
  octetsOf4,
  u16,
  u32,
  type AttributeGenerator,
  type Both,
  type FamilyGenerator,
} from "./arbitrary/base.ts";
import { extendedCommunities } from "./arbitrary/extended-communities.ts";
import { MORE_FAMILIES } from "./arbitrary/families.ts";

/** Real ones, those that need four octets, and edges. */
const asNumber = fc.oneof(
  fc.integer({ min: 1, max: 0xffff }),
  fc.integer({ min: 1, max: 0xffff_ffff }),
  fc.constant(23456),
);

function hasAddPath(context: DecodeContext, afi: number, safi: number): boolean {
  return context.addPath.some((family) => family.afi === afi && family.safi === safi);
}

/** A prefix with any bits behind its length, up to the end of its last octet. */
export function nlri(version: 4 | 6, addPath: boolean): fc.Arbitrary<Both<PrefixNlri>> {
  const most = version === 4 ? 32 : 128;
  const length = fc.oneof(fc.integer({ min: 0, max: most }), fc.constantFrom(0, 8, 16, 24, most));
  const any = fc.array(octet, { minLength: 16, maxLength: 16 });
  return fc.tuple(length, any, u32).map(([bits, all, pathId]) => {
    const octets = all.slice(0, Math.ceil(bits / 8));
    const prefix = formatPrefix(version, Uint8Array.from(octets), bits);
    if (!addPath) return { octets: [bits, ...octets], value: { prefix } };
    return { octets: [...octets4(pathId), bits, ...octets], value: { prefix, pathId } };
  });
}

function nlriList(version: 4 | 6, addPath: boolean, minLength: number = 0): fc.Arbitrary<Both<PrefixNlri[]>> {
  return fc.array(nlri(version, addPath), { minLength, maxLength: 6 }).map((list) => ({
    octets: list.flatMap((one) => one.octets),
    value: list.map((one) => one.value),
  }));
}

function segment(type: AsPathSegment["type"], size: 2 | 4): fc.Arbitrary<Both<AsPathSegment>> {
  const number = size === 4 ? asNumber : fc.integer({ min: 1, max: 0xffff });
  const count = fc.oneof(
    { weight: 9, arbitrary: fc.array(number, { minLength: 1, maxLength: 6 }) },
    { weight: 1, arbitrary: fc.array(number, { minLength: 250, maxLength: 255 }) },
  );
  const code = { set: 1, sequence: 2, confedSequence: 3, confedSet: 4 }[type];
  return count.map((asNumbers) => ({
    octets: [code, asNumbers.length, ...asNumbers.flatMap((as) => (size === 4 ? octets4(as) : octets2(as)))],
    value: { type, asNumbers },
  }));
}

function path(
  size: 2 | 4,
  types: readonly AsPathSegment["type"][],
  minLength: number,
): fc.Arbitrary<Both<AsPathSegment[]>> {
  const any = fc.constantFrom(...types).chain((type) => segment(type, size));
  return fc.array(any, { minLength, maxLength: 3 }).map(joined);
}

/** Paths that a sender of this kind may have. */
export function asPaths(context: DecodeContext): fc.Arbitrary<Both<AsPathSegment[]>> {
  const size = context.fourOctetAs ? 4 : 2;
  if (isExternal(context)) return path(size, ["sequence", "set"], 0);
  const any = path(size, ["sequence", "set", "confedSequence", "confedSet"], 0);
  if (context.session !== "confed") return any;
  return fc
    .tuple(segment("confedSequence", size), any)
    .map(([first, rest]) => ({ octets: [...first.octets, ...rest.octets], value: [first.value, ...rest.value] }));
}

/** Next hops of unicast: one address, or two (RFC 2545, RFC 8950). */
function addressHop(sizes: readonly number[]): fc.Arbitrary<Both<object>> {
  return fc
    .constantFrom(...sizes)
    .chain(octetsOf)
    .map((octets) => ({
      octets,
      value: {
        nextHop: octets.length === 4 ? dotted(octets) : formatIPv6(Uint8Array.from(octets)),
        ...(octets.length === 32 && { linkLocalNextHop: formatIPv6(Uint8Array.from(octets), 16) }),
      },
    }));
}

function prefixFamily(version: 4 | 6, safi: number): FamilyGenerator {
  return {
    afi: version === 4 ? 1 : 2,
    safi,
    kind: "prefix",
    nextHop: addressHop(version === 4 ? [4, 16, 32] : [16, 32]),
    nlri: () => nlri(version, false),
  };
}

/** Every family of the decoder's table, which a test holds to be complete. */
export const familyGenerators: readonly FamilyGenerator[] = [
  prefixFamily(4, 1),
  prefixFamily(4, 2),
  prefixFamily(6, 1),
  prefixFamily(6, 2),
  ...MORE_FAMILIES,
];

/** A family that carries labels and how many, void counts among them (RFC 8277 section 2.1). */
const labelCount = fc.record({
  afi: fc.constantFrom(1, 2),
  safi: fc.constantFrom(4, 128),
  count: fc.constantFrom(0, 1, 2, 3, 255),
});

/** Sessions of every kind, with every family's ADD-PATH. */
export const contexts: fc.Arbitrary<DecodeContext> = fc
  .record({
    session: fc.constantFrom<SessionKind>("ebgp", "ebgp-oad", "ibgp", "confed", "unknown"),
    fourOctetAs: fc.boolean(),
    addPath: fc.oneof(fc.constant([]), fc.subarray(familyGenerators.map(({ afi, safi }) => ({ afi, safi })))),
    multipleLabels: fc.oneof(fc.constant("any" as const), fc.array(labelCount, { maxLength: 4 })),
    maxMessage: fc.constantFrom(4096, 65535),
  })
  .map((options) => createContext(options));

/** MP_REACH_NLRI and MP_UNREACH_NLRI of families that are not known. */
const unknownFamily = fc
  .tuple(u16, octet)
  .filter(([afi, safi]) => !familyGenerators.some((family) => family.afi === afi && family.safi === safi));

/** Whether a sender of this kind may have the attribute. */
function isAllowed(code: number, context: DecodeContext): boolean {
  return attributeGenerators[code]!.allowed?.(context) ?? true;
}

/** Routes of a family, with path identifiers where the context has them. */
function routes(
  family: FamilyGenerator,
  context: DecodeContext,
  withdrawn: boolean,
  minLength: number,
): fc.Arbitrary<Both<Nlri[]>> {
  const addPath = hasAddPath(context, family.afi, family.safi);
  const one = fc.tuple(family.nlri(context, withdrawn), u32).map(([{ octets, value }, pathId]): Both<Nlri> => {
    return addPath ? { octets: [...octets4(pathId), ...octets], value: { ...value, pathId } } : { octets, value };
  });
  return fc.array(one, { minLength, maxLength: 4 }).map(joined);
}

function mpReach(context: DecodeContext, minLength: number): fc.Arbitrary<Both<PathAttribute>> {
  const complete = familyGenerators.filter(({ companions = [] }) =>
    companions.every((code) => isAllowed(code, context)),
  );
  const known = fc.constantFrom(...complete).chain((family) => {
    const { afi, safi, kind } = family;
    const reserved = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: octet });
    return fc
      .tuple(family.nextHop, reserved, routes(family, context, false, minLength))
      .map(([hop, extra, list]): Both<PathAttribute> => ({
        octets: [...octets2(afi), safi, hop.octets.length, ...hop.octets, extra, ...list.octets],
        value: {
          name: "mpReachNlri",
          code: 14,
          kind,
          afi,
          safi,
          ...hop.value,
          nlri: list.value,
          ...(extra !== 0 && { reserved: extra }),
        } as unknown as PathAttribute,
      }));
  });
  const unknown = fc
    .tuple(unknownFamily, fc.array(octet, { maxLength: 48 }), fc.array(octet, { minLength: 1, maxLength: 40 }))
    .map(([[afi, safi], hop, list]): Both<PathAttribute> => ({
      octets: [...octets2(afi), safi, hop.length, ...hop, 0, ...list],
      value: {
        name: "mpReachNlri",
        code: 14,
        kind: "raw",
        afi,
        safi,
        nextHopBytes: Uint8Array.from(hop),
        nlriBytes: Uint8Array.from(list),
      },
    }));
  return fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: unknown });
}

function mpUnreach(context: DecodeContext): fc.Arbitrary<Both<PathAttribute>> {
  const known = fc.constantFrom(...familyGenerators).chain((family) => {
    const { afi, safi, kind } = family;
    return routes(family, context, true, 0).map((list): Both<PathAttribute> => ({
      octets: [...octets2(afi), safi, ...list.octets],
      value: { name: "mpUnreachNlri", code: 15, kind, afi, safi, nlri: list.value } as PathAttribute,
    }));
  });
  const unknown = fc
    .tuple(unknownFamily, fc.array(octet, { maxLength: 40 }))
    .map(([[afi, safi], list]): Both<PathAttribute> => ({
      octets: [...octets2(afi), safi, ...list],
      value: { name: "mpUnreachNlri", code: 15, kind: "raw", afi, safi, nlriBytes: Uint8Array.from(list) },
    }));
  return fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: unknown });
}

/** Addresses of hosts: a NEXT_HOP has to be one. */
const host = fc.tuple(fc.integer({ min: 1, max: 223 }), octet, octet, octet);

/** By attribute code. A test holds every attribute of the decoder's table to be in here. */
export const attributeGenerators: Readonly<Record<number, AttributeGenerator>> = {
  1: {
    flags: 0x40,
    make: () =>
      fc.nat(2).map((value) => ({
        octets: [value],
        value: { name: "origin", code: 1, value: (["igp", "egp", "incomplete"] as const)[value]! },
      })),
  },
  2: {
    flags: 0x40,
    make: (context) =>
      asPaths(context).map(({ octets, value }) => ({ octets, value: { name: "asPath", code: 2, segments: value } })),
  },
  3: {
    flags: 0x40,
    make: () => host.map((octets) => ({ octets, value: { name: "nextHop", code: 3, address: dotted(octets) } })),
  },
  4: {
    flags: 0x80,
    make: () => u32.map((value) => ({ octets: octets4(value), value: { name: "multiExitDisc", code: 4, value } })),
  },
  5: {
    flags: 0x40,
    allowed: (context) => context.session !== "ebgp",
    make: () => u32.map((value) => ({ octets: octets4(value), value: { name: "localPref", code: 5, value } })),
  },
  6: { flags: 0x40, make: () => fc.constant({ octets: [], value: { name: "atomicAggregate", code: 6 } }) },
  7: {
    flags: 0xc0,
    make: (context) =>
      fc
        .tuple(context.fourOctetAs ? asNumber : fc.integer({ min: 1, max: 0xffff }), octetsOf4)
        .map(([as, address]) => ({
          octets: [...(context.fourOctetAs ? octets4(as) : octets2(as)), ...address],
          value: { name: "aggregator", code: 7, as, address: dotted(address) },
        })),
  },
  8: {
    flags: 0xc0,
    make: () =>
      fc.array(u32, { minLength: 1, maxLength: 80 }).map((communities) => ({
        octets: communities.flatMap(octets4),
        value: { name: "communities", code: 8, communities },
      })),
  },
  9: {
    flags: 0x80,
    allowed: (context) => !isExternal(context),
    make: () =>
      octetsOf4.map((octets) => ({ octets, value: { name: "originatorId", code: 9, identifier: dotted(octets) } })),
  },
  10: {
    flags: 0x80,
    allowed: (context) => !isExternal(context),
    make: () =>
      fc.array(octetsOf4, { minLength: 1, maxLength: 6 }).map((list) => ({
        octets: list.flat(),
        value: { name: "clusterList", code: 10, clusterIds: list.map(dotted) },
      })),
  },
  14: { flags: 0x80, make: (context) => mpReach(context, 0) },
  15: { flags: 0x80, make: mpUnreach },
  16: extendedCommunities,
  17: {
    flags: 0xc0,
    allowed: (context) => !context.fourOctetAs,
    make: () =>
      path(4, ["sequence", "set"], 1).map(({ octets, value }) => ({
        octets,
        value: { name: "as4Path", code: 17, segments: value },
      })),
  },
  18: {
    flags: 0xc0,
    allowed: (context) => !context.fourOctetAs,
    make: () =>
      fc.tuple(asNumber, octetsOf4).map(([as, address]) => ({
        octets: [...octets4(as), ...address],
        value: { name: "as4Aggregator", code: 18, as, address: dotted(address) },
      })),
  },
  32: {
    flags: 0xc0,
    make: () =>
      fc.array(fc.tuple(u32, u32, u32), { minLength: 1, maxLength: 6 }).map((list) => ({
        octets: list.flatMap((parts) => parts.flatMap(octets4)),
        value: {
          name: "largeCommunities",
          code: 32,
          communities: list.map(([globalAdministrator, localData1, localData2]) => ({
            globalAdministrator,
            localData1,
            localData2,
          })),
        },
      })),
  },
  ...MORE_ATTRIBUTES,
  128: { flags: 0xc0, make: (context) => attributeSet(context, 2) },
};

/** Attributes of a customer's session in a set (RFC 6368 section 5), sets among them down to some depth. */
function attributeSet(context: DecodeContext, depth: number): fc.Arbitrary<Both<PathAttribute>> {
  const inner = createContext({ ...context, session: "unknown", fourOctetAs: true });
  const attributes = fc.shuffledSubarray(optionalCodes(inner, [14, 15, 128]), { maxLength: 3 }).chain((codes) => {
    const plain = codes.map((code) => attribute(code, inner));
    const nested = attributeSet(context, depth - 1).chain((one) => framed(128, 0xc0, one));
    return depth === 0 ? fc.tuple(...plain) : fc.oneof(fc.tuple(...plain), fc.tuple(...plain, nested));
  });
  return fc.tuple(asNumber, attributes).map(([originAs, list]) => ({
    octets: [...octets4(originAs), ...list.flatMap(({ octets }) => octets)],
    value: { name: "attrSet", code: 128, originAs, attributes: list.map(({ value }) => value) },
  }));
}

/** Partial bit and the four bits without meaning: mostly clear. */
const oddBits = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  fc.nat(0x3f).map((bits) => bits & 0x2f),
);

/** An attribute with its header, in any of the ways it may be written. */
function framed(code: number, flags: number, one: Both<PathAttribute>): fc.Arbitrary<Both<PathAttribute>> {
  const needless = fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true));
  return fc.tuple(oddBits, needless).map(([bits, asked]) => {
    const long = one.octets.length > 0xff;
    const extended = long || asked;
    const length = extended ? octets2(one.octets.length) : [one.octets.length];
    return {
      octets: [flags | bits | (extended ? 0x10 : 0), code, ...length, ...one.octets],
      value: {
        ...one.value,
        ...((bits !== 0 || one.value.name === "raw") && { flags: flags | bits }),
        ...(extended && !long && { extendedLength: true as const }),
      },
    };
  });
}

/** An attribute of this code, well-formed on this session and with routes of these families. */
function attribute(
  code: number,
  context: DecodeContext,
  announced: readonly Family[] = [],
): fc.Arbitrary<Both<PathAttribute>> {
  const { make, flags } = attributeGenerators[code]!;
  return make(context, announced).chain((one) => framed(code, flags, one));
}

/** An optional attribute that nobody knows. */
function unknownAttribute(): fc.Arbitrary<Both<PathAttribute>> {
  const code = octet.filter((one) => !(one in attributeGenerators));
  const value = fc.oneof(fc.array(octet, { maxLength: 20 }), fc.array(octet, { minLength: 256, maxLength: 300 }));
  return fc.tuple(code, fc.constantFrom(0x80, 0xc0), value).chain(([number, flags, octets]) =>
    framed(number, flags, {
      octets,
      value: { name: "raw", code: number, flags, value: Uint8Array.from(octets) },
    }),
  );
}

/** A well-formed UPDATE: its octets, the session it is on, and what it says. */
export interface WellFormed {
  readonly body: Uint8Array;
  readonly context: DecodeContext;
  readonly update: Update;
}

function assemble(
  context: DecodeContext,
  withdrawn: Both<PrefixNlri[]>,
  attributes: readonly Both<PathAttribute>[],
  announced: Both<PrefixNlri[]>,
): WellFormed {
  const block = attributes.flatMap((one) => one.octets);
  return {
    body: Uint8Array.from([
      ...octets2(withdrawn.octets.length),
      ...withdrawn.octets,
      ...octets2(block.length),
      ...block,
      ...announced.octets,
    ]),
    context,
    update: { withdrawn: withdrawn.value, attributes: attributes.map((one) => one.value), nlri: announced.value },
  };
}

/** Which attributes besides those that have to be there. */
function optionalCodes(
  context: DecodeContext,
  without: readonly number[],
  announced: readonly Family[] = [],
): number[] {
  return Object.entries(attributeGenerators)
    .filter(([code, { insteadOf, families }]) => {
      if (without.includes(Number(code)) || insteadOf !== undefined) return false;
      return isAllowed(Number(code), context) && (families === undefined || announced.every(families));
    })
    .map(([code]) => Number(code));
}

/** Some of them, and those that routes of these families have to have with them. */
function companyOf(context: DecodeContext, announced: readonly Family[]): fc.Arbitrary<Both<PathAttribute>[]> {
  const needed = familyGenerators
    .filter(({ afi, safi }) => announced.some((one) => one.afi === afi && one.safi === safi))
    .flatMap(({ companions }) => companions ?? []);
  return fc
    .subarray(optionalCodes(context, [1, 2, 3, 14], announced))
    .map((codes) => codes.concat(needed))
    .chain((codes) => fc.tuple(...[...new Set(codes)].map((code) => attribute(code, context, announced))));
}

/** Families of what is announced in both places. */
function familiesOf(nlri: readonly Nlri[], reach: Both<PathAttribute> | null): Family[] {
  const families: Family[] = nlri.length > 0 ? [{ afi: 1, safi: 1 }] : [];
  return reach?.value.name === "mpReachNlri" ? [...families, reach.value] : families;
}

function uniqueCodes(list: readonly Both<PathAttribute>[]): Both<PathAttribute>[] {
  return list.filter((one, i) => list.findIndex((other) => other.value.code === one.value.code) === i);
}

/** UPDATEs nothing is wrong with, attributes in any order, with all that is odd but allowed. */
export const wellFormedUpdates: fc.Arbitrary<WellFormed> = contexts.chain((context) => {
  const addPath = hasAddPath(context, 1, 1);
  const routes = fc.tuple(nlriList(4, addPath), fc.option(attribute(14, context)));
  const company = routes.chain(([announced, reach]) =>
    companyOf(context, familiesOf(announced.value, reach)).map((attributes) => ({
      announced,
      optional: reach === null ? attributes : [reach, ...attributes],
    })),
  );
  const unknown = fc.array(unknownAttribute(), { maxLength: 2 });
  // RFC 8205 section 3: BGPsec_PATH may stand for AS_PATH.
  const path = fc.oneof(
    { weight: 9, arbitrary: attribute(2, context) },
    { weight: 1, arbitrary: attribute(33, context) },
  );
  const mandatory = fc.tuple(attribute(1, context), path, attribute(3, context));
  return fc
    .tuple(nlriList(4, addPath), mandatory, company, unknown)
    .chain(([withdrawn, first, { announced, optional: second }, third]) =>
      fc
        .shuffledSubarray([...first, ...second, ...uniqueCodes(third)], {
          minLength: first.length + second.length + uniqueCodes(third).length,
        })
        .map((attributes) => assemble(context, withdrawn, attributes, announced)),
    );
});

/** A well-formed UPDATE with some octets changed, put in, or taken out: mostly wrong in one place. */
export const mutatedUpdates: fc.Arbitrary<{ readonly body: Uint8Array; readonly context: DecodeContext }> = fc
  .tuple(
    wellFormedUpdates,
    fc.array(
      fc.tuple(
        fc.constantFrom("change", "change", "change", "insert", "remove", "repeat"),
        fc.nat(),
        fc.oneof(octet, fc.constantFrom(0, 1, 0x10, 0x40, 0x80, 0xff)),
      ),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([{ body, context }, changes]) => {
    const octets = [...body];
    for (const [what, where, value] of changes) {
      const at = where % (octets.length + 1);
      if (what === "change") octets[at] = value;
      else if (what === "insert") octets.splice(at, 0, value);
      else if (what === "remove") octets.splice(at, 1);
      else octets.splice(at, 0, ...octets.slice(at, at + value));
    }
    return { body: Uint8Array.from(octets), context };
  });

/** Canonical objects: with nothing that the wire would have to be odd for. */
export const canonicalUpdates: fc.Arbitrary<{ readonly update: Update; readonly context: DecodeContext }> =
  wellFormedUpdates.map(({ update, context }) => ({
    context,
    update: {
      ...update,
      attributes: update.attributes.map((one) => {
        const { flags, extendedLength: _, ...rest } = one;
        return (one.name === "raw" ? { ...rest, flags: flags! & 0xc0 } : rest) as PathAttribute;
      }),
    },
  }));
