// Messages out of a stream (RFC 4271 section 4.1) with holes in it, and with what is no message.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeKeepalive, encodeMessage, fromHex } from "@bgpwire/core";
import type { Captured } from "../event.ts";
import { Allowance } from "../stream/allowance.ts";
import { BGP_FRAMING } from "./bgp-framing.ts";
import { MessageFramer } from "./message-framer.ts";

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

function at(offset: number): Captured {
  return { seconds: 0, nanoseconds: 0, offset };
}

/** A framer that puts down what it gives: messages as "type length by offset". */
function newFramer(limit: number = 1e9): {
  framer: MessageFramer;
  told: string[];
  found: Uint8Array[];
  allowance: Allowance;
} {
  const told: string[] = [];
  const found: Uint8Array[] = [];
  const allowance = new Allowance(limit);
  const framer = new MessageFramer(BGP_FRAMING, allowance, {
    message: (buffer, start, end, { offset }) => {
      told.push(`${buffer[start + 18]} ${end - start} by ${offset}`);
      found.push(buffer.slice(start, end));
    },
    gap: (octets, { offset }) => void told.push(`${octets} missing by ${offset}`),
  });
  return { framer, told, found, allowance };
}

/** What a stream in one piece gives. */
function told(stream: Uint8Array): string[] {
  const { framer, told } = newFramer();
  framer.octets(stream, 0, stream.length, at(1));
  framer.finish(at(2));
  return told;
}

/** Messages as they are sent. Ones stand in them and at their end too, though never sixteen in a row. */
const messages = fc.array(
  fc.oneof(
    fc.constant(encodeKeepalive()),
    fc.uint8Array({ minLength: 4, maxLength: 60, max: 0xfe }).map((body) => encodeMessage(2, body)),
    fc.uint8Array({ minLength: 4, maxLength: 60, max: 1 }).map((bits) =>
      encodeMessage(
        2,
        bits.map((bit, i) => (i % 8 === 0 ? 1 : -bit)),
      ),
    ),
  ),
  { minLength: 1, maxLength: 20 },
);

const pieces = fc.integer({ min: 1, max: 100 });

test("however a stream is cut, all its messages are given, with the chunk in which they end", () => {
  fc.assert(
    fc.property(messages, pieces, (messages, pieces) => {
      const { framer, told, found, allowance } = newFramer();
      const stream = join(...messages);
      for (let from = 0; from < stream.length; from += pieces) {
        const chunk = join(Uint8Array.of(0xff), stream.subarray(from, from + pieces), Uint8Array.of(0xff));
        framer.octets(chunk, 1, chunk.length - 1, at(from));
        chunk.fill(0);
      }
      framer.finish(at(stream.length));
      expect(found).toEqual(messages);
      let end = 0;
      const expected = messages.map((message) => {
        end += message.length;
        return `${message[18]} ${message.length} by ${Math.floor((end - 1) / pieces) * pieces}`;
      });
      expect(told).toEqual(expected);
      expect(allowance.used).toBe(0);
    }),
  );
});

test("whatever holes a stream has, every message that is there is given, and every other octet is missing", () => {
  const holes = fc.array(fc.tuple(fc.nat(1500), fc.integer({ min: 1, max: 60 })), { maxLength: 4 });
  fc.assert(
    fc.property(messages, holes, pieces, (messages, holes, pieces) => {
      const { framer, told, found, allowance } = newFramer();
      const stream = join(...messages);
      const isThere = Array.from(stream, (_, i) => !holes.some(([from, octets]) => i >= from && i < from + octets));
      for (let from = 0; from < stream.length;) {
        let to = from + 1;
        while (to < stream.length && isThere[to] === isThere[from] && to < from + pieces) to += 1;
        if (isThere[from]) framer.octets(stream, from, to, at(from));
        else framer.gap(to - from, at(from));
        from = to;
      }
      framer.finish(at(stream.length));

      let from = 0;
      const whole = messages.filter((message) => {
        from += message.length;
        return isThere.slice(from - message.length, from).every(Boolean);
      });
      expect(found).toEqual(whole);
      const missing = told.flatMap((line) => /^(\d+) missing/.exec(line)?.[1] ?? []).map(Number);
      const given = found.reduce((octets, message) => octets + message.length, 0);
      expect(given + missing.reduce((a, b) => a + b, 0)).toBe(stream.length);
      expect(allowance.used).toBe(0);
    }),
    { numRuns: 500 },
  );
});

