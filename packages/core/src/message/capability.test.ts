// Capabilities: each format byte by byte after its document, and what becomes of values that are not of the format.
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes/hex.ts";
import { ConfigError } from "../fault.ts";
import {
  addPath,
  bfdStrict,
  bgpRole,
  bgpsec,
  decodeCapability,
  dynamicCapability,
  encodeCapability,
  enhancedRouteRefresh,
  equalCapability,
  extendedMessage,
  extendedNextHop,
  fourOctetAs,
  fqdn,
  gracefulRestart,
  linkLocalNextHop,
  longLivedGracefulRestart,
  multipleLabels,
  multipleRoutes,
  multiprotocol,
  multisession,
  operational,
  outboundRouteFiltering,
  pathsLimit,
  rawCapability,
  routeRefresh,
  routeRefreshCisco,
  routingPolicyDistribution,
  softwareVersion,
  type Capability,
} from "./capability.ts";

const FORMATS: readonly (readonly [document: string, code: number, hex: string, value: Capability])[] = [
  ["RFC 4760 section 8", 1, "00020001", multiprotocol(2, 1)],
  ["RFC 4760 section 8, largest", 1, "ffff00ff", multiprotocol(65535, 255)],
  ["RFC 2918 section 2", 2, "", routeRefresh()],
  [
    "RFC 5291 section 5",
    3,
    "0001000102" + "40034101" + "0002000100",
    outboundRouteFiltering([
      {
        afi: 1,
        safi: 1,
        types: [
          { type: 64, direction: "both" },
          { type: 65, direction: "receive" },
        ],
      },
      { afi: 2, safi: 1, types: [] },
    ]),
  ],
  [
    "RFC 5291 before its number",
    130,
    "00010001018002",
    {
      name: "outboundRouteFiltering",
      code: 130,
      entries: [{ afi: 1, safi: 1, types: [{ type: 128, direction: "send" }] }],
    },
  ],
  ["RFC 3107 section 5", 4, "", multipleRoutes()],
  [
    "RFC 8950 section 4",
    5,
    "000100010002" + "000100800002",
    extendedNextHop([
      { afi: 1, safi: 1, nextHopAfi: 2 },
      { afi: 1, safi: 128, nextHopAfi: 2 },
    ]),
  ],
  ["RFC 8654 section 3", 6, "", extendedMessage()],
  ["RFC 8205 section 2.1, receive", 7, "000001", bgpsec("receive", 1)],
  ["RFC 8205 section 2.1, send", 7, "080002", bgpsec("send", 2)],
  ["RFC 8205 section 2.1, another version", 7, "f80002", bgpsec("send", 2, 15)],
  [
    "RFC 8277 section 2.1",
    8,
    "00010402" + "000280ff",
    multipleLabels([
      { afi: 1, safi: 4, count: 2 },
      { afi: 2, safi: 128, count: 255 },
    ]),
  ],
  ["RFC 9234 section 4.1", 9, "03", bgpRole(3)],
  ["RFC 9234, a role not yet assigned", 9, "fe", bgpRole(254)],
  ["RFC 4724 section 3, End-of-RIB only", 64, "0000", gracefulRestart({})],
  [
    "RFC 4724 section 3, RFC 8538 section 2",
    64,
    "c078" + "00010180" + "00020100",
    gracefulRestart({
      restarting: true,
      notification: true,
      restartTime: 120,
      families: [
        { afi: 1, safi: 1, forwardingPreserved: true },
        { afi: 2, safi: 1, forwardingPreserved: false },
      ],
    }),
  ],
  ["RFC 4724 section 3, longest time", 64, "0fff", gracefulRestart({ restartTime: 4095 })],
  ["RFC 6793 section 3", 65, "fffffffe", fourOctetAs(4294967294)],
  ["draft-ietf-idr-dynamic-cap", 67, "0140", dynamicCapability([1, 64])],
  ["draft-ietf-idr-dynamic-cap, first number", 66, "01", { name: "dynamicCapability", code: 66, capabilities: [1] }],
  ["draft-ietf-idr-bgp-multisession", 68, "0001", multisession(0, [1])],
  ["multisession before its number", 131, "00", { name: "multisession", code: 131, flags: 0, capabilities: [] }],
  [
    "RFC 7911 section 4",
    69,
    "00010101" + "00020102" + "00010403",
    addPath([
      { afi: 1, safi: 1, direction: "receive" },
      { afi: 2, safi: 1, direction: "send" },
      { afi: 1, safi: 4, direction: "both" },
    ]),
  ],
  ["RFC 7313 section 3.1", 70, "", enhancedRouteRefresh()],
  [
    "RFC 9494 section 3.1",
    71,
    "00010180ffffff" + "00020100000e10",
    longLivedGracefulRestart([
      { afi: 1, safi: 1, forwardingPreserved: true, staleTime: 16777215 },
      { afi: 2, safi: 1, forwardingPreserved: false, staleTime: 3600 },
    ]),
  ],
  [
    "draft-ietf-idr-rpd",
    72,
    "00014b01" + "00024b03",
    routingPolicyDistribution([
      { afi: 1, safi: 75, direction: "receive" },
      { afi: 2, safi: 75, direction: "both" },
    ]),
  ],
  ["draft-walton-bgp-hostname-capability", 73, "0272310b6578616d706c652e6e6574", fqdn("r1", "example.net")],
  ["draft-walton-bgp-hostname-capability, no domain", 73, "04c3a4747400", fqdn("ätt")],
  ["draft-ietf-idr-bgp-bfd-strict-mode", 74, "", bfdStrict()],
  ["draft-abraitis-bgp-version-capability-00", 75, "0746525220382e34", softwareVersion("FRR 8.4")],
  [
    "draft-abraitis-bgp-version-capability-15",
    75,
    "46525220382e34",
    { name: "softwareVersion", code: 75, version: "FRR 8.4", bare: true },
  ],
  ["draft-abraitis-idr-addpath-paths-limit", 76, "00010100ff", pathsLimit([{ afi: 1, safi: 1, limit: 255 }])],
  ["draft-ietf-idr-linklocal-capability", 77, "", linkLocalNextHop()],
  ["RFC 8810 section 3", 128, "", routeRefreshCisco()],
  ["host name before its number", 184, "02723100", { name: "fqdn", code: 184, hostName: "r1", domainName: "" }],
  ["draft-ietf-idr-operational-message", 185, "", operational()],
  ["unknown", 200, "aabb", rawCapability(200, Uint8Array.of(0xaa, 0xbb))],
  ["known, without a type", 129, "00", rawCapability(129, Uint8Array.of(0))],
];

