// Maps that do not grow without end.
import { expect, test } from "vitest";
import { Remembered } from "./remember.ts";

test("of too many entries, or of too many octets, those that were set first give way", () => {
  const gone: string[] = [];
  const remembered = new Remembered<string, number>(3, 100, (key) => gone.push(key));
  for (const [i, key] of ["a", "b", "c", "d"].entries()) remembered.set(key, i, 10);
  expect(gone).toEqual(["a"]);
  remembered.set("b", 7, 10);
  remembered.set("e", 4, 85);
  expect(gone).toEqual(["a", "c", "d"]);
  expect(["b", "e", "c"].map((key) => remembered.get(key))).toEqual([7, 4, undefined]);
  remembered.delete("e");
  remembered.set("f", 5, 90);
  expect(gone).toHaveLength(3);
});

test("what is larger than all that may be there stays until something is set after it", () => {
  const remembered = new Remembered<string, number>(3, 100);
  remembered.set("a", 1, 1);
  remembered.set("b", 2, 1000);
  expect([remembered.get("a"), remembered.get("b")]).toEqual([undefined, 2]);
  remembered.set("c", 3, 1);
  expect([remembered.get("b"), remembered.get("c")]).toEqual([undefined, 3]);
});
