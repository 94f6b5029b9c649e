// Octets under small numbers, found by what they begin with: routes and frames that wait are kept in it, without an object for each.
import { octetText } from "../nlri/identity.ts";
import { copyOctets } from "./frame.ts";

/** No entry. */
export const NONE = -1;

const FEWEST_ENTRIES = 16;
const FEWEST_OCTETS = 256;
/**
 * Entries of one bucket that chance makes: with as many buckets as entries there are hardly ever ten. Where there are more,
 * somebody chooses routes for it, and a Map takes over, whose hashes nobody foresees.
 */
const LONGEST_CHAIN = 64;

/**
 * A table of octets: each entry has a number, from 0 on, which another has after it is gone. It begins with its key; what is behind
 * the key is its value, or the key is, where there is nothing behind it.
 *
 * Memory: about 28 octets for each entry there has been at once, twice its octets, and all of it goes when the last one does.
 */
export class OctetTable {
  /** How many entries there are. */
  size = 0;
  /** Numbers are less than that. */
  capacity: number = FEWEST_ENTRIES;
  /** The octets of all entries. */
  octets: Uint8Array = new Uint8Array(FEWEST_OCTETS);
  #octetsEnd = 0;
  /** Octets of entries that are there. */
  #octetsUsed = 0;
  #start = numbers(FEWEST_ENTRIES);
  #keyLength = numbers(FEWEST_ENTRIES);
  /** Key and value; `NONE` where there is no entry. */
  #length = numbers(FEWEST_ENTRIES);
  #hash = numbers(FEWEST_ENTRIES);
  /** The next entry of a bucket, or the next number that is free. */
  #next = numbers(FEWEST_ENTRIES);
  /** The first entry of each: as many as numbers. */
  #buckets = numbers(FEWEST_ENTRIES);
  /** Numbers from here on have never been used. */
  #unused = 0;
  #free = NONE;
  /** In place of the buckets; see `LONGEST_CHAIN`. */
  #map: Map<string, number> | null = null;
  /** What was looked for last. */
  #sought = 0;

  /** It has the memory of many entries. */
  get large(): boolean {
    return this.capacity > FEWEST_ENTRIES || this.octets.length > FEWEST_OCTETS;
  }

