// Many deadlines, one minimum: a binary heap whose items know their place, so that moving one costs log n and looking at
// the earliest costs nothing. Ten thousand idle peers are ten thousand numbers nobody touches until one is due.
import type { Millis } from "../session/io.ts";

/** What a thing must carry to stand in a heap. Only the heap writes it. */
export interface HeapItem {
  /** Where it stands; -1 when it does not. */
  heapIndex: number;
  /** Its deadline, while it stands. */
  heapAt: Millis;
}

/** Items in the order of their deadlines. An item stands in one heap at most. */
export class DeadlineHeap<T extends HeapItem> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The item with the earliest deadline. */
  first(): T | null {
    return this.#items[0] ?? null;
  }

  /** Gives an item its deadline, wherever it stands; null takes it out. */
  set(item: T, at: Millis | null): void {
    const items = this.#items;
    if (at === null) {
      if (item.heapIndex >= 0) this.#remove(item);
    } else if (item.heapIndex < 0) {
      item.heapAt = at;
      items.push(item);
      this.#up(item, items.length - 1);
    } else if (at < item.heapAt) {
      item.heapAt = at;
      this.#up(item, item.heapIndex);
    } else if (at > item.heapAt) {
      item.heapAt = at;
      this.#down(item, item.heapIndex);
    }
  }

  #remove(item: T): void {
    const items = this.#items;
    const last = items.pop()!;
    if (last !== item) {
      // The hole is filled with the last leaf, which may belong above it or below it.
      if (last.heapAt < item.heapAt) this.#up(last, item.heapIndex);
      else this.#down(last, item.heapIndex);
    }
    item.heapIndex = -1;
  }

  #up(item: T, from: number): void {
    const items = this.#items;
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = items[above]!;
      if (parent.heapAt <= item.heapAt) break;
      items[index] = parent;
      parent.heapIndex = index;
      index = above;
    }
    items[index] = item;
    item.heapIndex = index;
  }

  #down(item: T, from: number): void {
    const items = this.#items;
    let index = from;
    for (;;) {
      let below = 2 * index + 1;
      if (below >= items.length) break;
      if (below + 1 < items.length && items[below + 1]!.heapAt < items[below]!.heapAt) below += 1;
      const child = items[below]!;
      if (child.heapAt >= item.heapAt) break;
      items[index] = child;
      child.heapIndex = index;
      index = below;
    }
    items[index] = item;
    item.heapIndex = index;
  }
}
