// Every BGP message of every corpus beside the checkout.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { fromHex, type OpenMessage } from "@bgpwire/core";
import { DATA } from "../corpus.ts";
import { bmpMessages, isBmp } from "./bmp.ts";
import {
  contextBetween,
  contextOrGuess,
  guess,
  guessWithoutPaths,
  messagesIn,
  openIn,
  WITH_PATHS,
  type ForeignMessage,
} from "./message.ts";
import type { Json } from "../../../packages/capture/src/exabgp/json.ts";
import { mrtMessages } from "./mrt.ts";
import { streamsOf, type StreamPart } from "./pcap.ts";

/** The files below a folder of the corpora, sorted. */
export function filesIn(directory: string): string[] {
  return readdirSync(DATA + directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(DATA.length))
    .sort();
}

export function read(file: string): Uint8Array {
  return new Uint8Array(readFileSync(DATA + file));
}

function text(file: string): string {
  return readFileSync(DATA + file, "latin1");
}

/** Captures: BGP by its markers in any stream, BMP in streams that begin with it. */
export function captureMessages(file: string): ForeignMessage[] {
  const parts = streamsOf(read(file));
  const bgp = parts.map((part) => (isBmp(part.bytes) ? [] : messagesIn(part.bytes)));
  return parts.flatMap((part, index) => {
    const source = `${file} ${part.name}`;
    if (isBmp(part.bytes)) return bmpMessages(part.bytes, source);
    const context = contextBetween(openOf(parts, bgp, part.name), openOf(parts, bgp, part.reverse));
    return bgp[index]!.map((bytes, at) => ({
      source: `${source} #${at + 1}`,
      bytes,
      // One OPEN may be missing, and then say something else.
      context: contextOrGuess(bytes, context),
    }));
  });
}

/** The streams of BMP in the captures of it, in the order of the files. */
export function* bmpStreams(): Generator<{ readonly file: string; readonly bytes: Uint8Array }> {
  for (const file of filesIn("bmp").filter((file) => /\.pcap(ng)?$/.test(file))) {
    for (const { bytes } of streamsOf(read(file))) {
      if (isBmp(bytes)) yield { file: file.slice("bmp/".length), bytes };
    }
  }
}

/** The first OPEN of a stream. */
function openOf(
  parts: readonly StreamPart[],
  messages: readonly (readonly Uint8Array[])[],
  name: string,
): OpenMessage | null {
  return openIn(parts.flatMap((part, index) => (part.name === name ? messages[index]! : [])));
}

/** Is there a bzip2 to unpack MRT files with? */
export function hasBzip2(): boolean {
  return spawnSync("bzip2", ["--help"]).status === 0;
}

