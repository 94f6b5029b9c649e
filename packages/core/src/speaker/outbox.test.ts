// What goes in comes out, in order, in batches of a bounded size.
import { expect, test } from "vitest";
import { nextRandom, uniform } from "../peer/random.ts";
import { Outbox } from "./outbox.ts";

const BATCH = 65_536;

test("an empty outbox has no batch", () => {
  const outbox = new Outbox();
  expect(outbox.take()).toBeNull();
  outbox.add(new Uint8Array(0));
  expect(outbox.take()).toBeNull();
  expect(outbox.octets).toBe(0);
});

test("a message alone is handed on as it is, however long", () => {
  const outbox = new Outbox();
  const message = new Uint8Array(3 * BATCH);
  outbox.add(message);
  expect(outbox.full).toBe(true);
  expect(outbox.take()).toBe(message);
  expect(outbox.octets).toBe(0);
});

test("messages are joined up to the size of a batch, and no further", () => {
  const outbox = new Outbox();
  for (let i = 0; i < 5; i += 1) outbox.add(new Uint8Array(BATCH / 2).fill(i));
  expect([outbox.take(), outbox.take(), outbox.take(), outbox.take()].map((batch) => batch?.length)).toEqual([
    BATCH,
    BATCH,
    BATCH / 2,
    undefined,
  ]);
});

test("clear drops everything", () => {
  const outbox = new Outbox();
  for (let i = 0; i < 9; i += 1) outbox.add(new Uint8Array(BATCH / 4));
  outbox.take();
  outbox.clear();
  expect(outbox.octets).toBe(0);
  expect(outbox.full).toBe(false);
  expect(outbox.take()).toBeNull();
});

test("adding and taking in any turn keeps every octet in its place", () => {
  let random = 20_260_729;
  const draw = (n: number): number => {
    random = nextRandom(random);
    return Math.floor(uniform(random) * n);
  };
  const outbox = new Outbox();
  let [added, taken] = [0, 0];
  const take = (): boolean => {
    const before = outbox.octets;
    const batch = outbox.take();
    if (batch === null) return false;
    expect(outbox.octets).toBe(before - batch.length);
    expect(batch.every((octet) => octet === taken++ % 251)).toBe(true);
    return true;
  };
  for (let step = 0; step < 2000; step += 1) {
    if (draw(10) === 0) take();
    const length = draw(50) === 0 ? draw(2 * BATCH) : draw(100);
    outbox.add(Uint8Array.from({ length }, () => added++ % 251));
    expect(outbox.octets).toBe(added - taken);
  }
  while (take());
  expect(taken).toBe(added);
});
