// Input logs: whatever a machine lives through is written down and done again bit-exactly; what is cut off, damaged or changed
// is told, where it is. FC_RUNS multiplies the number of runs.
import { InputLogReader, InputLogReplay, readAll, replayInputLog } from "@bgpwire/capture";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entriesOf, recordedLife, Recording } from "../support/recording.ts";
import { scenarios } from "../support/scenario.ts";
import { concat, keepalive, open } from "../support/wire.ts";

const RUNS = Number(process.env["FC_RUNS"] ?? 1);
/** For machines that do a lot beside. */
const SLOW = { timeout: 60_000 * Math.max(1, RUNS) };
const runs = (count: number): { numRuns: number } => ({ numRuns: count * RUNS });

describe("P10 by way of a file", SLOW, () => {
  it("what was recorded is replayed bit-exactly, and recorded again it is the same file", () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { life, file } = recordedLife(scenario);
        const again = new Recording();
        const { difference, problem, summary } = replayInputLog(file, again.recorder);
        again.recorder.end("the scenario is over");
        expect(problem).toBeNull();
        expect(difference).toBeNull();
        expect(again.file).toEqual(file);
        expect(summary).toMatchObject({
          peers: 1,
          inputs: life.calls.length,
          outputs: life.outputs.length,
          ended: "the scenario is over",
        });
      }),
      runs(300),
    );
  });

  it("a machine that was restored from a snapshot on the way has the same log", () => {
    fc.assert(
      fc.property(scenarios, fc.infiniteStream(fc.boolean()), (scenario, restores) => {
        const restored = recordedLife(scenario, { restore: () => restores.next().value! });
        expect(restored.file).toEqual(recordedLife(scenario).file);
      }),
      runs(50),
    );
  });
});

describe("reading", SLOW, () => {
  it("chunks of any length change nothing", () => {
    fc.assert(
      fc.property(scenarios, fc.integer({ min: 1, max: 50 }), (scenario, pieces) => {
        const { file } = recordedLife(scenario);
        expect(readAll(new InputLogReader(), file, pieces)).toEqual(readAll(new InputLogReader(), file));
      }),
      runs(60),
    );
  });

  it("a log that is cut off anywhere has every entry that is whole, and replays as far", () => {
    fc.assert(
      fc.property(scenarios, fc.nat(), (scenario, seed) => {
        const { file } = recordedLife(scenario);
        const all = entriesOf(file);
        const length = seed % file.length;
        const cut = readAll(new InputLogReader(), file.subarray(0, length));
        const whole = all.filter((entry, i) => (all[i + 1]?.offset ?? file.length) <= length);
        const end = all[whole.length]!.offset;
        expect(cut.slice(0, whole.length)).toEqual(whole);
        expect(cut.slice(whole.length)).toEqual(
          length === end && length > 0
            ? []
            : [
                {
                  kind: "problem",
                  offset: end,
                  reason: length === 0 ? "the file is empty" : `an entry is cut off after ${length - end} octets`,
                  skipped: length === 0 ? null : length - end,
                },
              ],
        );
        const { difference, summary } = replayInputLog(file.subarray(0, length));
        expect(difference).toBeNull();
        expect(summary).toMatchObject({ entries: whole.length, ended: null });
      }),
      runs(150),
    );
  });

  it("whatever octets there are, nothing throws, and what is read lies inside the file", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 300 }), (octets, pieces) => {
        for (const entry of readAll(new InputLogReader(), octets, pieces)) {
          expect(entry.offset).toBeLessThanOrEqual(octets.length);
        }
        replayInputLog(octets);
      }),
      runs(1000),
    );
  });

  it("where octets of a log are others, nothing throws, and what is said lies inside the file", () => {
    fc.assert(
      fc.property(
        scenarios,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        (scenario, to) => {
          const { file } = recordedLife(scenario);
          const damaged = file.slice();
          for (const [at, value] of to) damaged[at % damaged.length] = value;
          const { difference, problem } = replayInputLog(damaged);
          if (difference !== null) expect(difference.offset).toBeLessThan(file.length);
          if (problem !== null) expect(problem.reason).not.toBe("");
        },
      ),
      runs(400),
    );
  });
});

