// Entries of input logs: each call both ways, octet for octet, and what cannot be one.
import {
  equalBytes,
  fromHex,
  multiprotocol,
  rawCapability,
  toHex,
  type MachineCall,
  type PeerInput,
  type PeerOutput,
} from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import { readAll } from "../stream/record-reader.ts";
import { CborWriter } from "./cbor.ts";
import { digestOf } from "./digest.ts";
import { decodeLogEntry, InputLogWriter, recorded } from "./entry.ts";
import { InputLogReader, isInputLog } from "./reader.ts";
import { InputLogRecorder } from "./recorder.ts";

const writer = new InputLogWriter();
const encodeCbor = (value: unknown): Uint8Array => new CborWriter(128).encode(value);
const HEADER = { software: "test 1.0", time: 1_771_750_000_123.25, now: 12.5 };
const NOTIFICATION = { code: 6, subcode: 2, data: Uint8Array.of(1, 2) };
const ENDPOINTS = { localAddress: "192.0.2.1", localPort: 179, remoteAddress: "fe80::1%eth0", remotePort: 40_000 };

const INPUTS: readonly PeerInput[] = [
  { type: "start" },
  { type: "start", automatic: true },
  { type: "stop" },
  { type: "stop", notification: NOTIFICATION },
  { type: "stop", notification: null },
  { type: "reset", notification: NOTIFICATION },
  { type: "tick" },
  { type: "connected", conn: 2, endpoints: ENDPOINTS },
  { type: "accepted", conn: 1, endpoints: ENDPOINTS },
  { type: "dialFailed", conn: 2, reason: "ECONNREFUSED" },
  { type: "dialWaits", conn: 2, on: true },
  { type: "bytes", conn: 2, chunk: new Uint8Array(300).fill(7) },
  { type: "eof", conn: 2 },
  { type: "closed", conn: 2, reason: "ECONNRESET" },
  { type: "unsent", conn: 2, bytes: 70_000 },
  { type: "openParameters", conn: 2, capabilities: [{ name: "raw", code: 200, value: Uint8Array.of(1) }] },
  { type: "openVerdict", conn: 2, reject: null },
  { type: "openVerdict", conn: 2, reject: NOTIFICATION },
  { type: "fail", conn: 2, notification: NOTIFICATION },
  { type: "fail", conn: 2, notification: NOTIFICATION, reason: "why" },
  { type: "fail", conn: 2, notification: NOTIFICATION, idleHoldTime: 30_000 },
  { type: "fail", conn: 2, notification: NOTIFICATION, reason: "why", idleHoldTime: null },
  { type: "read", conn: 2, on: false },
  { type: "bfd", status: "up" },
  { type: "bfd", status: "down", controlPlaneIndependent: true },
];

const CALLS: readonly MachineCall[] = [
  {
    type: "made",
    id: "192.0.2.2",
    options: { remoteAddress: "192.0.2.2", localAs: 65001, remoteAs: [{ from: 1, to: 2 }], holdTime: 9 },
    environment: { routerId: "192.0.2.1", seed: -7 },
  },
  { type: "changed", options: { remoteAddress: "192.0.2.2", localAs: 65001, remoteAs: "any" } },
  ...INPUTS.map((input): MachineCall => ({ type: "input", now: 1234.062_5, input })),
  { type: "input", now: Number.NEGATIVE_INFINITY, input: { type: "tick" } },
  { type: "sendUpdate", now: 1.5, conn: 1, body: new Uint8Array(4), result: { status: "sent", credit: 17 } },
  { type: "sendUpdate", now: 1.5, conn: 1, body: new Uint8Array(4), result: { status: "blocked" } },
  {
    type: "sendRouteRefresh",
    now: 1.5,
    conn: 1,
    afi: 2,
    safi: 1,
    subtype: 0,
    body: new Uint8Array(0),
    result: { status: "too-long", limit: 4077 },
  },
  {
    type: "sendRouteRefresh",
    now: 1.5,
    conn: 1,
    afi: 2,
    safi: 1,
    subtype: 0,
    body: Uint8Array.of(1, 64, 0, 1, 128),
    result: { status: "sent", credit: 17 },
  },
  {
    type: "sendCapabilities",
    now: 1.5,
    conn: 1,
    // What decodes to a typed one is raw where it was given so, since that is not the same to a machine.
    changes: [
      { action: "advertise", capability: multiprotocol(2, 1) },
      { action: "remove", capability: rawCapability(2, new Uint8Array(0)) },
    ],
    result: { status: "sent", credit: 17 },
  },
  { type: "output", output: null },
  { type: "removed" },
];

