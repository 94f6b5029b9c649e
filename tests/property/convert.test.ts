// Any events in any format: writers take whatever there is, what they write is sound, and what they leave out they say.
import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { JsonWriter, MrtWriter, type CaptureEvent, type CaptureWriter } from "@bgpwire/capture";
import { captureEvents } from "../support/arbitrary-events.ts";
import { converted, tellEvent } from "../support/conversion.ts";

const WRITERS: Readonly<Record<string, () => CaptureWriter>> = {
  json: () => new JsonWriter(),
  mrt: () => new MrtWriter(),
};

const manyEvents = fc.array(captureEvents, { maxLength: 12 });

describe.each(Object.entries(WRITERS))("%s", (_name, create) => {
  test("is read again without a problem, and every event is in it or was said to have no place", () => {
    fc.assert(
      fc.property(manyEvents, (events) => {
        const writer = create();
        const wanted = events.filter(({ kind }) => kind !== "problem");
        const read = converted(wanted, writer);
        expect(read.filter(({ kind }) => kind === "problem")).toEqual([]);
        const leftOut = [...writer.notes].reduce((sum, { kind, count }) => sum + (kind === "leftOut" ? count : 0), 0);
        expect(read.length + leftOut).toBeGreaterThanOrEqual(wanted.length);
      }),
      { numRuns: 100 },
    );
  });

  test("what is passed over leaves no trace of itself", () => {
    fc.assert(
      fc.property(manyEvents, (events) => {
        const writer = create();
        for (const event of events) writer.passOver(event);
        expect(writer.end().length).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});

function told(events: readonly CaptureEvent[]): string[] {
  return events.map((event) => tellEvent(event, 9));
}

test("JSON loses nothing", () => {
  fc.assert(
    fc.property(manyEvents, (events) => {
      expect(told(converted(events, new JsonWriter()))).toEqual(told(events));
    }),
    { numRuns: 50 },
  );
});
