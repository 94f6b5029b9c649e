// How a stream of BGP is cut at first sight: join what is left with what came, look at each octet of the marker, make a view
// per message. The peer of the core's framer in bench/framing.ts.

/** Cuts messages off a stream and hands each body to `found` as a view. */
export class NaiveFramer {
  #rest = new Uint8Array(0);
  readonly #found: (type: number, body: Uint8Array) => void;

  constructor(found: (type: number, body: Uint8Array) => void) {
    this.#found = found;
  }

  push(chunk: Uint8Array): void {
    const all = new Uint8Array(this.#rest.length + chunk.length);
    all.set(this.#rest);
    all.set(chunk, this.#rest.length);
    let at = 0;
    while (all.length - at >= 19) {
      for (let i = 0; i < 16; i++) if (all[at + i] !== 0xff) throw new Error("the marker is not all ones");
      const length = all[at + 16]! * 256 + all[at + 17]!;
      if (length < 19 || length > 4096) throw new Error(`a message of ${length} octets`);
      if (length > all.length - at) break;
      this.#found(all[at + 18]!, all.subarray(at + 19, at + length));
      at += length;
    }
    this.#rest = all.subarray(at);
  }
}
