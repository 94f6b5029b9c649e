// Lives of machines and speakers written down as input logs.
import { InputLogReader, InputLogRecorder, readAll, type InputLogEntry } from "@bgpwire/capture";
import { Life, type Call, type Scenario, type Variation } from "./scenario.ts";
import { concat } from "./wire.ts";

/** A log that grows in memory. */
export class Recording {
  readonly parts: Uint8Array[] = [];
  readonly recorder: InputLogRecorder;

  constructor() {
    const header = { software: "test 1.0", time: 1_771_750_000_123.25, now: 1_000_000 };
    this.recorder = new InputLogRecorder(header, (octets) => void this.parts.push(octets));
  }

  get file(): Uint8Array {
    return concat(...this.parts);
  }
}

/** Every entry of a log that can be read. */
export function entriesOf(file: Uint8Array): InputLogEntry[] {
  return readAll(new InputLogReader(), file).map((entry) => {
    if (entry.kind === "problem") throw new Error(entry.reason);
    return entry;
  });
}

/** Lives a scenario and writes it down. */
export function recordedLife(
  scenario: Scenario,
  vary: Variation = {},
): { readonly life: Life; readonly file: Uint8Array } {
  const recording = new Recording();
  const { recorder } = recording;
  let told = 0;
  let results = 0;

  function tell(call: Call): void {
    const { now } = call;
    if (call.call === "handle") return recorder.record(0, { type: "input", now, input: call.input });
    const result = life.results[results]!;
    results += 1;
    if (call.call === "sendUpdate") {
      return recorder.record(0, { type: "sendUpdate", now, conn: call.conn, body: call.body, result });
    }
    if (call.call === "sendCapabilities") {
      return recorder.record(0, { type: "sendCapabilities", now, conn: call.conn, changes: [call.change], result });
    }
    const body = new Uint8Array(0);
    recorder.record(0, { type: "sendRouteRefresh", now, conn: call.conn, afi: 1, safi: 1, subtype: 0, body, result });
  }

  const life = new Life(scenario, {
    ...vary,
    observe: (_machine, output) => {
      // What went in before this output came out.
      for (; told < life.calls.length; told += 1) tell(life.calls[told]!);
      recorder.record(0, { type: "output", output });
    },
  });
  const { options, environment } = life;
  recorder.record(0, { type: "made", id: options.remoteAddress, options, environment });
  life.live(scenario.steps);
  recorder.end("the scenario is over");
  return { life, file: recording.file };
}
