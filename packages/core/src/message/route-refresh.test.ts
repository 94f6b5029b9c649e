// ROUTE-REFRESH: RFC 2918 section 3, RFC 7313 sections 3.2 and 5, the length rules of RFC 5291 section 4.
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../bytes/hex.ts";
import type { Result } from "../fault.ts";
import { decodeRouteRefresh, encodeRouteRefresh, type RouteRefresh } from "./route-refresh.ts";

function decode(hex: string, enhanced?: boolean): Result<RouteRefresh> {
  const buffer = fromHex(`eeee${hex}dd`)!;
  return decodeRouteRefresh({ buffer, start: 2, end: buffer.length - 1 }, enhanced);
}

test.each([
  ["request", "00010001", { afi: 1, safi: 1, subtype: 0, body: "" }],
  ["beginning (BoRR)", "00020101", { afi: 2, safi: 1, subtype: 1, body: "" }],
  ["end (EoRR)", "40040247", { afi: 16388, safi: 71, subtype: 2, body: "" }],
  ["a reserved subtype, to be ignored", "0001ff01", { afi: 1, safi: 1, subtype: 255, body: "" }],
  ["an unknown subtype of another length", "00010301aabbcc", { afi: 1, safi: 1, subtype: 3, body: "aabbcc" }],
  [
    "filters: remove all prefix filters",
    "0001000101400001" + "80",
    { afi: 1, safi: 1, subtype: 0, body: "0140000180" },
  ],
  [
    "filters of two types",
    "0001000102400001804100020000",
    { afi: 1, safi: 1, subtype: 0, body: "02400001804100020000" },
  ],
  ["filters without entries", "0001000101400000", { afi: 1, safi: 1, subtype: 0, body: "01400000" }],
])("%s", (_name, hex, expected) => {
  const refresh = decode(hex);
  if (!refresh.ok) throw new Error(refresh.fault.reason);
  expect({ ...refresh.value, body: toHex(refresh.value.body) }).toEqual(expected);
  expect(toHex(encodeRouteRefresh(refresh.value))).toBe(hex);
});

describe("RFC 7313 section 5: errors", () => {
  test.each(["0001010100", "00010201aabbcc"])("%s: 7/1 with the complete message", (hex) => {
    const length = (19 + hex.length / 2).toString(16).padStart(4, "0");
    expect(decode(hex)).toMatchObject({
      ok: false,
      fault: { code: 7, subcode: 1, data: fromHex(`${"ff".repeat(16)}${length}05${hex}`) },
    });
  });

  test("they apply to peers with capability 70 only: to others the octet is reserved", () => {
    expect(decode("00010101", false)).toMatchObject({ ok: true, value: { subtype: 0 } });
    expect(decode("0001010100", false)).toMatchObject({ ok: false, fault: { code: 1, subcode: 2 } });
    expect(decode("0001ff0101400000", false)).toMatchObject({ ok: true, value: { subtype: 0 } });
  });
});

test.each([
  ["shorter than the four octets", "000100", "0016"],
  ["empty", "", "0013"],
  ["shorter, though it says BoRR", "000101", "0016"],
  ["a When-to-refresh octet alone", "0001000101", "0018"],
  ["filters cut short in their length", "00010001014000", "001a"],
  ["filters longer than the message", "000100010140000280", "001c"],
  ["an octet behind the filters", "000100010140000180ff", "001d"],
])("%s: 1/2 with the length field", (_name, hex, length) => {
  expect(decode(hex)).toMatchObject({ ok: false, fault: { code: 1, subcode: 2, data: fromHex(length) } });
});

test("filters are a copy", () => {
  const buffer = fromHex("0001000101400000")!;
  const refresh = decodeRouteRefresh({ buffer, start: 0, end: buffer.length });
  buffer.fill(0);
  expect(refresh.ok && toHex(refresh.value.body)).toBe("01400000");
});
