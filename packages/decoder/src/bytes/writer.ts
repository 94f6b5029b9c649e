// Where updates are written: a growing buffer that is used for message after message, so that an attribute costs no
// allocation. The public writer of the core hands its memory out; this one keeps it and gives copies.
import { ConfigError } from "@bgpwire/core";

/**
 * Writes integers in network order and octets. What does not fit its field is a mistake of the caller: it throws
 * `ConfigError` (`invalid-value`) instead of wrapping round on the wire.
 */
export class OctetWriter {
  /** Octets written so far. */
  length = 0;
  buffer: Uint8Array = new Uint8Array(512);

  /** Makes room for `n` octets and gives where they go; they hold anything. */
  reserve(n: number): number {
    const at = this.length;
    this.length = at + n;
    if (this.length > this.buffer.length) {
      const larger = new Uint8Array(Math.max(this.length, 2 * this.buffer.length));
      larger.set(this.buffer);
      this.buffer = larger;
    }
    return at;
  }

  u8(value: number): void {
    fitting(value, 0xff);
    const at = this.reserve(1);
    this.buffer[at] = value;
  }

  u16(value: number): void {
    fitting(value, 0xffff);
    const at = this.reserve(2);
    this.buffer[at] = value >>> 8;
    this.buffer[at + 1] = value;
  }

  u24(value: number): void {
    fitting(value, 0xff_ffff);
    const at = this.reserve(3);
    this.buffer[at] = value >>> 16;
    this.buffer[at + 1] = value >>> 8;
    this.buffer[at + 2] = value;
  }

  u32(value: number): void {
    fitting(value, 0xffff_ffff);
    const at = this.reserve(4);
    this.buffer[at] = value >>> 24;
    this.buffer[at + 1] = value >>> 16;
    this.buffer[at + 2] = value >>> 8;
    this.buffer[at + 3] = value;
  }

  /** Appends a copy. */
  bytes(value: Uint8Array): void {
    const at = this.reserve(value.length);
    this.buffer.set(value, at);
  }

  /** Fills two reserved octets at `at`. */
  setU16(at: number, value: number): void {
    fitting(value, 0xffff);
    this.buffer[at] = value >>> 8;
    this.buffer[at + 1] = value;
  }

  /** Fills one reserved octet at `at`. */
  setU8(at: number, value: number): void {
    fitting(value, 0xff);
    this.buffer[at] = value;
  }

  /** A copy of what was written from `start` on. */
  copy(start: number = 0): Uint8Array {
    return this.buffer.slice(start, this.length);
  }
}

function fitting(value: number, limit: number): void {
  if (value >>> 0 !== value || value > limit) {
    throw new ConfigError("invalid-value", "", `${value} does not fit a field of 0 to ${limit}`);
  }
}
