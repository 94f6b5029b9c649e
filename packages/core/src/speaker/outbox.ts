// For drivers: written messages on their way to the socket. Many small ones leave as one batch, which costs one system call;
// and there is only one batch at a time, so that the driver can tell of progress.

/** Octets of one batch, unless a single message is larger: enough that the cost of the call does not count. */
const BATCH = 65_536;

/** What a link has to write: messages are added as they come and taken as batches, one at a time. Bytes are kept, not copied, until then. */
export class Outbox {
  /** Messages in order; those before #first have been taken. */
  #messages: Uint8Array[] = [];
  #first: number = 0;
  #octets: number = 0;

  /** Octets that no batch has taken yet. */
  get octets(): number {
    return this.#octets;
  }

  /** True when there is enough for a whole batch: no need to wait for more. */
  get full(): boolean {
    return this.#octets >= BATCH;
  }

  add(message: Uint8Array): void {
    if (message.length === 0) return;
    this.#messages.push(message);
    this.#octets += message.length;
  }

  clear(): void {
    this.#messages = [];
    this.#first = 0;
    this.#octets = 0;
  }

  /** Takes the next batch, or null when there is none. A message alone is not copied. */
  take(): Uint8Array | null {
    const messages = this.#messages;
    const start = this.#first;
    if (start === messages.length) return null;
    let end = start;
    let octets = 0;
    do octets += messages[end++]!.length;
    while (end < messages.length && octets + messages[end]!.length <= BATCH);
    const batch = end - start === 1 ? messages[start]! : join(messages, start, end, octets);
    this.#octets -= octets;
    this.#first = end;
    if (2 * end >= messages.length) {
      this.#messages = messages.slice(end);
      this.#first = 0;
    }
    return batch;
  }
}

function join(messages: readonly Uint8Array[], start: number, end: number, octets: number): Uint8Array {
  const batch = new Uint8Array(octets);
  let at = 0;
  for (let i = start; i < end; i += 1) {
    const message = messages[i]!;
    batch.set(message, at);
    at += message.length;
  }
  return batch;
}
