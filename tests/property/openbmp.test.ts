// OpenBMP: what is written is read, the BMP in it tells what a file of it tells, and no octets do any harm.
import {
  BmpEvents,
  decodeOpenBmpMessage,
  encodeBmpMessage,
  encodeOpenBmpMessage,
  OpenBmpEvents,
  OpenBmpReader,
  readAll,
  type CaptureEvent,
  type OpenBmpMessage,
} from "@bgpwire/capture";
import { formatIPv4, formatIPv6, toHex } from "@bgpwire/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bmpMessages } from "../support/arbitrary-bmp.ts";
import { absent } from "../support/corpus.ts";
import { bmpStreams } from "../support/foreign/corpora.ts";

const u32 = fc.nat({ max: 0xffff_ffff });
const hash = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(toHex);
const name = fc.string({ unit: "grapheme", maxLength: 30 });
const address = fc.oneof(
  u32.map(formatIPv4),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((octets) => formatIPv6(octets)),
);

const bmp = fc
  .array(bmpMessages.map(encodeBmpMessage), { maxLength: 4 })
  .map((all) => new Uint8Array(Buffer.concat(all)));

const messages: fc.Arbitrary<OpenBmpMessage> = fc.record({
  kind: fc.constant("openbmp" as const),
  seconds: u32,
  microseconds: u32,
  objectType: fc.oneof({ weight: 4, arbitrary: fc.constant(12) }, fc.nat({ max: 255 })),
  collector: fc.record({ adminId: name, hash }),
  router: fc.option(fc.record({ address, hash, group: name })),
  rows: u32,
  data: fc.oneof(bmp, fc.uint8Array({ maxLength: 60 })).map((buffer) => ({ buffer, start: 0, end: buffer.length })),
});

/** Values with ranges and octets as hexadecimal digits, so that where they lie does not matter. */
function plain(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== "object" || !("buffer" in inner)) return inner;
    const { buffer, start, end, ...rest } = inner as { buffer: Uint8Array; start: number; end: number };
    return { ...rest, octets: toHex(buffer.subarray(start, end)) };
  });
}

test("a message decodes from its encoding", () => {
  fc.assert(
    fc.property(messages, (message) => {
      const buffer = encodeOpenBmpMessage(message);
      expect(plain(decodeOpenBmpMessage({ buffer, start: 0, end: buffer.length }))).toBe(plain(message));
    }),
  );
});

test("a stream gives the same however it is cut, whatever stands between messages, and nothing is left out", () => {
  const part = fc.oneof({ weight: 3, arbitrary: messages.map(encodeOpenBmpMessage) }, fc.uint8Array({ maxLength: 20 }));
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 3 });
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 5 }),
      changes,
      fc.integer({ min: 1, max: 90 }),
      (parts, changes, pieces) => {
        const stream = new Uint8Array(Buffer.concat(parts));
        for (const [at, value] of changes) if (stream.length > 0) stream[at % stream.length] = value;
        const events = readAll(new OpenBmpEvents(), stream);
        expect(readAll(new OpenBmpEvents(), stream, pieces).map(plain)).toEqual(events.map(plain));
        const reader = new OpenBmpReader();
        reader.push(stream);
        reader.end();
        let offset = 0;
        while (reader.next() !== null) {
          // But for new lines before it.
          expect([...stream.subarray(offset, reader.offset)].every((octet) => octet === 10)).toBe(true);
          offset = reader.offset + reader.length;
        }
        expect([...stream.subarray(offset)].every((octet) => octet === 10)).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});

/** What an event says, without when and where. */
function content(event: CaptureEvent): string {
  return plain({ ...event, ...("seconds" in event && { seconds: 0, nanoseconds: 0 }), offset: 0 });
}

describe.skipIf(absent("bmp"))("captures of BMP (skipped where they are absent)", () => {
  test("put into OpenBMP tell what they told, each router by itself", () => {
    let count = 0;
    for (const { bytes } of bmpStreams()) {
      if (bytes.length > 50_000) continue;
      const expected = readAll(new BmpEvents(), bytes);
      // A collector has nothing of what is torn.
      if (expected.some(({ kind }) => kind === "problem")) continue;
      const offsets = [...new Set(expected.map(({ offset }) => offset)), bytes.length];
      const parts = offsets.slice(1).map((end, index) =>
        encodeOpenBmpMessage({
          kind: "openbmp",
          seconds: 1_600_000_000,
          microseconds: 0,
          objectType: 12,
          collector: { adminId: "collector1", hash: "c0".repeat(16) },
          router: { address: "192.0.2.1", hash: "00".repeat(16), group: "" },
          rows: 1,
          data: { buffer: bytes, start: offsets[index]!, end },
        }),
      );
      const events = readAll(new OpenBmpEvents(), new Uint8Array(Buffer.concat(parts)), 1448);
      const told = events.filter((event) => event.kind !== "information" || event.name !== "router");
      expect(told.map(content)).toEqual(expected.map(content));
      count += told.length;
    }
    expect(count).toBeGreaterThan(5000);
  });
});
