// Flow specifications, octet for octet after the examples of RFC 8955 section 4.3 and RFC 8956 section 3.8, and as others sent them.
import { describe, expect, test } from "vitest";
import { encodeMessage, fromHex, MessageType, toHex } from "@bgpwire/core";
import { mpReachNlri, type MpReachOf } from "../attribute/mp-reach-nlri.ts";
import { asPath } from "../attribute/as-path.ts";
import { origin } from "../attribute/origin.ts";
import { createContext } from "../standard.ts";
import type { DissectedField } from "../dissect/tree.ts";
import { dissect } from "../dissect/dissect.ts";
import { formatNlri, parseNlri } from "../text/nlri-text.ts";
import { decodeUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import { toJson, updateFromJson } from "../update/json.ts";
import { packUpdates } from "../update/pack.ts";
import { routesOf } from "../update/routes.ts";
import type { FlowspecNlri, VpnFlowspecNlri } from "./flowspec.ts";

type Family = readonly [afi: 1 | 2 | 25, safi: 133 | 134];

const IPV4: Family = [1, 133];
const IPV6: Family = [2, 133];
const IPV4_VPN: Family = [1, 134];
const IPV6_VPN: Family = [2, 134];
const L2: Family = [25, 133];
const L2_VPN: Family = [25, 134];
const CONTEXT = createContext();
const RD = "0000fde800000064";

const digits = (hex: string): string => hex.replaceAll(" ", "");
const octets = (hex: string, width: number): string => (hex.length / 2).toString(16).padStart(width, "0");

/** An UPDATE with these routes. */
function body([afi, safi]: Family, nlri: string, hop = ""): Uint8Array {
  const value = `${afi.toString(16).padStart(4, "0")}${safi.toString(16)}${octets(hop, 2)}${hop}00${digits(nlri)}`;
  const attributes = `900e${octets(value, 4)}${value}4001010040020602010000fdea`;
  return fromHex(`0000${octets(attributes, 4)}${attributes}`)!;
}

/** MP_REACH_NLRI of such an UPDATE: all between the two lengths and ORIGIN. */
function reachOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(4, bytes.length - 13);
}

/** The one route of an UPDATE that is well-formed, and is encoded to what it was. */
function read(family: Family, nlri: string): FlowspecNlri {
  const bytes = body(family, nlri);
  const { update, issues } = decodeUpdate(bytes, CONTEXT);
  expect(issues).toEqual([]);
  expect(toHex(encodeAttribute(update.attributes[0]!, CONTEXT))).toBe(toHex(reachOf(bytes)));
  const [attribute] = update.attributes as [MpReachOf<"flowspec">];
  expect(attribute).toMatchObject({ kind: kindOf(family), nextHop: null });
  return attribute.nlri[0] as FlowspecNlri;
}

const kindOf = ([, safi]: Family): "flowspec" | "vpnFlowspec" => (safi === 133 ? "flowspec" : "vpnFlowspec");

/** What a route is written as. */
function write([afi, safi]: Family, nlri: FlowspecNlri): string {
  const hop = { nextHop: null };
  const attribute =
    safi === 133
      ? mpReachNlri("flowspec", { afi, safi }, hop, [nlri])
      : mpReachNlri("vpnFlowspec", { afi, safi }, hop, [nlri as VpnFlowspecNlri]);
  const hex = toHex(encodeAttribute(attribute, CONTEXT));
  // Flags, code and length, AFI, SAFI, no next hop, the reserved octet.
  return hex.slice(hex.startsWith("90") ? 18 : 16);
}

const is = (value: number): object => ({ operator: "=", value });

