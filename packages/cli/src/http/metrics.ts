// What `/metrics` tells: the peers with their counters, our routes, and the process.
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { MessageCounters, Peer, PeerView, Speaker } from "@bgpwire/core";
import type { OwnRoutes } from "../announce/own-routes.ts";
import type { PeerChoice, PlannedOf } from "../run/peer-choice.ts";
import { version } from "../version.ts";
import { Exposition, type MetricType } from "./exposition.ts";
import type { PeerTally, Tally } from "./tally.ts";

const STATES = ["Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established"] as const;

/** Types of messages, as counters and as labels have them. */
const MESSAGES: readonly (readonly [keyof MessageCounters, string])[] = [
  ["open", "open"],
  ["update", "update"],
  ["notification", "notification"],
  ["keepalive", "keepalive"],
  ["routeRefresh", "route_refresh"],
  ["capability", "capability"],
];

const DIRECTIONS = ["received", "sent"] as const;

/** How often the event loop is looked at, in milliseconds. A timer that is on time is this late in the histogram. */
const RESOLUTION = 20;

/** What is told of. */
export interface Measured {
  readonly speaker: Speaker;
  readonly routes: OwnRoutes;
  readonly tally: Tally;
  readonly plannedOf: PlannedOf;
}

/** What of a peer all families are written from, as it was at one moment. */
interface Row extends Pick<PeerView, "state" | "since" | "bfd" | "counters"> {
  readonly peer: Peer;
  readonly group: string | null;
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

  /**
   * All metrics in the text format of Prometheus, some lines at a time; empty texts stand for work without lines.
   *
   * @param choice the peers that are told of; null: all
   */
  *rows(choice: PeerChoice | null): Generator<string> {
    const { speaker, routes, tally, plannedOf } = this.#measured;
    const out = new Exposition();
    out.family("bgpwire_build_info", "gauge", "The version of bgpwire and of Node.js.");
    out.sample(1, { version: version(), node: process.versions.node });
    const rows: Row[] = [];
    for (const peer of speaker.peers()) {
      if (choice === null || choice(peer, plannedOf)) {
        const { state, since, bfd, counters } = peer.view();
        const group = plannedOf(peer)?.group ?? null;
        rows.push({ peer, group, state, since, bfd, counters, tally: tally.of(peer) });
      }
      yield out.take();
    }
    out.family("bgpwire_peers", "gauge", "Number of peers by state of their FSM (RFC 4271 section 8).");
    for (const state of STATES) out.sample(rows.filter((row) => row.state === state).length, { state });
    writeRanges(out, speaker);
    out.family("bgpwire_routes", "gauge", "Routes of our own.").sample(routes.size);
    this.#writeProcess(out);
    for (const { name, type, help, write } of OF_PEERS) {
      out.family(name, type, help);
      for (const row of rows) {
        write(out, row);
        yield out.take();
      }
    }
    yield out.take();
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

/** A family with samples of each peer. */
interface OfPeers {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  write(out: Exposition, row: Row): void;
}

/**
 * A peer has all of its series from the beginning, zeros too: a counter that only came with its first session would hide from `rate` and
 * `increase` what that session began with, which is a whole table.
 */
const OF_PEERS: readonly OfPeers[] = [
  {
    name: "bgpwire_peer_info",
    type: "gauge",
    help: "1, with the group that the configuration puts the peer in; only of peers that are in one.",
    write(out, { peer, group }) {
      if (group !== null) out.sample(1, { peer: peer.id, group });
    },
  },
  {
    name: "bgpwire_peer_up",
    type: "gauge",
    help: "1 where the session is Established.",
    write: (out, { peer, state }) => out.sample(isUp(state), { peer: peer.id }),
  },
  {
    name: "bgpwire_peer_state",
    type: "gauge",
    help: "1 for the state that the peer is in.",
    write(out, row) {
      for (const state of STATES) out.sample(row.state === state ? 1 : 0, { peer: row.peer.id, state });
    },
  },
  {
    name: "bgpwire_peer_state_start_time_seconds",
    type: "gauge",
    help: "Since when it is in this state, in seconds since 1970.",
    write: (out, { peer, since }) => out.sample((performance.timeOrigin + since) / 1000, { peer: peer.id }),
  },
  {
    name: "bgpwire_peer_sessions_total",
    type: "counter",
    help: "Sessions that came up.",
    write: (out, { peer, counters }) => out.sample(counters.established, { peer: peer.id }),
  },
  {
    name: "bgpwire_peer_bfd_up",
    type: "gauge",
    help: "1 where BFD is up, 0 where it is not; only of peers that something was said of.",
    write(out, { peer, bfd }) {
      if (bfd !== null) out.sample(bfd === "up" ? 1 : 0, { peer: peer.id });
    },
  },
  {
    name: "bgpwire_peer_flaps_total",
    type: "counter",
    help: "Sessions that were up and ended.",
    write: (out, { peer, state, counters }) => out.sample(counters.established - isUp(state), { peer: peer.id }),
  },
  {
    name: "bgpwire_peer_messages_total",
    type: "counter",
    help: "Messages by direction and type.",
    write(out, { peer, counters }) {
      for (const direction of DIRECTIONS) {
        for (const [name, type] of MESSAGES) out.sample(counters[direction][name], { peer: peer.id, direction, type });
      }
    },
  },
  {
    name: "bgpwire_peer_message_bytes_total",
    type: "counter",
    help: "Octets of messages, headers included.",
    write(out, { peer, counters }) {
      for (const direction of DIRECTIONS) out.sample(counters[direction].octets, { peer: peer.id, direction });
    },
  },
  {
    name: "bgpwire_peer_malformed_updates_total",
    type: "counter",
    help: "UPDATEs of the peer that broke a rule, by rule and what was done about it (RFC 7606).",
    write(out, { peer, tally }) {
      for (const { rule, action, count } of tally.malformed) out.sample(count, { peer: peer.id, rule, action });
    },
  },
  {
    name: "bgpwire_peer_routes_total",
    type: "counter",
    help: "Routes in UPDATEs; one that is announced again counts again, as no table of the peer's routes is kept.",
    write(out, { peer, tally }) {
      for (const direction of DIRECTIONS) {
        for (const action of ["announced", "withdrawn"] as const) {
          out.sample(tally.routes[direction][action], { peer: peer.id, direction, action });
        }
      }
    },
  },
];

function isUp(state: PeerView["state"]): 0 | 1 {
  return state === "Established" ? 1 : 0;
}

/** From what the histogram has, in nanoseconds, to seconds. */
function lateness(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - RESOLUTION / 1000);
}
