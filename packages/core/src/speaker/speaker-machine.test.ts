// The speaker machine by itself: turns, deadlines and the cost of peers that have nothing to do.
import { afterEach, describe, expect, test, vi } from "vitest";
import { ConfigError } from "../fault.ts";
import { encodeKeepalive, encodeMessage } from "../message/header.ts";
import { encodeOpen } from "../message/open.ts";
import type { Notification } from "../message/notification.ts";
import { PeerMachine } from "../peer/machine.ts";
import type { Endpoints } from "../session/io.ts";
import type { PeerEntry } from "./peer-entry.ts";
import type { SpeakerOutput } from "./speaker-machine.ts";
import { SpeakerMachine } from "./speaker-machine.ts";

const SHUTDOWN: Notification = { code: 6, subcode: 2, data: new Uint8Array(0) };

type Entry = PeerEntry<null>;

function newMachine(): SpeakerMachine<null> {
  return new SpeakerMachine({ routerId: "10.0.0.1", seed: 7 });
}

function address(n: number): string {
  return `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
}

function add(machine: SpeakerMachine<null>, n: number, now: number = 0, passive: boolean = true): Entry {
  return machine.add(now, { remoteAddress: address(n), localAs: 65001, remoteAs: 65002, passive }, () => null);
}

function endpoints(remoteAddress: string): Endpoints {
  return { localAddress: "10.255.0.1", localPort: 179, remoteAddress, remotePort: 40_000 };
}

/** Everything there is to do, as peer and type. */
function drain(machine: SpeakerMachine<null>): { peer: Entry; output: SpeakerOutput }[] {
  const all: { peer: Entry; output: SpeakerOutput }[] = [];
  for (let polled = machine.poll(); polled !== null; polled = machine.poll()) all.push({ ...polled });
  return all;
}

/** An accepted connection of this peer, brought up; the number of the connection. */
function establish(machine: SpeakerMachine<null>, now: number, peer: Entry): number {
  const accepted = machine.accept(now, endpoints(peer.remoteAddress));
  if (accepted.peer === null) throw new Error(accepted.why);
  const open = encodeOpen({
    version: 4,
    myAs: 65002,
    holdTime: 90,
    identifier: "10.0.0.2",
    capabilities: [{ name: "fourOctetAs", code: 65, as: 65002 }],
  });
  for (const chunk of [encodeMessage(1, open), encodeKeepalive()]) {
    machine.handle(now, peer, { type: "bytes", conn: accepted.conn, chunk });
  }
  drain(machine);
  expect(peer.machine.view().state).toBe("Established");
  return accepted.conn;
}

function updates(count: number): Uint8Array {
  const one = encodeMessage(2, Uint8Array.of(0, 1, 0, 0, 0));
  const all = new Uint8Array(one.length * count);
  for (let i = 0; i < count; i += 1) all.set(one, i * one.length);
  return all;
}

afterEach(() => vi.restoreAllMocks());

describe("turns", () => {
  test("go round among the peers that have work, one output each", () => {
    const machine = newMachine();
    const peers = [1, 2, 3].map((n) => add(machine, n));
    machine.start(0);
    const conns = peers.map((peer) => establish(machine, 0, peer));
    for (const [i, count] of [100, 1, 2].entries()) {
      machine.handle(1, peers[i]!, { type: "bytes", conn: conns[i]!, chunk: updates(count) });
    }
    const order = drain(machine).map(({ peer }) => peers.indexOf(peer) + 1);
    expect(order.slice(0, 6)).toEqual([1, 2, 3, 1, 3, 1]);
    expect(order).toHaveLength(103);
  });

  test("no peer waits for more than one output of each other, whatever comes in between", () => {
    const machine = newMachine();
    const peers = Array.from({ length: 10 }, (_, n) => add(machine, n + 1));
    machine.start(0);
    const conns = peers.map((peer) => establish(machine, 0, peer));
    const busy = peers[0]!;
    machine.handle(1, busy, { type: "bytes", conn: conns[0]!, chunk: updates(1000) });
    const since = new Map<Entry, number>();
    let worst = 0;
    for (let step = 0; step < 900; step += 1) {
      // Others get single UPDATEs all the time, always somebody else.
      const i = 1 + (step % 9);
      machine.handle(1, peers[i]!, { type: "bytes", conn: conns[i]!, chunk: updates(1) });
      if (!since.has(peers[i]!)) since.set(peers[i]!, step);
      const { peer } = machine.poll()!;
      if (since.has(peer)) worst = Math.max(worst, step - since.get(peer)!);
      since.delete(peer);
    }
    expect(worst).toBeLessThanOrEqual(2 * peers.length);
  });

  test("poll is null when there is nothing, and the deadline is now while there is something", () => {
    const machine = newMachine();
    expect(machine.poll()).toBeNull();
    expect(machine.deadline()).toBeNull();
    add(machine, 1, 0, false);
    machine.start(500);
    expect(machine.deadline()).toBe(500);
    drain(machine);
    expect(machine.deadline()).toBeGreaterThan(500);
    expect(machine.poll()).toBeNull();
  });
});

describe("deleting a peer", () => {
  test("between two of its outputs is safe: its session ends at once, `removed` is its last word", () => {
    const machine = newMachine();
    const [peer, other] = [add(machine, 1), add(machine, 2)];
    machine.start(0);
    const conn = establish(machine, 0, peer);
    const otherConn = establish(machine, 0, other);
    machine.handle(1, peer, { type: "bytes", conn, chunk: updates(100) });
    machine.handle(1, other, { type: "bytes", conn: otherConn, chunk: updates(3) });
    const seen: string[] = [];
    for (let polled = machine.poll(); polled !== null; polled = machine.poll()) {
      const name = polled.peer === peer ? "peer" : "other";
      seen.push(`${name} ${polled.output.type}`);
      if (seen.length === 3) machine.delete(1, peer);
    }
    expect(seen.filter((s) => s.startsWith("other"))).toEqual(["other update", "other update", "other update"]);
    expect(seen.filter((s) => s === "peer update")).toHaveLength(2);
    expect(seen.filter((s) => s.startsWith("peer")).slice(2)).toEqual([
      "peer state",
      "peer write",
      "peer notified",
      "peer close",
      "peer down",
      "peer ended",
      "peer idle",
      "peer removed",
    ]);
    expect(machine.get(address(1))).toBeNull();
    expect(machine.list()).toEqual([other]);
  });

  test("that has nothing to end says `removed` alone, and once", () => {
    const machine = newMachine();
    const peer = add(machine, 1);
    machine.delete(0, peer);
    machine.delete(0, peer);
    expect(drain(machine).map(({ output }) => output.type)).toEqual(["removed"]);
    machine.handle(1, peer, { type: "start" });
    expect(drain(machine)).toEqual([]);
    expect(machine.deadline()).toBeNull();
  });

  test("in the middle of all peers' work loses nobody's turn", () => {
    const machine = newMachine();
    const peers = Array.from({ length: 20 }, (_, n) => add(machine, n + 1));
    machine.start(0);
    const conns = peers.map((peer) => establish(machine, 0, peer));
    for (const [i, peer] of peers.entries())
      machine.handle(1, peer, { type: "bytes", conn: conns[i]!, chunk: updates(5) });
    const heard = new Map<Entry, number>();
    let polls = 0;
    for (let polled = machine.poll(); polled !== null; polled = machine.poll()) {
      polls += 1;
      if (polled.output.type === "update") heard.set(polled.peer, (heard.get(polled.peer) ?? 0) + 1);
      if (polls % 7 === 0 && machine.list().length > 10) machine.delete(1, machine.list()[0]!);
    }
    for (const peer of machine.list()) expect(heard.get(peer)).toBe(5);
  });
});

/** Five diallers nobody answers, as one text. */
const run = (): string => {
  const machine = newMachine();
  for (let n = 1; n <= 5; n += 1) add(machine, n, 0, false);
  machine.start(0);
  const log = drain(machine);
  for (let i = 0; i < 50; i += 1) {
    machine.tick(machine.deadline()!);
    log.push(...drain(machine));
  }
  return JSON.stringify(log.map(({ peer, output }) => [peer.id, output]));
};

describe("deadlines", () => {
  test("a tick touches the peers that are due and no others: 10,000 idle peers cost nothing", () => {
    const machine = newMachine();
    for (let n = 1; n <= 10_000; n += 1) add(machine, n);
    const dialler = add(machine, 10_001, 0, false);
    machine.start(0);
    drain(machine);
    const handle = vi.spyOn(PeerMachine.prototype, "handle");
    const poll = vi.spyOn(PeerMachine.prototype, "poll");
    const deadline = vi.spyOn(PeerMachine.prototype, "deadline");
    const at = machine.deadline()!;
    machine.tick(at - 1);
    expect(machine.poll()).toBeNull();
    expect([handle, poll, deadline].map((spy) => spy.mock.calls.length)).toEqual([0, 0, 0]);
    machine.tick(at);
    expect(drain(machine).every(({ peer }) => peer === dialler)).toBe(true);
    expect(handle).toHaveBeenCalledTimes(1);
    expect(deadline).toHaveBeenCalledTimes(1);
  });

  test("an accepted connection or an input touches its own peer only", () => {
    const machine = newMachine();
    const peers = Array.from({ length: 1000 }, (_, n) => add(machine, n + 1));
    machine.start(0);
    drain(machine);
    const poll = vi.spyOn(PeerMachine.prototype, "poll");
    establish(machine, 5, peers[500]!);
    expect(new Set(poll.mock.contexts)).toEqual(new Set([peers[500]!.machine]));
  });

  test("all peers due at one time go on at it", () => {
    const machine = newMachine();
    for (let n = 1; n <= 50; n += 1) add(machine, n, 0, false);
    machine.start(0);
    drain(machine);
    machine.tick(60_000);
    const dialled = drain(machine).filter(({ output }) => output.type === "dial");
    expect(new Set(dialled.map(({ peer }) => peer.id)).size).toBe(50);
    expect(machine.deadline()).toBeGreaterThan(60_000);
  });

  test("are different for peers that start together: each has a seed of its own", () => {
    const machine = newMachine();
    const peers = Array.from({ length: 50 }, (_, n) => add(machine, n + 1, 0, false));
    machine.start(0);
    drain(machine);
    expect(new Set(peers.map((peer) => peer.heapAt)).size).toBe(50);
  });

  test("the same seed and inputs give the same outputs", () => {
    expect(run()).toBe(run());
  });
});

describe("starting and stopping", () => {
  test("drained says when nothing is under way any more", () => {
    const machine = newMachine();
    const peer = add(machine, 1);
    const dialler = add(machine, 2, 0, false);
    expect(machine.drained).toBe(true);
    expect(machine.running).toBe(false);
    machine.start(0);
    expect(machine.running).toBe(true);
    expect(machine.drained).toBe(false);
    establish(machine, 0, peer);
    expect(machine.drained).toBe(false);
    machine.stop(1, SHUTDOWN);
    expect(machine.drained).toBe(false);
    const seen = drain(machine);
    expect(machine.drained).toBe(true);
    expect(seen.filter(({ output }) => output.type === "cancelDial").map(({ peer: p }) => p)).toEqual([dialler]);
    expect(seen.filter(({ output }) => output.type === "notified").map(({ peer: p }) => p)).toEqual([peer]);
    expect(machine.deadline()).toBeNull();
  });

  test("a stopped speaker accepts nobody", () => {
    const machine = newMachine();
    add(machine, 1);
    expect(machine.accept(0, endpoints(address(1)))).toMatchObject({ peer: null, why: "the speaker is not running" });
  });

  test("a router id that is none is refused", () => {
    expect(() => new SpeakerMachine({ routerId: "0.0.0.0", seed: 1 })).toThrow(ConfigError);
  });

  test("what hangs on a peer is made with it", () => {
    const machine = new SpeakerMachine<{ id: string }>({ routerId: "10.0.0.1", seed: 1 });
    const options = { localAs: 65001, remoteAs: "any" } as const;
    const peer = machine.add(0, { ...options, remoteAddress: "10.0.0.9" }, (entry) => ({ id: entry.id }));
    machine.addRange({ ...options, prefix: "10.0.1.0/24" }, (entry) => ({ id: `dynamic ${entry.id}` }));
    machine.start(0);
    const accepted = machine.accept(0, endpoints("10.0.1.7"));
    expect(peer.context).toEqual({ id: "10.0.0.9" });
    expect(accepted.peer?.context).toEqual({ id: "dynamic 10.0.1.7" });
  });
});
