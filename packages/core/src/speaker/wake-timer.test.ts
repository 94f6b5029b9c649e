// The one timer, on a setTimeout that the test fires.
import { expect, test } from "vitest";
import { WakeTimer } from "./wake-timer.ts";

const LONGEST = 2 ** 31 - 1;

function setup(hasReads = true) {
  const reads: (() => void)[] = [];
  const running = new Map<number, { readonly action: () => void; readonly delay: number }>();
  const state = { now: 1000, next: 1, woken: [] as string[] };
  const timer = new WakeTimer<number>({
    now: () => state.now,
    setTimeout: (action, delay) => {
      running.set(state.next, { action, delay });
      return state.next++;
    },
    clearTimeout: (id) => void running.delete(id),
    ...(hasReads && { afterReads: (action: () => void) => void reads.push(action) }),
  });
  const wake = (at: number | null, name = ""): void => timer.wake(at, () => state.woken.push(name));
  const delays = (): number[] => [...running.values()].map(({ delay }) => delay);
  /** Time passes, the timer fires, and nothing is left to be read. */
  const fire = (later: number): void => {
    expire(later);
    read();
  };
  const read = (): void => {
    for (const action of reads.splice(0)) action();
  };
  const expire = (later: number): void => {
    const [[id, { action }] = [0, { action: () => {} }]] = running;
    running.delete(id);
    state.now += later;
    action();
  };
  return { state, wake, delays, fire, expire, read };
}

test("wakes once, at its time", () => {
  const { state, wake, delays, fire } = setup();
  wake(1500, "a");
  expect(delays()).toEqual([500]);
  fire(500);
  expect(state.woken).toEqual(["a"]);
  expect(delays()).toEqual([]);
});

test("a new deadline takes the place of the old; null disarms", () => {
  const { state, wake, delays, fire } = setup();
  wake(1500, "a");
  wake(1200, "b");
  expect(delays()).toEqual([200]);
  fire(200);
  expect(state.woken).toEqual(["b"]);
  wake(9000, "c");
  wake(null);
  expect(delays()).toEqual([]);
});

test("a deadline in the past wakes at once, but not from inside the call", () => {
  const { state, wake, delays, fire } = setup();
  wake(-5000, "past");
  expect(state.woken).toEqual([]);
  expect(delays()).toEqual([0]);
  fire(0);
  expect(state.woken).toEqual(["past"]);
});

test("a timer that fires early is armed again", () => {
  const { state, wake, delays, fire } = setup();
  wake(1100.5, "a");
  expect(delays()).toEqual([101]);
  fire(100);
  expect(state.woken).toEqual([]);
  expect(delays()).toEqual([1]);
  fire(1);
  expect(state.woken).toEqual(["a"]);
});

test("a deadline beyond the range of setTimeout is reached in steps", () => {
  const { state, wake, delays, fire } = setup();
  wake(1000 + LONGEST + 70, "far");
  expect(delays()).toEqual([LONGEST]);
  fire(LONGEST);
  expect(state.woken).toEqual([]);
  expect(delays()).toEqual([70]);
  fire(70);
  expect(state.woken).toEqual(["far"]);
});

test("waking may arm the next", () => {
  const { state, wake, fire } = setup();
  wake(1010, "a");
  fire(10);
  wake(1020, "b");
  fire(10);
  expect(state.woken).toEqual(["a", "b"]);
});

test("what is readable is read before it wakes", () => {
  const { state, wake, delays, expire, read } = setup();
  wake(1010, "a");
  expire(500);
  expect(state.woken).toEqual([]);
  expect(delays()).toEqual([]);
  read();
  expect(state.woken).toEqual(["a"]);
});

test("what is read may arm it anew or disarm it", () => {
  const { state, wake, delays, expire, read, fire } = setup();
  wake(1010, "a");
  expire(500);
  wake(1900, "b");
  read();
  expect(state.woken).toEqual([]);
  expect(delays()).toEqual([400]);
  fire(400);
  expect(state.woken).toEqual(["b"]);
  wake(2000, "c");
  expire(500);
  wake(null);
  read();
  expect(state.woken).toEqual(["b"]);
});

test("a platform that cannot tell when it has read is given a timer's turn to do so", () => {
  const { state, wake, delays, fire } = setup(false);
  wake(1010, "a");
  fire(500);
  expect(state.woken).toEqual([]);
  expect(delays()).toEqual([0]);
  fire(0);
  expect(state.woken).toEqual(["a"]);
  wake(1510, "b");
  fire(10);
  wake(null);
  expect(delays()).toEqual([]);
});
