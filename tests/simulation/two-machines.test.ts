// P9: two machines joined by a network with arbitrary delays, lost connections, partitions and crashes come to one common
// Established connection once the network is quiet, and stay there. Every run is decided by one number:
//
//   SEED=1234 npx vitest run --project unit tests/simulation     one run, with its log on failure
//   SEEDS=50000 npx vitest run --project unit tests/simulation   more runs than the usual ones
import { describe, expect, it } from "vitest";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import type { Side, SimulationOptions } from "../support/simulation.ts";
import { generator, other, replayed, Simulation } from "../support/simulation.ts";

const ONE_SEED = process.env["SEED"];
const SEEDS = Number(process.env["SEEDS"] ?? 4000);

/** For machines that do a lot beside. */
const SLOW = { timeout: 120_000 };

/** Milliseconds of trouble, then of quiet, then during which nothing may change. */
const TROUBLE = 120_000;
const QUIET = 240_000;
const STEADY = 60_000;

function pick<T>(random: () => number, ...values: readonly T[]): T {
  return values[Math.floor(random() * values.length)]!;
}

interface Plan {
  readonly options: SimulationOptions;
  /** No link ever breaks without both sides being told: hold time 0 could not notice. */
  readonly honest: boolean;
}

/** The two peers and their network for a seed. */
function planOf(seed: number, extra: Partial<SimulationOptions> = {}): Plan {
  const random = generator(seed ^ 0x5eed);
  const holdTime = pick(random, 0, 3, 9, 9, 30, 30);
  const passive = pick<Side | null>(random, null, null, null, "A", "B");
  const peer = (side: Side): Partial<PeerOptions> => ({
    holdTime: random() < 0.5 ? holdTime : pick(random, holdTime, 30, 30),
    passive: passive === side,
    connectRetryTime: pick(random, 1, 5, 5),
    connectRetryTimeMax: pick(random, 5, 10),
    idleHoldTime: pick(random, 0, 1, 5),
    idleHoldTimeMax: pick(random, 5, 20),
    dampPeerOscillations: random() < 0.8,
    delayOpenTime: pick(random, 0, 0, 0, 0, 1, 5),
    openHoldTime: pick(random, 10, 30),
    collisionDetectEstablishedState: random() < 0.2,
    collisionHoldTime: pick(random, 0, 2, 2, 2),
    sendNotificationWithoutOpen: random() < 0.7,
    askOpenParameters: random() < 0.2,
    askOpenVerdict: random() < 0.2,
  });
  const peers = { A: peer("A"), B: peer("B") };
  const tie = random() < 0.2;
  const swap = random() < 0.5;
  const identifiers = tie
    ? { A: "10.0.0.7", B: "10.0.0.7" }
    : swap
      ? { A: "10.0.0.2", B: "200.0.0.1" }
      : { A: "200.0.0.1", B: "10.0.0.2" };
  const internal = !tie && random() < 0.2;
  const as = internal ? { A: 65001, B: 65001 } : swap ? { A: 65001, B: 4_200_000_000 } : { A: 4_200_000_000, B: 65001 };
  // With a hold time of 3 s and a KEEPALIVE each second, two seconds between fast and slow would be an outage.
  const hasty = Math.min(peers.A.holdTime!, peers.B.holdTime!) === 3;
  const slowest = hasty ? pick(random, 1, 20, 200) : pick(random, 1, 20, 200, 800);
  const skew = hasty ? pick(random, 0, 500) : pick(random, 0, 0, 1500);
  const options: SimulationOptions = {
    seed,
    peers: { A: { ...peers.A, ...restartsOf(seed, 0) }, B: { ...peers.B, ...restartsOf(seed, 1) } },
    identifiers,
    as,
    // Now and then one direction of one connection is much slower than all others.
    delay: (draw, from, tcp) => draw() * slowest + ((tcp + (from === "A" ? 0 : 1)) % 3 === 0 ? draw() * skew : 0),
    answer: (draw) => pick(draw, 0, 10, 1000),
    ...extra,
  };
  return { options, honest: peers.A.holdTime === 0 || peers.B.holdTime === 0 };
}

/** Graceful restart of a side, from numbers of its own, so that the others of a seed are what they were. */
function restartsOf(seed: number, side: number): Partial<PeerOptions> {
  const random = generator((seed << 1) ^ side ^ 0x64_64);
  if (random() < 0.4) return {};
  const family = { afi: 1, safi: 1 };
  return {
    gracefulRestart: {
      restartTime: pick(random, 0, 5, 120),
      families: random() < 0.8 ? [{ ...family, forwardingState: random() < 0.7 }] : [],
      notification: random() < 0.5,
      restarting: random() < 0.3,
      selectionDeferralTime: 20,
    },
    stalePathTime: pick(random, 0, 10, 180),
    ...(random() < 0.3 && { longLivedGracefulRestart: [{ ...family, staleTime: 60 }] }),
  };
}

