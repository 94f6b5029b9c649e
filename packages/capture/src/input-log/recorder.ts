// A recorder that makes an input log of what it is told.
import type { MachineCall, Recorder } from "@bgpwire/core";
import { InputLogWriter, MAX_INPUT_LOG_ENTRY, type InputLogHeader } from "./entry.ts";

/** Longest part of a chunk that is one entry. Where a stream is cut does not matter to a machine. */
const LONGEST_CHUNK = MAX_INPUT_LOG_ENTRY / 2;

/**
 * Writes an input log. It does no IO: `write` gets octets that are its own, to be written one behind the other.
 *
 * @example
 * const log = new InputLogRecorder(
 *   { software: "my router 1.0", time: Date.now(), now: performance.now() },
 *   (octets) => file.write(octets),
 * );
 * const speaker = createSpeaker({ routerId: "192.0.2.1", recorder: log });
 * // … and after speaker.stop()
 * log.end("stopped");
 */
export class InputLogRecorder implements Recorder {
  readonly #entries = new InputLogWriter();
  readonly #write: (octets: Uint8Array) => void;

  /** @param header `now` is of the clock of the speaker's transport: `performance.now()` on Node.js and Deno */
  constructor(header: InputLogHeader, write: (octets: Uint8Array) => void) {
    this.#write = write;
    write(this.#entries.header(header));
  }

  record(peer: number, call: MachineCall): void {
    if (call.type !== "input" || call.input.type !== "bytes" || call.input.chunk.length <= LONGEST_CHUNK) {
      this.#write(this.#entries.call(peer, call));
      return;
    }
    const { now, input } = call;
    for (let at = 0; at < input.chunk.length; at += LONGEST_CHUNK) {
      const chunk = input.chunk.subarray(at, at + LONGEST_CHUNK);
      this.#write(this.#entries.call(peer, { type: "input", now, input: { ...input, chunk } }));
    }
  }

  /** Says that nothing follows, and why. A log without an end is one of a process that was killed. */
  end(why: string): void {
    this.#write(this.#entries.end(why));
  }
}
