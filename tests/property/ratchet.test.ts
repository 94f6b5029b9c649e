// Nothing is decoded that the generators do not make: every attribute, family, TLV, extended community and capability that the
// code has a row for is in some well-formed UPDATE of the property tests.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createContext } from "@bgpwire/decoder";
import { communityTables, sourcesOfDecoder, tlvTables } from "../../scripts/coverage.ts";
import { attributeGenerators, familyGenerators } from "../support/arbitrary-updates.ts";

/** Every `name` in values of an arbitrary, and every property: components of flow specifications are known by theirs. */
function namesIn(values: readonly unknown[], names: Set<string>): void {
  for (const value of values) {
    if (typeof value !== "object" || value === null || value instanceof Uint8Array) continue;
    if ("name" in value) names.add(String(value.name));
    for (const property of Object.keys(value)) names.add(property);
    namesIn(Object.values(value), names);
  }
}

/** Names of everything that the generators make. */
function generatedNames(): Set<string> {
  const names = new Set<string>();
  for (const fourOctetAs of [true, false]) {
    const context = createContext({ session: "ibgp", fourOctetAs });
    for (const { make } of Object.values(attributeGenerators)) {
      namesIn(fc.sample(make(context), { numRuns: 1500, seed: 1 }), names);
    }
    for (const { nlri } of familyGenerators)
      namesIn(fc.sample(nlri(context, false), { numRuns: 1000, seed: 1 }), names);
  }
  return names;
}

test("every TLV and every extended community that has a row is generated", async () => {
  const sources = await sourcesOfDecoder();
  const rows = [...tlvTables(sources), ...communityTables(sources)].flatMap(({ table, rows: list }) =>
    list.map((row) => ({ table, name: row.name })),
  );
  expect(rows.length).toBeGreaterThan(100);
  const names = generatedNames();
  expect(rows.filter(({ name }) => !names.has(name))).toEqual([]);
});
