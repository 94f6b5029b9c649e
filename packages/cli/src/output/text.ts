// Events as lines for people. Columns: time, peer, what happened. Nothing a peer sent reaches the terminal unescaped.
import { socketAddressText } from "../config/model.ts";
import { BFD_WORDS } from "./describe.ts";
import { filtersText } from "./filter-text.ts";
import type {
  CapabilityFields,
  ChangeFields,
  EventAttributes,
  EventNotification,
  EventPeer,
  EventPeerWhole,
  EventRoute,
  OpenFields,
  RunEvent,
  UpdateFields,
} from "./events.ts";
import type { Colours } from "./sink.ts";

/** Most routes named in one line; the rest is counted. JSON output has all. */
const MAX_ROUTES = 8;

/** One event as one line (several for `show`). @param time null leaves it out, in answers to somebody who has just asked */
export function eventText(event: RunEvent, time: Date | null, colours: Colours): string {
  const clock = time === null ? "" : `${colours.dim(clockText(time))}  `;
  // What `show peer` tells begins with it.
  const named = "peer" in event && event.peer !== null && event.type !== "peer";
  const peer = named ? `${colours.cyan(event.peer)}  ` : "";
  return bodyLines(event, colours)
    .map((line) => `${clock}${peer}${line}`)
    .join("\n");
}

/** Time of day with milliseconds, local. */
function clockText(time: Date): string {
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map((n) => String(n).padStart(2, "0"));
  return `${clock.join(":")}.${String(time.getMilliseconds()).padStart(3, "0")}`;
}

function directionsText({ send, receive }: { readonly send: boolean; readonly receive: boolean }): string {
  return [send ? "send" : "", receive ? "receive" : ""].filter(Boolean).join("+");
}

function bodyLines(event: RunEvent, c: Colours): readonly string[] {
  switch (event.type) {
    case "listening":
      return [`listening on ${socketAddressText(event)}`];
    case "http":
      return [`HTTP at http://${socketAddressText(event)}/`];
    case "control":
      return [`control socket ${printable(event.path)}`];
    case "state": {
      const to = event.to === "Established" ? c.green(event.to) : c.bold(event.to);
      return [`${event.from} → ${to} ${c.dim(`(${event.cause})`)}`];
    }
    case "open":
      return [`${c.bold("OPEN")} ${event.direction}: ${openText(event)}`];
    case "established": {
      const addPath = event.addPath.map(
        (one) => `${one.family} ${directionsText(one)}${one.limit === null ? "" : ` (${one.limit} paths)`}`,
      );
      const filters = event.filters.map((one) => `${one.family} ${directionsText(one)}`);
      return [
        `${c.green("session")} ${event.local} – ${event.remote}: ${event.session === "ibgp" ? "iBGP" : "eBGP"} with AS ${event.remoteAs}, ` +
          `hold time ${event.holdTime}, ${event.families.join(" ") || "no common family"}` +
          (addPath.length === 0 ? "" : `, ADD-PATH ${addPath.join(" ")}`) +
          (filters.length === 0 ? "" : `, filters ${filters.join(" ")}`) +
          (event.fourOctetAs ? "" : ", two-octet AS numbers") +
          (event.dynamicCapability ? ", dynamic capabilities" : "") +
          (event.gracefulRestart === null ? "" : `, graceful restart in ${event.gracefulRestart.restartTime} s`),
      ];
    }
    case "update":
      return [`${c.bold("UPDATE")} ${event.direction}: ${updateText(event, c)}`];
    case "refresh":
      return [`${c.bold("ROUTE-REFRESH")} ${event.direction}: ${event.family} ${event.subtype}${filtersText(event)}`];
    case "capabilities":
      return [
        `${c.bold("CAPABILITY")} ${event.direction}: ${changesText(event.changes)}; families ${event.families.join(" ") || "none"}`,
      ];
    case "policy":
      return [`${c.yellow(event.direction)}: ${printable(event.text)}`];
    case "notification":
      return [`${c.yellow("NOTIFICATION")} ${event.direction}: ${notificationText(event, c)}`];
    case "closed":
      return [`${c.red("closed")} (${event.cause}): ${printable(event.text)}`];
    case "retained":
      return event.families.map(
        ({ family, seconds }) => `${c.yellow("stale")}: ${family} is retained${lasting(seconds)}`,
      );
    case "stale":
      return [
        `${c.yellow("stale")}: ${event.family} ${STALE_WORDS[event.action]}${lasting(event.seconds)} ${c.dim(`(${event.cause})`)}`,
      ];
    case "selection":
      return [`${event.family} may be told ${c.dim(`(${event.cause})`)}`];
    case "prefixes": {
      const { family, passed, count, limit } = event;
      return passed === "warning"
        ? [`${c.yellow("warning")}: ${count} prefixes of ${family}, the limit is ${limit}`]
        : [`${c.red("exceeded")}: more prefixes of ${family} than the limit of ${limit}`];
    }
    case "dialFailed":
      return [c.dim(`dial failed: ${printable(event.text)}`)];
    case "idle":
      return [
        c.dim(
          event.seconds === null
            ? `idle: ${printable(event.text)}`
            : `idle for ${event.seconds.toFixed(1)} s: ${printable(event.text)}`,
        ),
      ];
    case "rejected":
      return [`${c.yellow("rejected")} ${event.remote} to ${event.local}: ${printable(event.text)}`];
    case "station": {
      const what = event.connected ? c.green("connected") : `${c.yellow("not connected")}: ${printable(event.text)}`;
      return [`BMP station ${printable(event.station)} ${what}`];
    }
    case "reload":
      return [event.ok ? printable(event.text) : `${c.red("error")}: not reloaded, ${printable(event.text)}`];
    case "error":
      return [`${c.red("error")}: ${printable(event.text)}`];
    case "note":
      return [printable(event.text)];
    case "command":
      return event.text
        .split("\n")
        .map((line) => (event.ok ? printable(line) : `${c.red("error")}: ${printable(line)}`));
    case "peers":
      return [
        ...(event.peers.length === 0 ? ["no peers"] : event.peers.map((peer) => peerText(peer, c))),
        ...event.ranges.map(
          ({ prefix, limit, peers }) => `${c.cyan(prefix)}  listen range, ${peers} of ${limit} peers`,
        ),
      ];
    case "peer":
      return peerLines(event.details, c);
    case "routes":
      return event.routes.length === 0
        ? ["no routes of our own"]
        : event.routes.map(({ prefix, pathId, ...attributes }) =>
            [prefix, `path-id ${pathId}`, `next hop ${attributes.nextHop}`, ...attributeWords(attributes)].join("  "),
          );
    case "stopping":
      return [`stopping: ${event.text}`];
    case "stopped":
      return ["stopped"];
  }
}

