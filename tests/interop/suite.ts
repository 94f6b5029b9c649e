// The interop suite: every scenario with every router, or the reason why not.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OUR_ROUTES } from "./families/routes.ts";
import type { RouterKind } from "./routers/router.ts";
import { capabilities } from "./scenarios/capabilities.ts";
import { collision } from "./scenarios/collision.ts";
import { endings } from "./scenarios/endings.ts";
import { exchange } from "./scenarios/exchange.ts";
import { families } from "./scenarios/families.ts";
import { flappingRoutes } from "./scenarios/flapping.ts";
import { neighbours } from "./scenarios/neighbours.ts";
import { monitoring } from "./scenarios/monitoring.ts";
import { replay } from "./scenarios/replay.ts";
import { restartScenarios } from "./scenarios/restarts.ts";
import { roles } from "./scenarios/roles.ts";
import { sessions } from "./scenarios/sessions.ts";
import { excludedHere, sockets } from "./scenarios/sockets.ts";
import { table } from "./scenarios/table.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import { absent, outside } from "./support/absent.ts";
import { Bench } from "./support/bench.ts";
import type { Daemon } from "./support/daemon.ts";
import { captureInto, RECORD_TO, RECORDED, Recorder } from "./support/recorder.ts";

const SMALL = {
  ...sessions,
  ...exchange,
  ...flappingRoutes,
  ...endings,
  ...collision,
  ...roles,
  ...capabilities,
  ...replay,
  ...families,
  ...monitoring,
  ...restartScenarios,
  ...sockets,
  ...neighbours,
};
const FAMILIES: Readonly<Record<string, Scenario>> = families;
const SCENARIOS = { ...SMALL, ...table };

/** Runs a scenario on a workbench of its own; an error carries what both sides said. */
async function play(kind: RouterKind, scenario: Scenario, after: (bench: Bench) => void = () => {}): Promise<void> {
  const bench = new Bench(kind);
  try {
    await scenario(bench);
    await bench.endSessions();
    bench.replayed();
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
  const why = outside();
  if (why !== null) {
    absent(`${kind.name}: ${why}`);
    return;
  }
  const found = await kind.probe();
  if ("missing" in found) {
    absent(`${kind.name}: ${found.missing}`);
    return;
  }
  const title = `${kind.name} ${found.version}`;

  const excluded = { ...kind.excluded, ...(await kind.excludedHere?.()), ...excludedHere() };
  if (RECORD_TO !== null) {
    record(kind, new Recorder(RECORD_TO, kind.name, found.version));
    if (kind.families !== undefined) recordFamilies(kind, excluded, RECORD_TO);
    return;
  }

  test(`${title}: each exclusion names a scenario or a route`, () => {
    expect(Object.keys(SCENARIOS)).toEqual(expect.arrayContaining(Object.keys(kind.excluded)));
    expect(Object.keys(OUR_ROUTES)).toEqual(expect.arrayContaining(Object.keys(kind.families?.excluded ?? {})));
  });
  for (const [name, reason] of Object.entries(kind.families?.excluded ?? {})) {
    test.skip(`${name} to the router (not with ${kind.name}: ${reason})`, () => {});
  }

  const each = (scenarios: Readonly<Record<string, Scenario>>, timeout: number): void => {
    for (const [name, scenario] of Object.entries(scenarios)) {
      const reason = excluded[name];
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

/** Plays all about families into one capture more. */
function recordFamilies(kind: RouterKind, excluded: Readonly<Record<string, string>>, directory: string): void {
  describe(`recording ${kind.name} and its families`, () => {
    let capture: Daemon;
    beforeAll(async () => {
      capture = await captureInto(join(directory, `${kind.name.toLowerCase()}-families.pcap`));
    });
    afterAll(() => capture.stop());
    for (const [name, scenario] of Object.entries(FAMILIES)) {
      if (excluded[name] === undefined) test(name, { timeout: 90_000 }, () => play(kind, scenario));
    }
  });
}
