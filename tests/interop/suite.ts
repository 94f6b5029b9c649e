// The interop suite: every scenario with every router, or the reason why not.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RouterKind } from "./routers/router.ts";
import { collision } from "./scenarios/collision.ts";
import { endings } from "./scenarios/endings.ts";
import { exchange } from "./scenarios/exchange.ts";
import { sessions } from "./scenarios/sessions.ts";
import { table } from "./scenarios/table.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { Bench } from "./support/bench.ts";
import { RECORD_TO, RECORDED, Recorder } from "./support/recorder.ts";
import { insideNamespace, namespaceCommand } from "./support/namespace.ts";

const SMALL = { ...sessions, ...exchange, ...endings, ...collision };
const SCENARIOS = { ...SMALL, ...table };

/** Runs a scenario on a workbench of its own; an error carries what both sides said. */
async function play(kind: RouterKind, scenario: Scenario, after: (bench: Bench) => void = () => {}): Promise<void> {
  const bench = new Bench(kind);
  try {
    await scenario(bench);
    await bench.endSessions();
    after(bench);
  } catch (error) {
    if (error instanceof Error) error.message += bench.lastWords();
    throw error;
  } finally {
    await bench.end();
  }
}

/** Makes the tests of one router. Await it at the top of a test file. */
export async function interopSuite(kind: RouterKind): Promise<void> {
  if (!insideNamespace()) {
    const entered = namespaceCommand([]);
    const why =
      "reason" in entered ? entered.reason : "run it as `pnpm run interop`, which enters a namespace of its own";
    absent(`${kind.name}: ${why}`);
    return;
  }
  const found = await kind.probe();
  if ("missing" in found) {
    absent(`${kind.name}: ${found.missing}`);
    return;
  }
  const title = `${kind.name} ${found.version}`;

  if (RECORD_TO !== null) {
    record(kind, new Recorder(RECORD_TO, kind.name, found.version));
    return;
  }

  test(`${title}: each exclusion names a scenario`, () => {
    expect(Object.keys(SCENARIOS)).toEqual(expect.arrayContaining(Object.keys(kind.excluded)));
  });

  const each = (scenarios: Readonly<Record<string, Scenario>>, timeout: number): void => {
    for (const [name, scenario] of Object.entries(scenarios)) {
      const reason = kind.excluded[name];
      if (reason !== undefined) test.skip(`${name} (not with ${kind.name}: ${reason})`, () => {});
      else test(name, { timeout }, () => play(kind, scenario));
    }
  };
  // Most of a scenario is waiting for timers of the router, so several run at once; a big table wants the machine alone.
  describe.concurrent(title, () => each(SMALL, 90_000));
  describe(`${title}, big`, () => each(table, 240_000));
}

/** Plays what is worth recording, one scenario after the other, while tcpdump listens. */
function record(kind: RouterKind, recorder: Recorder): void {
  describe(`recording ${kind.name}`, () => {
    beforeAll(() => recorder.start());
    afterAll(() => recorder.stop());
    for (const [name, scenario] of Object.entries(SMALL)) {
      if (!RECORDED.has(name) || kind.excluded[name] !== undefined) continue;
      test(name, { timeout: 90_000 }, () => play(kind, scenario, (bench) => recorder.add(name, bench)));
    }
  });
}

/** A named skip where a user runs it, a failure in CI. */
function absent(why: string): void {
  if (process.env["CI"]) {
    test(why, () => {
      throw new Error(why);
    });
  } else test.skip(why, () => {});
}
