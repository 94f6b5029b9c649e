// Time that only passes when a test says so: tasks in the order of their times and, at equal times, of their making.
interface Task {
  readonly at: number;
  readonly order: number;
  action: (() => void) | null;
}

/** Undoes a task that has not run. */
export type Cancel = () => void;

/** Steps of promises that may hang together between two tasks. Longer chains go on between the next two. */
const HOPS = 16;

export class VirtualTime {
  /** Milliseconds. Starts at an odd place, so that a mix-up with real time shows. */
  now = 1_000_000;
  #order = 0;
  /** A binary heap. */
  readonly #tasks: Task[] = [];

  /** Runs something after a delay of 0 or more, never from inside this call. */
  after(delay: number, action: () => void): Cancel {
    const task: Task = { at: this.now + Math.max(0, delay), order: this.#order, action };
    this.#order += 1;
    this.#push(task);
    return () => {
      task.action = null;
    };
  }

  /** Runs the next task. False when there is none up to `limit`; then nothing happens and no time passes. */
  step(limit = Infinity): boolean {
    for (;;) {
      const [first] = this.#tasks;
      if (first === undefined) return false;
      if (first.action !== null && first.at > limit) return false;
      this.#pop();
      if (first.action === null) continue;
      this.now = first.at;
      first.action();
      return true;
    }
  }

  /** Runs what is due in the next milliseconds, without waiting for promises. */
  run(milliseconds: number): void {
    const end = this.now + milliseconds;
    while (this.step(end));
    this.now = end;
  }

  /** Lets so much time pass, and promises settle between tasks. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.now + milliseconds;
    await settle();
    while (this.step(end)) await settle();
    this.now = end;
    await settle();
  }

  /** Lets time pass until a condition holds. Fails when nothing more happens, or not within `limit` milliseconds. */
  async until(condition: () => boolean, what: string, limit = 3_600_000): Promise<void> {
    const end = this.now + limit;
    await settle();
    while (!condition()) {
      if (!this.step(end)) throw new Error(`never came: ${what} (virtual time ${this.now}, limit ${end})`);
      await settle();
    }
  }

  #push(task: Task): void {
    const tasks = this.#tasks;
    let index = tasks.length;
    tasks.push(task);
    while (index > 0) {
      const above = (index - 1) >> 1;
      if (before(tasks[above]!, task)) break;
      tasks[index] = tasks[above]!;
      index = above;
    }
    tasks[index] = task;
  }

  #pop(): void {
    const tasks = this.#tasks;
    const last = tasks.pop()!;
    if (tasks.length === 0) return;
    let index = 0;
    for (let below = 1; below < tasks.length; below = 2 * index + 1) {
      if (below + 1 < tasks.length && before(tasks[below + 1]!, tasks[below]!)) below += 1;
      if (before(last, tasks[below]!)) break;
      tasks[index] = tasks[below]!;
      index = below;
    }
    tasks[index] = last;
  }
}

function before(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

async function settle(): Promise<void> {
  for (let hop = 0; hop < HOPS; hop += 1) await Promise.resolve();
}
