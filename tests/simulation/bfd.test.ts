// Two machines in BFD strict mode, each with a BFD of its own that comes, goes and says so when it likes: a side is up only
// while its BFD is, and in the end, when it stays up at both, there is one session. SEED=1234 makes one run, with its log on failure.
import { describe, expect, it } from "vitest";
import { bfdStrict } from "../../packages/core/src/message/capability.ts";
import type { BfdStatus } from "../../packages/core/src/session/io.ts";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import type { Side } from "../support/simulation.ts";
import { generator, Simulation } from "../support/simulation.ts";

const ONE_SEED = process.env["SEED"];
const SEEDS = 200;
const TROUBLE = 120_000;
const QUIET = 240_000;
const SIDES: readonly Side[] = ["A", "B"];

/** How many sessions came up, and how many BFD ended. */
interface Seen {
  up: number;
  ended: number;
}

function run(seed: number, log: string[] | null): Seen {
  const random = generator(seed);
  const seen: Seen = { up: 0, ended: 0 };
  const said: Record<Side, BfdStatus | null> = { A: null, B: null };
  const holdTime = random() < 0.3 ? 0 : 9;
  const peer = (passive: boolean): Partial<PeerOptions> => ({
    passive,
    holdTime,
    connectRetryTime: 1,
    connectRetryTimeMax: 5,
    idleHoldTime: 1,
    idleHoldTimeMax: 5,
    bfdHoldTime: 5,
    capabilities: [{ name: "multiprotocol", code: 1, afi: 1, safi: 1 }, bfdStrict()],
  });
  const simulation = new Simulation({
    seed,
    peers: { A: peer(random() < 0.3), B: peer(false) },
    identifiers: { A: "10.0.0.1", B: "10.0.0.2" },
    as: { A: 65001, B: 65002 },
    delay: (draw) => draw() * 100,
    restore: random() < 0.3,
    observe: (side, output) => {
      // A crash: what BFD has said is forgotten with all the rest.
      if (output === null) said[side] = null;
      if (output?.type === "up") {
        seen.up += 1;
        if (said[side] === null || said[side] === "down") throw new Error(`${side} is up, its BFD ${said[side]}`);
      }
      if (output?.type === "down" && output.reason.cause === "bfd") seen.ended += 1;
    },
    log,
  });
  const tell = (side: Side, status: BfdStatus): void => {
    said[side] = status;
    simulation.input(side, { type: "bfd", status });
    if (status === "down" && simulation.hosts[side].up !== null) throw new Error(`${side} is up without BFD`);
  };
  for (const side of SIDES) simulation.at(random() * 500, () => simulation.input(side, { type: "start" }));
  for (let i = 0; i < 12; i += 1) {
    const side: Side = random() < 0.5 ? "A" : "B";
    const kind = random();
    simulation.at(random() * TROUBLE, () => {
      if (kind < 0.1) simulation.crash(side, random() * 5_000, holdTime === 0 || random() < 0.5);
      else tell(side, kind < 0.5 ? "up" : kind < 0.9 ? "down" : "adminDown");
    });
  }
  simulation.run(TROUBLE + 10_000);
  for (const side of SIDES) tell(side, "up");
  simulation.run(TROUBLE + QUIET);
  const { A, B } = simulation.hosts;
  if (A.up === null || A.up !== B.up) throw new Error(`A is up on ${A.up?.id}, B on ${B.up?.id}`);
  return seen;
}

function runOrExplain(seed: number): Seen {
  const log: string[] = [];
  try {
    return run(seed, ONE_SEED === undefined ? null : log);
  } catch (error) {
    throw new Error(`SEED=${seed}: ${(error as Error).message}\n${log.join("\n")}`, { cause: error });
  }
}

describe("two machines in BFD strict mode", { timeout: 120_000 }, () => {
  if (ONE_SEED !== undefined) {
    it(`SEED=${ONE_SEED}`, () => void runOrExplain(Number(ONE_SEED)));
    return;
  }
  it("are up only while BFD is, and in the end they are", () => {
    const all = Array.from({ length: SEEDS }, (_, seed) => runOrExplain(seed));
    const sum = (of: keyof Seen): number => all.reduce((total, one) => total + one[of], 0);
    expect(sum("up")).toBeGreaterThan(3 * SEEDS);
    expect(sum("ended")).toBeGreaterThan(SEEDS / 2);
  });
});
