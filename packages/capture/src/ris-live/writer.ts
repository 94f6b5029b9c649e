// Events as messages of RIS Live, in the fields, their order and the forms of its stream since 2022.
import {
  capabilitiesNamed,
  decodeNotification,
  decodeOpen,
  encodeCapability,
  encodeMessage,
  familyName,
  MessageType,
  parsePrefix,
  Safi,
  toHex,
  type Capability,
  type Family,
  type Slice,
} from "@bgpwire/core";
import {
  attributeNamed,
  mergeAs4,
  type AnnouncedRoute,
  type AsPathSegment,
  type Json,
  type WithdrawnRoute,
} from "@bgpwire/decoder";
import { u16At } from "../bytes/integers.ts";
import { pduBody } from "../bytes/pdu.ts";
import type { CaptureEvent, Endpoint } from "../event.ts";
import { peerOf } from "../filter/filter.ts";
import type { JsonObject } from "../json/fields.ts";
import { updateOfRoute } from "../mrt/update-of-route.ts";
import type { EventReading } from "../reading.ts";
import { asNumberOf } from "./sessions.ts";

/** What an event does not tell. */
export interface RisLiveOptions {
  /** The collector's name, as "rrc00.ripe.net". Default: "bgpwire". */
  readonly host?: string;
  /** The last part of `id`, 0 to 65535, which is to tell messages of one peer and one millisecond apart. Default: 0. */
  readonly sequence?: number;
}

/** FSM state 6 (RFC 4271 section 8.2.2). */
const ESTABLISHED = 6;

const UNSPECIFIED: ReadonlySet<string> = /* @__PURE__ */ new Set(["0.0.0.0", "::"]);

/**
 * A message of RIS Live: one line, without its end. Routes of tables are UPDATEs at the time at which they were told. Its fields
 * have routes of IPv4 and IPv6 unicast alone; `raw` has all of the message.
 *
 * @returns null for events that RIS Live has no messages for
 * @example risLiveOf(new EventReading(event), { host: "rrc00.ripe.net" })
 * // {"type":"ris_message","data":{"timestamp":1771774200.125,"peer":"192.0.2.1","peer_asn":"65001","id":"192.0.2.1-…",…}}
 */
export function risLiveOf(reading: EventReading, options: RisLiveOptions = {}): string | null {
  const { event } = reading;
  const said = saidOf(reading);
  const sent = isSent(event);
  const peer = sent && "direction" in event ? event.direction.receiver : peerOf(event);
  if (said === null || peer === null || event.kind === "problem") return null;
  const seconds = event.kind === "route" ? event.originated : event.seconds;
  const milliseconds = event.kind === "route" ? 0 : Math.floor(event.nanoseconds / 1e6);
  const { host = "bgpwire", sequence = 0 } = options;
  const data = {
    ...peerFields(peer),
    id: `${peer.address}-${hex(seconds * 1000 + milliseconds, 12)}${hex(sequence & 0xffff, 4)}`,
    host,
    ...said,
  };
  // JavaScript would leave zeros at the end of the time out, which RIS Live has.
  const time = `${seconds}.${String(milliseconds).padStart(3, "0")}`;
  return `{"type":"ris_message","data":{"timestamp":${time},${JSON.stringify(data).slice(1)}}`;
}

/** Collectors have no address in RIS Live, so that what comes from none is what one has sent. */
function isSent(event: CaptureEvent): boolean {
  return "direction" in event && UNSPECIFIED.has(event.direction.sender.address);
}

