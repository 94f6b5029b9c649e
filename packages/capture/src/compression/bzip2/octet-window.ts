// The octets of a file that were pushed and not yet let go, contiguous.

/** What is there is never written to again: views of it stay as they are. */
export class OctetWindow {
  /** `[start, end)` is there. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Of `start` from the beginning of the file, in octets. */
  offset = 0;
  /** Is there room behind `end` that is ours? A chunk is read where it lies until another one follows it. */
  #room = false;

  push(chunk: Uint8Array): void {
    const rest = this.end - this.start;
    if (rest === 0) {
      this.#use(chunk, chunk.length, false);
      return;
    }
    if (!this.#room || this.end + chunk.length > this.bytes.length) {
      // Twice as much as is needed, so that many small chunks are moved a few times and not each time.
      const grown = new Uint8Array(2 * (rest + chunk.length));
      grown.set(this.bytes.subarray(this.start, this.end));
      this.#use(grown, rest, true);
    }
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Lets go of what is before an offset in the file, which is not behind what is there. */
  dropTo(offset: number): void {
    this.start += offset - this.offset;
    this.offset = offset;
  }

  /** Where an octet of the file is in `bytes`. */
  indexOf(offset: number): number {
    return this.start + offset - this.offset;
  }

  #use(bytes: Uint8Array, end: number, room: boolean): void {
    this.bytes = bytes;
    this.start = 0;
    this.end = end;
    this.#room = room;
  }
}
