// Three hosts on virtual time: the speaker under test, a bystander with a session to it, and somebody who makes trouble in raw
// octets.
import {
  Speaker,
  type Peer,
  type PeerOptions,
  type Plugin,
  type SpeakerEvent,
  type SpeakerOptions,
} from "@bgpwire/core";
import { expect } from "vitest";
import { Bystander } from "./bystander.ts";
import { dial, Probe, serve } from "./driver-probe.ts";
import { addEcho } from "./echo.ts";
import { memoryNetwork, type MemoryHost, type MemoryNetwork, type NetworkOptions } from "./memory-network.ts";
import { concat, describeMessage, keepalive, messagesIn, open, type OpenFields } from "./wire.ts";

export const ROUTER = "192.0.2.1";
export const TROUBLE = "192.0.2.2";
const BYSTANDER = "192.0.2.9";

export class FaultWorld {
  readonly network: MemoryNetwork;
  readonly router: MemoryHost;
  readonly trouble: MemoryHost;
  readonly speaker: Speaker;
  readonly events: SpeakerEvent[] = [];
  bystander!: Bystander;

  private constructor(network: NetworkOptions, options: Partial<SpeakerOptions>) {
    this.network = memoryNetwork(network);
    this.router = this.network.host(ROUTER);
    this.trouble = this.network.host(TROUBLE);
    const onEvent = (event: SpeakerEvent): void => void this.events.push(event);
    const listen = [{ address: ROUTER, port: 179 }];
    this.speaker = new Speaker({ routerId: "10.0.0.1", listen, onEvent, ...options }, this.router.transport());
  }

  /** The speaker runs, and the bystander's session is up. */
  static async make(conditions: NetworkOptions = {}, options: Partial<SpeakerOptions> = {}): Promise<FaultWorld> {
    const world = new FaultWorld(conditions, options);
    const { network, speaker } = world;
    addEcho(speaker, BYSTANDER);
    await speaker.start();
    world.bystander = await Bystander.of({
      address: BYSTANDER,
      at: { address: ROUTER, port: 179 },
      transport: network.host(BYSTANDER).transport(),
      until: (condition, what) => network.time.until(condition, what),
    });
    return world;
  }

  /** The peer that makes trouble. The speaker only listens for it unless told otherwise. */
  addTrouble(options: Partial<PeerOptions> = {}, plugin: Plugin = {}): Peer {
    return this.speaker.addPeer(
      { remoteAddress: TROUBLE, localAs: 65001, remoteAs: 65002, passive: true, ...options },
      plugin,
    );
  }

  /** The troublemaker, or somebody else, dials. */
  async dial(host: MemoryHost = this.trouble): Promise<RawPeer> {
    const probe = dial(host.transport(), { address: ROUTER, port: 179 });
    await this.until(() => probe.up, "the connection");
    return new RawPeer(probe);
  }

  /** The troublemaker listens and is dialled. */
  async dialled(): Promise<RawPeer> {
    const { accepted, listener } = await serve(this.trouble.transport(), { address: TROUBLE, port: 179 });
    await this.until(() => accepted.length > 0, "the connection");
    await listener.close();
    return new RawPeer(accepted[0]!);
  }

  async until(condition: () => boolean, what: string): Promise<void> {
    await this.network.time.until(condition, what);
  }

  /** So many seconds pass, in which the bystander's session lives on. */
  async pass(seconds: number): Promise<void> {
    await this.network.time.pass(1000 * seconds);
    await this.bystander.exchange();
  }

  /** Sockets of the speaker, the bystander's not counted. */
  get sockets(): number {
    return this.network.ends.filter(({ host }) => host === this.router).length - 1;
  }

  /** Why connections of the peer ended. */
  get ends(): string[] {
    return this.events.flatMap((event) => (event.type === "ended" ? [event.reason.text] : []));
  }

  /** All is over but the bystander's session, which shows that it is up. */
  async over(): Promise<void> {
    const before = this.bystander.keepalives;
    await this.pass(10);
    expect(this.bystander.keepalives, "KEEPALIVEs of the bystander's session").toBeGreaterThan(before);
  }
}

/** The far end of a connection, played in raw octets. */
export class RawPeer {
  readonly probe: Probe;

  constructor(probe: Probe) {
    this.probe = probe;
  }

  say(...parts: readonly Uint8Array[]): this {
    this.probe.link!.write(concat(...parts));
    return this;
  }

  establish(fields: OpenFields = {}): this {
    return this.say(open(fields), keepalive());
  }

  /** What has been said to it. @example ["OPEN", "KEEPALIVE", "NOTIFICATION 6/2"] */
  get heard(): string[] {
    return messagesIn(this.probe.bytesReceived).map(describeMessage);
  }
}
