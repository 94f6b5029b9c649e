// What is written of sessions, read again: by `PcapEvents`, and packet by packet.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { encodeKeepalive, encodeMessage, MessageType } from "@bgpwire/core";
import { createContext } from "@bgpwire/decoder";
import type { CaptureEvent, Direction, Endpoint, MessageEvent } from "../event.ts";
import { SegmentReader } from "../packet/segment.ts";
import { Allowance } from "../stream/allowance.ts";
import { readAll } from "../stream/record-reader.ts";
import { PcapEvents } from "./events.ts";
import { PcapReader } from "./reader.ts";
import { PcapWriter } from "./writer.ts";

const context = createContext();

function end(address: string, port: number | null): Endpoint {
  return { address, port, as: null, bgpIdentifier: null };
}

function direction(session: number, sender: Endpoint, receiver: Endpoint): Direction {
  return { session, sender, receiver, context, guessed: true, rib: null };
}

function at(seconds: number, nanoseconds: number = 0): { seconds: number; nanoseconds: number; offset: number } {
  return { seconds, nanoseconds, offset: 0 };
}

function message(seconds: number, direction: Direction, bytes: Uint8Array): MessageEvent {
  const buffer = Uint8Array.from([1, 2, ...bytes, 3]);
  return { kind: "message", ...at(seconds), direction, type: bytes[18]!, buffer, start: 2, end: 2 + bytes.length };
}

function up(seconds: number, direction: Direction): CaptureEvent {
  return { kind: "up", ...at(seconds), direction, sentOpen: null, receivedOpen: null };
}

function down(seconds: number, direction: Direction): CaptureEvent {
  return { kind: "down", ...at(seconds), direction, reason: "", notification: null };
}

