// pnpm run fuzz: fuzzes the decoder for as long as asked. What fails becomes a file in tests/fuzz/cases, which is a test.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { caseOf, distil, fuzz } from "./campaign.ts";
import { formatInput, parseInput, type FuzzInput } from "./input.ts";

const USAGE = `pnpm run fuzz [--seconds N] [--seed N] [--corpus FILE]

  --seconds N    how long, 1 to 1000000 (default 60)
  --seed N       where to begin, 0 to 4294967295 (default: the time); printed, so that a run can be had again
  --corpus FILE  inputs to begin with, one a line; rewritten at the end with all that showed something new
                 (default tests/fuzz/corpus.jsonl)

exit code 0: nothing failed; 1: something failed, see the files named; 2: the command line is wrong
`;

const CASES = fileURLToPath(new URL("cases/", import.meta.url));
const CORPUS = fileURLToPath(new URL("corpus.jsonl", import.meta.url));

const options = readOptions();
const file = options.corpus;
const corpus = readCorpus(file);
process.stdout.write(`seed ${options.seed}, ${options.seconds} s, ${corpus.length} inputs of ${file}\n`);

const start = performance.now();
let told = start;
const {
  runs,
  failures,
  features,
  corpus: kept,
} = fuzz(options.seed, corpus, (sofar) => {
  const now = performance.now();
  if (now - told > 5000) {
    told = now;
    const rate = Math.round(sofar.runs / ((now - start) / 1000));
    const { features: seen, corpus: inputs, failures: failed } = sofar;
    process.stdout.write(
      `${Math.round((now - start) / 1000)} s: ${sofar.runs} inputs (${rate}/s), ${seen} features, ${inputs.length} kept, ${failed.length} failed\n`,
    );
  }
  return now - start < options.seconds * 1000;
});

mkdirSync(dirname(file), { recursive: true });
const distilled = distil(kept);
writeFileSync(file, distilled.map((input) => `${formatInput(input)}\n`).join(""));
for (const failure of failures) {
  const text = caseOf(failure);
  const path = `${CASES}${createHash("sha256").update(text).digest("hex").slice(0, 12)}.json`;
  mkdirSync(CASES, { recursive: true });
  writeFileSync(path, text);
  process.stdout.write(`FAILED ${failure.reason}\n  ${path}\n`);
}
process.stdout.write(`${runs} inputs, ${features} features, ${distilled.length} kept, ${failures.length} failed\n`);
process.exitCode = failures.length === 0 ? 0 : 1;

function readOptions(): { seconds: number; seed: number; corpus: string } {
  try {
    const { values } = parseArgs({
      options: {
        seconds: { type: "string", default: "60" },
        seed: { type: "string", default: String(Date.now() % 2 ** 32) },
        corpus: { type: "string", default: CORPUS },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help === true) {
      process.stdout.write(USAGE);
      process.exit(0);
    }
    const seconds = numberOf("--seconds", values.seconds, 1, 1_000_000);
    return { seconds, seed: numberOf("--seed", values.seed, 0, 0xffff_ffff), corpus: values.corpus };
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function numberOf(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : -1;
  if (value < least || value > most)
    throw new Error(`${option}: "${text}" is no whole number from ${least} to ${most}`);
  return value;
}

function readCorpus(path: string): FuzzInput[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.flatMap((line, i) => {
    if (line === "") return [];
    try {
      return [parseInput(line)];
    } catch {
      return refuse(`--corpus: ${path}:${i + 1} is no input`);
    }
  });
}

function refuse(message: string): never {
  process.stderr.write(`fuzz: ${message}\n\n${USAGE}`);
  process.exit(2);
}
