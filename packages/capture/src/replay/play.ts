// Our FSM in the part of one side: it gets what the other side sent, when that was captured, and sends what its own side sent.
import {
  Cease,
  decodeCapabilityMessage,
  decodeNotification,
  decodeRouteRefresh,
  HEADER_LENGTH,
  MessageType,
  NotificationCode,
  PeerMachine,
  type CloseReason,
  type ConnId,
  type Millis,
  type OpenMessage,
  type PeerInput,
  type PeerOptions,
  type PeerOutput,
  type Slice,
} from "@bgpwire/core";
import { contextOf, UpdateView } from "@bgpwire/decoder";
import { otherSide, type CapturedMessage, type CapturedSession, type Side } from "./captured-session.ts";
import type { ReachedState, SentMessage } from "./result.ts";

/** What our FSM did. */
export interface Played {
  readonly states: ReachedState[];
  /** Everything it has written. */
  readonly written: SentMessage[];
  /** What it was told to send and did not take. */
  readonly refused: { readonly time: Millis; readonly type: number; readonly status: string }[];
  announced: number;
  end: { readonly time: Millis; readonly reason: CloseReason } | null;
}

/** Any number: it decides the jitter alone. */
const SEED = 1;

/**
 * How far apart in milliseconds the same NOTIFICATION of our FSM and of the capture may be: what is captured is not captured where the
 * FSM is, and routers look at their timers every now and then.
 */
export const NOTIFICATION_TOLERANCE = 1000;

/**
 * Plays a side to the end of the capture.
 *
 * When to dial, when to send the OPEN, what to announce and when to stop are decisions of its user and taken from the capture. All
 * else is the FSM's: KEEPALIVEs, timers, what is wrong with a message, and with the decoder's verdict what is wrong with an UPDATE.
 *
 * @throws ConfigError where our machine cannot send such an OPEN
 */
export function play(captured: CapturedSession, side: Side, open: OpenMessage, options: Partial<PeerOptions>): Played {
  return new Player(captured, side, open, options).play();
}

class Player {
  readonly #captured: CapturedSession;
  readonly #side: Side;
  readonly #open: OpenMessage;
  readonly #machine: PeerMachine;
  #now: Millis = 0;
  #conn: ConnId = 1;
  #view: UpdateView | null = null;
  readonly #played: Played = { states: [], written: [], refused: [], announced: 0, end: null };

  constructor(captured: CapturedSession, side: Side, open: OpenMessage, options: Partial<PeerOptions>) {
    const own = captured.endpoints[side];
    const peer = captured.endpoints[otherSide(side)];
    const four = open.capabilities.find((capability) => capability.name === "fourOctetAs");
    this.#captured = captured;
    this.#side = side;
    this.#open = open;
    const configured: PeerOptions = {
      remoteAddress: peer.address,
      localAs: four?.as ?? open.myAs,
      remoteAs: peer.as ?? "any",
      holdTime: open.holdTime,
      fourOctetAs: four !== undefined,
      passive: side === 1,
      // The OPEN goes out when it did.
      askOpenParameters: true,
      ...options,
    };
    this.#machine = new PeerMachine(configured, { routerId: own.bgpIdentifier ?? open.identifier, seed: SEED });
  }

  play(): Played {
    const own = this.#captured.endpoints[this.#side];
    const peer = this.#captured.endpoints[otherSide(this.#side)];
    const endpoints = {
      localAddress: own.address,
      localPort: own.port ?? 0,
      remoteAddress: peer.address,
      remotePort: peer.port ?? 0,
    };
    this.#input({ type: "start" });
    // A dial has given the connection its number; one that is accepted has ours.
    this.#input({ type: this.#side === 0 ? "connected" : "accepted", conn: this.#conn, endpoints });
    for (const item of this.#captured.items) {
      this.#advance(item.time);
      if (this.#played.end !== null) break;
      const conn = this.#conn;
      if (item.kind === "end") {
        const isOwn = item.side === this.#side;
        this.#input(isOwn ? { type: "closed", conn, reason: item.reason } : { type: "eof", conn });
      } else if (item.side === this.#side) {
        this.#send(item);
      } else {
        this.#input({ type: "bytes", conn, chunk: item.bytes });
      }
    }
    return this.#played;
  }

  /** Lets time pass up to this moment, with all timers that are due before. */
  #advance(time: Millis): void {
    for (;;) {
      const deadline = this.#machine.deadline();
      if (this.#played.end !== null || deadline === null || deadline >= time) break;
      this.#now = deadline;
      this.#input({ type: "tick" });
    }
    this.#now = Math.max(this.#now, time);
  }

  #input(input: PeerInput): void {
    this.#machine.handle(this.#now, input);
    this.#drain();
  }

