// The heap against a sorted list, over long random histories.
import { describe, expect, test } from "vitest";
import { nextRandom, uniform } from "../peer/random.ts";
import type { HeapItem } from "./deadline-heap.ts";
import { DeadlineHeap } from "./deadline-heap.ts";

interface Item extends HeapItem {
  readonly name: number;
}

function item(name: number): Item {
  return { name, heapIndex: -1, heapAt: 0 };
}

describe("DeadlineHeap", () => {
  test("an empty heap has no first", () => {
    const heap = new DeadlineHeap<Item>();
    expect(heap.first()).toBeNull();
    heap.set(item(1), null);
    expect(heap.size).toBe(0);
  });

  test("items come out in the order of their deadlines", () => {
    const heap = new DeadlineHeap<Item>();
    for (const at of [5, 3, 9, 1, 7, 3]) heap.set(item(at), at);
    const seen: number[] = [];
    for (let first = heap.first(); first !== null; first = heap.first()) {
      seen.push(first.name);
      heap.set(first, null);
      expect(first.heapIndex).toBe(-1);
    }
    expect(seen).toEqual([1, 3, 3, 5, 7, 9]);
  });

  test("an item that stands is moved, not added again", () => {
    const heap = new DeadlineHeap<Item>();
    const [a, b] = [item(1), item(2)];
    heap.set(a, 10);
    heap.set(b, 20);
    heap.set(b, 5);
    expect(heap.first()).toBe(b);
    heap.set(b, 30);
    expect(heap.first()).toBe(a);
    expect(heap.size).toBe(2);
  });

  test("agrees with a sorted list after any history", () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      let random = seed * 7919;
      const draw = (n: number): number => {
        random = nextRandom(random);
        return Math.floor(uniform(random) * n);
      };
      const heap = new DeadlineHeap<Item>();
      const items = Array.from({ length: 40 }, (_, i) => item(i));
      const model = new Map<Item, number>();
      for (let step = 0; step < 400; step += 1) {
        const picked = items[draw(items.length)]!;
        if (draw(4) === 0) {
          heap.set(picked, null);
          model.delete(picked);
        } else {
          const at = draw(100);
          heap.set(picked, at);
          model.set(picked, at);
        }
        expect(heap.size).toBe(model.size);
        expect(heap.first()?.heapAt ?? null, `seed ${seed} step ${step}`).toBe(
          model.size === 0 ? null : Math.min(...model.values()),
        );
      }
      const drained: number[] = [];
      for (let first = heap.first(); first !== null; first = heap.first()) {
        drained.push(first.heapAt);
        heap.set(first, null);
      }
      expect(drained, `seed ${seed}`).toEqual([...model.values()].sort((a, b) => a - b));
    }
  });
});