test.each(FORMATS)("%s: %i %s", (_document, code, hex, value) => {
  expect(decodeCapability(code, fromHex(hex)!)).toEqual(value);
  expect(toHex(encodeCapability(value))).toBe(hex);
  expect(value.code).toBe(code);
});

describe("reserved bits are ignored on receipt, and kept", () => {
  test.each<readonly [string, number, string, Partial<Record<string, unknown>>]>([
    ["RFC 4760 section 8", 1, "00010501", { name: "multiprotocol", afi: 1, safi: 1, reserved: 5 }],
    ["RFC 5291 section 5", 3, "0001090100", { entries: [{ afi: 1, safi: 1, types: [], reserved: 9 }] }],
    ["RFC 8205 section 2.1", 7, "0f0001", { name: "bgpsec", version: 0, direction: "send", reserved: 7 }],
    ["RFC 4724 section 3, flags", 64, "3001", { name: "gracefulRestart", restartTime: 1, reserved: 3 }],
    [
      "RFC 4724 section 3, family",
      64,
      "0001" + "000101ff",
      { families: [{ afi: 1, safi: 1, forwardingPreserved: true, reserved: 0x7f }] },
    ],
    [
      "RFC 9494 section 3.1",
      71,
      "00010101000001",
      { families: [{ afi: 1, safi: 1, forwardingPreserved: false, reserved: 1, staleTime: 1 }] },
    ],
  ])("%s: %i %s", (_document, code, hex, value) => {
    const decoded = decodeCapability(code, fromHex(hex)!);
    expect(decoded).toMatchObject(value);
    expect(toHex(encodeCapability(decoded))).toBe(hex);
  });
});

