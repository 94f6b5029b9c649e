// From what the speaker tells to the events we report: names for numbers, text for addresses, plain data throughout.
import {
  bgpRoleName,
  capabilityName,
  familyName,
  notificationCodeName,
  notificationSubcodeName,
  shutdownText,
  toHex,
  type BfdStatus,
  type Capability,
  type CapabilityChange,
  type Family,
  type Negotiated,
  type Notification,
  type OpenMessage,
  type Peer,
  type RetainedFamily,
  type RouteRefresh,
  type Session,
  type SpeakerEvent,
} from "@bgpwire/core";
import { socketAddressText } from "../config/model.ts";
import type { PlannedPeer } from "../config/plan.ts";
import type {
  CapabilityFields,
  ChangeFields,
  EventNotification,
  EventPeer,
  EventPeerWhole,
  OpenFields,
  RestartFields,
  RunEvent,
  StaleFamilyFields,
} from "./events.ts";
import { describeFilters } from "./filter-text.ts";

/**
 * An event of the speaker as it is reported.
 *
 * @param now the time on the speaker's clock, in milliseconds
 * @param repeated it says what the one before it has said
 */
export function describeSpeakerEvent(event: SpeakerEvent, now: number, repeated = false): RunEvent {
  switch (event.type) {
    case "state":
      return {
        type: "state",
        peer: event.peer.id,
        connection: event.conn,
        from: event.from,
        to: event.to,
        cause: event.cause,
      };
    case "open":
      return {
        type: "open",
        peer: event.peer.id,
        connection: event.conn,
        direction: event.direction,
        ...describeOpen(event.open),
      };
    case "notified":
      return {
        type: "notification",
        peer: event.peer.id,
        connection: event.conn,
        direction: event.direction,
        ...describeNotification(event.notification),
      };
    case "capabilities":
      return {
        type: "capabilities",
        peer: event.peer.id,
        connection: event.conn,
        direction: event.direction,
        changes: event.changes.map(describeChange),
        families: event.families.map(familyName),
      };
    case "ended": {
      const { cause, text, notification } = event.reason;
      return {
        type: "closed",
        peer: event.peer.id,
        connection: event.conn,
        cause,
        text,
        notification: notification === null ? null : describeNotification(notification),
      };
    }
    case "retained": {
      const families = describeStale(event.families, now);
      return { type: "retained", peer: event.peer.id, connection: event.conn, families };
    }
    case "stale": {
      const { action, cause, until } = event;
      const seconds = secondsTo(until, now);
      return { type: "stale", peer: event.peer.id, action, family: familyName(event), cause, seconds };
    }
    case "selection":
      return { type: "selection", peer: event.peer.id, family: familyName(event), cause: event.cause };
    case "dialFailed":
      return { type: "dialFailed", peer: event.peer.id, connection: event.conn, text: event.reason, repeated };
    case "idle":
      return { type: "idle", peer: event.peer.id, seconds: secondsTo(event.until, now), text: event.why };
    case "rejected": {
      const { localAddress, localPort, remoteAddress, remotePort } = event.endpoints;
      return {
        type: "rejected",
        local: socketAddressText({ address: localAddress, port: localPort }),
        remote: socketAddressText({ address: remoteAddress, port: remotePort }),
        text: event.why,
      };
    }
    case "pluginError":
      return { type: "error", peer: event.peer.id, text: `${event.callback}: ${errorText(event.error)}` };
  }
}

function describeStale(families: readonly RetainedFamily[], now: number): StaleFamilyFields[] {
  return families.map((one) => ({ family: familyName(one), seconds: secondsTo(one.until, now) }));
}

/** Seconds from now; null is never. */
function secondsTo(until: number | null, now: number): number | null {
  return until === null ? null : Math.max(0, Math.round(until - now) / 1000);
}