const STALE_WORDS = { mark: "is told again", longLived: "is long-lived stale", drop: "is dropped" } as const;

function lasting(seconds: number | null): string {
  return seconds === null ? "" : ` for ${seconds.toFixed(1)} s`;
}

function capabilityText({ name, value }: CapabilityFields): string {
  return value === "" ? name : `${name} ${printable(value)}`;
}

/** What a CAPABILITY message says. */
export function changesText(changes: readonly ChangeFields[]): string {
  return changes.map((one) => `${one.action} ${capabilityText(one)}`).join(", ");
}

/** What an OPEN says. */
export function openText(open: OpenFields): string {
  const said = open.capabilities.map(capabilityText);
  const version = open.version === 4 ? "" : `version ${open.version} `;
  return (
    `${version}AS ${open.as}, identifier ${open.identifier}, ` +
    `hold time ${open.holdTime}${said.length === 0 ? ", no capabilities" : `; ${said.join(", ")}`}`
  );
}

/** What a NOTIFICATION says. */
export function notificationText(notification: EventNotification, c: Colours): string {
  const { code, subcode, name } = notification;
  const text = notification.text === null ? "" : ` ${printable(JSON.stringify(notification.text))}`;
  const data = notification.data === "" || notification.text !== null ? "" : c.dim(` data ${notification.data}`);
  return `${code}/${subcode} ${name}${text}${data}`;
}

/** What an UPDATE says. */
export function updateText(event: UpdateFields, c: Colours): string {
  const parts: string[] = [];
  if (event.withdrawn.length > 0) parts.push(`${c.red("−")} ${routesText(event.withdrawn)}`);
  if (event.announced.length > 0) {
    parts.push(`${c.green("+")} ${routesText(event.announced)}`);
    parts.push(...nextHopsOf(event), ...attributeWords(event.attributes));
  }
  if (event.endOfRib !== null) parts.push(`End-of-RIB ${event.endOfRib}`);
  if (parts.length === 0) parts.push("no routes", ...attributeWords(event.attributes));
  if (event.action !== "none") parts.push(c.red(`${event.action}: ${printable(event.issues.join("; "))}`));
  return parts.join("  ");
}

