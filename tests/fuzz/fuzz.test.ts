// What the fuzzer found once, what it keeps, and a short run of it; that it finds faults, and makes them short.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { caseOf, failureOf, fuzz } from "./campaign.ts";
import { formatInput, parseInput, type FuzzInput } from "./input.ts";
import { minimise } from "./minimise.ts";
import { mutate, Random } from "./mutate.ts";

const CASES = new URL("cases/", import.meta.url);
const CORPUS = new URL("corpus.jsonl", import.meta.url);

const cases = existsSync(CASES) ? readdirSync(CASES).filter((name) => name.endsWith(".json")) : [];

test.each(cases)("what failed once: %s", (name) => {
  expect(failureOf(parseInput(readFileSync(new URL(name, CASES), "utf8")))).toBeNull();
});

test("every input of the corpus", () => {
  const corpus = readFileSync(CORPUS, "utf8").trim().split("\n").map(parseInput);
  expect(corpus.length).toBeGreaterThan(100);
  for (const input of corpus) expect(failureOf(input), formatInput(input)).toBeNull();
});

test("a short run", () => {
  const { runs, failures, corpus } = fuzz(Number(process.env["SEED"] ?? 1), [], (sofar) => sofar.runs < 2000);
  expect(failures.map(caseOf)).toEqual([]);
  expect(runs).toBeGreaterThanOrEqual(2000);
  expect(corpus.length).toBeGreaterThan(100);
});

test("the same seed gives the same run", () => {
  const one = fuzz(7, [], (sofar) => sofar.runs < 500);
  const two = fuzz(7, [], (sofar) => sofar.runs < 500);
  expect(one.corpus.map(formatInput)).toEqual(two.corpus.map(formatInput));
});

function hasSevenAndNine({ bytes }: FuzzInput): string | null {
  return bytes.includes(7) && bytes.includes(9) ? "both" : null;
}

test("a failing input is made short", () => {
  const long = { context: null, bytes: Uint8Array.from({ length: 300 }, (_, i) => i & 0xff) };
  expect([...minimise(long, hasSevenAndNine).bytes]).toEqual([7, 9]);
});

test("changed inputs differ, and stay within a message", () => {
  const random = new Random(3);
  const input = { context: null, bytes: new Uint8Array(4077) };
  const other = { context: {}, bytes: Uint8Array.from({ length: 4077 }, (_, i) => i) };
  const seen = new Set<string>();
  for (let i = 0; i < 200; i += 1) {
    const { bytes } = mutate(input, other, random);
    expect(bytes.length).toBeLessThanOrEqual(4077);
    seen.add(bytes.join());
  }
  expect(seen.size).toBeGreaterThan(100);
});
