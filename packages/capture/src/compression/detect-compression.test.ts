// Compressions by their first octets, and captures that begin as they do.
import { fromHex } from "@bgpwire/core";
import { expect, test } from "vitest";
import { detectCompression } from "./detect-compression.ts";

test.each([
  ["gzip", "1f8b0808197a7a380003"],
  ["bzip2", "425a683931415926535958"],
  ["bzip2", "425a6831314159265359"],
  ["bzip2", "425a683917724538509000000000"],
  ["bzip2", "425a6839"],
  ["zstd", "28b52ffd0458810000"],
  ["zstd", "502a4d180400000000000000"],
  ["zstd", "5f2a4d180400000000000000"],
  ["xz", "fd377a585a000004e6d6b446"],
])("%s: %s", (compression, hex) => {
  expect(detectCompression(fromHex(hex)!)).toBe(compression);
});

test.each([
  ["nothing", ""],
  ["three octets of gzip", "1f8b"],
  ["three octets of bzip2", "425a68"],
  ["another method of gzip", "1f8b0708197a7a380003"],
  ["MRT of 11 April 2005, 12:20:57 UTC, which is BZh9", "425a68390010000400000020"],
  ["a TABLE_DUMP_V2 of that second", "425a6839000d0001000000ff"],
  ["pcap", "d4c3b2a1020004000000"],
])("no compression: %s", (_name, hex) => {
  expect(detectCompression(fromHex(hex)!)).toBeNull();
});
