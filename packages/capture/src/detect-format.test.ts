// Formats by their first octets.
import { fromHex } from "@bgpwire/core";
import { expect, test } from "vitest";
import { DETECTION_LENGTH, detectFormat, type CaptureFormat } from "./detect-format.ts";

function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

const MARKER = "ff".repeat(16);

const BINARY: readonly (readonly [CaptureFormat, string, string])[] = [
  ["pcap", "microseconds, big-endian", "a1b2c3d40002000400000000"],
  ["pcap", "microseconds, little-endian", "d4c3b2a10200040000000000"],
  ["pcap", "nanoseconds, big-endian", "a1b23c4d0002000400000000"],
  ["pcap", "nanoseconds, little-endian", "4d3cb2a10200040000000000"],
  ["pcap", "modified, big-endian", "a1b2cd340002000400000000"],
  ["pcap", "modified, little-endian", "34cdb2a10200040000000000"],
  ["pcap", "pcapng", "0a0d0d0a0000001c1a2b3c4d"],
  ["mrt", "BGP4MP_ET", "61e8400c00110004000000a1"],
  ["mrt", "TABLE_DUMP", "386e4380000c00010000003c"],
  ["mrt", "a timestamp that is BZh9", "425a68390010000400000020"],
  ["bmp", "version 3, Initiation", "030000002004"],
  ["bmp", "version 4, Route Monitoring", "040000008000"],
  ["openbmp", "version 1.7", "4f424d5001070064000000d4"],
  ["input-log", "a header of 35 octets", "d818582385666865616465720168"],
  ["input-log", "a header of 21 octets", "d8185585666865616465720168"],
  ["bgp", "KEEPALIVE", `${MARKER}001304`],
  ["bgp", "OPEN", `${MARKER}001d0104`],
];

test.each(BINARY)("%s: %s", (format, _name, hex) => {
  expect(detectFormat(fromHex(hex)!, false)).toBe(format);
});

const TEXTS: readonly (readonly [CaptureFormat, string])[] = [
  ["ris-live", '{"type":"ris_message","data":{"timestamp":1553627987.89,"peer":"72.22.223.9"}}\n'],
  ["ris-live", '{"type":"ris_subscribe_ok","data":{}}\n'],
  ["ris-live", '\r\n {"timestamp":1553627987.89,"peer":"72.22.223.9","peer_asn":"11708"}\n'],
  ["ris-live", 'data: {"timestamp":1553627987.89}\n\n'],
  ["ris-live", ': hello\r\n\r\nid: 7\r\nevent: ris_message\r\nretry: 5\r\ndata:{"type":"ris_message"'],
  ["json", '{"kind":"message"}\n{"type":"ris_message"}\n'],
];

test.each(TEXTS)("%s: %s", (format, text) => {
  expect(detectFormat(octetsOf(text), false)).toBe(format);
});

test("a line of JSON is told by all of it that there is", () => {
  const line = `{"data":{"raw":"${"0".repeat(2000)}","peer_asn":"1"}`;
  expect(detectFormat(octetsOf(line), false)).toBeNull();
  expect(detectFormat(octetsOf(line), true)).toBe("ris-live");
  const long = `{"raw":"${"0".repeat(100_000)}","peer_asn":"1"}\n`;
  expect(detectFormat(octetsOf(long.slice(0, DETECTION_LENGTH)), true)).toBe("json");
  expect(detectFormat(octetsOf(long), true)).toBe("json");
});

test.each([
  ["nothing", ""],
  ["three octets", "a1b2c3"],
  ["zeros", "00".repeat(64)],
  ["a compressed file", "1f8b0808197a7a3800036276"],
  ["MRT of a type that was never written", "61e8400c00060000000000a1"],
  ["MRT of more octets than a message has", "61e8400c0010000400ffffff"],
  ["BMP of version 2", "020000002004"],
  ["BMP of more octets than are read", "037000002004"],
  ["a marker and a length of 18", `${MARKER}001204`],
  ["text that is not JSON", "48656c6c6f"],
  ["a comment of Server-Sent Events alone", "3a20680a"],
  ["data of Server-Sent Events that are no object", "646174613a20370a"],
  ["data of Server-Sent Events behind something else", "780a646174613a207b0a"],
])("no capture: %s", (_name, hex) => {
  expect(detectFormat(fromHex(hex)!, true)).toBeNull();
});
