// Ready-made handlers: what they hand over of UPDATEs written by hand (RFC 4271 section 4.3, RFC 4760, RFC 7911 section 3).
import { expect, test } from "vitest";
import { Afi, fromHex, Safi } from "@bgpwire/core";
import {
  asPathHandler,
  asPathNumbers,
  communitiesHandler,
  createContext,
  createUpdateDecoder,
  EVPN,
  IPV4_UNICAST,
  ipv4NumberHandler,
  ipv4NumberListHandler,
  ipv4PrefixHandler,
  ipv6NumberHandler,
  ipv6NumberListHandler,
  ipv6PrefixHandler,
  nextHopHandler,
  nlriHandler,
  nlriListHandler,
  numberHandler,
  numberList,
  type DecodeContext,
  type UpdateHandlers,
} from "@bgpwire/decoder";

const plain = createContext();
const addPath = createContext({
  addPath: [
    { afi: Afi.IPv4, safi: Safi.Unicast },
    { afi: Afi.IPv6, safi: Safi.Unicast },
  ],
});

// Withdrawn 10.0.0.0/8. ORIGIN, AS_PATH 65001 4200000000, NEXT_HOP 192.0.2.1, MULTI_EXIT_DISC 4294967295, COMMUNITIES
// 65535:65281 and 1:2. NLRI 203.0.113.0/24, 0.0.0.0/0, 192.0.2.255/32 and 255.255.255.0/23, whose last bit is a host's.
const CLASSIC = [
  [0, 2, 8, 10],
  [0, 42],
  [0x40, 1, 1, 0],
  [0x40, 2, 10, 2, 2, 0, 0, 0xfd, 0xe9, 0xfa, 0x56, 0xea, 0],
  [0x40, 3, 4, 192, 0, 2, 1],
  [0x80, 4, 4, 255, 255, 255, 255],
  [0xc0, 8, 8, 255, 255, 255, 1, 0, 1, 0, 2],
  [24, 203, 0, 113, 0, 32, 192, 0, 2, 255, 23, 255, 255, 255],
].flat();

