// What `PcapEvents` keeps of a gigabyte that is made to be kept: no more than it says.
import { expect, test } from "vitest";
import { MAX_PCAP_KEPT, PcapEvents } from "@bgpwire/capture";
import { encodeMessage } from "@bgpwire/core";
import { createContext, encodeUpdate } from "@bgpwire/decoder";
import { encodeSegment } from "../../packages/capture/src/packet/encode.ts";
import { inUse } from "../support/memory.ts";

/** Octets of a packet beside its headers; so many of them are a quarter of a gigabyte. */
const OCTETS = 60_000;
const PACKETS = 4500;

/** Connections that take turns, of which each gets a few packets. */
const CONNECTIONS = 1500;

/** A record of pcap with a packet whose addresses and numbers are zero. */
function template(payload: Uint8Array, destinationPort: number = 179): Uint8Array {
  const fields = {
    sourcePort: 40_000,
    destinationPort,
    sequence: 0,
    acknowledgment: 0,
    flags: 0x10,
    window: 0xffff,
  };
  const none = { source: new Uint8Array(4), destination: new Uint8Array(4), options: new Uint8Array(0) };
  const packet = encodeSegment({ ...fields, ...none, payload }, 0);
  const header = Buffer.alloc(16);
  header.writeUInt32BE(packet.length, 8);
  header.writeUInt32BE(packet.length, 12);
  return new Uint8Array(Buffer.concat([header, packet]));
}

/** The same of one of the connections, with a sequence number. */
function recordOf(record: Uint8Array, index: number, sequence: number): Uint8Array {
  const copy = new Uint8Array(record);
  const view = new DataView(copy.buffer);
  view.setUint16(16 + 4, index);
  view.setUint32(16 + 12, 0x0a00_0000 + (index % CONNECTIONS));
  view.setUint32(16 + 20 + 4, sequence);
  return copy;
}

const FILE_HEADER = new Uint8Array(Buffer.from("a1b2c3d400020004000000000000000000040000" + "00000065", "hex"));

const NOTHING = template(new Uint8Array(OCTETS));
/** Nothing but an attribute that nobody knows. */
const UPDATE = template(
  encodeMessage(
    2,
    encodeUpdate(
      { attributes: [{ name: "raw", code: 200, flags: 0xc0, value: new Uint8Array(OCTETS - 19 - 8) }] },
      createContext(),
    ),
  ),
);
const INCOMPLETE = template(encodeMessage(2, new Uint8Array(OCTETS)).subarray(0, OCTETS));

/** An Initiation of BMP (RFC 7854 section 4.3) that says it is as long as they may be. */
const INCOMPLETE_BMP = template(
  Uint8Array.from({ length: OCTETS }, (_, i) => [3, 0, 0x10, 0, 0, 4, 0, 0, 0xff, 0xff][i] ?? 0),
  5000,
);

const FRAGMENT = new Uint8Array(NOTHING);
FRAGMENT[16 + 6] = 0x20;

/** The how manieth packet of its connection it is. */
function turn(index: number): number {
  return Math.floor(index / CONNECTIONS);
}

test.each<[name: string, make: (index: number) => Uint8Array]>([
  [
    "segments behind others that are missing",
    (index) => recordOf(NOTHING, index, turn(index) === 0 ? 0 : OCTETS * (turn(index) + 1)),
  ],
  ["messages that are not complete", (index) => recordOf(INCOMPLETE, index, 0x1000_0000 * turn(index))],
  ["messages of BMP that are not complete", (index) => recordOf(INCOMPLETE_BMP, index, 0x1000_0000 * turn(index))],
  ["UPDATEs of sessions without OPENs", (index) => recordOf(UPDATE, index, OCTETS * turn(index))],
  ["fragments of packets without end", (index) => recordOf(FRAGMENT, index, 0)],
])("of a quarter of a gigabyte of %s", async (_name, make) => {
  const events = new PcapEvents();
  events.push(FILE_HEADER);
  const before = (await inUse()).buffers;
  let most = 0;
  for (let index = 0; index < PACKETS; index += 1) {
    events.push(make(index));
    while (events.next() !== null);
    if (index % CONNECTIONS === CONNECTIONS - 1) most = Math.max(most, (await inUse()).buffers - before);
  }
  // The packet that is being read comes on top, and what connections need to be followed.
  expect(most).toBeLessThan(MAX_PCAP_KEPT + 4_000_000);
  // It has kept as much as that, or the test would show nothing.
  expect(most).toBeGreaterThan(MAX_PCAP_KEPT - 4_000_000);
});
