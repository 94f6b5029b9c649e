// The sessions of RIPE NCC's collectors, told apart by collector and peer.
import { capabilitiesNamed, decodeOpen, MessageType, negotiate, type OpenMessage, type Slice } from "@bgpwire/core";
import { receiveOptions, sendOptions, type ContextOptions } from "@bgpwire/decoder";
import { pduBody, pduType } from "../bytes/pdu.ts";
import type { Direction, Endpoint } from "../event.ts";
import { UpdateContext } from "../update-context.ts";
import { WRITTEN } from "./fields.ts";

/** Most sessions that are remembered, with `MAX_GUESS_KEPT` for each side. Of more, the one that came first is a new one when it comes again. */
export const MAX_RIS_LIVE_SESSIONS: number = 4096;

/** Who is heard, and by which collector. */
export interface RisLivePeer {
  readonly host: string;
  readonly address: string;
  readonly as: number;
}

/** The sessions of one stream. */
export class RisLiveSessions {
  readonly #sessions = new Map<string, RisLiveSession>();
  #count = 0;

  /** The session with a peer, if it was met before. */
  known(peer: RisLivePeer): RisLiveSession | null {
    return this.#sessions.get(keyOf(peer)) ?? null;
  }

  begin(peer: RisLivePeer): RisLiveSession {
    if (this.#sessions.size === MAX_RIS_LIVE_SESSIONS) this.#sessions.delete(this.#sessions.keys().next().value!);
    const session = new RisLiveSession(this.#count, peer);
    this.#sessions.set(keyOf(peer), session);
    this.#count += 1;
    return session;
  }

  end(peer: RisLivePeer): void {
    this.#sessions.delete(keyOf(peer));
  }
}

function keyOf({ host, address, as }: RisLivePeer): string {
  return `${address} ${as} ${host}`;
}

/** What one side sends. */
interface Side {
  readonly updates: UpdateContext;
  /** Of messages as they were captured. */
  captured: Direction;
  /** Of messages that are made from fields, which says how they are made. */
  readonly made: Direction;
}

/** One session. Its UPDATEs are read as both OPENs say, where both were seen. */
export class RisLiveSession {
  readonly number: number;
  readonly #peer: RisLivePeer;
  #sentOpen: OpenMessage | null = null;
  #receivedOpen: OpenMessage | null = null;
  /** Not made before the collector is heard, which it seldom is. */
  #sent: Side | null = null;
  #received: Side;

  constructor(number: number, peer: RisLivePeer) {
    this.number = number;
    this.#peer = peer;
    this.#received = this.#side(false);
  }

  /** From the peer to the collector. */
  get direction(): Direction {
    return this.#received.captured;
  }

  /** The direction of a message. @param made it is made from fields */
  of(message: Slice, sent: boolean, made: boolean): Direction {
    if (pduType(message) === MessageType.Open) this.#open(message, sent);
    const side = sent ? (this.#sent ??= this.#side(true)) : this.#received;
    if (made) return side.made;
    if (pduType(message) === MessageType.Update) side.updates.see(pduBody(message));
    const { context, guessed } = side.updates;
    if (context !== side.captured.context) side.captured = { ...side.captured, context, guessed };
    return side.captured;
  }

  #open(message: Slice, sent: boolean): void {
    const open = decodeOpen(pduBody(message), false);
    if (!open.ok) return;
    if (sent) this.#sentOpen = open.value;
    else this.#receivedOpen = open.value;
    this.#sent = null;
    this.#received = this.#side(false);
  }

  #side(sent: boolean): Side {
    const { address, as } = this.#peer;
    const peer: Endpoint = { address, port: null, as, bgpIdentifier: this.#receivedOpen?.identifier ?? null };
    // RIS Live does not tell the collector's address.
    const collector: Endpoint = {
      address: address.includes(":") ? "::" : "0.0.0.0",
      port: null,
      as: this.#sentOpen && asNumberOf(this.#sentOpen),
      bgpIdentifier: this.#sentOpen?.identifier ?? null,
    };
    const updates = new UpdateContext(this.#options(sent));
    const captured: Direction = {
      session: this.number,
      sender: sent ? collector : peer,
      receiver: sent ? peer : collector,
      context: updates.context,
      guessed: updates.guessed,
      rib: null,
    };
    return { updates, captured, made: { ...captured, context: WRITTEN, guessed: true } };
  }

  /** What both OPENs say; nothing where one was not seen. */
  #options(sent: boolean): ContextOptions {
    if (this.#sentOpen === null || this.#receivedOpen === null) return {};
    const negotiated = negotiate(this.#sentOpen, this.#receivedOpen);
    return sent ? sendOptions(negotiated) : receiveOptions(negotiated);
  }
}

/** The real AS number of an OPEN's sender (RFC 6793 section 4.1). */
export function asNumberOf({ capabilities, myAs }: OpenMessage): number {
  return capabilitiesNamed(capabilities, "fourOctetAs")[0]?.as ?? myAs;
}
