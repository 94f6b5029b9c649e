// Outbound route filters (RFC 5291) for people.
import { decodeRouteFilters, toHex, WhenToRefresh, type PrefixFilterEntry, type RouteRefresh } from "@bgpwire/core";
import { ruleText } from "../config/policy.ts";

/** Most octets that are shown of a filter. */
const MOST_OCTETS = 16;

/** The filters of a ROUTE-REFRESH. */
export interface FilterFields {
  /** When routes are to be sent again; null: it has no filters. */
  readonly when: "immediate" | "defer" | null;
  /** An entry each. */
  readonly filters: readonly string[];
}

/** What a ROUTE-REFRESH says of filters. */
export function describeFilters(refresh: RouteRefresh): FilterFields {
  const decoded = decodeRouteFilters(refresh);
  if (decoded === null) return { when: null, filters: [] };
  const filters = decoded.filters.flatMap((filter) =>
    filter.name === "raw"
      ? [`ORF type ${filter.type}, not understood: ${toHex(filter.octets.subarray(0, MOST_OCTETS))}`]
      : filter.entries.map((entry) => entryText(entry)),
  );
  return { when: decoded.when === WhenToRefresh.Defer ? "defer" : "immediate", filters };
}

function entryText(entry: PrefixFilterEntry): string {
  return entry.action === "removeAll" ? "remove all" : `${entry.action} ${entry.sequence} ${ruleText(entry)}`;
}

/** The same in the line of a ROUTE-REFRESH, behind its family. */
export function filtersText({ when, filters }: FilterFields): string {
  return when === null ? "" : ` ${when}, filters: ${filters.join(", ") || "none"}`;
}
