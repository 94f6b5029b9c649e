// Entries of input logs, and values in them, as lines for people.
import { timeAt, timeText, type InputLogEntry, type LogClock } from "@bgpwire/capture";
import { toHex } from "@bgpwire/core";
import { printable } from "../output/text.ts";

/** Most octets that are shown of a value. */
const MOST_OCTETS = 64;

/** A plain value in one line: JSON, with octets in hexadecimal. */
export function valueText(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value instanceof Error) return `an error: ${printable(value.message)}`;
  const text = JSON.stringify(value, (_name, inner: unknown) => {
    if (inner instanceof Uint8Array) return octetsText(inner);
    return inner === Number.NEGATIVE_INFINITY ? "-Infinity" : inner;
  });
  return printable(text);
}

function octetsText(octets: Uint8Array): string {
  if (octets.length <= MOST_OCTETS) return toHex(octets);
  return `${toHex(octets.subarray(0, MOST_OCTETS))}… (${octets.length} octets)`;
}

/** Lines of a log. What comes between two inputs has no time of its own. */
export class EntryText {
  readonly #ids = new Map<number, string>();
  #clock: LogClock = { time: 0, now: 0 };

  /** @param index counts the entries from 0 */
  line(index: number, entry: InputLogEntry): string {
    switch (entry.kind) {
      case "header":
        this.#clock = entry;
        return `${index} recorded by ${printable(entry.software)}`;
      case "end":
        return `${index} end: ${printable(entry.why)}`;
      case "call":
        return `${index} ${this.#call(entry)}`;
    }
  }

  #call({ peer, call }: InputLogEntry & { readonly kind: "call" }): string {
    if (call.type === "made") this.#ids.set(peer, printable(call.id));
    const id = this.#ids.get(peer) ?? String(peer);
    switch (call.type) {
      case "output": {
        if (call.output === null) return `${id} > quiet`;
        const { type, conn, rest } = call.output;
        return `${id} > ${printable(type)}${conn === undefined ? "" : ` ${valueText(conn)}`} ${valueText(rest)}`;
      }
      case "input": {
        const { type, ...fields } = call.input;
        return `${this.#moment(call.now)} ${id} < ${type} ${valueText(fields)}`;
      }
      case "sendUpdate":
      case "sendRouteRefresh": {
        const { type, now, ...fields } = call;
        return `${this.#moment(now)} ${id} < ${type} ${valueText(fields)}`;
      }
      default: {
        const { type, ...fields } = call;
        return `${id} < ${type} ${valueText(fields)}`;
      }
    }
  }

  #moment(now: number): string {
    return now === Number.NEGATIVE_INFINITY ? "(overdue)" : timeText(timeAt(this.#clock, now));
  }
}
