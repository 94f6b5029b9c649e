// Plays a table on a session: as fast as the peer takes it, then End-of-RIB for each family.
import type { Session } from "@bgpwire/core";
import { endOfRib } from "@bgpwire/decoder";
import type { Table } from "./source.ts";

/** Sends the table. Resolves when it has been handed over, or the session is over. */
export async function playTable(session: Session, table: Table): Promise<void> {
  await sendAll(session, table.bodies(session));
  await sendAll(session, session.negotiated.families.map(endOfRib));
}

/** Messages after which others have their turn: the peer may live in this very process. */
const AT_A_TIME = 500;

/**
 * Sends UPDATEs one after the other, waiting for room.
 *
 * @returns false when the session ended on the way
 */
export async function sendAll(session: Session, bodies: Iterable<Uint8Array>): Promise<boolean> {
  let sent = 0;
  for (const body of bodies) {
    if (++sent % AT_A_TIME === 0) await new Promise((resolve) => setImmediate(resolve));
    let result = session.sendUpdate(body);
    while (result.status === "blocked") {
      await session.writable();
      result = session.sendUpdate(body);
    }
    if (result.status === "closed") return false;
  }
  return true;
}
