// Every capture of others as JSON: each line is as the schema says, and reads back into the same octets.
import { readdirSync, readFileSync } from "node:fs";
import {
  captureEvents,
  Contexts,
  eventFromJson,
  eventJson,
  EventReading,
  type CaptureEvent,
  type JsonObject,
} from "@bgpwire/capture";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { absent, DATA } from "../support/corpus.ts";

/** Events of each file that are looked at: what comes later is more of the same. */
const MOST_EVENTS = 500;

const schema = JSON.parse(
  readFileSync(new URL("../../packages/cli/schema/capture.schema.json", import.meta.url), "utf8"),
) as object;
const isValid = new Ajv({ strict: false }).compile(schema);

/** Files that are not compressed; those that are hold nothing else. */
function files(directory: string): string[] {
  return readdirSync(`${DATA}${directory}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:gz|bz2|zst|xz)$/.test(entry.name))
    .map((entry) => `${entry.parentPath}/${entry.name}`);
}

function firstEvents(file: string): CaptureEvent[] {
  const reader = captureEvents();
  reader.push(readFileSync(file));
  reader.end();
  const events: CaptureEvent[] = [];
  for (let event = reader.next(); event !== null && events.length < MOST_EVENTS; event = reader.next())
    events.push(event);
  return events;
}

/** An event with octets instead of ranges of a buffer. */
function comparable(event: CaptureEvent): unknown {
  return JSON.parse(
    JSON.stringify(event, (_, value: unknown) => {
      if (typeof value !== "object" || value === null || !("buffer" in value)) return value;
      const { buffer, start, end, ...rest } = value as { buffer: Uint8Array; start: number; end: number };
      return { ...rest, octets: [...buffer.subarray(start, end)] };
    }),
  );
}

describe.each(["mrt", "pcap", "bmp"])("%s (skipped where it is absent)", (directory) => {
  test.skipIf(absent(directory))("every event comes back from its line", () => {
    let count = 0;
    for (const file of files(directory)) {
      const contexts = new Contexts();
      for (const event of firstEvents(file)) {
        const json = JSON.parse(JSON.stringify(eventJson(new EventReading(event)))) as JsonObject;
        isValid(json);
        expect(isValid.errors ?? [], `${file}, octet ${event.offset}`).toEqual([]);
        expect(comparable(eventFromJson(json, contexts)), file).toEqual(comparable(event));
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(50);
  });
});
