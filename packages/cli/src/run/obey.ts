// Does what a command says, whoever gave it.
import {
  familiesOf,
  familyName,
  includesFamily,
  multiprotocol,
  type CapabilityChange,
  type Negotiated,
  type Peer,
  type Session,
  type Speaker,
} from "@bgpwire/core";
import type { Announcement } from "../announce/announcement.ts";
import { InputError } from "../config/input-error.ts";
import { BFD_WORDS, describePeer, describePeerWhole, describeRefresh, errorText } from "../output/describe.ts";
import type { EventOwnRoute, RunEvent } from "../output/events.ts";
import { COMMANDS, parseCommand, type Command } from "./commands.ts";
import type { PeerChoice, PlannedOf } from "./peer-choice.ts";
import type { Shared } from "./plugin.ts";

/** Rows of a table in one line of an answer. */
const PAGE = 64;

/** Peers that are named to somebody who has named none; the rest is counted. */
const MAX_NAMED = 8;

/** What commands work on. */
export interface Commanded extends Shared {
  readonly speaker: Speaker;
  readonly plannedOf: PlannedOf;
  /** Reads the configuration file again; what came of it. Never rejects. */
  reload(): Promise<RunEvent>;
  stop(why: string): void;
  /** The same without a NOTIFICATION. */
  leave(): void;
}

/** Whoever gave the command. */
export interface Asker {
  /** Takes what is to be said. */
  answer(event: RunEvent): void;
  /** Resolves, in a later turn of the event loop, when more can be said: to false where nobody listens any more. */
  room(): Promise<boolean>;
}

/**
 * Does what a line says. A mistake is one answer, and nothing else happens.
 *
 * @param line null where it is too long
 * @returns a promise where it takes more than this turn of the event loop
 */
export function obey(line: string | null, run: Commanded, asker: Asker): Promise<void> | void {
  const text = line?.trim() ?? "";
  try {
    if (line === null) throw new InputError("the line is too long");
    const command = parseCommand(text);
    if (command === null) return undefined;
    return carryOut(command, run, asker, (said) =>
      asker.answer({ type: "command", command: text, ok: true, text: said }),
    );
  } catch (error) {
    return asker.answer({ type: "command", command: text, ok: false, text: errorText(error) });
  }
}