/** Everything that goes wrong in the first two minutes. */
function trouble(simulation: Simulation, honest: boolean): void {
  const { random } = simulation;
  const events = Math.floor(random() * 6);
  for (let i = 0; i < events; i += 1) {
    const at = random() * TROUBLE * 0.8;
    const kind = random();
    simulation.at(at, () => {
      if (kind < 0.3) simulation.partition(simulation.now + random() * 40_000);
      else if (kind < 0.6) simulation.cut(() => (honest || random() < 0.6 ? random() * 3_000 : null));
      else if (kind < 0.8) simulation.crash(random() < 0.5 ? "A" : "B", random() * 10_000, honest || random() < 0.5);
      else {
        const side: Side = random() < 0.5 ? "A" : "B";
        simulation.input(side, { type: "reset" });
      }
    });
  }
}

/** One whole run. */
function run(seed: number, extra: Partial<SimulationOptions> = {}, log: string[] | null = null): Simulation {
  const { options, honest } = planOf(seed, extra);
  const simulation = new Simulation({ ...options, log });
  const { random } = simulation;
  // Both at once, or one after the other.
  const late = pick(random, 0, 0, 5, 500, 20_000);
  simulation.at(0, () => simulation.input("A", { type: "start" }));
  simulation.at(random() * late, () => simulation.input("B", { type: "start" }));
  trouble(simulation, honest);
  simulation.run(TROUBLE);
  const eventsBefore = simulation.events;
  const dialsBefore = simulation.hosts.A.dials + simulation.hosts.B.dials;
  simulation.run(TROUBLE + QUIET);
  mustHaveConverged(simulation);
  const dials = simulation.hosts.A.dials + simulation.hosts.B.dials - dialsBefore;
  if (dials > 150) throw new Error(`${dials} dials in ${QUIET / 1000} quiet seconds`);
  if (simulation.events - eventsBefore > 20_000) throw new Error("livelock: events without end");
  const settled = Math.max(simulation.hosts.A.lastChange, simulation.hosts.B.lastChange);
  simulation.run(simulation.now + STEADY);
  mustHaveConverged(simulation);
  const { A, B } = simulation.hosts;
  if (Math.max(A.lastChange, B.lastChange) !== settled) throw new Error("the session does not stay");
  return simulation;
}

function mustHaveConverged(simulation: Simulation): void {
  for (const side of ["A", "B"] as const) {
    const { machine, up, watcher } = simulation.hosts[side];
    const view = machine.view();
    if (up === null || view.state !== "Established") throw new Error(`${side} is in ${view.state}, not Established`);
    if (view.connections.length !== 1) throw new Error(`${side} has ${view.connections.length} connections`);
    if (watcher.up !== view.connections[0]!.conn) throw new Error(`${side}: another connection is up`);
  }
  const { A, B } = simulation.hosts;
  if (A.up !== B.up) throw new Error(`A is up on connection ${A.up?.id}, B on ${B.up?.id}`);
}

/** Runs a seed; on failure says how to do it again, and with SEED what happened. */
function runOrExplain(seed: number): Simulation {
  const log: string[] = [];
  try {
    return run(seed, {}, ONE_SEED === undefined ? null : log);
  } catch (error) {
    if (ONE_SEED !== undefined) log.unshift(JSON.stringify(planOf(seed), null, 1));
    throw new Error(`SEED=${seed}: ${(error as Error).message}\n${log.join("\n")}`, { cause: error });
  }
}

describe("P9: two machines over an arbitrary network", SLOW, () => {
  if (ONE_SEED !== undefined) {
    it(`SEED=${ONE_SEED}`, () => void runOrExplain(Number(ONE_SEED)));
    return;
  }
  const batch = 250;
  const batches = Array.from({ length: Math.ceil(SEEDS / batch) }, (_, i) => i * batch);
  it.each(batches)("seeds from %s on come to one common session", (first) => {
    for (let seed = first; seed < Math.min(first + batch, SEEDS); seed += 1) runOrExplain(seed);
  });
});

