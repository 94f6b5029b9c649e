// Events of RIS Live's own lines: with octets, and made from the fields as they are had without; and what we write of them.
import { captureEvents, EventReading, readAll, RisLiveEvents, risLiveOf, type CaptureEvent } from "@bgpwire/capture";
import { encodeUtf8, normaliseAddress, toHex } from "@bgpwire/core";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { absent, DATA } from "../support/corpus.ts";
import { filesIn } from "../support/foreign/corpora.ts";

interface Announcement {
  readonly next_hop: string;
  readonly prefixes: readonly string[];
}

interface Fields {
  readonly [name: string]: unknown;
  readonly type: string;
  readonly raw?: string;
  readonly origin?: string;
  readonly med?: number;
  readonly announcements?: readonly Announcement[];
  readonly withdrawals?: readonly string[];
}

/** Problems in tests of other readers, where they are meant, and in a stream that breaks off. */
const PROBLEMS: readonly string[] = [
  "rislive/extracted-from-tests.jsonl 5731: raw is not the octets of one BGP message",
  "rislive/extracted-from-tests.jsonl 5853: raw is not the octets of one BGP message",
  "rislive/extracted-from-tests.jsonl 8166: a message of RIS Live without a time, a type or a peer",
  'rislive/extracted-from-tests.jsonl 9049: no UPDATE can be made from the fields: aggregator: "65000-8.42.232.1" is not of its form',
  "rislive/libbgpstream/ris-live-stream.json 1896: a line that is no message of RIS Live",
];

function files(): string[] {
  return filesIn("rislive").filter((file) => !file.endsWith(".origin.jsonl"));
}

/** Data of lines with octets, of the stream itself: what tests of others have changed is left out. */
function withOctets(): Fields[] {
  return files()
    .filter((file) => !file.includes("extracted-from-tests") && !file.includes("eor-stream"))
    .flatMap((file) => readFileSync(DATA + file, "utf8").split("\n"))
    .flatMap((line) => {
      try {
        const { data } = JSON.parse(line) as { data?: Fields };
        return data?.raw === undefined ? [] : [data];
      } catch {
        return [];
      }
    });
}

/** Events of a file without the places where they stand, as lines. */
function told(octets: Uint8Array): string[] {
  return readAll(captureEvents(), octets, 4096).map((event) =>
    JSON.stringify({ ...event, offset: 0, skipped: 0 }, (key, value: unknown) => {
      if (key === "context") return null;
      return value instanceof Uint8Array ? toHex(value) : value;
    }),
  );
}

function eventsOf(data: Fields): CaptureEvent[] {
  const line = encodeUtf8(JSON.stringify({ type: "ris_message", data }));
  return readAll(new RisLiveEvents(), line).filter(({ kind }) => kind !== "information");
}

function written(event: CaptureEvent): Fields {
  return (JSON.parse(risLiveOf(new EventReading(event))!) as { data: Fields }).data;
}

/** What was said until 2022, in the forms of today: origins, link-local next hops with the global one, zeros of what is withdrawn, data of NOTIFICATIONs. */
function today({ announcements = [], withdrawals = [], origin, host: _host, id: _id, ...others }: Fields): Fields {
  const joined: Announcement[] = [];
  for (const { next_hop, prefixes } of announcements) {
    const last = joined.at(-1);
    if (!next_hop.startsWith("fe80:") || last === undefined) joined.push({ next_hop, prefixes });
    else joined[joined.length - 1] = { next_hop: `${last.next_hop},${next_hop}`, prefixes };
  }
  if (others.type === "NOTIFICATION") {
    const { code, subcode } = others["notification"] as { readonly code: number; readonly subcode: number };
    return { ...others, notification: { code, subcode, data: "" } };
  }
  if (others.type !== "UPDATE") return others;
  const empty = { path: [], community: [] };
  return {
    ...empty,
    ...others,
    ...(origin !== undefined && origin !== "unknown" && { origin: origin.toUpperCase() }),
    announcements: joined,
    withdrawals: withdrawals.map(withZeros),
  };
}

