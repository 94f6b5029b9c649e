// Routes that outlive their session. The table is the user's; what is decided here is which endings retain its routes
// (RFC 4724 section 4.2, RFC 8538 section 4), how long they may be stale, long-lived too (RFC 9494 section 4.2), and when what
// has not been told again is to go. A refresh with a beginning and an end (RFC 7313 section 4) marks and drops alike.
import type { Connection } from "../connection/state.ts";
import { NEVER } from "../connection/state.ts";
import type { Ending } from "../connection/owner.ts";
import { Cease, NotificationCode } from "../iana/notification-code.ts";
import type { Family } from "../message/capability.ts";
import type { Notification } from "../message/notification.ts";
import { hardReset } from "../message/notification.ts";
import { RefreshSubtype } from "../message/route-refresh.ts";
import type { Millis, RetainedFamily, StaleCause, StaleChange } from "../session/io.ts";
import { includesFamily, isFamily } from "../session/negotiated.ts";
import type { Context } from "./context.ts";
import { NOTHING } from "./state.ts";
import { emit } from "./tell.ts";

/** A family whose routes are marked as stale; of one family there is one. */
export interface StaleFamily extends Family {
  /**
   * `restart`: the peer restarts, or is back and has not told all again. `longLived`: the same after its restart time. `over`:
   * the long-lived stale time ran out while the peer told its routes again. `refresh`: between BoRR and EoRR.
   */
  phase: "restart" | "longLived" | "over" | "refresh";
  until: Millis;
  /** The stale timer of RFC 8538 section 4.1. */
  readonly bound: Millis;
  /** How long they may be long-lived stale then; 0 is not at all. */
  readonly staleTime: Millis;
}

/**
 * RFC 8538 section 5.1: where both sides have the N bit, a Cease that is meant to last is sent as a Hard Reset: too many
 * prefixes (1), shutdown (2), de-configuration (3).
 */
export function asHardReset(c: Connection, send: Notification | null): Notification | null {
  const lasts = send !== null && send.code === NotificationCode.Cease && send.subcode >= 1 && send.subcode <= 3;
  return lasts && c.state === "Established" && c.negotiated!.gracefulNotification ? hardReset(send) : send;
}

/** A session is over: what is to be retained of its routes. Null is nothing. */
export function retain(
  p: Context,
  c: Connection,
  why: Ending["why"],
  said: Notification | null,
): readonly RetainedFamily[] | null {
  const s = p.state;
  s.stale = outlives(p, c, why, said) ? staleFamilies(p, c) : NOTHING;
  return s.stale.length === 0 ? null : Object.freeze(s.stale.map(retainedFamily));
}

/** As it is told. */
export function retainedFamily({ afi, safi, until }: StaleFamily): RetainedFamily {
  return Object.freeze({ afi, safi, until: until === NEVER ? null : until });
}

/**
 * Do routes outlive this ending? RFC 4724 section 5: where TCP fails. RFC 8538 section 4: where a NOTIFICATION was sent or
 * received, other than Hard Reset, and both sides have the N bit.
 */
function outlives(p: Context, c: Connection, why: Ending["why"], said: Notification | null): boolean {
  const agreed = c.negotiated!;
  if (p.settings.gracefulRestart?.helper !== true || agreed.gracefulRestart === null) return false;
  if (why === "transport") return true;
  if (!agreed.gracefulNotification || said === null) return false;
  return said.code !== NotificationCode.Cease || said.subcode !== Cease.HardReset;
}

/** The families of a session that is over with their first deadline. What was stale already goes by itself, or stays. */
function staleFamilies(p: Context, c: Connection): StaleFamily[] {
  const { now, stale } = p.state;
  const { stalePathTime, longLivedGracefulRestart, gracefulRestart } = p.settings;
  const { families, gracefulRestart: restart, longLivedGracefulRestart: longLived, ...agreed } = c.negotiated!;
  const list: StaleFamily[] = [];
  for (const family of families) {
    const same = isFamily(family);
    const before = stale.find(same);
    // RFC 9494 section 4.2: the timer is not touched before End-of-RIB, and after it nothing more is retained.
    if (before?.phase === "longLived") list.push(before);
    if (before?.phase === "longLived" || before?.phase === "over") continue;
    // A family that is not listed has a time of zero (RFC 9494 section 4.2).
    const listed = restart?.families.some(same) === true;
    const restartTime = listed ? Math.min(restart.restartTime, gracefulRestart!.restartTimeMax) : 0;
    const most = longLivedGracefulRestart.find(same)?.staleTimeMax ?? 0;
    const staleTime = 1000 * Math.min(longLived?.families.find(same)?.staleTime ?? 0, most);
    if (restartTime + staleTime === 0) continue;
    const again = before?.phase === "restart";
    // RFC 4724 section 4.2 as RFC 8538 section 4.1 and RFC 9494 section 4.2 have it: else they stay.
    if (again && staleTime === 0 && !agreed.gracefulNotification) tell(p, "drop", before, "consecutiveRestart");
    const bound = again ? before.bound : boundOf(now, stalePathTime);
    const until = Math.min(now + 1000 * restartTime, bound);
    list.push({ afi: family.afi, safi: family.safi, phase: "restart", until, bound, staleTime });
  }
  return list;
}