describe("the simulation itself", SLOW, () => {
  it("is decided by its seed alone", () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const [first, second]: [string[], string[]] = [[], []];
      run(seed, {}, first);
      run(seed, {}, second);
      expect(second).toEqual(first);
      expect(first.length).toBeGreaterThan(100);
    }
  });

  it("P4: goes on the same with machines that are replaced by restored snapshots now and then", () => {
    for (let seed = 100; seed < 140; seed += 1) {
      const [plain, restored]: [string[], string[]] = [[], []];
      run(seed, {}, plain);
      run(seed, { restore: true }, restored);
      expect(restored).toEqual(plain);
    }
  });

  it("P10: each machine's recorded inputs give the same outputs again", () => {
    for (let seed = 200; seed < 240; seed += 1) {
      const { hosts } = run(seed, { record: true });
      for (const side of ["A", "B"] as const) {
        expect(hosts[side].record!.outputs.length).toBeGreaterThan(10);
        expect(replayed(hosts[side])).toEqual(hosts[side].record!.outputs);
      }
    }
  });

  it("meets what it is for", () => {
    const seen = new Map<string, number>();
    const count = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);
    for (let seed = 300; seed < 420; seed += 1) {
      const log: string[] = [];
      run(seed, {}, log);
      for (const line of log) {
        const cause = / > (?:ended|down) .*"cause":"(\w+)"/.exec(line)?.[1];
        if (cause !== undefined) count(cause);
        const trouble = /-- (?:[AB] )?(\w+)/.exec(line)?.[1];
        if (trouble !== undefined) count(trouble);
      }
    }
    for (const what of ["collision", "remote", "transport", "timer", "administrative", "partition", "cut", "crashes"]) {
      expect(seen.get(what) ?? 0, what).toBeGreaterThan(20);
    }
  });
});

/** Two peers with nothing special, on a network where every segment takes as long as is said. */
function pair(
  delay: SimulationOptions["delay"],
  peers: Partial<Record<Side, Partial<PeerOptions>>> = {},
  dominant: Side = "B",
): { simulation: Simulation; log: string[] } {
  const log: string[] = [];
  const simulation = new Simulation({
    seed: 1,
    peers: { A: peers.A ?? {}, B: peers.B ?? {} },
    identifiers: dominant === "B" ? { A: "10.0.0.1", B: "10.0.0.2" } : { A: "10.0.0.2", B: "10.0.0.1" },
    as: { A: 65001, B: 65002 },
    delay,
    log,
  });
  return { simulation, log };
}

const startBoth = (simulation: Simulation): void => {
  simulation.input("A", { type: "start" });
  simulation.input("B", { type: "start" });
};

describe("6.8 at both ends: simultaneous open", SLOW, () => {
  // Connection 1 is dialled by A, connection 2 by B. Each direction of each has a delay of its own for data, so that the
  // four OPENs arrive in every order; the handshakes are fast, so that both connections exist.
  const slow = [10, 40, 70, 100] as const;
  const orders = slow.flatMap((a1) =>
    slow.flatMap((b1) => slow.flatMap((a2) => slow.map((b2) => [a1, b1, a2, b2] as const))),
  );
  const distinct = orders.filter((order) => new Set(order).size === 4);

  it.each(["A", "B"] as const)(
    "whatever the order of the four OPENs, the connection that dominant %s dialled stays",
    (dominant) => {
      expect(distinct).toHaveLength(24);
      for (const [a1, b1, a2, b2] of distinct) {
        const delays: Record<string, number> = { A1: a1, B1: b1, A2: a2, B2: b2 };
        const { simulation, log } = pair(
          (_random, from, tcp, kind) => (kind === "data" || kind === "fin" ? (delays[`${from}${tcp}`] ?? 1) : 1),
          {},
          dominant,
        );
        startBoth(simulation);
        simulation.run(20_000);
        mustHaveConverged(simulation);
        const { A, B } = simulation.hosts;
        expect([A.up!.dialler, A.sessions, B.sessions], `${[a1, b1, a2, b2].join(" ")}\n${log.join("\n")}`).toEqual([
          dominant,
          1,
          1,
        ]);
        const ceases = log.filter((line) => line.includes("NOTIFICATION"));
        expect(ceases.every((line) => line.includes("NOTIFICATION 6/7"))).toBe(true);
      }
    },
  );

  it.each(["A", "B"] as const)("dominant %s is slow to connect: whoever is Established keeps it", (dominant) => {
    // The other side's connection is up long before the dominant side's handshake is through.
    const { simulation } = pair((_random, _from, tcp) => ((tcp === 1) === (dominant === "A") ? 1500 : 5), {}, dominant);
    startBoth(simulation);
    simulation.run(60_000);
    mustHaveConverged(simulation);
    expect(simulation.hosts.A.up!.dialler).toBe(other(dominant));
    expect(simulation.hosts.A.sessions).toBe(1);
  });

  it("RFC 6286 section 2.3: the same identifier at both ends", () => {
    const simulation = new Simulation({
      seed: 1,
      peers: { A: {}, B: {} },
      identifiers: { A: "10.0.0.1", B: "10.0.0.1" },
      as: { A: 4_200_000_000, B: 65002 },
      delay: () => 20,
    });
    startBoth(simulation);
    simulation.run(20_000);
    mustHaveConverged(simulation);
    expect(simulation.hosts.A.up!.dialler).toBe("A");
  });

  it("with DelayOpen at both ends", () => {
    const { simulation } = pair(() => 20, { A: { delayOpenTime: 2 }, B: { delayOpenTime: 2 } });
    startBoth(simulation);
    simulation.run(20_000);
    mustHaveConverged(simulation);
  });
});