// MP_REACH_NLRI of IPv6 unicast: next hop 2001:db8::1, then ::/0, 2a00::/12 and 2001:db8:8000:1:ffff::1/128.
const LONG = [0x20, 0x01, 0x0d, 0xb8, 0x80, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0, 0, 1];
const REACH6 = [0, 2, 1, 16, 0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
const ATTRIBUTES = [0x40, 1, 1, 0, 0x40, 2, 0];

function multiprotocol(nlri: readonly number[]): Uint8Array {
  const value = [...REACH6, ...nlri];
  const attributes = [0x80, 14, value.length, ...value, ...ATTRIBUTES];
  return Uint8Array.from([0, 0, 0, attributes.length, ...attributes]);
}

/** What a handler of an attribute is given besides `into`. */
type Octets = [buffer: Uint8Array, start: number, end: number, context: DecodeContext];

function collect(handlers: UpdateHandlers<unknown[]>, update: Uint8Array, context = plain): unknown[] {
  const into: unknown[] = [];
  const { action } = createUpdateDecoder(handlers).decode(update, context, into);
  expect(action).toBe("none");
  return into;
}

test("attributes as bare values", () => {
  const got = collect(
    {
      attribute: {
        2: asPathHandler((into, segments) => into.push(segments)),
        3: numberHandler((into, hop) => into.push(hop)),
        4: numberHandler((into, med) => into.push(med)),
        8: communitiesHandler((into, communities) => into.push(communities)),
      },
    },
    Uint8Array.from(CLASSIC),
  );
  expect(got).toEqual([
    [{ type: "sequence", asNumbers: [65001, 4_200_000_000] }],
    0xc000_0201,
    0xffff_ffff,
    [0xffff_ff01, 0x0001_0002],
  ]);
});

// RFC 4760 section 3, RFC 2545 section 3, RFC 4364 section 4.3.2, RFC 4659 section 3.2.1, RFC 8955 section 4.
test.each([
  ["ipv4-labeled-unicast", "0001 04", "c0000207", ["192.0.2.7", null]],
  ["ipv6-unicast", "0002 01", "20010db8000000000000000000000001", ["2001:db8::1", null]],
  [
    "ipv6-unicast",
    "0002 01",
    "20010db8000000000000000000000001 fe800000000000000000000000000002",
    ["2001:db8::1", "fe80::2"],
  ],
  ["ipv4-vpn", "0001 80", "0000000000000000 c0000207", ["192.0.2.7", null]],
  ["ipv6-vpn", "0002 80", "0000000000000000 20010db8000000000000000000000001", ["2001:db8::1", null]],
  [
    "ipv6-vpn",
    "0002 80",
    "0000000000000000 20010db8000000000000000000000001 0000000000000000 fe800000000000000000000000000002",
    ["2001:db8::1", "fe80::2"],
  ],
  ["ipv4-flowspec", "0001 85", "", null],
])("the next hop of %s as text, %s %s", (family, afiSafi, hop, expected) => {
  const octets = fromHex(hop.replaceAll(" ", ""))!;
  const value = [...fromHex(afiSafi.replaceAll(" ", ""))!, octets.length, ...octets, 0];
  const attributes = [0x80, 14, value.length, ...value, ...ATTRIBUTES];
  const nextHop = nextHopHandler<unknown[]>((into, ...hops) => into.push(hops));
  const got = collect(
    { reach: { [family]: { nextHop, nlri: () => {} } } },
    Uint8Array.from([0, 0, 0, attributes.length, ...attributes]),
  );
  expect(got).toEqual(expected === null ? [] : [expected]);
});

test("the attribute NEXT_HOP as text", () => {
  const attribute = { 3: nextHopHandler<unknown[]>((into, ...hops) => into.push(hops)) };
  expect(collect({ attribute }, Uint8Array.from(CLASSIC))).toEqual([["192.0.2.1", null]]);
});

test("prefixes as text, with path identifiers or -1", () => {
  const prefix4 = ipv4PrefixHandler<unknown[]>((into, ...route) => into.push(route));
  const prefix6 = ipv6PrefixHandler<unknown[]>((into, ...route) => into.push(route));
  const handlers = { withdrawn: prefix4, announced: prefix4, reach: { "ipv6-unicast": { nlri: prefix6 } } };
  expect(collect(handlers, Uint8Array.from(CLASSIC)).slice(0, 2)).toEqual([
    ["10.0.0.0/8", -1],
    ["203.0.113.0/24", -1],
  ]);
  expect(collect(handlers, multiprotocol([12, 0x2a, 0]))).toEqual([["2a00::/12", -1]]);
  expect(collect(handlers, multiprotocol([255, 255, 255, 255, 12, 0x2a, 0]), addPath)).toEqual([
    ["2a00::/12", 4_294_967_295],
  ]);
});

test("one function takes every attribute, with those that are not known and those of routes", () => {
  const value = [...REACH6, 0];
  const attributes = [...ATTRIBUTES, 0xd0, 99, 0, 2, 7, 8, 0x80, 14, value.length, ...value];
  const got = collect(
    {
      attribute: (into, code, buffer, start, end) => into.push([code, ...buffer.subarray(start, end)]),
      unknown: (into) => into.push("never"),
      reach: { "ipv6-unicast": { nlri: ipv6NumberListHandler((into, numbers) => into.push(numbers)) } },
    },
    Uint8Array.from([0, 0, 0, attributes.length, ...attributes]),
  );
  expect(got).toEqual([[1, 0], [2], [99, 7, 8], [14, ...value], [0, 0, 0, 0, 0]]);
});

function pathOf(path: readonly number[], context: DecodeContext): unknown[] {
  const attributes = [0x40, 1, 1, 0, 0x40, 2, path.length, ...path, 0x40, 3, 4, 192, 0, 2, 1];
  const update = Uint8Array.from([0, 0, 0, attributes.length, ...attributes, 8, 10]);
  return collect({ attribute: { 2: (into, ...value: Octets) => into.push(asPathNumbers(...value)) } }, update, context);
}

test("a path as numbers: types, counts and AS numbers, of two octets or four", () => {
  const two = createContext({ fourOctetAs: false });
  expect(pathOf([], plain)).toEqual([[]]);
  expect(pathOf([2, 1, 0xfa, 0x56, 0xea, 0], plain)).toEqual([[2, 1, 4_200_000_000]]);
  expect(pathOf([2, 1, 0, 0, 0xfd, 0xe9, 1, 2, 0, 0, 0, 7, 0, 0, 0, 9], plain)).toEqual([[2, 1, 65001, 1, 2, 7, 9]]);
  expect(pathOf([2, 2, 0xfd, 0xe9, 0, 7], two)).toEqual([[2, 2, 65001, 7]]);
});

test("lists are the same however many one buffer has, wherever it lies in its memory, and whose turn it is", () => {
  const memory = Uint8Array.from([9, 9, 9, 2, 2, 0, 0, 0xfd, 0xe9, 0xfa, 0x56, 0xea, 0]);
  const many = memory.subarray(3);
  const other = Uint8Array.from([2, 1, 0xff, 0xff, 0xff, 1]);
  const got = new Set<string>();
  for (let i = 0; i < 100; i += 1) {
    got.add(JSON.stringify([numberList(many, 2, 10), asPathNumbers(many, 0, 10, plain)]));
    if (i % 40 === 39) got.add(JSON.stringify([numberList(other, 2, 6), asPathNumbers(other, 0, 6, plain)]));
  }
  expect([...got].map((text) => JSON.parse(text) as unknown)).toEqual([
    [
      [65001, 4_200_000_000],
      [2, 2, 65001, 4_200_000_000],
    ],
    [[0xffff_ff01], [2, 1, 0xffff_ff01]],
  ]);
});

test("IPv4 prefixes as numbers, one by one and all at once", () => {
  const one = collect(
    {
      withdrawn: ipv4NumberHandler((into, network, length, pathId) => into.push(["-", network, length, pathId])),
      announced: ipv4NumberHandler((into, network, length, pathId) => into.push(["+", network, length, pathId])),
    },
    Uint8Array.from(CLASSIC),
  );
  expect(one).toEqual([
    ["-", 0x0a00_0000, 8, -1],
    ["+", 0xcb00_7100, 24, -1],
    ["+", 0, 0, -1],
    ["+", 0xc000_02ff, 32, -1],
    ["+", 0xffff_ff00, 23, -1],
  ]);
  const all = collect(
    {
      withdrawn: ipv4NumberListHandler((into, numbers, withPaths) => into.push([numbers, withPaths])),
      announced: ipv4NumberListHandler((into, numbers, withPaths) => into.push([numbers, withPaths])),
    },
    Uint8Array.from(CLASSIC),
  );
  expect(all).toEqual([
    [[0x0a00_0000, 8], false],
    [[0xcb00_7100, 24, 0, 0, 0xc000_02ff, 32, 0xffff_ff00, 23], false],
  ]);
});

test("path identifiers stand behind the length", () => {
  const update = Uint8Array.from([0, 11, 0, 0, 0, 7, 8, 10, 255, 255, 255, 255, 0, 0, 0]);
  const got = collect(
    { withdrawn: ipv4NumberListHandler((into, numbers, withPaths) => into.push([numbers, withPaths])) },
    update,
    addPath,
  );
  expect(got).toEqual([[[0x0a00_0000, 8, 7, 0, 0, 0xffff_ffff], true]]);
});

test("IPv6 prefixes as numbers, one by one and all at once", () => {
  const update = multiprotocol([0, 12, 0x2a, 0, 128, ...LONG]);
  const words = [0x2001_0db8, 0x8000_0001, 0xffff_0000, 1];
  const one = collect(
    { reach: { "ipv6-unicast": { nlri: ipv6NumberHandler((into, ...numbers) => into.push(numbers)) } } },
    update,
  );
  expect(one).toEqual([
    [0, 0, 0, 0, 0, -1],
    [0x2a00_0000, 0, 0, 0, 12, -1],
    [...words, 128, -1],
  ]);
  const all = collect(
    { reach: { "ipv6-unicast": { nlri: ipv6NumberListHandler((into, numbers) => into.push(numbers)) } } },
    update,
  );
  expect(all).toEqual([[0, 0, 0, 0, 0, 0x2a00_0000, 0, 0, 0, 12, ...words, 128]]);
  const paths = collect(
    { reach: { "ipv6-unicast": { nlri: ipv6NumberListHandler((into, numbers) => into.push(numbers)) } } },
    multiprotocol([0, 0, 1, 0, 12, 0x2a, 0]),
    addPath,
  );
  expect(paths).toEqual([[0x2a00_0000, 0, 0, 0, 12, 256]]);
});

test("routes as objects, all of a field at once; a field without routes calls nobody", () => {
  const handlers: UpdateHandlers<unknown[]> = {
    withdrawn: nlriListHandler(IPV4_UNICAST, (into, nlri) => into.push(nlri)),
    announced: nlriListHandler(IPV4_UNICAST, (into, nlri) => into.push(nlri)),
  };
  expect(collect(handlers, Uint8Array.from([0, 2, 8, 10, 0, 0]))).toEqual([[{ prefix: "10.0.0.0/8" }]]);
  const withPath = Uint8Array.from([0, 6, 0, 0, 0, 7, 8, 10, 0, 0]);
  expect(collect(handlers, withPath, addPath)).toEqual([[{ prefix: "10.0.0.0/8", pathId: 7 }]]);
  expect(collect(handlers, Uint8Array.from([0, 0, 0, 0]))).toEqual([]);
});

// RFC 7432 section 7: of an Ethernet segment, and of a type that nobody has.
test("routes as objects of their family's types, one by one", () => {
  const segment = [
    4, 23, 0, 1, 192, 0, 2, 9, 0, 7, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 32, 192, 0, 2, 1,
  ];
  const value = [0, 25, 70, 4, 192, 0, 2, 1, 0, ...segment, 99, 1, 7];
  const attributes = [0x80, 14, value.length, ...value, ...ATTRIBUTES];
  const got = collect(
    {
      reach: {
        "l2vpn-evpn": {
          // That the fields of one type are there once its name is known is what the compiler checks here.
          nlri: nlriHandler(EVPN, (into, nlri) => {
            if (nlri.name === "ethernetSegment") into.push(nlri.originatingRouterAddress);
            else if (nlri.name === "raw") into.push(nlri.value.length);
          }),
        },
      },
    },
    Uint8Array.from([0, 0, 0, attributes.length, ...attributes]),
  );
  expect(got).toEqual(["192.0.2.1", 3]);
});

test("a decoder goes on after a handler threw, and may be used in a handler", () => {
  const update = Uint8Array.from([0, 2, 8, 10, 0, 0]);
  const decoder = createUpdateDecoder<{ depth: number; seen: number[] }>({
    withdrawn: ipv4NumberHandler((into, network) => {
      if (into.depth < 0) throw new Error("no more");
      if (into.depth > 0) decoder.decode(update, plain, { depth: into.depth - 1, seen: into.seen });
      into.seen.push(network + into.depth);
    }),
  });
  expect(() => decoder.decode(update, plain, { depth: -1, seen: [] })).toThrow("no more");
  const seen: number[] = [];
  decoder.decode(update, plain, { depth: 2, seen });
  expect(seen).toEqual([0x0a00_0000, 0x0a00_0001, 0x0a00_0002]);
});
