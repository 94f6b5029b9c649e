// Any events in any format: writers take whatever there is, what they write is sound, and what they leave out they say.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import {
  BmpEventWriter,
  captureEvents as captureEventsOf,
  eventJson,
  EventReading,
  JsonEvents,
  JsonWriter,
  MrtWriter,
  PcapWriter,
  readAll,
  type CaptureEvent,
  type CaptureWriter,
  type Endpoint,
  type JsonObject,
} from "@bgpwire/capture";
import { toHex } from "@bgpwire/core";
import { captureEvents } from "../support/arbitrary-events.ts";
import { converted, tellEvent, written } from "../support/conversion.ts";

const WRITERS: Readonly<Record<string, () => CaptureWriter>> = {
  json: () => new JsonWriter(),
  mrt: () => new MrtWriter(),
  pcapng: () => new PcapWriter(),
  bmp: () => new BmpEventWriter(),
};

/** Sessions as captures have them: a number is of two ends, one of which is at port 179. */
const SESSIONS = [
  [end("192.0.2.1", 179, 65_001), end("192.0.2.2", 40_000, 4_200_000_000)],
  [end("2001:db8::1", 40_000, 65_001), end("2001:db8::2", 179, null)],
  [end("198.51.100.1", null, 1), end("192.0.2.1", null, 2)],
] as const;

function end(address: string, port: number | null, as: number | null): Endpoint {
  return { address, port, as, bgpIdentifier: null };
}

/** The same event in one of those sessions. */
function inSession(event: CaptureEvent): CaptureEvent {
  if (!("direction" in event)) return event;
  const { direction } = event;
  const session = direction.session % SESSIONS.length;
  const [sender, receiver] = direction.guessed ? SESSIONS[session]! : [...SESSIONS[session]!].reverse();
  return { ...event, direction: { ...direction, session, sender: sender!, receiver: receiver! } };
}

/** The octets of messages, or of UPDATEs alone. */
function messageTexts(events: readonly CaptureEvent[], updates: boolean): string[] {
  const messages = events.filter((event) => event.kind === "message");
  const wanted = messages.filter(({ type }) => !updates || type === 2);
  return wanted.map(({ buffer, start, end }) => toHex(buffer.subarray(start, end)));
}

const manyEvents = fc.array(captureEvents, { maxLength: 12 });

describe.each(Object.entries(WRITERS))("%s", (name, create) => {
  test("is read again without a problem, and every event is in it or was said to have no place", () => {
    fc.assert(
      fc.property(manyEvents, fc.boolean(), (events, sensible) => {
        const writer = create();
        const wanted = (sensible ? events.map(inSession) : events).filter(({ kind }) => kind !== "problem");
        const read = converted(wanted, writer);
        expect(read.filter(({ kind }) => kind === "problem")).toEqual([]);
        const leftOut = [...writer.notes].reduce((sum, { kind, count }) => sum + (kind === "leftOut" ? count : 0), 0);
        if (!sensible) return;
        // OPENs of sessions that do not come up are only known at the end.
        const offers =
          name === "bmp" ? wanted.filter((event) => event.kind === "message" && event.type === 1).length : 0;
        expect(read.length + leftOut + offers).toBeGreaterThanOrEqual(wanted.length);
        // BMP has other messages in Peer Up and Peer Down.
        const kept = messageTexts(wanted, name === "bmp");
        const found = messageTexts(read, name === "bmp");
        const missing = kept.filter((text) => {
          const at = found.indexOf(text);
          if (at >= 0) found.splice(at, 1);
          return at < 0;
        });
        expect(missing.length).toBeLessThanOrEqual(leftOut);
      }),
      { numRuns: 60 },
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

/** Puts a value in the place of one of the fields of an object, at any depth. */
function edited(json: JsonObject, path: readonly number[], value: unknown): JsonObject {
  const keys = Object.keys(json);
  const key = keys[path[0]! % keys.length]!;
  const inner = json[key]!;
  const isDeep = path.length > 1 && typeof inner === "object" && inner !== null && Object.keys(inner).length > 0;
  return { ...json, [key]: isDeep ? edited(inner as JsonObject, path.slice(1), value) : value } as JsonObject;
}

test("whatever somebody makes of a line of JSON, it is an event that can be written, or a problem", () => {
  const values = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constantFrom(-1, 0.5, 2 ** 40, "", "::", [null], [{}], {}));
  const paths = fc.array(fc.nat(50), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(captureEvents, paths, values, (event, path, value) => {
      const json = edited(eventJson(new EventReading(event)), path, value);
      const [read, ...more] = readAll(new JsonEvents(), Buffer.from(`${JSON.stringify(json)}\n`));
      expect(more).toEqual([]);
      if (read === undefined || read.kind === "problem") return;
      for (const create of Object.values(WRITERS)) {
        const writer = create();
        writer.passOver(read);
        writer.event(read);
        writer.end();
      }
    }),
    { numRuns: 200 },
  );
});

const RECORDED = new URL("../fixtures/recorded/", import.meta.url);

describe.each(["gobgp-updates.mrt", "bird-table.mrt", "bird.pcap", "frr-families.pcap"])("%s", (file) => {
  test.each(Object.keys(WRITERS))("as %s is the same octets with JSON in between", (name) => {
    const events = readAll(captureEventsOf(), new Uint8Array(readFileSync(new URL(file, RECORDED))));
    const between = readAll(new JsonEvents(), written(events, new JsonWriter()));
    const [one, other] = [WRITERS[name]!(), WRITERS[name]!()];
    expect(Buffer.compare(written(between, one), written(events, other))).toBe(0);
    expect([...one.notes]).toEqual([...other.notes]);
  });
});
