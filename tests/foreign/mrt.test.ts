// Every MRT file beside the checkout: all of it is read, and what was read writes the same octets.
import { encodeMrtRecord, MrtReader, readAll, type MrtRecord, type Problem } from "@bgpwire/capture";
import { describe, expect, test } from "vitest";
import { absent } from "../support/corpus.ts";
import { filesIn, hasBzip2, unpacked } from "../support/foreign/corpora.ts";

const FILES = absent("mrt") ? [] : filesIn("mrt").filter((file) => !file.includes("prefix-lists"));

/** Larger ones are read, and only every so manieth of their records is written. */
const LARGE = 5_000_000;

describe.skipIf(absent("mrt") || !hasBzip2())("MRT files", () => {
  test("there are all of them", () => {
    expect(FILES.length).toBeGreaterThanOrEqual(50);
  });

  test.each(FILES)("%s", (file) => {
    const octets = unpacked(file);
    const step = octets.length > LARGE ? 97 : 1;
    let at = 0;
    const problems: Problem[] = [];
    const unlike: MrtRecord[] = [];
    const others: MrtRecord[] = [];
    for (const [i, record] of readAll(new MrtReader(), octets, 65_536).entries()) {
      if (record.offset !== at) throw new Error(`${record.offset} octets into the file, not ${at}`);
      if (record.kind === "problem") {
        problems.push(record);
        at += record.skipped!;
        continue;
      }
      at += record.end - record.start;
      if (record.kind === "other") others.push(record);
      if (i % step === 0 && !isSame(encodeMrtRecord(record), record)) unlike.push(record);
    }
    expect(at).toBe(octets.length);
    expect(problems).toEqual([]);
    expect(others).toEqual([]);
    expect(unlike).toEqual([]);
  });
});

function isSame(octets: Uint8Array, { buffer, start, end }: MrtRecord): boolean {
  return Buffer.compare(octets, buffer.subarray(start, end)) === 0;
}
