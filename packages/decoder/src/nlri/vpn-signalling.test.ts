// Routes by which VPNs are set up, octet for octet by hand after the figures of RFC 4684, RFC 4761, RFC 5512, RFC 6037 and RFC 6074,
// as objects and as text.
import { describe, expect, test } from "vitest";
import { familyName, fromHex, toHex } from "@bgpwire/core";
import { OctetWriter } from "../bytes/writer.ts";
import { familyIn } from "../compiled.ts";
import { createContext } from "../standard.ts";
import { formatNlri, parseNlri } from "../text/nlri-text.ts";
import { encodeOne } from "./fields.ts";
import type { Nlri } from "./model.ts";
import type { FamilyRow, NlriPlace } from "./row.ts";

const context = createContext();
const place: NlriPlace = { context, withdrawn: false };

function rowOf(afi: number, safi: number): FamilyRow {
  return familyIn(context, afi, safi).row!;
}

function octetsOf(row: FamilyRow, nlri: Nlri): string {
  const writer = new OctetWriter();
  encodeOne(row, nlri, false, writer, place);
  return toHex(writer.copy());
}

const RD = "0000fde800000064";
const V6 = "20010db8000000000000000000000001";

/** Family, what it is, octets, text, object. */
const ROUTES: readonly (readonly [readonly [number, number], string, string, string, object])[] = [
  [[1, 7], "RFC 5512 section 3: an IPv4 endpoint", "20c0000201", "192.0.2.1", { endpointAddress: "192.0.2.1" }],
  [[2, 7], "RFC 5512 section 3: an IPv6 endpoint", `80${V6}`, "2001:db8::1", { endpointAddress: "2001:db8::1" }],
  [
    [1, 66],
    "RFC 6037 section 4.4.1",
    `80${RD}c0000201e8000001`,
    "65000:100 192.0.2.1 group=232.0.0.1",
    { routeDistinguisher: "65000:100", address: "192.0.2.1", groupAddress: "232.0.0.1" },
  ],
  [[1, 132], "RFC 4684 section 4: the default route target", "00", "default", { name: "defaultRouteTarget" }],
  [
    [1, 132],
    "RFC 4684 section 4: a route target",
    "600000fdea0002fde800000064",
    "65002 target:65000:100",
    {
      name: "routeTarget",
      originAs: 65002,
      routeTarget: { name: "routeTarget", format: "as2", as: 65000, value: 100 },
    },
  ],
  [
    [1, 132],
    "RFC 4684 section 4: all route targets of a Global Administrator",
    "400000fdea0002fde8",
    "65002 0x0002fde8/64",
    { name: "routeTargetPrefix", originAs: 65002, length: 64, routeTarget: "0002fde8" },
  ],
  [
    [1, 132],
    "RFC 4684 section 4: all route targets of an AS",
    "200000fdea",
    "65002 0x/32",
    { name: "routeTargetPrefix", originAs: 65002, length: 32, routeTarget: "" },
  ],
  [
    [1, 132],
    "bits behind the length",
    "210000fdeaff",
    "65002 0xff/33",
    { name: "routeTargetPrefix", originAs: 65002, length: 33, routeTarget: "ff" },
  ],
  [
    [25, 65],
    "RFC 4761 section 3.2.2: a block of labels",
    `0011${RD}000100020008c35001`,
    "65000:100 ve=1 offset=2 size=8 label-base=800000",
    {
      name: "labelBlock",
      routeDistinguisher: "65000:100",
      veId: 1,
      veBlockOffset: 2,
      veBlockSize: 8,
      labelBase: 800_000,
    },
  ],
  [
    [25, 65],
    "a label base without bottom of stack",
    `0011${RD}000100020008c35000`,
    "65000:100 ve=1 offset=2 size=8 label-base=800000 label-bits=0",
    {
      name: "labelBlock",
      routeDistinguisher: "65000:100",
      veId: 1,
      veBlockOffset: 2,
      veBlockSize: 8,
      labelBase: 800_000,
      labelBits: 0,
    },
  ],
  [
    [25, 65],
    "RFC 6624 section 3.1: the third of four circuits is down",
    `0015${RD}000100020004c3500101000420`,
    "65000:100 ve=1 offset=2 size=4 label-base=800000 tlvs=circuit-status:0010",
    {
      name: "labelBlock",
      routeDistinguisher: "65000:100",
      veId: 1,
      veBlockOffset: 2,
      veBlockSize: 4,
      labelBase: 800_000,
      tlvs: [{ name: "circuitStatusVector", type: 1, status: "0010" }],
    },
  ],
  [
    [25, 65],
    "RFC 6624 section 3: padding that is none, and a type that is not known",
    `001a${RD}000100020004c350010100042102000c0ab0`,
    "65000:100 ve=1 offset=2 size=4 label-base=800000 tlvs=1:4:0x21+2:12:0x0ab0",
    {
      name: "labelBlock",
      routeDistinguisher: "65000:100",
      veId: 1,
      veBlockOffset: 2,
      veBlockSize: 4,
      labelBase: 800_000,
      tlvs: [
        { name: "raw", type: 1, bits: 4, value: Uint8Array.of(0x21) },
        { name: "raw", type: 2, bits: 12, value: Uint8Array.of(0x0a, 0xb0) },
      ],
    },
  ],
  [
    [25, 65],
    "RFC 6074 section 3.2.2.1: a member",
    `000c${RD}c0000201`,
    "65000:100 192.0.2.1",
    { name: "autoDiscovery", routeDistinguisher: "65000:100", peAddress: "192.0.2.1" },
  ],
];

