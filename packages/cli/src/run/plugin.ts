// What `bgpwire run` does with its sessions: it reports them, tells each our routes and tells stations of it.
import { familyName, type Family, type Peer, type Plugin, type Session } from "@bgpwire/core";
import type { OwnRoutes } from "../announce/own-routes.ts";
import type { Stations } from "../bmp/stations.ts";
import type { PlannedPeer } from "../config/plan.ts";
import type { Tally } from "../http/tally.ts";
import { describeRefresh, describeSession } from "../output/describe.ts";
import type { Reporter } from "../output/reporter.ts";
import { updateReader } from "../output/update-reader.ts";
import { LiveSession } from "./live-session.ts";
import { prefixWatch } from "./prefix-watch.ts";

/** What the sessions of a run have in common. */
export interface Shared {
  readonly routes: OwnRoutes;
  /** The sessions that are up. */
  readonly sessions: Map<Session, LiveSession>;
  readonly stations: Stations;
  readonly tally: Tally;
  readonly reporter: Reporter;
}

/**
 * @param deferred families whose routes wait for `onSelection`, after a restart of ours
 * @param planned what holds for the peer of a new session
 */
export function createPlugin(shared: Shared, deferred: readonly Family[], planned: () => PlannedPeer): Plugin {
  const { sessions, stations, tally, reporter } = shared;
  const waiting = new Set(deferred.map(familyName));
  const selected = new Set<string>();
  const mayBeTold = (peer: Peer, family: Family): boolean =>
    !waiting.has(familyName(family)) || selected.has(keyOf(peer, family));
  return {
    onEstablished(session) {
      const { peer } = session;
      reporter.report(describeSession(session));
      const read = updateReader(session, "received");
      const { prefixes, policy } = planned();
      const watch = prefixWatch(session, prefixes, reporter);
      const live = new LiveSession(session, shared, policy, (family) => mayBeTold(peer, family));
      sessions.set(session, live);
      stations.up(session);
      live.advertiser.announceAll(session.negotiated.families);
      return (update) => {
        const { event, notification, decoded } = read(update);
        // What is not accepted is only told where something is wrong with it.
        if (live.accepts || event.action !== "none") reporter.report(event);
        if (live.accepts) tally.update(peer, "received", event);
        tally.issues(peer, decoded.issues);
        stations.received(session, update, event.action);
        if (notification === null) watch?.(decoded);
        // A NOTIFICATION ends the session as RFC 7606 asks; a full standard output holds the peer back.
        return notification ?? reporter.room();
      };
    },
    onSelection(peer, family) {
      selected.add(keyOf(peer, family));
      for (const [session, { advertiser }] of sessions) if (session.peer === peer) advertiser.announceAll([family]);
    },
    onRouteRefresh(session, refresh) {
      reporter.report(describeRefresh(session, "received", refresh));
      // RFC 7313 section 3.2: subtype 0 asks for the routes; 1 and 2 frame the peer's own.
      if (refresh.subtype === 0) sessions.get(session)?.advertiser.refresh(refresh);
      if (refresh.subtype === 2) stations.complete(session, refresh);
    },
    onCapabilities(session, _changes, before) {
      sessions.get(session)?.advertiser.familiesChanged(before);
    },
    onClose(session, reason) {
      stations.down(session, reason);
      sessions.delete(session);
    },
  };
}

function keyOf(peer: Peer, family: Family): string {
  return `${peer.id} ${familyName(family)}`;
}