  #drain(): void {
    for (let output = this.#machine.poll(); output !== null; output = this.#machine.poll()) this.#take(output);
  }

  #take(output: PeerOutput): void {
    const time = this.#now;
    const played = this.#played;
    switch (output.type) {
      case "dial":
        if (played.states.length === 0) this.#conn = output.conn;
        return;
      case "write": {
        const { bytes } = output;
        played.written.push({ time, type: bytes[HEADER_LENGTH - 1]!, bytes });
        return this.#machine.handle(time, { type: "unsent", conn: output.conn, bytes: 0 });
      }
      case "state":
        if (played.end === null) played.states.push({ time, state: output.to, cause: output.cause });
        return;
      case "up":
        this.#view = new UpdateView(contextOf(output.negotiated));
        return;
      case "update":
        return this.#judge(output.conn, output);
      case "ended":
        played.end ??= { time, reason: output.reason };
    }
  }

  /** RFC 4271 section 6.3 and RFC 7606: the session ends where the UPDATE leaves no choice. */
  #judge(conn: ConnId, body: Slice): void {
    this.#view!.read(body);
    if (this.#view!.action !== "reset") return;
    const { notification, issues } = this.#view!.verdict();
    const reason = issues.find(({ action }) => action === "reset")?.reason ?? "";
    if (notification !== null) this.#machine.handle(this.#now, { type: "fail", conn, notification, reason });
  }

  /** What its own side sent. */
  #send({ type, bytes }: CapturedMessage): void {
    const machine = this.#machine;
    const conn = this.#conn;
    const body = bytes.subarray(HEADER_LENGTH);
    const slice = { buffer: bytes, start: HEADER_LENGTH, end: bytes.length };
    switch (type) {
      case MessageType.Open:
        return this.#input({ type: "openParameters", conn, capabilities: this.#open.capabilities });
      case MessageType.Update:
        return this.#sent(type, machine.sendUpdate(this.#now, conn, body).status);
      case MessageType.RouteRefresh: {
        const refresh = decodeRouteRefresh(slice, true);
        if (!refresh.ok) return this.#sent(type, "not a ROUTE-REFRESH that can be sent");
        const { afi, safi, subtype, body: filters } = refresh.value;
        return this.#sent(type, machine.sendRouteRefresh(this.#now, conn, afi, safi, subtype, filters).status);
      }
      case MessageType.Capability: {
        const changes = decodeCapabilityMessage(slice);
        if (!changes.ok) return this.#sent(type, "not a CAPABILITY message that can be sent");
        try {
          return this.#sent(type, machine.sendCapabilities(this.#now, conn, changes.value).status);
        } catch (error) {
          // It leaves no family, which others may do.
          return this.#sent(type, String(error));
        }
      }
      case MessageType.Notification: {
        const notification = decodeNotification(slice);
        if (notification?.code === NotificationCode.HoldTimerExpired)
          return this.#advance(this.#now + NOTIFICATION_TOLERANCE);
        if (notification?.code !== NotificationCode.Cease) return;
        const { subcode } = notification;
        if (subcode === Cease.MaximumPrefixesReached || subcode === Cease.OutOfResources) {
          return this.#input({ type: "fail", conn, notification });
        }
        return this.#input({ type: subcode === Cease.AdministrativeReset ? "reset" : "stop", notification });
      }
    }
  }

  #sent(type: number, status: string): void {
    if (status === "sent") this.#played.announced += 1;
    else this.#played.refused.push({ time: this.#now, type, status });
    this.#drain();
  }
}