/** @param accept called with the answer once the command is known to be sound, before its effects are reported */
function carryOut(
  command: Command,
  run: Commanded,
  asker: Asker,
  accept: (said: string) => void,
): Promise<void> | void {
  const { speaker, routes, sessions } = run;
  switch (command.name) {
    case "announce": {
      const { prefix, pathId } = command.announcement;
      routes.set(command.announcement);
      accept(`announcing ${prefix}`);
      for (const { advertiser } of sessions.values()) advertiser.changed(prefix, [pathId]);
      return;
    }
    case "withdraw": {
      const gone = routes.delete(command.prefix, command.pathId);
      if (gone.length === 0) throw new InputError(`${command.prefix} is not announced`);
      accept(`withdrawing ${command.prefix}`);
      for (const { advertiser } of sessions.values()) advertiser.changed(command.prefix, gone);
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
    case "bfd": {
      const peer = peerNamed(speaker, command.peer);
      const { status } = command;
      const before = peer.view().bfd;
      accept(`BFD of ${peer.id} is ${BFD_WORDS[status]}${before === status ? " as before" : ""}`);
      peer.bfd(status, command.independent);
      return;
    }
    case "activate":
    case "deactivate": {
      const { name, family } = command;
      const peer = peerNamed(speaker, command.peer);
      const session = sessionOf(peer, run);
      const { negotiated } = session;
      const action = name === "activate" ? "advertise" : "remove";
      const change: CapabilityChange = { action, capability: multiprotocol(family.afi, family.safi) };
      if (!negotiated.dynamicCapability) throw new InputError(`${peer.id} ${whyNotDynamic(negotiated)}`);
      const others = familiesOf(negotiated.localOpen.capabilities).filter((one) => !includesFamily([family], one));
      if (name === "deactivate" && others.length === 0) {
        throw new InputError(`${peer.id} would have no address family any more; shutdown ends its session`);
      }
      const { status } = session.sendCapabilities([change]);
      if (status !== "sent") throw new InputError(`${peer.id} takes nothing at the moment`);
      const text = familyName(family);
      accept(name === "activate" ? `offering ${text} to ${peer.id}` : `taking back ${text} from ${peer.id}`);
      sessions.get(session)?.advertiser.familiesChanged(negotiated);
      return;
    }
    case "refresh": {
      const { family } = command;
      const peer = peerNamed(speaker, command.peer);
      const session = sessionOf(peer, run);
      const { status } = session.sendRouteRefresh(family.afi, family.safi);
      if (status === "blocked") throw new InputError(`${peer.id} takes nothing at the moment`);
      if (status !== "sent") throw new InputError(`${peer.id} takes no ROUTE-REFRESH for ${familyName(family)}`);
      accept(`asking ${peer.id} for ${familyName(family)}`);
      run.reporter.report(describeRefresh(session, "sent", { ...family, subtype: 0, body: new Uint8Array(0) }));
      return;
    }
    case "reload":
      return run.reload().then((event) => asker.answer(event));
    case "stop":
      accept("stopping");
      run.stop("the command stop");
      return;
    case "leave":
      accept("leaving without a NOTIFICATION");
      run.leave();
      return;
    case "show":
      if (command.what === "peers") return tellPeers(command.choice, run, asker);
      if (command.what === "routes") {
        const all = [...routes.list(4, Infinity), ...routes.list(6, Infinity)].map(describeOwnRoute);
        return inPages(all, asker, (page, more) => ({ type: "routes", routes: page, more }));
      }
      const peer = peerNamed(speaker, command.peer);
      const details = describePeerWhole(peer, run.plannedOf(peer), performance.now());
      return asker.answer({ type: "peer", peer: peer.id, details });
    case "help":
      accept(COMMANDS.map(([usage, what]) => `${usage}: ${what}`).join("\n"));
  }
}

/** @throws InputError where none is up */
function sessionOf(peer: Peer, { sessions }: Commanded): Session {
  const session = [...sessions.keys()].find((one) => one.peer.id === peer.id);
  if (session === undefined) throw new InputError(`${peer.id} has no session`);
  return session;
}

/** Why a session takes no CAPABILITY messages. */
function whyNotDynamic({ localOpen, remoteOpen }: Negotiated): string {
  const [ours, theirs] = [localOpen, remoteOpen].map(({ capabilities }) =>
    capabilities.find(({ code }) => code === 67),
  );
  if (ours === undefined) return "has no dynamic-capability among its options";
  if (theirs === undefined) return "has no capability 67, by which capabilities change";
  return "lists codes in capability 67, as later revisions of its draft have it, whose messages are not supported";
}

function describeOwnRoute({ prefix, pathId, attributes }: Announcement): EventOwnRoute {
  return Object.assign({ prefix, pathId }, attributes);
}

/** Listen ranges belong to a list of all peers. */
function tellPeers(choice: PeerChoice | null, { speaker, plannedOf }: Commanded, asker: Asker): Promise<void> | void {
  const chosen = speaker.peers().filter((peer) => choice === null || choice(peer, plannedOf));
  const ranges = (choice === null ? speaker.listenRanges() : []).map((one) => ({
    prefix: one.prefix,
    limit: one.limit,
    peers: one.peers,
  }));
  const now = performance.now();
  return inPages(chosen, asker, (page, more) => {
    const peers = page.map((peer) => describePeer(peer, plannedOf(peer), now));
    return { type: "peers", peers, ranges: more ? [] : ranges, more };
  });
}

/** Tells a table in lines of so many rows that each is quickly made and read; one line where there are none. */
function inPages<T>(
  rows: readonly T[],
  asker: Asker,
  line: (page: readonly T[], more: boolean) => RunEvent,
): Promise<void> | void {
  asker.answer(line(rows.slice(0, PAGE), rows.length > PAGE));
  return rows.length > PAGE ? goOn() : undefined;

  async function goOn(): Promise<void> {
    for (let start = PAGE; start < rows.length; start += PAGE) {
      if (!(await asker.room())) return;
      const end = start + PAGE;
      asker.answer(line(rows.slice(start, end), end < rows.length));
    }
  }
}

/** The peer with this id, or the only one with this address. @throws InputError where there is none */
function peerNamed(speaker: Speaker, name: string): Peer {
  const peer = speaker.getPeer(name);
  if (peer !== null) return peer;
  const ids = speaker.peers().map((one) => one.id);
  const rest = ids.length > MAX_NAMED ? ` and ${ids.length - MAX_NAMED} more` : "";
  const known = ids.length === 0 ? "none" : `${ids.slice(0, MAX_NAMED).join(", ")}${rest}`;
  throw new InputError(`there is no peer ${JSON.stringify(name)}; known: ${known}`);
}
