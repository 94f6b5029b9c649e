// OPEN: RFC 4271 sections 4.2 and 6.2, RFC 5492 section 4, RFC 9072, RFC 6286, RFC 7607.
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes/hex.ts";
import { ConfigError, type Result } from "../fault.ts";
import { fourOctetAs, multiprotocol, rawCapability, routeRefresh, type Capability } from "./capability.ts";
import { decodeOpen, encodeOpen, type OpenMessage } from "./open.ts";

/** Version 4, AS 65001, 90 s, 192.0.2.1. */
const FIXED = "04fde9005ac0000201";

const OPEN: OpenMessage = { version: 4, myAs: 65001, holdTime: 90, identifier: "192.0.2.1", capabilities: [] };

function decode(hex: string, strict?: boolean): Result<OpenMessage> {
  const buffer = fromHex(`eeee${hex}dd`)!;
  return decodeOpen({ buffer, start: 2, end: buffer.length - 1 }, strict);
}

function decoded(hex: string): OpenMessage {
  const result = decode(hex);
  if (!result.ok) throw new Error(result.fault.reason);
  return result.value;
}

/** A raw capability whose code and length take it to this many octets in all. */
function filler(octets: number): Capability {
  return rawCapability(200, new Uint8Array(octets - 2));
}

test("RFC 4271 section 4.2: without optional parameters", () => {
  expect(decoded(`${FIXED}00`)).toEqual(OPEN);
  expect(toHex(encodeOpen(OPEN))).toBe(`${FIXED}00`);
});

test("RFC 5492 section 4: capabilities, all in one parameter", () => {
  const open = { ...OPEN, capabilities: [multiprotocol(1, 1), routeRefresh(), fourOctetAs(65001)] };
  const hex = `${FIXED}10` + "020e" + "010400010001" + "0200" + "41040000fde9";
  expect(toHex(encodeOpen(open))).toBe(hex);
  expect(decoded(hex)).toEqual(open);
});

test("RFC 5492 section 4: one parameter for each means the same, duplicates and order are kept", () => {
  const hex = `${FIXED}14` + "0206010400020001" + "02020200" + "0206010400010001";
  expect(decoded(hex).capabilities).toEqual([multiprotocol(2, 1), routeRefresh(), multiprotocol(1, 1)]);
  expect(decoded(`${FIXED}08` + "02020200" + "02020200").capabilities).toEqual([routeRefresh(), routeRefresh()]);
});

test("a capabilities parameter without capabilities", () => {
  expect(decoded(`${FIXED}020200`).capabilities).toEqual([]);
  expect(decoded(`${FIXED}06` + "0200" + "02020200").capabilities).toEqual([routeRefresh()]);
});

test.each([
  ["hold time 0", "04fde90000c000020100", { holdTime: 0 }],
  ["hold time 3", "04fde90003c000020100", { holdTime: 3 }],
  ["hold time 65535", "04fde9ffffc000020100", { holdTime: 65535 }],
  ["RFC 6286: any identifier but 0", "04fde9005affffffff00", { identifier: "255.255.255.255" }],
  ["AS_TRANS", "045ba0005ac000020100", { myAs: 23456 }],
])("%s is fine here", (_name, hex, expected) => {
  expect(decoded(hex)).toMatchObject(expected);
});

describe("RFC 4271 section 6.2: errors", () => {
  test.each([
    ["version 3", "03fde9005ac000020100", 2, 1, "0004"],
    ["version 5", "05fde9005ac000020100", 2, 1, "0004"],
    ["version 0", "00fde9005ac000020100", 2, 1, "0004"],
    ["version comes first: all else wrong too", "03000000010000000000", 2, 1, "0004"],
    ["version comes first: shorter than version 4 can be", "03", 2, 1, "0004"],
    ["AS 0 (RFC 7607)", "040000005ac000020100", 2, 2, ""],
    ["hold time 1", "04fde90001c000020100", 2, 6, ""],
    ["hold time 2", "04fde90002c000020100", 2, 6, ""],
    ["identifier 0 (RFC 6286)", "04fde9005a0000000000", 2, 3, ""],
    ["the authentication parameter of RFC 1771", `${FIXED}03010100`, 2, 4, ""],
    ["parameter 3", `${FIXED}020300`, 2, 4, ""],
    ["an unknown parameter behind a known one", `${FIXED}0602020200` + "0300", 2, 4, ""],
    ["parameter 255 that is not the first (RFC 9072 section 3)", `${FIXED}0602020200ff00`, 2, 4, ""],
    ["parameters longer than the message", `${FIXED}04020a`, 2, 0, ""],
    ["parameters shorter than the message", `${FIXED}0202000000`, 2, 0, ""],
    ["octets behind no parameters", `${FIXED}0000`, 2, 0, ""],
    ["no octet where parameters are announced", `${FIXED}02`, 2, 0, ""],
    ["a parameter without a length", `${FIXED}0102`, 2, 0, ""],
    ["a parameter longer than all parameters", `${FIXED}0402030200`, 2, 0, ""],
    ["a capability without a length", `${FIXED}03020102`, 2, 0, ""],
    ["a capability longer than its parameter", `${FIXED}0402020101`, 2, 0, ""],
    ["a capability that reaches into the next parameter", `${FIXED}08` + "02020102" + "02020200", 2, 0, ""],
    ["shorter than its fixed part", "04fde9005ac00002", 1, 2, "001b"],
    ["empty", "", 1, 2, "0013"],
  ])("%s", (_name, hex, code, subcode, data) => {
    expect(decode(hex)).toMatchObject({
      ok: false,
      fault: { code, subcode, data: fromHex(data) },
    });
  });
});

