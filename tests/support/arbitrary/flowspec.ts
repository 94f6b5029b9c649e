// Flow specifications of IPv4, IPv6 and L2VPN, with every component, every operator and every length of a value.
import * as fc from "fast-check";
import type { BitmaskMatch, Nlri, NumericMatch, NumericOperator } from "@bgpwire/decoder";
import { dotted, octet, octets2, octetsOf, type Both, type FamilyGenerator, type Octets } from "./base.ts";
import { vpnHop } from "./labeled.ts";
import { address, addressText, mac, routeDistinguisher } from "./route-parts.ts";

type Component = fc.Arbitrary<Both<unknown>>;

/** By the three lowest bits of the operator: lt, gt, eq (RFC 8955 table 1). */
const COMPARISONS: readonly NumericOperator[] = ["false", "=", ">", ">=", "<", "<=", "!=", "true"];

/** An operator octet but for end-of-list, and the octets of its value. */
interface Pair {
  readonly operator: number;
  readonly value: Octets;
}

/** @param lengths what len may be */
function pairs(lengths: readonly number[]): fc.Arbitrary<Pair[]> {
  const pair = fc
    .constantFrom(...lengths)
    .chain((length) =>
      fc
        .tuple(fc.nat(0x4f), fc.oneof(octetsOf(1 << length), small(1 << length)))
        .map(([bits, value]) => ({ operator: (bits & 0x4f) | (length << 4), value })),
    );
  return fc.array(pair, { minLength: 1, maxLength: 4 });
}

/** Values that fewer octets could have. */
function small(octets: number): fc.Arbitrary<number[]> {
  return octet.map((last) => Array.from({ length: octets }, (_, i) => (i === octets - 1 ? last : 0)));
}

function octetsOfPairs(list: readonly Pair[]): Octets {
  return list.flatMap(({ operator, value }, i) => [operator | (i === list.length - 1 ? 0x80 : 0), ...value]);
}

function numberOf(value: Octets): bigint {
  return value.reduce((sum, one) => sum * 256n + BigInt(one), 0n);
}

/** The octets a value needs, of those there are to choose from. */
function needed(value: bigint, least: number): number {
  return [1, 2, 4, 8].find((octets) => octets >= least && value < 1n << BigInt(8 * octets))!;
}

function common({ operator, value }: Pair, i: number, least: number, reservedBits: number): object {
  const reserved = operator & (i === 0 ? reservedBits | 0x40 : reservedBits);
  return {
    ...(i > 0 && (operator & 0x40) !== 0 && { and: true }),
    ...(needed(numberOf(value), least) !== value.length && { octets: value.length }),
    ...(reserved !== 0 && { reserved }),
  };
}

function numeric(lengths: readonly number[] = [0, 1, 2, 3], least = 1): Component {
  return pairs(lengths).map((list) => ({
    octets: octetsOfPairs(list),
    value: list.map((pair, i): NumericMatch => {
      const number = numberOf(pair.value);
      return {
        operator: COMPARISONS[pair.operator & 7]!,
        value: number < 1n << 32n ? Number(number) : String(number),
        ...common(pair, i, least, 0x08),
      };
    }),
  }));
}

/** Names from the least significant bit on, "" for a bit without one. */
function bitmask(lengths: readonly number[], names: readonly string[]): Component {
  const unnamed = names.reduce((rest, name, bit) => (name === "" ? rest : rest & ~(1 << bit)), ~0);
  return pairs(lengths).map((list) => ({
    octets: octetsOfPairs(list),
    value: list.map((pair, i): BitmaskMatch<string> => {
      const mask = Number(numberOf(pair.value));
      const reserved = mask & unnamed;
      return {
        ...((pair.operator & 2) !== 0 && { not: true }),
        ...((pair.operator & 1) !== 0 && { match: true }),
        bits: {
          ...Object.fromEntries(
            names.filter((name, bit) => name !== "" && (mask & (1 << bit)) !== 0).map((name) => [name, true]),
          ),
          ...(reserved !== 0 && { reserved }),
        } as BitmaskMatch<string>["bits"],
        ...common(pair, i, 1, 0x0c),
      };
    }),
  }));
}

const ipv4Prefix: Component = fc.tuple(fc.nat(32), octetsOf(4)).map(([bits, all]) => {
  const octets = all.slice(0, Math.ceil(bits / 8));
  return { octets: [bits, ...octets], value: `${dotted([...octets, 0, 0, 0, 0].slice(0, 4))}/${bits}` };
});

