// Who speaks in bench/tables.ts.

/** AS number of the first of the peers that tell; the others follow. */
export const PEER_AS = 65_101;

/** AS number of whoever is told: one that no path of the table has, or BIRD would not take it. */
export const OUR_AS = 64_511;

/** Address of a peer. */
export function peerPlace(index: number): string {
  return `127.0.1.${index + 1}`;
}