function routesText(routes: readonly EventRoute[]): string {
  const names = routes.slice(0, MAX_ROUTES).map(({ prefix, route, pathId }) => {
    const text = prefix ?? printable(route ?? "");
    return pathId === undefined ? text : `${text} (path ${pathId})`;
  });
  const rest = routes.length - names.length;
  return names.join(" ") + (rest > 0 ? ` and ${rest} more` : "");
}

function nextHopsOf(event: UpdateFields): readonly string[] {
  const hops = new Set(event.announced.map((route) => route.nextHop));
  return [...hops].filter((hop) => hop !== null).map((hop) => `next hop ${hop}`);
}

/** Attributes in the order of their codes; the next hop stands with the routes. */
function attributeWords(attributes: EventAttributes): readonly string[] {
  const words: string[] = [];
  const { origin, asPath, med, localPref, aggregator, communities, largeCommunities, extendedCommunities } = attributes;
  if (origin !== undefined) words.push(`origin ${origin}`);
  if (asPath !== undefined) words.push(asPath === "" ? "empty AS path" : `AS path ${asPath}`);
  if (med !== undefined) words.push(`MED ${med}`);
  if (localPref !== undefined) words.push(`local preference ${localPref}`);
  if (attributes.atomicAggregate === true) words.push("atomic aggregate");
  if (aggregator !== undefined) words.push(`aggregator ${aggregator.as} ${aggregator.address}`);
  if (communities !== undefined) words.push(`communities ${communities.join(" ")}`);
  if (attributes.originatorId !== undefined) words.push(`originator ${attributes.originatorId}`);
  if (attributes.clusterList !== undefined) words.push(`cluster list ${attributes.clusterList.join(" ")}`);
  if (extendedCommunities !== undefined) words.push(`extended communities ${extendedCommunities.join(" ")}`);
  if (largeCommunities !== undefined) words.push(`large communities ${largeCommunities.join(" ")}`);
  for (const one of attributes.other ?? []) words.push(`${one.name} ${one.value}`);
  return words;
}

function peerText(peer: EventPeer, c: Colours): string {
  const state = peer.state === "Established" ? c.green(peer.state) : peer.state;
  const as = peer.remoteAs === null ? "" : `  AS ${peer.remoteAs}  ${peer.families.join(" ")}`;
  const close = peer.lastClose === null ? "" : `  last closed: ${printable(peer.lastClose)}`;
  const range = peer.range === null ? "" : `  dynamic, of ${peer.range}`;
  const group = peer.group === null ? "" : `  group ${peer.group}`;
  const bfd = peer.bfd === null && !peer.awaitsBfd ? "" : `  BFD ${bfdText(peer)}`;
  return (
    `${c.cyan(peer.id)}  ${state} for ${(peer.sinceMs / 1000).toFixed(0)} s${as}` +
    `  UPDATEs ${peer.updatesReceived} in ${peer.updatesSent} out${group}${range}${bfd}${close}`
  );
}

function bfdText({ bfd, awaitsBfd }: EventPeer): string {
  const status = bfd === null ? "not known" : BFD_WORDS[bfd];
  return awaitsBfd ? `${status}, which the session waits for` : status;
}

function counted(counters: object): string {
  const parts = Object.entries(counters).map(([name, count]) => `${name} ${count}`);
  return parts.join(", ");
}

function peerLines(peer: EventPeerWhole, c: Colours): readonly string[] {
  const { session, messages, lastReceived, lastSent } = peer;
  const lines: string[] = [];
  if (session !== null) {
    lines.push(
      `session ${session.local} – ${session.remote}, local AS ${session.localAs}, ` +
        `identifier ${session.remoteIdentifier}, hold time ${session.holdTime}`,
    );
  }
  lines.push(`sessions ${peer.sessions}`);
  lines.push(`received: ${counted(messages.received)}`);
  lines.push(`sent: ${counted(messages.sent)}`);
  for (const { family, seconds } of peer.stale) lines.push(`${c.yellow("stale")}: ${family}${lasting(seconds)}`);
  if (lastReceived !== null) lines.push(`last NOTIFICATION received: ${notificationText(lastReceived, c)}`);
  if (lastSent !== null) lines.push(`last NOTIFICATION sent: ${notificationText(lastSent, c)}`);
  return [peerText(peer, c), ...lines.map((line) => `  ${line}`)];
}

/** Control and direction characters as escapes, so that what a peer says cannot drive the terminal. */
export function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu,
    (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
