// How a field of any options is checked: one ConfigError that names the field, the value and what is accepted.
import { ConfigError } from "../fault.ts";
import type { Millis } from "./io.ts";

/**
 * Refuses anything but an object whose fields are all known, and says which was probably meant, or what there is. For packages
 * whose options are to be as strict as those of this one.
 *
 * @param known an object that has all fields
 * @param what it is that has them, for the message: "the options of a peer"
 * @param path of the object, where it is itself a field
 * @throws ConfigError `invalid-value` with the field
 * @example checkFields({ holdtime: 90 }, { holdTime: true }, "the options of a peer") // holdtime: is none of …; did you mean holdTime?
 */
export function checkFields(value: unknown, known: object, what: string, path: string = ""): void {
  checkObject(value, path === "" ? "options" : path, what);
  const fields = Object.keys(known);
  for (const field of Object.keys(value as object)) {
    if (fields.includes(field)) continue;
    const meant = nearest(field, fields);
    const accepted = meant === null ? `there are ${fields.join(", ")}` : `did you mean ${meant}?`;
    throw invalid(path === "" ? field : `${path}.${field}`, `is none of ${what}; ${accepted}`);
  }
}

/**
 * Refuses what has no fields at all, a list included.
 *
 * @throws ConfigError `invalid-value` with the field
 * @example checkObject(5, "options", "the options of a peer") // options: 5 is not an object with the options of a peer
 */
export function checkObject(value: unknown, field: string, what: string): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw invalid(field, `${show(value)} is not an object with ${what}`);
}

/** A whole number in a range, or its default; null is none, and the field is required. */
export function checkInteger(
  field: string,
  value: unknown,
  fallback: number | null,
  low: number,
  high: number,
): number {
  if (value === undefined && fallback !== null) return fallback;
  if (!isInteger(value, low, high)) {
    const bound = high === Number.MAX_SAFE_INTEGER ? `${low} or more` : `from ${low} to ${high}`;
    throw invalid(field, `${show(value)} is not accepted; give a whole number ${bound}`);
  }
  return value;
}

/** Seconds, fractions allowed, to milliseconds. */
export function checkSeconds(field: string, value: unknown, fallback: number, low: number = 0): Millis {
  if (value === undefined) return fallback * 1000;
  if (typeof value !== "number" || !Number.isFinite(value) || value < low) {
    throw invalid(field, `${show(value)} is not accepted; give a number of seconds, ${low} or more`);
  }
  return value * 1000;
}

export function checkBoolean(field: string, value: unknown, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value !== "boolean") throw invalid(field, `${show(value)} is not accepted; give true or false`);
  return value;
}

export function isInteger(value: unknown, low: number, high: number): value is number {
  return Number.isInteger(value) && (value as number) >= low && (value as number) <= high;
}

/** A deep copy of plain data, frozen as far as the language lets one (not typed arrays). */
export function frozenCopy(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy));
  if (typeof value !== "object" || value === null) return value;
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, frozenCopy(inner)])));
}

export function invalid(field: string, message: string): ConfigError {
  return new ConfigError("invalid-value", field, message);
}

/** A value as people would write it, in a line. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "object" && value !== null) {
    if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
    const fields = Object.entries(value).map(([key, inner]) => `${key}: ${show(inner)}`);
    return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
  }
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "function" ? "a function" : String(value);
}

/** The known name that begins most like the word: nearly every slip is in the case, the ending or the middle of a name. */
function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let longest = 3;
  for (const candidate of known) {
    let same = 0;
    while (same < word.length && word[same]!.toLowerCase() === candidate[same]?.toLowerCase()) same += 1;
    if (same <= longest) continue;
    longest = same;
    best = candidate;
  }
  return best;
}
