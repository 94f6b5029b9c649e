// Times against the platform's calendar, which tests may ask.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseTime, timeText } from "./time.ts";

const times = fc.record({
  seconds: fc.integer({ min: 0, max: 0xffff_ffff }),
  nanoseconds: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 999_999_999 })),
});

test("the text of a time is that of ISO 8601, and parses back", () => {
  fc.assert(
    fc.property(times, (time) => {
      const text = timeText(time);
      expect(text.slice(0, 19)).toBe(new Date(time.seconds * 1000).toISOString().slice(0, 19));
      expect(parseTime(text)).toEqual(time);
    }),
  );
});

test("decimals come in groups of three, and none where there are none", () => {
  expect(timeText({ seconds: 951_782_400, nanoseconds: 0 })).toBe("2000-02-29T00:00:00Z");
  expect(timeText({ seconds: 0, nanoseconds: 120_000_000 })).toBe("1970-01-01T00:00:00.120Z");
  expect(timeText({ seconds: 0, nanoseconds: 1000 })).toBe("1970-01-01T00:00:00.000001Z");
  expect(timeText({ seconds: 0, nanoseconds: 1 })).toBe("1970-01-01T00:00:00.000000001Z");
});

test.each([
  "2026-02-29T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-00-01T00:00:00Z",
  "2026-01-01T24:00:00Z",
  "2026-01-01T00:60:00Z",
  "1969-12-31T23:59:59Z",
  "2106-02-07T06:28:16Z",
  "2026-01-01T00:00:00",
  "2026-01-01 00:00:00Z",
  "",
])("%j is no time of a capture", (text) => {
  expect(parseTime(text)).toBe(null);
});
