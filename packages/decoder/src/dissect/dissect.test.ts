// Messages as trees, written out: labels are the field names of the documents, offsets are those of the message.
import { fromHex } from "@bgpwire/core";
import { expect, test } from "vitest";
import { createContext } from "../standard.ts";
import { dissect } from "./dissect.ts";
import type { DissectedField } from "./tree.ts";

/** A line per field, indented. */
function lines(field: DissectedField, depth = 0): string[] {
  const value = field.value === null ? "" : ` ${field.value}`;
  const faults = (field.faults ?? []).map((fault) => ` !! ${fault}`).join("");
  const line = `${"  ".repeat(depth)}${field.offset}+${field.length} ${field.label}:${value}${faults}`;
  return [line, ...field.children.flatMap((child) => lines(child, depth + 1))];
}

function tree(hex: string): string[] {
  return lines(dissect(fromHex(hex.replaceAll(" ", ""))!, createContext()));
}

const MARKER = "ff".repeat(16);

test("RFC 4271 section 4.3: an UPDATE with a fault in it", () => {
  const message = `${MARKER} 0036 02 0000 001a 40010103 40020602010000fde9 400304c0000201 8004040000000a 18c63364`;
  expect(tree(message)).toEqual([
    "0+54 UPDATE:",
    "  0+16 Marker: ffffffffffffffffffffffffffffffff",
    "  16+2 Length: 54",
    "  18+1 Type: 2 (UPDATE)",
    "  19+2 Withdrawn Routes Length: 0",
    "  21+2 Total Path Attribute Length: 26",
    "  23+26 Path Attributes:",
    "    23+4 ORIGIN: !! ORIGIN has an undefined value (RFC 7606 section 7.1)",
    "      23+1 Attribute Flags: 64 (well-known, transitive)",
    "      24+1 Attribute Type Code: 1 (ORIGIN)",
    "      25+1 Attribute Length: 1",
    "      26+1 ORIGIN: 3 (undefined)",
    "    27+9 AS_PATH:",
    "      27+1 Attribute Flags: 64 (well-known, transitive)",
    "      28+1 Attribute Type Code: 2 (AS_PATH)",
    "      29+1 Attribute Length: 6",
    "      30+6 Path Segment:",
    "        30+1 Path Segment Type: 2 (AS_SEQUENCE)",
    "        31+1 Path Segment Length: 1",
    "        32+4 AS Number: 65001",
    "    36+7 NEXT_HOP:",
    "      36+1 Attribute Flags: 64 (well-known, transitive)",
    "      37+1 Attribute Type Code: 3 (NEXT_HOP)",
    "      38+1 Attribute Length: 4",
    "      39+4 NEXT_HOP: 192.0.2.1",
    "    43+6 octets: 800404000000 !! the last attribute exceeds the total length (RFC 7606 section 4)",
    // One octet of the attribute is left for the NLRI.
    "  49+5 Network Layer Reachability Information: !! the NLRI do not parse (RFC 7606 section 5.3)",
    "    49+3 NLRI: 24.198.0.0/10",
    "      49+1 Length: 10",
    "      50+2 Prefix: 18c6",
    "    52+2 octets: 3364",
  ]);
});

test("RFC 4271 section 4.2 and RFC 5492: an OPEN", () => {
  expect(tree(`${MARKER} 002b 01 04 fde9 005a c0000201 0e 02 06 010400010001 02 04 41020001`)).toEqual([
    "0+43 OPEN:",
    "  0+16 Marker: ffffffffffffffffffffffffffffffff",
    "  16+2 Length: 43",
    "  18+1 Type: 1 (OPEN)",
    "  19+1 Version: 4",
    "  20+2 My Autonomous System: 65001",
    "  22+2 Hold Time: 90",
    "  24+4 BGP Identifier: 192.0.2.1",
    "  28+1 Opt Parm Len: 14",
    "  29+14 Optional Parameters:",
    "    29+8 Capabilities:",
    "      29+1 Parm. Type: 2",
    "      30+1 Parm. Length: 6",
    "      31+6 Capability: Multiprotocol",
    "        31+1 Capability Code: 1 (Multiprotocol)",
    "        32+1 Capability Length: 4",
    "        33+4 Capability Value:",
    "          33+2 Address Family Identifier: 1 (IPv4)",
    "          35+1 Reserved: 0",
    "          36+1 Subsequent Address Family Identifier: 1 (Unicast)",
    "    37+6 Capabilities:",
    "      37+1 Parm. Type: 2",
    "      38+1 Parm. Length: 4",
    "      39+4 Capability: FourOctetAs",
    "        39+1 Capability Code: 65 (FourOctetAs)",
    "        40+1 Capability Length: 2",
    // Too short for the four octets of RFC 6793 section 3.
    "        41+2 Capability Value: 0001",
  ]);
});