function written(...events: readonly CaptureEvent[]): Uint8Array {
  const writer = new PcapWriter();
  const parts = [writer.begin(), ...events.map((event) => writer.event(event))];
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

/** What matters of an event: its time, who sent it to whom, and what. */
function tell(event: CaptureEvent): string {
  if (!("direction" in event)) return event.kind;
  const { sender, receiver } = event.direction;
  const who = `${event.seconds}.${event.nanoseconds} ${sender.address} ${sender.port} > ${receiver.address} ${receiver.port}`;
  const what = event.kind === "message" ? event.buffer.slice(event.start, event.end).join(" ") : event.kind;
  return `${who}: ${what}`;
}

/** The packets of a file: flags, sequence and acknowledgment numbers, and octets. */
function segments(
  file: Uint8Array,
): { from: number; flags: number; sequence: number; acknowledgment: number; octets: number }[] {
  const reader = new SegmentReader(new Allowance(0));
  return readAll(new PcapReader(), file).flatMap((record) => {
    if (record.kind !== "packet" || !reader.read(record)) return [];
    const { sourcePort: from, flags, sequence, acknowledgment, length: octets } = reader;
    return { from, flags, sequence, acknowledgment, octets };
  });
}

const [A, B] = [end("192.0.2.1", 40_000), end("192.0.2.2", 179)];
const KEEPALIVE = encodeKeepalive();
/** UPDATEs in a session whose OPENs are not there are held back when it is read. */
const ANY_LENGTH = MessageType.RouteRefresh;

test("every message is there again, of every session, with its time, its ends and its octets", () => {
  const addresses = fc.constantFrom(["192.0.2.1", "198.51.100.1"], ["2001:db8::1", "fe80::2"]);
  const session = fc.record({ addresses, port: fc.integer({ min: 1024, max: 40_000 }), first: fc.boolean() });
  const messages = fc.array(
    fc.record({
      session: fc.nat(3),
      back: fc.boolean(),
      seconds: fc.nat(0xffff_ffff),
      nanoseconds: fc.nat(999_999_999),
      octets: fc.oneof(fc.integer({ min: 4, max: 100 }), fc.integer({ min: 4, max: 65_516 })),
    }),
    { maxLength: 20 },
  );
  const sessions = fc.uniqueArray(session, { minLength: 4, maxLength: 4, selector: ({ port }) => port });
  fc.assert(
    fc.property(sessions, messages, (sessions, messages) => {
      const directions = sessions.map(({ addresses, port, first }, number): [Direction, Direction] => {
        const [dialler, answerer] = [end(addresses[0]!, port), end(addresses[1]!, 179)];
        const pair: [Direction, Direction] = [
          direction(number, dialler, answerer),
          direction(number, answerer, dialler),
        ];
        return first ? pair : [pair[1], pair[0]];
      });
      const events = messages.map(({ session, back, seconds, nanoseconds, octets }): MessageEvent => {
        const body = new Uint8Array(octets).map((_, i) => i & 0x7f);
        const event = message(seconds, directions[session]![back ? 1 : 0]!, encodeMessage(ANY_LENGTH, body));
        return { ...event, nanoseconds };
      });
      const read = readAll(new PcapEvents(), written(...events));
      expect(read.filter(({ kind }) => kind === "message").map(tell)).toEqual(events.map(tell));
      expect(read.filter(({ kind }) => kind === "gap" || kind === "problem" || kind === "down")).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

test("a session is up before its first message and down with its end", () => {
  const [there, back] = [direction(0, A, B), direction(0, B, A)];
  const events = [up(1, there), message(2, back, KEEPALIVE), message(3, there, KEEPALIVE), down(4, back)];
  const read = readAll(new PcapEvents(), written(...events)).filter(({ kind }) => kind !== "information");
  expect(read.map(tell)).toEqual(events.map(tell));
});

test("RFC 9293 sections 3.5 and 3.6: handshake, segments, acknowledgments and closing", () => {
  const [there, back] = [direction(0, A, B), direction(0, B, A)];
  const update = encodeMessage(2, new Uint8Array(2000));
  const file = written(up(1, there), message(2, back, KEEPALIVE), message(3, there, update), down(4, back));
  expect(segments(file).map((segment) => Object.values(segment).join(" "))).toEqual([
    "40000 2 0 0 0",
    "179 18 0 1 0",
    "40000 16 1 1 0",
    "179 24 1 1 19",
    "40000 16 1 20 1460",
    "40000 24 1461 20 559",
    "179 17 20 2020 0",
    "40000 17 2020 21 0",
    "179 16 21 2021 0",
  ]);
});

test("RFC 9293 section 3.8.6: no more is under way than the window has room for", () => {
  const there = direction(0, A, B);
  const update = encodeMessage(2, new Uint8Array(4077));
  const file = written(...Array.from({ length: 100 }, (_, i) => message(i, there, update)));
  let [sent, acknowledged] = [0, 0];
  for (const { from, sequence, acknowledgment, octets } of segments(file)) {
    if (from === 40_000) sent = sequence + octets;
    else acknowledged = acknowledgment;
    expect(sent - acknowledged).toBeLessThan(0xffff);
  }
  expect(sent).toBe(1 + 100 * update.length);
});

test("OPENs of a session that is up, as BMP has them, are messages of both sides", () => {
  const there = direction(0, A, B);
  const body = { buffer: Uint8Array.of(9, 5, 6), start: 1, end: 2 };
  const event: CaptureEvent = {
    kind: "up",
    ...at(1),
    direction: there,
    sentOpen: body,
    receivedOpen: { ...body, start: 2, end: 3 },
  };
  const read = readAll(new PcapEvents(), written(event)).filter(({ kind }) => kind === "message");
  expect(read.map(tell)).toEqual([
    tell(message(1, there, encodeMessage(1, Uint8Array.of(6)))),
    tell(message(1, direction(0, B, A), encodeMessage(1, Uint8Array.of(5)))),
  ]);
});

test.each([
  ["of neither", null, null, "49152 > 179"],
  ["of the sender, who was dialled", 179, null, "179 > 49152"],
  ["of the sender, who dialled", 1234, null, "1234 > 179"],
  ["of the receiver, who was dialled", null, 179, "49152 > 179"],
  ["of the receiver, who dialled", null, 1234, "179 > 1234"],
])("ports that are not known: %s", (_name, sender, receiver, ports) => {
  const there = direction(0, end("192.0.2.1", sender), end("192.0.2.2", receiver));
  const first = readAll(new PcapEvents(), written(message(1, there, KEEPALIVE))).find(({ kind }) => kind === "up");
  expect(tell(first!)).toBe(`1.0 192.0.2.1 ${ports.replace(" >", " > 192.0.2.2")}: up`);
});

test("sessions without ports have different ones, and the next of a session too", () => {
  const [zero, one] = [0, 1].map((session) => direction(session, end("192.0.2.1", null), end("192.0.2.2", null)));
  const file = written(
    message(1, zero!, KEEPALIVE),
    message(2, one!, KEEPALIVE),
    up(3, zero!),
    message(4, zero!, KEEPALIVE),
  );
  const ports = segments(file).flatMap(({ from, flags }) => (flags === 2 ? [from] : []));
  expect(ports).toEqual([49_152, 49_153, 49_154]);
});

test("RFC 9293 section 3.4.1: the next connection between the same ports begins with another sequence number", () => {
  const there = direction(0, A, B);
  const events = [message(1, there, KEEPALIVE), down(1, there), message(1, there, KEEPALIVE)];
  const kinds = readAll(new PcapEvents(), written(...events)).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind !== "information")).toEqual(["up", "message", "down", "up", "message"]);
});

test("RFC 4291 section 2.5.5.2: beside an address of IPv6 one of IPv4 is mapped; zones are left out", () => {
  const there = direction(0, end("192.0.2.1", 40_000), end("fe80::1%eth0", 179));
  const read = readAll(new PcapEvents(), written(message(1, there, KEEPALIVE))).find(({ kind }) => kind === "message");
  expect(read).toMatchObject({ direction: { sender: { address: "192.0.2.1" }, receiver: { address: "fe80::1" } } });
});

test("what is no address is left out, and said", () => {
  const writer = new PcapWriter();
  expect(writer.event(message(1, direction(0, end("router", 40_000), B), KEEPALIVE)).length).toBe(0);
  expect([...writer.notes]).toEqual([
    { kind: "leftOut", what: 'what cannot be written: direction: "router" is no address', count: 1 },
  ]);
});

test("what is not of a session has no packets", () => {
  const writer = new PcapWriter();
  const problem: CaptureEvent = { kind: "problem", offset: 0, reason: "", skipped: null };
  const gap: CaptureEvent = { kind: "gap", ...at(1), direction: direction(0, A, B), octets: 7 };
  for (const event of [problem, gap, down(1, direction(0, A, B))]) expect(writer.event(event).length).toBe(0);
  expect([...writer.notes].map(({ what }) => what)).toEqual([
    "gaps",
    "ends of sessions of which nothing else is there",
  ]);
});
