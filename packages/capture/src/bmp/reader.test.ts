// Streams of BMP that are cut, torn, or begin in the middle.
import { describe, expect, test } from "vitest";
import { readAll } from "../stream/record-reader.ts";
import { encodeBmpMessage, type BmpMessage } from "./message.ts";
import { BmpReader, MAX_BMP_MESSAGE } from "./reader.ts";

const named = (text: string): BmpMessage => ({
  kind: "initiation",
  version: 3,
  tlvs: [{ name: "sysName", type: 2, text }],
});
const ONE = encodeBmpMessage(named("one"));
const TWO = encodeBmpMessage(named("two"));

function joined(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

/** Messages by their names, problems by what they say. */
function summary(stream: Uint8Array, pieces?: number): unknown[] {
  return readAll(new BmpReader(), stream, pieces).map((record) =>
    record.kind === "initiation" ? record.tlvs.map((tlv) => "text" in tlv && tlv.text).join(" ") : record,
  );
}

describe("a stream of messages", () => {
  test("one after the other, with where each begins", () => {
    const reader = new BmpReader();
    reader.push(joined(ONE, TWO));
    expect(reader.next()).toEqual(named("one"));
    expect([reader.offset, reader.length]).toEqual([0, ONE.length]);
    expect(reader.next()).toEqual(named("two"));
    expect([reader.offset, reader.length]).toEqual([ONE.length, TWO.length]);
    expect(reader.next()).toBeNull();
  });

  test("RFC 7854 section 4.1: types that are not known, and version 4, are read", () => {
    expect(readAll(new BmpReader(), joined([3, 0, 0, 0, 7, 100, 9], ONE))[0]).toMatchObject({
      kind: "unknown",
      type: 100,
    });
    expect(readAll(new BmpReader(), encodeBmpMessage({ ...named("x"), version: 4 }))[0]).toMatchObject({ version: 4 });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 1000])("one that ends within a message says so, cut into pieces of %i", (pieces) => {
    expect(summary(joined(ONE, TWO.subarray(0, 9)), pieces)).toEqual([
      "one",
      {
        kind: "problem",
        offset: ONE.length,
        reason: `the stream ends within a message of ${TWO.length} octets`,
        skipped: 9,
      },
    ]);
    expect(summary(joined(ONE, [3, 0]), pieces)).toEqual([
      "one",
      { kind: "problem", offset: ONE.length, reason: "the stream ends within a header", skipped: 2 },
    ]);
  });
});

describe("where there is no message", () => {
  test.each([1, 3, 1000])("it goes on where two follow each other, cut into pieces of %i", (pieces) => {
    // What looks like a header is none: no other follows it.
    const junk = [0, 3, 0, 0, 0, 6, 4, 7, 7, 7];
    expect(summary(joined(ONE, junk, TWO, ONE), pieces)).toEqual([
      "one",
      { kind: "problem", offset: ONE.length, reason: "version 0", skipped: junk.length },
      "two",
      "one",
    ]);
  });

  test("the last message of a stream is one although nothing follows", () => {
    expect(summary(joined([9], ONE))).toEqual([{ kind: "problem", offset: 0, reason: "version 9", skipped: 1 }, "one"]);
  });

  test("all of a stream may be nothing", () => {
    const file = new Uint8Array(5000).fill(3);
    expect(summary(file, 100)).toEqual([
      { kind: "problem", offset: 0, reason: `a message of ${0x0303_0303} octets`, skipped: 5000 },
    ]);
  });

  test("a length that a type cannot have is no message", () => {
    expect(summary(joined([3, 0, 0, 0, 47, 0], ONE, TWO))).toEqual([
      { kind: "problem", offset: 0, reason: "a message of 47 octets", skipped: 6 },
      "one",
      "two",
    ]);
  });
});

/** A message of a type that is not known. */
function long(octets: number): Uint8Array {
  const message = new Uint8Array(octets);
  message.set([3, 0, 0, 0, 0, 100]);
  new DataView(message.buffer).setUint32(1, octets);
  return message;
}

test("MAX_BMP_MESSAGE is read, one octet more is not, and is not waited for", () => {
  expect(readAll(new BmpReader(), long(MAX_BMP_MESSAGE), 4096)).toMatchObject([{ kind: "unknown" }]);
  const reader = new BmpReader();
  reader.push(joined(long(MAX_BMP_MESSAGE + 1).subarray(0, 100), ONE, TWO));
  expect(reader.next()).toMatchObject({ kind: "problem", skipped: 100 });
  expect(reader.next()).toEqual(named("one"));
});