describe("RFC 8955 section 4.3: examples of encodings", () => {
  test.each<[string, string, FlowspecNlri, string]>([
    [
      "all packets to 192.0.2.0/24 and TCP port 25",
      "0b 01 18 c0 00 02 03 81 06 04 81 19",
      {
        destinationPrefix: "192.0.2.0/24",
        protocol: [{ operator: "=", value: 6 }],
        port: [{ operator: "=", value: 25 }],
      },
      "dst 192.0.2.0/24; proto =6; port =25",
    ],
    [
      "all packets to 192.0.2.0/24 from 203.0.113.0/24 and port {range [137, 139] or 8080}",
      "12 01 18 c0 00 02 02 18 cb 00 71 04 03 89 45 8b 91 1f 90",
      {
        destinationPrefix: "192.0.2.0/24",
        sourcePrefix: "203.0.113.0/24",
        port: [
          { operator: ">=", value: 137 },
          { and: true, operator: "<=", value: 139 },
          { operator: "=", value: 8080 },
        ],
      },
      "dst 192.0.2.0/24; src 203.0.113.0/24; port >=137&<=139,=8080",
    ],
    [
      "all packets to 192.0.2.1/32 and fragment {DF or FF}",
      "09 01 20 c0 00 02 01 0c 80 05",
      { destinationPrefix: "192.0.2.1/32", fragment: [{ bits: { df: true, ff: true } }] },
      "dst 192.0.2.1/32; fragment df+ff",
    ],
  ])("%s", (_, hex, nlri, text) => {
    expect(read(IPV4, hex)).toEqual(nlri);
    expect(write(IPV4, nlri)).toBe(digits(hex));
    expect(formatNlri("flowspec", nlri)).toBe(text);
    expect(parseNlri("flowspec", text)).toEqual(nlri);
    // Section 8: the length is that of the route distinguisher and the rest.
    const inVpn = (8 + Number.parseInt(hex.slice(0, 2), 16)).toString(16).padStart(2, "0") + RD + digits(hex).slice(2);
    expect(read(IPV4_VPN, inVpn)).toEqual({ routeDistinguisher: "65000:100", ...nlri });
    expect(parseNlri("vpnFlowspec", `65000:100 ${text}`)).toEqual({ routeDistinguisher: "65000:100", ...nlri });
  });
});

describe("RFC 8956 section 3.8: prefixes with an offset", () => {
  test.each<[string, FlowspecNlri]>([
    [
      "12 01 20 00 20 01 0d b8 02 68 40 12 34 56 78 9a 03 81 06",
      {
        destinationPrefix: "2001:db8::/32",
        sourcePrefix: "::1234:5678:9a00:0/64-104",
        protocol: [{ operator: "=", value: 6 }],
      },
    ],
    [
      "0f 01 20 00 20 01 0d b8 02 68 41 24 68 ac f1 34",
      { destinationPrefix: "2001:db8::/32", sourcePrefix: "::1234:5678:9a00:0/65-104" },
    ],
    ["03 01 00 00", { destinationPrefix: "::/0" }],
    ["04 01 80 7f 80", { destinationPrefix: "::1/127-128" }],
    ["04 01 80 7b 48", { destinationPrefix: "::9/123-128" }],
    // Padding, which is ignored: bits behind the length of what is otherwise an address.
    ["04 01 21 20 c0", { destinationPrefix: "0:0:c000::/32-33" }],
  ])("%s", (hex, nlri) => {
    expect(read(IPV6, hex)).toEqual(nlri);
    expect(write(IPV6, nlri)).toBe(digits(hex));
    const text = formatNlri("flowspec", nlri);
    expect(parseNlri("flowspec", text)).toEqual(nlri);
  });

  test("padding behind the end of an address has no text, and the route stays bytes without an issue", () => {
    const bytes = body(IPV6, "04 01 80 7f c0");
    const { update, issues } = decodeUpdate(bytes, CONTEXT);
    expect(issues).toEqual([]);
    expect(routesOf(update).announced).toMatchObject([{ name: "raw", value: fromHex("0401807fc0") }]);
    expect(routesOf(update).announced[0]).not.toHaveProperty("malformed");
  });

  test("bits before the offset match anything, and are not written", () => {
    expect(write(IPV6, { destinationPrefix: "2001:db8::ff00:0/96-104" })).toBe("04016860ff");
  });
});

