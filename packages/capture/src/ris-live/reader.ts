// RIS Live (https://ris-live.ripe.net/manual/): lines of JSON, each with what a collector of RIPE NCC's Routing Information Service
// has seen, or what the server says of itself.
import type { Json } from "@bgpwire/decoder";
import type { JsonObject } from "../json/fields.ts";
import { LineReader, type Line } from "../stream/line-reader.ts";
import type { Problem, RecordReader } from "../stream/record-reader.ts";

/** The longest line that is read, in octets: several times what the longest BGP message takes with its octets and its fields. */
export const LONGEST_RIS_LIVE_LINE: number = 1024 * 1024;

/** A line. */
export type RisLiveRecord =
  | {
      /** What a collector has seen: the `data` of a "ris_message". */
      readonly kind: "message";
      readonly data: JsonObject;
      /** Of the line, in octets from the beginning of the stream. */
      readonly offset: number;
      /** Of the line with its end, in octets. */
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

/** The name of an event, which is what it has for a type where its data have none. */
const EVENT_NAME = /^event:\s*(\S+)$/;

/**
 * Reads lines of RIS Live: of its stream, plain or as Server-Sent Events, of files with one message of the WebSocket in each line,
 * and `data` alone. A line that is none of them is a `Problem`, and reading goes on with the next; empty lines are passed over.
 * Holds at most one line and the last chunk.
 *
 * @example
 * const reader = new RisLiveReader();
 * reader.push(chunk);
 * for (let record = reader.next(); record !== null; record = reader.next()) take(record);
 */
export class RisLiveReader implements RecordReader<RisLiveRecord> {
  readonly #lines = new LineReader(LONGEST_RIS_LIVE_LINE);
  /** Of the event whose lines are being read; null where it has none. */
  #event: string | null = null;

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  end(): void {
    this.#lines.end();
  }

  next(): RisLiveRecord | Problem | null {
    for (let line = this.#lines.next(); line !== null; line = this.#lines.next()) {
      if (line.kind === "problem") return line;
      const text = line.text.replace(/^data:/, "").trim();
      if (text === "") this.#event = null;
      else if (EVENT_FIELD.test(text)) this.#event = EVENT_NAME.exec(text)?.[1] ?? this.#event;
      else return recordOf(text, this.#event, line);
    }
    return null;
  }
}

/** @param event the name of the event that a line is the data of */
function recordOf(text: string, event: string | null, { offset, length }: Line): RisLiveRecord | Problem {
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