describe("routes", () => {
  test.each(ROUTES)("%j %s", ([afi, safi], _, hex, text, value) => {
    const row = rowOf(afi, safi);
    const octets = fromHex(hex)!;
    expect(row.check(octets, 0, octets.length, false)).toBe(octets.length);
    expect(row.fault!(octets, 0, octets.length, place)).toBeNull();
    const nlri = row.decode(octets, 0, octets.length, place);
    expect(nlri).toEqual(value);
    expect(octetsOf(row, nlri)).toBe(hex);
    expect(formatNlri(row.kind, nlri)).toBe(text);
    expect(parseNlri(row.kind, text)).toEqual(nlri);
  });
});

test.each([
  ["RFC 6624 section 3: half a TLV", `0013${RD}000100020006001f410100`],
  ["RFC 6624 section 3: a TLV of nine bits in one octet", `0015${RD}000100020006001f41010009ff`],
])("%s is nothing that anybody asks for: RFC 6074 section 7", (_, hex) => {
  const row = rowOf(25, 65);
  const octets = fromHex(hex)!;
  expect(row.fault!(octets, 0, octets.length, place)).toBeNull();
  expect(row.decode(octets, 0, octets.length, place)).toEqual({ name: "raw", value: octets });
});

describe("what is no route", () => {
  test.each([
    [[1, 7], "18c00002", "encapsulation-nlri-length"],
    [[2, 7], "40" + V6.slice(0, 16), "encapsulation-nlri-length"],
    [[1, 7], "1fc0000201", "encapsulation-nlri-length"],
    [[1, 66], `60${RD}c0000201`, "mdt-nlri-length"],
    [[1, 66], `7f${RD}c0000201e8000001`, "mdt-nlri-length"],
    [[1, 132], "180000fd", "route-target-membership-length"],
    [[1, 132], "0100", "route-target-membership-length"],
    [[25, 65], `0008${RD}`, "vpls-nlri-length"],
    [[25, 65], `0010${RD}000100020008c350`, "vpls-nlri-length"],
  ] as const)("%j %s", ([afi, safi], hex, rule) => {
    const row = rowOf(afi, safi);
    const octets = fromHex(hex)!;
    expect(row.fault!(octets, 0, octets.length, place)?.name).toBe(rule);
    expect(row.decode(octets, 0, octets.length, place)).toEqual({ name: "raw", value: octets, malformed: true });
  });

  test.each([
    [[1, 7], "21c000020100"],
    [[1, 132], "610000fdea0002fde80000006400"],
    [[25, 65], `0011${RD}`],
    [[25, 65], "00"],
  ] as const)("%j %s does not fit", ([afi, safi], hex) => {
    const octets = fromHex(hex)!;
    expect(rowOf(afi, safi).check(octets, 0, octets.length, false)).toBe(0);
  });
});

