// Where the peers of bench/scale.ts are: all on loopback, each with an address of its own.

/** Second octets of the addresses of peers that refuse, and of those that never answer. */
export const REFUSED = 2;
export const SILENT = 3;

/** 127.1.0.0 and on. */
export function peerAddress(index: number, network = 1): string {
  return `127.${network}.${index >> 8}.${index & 0xff}`;
}

/** Of the established, every second one dials and the other is dialled. */
export function passiveHere(index: number): boolean {
  return index % 2 === 0;
}