function boundOf(now: Millis, stalePathTime: Millis): Millis {
  return stalePathTime === 0 ? NEVER : now + stalePathTime;
}

/** The peer is back: which of its stale routes it still has (RFC 4724 section 4.2, RFC 9494 section 4.2). */
export function returned(p: Context, c: Connection): void {
  const { families, gracefulRestart: restart, longLivedGracefulRestart: longLived } = c.negotiated!;
  for (const stale of p.state.stale) {
    const same = isFamily(stale);
    const preserved = restart?.families.find(same)?.forwardingPreserved;
    const said = stale.phase === "longLived" ? longLived?.families.find(same)?.forwardingPreserved : preserved;
    if (said === undefined || !families.some(same)) drop(p, stale, "notNegotiated");
    else if (!said || preserved === false) drop(p, stale, "forwardingState");
    else if (stale.phase === "restart") stale.until = stale.bound;
  }
}

/** End-of-RIB of a family came. */
export function allTold(p: Context, family: Family): void {
  const stale = p.state.stale.find(isFamily(family));
  if (stale !== undefined && stale.phase !== "refresh") drop(p, stale, "endOfRib");
}

/** The session does not carry a family any more. */
export function notCarried(p: Context, family: Family): void {
  const stale = p.state.stale.find(isFamily(family));
  if (stale !== undefined) drop(p, stale, "notNegotiated");
}

/** BoRR or EoRR came, of a family that both sides carry. */
export function refreshed(p: Context, c: Connection, family: Family, subtype: number): void {
  const s = p.state;
  const before = s.stale.find(isFamily(family));
  if (subtype === RefreshSubtype.End) {
    if (before?.phase === "refresh") drop(p, before, "endOfRefresh");
    return;
  }
  // RFC 7313 section 4: from a peer with graceful restart a BoRR before its End-of-RIB MUST be ignored.
  const restarts = c.remoteOpen!.capabilities.some(({ name }) => name === "gracefulRestart");
  if (restarts && !includesFamily(c.complete, family)) return;
  const bound = boundOf(s.now, p.settings.stalePathTime);
  const stale: StaleFamily = {
    afi: family.afi,
    safi: family.safi,
    phase: "refresh",
    until: bound,
    bound,
    staleTime: 0,
  };
  s.stale = s.stale.filter((one) => one !== before).concat(stale);
  tell(p, "mark", stale, "beginOfRefresh");
}

/** The time of one family that is due is over. */
export function expireStale(p: Context): boolean {
  const s = p.state;
  const stale = s.stale.find((one) => one.until <= s.now);
  if (stale === undefined) return false;
  const up = s.connections.some((c) => c.state === "Established");
  const bounded = stale.phase === "refresh" || stale.until === stale.bound;
  const cause = stale.phase === "longLived" ? "staleTime" : bounded ? "stalePathTime" : "restartTime";
  if (stale.phase === "restart" && stale.staleTime > 0 && !up) {
    stale.phase = "longLived";
    stale.until += stale.staleTime;
    tell(p, "longLived", stale, cause);
  } else {
    drop(p, stale, cause);
    // RFC 9494 section 4.2: if the session ends before End-of-RIB, this family is not retained once more.
    if (cause === "staleTime" && up) s.stale = s.stale.concat({ ...stale, phase: "over", until: NEVER });
  }
  return true;
}

/** Nobody waits for the peer any more. */
export function dropStale(p: Context, cause: StaleCause): void {
  for (const stale of p.state.stale) drop(p, stale, cause);
}

function drop(p: Context, stale: StaleFamily, cause: StaleCause): void {
  p.state.stale = p.state.stale.filter((one) => one !== stale);
  if (stale.phase !== "over") tell(p, "drop", stale, cause);
}

function tell(p: Context, action: StaleChange["action"], stale: StaleFamily, cause: StaleCause): void {
  const { afi, safi, until } = stale;
  emit(p, { type: "stale", action, afi, safi, cause, until: action === "drop" || until === NEVER ? null : until });
}
