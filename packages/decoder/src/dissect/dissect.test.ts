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
  return lines(dissect(fromHex(hex.replaceAll(" ", ""))!, createContext({ session: "ebgp" })));
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
