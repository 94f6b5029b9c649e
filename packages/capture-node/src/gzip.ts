// gzip files (RFC 1952): members one behind the other, each with its own header, CRC and length. node:zlib reads members too,
// but at the first thing that is wrong it drops octets that were right.
import * as zlib from "node:zlib";
import { runEngine } from "./engine.ts";
import { Ending, messageOf } from "./ending.ts";
import type { Source } from "./source.ts";

/** Section 2.3.1. */
const HEADER = 10;
const TRAILER = 8;
const DEFLATE = 8;
const Flag = { HeaderCrc: 2, Extra: 4, Name: 8, Comment: 16, Reserved: 0xe0 } as const;

/** Decompresses all members. @throws Ending */
export async function* gunzip(source: Source): AsyncGenerator<Uint8Array, void> {
  do yield* readMember(source);
  while (await another(source));
}

async function* readMember(source: Source): AsyncGenerator<Uint8Array, void> {
  const { offset } = source;
  const where = `the gzip member at octet ${offset}`;
  if (!(await skipHeader(source, where))) throw new Ending(`${where} is cut off`);
  let crc = 0;
  let length = 0;
  try {
    for await (const octets of runEngine(zlib.createInflateRaw(), source)) {
      crc = zlib.crc32(octets, crc);
      length = (length + octets.length) >>> 0;
      yield octets;
    }
  } catch (error) {
    throw isCutOff(error) ? new Ending(`${where} is cut off`) : new Ending(`${where} is damaged: ${messageOf(error)}`);
  }
  const trailer = await source.take(TRAILER);
  if (trailer.length < TRAILER) throw new Ending(`${where} is cut off`);
  const view = new DataView(trailer.buffer, trailer.byteOffset, TRAILER);
  if (view.getUint32(0, true) !== crc) throw new Ending(`${where} is damaged: its octets have another CRC`);
  if (view.getUint32(4, true) !== length) throw new Ending(`${where} is damaged: it has another length`);
}

/** Section 2.3: false where the file ends. */
async function skipHeader(source: Source, where: string): Promise<boolean> {
  const header = await source.take(HEADER);
  if (header.length < HEADER) return false;
  const flags = header[3]!;
  if (header[2] !== DEFLATE || (flags & Flag.Reserved) !== 0) {
    throw new Ending(`${where} has method ${header[2]} and flags ${flags}`);
  }
  if ((flags & Flag.Extra) !== 0) {
    const length = await source.take(2);
    if (length.length < 2 || !(await source.skip(length[0]! | (length[1]! << 8)))) return false;
  }
  for (const flag of [Flag.Name, Flag.Comment]) {
    if ((flags & flag) !== 0 && !(await skipText(source))) return false;
  }
  return (flags & Flag.HeaderCrc) === 0 || source.skip(2);
}

/** Up to and with an octet of zero. */
async function skipText(source: Source): Promise<boolean> {
  for (;;) {
    const chunk = await source.next();
    if (chunk === null) return false;
    const end = chunk.indexOf(0);
    if (end < 0) continue;
    source.unread(chunk.subarray(end + 1));
    return true;
  }
}

/** Is there another member? Zeros behind the last one are padding, as gzip has it. @throws Ending */
async function another(source: Source): Promise<boolean> {
  const { offset } = source;
  const [first, second] = await source.peek(2);
  if (first === 0x1f && second === 0x8b) return true;
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
    if (chunk.some((octet) => octet !== 0)) {
      throw new Ending(`what follows the gzip member that ends at octet ${offset} is none`);
    }
  }
  return false;
}

/** "unexpected end of file", as node:zlib has it. */
export function isCutOff(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "Z_BUF_ERROR";
}
