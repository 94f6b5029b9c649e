// All TCP connections of a capture, by their addresses and ports.
import type { Captured } from "../event.ts";
import { TcpFlag, type SegmentReader } from "../packet/segment.ts";
import type { Side, TcpConnection } from "./connection.ts";

/** Connections that are followed at once, those that are over among them. When there are more, the idlest are forgotten. */
export const MAX_TCP_CONNECTIONS = 4096;

/** How many are forgotten at once. */
const FORGOTTEN = MAX_TCP_CONNECTIONS / 8;

interface Entry {
  readonly connection: TcpConnection;
  readonly keys: readonly [string, string];
}

interface Flow {
  readonly entry: Entry;
  readonly side: Side;
}

/** Gives each segment to its connection. */
export class TcpConnections {
  readonly #open: (segment: SegmentReader) => TcpConnection;
  /** Both directions of each. */
  readonly #flows = new Map<string, Flow>();

  /** @param open makes the connection of which a segment is the first, whose sender is side 0 */
  constructor(open: (segment: SegmentReader) => TcpConnection) {
    this.#open = open;
  }

  /** Whether a segment is of a connection that is followed. */
  follows(segment: SegmentReader): boolean {
    return this.#flows.size > 0 && this.#flows.has(segment.flow());
  }

  take(segment: SegmentReader, captured: Captured): void {
    const key = segment.flow();
    const flow = this.#flows.get(key);
    if (flow !== undefined) {
      if (flow.entry.connection.take(flow.side, segment, captured)) return;
      flow.entry.connection.end(flow.side, "replaced", captured);
    }
    // What only acknowledges or ends a connection that was not captured is of no use.
    const begins = segment.length > 0 || (segment.flags & TcpFlag.Syn) !== 0;
    if (!begins || (segment.flags & TcpFlag.Rst) !== 0) return;
    if (this.#flows.size >= 2 * MAX_TCP_CONNECTIONS) this.#forgetIdlest(captured);
    const entry: Entry = { connection: this.#open(segment), keys: [key, segment.reverseFlow()] };
    this.#flows.set(entry.keys[1], { entry, side: 1 });
    this.#flows.set(key, { entry, side: 0 });
    entry.connection.take(0, segment, captured);
  }

  /** Says that nothing follows. */
  finish(): void {
    for (const { connection } of this.#entries()) connection.finish();
  }

  #entries(): Entry[] {
    return [...this.#flows.values()].filter(({ side }) => side === 0).map(({ entry }) => entry);
  }

  #forgetIdlest(captured: Captured): void {
    const idlest = this.#entries().sort((a, b) => a.connection.last.offset - b.connection.last.offset);
    for (const { connection, keys } of idlest.slice(0, FORGOTTEN)) {
      connection.end(0, "forgotten", captured);
      for (const key of keys) this.#flows.delete(key);
    }
  }
}
