// How often something happened over time, in a fixed number of steps whatever the span.

/** Steps of time; even. */
const BINS = 120;

/**
 * Counts by time. The steps begin at the first second counted and double whenever a time does not fit, so that the memory is the
 * same for an hour and a year.
 */
export class Histogram {
  readonly #counts: number[] = Array.from({ length: BINS }, () => 0);
  #start = -1;
  /** Seconds of a step. */
  #width = 1;

  /** Counts something that happened in this second since 1970. What is earlier than the first one counts with it. */
  add(seconds: number): void {
    if (this.#start < 0) this.#start = seconds;
    while (seconds - this.#start >= this.#width * BINS) this.#double();
    this.#counts[Math.max(0, Math.floor((seconds - this.#start) / this.#width))]! += 1;
  }

  /** Seconds of a step. */
  get width(): number {
    return this.#width;
  }

  /** The counts of all steps up to the last in which something happened. */
  get counts(): readonly number[] {
    const last = this.#counts.findLastIndex((count) => count > 0);
    return this.#counts.slice(0, last + 1);
  }

  #double(): void {
    for (let i = 0; i < BINS; i += 1) {
      const [first, second] = [this.#counts[2 * i] ?? 0, this.#counts[2 * i + 1] ?? 0];
      this.#counts[i] = first + second;
    }
    this.#width *= 2;
  }
}

const LEVELS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/** Counts as a line of blocks, at most `width` of them. Nothing is a space. */
export function sparkline(counts: readonly number[], width: number): string {
  const each = Math.max(1, Math.ceil(counts.length / width));
  const sums: number[] = [];
  for (let at = 0; at < counts.length; at += each) sums.push(sum(counts.slice(at, at + each)));
  const most = Math.max(1, ...sums);
  return sums.map((one) => (one === 0 ? " " : LEVELS[Math.ceil((one / most) * LEVELS.length) - 1])).join("");
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
