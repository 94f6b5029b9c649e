// RIS Live (https://ris-live.ripe.net/manual/): lines of JSON, each with what a collector of RIPE NCC's Routing Information Service
// has seen, or what the server says of itself.
import type { Json } from "@bgpwire/decoder";
import type { JsonObject } from "../json/fields.ts";
import { LineReader, type Line } from "../stream/line-reader.ts";
import type { Problem, RecordReader } from "../stream/record-reader.ts";

/** The longest line that is read, and all data of one event, in octets: several times what the longest BGP message takes with its octets and its fields. */
export const LONGEST_RIS_LIVE_LINE: number = 1024 * 1024;

/** A line, or an event with its data. */
export type RisLiveRecord =
  | {
      /** What a collector has seen: the `data` of a "ris_message". */
      readonly kind: "message";
      readonly data: JsonObject;
      /** Of the line, of an event that of its first data, in octets from the beginning of the stream. */
      readonly offset: number;
      /** Of the line, or of the lines from the first of the data to the last, with its end, in octets. */
      readonly length: number;
    }
  | {
      /** What the server says: "ris_error", "ris_subscribe_ok", "pong" and others. */
      readonly kind: "control";
      readonly type: string;
      readonly data: Json;
      readonly offset: number;
      readonly length: number;
    };

/** Lines of Server-Sent Events other than their data, which the stream can be had as: `format=sse`. */
export const EVENT_FIELD: RegExp = /^(?:event|id|retry)?:/;

/** Fields of an event; a comment is one without a name. */
const FIELDS: ReadonlySet<string> = new Set(["", "data", "event", "id", "retry"]);

/** The data of an event whose end has not come. */
interface Data {
  readonly offset: number;
  /** The octets of its lines. */
  length: number;
  /** What they say; nothing more once that is too long. */
  readonly lines: string[];
  /** Characters of that. */
  size: number;
}

/**
 * Reads RIS Live: lines of its stream, plain or as Server-Sent Events, of files with one message of the WebSocket in each line, and
 * `data` alone. What is none of them is a `Problem`, and reading goes on behind it; empty lines are passed over.
 *
 * Of an event the lines of data are joined, as the HTML standard has it (section 9.2.6), and an empty line or the end of the file ends it.
 * So does another object behind one, where somebody has left out all lines but those of data. Holds at most one line, the data of one
 * event, of `LONGEST_RIS_LIVE_LINE` each, and the last chunk.
 *
 * @example
 * const reader = new RisLiveReader();
 * reader.push(chunk);
 * for (let record = reader.next(); record !== null; record = reader.next()) take(record);
 */
export class RisLiveReader implements RecordReader<RisLiveRecord> {
  readonly #lines = new LineReader(LONGEST_RIS_LIVE_LINE);
  #ended = false;
  /** The name of the event whose lines are being read; null where it has none. */
  #event: string | null = null;
  #data: Data | null = null;

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  end(): void {
    this.#lines.end();
    this.#ended = true;
  }

  next(): RisLiveRecord | Problem | null {
    for (let line = this.#lines.next(); line !== null; line = this.#lines.next()) {
      const record = line.kind === "problem" ? line : this.#take(line);
      if (record !== null) return record;
    }
    return this.#ended ? this.#dispatch() : null;
  }

  /** What a line completes. */
  #take(line: Line): RisLiveRecord | Problem | null {
    const { text, offset, length } = line;
    if (text.trim() === "") {
      const record = this.#dispatch();
      this.#event = null;
      return record;
    }
    const colon = text.indexOf(":");
    const name = colon < 0 ? text : text.slice(0, colon);
    if (!FIELDS.has(name)) return recordOf(text, this.#event, line);
    const value = colon < 0 ? "" : text.slice(text[colon + 1] === " " ? colon + 2 : colon + 1);
    if (name === "event") this.#event = value.trim() || null;
    if (name !== "data") return null;
    const begun = this.#data;
    // No text of JSON has one of these behind the other.
    const isNext = begun !== null && value.startsWith("{") && begun.lines.at(-1)?.trimEnd().endsWith("}") === true;
    const record = isNext ? this.#dispatch() : null;
    this.#data ??= { offset, length: 0, lines: [], size: 0 };
    const data = this.#data;
    data.length += length;
    data.size += value.length + 1;
    if (data.size > LONGEST_RIS_LIVE_LINE) data.lines.length = 0;
    else data.lines.push(value);
    return record;
  }

  /** What the data of an event say; null where it has none. */
  #dispatch(): RisLiveRecord | Problem | null {
    const data = this.#data;
    this.#data = null;
    if (data === null) return null;
    const { offset, length, lines, size } = data;
    if (size <= LONGEST_RIS_LIVE_LINE) return recordOf(lines.join("\n"), this.#event, { offset, length });
    const reason = `an event with ${size} characters of data; at most ${LONGEST_RIS_LIVE_LINE} are read`;
    return { kind: "problem", offset, reason, skipped: length };
  }
}

/** @param event the name of the event whose data it is */
function recordOf(
  text: string,
  event: string | null,
  { offset, length }: Pick<Line, "offset" | "length">,
): RisLiveRecord | Problem {
  const json = parsed(text);
  const { type, data = null } = isObject(json) ? json : {};
  if (type === "ris_message" && isObject(data)) return { kind: "message", data, offset, length };
  if (isObject(json) && "timestamp" in json && "peer" in json) return { kind: "message", data: json, offset, length };
  if (typeof type === "string") return { kind: "control", type, data, offset, length };
  if (isObject(json) && type === undefined && event !== null) {
    return event === "ris_message"
      ? { kind: "message", data: json, offset, length }
      : { kind: "control", type: event, data: json, offset, length };
  }
  return { kind: "problem", offset, reason: "a line that is no message of RIS Live", skipped: length };
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}

/** Whether a value is an object of JSON. */
export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
