// Maps that do not grow without end.

/** Puts an entry into a map of so many, of which the oldest gives way. */
export function remember<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  if (map.size >= most && !map.has(key)) map.delete(map.keys().next().value!);
  map.set(key, value);
}

interface Kept<V> {
  readonly value: V;
  readonly octets: number;
}

/**
 * A map of so many entries and so many octets, of which those that were set first give way. The one that was set last stays, however
 * large.
 */
export class Remembered<K, V> {
  readonly #kept = new Map<K, Kept<V>>();
  readonly #most: number;
  readonly #mostOctets: number;
  readonly #onGone: (key: K) => void;
  #octets = 0;

  /** @param onGone called for an entry that gives way */
  constructor(most: number, mostOctets: number, onGone: (key: K) => void = () => {}) {
    this.#most = most;
    this.#mostOctets = mostOctets;
    this.#onGone = onGone;
  }

  get(key: K): V | undefined {
    return this.#kept.get(key)?.value;
  }

  /** Sets an entry, the last one from now on. @param octets how much it is */
  set(key: K, value: V, octets: number): void {
    this.delete(key);
    this.#kept.set(key, { value, octets });
    this.#octets += octets;
    while (this.#kept.size > this.#most || (this.#octets > this.#mostOctets && this.#kept.size > 1)) {
      const oldest = this.#kept.keys().next().value!;
      this.delete(oldest);
      this.#onGone(oldest);
    }
  }

  delete(key: K): void {
    this.#octets -= this.#kept.get(key)?.octets ?? 0;
    this.#kept.delete(key);
  }
}
