// What a peer has asked not to be told: the Outbound Route Filters of one session (RFC 5291 section 6), kept and applied. Those of
// address prefixes alone (RFC 5292) are understood.
import { parsePrefix } from "../address/prefix.ts";
import { ConfigError } from "../fault.ts";
import type { Family } from "../message/capability.ts";
import { decodeRouteFilters, WhenToRefresh } from "../message/route-filters.ts";
import type { PrefixFilterEntry, PrefixRule, RouteFilter } from "../message/route-filters.ts";
import { RefreshSubtype, type RouteRefresh } from "../message/route-refresh.ts";
import { isFamily, type Negotiated } from "./negotiated.ts";

/** Most entries of one ORF that are kept. */
const MOST_ENTRIES = 10_000;

/**
 * The filters of a peer, for as long as its session lasts. To honour them, have a look at three things: before routes of a family
 * are told at first (`awaits`), at each ROUTE-REFRESH (`take`), and at each route (`passes`). What was told and does not pass any more
 * is to be withdrawn.
 *
 * Memory: at most 10,000 entries for each family and ORF type, of which there are two. A filter with more is not honoured, and all
 * routes pass it until the peer removes all of its entries.
 *
 * @example
 * onEstablished(session) {
 *   filters.set(session, new PeerFilters(session.negotiated));
 * },
 * onRouteRefresh(session, refresh) {
 *   if (filters.get(session).take(refresh)) announceAll(session, refresh);
 * },
 */
export class PeerFilters {
  readonly #negotiated: Negotiated;
  readonly #lists: { readonly afi: number; readonly safi: number; readonly type: number; readonly list: PrefixList }[];
  /** Families that wait for the peer. */
  #waiting: Family[];

  constructor(negotiated: Negotiated) {
    this.#negotiated = negotiated;
    const taken = negotiated.outboundRouteFilters.filter(({ receive }) => receive);
    this.#waiting = taken;
    this.#lists = taken.map(({ afi, safi, type }) => ({ afi, safi, type, list: new PrefixList() }));
  }

  /**
   * Whether the peer has said that it will have filters for a family, and has not sent its first ROUTE-REFRESH for it: until then
   * no routes of the family should be told.
   */
  awaits(family: Family): boolean {
    return this.#waiting.some(isFamily(family));
  }

  /**
   * Takes what the peer says.
   *
   * @returns whether routes of its family are to be told now: all that pass, once more. False for filters that are to wait for the
   *   next ROUTE-REFRESH, for the begin and the end of a refresh, and for families that are not those of the session
   */
  take(refresh: RouteRefresh): boolean {
    const same = isFamily(refresh);
    if (refresh.subtype !== RefreshSubtype.Request || !this.#negotiated.families.some(same)) return false;
    const given = decodeRouteFilters(refresh);
    for (const filter of given?.filters ?? []) {
      // An ORF that we have not offered to take is ignored.
      this.#lists.find((one) => same(one) && one.type === filter.type)?.list.take(filter);
    }
    if (given?.when === WhenToRefresh.Defer) return false;
    this.#waiting = this.#waiting.filter((one) => !same(one));
    return true;
  }

  /**
   * Whether a route may be told: it has to pass each filter that the peer has for its family. A filter without entries is none.
   *
   * @throws ConfigError `invalid-value` when the text is no prefix
   * @example filters.passes({ afi: Afi.IPv4, safi: Safi.Unicast }, "192.0.2.0/24")
   */
  passes(family: Family, prefix: string): boolean {
    const same = isFamily(family);
    return this.#lists.every((one) => !same(one) || one.list.passes(prefix));
  }
}

/** The rules about one prefix, and which of them holds for what is in it, by length. */
interface RulesOfPrefix {
  readonly rules: PrefixRule[];
  readonly holds: Map<number, PrefixRule | null>;
}

/**
 * One ORF of prefixes. A route is looked up by each length that there is a rule for, of which there are 129 at most, so that its
 * cost does not grow with the number of entries.
 */
class PrefixList {
  /** By sequence number. */
  readonly #rules = new Map<number, PrefixRule>();
  /** It had too many entries, and has not been emptied since. */
  #overflow = false;
  /** Made of the rules when it is needed; by `keyOf`. */
  #index: Map<string, RulesOfPrefix> | null = null;
  /** Of the prefixes of the index, ascending. */
  #lengths: number[] = [];

