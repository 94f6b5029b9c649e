// RFC 7606 and its children, rule by rule: a message that breaks exactly one rule, the action that the RFC asks for on each
// kind of session, and, byte for byte, the NOTIFICATION of RFC 4271 section 6.3 when the rule is made to reset the session.
import * as fc from "fast-check";
import { attributeName, fromHex, toHex } from "@bgpwire/core";
import { createContext, decodeUpdate, encodeUpdate, IPV4_UNICAST, IPV4_VPN, routesOf, RULES } from "@bgpwire/decoder";
import type { Action, ContextOptions, RuleName, SessionKind } from "@bgpwire/decoder";
import { describe, expect, it } from "vitest";
import { attributeGenerators } from "../support/arbitrary-updates.ts";

const KINDS: readonly SessionKind[] = ["ebgp", "ebgp-oad", "ibgp", "confed", "unknown"];
const AS_SIZES = [2, 4] as const;

const bytes = (hex: string): Uint8Array => fromHex(hex)!;
const u16 = (n: number): string => n.toString(16).padStart(4, "0");
const octets = (hex: string): number => hex.replaceAll(" ", "").length / 2;

/** An attribute with a length of one octet. */
const attribute = (flags: number, code: number, value: string): string =>
  toHex(Uint8Array.of(flags, code, octets(value))) + value.replaceAll(" ", "");

/** The body of an UPDATE. */
function body(attributes: readonly string[], nlri = "18c63364", withdrawn = ""): string {
  const block = attributes.join("");
  return u16(octets(withdrawn)) + withdrawn + u16(octets(block)) + block + nlri;
}

const ORIGIN = "40010100";
const NEXT_HOP = "400304c0000201";
/** AS_PATH 65002, as it begins on a session of this kind, with AS numbers of this size. */
const path = (size: 2 | 4, kind: SessionKind): string =>
  attribute(0x40, 2, (kind === "confed" ? "0301" : "0201") + (size === 4 ? "0000fdea" : "fdea"));
const REACH = (hop: string, nlri: string, afiSafi = "000201"): string =>
  attribute(0x80, 14, afiSafi + toHex(Uint8Array.of(octets(hop))) + hop + "00" + nlri);
const GLOBAL = "20010db8000000000000000000000001";

/** A Node NLRI of IS-IS level 2, or of another protocol, with these descriptors (RFC 9552 section 5.2). */
const node = (descriptors: string, protocol = "02", type = "0001"): string =>
  `${type}${u16(9 + octets(descriptors))}${protocol}0000000000000000${descriptors}`;

/** A Link NLRI, likewise. */
const link = (descriptors: string, protocol = "02"): string => node(descriptors, protocol, "0002");
/** The protocol of BGP-LS-SPF. */
const DIRECT = "04";
/** The Sequence Number TLV that all of BGP-LS-SPF have (RFC 9815 section 5.2.4). */
const SEQUENCE = "049d00080000000000000001";

interface Fault {
  readonly rule: RuleName;
  readonly what: string;
  /** The body that has this fault and no other; null where the session has no such fault. */
  readonly body: (size: 2 | 4, kind: SessionKind) => string | null;
  /** The RFC's action. */
  readonly action: Action;
  /** The NOTIFICATION under RFC 4271: subcode of code 3, and what its data are. */
  readonly subcode: number;
  readonly data: "nothing" | "attribute" | string;
  /** The attribute that is wrong, for `data` and to see it rejected. */
  readonly attribute?: (size: 2 | 4, kind: SessionKind) => string;
  readonly kinds?: readonly SessionKind[];
  readonly sizes?: readonly (2 | 4)[];
  readonly options?: ContextOptions;
}

/** A fault in one attribute of an otherwise good message; a mandatory one takes the place of the good one. */
function inAttribute(
  rule: RuleName,
  what: string,
  action: Action,
  subcode: number,
  data: Fault["data"],
  wrong: string | ((size: 2 | 4, kind: SessionKind) => string),
  more: Partial<Fault> = {},
): Fault {
  const make = typeof wrong === "string" ? () => wrong : wrong;
  return {
    rule,
    what,
    action,
    subcode,
    data,
    attribute: make,
    body: (size, kind) => {
      const bad = make(size, kind);
      const code = Number.parseInt(bad.slice(2, 4), 16);
      const good = [ORIGIN, path(size, kind), NEXT_HOP];
      // BGPsec_PATH stands for AS_PATH.
      const place = code === 33 ? 2 : code;
      return body(place <= 3 ? good.map((one, i) => (i + 1 === place ? bad : one)) : [...good, bad]);
    },
    ...more,
  };
}

const as = (size: 2 | 4, n: number): string => n.toString(16).padStart(size * 2, "0");
const lead = (size: 2 | 4, kind: SessionKind): string => (kind === "confed" ? "0301" + as(size, 65002) : "");
const asPath = (value: (size: 2 | 4) => string) => (size: 2 | 4, kind: SessionKind) =>
  attribute(0x40, 2, lead(size, kind) + value(size));
/** Peers of another AS, and the others. */
const EXTERNAL: Partial<Fault> = { kinds: ["ebgp", "ebgp-oad"] };
const INTERNAL: Partial<Fault> = { kinds: ["ibgp", "confed", "unknown"] };
/** Peers under another administration, and the others. */
const OUTSIDE: Partial<Fault> = { kinds: ["ebgp"] };
const INSIDE: Partial<Fault> = { kinds: ["ebgp-oad", "ibgp", "confed", "unknown"] };
const OLD: Partial<Fault> = { sizes: [2] };
const NEW: Partial<Fault> = { sizes: [4] };

/** A Secure_Path of segments of six octets, and Signature_Blocks. */
const bgpsec = (segments: readonly string[], ...blocks: readonly string[]): string =>
  attribute(0x80, 33, u16(2 + 6 * segments.length) + segments.join("") + blocks.join(""));
/** A Signature_Block of empty signatures. */
const signatures = (count: number): string => `${u16(3 + 22 * count)}01${"00".repeat(22 * count)}`;
/** A segment of AS 65002, as a peer of this kind sends it. */
const signed = (kind: SessionKind): string => `01${kind === "confed" ? "80" : "00"}0000fdea`;

/** So many ATTR_SETs, all but the last with the next one in it. */
const sets = (count: number): string => attribute(0xc0, 128, `0000fde9${count === 1 ? "" : sets(count - 1)}`);

const lengths = (
  rule: RuleName,
  name: string,
  action: Action,
  flags: number,
  code: number,
  wrongLengths: readonly number[],
  more: Partial<Fault> = {},
): Fault[] =>
  wrongLengths.map((n) =>
    inAttribute(rule, `${name} of ${n} octets`, action, 5, "attribute", attribute(flags, code, "01".repeat(n)), more),
  );

/** A fault in a route of another family than unicast, or in what is with it. */
function inRoutes(
  rule: RuleName,
  what: string,
  action: Action,
  afiSafi: string,
  nlri: string,
  ...attributes: readonly string[]
): Fault {
  const reach = REACH("c0000201", nlri, afiSafi).replaceAll(" ", "");
  const make = (size: 2 | 4, kind: SessionKind): string => body([reach, ORIGIN, path(size, kind), ...attributes], "");
  return { rule, what, body: make, action, subcode: 9, data: reach };
}

/** An attribute that is good by itself, with routes that it is not for. */
function inCompany(
  rule: RuleName,
  what: string,
  action: Action,
  one: string,
  afiSafi: string | null,
  nlri: string,
  more: Partial<Fault> = {},
): Fault {
  const reach = afiSafi === null ? [NEXT_HOP] : [REACH("c0000201", nlri, afiSafi)];
  const make = (size: 2 | 4, kind: SessionKind): string =>
    body([...reach, ORIGIN, path(size, kind), one], afiSafi === null ? nlri : "");
  return { rule, what, body: make, action, subcode: 9, data: one, ...more };
}

/** COMMUNITIES and EXTENDED COMMUNITIES. */
const communities = (...list: readonly string[]): string => attribute(0xc0, 8, list.join(""));
const extended = (...list: readonly string[]): string => attribute(0xc0, 16, list.join(""));
const NO_ADVERTISE = communities("ffffff02");
const RECIPIENT = extended("0102c00002010000");
/** An SR Policy of nothing but a preference, and a tunnel of VXLAN to the next hop. */
const POLICY = "000f0008 0c06000000000064".replaceAll(" ", "");
const VXLAN = "00080008060600000000 0000".replaceAll(" ", "");
const tunnels = (...list: readonly string[]): string => attribute(0xc0, 23, list.join(""));

/** Parts of routes: a route distinguisher, an Ethernet segment. */
const RD = "0000fde800000064";
const ESI = "00112233445566778899";
const VPN_REACH = REACH("0000000000000000c0000201", `70000641${RD}c63364`, "000180");

