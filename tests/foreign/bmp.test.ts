// BMP of routers of many makers, in captures: every message comes out as it went in.
import { BmpEvents, BmpReader, encodeBmpMessage, readAll } from "@bgpwire/capture";
import { HEADER_LENGTH, toHex } from "@bgpwire/core";
import { UpdateView } from "@bgpwire/decoder";
import { describe, expect, test } from "vitest";
import { absent } from "../support/corpus.ts";
import { bmpStreams } from "../support/foreign/corpora.ts";

/** Captures that end within a message, and one in which octets stand between two that belong to none. */
const PROBLEMS: readonly string[] = [
  "netgauze/202-BMP-CISCO-HUAWEI-multiple-sources-traffic-02.pcap 12503: the stream ends within a message of 185 octets, 156 octets",
  "pmacct-test-automation/1be0b4dbf4.pcap 12503: the stream ends within a message of 185 octets, 156 octets",
  "pmacct-test-automation/202-BMP-CISCO-HUAWEI-multiple-sources-traffic-02.pcap 12503: the stream ends within a message of 185 octets, 156 octets",
  "pmacct-test-automation/b8acd318a5.pcap 20580: the stream ends within a message of 765 octets, 211 octets",
  "pmacct-test-automation/f1f8a58e17.pcap 5960: the stream ends within a header, 1 octets",
  "traffic-reproducer/bmp-multi-sources-route-monitoring-JUMBO.pcap 35918: version 0, 23 octets",
  "traffic-reproducer/bmp-traffic.pcap 20580: the stream ends within a message of 765 octets, 211 octets",
];

describe.skipIf(absent("bmp"))("captures of BMP (skipped where they are absent)", () => {
  test("messages and problems are all of each stream, and messages encode to what they were read from", () => {
    const counts: Record<string, number> = {};
    const problems: string[] = [];
    for (const { file, bytes } of bmpStreams()) {
      const reader = new BmpReader();
      reader.push(bytes);
      reader.end();
      let offset = 0;
      for (let record = reader.next(); record !== null; record = reader.next()) {
        expect(reader.offset).toBe(offset);
        offset += reader.length;
        counts[record.kind] = (counts[record.kind] ?? 0) + 1;
        if (record.kind === "problem") {
          problems.push(`${file} ${record.offset}: ${record.reason}, ${record.skipped} octets`);
          continue;
        }
        if ("rest" in record) problems.push(`${file} ${reader.offset}: ${record.kind} with a rest`);
        const octets = encodeBmpMessage(record);
        if (Buffer.compare(octets, bytes.subarray(reader.offset, offset)) !== 0) {
          expect(`${file} ${reader.offset} ${toHex(octets)}`).toBe(toHex(bytes.subarray(reader.offset, offset)));
        }
      }
      expect(offset).toBe(bytes.length);
    }
    expect(problems).toEqual(PROBLEMS);
    expect(counts).toEqual({
      initiation: 63,
      peerUp: 1105,
      routeMonitoring: 26_775,
      statisticsReport: 11_361,
      peerDown: 16,
      unknown: 8,
      problem: PROBLEMS.length,
    });
  });

  test("however the streams are cut", () => {
    for (const { bytes } of bmpStreams()) {
      const count = readAll(new BmpReader(), bytes).length;
      for (const pieces of [7, 1448]) expect(readAll(new BmpReader(), bytes, pieces)).toHaveLength(count);
    }
  });

  test("UPDATEs of all tables are read without fault, but for what routers do wrong", () => {
    const issues: Record<string, number> = {};
    const counts: Record<string, number> = {};
    for (const { bytes } of bmpStreams()) {
      for (const event of readAll(new BmpEvents(), bytes)) {
        counts[event.kind] = (counts[event.kind] ?? 0) + 1;
        if (event.kind !== "message") continue;
        const { context } = event.direction;
        const view = new UpdateView(context).readRange(event.buffer, event.start + HEADER_LENGTH, event.end);
        for (const { name } of view.verdict().issues) issues[name] = (issues[name] ?? 0) + 1;
      }
    }
    expect(issues).toEqual({
      // FRR 8.0 leaves NEXT_HOP out.
      "missing-well-known": 701,
      // IPv4 of VPNs with next hops without route distinguisher, or of nothing but one.
      "mp-reach-next-hop": 124,
    });
    expect(counts).toEqual({
      information: 12_207,
      up: 1105,
      down: 16,
      message: 26_775,
      problem: PROBLEMS.length,
    });
  });
});
