// Which end of a session is the one that was listened at, in formats that tell a router from its peers.
import { remember } from "../bytes/remember.ts";
import type { Direction, Endpoint, MessageEvent } from "../event.ts";
import { saysLocal } from "../mrt/bgp4mp.ts";
import { MrtType } from "../mrt/numbers.ts";

/** Most sessions that a writer remembers. Of more, the oldest is looked at as if it were new. */
export const MAX_WRITTEN_SESSIONS: number = 0x1_0000;

/**
 * Remembers the local end of each session. Records of MRT tell it, and tables of monitored routers; elsewhere it is the end to which the
 * first event of a session goes.
 */
export class LocalSides {
  readonly #locals = new Map<number, Endpoint>();

  /** The local end is the sender of these events. */
  sends(direction: Direction, mrt?: MessageEvent["mrt"]): boolean {
    const { session, sender, receiver, rib } = direction;
    if (mrt !== undefined && (mrt.type === MrtType.Bgp4mp || mrt.type === MrtType.Bgp4mpEt))
      return saysLocal(mrt.subtype);
    if (rib !== null) return rib === "adjRibOut" || rib === "adjRibOutPost";
    let local = this.#locals.get(session);
    if (local === undefined) {
      local = receiver;
      remember(this.#locals, session, local, MAX_WRITTEN_SESSIONS);
    }
    return isSameEnd(sender, local) && !isSameEnd(receiver, local);
  }
}

/** Whether both are the same end of a session, of which later events may tell more. */
export function isSameEnd(one: Endpoint, other: Endpoint): boolean {
  return one.address === other.address && one.port === other.port;
}