const FAULTS: readonly Fault[] = [
  // The message: RFC 7606 section 3 (b), 3 (i), 5.3.
  ...["", "00", "000000", "0005000000", "ffff0000", "000000ff4001"].map((hex): Fault => ({
    rule: "update-length",
    what: `lengths that do not fit: ${hex === "" ? "an empty body" : hex}`,
    body: () => hex,
    action: "reset",
    subcode: 1,
    data: "nothing",
  })),
  ...["21c6336400", "18c633", "20"].flatMap((hex): Fault[] => [
    {
      rule: "withdrawn-routes",
      what: `withdrawn routes ${hex}`,
      body: () => body([], "", hex),
      action: "reset",
      subcode: 10,
      data: "nothing",
    },
    {
      rule: "nlri",
      what: `NLRI ${hex}`,
      body: (size, kind) => body([ORIGIN, path(size, kind), NEXT_HOP], hex),
      action: "reset",
      subcode: 10,
      data: "nothing",
    },
  ]),
  // Section 4: an attribute that exceeds the total length, and one of which not even the header is there.
  ...["800405000000", "80", "8004", "900400"].map((hex): Fault => ({
    rule: "attribute-overrun",
    what: `the attributes end with ${hex}`,
    body: (size, kind) => body([ORIGIN, path(size, kind), NEXT_HOP, hex]),
    action: "withdraw",
    subcode: 1,
    data: "nothing",
  })),
  // Section 3 (j): then the routes are not known.
  ...["800e20000201", "800f10000201"].map((hex): Fault => ({
    rule: "mp-overrun",
    what: `the attributes end with ${hex}`,
    body: (size, kind) => body([ORIGIN, path(size, kind), NEXT_HOP, hex]),
    action: "reset",
    subcode: 1,
    data: "nothing",
  })),
  // Section 5.2: the NOTIFICATION is that of the error itself, here ORIGIN 3.
  {
    rule: "missing-nlri",
    what: "a malformed ORIGIN in a message without reachable NLRI",
    body: (size, kind) => body(["40010103", path(size, kind), NEXT_HOP], ""),
    action: "reset",
    subcode: 6,
    data: "40010103",
  },

  // Section 3 (c): flags. Partial and Extended Length conflict with nothing; the two MP attributes reset (5.3).
  ...(
    [
      [1, "00", 0x80],
      [1, "00", 0xc0],
      [1, "00", 0x00],
      [3, "c0000201", 0xc0],
      [4, "00000001", 0xc0],
      [4, "00000001", 0x40],
      [6, "", 0xc0],
      [8, "fde80064", 0x80],
      [8, "fde80064", 0x40],
      [16, "0002fde800000064", 0x80],
      [32, "0000fde80000000100000002", 0x80],
    ] as const
  ).map(([code, value, flags]) =>
    inAttribute(
      "attribute-flags",
      `attribute ${code} with flags ${flags.toString(16)}`,
      "withdraw",
      4,
      "attribute",
      attribute(flags, code, value),
    ),
  ),
  inAttribute(
    "mp-flags",
    "MP_REACH_NLRI, transitive",
    "reset",
    9,
    "attribute",
    attribute(0xc0, 14, `00020110${GLOBAL}00`),
  ),
  inAttribute("mp-flags", "MP_UNREACH_NLRI, well-known", "reset", 9, "attribute", attribute(0x40, 15, "000201")),
  inAttribute(
    "unrecognized-well-known",
    "well-known attribute 99",
    "reset",
    2,
    "attribute",
    attribute(0x40, 99, "0102"),
  ),
  ...(["01", "02", "03"] as const).map((code): Fault => ({
    rule: "missing-well-known",
    what: `attribute ${code} is missing`,
    body: (size, kind) => body([ORIGIN, path(size, kind), NEXT_HOP].filter((one) => one.slice(2, 4) !== code)),
    action: "withdraw",
    subcode: 3,
    data: code,
  })),
  // Section 3 (g): the first counts; but of the two MP attributes there must be one.
  {
    rule: "duplicate-attribute",
    what: "ORIGIN twice",
    body: (size, kind) => body([ORIGIN, path(size, kind), NEXT_HOP, "40010101"]),
    action: "discard",
    subcode: 1,
    data: "nothing",
  },
  {
    rule: "duplicate-attribute",
    what: "an unknown optional attribute twice",
    body: (size, kind) => body([ORIGIN, path(size, kind), NEXT_HOP, "c0630101", "c0630102"]),
    action: "discard",
    subcode: 1,
    data: "nothing",
  },
  ...[attribute(0x80, 15, "00020120" + "20010db8"), REACH(GLOBAL, "2020010db8")].map((one): Fault => ({
    rule: "duplicate-mp",
    what: `attribute ${one.slice(2, 4)} twice`,
    body: (size, kind) => body([one, ORIGIN, path(size, kind), one], ""),
    action: "reset",
    subcode: 1,
    data: "nothing",
  })),

  // Section 7.1: ORIGIN.
  ...lengths("origin-length", "ORIGIN", "withdraw", 0x40, 1, [0, 2]),
  inAttribute("origin-value", "ORIGIN 3", "withdraw", 6, "attribute", attribute(0x40, 1, "03")),
  inAttribute("origin-value", "ORIGIN 255", "withdraw", 6, "attribute", attribute(0x40, 1, "ff")),
  // Section 7.2: AS_PATH.
  inAttribute(
    "as-path-segment-type",
    "segment type 0",
    "withdraw",
    11,
    "nothing",
    asPath((n) => "0001" + as(n, 1)),
  ),
  inAttribute(
    "as-path-segment-type",
    "segment type 5",
    "withdraw",
    11,
    "nothing",
    asPath((n) => "0501" + as(n, 1)),
  ),
  inAttribute(
    "as-path-overrun",
    "a segment too long",
    "withdraw",
    11,
    "nothing",
    asPath((n) => "0202" + as(n, 1)),
  ),
  inAttribute(
    "as-path-underrun",
    "one octet left",
    "withdraw",
    11,
    "nothing",
    asPath((n) => "0201" + as(n, 1) + "02"),
  ),
  inAttribute(
    "as-path-empty-segment",
    "an empty segment",
    "withdraw",
    11,
    "nothing",
    asPath(() => "0200"),
  ),
  inAttribute(
    "as-path-zero-as",
    "AS 0",
    "withdraw",
    11,
    "nothing",
    asPath((n) => "0202" + as(n, 1) + as(n, 0)),
  ),
  inAttribute(
    "as-path-confederation",
    "AS_CONFED_SEQUENCE from outside",
    "withdraw",
    11,
    "nothing",
    (n) => attribute(0x40, 2, "0301" + as(n, 65001) + "0201" + as(n, 1)),
    EXTERNAL,
  ),
  inAttribute(
    "as-path-no-confederation",
    "AS_SEQUENCE first from a confederation peer",
    "withdraw",
    11,
    "nothing",
    (n) => attribute(0x40, 2, "0201" + as(n, 1)),
    { kinds: ["confed"] },
  ),
  // Section 7.3: NEXT_HOP, and RFC 4271 6.3 through section 3 (e).
  ...lengths("next-hop-length", "NEXT_HOP", "withdraw", 0x40, 3, [0, 3, 5, 16]),
  ...["00000000", "e0000001", "ffffffff"].map((hop) =>
    inAttribute("next-hop-address", `NEXT_HOP ${hop}`, "withdraw", 8, "attribute", attribute(0x40, 3, hop)),
  ),
  // Sections 7.4 to 7.7.
  ...lengths("multi-exit-disc-length", "MULTI_EXIT_DISC", "withdraw", 0x80, 4, [0, 3, 5]),
  ...lengths("local-pref-length", "LOCAL_PREF", "withdraw", 0x40, 5, [0, 3, 8], INSIDE),
  inAttribute("local-pref-external", "LOCAL_PREF", "discard", 0, "nothing", attribute(0x40, 5, "00000064"), OUTSIDE),
  inAttribute(
    "local-pref-external",
    "LOCAL_PREF of 3 octets",
    "discard",
    0,
    "nothing",
    attribute(0x40, 5, "000064"),
    OUTSIDE,
  ),
  ...lengths("atomic-aggregate-length", "ATOMIC_AGGREGATE", "discard", 0x40, 6, [1, 4]),
  ...lengths("aggregator-length", "AGGREGATOR", "discard", 0xc0, 7, [0, 6, 7, 9], NEW),
  ...lengths("aggregator-length", "AGGREGATOR", "discard", 0xc0, 7, [0, 5, 7, 8], OLD),
  inAttribute("aggregator-zero-as", "AS 0", "discard", 9, "attribute", (n) =>
    attribute(0xc0, 7, as(n, 0) + "c0000201"),
  ),
  // Sections 7.8 to 7.10, 7.14, RFC 8092 section 6.
  ...lengths("communities-length", "COMMUNITIES", "withdraw", 0xc0, 8, [0, 3, 6]),
  ...lengths("extended-communities-length", "EXTENDED COMMUNITIES", "withdraw", 0xc0, 16, [0, 7, 12]),
  ...lengths("large-communities-length", "LARGE_COMMUNITY", "withdraw", 0xc0, 32, [0, 11, 20]),
  ...lengths("originator-id-length", "ORIGINATOR_ID", "withdraw", 0x80, 9, [0, 3, 8], INTERNAL),
  ...lengths("cluster-list-length", "CLUSTER_LIST", "withdraw", 0x80, 10, [0, 3, 6], INTERNAL),
  inAttribute(
    "originator-id-external",
    "ORIGINATOR_ID",
    "discard",
    0,
    "nothing",
    attribute(0x80, 9, "c0000201"),
    EXTERNAL,
  ),
  inAttribute(
    "cluster-list-external",
    "CLUSTER_LIST",
    "discard",
    0,
    "nothing",
    attribute(0x80, 10, "c0000201"),
    EXTERNAL,
  ),
  // Sections 7.11, 7.12 and 5.3.
  ...["", "0002", "00020100"].map((value) =>
    inAttribute("mp-reach-length", `MP_REACH_NLRI ${value}`, "reset", 9, "attribute", attribute(0x80, 14, value)),
  ),
  ...[
    REACH("", "2020010db8"),
    REACH("c0000201", "2020010db8"),
    REACH(`${GLOBAL}00`, "2020010db8"),
    attribute(0x80, 14, "000201ff" + GLOBAL),
  ].map((one) => inAttribute("mp-reach-next-hop", one, "reset", 9, "attribute", one)),
  ...["81" + "20010db8".repeat(5), "2020010d"].map((nlri) =>
    inAttribute("mp-reach-nlri", `NLRI ${nlri}`, "reset", 9, "attribute", REACH(GLOBAL, nlri)),
  ),
  ...["", "0002"].map((value) =>
    inAttribute("mp-unreach-length", `MP_UNREACH_NLRI ${value}`, "reset", 9, "attribute", attribute(0x80, 15, value)),
  ),
  inAttribute("mp-unreach-nlri", "a prefix too short", "reset", 9, "attribute", attribute(0x80, 15, "0002012020010d")),
  inAttribute(
    "mp-unreach-nlri",
    "an IPv4 prefix of 33 bits",
    "reset",
    9,
    "attribute",
    attribute(0x80, 15, "00010121c633640000"),
  ),

  // RFC 4760 section 7: the family is ignored, and all of the message with it that speaks of it.
  ...[REACH(GLOBAL, "2020010db8"), attribute(0x80, 15, "0002012020010db8")].map((one) =>
    inAttribute("disabled-family", one, "discard", 9, "nothing", one, {
      options: { disabledFamilies: [{ afi: 2, safi: 1 }] },
    }),
  ),

  // RFC 7606 section 5.3, RFC 8277 sections 2.1 and 2.3: labels, in MP_REACH_NLRI and in what withdrawn routes have instead.
  ...[
    ["shorter than its label", "17000641"],
    ["of one octet of label", "0800"],
    ["with an IPv4 prefix of 33 bits", "39000641c633640000"],
  ].map(([what, nlri]) =>
    inAttribute("labeled-nlri-length", `a route ${what}`, "reset", 9, "attribute", REACH("c0000201", nlri!, "000104")),
  ),
  inAttribute(
    "labeled-nlri-length",
    "a VPN route shorter than its route distinguisher",
    "reset",
    9,
    "attribute",
    REACH("0000000000000000c0000201", "570006410000fde800000064", "000180"),
  ),
  ...["17800000", "39800000c633640000"].map((nlri) =>
    inAttribute(
      "labeled-nlri-length",
      `withdrawn ${nlri}`,
      "reset",
      9,
      "attribute",
      attribute(0x80, 15, `000104${nlri}`),
    ),
  ),
  ...["30000640c63364", "48000640000c80c63364"].map((nlri) =>
    inAttribute(
      "labeled-nlri-bottom-of-stack",
      `labels to the end: ${nlri}`,
      "reset",
      9,
      "attribute",
      REACH("c0000201", nlri, "000104"),
    ),
  ),
  inAttribute(
    "labeled-nlri-count",
    "three labels where two were agreed upon",
    "withdraw",
    9,
    "attribute",
    REACH("c0000201", "60000640000c80000c81c63364", "000104"),
    { options: { multipleLabels: [{ afi: 1, safi: 4, count: 2 }] } },
  ),
  inAttribute(
    "vpn-nlri-length",
    "a route of SAFI 129 shorter than its route distinguisher",
    "reset",
    9,
    "attribute",
    REACH("0000000000000000c0000201", "3f0000fde800000064", "000181"),
  ),
  // RFC 7606 section 5.3: a length that is inconsistent with the family.
  ...(
    [
      ["encapsulation-nlri-length", "000107", "18c00002"],
      ["encapsulation-nlri-length", "000107", "00"],
      ["mdt-nlri-length", "000142", "600000fde800000064c0000201"],
      ["route-target-membership-length", "000184", "1f0000fdea"],
      ["vpls-nlri-length", "001941", "00080000fde800000064"],
    ] as const
  ).map(([rule, family, nlri]) =>
    inAttribute(rule, `a route ${nlri}`, "reset", 9, "attribute", REACH("c0000201", nlri, family)),
  ),

  // RFC 6793 section 6, RFC 7607 section 2.
  inAttribute("as4-path-new-speaker", "AS4_PATH", "discard", 9, "attribute", attribute(0xc0, 17, "020100010000"), NEW),
  inAttribute(
    "as4-aggregator-new-speaker",
    "AS4_AGGREGATOR",
    "discard",
    9,
    "attribute",
    attribute(0xc0, 18, "00010000c0000201"),
    NEW,
  ),
  ...["", "0200", "0202000100", "090100010000", "02010001000002"].map((value) =>
    inAttribute("as4-path-malformed", `AS4_PATH ${value}`, "discard", 9, "attribute", attribute(0xc0, 17, value), OLD),
  ),
  inAttribute(
    "as4-path-zero-as",
    "AS 0 in AS4_PATH",
    "discard",
    9,
    "attribute",
    attribute(0xc0, 17, "020100000000"),
    OLD,
  ),
  inAttribute(
    "as4-path-confederation",
    "AS_CONFED_SEQUENCE in AS4_PATH",
    "none",
    9,
    "attribute",
    attribute(0xc0, 17, "030100010000"),
    OLD,
  ),
  ...["", "0001c0000201"].map((value) =>
    inAttribute(
      "as4-aggregator-length",
      `AS4_AGGREGATOR ${value}`,
      "discard",
      9,
      "attribute",
      attribute(0xc0, 18, value),
      OLD,
    ),
  ),
  inAttribute(
    "as4-aggregator-zero-as",
    "AS 0 in AS4_AGGREGATOR",
    "discard",
    9,
    "attribute",
    attribute(0xc0, 18, "00000000c0000201"),
    OLD,
  ),

  // RFC 6514 section 5, RFC 8317 section 6.2.
  ...["", "00060001"].map((value) =>
    inAttribute("pmsi-tunnel-length", `PMSI_TUNNEL ${value}`, "withdraw", 5, "attribute", attribute(0xc0, 22, value)),
  ),
  ...["0009000100", "007f000100c0000201", "0086000100000100c0000201", "0080000100000100"].map((value) =>
    inAttribute("pmsi-tunnel-type", `PMSI_TUNNEL ${value}`, "withdraw", 9, "attribute", attribute(0xc0, 22, value)),
  ),
  ...[
    "000000010000", // something where no tunnel is
    "0006000100c00002", // half an address
    "0006000100", // none
    "0001000100c00002010000", // half a SESSION object
    "000200010006000104c000020100070100", // an opaque value that overruns
    "000200010007000104c00002010000", // an FEC element of MP2MP
    "000200010006000204c00002010000", // an IPv6 address of four octets
    "0003000100c0000201", // half a tree
    "008b0001000001", // not even the label of a composite tunnel
    "000b000100000001c00002", // half a prefix
  ].map((value) =>
    inAttribute(
      "pmsi-tunnel-identifier",
      `PMSI_TUNNEL ${value}`,
      "withdraw",
      9,
      "attribute",
      attribute(0xc0, 22, value),
    ),
  ),

  // RFC 9012 section 13; in an SR Policy RFC 9830 sections 2.2 and 5.
  ...[
    "0007", // half a header
    "000700080606000000", // a TLV that overruns
    "0007000806060000000000", // a TLV that overruns by one octet
    "0007000106", // half the header of a sub-TLV
    "0007000706060000000000", // a sub-TLV that overruns its TLV
    "000700028000", // a length of two octets, one of which is there
  ].map((value) =>
    inAttribute(
      "tunnel-encapsulation-framing",
      `TUNNEL_ENCAPSULATION ${value}`,
      "withdraw",
      9,
      "attribute",
      attribute(0xc0, 23, value),
      INSIDE,
    ),
  ),
  ...[
    "", // no TLV
    "0007000a0608000000000001c000", // no other TLV than one with a malformed Tunnel Egress Endpoint
  ].map((value) =>
    inAttribute(
      "tunnel-encapsulation-no-tunnel",
      `TUNNEL_ENCAPSULATION ${value}`,
      "withdraw",
      9,
      "attribute",
      attribute(0xc0, 23, value),
      INSIDE,
    ),
  ),
  inAttribute(
    "tunnel-egress-endpoint",
    "a malformed Tunnel Egress Endpoint beside a good one",
    "none",
    9,
    "attribute",
    attribute(0xc0, 23, "0007000a0608000000000001c000000700080606000000000000"),
    INSIDE,
  ),
  inAttribute(
    "tunnel-encapsulation-external",
    "TUNNEL_ENCAPSULATION from outside",
    "discard",
    9,
    "attribute",
    attribute(0xc0, 23, "000700080606000000000000"),
    OUTSIDE,
  ),
  inAttribute(
    "sr-policy-several",
    "two SR Policies",
    "withdraw",
    9,
    "attribute",
    attribute(0xc0, 23, "000f00040f020a00000f00040f020a00"),
    INSIDE,
  ),
  ...[
    "000f00070c050000000064", // a preference of three octets
    "000f00050d03000001", // a Binding SID of one octet
    "000f00030f010a", // no RESERVED
    "000f0003800000", // a Segment List without RESERVED
    "000f000a80000700010400000000", // a Type A Segment without label
    "000f0006800003000106", // a Segment that overruns its list
    "000f000a80000700090400000000", // a Weight of two octets
  ].map((value) =>
    inAttribute(
      "sr-policy-sub-tlv",
      `SR Policy ${value}`,
      "withdraw",
      9,
      "attribute",
      attribute(0xc0, 23, value),
      INSIDE,
    ),
  ),

  // Deprecated attributes without rules of their own: RFC 7606 section 2.
  ...["", "00", "0001c00002", "0001c000020101"].map((value) =>
    inAttribute("connector-malformed", `Connector ${value}`, "discard", 9, "attribute", attribute(0xc0, 20, value)),
  ),
  ...lengths("as-pathlimit-length", "AS_PATHLIMIT", "discard", 0xc0, 21, [0, 3, 4, 6]),
  // RFC 7606 section 7.13.
  ...[0, 35].map((n) =>
    inAttribute(
      "traffic-engineering-malformed",
      `Traffic Engineering of ${n} octets`,
      "withdraw",
      9,
      "attribute",
      attribute(0x80, 24, "01".repeat(n)),
    ),
  ),
  // RFC 7311 sections 3.2 and 3.3.
  ...[
    "01",
    "01000b",
    "010002",
    "01000a00000000000000",
    "01000c000000000000000100",
    "020003030004",
    "070002", // shorter than its header
    "01000b00000000000001",
  ].map((value) =>
    inAttribute("aigp-malformed", `AIGP ${value}`, "discard", 9, "attribute", attribute(0x80, 26, value), INTERNAL),
  ),
  ...["c0", "40"].map((flags) =>
    inAttribute(
      "aigp-transitive",
      `AIGP with flags ${flags}`,
      "discard",
      4,
      "attribute",
      `${flags}1a0b01000b0000000000000064`,
      INTERNAL,
    ),
  ),
  inAttribute(
    "aigp-maximum",
    "the highest AIGP",
    "discard",
    9,
    "attribute",
    attribute(0x80, 26, "07000301000bffffffffffffffff01000b0000000000000001"),
    INTERNAL,
  ),
  inAttribute(
    "aigp-external",
    "AIGP from an external peer",
    "discard",
    9,
    "attribute",
    attribute(0x80, 26, "01000b0000000000000064"),
    EXTERNAL,
  ),
  // RFC 6514 section 8.
  ...["c0000201", "c00002010000", "c000020100001000", `${GLOBAL}0000`].map((value) =>
    inAttribute(
      "pe-distinguisher-labels-length",
      `PE Distinguisher Labels ${value}`,
      "withdraw",
      9,
      "attribute",
      attribute(0xc0, 27, value),
    ),
  ),
  ...["e0000001000640", "00000000000640", `${"00".repeat(16)}000640`, `ff02${"00".repeat(14)}000640`].map((value) =>
    inAttribute(
      "pe-distinguisher-labels-address",
      `PE Distinguisher Labels ${value}`,
      "withdraw",
      9,
      "attribute",
      attribute(0xc0, 27, value),
    ),
  ),
  // RFC 8205 section 5.2, by the numbers of its checks.
  ...[
    "", // 1: nothing at all
    "0001", // a length that does not count itself
    `0002${signatures(0)}`, // no segment
    `000901000000fdea00${signatures(1)}`, // a segment and a half
    "000801000000fdea", // no Signature_Block
    `000801000000fdea${signatures(1).repeat(3)}`, // three of them
    "000801000000fdea0002", // one without algorithm suite
    `000801000000fdea001801${"00".repeat(21)}`, // a signature without its length
    `000801000000fdea001901${"00".repeat(20)}0001`, // a signature that overruns its block
    `000801000000fdea001901${"00".repeat(20)}`, // a block that overruns the attribute
  ].map((value) =>
    inAttribute(
      "bgpsec-path-malformed",
      `BGPsec_PATH ${value}`,
      "withdraw",
      9,
      "attribute",
      attribute(0x80, 33, value),
    ),
  ),
  inAttribute(
    "bgpsec-path-first-as",
    "2: another AS than the peer's",
    "withdraw",
    9,
    "attribute",
    (_, kind) => bgpsec([signed(kind)], signatures(1)),
    { kinds: ["ebgp", "ebgp-oad", "confed"], options: { peerAs: 65009 } },
  ),
  ...[signatures(0), signatures(2), signatures(1) + signatures(2)].map((blocks) =>
    inAttribute("bgpsec-path-signatures", `3: Signature_Blocks ${blocks}`, "withdraw", 9, "attribute", (_, kind) =>
      bgpsec([signed(kind)], blocks),
    ),
  ),
  {
    rule: "bgpsec-with-as-path",
    what: "4: beside AS_PATH",
    body: (size, kind) => body([ORIGIN, path(size, kind), NEXT_HOP, bgpsec([signed(kind)], signatures(1))]),
    action: "withdraw",
    subcode: 11,
    data: "nothing",
  },
  {
    rule: "bgpsec-with-as-path",
    what: "4: behind AS_PATH, the first attribute",
    body: (size, kind) => body([path(size, kind), ORIGIN, NEXT_HOP, bgpsec([signed(kind)], signatures(1))]),
    action: "withdraw",
    subcode: 11,
    data: "nothing",
  },
  inAttribute(
    "bgpsec-path-confederation",
    "5: Confed_Segment from outside",
    "withdraw",
    9,
    "attribute",
    bgpsec(["01000000fdea", "01800000fdeb"], signatures(2)),
    EXTERNAL,
  ),
  inAttribute(
    "bgpsec-path-no-confederation",
    "6: no Confed_Segment from a confederation peer",
    "withdraw",
    9,
    "attribute",
    bgpsec(["01000000fdea", "01800000fdeb"], signatures(2)),
    { kinds: ["confed"] },
  ),
  inAttribute(
    "bgpsec-path-zero-count",
    "7: a pCount of 0, where it is not expected",
    "withdraw",
    9,
    "attribute",
    (_, kind) => bgpsec([signed(kind).replace("01", "00")], signatures(1)),
    { options: { overrides: { "bgpsec-path-zero-count": "withdraw" } } },
  ),
  // RFC 9234 section 5.
  ...lengths("only-to-customer-length", "OTC", "withdraw", 0xc0, 35, [0, 2, 3, 8]),
  // RFC 10039 section 4.
  ...[
    "",
    "00",
    "01",
    "000000fde8000146",
    "010000fde80001",
    "020000fde8000146",
    "010000fde800014600",
    "010000fde800014601",
  ].map((value) =>
    inAttribute("domain-path-malformed", `D-PATH ${value}`, "withdraw", 9, "attribute", attribute(0xc0, 36, value)),
  ),
  ...[
    [NEXT_HOP, "18c63364"],
    [REACH(GLOBAL, "2020010db8"), ""],
    [REACH(GLOBAL, "3800064120010db8", "000204"), ""],
    [REACH("c0000201", node(""), "400447"), ""],
  ].map(([hop, nlri]): Fault => {
    const domains = attribute(0xc0, 36, "010000fde8000146");
    return {
      rule: "domain-path-family",
      what: `D-PATH with ${hop}`,
      body: (size, kind) => body([ORIGIN, path(size, kind), hop!, domains], nlri),
      action: "withdraw",
      subcode: 9,
      data: domains,
    };
  }),
  // RFC 9026 section 3.1.6.
  ...[
    "", // nothing
    "01000000070103c00002", // ten octets
    "01000000070103c0000200", // a source address of three octets
    "010000000701080000000000000000", // one of eight
    "01000000070104c000020107", // half the header of a TLV
    "01000000070104c00002010701", // a TLV that overruns
  ].map((value) =>
    inAttribute(
      "bfd-discriminator-malformed",
      `BFD Discriminator ${value}`,
      "discard",
      9,
      "attribute",
      attribute(0xc0, 38, value),
    ),
  ),
  inAttribute(
    "bfd-discriminator-no-source",
    "no source address",
    "discard",
    9,
    "attribute",
    attribute(0xc0, 38, "01000000070204c0000201"),
  ),
  // RFC 7606 section 7.15.
  ...lengths("ipv6-extended-communities-length", "IPv6 EXTENDED COMMUNITIES", "withdraw", 0xc0, 25, [0, 8, 19, 21]),
  // draft-ietf-idr-wide-bgp-communities sections 4.4, 5 and 8.1.
  ...[
    "0001010000", // half a header
    "000101000005", // a length that is shorter than the header
    "000201000005", // the same of a container that is not known
    "000201000007", // a container that overruns
    `000101000011${"00".repeat(11)}`, // not even the fixed part
    `000101000014${"00".repeat(12)}0100`, // half the header of a TLV
    `000101000016${"00".repeat(12)}01000201`, // a TLV that overruns
    `000101000018${"00".repeat(12)}010000010000`, // targets twice
    `000101000018${"00".repeat(12)}010003010000`, // an empty list of AS numbers
    `00010100001b${"00".repeat(12)}010006010003000000`, // three octets of an AS number
    `00010100001e${"00".repeat(12)}010009020006` + "21cb00710000", // an IPv4 prefix of 33 bits
    `00010100001a${"00".repeat(12)}0100050300022020`, // an IPv6 prefix that overruns
    `00010100001a${"00".repeat(12)}0200050500023fc0`, // half a number
  ].map((value) =>
    inAttribute(
      "community-container-malformed",
      `BGP Community Container ${value}`,
      "withdraw",
      9,
      "attribute",
      attribute(0xc0, 34, value),
    ),
  ),
  // RFC 9015 section 3.2.1.
  ...[
    "0200", // half a header
    "020007ff0300020029", // a Hop TLV that overruns
    "020005ff03000200", // a Sub-TLV that overruns its Hop TLV
    "020000", // a Hop TLV without Service Index
    "020006ff03000200290100", // half a header behind a good hop
    "090002ff", // a TLV that is not known and overruns
  ].map((value) => inAttribute("sfp-framing", `SFP ${value}`, "withdraw", 9, "attribute", attribute(0xc0, 37, value))),
  ...["", "050000", "01000c010000fde800000064000001"].map((value) =>
    inAttribute("sfp-no-hop", `SFP ${value}`, "withdraw", 9, "attribute", attribute(0xc0, 37, value)),
  ),
  inAttribute("sfp-empty-hop", "a hop of nothing", "withdraw", 9, "attribute", attribute(0xc0, 37, "020001ff")),
  // RFC 9015 section 4.3.
  ...(
    [
      ["the same Service Index twice", ["ff", "ff"]],
      ["Service Indexes that rise", ["fe", "ff"]],
      ["one that rises again", ["ff", "fd", "fe"]],
      ["Service Index 0", ["01", "00"]],
    ] as const
  ).map(([what, indexes]) => {
    const value = indexes.map((index) => `020006${index}0300020029`).join("");
    return inAttribute("sfp-hop-order", what, "withdraw", 9, "attribute", attribute(0xc0, 37, value));
  }),

  // draft-ietf-idr-nhc section 2.4.
  ...[
    "", // no header
    "00010404c00002", // half a next hop
    "00010404c0000201000100", // half a characteristic's header
    "00010404c000020100010001", // a characteristic that overruns
  ].map((value) =>
    inAttribute(
      "next-hop-characteristics-malformed",
      `NEXT_HOP_CHARACTERISTICS ${value}`,
      "discard",
      9,
      "attribute",
      attribute(0xc0, 39, value),
    ),
  ),

  // RFC 9793 sections 3, 4 and 7.
  ...[
    "0001", // half a header
    "0001000500000100", // a BIER TLV that overruns
    "00010003000001", // without Reserved
    "0001000700000100000400", // half the header of a sub-TLV
    "000100080000010000040004", // a sub-TLV that overruns
    "0001000b0000010000020003003000", // an encapsulation of three octets
    "0001000e000001000002000600303e810004", // half the header of a sub-TLV in an encapsulation
  ].map((value) =>
    inAttribute("bier-malformed", `BIER ${value}`, "discard", 9, "attribute", attribute(0xc0, 41, value), INSIDE),
  ),
  inAttribute(
    "bier-sub-domain",
    "two BIER TLVs of one sub-domain",
    "discard",
    9,
    "attribute",
    attribute(0xc0, 41, "00010004070001000001000407000200"),
    INSIDE,
  ),
  inAttribute(
    "bier-external",
    "BIER from outside",
    "discard",
    9,
    "attribute",
    attribute(0xc0, 41, "0001000407000100"),
    OUTSIDE,
  ),

  // RFC 6368 section 5, RFC 7606 section 7.16.
  ...lengths("attr-set-length", "ATTR_SET", "withdraw", 0xc0, 128, [0, 3]),
  ...[
    "40", // half a header
    "40010200", // an attribute that overruns
    "40010103", // an ORIGIN there is not
    "400204020100ff", // an AS_PATH of two octets per AS number
    "c0010100", // the wrong flags
    "40f700", // a well-known attribute that nobody knows
    "c08003000000", // a set in it that is malformed
    "c0800b00000001800f0400010100", // MP_UNREACH_NLRI in a set in it
  ].map((value) =>
    inAttribute(
      "attr-set-malformed",
      `ATTR_SET ${value}`,
      "withdraw",
      9,
      "attribute",
      attribute(0xc0, 128, `0000fde9${value}`),
    ),
  ),
  ...["800f03000201", REACH("c0000201", "18c63364", "000101")].map((value) =>
    inAttribute(
      "attr-set-multiprotocol",
      `ATTR_SET ${value}`,
      "withdraw",
      9,
      "attribute",
      attribute(0xc0, 128, `0000fde9${value}`),
    ),
  ),
  inAttribute("attr-set-depth", "nine ATTR_SETs in one another", "withdraw", 9, "attribute", sets(9)),

  // RFC 8669 section 6, RFC 9252 section 7.
  ...[
    "", // no TLV
    "0100", // half a header
    "010007000000000003", // a TLV that overruns
    "0100060000000003", // a Label-Index of six octets
    "0300020000", // an SRGB without range
    "03000700000000000000", // a range of five octets
  ].map((value) =>
    inAttribute("prefix-sid-malformed", `PREFIX_SID ${value}`, "discard", 9, "attribute", attribute(0xc0, 40, value)),
  ),
  ...[
    "050000", // not even RESERVED
    "05000200", // an SRv6 Service TLV that overruns
    "0600020001", // half the header of a Sub-TLV
    "0500050001000200", // a Sub-TLV that overruns
    `0600180001001400${GLOBAL}001300`, // a SID Information Sub-TLV of 20 octets
    `05001c0001001800${GLOBAL}00001300010006`, // a Sub-Sub-TLV that overruns
    "01000700000000000000050000", // a good Label-Index before it
  ].map((value) =>
    inAttribute(
      "prefix-sid-srv6-service",
      `PREFIX_SID ${value}`,
      "withdraw",
      9,
      "attribute",
      attribute(0xc0, 40, value),
    ),
  ),
  inAttribute(
    "prefix-sid-external",
    "PREFIX_SID from another AS, where that is refused",
    "discard",
    9,
    "attribute",
    attribute(0xc0, 40, "01000700000000000309"),
    { ...OUTSIDE, options: { overrides: { "prefix-sid-external": "discard" } } },
  ),
  // RFC 9552 section 8.2.2: a TLV that does not fit, half a header, and a sub-TLV that does not fit.
  ...["0400000280", "040000", "040f00088000000004100005", "040a0009000000000104890004"].map((value) =>
    inAttribute("bgp-ls-tlv", `TLVs ${value}`, "discard", 9, "attribute", attribute(0x80, 29, value)),
  ),
  ...Object.entries({
    "link-state-tlv": ["01000005", "0100", "0100000902000004000000", "022b000c00000010000000200228000f"],
    "link-state-order": [
      "0101000001000000",
      "01030004c000020201030004c0000201",
      "0100001002020004000000000200000400000001",
    ],
    "link-state-duplicate": ["0100001002000004000000010200000400000001"],
  }).flatMap(([rule, values]) =>
    values.flatMap((descriptors) =>
      [REACH("c0000201", node(descriptors), "400447"), attribute(0x80, 15, "400447" + node(descriptors))].map((one) =>
        inAttribute(rule as RuleName, one, "discard", 9, "attribute", one),
      ),
    ),
  ),
  // RFC 9815 section 7.1: what RFC 9552 has discarded is withdrawn in BGP-LS-SPF.
  ...["01000005", "0100", "0101000001000000", "0100001002000004000000010200000400000001"].map((descriptors) =>
    inRoutes("link-state-spf", descriptors, "withdraw", "400450", node(descriptors, DIRECT)),
  ),
  ...["04a1000100", "04a10001ff", "04a10000", "04a100020101"].map((descriptors) =>
    inRoutes("link-state-address-family", descriptors, "withdraw", "400450", node(descriptors, DIRECT)),
  ),
  ...[node(""), link("")].map((nlri) =>
    inRoutes("link-state-protocol", `${nlri.slice(0, 4)} of IS-IS`, "withdraw", "400450", nlri),
  ),
  // Sections 5.2.1.1, 5.2.2, 5.2.4 and 7.1: the attribute beside a node, and beside a link behind it.
  ...(
    [
      ["nothing", node("", DIRECT), ""],
      ["no sequence number", node("", DIRECT), "0402000161"],
      ["a sequence number of four octets", node("", DIRECT), "049d000400000001"],
      ["an SPF status of 0", node("", DIRECT), `${SEQUENCE}04a0000100`],
      ["an SPF status of 255", node("", DIRECT), `${SEQUENCE}04a00001ff`],
      ["an SPF status of two octets", node("", DIRECT), `${SEQUENCE}04a000020101`],
      ["TLVs that do not fit", node("", DIRECT), `${SEQUENCE}0402000261`],
      ["no IGP metric", node("", DIRECT) + link("", DIRECT), SEQUENCE],
      ["an IGP metric of three octets", link("", DIRECT), `04470003000001${SEQUENCE}`],
      ["an IGP metric of three octets, of a node", node("", DIRECT), `04470003000001${SEQUENCE}`],
      ["a TE metric of three octets", link("", DIRECT), `044400030000010447000400000001${SEQUENCE}`],
    ] as const
  ).map(([what, nlri, tlvs]) => inRoutes("bgp-ls-spf", what, "withdraw", "400450", nlri, attribute(0x80, 29, tlvs))),

  // Checks that must be asked for: RFC 9774 section 3, RFC 7606 section 7.2 (the leftmost AS).
  inAttribute(
    "as-path-set",
    "AS_SET, where it is refused",
    "withdraw",
    11,
    "nothing",
    asPath((n) => "0101" + as(n, 1)),
    {
      options: { overrides: { "as-path-set": "withdraw" } },
    },
  ),
  inAttribute(
    "as4-path-set",
    "AS_SET in AS4_PATH, where it is refused",
    "discard",
    9,
    "attribute",
    attribute(0xc0, 17, "010100010000"),
    {
      ...OLD,
      options: { overrides: { "as4-path-set": "discard" } },
    },
  ),
  inAttribute(
    "as-path-first-as",
    "another AS than the peer's first, where that is refused",
    "withdraw",
    11,
    "nothing",
    (n) => attribute(0x40, 2, "0201" + as(n, 65009)),
    { ...EXTERNAL, options: { peerAs: 65002, overrides: { "as-path-first-as": "withdraw" } } },
  ),

  // MCAST-VPN: RFC 7606 section 5.3, RFC 6514 section 4.5.
  ...(
    [
      ["an I-PMSI route with an originator of 5 octets", `01 0d ${RD}c000020100`],
      ["an Inter-AS route with two octets of AS", `02 0a ${RD}fde9`],
      ["an S-PMSI route without originator", `03 12 ${RD}20c6336401 20ef010203`],
      ["a leaf of one octet", "04 01 03"],
      ["a Source Active route with an octet too many", `05 13 ${RD}20c6336401 20ef010203 00`],
      ["a Shared Tree Join whose group is cut short", `06 14 ${RD}0000fde9 20c6336401 20ef01`],
      ["a Source Tree Join without flow", `07 0c ${RD}0000fde9`],
    ] as const
  ).map(([what, nlri]) => inRoutes("mvpn-nlri", what, "reset", "000105", nlri)),
  inRoutes("mvpn-source-specific", "232.0.0.1", "discard", "000105", `05 12 ${RD}20c6336401 20e8000001`),

  // SR Policy: RFC 9830 section 5.
  ...(
    [
      ["000149", "an IPv4 policy of 95 bits", "5f 00000001 00000064 c0000201"],
      ["000149", "an IPv6 policy among IPv4", `c0 00000001 00000064 ${GLOBAL}`],
      ["000249", "an IPv4 policy among IPv6", "60 00000001 00000064 c0000201"],
      ["000249", "a policy without endpoint", "40 00000001 00000064"],
    ] as const
  ).map(([afiSafi, what, nlri]) => inRoutes("sr-policy-nlri", what, "afi-safi-disable", afiSafi, nlri)),
  // RFC 9830 sections 2.2 and 4.2.1.
  ...[[], [communities("ffffff01", "00010002")], [extended("0002fde900000008", "0202000000010008")]].map((more) =>
    inRoutes(
      "sr-policy-no-recipient",
      `communities ${more.join()}`,
      "withdraw",
      "000149",
      "60 00000001 00000064 c0000201",
      tunnels(POLICY),
      ...more,
    ),
  ),
  ...[[], [tunnels(VXLAN)], [attribute(0xc0, 23, "000f0001")]].map((more) =>
    inRoutes(
      "sr-policy-no-tunnel",
      `tunnels ${more.join()}`,
      "withdraw",
      "000249",
      `c0 00000001 00000064 ${GLOBAL}`,
      NO_ADVERTISE,
      ...more,
    ),
  ),
  {
    ...inRoutes(
      "sr-policy-no-tunnel",
      "a policy that RFC 9012 section 11 has discarded",
      "withdraw",
      "000149",
      "60 00000001 00000064 c0000201",
      RECIPIENT,
      tunnels(POLICY),
    ),
    ...OUTSIDE,
  },
  {
    ...inRoutes(
      "sr-policy-other-tunnel",
      "a tunnel beside the policy",
      "withdraw",
      "000149",
      "60 00000001 00000064 c0000201",
      RECIPIENT,
      tunnels(POLICY, VXLAN),
    ),
    ...INSIDE,
  },
  // SFC: RFC 7606 section 5.3.
  ...(
    [
      ["an SFIR of nine octets", `0001 0009 ${RD}01`],
      ["an SFIR of eleven octets", `0001 000b ${RD}000100`],
      ["an SFPR of ten octets", `0002 000a ${RD}0001`],
      ["an SFPR of twelve octets", `0002 000c ${RD}00000100`],
    ] as const
  ).map(([what, nlri]) => inRoutes("sfc-nlri", what, "reset", "001f09", nlri)),

  // BGP CAR: RFC 9871 section 2.11.
  ...(
    [
      ["000153", "a route of one octet", "01 00"],
      ["000153", "a key longer than the route", "06 05 02 18 c63364"],
      ["000153", "a key of a type that is not known, longer than the route", "03 02 09 00"],
    ] as const
  ).map(([afiSafi, what, nlri]) => inRoutes("car-length", what, "afi-safi-disable", afiSafi, nlri)),
  ...(
    [
      ["000153", "a key with an octet too many", "07 05 02 18 c6336400"],
      ["000153", "a key without color", "06 04 01 18 c63364"],
      ["000153", "an IPv4 prefix of 33 bits", "08 06 02 21 c633640000"],
      ["000253", "an IPv6 prefix of 129 bits", `14 12 02 81 ${"00".repeat(17)}`],
      ["000153", "a color of 0", "0a 08 01 18 c63364 00000000"],
      ["000154", "a route of a VPN without its route distinguisher", "06 04 02 18 c63364"],
    ] as const
  ).map(([afiSafi, what, nlri]) => inRoutes("car-key", what, "discard", afiSafi, nlri)),
  inRoutes("car-tlv", "a TLV longer than the route", "withdraw", "000153", "0a 04 02 18 c63364 01040006"),
  inRoutes("car-tlv", "half the header of a TLV", "withdraw", "000254", `0f 0c 02 18 ${RD}20010d 01`),

  // BGP-MUP: draft-ietf-bess-mup-safi sections 3.1.1 to 3.1.5.
  ...(
    [
      ["000155", "an Interwork Segment route with an IPv4 prefix of 33 bits", `01 0001 0e ${RD}21 0a00010000`],
      ["000255", "an Interwork Segment route with an IPv6 prefix of 129 bits", `01 0001 1a ${RD}81 ${"00".repeat(17)}`],
      ["000155", "a Direct Segment route with an IPv6 address among IPv4", `01 0002 18 ${RD}${GLOBAL}`],
      ["000255", "a Direct Segment route with an IPv4 address among IPv6", `01 0002 0c ${RD}c0000201`],
      ["000155", "a Type 1 route with an endpoint of 33 bits", `01 0003 14 ${RD}00 00000001 09 21 c000020100`],
      ["000155", "a Type 1 route with a source of 8 bits", `01 0003 15 ${RD}00 00000001 09 20 c0000201 08 0a`],
      ["000155", "a Type 1 route without endpoint", `01 0003 0e ${RD}00 00000001 09`],
      ["000155", "a Type 1 route with an octet of a TLV", `01 0003 15 ${RD}00 00000001 09 20 c0000201 00 01`],
      ["000155", "a Type 2 route with an endpoint of 31 bits", `01 0004 0d ${RD}1f c0000201`],
      ["000155", "a Type 2 route with an endpoint of 65 bits", `01 0004 12 ${RD}41 c0000201 0000000100`],
      ["000255", "a Type 2 route with an endpoint of 161 bits", `01 0004 1e ${RD}a1 ${GLOBAL} 0000000100`],
      ["000155", "a Type 2 route with a TLV too long", `01 0004 0f ${RD}20 c0000201 0901`],
      ["000155", "a Type 2 route with an Interwork Endpoint of 3 octets", `01 0004 12 ${RD}20 c0000201 0203c00002`],
    ] as const
  ).map(([afiSafi, what, nlri]) => inRoutes("mup-nlri", what, "withdraw", afiSafi, nlri)),
  inRoutes("mup-teid", "a Type 1 TEID", "withdraw", "000155", `01 0003 14 ${RD}00 00000000 09 20 c0000201 00`),
  inRoutes("mup-teid", "a Type 2 TEID", "withdraw", "000155", `01 0004 0e ${RD}28 c0000201 00`),

  // MCAST-VPLS: RFC 7606 section 5.3, RFC 7117 section 9.2.
  ...(
    [
      ["an S-PMSI A-D route without originator", `03 12 ${RD}20c6336401 20ef010203`],
      ["an S-PMSI A-D route with a source of 24 bits", `03 15 ${RD}18c63364 20ef010203 c0000201`],
      ["an S-PMSI A-D route with an originator of five octets", `03 17 ${RD}20c6336401 20ef010203 c000020100`],
      ["a Leaf A-D route of an edge without originator", `04 0a ${RD}0001`],
      ["a Leaf A-D route of an edge with three octets", `04 0f ${RD}000001 c0000201`],
      ["a Leaf A-D route with half a key", `04 06 0316 ${RD.slice(0, 8)}`],
    ] as const
  ).map(([what, nlri]) => inRoutes("mcast-vpls-nlri", what, "reset", "001908", nlri)),

  // BGP-MUP: draft-ietf-bess-mup-safi sections 3.3.3, 3.3.6 and 3.3.12.
  inRoutes("mup-no-prefix-sid", "an interwork segment", "withdraw", "000155", `01 0001 0c ${RD}18 0a0001`),
  inRoutes("mup-no-prefix-sid", "a direct segment", "withdraw", "000255", `01 0002 18 ${RD}${GLOBAL}`),
  inRoutes(
    "mup-no-prefix-sid",
    "a direct segment with a PREFIX_SID that is discarded",
    "withdraw",
    "000155",
    `01 0002 0c ${RD}c0000201`,
    attribute(0xc0, 40, "0100"),
  ),
  inRoutes(
    "mup-no-community",
    "a type 2 session with a route target alone",
    "withdraw",
    "000155",
    `01 0004 0d ${RD}20 c0000201`,
    RECIPIENT,
  ),

  // EVPN: RFC 7606 section 5.3, RFC 9136 section 3.2, RFC 9251 section 9.7.
  ...(
    [
      ["an Ethernet A-D route without label", `01 16 ${RD}${ESI}00000000`],
      ["an Ethernet A-D route with an octet too many", `01 1a ${RD}${ESI}0000000000064100`],
      ["a MAC address of 47 bits", `02 21 ${RD}${ESI}00000000 2f 0a0b0c0d0e0f 00 000641`],
      ["a MAC/IP route with an address of 33 bits", `02 26 ${RD}${ESI}00000000 30 0a0b0c0d0e0f 21 c633640100 000641`],
      ["a MAC/IP route with three labels", `02 27 ${RD}${ESI}00000000 30 0a0b0c0d0e0f 00 000641000641000641`],
      ["an originator of 0 bits", `03 0d ${RD}00000000 00`],
      ["an Ethernet Segment route with an originator of 24 bits", `04 16 ${RD}${ESI} 18 c00002`],
      ["an IP Prefix route of 35 octets", `05 23 ${RD}${ESI}00000000 18 c6336400 00000000 00000641`],
      ["an IPv4 prefix of 33 bits", `05 22 ${RD}${ESI}00000000 21 c6336400 00000000 000641`],
      ["an IPv6 prefix of 129 bits", `05 3a ${RD}${ESI}00000000 81 ${"00".repeat(32)} 000641`],
      ["a SMET route with a group of 31 bits", `06 18 ${RD}00000000 00 1f ef010203 20 c0000201 02`],
      ["a SMET route without flags", `06 17 ${RD}00000000 00 20 ef010203 20 c0000201`],
      ["a per-region route with seven octets of region", `09 13 ${RD}00000000 00020001000000`],
      ["a leaf whose key is longer than itself", `0b 0c 03 11 ${RD}0000`],
      ["a leaf without originator", `0b 04 63 02 0102`],
    ] as const
  ).map(([what, nlri]) => inRoutes("evpn-nlri", what, "reset", "001946", nlri)),
  inRoutes(
    "evpn-overlay-index",
    "a segment and a gateway",
    "withdraw",
    "001946",
    `05 22 ${RD}${ESI}00000000 18 c6336400 c0000263 000641`,
  ),
  inRoutes(
    "evpn-overlay-index",
    "a segment and an IPv6 gateway",
    "withdraw",
    "001946",
    `05 3a ${RD}${ESI}00000000 20 20010db8${"00".repeat(12)} ${GLOBAL} 000641`,
  ),
  ...(
    [
      ["a SMET route of no version of IGMP", `06 18 ${RD}00000000 00 20 ef010203 20 c0000201 08`],
      ["a SMET route of IGMPv1 alone", `06 18 ${RD}00000000 00 20 ef010203 20 c0000201 01`],
      ["a SMET route of MLDv3", `06 24 ${RD}00000000 00 80 ff0e${"00".repeat(14)} 20 c0000201 06`],
      ["a report of no version of MLD", `07 2e ${RD}${ESI}00000000 00 80 ff0e${"00".repeat(14)} 20 c0000201 00`],
      ["a SMET route of IGMPv2 from a source", `06 1c ${RD}00000000 20 c6336401 20 ef010203 20 c0000201 02`],
      ["a report of IGMPv2 and 3 from a source", `07 26 ${RD}${ESI}00000000 20 c6336401 20 ef010203 20 c0000201 06`],
      [
        "a SMET route of MLDv1 from a source",
        `06 34 ${RD}00000000 80 ${GLOBAL} 80 ff0e${"00".repeat(14)} 20 c0000201 01`,
      ],
      ["a leave of IGMPv1 alone", `08 27 ${RD}${ESI}00000000 00 20 ef010203 20 c0000201 00000000 00 01`],
    ] as const
  ).map(([what, nlri]) => inRoutes("evpn-multicast-flags", what, "withdraw", "001946", nlri)),
  // RFC 9746 section 2.2: the Single-Active bit beside either bit of the Split-Horizon Type.
  ...["41", "81", "c3"].map((flags) =>
    inRoutes(
      "evpn-split-horizon",
      `ESI label with flags ${flags}`,
      "withdraw",
      "001946",
      `0119${RD}${ESI}ffffffff000000`,
      extended("0002fde800000001", `0601${flags}0000000010`),
    ),
  ),

  // RFC 9136 sections 3.1 and 3.2, RFC 9251 section 9.5.
  ...[[], [extended("0603000000000000")], [attribute(0xc0, 40, "06000100")]].map((more) =>
    inRoutes(
      "evpn-no-overlay-index",
      `a label of 0 with ${more.join()}`,
      "withdraw",
      "001946",
      `05 22 ${RD}${"00".repeat(10)}00000000 18 c6336400 00000000 000000`,
      ...more,
    ),
  ),
  inRoutes(
    "evpn-no-overlay-index",
    "a label of 0, IPv6, behind another route",
    "withdraw",
    "001946",
    `03 11 ${RD}00000000 20 c0000201 05 3a ${RD}${"00".repeat(10)}00000000 40 ${"20010db8" + "00".repeat(12)} ${"00".repeat(16)} 000000`,
  ),
  ...["ffffffffffff", "01005e000001"].map((mac) =>
    inRoutes(
      "evpn-router-mac",
      mac,
      "withdraw",
      "001946",
      `05 22 ${RD}${"00".repeat(10)}00000000 18 c6336400 00000000 000641`,
      extended(`0603${mac}`),
    ),
  ),
  ...(
    [
      ["a report without EVI-RT", `07 22 ${RD}${ESI}00000000 00 20 ef010203 20 c0000201 02`, []],
      [
        "a leave with two of different types",
        `08 27 ${RD}${ESI}00000000 00 20 ef010203 20 c0000201 00000000 00 02`,
        [extended("060afde900000001", "060bc00002010001")],
      ],
      [
        "a report with one in each attribute",
        `07 22 ${RD}${ESI}00000000 00 20 ef010203 20 c0000201 02`,
        [extended("060cfde900000001"), attribute(0xc0, 25, `060d${GLOBAL}0001`)],
      ],
    ] as const
  ).map(([what, nlri, more]) => inRoutes("evpn-evi-route-target", what, "withdraw", "001946", nlri, ...more)),

  // Attributes that are not for these routes: RFC 9012 section 13, RFC 10039 section 4, RFC 8669 section 4.1.
  ...(
    [
      ["one that has nothing, with IPv4", null, "18c63364", tunnels("00070000")],
      [
        "one that has a protocol alone, with EVPN",
        "001946",
        `0311${RD}0000000020c0000201`,
        tunnels("0007000402020800"),
      ],
      ["one whose endpoint is of address family 3", "000104", "3000064118c633", tunnels("000700090607000000000003ff")],
      ["one of two whose endpoints are malformed and absent", null, "18c63364", tunnels("0007000306010000070000")],
      ["one that has two", null, "18c63364", tunnels("0007001006060000000000000606000000000000")],
    ] as const
  ).map(([what, afiSafi, nlri, one]) =>
    inCompany("tunnel-encapsulation-no-tunnel", `not one endpoint: ${what}`, "withdraw", one, afiSafi, nlri, INSIDE),
  ),
  ...(
    [
      ["without endpoint", "00070000"],
      ["with two endpoints", "0007001006060000000000000606000000000000"],
    ] as const
  ).map(([what, one]) =>
    inCompany(
      "tunnel-no-egress-endpoint",
      `a tunnel ${what} beside one that has one`,
      "none",
      tunnels(one, VXLAN),
      null,
      "18c63364",
      INSIDE,
    ),
  ),
  inCompany(
    "prefix-sid-no-label-index",
    "an SRGB alone",
    "discard",
    attribute(0xc0, 40, "0300080000000640000064"),
    "000104",
    "3000064118c633",
  ),

  // Flow specifications: RFC 7606 section 5.3 where lengths do not agree, RFC 8955 section 4.2 where they do.
  ...(
    [
      ["no component", "000185", "00"],
      ["an IPv4 prefix of 33 bits", "000185", "07 01 21 c633640000"],
      ["an IPv4 prefix that is cut", "000185", "05 01 20 c63364"],
      ["a port list without end", "000185", "03 04 01 50"],
      ["a value of two octets of which one is there", "000185", "03 04 91 1f"],
      ["an operator without value", "000185", "02 04 81"],
      ["a component without operator", "000185", "01 04"],
      ["an IPv6 prefix of 129 bits", "000285", `14 01 81 00 ${"00".repeat(17)}`],
      ["an IPv6 offset as large as the length", "000285", "03 01 20 20"],
      ["a route distinguisher of seven octets", "000186", "07 0000fde8000000"],
      ["a route distinguisher alone", "000286", `08 ${RD}`],
      ["a MAC address of five octets", "001985", "07 0f 05 0011223344"],
      ["a MAC address that is cut", "001986", `0f ${RD} 0f 06 0011223344`],
    ] as const
  ).map(([what, afiSafi, nlri]) => inRoutes("flowspec-nlri", what, "reset", afiSafi, nlri)),
  ...(
    [
      ["component 13 in IPv4", "000185", "03 0d 81 01"],
      ["component 14 in IPv6", "000285", "04 0e 91 0800"],
      ["component 25 in L2VPN", "001985", "06 15 81 64 19 81 01"],
      ["a prefix in L2VPN", "001986", `0d ${RD} 01 18 c63364`],
      ["component 0", "000186", `0b ${RD} 00 81 01`],
    ] as const
  ).map(([what, afiSafi, nlri]) => inRoutes("flowspec-component-type", what, "withdraw", afiSafi, nlri)),
  ...(
    [
      ["a port before a protocol", "000185", "06 04 81 50 03 81 06"],
      ["a protocol twice", "000185", "06 03 81 06 03 81 11"],
      ["a source before a destination", "000286", `0e ${RD} 02 00 00 01 00 00`],
    ] as const
  ).map(([what, afiSafi, nlri]) => inRoutes("flowspec-component-order", what, "withdraw", afiSafi, nlri)),
  ...(
    [
      ["a DSCP of two octets", "000185", "04 0b 91 0008"],
      ["TCP flags of four octets", "000285", "06 09 a1 00000002"],
      ["a fragment mask of two octets", "001985", "04 0c 91 0001"],
    ] as const
  ).map(([what, afiSafi, nlri]) => inRoutes("flowspec-value-length", what, "withdraw", afiSafi, nlri)),
  // RFC 9015 section 7.4.
  ...[
    [extended("800d00000aff0029", "8007000000000001")],
    [extended("8208000000010008", "800d00000aff0029")],
    [extended("800d00000aff0029"), attribute(0xc0, 25, `000d${GLOBAL}0001`)],
  ].map((more) => inRoutes("flowspec-sfc-classifier", more.join(), "withdraw", "000185", "03 04 81 50", ...more)),
];

