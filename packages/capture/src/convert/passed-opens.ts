// OPENs that are in a capture and not wanted in a file, but say how the UPDATEs in the file are read.
import { bytesOf, copyOf, MessageType } from "@bgpwire/core";
import { pduBody } from "../bytes/pdu.ts";
import { remember } from "../bytes/remember.ts";
import type { CaptureEvent, Direction, Endpoint } from "../event.ts";
import { isSameEnd, MAX_WRITTEN_SESSIONS } from "./local-sides.ts";
import type { SessionOpens } from "./session-opens.ts";

/** The body of an OPEN, and who sent it. */
interface Passed {
  readonly sender: Endpoint;
  readonly body: Uint8Array;
}

/** Keeps the last OPEN of each end of a session until it is asked for: of `MAX_WRITTEN_SESSIONS` sessions. */
export class PassedOpens {
  readonly #opens = new Map<number, readonly Passed[]>();

  /** Takes an event that is not wanted. */
  take(event: CaptureEvent): void {
    if (event.kind === "message" && event.type === MessageType.Open) {
      this.#keep(event.direction, { sender: event.direction.sender, body: copyOf(bytesOf(pduBody(event))) });
    } else if (event.kind === "up") {
      const { direction, receivedOpen, sentOpen } = event;
      this.#opens.delete(direction.session);
      if (receivedOpen !== null)
        this.#keep(direction, { sender: direction.sender, body: copyOf(bytesOf(receivedOpen)) });
      if (sentOpen !== null) this.#keep(direction, { sender: direction.receiver, body: copyOf(bytesOf(sentOpen)) });
    } else if (event.kind === "down") {
      this.#opens.delete(event.direction.session);
    }
  }

  #keep({ session }: Direction, passed: Passed): void {
    const others = (this.#opens.get(session) ?? []).filter(({ sender }) => !isSameEnd(sender, passed.sender));
    remember(this.#opens, session, [...others, passed].slice(-2), MAX_WRITTEN_SESSIONS);
  }

  /** Gives those of a session to it, once. @param first its side 0 */
  give({ session }: Direction, first: Endpoint, opens: SessionOpens): void {
    const passed = this.#opens.get(session);
    if (passed === undefined) return;
    this.#opens.delete(session);
    for (const { sender, body } of passed) opens.saw(isSameEnd(sender, first) ? 0 : 1, body);
  }
}
