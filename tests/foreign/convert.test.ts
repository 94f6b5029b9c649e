// Captures of others written in each format and read again: what the format has is the same.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { MrtWriter } from "@bgpwire/capture";
import { absent } from "../support/corpus.ts";
import { filesIn, hasBzip2, unpacked } from "../support/foreign/corpora.ts";
import { firstEvents, noted, tellEvent, written } from "../support/conversion.ts";

/** Events of each file that are looked at: what comes later is more of the same. */
const MOST_EVENTS = 1000;

const directory = mkdtempSync(join(tmpdir(), "bgpwire-convert-"));
afterAll(() => rmSync(directory, { recursive: true }));

function files(corpus: string): string[] {
  return absent(corpus)
    ? []
    : filesIn(corpus).filter((file) => !/prefix-lists|\/expected\/|\.(json|yaml|priv)$/.test(file));
}

function bgpdump(octets: Uint8Array): string[] {
  const path = join(directory, "file.mrt");
  writeFileSync(path, octets);
  const { stdout } = spawnSync("bgpdump", ["-m", path], { encoding: "utf8", maxBuffer: 1 << 28 });
  return stdout.split("\n");
}

const withoutBgpdump = spawnSync("bgpdump", ["-T"]).error !== undefined && process.env["CI"] === undefined;

describe.skipIf(absent("mrt") || !hasBzip2())("MRT as MRT (skipped where the corpus or bzip2 is absent)", () => {
  /** Files of which bgpdump reads what is written of them, and not the files: records that it does not know, or stops in. */
  const UNREADABLE = [
    "mrtparse/openbgpd_rib_table-mp",
    "bgpkit-parser/bview.20000111.0032.gz",
    "updates.et-header.2015.first.gz",
  ];

  test.each(files("mrt"))("%s", (file) => {
    const original = unpacked(file);
    const writer = new MrtWriter();
    const events = firstEvents(original, MOST_EVENTS);
    const octets = written(events, writer);
    const told = (octets: Uint8Array): string[] => firstEvents(octets, MOST_EVENTS).map((event) => tellEvent(event, 9));
    expect(told(octets)).toEqual(events.map((event) => tellEvent(event, 9)).filter((text) => text !== "problem"));
    expect(noted(writer)).toEqual([]);
    const isSame = Buffer.compare(octets, original.subarray(0, octets.length)) === 0;
    if (isSame || withoutBgpdump || UNREADABLE.some((name) => file.endsWith(name))) return;
    // Fields that no event has are otherwise: the subtype of old records, status, sequence, interface.
    const lines = bgpdump(octets).slice(0, -1);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines).toEqual(bgpdump(original).slice(0, lines.length));
  });
});
