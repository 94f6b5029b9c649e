// Where the demo's table comes from: the recording, or the generator.
import type { Session } from "@bgpwire/core";
import { RouteEncoder } from "../announce/encode.ts";
import { generateTable } from "../table/generate.ts";
import { readRecordedTable, type RecordingInfo } from "../table/recorded.ts";

/** A table to play. */
export interface Table {
  readonly routes: number;
  readonly seed: number;
  /** Null for a generated one. */
  readonly recording: RecordingInfo | null;
  /** The bodies of its UPDATEs for a session, without End-of-RIB. */
  bodies(session: Session): Iterable<Uint8Array>;
}

/** RFC 5737 and RFC 3849: addresses for documentation. */
export const NEXT_HOPS = { nextHop4: "192.0.2.2", nextHop6: "2001:db8::2" } as const;

/** The recording that comes with the package. */
export function recordedTable(): Table {
  const { info, bodies } = readRecordedTable();
  return {
    routes: info.routes,
    seed: info.seed,
    recording: info,
    *bodies() {
      for (const { buffer, start, end } of bodies) yield buffer.subarray(start, end);
    },
  };
}

/** A table from the generator. It is made while it is played. */
export function generatedTable(options: { routes: number; seed: number; localAs: number }): Table {
  return {
    routes: options.routes,
    seed: options.seed,
    recording: null,
    *bodies(session) {
      const encoder = new RouteEncoder(session);
      for (const group of generateTable({ ...options, ...NEXT_HOPS })) {
        yield* encoder.announce(group.attributes, group.prefixes);
      }
    },
  };
}