describe("errors in an UPDATE", () => {
  for (const rule of Object.keys(RULES) as RuleName[]) {
    const faults = FAULTS.filter((fault) => fault.rule === rule);
    describe(`${RULES[rule].reference}: ${rule}`, () => {
      it("is shown by a message of this table", () => {
        expect(faults.length).toBeGreaterThan(0);
      });
      for (const fault of faults) check(fault);
    });
  }
});

function check(fault: Fault): void {
  for (const kind of fault.kinds ?? KINDS) {
    for (const size of fault.sizes ?? AS_SIZES) {
      const hex = fault.body(size, kind);
      if (hex === null) continue;
      const options = { ...fault.options, session: kind, fourOctetAs: size === 4 };
      it(`${fault.what}, ${kind}, AS numbers of ${size} octets`, () => {
        const message = bytes(hex);
        const context = createContext(options);
        const decoded = decodeUpdate(message, context);

        expect(decoded.issues.map((issue) => issue.name)).toContain(fault.rule);
        expect(decoded.action).toBe(fault.action);
        expect(decoded.notification === null).toBe(fault.action !== "reset");
        expect(toHex(encodeUpdate(decoded.update, context))).toBe(hex);
        if (fault.action === "withdraw") expect(routesOf(decoded.update).announced.length).toBeGreaterThan(0);

        // The rule as RFC 4271 section 6.3 had it: a reset, and what it says.
        const strict = createContext({ ...options, overrides: { ...fault.options?.overrides, [fault.rule]: "reset" } });
        const { notification } = decodeUpdate(message, strict);
        const data =
          fault.data === "nothing" ? "" : fault.data === "attribute" ? fault.attribute!(size, kind) : fault.data;
        expect({ ...notification, data: toHex(notification!.data) }).toEqual({ code: 3, subcode: fault.subcode, data });
      });
    }
  }
}

