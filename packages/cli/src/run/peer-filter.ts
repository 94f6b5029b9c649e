// Asks a peer for its routes: all of a family, or those that pass our filter and nothing else (RFC 5291).
import {
  encodeRouteFilters,
  familyName,
  OrfType,
  WhenToRefresh,
  type Family,
  type PrefixFilterEntry,
  type SendResult,
  type Session,
} from "@bgpwire/core";
import type { RoutePolicy } from "../config/policy.ts";
import { describeRefresh } from "../output/describe.ts";
import type { Reporter } from "../output/reporter.ts";

/** Rules of one message: with 24 octets each at most they fit one of 4096. */
const RULES_PER_MESSAGE = 100;

/**
 * Sends the filters; says so of a family whose filter the peer does not take.
 *
 * @param replaced the peer has others already. They are removed by a message of their own, as FRR reads nothing behind "remove all"
 */
export async function sendFilters(
  session: Session,
  filters: RoutePolicy["filters"],
  reporter: Reporter,
  replaced: boolean,
): Promise<void> {
  for (const { family, rules } of filters) {
    const taken = session.negotiated.outboundRouteFilters.find(
      (one) => one.afi === family.afi && one.safi === family.safi && one.type === OrfType.AddressPrefix && one.send,
    );
    if (taken === undefined) {
      const text = `the peer takes no filter for ${familyName(family)}: it sends all its routes`;
      reporter.report({ type: "policy", peer: session.peer.id, connection: session.conn, direction: "import", text });
      continue;
    }
    const messages = replaced ? [messageOf([{ action: "removeAll" }], WhenToRefresh.Defer)] : [];
    for (let at = 0; at < rules.length; at += RULES_PER_MESSAGE) {
      const entries = rules
        .slice(at, at + RULES_PER_MESSAGE)
        .map((rule) => Object.assign({ action: "add" as const }, rule));
      const more = at + RULES_PER_MESSAGE < rules.length;
      messages.push(messageOf(entries, more ? WhenToRefresh.Defer : WhenToRefresh.Immediate));
    }
    for (const body of messages) if (!(await requestRoutes(session, family, body, reporter))) return;
  }
}

/**
 * Sends a ROUTE-REFRESH as soon as there is room.
 *
 * @param filters outbound route filters; empty for none
 * @returns whether it was sent
 */
export async function requestRoutes(
  session: Session,
  { afi, safi }: Family,
  filters: Uint8Array,
  reporter: Reporter,
): Promise<boolean> {
  const send = (): SendResult => session.sendRouteRefresh(afi, safi, 0, filters.length === 0 ? undefined : filters);
  let result = send();
  while (result.status === "blocked") {
    await session.writable();
    result = send();
  }
  if (result.status !== "sent") return false;
  reporter.report(describeRefresh(session, "sent", { afi, safi, subtype: 0, body: filters }));
  return true;
}

function messageOf(entries: readonly PrefixFilterEntry[], when: number): Uint8Array {
  return encodeRouteFilters({ when, filters: [{ name: "prefixes", type: OrfType.AddressPrefix, entries }] });
}