/** A session that came up. */
export function describeSession(session: Session): RunEvent {
  const { negotiated, endpoints } = session;
  return {
    type: "established",
    peer: session.peer.id,
    connection: session.conn,
    local: socketAddressText({ address: endpoints.localAddress, port: endpoints.localPort }),
    remote: socketAddressText({ address: endpoints.remoteAddress, port: endpoints.remotePort }),
    localAs: negotiated.localAs,
    remoteAs: negotiated.remoteAs,
    remoteIdentifier: negotiated.remoteIdentifier,
    session: negotiated.sessionType,
    holdTime: negotiated.holdTime,
    families: negotiated.families.map(familyName),
    addPath: negotiated.addPath
      .filter((one) => one.send || one.receive)
      .map((one) => ({
        family: familyName(one),
        send: one.send,
        receive: one.receive,
        limit: negotiated.pathsLimits.find(({ afi, safi }) => afi === one.afi && safi === one.safi)?.limit ?? null,
      })),
    fourOctetAs: negotiated.fourOctetAs,
    dynamicCapability: negotiated.dynamicCapability,
    routeRefresh: negotiated.enhancedRouteRefresh ? "enhanced" : negotiated.routeRefresh ? "plain" : "none",
    filters: negotiated.outboundRouteFilters.map((one) => ({
      family: familyName(one),
      type: one.type,
      send: one.send,
      receive: one.receive,
    })),
    gracefulRestart: describeRestart(negotiated),
    maxMessage: { sent: negotiated.maxMessageSent, received: negotiated.maxMessageReceived },
  };
}

function describeRestart({ gracefulRestart, gracefulNotification }: Negotiated): RestartFields {
  if (gracefulRestart === null) return null;
  const { restartTime, restarting, families } = gracefulRestart;
  return { restartTime, restarting, notification: gracefulNotification, families: families.map(familyName) };
}

/** An OPEN. */
export function describeOpen({ version, myAs, holdTime, identifier, capabilities }: OpenMessage): OpenFields {
  const fourOctet = capabilities.find((one) => one.name === "fourOctetAs");
  return {
    version,
    myAs,
    as: fourOctet?.as ?? myAs,
    holdTime,
    identifier,
    capabilities: capabilities.map(describeCapability),
  };
}

function describeCapability(capability: Capability): CapabilityFields {
  return { code: capability.code, name: nameOf(capability), value: capabilityValue(capability) };
}

/** What a CAPABILITY message says of one capability. */
export function describeChange({ action, capability }: CapabilityChange): ChangeFields {
  return { action, ...describeCapability(capability) };
}

const REFRESH_SUBTYPES = ["request", "begin", "end"] as const;

/** A ROUTE-REFRESH (RFC 2918, RFC 7313). */
export function describeRefresh(session: Session, direction: "sent" | "received", refresh: RouteRefresh): RunEvent {
  return {
    type: "refresh",
    peer: session.peer.id,
    connection: session.conn,
    direction,
    family: familyName(refresh),
    subtype: refreshSubtype(refresh.subtype),
    ...describeFilters(refresh),
  };
}

/** The name of a subtype of ROUTE-REFRESH (RFC 7313 section 3.2). */
export function refreshSubtype(subtype: number): (typeof REFRESH_SUBTYPES)[number] | "unknown" {
  return REFRESH_SUBTYPES[subtype] ?? "unknown";
}

/** A NOTIFICATION with its names. */
export function describeNotification(notification: Notification): EventNotification {
  const { code, subcode, data } = notification;
  const subcodeName = subcode === 0 ? "" : `/${notificationSubcodeName(code, subcode)}`;
  return {
    code,
    subcode,
    name: `${notificationCodeName(code)}${subcodeName}`,
    text: shutdownText(notification),
    data: toHex(data),
  };
}

/** What BFD says of a peer, in words. */
export const BFD_WORDS: Readonly<Record<BfdStatus, string>> = {
  up: "up",
  down: "down",
  adminDown: "administratively down",
};

/**
 * A row of `show peers`.
 *
 * @param planned what the configuration says of it
 * @param now the time on the speaker's clock, in milliseconds
 */