describe("RFC 8956 section 3.6: there is no Don't Fragment in IPv6", () => {
  const nlri: FlowspecNlri = { fragment: [{ match: true, bits: { isf: true, lf: true, reserved: 1 } }] };

  test("its bit is one without a name", () => {
    expect(read(IPV6, "030c810b")).toEqual(nlri);
    expect(read(IPV4, "030c810b")).toEqual({ fragment: [{ match: true, bits: { df: true, isf: true, lf: true } }] });
    expect(write(IPV6, nlri)).toBe("030c810b");
    expect(() => write(IPV4, nlri)).toThrow("fragment.reserved: 1 has bits that are not reserved");
  });

  test("its name is refused", () => {
    expect(() => write(IPV6, { fragment: [{ bits: { df: true } }] })).toThrow(
      'fragment: has no bit "df" in this family',
    );
  });

  test("the text has it as a number, which stays one", () => {
    expect(formatNlri("flowspec", nlri)).toBe("fragment =isf+lf+0x1");
    expect(parseNlri("flowspec", "fragment =isf+lf+0x1")).toEqual(nlri);
    expect(parseNlri("flowspec", "fragment 0x1")).toEqual({ fragment: [{ bits: { reserved: 1 } }] });
    expect(parseNlri("flowspec", "fragment more+0x1")).toBeNull();
    expect(parseNlri("flowspec", "fragment isf+0x0")).toBeNull();
  });
});

const ports = (count: number): FlowspecNlri => ({
  port: Array.from({ length: count }, () => ({ operator: "=", value: 256 })),
});

describe("RFC 8955 section 4.1: the length", () => {
  test.each([
    // A type, and three octets for each port.
    [79, "ee"],
    [80, "f0f1"],
    [1364, "fffd"],
  ])("%i ports", (count, length) => {
    const hex = write(IPV4, ports(count));
    expect(hex.startsWith(`${length}04`)).toBe(true);
    expect(read(IPV4, hex)).toEqual(ports(count));
  });

  test("239 is one octet, 240 are two", () => {
    const dscp = { operator: "=", value: 1 } as const;
    expect(write(IPV4, { ...ports(78), dscp: [dscp] }).slice(0, 2)).toBe("ee");
    expect(write(IPV4, { ...ports(78), dscp: [dscp], protocol: [dscp] }).slice(0, 4)).toBe("f0f1");
    // A type and two octets for each DSCP, one octet for the type of the ports: 3 · 78 + 1 + 1 + 2 · 2 = 240.
    expect(write(IPV4, { ...ports(78), dscp: [dscp, dscp] }).slice(0, 4)).toBe("f0f0");
    const mixed = { port: [...ports(77).port!, dscp, dscp], dscp: [dscp] };
    // 3 · 77 + 2 · 2 + 1 and 3: 239.
    expect(write(IPV4, mixed).slice(0, 2)).toBe("ef");
    expect(read(IPV4, write(IPV4, mixed))).toEqual(mixed);
  });

  test("two octets where one would do are kept", () => {
    const nlri: FlowspecNlri = { port: [{ operator: "=", value: 80 }], extendedLength: true };
    expect(read(IPV4, "f003048150")).toEqual(nlri);
    expect(write(IPV4, nlri)).toBe("f003048150");
    expect(formatNlri("flowspec", nlri)).toBe("port =80; extended-length");
    expect(parseNlri("flowspec", "port =80; extended-length")).toEqual(nlri);
  });

  test("what is longer than 4095 octets cannot be written", () => {
    expect(() => write(IPV4, ports(1365))).toThrow("a flow specification of 4096 octets, at most 4095 fit");
  });

  test("several in one attribute follow one another", () => {
    const { update } = decodeUpdate(body(IPV4, "03048150 f003048151 03048152"), CONTEXT);
    const texts = routesOf(update).announced.map((route) => formatNlri("flowspec", route as FlowspecNlri));
    expect(texts).toEqual(["port =80", "port =81; extended-length", "port =82"]);
  });
});

