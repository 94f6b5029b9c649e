// MRT files that are cut anywhere, torn, or something else in part: what can be read is read, and the rest is told.
import { encodeKeepalive, encodeMessage } from "@bgpwire/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readAll, type Problem } from "../stream/record-reader.ts";
import { MAX_MRT_MESSAGE_RECORD, MAX_MRT_TABLE_RECORD, MrtReader } from "./reader.ts";
import { encodeMrtRecord, type MrtRecord } from "./record.ts";

const HEADER = 12;

/** A record with a message; they differ by their time. */
function message(seconds: number, bgp: Uint8Array = encodeKeepalive()): Uint8Array {
  return encodeMrtRecord({
    kind: "bgp4mpMessage",
    type: 16,
    subtype: 4,
    seconds,
    microseconds: null,
    peerAs: 65001,
    localAs: 65002,
    interfaceIndex: 0,
    peerAddress: "192.0.2.1",
    localAddress: "192.0.2.2",
    message: bgp,
  });
}

function route(seconds: number, entries: number): Uint8Array {
  const entry = { peerIndex: 0, originatedTime: 0, pathId: null, attributes: Uint8Array.of(0x40, 1, 1, 0) };
  return encodeMrtRecord({
    kind: "rib",
    type: 13,
    subtype: 2,
    seconds,
    microseconds: null,
    sequence: 1,
    family: { afi: 1, safi: 1 },
    nlri: Uint8Array.of(8, 10),
    entries: Array.from({ length: entries }, () => entry),
  });
}