const base = (kind: SessionKind, ...more: string[]): string => body([ORIGIN, path(4, kind), NEXT_HOP, ...more]);
const routes = (kind: SessionKind, afiSafi: string, nlri: string, ...more: string[]): string =>
  body([REACH("c0000201", nlri.replaceAll(" ", ""), afiSafi), ORIGIN, path(4, kind), ...more], "");
/** An IP Prefix route of EVPN: 198.51.100.0/24. */
const ipPrefix = (esi: string, gateway: string, label: string): string =>
  `0522${RD}${esi}0000000018c6336400${gateway}${label}`;
const NO_ESI = "00".repeat(10);
/** What nobody under another administration sends. */
const inside = (kind: SessionKind, message: string): string | null => (kind === "ebgp" ? null : message);

describe("what is no error", () => {
  const fine: Readonly<Record<string, (kind: SessionKind) => string | null>> = {
    "a good message": (kind) => base(kind),
    "RFC 7606 section 3 (c): Partial on a transitive attribute": (kind) => base(kind, attribute(0xe0, 8, "fde80064")),
    "RFC 4271 section 4.3: Extended Length on a short attribute": (kind) => base(kind, "d0080004fde80064"),
    "an unknown optional attribute": (kind) => base(kind, attribute(0xc0, 99, "01")),
    "RFC 7606 section 7.14: an unknown extended community": (kind) =>
      base(kind, attribute(0xc0, 16, "ffff000000000000")),
    "RFC 8092 section 6: the same large community twice": (kind) =>
      base(kind, attribute(0xc0, 32, "0000fde80000000100000002".repeat(2))),
    "RFC 4271 section 4.3: an empty AS_PATH": (kind) => (kind === "confed" ? null : body([ORIGIN, "400200", NEXT_HOP])),
    "RFC 4724 section 2: End-of-RIB of IPv4 unicast": () => "00000000",
    "RFC 4724 section 2: End-of-RIB of IPv6 unicast": () => body([attribute(0x80, 15, "000201")], ""),
    "RFC 4760 section 3: no NEXT_HOP with MP_REACH_NLRI": (kind) =>
      body([REACH(GLOBAL, "2020010db8"), ORIGIN, path(4, kind)], ""),
    "RFC 7606 section 5.4: an EVPN route of a type that is not known": (kind) =>
      body([REACH("c0000201", "0c03010203", "001946"), ORIGIN, path(4, kind)], ""),
    "RFC 9815 section 5.2: a link of BGP-LS-SPF with its sequence number, its metric and an unknown status": (kind) =>
      routes(kind, "400450", link("", DIRECT), attribute(0x80, 29, `0447000400000001${SEQUENCE}04a0000103`)),
    'RFC 9815 section 7.1: BGP-LS-SPF without BGP-LS Attribute, which a speaker "SHOULD preserve and propagate"': (
      kind,
    ) => routes(kind, "400450", node("", DIRECT)),
    "RFC 9552 section 5.3: what BGP-LS-SPF asks of the BGP-LS Attribute, BGP-LS does not": (kind) =>
      routes(kind, "400447", link(""), attribute(0x80, 29, "04a00001ff04470003000001")),
    "RFC 8955 section 4: a flow specification without next hop": (kind) =>
      body([REACH("", "03048150", "000185"), ORIGIN, path(4, kind)], ""),
    'RFC 8955 section 4: the next hop of a flow specification "MUST be ignored"': (kind) =>
      body([REACH("c0000201", "03048150", "000185"), ORIGIN, path(4, kind)], ""),
    "RFC 8955 section 4.1: a short flow specification with a length of two octets": (kind) =>
      body([REACH("", "f003048150", "000185"), ORIGIN, path(4, kind)], ""),
    "RFC 8955 section 4.2.1: bits of operators that are to be ignored": (kind) =>
      body([REACH("", "0604c95009cd02", "000185"), ORIGIN, path(4, kind)], ""),
    "RFC 8956 section 3.1: padding that is not zero": (kind) =>
      body([REACH("", "0401090701", "000285"), ORIGIN, path(4, kind)], ""),
    "RFC 9830 section 4.2.1: an SR Policy with NO_ADVERTISE": (kind) =>
      inside(kind, routes(kind, "000149", "6000000001000000 64c0000201", NO_ADVERTISE, tunnels(POLICY))),
    "RFC 9830 section 4.2.1: an SR Policy with a Route Target of an IPv4 address": (kind) =>
      inside(kind, routes(kind, "000149", "6000000001000000 64c0000201", RECIPIENT, tunnels(POLICY))),
    "RFC 9815 section 5.2: a prefix of OSPF": (kind) =>
      routes(kind, "400450", node("01090002 0800".replaceAll(" ", ""), "03", "0003")),
    "RFC 9136 section 3.2: a label of 0 with a gateway": (kind) =>
      routes(kind, "001946", ipPrefix(NO_ESI, "c0000263", "000000")),
    "RFC 9136 section 3.2: a label of 0 with a segment": (kind) =>
      routes(kind, "001946", ipPrefix(ESI, "00000000", "000000")),
    "RFC 9136 section 3.2: a label of 0 with a MAC address": (kind) =>
      routes(kind, "001946", ipPrefix(NO_ESI, "00000000", "000000"), extended("0603001122334455")),
    "RFC 9136 section 3.2: a label of 0 with a MAC address that begins with zeros": (kind) =>
      routes(kind, "001946", ipPrefix(NO_ESI, "00000000", "000000"), extended("0603000000000001")),
    "RFC 9136 section 3.2: a label of 0 with a MAC address that ends with zeros": (kind) =>
      routes(kind, "001946", ipPrefix(NO_ESI, "00000000", "000000"), extended("0603001122330000")),
    "RFC 9252 section 6.5: an SRv6 SID in the first attribute": (kind) =>
      body(
        [
          attribute(0xc0, 40, `0500190001001500${GLOBAL}00003f00`),
          REACH("c0000201", ipPrefix(NO_ESI, "00000000", "000000"), "001946").replaceAll(" ", ""),
          ORIGIN,
          path(4, kind),
        ],
        "",
      ),
    "RFC 9252 section 6.5: a label of 0 with an SRv6 SID": (kind) =>
      routes(
        kind,
        "001946",
        ipPrefix(NO_ESI, "00000000", "000000"),
        attribute(0xc0, 40, `0500190001001500${GLOBAL}00003f00`),
      ),
    'RFC 9136 section 3.2: a MAC address that is "ignored if present"': (kind) =>
      routes(kind, "001946", ipPrefix(NO_ESI, "c0000263", "000641"), extended("0603ffffffffffff")),
    "RFC 9251 section 9.5: a synch route with one EVI-RT": (kind) =>
      routes(kind, "001946", `0722${RD}${ESI}00000000 0020ef01020320c000020102`, extended("060bc00002010001")),
    "RFC 9251 section 9.5: a synch route with an EVI-RT of type 3": (kind) =>
      routes(
        kind,
        "001946",
        `0722${RD}${ESI}00000000 0020ef01020320c000020102`,
        attribute(0xc0, 25, `060d${GLOBAL}0001`),
      ),
    "RFC 9015 section 7.4: a flow specification for SFC classifiers": (kind) =>
      routes(kind, "000185", "03048150", extended("800d00000aff0029", "0002fde900000008")),
    "RFC 9012 section 6: a tunnel without endpoint, with routes that are out of its scope": (kind) =>
      inside(kind, routes(kind, "000107", "20c0000201", tunnels("00070000"))),
    "RFC 9012 section 13: a tunnel with two endpoints, with routes that are out of that scope": (kind) =>
      inside(kind, routes(kind, "000107", "20c0000201", tunnels("0007001006060000000000000606000000000000"))),
    "RFC 9012 section 13: a tunnel with one endpoint": (kind) => inside(kind, base(kind, tunnels(VXLAN))),
    "RFC 10039 section 4: D-PATH with IP VPN": (kind) =>
      body([VPN_REACH, ORIGIN, path(4, kind), attribute(0xc0, 36, "010000fde8000146")], ""),
    "RFC 10039 section 4: D-PATH with EVPN": (kind) =>
      routes(kind, "001946", ipPrefix(ESI, "00000000", "000641"), attribute(0xc0, 36, "010000fde8000146")),
    "D-PATH without routes": (kind) => body([ORIGIN, path(4, kind), attribute(0xc0, 36, "010000fde8000146")], ""),
    "RFC 8669 section 4.1: PREFIX_SID of labeled unicast with a Label-Index": (kind) =>
      routes(kind, "000104", "3000064118c633", attribute(0xc0, 40, "01000700000000000003")),
    "RFC 8669 section 3: PREFIX_SID of VPN routes without Label-Index": (kind) =>
      body([VPN_REACH, ORIGIN, path(4, kind), attribute(0xc0, 40, "0300080000000640000064")], ""),
    "RFC 2545 section 3: a global and a link-local next hop": (kind) =>
      body([REACH(GLOBAL + "fe80" + "0".repeat(26) + "01", "2020010db8"), ORIGIN, path(4, kind)], ""),
  };
  for (const [what, make] of Object.entries(fine)) {
    for (const kind of KINDS) {
      const hex = make(kind);
      if (hex === null) continue;
      it(`${what}, ${kind}`, () => {
        expect(decodeUpdate(bytes(hex), createContext({ session: kind }))).toMatchObject({
          action: "none",
          issues: [],
        });
      });
    }
  }
});