/** What may be done to the entries of a log that leaves every one of them an entry. */
const disorder = fc.oneof(
  fc.record({ do: fc.constantFrom("drop" as const, "twice" as const, "swap" as const), at: fc.nat() }),
  fc.record({
    do: fc.constant("time" as const),
    at: fc.nat(),
    now: fc.oneof(
      fc.constantFrom(Number.NEGATIVE_INFINITY, 0, -(2 ** 52), 2 ** 52, 2 ** 52 - 1, 1e9),
      fc.double({ min: -(2 ** 52), max: 2 ** 52, noNaN: true }),
    ),
  }),
);

it("entries that could not have happened neither throw nor go on for ever", SLOW, () => {
  fc.assert(
    fc.property(scenarios, fc.array(disorder, { minLength: 1, maxLength: 4 }), (scenario, changes) => {
      const entries = entriesOf(recordedLife(scenario).file);
      for (const change of changes) {
        const at = change.at % entries.length;
        const entry = entries[at]!;
        if (change.do === "drop") entries.splice(at, 1);
        else if (change.do === "twice") entries.splice(at, 0, entry);
        else if (change.do === "swap") entries.splice(at, 2, ...entries.slice(at, at + 2).reverse());
        else if ("now" in change && entry.kind === "call" && "now" in entry.call) {
          entries[at] = { ...entry, call: { ...entry.call, now: change.now } };
        }
        if (entries.length === 0) return;
      }
      const replay = new InputLogReplay();
      entries.every((entry) => replay.take(entry) === null);
      expect(replay.summary.entries).toBeLessThanOrEqual(entries.length);
    }),
    runs(400),
  );
});

describe("a change", SLOW, () => {
  it("to any output is found at its entry", () => {
    fc.assert(
      fc.property(scenarios, fc.nat(), (scenario, seed) => {
        const { file } = recordedLife(scenario);
        const entries = entriesOf(file);
        const outputs = entries.flatMap((entry, i) =>
          entry.kind === "call" && entry.call.type === "output" && entry.call.output !== null ? [i] : [],
        );
        const index = outputs[seed % outputs.length]!;
        const replay = new InputLogReplay();
        for (const entry of entries.slice(0, index)) expect(replay.take(entry)).toBeNull();
        const changed = entries[index]!;
        if (changed.kind !== "call" || changed.call.type !== "output") throw new Error("no output");
        const output = { ...changed.call.output!, type: "another" };
        const difference = replay.take({ ...changed, call: { type: "output", output } });
        expect(difference).toMatchObject({ entry: index, offset: changed.offset, expected: output });
        expect(difference!.actual).toMatchObject({ type: changed.call.output!.type });
      }),
      runs(100),
    );
  });

  it("to an input is found at the first output that it changes", () => {
    const { file } = recordedLife({
      options: {},
      seed: 1,
      drains: true,
      steps: [
        { do: "start", automatic: false },
        { do: "dialled", ok: true },
        { do: "say", on: 0, bytes: open() },
        { do: "say", on: 0, bytes: keepalive() },
      ],
    });
    const entries = entriesOf(file);
    const said = entries.findIndex(
      (entry) => entry.kind === "call" && entry.call.type === "input" && entry.call.input.type === "bytes",
    );
    // The last octet of the identifier in the peer's OPEN, with which the entry ends.
    const mutated = concat(file);
    mutated[entries[said + 1]!.offset - open().length + 27] = 99;
    const { difference } = replayInputLog(mutated);
    expect(difference).toMatchObject({
      entry: said + 1,
      offset: entries[said + 1]!.offset,
      peer: "192.0.2.2",
      expected: { type: "open", rest: { open: { identifier: "10.0.0.2" } } },
      actual: { type: "open", rest: { open: { identifier: "10.0.0.99" } } },
    });
  });
});
