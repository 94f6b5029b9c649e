// A digest that tells two strings of octets apart where nobody tries to make them alike.

/**
 * A whole number of 53 bits. Two lanes of 32 bits, each a multiplicative hash with a factor of its own.
 *
 * It guards against mistakes, not against anybody who looks for collisions.
 */
export function digestOf(octets: Uint8Array): number {
  let high = octets.length ^ 0x5bd1_e995;
  let low = octets.length ^ 0x1b87_3593;
  for (let i = 0; i < octets.length; i += 1) {
    high = Math.imul(high ^ octets[i]!, 0x01000193);
    low = Math.imul(low ^ octets[i]!, 0x85eb_ca6b);
    low ^= low >>> 15;
  }
  high = mixed(high ^ (low << 7));
  low = mixed(low ^ (high >>> 3));
  return (high & 0x1f_ffff) * 0x1_0000_0000 + (low >>> 0);
}

/** Lets every bit of a number change all others. */
function mixed(value: number): number {
  let x = value ^ (value >>> 16);
  x = Math.imul(x, 0x7feb_352d);
  x = Math.imul(x ^ (x >>> 15), 0x846c_a68b | 0);
  return x ^ (x >>> 16);
}