test("RFC 9830 figure 2: an SR Policy, TLVs within TLVs, one of them malformed", () => {
  const list = "80 0011 00 09 06 00 00 00000001 01 06 80 00 03e810ff";
  const message = `${MARKER} 0043 02 0000 002c c017 29 000f 0025 0c 06 00 00 000000c8 82 0003 00 7031 0e 01 00 ${list}`;
  const [attribute, ...fields] = tree(message).slice(6);
  expect(attribute).toContain("!! a sub-TLV of an SR Policy is malformed (RFC 9830 section 5)");
  expect(fields).toEqual([
    "    23+1 Attribute Flags: 192 (optional, transitive)",
    "    24+1 Attribute Type Code: 23 (TUNNEL_ENCAPSULATION)",
    "    25+1 Attribute Length: 41",
    "    26+41 SR Policy:",
    "      26+2 Tunnel Type: 15 (SR Policy)",
    "      28+2 Length: 37",
    "      30+37 Value:",
    "        30+8 Preference:",
    "          30+1 type: 12",
    "          31+1 length: 6",
    "          32+6 value:",
    "            32+1 Flags: 0",
    "            33+1 RESERVED: 0",
    "            34+4 Preference: 200",
    "        38+6 SR Policy Name:",
    "          38+1 type: 130",
    "          39+2 length: 3",
    "          41+3 value:",
    "            41+1 RESERVED: 0",
    "            42+2 SR Policy Name: p1",
    "        44+3 Explicit NULL Label Policy:",
    "          44+1 type: 14",
    "          45+1 length: 1",
    // Of what is malformed there are no fields.
    "          46+1 value: 00",
    "        47+20 Segment List:",
    "          47+1 type: 128",
    "          48+2 length: 17",
    "          50+17 value:",
    "            50+1 RESERVED: 0",
    "            51+8 Weight:",
    "              51+1 type: 9",
    "              52+1 length: 6",
    "              53+6 value:",
    "                53+1 Flags: 0",
    "                54+1 RESERVED: 0",
    "                55+4 Weight: 1",
    "            59+8 Type A Segment:",
    "              59+1 type: 1",
    "              60+1 length: 6",
    "              61+6 value:",
    "                61+1 Flags: 128",
    "                62+1 RESERVED: 0",
    "                63+3 Label, TC, S: 16001, TC 0, S 0",
    "                66+1 TTL: 255",
  ]);
});