  take(filter: RouteFilter): void {
    this.#index = null;
    // FRR has a number of its own for "remove all", which is one that does not exist.
    if (filter.name === "raw") this.#apply({ action: "removeAll" });
    else for (const entry of filter.entries) this.#apply(entry);
  }

  passes(text: string): boolean {
    if (this.#rules.size === 0) return true;
    const prefix = parsePrefix(text);
    if (prefix === null) throw new ConfigError("invalid-value", "prefix", `${JSON.stringify(text)} is no prefix`);
    const index = (this.#index ??= this.#makeIndex());
    let first: PrefixRule | null = null;
    for (const length of this.#lengths) {
      if (length > prefix.length) break;
      const found = index.get(keyOf(prefix.bytes, length));
      const rule = found === undefined ? null : ruleFor(found, length, prefix.length);
      if (rule !== null && (first === null || rule.sequence < first.sequence)) first = rule;
    }
    // RFC 5291 section 6: what matches none of the entries should not be told.
    return first?.match === "permit";
  }

  #apply(entry: PrefixFilterEntry): void {
    if (entry.action === "removeAll") {
      this.#rules.clear();
      this.#overflow = false;
    } else if (this.#overflow) {
      return;
    } else if (entry.action === "add") {
      this.#rules.set(entry.sequence, entry);
      this.#overflow = this.#rules.size > MOST_ENTRIES;
      // A part of it would hold routes back that the peer wants.
      if (this.#overflow) this.#rules.clear();
    } else {
      const rule = this.#rules.get(entry.sequence);
      if (rule !== undefined && isSame(rule, entry)) this.#rules.delete(entry.sequence);
    }
  }

  #makeIndex(): Map<string, RulesOfPrefix> {
    const index = new Map<string, RulesOfPrefix>();
    const lengths = new Set<number>();
    for (const rule of [...this.#rules.values()].sort((a, b) => a.sequence - b.sequence)) {
      const { bytes, length } = parsePrefix(rule.prefix)!;
      const key = keyOf(bytes, length);
      const known = index.get(key);
      if (known === undefined) index.set(key, { rules: [rule], holds: new Map() });
      else known.rules.push(rule);
      lengths.add(length);
    }
    this.#lengths = [...lengths].sort((a, b) => a - b);
    return index;
  }
}

/** The first of the rules about a prefix that matches what is in it with this length (RFC 5292 section 4, the table). */
function ruleFor({ rules, holds }: RulesOfPrefix, ofPrefix: number, length: number): PrefixRule | null {
  const known = holds.get(length);
  if (known !== undefined) return known;
  const rule = rules.find(({ minLength, maxLength }) => {
    if (minLength === undefined && maxLength === undefined) return length === ofPrefix;
    return length >= (minLength ?? 0) && length <= (maxLength ?? 128);
  });
  holds.set(length, rule ?? null);
  return rule ?? null;
}

function isSame(a: PrefixRule, b: PrefixRule): boolean {
  return a.match === b.match && a.prefix === b.prefix && a.minLength === b.minLength && a.maxLength === b.maxLength;
}

/** The first `length` bits as a text of their own. */
function keyOf(bytes: Uint8Array, length: number): string {
  let key = String.fromCharCode(length);
  for (let bit = 0; bit < length; bit += 8) {
    const mask = length - bit >= 8 ? 0xff : 0xff << (8 - (length - bit));
    key += String.fromCharCode(bytes[bit >> 3]! & mask);
  }
  return key;
}
