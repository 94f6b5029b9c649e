// Plays a table on a session: as fast as the peer takes it, then End-of-RIB for each family.
import type { Session } from "@bgpwire/core";
import { endOfRib } from "@bgpwire/decoder";
import type { Table } from "./source.ts";

/** Sends the table. Resolves when it has been handed over, or the session is over. */
export async function playTable(session: Session, table: Table): Promise<void> {
  await sendAll(session, table.bodies(session));
  await sendAll(session, session.negotiated.families.map(endOfRib));
}

/**
 * Sends UPDATEs one after the other, waiting for room.
 *
 * @returns false when the session ended on the way
 */
export async function sendAll(session: Session, bodies: Iterable<Uint8Array>): Promise<boolean> {
  for (const body of bodies) {
    let result = session.sendUpdate(body);
    while (result.status === "blocked") {
      await session.writable();
      result = session.sendUpdate(body);
    }
    if (result.status === "closed") return false;
  }
  return true;
}
