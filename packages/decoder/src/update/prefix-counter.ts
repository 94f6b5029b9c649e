// How many prefixes a peer has announced and not withdrawn, held against the bounds of RFC 4271 section 6.7. It counts and
// says when a bound is passed; what is done then is the caller's: `maximumPrefixes` of the core is the NOTIFICATION for it.
import {
  Afi,
  ConfigError,
  familyName,
  formatPrefix,
  parsePrefix,
  Safi,
  type Family,
  type PrefixBound,
} from "@bgpwire/core";
import type { Routes, WithdrawnRoute } from "./routes.ts";

/** A bound on the prefixes of one family. */
export interface PrefixLimit extends PrefixBound {
  /** Per cent of the limit from which there is a warning, above 0 and up to 100. Default 75. */
  readonly warning?: number;
}

/** A bound that an UPDATE has passed. */
export interface PrefixCrossing extends PrefixBound {
  /** `warning`: at least the warning's share of the limit. `exceeded`: more than the limit. */
  readonly level: "warning" | "exceeded";
  /** Prefixes there are now, and for `exceeded` never more than one above the limit. */
  readonly count: number;
}

interface Counted {
  readonly bound: PrefixBound;
  readonly warnAt: number;
  readonly keys: Set<string>;
  /** What has been said, and is said again only after the count was below it. */
  warned: boolean;
  exceeded: boolean;
}

/** The families whose routes are prefixes, alone, with labels or in a VPN. */
const PREFIX_SAFIS: ReadonlySet<number> = /* @__PURE__ */ new Set([
  Safi.Unicast,
  Safi.Multicast,
  Safi.LabeledUnicast,
  Safi.ClassfulTransport,
  Safi.Vpn,
  Safi.VpnMulticast,
]);

/** Whether `PrefixCounter` can count the routes of a family. @example hasPrefixes({ afi: 25, safi: 70 }) // false: EVPN */
export function hasPrefixes({ afi, safi }: Family): boolean {
  return (afi === Afi.IPv4 || afi === Afi.IPv6) && PREFIX_SAFIS.has(safi);
}

/**
 * Counts the prefixes that a peer has announced over one session, by family. A prefix told again counts once, whatever its
 * labels; with ADD-PATH each path of it counts, since each takes memory.
 *
 * It remembers a text for each route of the families it was given limits for, and at most one more than the limit. Of what is
 * beyond that nothing is remembered, so after `exceeded` on a session that goes on, the count may be too low, never too high.
 *
 * @example
 * const reader = new UpdateReader(contextOf(session.negotiated));
 * const counter = new PrefixCounter([{ afi: 1, safi: 1, limit: 1000, warning: 80 }]);
 * return (body) => {
 *   const { update, issues, notification } = reader.read(body);
 *   for (const crossing of counter.take(routesOf(update, issues))) {
 *     if (crossing.level === "exceeded") session.close(maximumPrefixes(crossing), { idleHoldTime: 30 });
 *   }
 *   return notification;
 * };
 */
export class PrefixCounter {
  readonly #families: readonly Counted[];

  /** @throws ConfigError `invalid-value` for a number out of range, and a family without prefixes or given twice */
  constructor(limits: readonly PrefixLimit[]) {
    limits.forEach((limit, i) => checkLimit(limit, limits.slice(0, i)));
    this.#families = limits.map(({ afi, safi, limit, warning = 75 }) => ({
      bound: { afi, safi, limit },
      warnAt: Math.max(1, Math.ceil((limit * warning) / 100)),
      keys: new Set<string>(),
      warned: false,
      exceeded: false,
    }));
  }

  /** Prefixes of a family that has a limit; null for others. */
  count(family: Family): number | null {
    return this.#find(family)?.keys.size ?? null;
  }

  /** Counts what `routesOf` makes of an UPDATE. @returns the bounds that are passed after it and were not before it */
  take({ withdrawn, announced }: Pick<Routes, "withdrawn" | "announced">): readonly PrefixCrossing[] {
    for (const route of withdrawn) {
      const key = keyOf(route);
      if (key !== null) this.#find(route.family)?.keys.delete(key);
    }
    for (const route of announced) {
      const counted = this.#find(route.family);
      const key = keyOf(route);
      if (key !== null && counted !== undefined && counted.keys.size <= counted.bound.limit) counted.keys.add(key);
    }
    return this.#families.flatMap(crossingsOf);
  }

  /** The routes of a family are gone at once, as after an AFI/SAFI disable (RFC 7606 section 2). */
  forget(family: Family): void {
    const counted = this.#find(family);
    if (counted === undefined) return;
    counted.keys.clear();
    counted.warned = false;
    counted.exceeded = false;
  }

  #find({ afi, safi }: Family): Counted | undefined {
    return this.#families.find(({ bound }) => bound.afi === afi && bound.safi === safi);
  }
}

/** What is to be said after an UPDATE, and has not been said since the count was last below it. */
function crossingsOf(counted: Counted): PrefixCrossing[] {
  const { bound, warnAt, keys, warned, exceeded } = counted;
  const count = keys.size;
  counted.warned = count >= warnAt;
  counted.exceeded = count > bound.limit;
  const crossings: PrefixCrossing[] = [];
  if (counted.warned && !warned) crossings.push({ ...bound, level: "warning", count });
  if (counted.exceeded && !exceeded) crossings.push({ ...bound, level: "exceeded", count });
  return crossings;
}

/**
 * What tells routes of a family apart. Labels do not (RFC 8277 section 2.4), and bits behind the length do not. Null for a
 * route that is malformed, which is none.
 */
function keyOf(route: WithdrawnRoute): string | null {
  if (!("prefix" in route) || typeof route.prefix !== "string") return null;
  const distinguisher = "routeDistinguisher" in route ? route.routeDistinguisher : "";
  return `${canonical(route.prefix)} ${distinguisher} ${route.pathId ?? ""}`;
}

/** Octets behind the length are not in the text; bits in its last octet may be. */
function canonical(text: string): string {
  const rest = Number(text.slice(text.lastIndexOf("/") + 1)) % 8;
  if (rest === 0) return text;
  const { version, bytes, length } = parsePrefix(text)!;
  const at = length >>> 3;
  const kept = bytes[at]! & (0xff00 >> rest);
  if (kept === bytes[at]) return text;
  bytes[at] = kept;
  return formatPrefix(version, bytes, length);
}

function checkLimit(given: PrefixLimit, before: readonly PrefixLimit[]): void {
  const { afi, safi, limit, warning = 75 } = given;
  const name = familyName(given);
  if (!hasPrefixes(given)) throw new ConfigError("invalid-value", "limits", `the routes of ${name} are not prefixes`);
  if (before.some((other) => other.afi === afi && other.safi === safi)) {
    throw new ConfigError("invalid-value", "limits", `${name} is given twice`);
  }
  if (!Number.isInteger(limit) || limit < 0 || limit > 0xffff_ffff) {
    throw new ConfigError("invalid-value", "limit", `${limit} is not a whole number from 0 to 4294967295`);
  }
  if (!(warning > 0 && warning <= 100)) {
    throw new ConfigError("invalid-value", "warning", `${warning} is not per cent above 0 and up to 100`);
  }
}
