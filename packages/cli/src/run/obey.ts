// Does what a command says, whoever gave it.
import { familyName, type Peer, type Speaker } from "@bgpwire/core";
import type { Announcement } from "../announce/announcement.ts";
import { InputError } from "../config/input-error.ts";
import { BFD_WORDS, describePeer, describePeerWhole, describeRefresh, errorText } from "../output/describe.ts";
import type { EventOwnRoute, EventPeer, RunEvent } from "../output/events.ts";
import { COMMANDS, parseCommand, type Command } from "./commands.ts";
import type { Shared } from "./plugin.ts";

/** Rows of a table in one line of an answer. */
const PAGE = 64;

/** Peers that are named to somebody who has named none; the rest is counted. */
const MAX_NAMED = 8;

/** What commands work on. */
export interface Commanded extends Shared {
  readonly speaker: Speaker;
  /** Reads the configuration file again; what came of it. */
  reload(): RunEvent;
  stop(why: string): void;
  /** The same without a NOTIFICATION. */
  leave(): void;
}

/** Takes what is to be said to whoever gave the command. */
export type Answer = (event: RunEvent) => void;

/** Does what a line says. A mistake is one answer, and nothing else happens. @param line null where it is too long */
export function obey(line: string | null, run: Commanded, answer: Answer): void {
  const text = line?.trim() ?? "";
  try {
    if (line === null) throw new InputError("the line is too long");
    const command = parseCommand(text);
    if (command === null) return;
    carryOut(command, run, answer, (said) => answer({ type: "command", command: text, ok: true, text: said }));
  } catch (error) {
    answer({ type: "command", command: text, ok: false, text: errorText(error) });
  }
}

/** @param accept called with the answer once the command is known to be sound, before its effects are reported */
function carryOut(command: Command, run: Commanded, answer: Answer, accept: (said: string) => void): void {
  const { speaker, routes, sessions } = run;
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
    case "bfd": {
      const peer = peerNamed(speaker, command.peer);
      const { status } = command;
      const before = peer.view().bfd;
      accept(`BFD of ${peer.id} is ${BFD_WORDS[status]}${before === status ? " as before" : ""}`);
      peer.bfd(status, command.independent);
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
      run.reporter.report(describeRefresh(session, "sent", { ...family, subtype: 0, body: new Uint8Array(0) }));
      return;
    }
    case "reload":
      answer(run.reload());
      return;
    case "stop":
      accept("stopping");
      run.stop("the command stop");
      return;
    case "leave":
      accept("leaving without a NOTIFICATION");
      run.leave();
      return;
    case "show":
      if (command.what === "peer") {
        const peer = peerNamed(speaker, command.peer);
        answer({ type: "peer", peer: peer.id, details: describePeerWhole(peer, performance.now()) });
      } else if (command.what === "peers") {
        const now = performance.now();
        const describe = (peer: Peer): EventPeer => describePeer(peer, now);
        const ranges = speaker
          .listenRanges()
          .map(({ prefix, limit, peers: count }) => ({ prefix, limit, peers: count }));
        inPages(speaker.peers(), (page, more) =>
          answer({ type: "peers", peers: page.map(describe), ranges: more ? [] : ranges, more }),
        );
      } else {
        inPages([...routes.list(4, Infinity), ...routes.list(6, Infinity)], (page, more) =>
          answer({ type: "routes", routes: page.map(describeOwnRoute), more }),
        );
      }
      return;
    case "help":
      accept(COMMANDS.map(([usage, what]) => `${usage}: ${what}`).join("\n"));
  }
}

function describeOwnRoute({ prefix, pathId, attributes }: Announcement): EventOwnRoute {
  return Object.assign({ prefix, pathId }, attributes);
}

/** Tells a table in lines of so many rows that each is quickly read; one line where there are none. */
function inPages<T>(rows: readonly T[], tell: (page: readonly T[], more: boolean) => void): void {
  let start = 0;
  do {
    const end = start + PAGE;
    tell(rows.slice(start, end), end < rows.length);
    start = end;
  } while (start < rows.length);
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