describe("RFC 7606 section 3 (h): of several errors the strongest counts", () => {
  const origin = "40010103"; // withdraw
  const atomic = attribute(0x40, 6, "00"); // discard
  it.each([
    ["discard and withdraw", body([origin, path(4, "ebgp"), NEXT_HOP, atomic]), "withdraw"],
    ["withdraw and reset", body([origin, path(4, "ebgp"), NEXT_HOP, attribute(0x40, 99, "")]), "reset"],
    [
      "section 4: an overrun and an unknown well-known attribute",
      body([attribute(0x40, 99, ""), ORIGIN, path(4, "ebgp"), NEXT_HOP, "80"]),
      "reset",
    ],
    ["section 5.2: a discard alone, without reachable NLRI", body([ORIGIN, path(4, "ebgp"), atomic], ""), "discard"],
  ])("%s", (_, hex, action) => {
    expect(decodeUpdate(bytes(hex), createContext({ session: "ebgp" })).action).toBe(action);
  });
});

/** What a message carries besides its attributes: the routes decide what an error costs (RFC 7606 section 5.2). */
const SHAPES = {
  "NLRI field": { nlri: "18c63364" },
  MP_REACH_NLRI: { reach: REACH(GLOBAL, "2020010db8") },
  "both, and withdrawn routes": { nlri: "18c63364", withdrawn: "18cb0071", reach: REACH(GLOBAL, "2020010db8") },
  "withdrawn routes alone": { withdrawn: "18cb0071" },
  "MP_UNREACH_NLRI alone": { unreach: attribute(0x80, 15, "0002012020010db8") },
  "no routes": {},
} as const satisfies Record<string, Shape>;

