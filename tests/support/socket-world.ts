// The speaker under test on real sockets, and a bystander with a session to it.
import type { Peer, PeerOptions, Plugin, Speaker, SpeakerEvent } from "@bgpwire/core";
import { createSpeaker, nodeTransport } from "@bgpwire/transport-node";
import { readdirSync } from "node:fs";
import { Bystander } from "./bystander.ts";
import { addEcho } from "./echo.ts";
import { until } from "./real-time.ts";
import { SocketPeer, SocketPlace } from "./socket-peer.ts";

export const TROUBLE = "127.0.0.3";
const BYSTANDER = "127.0.0.9";

/** Addresses beside 127.0.0.1 are there without being asked for. */
export const MANY_ADDRESSES: boolean = process.platform === "linux";

/** File descriptors of this process. */
export function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

/** Quick retries, so that no test waits long for a peer to come again. */
const QUICK: Partial<PeerOptions> = { connectRetryTime: 0.05, idleHoldTime: 0.05, dampPeerOscillations: false };

export class SocketWorld {
  readonly speaker: Speaker;
  readonly bystander: Bystander;
  readonly events: SpeakerEvent[];
  /** Where the troublemaker listens. */
  readonly place: SocketPlace;
  /** Those that `dialled` has given. */
  readonly #met = new Set<SocketPeer>();

  private constructor(speaker: Speaker, bystander: Bystander, events: SpeakerEvent[], place: SocketPlace) {
    this.speaker = speaker;
    this.bystander = bystander;
    this.events = events;
    this.place = place;
  }

  /** Both in seconds. The bystander's hold time is one that a busy machine does not exceed. */
  static async make({ linger = 0.2, holdTime = 30 } = {}): Promise<SocketWorld> {
    const events: SpeakerEvent[] = [];
    const onEvent = (event: SpeakerEvent): void => void events.push(event);
    const speaker = createSpeaker({
      routerId: "10.0.0.1",
      listen: [{ address: "127.0.0.1", port: 0 }],
      linger,
      onEvent,
    });
    addEcho(speaker, BYSTANDER);
    await speaker.start();
    const at = speaker.listeners[0]!;
    const bystander = await Bystander.of({ address: BYSTANDER, at, transport: nodeTransport(), until, holdTime });
    return new SocketWorld(speaker, bystander, events, await SocketPlace.at(TROUBLE));
  }

  get port(): number {
    return this.speaker.listeners[0]!.port;
  }

  /** The peer that makes trouble. The speaker only listens for it unless told otherwise. */
  addTrouble(options: Partial<PeerOptions> = {}, plugin: Plugin = {}): Peer {
    const remote = { remoteAddress: TROUBLE, remotePort: this.place.port, localAs: 65001, remoteAs: 65002 };
    return this.speaker.addPeer({ ...remote, ...QUICK, passive: true, ...options }, plugin);
  }

  /** The troublemaker, or somebody else, connects. */
  dial(from: string = TROUBLE): Promise<SocketPeer> {
    return SocketPeer.to(this.port, from);
  }

  /** The troublemaker is dialled, once more, and told an OPEN: that is no dial which the speaker has given up. */
  async dialled(): Promise<SocketPeer> {
    const next = (): SocketPeer | undefined => this.place.peers.find((peer) => peer.octets > 0 && !this.#met.has(peer));
    await until(() => next() !== undefined, "a dial");
    const peer = next()!;
    this.#met.add(peer);
    return peer;
  }

  /** Why connections of peers ended. */
  get ends(): string[] {
    return this.events.flatMap((event) => (event.type === "ended" ? [event.reason.text] : []));
  }

  /** The bystander's session is up to the end. */
  async stop(): Promise<void> {
    await this.bystander.exchange();
    this.place.close();
    await Promise.all([this.bystander.stop(), this.speaker.stop()]);
  }
}
