// The few messages that a sender and a dropping sink need to get a session up, written by hand and without the packages.

/** Type of a message (RFC 4271 section 4.1). */
export const OPEN = 1;
export const NOTIFICATION = 3;
export const KEEPALIVE = 4;

/** A message with its header. */
export function message(type: number, body: readonly number[]): Uint8Array {
  const length = 19 + body.length;
  return Uint8Array.of(...Array.from({ length: 16 }, () => 0xff), length >>> 8, length & 0xff, type, ...body);
}

/** An OPEN with hold time 180, IPv4 and IPv6 unicast and four-octet AS numbers. */
export function open(as: number, identifier: readonly number[]): Uint8Array {
  const families = [1, 4, 0, 1, 0, 1, 1, 4, 0, 2, 0, 1];
  const fourOctetAs = [65, 4, as >>> 24, (as >>> 16) & 0xff, (as >>> 8) & 0xff, as & 0xff];
  const capabilities = [...families, ...fourOctetAs];
  const parameter = [2, capabilities.length, ...capabilities];
  return message(OPEN, [4, (as >>> 8) & 0xff, as & 0xff, 0, 180, ...identifier, parameter.length, ...parameter]);
}

/** The End-of-RIB of IPv4 unicast (RFC 4724 section 2). */
export const END_OF_RIB = message(2, [0, 0, 0, 0]);

/** Cuts whole messages off a stream: calls back with each type and body. For a few messages; it copies all it is given. */
export function createCutter(found: (type: number, body: Uint8Array) => void): (chunk: Uint8Array) => void {
  let rest = new Uint8Array(0);
  return (chunk) => {
    const all = new Uint8Array(rest.length + chunk.length);
    all.set(rest);
    all.set(chunk, rest.length);
    let at = 0;
    while (all.length - at >= 19) {
      const length = (all[at + 16]! << 8) | all[at + 17]!;
      if (length > all.length - at) break;
      found(all[at + 18]!, all.subarray(at + 19, at + length));
      at += length;
    }
    rest = all.slice(at);
  };
}
