// Wireshark's reading of messages: they are put into a capture, each in a packet of its own, and tshark tells what it sees.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ForeignMessage } from "./message.ts";

/** What tshark says of one message. */
export interface Reading {
  /** The values of each field, in the order of the message. `null` is a field that only groups. */
  readonly fields: ReadonlyMap<string, readonly Value[]>;
  /** Fields from branches of different kinds, whose order is not that of the message. */
  readonly scattered: ReadonlySet<string>;
}

/** The version of tshark, such as "4.0.17"; null where it is not installed. */
export function tsharkVersion(): string | null {
  const { status, stdout } = spawnSync("tshark", ["--version"], { encoding: "utf8" });
  return status === 0 ? (/\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? "") : null;
}

/**
 * Reads messages, with one tshark for each width of AS numbers.
 *
 * @param each is called with the index of a message and what tshark says of it, for those that it takes for BGP
 */
export async function readWithTshark(
  messages: readonly ForeignMessage[],
  each: (index: number, reading: Reading) => void,
): Promise<void> {
  await runTshark(messages, "ek", () => (line, indexes) => {
    if (line.startsWith('{"index"')) return;
    const { timestamp, layers } = JSON.parse(withDistinctKeys(line)) as {
      timestamp: string;
      layers: { bgp: Layer | Layer[] };
    };
    each(indexes[Number(timestamp)]!, readingOf(layers.bgp));
  });
}

/**
 * Reads messages of BMP, without looking into those of BGP in them.
 *
 * @param each is called with the index of a message and what tshark says of it, for those that it takes for BMP
 */
export async function readBmpWithTshark(
  messages: readonly Uint8Array[],
  each: (index: number, reading: Reading) => void,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-"));
  const options = [
    "-d",
    `tcp.port==${BMP_PORT},bmp`,
    "--disable-protocol",
    "bgp",
    "-Y",
    "bmp",
    "-T",
    "ek",
    "-J",
    "bmp",
  ];
  try {
    await runOn(join(directory, "bmp.pcap"), messages, BMP_PORT, options, (line) => {
      if (line.startsWith('{"index"')) return;
      const { timestamp, layers } = JSON.parse(withDistinctKeys(line)) as {
        timestamp: string;
        layers: { bmp: Layer | Layer[] };
      };
      each(Number(timestamp), readingOf(layers.bmp));
    });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A field without parts, as tshark shows it. */
export interface ShownField {
  readonly name: string;
  /** What it writes for people, which may be more than the value. */
  readonly label: string;
  /** From the first octet of the message. */
  readonly offset: number;
  readonly length: number;
}

/** Where tshark sees fields, by message. Twenty times as slow as `readWithTshark`. */
export async function showWithTshark(messages: readonly ForeignMessage[]): Promise<ShownField[][]> {
  const shown = messages.map((): ShownField[] => []);
  await runTshark(messages, "pdml", () => {
    let packet = 0;
    return (line, indexes) => {
      const [, name, attributes, end] = /<field name="(\w[^"]*)"([^>]*?)(\/?)>/.exec(line) ?? [];
      if (name === undefined || attributes === undefined) return;
      const attribute = (key: string): string => new RegExp(` ${key}="([^"]*)"`).exec(attributes)?.[1] ?? "";
      if (name === "num") packet = Number(attribute("show")) - 1;
      if (!name.startsWith("bgp.") || end === "") return;
      const offset = Number(attribute("pos")) - HEADERS;
      shown[indexes[packet]!]!.push({ name, label: attribute("showname"), offset, length: Number(attribute("size")) });
    };
  });
  return shown;
}

/** Takes a line of tshark's, with the indexes of the messages in the packets it is given. */
type TakeLine = (line: string, indexes: readonly number[]) => void;

/**
 * Runs tshark over captures of messages, one for each width of AS numbers.
 *
 * @param take makes what takes the lines of one of them
 */