describe("calls", () => {
  test.each(CALLS.map((call) => [call.type === "input" ? call.input.type : call.type, call] as const))(
    "%s",
    (_name, call) => {
      const file = new Uint8Array([...writer.header(HEADER), ...writer.call(3, call)]);
      const [header, entry] = readAll(new InputLogReader(), file);
      expect(header).toEqual({ kind: "header", ...HEADER, offset: 0 });
      expect(entry).toEqual({ kind: "call", peer: 3, call, offset: writer.header(HEADER).length });
    },
  );

  test("an entry is encoded CBOR in a string of octets (RFC 8949 section 3.4.5.1)", () => {
    // Tag 24, a string of eight octets: a list of two, a text of five, and the number 3.
    expect(toHex(writer.call(3, { type: "output", output: null }))).toBe("d81848" + "82" + "65" + "7175696574" + "03");
    expect(toHex(writer.end("x"))).toBe("d81847" + "82" + "63" + "656e64" + "61" + "78");
  });

  test("a body that fits no message is kept as far as it shows that", () => {
    const body = new Uint8Array(100_000);
    const octets = writer.call(0, { type: "sendUpdate", now: 0, conn: 1, body, result: { status: "closed" } });
    expect(octets.length).toBeGreaterThan(65_536);
    expect(octets.length).toBeLessThan(65_536 + 100);
  });
});

describe("outputs", () => {
  test("octets up to 32 stand there, more as their digest", () => {
    const few = new Uint8Array(32).fill(1);
    const many = new Uint8Array(33).fill(1);
    expect(recorded({ type: "write", conn: 2, bytes: few })).toEqual({ type: "write", conn: 2, rest: few });
    const digest = [33, digestOf(many)];
    expect(recorded({ type: "write", conn: 2, bytes: many })).toEqual({ type: "write", conn: 2, rest: digest });
    const update: PeerOutput = { type: "update", conn: 2, buffer: new Uint8Array(100).fill(1), start: 10, end: 43 };
    expect(recorded(update)).toEqual({ type: "update", conn: 2, rest: digest });
    const notification = { code: 6, subcode: 2, data: many };
    expect(recorded({ type: "notified", conn: 2, direction: "sent", notification })).toEqual({
      type: "notified",
      conn: 2,
      rest: { direction: "sent", notification: { code: 6, subcode: 2, data: digest } },
    });
  });

  test("one that speaks of no connection has none", () => {
    expect(recorded({ type: "idle", until: null, why: "w" })).toEqual({
      type: "idle",
      conn: undefined,
      rest: { until: null, why: "w" },
    });
  });

  test("the digest is another when an octet, or two that change places, or the length is", () => {
    const octets = Uint8Array.from({ length: 200 }, (_, i) => i);
    const seen = new Set([digestOf(octets), digestOf(octets.subarray(1)), digestOf(new Uint8Array(200))]);
    for (let at = 0; at < 200; at += 1) {
      for (const bit of [1, 16, 128]) {
        const other = octets.slice();
        other[at] = other[at]! ^ bit;
        seen.add(digestOf(other));
      }
      const swapped = octets.slice();
      [swapped[at], swapped[(at + 1) % 200]] = [swapped[(at + 1) % 200]!, swapped[at]!];
      seen.add(digestOf(swapped));
    }
    expect(seen.size).toBe(3 + 200 * 4);
    for (const digest of seen) expect(Number.isSafeInteger(digest) && digest >= 0).toBe(true);
  });
});

