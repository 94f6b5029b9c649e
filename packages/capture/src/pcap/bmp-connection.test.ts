// BMP in packets: it is found by its octets, read as a file of it would be, and goes on behind what is missing.
import { fromHex, parseIPv4 } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import { BmpEvents } from "../bmp/events.ts";
import { encodeBmpMessage } from "../bmp/message.ts";
import type { BmpPeerHeader } from "../bmp/peer-header.ts";
import type { CaptureEvent } from "../event.ts";
import { readAll } from "../stream/record-reader.ts";
import { SyntheticConnection, type SyntheticEnd } from "../tcp/synthetic.ts";
import { PcapEvents } from "./events.ts";
import { LinkType } from "./link-type.ts";

function end(address: string, port: number): SyntheticEnd {
  const value = parseIPv4(address)!;
  return { address: Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value), port };
}

/** A capture of raw IP, its packets one second apart. */
class Capture {
  readonly #records: Uint8Array[] = [fromHex("a1b2c3d4000200040000000000000000" + "0000ffff")!];

  constructor() {
    this.#records.push(u32(LinkType.Raw));
  }

  readonly take = (packet: Uint8Array): void => {
    const seconds = this.#records.length / 2;
    this.#records.push(u32(seconds, 0, packet.length, packet.length), packet);
  };

  /** The packet that was taken last is lost. */
  lose(): void {
    this.#records.splice(-2);
  }

  /** The capture begins here. */
  beginHere(): void {
    this.#records.splice(2);
  }

  file(): Uint8Array {
    return Uint8Array.from(this.#records.flatMap((record) => [...record]));
  }

  events(): CaptureEvent[] {
    return readAll(new PcapEvents(), this.file()).slice(1);
  }
}

function u32(...values: number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value >>> 24, value >>> 16, value >>> 8, value]));
}

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

/** Statistics that are told from all others. */
function statistics(value: number): Uint8Array {
  return encodeBmpMessage({
    kind: "statisticsReport",
    version: 3,
    peer: PEER,
    statistics: [{ name: "duplicateUpdates", type: 13, value }],
  });
}

const TERMINATION = encodeBmpMessage({
  kind: "termination",
  version: 3,
  tlvs: [{ name: "reason", type: 1, code: 0 }],
});

function withoutPlace(event: CaptureEvent): unknown {
  return { ...event, seconds: 0, nanoseconds: 0, offset: 0 };
}

function connection(capture: Capture, port: number, from: number = 40_000): SyntheticConnection {
  return new SyntheticConnection([end("192.0.2.1", from), end("192.0.2.9", port)], capture.take);
}

/** An event in a line: its time, what it is, and the value of its statistics. */
function tell(event: CaptureEvent): string {
  if (event.kind === "problem") return event.reason;
  if (event.kind !== "information") return event.kind;
  const [statistic] = (event.values["statistics"] ?? []) as { readonly value: number }[];
  return [event.seconds, event.name, ...(statistic === undefined ? [] : [statistic.value])].join(" ");
}

test("gives the events that a file of it would give, with the times of the packets", () => {
  const octets = Uint8Array.from([...INITIATION, ...statistics(1), ...statistics(2), ...TERMINATION]);
  const capture = new Capture();
  const station = connection(capture, 11_019);
  station.open(0);
  for (let at = 0; at < octets.length; at += 50) station.write(0, octets.subarray(at, at + 50));
  station.close(0);
  const expected = readAll(new BmpEvents(), octets);
  const events = capture.events();
  expect(events.map(withoutPlace)).toEqual(expected.map(withoutPlace));
  // Three packets of the handshake, then one for each 50 octets.
  expect(events.map(tell)).toEqual(["4 initiation", "5 statistics 1", "6 statistics 2", "6 termination"]);
});

