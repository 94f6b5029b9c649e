// Many established peers that do nothing, without sockets: what bench/memory.ts weighs and bench/tick.ts lets time pass for.
import { encodeKeepalive, encodeMessage, encodeOpen, fourOctetAs, MessageType, multiprotocol } from "@bgpwire/core";
import { routeRefresh, Speaker } from "@bgpwire/core";
import type { Endpoints, Link, LinkEvents, PeerOptions, Plugin, Transport } from "@bgpwire/core";

/** The same for all; only the address differs. */
export function peerOptions(index: number): PeerOptions {
  return { remoteAddress: peerAddress(index), localAs: 65002, remoteAs: 65001, passive: true };
}

/** 127.1.0.0 and on. */
export function peerAddress(index: number): string {
  return `127.1.${index >> 8}.${index & 0xff}`;
}

export function endpointsOf(index: number): Endpoints {
  return { localAddress: "127.0.0.1", localPort: 179, remoteAddress: peerAddress(index), remotePort: 40_000 };
}

const PEER_OPEN = encodeMessage(
  MessageType.Open,
  encodeOpen({
    version: 4,
    myAs: 65001,
    holdTime: 90,
    identifier: "192.0.2.1",
    capabilities: [multiprotocol(1, 1), routeRefresh(), fourOctetAs(65001)],
  }),
);

/** What a peer sends until it is established, in a buffer of its own as a socket gives it. */
export function peerBytes(): Uint8Array[] {
  return [PEER_OPEN.slice(), encodeKeepalive()];
}

/** A transport without sockets, whose clock the bench turns. */
export class IdleTransport implements Transport {
  time = 0;
  wakeUp: () => void = () => {};
  written = 0;
  #accept: ((link: Link, endpoints: Endpoints) => LinkEvents) | null = null;

  now(): number {
    return this.time;
  }
  seed(): number {
    return 1;
  }
  wake(_: number | null, wakeUp: () => void): void {
    this.wakeUp = wakeUp;
  }
  dial(): never {
    throw new Error("these peers are passive");
  }
  listen(_: unknown, accept: (link: Link, endpoints: Endpoints) => LinkEvents): ReturnType<Transport["listen"]> {
    this.#accept = accept;
    return Promise.resolve({ address: "127.0.0.1", port: 179, close: () => Promise.resolve() });
  }
  abortController(): AbortController {
    return new AbortController();
  }

  /** A connection comes in and is established. */
  establish(index: number): void {
    const events = this.#accept!(new IdleLink(this), endpointsOf(index));
    for (const chunk of peerBytes()) events.bytes(chunk);
  }
}

class IdleLink implements Link {
  readonly #transport: IdleTransport;
  constructor(transport: IdleTransport) {
    this.#transport = transport;
  }
  write(): void {
    this.#transport.written += 1;
  }
  close(): void {}
  pause(): void {}
  resume(): void {}
}

/** A running speaker with this many established peers. */
export async function idleSpeaker(
  count: number,
  plugin: Plugin,
): Promise<{ speaker: Speaker; transport: IdleTransport }> {
  const transport = new IdleTransport();
  const listen = [{ address: "127.0.0.1", port: 179 }];
  const speaker = new Speaker({ routerId: "192.0.2.2", listen }, transport);
  for (let i = 0; i < count; i++) speaker.addPeer(peerOptions(i), plugin);
  await speaker.start();
  for (let i = 0; i < count; i++) transport.establish(i);
  const up = speaker.peers().filter((peer) => peer.state === "Established").length;
  if (up !== count) throw new Error(`${up} of ${count} peers are established`);
  return { speaker, transport };
}
