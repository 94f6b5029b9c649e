// Filters in a ROUTE-REFRESH (RFC 5291), as people read them.
import { fromHex } from "@bgpwire/core";
import { expect, it } from "vitest";
import { describeFilters, filtersText } from "./filter-text.ts";

it.each([
  ["", ""],
  ["01400000", " immediate, filters: none"],
  ["0240000180", " defer, filters: remove all"],
  ["0140000900000000050000080a", " immediate, filters: add 5 permit:10.0.0.0/8"],
  ["0140000960000000050018080a", " immediate, filters: remove 5 deny:10.0.0.0/8^8-24"],
  ["02400001c0410002aabb", " defer, filters: ORF type 64, not understood: c0, ORF type 65, not understood: aabb"],
])("%j", (body, text) => {
  expect(filtersText(describeFilters({ afi: 1, safi: 1, subtype: 0, body: fromHex(body)! }))).toBe(text);
});
