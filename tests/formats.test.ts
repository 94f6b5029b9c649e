// One session in every format that is read: each says the same of its UPDATEs.
import { readFileSync } from "node:fs";
import {
  bgpkitLines,
  captureEvents,
  encodeBmpMessage,
  encodeMrtRecord,
  encodeOpenBmpMessage,
  EventReading,
  eventJson,
  readAll,
  risLiveOf,
  type MessageEvent,
} from "@bgpwire/capture";
import { encodeUtf8, MessageType } from "@bgpwire/core";
import { expect, test } from "vitest";
import { SyntheticConnection } from "../packages/capture/src/tcp/synthetic.ts";

const CAPTURE = new URL("fixtures/recorded/gobgp-updates.mrt", import.meta.url);

/** The UPDATEs of one direction of a capture, which have no path identifiers, with their headers. */
function updatesIn(capture: Uint8Array): Uint8Array[] {
  const events = readAll(captureEvents(), capture);
  const messages = events.filter(
    (event) => event.kind === "message" && event.type === MessageType.Update,
  ) as MessageEvent[];
  const first = messages.find(({ direction }) => direction.context.addPath.length === 0)!;
  const own = messages.filter(({ direction }) => direction === first.direction);
  return own.map(({ buffer, start, end }) => buffer.slice(start, end));
}

/** They as MRT. */
function mrtOf(updates: readonly Uint8Array[]): Uint8Array {
  const records = updates.map((message) =>
    encodeMrtRecord({
      kind: "bgp4mpMessage",
      type: 16,
      subtype: 4,
      seconds: 1,
      microseconds: null,
      peerAs: 65_001,
      localAs: 65_002,
      interfaceIndex: 0,
      peerAddress: "192.0.2.1",
      localAddress: "192.0.2.2",
      message,
    }),
  );
  return Buffer.concat(records);
}

/** What a monitored router makes of them. */
function bmpOf(updates: readonly Uint8Array[]): Uint8Array[] {
  const peer = {
    type: 0,
    flags: 0,
    distinguisher: "0:0",
    address: "192.0.2.1",
    as: 65_001,
    bgpIdentifier: "192.0.2.1",
    seconds: 1,
    microseconds: 0,
  };
  return updates.map((buffer) =>
    encodeBmpMessage({
      kind: "routeMonitoring",
      version: 3,
      peer,
      message: { buffer, start: 0, end: buffer.length },
      tlvs: [],
    }),
  );
}

/** Octets in messages of OpenBMP, one each. */
function openBmpOf(messages: readonly Uint8Array[]): Uint8Array {
  const written = messages.map((buffer) =>
    encodeOpenBmpMessage({
      kind: "openbmp",
      seconds: 1,
      microseconds: 0,
      objectType: 12,
      collector: { adminId: "collector1", hash: "00".repeat(16) },
      router: { address: "192.0.2.1", hash: "00".repeat(16), group: "" },
      rows: 1,
      data: { buffer, start: 0, end: buffer.length },
    }),
  );
  return Buffer.concat(written);
}

/** Octets in a TCP connection to a port. */
function pcapOf(messages: readonly Uint8Array[], port: number): Uint8Array {
  const records: Uint8Array[] = [Buffer.from("a1b2c3d40002000400000000000000000004000000000065", "hex")];
  const ends = [
    { address: Uint8Array.of(192, 0, 2, 1), port: 40_000 },
    { address: Uint8Array.of(192, 0, 2, 2), port },
  ] as const;
  const connection = new SyntheticConnection(ends, (packet) => {
    const header = Buffer.alloc(16);
    for (const [index, value] of [records.length, 0, packet.length, packet.length].entries())
      header.writeUInt32BE(value, 4 * index);
    records.push(header, packet);
  });
  connection.open(0);
  for (const message of messages) connection.write(0, message);
  connection.close(0);
  return Buffer.concat(records);
}

/** What is said of each route, without its time and who told it. */
function told(file: Uint8Array): string[] {
  const lines = readAll(captureEvents(), file, 1448).flatMap((event) => {
    expect(event.kind).not.toBe("problem");
    return bgpkitLines(new EventReading(event), null);
  });
  return lines.map((line) => line.split("|").toSpliced(1, 3).join("|"));
}

const UPDATES = updatesIn(new Uint8Array(readFileSync(CAPTURE)));
const MRT = mrtOf(UPDATES);
const BMP = bmpOf(UPDATES);
const READINGS = readAll(captureEvents(), MRT).map((event) => new EventReading(event));

test.each<[name: string, file: Uint8Array]>([
  ["BGP messages", Buffer.concat(UPDATES)],
  ["BGP in pcap", pcapOf(UPDATES, 179)],
  ["BMP", Buffer.concat(BMP)],
  ["BMP in pcap, on a port that is known for it", pcapOf(BMP, 11_019)],
  ["BMP in pcap, on another", pcapOf(BMP, 2222)],
  ["OpenBMP", openBmpOf(BMP)],
  ["RIS Live", encodeUtf8(READINGS.map((reading) => `${risLiveOf(reading)}\n`).join(""))],
  ["Server-Sent Events", encodeUtf8(READINGS.map((one) => `event: ris_message\ndata: ${risLiveOf(one)}\n\n`).join(""))],
  ["JSON", encodeUtf8(READINGS.map((reading) => `${JSON.stringify(eventJson(reading))}\n`).join(""))],
])("%s says what MRT says", (_name, file) => {
  expect(UPDATES.length).toBeGreaterThan(10);
  expect(told(file)).toEqual(told(MRT));
});