interface Shape {
  readonly nlri?: string;
  readonly withdrawn?: string;
  readonly reach?: string;
  readonly unreach?: string;
}

/** A message of this shape with an attribute put in, in place of a good one of its code, first or last. */
function shaped(shape: Shape, size: 2 | 4, kind: SessionKind, one: string, first: boolean): string {
  const code = one.slice(2, 4);
  const others = [shape.reach, shape.unreach, ORIGIN, path(size, kind), NEXT_HOP]
    .filter((other) => other !== undefined)
    .filter((other) => other.slice(2, 4) !== code);
  return body(first ? [one, ...others] : [...others, one], shape.nlri ?? "", shape.withdrawn ?? "");
}

/** RFC 7606 section 5.2: without reachable NLRI nothing stronger than a discard can be survived. */
function inShape(action: Action, shape: Shape): Action {
  return action === "withdraw" && shape.nlri === undefined && shape.reach === undefined ? "reset" : action;
}

interface Crossing {
  readonly what: string;
  readonly attribute: string;
  readonly action: Action;
  readonly notification: { readonly subcode: number; readonly data: string } | null;
  readonly kind: SessionKind;
  readonly size: 2 | 4;
  readonly options: ContextOptions;
}

/** Runs a fault in messages of every shape, before all other attributes and behind them. */
function cross({ what, attribute: one, action, notification, kind, size, options }: Crossing): void {
  const code = one.slice(2, 4);
  for (const [name, shape] of Object.entries(SHAPES) as [string, Shape][]) {
    // With routes of the other kind of attribute the message would have other faults besides.
    if ((code === "0e" || code === "0f") && (shape.reach !== undefined || shape.unreach !== undefined)) continue;
    for (const first of [true, false]) {
      const hex = shaped(shape, size, kind, one, first);
      const context = createContext({ ...options, session: kind, fourOctetAs: size === 4 });
      const { update, ...verdict } = decodeUpdate(bytes(hex), context);
      const place = `${what}; ${kind}; AS numbers of ${size} octets; ${name}; ${first ? "first" : "last"}: ${hex}`;
      const expected = inShape(action, shape);
      expect(verdict.action, place).toBe(expected);
      expect(toHex(encodeUpdate(update, context)), place).toBe(hex);
      if (expected === "reset") {
        const { subcode, data } = verdict.notification!;
        expect({ subcode, data: toHex(data) }, place).toEqual(notification);
      } else {
        expect(verdict.notification, place).toBeNull();
      }
      if (expected === "withdraw") {
        const { announced, withdrawn } = routesOf(update, verdict.issues);
        const prefixes = withdrawn.map((route) => (route.kind === "prefix" ? route.prefix : route.kind));
        expect(announced, place).toEqual([]);
        expect(prefixes, place).toEqual([
          ...(shape.withdrawn === undefined ? [] : ["203.0.113.0/24"]),
          ...(shape.nlri === undefined ? [] : ["198.51.100.0/24"]),
          ...(shape.reach === undefined ? [] : ["2001:db8::/32"]),
        ]);
      }
    }
  }
}