describe("RFC 8955 section 4.2.1: operators", () => {
  test.each<[string, string]>([
    ["04 80 01", "port false1"],
    ["04 81 01", "port =1"],
    ["04 82 01", "port >1"],
    ["04 83 01", "port >=1"],
    ["04 84 01", "port <1"],
    ["04 85 01", "port <=1"],
    ["04 86 01", "port !=1"],
    ["04 87 01", "port true1"],
    ["04 91 0100", "port =256"],
    ["04 91 0001", "port =1/2"],
    ["04 a1 00010000", "port =65536"],
    ["04 a1 00000001", "port =1/4"],
    ["04 b1 0000000100000000", "port =4294967296"],
    ["04 b1 ffffffffffffffff", "port =18446744073709551615"],
    ["04 b1 0000000000000001", "port =1/8"],
    ["04 89 01", "port =1~8"],
    // The AND bit of the first pair "MUST be treated as always unset on decoding".
    ["04 41 01 c1 02", "port =1~64&=2"],
    ["09 80 02", "tcp-flags syn"],
    ["09 81 12", "tcp-flags =syn+ack"],
    ["09 82 02", "tcp-flags !syn"],
    ["09 83 12", "tcp-flags !=syn+ack"],
    ["09 00 02 c2 10", "tcp-flags syn&!ack"],
    ["09 81 ff", "tcp-flags =fin+syn+rst+psh+ack+urg+ece+cwr"],
    ["09 91 0102", "tcp-flags =syn+0x100"],
    ["09 91 0002", "tcp-flags =syn/2"],
    ["09 80 00", "tcp-flags 0"],
    ["09 cc 01", "tcp-flags fin~76"],
    ["0c 01 01 01 02 01 04 81 08", "fragment =df,=isf,=ff,=lf"],
    ["0c 80 f1", "fragment df+0xf0"],
  ])("%s: %s", (value, text) => {
    const hex = octets(digits(value), 2) + digits(value);
    const nlri = read(IPV4, hex);
    expect(formatNlri("flowspec", nlri)).toBe(text);
    expect(parseNlri("flowspec", text)).toEqual(nlri);
    expect(write(IPV4, nlri)).toBe(hex);
  });

  test("numbers up to 4294967295 are numbers, larger ones decimal text", () => {
    expect(read(IPV4, "0604a1ffffffff").port).toEqual([is(0xffff_ffff)]);
    expect(read(IPV4, "0a04b10000000100000000").port).toEqual([{ operator: "=", value: "4294967296" }]);
    expect(write(IPV4, { port: [{ operator: "=", value: 2 ** 32 }] })).toBe("0a04b10000000100000000");
    expect(write(IPV4, { port: [{ operator: "=", value: "80" }] })).toBe("03048150");
  });

  test("RFC 8956 section 3.7: flow labels have four octets", () => {
    expect(write(IPV6, { flowLabel: [{ operator: "=", value: 7 }] })).toBe("060da100000007");
    expect(read(IPV6, "060da100000007")).toEqual({ flowLabel: [is(7)] });
    expect(read(IPV6, "030d8107")).toEqual({ flowLabel: [{ ...is(7), octets: 1 }] });
  });
});

describe("what others sent", () => {
  test.each<[string, Family, string, string]>([
    [
      "ExaBGP: ports",
      IPV4,
      "25 01 20 c0a80001 02 20 0a000002 03 01 11 81 06 04 01 50 91 1f90 05 12 1f90 54 1f98 91 0c38 06 92 0400",
      "dst 192.168.0.1/32; src 10.0.0.2/32; proto =17,=6; port =80,=8080; dst-port >8080&<8088,=3128; src-port >1024",
    ],
    [
      "ExaBGP: IPv6",
      IPV6,
      "28 01 80 00 2a0229b8192500000000000000002e69 02 40 00 beeff00e00000000 03 81 06 0c 00 04 00 02 80 08",
      "dst 2a02:29b8:1925::2e69/128; src beef:f00e::/64; proto =6; fragment ff,isf,lf",
    ],
    ["ExaBGP: TCP flags", IPV4, "09 09 00 10 00 80 42 01 c2 40", "tcp-flags ack,cwr&!fin&!ece"],
  ])("%s", (_, family, hex, text) => {
    const nlri = read(family, hex);
    expect(formatNlri("flowspec", nlri)).toBe(text);
    expect(parseNlri("flowspec", text)).toEqual(nlri);
  });

  test("Ryu: L2VPN, every component", () => {
    const hex =
      "36 0000006400000064 0e 92 0800 0f 06 beefcafe1eaf 10 06 000000000001 11 82 5a 12 84 64 13 82 c8 14 94 012c " +
      "15 96 07d0 16 81 02 17 81 c8 18 81 03";
    const nlri = read(L2_VPN, hex) as VpnFlowspecNlri;
    expect(formatNlri("vpnFlowspec", nlri)).toBe(
      "100:100 ether-type >2048; src-mac be:ef:ca:fe:1e:af; dst-mac 00:00:00:00:00:01; dsap >90; ssap <100; " +
        "control >200; snap <300; vlan-id !=2000; vlan-pcp =2; inner-vlan-id =200; inner-vlan-pcp =3",
    );
    expect(parseNlri("vpnFlowspec", formatNlri("vpnFlowspec", nlri))).toEqual(nlri);
  });
});

