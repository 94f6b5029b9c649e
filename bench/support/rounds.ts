// Several contenders measured in turn, round after round, so that what else the machine does meets all of them alike: a ratio
// of two things measured one after the other says as much about the minute as about the things.
import { measure } from "mitata";
import { median, number, times } from "./table.ts";

/** What is measured: gives the time of one operation in nanoseconds. */
export interface Contender {
  readonly name: string;
  once(): number | Promise<number>;
}

/** The times of one contender, one a round. */
export interface Timed {
  readonly name: string;
  readonly ns: readonly number[];
  readonly middle: number;
  readonly best: number;
  /** Fastest and slowest round as text. */
  readonly range: string;
}

/** Lets all contenders take their turn in each round. */
export async function inRounds(rounds: number, contenders: readonly Contender[]): Promise<Timed[]> {
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) times[i]!.push(await contender.once());
  }
  return contenders.map(({ name }, i) => timed(name, times[i]!));
}

/** How much longer one takes than another: by the fastest passes, and in brackets by the medians of rounds. */
export function ratio(one: Timed, other: Timed): string {
  return `${times(one.best / other.best)} (${times(one.middle / other.middle)})`;
}

/** A contender in this process: `work` does `operations` of them. */
export function contender(name: string, operations: number, work: () => void): Contender {
  return { name, once: async () => (await measure(work, { min_cpu_time: 300e6 })).p50 / operations };
}

function timed(name: string, ns: readonly number[]): Timed {
  const digits = median(ns) < 100 ? 1 : 0;
  const range = `${number(Math.min(...ns), digits)}–${number(Math.max(...ns), digits)}`;
  return { name, ns, middle: median(ns), best: Math.min(...ns), range };
}
