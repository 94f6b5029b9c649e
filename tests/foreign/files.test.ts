// What the files of the corpora are is found in their octets, and what is compressed comes out as their own tools have it.
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { Bzip2Reader, detectCompression, detectFormat, readAll, type CaptureFormat } from "@bgpwire/capture";
import { decompress, lacks } from "../support/compressors.ts";
import { absent } from "../support/corpus.ts";
import { filesIn, read } from "../support/foreign/corpora.ts";

const IS_COMPRESSED = /\.(gz|bz2)$/;

function unpacked(octets: Uint8Array): Uint8Array {
  const compression = detectCompression(octets);
  if (compression === "gzip") return gunzipSync(octets);
  if (compression === null) return octets;
  const records = readAll(new Bzip2Reader(), octets);
  return Buffer.concat(records.filter((record) => record instanceof Uint8Array));
}

/** Files of a folder, without those that are something else there. */
const FOLDERS: readonly (readonly [string, CaptureFormat, RegExp])[] = [
  ["mrt", "mrt", /^mrt\/prefix-lists\//],
  ["pcap", "pcap", /\.out$|TESTLIST$/],
  ["bmp", "pcap", /^bmp\/gobmp\//],
  ["rislive", "ris-live", /^$/],
  // Fuzzers' files of a few octets and of other markers; hexadecimal text; and two that are MRT.
  ["bgpraw", "bgp", /\/bio-rd-corpus\/|\/bad-len\/|\/bgp-parser-mock\/|\.txt$|\/bgp-util\//],
];

for (const [folder, format, others] of FOLDERS) {
  test.skipIf(absent(folder))(`files of ${folder} are ${format}`, () => {
    const files = filesIn(folder).filter((file) => !others.test(file));
    expect(files.length).toBeGreaterThan(5);
    const found = files.map((file) => [file, detectFormat(unpacked(read(file)), true)]);
    expect(found).toEqual(files.map((file) => [file, format]));
  });
}

test.skipIf(absent(""))("no other file is compressed than those that are by their names", () => {
  const files = filesIn("").filter((file) => detectCompression(read(file)) !== null);
  expect(files).toEqual(filesIn("").filter((file) => IS_COMPRESSED.test(file)));
});

test.skipIf(absent("mrt") || lacks("bzip2"))("bzip2 gives the same of every file", () => {
  const files = filesIn("mrt").filter((file) => file.endsWith(".bz2"));
  expect(files.length).toBeGreaterThan(7);
  for (const file of files) {
    const records = readAll(new Bzip2Reader(), read(file), 10_000);
    expect(records.every((record) => record instanceof Uint8Array)).toBe(true);
    expect(Buffer.compare(Buffer.concat(records as Uint8Array[]), decompress("bzip2", read(file)))).toBe(0);
  }
});
