// A speaker on a scripted transport, with everything its user hears in one list.
import type { Capability } from "../../packages/core/src/message/capability.ts";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import type { Peer, Plugin, Session, SpeakerEvent } from "../../packages/core/src/speaker/plugin.ts";
import type { SpeakerOptions } from "../../packages/core/src/speaker/speaker-options.ts";
import { Speaker } from "../../packages/core/src/speaker/speaker.ts";
import type { ScriptedLink, ScriptedListener } from "./scripted-transport.ts";
import { ScriptedTransport } from "./scripted-transport.ts";
import { text } from "./wire.ts";

export const OPTIONS: PeerOptions = { remoteAddress: "192.0.2.2", localAs: 65001, remoteAs: 65002 };

export class SpeakerDriver {
  readonly transport: ScriptedTransport = new ScriptedTransport();
  readonly speaker: Speaker;
  readonly events: SpeakerEvent[] = [];
  /** What plugins made by `plugin` heard. */
  readonly heard: string[] = [];
  /** Sessions that plugins made by `plugin` got, in order. */
  readonly sessions: Session[] = [];

  constructor(options: Partial<SpeakerOptions> = {}) {
    this.speaker = new Speaker(
      { routerId: "10.0.0.1", onEvent: (event) => void this.events.push(event), ...options },
      this.transport,
    );
  }

  /** A plugin that writes down what it hears; `more` replaces callbacks. */
  plugin(name: string = "", more: Partial<Plugin> = {}): Plugin {
    const hear = (line: string): void => void this.heard.push(name === "" ? line : `${name} ${line}`);
    return {
      onEstablished: (session) => {
        hear("up");
        this.sessions.push(session);
        return (update) => hear(`update ${text(update.buffer.subarray(update.start, update.end))}`);
      },
      onClose: (_session, reason) => hear(`close ${reason.cause}`),
      ...more,
    };
  }

  add(options: Partial<PeerOptions> = {}, plugin: Plugin = this.plugin()): Peer {
    return this.speaker.addPeer({ ...OPTIONS, ...options }, plugin);
  }

  /** A running speaker with one peer whose session is up on a dialled connection. */
  async up(
    options: Partial<PeerOptions> = {},
    plugin: Plugin = this.plugin(),
  ): Promise<{ peer: Peer; link: ScriptedLink; session: Session }> {
    const peer = this.add(options, plugin);
    if (!this.speaker.running) await this.speaker.start();
    const link = this.transport.dialled.connect().establish();
    return { peer, link, session: this.sessions.at(-1)! };
  }

  get listener(): ScriptedListener {
    return this.transport.listeners.at(-1)!;
  }

  /** Events of one type. */
  eventsOf<T extends SpeakerEvent["type"]>(type: T): Extract<SpeakerEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<SpeakerEvent, { type: T }> => event.type === type);
  }
}

export const IPV6_UNICAST: Capability = { name: "multiprotocol", code: 1, afi: 2, safi: 1 };