describe("next hops", () => {
  const flow = "03048150";
  const inVpn = `0b${RD}048150`;
  test.each<[Family, string, object]>([
    [IPV4, "", { nextHop: null }],
    [IPV4, "c0000201", { nextHop: "192.0.2.1" }],
    [IPV6, `20010db8${"0".repeat(23)}1`, { nextHop: "2001:db8::1" }],
    [L2, "c0000201", { nextHop: "192.0.2.1" }],
    [IPV4_VPN, "", { nextHop: null }],
    [IPV4_VPN, "c0000201", { nextHop: "192.0.2.1" }],
    [IPV4_VPN, `${"0".repeat(16)}c0000201`, { nextHop: "192.0.2.1", nextHopRouteDistinguisher: "0:0" }],
    [IPV6_VPN, `${RD}20010db8${"0".repeat(23)}1`, { nextHop: "2001:db8::1", nextHopRouteDistinguisher: "65000:100" }],
  ])("%s: %s", (family, hop, expected) => {
    const bytes = body(family, family[1] === 133 ? flow : inVpn, hop);
    const { update, issues } = decodeUpdate(bytes, CONTEXT);
    expect(issues).toEqual([]);
    expect(update.attributes[0]).toMatchObject(expected);
    expect(routesOf(update).announced[0]).toMatchObject(expected);
    expect(toHex(encodeAttribute(update.attributes[0]!, CONTEXT))).toBe(toHex(reachOf(bytes)));
  });

  test("of other lengths are malformed", () => {
    expect(decodeUpdate(body(IPV4, flow, "c00002"), CONTEXT).issues[0]!.name).toBe("mp-reach-next-hop");
    expect(decodeUpdate(body(IPV4, flow, RD + "c0000201"), CONTEXT).issues[0]!.name).toBe("mp-reach-next-hop");
  });
});

test("rules of a script: objects or text, packed without next hop, and read back", () => {
  const rule: FlowspecNlri = { destinationPrefix: "192.0.2.1/32", protocol: [{ operator: "=", value: 17 }] };
  const text = parseNlri("flowspec", "proto =17 ; dst  192.0.2.1/32; dst-port =53, =123")!;
  const batch = {
    family: { afi: 1, safi: 133 },
    announce: [rule, text],
    withdraw: [rule],
    attributes: [origin("igp"), asPath([65001])],
    nextHop: null,
  };
  const [withdraw, announce] = packUpdates(batch, CONTEXT);
  expect(toHex(withdraw!)).toContain("000185" + "090120c0000201038111");
  expect(toHex(announce!)).toContain("000185" + "0000" + "090120c0000201038111" + "0e0120c0000201038111050135817b");
  const { announced } = routesOf(decodeUpdate(announce!, CONTEXT).update);
  expect(announced).toEqual([
    { family: batch.family, kind: "flowspec", nextHop: null, ...rule },
    { family: batch.family, kind: "flowspec", nextHop: null, ...text },
  ]);
  expect(updateFromJson(toJson(decodeUpdate(announce!, CONTEXT).update))).toEqual(
    decodeUpdate(announce!, CONTEXT).update,
  );
});

