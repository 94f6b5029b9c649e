// BMP: what is encoded decodes to itself, what decodes encodes to itself, and how a stream is cut into chunks is all the same.
import { BmpReader, decodeBmpMessage, encodeBmpMessage, readAll, type BmpMessage } from "@bgpwire/capture";
import { bytesOf, toHex } from "@bgpwire/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BMP_MESSAGES, bmpMessages } from "../support/arbitrary-bmp.ts";

/** The message with its ranges as octets of their own, so that where they lie does not matter. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return toHex(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if ("buffer" in value && "start" in value) return toHex(bytesOf(value as never));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

function whole(buffer: Uint8Array): { buffer: Uint8Array; start: number; end: number } {
  return { buffer, start: 0, end: buffer.length };
}

test.each(Object.keys(BMP_MESSAGES) as BmpMessage["kind"][])("a %s decodes from its encoding", (kind) => {
  fc.assert(
    fc.property(BMP_MESSAGES[kind], (message) => {
      expect(plain(decodeBmpMessage(whole(encodeBmpMessage(message))))).toEqual(plain(message));
    }),
    { numRuns: 300 },
  );
});

test("any octets behind a common header are a message that encodes to them, or none", () => {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 5 });
  const octets = fc
    .tuple(bmpMessages.map(encodeBmpMessage), changes, fc.nat({ max: 40 }))
    .map(([message, changes, cut]) => {
      const changed = message.slice(0, Math.max(6, message.length - cut));
      for (const [at, value] of changes) if (at % changed.length > 5) changed[at % changed.length] = value;
      new DataView(changed.buffer).setUint32(1, changed.length);
      return changed;
    });
  fc.assert(
    fc.property(octets, (octets) => {
      const message = decodeBmpMessage(whole(octets));
      if (message !== null) expect(toHex(encodeBmpMessage(message))).toBe(toHex(octets));
    }),
    { numRuns: 2000 },
  );
});

test("a stream gives the same messages and problems however it is cut, and nothing is left out", () => {
  const junk = fc.uint8Array({ maxLength: 20 });
  const part = fc.oneof({ weight: 4, arbitrary: bmpMessages.map(encodeBmpMessage) }, junk);
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.integer({ min: 1, max: 50 }), (parts, pieces) => {
      const stream = Uint8Array.from(parts.flatMap((part) => [...part]));
      const records = readAll(new BmpReader(), stream);
      expect(readAll(new BmpReader(), stream, pieces).map(plain)).toEqual(records.map(plain));
      const octets = records.map((record) =>
        record.kind === "problem" ? record.skipped! : encodeBmpMessage(record).length,
      );
      expect(octets.reduce((sum, one) => sum + one, 0)).toBe(stream.length);
    }),
    { numRuns: 300 },
  );
});
