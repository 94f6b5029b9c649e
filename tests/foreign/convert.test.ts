// Captures of others written in each format and read again: what the format has is the same.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  BmpEvents,
  BmpEventWriter,
  MrtWriter,
  PcapWriter,
  readAll,
  type CaptureEvent,
  type CaptureWriter,
  type MessageEvent,
} from "@bgpwire/capture";
import { MessageType } from "@bgpwire/core";
import { absent } from "../support/corpus.ts";
import { bmpStreams, filesIn, hasBzip2, unpacked } from "../support/foreign/corpora.ts";
import { converted, firstEvents, messagesOf, missingIn, noted, tellEvent, written } from "../support/conversion.ts";

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

/** Of each file in each other format: fewer, since there are many. */
const FEW_EVENTS = 150;

/** A format, and what of a capture is in it. */
interface Target {
  readonly create: () => CaptureWriter;
  /** Decimals of a second that its times have. */
  readonly digits: number;
  /** The messages that are kept. */
  readonly kept: (events: readonly CaptureEvent[], corpus: string) => MessageEvent[];
}

const TARGETS: Readonly<Record<string, Target>> = {
  pcapng: { create: () => new PcapWriter(), digits: 9, kept: (events) => messagesOf(events) },
  MRT: {
    create: () => new MrtWriter(),
    digits: 6,
    kept: (events) => events.filter((event) => event.kind === "message"),
  },
  BMP: {
    create: () => new BmpEventWriter(),
    digits: 6,
    kept: (events, corpus) =>
      messagesOf(events, true).filter(({ type }) => corpus === "bmp" || type === MessageType.Update),
  },
};

/** The first events of each file; read once. */
const sources = new Map<string, readonly (readonly [file: string, events: CaptureEvent[]])[]>();

function sourcesOf(corpus: string): readonly (readonly [file: string, events: CaptureEvent[]])[] {
  const known = sources.get(corpus);
  if (known !== undefined) return known;
  const made =
    corpus === "bmp"
      ? [...bmpStreams()].map(
          ({ file, bytes }) => [file, readAll(new BmpEvents(), bytes).slice(0, FEW_EVENTS)] as const,
        )
      : files(corpus).map((file) => [file, firstEvents(unpacked(file), FEW_EVENTS)] as const);
  sources.set(corpus, made);
  return made;
}

describe.each(["mrt", "pcap", "bmp"])("%s (skipped where it is absent)", (corpus) => {
  test.skipIf(absent(corpus) || !hasBzip2()).each(Object.entries(TARGETS))(
    "as %s",
    (_name, { create, digits, kept }) => {
      let count = 0;
      for (const [file, events] of sourcesOf(corpus)) {
        const writer = create();
        const read = converted(events, writer);
        expect(read.filter(({ kind }) => kind === "problem").slice(0, 3), file).toEqual([]);
        const missing = missingIn(messagesOf(read), kept(events, corpus), digits);
        const notes = noted(writer);
        // No record of MRT can say what these are.
        const mixed = notes.filter((note) => note.endsWith("UPDATEs of families with path identifiers and without"));
        expect(missing.slice(mixed.length, 3), `${file}: ${notes.join("; ")}`).toEqual([]);
        count += read.length;
      }
      expect(count).toBeGreaterThan(100);
    },
  );
});