describe("what is not of the format stays raw", () => {
  test.each([
    ["multiprotocol, short", 1, "000100"],
    ["multiprotocol, long", 1, "0001000100"],
    ["multiprotocol, empty", 1, ""],
    ["route refresh with a value", 2, "00"],
    ["filters, cut in the count", 3, "00010001"],
    ["filters, fewer than counted", 3, "00010001024003"],
    ["filters, half of one", 3, "000100010140"],
    ["filters, direction 0", 3, "00010001014000"],
    ["filters, direction 4", 3, "00010001014004"],
    ["multiple routes with a value", 4, "00"],
    ["extended next hop, SAFI of one octet", 5, "0001010002"],
    ["extended message with a value", 6, "00"],
    ["bgpsec, short", 7, "0000"],
    ["multiple labels, not a multiple of four", 8, "000104"],
    ["role, empty", 9, ""],
    ["role, long", 9, "0300"],
    ["graceful restart, short", 64, "00"],
    ["graceful restart, half a family", 64, "00780001"],
    ["four-octet AS, short", 65, "00fde9"],
    ["four-octet AS, long", 65, "0000fde900"],
    ["multisession, without flags", 68, ""],
    ["RFC 7911 section 4: direction 0 makes the capability not understood", 69, "00010100"],
    ["RFC 7911 section 4: direction 4, other entries notwithstanding", 69, "0001010300020104"],
    ["ADD-PATH, half an entry", 69, "000101030002"],
    ["enhanced refresh with a value", 70, "00"],
    ["long-lived restart, short", 71, "000101800000"],
    ["routing policies, direction 4", 72, "00014b04"],
    ["routing policies, half an entry", 72, "00014b"],
    ["FQDN, empty", 73, ""],
    ["FQDN without a domain length", 73, "027231"],
    ["FQDN longer than it says", 73, "0272310000"],
    ["FQDN that is not UTF-8", 73, "02c32800"],
    ["FQDN domain that is not UTF-8", 73, "0001ff"],
    ["BFD with a value", 74, "00"],
    ["software version, empty", 75, ""],
    ["software version, length 0 (section 3: an encoding error)", 75, "00"],
    ["software version, length 0 and an octet that is not UTF-8", 75, "00ff"],
    ["software version that is not UTF-8", 75, "02c328"],
    ["paths limit, short", 76, "000101ff"],
    ["link-local next hop with a value", 77, "00"],
    ["Cisco's refresh with a value", 128, "00"],
    ["operational messages with a value", 185, "00"],
  ])("%s", (_name, code, hex) => {
    const value = fromHex(hex)!;
    const capability = decodeCapability(code, value);
    expect(capability).toEqual({ name: "raw", code, value });
    expect(toHex(encodeCapability(capability))).toBe(hex);
    value.fill(0xee);
    expect(toHex(encodeCapability(capability))).toBe(hex);
  });
});

test("a software version is told apart by its first octet being the length of the rest", () => {
  expect(decodeCapability(75, Uint8Array.of(0x41))).toMatchObject({
    name: "softwareVersion",
    version: "A",
    bare: true,
  });
  expect(decodeCapability(75, Uint8Array.of(1, 0x41))).toEqual(softwareVersion("A"));
});

describe("numbers that fit no field are the caller's mistake, not a wrapped octet", () => {
  test.each<readonly [string, Capability]>([
    ["AFI", multiprotocol(65536, 1)],
    ["SAFI", multiprotocol(1, 256)],
    ["AS number", fourOctetAs(2 ** 32)],
    ["negative AS number", fourOctetAs(-1)],
    ["restart time", gracefulRestart({ restartTime: 4096 })],
    ["stale time", longLivedGracefulRestart([{ afi: 1, safi: 1, forwardingPreserved: false, staleTime: 2 ** 24 }])],
    ["bgpsec version", bgpsec("send", 1, 16)],
    ["role", bgpRole(256)],
    ["host name", fqdn("a".repeat(256))],
    ["version", softwareVersion("a".repeat(256))],
    ["reserved bits", { name: "bgpsec", code: 7, version: 0, direction: "send", afi: 1, reserved: 8 }],
  ])("%s", (_name, capability) => {
    expect(() => encodeCapability(capability)).toThrow(ConfigError);
  });
});

test("equality is of code and octets", () => {
  expect(equalCapability(multiprotocol(1, 1), multiprotocol(1, 1))).toBe(true);
  expect(equalCapability(multiprotocol(1, 1), rawCapability(1, Uint8Array.of(0, 1, 0, 1)))).toBe(true);
  expect(equalCapability(multiprotocol(1, 1), multiprotocol(2, 1))).toBe(false);
  expect(equalCapability(routeRefresh(), extendedMessage())).toBe(false);
  expect(equalCapability(addPath([]), addPath([{ afi: 1, safi: 1, direction: "send" }]))).toBe(false);
});