test("whatever octets come, none is lost sight of", () => {
  const octet = fc.oneof({ weight: 6, arbitrary: fc.constant(0xff) }, fc.nat(5), fc.constantFrom(19, 23, 29));
  fc.assert(
    fc.property(fc.array(octet, { maxLength: 300 }), pieces, (octets, pieces) => {
      const { framer, told, found, allowance } = newFramer();
      const stream = Uint8Array.from(octets);
      for (let from = 0; from < stream.length; from += pieces) {
        framer.octets(stream, from, Math.min(from + pieces, stream.length), at(from));
      }
      framer.finish(at(0));
      const missing = told.flatMap((line) => /^(\d+) missing/.exec(line)?.[1] ?? []).map(Number);
      const given = found.reduce((octets, message) => octets + message.length, 0);
      expect(given + missing.reduce((a, b) => a + b, 0)).toBe(stream.length);
      expect(allowance.used).toBe(0);
    }),
    { numRuns: 500 },
  );
});

const KEEPALIVE = encodeKeepalive();

function header(length: number, type: number): Uint8Array {
  return fromHex(`${"ff".repeat(16)}${length.toString(16).padStart(4, "0")}${type.toString(16).padStart(2, "0")}`)!;
}

describe("what follows a message is one, if it has a marker and a length", () => {
  test.each([
    ["a type that does not exist", join(header(19, 9)), "9 19 by 1"],
    ["a KEEPALIVE that is too long", join(header(21, 4), Uint8Array.of(1, 2)), "4 21 by 1"],
    ["an OPEN that is too short", header(19, 1), "1 19 by 1"],
    ["RFC 8654: the longest message", join(header(0xffff, 2), new Uint8Array(0xffff - 19)), "2 65535 by 1"],
  ])("%s", (_name, message, line) => {
    expect(told(join(KEEPALIVE, message, KEEPALIVE))).toEqual(["4 19 by 1", line, "4 19 by 1"]);
  });

  test("a length below 19 is none", () => {
    expect(told(join(KEEPALIVE, header(18, 4), KEEPALIVE))).toEqual(["4 19 by 1", "19 missing by 1", "4 19 by 1"]);
  });
});

describe("behind what is no message, one is found by a header that can be one", () => {
  const junk = Uint8Array.of(1, 2, 3);

  test.each([
    ["type 0", header(23, 0)],
    ["type 6", header(23, 6)],
    ["an OPEN of 28 octets", header(28, 1)],
    ["an OPEN of 4097 octets", header(4097, 1)],
    ["an UPDATE of 22 octets", header(22, 2)],
    ["a NOTIFICATION of 20 octets", header(20, 3)],
    ["a KEEPALIVE of 20 octets", header(20, 4)],
    ["a ROUTE-REFRESH of 22 octets", header(22, 5)],
  ])("not %s", (_name, wrong) => {
    expect(told(join(junk, wrong, KEEPALIVE))).toEqual(["22 missing by 1", "4 19 by 1"]);
  });

  test("ones before the marker are not of it", () => {
    for (let ones = 1; ones < 20; ones += 1) {
      const update = encodeMessage(2, new Uint8Array(4 + 0x102 - 23));
      const stream = join(junk, new Uint8Array(ones).fill(0xff), update);
      expect(told(stream)).toEqual([`${3 + ones} missing by 1`, "2 258 by 1"]);
    }
  });
});

test("the beginning of a stream that was not captured from its beginning: nobody knows how much is missing, if anything", () => {
  for (const [before, gap] of [
    [0, []],
    [5, ["null missing by 1"]],
  ] as const) {
    const { framer, told } = newFramer();
    framer.beginMidway();
    const stream = join(new Uint8Array(before), KEEPALIVE, new Uint8Array(3), KEEPALIVE);
    framer.octets(stream, 0, stream.length, at(1));
    expect(told).toEqual([...gap, "4 19 by 1", "3 missing by 1", "4 19 by 1"]);
  }
});

test("a gap of which nobody knows how long it is", () => {
  const { framer, told } = newFramer();
  framer.octets(KEEPALIVE, 0, 10, at(1));
  framer.gap(null, at(2));
  framer.octets(KEEPALIVE, 0, 19, at(3));
  expect(told).toEqual(["null missing by 2", "4 19 by 3"]);
});

test("a message that lies in one packet is not copied", () => {
  const [stream] = [join(KEEPALIVE, KEEPALIVE)];
  const buffers: Uint8Array[] = [];
  const framer = new MessageFramer(BGP_FRAMING, new Allowance(0), {
    message: (buffer) => void buffers.push(buffer),
    gap: () => {},
  });
  framer.octets(stream, 0, stream.length, at(1));
  expect(buffers).toEqual([stream, stream]);
  expect(buffers[0]).toBe(stream);
});

test("a message for which there is no room is passed over", () => {
  const { framer, told, allowance } = newFramer(30);
  const update = encodeMessage(2, new Uint8Array(20));
  framer.octets(update, 0, 25, at(1));
  framer.octets(join(update.subarray(25), KEEPALIVE), 0, update.length - 25 + 19, at(2));
  expect(told).toEqual(["39 missing by 1", "4 19 by 2"]);
  framer.octets(KEEPALIVE, 0, 4, at(3));
  expect(allowance.used).toBe(19);
});