function peerFields({ address, as }: Endpoint): JsonObject {
  return { peer: address, peer_asn: String(as ?? 0) };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

/** What stands behind the collector's name. */
function saidOf(reading: EventReading): JsonObject | null {
  const { event } = reading;
  switch (event.kind) {
    case "message":
      return messageFields(reading, event.type, event);
    case "route": {
      const buffer = encodeMessage(MessageType.Update, updateOfRoute(event));
      return messageFields(reading, MessageType.Update, { buffer, start: 0, end: buffer.length });
    }
    case "up":
      return { type: "STATE", state: "connected" };
    case "down":
      return { type: "STATE", state: "down" };
    case "state":
      if (event.newState === ESTABLISHED) return { type: "STATE", state: "connected" };
      return event.oldState === ESTABLISHED ? { type: "STATE", state: "down" } : null;
    default:
      return null;
  }
}

function messageFields(reading: EventReading, type: number, message: Slice): JsonObject | null {
  const raw = toHex(message.buffer.subarray(message.start, message.end)).toUpperCase();
  switch (type) {
    case MessageType.Update:
      return { type: "UPDATE", ...updateFields(reading), raw };
    case MessageType.Open:
      return { type: "OPEN", direction: isSent(reading.event) ? "sent" : "received", ...openFields(message), raw };
    case MessageType.Notification:
      return { type: "NOTIFICATION", ...notificationFields(message), raw };
    case MessageType.Keepalive:
      return { type: "KEEPALIVE", raw };
    default:
      return null;
  }
}

function updateFields({ decoded, routes }: EventReading): JsonObject {
  const attributes = mergeAs4(decoded?.update.attributes ?? []);
  const origin = attributeNamed(attributes, "origin");
  const med = attributeNamed(attributes, "multiExitDisc");
  const aggregator = attributeNamed(attributes, "aggregator");
  const communities = attributeNamed(attributes, "communities")?.communities ?? [];
  return {
    path: pathOf(attributeNamed(attributes, "asPath")?.segments ?? []),
    community: communities.map((one) => [one >>> 16, one & 0xffff]),
    ...(origin !== undefined && { origin: origin.value.toUpperCase() }),
    ...(med !== undefined && { med: med.value }),
    ...(aggregator !== undefined && { aggregator: `${aggregator.as}:${aggregator.address}` }),
    announcements: announcementsOf(routes.announced),
    withdrawals: routes.withdrawn.filter(isUnicast).map(({ prefix }) => wholeText(prefix)),
  };
}

/** Sets are lists in the list; what is of a confederation is not told apart. */
function pathOf(segments: readonly AsPathSegment[]): Json {
  return segments.flatMap<Json>(({ type, asNumbers }) =>
    type === "set" || type === "confedSet" ? [[...asNumbers]] : [...asNumbers],
  );
}

type Unicast<R> = Extract<R, { readonly kind: "prefix" }>;

function isUnicast<R extends AnnouncedRoute | WithdrawnRoute>(route: R): route is Unicast<R> {
  return route.kind === "prefix" && route.family.safi === Safi.Unicast;
}

/** Both addresses of a next hop (RFC 2545 section 3) have a comma between. */
function announcementsOf(announced: readonly AnnouncedRoute[]): JsonObject[] {
  const prefixes = new Map<string, string[]>();
  for (const { nextHop, linkLocalNextHop, prefix } of announced.filter(isUnicast)) {
    if (nextHop === null) continue;
    const hop = linkLocalNextHop === undefined ? nextHop : `${nextHop},${linkLocalNextHop}`;
    const others = prefixes.get(hop);
    if (others === undefined) prefixes.set(hop, [prefix]);
    else others.push(prefix);
  }
  return Array.from(prefixes, ([hop, routes]) => ({ next_hop: hop, prefixes: routes }));
}

/** IPv6 prefixes that are withdrawn have all their groups, unlike those that are announced. */
function wholeText(prefix: string): string {
  const { version, bytes, length } = parsePrefix(prefix)!;
  if (version === 4) return prefix;
  const groups: string[] = [];
  for (let i = 0; i < bytes.length; i += 2) groups.push(u16At(bytes, i).toString(16));
  return `${groups.join(":")}/${length}`;
}

/** Nothing where the octets are no OPEN. */
function openFields(message: Slice): JsonObject {
  const open = decodeOpen(pduBody(message), false);
  if (!open.ok) return {};
  const { version, holdTime, identifier, capabilities } = open.value;
  const fields: Record<string, Json> = {};
  for (const capability of capabilities) fields[capability.code] ??= capabilityFields(capability, capabilities);
  return {
    version,
    asn: asNumberOf(open.value),
    hold_time: holdTime,
    router_id: identifier,
    capabilities: fields,
  };
}

/** Those that RIS Live has no words for stand in octets. @param all of the OPEN, of which families are one entry */
function capabilityFields(capability: Capability, all: readonly Capability[]): Json {
  switch (capability.name) {
    case "multiprotocol":
      return { name: "multiprotocol", families: capabilitiesNamed(all, "multiprotocol").map(familyText) };
    case "routeRefresh":
    case "routeRefreshCisco":
      return { name: "route-refresh", variant: "RFC" };
    case "fourOctetAs":
      return { name: "asn4", asn4: capability.as };
    case "gracefulRestart": {
      const { restartTime, restarting, families } = capability;
      const flags = families.map(
        (family) => [familyText(family), family.forwardingPreserved ? ["restart"] : []] as const,
      );
      return {
        name: "graceful restart",
        time: restartTime,
        "address family flags": Object.fromEntries(flags),
        "restart flags": restarting ? ["forwarding"] : [],
      };
    }
    default: {
      const raw = toHex(encodeCapability(capability)).toUpperCase();
      return { name: "unknown", iana: "unknown", value: capability.code, raw };
    }
  }
}

/** Such as "ipv6/unicast". */
function familyText(family: Family): string {
  return familyName(family).replace("-", "/");
}

/** Data are text with a character for each octet. Nothing where the octets are no NOTIFICATION. */
function notificationFields(message: Slice): JsonObject {
  const notification = decodeNotification(pduBody(message));
  if (notification === null) return {};
  const { code, subcode, data } = notification;
  return { notification: { code, subcode, data: Array.from(data, (octet) => String.fromCharCode(octet)).join("") } };
}
