// Which format a capture has, by its first octets and never by its name.
import { HEADER_LENGTH } from "@bgpwire/core";
import { BMP_HEADER_LENGTH } from "./bmp/message.ts";
import { wrongBmpHeader } from "./bmp/reader.ts";
import { u16At, u32At } from "./bytes/integers.ts";
import { isInputLog } from "./input-log/reader.ts";
import { isMrtHeader } from "./mrt/reader.ts";
import { MRT_HEADER } from "./mrt/view.ts";
import { OPENBMP_MAGIC } from "./openbmp/message.ts";
import { classicByteOrder } from "./pcap/classic.ts";
import { BlockType } from "./pcap/pcapng.ts";
import { EVENT_FIELD } from "./ris-live/reader.ts";

/**
 * A format of captures: "pcap" is pcapng too; "openbmp" is BMP behind headers of OpenBMP, as its collectors put it into Kafka;
 * "json" is lines of JSON that are not those of RIS Live; "bgp" is nothing but BGP messages; "input-log" is what was recorded of a
 * speaker of ours.
 */
export type CaptureFormat = "pcap" | "mrt" | "bmp" | "openbmp" | "ris-live" | "json" | "bgp" | "input-log";

/** With so many octets there is an answer, however much follows. */
export const DETECTION_LENGTH = 4096;

const NEW_LINE = 0x0a;
const SPACE = 0x20;
const OPENING_BRACE = 0x7b;

/** In every line of RIS Live, whatever else it has and in whatever order. */
const RIS_LIVE = /"(?:ris_\w+|timestamp|peer_asn)"/;

/**
 * The format of a capture that is not compressed, or not any more.
 *
 * @param octets the first ones, with or without what follows
 * @param certain there are `DETECTION_LENGTH` of them, or no more in the file
 * @returns null where it is none of them, or, unless `certain`, where that cannot be said yet
 */
export function detectFormat(octets: Uint8Array, certain: boolean): CaptureFormat | null {
  if (octets.length >= 4) {
    if (classicByteOrder(octets, 0) !== null || u32At(octets, 0) === BlockType.Section) return "pcap";
    if (u32At(octets, 0) === OPENBMP_MAGIC) return "openbmp";
    if (isInputLog(octets)) return "input-log";
  }
  if (octets.length >= BMP_HEADER_LENGTH && wrongBmpHeader(octets, 0) === null) return "bmp";
  if (octets.length >= MRT_HEADER && isMrtHeader(octets, 0)) return "mrt";
  if (octets.length >= HEADER_LENGTH && isBgp(octets)) return "bgp";
  const beginning = octets.subarray(0, DETECTION_LENGTH);
  return jsonFormat(beginning, certain) ?? eventStreamFormat(beginning);
}

/** RIS Live as Server-Sent Events: comments and fields, among which are data that are an object. */
function eventStreamFormat(beginning: Uint8Array): "ris-live" | null {
  for (const line of String.fromCharCode(...beginning).split("\n")) {
    if (/^data: ?\{/.test(line)) return "ris-live";
    if (line.trim() !== "" && !EVENT_FIELD.test(line)) return null;
  }
  return null;
}

/** RFC 4271 section 4.1. */
function isBgp(octets: Uint8Array): boolean {
  return octets.subarray(0, 16).every((octet) => octet === 0xff) && u16At(octets, 16) >= HEADER_LENGTH;
}

function jsonFormat(octets: Uint8Array, certain: boolean): "ris-live" | "json" | null {
  const start = octets.findIndex((octet) => octet > SPACE);
  if (octets[start] !== OPENING_BRACE) return null;
  const end = octets.indexOf(NEW_LINE, start);
  if (end < 0 && !certain) return null;
  const line = octets.subarray(start, end < 0 ? octets.length : end);
  return RIS_LIVE.test(String.fromCharCode(...line)) ? "ris-live" : "json";
}
