// The commands that a speaker takes while it runs, on standard input and on its control socket: one per line. Reading a line
// is pure; what a command does is in obey.ts.
import { parseFamily, type BfdStatus, type Family } from "@bgpwire/core";
import type { Announcement } from "../announce/announcement.ts";
import { checkAnnouncement } from "../config/check.ts";
import { InputError, quote } from "../config/input-error.ts";
import { canonicalPrefix, planAnnouncement } from "../config/plan.ts";
import { parseAnnouncement } from "../config/spec.ts";
import { PEER_FILTERS, readPeerChoice, type PeerChoice } from "./peer-choice.ts";

/** A line that was understood. */
export type Command =
  | { readonly name: "announce"; readonly announcement: Announcement }
  | { readonly name: "withdraw"; readonly prefix: string; readonly pathId: number | null }
  | { readonly name: "shutdown"; readonly peer: string; readonly text: string }
  | { readonly name: "reset"; readonly peer: string; readonly text: string }
  | { readonly name: "enable"; readonly peer: string }
  | {
      readonly name: "bfd";
      readonly peer: string;
      readonly status: BfdStatus;
      /** BFD does not share its fate with the control plane. */
      readonly independent: boolean;
    }
  | { readonly name: "refresh"; readonly peer: string; readonly family: Family }
  | { readonly name: "activate" | "deactivate"; readonly peer: string; readonly family: Family }
  | { readonly name: "reload" }
  | { readonly name: "stop" }
  | { readonly name: "leave" }
  | { readonly name: "show"; readonly what: "peers"; readonly choice: PeerChoice | null }
  | { readonly name: "show"; readonly what: "routes" }
  | { readonly name: "show"; readonly what: "peer"; readonly peer: string }
  | { readonly name: "help" };

/** What may be typed, with a line of help each. */
export const COMMANDS: readonly (readonly [usage: string, what: string])[] = [
  [
    "announce PREFIX next-hop=ADDR [KEY=VALUE …]",
    "announce a route to all peers, or announce it anew; keys as in --announce",
  ],
  ["withdraw PREFIX [path-id=N]", "withdraw a route announced before"],
  ['shutdown PEER ["text"]', "end the session with Cease and stay down; the peer's operator sees the text"],
  ['reset PEER ["text"]', "end the session with Cease and start again"],
  ["enable PEER", "start a peer that was shut down"],
  [
    "bfd PEER up|down|admin-down [independent]",
    "tell what BFD says of the path; down ends the session (independent: and retains no routes, as BFD has the C bit)",
  ],
  ["refresh PEER FAMILY", "ask the peer to send its routes again (ROUTE-REFRESH)"],
  [
    "activate PEER FAMILY",
    "carry an address family from now on, over a session with dynamic-capability, until it ends",
  ],
  ["deactivate PEER FAMILY", "carry it no longer"],
  ["reload", "read the configuration file again, as SIGHUP does"],
  [
    "show peers [FILTER=VALUE …]",
    `list the peers with state and counters; filters are ${Object.keys(PEER_FILTERS).join(", ")}; show may be left out`,
  ],
  ["show peer PEER", "tell all that is known of a peer"],
  ["show routes", "list our own routes"],
  ["stop", "end all sessions with Cease, and the program"],
  ["leave", "end without a NOTIFICATION, so that peers with graceful restart retain our routes until we are back"],
  ["help", "list the commands"],
];

const BFD_STATUSES: Readonly<Record<string, BfdStatus>> = { up: "up", down: "down", "admin-down": "adminDown" };

/** In octets of UTF-8. RFC 9003 section 3: a text "SHOULD NOT be longer than 128 octets", because older peers refuse more. */
const MAX_SHUTDOWN_TEXT = 128;

/**
 * Reads one line. An empty line or one that starts with `#` is null.
 *
 * @throws InputError with one sentence for what is wrong
 */