test("the dissection has the names of the RFC", () => {
  const labels: string[] = [];
  const walk = ({ label, children }: DissectedField): void => {
    labels.push(label);
    for (const child of children) walk(child);
  };
  const bytes = body(IPV6, "0b 02 68 40 123456789a 0d 81 07");
  const message = encodeMessage(MessageType.Update, bytes);
  walk(dissect(message, CONTEXT));
  for (const label of ["Source IPv6 Prefix", "offset", "pattern", "Flow Label", "numeric_op", "value"]) {
    expect(labels).toContain(label);
  }
});

describe("text that is no flow specification", () => {
  test.each([
    "",
    "extended-length",
    "dst",
    "dst 192.0.2.0",
    "dst 2001:db8::/104-64",
    "port 80",
    "port &=80",
    "port =80,",
    "port =80; port =81",
    "port =18446744073709551616",
    "port =080",
    "port =80/3",
    "dport =80",
    "tcp-flags syn+syn",
    "tcp-flags df",
    "src-mac 00:11:22:33:44",
  ])("%j", (text) => {
    expect(parseNlri("flowspec", text)).toBeNull();
    expect(parseNlri("vpnFlowspec", `65000:100 ${text}`)).toBeNull();
  });
});

describe("flow specifications that cannot be written", () => {
  const pair = { operator: "=", value: 1 } as const;
  test.each<[Family, object, string]>([
    [IPV4, {}, "without component"],
    [IPV4, { port: [] }, "port"],
    [IPV4, { port: [{ ...pair, and: true }] }, "AND in its first pair"],
    [IPV4, { port: [{ ...pair, value: -1 }] }, '"-1" is no whole number below 2^64'],
    [IPV4, { port: [{ ...pair, value: 1.5 }] }, '"1.5" is no whole number'],
    [IPV4, { port: [{ ...pair, value: 2 ** 60 }] }, "is no whole number"],
    [IPV4, { port: [{ ...pair, value: "18446744073709551616" }] }, "is no whole number"],
    [IPV4, { port: [{ ...pair, operator: "==" }] }, '"==" is no operator'],
    [IPV4, { port: [{ ...pair, octets: 3 }] }, "1 in 3 octets"],
    [IPV4, { port: [{ ...pair, value: 256, octets: 1 }] }, "256 in 1 octets"],
    [IPV4, { port: [{ ...pair, reserved: 0x10 }] }, "16 has bits that are not reserved"],
    [IPV4, { port: [pair, { ...pair, reserved: 0x40 }] }, "64 has bits that are not reserved"],
    [IPV4, { dscp: [{ ...pair, value: 256 }] }, "256 in 2 octets, where a value has at most 1"],
    [IPV4, { fragment: [{ bits: { df: true }, octets: 2 }] }, "1 in 2 octets"],
    [IPV4, { tcpFlags: [{ bits: { reserved: 0x10000 } }] }, "65536 in 4 octets"],
    [IPV4, { tcpFlags: [{ bits: { reserved: 2 } }] }, "2 has bits that are not reserved"],
    [IPV4, { destinationPrefix: "2001:db8::/32" }, '"2001:db8::/32" is no IPv4 prefix'],
    [IPV6, { destinationPrefix: "192.0.2.0/24" }, '"192.0.2.0/24" is no IPv6 prefix'],
    [IPV6, { destinationPrefix: "::/64-64" }, '"::/64-64" is no IPv6 prefix'],
    [IPV4, { flowLabel: [pair] }, "flowLabel"],
    [IPV6, { vlanId: [pair] }, "vlanId"],
    [L2, { destinationPrefix: "192.0.2.0/24" }, "destinationPrefix"],
    [L2, { sourceMac: "00:11" }, '"00:11" is no MAC address'],
    [L2_VPN, { vlanId: [pair], routeDistinguisher: "x" }, '"x" is no route distinguisher'],
  ])("%s %j", (family, nlri, message) => {
    expect(() => write(family, nlri as FlowspecNlri)).toThrow(message);
  });
});
