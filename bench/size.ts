// How many octets does it cost to ship it to a browser? Each row is a program that uses a part of the packages, bundled from
// the sources, minified, and compressed as a web server does. What a program does not use must not be in it.
import { brotliCompressSync, gzipSync } from "node:zlib";
import { bundle } from "./support/bundle.ts";
import { number, printTable, times } from "./support/table.ts";

const REACH = 16 * 1024;

const CORE = "@bgpwire/core";
const DECODER = "@bgpwire/decoder";

/** A program by what it imports. */
const PROGRAMS: readonly (readonly [name: string, from: string, imports: string])[] = [
  ["core: everything", CORE, "*"],
  ["core: Speaker", CORE, "Speaker"],
  ["core: PeerMachine", CORE, "PeerMachine"],
  ["core: framer and OPEN, both ways", CORE, "newFramer, pushChunk, nextMessage, decodeOpen, encodeOpen"],
  ["core: framer and decodeOpen", CORE, "newFramer, pushChunk, nextMessage, decodeOpen"],
  ["core: framer", CORE, "newFramer, pushChunk, nextMessage"],
  ["core: addresses", CORE, "parseIPv4, formatIPv4, parseIPv6, formatIPv6"],
  ["decoder: everything", DECODER, "*"],
  ["decoder: decodeUpdate, unicast alone", DECODER, "decodeUpdate, DecodeContext, UNICAST"],
  ["decoder: decodeUpdate", DECODER, "decodeUpdate, createContext"],
  ["decoder: UpdateView", DECODER, "UpdateView"],
  ["decoder: createUpdateDecoder", DECODER, "createUpdateDecoder, createContext"],
  ["decoder: encodeUpdate", DECODER, "encodeUpdate, createContext"],
  [
    "decoder: decodeUpdate and encodeUpdate, unicast alone",
    DECODER,
    "decodeUpdate, encodeUpdate, DecodeContext, UNICAST",
  ],
];

const rows: string[][] = [];
for (const [name, from, imports] of PROGRAMS) {
  const { code } = await bundle(from, imports);
  const gzip = gzipSync(code, { level: 9 }).length;
  const brotli = brotliCompressSync(code).length;
  rows.push([name, times(gzip / REACH), number(gzip), number(brotli), number(code.length)]);
}
printTable("Bundle size in octets", ["program", "of 16 KB", "min+gzip", "min+brotli", "min"], rows);
