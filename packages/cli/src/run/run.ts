// `bgpwire run`: a speaker from a plan, reporting what happens and doing what is typed, until it is told to stop.
import { ConfigError, familyName, type Family, type Peer, type Plugin, type Session } from "@bgpwire/core";
import { createSpeaker } from "@bgpwire/transport-node";
import { Advertiser } from "../announce/advertiser.ts";
import { OwnRoutes } from "../announce/own-routes.ts";
import { Stations } from "../bmp/stations.ts";
import { InputError } from "../config/input-error.ts";
import type { PlannedPeer, RunPlan } from "../config/plan.ts";
import { ExitCode } from "../exit-code.ts";
import { describePeer, describeRefresh, describeSession, describeSpeakerEvent, errorText } from "../output/describe.ts";
import { createReporter, type Reporter } from "../output/reporter.ts";
import { createSink } from "../output/sink.ts";
import { updateReader } from "../output/update-reader.ts";
import { Recording } from "../record/recording.ts";
import { onStopSignal } from "../stop-signals.ts";
import { version } from "../version.ts";
import { COMMANDS, parseCommand, type Command } from "./commands.ts";
import { readLines } from "./lines.ts";

type Speaker = ReturnType<typeof createSpeaker>;

/**
 * Runs a speaker until SIGINT, SIGTERM or the end of whoever reads our output.
 *
 * @returns the exit code
 * @throws InputError for what the plan asks for and the core refuses, and for a file that cannot be recorded to
 */
export async function run(plan: RunPlan): Promise<number> {
  let stop!: (why: string) => void;
  const stopped = new Promise<string>((resolve) => {
    stop = resolve;
  });
  const err = createSink(process.stderr, process.env, () => {});
  const recording = plan.record === null ? null : await Recording.create(plan.record, err);
  const sink = createSink(process.stdout, process.env, () => stop("standard output is closed"));
  const reporter = createReporter(sink, plan.format ?? (sink.terminal ? "text" : "json"));
  const removeSignals = onStopSignal((signal) => stop(signal));

  const speaker = createSpeaker({
    routerId: plan.routerId,
    listen: plan.listen,
    onEvent: (event) => reporter.report(describeSpeakerEvent(event, performance.now())),
    ...(recording === null ? {} : { recorder: recording }),
  });
  const routes = new OwnRoutes();
  for (const route of plan.announcements) routes.set(route);
  const sessions = new Map<Session, Advertiser>();
  const stations = new Stations(plan.bmp, version(), reporter, (session, take) => sessions.get(session)?.tellAll(take));
  for (const peer of plan.peers) {
    const restarting = peer.options.gracefulRestart?.restarting === true;
    addPeer(speaker, peer, createPlugin(routes, sessions, stations, reporter, restarting));
  }

  try {
    await speaker.start();
  } catch (error) {
    removeSignals();
    await stations.stop();
    await recording?.end("could not listen");
    throw new Error(`cannot listen: ${errorText(error)} (--listen chooses another address, --no-listen none)`, {
      cause: error,
    });
  }
  for (const { address, port } of speaker.listeners) reporter.report({ type: "listening", address, port });

  const stopReading = readLines(process.stdin, (line) => obey(line, speaker, routes, sessions, reporter));
  const why = await stopped;
  stopReading();
  reporter.report({ type: "stopping", text: why });
  await speaker.stop();
  await stations.stop();
  await recording?.end(`stopped: ${why}`);
  reporter.report({ type: "stopped" });
  removeSignals();
  return ExitCode.Ok;
}

/** The core's names of what a configuration calls otherwise. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  remoteAddress: "address",
  remotePort: "port",
  remoteAs: "as",
  dampPeerOscillations: "damping",
};

function addPeer(speaker: Speaker, { from, range, options }: PlannedPeer, plugin: Plugin): void {
  try {
    if (range === null) {
      speaker.addPeer(options, plugin);
    } else {
      const { remoteAddress: _, ...rest } = options;
      speaker.addListenRange({ ...rest, prefix: range.prefix, limit: range.limit }, plugin);
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const message = error.field === "" ? error.message : error.message.slice(error.field.length + 2);
    const field = FIELD_NAMES[error.field] ?? error.field;
    throw new InputError(field === "" ? `${from}: ${message}` : `${from}: ${field}: ${message}`);
  }
}

function keyOf(peer: Peer, family: Family): string {
  return `${peer.id} ${familyName(family)}`;
}

/** @param restarting routes of a family wait for `onSelection` */
function createPlugin(
  routes: OwnRoutes,
  sessions: Map<Session, Advertiser>,
  stations: Stations,
  reporter: Reporter,
  restarting: boolean,
): Plugin {
  const selected = new Set<string>();
  return {
    onEstablished(session) {
      reporter.report(describeSession(session));
      const read = updateReader(session, "received");
      const advertiser = new Advertiser(session, routes, reporter, (update) => stations.sent(session, update));
      sessions.set(session, advertiser);
      stations.up(session);
      const { families } = session.negotiated;
      advertiser.announceAll(restarting ? families.filter((one) => selected.has(keyOf(session.peer, one))) : families);
      return (update) => {
        const { event, notification } = read(update);
        reporter.report(event);
        stations.received(session, update, event.action);
        // A NOTIFICATION ends the session as RFC 7606 asks; a full standard output holds the peer back.
        return notification ?? reporter.room();
      };
    },
    onSelection(peer, family) {
      selected.add(keyOf(peer, family));
      for (const [session, advertiser] of sessions) if (session.peer === peer) advertiser.announceAll([family]);
    },
    onRouteRefresh(session, refresh) {
      reporter.report(describeRefresh(session, "received", refresh));
      // RFC 7313 section 3.2: subtype 0 asks for the routes; 1 and 2 frame the peer's own.
      if (refresh.subtype === 0) sessions.get(session)?.refresh(refresh);
      if (refresh.subtype === 2) stations.complete(session, refresh);
    },
    onClose(session, reason) {
      stations.down(session, reason);
      sessions.get(session)?.close();
      sessions.delete(session);
    },
  };
}