describe("every fault of an attribute in every place, on every session", () => {
  // NEXT_HOP is ignored in a message without NLRI field (RFC 4760 section 3), whatever address it has.
  // Labels that are too many are in routes, which are withdrawn with the others.
  const ownShape: ReadonlySet<RuleName> = new Set(["next-hop-address", "labeled-nlri-count"]);
  for (const fault of FAULTS) {
    if (fault.attribute === undefined || ownShape.has(fault.rule)) continue;
    it(`${fault.rule}: ${fault.what}`, () => {
      for (const kind of fault.kinds ?? KINDS) {
        for (const size of fault.sizes ?? AS_SIZES) {
          const one = fault.attribute!(size, kind);
          const data = fault.data === "nothing" ? "" : fault.data === "attribute" ? one : fault.data;
          const notification = { subcode: fault.subcode, data };
          const options = fault.options ?? {};
          cross({ what: fault.what, attribute: one, action: fault.action, notification, kind, size, options });
        }
      }
    });
  }
});

/** The attribute that a generator made, with these flags; the flags octet first. */
function withFlags(code: number, flags: number, value: readonly number[]): string {
  const length = value.length > 0xff ? [value.length >> 8, value.length & 0xff] : [value.length];
  return toHex(Uint8Array.of(value.length > 0xff ? flags | 0x10 : flags, code, ...length, ...value));
}

