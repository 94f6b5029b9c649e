// Two machines that restart gracefully, each with a table of routes that does what the machine says: whatever crashes and
// breaks, in the end both have all routes and none that is stale. SEED=1234 makes one run, with its log on failure.
import { describe, expect, it } from "vitest";
import type { PeerOutput } from "../../packages/core/src/session/io.ts";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import type { Side } from "../support/simulation.ts";
import { generator, other, Simulation } from "../support/simulation.ts";

const ONE_SEED = process.env["SEED"];
const SEEDS = 300;
const TROUBLE = 120_000;
const QUIET = 300_000;
const IPV4 = { afi: 1, safi: 1, forwardingState: true };

/** The routes one side has of the other, and whether they are stale. */
class Table {
  readonly routes = new Map<number, "fresh" | "stale">();
  /** How often the routes of a session that was over were retained, and told again before they went. */
  retained = 0;
  refreshed = 0;
  longLived = 0;

  take(output: PeerOutput): void {
    if (output.type === "down") {
      if (output.retained === null) this.routes.clear();
      else this.retained += 1;
      for (const route of this.routes.keys()) this.routes.set(route, "stale");
    }
    if (output.type === "update" && output.end - output.start > 4) {
      const route = output.buffer[output.end - 1]!;
      if (this.routes.get(route) === "stale") this.refreshed += 1;
      this.routes.set(route, "fresh");
    }
    if (output.type !== "stale") return;
    if (output.action === "longLived") this.longLived += 1;
    if (output.action !== "drop") return;
    for (const [route, state] of this.routes) if (state === "stale") this.routes.delete(route);
  }
}

/** One run: crashes, some of them unseen, and lost connections, then quiet. */
function run(seed: number, log: string[] | null): Readonly<Record<Side, Table>> {
  const random = generator(seed);
  const tables = { A: new Table(), B: new Table() };
  const peer = (passive: boolean): Partial<PeerOptions> => ({
    passive,
    holdTime: 9,
    connectRetryTime: 1,
    connectRetryTimeMax: 5,
    idleHoldTime: 1,
    idleHoldTimeMax: 5,
    gracefulRestart: {
      restartTime: [0, 5, 30, 120][Math.floor(random() * 4)]!,
      families: [IPV4],
      notification: random() < 0.5,
      selectionDeferralTime: 60,
    },
    ...(random() < 0.4 && { longLivedGracefulRestart: [{ ...IPV4, staleTime: 60 }] }),
  });
  const simulation = new Simulation({
    seed,
    peers: { A: peer(random() < 0.3), B: peer(false) },
    identifiers: { A: "10.0.0.1", B: "10.0.0.2" },
    as: { A: 65001, B: 65002 },
    delay: (draw) => draw() * 50,
    restarts: true,
    restore: random() < 0.3,
    observe: (side, output) => {
      if (output !== null) tables[side].take(output);
      else tables[side] = new Table();
    },
    log,
  });
  for (const side of ["A", "B"] as const)
    simulation.at(random() * 500, () => simulation.input(side, { type: "start" }));
  const events = 1 + Math.floor(random() * 4);
  for (let i = 0; i < events; i += 1) {
    const kind = random();
    const side: Side = random() < 0.5 ? "A" : "B";
    simulation.at(5_000 + random() * TROUBLE, () => {
      if (kind < 0.5) simulation.crash(side, random() * 40_000, random() < 0.5);
      else if (kind < 0.8) simulation.cut(() => (random() < 0.7 ? random() * 1000 : null));
      else simulation.input(side, { type: "reset" });
    });
  }
  simulation.run(TROUBLE + QUIET);
  for (const side of ["A", "B"] as const) {
    const { stale, deferred, state } = simulation.hosts[side].machine.view();
    expect({ side, stale, deferred, state, routes: [...tables[side].routes].toSorted() }).toEqual({
      side,
      stale: [],
      deferred: [],
      state: "Established",
      routes: [0, 1, 2].map((route) => [route, "fresh"]),
    });
  }
  return tables;
}

describe("RFC 4724, both sides at once", { timeout: 60_000 }, () => {
  it(`${SEEDS} runs end with all routes and nothing stale`, () => {
    const seen = { retained: 0, refreshed: 0, longLived: 0 };
    const seeds = ONE_SEED === undefined ? Array.from({ length: SEEDS }, (_, i) => i + 1) : [Number(ONE_SEED)];
    for (const seed of seeds) {
      const log: string[] = [];
      try {
        const tables = run(seed, ONE_SEED === undefined ? null : log);
        for (const side of ["A", "B"] as const) {
          seen.retained += tables[side].retained;
          seen.refreshed += tables[side].refreshed;
          seen.longLived += tables[side].longLived;
        }
      } catch (error) {
        if (error instanceof Error) error.message += `\nSEED=${seed}\n${log.slice(-300).join("\n")}`;
        throw error;
      }
    }
    // Else the runs would say little.
    if (ONE_SEED === undefined) for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });

  it("a side that crashes and is back soon costs the other no route at any time", () => {
    const gone: number[] = [];
    const table = new Table();
    const options: Partial<PeerOptions> = {
      connectRetryTime: 1,
      gracefulRestart: { restartTime: 60, families: [IPV4], selectionDeferralTime: 60 },
    };
    const simulation = new Simulation({
      seed: 1,
      peers: { A: options, B: options },
      identifiers: { A: "10.0.0.1", B: "10.0.0.2" },
      as: { A: 65001, B: 65002 },
      delay: (draw) => draw() * 20,
      restarts: true,
      observe: (side, output) => {
        if (side !== "A" || output === null) return;
        table.take(output);
        if (table.routes.size < 3 && simulation.now > 10_000) gone.push(simulation.now);
      },
    });
    for (const side of ["A", "B"] as const) simulation.at(0, () => simulation.input(side, { type: "start" }));
    // Told, then without a word: there the connection that comes again is what A learns of it (section 4.2).
    simulation.at(20_000, () => simulation.crash("B", 5_000, true));
    simulation.at(60_000, () => simulation.crash("B", 5_000, false));
    simulation.run(120_000);
    expect(gone).toEqual([]);
    expect([table.retained, table.refreshed]).toEqual([2, 6]);
    expect(simulation.hosts[other("A")].sessions).toBe(3);
  });
});
