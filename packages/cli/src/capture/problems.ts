// What was wrong in captures, gathered while they are read and told at the end: which rule, how often, and where first.
import { attributeName } from "@bgpwire/core";
import type { Problem } from "@bgpwire/capture";
import type { Issue } from "@bgpwire/decoder";
import type { Sink } from "../output/sink.ts";

/** Most places that are told one by one; the rest is counted. */
const MOST_PLACES = 10;

interface Found {
  readonly issue: Issue;
  readonly file: string;
  readonly offset: number;
  count: number;
}

/** Gathers what is wrong. */
export class Problems {
  readonly #issues = new Map<string, Found>();
  readonly #unreadable: string[] = [];
  #more = 0;

  /** Nothing was wrong. */
  get none(): boolean {
    return this.#issues.size === 0 && this.#unreadable.length === 0;
  }

  /** Octets of a file that cannot be read. */
  unreadable(file: string, { offset, reason, skipped }: Problem): void {
    if (this.#unreadable.length === MOST_PLACES) {
      this.#more += 1;
      return;
    }
    const rest = skipped === null ? "nothing more can be read" : `${skipped} octets passed over`;
    this.#unreadable.push(`${file}, octet ${offset}: ${reason}; ${rest}`);
  }

  /** Issues of an UPDATE in the record at `offset`. */
  malformed(file: string, offset: number, issues: readonly Issue[]): void {
    for (const issue of issues) {
      const key = `${issue.name} ${issue.attribute} ${issue.action}`;
      const known = this.#issues.get(key);
      if (known === undefined) this.#issues.set(key, { issue, file, offset, count: 1 });
      else known.count += 1;
    }
  }

  /** Writes the summary. */
  tell(sink: Sink): void {
    for (const { issue, file, offset, count } of [...this.#issues.values()].sort((a, b) => b.count - a.count)) {
      const what = issue.attribute === null ? "" : `${attributeName(issue.attribute)}: `;
      sink.line(
        `bgpwire: malformed ${count}×: ${what}${issue.reason} (${issue.rule}, ${issue.action}); first in ${file}, octet ${offset}`,
      );
    }
    for (const text of this.#unreadable) sink.line(`bgpwire: unreadable: ${text}`);
    if (this.#more > 0) sink.line(`bgpwire: unreadable: ${this.#more} more places`);
  }
}
