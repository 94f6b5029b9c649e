// For the driver suite: what a speaker would see, written down, and the few assertions it needs on any platform.
import type { Endpoints, Link, LinkEvents, Listener, ListenTarget, Transport } from "@bgpwire/core";

export function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`not so: ${what}`);
}

export function same(actual: unknown, expected: unknown, what: string): void {
  const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== e) throw new Error(`${what}: got ${a}, not ${e}`);
}

/** One link's events. */
export class Probe implements LinkEvents {
  link: Link | null = null;
  endpoints: Endpoints | null = null;
  /** The names of the events, without `bytes` and `unsent`. */
  readonly events: string[] = [];
  readonly reasons: string[] = [];
  /** Chunks as they came, never copied: a driver that touches one again is found out. */
  readonly chunks: Uint8Array[] = [];
  received = 0;
  /** The last report; null before the first. */
  unsentOctets: number | null = null;
  /** Calls that came while `busy` was set, so from inside our own call. */
  early = 0;
  busy = false;
  onBytes: (chunk: Uint8Array) => void = () => {};
  onUnsent: (octets: number) => void = () => {};

  get up(): boolean {
    return this.endpoints !== null;
  }

  has(event: string): boolean {
    return this.events.includes(event);
  }

  /** The connection has ended, one way or another. */
  get ended(): boolean {
    return this.has("eof") || this.has("closed") || this.has("failed");
  }

  get bytesReceived(): Uint8Array {
    const all = new Uint8Array(this.received);
    let at = 0;
    for (const chunk of this.chunks) {
      all.set(chunk, at);
      at += chunk.length;
    }
    return all;
  }

  connected(endpoints: Endpoints): void {
    this.#note("connected");
    this.endpoints = endpoints;
  }

  failed(reason: string): void {
    this.#note("failed");
    this.reasons.push(reason);
  }

  bytes(chunk: Uint8Array): void {
    if (this.busy) this.early += 1;
    this.chunks.push(chunk);
    this.received += chunk.length;
    this.onBytes(chunk);
  }

  eof(): void {
    this.#note("eof");
  }

  closed(reason: string): void {
    this.#note("closed");
    this.reasons.push(reason);
  }

  unsent(octets: number): void {
    if (this.busy) this.early += 1;
    this.unsentOctets = octets;
    this.onUnsent(octets);
  }

  gone(): void {
    this.#note("gone");
  }

  #note(event: string): void {
    if (this.busy) this.early += 1;
    this.events.push(event);
  }
}

/** Listens and keeps what was accepted. */
export async function serve(
  transport: Transport,
  target: ListenTarget,
  onAccept: (probe: Probe, link: Link) => void = () => {},
): Promise<{ readonly listener: Listener; readonly accepted: Probe[] }> {
  const accepted: Probe[] = [];
  const listener = await transport.listen(target, (link, endpoints) => {
    const probe = new Probe();
    probe.link = link;
    probe.endpoints = endpoints;
    probe.busy = true;
    onAccept(probe, link);
    probe.busy = false;
    accepted.push(probe);
    return probe;
  });
  return { listener, accepted };
}

export function dial(
  transport: Transport,
  target: { readonly address: string; readonly port: number },
  more: { readonly localAddress?: string; readonly timeout?: number } = {},
): Probe & { link: Link } {
  const { localAddress = null, timeout = 10_000 } = more;
  const probe = new Probe();
  probe.busy = true;
  probe.link = transport.dial({ ...target, localAddress, timeout }, probe);
  probe.busy = false;
  return probe as Probe & { link: Link };
}

/** The octets at a place in an endless stream of no short period. */
export function stream(from: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i += 1) bytes[i] = octetAt(from + i);
  return bytes;
}

function octetAt(place: number): number {
  return (Math.imul(place >>> 3, 0x9e3779b1) >>> ((place & 7) * 3)) & 0xff;
}

/** Where a stream that begins at 0 differs first from the endless one; -1 for nowhere. */
export function firstFault(chunks: readonly Uint8Array[]): number {
  let at = 0;
  for (const chunk of chunks) {
    for (let i = 0; i < chunk.length; i += 1, at += 1) if (chunk[i] !== octetAt(at)) return at;
  }
  return -1;
}

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export function textOf(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
