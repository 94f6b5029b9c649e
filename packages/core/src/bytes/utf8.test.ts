// UTF-8 after RFC 3629: section 4 is the grammar of what is well-formed.
import { expect, test } from "vitest";
import { fromHex, toHex } from "./hex.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

test.each([
  ["the last of one octet", "\u007f", "7f"],
  ["the first of two octets", "\u0080", "c280"],
  ["the last of two octets", "\u07ff", "dfbf"],
  ["the first of three octets", "\u0800", "e0a080"],
  ["before the surrogates", "\ud7ff", "ed9fbf"],
  ["behind the surrogates", "\ue000", "ee8080"],
  ["the last of three octets", "\uffff", "efbfbf"],
  ["the first of four octets", "\u{10000}", "f0908080"],
  ["the last character", "\u{10ffff}", "f48fbfbf"],
  ["a byte order mark, which is text like any other", "\ufeffa", "efbbbf61"],
  ["RFC 3629 section 7, first example", "A\u2262\u0391.", "41e289a2ce912e"],
  ["RFC 3629 section 7, last example", "\ufeff\u{233b4}", "efbbbff0a38eb4"],
])("%s", (_name, text, hex) => {
  expect(toHex(encodeUtf8(text))).toBe(hex);
  expect(decodeUtf8(fromHex(hex)!)).toBe(text);
});

test.each([
  ["a continuation octet alone", "80"],
  ["overlong two octets", "c0af"],
  ["overlong two octets, last", "c1bf"],
  ["overlong three octets", "e09fbf"],
  ["overlong four octets", "f08fbfbf"],
  ["the first surrogate", "eda080"],
  ["the last surrogate", "edbfbf"],
  ["beyond the last character", "f4908080"],
  ["a lead octet that does not exist", "f5808080"],
  ["a lead octet of the old five octet form", "f888808080"],
  ["0xff", "ff"],
  ["two octets, cut short", "c2"],
  ["three octets, cut short", "e282"],
  ["four octets, cut short", "f09080"],
  ["a lead octet followed by ASCII", "c241"],
  ["a broken sequence in the middle", "61e28261"],
])("%s is not UTF-8", (_name, hex) => {
  expect(decodeUtf8(fromHex(hex)!)).toBeNull();
});

test("a lone surrogate becomes the replacement character", () => {
  expect(toHex(encodeUtf8("a\ud800b"))).toBe("61efbfbd62");
  expect(toHex(encodeUtf8("\udc00"))).toBe("efbfbd");
});