describe("what is no text", () => {
  test.each([
    ["encapsulation", "192.0.2"],
    ["mdt", "65000:100 192.0.2.1"],
    ["mdt", "65000:100 192.0.2.1 group=::1"],
    ["mdt", "65000 192.0.2.1 group=232.0.0.1"],
    ["routeTarget", "65002"],
    ["routeTarget", "65002 target:65000"],
    ["routeTarget", "65002 0x0002/64"],
    ["routeTarget", "65002 0x00/31"],
    ["routeTarget", "65002 0x0002fde800000064/96"],
    ["routeTarget", "-1 default"],
    ["vpls", "65000:100"],
    ["vpls", "65000:100 2001:db8::1"],
    ["vpls", "65000:100 ve=65536 offset=2 size=8 label-base=800000"],
    ["vpls", "65000:100 ve=1 offset=2 size=8 label-base=1048576"],
    ["vpls", "65000:100 ve=1 offset=2 size=8 label-base=1 label-bits=16"],
    ["vpls", "65000:100 ve=1 offset=2 size=8 label-base=1 tlvs="],
    ["vpls", "65000:100 ve=1 offset=2 size=8 label-base=1 tlvs=circuit-status:2"],
    ["vpls", "65000:100 ve=1 offset=2 size=8 label-base=1 tlvs=2:12:0x0a"],
    ["vpls", "65000:100 ve=1 offset=2 size=8 label-base=1 tlvs=256:8:0x0a"],
  ] as const)("%s %j", (kind, text) => {
    expect(parseNlri(kind, text)).toBeNull();
  });
});

const BLOCK = {
  name: "labelBlock",
  routeDistinguisher: "65000:100",
  veId: 1,
  veBlockOffset: 1,
  veBlockSize: 8,
  labelBase: 1,
} as const;

describe("what is refused", () => {
  test.each([
    [[1, 7], { endpointAddress: "2001:db8::1" }, 'endpointAddress: "2001:db8::1" is no IPv4 address'],
    [[2, 7], { endpointAddress: "192.0.2.1" }, 'endpointAddress: "192.0.2.1" is no IPv6 address'],
    [
      [1, 66],
      { routeDistinguisher: "65000:100", address: "192.0.2.1", groupAddress: "ff02::1" },
      'groupAddress: "ff02::1" is no IPv4 address',
    ],
    [
      [1, 132],
      { name: "routeTargetPrefix", originAs: 65002, length: 31, routeTarget: "" },
      "length: 31 is not 32 to 95",
    ],
    [
      [1, 132],
      { name: "routeTargetPrefix", originAs: 65002, length: 96, routeTarget: "0002fde800000064" },
      "length: 96 is not 32 to 95",
    ],
    [
      [1, 132],
      { name: "routeTargetPrefix", originAs: 65002, length: 40, routeTarget: "" },
      'routeTarget: "" is not 2 hexadecimal digits',
    ],
    [[25, 65], { ...BLOCK, labelBase: -1 }, "labelBase: -1 is not 0 to 1048575"],
    [
      [25, 65],
      { ...BLOCK, tlvs: [{ name: "circuitStatusVector", type: 1, status: "012" }] },
      'status: "012" is not zeros and ones',
    ],
    [
      [25, 65],
      { ...BLOCK, tlvs: [{ name: "raw", type: 2, bits: 9, value: Uint8Array.of(1) }] },
      "tlvs: 1 octets are not those of 9 bits",
    ],
    [
      [25, 65],
      { name: "autoDiscovery", routeDistinguisher: "65000", peAddress: "192.0.2.1" },
      'routeDistinguisher: "65000" is no route distinguisher',
    ],
  ] as const)("%j %j", ([afi, safi], nlri, message) => {
    expect(() => octetsOf(rowOf(afi, safi), nlri as Nlri)).toThrow(message);
  });
});

test("their families have names", () => {
  const names = [
    [1, 7],
    [2, 7],
    [1, 66],
    [1, 132],
    [25, 65],
  ].map(([afi, safi]) => familyName(rowOf(afi!, safi!)));
  expect(names).toEqual(["ipv4-encapsulation", "ipv6-encapsulation", "ipv4-mdt", "ipv4-rtc", "l2vpn-vpls"]);
});
