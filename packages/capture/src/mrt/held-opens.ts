// OPENs that wait for the AS number of the other end, which its own OPEN tells: records of one session have the same two numbers.
import { bytesOf, copyOf, MessageType } from "@bgpwire/core";
import { isSameEnd } from "../convert/local-sides.ts";
import type { CaptureEvent, Direction, Endpoint, MessageEvent } from "../event.ts";

/** Most OPENs that wait. Of more, the oldest does not wait any longer. */
const MOST_HELD = 1024;

/** Holds an OPEN of each session at most until the next event of it. */
export class HeldOpens {
  readonly #held = new Map<number, MessageEvent>();

  /**
   * Takes the next event of a capture.
   *
   * @returns OPENs that come before it, with what it tells of their ends; and whether it waits itself
   */
  take(event: CaptureEvent): { readonly before: readonly MessageEvent[]; readonly waits: boolean } {
    if (!("direction" in event)) return { before: [], waits: false };
    const { direction } = event;
    const held = this.#held.get(direction.session);
    this.#held.delete(direction.session);
    const before = held === undefined ? [] : [{ ...held, direction: toldBy(held.direction, direction) }];
    const waits =
      event.kind === "message" && event.type === MessageType.Open && event.mrt === undefined && lacks(direction);
    if (waits) {
      if (this.#held.size === MOST_HELD) before.unshift(this.#oldest());
      // A copy, so that what waits does not hold a whole chunk of the file.
      const buffer = copyOf(bytesOf(event));
      this.#held.set(direction.session, { ...event, buffer, start: 0, end: buffer.length });
    }
    return { before, waits };
  }

  #oldest(): MessageEvent {
    const [session, event] = this.#held.entries().next().value!;
    this.#held.delete(session);
    return event;
  }

  /** All that still wait. */
  rest(): readonly MessageEvent[] {
    const rest = [...this.#held.values()];
    this.#held.clear();
    return rest;
  }
}

function lacks({ sender, receiver }: Direction): boolean {
  return sender.as === null || receiver.as === null;
}

/** A direction with the AS numbers that a later one of the session has. */
function toldBy(direction: Direction, later: Direction): Direction {
  const asOf = (end: Endpoint): Endpoint => {
    const same = isSameEnd(end, later.sender) ? later.sender : later.receiver;
    return end.as === null && isSameEnd(end, same) ? { ...end, as: same.as } : end;
  };
  return { ...direction, sender: asOf(direction.sender), receiver: asOf(direction.receiver) };
}
