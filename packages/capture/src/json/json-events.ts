// Lines of JSON read back into events.
import type { CaptureEvent } from "../event.ts";
import { LineReader, type Line } from "../stream/line-reader.ts";
import type { RecordReader } from "../stream/record-reader.ts";
import { Contexts } from "./endpoint-json.ts";
import { eventFromJson } from "./event-json.ts";
import type { JsonObject } from "./fields.ts";

/** The longest line that is read, in octets: several times what the longest BGP message takes. */
export const LONGEST_JSON_LINE: number = 4 * 1024 * 1024;

/**
 * Reads the lines that `eventJson` makes. A line that is none of them is a `Problem`, and reading goes on with the next; empty
 * lines are passed over. Holds at most one line and the last chunk.
 */
export class JsonEvents implements RecordReader<CaptureEvent> {
  readonly #lines = new LineReader(LONGEST_JSON_LINE);
  readonly #contexts = new Contexts();

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  end(): void {
    this.#lines.end();
  }

  next(): CaptureEvent | null {
    for (let line = this.#lines.next(); line !== null; line = this.#lines.next()) {
      if (line.kind === "problem") return line;
      if (line.text.trim() !== "") return this.#event(line);
    }
    return null;
  }

  #event({ text, offset, length }: Line): CaptureEvent {
    try {
      return eventFromJson(JSON.parse(text) as JsonObject, this.#contexts);
    } catch (error) {
      // Of JSON.parse, of a value that is not what it should be, or of one that is not there at all.
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: "problem", offset, reason: `no event: ${reason}`, skipped: length };
    }
  }
}
