// What `bgpwire convert` accepts on its command line.
import { expect, test } from "vitest";
import { InputError } from "../config/input-error.ts";
import { convertOptions, type ConvertFlags } from "./options.ts";

const NONE: ConvertFlags = {
  prefix: [],
  moreSpecific: [],
  lessSpecific: [],
  peer: [],
  as: [],
  originAs: [],
  path: [],
  community: [],
  family: [],
  type: [],
};

test.each([
  [{ output: "a.mrt" }, { target: "mrt", gzip: false, output: "a.mrt" }],
  [{ output: "a.PCAPNG" }, { target: "pcapng", gzip: false }],
  [{ output: "a.jsonl.gz" }, { target: "json", gzip: true }],
  [{ output: "a.mrt", to: "json" }, { target: "json" }],
  [{ to: "mrt" }, { target: "mrt", output: "-", files: ["-"], filter: null, force: false, progress: true }],
])("%j", (flags, options) => {
  expect(convertOptions([], { ...NONE, ...flags })).toMatchObject(options);
});

test.each([
  [["a"], { output: "out.txt" }, '-o: "out.txt" does not tell the format; end it in one of .mrt, .pcapng, '],
  [["a"], { to: "xml" }, '--to: "xml" is not accepted; give one of mrt, pcapng, '],
  [["a"], {}, "--to: give one of mrt, pcapng, "],
  [["-", "-"], { to: "json" }, "-: standard input can be read once"],
  [["a"], { to: "json", as: ["x"] }, '--as: "x" is not accepted; give an AS number'],
])("%j %j is refused", (files, flags, message) => {
  expect(() => convertOptions(files, { ...NONE, ...flags })).toThrow(InputError);
  expect(() => convertOptions(files, { ...NONE, ...flags })).toThrow(message);
});
