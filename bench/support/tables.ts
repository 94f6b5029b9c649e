// Who speaks in bench/tables.ts.

/** AS number of the first of the peers that tell; the others follow. */
export const PEER_AS = 65_101;

/** AS number of whoever is told. */
export const OUR_AS = 65_000;

/** Address of a peer. */
export function peerPlace(index: number): string {
  return `127.0.1.${index + 1}`;
}
