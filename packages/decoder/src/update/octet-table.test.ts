// The table of what waits, against a Map of texts: any entries, in any order, and entries that somebody has chosen to collide.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { octetText } from "../nlri/identity.ts";
import { NONE, OctetTable } from "./octet-table.ts";

/** Puts a key with a value in, or in the place of the value that is there. @returns its number */
function put(table: OctetTable, key: Uint8Array, value: Uint8Array): number {
  const octets = Uint8Array.of(...key, ...value);
  const found = table.find(octets, 0, key.length);
  if (found === NONE) return table.add(octets, 0, key.length, octets.length);
  table.replace(found, octets, 0, octets.length);
  return found;
}

function valueOf(table: OctetTable, entry: number): string {
  return octetText(table.octets, table.valueStart(entry), table.valueEnd(entry));
}

const key = fc.uint8Array({ minLength: 1, maxLength: 3, max: 3 });
const steps = fc.array(
  fc.record({
    key,
    value: fc.oneof(fc.constant(new Uint8Array(0)), fc.uint8Array({ maxLength: 40 })),
    remove: fc.boolean(),
  }),
  { maxLength: 400 },
);

/** Does the same to a table and to a Map, and compares them. */
function compare(list: readonly { key: Uint8Array; value: Uint8Array; remove: boolean }[]): void {
  const table = new OctetTable();
  const model = new Map<string, { entry: number; value: string }>();
  for (const step of list) {
    const name = octetText(step.key, 0, step.key.length);
    const known = model.get(name);
    expect(table.find(step.key, 0, step.key.length)).toBe(known?.entry ?? NONE);
    if (!step.remove) {
      const value = step.value.length === 0 ? name : octetText(step.value, 0, step.value.length);
      model.set(name, { entry: put(table, step.key, step.value), value });
    } else if (known !== undefined) {
      table.remove(known.entry);
      model.delete(name);
    }
    expect(table.size).toBe(model.size);
  }
  for (const { entry, value } of model.values()) expect(valueOf(table, entry)).toBe(value);
  expect(new Set([...model.values()].map(({ entry }) => entry)).size).toBe(model.size);
  for (const { entry } of model.values()) table.remove(entry);
  expect([table.size, table.large]).toEqual([0, false]);
}

test("it has what was put in last, whatever was taken out between", () => {
  fc.assert(fc.property(steps, compare), { numRuns: 100 });
});

test("many entries at once, with and without gaps", () => {
  const keys = Array.from({ length: 3000 }, (_, i) => Uint8Array.of(i >> 8, i));
  const value = new Uint8Array(7);
  compare([
    ...keys.map((one) => ({ key: one, value, remove: false })),
    ...keys.filter((_, i) => i % 3 > 0).map((one) => ({ key: one, value, remove: true })),
    ...keys.map((one) => ({ key: one, value: new Uint8Array(9), remove: false })),
  ]);
});

test("keys that were chosen to have one hash are entries like others", () => {
  const keys = collisions(8);
  const value = Uint8Array.of(1);
  compare([
    ...keys.map((one) => ({ key: one, value, remove: false })),
    ...keys.filter((_, i) => i % 3 > 0).map((one) => ({ key: one, value, remove: true })),
    ...keys.map((one) => ({ key: one, value, remove: false })),
  ]);
});

/** 2 to the power of `parts` keys of one hash: in each part two texts of six octets go from one state of FNV-1a to the same next one. */
function collisions(parts: number): Uint8Array[] {
  let keys: number[][] = [[]];
  let state = 0x811c9dc5 | 0;
  for (let part = 0; part < parts; part += 1) {
    const seen = new Map<number, number[]>();
    for (let n = 0; ; n += 1) {
      const [a, b] = [Math.imul(n, 0x9e3779b1), Math.imul(n, 0x85ebca6b)];
      const text = [a >> 24, b >> 24, a >> 16, b >> 16, a >> 8, b >> 8].map((octet) => octet & 255);
      const next = text.reduce((hash, octet) => Math.imul(hash ^ octet, 0x01000193), state);
      const other = seen.get(next);
      if (other === undefined) {
        seen.set(next, text);
        continue;
      }
      keys = keys.flatMap((begun) => [
        [...begun, ...text],
        [...begun, ...other],
      ]);
      state = next;
      break;
    }
  }
  return keys.map((one) => Uint8Array.from(one));
}
