// A speaker of ours for routes of any family: one peer, many families offered, UPDATEs kept as they come.
import { addPath, bytesOf, multiprotocol, routeRefresh, Speaker } from "@bgpwire/core";
import type { Family, Negotiated, PeerOptions, Session } from "@bgpwire/core";
import { nodeTransport } from "@bgpwire/transport-node";
import { until } from "./until.ts";

/** How to start one. */
export interface FamilySpeakerOptions {
  readonly address: string;
  readonly port: number;
  readonly peer: PeerOptions;
  readonly families: readonly Family[];
  /** Offer ADD-PATH in both directions for all of them (RFC 7911). */
  readonly addPath: boolean;
}

/** A running one. */
export class FamilySpeaker {
  /** Bodies of the UPDATEs of the session that is up, oldest first. */
  readonly bodies: Uint8Array[] = [];
  /** Why sessions ended, for people. */
  readonly ends: string[] = [];
  readonly #speaker: Speaker;
  #session: Session | null = null;

  constructor({ address, port, peer, families, addPath: several }: FamilySpeakerOptions) {
    this.#speaker = new Speaker({ routerId: address, listen: [{ address, port }] }, nodeTransport());
    const capabilities = [...families.map(({ afi, safi }) => multiprotocol(afi, safi)), routeRefresh()];
    if (several) capabilities.push(addPath(families.map((family) => ({ ...family, direction: "both" as const }))));
    this.#speaker.addPeer(
      { capabilities, ...peer },
      {
        onEstablished: (session) => {
          this.#session = session;
          this.bodies.length = 0;
          return (update) => {
            this.bodies.push(bytesOf(update).slice());
            return null;
          };
        },
        onClose: (_session, reason) => {
          this.#session = null;
          this.ends.push(reason.text);
        },
      },
    );
  }

  start(): Promise<void> {
    return this.#speaker.start();
  }

  stop(): Promise<void> {
    return this.#speaker.stop();
  }

  /** Waits for the session, and says what was agreed. */
  async established(): Promise<Negotiated> {
    const session = await until("a session for all families", () => this.#session);
    return session.negotiated;
  }

  /** Sends the body of an UPDATE. @throws Error where no session is up, or the body does not fit */
  send(body: Uint8Array): void {
    const { status } = this.#session?.sendUpdate(body) ?? { status: `over: ${this.ends.join(", ")}` };
    if (status !== "sent") throw new Error(`the session is ${status}`);
  }
}