export function parseCommand(line: string): Command | null {
  const words = splitWords(line);
  const [name, ...rest] = words;
  if (name === undefined || name.startsWith("#")) return null;
  switch (name) {
    case "announce": {
      if (rest.length === 0) throw usage(name);
      const value = parseAnnouncement(rest.join(" "), rest);
      return { name, announcement: planAnnouncement({ value, from: "announce" }) };
    }
    case "withdraw": {
      const [prefix, path, ...more] = rest;
      if (prefix === undefined || more.length > 0) throw usage(name);
      return { name, prefix: readPrefix(prefix), pathId: path === undefined ? null : readPathId(path) };
    }
    case "shutdown":
    case "reset": {
      const [peer, text = "", ...more] = rest;
      if (peer === undefined) throw usage(name);
      if (more.length > 0) throw new InputError(`${name}: put the text in quotation marks: ${name} ${peer} "…"`);
      const octets = new TextEncoder().encode(text).length;
      if (octets > MAX_SHUTDOWN_TEXT) {
        throw new InputError(`${name}: the text has ${octets} octets, at most ${MAX_SHUTDOWN_TEXT} fit (RFC 9003)`);
      }
      return { name, peer, text };
    }
    case "enable": {
      const [peer, ...more] = rest;
      if (peer === undefined || more.length > 0) throw usage(name);
      return { name, peer };
    }
    case "bfd": {
      const [peer, word = "", flag, ...more] = rest;
      const status = Object.hasOwn(BFD_STATUSES, word) ? BFD_STATUSES[word]! : null;
      const independent = flag === "independent";
      const odd = more.length > 0 || (flag !== undefined && (!independent || status !== "down"));
      if (peer === undefined || status === null || odd) throw usage(name);
      return { name, peer, status, independent };
    }
    case "activate":
    case "deactivate":
    case "refresh": {
      const [peer, text, ...more] = rest;
      if (peer === undefined || text === undefined || more.length > 0) throw usage(name);
      const family = parseFamily(text);
      if (family === null) {
        throw new InputError(`${name}: ${quote(text)} is not accepted; give an address family such as ipv4-unicast`);
      }
      return { name, peer, family };
    }
    case "reload":
    case "stop":
    case "leave": {
      if (rest.length > 0) throw usage(name);
      return { name };
    }
    case "peers":
    case "peer":
    case "routes":
      return readShow(words);
    case "show":
      return readShow(rest);
    case "help":
    case "?":
      return { name: "help" };
    default:
      throw new InputError(`there is no command ${quote(name)}; help lists them`);
  }
}

function readShow([what, ...rest]: readonly string[]): Command {
  const [peer] = rest;
  if (what === "peer" && peer !== undefined && rest.length === 1) return { name: "show", what, peer };
  if (what === "peers") return { name: "show", what, choice: readPeerChoice(rest.map(filterOf)) };
  if (what === "routes" && rest.length === 0) return { name: "show", what };
  throw usage("show");
}

/** A filter and its value; what has no value is an unknown filter, or one that misses it. */
function filterOf(word: string): readonly [string, string] {
  const equals = word.indexOf("=");
  return equals < 0 ? [word, ""] : [word.slice(0, equals), word.slice(equals + 1)];
}

function usage(name: string): InputError {
  const lines = COMMANDS.filter(([text]) => text.startsWith(name)).map(([text]) => text);
  return new InputError(`usage: ${lines.join(", or ")}`);
}

function readPrefix(text: string): string {
  const problem = checkAnnouncement({ prefix: text, nextHop: "::" });
  if (problem !== null) throw new InputError(`withdraw: ${problem.message}`);
  return canonicalPrefix("withdraw", "prefix", text);
}

function readPathId(text: string): number {
  const digits = /^path-id=(\d{1,10})$/.exec(text)?.[1];
  const value = Number(digits);
  if (digits === undefined || value > 0xffffffff) {
    throw new InputError(`withdraw: ${quote(text)} is not accepted; give path-id=N with N from 0 to 4294967295`);
  }
  return value;
}

/** Splits a line at white space outside quotation marks. Inside them, `\"` and `\\` stand for the sign itself; the marks stay off. */
export function splitWords(line: string): string[] {
  const found: string[] = [];
  let word: string | null = null;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const letter = line[i]!;
    if (quoted && letter === "\\" && (line[i + 1] === '"' || line[i + 1] === "\\")) {
      word += line[++i]!;
    } else if (letter === '"') {
      quoted = !quoted;
      word ??= "";
    } else if (!quoted && /\s/.test(letter)) {
      if (word !== null) found.push(word);
      word = null;
    } else {
      word = (word ?? "") + letter;
    }
  }
  if (quoted) throw new InputError("a quotation mark is not closed");
  if (word !== null) found.push(word);
  return found;
}