/** Does what a line says. A mistake is one line of output, and nothing else happens. */
function obey(
  line: string | null,
  speaker: Speaker,
  routes: OwnRoutes,
  sessions: ReadonlyMap<Session, Advertiser>,
  reporter: Reporter,
): void {
  const text = line?.trim() ?? "";
  try {
    if (line === null) throw new InputError("the line is too long");
    const command = parseCommand(text);
    if (command === null) return;
    carryOut(command, speaker, routes, sessions, reporter, (answer) =>
      reporter.report({ type: "command", command: text, ok: true, text: answer }),
    );
  } catch (error) {
    reporter.report({ type: "command", command: text, ok: false, text: errorText(error) });
  }
}

/** @param accept called with the answer once the command is known to be sound, before its effects are reported */
function carryOut(
  command: Command,
  speaker: Speaker,
  routes: OwnRoutes,
  sessions: ReadonlyMap<Session, Advertiser>,
  reporter: Reporter,
  accept: (answer: string) => void,
): void {
  switch (command.name) {
    case "announce": {
      const { prefix, pathId } = command.announcement;
      routes.set(command.announcement);
      accept(`announcing ${prefix}`);
      for (const advertiser of sessions.values()) advertiser.changed(prefix, [pathId]);
      return;
    }
    case "withdraw": {
      const gone = routes.delete(command.prefix, command.pathId);
      if (gone.length === 0) throw new InputError(`${command.prefix} is not announced`);
      accept(`withdrawing ${command.prefix}`);
      for (const advertiser of sessions.values()) advertiser.changed(command.prefix, gone);
      return;
    }
    case "shutdown": {
      const peer = peerNamed(speaker, command.peer);
      accept(`shutting down ${peer.id}`);
      peer.disable(command.text);
      return;
    }
    case "reset": {
      const peer = peerNamed(speaker, command.peer);
      accept(`resetting ${peer.id}`);
      peer.reset(command.text);
      return;
    }
    case "enable": {
      const peer = peerNamed(speaker, command.peer);
      accept(`enabling ${peer.id}`);
      peer.enable();
      return;
    }
    case "refresh": {
      const { family } = command;
      const peer = peerNamed(speaker, command.peer);
      const session = [...sessions.keys()].find((one) => one.peer.id === peer.id);
      if (session === undefined) throw new InputError(`${peer.id} has no session`);
      const { status } = session.sendRouteRefresh(family.afi, family.safi);
      if (status === "blocked") throw new InputError(`${peer.id} takes nothing at the moment`);
      if (status !== "sent") throw new InputError(`${peer.id} takes no ROUTE-REFRESH for ${familyName(family)}`);
      accept(`asking ${peer.id} for ${familyName(family)}`);
      reporter.report(describeRefresh(session, "sent", { ...family, subtype: 0 }));
      return;
    }
    case "show":
      if (command.what === "peers") {
        const peers = speaker.peers().map((peer) => describePeer(peer, performance.now()));
        reporter.report({ type: "peers", peers });
      } else {
        const own = [...routes.list(4, true), ...routes.list(6, true)];
        reporter.report({
          type: "routes",
          routes: own.map((route) => Object.assign({ prefix: route.prefix, pathId: route.pathId }, route.attributes)),
        });
      }
      return;
    case "help":
      accept(COMMANDS.map(([usage, what]) => `${usage}: ${what}`).join("\n"));
  }
}

function peerNamed(speaker: Speaker, name: string): Peer {
  const peers = speaker.peers();
  const peer = peers.find((one) => one.id === name) ?? only(peers.filter((one) => one.remoteAddress === name));
  if (peer !== null) return peer;
  const known = peers.map((one) => one.id).join(", ");
  throw new InputError(`there is no peer ${JSON.stringify(name)}; known: ${known === "" ? "none" : known}`);
}

function only<T>(values: readonly T[]): T | null {
  return values.length === 1 ? values[0]! : null;
}
