// From the bytes of an UPDATE to the event that is reported.
import { attributeName, familyName, toHex, type Notification, type Session, type Slice } from "@bgpwire/core";
import {
  contextOf,
  formatAsPath,
  formatCommunity,
  formatExtendedCommunity,
  formatLargeCommunity,
  formatNlri,
  mergeAs4,
  routesOf,
  sendContextOf,
  UpdateReader,
  type AnnouncedRoute,
  type Issue,
  type MpReachNlriAttribute,
  type MpUnreachNlriAttribute,
  type PathAttribute,
  type WithdrawnRoute,
} from "@bgpwire/decoder";
import type { EventAttributes, EventRoute, RunEvent } from "./events.ts";

/** Reads the bodies of UPDATEs of one direction of one session. */
export type ReadEvent = (body: Uint8Array | Slice) => {
  readonly event: Extract<RunEvent, { type: "update" }>;
  /** What answers a malformed one (RFC 7606, RFC 4271 section 6.3); null when the session goes on. */
  readonly notification: Notification | null;
};

/** Makes a reader. */
export function updateReader(session: Session, direction: "sent" | "received"): ReadEvent {
  const { negotiated } = session;
  const reader = new UpdateReader(direction === "received" ? contextOf(negotiated) : sendContextOf(negotiated));
  return (body) => {
    const { update, action, issues, notification } = reader.read(body);
    const { announced, withdrawn, endOfRib } = routesOf(update, issues);
    return {
      notification,
      event: {
        type: "update",
        peer: session.peer.id,
        connection: session.conn,
        direction,
        announced: announced.filter(isPrefix).map(announcedRoute),
        withdrawn: withdrawn.filter(isPrefix).map(eventRoute),
        endOfRib: endOfRib === null ? null : familyName(endOfRib),
        // RFC 6793 section 4.2.3: the path of an old speaker and its AS4_PATH are one path.
        attributes: eventAttributes(negotiated.fourOctetAs ? update.attributes : mergeAs4(update.attributes)),
        action,
        issues: issues.map(issueText),
      },
    };
  };
}

type PrefixRoute = Extract<WithdrawnRoute, { kind: "prefix" }>;

function isPrefix<R extends { readonly kind: string }>(route: R): route is Extract<R, { readonly kind: "prefix" }> {
  return route.kind === "prefix";
}

function eventRoute({ family, prefix, pathId }: PrefixRoute): EventRoute {
  return { family: familyName(family), prefix, ...(pathId === undefined ? {} : { pathId }) };
}

function announcedRoute(route: Extract<AnnouncedRoute, PrefixRoute>): EventRoute & { nextHop: string | null } {
  return Object.assign(eventRoute(route), { nextHop: route.nextHop });
}

function issueText(issue: Issue): string {
  const what = issue.attribute === null ? "" : `${attributeName(issue.attribute)}: `;
  return `${what}${issue.reason} (${issue.rule})`;
}

/** The routes of an attribute in one line. */
function routesText(attribute: MpReachNlriAttribute | MpUnreachNlriAttribute): string {
  if (attribute.kind === "raw") return toHex(attribute.nlriBytes);
  return attribute.nlri.map((nlri) => formatNlri(attribute.kind, nlri)).join(", ");
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function eventAttributes(attributes: readonly PathAttribute[]): EventAttributes {
  const found: Writable<EventAttributes> = {};
  const other: { code: number; name: string; value: string }[] = [];
  for (const one of attributes) {
    switch (one.name) {
      case "origin":
        found.origin = one.value;
        break;
      case "asPath":
        found.asPath = formatAsPath(one.segments);
        break;
      case "nextHop":
        found.nextHop = one.address;
        break;
      case "multiExitDisc":
        found.med = one.value;
        break;
      case "localPref":
        found.localPref = one.value;
        break;
      case "atomicAggregate":
        found.atomicAggregate = true;
        break;
      case "aggregator":
        found.aggregator = { as: one.as, address: one.address };
        break;
      case "communities":
        found.communities = one.communities.map(formatCommunity);
        break;
      case "originatorId":
        found.originatorId = one.identifier;
        break;
      case "clusterList":
        found.clusterList = one.clusterIds;
        break;
      case "extendedCommunities":
        found.extendedCommunities = one.communities.map(formatExtendedCommunity);
        break;
      case "largeCommunities":
        found.largeCommunities = one.communities.map(formatLargeCommunity);
        break;
      case "mpReachNlri":
      case "mpUnreachNlri": {
        // Routes that are more than a prefix, and those of families that are not known.
        const value = one.kind === "prefix" ? "" : routesText(one);
        const name = `${attributeName(one.code)} ${familyName(one)}`;
        if (value !== "") other.push({ code: one.code, name, value });
        break;
      }
      case "raw":
        other.push({ code: one.code, name: attributeName(one.code), value: toHex(one.value) });
        break;
      default: // AS4_PATH and AS4_AGGREGATOR, which have been merged
    }
  }
  if (other.length > 0) found.other = other;
  return found;
}