export function describePeer(peer: Peer, planned: PlannedPeer | null, now: number): EventPeer {
  const view = peer.view();
  return {
    id: peer.id,
    dynamic: peer.dynamic,
    range: peer.listenRange,
    group: planned?.group ?? null,
    state: view.state,
    remoteAs: view.negotiated?.remoteAs ?? null,
    families: view.negotiated?.families.map(familyName) ?? [],
    sinceMs: Math.max(0, Math.round(now - view.since)),
    updatesReceived: view.counters.received.update,
    updatesSent: view.counters.sent.update,
    lastClose: view.lastClose?.text ?? null,
    bfd: view.bfd,
    awaitsBfd: view.connections.some((one) => one.awaitsBfd),
  };
}

/** The answer to `show peer`. Parameters are those of `describePeer`. */
export function describePeerWhole(peer: Peer, planned: PlannedPeer | null, now: number): EventPeerWhole {
  const { counters, connections, stale, lastSent, lastReceived } = peer.view();
  const up = connections.find((one) => one.state === "Established");
  const { negotiated } = up ?? { negotiated: null };
  return {
    ...describePeer(peer, planned, now),
    sessions: counters.established,
    messages: { received: counters.received, sent: counters.sent },
    session:
      up === undefined || negotiated === null
        ? null
        : {
            local: socketAddressText({ address: up.endpoints.localAddress, port: up.endpoints.localPort }),
            remote: socketAddressText({ address: up.endpoints.remoteAddress, port: up.endpoints.remotePort }),
            localAs: negotiated.localAs,
            remoteIdentifier: negotiated.remoteIdentifier,
            holdTime: negotiated.holdTime,
          },
    stale: describeStale(stale, now),
    lastSent: lastSent === null ? null : describeNotification(lastSent),
    lastReceived: lastReceived === null ? null : describeNotification(lastReceived),
  };
}

/** A caught value as a sentence. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What the system means by its codes. */
const SYSTEM_REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such directory",
  EISDIR: "it is a directory",
  EACCES: "it is not permitted",
  EPERM: "it is not permitted",
  EROFS: "nothing can be written there",
  ENOSPC: "there is no room",
};

/** Why the system would not open, read or write a file: in words, with its code. */
export function systemReason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return errorText(error);
  return Object.hasOwn(SYSTEM_REASONS, code) ? `${SYSTEM_REASONS[code]!} (${code})` : code;
}

function nameOf(capability: Capability): string {
  return capability.name === "raw" ? capabilityName(capability.code) : capability.name;
}

/** What a capability says, beyond its name. */
function capabilityValue(capability: Capability): string {
  switch (capability.name) {
    case "multiprotocol":
      return familyName(capability);
    case "outboundRouteFiltering":
      return each(capability.entries, (one) => one.types.map((kind) => `${kind.type} ${kind.direction}`).join(" "));
    case "extendedNextHop":
      return each(capability.entries, (one) => `next hop AFI ${one.nextHopAfi}`);
    case "bgpsec":
      return `version ${capability.version} ${capability.direction} AFI ${capability.afi}`;
    case "multipleLabels":
      return each(capability.entries, (one) => String(one.count));
    case "role":
      return bgpRoleName(capability.role);
    case "gracefulRestart": {
      const flags = `${capability.restarting ? " restarting" : ""}${capability.notification ? " notification" : ""}`;
      const families = each(capability.families, (one) => (one.forwardingPreserved ? "preserved" : ""));
      return `${capability.restartTime} s${flags}${families === "" ? "" : ` ${families}`}`;
    }
    case "fourOctetAs":
      return String(capability.as);
    case "dynamicCapability":
      return capability.capabilities.join(" ");
    case "multisession":
      return `flags ${capability.flags} ${capability.capabilities.join(" ")}`.trim();
    case "addPath":
    case "routingPolicyDistribution":
      return each(capability.entries, (one) => one.direction);
    case "longLivedGracefulRestart":
      return each(capability.families, (one) => `${one.staleTime} s`);
    case "fqdn":
      return [capability.hostName, capability.domainName].filter((part) => part !== "").join(".");
    case "softwareVersion":
      return capability.version;
    case "pathsLimit":
      return each(capability.entries, (one) => String(one.limit));
    case "raw":
      return toHex(capability.value);
    default:
      return "";
  }
}

function each<T extends Family>(entries: readonly T[], text: (entry: T) => string): string {
  return entries.map((entry) => `${familyName(entry)} ${text(entry)}`.trim()).join(", ");
}
