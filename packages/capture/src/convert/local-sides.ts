// Which end of a session is the router's own, in formats that tell a router from its peers.
import { remember } from "../bytes/remember.ts";
import type { Direction, Endpoint, MessageEvent } from "../event.ts";
import { saysLocal } from "../mrt/bgp4mp.ts";
import { MrtType } from "../mrt/numbers.ts";

/** Most sessions that a writer remembers. Of more, the oldest is looked at as if it were new. */
export const MAX_WRITTEN_SESSIONS: number = 0x1_0000;

/**
 * Remembers the local end of each session. Records of MRT tell it, and tables of monitored routers. Elsewhere it is an end that has been in
 * another session: whose capture it is has all of them. Where neither has, it is the one to which the first event goes.
 */
export class LocalSides {
  readonly #locals = new Map<number, Endpoint>();
  /** Addresses that were an end, and whether the local one. */
  readonly #addresses = new Map<string, "local" | "peer">();

  /** The local end is the sender of these events. */
  sends(direction: Direction, mrt?: MessageEvent["mrt"]): boolean {
    const { session, sender, receiver, rib } = direction;
    if (mrt !== undefined && (mrt.type === MrtType.Bgp4mp || mrt.type === MrtType.Bgp4mpEt)) {
      return saysLocal(mrt.subtype);
    }
    if (rib !== null) return rib === "adjRibOut" || rib === "adjRibOutPost";
    let local = this.#locals.get(session);
    if (local === undefined) {
      local = this.#localOf(direction);
      const peer = local === sender ? receiver : sender;
      remember(this.#locals, session, local, MAX_WRITTEN_SESSIONS);
      remember(this.#addresses, local.address, "local", MAX_WRITTEN_SESSIONS);
      if (!this.#addresses.has(peer.address)) remember(this.#addresses, peer.address, "peer", MAX_WRITTEN_SESSIONS);
    }
    return isSameEnd(sender, local) && !isSameEnd(receiver, local);
  }

  #localOf({ sender, receiver }: Direction): Endpoint {
    for (const known of ["local", "peer"] as const) {
      for (const end of [receiver, sender]) if (this.#addresses.get(end.address) === known) return end;
    }
    return receiver;
  }
}

/** Whether both are the same end of a session, of which later events may tell more. */
export function isSameEnd(one: Endpoint, other: Endpoint): boolean {
  return one.address === other.address && one.port === other.port;
}