test("an OPEN that is only looked at may say what no session accepts, but its format must hold", () => {
  expect(decode("0400000001" + "00000000" + "00", false)).toEqual({
    ok: true,
    value: { version: 4, myAs: 0, holdTime: 1, identifier: "0.0.0.0", capabilities: [] },
  });
  expect(decode("0300000001" + "00000000" + "00", false)).toMatchObject({ ok: false, fault: { subcode: 1 } });
  expect(decode("0400000001" + "00000000" + "0102", false)).toMatchObject({ ok: false, fault: { subcode: 0 } });
});

describe("RFC 9072: extended optional parameters", () => {
  test("more than 255 octets of parameters use the extended format", () => {
    const capabilities = [filler(200), filler(100)];
    const hex = toHex(encodeOpen({ ...OPEN, capabilities }));
    expect(hex.slice(0, 18 + 8 + 6)).toBe(`${FIXED}ffff012f` + "02012c");
    expect(decoded(hex).capabilities).toEqual(capabilities);
  });

  test.each([
    ["253 octets of capabilities: 255 of parameters, the base format", 253, "ff02fd"],
    ["254 octets of capabilities: 256 of parameters, the extended format", 254, "ffff0101" + "0200fe"],
    ["255 octets of capabilities", 255, "ffff0102" + "0200ff"],
  ])("%s", (_name, octets, head) => {
    const capabilities = [filler(octets)];
    const hex = toHex(encodeOpen({ ...OPEN, capabilities }));
    expect(hex.slice(18, 18 + head.length)).toBe(head);
    expect(decoded(hex).capabilities).toEqual(capabilities);
  });

  test.each([
    ["short parameters in the extended format", `${FIXED}ffff0005` + "0200020200"],
    ["the one-octet length is ignored: 1", `${FIXED}01ff0005` + "0200020200"],
    ["the one-octet length is ignored: 9", `${FIXED}09ff0005` + "0200020200"],
  ])("section 2: %s", (_name, hex) => {
    expect(decoded(hex).capabilities).toEqual([routeRefresh()]);
  });

  test("section 2: an extended length of zero is no parameters", () => {
    expect(decoded(`${FIXED}ffff0000`).capabilities).toEqual([]);
  });

  test.each([
    ["extended length cut short", `${FIXED}ffff00`, 0],
    ["extended length beyond the message", `${FIXED}ffff0006` + "0200020200", 0],
    ["extended length short of the message", `${FIXED}ffff0004` + "0200020200", 0],
    ["parameter length of one octet in the extended format", `${FIXED}ffff0004` + "02020200", 0],
    ["parameter 255 inside the extended format", `${FIXED}ffff0003` + "ff0000", 4],
    ["another parameter inside the extended format", `${FIXED}ffff0003` + "010000", 4],
  ])("%s", (_name, hex, subcode) => {
    expect(decode(hex)).toMatchObject({ ok: false, fault: { code: 2, subcode } });
  });

  test("section 2: a one-octet length of zero is no parameters, whatever follows is too much", () => {
    expect(decode(`${FIXED}00ff0000`)).toMatchObject({ ok: false, fault: { code: 2, subcode: 0 } });
  });
});

describe("what cannot be sent is the caller's mistake", () => {
  test.each<readonly [string, Partial<OpenMessage>]>([
    ["identifier that is no address", { identifier: "router-1" }],
    ["AS number of four octets", { myAs: 65536 }],
    ["hold time", { holdTime: 65536 }],
    ["capability of 256 octets", { capabilities: [rawCapability(200, new Uint8Array(256))] }],
    ["capability code", { capabilities: [rawCapability(256, new Uint8Array(0))] }],
    ["more than 4096 octets (RFC 8654 section 4)", { capabilities: Array.from({ length: 16 }, () => filler(257)) }],
  ])("%s", (_name, change) => {
    expect(() => encodeOpen({ ...OPEN, ...change })).toThrow(ConfigError);
  });

  test("the longest OPEN can", () => {
    const room = 4096 - 19 - 10 - 3 - 3;
    const capabilities = [...Array.from({ length: 15 }, () => filler(257)), filler(room - 15 * 257)];
    const body = encodeOpen({ ...OPEN, capabilities });
    expect(body.length).toBe(4096 - 19);
    expect(decoded(toHex(body)).capabilities).toEqual(capabilities);
  });
});
