// BMP in packets: the same events as of a file of it, however the file is cut, and no octets do any harm.
import { BmpEvents, encodeBmpMessage, PcapEvents, readAll, type CaptureEvent } from "@bgpwire/capture";
import { toHex } from "@bgpwire/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SyntheticConnection } from "../../packages/capture/src/tcp/synthetic.ts";
import { bmpMessages } from "../support/arbitrary-bmp.ts";

const INITIATION = encodeBmpMessage({
  kind: "initiation",
  version: 3,
  tlvs: [{ name: "sysName", type: 2, text: "router1" }],
});

/** A capture of a connection to a port, with what one side sends in segments of some length, some of them lost. */
function captureOf(
  octets: Uint8Array,
  port: number,
  segment: number,
  lost: ReadonlySet<number> = new Set(),
): Uint8Array {
  const parts: Uint8Array[] = [
    new Uint8Array(Buffer.from("a1b2c3d4000200040000000000000000000400000000" + "0065", "hex")),
  ];
  let count = 0;
  const ends = [
    { address: Uint8Array.of(192, 0, 2, 1), port: 40_000 },
    { address: Uint8Array.of(192, 0, 2, 2), port },
  ] as const;
  const connection = new SyntheticConnection(ends, (packet) => {
    count += 1;
    if (lost.has(count)) return;
    const header = Buffer.alloc(16);
    for (const [at, value] of [count, 0, packet.length, packet.length].entries()) header.writeUInt32BE(value, 4 * at);
    parts.push(header, packet);
  });
  connection.open(0);
  for (let at = 0; at < octets.length; at += segment) connection.write(0, octets.subarray(at, at + segment));
  connection.close(0);
  return new Uint8Array(Buffer.concat(parts));
}

/** What an event says, without when and where. */
function plain(event: CaptureEvent): string {
  return whole({ ...event, ...("seconds" in event && { seconds: 0, nanoseconds: 0 }), offset: 0 });
}

/** The same with when and where. */
function whole(event: CaptureEvent): string {
  return JSON.stringify(event, (_key, value: unknown) => {
    if (value !== null && typeof value === "object" && "buffer" in value) {
      const { buffer, start, end, ...rest } = value as { buffer: Uint8Array; start: number; end: number };
      return { ...rest, octets: toHex(buffer.subarray(start, end)) };
    }
    return value;
  });
}

const streams = fc
  .array(bmpMessages.map(encodeBmpMessage), { maxLength: 6 })
  .map((messages) => new Uint8Array(Buffer.concat([INITIATION, ...messages])));
const ports = fc.constantFrom(1790, 2222, 5000, 11_019);
const lengths = fc.integer({ min: 60, max: 1500 });

test("a stream of any messages tells what a file of them tells", () => {
  fc.assert(
    fc.property(streams, ports, lengths, fc.integer({ min: 1, max: 300 }), (octets, port, segment, pieces) => {
      const expected = readAll(new BmpEvents(), octets).map(plain);
      const file = captureOf(octets, port, segment);
      const events = readAll(new PcapEvents(), file).slice(1);
      expect(events.map(plain)).toEqual(expected);
      expect(readAll(new PcapEvents(), file, pieces).slice(1).map(whole)).toEqual(events.map(whole));
    }),
    { numRuns: 200 },
  );
});

test("whatever is lost or is none, nothing is thrown and how the file is cut changes nothing", () => {
  const junk = fc.uint8Array({ maxLength: 80 });
  const parts = fc.array(fc.oneof(streams, junk), { maxLength: 5 }).map((all) => new Uint8Array(Buffer.concat(all)));
  const losses = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { maxLength: 5 }).map((all) => new Set(all));
  fc.assert(
    fc.property(parts, ports, fc.integer({ min: 1, max: 200 }), losses, (octets, port, segment, lost) => {
      const file = captureOf(octets, port, segment, lost);
      const events = readAll(new PcapEvents(), file);
      expect(readAll(new PcapEvents(), file, 61).map(whole)).toEqual(events.map(whole));
    }),
    { numRuns: 200 },
  );
});
