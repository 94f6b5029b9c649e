// A BGP session out of the messages of both directions of its connection: how its UPDATEs are read, from the OPENs if they are
// there and else from the UPDATEs.
import {
  asNumberOf,
  capabilitiesNamed,
  copyOf,
  decodeOpen,
  HEADER_LENGTH,
  MAX_EXTENDED_MESSAGE,
  MessageType,
  negotiate,
  type OpenMessage,
  type Slice,
} from "@bgpwire/core";
import { contextOf, createContext, guessOptions, type ContextOptions, type DecodeContext } from "@bgpwire/decoder";
import type { CaptureEvent, Captured, Direction, Endpoint } from "../event.ts";
import type { Allowance } from "../stream/allowance.ts";
import { otherSide, type ConnectionSink, type Ending, type Side } from "../tcp/connection.ts";
import type { StreamSink } from "../tcp/stream.ts";
import { UpdateContext } from "../update-context.ts";
import { BGP_FRAMING } from "./bgp-framing.ts";
import { MessageFramer } from "./message-framer.ts";

/** UPDATEs of a direction without OPENs from which it is guessed how they are to be read. */
export const GUESSED_FROM = 12;

/** Events of a session that are held back at most for that. */
export const MAX_HELD_EVENTS = 256;

/** What is held back until it is known how UPDATEs are read. */
interface Held {
  readonly side: Side;
  /** The body of an UPDATE; null for all else, which only waits for its turn. */
  readonly update: Uint8Array | null;
  readonly octets: number;
  readonly event: (direction: Direction) => CaptureEvent;
}

/** What a session needs of the reader it is of. */
export interface SessionListener {
  tell(event: CaptureEvent): void;
  /** The number of a session that begins. */
  newSession(): number;
}

/** A context for what has not been found out yet. Nothing is read with it but what has no need of one. */
const UNKNOWN: DecodeContext = /* @__PURE__ */ createContext();

/** Follows one session and tells what happens to it. */
export class BgpSession implements ConnectionSink {
  readonly streams: readonly [StreamSink, StreamSink];
  readonly #framers: readonly [MessageFramer, MessageFramer];
  readonly #allowance: Allowance;
  readonly #listener: SessionListener;
  /** Counts from 0 when the connection is established. */
  #number = 0;
  #ends: readonly [Endpoint, Endpoint];
  readonly #opens: [OpenMessage | null, OpenMessage | null] = [null, null];
  /** How the UPDATEs of a side are read; null while that is not known and has not been guessed. */
  readonly #contexts: [DecodeContext | null, DecodeContext | null] = [null, null];
  /** A guess, which UPDATEs that come later can prove wrong. */
  readonly #guesses: [UpdateContext | null, UpdateContext | null] = [null, null];
  #guessed = true;
  /** By the side that sends. */
  #directions: readonly [Direction, Direction];
  #held: Held[] = [];

  constructor(ends: readonly [Endpoint, Endpoint], allowance: Allowance, listener: SessionListener) {
    this.#ends = ends;
    this.#allowance = allowance;
    this.#listener = listener;
    this.#framers = [this.#framerOf(0), this.#framerOf(1)];
    this.streams = this.#framers;
    this.#directions = this.#makeDirections();
  }