async function runTshark(
  messages: readonly ForeignMessage[],
  format: "ek" | "pdml",
  take: () => TakeLine,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-"));
  const run = async (width: 2 | 4): Promise<void> => {
    const indexes = [...messages.keys()].filter((index) => messages[index]!.context.fourOctetAs === (width === 4));
    if (indexes.length === 0) return;
    const options = ["-o", `bgp.asn_len:${width} octet`, "-Y", "bgp", "-T", format, "-J", "bgp"];
    const takeLine = take();
    const bytes = indexes.map((index) => messages[index]!.bytes);
    await runOn(join(directory, `as${width}.pcap`), bytes, BGP_PORT, options, (line) => takeLine(line, indexes));
  };
  try {
    await Promise.all([run(4), run(2)]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const BGP_PORT = 179;
/** That of pmacct's examples; none is assigned. */
const BMP_PORT = 1790;

/** Writes a capture of messages to a port, and runs tshark over it. */
async function runOn(
  file: string,
  messages: readonly Uint8Array[],
  port: number,
  options: readonly string[],
  takeLine: (line: string) => void,
): Promise<void> {
  writeFileSync(file, captureOf(messages, port));
  const tshark = spawn("tshark", ["-n", "-r", file, ...options], { stdio: ["ignore", "pipe", "ignore"] });
  for await (const line of createInterface({ input: tshark.stdout })) takeLine(line);
}

type Value = string | boolean | null;
interface Layer {
  readonly [name: string]: Value | readonly Value[] | readonly Layer[];
}

/**
 * A field that stands in branches of different kinds is there more than once in tshark's JSON, of which a parser would keep the
 * last: the others become "name#2" and so on.
 */
function withDistinctKeys(line: string): string {
  const counts = new Map<string, number>();
  return line.replaceAll(/"((?:bgp_bgp|bmp_bmp)_\w+)":/g, (whole, name: string) => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? whole : `"${name}#${count}":`;
  });
}

/** tshark writes "bgp_bgp_cap_mp_afi" for the field "bgp.cap.mp.afi" of the layer "bgp": its names are those of `ekName`. */
function readingOf(layer: Layer | readonly Layer[]): Reading {
  const fields = new Map<string, readonly Value[]>();
  const scattered = new Set<string>();
  // More than one layer: octets were left over, of which tshark makes another message.
  const first = (Array.isArray(layer) ? layer[0] : layer) as Layer;
  for (const [key, value] of Object.entries(first)) {
    const [name, count] = key.replace(/^(bgp|bmp)_\1_/, "$1_").split("#") as [string, string?];
    const values = (Array.isArray(value) ? value : [value]) as readonly Value[];
    fields.set(name, count === undefined ? values : [...fields.get(name)!, ...values]);
    if (count !== undefined) scattered.add(name);
  }
  return { fields, scattered };
}

/** The name under which a reading has a field. @example ekName("bgp.cap.mp.afi") // "bgp_cap_mp_afi" */
export function ekName(field: string): string {
  return field.replaceAll(".", "_");
}

const PCAP_HEADER = Buffer.from("a1b2c3d4000200040000000000000000ffffffff00000065", "hex");
/** Octets of IP and TCP before those of a message. */
const HEADERS = 40;
/** Most octets of TCP in a packet. */
const SEGMENT = 65_000;

/** A capture of raw IP packets of one TCP connection. The time of a packet is the index of its message in milliseconds. */
function captureOf(messages: readonly Uint8Array[], port: number): Buffer {
  const parts: Uint8Array[] = [PCAP_HEADER];
  let sequence = 1;
  for (const [index, bytes] of messages.entries()) {
    for (let at = 0; at < bytes.length; at += SEGMENT) {
      const payload = bytes.subarray(at, at + SEGMENT);
      parts.push(packetHeader(index, sequence, payload.length, port), payload);
      sequence += payload.length;
    }
  }
  return Buffer.concat(parts);
}

function packetHeader(index: number, sequence: number, length: number, port: number): Buffer {
  const header = Buffer.alloc(16 + HEADERS);
  header.writeUInt32BE(Math.floor(index / 1000), 0);
  header.writeUInt32BE((index % 1000) * 1000, 4);
  header.writeUInt32BE(HEADERS + length, 8);
  header.writeUInt32BE(HEADERS + length, 12);
  // IPv4 from 192.0.2.1 to 192.0.2.2, protocol TCP.
  header.writeUInt16BE(0x4500, 16);
  header.writeUInt16BE(HEADERS + length, 18);
  header.writeUInt16BE(0x4006, 24);
  header.writeUInt32BE(0xc000_0201, 28);
  header.writeUInt32BE(0xc000_0202, 32);
  // TCP from one port to another, with a header of five words, ACK and PSH.
  header.writeUInt16BE(40_000, 36);
  header.writeUInt16BE(port, 38);
  header.writeUInt32BE(sequence, 40);
  header.writeUInt16BE(0x5018, 48);
  header.writeUInt16BE(0xffff, 50);
  return header;
}
