// A peer that has nothing to do with a fault and must not notice it: a whole speaker with a session to the one that is under
// test, over any transport, in virtual time or real.
import { Speaker, type Session, type Transport } from "@bgpwire/core";
import { expect } from "vitest";
import { BYSTANDER_AS, ROUTER_AS } from "./echo.ts";
import type { SpeakerDriver } from "./speaker-driver.ts";
import { update } from "./wire.ts";

/** Waits for a condition, in whatever time it is. */
export type Until = (condition: () => boolean, what: string) => Promise<void>;

export interface BystanderOptions {
  /** Its own address, from which it dials. */
  readonly address: string;
  /** Where the speaker under test listens; it has a peer made by `addEcho`. */
  readonly at: { readonly address: string; readonly port: number };
  readonly transport: Transport;
  readonly until: Until;
  /** Seconds. Default 3, the least there is: a session that is older has had KEEPALIVEs both ways. */
  readonly holdTime?: number;
}

export class Bystander {
  readonly #speaker: Speaker;
  readonly #until: Until;
  readonly #sessions: Session[] = [];
  readonly #ends: string[] = [];
  #said = 0;
  #heard = 0;

  private constructor({ address, at, transport, until, holdTime = 3 }: BystanderOptions) {
    this.#until = until;
    this.#speaker = new Speaker({ routerId: "10.0.0.9" }, transport);
    this.#speaker.addPeer(
      {
        remoteAddress: at.address,
        remotePort: at.port,
        localAddress: address,
        localAs: BYSTANDER_AS,
        remoteAs: ROUTER_AS,
        holdTime,
      },
      {
        onEstablished: (session) => {
          this.#sessions.push(session);
          return ({ buffer, start }) => {
            this.#heard = numberIn(buffer, start);
          };
        },
        onClose: (_session, { text }) => void this.#ends.push(text),
      },
    );
  }

  /** Its session with the speaker under test, which runs, is up. */
  static async of(options: BystanderOptions): Promise<Bystander> {
    const bystander = new Bystander(options);
    await bystander.#speaker.start();
    await bystander.#until(() => bystander.#sessions.length > 0, "the bystander's session");
    await bystander.exchange();
    return bystander;
  }

  /** KEEPALIVEs that it has received. */
  get keepalives(): number {
    return this.#speaker.peers()[0]!.view().counters.received.keepalive;
  }

  /** An UPDATE goes each way, over the session there has been from the beginning. */
  async exchange(): Promise<void> {
    this.#said += 1;
    expect(this.#sessions[0]!.sendUpdate(numbered(this.#said)), "the bystander's UPDATE").toMatchObject({
      status: "sent",
    });
    await this.#until(() => this.#heard === this.#said || this.#ends.length > 0, "the bystander's UPDATE");
    expect([this.#heard, this.#sessions.length, this.#ends]).toEqual([this.#said, 1, []]);
  }

  stop(): Promise<void> {
    return this.#speaker.stop();
  }
}

/** The body of an UPDATE with one withdrawn host route, whose address is a number. */
export function numbered(number: number, length: number = 9): Uint8Array {
  const body = new Uint8Array(Math.max(length, 9));
  body.set([0, 5, 32]);
  new DataView(body.buffer).setUint32(3, number);
  return body;
}

/** The number in a body that `numbered` has made, which begins here. */
export function numberIn(buffer: Uint8Array, start: number = 0): number {
  return new DataView(buffer.buffer, buffer.byteOffset).getUint32(start + 3);
}

/** A peer on a scripted transport whose session is up. The function that is returned shows that it still is, and carries UPDATEs. */
export async function scriptedBystander(d: SpeakerDriver): Promise<() => void> {
  let heard = 0;
  const ends: string[] = [];
  const plugin = d.plugin("", {
    onEstablished: (session) => {
      d.sessions.push(session);
      return () => {
        heard += 1;
      };
    },
    onClose: (_session, { text }) => void ends.push(text),
  });
  const { peer, link, session } = await d.up({ remoteAddress: "192.0.2.9" }, plugin);
  let said = 0;
  return () => {
    said += 1;
    link.say(update());
    expect([heard, ends, peer.state, link.closed], "the bystander").toEqual([said, [], "Established", false]);
    const { length } = link.writes;
    expect(session.sendUpdate(new Uint8Array(4)), "the bystander's UPDATE").toMatchObject({ status: "sent" });
    expect(link.writes.length, "the bystander's UPDATE").toBe(length + 1);
    link.taken();
  };
}
