// Files of BGP messages: every message comes out of them, however they are cut and whatever stands between; no octets do any harm.
import { BgpEvents, BgpReader, readAll, type CaptureEvent } from "@bgpwire/capture";
import { encodeKeepalive, encodeMessage, encodeOpen, toHex } from "@bgpwire/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { opens } from "../support/arbitrary-messages.ts";
import { mutatedUpdates, wellFormedUpdates } from "../support/arbitrary-updates.ts";
import { absent } from "../support/corpus.ts";
import { filesIn, read } from "../support/foreign/corpora.ts";
import { messagesIn } from "../support/foreign/message.ts";

const messages = fc.oneof(
  fc.constant(encodeKeepalive()),
  opens.map((open) => encodeMessage(1, encodeOpen(open))),
  fc.oneof(wellFormedUpdates, mutatedUpdates).map(({ body }) => encodeMessage(2, body)),
);
const pieces = fc.integer({ min: 1, max: 300 });

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function octetsOf({
  buffer,
  start,
  end,
}: {
  readonly buffer: Uint8Array;
  readonly start: number;
  readonly end: number;
}): string {
  return toHex(buffer.subarray(start, end));
}

test("every message comes out as it went in, at its place", () => {
  fc.assert(
    fc.property(fc.array(messages, { maxLength: 8 }), pieces, (messages, pieces) => {
      let offset = 0;
      const expected = messages.map((message) => {
        offset += message.length;
        return [offset - message.length, toHex(message)];
      });
      const found = readAll(new BgpReader(), joined(messages), pieces);
      expect(found.map((one) => [one.offset, one.kind === "message" ? octetsOf(one) : one.reason])).toEqual(expected);
      const told = readAll(new BgpEvents(), joined(messages), pieces).filter(({ kind }) => kind === "message");
      expect(told.map((event) => [event.offset, octetsOf(event as never)])).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

/** An event as text: its octets, and how it is read. */
function line(event: CaptureEvent): string {
  if (event.kind !== "message") return JSON.stringify(event);
  const { direction, offset } = event;
  const { fourOctetAs, addPath } = direction.context;
  return [offset, direction.session, octetsOf(event), fourOctetAs, JSON.stringify(addPath)].join(" ");
}

test("of any octets all are given or passed over, the same however they are cut", () => {
  const junk = fc
    .array(fc.constantFrom(0xff, 0xff, 0xff, 0, 2, 19, 40), { maxLength: 60 })
    .map((all) => Uint8Array.from(all));
  fc.assert(
    fc.property(fc.array(fc.oneof(messages, junk), { maxLength: 8 }), pieces, (parts, pieces) => {
      const stream = joined(parts);
      let offset = 0;
      for (const record of readAll(new BgpReader(), stream, pieces)) {
        expect(record.offset).toBe(offset);
        offset += record.kind === "problem" ? record.skipped! : record.end - record.start;
      }
      expect(offset).toBe(stream.length);
      const events = readAll(new BgpEvents(), stream);
      expect(readAll(new BgpEvents(), stream, pieces).map(line)).toEqual(events.map(line));
    }),
    { numRuns: 300 },
  );
});

test.skipIf(absent("bgpraw"))("messages of foreign files (skipped where they are absent)", () => {
  let count = 0;
  for (const file of filesIn("bgpraw").filter((file) => file.endsWith(".bin") || file.endsWith(".bgp"))) {
    const octets = read(file);
    const found = readAll(new BgpReader(), octets).filter((record) => record.kind === "message");
    // The test's own reader, which looks for markers, leaves out what is of no type.
    const expected = messagesIn(octets).map((message) => toHex(message));
    const own = new Set(found.map(octetsOf));
    expect({ file, missing: expected.filter((message) => !own.has(message)) }).toEqual({ file, missing: [] });
    count += found.length;
  }
  expect(count).toBeGreaterThan(1500);
});