describe("is found by its octets", () => {
  test("on a port that is not known for it, and with the station on either side", () => {
    const capture = new Capture();
    const dials = connection(capture, 2222);
    dials.open(0);
    dials.write(0, INITIATION);
    const isDialled = connection(capture, 2223);
    isDialled.open(0);
    isDialled.write(1, statistics(7));
    expect(capture.events().map(tell)).toEqual(["4 initiation", "8 statistics 7"]);
  });

  test.each([
    [
      "text",
      Uint8Array.from("\u0003\u0000\u0000\u0000\u0030 GET / HTTP/1.1\r\n\r\n".repeat(9), (c) => c.charCodeAt(0)),
    ],
    ["TPKT of RDP, whose version is 3 too", fromHex("030000130ee000000000000100080003000000" + "03000013".repeat(9))!],
    ["an Initiation without a TLV", fromHex("030000000604")!],
    ["TLVs that are longer than the message", fromHex("030000000c040002000b7831")!],
    ["an unknown type", fromHex("0300000012" + "07" + "00020008".repeat(3))!],
    ["an IPv4 address that is none", statistics(1).map((octet, at) => (at === 20 ? 1 : octet))],
    ["flags that have no meaning", statistics(1).map((octet, at) => (at === 7 ? 1 : octet))],
    ["more microseconds than a second has", statistics(1).map((octet, at) => (at === 44 ? 0xff : octet))],
  ])("not %s, on whatever port", (_name, octets) => {
    const capture = new Capture();
    for (const port of [2222, 5000]) {
      const other = connection(capture, port);
      other.open(0);
      other.write(0, octets);
      other.write(1, octets);
      other.close(1);
    }
    expect(capture.events()).toEqual([]);
  });

  test("BGP on its own port is BGP, and sessions of both are numbered together", () => {
    const capture = new Capture();
    const bgp = connection(capture, 179);
    bgp.open(0);
    bgp.write(0, KEEPALIVE);
    const station = connection(capture, 1790);
    station.open(0);
    const mirroring = { kind: "routeMirroring", version: 3, peer: PEER } as const;
    const message = { buffer: KEEPALIVE, start: 0, end: KEEPALIVE.length };
    station.write(0, encodeBmpMessage({ ...mirroring, tlvs: [{ name: "bgpMessage", type: 0, message }] }));
    const sessions = capture.events().flatMap((event) => (event.kind === "message" ? [event.direction.session] : []));
    expect(sessions).toEqual([0, 1]);
  });
});

describe("goes on behind what is missing", () => {
  const lost = statistics(2).length;

  test("of a segment that was not captured", () => {
    const capture = new Capture();
    const station = connection(capture, 11_019);
    station.open(0);
    station.write(0, statistics(1));
    station.write(0, statistics(2));
    capture.lose();
    station.write(0, statistics(3));
    station.write(0, statistics(4));
    station.close(0);
    expect(capture.events().map(tell)).toEqual([
      "4 statistics 1",
      `${lost} octets of BMP from 192.0.2.1 to 192.0.2.9 are missing, or no message`,
      "5 statistics 3",
      "6 statistics 4",
    ]);
  });

  test("of the beginning of a connection, of which nobody knows how much it is", () => {
    const capture = new Capture();
    const station = connection(capture, 11_019);
    station.open(0);
    station.write(0, statistics(1).subarray(0, 9));
    capture.beginHere();
    station.write(0, Uint8Array.from([...statistics(1).subarray(9), ...statistics(2)]));
    station.write(0, statistics(3));
    const [problem, ...others] = capture.events();
    expect(problem).toEqual({
      kind: "problem",
      offset: 24,
      reason: "octets of BMP from 192.0.2.1 to 192.0.2.9 are missing, or no message",
      skipped: 0,
    });
    expect(others.map(tell)).toEqual(["1 statistics 2", "2 statistics 3"]);
  });

  test("of octets that are no message, and of one that does not come to its end", () => {
    const capture = new Capture();
    const station = connection(capture, 11_019);
    station.open(0);
    station.write(0, INITIATION);
    station.write(0, Uint8Array.from([1, 2, 3, ...statistics(1)]));
    station.write(0, statistics(2).subarray(0, 20));
    expect(capture.events().map(tell)).toEqual([
      "4 initiation",
      "3 octets of BMP from 192.0.2.1 to 192.0.2.9 are missing, or no message",
      "5 statistics 1",
      "20 octets of BMP from 192.0.2.1 to 192.0.2.9 are missing, or no message",
    ]);
  });

  test("octets at the end of a message that do not fit are of the packet with which it was there", () => {
    const capture = new Capture();
    const station = connection(capture, 11_019);
    station.open(0);
    station.write(0, INITIATION);
    const torn = statistics(1);
    torn[55] = 0xff;
    station.write(0, torn);
    // Before its octets there are those of TCP, of IP and of the record.
    const offset = capture.file().length - torn.length - 20 - 20 - 16;
    const reason = "8 octets at the end of a message do not fit its lengths";
    expect(capture.events()[2]).toEqual({ kind: "problem", offset, reason, skipped: 8 });
  });
});

test("peers of different routers are of different sessions, and one connection that is captured twice is one", () => {
  const capture = new Capture();
  const mirroring = { kind: "routeMirroring", version: 3, peer: PEER } as const;
  const message = { buffer: KEEPALIVE, start: 0, end: KEEPALIVE.length };
  const octets = encodeBmpMessage({ ...mirroring, tlvs: [{ name: "bgpMessage", type: 0, message }] });
  for (const port of [1000, 1001, 1000]) {
    const station = connection(capture, 11_019, port);
    station.open(0);
    station.write(0, octets);
    station.write(0, octets);
    station.close(0);
  }
  const sessions = capture.events().flatMap((event) => (event.kind === "message" ? [event.direction.session] : []));
  // The third connection has the numbers of the first, which to TCP is that one sent again.
  expect(sessions).toEqual([0, 0, 1, 1]);
});
