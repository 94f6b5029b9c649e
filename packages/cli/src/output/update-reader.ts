// From the bytes of an UPDATE to the event that is reported.
import { attributeName, familyName, toHex, type Notification, type Session, type Slice } from "@bgpwire/core";
import {
  AttributeFlag,
  contextOf,
  encodeAttribute,
  formatAsPath,
  formatCommunity,
  formatExtendedCommunity,
  formatLargeCommunity,
  formatNlri,
  mergeAs4,
  routesOf,
  sendContextOf,
  toJson,
  UpdateReader,
  type DecodeContext,
  type DecodedUpdate,
  type Issue,
  type PathAttribute,
  type WithdrawnRoute,
} from "@bgpwire/decoder";
import type { EventAttributes, EventRoute, OtherAttribute, RunEvent, UpdateFields } from "./events.ts";

/** Reads the bodies of UPDATEs of one direction of one session. */
export type ReadEvent = (body: Uint8Array | Slice) => {
  readonly event: Extract<RunEvent, { type: "update" }>;
  readonly decoded: DecodedUpdate;
  /** What answers a malformed one (RFC 7606, RFC 4271 section 6.3); null when the session goes on. */
  readonly notification: Notification | null;
};

/** Makes a reader. */
export function updateReader(session: Session, direction: "sent" | "received"): ReadEvent {
  const { negotiated } = session;
  const reader = new UpdateReader(direction === "received" ? contextOf(negotiated) : sendContextOf(negotiated));
  return (body) => {
    const decoded = reader.read(body);
    return {
      decoded,
      notification: decoded.notification,
      event: {
        type: "update",
        peer: session.peer.id,
        connection: session.conn,
        direction,
        ...describeUpdate(decoded, reader.context),
      },
    };
  };
}

/** An UPDATE as it is reported. @param context that it was decoded with */
export function describeUpdate({ update, action, issues }: DecodedUpdate, context: DecodeContext): UpdateFields {
  const { announced, withdrawn, endOfRib } = routesOf(update, issues);
  return {
    announced: announced.map((route) => Object.assign(eventRoute(route), { nextHop: route.nextHop })),
    withdrawn: withdrawn.map(eventRoute),
    endOfRib: endOfRib === null ? null : familyName(endOfRib),
    // RFC 6793 section 4.2.3: the path of an old speaker and its AS4_PATH are one path.
    attributes: eventAttributes(context.fourOctetAs ? update.attributes : mergeAs4(update.attributes), context),
    action,
    issues: issues.map(issueText),
  };
}

function eventRoute(route: WithdrawnRoute): EventRoute {
  const family = familyName(route.family);
  const path = route.pathId === undefined ? {} : { pathId: route.pathId };
  if (route.kind === "prefix") return { family, prefix: route.prefix, ...path };
  const { pathId: _, ...alone } = route;
  return { family, route: formatNlri(route.kind, alone), ...path };
}

function issueText(issue: Issue): string {
  const what = issue.attribute === null ? "" : `${attributeName(issue.attribute)}: `;
  return `${what}${issue.reason} (${issue.rule})`;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function eventAttributes(attributes: readonly PathAttribute[], context: DecodeContext): EventAttributes {
  const found: Writable<EventAttributes> = {};
  const other: OtherAttribute[] = [];
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
        // Routes of families that are known are among the routes.
        if (one.kind === "raw" && one.nlriBytes.length > 0) {
          const name = `${attributeName(one.code)} ${familyName(one)}`;
          other.push({ code: one.code, name, value: toHex(one.nlriBytes) });
        }
        break;
      }
      case "as4Path":
      case "as4Aggregator":
        // Merged into AS_PATH and AGGREGATOR.
        break;
      default:
        other.push(otherAttribute(one, context));
    }
  }
  if (other.length > 0) found.other = other;
  return found;
}

/** An attribute in hexadecimal, and in fields where they are known. */
function otherAttribute(attribute: PathAttribute, context: DecodeContext): OtherAttribute {
  const { code } = attribute;
  const name = attributeName(code);
  if (attribute.name === "raw") return { code, name, value: toHex(attribute.value) };
  const octets = encodeAttribute(attribute, context);
  const header = (octets[0]! & AttributeFlag.ExtendedLength) === 0 ? 3 : 4;
  return { code, name, value: toHex(octets.subarray(header)), fields: toJson(attribute) };
}