/** A file without its compression, as its name says. */
export function unpacked(file: string): Uint8Array {
  if (file.endsWith(".gz")) return new Uint8Array(gunzipSync(read(file)));
  if (!file.endsWith(".bz2")) return read(file);
  const { status, stdout } = spawnSync("bzip2", ["-dc", DATA + file], { maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`bzip2 does not unpack ${file}`);
  return new Uint8Array(stdout);
}

/** Octets of a text in which there are hexadecimal digits with white space or colons between them. */
function octetsOf(digits: string): Uint8Array {
  return fromHex(digits.replaceAll(/[\s:]/g, "")) ?? new Uint8Array(0);
}

function guessed(bytes: Uint8Array, source: string): ForeignMessage {
  return { source, bytes, context: guess(bytes) };
}

/**
 * ExaBGP's test files: whole messages, mostly behind `raw:`, and bodies of UPDATEs behind a line that says "update". The line after
 * a message may have its meaning, and tells whether there are path identifiers.
 */
function exabgpMessages(file: string): (ForeignMessage & { readonly line: number })[] {
  const lines = text(file).split("\n");
  const isBody = lines[0]!.startsWith("update ") && !/^[F\s]{32}/i.test(lines[1]!);
  const found = lines.flatMap((line, index) => {
    const digits = /F{32}[0-9A-F]*$/i.exec(line.replaceAll(/[\s:]/g, ""))?.[0] ?? "";
    const messages = isBody && index === 1 ? [asUpdate(octetsOf(line))] : messagesIn(octetsOf(digits));
    const meaning = lines[index + 1] ?? "";
    const contextOf = meaning.includes('"path-information"')
      ? () => WITH_PATHS
      : meaning.includes('"exabgp"')
        ? guessWithoutPaths
        : guess;
    return messages.map((bytes) => ({ bytes, context: contextOf(bytes), line: index }));
  });
  return found.map(({ bytes, context, line }, at) => ({ source: `${file} #${at + 1}`, bytes, context, line }));
}

/** UPDATEs of ExaBGP's test files that have their meaning in the next line: `neighbor.message.update` of its JSON. */
export function exabgpMeanings(): { readonly message: ForeignMessage; readonly meaning: Json }[] {
  return filesIn("exabgp").flatMap((file) => {
    const messages = exabgpMessages(file);
    const lines = text(file).split("\n");
    return messages.flatMap((message) => {
      const json = /\{ ?"exabgp".*$/.exec(lines[message.line + 1] ?? "")?.[0];
      const meaning = json === undefined ? undefined : (JSON.parse(json) as ExabgpJson).neighbor.message?.update;
      return meaning === undefined ? [] : [{ message, meaning }];
    });
  });
}

interface ExabgpJson {
  readonly neighbor: { readonly message?: { readonly update?: Json } };
}

/** The body of an UPDATE with a header before it. */
export function asUpdate(body: Uint8Array): Uint8Array {
  const header = Buffer.alloc(19, 0xff);
  header.writeUInt16BE(19 + body.length, 16);
  header[18] = 2;
  return new Uint8Array(Buffer.concat([header, body]));
}

/** Raw messages: binary files, and texts with hexadecimal digits among other lines. */
function rawMessages(file: string): ForeignMessage[] {
  const hexLines = (): string =>
    text(file)
      .split("\n")
      .filter((line) => !/[g-z]/i.test(line))
      .join("");
  const bytes = file.endsWith(".txt") ? octetsOf(hexLines()) : read(file);
  return messagesIn(bytes).map((message, at) => guessed(message, `${file} #${at + 1}`));
}

/** RIS Live: JSON lines whose `raw` is the message, with AS numbers as the collector's session has them. */
function risLiveMessages(file: string): ForeignMessage[] {
  return [...text(file).matchAll(/"raw"\s*:\s*"([0-9A-Fa-f]+)"/g)].flatMap(([, digits], at) =>
    messagesIn(octetsOf(digits!)).map((bytes) => guessed(bytes, `${file} #${at + 1}`)),
  );
}

/** What reads the files of each folder. */
export const CORPORA: Readonly<Record<string, (file: string) => Iterable<ForeignMessage>>> = {
  pcap: (file) => (file.includes("/expected/") ? [] : captureMessages(file)),
  bmp: (file) => (/\.pcap(ng)?$/.test(file) ? captureMessages(file) : []),
  mrt: (file) => (file.includes("prefix-lists") ? [] : mrtMessages(unpacked(file), file)),
  exabgp: exabgpMessages,
  bgpraw: rawMessages,
  rislive: risLiveMessages,
};

/** Every message of a corpus. */
export function* corpus(name: keyof typeof CORPORA & string): Generator<ForeignMessage> {
  for (const file of filesIn(name)) yield* CORPORA[name]!(file);
}

/**
 * The messages of some corpora, each once as far as octets and AS numbers go.
 *
 * @param step of each file only every so manieth, and the first
 */
export function uniqueMessages(names: readonly string[], step: number = 1): ForeignMessage[] {
  const found = new Map<string, ForeignMessage>();
  for (const name of names) {
    for (const file of filesIn(name)) {
      let index = 0;
      for (const message of CORPORA[name]!(file)) {
        index += 1;
        if (index % step !== 1 % step) continue;
        const key = `${message.context.fourOctetAs}${Buffer.from(message.bytes).toString("latin1")}`;
        if (!found.has(key)) found.set(key, message);
      }
    }
  }
  return [...found.values()];
}