describe("RFC 7606 section 3 (c): the wrong Optional or Transitive bit on every attribute there is", () => {
  for (const [text, generator] of Object.entries(attributeGenerators)) {
    const code = Number(text);
    it(attributeName(code), () => {
      for (const kind of KINDS) {
        for (const size of AS_SIZES) {
          const context = createContext({ session: kind, fourOctetAs: size === 4 });
          const { octets } = fc.sample(generator.make(context), { numRuns: 1, seed: 1 })[0]!;
          for (const wrong of [0x40, 0x80, 0xc0]) {
            const one = withFlags(code, generator.flags ^ wrong, octets);
            // What is not for this kind of session is discarded whatever its flags are; MP attributes: section 5.3.
            const refused = !(generator.allowed?.(context) ?? true);
            const mp = code === 14 || code === 15;
            // RFC 7311 section 3.2: AIGP with the Transitive bit is discarded.
            const aigp = code === 26 && (wrong & 0x40) !== 0;
            const action = refused || aigp ? "discard" : mp ? "reset" : "withdraw";
            const notification = { subcode: mp ? 9 : 4, data: one };
            cross({ what: `flags ^ ${wrong}`, attribute: one, action, notification, kind, size, options: {} });
          }
        }
      }
    });
  }
});

describe("RFC 7606 section 4: every attribute there is, without a value", () => {
  for (const [text, generator] of Object.entries(attributeGenerators)) {
    const code = Number(text);
    it(attributeName(code), () => {
      for (const kind of KINDS) {
        for (const size of AS_SIZES) {
          const context = createContext({ session: kind, fourOctetAs: size === 4 });
          const others = [ORIGIN, path(size, kind), NEXT_HOP].filter(
            (one) => Number.parseInt(one.slice(2, 4), 16) !== code,
          );
          const { issues, update } = decodeUpdate(
            bytes(body([...others, attribute(generator.flags, code, "")])),
            context,
          );
          const about = issues.filter((issue) => issue.attribute === code);
          // "only AS_PATH and ATOMIC_AGGREGATE may validly have an attribute length of zero", and since then the BGP Entropy Label
          // Capability and the BGP-LS Attribute. That a path is empty is something else again in a confederation.
          const mayBeEmpty = [2, 6, 28, 29].includes(code);
          if (mayBeEmpty) expect(about.filter(({ name }) => name !== "as-path-no-confederation")).toEqual([]);
          else expect(about).not.toEqual([]);
          const rejected = update.attributes.some(
            (one) => one.code === code && one.name === "raw" && one.rejected === true,
          );
          expect(rejected).toBe(about.length > 0);
        }
      }
    });
  }
});

describe("RFC 7606 section 3 (g): every attribute there is, twice", () => {
  for (const [text, generator] of Object.entries(attributeGenerators)) {
    const code = Number(text);
    it(attributeName(code), () => {
      for (const kind of KINDS) {
        const context = createContext({ session: kind });
        if (!(generator.allowed?.(context) ?? true)) continue;
        const unicast = generator.families?.(IPV4_UNICAST) ?? true;
        const family = unicast ? IPV4_UNICAST : IPV4_VPN;
        const { octets } = fc.sample(generator.make(context, [family]), { numRuns: 1, seed: 2 })[0]!;
        const one = withFlags(code, generator.flags, octets);
        const others = [ORIGIN, path(4, kind), unicast ? NEXT_HOP : VPN_REACH].filter((other) => {
          const otherCode = Number.parseInt(other.slice(2, 4), 16);
          return otherCode !== code && otherCode !== generator.insteadOf;
        });
        const message = body([one, ...others, one], unicast ? undefined : "");
        const { action, issues, update } = decodeUpdate(bytes(message), context);
        const mp = code === 14 || code === 15;
        expect(issues.map((issue) => issue.name)).toEqual([mp ? "duplicate-mp" : "duplicate-attribute"]);
        expect(action).toBe(mp ? "reset" : "discard");
        // The first one counts.
        expect(update.attributes[0]!.name).not.toBe("raw");
        expect(update.attributes.at(-1)).toMatchObject({ name: "raw", rejected: true });
      }
    });
  }
});