/** RFC 8956 section 3.1, worked out bit by bit; the padding is the part of the pattern that is behind the length. */
const ipv6Prefix: Component = fc
  .oneof(
    fc.tuple(fc.constant(0), fc.nat(128)),
    fc.nat(127).chain((offset) => fc.tuple(fc.constant(offset), fc.integer({ min: offset + 1, max: 128 }))),
  )
  .chain(([offset, length]) => {
    const size = Math.ceil((length - offset) / 8);
    return octetsOf(size).map((all) => {
      const bits = all.map((one) => one.toString(2).padStart(8, "0")).join("");
      const room = bits.slice(0, 128 - offset);
      const whole = "0".repeat(offset) + room;
      const octets = Array.from({ length: 16 }, (_, i) =>
        Number.parseInt(whole.slice(8 * i, 8 * i + 8).padEnd(8, "0"), 2),
      );
      // What would lie behind the end of an address has no text, and is zero.
      const sent = room.padEnd(8 * size, "0");
      const pattern = Array.from({ length: size }, (_, i) => Number.parseInt(sent.slice(8 * i, 8 * i + 8), 2));
      return {
        octets: [length, offset, ...pattern],
        value: `${addressText(octets)}/${offset === 0 ? "" : `${offset}-`}${length}`,
      };
    });
  });

const sizedMac: Component = mac.map(({ octets, value }) => ({ octets: [6, ...octets], value }));

type Components = readonly (readonly [type: number, name: string, component: Component])[];

const ip = (df: "df" | ""): Components => [
  [3, "protocol", numeric()],
  [4, "port", numeric()],
  [5, "destinationPort", numeric()],
  [6, "sourcePort", numeric()],
  [7, "icmpType", numeric()],
  [8, "icmpCode", numeric()],
  [9, "tcpFlags", bitmask([0, 1], ["fin", "syn", "rst", "psh", "ack", "urg", "ece", "cwr"])],
  [10, "packetLength", numeric()],
  [11, "dscp", numeric([0])],
  [12, "fragment", bitmask([0], [df, "isf", "ff", "lf"])],
];

const IPV4: Components = [[1, "destinationPrefix", ipv4Prefix], [2, "sourcePrefix", ipv4Prefix], ...ip("df")];

const IPV6: Components = [
  [1, "destinationPrefix", ipv6Prefix],
  [2, "sourcePrefix", ipv6Prefix],
  // RFC 8956 section 3.6.
  ...ip(""),
  [13, "flowLabel", numeric([0, 1, 2, 3], 4)],
];

const L2VPN: Components = [
  ...ip("df"),
  [14, "ethernetType", numeric()],
  [15, "sourceMac", sizedMac],
  [16, "destinationMac", sizedMac],
  [17, "dsap", numeric()],
  [18, "ssap", numeric()],
  [19, "control", numeric()],
  [20, "snap", numeric()],
  [21, "vlanId", numeric()],
  [22, "vlanPcp", numeric()],
  [23, "innerVlanId", numeric()],
  [24, "innerVlanPcp", numeric()],
];

/** Some or all components, in the order of their types. */
function specification(components: Components): fc.Arbitrary<Both<Record<string, unknown>>> {
  return fc
    .oneof(fc.subarray([...components], { minLength: 1, maxLength: 4 }), fc.constant(components))
    .chain((some) => fc.tuple(...some.map(([type, name, component]) => component.map((one) => ({ type, name, one })))))
    .map((list) => ({
      octets: list.flatMap(({ type, one }) => [type, ...one.octets]),
      value: Object.fromEntries(list.map(({ name, one }) => [name, one.value])),
    }));
}

const nothing: Both<object> = { octets: [], value: {} };

/** Length, perhaps in two octets where one would do, then what it is about. */
function nlri(components: Components, vpn: boolean): fc.Arbitrary<Both<Nlri>> {
  const front = vpn
    ? routeDistinguisher.map(({ octets, value }) => ({ octets, value: { routeDistinguisher: value } }))
    : fc.constant(nothing);
  return fc.tuple(front, specification(components), fc.boolean()).map(([rd, flow, long]) => {
    const octets = [...rd.octets, ...flow.octets];
    const two = long || octets.length >= 240;
    return {
      octets: [...(two ? octets2(0xf000 + octets.length) : [octets.length]), ...octets],
      value: { ...rd.value, ...flow.value, ...(two && octets.length < 240 && { extendedLength: true }) } as Nlri,
    };
  });
}

const noHop = fc.constant({ octets: [], value: { nextHop: null } });
const oneHop = address.map(({ octets, value }) => ({ octets, value: { nextHop: value } }));
const twoHops = fc.tuple(octetsOf(16), octetsOf(16)).map(([global, local]) => ({
  octets: [...global, ...local],
  value: { nextHop: addressText(global), linkLocalNextHop: addressText(local) },
}));
const hop: fc.Arbitrary<Both<object>> = fc.oneof(noHop, noHop, oneHop, twoHops);
/** Behind route distinguishers, of which the first is there whatever it is. */
const distinguishedHop = vpnHop(4).map(({ octets, value }) => ({
  octets,
  value: { nextHopRouteDistinguisher: "0:0", ...value },
}));

const family = (afi: number, components: Components): FamilyGenerator[] => [
  { afi, safi: 133, kind: "flowspec", nextHop: hop, nlri: () => nlri(components, false) },
  {
    afi,
    safi: 134,
    kind: "vpnFlowspec",
    nextHop: fc.oneof(hop, distinguishedHop),
    nlri: () => nlri(components, true),
  },
];

export const FLOWSPEC_FAMILIES: readonly FamilyGenerator[] = [
  ...family(1, IPV4),
  ...family(2, IPV6),
  ...family(25, L2VPN),
];
