// OpenBMP's messages: the header field by field, streams of them, and the BMP of many routers in one.
import { ConfigError, fromHex, toHex } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import { encodeBmpMessage, type BmpMessage } from "../bmp/message.ts";
import type { BmpPeerHeader } from "../bmp/peer-header.ts";
import { BmpEvents } from "../bmp/events.ts";
import type { CaptureEvent } from "../event.ts";
import { readAll } from "../stream/record-reader.ts";
import { MAX_OPENBMP_ROUTERS, OpenBmpEvents } from "./events.ts";
import { decodeOpenBmpMessage, encodeOpenBmpMessage, MAX_OPENBMP_DATA, type OpenBmpMessage } from "./message.ts";
import { OpenBmpReader } from "./reader.ts";

const PEER: BmpPeerHeader = {
  type: 0,
  flags: 0,
  distinguisher: "0:0",
  address: "198.51.100.1",
  as: 65_001,
  bgpIdentifier: "10.0.0.1",
  seconds: 1_700_000_000,
  microseconds: 5,
};

const INITIATION = encodeBmpMessage({
  kind: "initiation",
  version: 3,
  tlvs: [{ name: "sysName", type: 2, text: "router1" }],
});

const KEEPALIVE = fromHex(`${"ff".repeat(16)}001304`)!;

