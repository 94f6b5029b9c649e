// MAC addresses as text and back.
import { expect, test } from "vitest";
import { fromHex, toHex } from "@bgpwire/core";
import { FieldReader } from "../bytes/reader.ts";
import { OctetWriter } from "../bytes/writer.ts";
import { macText, readMac, writeMac } from "./mac-address.ts";

function octetsOf(text: string): string {
  const writer = new OctetWriter();
  writeMac(text, "macAddress", writer);
  return toHex(writer.copy());
}

test.each([
  ["001122334455", "00:11:22:33:44:55"],
  ["000000000000", "00:00:00:00:00:00"],
  ["ffffffffffff", "ff:ff:ff:ff:ff:ff"],
  ["0a0b0c0d0e0f", "0a:0b:0c:0d:0e:0f"],
])("%s is %s and back", (hex, text) => {
  expect(macText(fromHex(`ee${hex}`)!, 1)).toBe(text);
  expect(octetsOf(text)).toBe(hex);
});

test("digits may be capitals", () => {
  expect(octetsOf("0A:0B:0C:0D:0E:0F")).toBe("0a0b0c0d0e0f");
});

test.each([
  "",
  "00:11:22:33:44",
  "00:11:22:33:44:55:66",
  "0:11:22:33:44:55",
  "00-11-22-33-44-55",
  "001122334455",
  "00:11:22:33:44:5g",
  ":00:11:22:33:44:5",
])("%j is none", (text) => {
  expect(() => octetsOf(text)).toThrow(`macAddress: "${text}" is no MAC address`);
});

test("one that is cut short fails its reader", () => {
  const reader = new FieldReader(fromHex("0011223344")!, 0, 5);
  expect(readMac(reader, "macAddress")).toBe("");
  expect(reader.failed).toBe(true);
});
