// The recorded table that the demo plays: UPDATE messages as a router sent them, gzipped, with a small file beside them
// that says where they come from. scripts/record-table.ts makes both.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { MAX_MESSAGE, MessageType, newFramer, nextMessage, pushChunk, type Slice } from "@bgpwire/core";

/** What table.json says. */
export interface RecordingInfo {
  /** The router that sent it, with its version. */
  readonly router: string;
  /** Day of the recording, YYYY-MM-DD. */
  readonly date: string;
  /** Seed of the generator that fed the router. */
  readonly seed: number;
  readonly routes: number;
  readonly updates: number;
  /** The AS all paths start with. */
  readonly localAs: number;
}

/** A recording: the bodies of its UPDATEs, in order, and where they come from. */
export interface RecordedTable {
  readonly info: RecordingInfo;
  readonly bodies: readonly Slice[];
}

/** Folder of the recording, beside `src` and `dist`. */
export const RECORDING: URL = new URL("../../data/", import.meta.url);

/** Reads the recording that comes with the package. */
export function readRecordedTable(): RecordedTable {
  const info = JSON.parse(readFileSync(new URL("table.json", RECORDING), "utf8")) as RecordingInfo;
  return { info, bodies: updatesOf(gunzipSync(readFileSync(new URL("table.bgp.gz", RECORDING)))) };
}

/** The bodies of the UPDATEs in a stream of messages. Throws an Error where it is not one. */
function updatesOf(bytes: Uint8Array): readonly Slice[] {
  const framer = newFramer();
  pushChunk(framer, bytes);
  const bodies: Slice[] = [];
  for (;;) {
    const found = nextMessage(framer, MAX_MESSAGE);
    if (found === "none") return bodies;
    if (found !== "message") throw new Error(`the recording is broken: ${found.reason}`);
    if (framer.type === MessageType.Update)
      bodies.push({ buffer: framer.buffer, start: framer.start, end: framer.end });
  }
}