test("RFC 9552 sections 5.2 and 5.3: a prefix and its attribute, by the names of the registry", () => {
  const node = "0100 0018 0200 0004 0000fde9 0202 0004 00000000 0203 0004 c0000201";
  const nlri = `0003 0031 03 0000000000000000 ${node} 0108 0001 01 0109 0003 10 cb00`;
  const attributes = `900e 003e 4004 47 04 c0000201 00 ${nlri} 801d 0d 0480 0001 80 0483 0004 0000000a`;
  expect(tree(`${MARKER} 0069 02 0000 0052 ${attributes}`).slice(17)).toEqual([
    "        36+53 NLRI: IPV4-PREFIX { Local { AS:65001 Area:0.0.0.0 IGP:192.0.2.1 } Route-Type:1 Prefix:203.0.0.0/16 OSPFv2:0 }",
    "          36+2 NLRI Type: 3",
    "          38+2 Total NLRI Length: 49",
    "          40+49 Link-State NLRI:",
    "            40+1 Protocol-ID: 3",
    "            41+8 Identifier: 0",
    "            49+28 Local Node Descriptors:",
    "              49+2 type: 256",
    "              51+2 length: 24",
    "              53+24 value:",
    "                53+8 Autonomous System:",
    "                  53+2 type: 512",
    "                  55+2 length: 4",
    "                  57+4 value: 65001",
    "                61+8 OSPF Area-ID:",
    "                  61+2 type: 514",
    "                  63+2 length: 4",
    "                  65+4 value: 0.0.0.0",
    "                69+8 IGP Router-ID:",
    "                  69+2 type: 515",
    "                  71+2 length: 4",
    "                  73+4 value: 192.0.2.1",
    "            77+5 OSPF Route Type:",
    "              77+2 type: 264",
    "              79+2 length: 1",
    "              81+1 value: 1",
    "            82+7 IP Reachability Information:",
    "              82+2 type: 265",
    "              84+2 length: 3",
    "              86+3 value:",
    "                86+1 Prefix Length: 16",
    "                87+2 IP Prefix: 203.0.0.0/16",
    "    89+16 BGP_LS:",
    "      89+1 Attribute Flags: 128 (optional, non-transitive)",
    "      90+1 Attribute Type Code: 29 (BGP_LS)",
    "      91+1 Attribute Length: 13",
    "      92+13 Attribute Value:",
    "        92+5 IGP Flags:",
    "          92+2 type: 1152",
    "          94+2 length: 1",
    "          96+1 value: 128",
    "        97+8 Prefix Metric:",
    "          97+2 type: 1155",
    "          99+2 length: 4",
    "          101+4 value: 10",
  ]);
});

test("RFC 9252 figures 1, 3 and 5: the SID of a service, by the name of its behavior", () => {
  const structure = "01 0006 28 18 10 00 10 40";
  const service = `05 0022 00 01 001e 00 20010db8000100010000000000000000 00 0013 00 ${structure}`;
  expect(tree(`${MARKER} 003f 02 0000 0028 c028 25 ${service}`).slice(10)).toEqual([
    "    26+37 SRv6 L3 Service TLV:",
    "      26+1 type: 5",
    "      27+2 length: 34",
    "      29+34 value:",
    "        29+1 RESERVED: 0",
    "        30+33 SRv6 SID Information Sub-TLV:",
    "          30+1 type: 1",
    "          31+2 length: 30",
    "          33+30 value:",
    "            33+1 RESERVED1: 0",
    "            34+16 SRv6 SID Value: 2001:db8:1:1::",
    "            50+1 SRv6 Service SID Flags: 0",
    "            51+2 SRv6 Endpoint Behavior: 19 (End.DT4)",
    "            53+1 RESERVED2: 0",
    "            54+9 SRv6 SID Structure Sub-Sub-TLV:",
    "              54+1 type: 1",
    "              55+2 length: 6",
    "              57+6 value:",
    "                57+1 Locator Block Length: 40",
    "                58+1 Locator Node Length: 24",
    "                59+1 Function Length: 16",
    "                60+1 Argument Length: 0",
    "                61+1 Transposition Length: 16",
    "                62+1 Transposition Offset: 64",
  ]);
});

test("RFC 9003: a NOTIFICATION with a text", () => {
  expect(tree(`${MARKER} 001a 03 06 02 04 6c756e63`)).toEqual([
    "0+26 NOTIFICATION:",
    "  0+16 Marker: ffffffffffffffffffffffffffffffff",
    "  16+2 Length: 26",
    "  18+1 Type: 3 (NOTIFICATION)",
    "  19+1 Error code: 6 (Cease)",
    "  20+1 Error subcode: 2 (Administrative Shutdown)",
    "  21+5 Data: lunc",
  ]);
});

test("RFC 7313 section 3.2: the beginning of a refresh", () => {
  expect(tree(`${MARKER} 0017 05 0002 01 01`)).toEqual([
    "0+23 ROUTE-REFRESH:",
    "  0+16 Marker: ffffffffffffffffffffffffffffffff",
    "  16+2 Length: 23",
    "  18+1 Type: 5 (ROUTE-REFRESH)",
    "  19+2 Address Family Identifier: 2 (IPv6)",
    "  21+1 Message Subtype: 1 (BoRR)",
    "  22+1 Subsequent Address Family Identifier: 1 (Unicast)",
  ]);
});

