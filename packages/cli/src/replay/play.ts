// Sends one part of a capture on a session, message by message.
import { setTimeout as sleep } from "node:timers/promises";
import { MessageType, type Session } from "@bgpwire/core";
import { endOfRib } from "@bgpwire/decoder";
import { sendAll } from "../demo/player.ts";
import { Adapter } from "./adapt.ts";
import { eventsOf } from "./capture-file.ts";
import { PartNames, type Chosen } from "./survey.ts";

/** The longest time that a timer takes. */
const LONGEST_WAIT = 0x7fff_ffff;

/**
 * Sends it all: UPDATEs when they are due, routes of a table at once, and then its End-of-RIB.
 *
 * @param speed how many times as fast as it was captured, or Infinity
 * @returns how many UPDATEs that was, and how many cannot be sent on this session; null when it ended on the way
 */
export async function play(
  session: Session,
  file: string,
  { name, part }: Chosen,
  speed: number,
): Promise<{ readonly sent: number; readonly leftOut: number } | null> {
  const names = new PartNames();
  const adapter = new Adapter(session.negotiated);
  const lost = new AbortController();
  session.signal.addEventListener("abort", () => lost.abort());
  const started = performance.now();
  let sent = 0;
  const send = async (bodies: readonly Uint8Array[]): Promise<boolean> => {
    sent += bodies.length;
    return sendAll(session, bodies);
  };
  for await (const event of eventsOf(file)) {
    if (names.of(event) !== name) continue;
    if (event.kind === "route") {
      if (!(await send(adapter.route(event)))) return null;
    } else if (event.kind === "message" && event.type === MessageType.Update) {
      const due = started + ((event.seconds + event.nanoseconds / 1e9 - part.first) * 1000) / speed;
      while (due > performance.now() && !lost.signal.aborted) {
        const wait = Math.min(due - performance.now(), LONGEST_WAIT);
        // It rejects when the session ends.
        await sleep(wait, undefined, { signal: lost.signal }).catch(() => {});
      }
      if (!(await send(adapter.update(event)))) return null;
    }
  }
  const end = part.routes > 0 ? session.negotiated.families.map(endOfRib) : [];
  return (await send([...adapter.rest(), ...end])) ? { sent, leftOut: adapter.leftOut } : null;
}
