// Captures of any format, told apart by their first octets.
import { toHex } from "@bgpwire/core";
import { BgpEvents } from "./bgp/events.ts";
import { BmpEvents } from "./bmp/events.ts";
import { DETECTION_LENGTH, detectFormat, type CaptureFormat } from "./detect-format.ts";
import type { CaptureEvent } from "./event.ts";
import { InputLogEvents } from "./input-log/events.ts";
import { JsonEvents } from "./json/json-events.ts";
import { MrtEvents } from "./mrt/events.ts";
import { OpenBmpEvents } from "./openbmp/events.ts";
import { PcapEvents } from "./pcap/events.ts";
import { RisLiveEvents } from "./ris-live/events.ts";
import type { Problem, RecordReader } from "./stream/record-reader.ts";

const READERS: Readonly<Record<CaptureFormat, () => RecordReader<CaptureEvent>>> = {
  pcap: () => new PcapEvents(),
  mrt: () => new MrtEvents(),
  bmp: () => new BmpEvents(),
  openbmp: () => new OpenBmpEvents(),
  "ris-live": () => new RisLiveEvents(),
  json: () => new JsonEvents(),
  "input-log": () => new InputLogEvents(),
  bgp: () => new BgpEvents(),
};

/**
 * Reads the events of a capture of any format.
 *
 * @example
 * const events = captureEvents();
 * for await (const chunk of file) {
 *   events.push(chunk);
 *   for (let event = events.next(); event !== null; event = events.next()) take(event);
 * }
 */
export function captureEvents(): RecordReader<CaptureEvent> {
  return new DetectedEvents();
}

class DetectedEvents implements RecordReader<CaptureEvent> {
  /** What came before the format was known. */
  #waiting: Uint8Array[] = [];
  #reader: RecordReader<CaptureEvent> | null = null;
  #ended = false;

  push(chunk: Uint8Array): void {
    if (this.#reader === null) this.#waiting.push(chunk);
    else this.#reader.push(chunk);
  }

  end(): void {
    this.#ended = true;
    this.#reader?.end();
  }

  next(): CaptureEvent | null {
    if (this.#reader === null && this.#waiting.length > 0) this.#detect();
    return this.#reader === null ? null : this.#reader.next();
  }

  #detect(): void {
    const beginning = beginningOf(this.#waiting);
    const certain = this.#ended || beginning.length >= DETECTION_LENGTH;
    const format = detectFormat(beginning, certain);
    if (format === null && !certain) return;
    const reader = format === null ? new UnknownFormat(beginning) : READERS[format]();
    for (const chunk of this.#waiting) reader.push(chunk);
    if (this.#ended) reader.end();
    this.#waiting = [];
    this.#reader = reader;
  }
}

/** The first octets of a stream. */
function beginningOf(chunks: readonly Uint8Array[]): Uint8Array {
  const beginning = new Uint8Array(DETECTION_LENGTH);
  let length = 0;
  for (const chunk of chunks) {
    const part = chunk.subarray(0, DETECTION_LENGTH - length);
    beginning.set(part, length);
    length += part.length;
  }
  return beginning.subarray(0, length);
}

/** A file that is no capture: one problem. */
class UnknownFormat implements RecordReader<CaptureEvent> {
  #problem: Problem | null;

  constructor(beginning: Uint8Array) {
    const reason = `no capture of a known format: it begins with ${toHex(beginning.subarray(0, 12))}`;
    this.#problem = { kind: "problem", offset: 0, reason, skipped: null };
  }

  push(): void {}

  end(): void {}

  next(): Problem | null {
    const problem = this.#problem;
    this.#problem = null;
    return problem;
  }
}
