// The loop: fresh inputs and changed ones of the corpus through the check; what shows something new joins the corpus, what
// fails is made short.
import { check } from "./check.ts";
import { generate } from "./generate.ts";
import { formatInput, type FuzzInput } from "./input.ts";
import { minimise } from "./minimise.ts";
import { mutate, Random } from "./mutate.ts";

/** Inputs made at a time. */
const BATCH = 50;

export interface Failure {
  /** As short as it could be made. */
  readonly input: FuzzInput;
  readonly reason: string;
}

export interface Campaign {
  readonly runs: number;
  /** Kept because each showed something that no earlier one did. */
  readonly corpus: readonly FuzzInput[];
  readonly features: number;
  readonly failures: readonly Failure[];
}

/**
 * Fuzzes until it is told to stop.
 *
 * @param seed the same seed and corpus give the same inputs in the same order
 * @param goOn asked before each batch
 */
export function fuzz(seed: number, corpus: readonly FuzzInput[], goOn: (sofar: Campaign) => boolean): Campaign {
  const random = new Random(seed);
  const kept: FuzzInput[] = [];
  const seen = new Set<string>();
  const failures = new Map<string, Failure>();
  let runs = 0;

  const run = (input: FuzzInput): void => {
    runs += 1;
    try {
      const fresh = check(input).filter((feature) => !seen.has(feature));
      for (const feature of fresh) seen.add(feature);
      if (fresh.length > 0) kept.push(input);
    } catch (error) {
      const reason = reasonOf(error);
      if (!failures.has(reason)) failures.set(reason, { input: minimise(input, failureOf), reason });
    }
  };
  const sofar = (): Campaign => ({ runs, corpus: kept, features: seen.size, failures: [...failures.values()] });

  for (const input of corpus) run(input);
  for (let batch = 0; goOn(sofar()); batch += 1) {
    for (const input of generate(seed + batch, BATCH)) run(input);
    for (let i = 0; kept.length > 0 && i < 9 * BATCH; i += 1) run(mutate(random.pick(kept), random.pick(kept), random));
  }
  return sofar();
}

/** The inputs of a corpus that show everything it shows, the shortest ones of those that can be had by taking short ones first. */
export function distil(corpus: readonly FuzzInput[]): FuzzInput[] {
  const seen = new Set<string>();
  return corpus
    .filter((input) => failureOf(input) === null)
    .sort((a, b) => a.bytes.length - b.bytes.length)
    .filter((input) => {
      const before = seen.size;
      for (const feature of check(input)) seen.add(feature);
      return seen.size > before;
    });
}

/** Why an input fails; null where it does not. */
export function failureOf(input: FuzzInput): string | null {
  try {
    check(input);
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

/** One sentence, the same for all inputs that fail at one place. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = /at (?!.*(?:node:|check\.ts)).*?([\w-]+\.ts:\d+)/.exec(error.stack ?? "")?.[1] ?? "";
  const what = error.message.split("\n")[0]!.replaceAll(/\b(?:0x)?[\da-f]{4,}\b|\d+/g, "…");
  return `${error.name}: ${what.slice(0, 120)} ${place}`.trim();
}

/** A failure as the file of a test case has it. */
export function caseOf({ input, reason }: Failure): string {
  return `${JSON.stringify({ reason, ...(JSON.parse(formatInput(input)) as object) }, null, 2)}\n`;
}