test("a chunk that is longer than an entry can be is several entries", () => {
  const parts: Uint8Array[] = [];
  const recorder = new InputLogRecorder(HEADER, (octets) => void parts.push(octets));
  const chunk = new Uint8Array(20_000_000).map((_, i) => i);
  recorder.record(0, { type: "input", now: 1, input: { type: "bytes", conn: 2, chunk } });
  const reader = new InputLogReader();
  for (const part of parts) reader.push(part);
  reader.next();
  const chunks: Uint8Array[] = [];
  for (let entry = reader.next(); entry !== null; entry = reader.next()) {
    if (entry.kind !== "call" || entry.call.type !== "input" || entry.call.input.type !== "bytes") throw new Error();
    chunks.push(entry.call.input.chunk);
  }
  expect(chunks.map((one) => one.length)).toEqual([8_388_608, 8_388_608, 3_222_784]);
  for (const [i, one] of chunks.entries()) {
    const at = i * 8_388_608;
    expect(equalBytes(one, chunk.subarray(at, at + one.length))).toBe(true);
  }
});

function problem(file: Uint8Array): unknown {
  return readAll(new InputLogReader(), file).at(-1);
}

function entry(value: unknown): Uint8Array {
  const octets = encodeCbor(value);
  return new Uint8Array([0xd8, 24, 0x58, octets.length, ...octets]);
}

describe("what is no log", () => {
  test.each<[string, Uint8Array, number, string]>([
    ["something else", fromHex("ffffffffffffffff")!, 0, "this is no input log, which begins with its header"],
    ["no header", writer.end("x"), 0, "an input log begins with its header"],
    [
      "another version",
      entry(["header", 2, "s", 0, 0]),
      0,
      "an entry cannot be read: version 2 of the format is not 1",
    ],
    [
      "a header without time",
      entry(["header", 1, "s"]),
      0,
      "an entry cannot be read: header has no software, time and now",
    ],
    ["an entry too long", fromHex("d8185a01000001")!, 0, "an entry of 16777217 octets is longer than 16777216"],
  ])("%s", (_name, file, offset, reason) => {
    expect(problem(file)).toEqual({ kind: "problem", offset, reason, skipped: null });
  });

  test.each<[unknown, string]>([
    [7, "it is no list"],
    [[7], "it has no name"],
    [["nonsense", 0], '"nonsense" is no entry'],
    [["toString", 0], '"toString" is no entry'],
    [["tick", -1, 0], '"tick" has no number of a peer'],
    [["tick", 0, "now"], "tick has no time"],
    [["tick", 0, Number.POSITIVE_INFINITY], "tick has no time"],
    [["tick", 0, Number.NaN], "tick has no time"],
    [["tick", 0, 1e300], "tick has no time"],
    [["tick", 0, 0, 0], "tick has 1 fields, not 0"],
    [["bytes", 0, 0, 2, "text"], "bytes has no chunk that can be"],
    [["accepted", 0, 0, 1, {}], "accepted has no endpoints that can be"],
    [["fail", 0, 0, 1, { code: 6, subcode: 2, data: "" }, undefined], "fail has no notification that can be"],
    [["made", 0, "id", [], "192.0.2.1", 1], "made has no id, options, routerId and seed"],
    [["sendUpdate", 0, 0, 2, new Uint8Array(0), "sent"], "sendUpdate has no now, conn, body and result"],
    [["output", 0], "output has no type"],
    [["end"], "end has no text"],
  ])("%j", (value, reason) => {
    const octets = encodeCbor(value);
    expect(decodeLogEntry(octets, 0, octets.length, 0)).toBe(reason);
  });

  test("nothing is read behind what cannot be read, and nothing is kept of it", () => {
    const reader = new InputLogReader();
    reader.push(writer.header(HEADER));
    reader.push(fromHex("00")!);
    expect(reader.next()).toMatchObject({ kind: "header" });
    reader.push(writer.end("x"));
    expect(reader.next()).toMatchObject({ kind: "problem", offset: writer.header(HEADER).length });
    reader.push(writer.end("x"));
    reader.end();
    expect(reader.next()).toBeNull();
  });
});

test("a log is told by what it begins with", () => {
  expect(isInputLog(writer.header(HEADER))).toBe(true);
  expect(isInputLog(writer.header({ ...HEADER, software: "s", time: 0, now: 0 }))).toBe(true);
  expect(isInputLog(writer.end("header"))).toBe(false);
  expect(isInputLog(new Uint8Array(0))).toBe(false);
});