test("RFC 5292 section 3: a refresh with filters of prefixes, and others", () => {
  const filters = "02 40 000b 80 20 00000005 10 18 09 0a80 41 0002 aabb";
  expect(tree(`${MARKER} 002b 05 0001 00 01 ${filters}`).slice(7)).toEqual([
    "  23+1 When-to-refresh: 2",
    "  24+14 ORF:",
    "    24+1 ORF Type: 64",
    "    25+2 Length of ORF entries: 11",
    "    27+11 ORF entries:",
    "      27+1 Action, Match: 128",
    "      28+10 ORF entry:",
    "        28+1 Action, Match: 32",
    "        29+4 Sequence: 5",
    "        33+1 Minlen: 16",
    "        34+1 Maxlen: 24",
    "        35+1 Length: 9",
    "        36+2 Prefix: 10.128.0.0/9",
    "  38+5 ORF:",
    "    38+1 ORF Type: 65",
    "    39+2 Length of ORF entries: 2",
    "    41+2 ORF entries: aabb",
  ]);
});

test("draft-ietf-idr-dynamic-cap-02: a CAPABILITY message", () => {
  expect(tree(`${MARKER} 001d 06 00 01 04 0002 00 01 01 02 00`).slice(3)).toEqual([
    "  18+1 Type: 6 (CAPABILITY)",
    "  19+7 Capability: Multiprotocol",
    "    19+1 Action: 0 (advertise)",
    "    20+1 Capability Code: 1 (Multiprotocol)",
    "    21+1 Capability Length: 4",
    "    22+4 Capability Value:",
    "      22+2 Address Family Identifier: 2 (IPv6)",
    "      24+1 Reserved: 0",
    "      25+1 Subsequent Address Family Identifier: 1 (Unicast)",
    "  26+3 Capability: RouteRefresh",
    "    26+1 Action: 1 (remove)",
    "    27+1 Capability Code: 2 (RouteRefresh)",
    "    28+1 Capability Length: 0",
  ]);
});

test("RFC 8277 section 2.3: labels up to the bottom of the stack", () => {
  const reach = "800e1a 000104 04c0000201 00 48000640000651c63364 30000651c63365";
  const message = `${MARKER} 0041 02 0000 002a ${reach} 40010100 40020602010000fde9`;
  expect(tree(message).slice(18, 27)).toEqual([
    "          35+10 NLRI: 198.51.100.0/24 labels=100,101",
    "            35+1 Length: 72",
    "            36+3 Label: 100",
    "            39+3 Label: 101 (bottom of stack)",
    "            42+3 Prefix: c63364",
    "          45+7 NLRI: 198.51.101.0/24 labels=101",
    "            45+1 Length: 48",
    "            46+3 Label: 101 (bottom of stack)",
    "            49+3 Prefix: c63365",
  ]);
});

test("RFC 5492 section 4: a capability of which there is one octet", () => {
  expect(tree(`${MARKER} 0022 01 04 fde9 005a c0000201 05 02 03 0200 41`).slice(12)).toEqual([
    "    31+3 Parameter Value:",
    "      31+2 Capability: RouteRefresh",
    "        31+1 Capability Code: 2 (RouteRefresh)",
    "        32+1 Capability Length: 0",
    "      33+1 Capability: FourOctetAs",
    "        33+1 Capability Code: 65 (FourOctetAs)",
  ]);
});

test("what ends too early, and what is no message", () => {
  expect(tree("ffff")).toEqual(["0+2 message: ffff"]);
  expect(tree(`00${MARKER.slice(2)} 0099 02 00`)).toEqual([
    "0+20 UPDATE:",
    "  0+16 Marker: 00ffffffffffffffffffffffffffffff !! not all ones (RFC 4271 section 6.1)",
    "  16+2 Length: 153 !! the message has 20 octets (RFC 4271 section 4.1)",
    "  18+1 Type: 2 (UPDATE)",
    "  19+1 octets: 00 !! the length fields do not fit the message (RFC 7606 section 3 (b))",
  ]);
});
