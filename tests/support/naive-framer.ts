// A second framer, as simple as can be: the whole stream at once, RFC 4271 sections 4.1 and 6.1 and RFC 8654 section 4 read
// from top to bottom. Slow and stateless on purpose; the oracle for streams that go through a whole machine.

/** What a stream consists of. */
export interface NaiveReading {
  readonly messages: readonly { readonly type: number; readonly body: Uint8Array }[];
  /** The NOTIFICATION that answers what follows them, or null when the rest is only incomplete. */
  readonly fault: { readonly code: number; readonly subcode: number; readonly data: readonly number[] } | null;
  /** Octets that belong to no whole message. */
  readonly rest: number;
}

const SHORTEST: Readonly<Record<number, number>> = { 1: 29, 2: 23, 3: 21, 4: 19, 5: 23 };

/** @param extended whether the receiver has said that it takes extended messages */
export function readNaively(stream: Uint8Array, extended: boolean): NaiveReading {
  let octets = [...stream];
  const messages: { type: number; body: Uint8Array }[] = [];
  while (octets.length >= 19) {
    const [high, low, type] = [octets[16]!, octets[17]!, octets[18]!];
    const length = high * 256 + low;
    const longest = extended && type !== 1 && type !== 4 ? 65535 : 4096;
    const fault = (subcode: number, ...data: number[]): NaiveReading => ({
      messages,
      fault: { code: 1, subcode, data },
      rest: octets.length,
    });
    if (octets.slice(0, 16).some((octet) => octet !== 255)) return fault(1);
    if (length < 19 || length > longest) return fault(2, high, low);
    if (SHORTEST[type] === undefined) return fault(3, type);
    if (length < SHORTEST[type] || (type === 4 && length !== 19)) return fault(2, high, low);
    if (octets.length < length) break;
    messages.push({ type, body: Uint8Array.from(octets.slice(19, length)) });
    octets = octets.slice(length);
  }
  return { messages, fault: null, rest: octets.length };
}
