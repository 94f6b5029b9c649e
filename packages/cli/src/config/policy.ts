// What goes to a peer and what is taken from it, as people write it: all or nothing in either direction (RFC 8212), and the filter
// of prefixes that the peer is asked to apply (RFC 5292).
import {
  Afi,
  familyName,
  OrfType,
  outboundRouteFiltering,
  parsePrefix,
  Safi,
  type Capability,
  type Family,
  type PrefixRule,
} from "@bgpwire/core";
import { InputError } from "./input-error.ts";
import type { PeerConfig } from "./model.ts";

/** Whether routes go in one direction; null: the configuration does not say. */
type Said = "all" | "none" | null;

/** What holds between a peer and us. */
export interface RoutePolicy {
  readonly import: Said;
  readonly export: Said;
  /** An external peer for which the configuration does not say so gets and gives nothing (RFC 8212). */
  readonly required: boolean;
  /** The rules by which the peer is asked to choose its routes, by family. */
  readonly filters: readonly { readonly family: Family; readonly rules: readonly PrefixRule[] }[];
}

/** A rule of a filter without its place in it. */
type Rule = Omit<PrefixRule, "sequence">;

const UNICAST: readonly Family[] = [
  { afi: Afi.IPv4, safi: Safi.Unicast },
  { afi: Afi.IPv6, safi: Safi.Unicast },
];

/** Sequence numbers have room between them, as routers' own have. */
const STEP = 5;

/**
 * What a peer's configuration says of it.
 *
 * @throws InputError for rules of a family that the peer is not offered
 */
export function planPolicy(
  from: string,
  peer: PeerConfig,
  families: readonly Family[],
  required: boolean,
): RoutePolicy {
  const rules = (peer.orfPrefixes ?? []).map((text) => parsePrefixRule(text)!);
  const filters = UNICAST.flatMap((family) => {
    const own = rules.filter(({ prefix }) => prefix.includes(":") === (family.afi === Afi.IPv6));
    if (own.length === 0) return [];
    if (!families.some(({ afi, safi }) => afi === family.afi && safi === family.safi)) {
      throw new InputError(`${from}: orfPrefixes: ${ruleText(own[0]!)}: ${familyName(family)} is not offered`);
    }
    return [{ family, rules: own.map((rule, i) => Object.assign({ sequence: STEP * (i + 1) }, rule)) }];
  });
  return { import: peer.import ?? null, export: peer.export ?? null, required, filters };
}

/** What our OPEN says of filters: that we send some, and that we take those of the peer for unicast families. */
export function filterCapabilities(
  families: readonly Family[],
  { filters }: RoutePolicy,
  receive: boolean,
): Capability[] {
  const entries = families.flatMap(({ afi, safi }) => {
    const sends = filters.some(({ family }) => family.afi === afi && family.safi === safi);
    const receives = receive && safi === Safi.Unicast;
    const direction = sends ? (receives ? "both" : "send") : "receive";
    return sends || receives ? [{ afi, safi, types: [{ type: OrfType.AddressPrefix, direction } as const] }] : [];
  });
  return entries.length === 0 ? [] : [outboundRouteFiltering(entries)];
}

/** Why no routes go in a direction on a session; null where they do. */
export function refusal(policy: RoutePolicy, direction: "import" | "export", session: "ebgp" | "ibgp"): string | null {
  const said = policy[direction];
  if (said === "none") return `${direction} is none`;
  if (said === "all" || !policy.required || session === "ibgp") return null;
  return `there is no ${direction} policy (RFC 8212); ${direction}=all makes one`;
}

/**
 * A rule such as `10.0.0.0/8^16-24` or `deny:2001:db8::/32^-`: a prefix, and behind `^` the lengths that match, of which each may be
 * left out. Null when it is none.
 */
export function parsePrefixRule(text: string): Rule | null {
  const parts = /^(?:(permit|deny):)?([^^]+?)(?:\^(?:(\d{1,3})|(\d{0,3})-(\d{0,3})))?$/.exec(text);
  const parsed = parts === null ? null : parsePrefix(parts[2]!);
  if (parts === null || parsed === null) return null;
  const [, match, prefix, only, from, to] = parts;
  const { length, bytes } = parsed;
  const most = 8 * bytes.length;
  const shortest = Number(only ?? (from || length));
  const longest = to === undefined ? Number(only ?? length) : Number(to || most);
  if (shortest < length || longest < shortest || longest > most) return null;
  const rule: Rule = { match: match === "deny" ? "deny" : "permit", prefix: prefix! };
  if (longest === length) return rule;
  // RFC 5292 section 2: the shortest length is above that of the prefix, where it is said.
  return { ...rule, ...(shortest > length && { minLength: shortest }), maxLength: longest };
}

/** The text of a rule, which `parsePrefixRule` takes. */
export function ruleText({ match, prefix, minLength, maxLength }: Rule): string {
  const { length, bytes } = parsePrefix(prefix)!;
  const lengths = `${minLength ?? length}-${maxLength ?? 8 * bytes.length}`;
  return `${match}:${prefix}${minLength === undefined && maxLength === undefined ? "" : `^${lengths}`}`;
}