  #framerOf(side: Side): MessageFramer {
    return new MessageFramer(BGP_FRAMING, this.#allowance, {
      message: (buffer, start, end, captured) => this.#message(side, buffer, start, end, captured),
      gap: (octets, captured) =>
        this.#event(side, (direction) => ({ kind: "gap", ...timeOf(captured), direction, octets })),
    });
  }

  established(side: Side, captured: Captured): void {
    this.#number = this.#listener.newSession();
    this.#directions = this.#makeDirections();
    const event = { kind: "up", ...timeOf(captured), sentOpen: null, receivedOpen: null } as const;
    this.#event(side, (direction) => ({ ...event, direction }));
  }

  ended(side: Side, how: Ending, captured: Captured): void {
    this.down(side, REASONS[how].replace("%", this.#ends[side].address), captured);
  }

  /** It is over. @param reason one clause for people */
  down(side: Side, reason: string, captured: Captured): void {
    this.captureEnds(captured);
    this.#event(side, (direction) => ({ kind: "down", ...timeOf(captured), direction, reason, notification: null }));
  }

  captureEnds(captured: Captured): void {
    for (const framer of this.#framers) framer.finish(captured);
    this.#guessAll();
  }

  #message(side: Side, buffer: Uint8Array, start: number, end: number, captured: Captured): void {
    const type = buffer[start + HEADER_LENGTH - 1]!;
    if (type === MessageType.Open) this.#takeOpen(side, { buffer, start: start + HEADER_LENGTH, end });
    const isUpdate = type === MessageType.Update;
    if (isUpdate && this.#held.length === 0) this.#checkGuess(side, { buffer, start: start + HEADER_LENGTH, end });
    const { seconds, nanoseconds, offset } = captured;
    if (this.#held.length === 0 && (!isUpdate || this.#contexts[side] !== null)) {
      const direction = this.#directions[side];
      this.#listener.tell({ kind: "message", seconds, nanoseconds, offset, buffer, start, end, type, direction });
      return;
    }
    // A copy, so that what is held back does not hold a whole chunk of the file.
    const copy = copyOf(buffer.subarray(start, end));
    const event = {
      kind: "message",
      seconds,
      nanoseconds,
      offset,
      buffer: copy,
      start: 0,
      end: copy.length,
      type,
    } as const;
    this.#hold({
      side,
      update: isUpdate ? copy.subarray(HEADER_LENGTH) : null,
      octets: copy.length,
      event: (direction) => ({ ...event, direction }),
    });
  }

  /** Tells something, or holds it back behind what is held back. */
  #event(side: Side, event: (direction: Direction) => CaptureEvent): void {
    if (this.#held.length === 0) this.#listener.tell(event(this.#directions[side]));
    else this.#hold({ side, update: null, octets: 0, event });
  }

  /** The OPENs say how both directions are read; a later one takes the place of one before it. */
  #takeOpen(side: Side, body: Slice): void {
    const decoded = decodeOpen(body, false);
    if (!decoded.ok) return;
    const open = decoded.value;
    this.#opens[side] = open;
    const end = { ...this.#ends[side], as: asNumberOf(open), bgpIdentifier: open.identifier };
    this.#ends = side === 0 ? [end, this.#ends[1]] : [this.#ends[0], end];
    const [one, two] = this.#opens;
    if (one !== null && two !== null) {
      this.#contexts[0] = contextOf(negotiate(two, one));
      this.#contexts[1] = contextOf(negotiate(one, two));
      this.#guesses[0] = null;
      this.#guesses[1] = null;
      this.#guessed = false;
    }
    this.#directions = this.#makeDirections();
    this.#release();
  }

  #makeDirections(): readonly [Direction, Direction] {
    return [this.#makeDirection(0), this.#makeDirection(1)];
  }

  #makeDirection(side: Side): Direction {
    return {
      session: this.#number,
      sender: this.#ends[side],
      receiver: this.#ends[otherSide(side)],
      context: this.#contexts[side] ?? UNKNOWN,
      guessed: this.#guessed,
      rib: null,
    };
  }

  #hold(held: Held): void {
    const { side, update, octets } = held;
    const isAllowed = this.#allowance.take(octets);
    this.#held.push(isAllowed ? held : { ...held, octets: 0 });
    if (!isAllowed || this.#held.length === MAX_HELD_EVENTS) {
      this.#guessAll();
    } else if (update !== null && this.#updatesOf(side).length >= GUESSED_FROM) {
      this.#guess(side);
      this.#release();
    }
  }

  #updatesOf(side: Side): Uint8Array[] {
    return this.#held.flatMap((held) => (held.side === side && held.update !== null ? [held.update] : []));
  }

  /** Guesses how the UPDATEs of a side are read, from those that are there. */
  #guess(side: Side): void {
    if (this.#contexts[side] !== null) return;
    const guess = new UpdateContext(guessOptions(this.#updatesOf(side), this.#known(side)).options);
    this.#guesses[side] = guess;
    this.#contexts[side] = guess.context;
    this.#directions = this.#makeDirections();
  }

  /** Whether an UPDATE is as was guessed, which families may not be that come later. */
  #checkGuess(side: Side, update: Slice): void {
    const guess = this.#guesses[side];
    if (guess === null) return;
    guess.see(update);
    if (guess.context === this.#contexts[side]) return;
    this.#contexts[side] = guess.context;
    this.#directions = this.#makeDirections();
  }

  /** Nothing is held back any longer. */
  #guessAll(): void {
    for (const side of [0, 1] as const) if (this.#updatesOf(side).length > 0) this.#guess(side);
    this.#release();
  }

  /** Tells what is held back up to the next UPDATE of which it is not known how it is read. */
  #release(): void {
    let count = 0;
    for (const { side, update, octets, event } of this.#held) {
      if (update !== null && this.#contexts[side] === null) break;
      if (update !== null) this.#checkGuess(side, { buffer: update, start: 0, end: update.length });
      this.#allowance.give(octets);
      this.#listener.tell(event(this.#directions[side]));
      count += 1;
    }
    this.#held.splice(0, count);
  }

  /** What one OPEN says alone: what its sender cannot do, the session does not have. */
  #known(side: Side): ContextOptions {
    const sent = this.#opens[side];
    const received = this.#opens[otherSide(side)];
    const open = sent ?? received;
    const known = {
      maxMessage: MAX_EXTENDED_MESSAGE,
      peerAs: this.#ends[side].as,
      localAs: this.#ends[otherSide(side)].as,
    };
    if (open === null) return known;
    const paths = capabilitiesNamed(open.capabilities, "addPath").flatMap(({ entries }) => entries);
    const useless = sent === null ? "send" : "receive";
    return {
      ...known,
      ...(capabilitiesNamed(open.capabilities, "fourOctetAs").length === 0 ? { fourOctetAs: false } : {}),
      ...(paths.every(({ direction }) => direction === useless) ? { addPath: [] } : {}),
    };
  }
}

/** What ended a connection, with the address of the side that did. */
const REASONS: Readonly<Record<Ending, string>> = {
  closed: "% closed the connection",
  reset: "% reset the connection",
  replaced: "% has another connection between the same ports",
  forgotten: "the connection is the idlest of too many",
};

function timeOf({ seconds, nanoseconds, offset }: Captured): Captured {
  return { seconds, nanoseconds, offset };
}
