// Every MRT file beside the checkout: all of it is read, and what was read writes the same octets.
import { encodeMrtRecord, MrtEvents, MrtReader, readAll, type MrtRecord, type Problem } from "@bgpwire/capture";
import { MessageType } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import { absent } from "../support/corpus.ts";
import { filesIn, hasBzip2, unpacked } from "../support/foreign/corpora.ts";

const FILES = absent("mrt") ? [] : filesIn("mrt").filter((file) => !file.includes("prefix-lists"));

/** Larger ones are read, and only every so manieth of their records is written. */
const LARGE = 5_000_000;

/** Where UPDATEs have path identifiers that their records do not tell of: how many, and in which family. */
const UNTOLD: Readonly<Record<string, string>> = {
  "mrt/bgpipe/sample.mrt": "11 of 500, 1/1",
  "mrt/mrtparse/00961c362b.mrt": "6 of 6, 2/1",
  "mrt/mrtparse/4dcc22787b.mrt": "33 of 33, 1/1",
  "mrt/mrtparse/985f1e4250.mrt": "8 of 8, 1/1",
  "mrt/mrtparse/bird6_bgp": "8 of 8, 2/1",
  "mrt/mrtparse/bird_bgp": "8 of 8, 1/1",
};

/** The UPDATEs of which it is guessed how they are read; null where there are none. */
function untoldIn(octets: Uint8Array): string | null {
  const families = new Set<string>();
  let [guessed, all] = [0, 0];
  for (const event of readAll(new MrtEvents(), octets, 65_536)) {
    if (event.kind !== "message" || event.type !== MessageType.Update) continue;
    all += 1;
    if (!event.direction.guessed) continue;
    guessed += 1;
    for (const { afi, safi } of event.direction.context.addPath) families.add(`${afi}/${safi}`);
  }
  return guessed === 0 ? null : `${guessed} of ${all}, ${[...families].join(" ")}`;
}

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
    expect(untoldIn(octets)).toBe(UNTOLD[file] ?? null);
  });
});

function isSame(octets: Uint8Array, { buffer, start, end }: MrtRecord): boolean {
  return Buffer.compare(octets, buffer.subarray(start, end)) === 0;
}
