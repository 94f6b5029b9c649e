// What the fuzzer feeds: the body of an UPDATE with the session it is on, or a whole message of any type; as one line of JSON.
import { fromHex, toHex } from "@bgpwire/core";
import type { ContextOptions } from "@bgpwire/decoder";

export interface FuzzInput {
  /** The context of an UPDATE's body; null: the bytes are a whole message. */
  readonly context: ContextOptions | null;
  readonly bytes: Uint8Array;
}

/** One line. */
export function formatInput({ context, bytes }: FuzzInput): string {
  return JSON.stringify({ context, bytes: toHex(bytes) });
}

/** @throws Error where the line is none */
export function parseInput(line: string): FuzzInput {
  const { context, bytes } = JSON.parse(line) as { context: ContextOptions | null; bytes: string };
  const octets = fromHex(bytes);
  if (octets === null) throw new Error(`no hexadecimal digits: ${line.slice(0, 80)}`);
  return { context, bytes: octets };
}