describe("silence", SLOW, () => {
  it("6.5: a partition longer than the hold time ends the session at both ends; both come back", () => {
    const { simulation, log } = pair(() => 10, { A: { holdTime: 9 }, B: { holdTime: 9 } });
    startBoth(simulation);
    simulation.run(30_000);
    mustHaveConverged(simulation);
    const before = { A: simulation.hosts.A.sessions, B: simulation.hosts.B.sessions };
    simulation.partition(50_000);
    simulation.run(40_000);
    for (const side of ["A", "B"] as const) {
      expect(simulation.hosts[side].up).toBeNull();
      expect(log.findLast((line) => line.includes(`${side}   > down`))).toContain('"cause":"timer"');
    }
    simulation.run(120_000);
    mustHaveConverged(simulation);
    expect(simulation.hosts).toMatchObject({ A: { sessions: before.A + 1 }, B: { sessions: before.B + 1 } });
  });

  it("a partition shorter than the hold time is not noticed", () => {
    const { simulation } = pair(() => 10);
    startBoth(simulation);
    simulation.run(30_000);
    simulation.partition(80_000);
    simulation.run(600_000);
    mustHaveConverged(simulation);
    expect(simulation.hosts).toMatchObject({ A: { sessions: 1 }, B: { sessions: 1 } });
  });

  it("with hold time 0 no silence ends a session", () => {
    const { simulation, log } = pair(() => 10, { A: { holdTime: 0 } });
    startBoth(simulation);
    simulation.run(30_000);
    mustHaveConverged(simulation);
    const quiet = log.length;
    simulation.partition(5_000_000);
    simulation.run(10_000_000);
    mustHaveConverged(simulation);
    expect(log.slice(quiet)).toEqual(["30000 -- partition until 5000000"]);
  });

  it("a peer that was switched off comes back to a session although ours still seems to be up", () => {
    const { simulation } = pair(() => 10, { A: { holdTime: 9 }, B: { holdTime: 9 } });
    startBoth(simulation);
    simulation.run(30_000);
    simulation.crash("B", 500, false);
    simulation.run(90_000);
    mustHaveConverged(simulation);
    expect(simulation.hosts.B.sessions).toBe(2);
  });
});

describe("administration", SLOW, () => {
  it("stop at one end: the other keeps trying, and is welcome once it starts again", () => {
    const { simulation } = pair(() => 10);
    startBoth(simulation);
    simulation.run(10_000);
    simulation.input("B", { type: "stop" });
    simulation.run(300_000);
    expect(simulation.hosts.B.machine.view()).toMatchObject({ state: "Idle", started: false });
    expect(simulation.hosts.A.up).toBeNull();
    simulation.input("B", { type: "start" });
    simulation.run(310_000);
    mustHaveConverged(simulation);
  });

  it("reset: both are back within seconds, nobody is damped", () => {
    const { simulation, log } = pair(() => 10);
    startBoth(simulation);
    simulation.run(10_000);
    for (const side of ["A", "B", "A"] as const) {
      simulation.input(side, { type: "reset" });
      simulation.run(simulation.now + 8_000);
      mustHaveConverged(simulation);
    }
    expect(log.filter((line) => / > idle /.test(line))).toEqual([]);
  });

  it("passive at both ends: nothing happens, for ever, at no cost", () => {
    const { simulation } = pair(() => 10, { A: { passive: true }, B: { passive: true } });
    startBoth(simulation);
    simulation.run(86_400_000);
    expect(simulation.hosts.A.machine.view().state).toBe("Active");
    expect(simulation.events).toBeLessThan(10);
  });
});
