// Between the routes of a plan and UPDATEs.
import { familyName, parseFamily, toHex, type Family, type Negotiated } from "@bgpwire/core";
import {
  asPath,
  decodeUpdate,
  encodeUpdate,
  extendedCommunities,
  formatExtendedCommunity,
  formatNlri,
  localPref,
  origin,
  packUpdates,
  parseNlri,
  routesOf,
  sendContextOf,
  toJson,
  type DecodeContext,
  type Nlri,
  type NlriKind,
  type PathAttribute,
} from "@bgpwire/decoder";
import type { FamilyRoute } from "./plan.ts";

/** Attributes that a plan does not speak of. */
const UNMENTIONED: ReadonlySet<PathAttribute["name"]> = new Set([
  "origin",
  "asPath",
  "nextHop",
  "multiExitDisc",
  "localPref",
  "originatorId",
  "clusterList",
  "mpReachNlri",
] as const);

/** The bodies that withdraw it. */
export function withdrawalOf({ family, nlri }: FamilyRoute, negotiated: Negotiated): Uint8Array[] {
  return packUpdates({ family: numbersOf(family), withdraw: [nlri] }, sendContextOf(negotiated));
}

/** The bodies that announce a route to an internal peer. */
export function bodiesOf(route: FamilyRoute, negotiated: Negotiated): Uint8Array[] {
  const { nlri, nextHop } = route;
  const attributes = [origin("igp"), asPath([]), localPref(100), ...route.attributes];
  return packUpdates(
    { family: numbersOf(route.family), announce: [nlri], attributes, nextHop },
    sendContextOf(negotiated),
  );
}

export function numbersOf(name: string): Family {
  const family = parseFamily(name);
  if (family === null) throw new Error(`${name} is no family`);
  return family;
}

/** What an UPDATE says. */
export interface Seen {
  readonly announced: readonly FamilyRoute[];
  /** By their keys. */
  readonly withdrawn: readonly string[];
}

/** Reads an UPDATE. @throws Error where it has an issue, or does not encode to its own octets */
export function readSeen(body: Uint8Array, context: DecodeContext): Seen {
  const { update, issues } = decodeUpdate(body, context);
  if (issues.length > 0) throw new Error(`${toHex(body)} has issues: ${JSON.stringify(issues)}`);
  const again = toHex(encodeUpdate(update, context));
  if (again !== toHex(body)) throw new Error(`${toHex(body)} is encoded as ${again}`);
  const attributes = inOrder(update.attributes.filter(({ name }) => !UNMENTIONED.has(name)));
  const { announced, withdrawn } = routesOf(update);
  return {
    announced: announced.map((one) => {
      const { kind, nextHop } = one;
      const nlri = without(one, BESIDE) as Nlri;
      checkText(kind, nlri);
      return { family: familyName(one.family), nlri, nextHop, attributes };
    }),
    withdrawn: withdrawn.map((one) => keyOf(familyName(one.family), without(one, BESIDE) as Nlri)),
  };
}

/** @throws Error where the text of a route is not the text of this route */
function checkText(kind: NlriKind, nlri: Nlri): void {
  const text = formatNlri(kind, nlri);
  const parsed = parseNlri(kind, text);
  if (parsed === null || keyOf("", parsed) !== keyOf("", nlri) || formatNlri(kind, parsed) !== text) {
    throw new Error(`"${text}" is not the text of ${JSON.stringify(toJson(nlri))}`);
  }
}

/** What `routesOf` puts beside the fields of a route. */
const BESIDE: ReadonlySet<string> = new Set(["family", "kind", "nextHop", "pathId"]);

/** Fields of routes that do not tell them apart: labels, and what RFC 7432, RFC 9136 and RFC 9251 say is no part of a key. */
const NO_KEY: ReadonlySet<string> = new Set([
  "labels",
  "labelBits",
  "compatibility",
  "mplsLabel",
  "mplsLabel1",
  "mplsLabel2",
  "gatewayAddress",
  "maximumResponseTime",
  "flags",
]);

/** In these types of EVPN routes the Ethernet segment is none either. */
const SEGMENT_NO_KEY: ReadonlySet<string> = new Set(["macIpAdvertisement", "ipPrefix"]);

function without(from: object, names: ReadonlySet<string>): object {
  return Object.fromEntries(Object.entries(from).filter(([name]) => !names.has(name)));
}

/** What tells a route from all others, and so names it where it is withdrawn. */
export function keyOf(family: string, nlri: Nlri): string {
  const noSegment = "name" in nlri && SEGMENT_NO_KEY.has(nlri.name);
  const key = without(nlri, noSegment ? new Set([...NO_KEY, "ethernetSegmentIdentifier"]) : NO_KEY);
  const fields = Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${family} ${JSON.stringify(toJson(Object.fromEntries(fields)))}`;
}

/** The route as a plan has it, in the order in which routes are seen. */
export function asSeen(route: FamilyRoute): FamilyRoute {
  return { ...route, attributes: inOrder(route.attributes) };
}

/** Attributes by their codes, and communities in an order of ours: some routers sort them. */
function inOrder(attributes: readonly PathAttribute[]): PathAttribute[] {
  return attributes.map(communitiesInOrder).toSorted((a, b) => a.code - b.code);
}

function communitiesInOrder(attribute: PathAttribute): PathAttribute {
  switch (attribute.name) {
    case "communities":
      return { ...attribute, communities: attribute.communities.toSorted((a, b) => a - b) };
    case "extendedCommunities": {
      const texts = attribute.communities.map(formatExtendedCommunity);
      return { ...attribute, communities: extendedCommunities(texts.sort()).communities };
    }
    default:
      return attribute;
  }
}
