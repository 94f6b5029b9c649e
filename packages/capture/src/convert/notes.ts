// What became of a capture when it was written in another format: what had no place, what is otherwise, what was made up.
import { ConfigError } from "@bgpwire/core";
import { NOTHING } from "../bytes/joined.ts";

/** Most kinds of notes that are told apart; what comes after them counts as one more. */
const MOST_KINDS = 64;

/** Something that happened so often. */
export interface ConversionNote {
  /** `leftOut`: not in the file. `changed`: in it, but not as it was. `madeUp`: in the file, and not in the capture. */
  readonly kind: "leftOut" | "changed" | "madeUp";
  /** What, as a plural for people, such as "KEEPALIVEs". */
  readonly what: string;
  readonly count: number;
}

/** Counts what a writer has to say. */
export class ConversionNotes implements Iterable<ConversionNote> {
  readonly #counts = new Map<string, { -readonly [K in keyof ConversionNote]: ConversionNote[K] }>();

  /** Events, or parts of them, that the format has no place for. */
  leftOut(what: string, count: number = 1): void {
    this.#add("leftOut", what, count);
  }

  /** What the format has another form for. */
  changed(what: string): void {
    this.#add("changed", what, 1);
  }

  /** What the format needs and the capture does not have. */
  madeUp(what: string): void {
    this.#add("madeUp", what, 1);
  }

  #add(kind: ConversionNote["kind"], what: string, count: number): void {
    const known = this.#counts.get(`${kind} ${what}`);
    if (known !== undefined) known.count += count;
    else if (this.#counts.size < MOST_KINDS || what === OTHERS)
      this.#counts.set(`${kind} ${what}`, { kind, what, count });
    else this.#add(kind, OTHERS, count);
  }

  /** In the order in which they first happened. */
  [Symbol.iterator](): Iterator<ConversionNote> {
    return this.#counts.values();
  }
}

const OTHERS = "others";

/** What formats need that say in OPENs how UPDATEs are read. */
export const OPENS =
  "pairs of OPENs, one of which at least is not in the capture, or says something else than how its UPDATEs were read";

/** What formats of sessions cannot say of what a monitored router has. */
export const OTHER_TABLES =
  "UPDATEs of other tables than Adj-RIB-In before policy, which stand beside those as if of the session";

/**
 * What `write` gives of one event, or several. Where a value does not fit its field, as in JSON that was edited by hand, that is noted, and there is nothing.
 *
 * @throws whatever is no `ConfigError`
 */
export function writtenOrNoted(notes: ConversionNotes, write: () => Uint8Array, events: number = 1): Uint8Array {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    notes.leftOut(`what cannot be written: ${error.message}`, events);
    return NOTHING;
  }
}
