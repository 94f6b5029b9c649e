// RFC 4271 section 4.1: the header in front of a body.
import { expect, test } from "vitest";
import { toHex } from "../bytes/hex.ts";
import { ConfigError } from "../fault.ts";
import { encodeKeepalive, encodeMessage } from "./header.ts";

const MARKER = "ff".repeat(16);

test("a message is marker, length, type and body", () => {
  expect(toHex(encodeMessage(2, Uint8Array.of(0, 0, 0, 0)))).toBe(`${MARKER}00170200000000`);
  expect(toHex(encodeMessage(5, new Uint8Array(0x1234 - 19))).slice(32, 38)).toBe("123405");
});

test("a KEEPALIVE is a header alone, and nobody else's", () => {
  expect(toHex(encodeKeepalive())).toBe(`${MARKER}001304`);
  expect(encodeKeepalive().buffer).not.toBe(encodeKeepalive().buffer);
});

test("the body is copied", () => {
  const body = Uint8Array.of(1, 2);
  const message = encodeMessage(3, body);
  body[0] = 9;
  expect(message[19]).toBe(1);
});

test("what the length field cannot say is refused, not wrapped round", () => {
  expect(toHex(encodeMessage(2, new Uint8Array(65535 - 19)).subarray(16, 18))).toBe("ffff");
  expect(() => encodeMessage(2, new Uint8Array(65536 - 19))).toThrow(ConfigError);
});