function fileOf(...parts: readonly Uint8Array[]): Uint8Array {
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

function read(file: Uint8Array, pieces?: number): (MrtRecord | Problem)[] {
  return readAll(new MrtReader(), file, pieces);
}

/** Times of records, and problems as they are. */
function told(file: Uint8Array): unknown[] {
  return read(file).map((one) => (one.kind === "problem" ? one : one.seconds));
}

const UPDATE = message(2, encodeMessage(2, new Uint8Array(100)));
const NOISE = Uint8Array.from({ length: 30 }, (_, i) => 200 + i);
const NO_RECORD = "no record begins with type 52429, subtype 52943 and a length of 3503411923";

test("a file of nothing", () => {
  expect(read(new Uint8Array(0))).toEqual([]);
});

test("a record that is cut off at the end of the file", () => {
  const file = fileOf(message(1), UPDATE);
  const [start, octets] = [message(1).length, UPDATE.length];
  for (let end = start + 1; end < file.length; end += 1) {
    const reason =
      end - start < HEADER
        ? `a record is cut off after ${end - start} octets of its header`
        : `BGP4MP MESSAGE_AS4 of ${octets} octets is cut off after ${end - start}`;
    expect(told(file.subarray(0, end))).toEqual([1, { kind: "problem", offset: start, reason, skipped: end - start }]);
  }
});

test("a record that its writer did not finish before the next one", () => {
  for (let torn = HEADER; torn < UPDATE.length; torn += 1) {
    // Long enough for the torn record never to end where another one does: nobody could tell.
    const next = message(3, encodeMessage(2, new Uint8Array(200)));
    const file = fileOf(message(1), UPDATE.subarray(0, torn), next, route(4, 2), message(5));
    const offset = message(1).length;
    const reason = `a record of ${UPDATE.length} octets is torn: another one begins ${torn} octets into it`;
    expect(told(file).slice(-4)).toEqual([{ kind: "problem", offset, reason, skipped: 0 }, 3, 4, 5]);
    // What it swallowed was read as part of it, and is no message or a wrong one.
    expect(read(file)[1]).toMatchObject({ offset });
  }
});

test("the last record but one torn, in which the file ends", () => {
  const file = fileOf(message(1), UPDATE.subarray(0, 60), message(3));
  expect(told(file)).toEqual([
    1,
    {
      kind: "problem",
      offset: message(1).length,
      reason: `BGP4MP MESSAGE_AS4 of ${UPDATE.length} octets is cut off after ${60 + message(3).length}`,
      skipped: 60,
    },
    3,
  ]);
});

test("something that is no record, before, between and behind records", () => {
  const octets = message(1).length;
  const problem = { kind: "problem", reason: NO_RECORD, skipped: 30 };
  expect(told(fileOf(NOISE, message(1)))).toEqual([{ ...problem, offset: 0 }, 1]);
  expect(told(fileOf(message(1), NOISE, message(3)))).toEqual([1, { ...problem, offset: octets }, 3]);
  expect(told(fileOf(message(1), NOISE))).toEqual([1, { ...problem, offset: octets }]);
  expect(told(NOISE)).toEqual([{ ...problem, offset: 0 }]);
});

test("a record of a type that is not known is passed over", () => {
  const other = Uint8Array.of(0, 0, 0, 9, 0, 99, 0, 0, 0, 0, 0, 3, 1, 2, 3);
  const reason = "no record begins with type 99, subtype 0 and a length of 3";
  expect(told(fileOf(message(1), other, message(3)))).toEqual([
    1,
    { kind: "problem", offset: message(1).length, reason, skipped: 15 },
    3,
  ]);
});

test("what looks like a record in the middle of something else is none unless one follows it", () => {
  const alone = fileOf(NOISE, message(7), NOISE, message(1), message(2));
  const skipped = 30 + message(7).length + 30;
  expect(told(alone)).toEqual([{ kind: "problem", offset: 0, reason: NO_RECORD, skipped }, 1, 2]);
});

function withLength(record: Uint8Array, length: number): Uint8Array {
  const copy = record.slice();
  new DataView(copy.buffer).setUint32(8, length);
  return copy;
}

test("the longest records, and a length that is too long for one", () => {
  const longest = fileOf(withLength(message(1), MAX_MRT_MESSAGE_RECORD), new Uint8Array(MAX_MRT_MESSAGE_RECORD - 39));
  expect(told(fileOf(longest, message(2)))).toEqual([1, 2]);
  const table = fileOf(withLength(route(1, 0), MAX_MRT_TABLE_RECORD), new Uint8Array(MAX_MRT_TABLE_RECORD - 8));
  expect(told(fileOf(table, message(2)))).toMatchObject([{ kind: "problem", skipped: table.length }, 2]);
  for (const record of [
    withLength(message(1), MAX_MRT_MESSAGE_RECORD + 1),
    withLength(route(1, 0), MAX_MRT_TABLE_RECORD + 1),
  ]) {
    const problem = { kind: "problem", offset: 0, skipped: record.length };
    expect(told(fileOf(record, message(2)))).toMatchObject([problem, 2]);
  }
});

test("no more is held than a chunk and a record", () => {
  const reader = new MrtReader();
  const chunk = Uint8Array.of(0, 0, 0, 0, 0, 13, 0, 2, 1, 0, 0, 0, ...new Uint8Array(500));
  reader.push(chunk);
  // A header that promises 16 MiB: once they are there, the record is given or told, whatever follows.
  let pushed = chunk.length;
  for (; reader.next() === null; pushed += chunk.length) reader.push(chunk);
  expect(pushed).toBeLessThanOrEqual(HEADER + MAX_MRT_TABLE_RECORD + chunk.length);
});

test("what looks like records is not read over and over", () => {
  // Headers of tables of 65535 peers, each in the one before; all end where a header stands, which makes them worth a look.
  const file = new Uint8Array(12 << 20);
  const view = new DataView(file.buffer);
  const last = file.length - HEADER;
  for (let at = HEADER; at + 40 <= last; at += 21) {
    view.setUint32(at + 4, 0x000d_0001);
    view.setUint32(at + 8, last - at - HEADER);
    view.setUint16(at + HEADER + 6, 0xffff);
  }
  view.setUint32(last + 4, 0x000d_0001);
  expect(read(file)).toMatchObject([{ kind: "problem", offset: 0, skipped: file.length }]);
});

/** Parts of files: records, broken ones, and others. */
const PARTS = fc.array(
  fc.oneof(
    fc.nat(99).map((seconds) => message(seconds)),
    fc.tuple(fc.nat(99), fc.nat(3)).map(([seconds, entries]) => route(seconds, entries)),
    fc.nat(UPDATE.length).map((end) => UPDATE.subarray(0, end)),
    fc.uint8Array({ maxLength: 40 }),
    fc
      .tuple(fc.constantFrom(5, 11, 12, 13, 16, 17, 33, 48), fc.nat(13), fc.uint8Array({ maxLength: 40 }))
      .map(([type, subtype, body]) => Uint8Array.of(0, 0, 0, 1, 0, type, 0, subtype, 0, 0, 0, body.length, ...body)),
  ),
  { maxLength: 8 },
);

/** Where a record stands, with its octets; problems as they are. */
function place(one: MrtRecord | Problem): unknown {
  return one.kind === "problem" ? one : [one.kind, one.offset, [...one.buffer.subarray(one.start, one.end)]];
}

test("whatever is in a file and however it is cut into chunks, the same is read, and every octet is accounted for", () => {
  fc.assert(
    fc.property(PARTS, fc.integer({ min: 1, max: 50 }), (parts, pieces) => {
      const file = fileOf(...parts);
      const records = read(file);
      const inPieces = read(file, pieces);
      expect(inPieces.map(place)).toEqual(records.map(place));
      let at = 0;
      for (const one of records) {
        if (one.kind === "problem" && one.skipped === 0) {
          at = -1;
          continue;
        }
        if (at >= 0) expect(one.offset).toBe(at);
        at = one.offset + (one.kind === "problem" ? one.skipped! : one.end - one.start);
      }
      if (records.length > 0) expect(at).toBe(file.length);
      for (const one of records)
        if (one.kind !== "problem")
          expect(encodeMrtRecord(one)).toEqual(file.slice(one.offset, one.offset + one.end - one.start));
    }),
    { numRuns: 500 },
  );
});
