// `bgpwire demo`: two speakers in one process. One plays a table, the other takes it on a loopback port, shows what came
// and then sends it to every router that connects.
import { createServer, type AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import type { Family, Plugin, Session } from "@bgpwire/core";
import type { RouteGroup } from "../announce/announcement.ts";
import { Afi, enhancedRouteRefresh, familyName, multiprotocol, routeRefresh, Safi } from "@bgpwire/core";
import { createSpeaker } from "@bgpwire/transport-node";
import { ExitCode } from "../exit-code.ts";
import { describeRefresh, describeSession, describeSpeakerEvent } from "../output/describe.ts";
import { numberText } from "../output/number-text.ts";
import { createReporter, type Reporter } from "../output/reporter.ts";
import { createSink, type Sink } from "../output/sink.ts";
import { updateReader } from "../output/update-reader.ts";
import { onStopSignal } from "../stop-signals.ts";
import { TableSummary } from "../table/summary.ts";
import { UpdateLimiter } from "./limiter.ts";
import { playTable } from "./player.ts";
import { startProgress, type Progress } from "./progress.ts";
import { groupOf, relayTable } from "./relay.ts";
import { routerSnippets } from "./routers.ts";
import { generatedTable, recordedTable, type Table } from "./source.ts";
import { summaryText } from "./summary-text.ts";

/** What was asked for. */
export interface DemoOptions {
  /** End when the table has arrived. */
  readonly once: boolean;
  /** Null: 1790, or any free port when that is taken. */
  readonly port: number | null;
  /** Null: play the recording. */
  readonly generate: { readonly routes: number; readonly seed: number } | null;
}

/** RFC 5398: AS numbers for documentation. The player's is the one the recording was made with. */
const COLLECTOR_AS = 64_496;
const PLAYER_AS = 64_500;

const DEFAULT_PORT = 1790;
const LOOPBACK = "127.0.0.1";

const FAMILIES: readonly Family[] = [
  { afi: Afi.IPv4, safi: Safi.Unicast },
  { afi: Afi.IPv6, safi: Safi.Unicast },
];
const CAPABILITIES = [
  ...FAMILIES.map(({ afi, safi }) => multiprotocol(afi, safi)),
  routeRefresh(),
  enhancedRouteRefresh(),
];

/** What the collector has received. */
interface Received {
  readonly summary: TableSummary;
  readonly groups: RouteGroup[];
  octets: number;
  first: number;
  last: number;
}

/** Runs the demo. @returns the exit code */
export async function demo(options: DemoOptions): Promise<number> {
  let stop!: (why: string) => void;
  const stopped = new Promise<string>((resolve) => {
    stop = resolve;
  });
  const sink = createSink(process.stdout, process.env, () => stop("standard output is closed"));
  const removeSignals = onStopSignal((signal) => stop(signal));
  const reporter = createReporter(sink, "text");
  const table =
    options.generate === null ? recordedTable() : generatedTable({ ...options.generate, localAs: PLAYER_AS });
  const port = await choosePort(options.port);
  // The player sits on IPv6 loopback, so that IPv4 loopback is free for routers; without IPv6 it takes another address.
  const playerAddress = hasIPv6Loopback() ? "::1" : "127.0.0.2";
  const collectorAddress = playerAddress === "::1" ? "::1" : LOOPBACK;

  const received: Received = { summary: new TableSummary(), groups: [], octets: 0, first: 0, last: 0 };
  const arrival = createArrival(received, table, sink, reporter);

  const collector = createSpeaker({
    routerId: "192.0.2.1",
    listen: [...new Set([collectorAddress, LOOPBACK])].map((address) => ({ address, port })),
    onEvent: (event) => reporter.report(describeSpeakerEvent(event, performance.now())),
  });
  collector.addPeer(
    {
      remoteAddress: playerAddress,
      localAs: COLLECTOR_AS,
      remoteAs: PLAYER_AS,
      passive: true,
      capabilities: CAPABILITIES,
    },
    arrival.plugin,
  );
  collector.addListenRange(
    { prefix: "127.0.0.0/8", localAs: COLLECTOR_AS, remoteAs: "any", capabilities: CAPABILITIES },
    routerPlugin(received, reporter),
  );
  const player = createSpeaker({ routerId: "192.0.2.2" });
  player.addPeer(
    {
      remoteAddress: collectorAddress,
      remotePort: port,
      ...(playerAddress === "::1" ? {} : { localAddress: playerAddress }),
      localAs: PLAYER_AS,
      remoteAs: COLLECTOR_AS,
      capabilities: CAPABILITIES,
      connectRetryTime: 1,
    },
    { onEstablished: (session) => void playTable(session, table) },
  );

  for (const line of introduction(table, sink)) sink.line(line);
  let code: number = ExitCode.Ok;
  try {
    await collector.start();
    for (const listener of collector.listeners) {
      reporter.report({ type: "listening", address: listener.address, port: listener.port });
    }
    await player.start();
    const outcome = await Promise.race([arrival.done, stopped]);
    if (outcome === "arrived") {
      sink.line("");
      const millis = received.last - received.first;
      for (const line of summaryText(received.summary, { millis, octets: received.octets }, sink.colours))
        sink.line(line);
      if (!options.once) {
        for (const line of invitation(port, sink)) sink.line(line);
        await stopped;
      }
    } else if (outcome === "lost") {
      sink.line("the session ended before the table had arrived");
      code = ExitCode.Failed;
    }
  } finally {
    await Promise.all([player.stop("the demo is over"), collector.stop("the demo is over")]);
    removeSignals();
  }
  return code;
}

function introduction(table: Table, sink: Sink): readonly string[] {
  return [
    sink.colours.bold("bgpwire: two speakers in one process, one session on loopback, one large table"),
    table.recording === null
      ? `${numberText(table.routes)} invented routes, made from seed ${table.seed}`
      : `${numberText(table.routes)} invented routes, recorded from ${table.recording.router} on ${table.recording.date}`,
    "",
  ];
}

function invitation(port: number, sink: Sink): readonly string[] {
  const at = { address: LOOPBACK, port, as: COLLECTOR_AS };
  const lines = [
    "",
    sink.colours.bold("Point a router at it"),
    `It waits at ${LOOPBACK} port ${port} as AS ${COLLECTOR_AS}, takes any AS number from 127.0.0.0/8 and sends the table.`,
    "What the router announces is shown here.",
  ];
  for (const snippet of routerSnippets(at)) {
    lines.push(
      "",
      `${sink.colours.bold(snippet.router)}  ${snippet.file}`,
      ...snippet.lines.map((line) => `    ${line}`),
    );
  }
  return [...lines, "", "It stays up until Ctrl-C."];
}

/** The collector's side of the player's session. */
function createArrival(received: Received, table: Table, sink: Sink, reporter: Reporter) {
  let finish!: (outcome: "arrived" | "lost") => void;
  const done = new Promise<"arrived" | "lost">((resolve) => {
    finish = resolve;
  });
  const missing = new Set(FAMILIES.map(familyName));
  let progress: Progress | null = null;

  const plugin: Plugin = {
    onEstablished(session) {
      reporter.report(describeSession(session));
      const read = updateReader(session, "received");
      progress = startProgress(sink, table.routes, () => received.summary.routes);
      return (update) => {
        if (received.first === 0) received.first = performance.now();
        const { event, notification } = read(update);
        received.summary.add(event);
        received.octets += update.end - update.start + 19;
        const group = groupOf(event);
        if (group !== null) received.groups.push(group);
        if (event.endOfRib !== null) missing.delete(event.endOfRib);
        if (missing.size === 0 && progress !== null) {
          received.last = performance.now();
          progress.end();
          progress = null;
          finish("arrived");
        }
        return notification;
      };
    },
    onClose() {
      progress?.end();
      progress = null;
      finish("lost");
    },
  };
  return { done, plugin };
}

/** Routers that connect: they get the table, and what they say is shown. */
function routerPlugin(received: Received, reporter: Reporter): Plugin {
  return {
    onEstablished(session) {
      reporter.report(describeSession(session));
      const read = updateReader(session, "received");
      void relay(session, received, reporter, session.negotiated.families);
      const limiter = new UpdateLimiter(reporter);
      return (update) => {
        const { event, notification } = read(update);
        limiter.report(event);
        return notification ?? reporter.room();
      };
    },
    onRouteRefresh(session, refresh) {
      reporter.report(describeRefresh(session, "received", refresh));
      if (refresh.subtype === 0) void relay(session, received, reporter, [refresh]);
    },
  };
}

async function relay(
  session: Session,
  received: Received,
  reporter: Reporter,
  families: readonly Family[],
): Promise<void> {
  const started = performance.now();
  const routes = await relayTable(session, received.groups, families);
  if (routes === null) return;
  const seconds = (performance.now() - started) / 1000;
  const text = `sent ${numberText(routes)} routes in ${seconds.toFixed(2)} s`;
  reporter.report({ type: "note", peer: session.peer.id, text });
}

function hasIPv6Loopback(): boolean {
  return Object.values(networkInterfaces()).some((list) => list?.some((one) => one.address === "::1"));
}

/** The port that was asked for; else the usual one, or any free one when that is taken. */
async function choosePort(asked: number | null): Promise<number> {
  if (asked !== null && asked !== 0) return asked;
  if (asked === null && (await freePort(DEFAULT_PORT)) !== null) return DEFAULT_PORT;
  return (await freePort(0)) ?? DEFAULT_PORT;
}

/** Whether a port can be listened on just now; for port 0, one that can. */
function freePort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(port, LOOPBACK, () => {
      const { port: found } = server.address() as AddressInfo;
      server.close(() => resolve(found));
    });
  });
}
