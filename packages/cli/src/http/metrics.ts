// What `/metrics` tells: the peers with their counters, our routes, and the process.
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { MessageCounters, Peer, PeerView, Speaker } from "@bgpwire/core";
import type { OwnRoutes } from "../announce/own-routes.ts";
import { version } from "../version.ts";
import { Exposition } from "./exposition.ts";
import type { PeerTally, Tally } from "./tally.ts";

const STATES = ["Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established"] as const;

/** Types of messages, as counters and as labels have them. */
const MESSAGES: readonly (readonly [keyof MessageCounters, string])[] = [
  ["open", "open"],
  ["update", "update"],
  ["notification", "notification"],
  ["keepalive", "keepalive"],
  ["routeRefresh", "route_refresh"],
];

const DIRECTIONS = ["received", "sent"] as const;

/** How often the event loop is looked at, in milliseconds. A timer that is on time is this late in the histogram. */
const RESOLUTION = 20;

/** What is told of. */
export interface Measured {
  readonly speaker: Speaker;
  readonly routes: OwnRoutes;
  readonly tally: Tally;
}

interface Row {
  readonly peer: Peer;
  readonly view: PeerView;
  readonly tally: PeerTally;
}

/** Measures the event loop from the moment it is made. */
export class Metrics {
  readonly #measured: Measured;
  readonly #delay: ReturnType<typeof monitorEventLoopDelay>;

  constructor(measured: Measured) {
    this.#measured = measured;
    this.#delay = monitorEventLoopDelay({ resolution: RESOLUTION });
    this.#delay.enable();
  }

  /** Measures no more. */
  stop(): void {
    this.#delay.disable();
  }

  /** All metrics, in the text format of Prometheus. */
  text(): string {
    const { speaker, routes, tally } = this.#measured;
    const rows = speaker.peers().map((peer) => ({ peer, view: peer.view(), tally: tally.of(peer) }));
    const out = new Exposition();
    out.family("bgpwire_build_info", "gauge", "The version of bgpwire and of Node.js.");
    out.sample(1, { version: version(), node: process.versions.node });
    writePeers(out, rows);
    writeRanges(out, speaker);
    writeMessages(out, rows);
    writeRoutes(out, rows, routes.size);
    this.#writeProcess(out);
    return out.text();
  }

  #writeProcess(out: Exposition): void {
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    out.family("process_start_time_seconds", "gauge", "When the process started, in seconds since 1970.");
    out.sample(performance.timeOrigin / 1000);
    out.family("process_cpu_seconds_total", "counter", "Time of the processor, of the user and of the system.");
    out.sample((user + system) / 1e6);
    out.family("process_resident_memory_bytes", "gauge", "Memory of the process.").sample(rss);
    out.family("nodejs_heap_size_used_bytes", "gauge", "Memory of objects.").sample(heapUsed);
    const delay = this.#delay;
    const name = "bgpwire_event_loop_delay_seconds";
    out.family(name, "summary", "How late the event loop is, since the start.");
    for (const quantile of [0.5, 0.9, 0.99]) {
      out.sample(lateness(delay.percentile(100 * quantile)), { quantile: String(quantile) });
    }
    out
      .sample(delay.count === 0 ? 0 : lateness(delay.mean) * delay.count, {}, "_sum")
      .sample(delay.count, {}, "_count");
    out.family("bgpwire_event_loop_delay_max_seconds", "gauge", "The longest delay of the event loop since the start.");
    out.sample(lateness(delay.max));
  }
}

