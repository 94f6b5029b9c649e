// A gigabyte of each format goes through `captureEvents`, from ever new sessions where the format has some: what is kept stays
// below a bound that does not depend on how long the file is.
import {
  captureEvents,
  encodeBmpMessage,
  encodeMrtRecord,
  encodeOpenBmpMessage,
  MAX_BMP_TABLES,
  MAX_BMP_PEERS_TOGETHER,
  MAX_GUESS_KEPT,
  MAX_MRT_SESSIONS,
} from "@bgpwire/capture";
import { encodeMessage, MessageType } from "@bgpwire/core";
import { createContext, encodeUpdate } from "@bgpwire/decoder";
import { expect, test } from "vitest";
import { encodeInterface, encodePacket, encodeSection } from "../../packages/capture/src/pcap/pcapng.ts";
import { encodeSegment } from "../../packages/capture/src/packet/encode.ts";
import { inUse } from "../support/memory.ts";

const GIGABYTE = 1e9;
/** Looks at what is kept, on the way. */
const LOOKS = 8;

/** Long, so that a gigabyte of them takes seconds: nothing but an attribute that nobody knows. */
const UPDATE = encodeMessage(
  MessageType.Update,
  encodeUpdate({ attributes: [{ name: "raw", code: 200, flags: 0xc0, value: new Uint8Array(4000) }] }, createContext()),
);

/** What a file begins with, and its records, which differ in a number. */
interface Format {
  readonly begin: Uint8Array;
  record(index: number): Uint8Array;
  /** Octets that may be kept. */
  readonly most: number;
  /** Octets of the file, where fewer are enough to reach the bound. */
  readonly octets?: number;
}

/** Gives the same record with another number in place of the first four octets of 0xfe. */
function numbered(record: Uint8Array, numberOf: (index: number) => number): (index: number) => Uint8Array {
  const at = record.findIndex((_, i) => record.subarray(i, i + 4).every((octet) => octet === 0xfe));
  return (index) => {
    const copy = record.slice();
    new DataView(copy.buffer).setUint32(at, numberOf(index));
    return copy;
  };
}

const NOTHING = new Uint8Array(0);
const NUMBER = 0xfefe_fefe;
const ADDRESS = "2001:db8::fefe:fefe:1";

const MONITORING = encodeBmpMessage({
  kind: "routeMonitoring",
  version: 3,
  peer: {
    type: 0,
    flags: 0x80,
    distinguisher: "0:0",
    address: ADDRESS,
    as: 65_001,
    bgpIdentifier: "192.0.2.1",
    seconds: 1,
    microseconds: 0,
  },
  message: { buffer: UPDATE, start: 0, end: UPDATE.length },
  tlvs: [],
});

const FORMATS: Readonly<Record<string, Format>> = {
  "MRT, each message of another session": {
    begin: NOTHING,
    record: numbered(
      encodeMrtRecord({
        kind: "bgp4mpMessage",
        type: 17,
        subtype: 4,
        seconds: 1,
        microseconds: 0,
        peerAs: 65_001,
        localAs: 65_002,
        interfaceIndex: 0,
        peerAddress: ADDRESS,
        localAddress: "2001:db8::1",
        message: UPDATE,
      }),
      (index) => index,
    ),
    most: MAX_MRT_SESSIONS * 1000,
  },
  "BMP, every eighth message of another peer": {
    begin: NOTHING,
    record: numbered(MONITORING, (index) => index >> 3),
    most: MAX_BMP_TABLES * (MAX_GUESS_KEPT + 2000),
  },
  "OpenBMP, every eighth message of another router": {
    begin: NOTHING,
    record: numbered(
      encodeOpenBmpMessage({
        kind: "openbmp",
        seconds: 1,
        microseconds: 0,
        objectType: 12,
        collector: { adminId: "collector1", hash: "00".repeat(16) },
        router: { address: "192.0.2.1", hash: "fe".repeat(4) + "00".repeat(12), group: "" },
        rows: 1,
        data: { buffer: MONITORING, start: 0, end: MONITORING.length },
      }),
      (index) => index >> 3,
    ),
    most: MAX_BMP_TABLES * (MAX_GUESS_KEPT + 2000) + MAX_BMP_PEERS_TOGETHER * 500,
    octets: 400e6,
  },
  "BGP messages": { begin: NOTHING, record: () => UPDATE.slice(), most: 1_000_000 },
  "pcapng, one connection whose sequence numbers wrap": {
    begin: Buffer.concat([encodeSection("bgpwire"), encodeInterface(101)]),
    record: numbered(
      encodePacket(
        { seconds: 1, nanoseconds: 0 },
        encodeSegment(
          {
            source: Uint8Array.of(192, 0, 2, 1),
            destination: Uint8Array.of(192, 0, 2, 2),
            sourcePort: 179,
            destinationPort: 50_000,
            sequence: NUMBER,
            acknowledgment: 0,
            flags: 0x10,
            window: 0xffff,
            options: NOTHING,
            payload: UPDATE,
          },
          0,
        ),
      ),
      (index) => 0xff00_0000 + index * UPDATE.length,
    ),
    most: 1_000_000,
  },
};

test.each(Object.entries(FORMATS))("as much as a gigabyte of %s", { timeout: 300_000 }, async (_, format) => {
  const { begin, record, most, octets = GIGABYTE } = format;
  const events = captureEvents();
  if (begin.length > 0) events.push(begin);
  const records = Math.ceil(octets / record(0).length);
  const before = await inUse();
  let [kept, updates] = [0, 0];
  for (let index = 0; index < records; index += 1) {
    events.push(record(index));
    for (let event = events.next(); event !== null; event = events.next()) if (event.kind === "message") updates += 1;
    if (index % Math.ceil(records / LOOKS) !== 0) continue;
    const { buffers, objects } = await inUse();
    kept = Math.max(kept, buffers + objects - before.buffers - before.objects);
  }
  events.end();
  for (let event = events.next(); event !== null; event = events.next()) if (event.kind === "message") updates += 1;
  expect(updates).toBe(records);
  expect(kept).toBeLessThan(most);
});