  /** The entry whose key is in `[start, end)`, or `NONE`. */
  find(buffer: Uint8Array, start: number, end: number): number {
    if (this.#map !== null) return this.#map.get(octetText(buffer, start, end)) ?? NONE;
    const hash = hashOf(buffer, start, end);
    this.#sought = hash;
    let passed = 0;
    for (let entry = this.#buckets[hash & (this.capacity - 1)]!; entry !== NONE; entry = this.#next[entry]!) {
      if (this.#hash[entry] === hash && this.#hasKey(entry, buffer, start, end)) return entry;
      passed += 1;
      if (passed === LONGEST_CHAIN) {
        this.#useMap();
        return this.find(buffer, start, end);
      }
    }
    return NONE;
  }

  /** Adds what is in `[start, end)`, which `find` has just not found by its first `keyLength` octets. @returns its number */
  add(buffer: Uint8Array, start: number, keyLength: number, end: number): number {
    const length = end - start;
    let entry = this.#free;
    if (entry === NONE) {
      if (this.#unused === this.capacity) this.#growTo(2 * this.capacity);
      entry = this.#unused;
      this.#unused += 1;
    } else {
      this.#free = this.#next[entry]!;
    }
    const at = this.#reserve(length);
    copyOctets(buffer, start, end, this.octets, at);
    this.#start[entry] = at;
    this.#keyLength[entry] = keyLength;
    this.#length[entry] = length;
    this.#hash[entry] = this.#sought;
    if (this.#map === null) this.#chain(entry);
    else this.#map.set(octetText(buffer, start, start + keyLength), entry);
    this.size += 1;
    return entry;
  }

  remove(entry: number): void {
    if (this.#map === null) this.#unchain(entry);
    else this.#map.delete(octetText(this.octets, this.#start[entry]!, this.#start[entry]! + this.#keyLength[entry]!));
    this.#octetsUsed -= this.#length[entry]!;
    this.#length[entry] = NONE;
    this.#next[entry] = this.#free;
    this.#free = entry;
    this.size -= 1;
    if (this.size === 0) this.#clear();
  }

  /** Puts other octets in the place of an entry's, with the same key. */
  replace(entry: number, buffer: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length !== this.#length[entry]) {
      this.#octetsUsed -= this.#length[entry]!;
      this.#length[entry] = 0;
      this.#start[entry] = this.#reserve(length);
      this.#length[entry] = length;
    }
    copyOctets(buffer, start, end, this.octets, this.#start[entry]!);
  }

  /** Where the value of an entry begins in `octets`, until something is added or replaced. */
  valueStart(entry: number): number {
    const keyLength = this.#keyLength[entry]!;
    return this.#start[entry]! + (keyLength === this.#length[entry] ? 0 : keyLength);
  }

  valueEnd(entry: number): number {
    return this.#start[entry]! + this.#length[entry]!;
  }

  #hasKey(entry: number, buffer: Uint8Array, start: number, end: number): boolean {
    if (this.#keyLength[entry] !== end - start) return false;
    const { octets } = this;
    for (let i = start, at = this.#start[entry]!; i < end; i += 1, at += 1) {
      if (octets[at] !== buffer[i]) return false;
    }
    return true;
  }

  #chain(entry: number): void {
    const bucket = this.#hash[entry]! & (this.capacity - 1);
    this.#next[entry] = this.#buckets[bucket]!;
    this.#buckets[bucket] = entry;
  }

  #unchain(entry: number): void {
    const bucket = this.#hash[entry]! & (this.capacity - 1);
    const next = this.#next[entry]!;
    let before = this.#buckets[bucket]!;
    if (before === entry) {
      this.#buckets[bucket] = next;
      return;
    }
    while (this.#next[before] !== entry) before = this.#next[before]!;
    this.#next[before] = next;
  }

  #useMap(): void {
    const map = new Map<string, number>();
    for (let entry = 0; entry < this.#unused; entry += 1) {
      if (this.#length[entry] === NONE) continue;
      const start = this.#start[entry]!;
      map.set(octetText(this.octets, start, start + this.#keyLength[entry]!), entry);
    }
    this.#map = map;
  }

  /** Room for octets. @returns where it is */
  #reserve(length: number): number {
    if (this.#octetsEnd + length > this.octets.length) this.#moveOctets(this.#octetsUsed + length);
    const at = this.#octetsEnd;
    this.#octetsEnd += length;
    this.#octetsUsed += length;
    return at;
  }

  /** Leaves the gaps out, with room for as many octets again. @param least how many there will be */
  #moveOctets(least: number): void {
    const from = this.octets;
    const into = new Uint8Array(Math.max(FEWEST_OCTETS, 2 * least));
    this.octets = into;
    if (this.#octetsUsed === this.#octetsEnd) {
      into.set(from);
      return;
    }
    let at = 0;
    for (let entry = 0; entry < this.#unused; entry += 1) {
      const length = this.#length[entry]!;
      if (length <= 0) continue;
      const start = this.#start[entry]!;
      this.#start[entry] = at;
      at = copyOctets(from, start, start + length, into, at);
    }
    this.#octetsEnd = at;
  }

  /** Makes room for so many more entries at once. */
  reserve(count: number): void {
    let capacity = this.capacity;
    while (capacity < this.size + count) capacity *= 2;
    if (capacity > this.capacity) this.#growTo(capacity);
  }

  #growTo(capacity: number): void {
    this.capacity = capacity;
    this.#start = grown(this.#start, capacity);
    this.#keyLength = grown(this.#keyLength, capacity);
    this.#length = grown(this.#length, capacity);
    this.#hash = grown(this.#hash, capacity);
    this.#next = grown(this.#next, capacity);
    this.#buckets = numbers(this.capacity);
    if (this.#map !== null) return;
    for (let entry = 0; entry < this.#unused; entry += 1) if (this.#length[entry] !== NONE) this.#chain(entry);
  }

  #clear(): void {
    this.#octetsEnd = this.#octetsUsed = this.#unused = 0;
    this.#free = NONE;
    this.#map = null;
    if (this.octets.length > FEWEST_OCTETS) this.octets = new Uint8Array(FEWEST_OCTETS);
    if (this.capacity === FEWEST_ENTRIES) {
      this.#buckets.fill(NONE);
      return;
    }
    this.capacity = FEWEST_ENTRIES;
    this.#start = numbers(FEWEST_ENTRIES);
    this.#keyLength = numbers(FEWEST_ENTRIES);
    this.#length = numbers(FEWEST_ENTRIES);
    this.#hash = numbers(FEWEST_ENTRIES);
    this.#next = numbers(FEWEST_ENTRIES);
    this.#buckets = numbers(FEWEST_ENTRIES);
  }
}

/** So many of `NONE`. */
export function numbers(count: number): Int32Array {
  return new Int32Array(count).fill(NONE);
}

/** The same with more room, and `NONE` there. */
export function grown(list: Int32Array, count: number = 2 * list.length): Int32Array {
  const larger = numbers(count);
  larger.set(list);
  return larger;
}

/** FNV-1a, its bits mixed once more (the finalizer of MurmurHash3), as the low ones choose the bucket. */
function hashOf(octets: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i += 1) hash = Math.imul(hash ^ octets[i]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