function writePeers(out: Exposition, rows: readonly Row[]): void {
  out.family("bgpwire_peers", "gauge", "Number of peers by state of their FSM (RFC 4271 section 8).");
  for (const state of STATES) out.sample(rows.filter(({ view }) => view.state === state).length, { state });
  out.family("bgpwire_peer_up", "gauge", "1 where the session is Established.");
  for (const { peer, view } of rows) out.sample(isUp(view), { peer: peer.id });
  out.family("bgpwire_peer_state", "gauge", "1 for the state that the peer is in.");
  for (const { peer, view } of rows) {
    for (const state of STATES) out.sample(view.state === state ? 1 : 0, { peer: peer.id, state });
  }
  out.family(
    "bgpwire_peer_state_start_time_seconds",
    "gauge",
    "Since when it is in this state, in seconds since 1970.",
  );
  for (const { peer, view } of rows) out.sample((performance.timeOrigin + view.since) / 1000, { peer: peer.id });
  out.family("bgpwire_peer_sessions_total", "counter", "Sessions that came up.");
  for (const { peer, view } of rows) out.sample(view.counters.established, { peer: peer.id });
  out.family(
    "bgpwire_peer_bfd_up",
    "gauge",
    "1 where BFD is up, 0 where it is not; only of peers that something was said of.",
  );
  for (const { peer, view } of rows) if (view.bfd !== null) out.sample(view.bfd === "up" ? 1 : 0, { peer: peer.id });
  out.family("bgpwire_peer_flaps_total", "counter", "Sessions that were up and ended.");
  for (const { peer, view } of rows) out.sample(view.counters.established - isUp(view), { peer: peer.id });
}

function writeRanges(out: Exposition, speaker: Speaker): void {
  const ranges = speaker.listenRanges();
  out.family("bgpwire_listen_range_peers", "gauge", "Peers that a listen range has made and that are there now.");
  for (const { prefix, localAddress, peers } of ranges) out.sample(peers, rangeLabels(prefix, localAddress));
  out.family("bgpwire_listen_range_limit", "gauge", "Most peers of a listen range at a time.");
  for (const { prefix, localAddress, limit } of ranges) out.sample(limit, rangeLabels(prefix, localAddress));
}

/** Ranges of one prefix differ in the local address. */
function rangeLabels(prefix: string, localAddress: string | null): Readonly<Record<string, string>> {
  return localAddress === null ? { range: prefix } : { range: prefix, local: localAddress };
}

function writeMessages(out: Exposition, rows: readonly Row[]): void {
  out.family("bgpwire_peer_messages_total", "counter", "Messages by direction and type.");
  for (const { peer, view } of rows) {
    for (const direction of DIRECTIONS) {
      for (const [name, type] of MESSAGES) {
        out.sample(view.counters[direction][name], { peer: peer.id, direction, type });
      }
    }
  }
  out.family("bgpwire_peer_message_bytes_total", "counter", "Octets of messages, headers included.");
  for (const { peer, view } of rows) {
    for (const direction of DIRECTIONS) out.sample(view.counters[direction].octets, { peer: peer.id, direction });
  }
  const help = "UPDATEs of the peer that broke a rule, by rule and what was done about it (RFC 7606).";
  out.family("bgpwire_peer_malformed_updates_total", "counter", help);
  for (const { peer, tally } of rows) {
    for (const { rule, action, count } of tally.malformed) out.sample(count, { peer: peer.id, rule, action });
  }
}

function writeRoutes(out: Exposition, rows: readonly Row[], own: number): void {
  out.family("bgpwire_routes", "gauge", "Routes of our own.").sample(own);
  const help = "Routes in UPDATEs; one that is announced again counts again, as no table of the peer's routes is kept.";
  out.family("bgpwire_peer_routes_total", "counter", help);
  for (const { peer, tally } of rows) {
    for (const direction of DIRECTIONS) {
      for (const action of ["announced", "withdrawn"] as const) {
        out.sample(tally.routes[direction][action], { peer: peer.id, direction, action });
      }
    }
  }
}

function isUp({ state }: PeerView): 0 | 1 {
  return state === "Established" ? 1 : 0;
}

/** From what the histogram has, in nanoseconds, to seconds. */
function lateness(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - RESOLUTION / 1000);
}
