// Asks a peer to send what passes our filter and nothing else (RFC 5291), once its session is up.
import { encodeRouteFilters, familyName, OrfType, WhenToRefresh, type PrefixRule, type Session } from "@bgpwire/core";
import type { RoutePolicy } from "../config/policy.ts";
import { describeRefresh } from "../output/describe.ts";
import type { Reporter } from "../output/reporter.ts";

/** Rules of one message: with 24 octets each at most they fit one of 4096. */
const RULES_PER_MESSAGE = 100;

/** Sends the filters; says so of a family whose filter the peer does not take. */
export async function sendFilters(session: Session, { filters }: RoutePolicy, reporter: Reporter): Promise<void> {
  for (const { family, rules } of filters) {
    const { afi, safi } = family;
    const taken = session.negotiated.outboundRouteFilters.find(
      (one) => one.afi === afi && one.safi === safi && one.type === OrfType.AddressPrefix && one.send,
    );
    if (taken === undefined) {
      const text = `the peer takes no filter for ${familyName(family)}: it sends all its routes`;
      reporter.report({ type: "policy", peer: session.peer.id, connection: session.conn, direction: "import", text });
      continue;
    }
    for (let at = 0; at < rules.length; at += RULES_PER_MESSAGE) {
      const when = at + RULES_PER_MESSAGE < rules.length ? WhenToRefresh.Defer : WhenToRefresh.Immediate;
      const body = messageOf(rules.slice(at, at + RULES_PER_MESSAGE), when);
      let result = session.sendRouteRefresh(afi, safi, 0, body);
      while (result.status === "blocked") {
        await session.writable();
        result = session.sendRouteRefresh(afi, safi, 0, body);
      }
      if (result.status !== "sent") return;
      reporter.report(describeRefresh(session, "sent", { afi, safi, subtype: 0, body }));
    }
  }
}

function messageOf(rules: readonly PrefixRule[], when: number): Uint8Array {
  const entries = rules.map((rule) => Object.assign({ action: "add" as const }, rule));
  return encodeRouteFilters({ when, filters: [{ name: "prefixes", type: OrfType.AddressPrefix, entries }] });
}