/** A message of a session of its own. */
function mirroring(address: string): Uint8Array {
  const message = { buffer: KEEPALIVE, start: 0, end: KEEPALIVE.length };
  const bmp: BmpMessage = {
    kind: "routeMirroring",
    version: 3,
    peer: { ...PEER, address },
    tlvs: [{ name: "bgpMessage", type: 0, message }],
  };
  return encodeBmpMessage(bmp);
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

function message(data: Uint8Array, router: number = 1, more: Partial<OpenBmpMessage> = {}): Uint8Array {
  return encodeOpenBmpMessage({
    kind: "openbmp",
    seconds: 1_600_000_000,
    microseconds: 250_000,
    objectType: 12,
    collector: { adminId: "collector1", hash: "c0".repeat(16) },
    router: { address: `192.0.2.${router % 256}`, hash: router.toString(16).padStart(32, "0"), group: "lab" },
    rows: 1,
    data: { buffer: data, start: 0, end: data.length },
    ...more,
  });
}

/** The header of `message(Uint8Array.of(7), 9)`, by the table of the specification. */
const HEADER = [
  "4f424d50", // magic
  "0107", // version
  "005b", // octets of the header
  "00000001", // octets of data
  "80", // flags
  "0c", // object type
  "5f5e1000", // seconds
  "0003d090", // microseconds
  "c0".repeat(16), // collector hash
  "000a",
  toHex(Uint8Array.from("collector1", (letter) => letter.charCodeAt(0))),
  "00000000000000000000000000000009", // router hash
  "c0000209000000000000000000000000", // router IP
  "0003",
  "6c6162",
  "00000001", // rows
].join("");

describe("a message", () => {
  test("has these octets", () => {
    expect(toHex(message(Uint8Array.of(7), 9))).toBe(`${HEADER}07`);
  });

  test("is read from them", () => {
    const octets = fromHex(`ee${HEADER}07`)!;
    expect(decodeOpenBmpMessage({ buffer: octets, start: 1, end: octets.length })).toEqual({
      kind: "openbmp",
      seconds: 1_600_000_000,
      microseconds: 250_000,
      objectType: 12,
      collector: { adminId: "collector1", hash: "c0".repeat(16) },
      router: { address: "192.0.2.9", hash: "00000000000000000000000000000009", group: "lab" },
      rows: 1,
      data: { buffer: octets, start: octets.length - 1, end: octets.length },
    });
  });

  test("of a router with an IPv6 address, and of none", () => {
    for (const router of [{ address: "2001:db8::1", hash: "ab".repeat(16), group: "" }, null]) {
      const octets = message(INITIATION, 1, { router });
      expect(decodeOpenBmpMessage({ buffer: octets, start: 0, end: octets.length })?.router).toEqual(router);
    }
  });

  test("whose header has more than is known at its end", () => {
    const octets = fromHex(`${HEADER.replace("005b", "005d")}eeee07`)!;
    const { data, rows } = decodeOpenBmpMessage({ buffer: octets, start: 0, end: octets.length })!;
    expect([rows, octets.subarray(data.start, data.end)]).toEqual([1, Uint8Array.of(7)]);
  });

  test.each([
    ["router.address", { router: { address: "router1", hash: "00".repeat(16), group: "" } }],
    ["router.hash", { router: { address: "192.0.2.1", hash: "00", group: "" } }],
    ["collector.hash", { collector: { adminId: "", hash: "x".repeat(32) } }],
    ["collector.adminId", { collector: { adminId: "x".repeat(65_500), hash: "00".repeat(16) } }],
  ])("is not written where %s is not of its form", (field, more) => {
    const write = (): Uint8Array => message(INITIATION, 1, more);
    expect(write).toThrow(ConfigError);
    expect(write).toThrow(field);
  });
});

function records(stream: Uint8Array, pieces?: number): unknown[] {
  return readAll(new OpenBmpReader(), stream, pieces).map((record) =>
    record.kind === "problem" ? record : record.data.end - record.data.start,
  );
}

describe("a stream", () => {
  const one = message(INITIATION);

  test("with new lines between messages, as programs print them", () => {
    const line = Uint8Array.of(10);
    expect(records(join(one, line, one, line, line, one, line), 7)).toEqual([
      INITIATION.length,
      INITIATION.length,
      INITIATION.length,
    ]);
  });

  test.each([
    ["something else", fromHex("00010203")!, "no message of OpenBMP, which begins with OBMP"],
    ["another version", fromHex(`4f424d500200${"00".repeat(9)}`)!, "version 2.0 of OpenBMP"],
    ["a header that is too short", fromHex(`4f424d500107004d${"00".repeat(9)}`)!, "a header of 77 octets"],
    [
      "more data than is read",
      fromHex("4f424d500107005000100001")!,
      `a message with ${MAX_OPENBMP_DATA + 1} octets of data`,
    ],
    [
      "names that do not fit",
      fromHex(HEADER.replace("000a", "00ff") + "07")!,
      "the names in a header of OpenBMP do not fit into it",
    ],
  ])("with %s in it goes on behind it", (_name, wrong, reason) => {
    for (const pieces of [1, 11, 1000]) {
      expect(records(join(one, wrong, one), pieces)).toEqual([
        INITIATION.length,
        { kind: "problem", offset: one.length, reason, skipped: wrong.length },
        INITIATION.length,
      ]);
    }
  });

  test("that ends within a message", () => {
    expect(records(join(one, one.subarray(0, 50)))).toEqual([
      INITIATION.length,
      {
        kind: "problem",
        offset: one.length,
        reason: `the stream ends within a message of ${one.length} octets`,
        skipped: 50,
      },
    ]);
    expect(records(one.subarray(0, 5))).toMatchObject([
      { reason: "the stream ends within the beginning of a message" },
    ]);
  });
});

function events(...messages: readonly Uint8Array[]): CaptureEvent[] {
  return readAll(new OpenBmpEvents(), join(...messages));
}

/** An event in a line. */
function tell(event: CaptureEvent): string {
  if (event.kind === "information") return `${event.name} ${JSON.stringify(event.values)}`;
  if (event.kind === "problem") return `${event.offset} ${event.reason}, ${event.skipped}`;
  return `${event.kind} ${event.kind === "route" ? "" : event.direction.session}`;
}

describe("events", () => {
  test("are those of BMP, with the collector's time, behind a word about the router of each session", () => {
    const data = join(INITIATION, mirroring("198.51.100.1"));
    const [initiation, router, mirrored] = events(message(data, 9));
    const at = { seconds: 1_600_000_000, nanoseconds: 250_000_000, offset: 0 };
    const [first, second] = readAll(new BmpEvents(), data) as [CaptureEvent, CaptureEvent];
    expect(initiation).toEqual({ ...first, ...at });
    expect(router).toEqual({
      kind: "information",
      ...at,
      name: "router",
      values: { session: 0, collector: "collector1", router: "192.0.2.9", group: "lab" },
    });
    expect(mirrored).toMatchObject({ kind: second.kind, ...at, type: 4 });
  });

  test("of different routers are of different sessions, those of one router are not", () => {
    const told = events(
      message(mirroring("198.51.100.1"), 1),
      message(mirroring("198.51.100.1"), 2),
      message(mirroring("198.51.100.1"), 1),
    ).map(tell);
    expect(told.filter((line) => line.startsWith("message"))).toEqual(["message 0", "message 1", "message 0"]);
    expect(told.filter((line) => line.startsWith("router"))).toHaveLength(2);
  });

  test(`of more than ${MAX_OPENBMP_ROUTERS} routers: the one that was heard first is new when it is heard again`, () => {
    const all = Array.from({ length: MAX_OPENBMP_ROUTERS + 1 }, (_, i) => message(mirroring("198.51.100.1"), i));
    const told = events(...all, all[0]!).map(tell);
    expect(told.at(-1)).toBe(`message ${MAX_OPENBMP_ROUTERS + 1}`);
  });

  test("what the collector itself tells is information", () => {
    const rows = Uint8Array.from("a\tb\n", (letter) => letter.charCodeAt(0));
    expect(events(message(rows, 1, { objectType: 4, rows: 1 })).map(tell)).toEqual([
      'openbmp {"collector":"collector1","objectType":4,"rows":1}',
    ]);
  });

  test("what is no BMP is a problem at its place", () => {
    const good = message(INITIATION);
    const place = good.length + (message(new Uint8Array(0)).length + INITIATION.length);
    const wrong: readonly (readonly [Uint8Array, string])[] = [
      [Uint8Array.of(9, 0, 0, 0, 6, 4), "version 9, 6"],
      [Uint8Array.of(3, 0), "2 octets are no header of BMP, 2"],
      [Uint8Array.of(3, 0, 0, 0, 9, 4, 0), "a message of 9 octets in 7, 7"],
    ];
    for (const [octets, reason] of wrong) {
      const told = events(good, message(join(INITIATION, octets)), good).map(tell);
      expect(told.map((line) => (line.startsWith("initiation") ? "initiation" : line))).toEqual([
        "initiation",
        "initiation",
        `${place} ${reason}`,
        "initiation",
      ]);
    }
  });
});