function withZeros(prefix: string): string {
  const zeros = 8 - prefix.split(":").filter((group) => /^[\da-f]/.test(group)).length;
  return prefix.replace("::/", `${":0".repeat(zeros)}/`);
}

describe.skipIf(absent("rislive"))("RIS Live (skipped where it is absent)", () => {
  test("as Server-Sent Events the files say the same", () => {
    for (const file of files()) {
      const text = readFileSync(DATA + file, "utf8");
      const stream = text
        .replaceAll(/^(?=.)/gm, "event: ris_message\ndata: ")
        .replaceAll("\n", "\n\n")
        .replaceAll("\n\ndata:", "\ndata:");
      expect({ file, events: told(encodeUtf8(stream)) }).toEqual({ file, events: told(encodeUtf8(text)) });
    }
  });

  test("all lines are events, however they are cut", () => {
    const problems: string[] = [];
    const counts: Record<string, number> = {};
    for (const file of files()) {
      const bytes = new Uint8Array(readFileSync(DATA + file));
      const events = readAll(new RisLiveEvents(), bytes);
      for (const event of events) {
        counts[event.kind] = (counts[event.kind] ?? 0) + 1;
        if (event.kind === "problem") problems.push(`${file} ${event.offset}: ${event.reason}`);
      }
      expect(readAll(new RisLiveEvents(), bytes, 100).map(({ kind }) => kind)).toEqual(events.map(({ kind }) => kind));
    }
    expect(problems).toEqual(PROBLEMS);
    expect(counts).toEqual({ information: 108, message: 1071, up: 2, down: 1, problem: PROBLEMS.length });
  });

  test("what is written says what the collector said", () => {
    for (const data of withOctets()) {
      const [event, ...others] = eventsOf(data);
      expect(others).toEqual([]);
      const { host: _host, id: _id, ...ours } = written(event!);
      // The collector writes one zero as "::", which RFC 5952 section 4.2.2 does not.
      const theirs: Fields = { ...today(data), peer: normaliseAddress(String(data["peer"])) };
      // The collector had no words for MULTI_EXIT_DISC 0, before 2021 none for AGGREGATOR, and leaves out an AS_SET of the AS number before it.
      const { med, aggregator, path, ...rest } = ours;
      const { med: theirMed = 0, aggregator: theirAggregator = aggregator, path: theirPath, ...theirRest } = theirs;
      expect(rest).toEqual(theirRest);
      if (data.type !== "UPDATE") continue;
      expect({ med: med ?? 0, aggregator }).toEqual({ med: theirMed, aggregator: theirAggregator });
      if (String(path) !== "2497,2914,12252,23487,27738,27738") expect(path).toEqual(theirPath);
    }
  });

  test("without octets, messages made from fields say the same", () => {
    let count = 0;
    for (const data of withOctets()) {
      const { raw: _raw, ...fields } = data;
      const made = eventsOf(fields as Fields);
      const issues = made.flatMap((event) => new EventReading(event).issues);
      expect(issues).toEqual([]);
      if (data.type !== "UPDATE") continue;
      count += 1;
      const announcements = made.map(written).flatMap((one) => one.announcements!);
      const withdrawals = made.map(written).flatMap((one) => one.withdrawals!);
      const [of] = eventsOf(data).map(written);
      expect({ announcements, withdrawals }).toEqual({
        announcements: of!.announcements,
        withdrawals: of!.withdrawals,
      });
      for (const { path, community, origin } of made.map(written).filter((one) => one.announcements!.length > 0)) {
        expect({ path, community, origin }).toEqual({
          path: data["path"],
          community: data["community"] ?? [],
          origin: data.origin?.toUpperCase(),
        });
      }
    }
    expect(count).toBeGreaterThan(1000);
  });
});
