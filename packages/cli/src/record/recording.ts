// `bgpwire run --record FILE`: all that happens to the sessions, as an input log and as an MRT file.
import { InputLogRecorder, MrtWriter, SessionEvents } from "@bgpwire/capture";
import type { MachineCall, Recorder } from "@bgpwire/core";
import type { Sink } from "../output/sink.ts";
import { version } from "../version.ts";
import { GrowingFile } from "./growing-file.ts";

/** Both files. Where one of them fails, both end, and the sessions go on. */
export class Recording implements Recorder {
  readonly #log: GrowingFile;
  readonly #mrt: GrowingFile;
  readonly #entries: InputLogRecorder;
  readonly #events: SessionEvents;
  readonly #writer = new MrtWriter();
  readonly #err: Sink;
  #over = false;

  /**
   * Makes the files `path` and `path.mrt`, or empties them.
   *
   * @param err where is said that the recording has ended, and why
   * @throws InputError where one of them cannot be written
   */
  static async create(path: string, err: Sink): Promise<Recording> {
    let recording: Recording | null = null;
    const create = (name: string): Promise<GrowingFile> =>
      GrowingFile.create(name, (reason) => recording?.fail(`${name}: ${reason}`));
    const log = await create(path);
    recording = new Recording(log, await create(`${path}.mrt`), err);
    return recording;
  }

  private constructor(log: GrowingFile, mrt: GrowingFile, err: Sink) {
    this.#log = log;
    this.#mrt = mrt;
    this.#err = err;
    const clock = { time: performance.timeOrigin, now: 0 };
    const software = `bgpwire ${version()} (Node.js ${process.versions.node}, ${process.platform} ${process.arch})`;
    this.#entries = new InputLogRecorder({ software, ...clock }, (octets) => log.write(octets));
    this.#events = new SessionEvents(clock, (event) => {
      // An MRT file has no record for a connection; the states of the session tell of it.
      if (event.kind !== "up" && event.kind !== "down") mrt.write(this.#writer.event(event));
    });
  }

  record(peer: number, call: MachineCall): void {
    if (this.#over) return;
    this.#entries.record(peer, call);
    this.#events.record(peer, call);
  }

  /** Says in the log that the recording has ended, and why; then waits until the files are written. Never rejects. */
  async end(why: string): Promise<void> {
    if (!this.#over) {
      this.#entries.end(why);
      this.#mrt.write(this.#writer.end());
    }
    this.#over = true;
    await Promise.all([this.#log.close(), this.#mrt.close()]);
    for (const { kind, what, count } of this.#writer.notes) {
      if (kind === "leftOut") this.#err.line(`bgpwire: ${this.#mrt.path} has no place for ${what}: ${count}×`);
    }
  }

  /** One of the files cannot be written any more. */
  fail(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    const why = `recording stopped: ${reason}`;
    // Where it is the other file, or there is still this much room.
    this.#entries.end(why);
    this.#err.line(`bgpwire: ${why}; the sessions go on`);
  }
}
