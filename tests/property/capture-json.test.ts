// Events as JSON: whatever is in a capture comes back from its line, octet by octet, and the line is as the schema says.
import { readFileSync } from "node:fs";
import { Contexts, eventFromJson, eventJson, EventReading, type CaptureEvent, type JsonObject } from "@bgpwire/capture";
import { Ajv } from "ajv";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { captureEvents, updateEvents } from "../support/arbitrary-events.ts";

const schema = JSON.parse(
  readFileSync(new URL("../../packages/cli/schema/capture.schema.json", import.meta.url), "utf8"),
) as object;
const isValid = new Ajv({ strict: false }).compile(schema);

/** An event with octets instead of ranges of a buffer. */
function comparable(event: CaptureEvent): unknown {
  if (event.kind !== "message") return event;
  const { buffer, start, end, ...rest } = event;
  return { ...rest, octets: [...buffer.subarray(start, end)] };
}

test("every event comes back from its line as it was, and the line is as the schema says", () => {
  fc.assert(
    fc.property(captureEvents, (event) => {
      const line = JSON.stringify(eventJson(new EventReading(event)));
      const json = JSON.parse(line) as JsonObject;
      isValid(json);
      expect(isValid.errors ?? []).toEqual([]);
      expect(comparable(eventFromJson(json, new Contexts()))).toEqual(comparable(event));
    }),
    { numRuns: 500 },
  );
});

test("a sound UPDATE needs no octets beside its fields, so that an edited line says what it says", () => {
  fc.assert(
    fc.property(updateEvents, (event) => {
      expect(eventJson(new EventReading(event))).not.toHaveProperty("octets");
    }),
  );
});
