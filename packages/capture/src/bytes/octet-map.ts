// A map whose keys are ranges of octets, such as the addresses of a session, which are never made into text to find it.

interface Entry<V> {
  readonly octets: Uint8Array;
  readonly kind: number;
  readonly value: V;
  /** Another one with the same hash, and how many there are. */
  readonly next: Entry<V> | undefined;
  readonly more: number;
}

/** Most keys of one hash that are kept: more are there on purpose, to make every look-up a long one. */
const MOST_OF_A_HASH = 16;

/** Values by octets and a number. A key is copied once, when its value is added. Hashes that are too popular lose older keys. */
export class OctetMap<V> {
  readonly #entries = new Map<number, Entry<V>>();
  /** Most are asked for several times in a row. */
  #last: Entry<V> | undefined;
  /** How many were added since it was empty. */
  size = 0;

  get(buffer: Uint8Array, start: number, end: number, kind: number): V | undefined {
    if (this.#last !== undefined && isKey(this.#last, buffer, start, end, kind)) return this.#last.value;
    let entry = this.#entries.get(hashOf(buffer, start, end, kind));
    while (entry !== undefined && !isKey(entry, buffer, start, end, kind)) entry = entry.next;
    if (entry === undefined) return undefined;
    this.#last = entry;
    return entry.value;
  }

  /** Adds a value for a key that has none. */
  add(buffer: Uint8Array, start: number, end: number, kind: number, value: V): void {
    const hash = hashOf(buffer, start, end, kind);
    const before = this.#entries.get(hash);
    const next = before !== undefined && before.more + 1 < MOST_OF_A_HASH ? before : undefined;
    const more = next === undefined ? 0 : next.more + 1;
    this.#entries.set(hash, { octets: buffer.slice(start, end), kind, value, next, more });
    this.size += 1;
  }

  clear(): void {
    this.#entries.clear();
    this.#last = undefined;
    this.size = 0;
  }
}

function isKey(entry: Entry<unknown>, buffer: Uint8Array, start: number, end: number, kind: number): boolean {
  const { octets } = entry;
  if (entry.kind !== kind || octets.length !== end - start) return false;
  for (let i = 0; i < octets.length; i += 1) if (octets[i] !== buffer[start + i]) return false;
  return true;
}

/** FNV-1a of 32 bits. */
function hashOf(buffer: Uint8Array, start: number, end: number, kind: number): number {
  let hash = Math.imul(0x811c_9dc5 ^ kind, 0x0100_0193);
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ buffer[at]!, 0x0100_0193);
  return hash;
}
