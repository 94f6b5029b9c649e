// A live session of a speaker under Deno with BIRD: dialled from either side, routes both ways, ended from either side.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { bird } from "../../interop/routers/bird.ts";
import { route, type Router } from "../../interop/routers/router.ts";
import { until } from "../../interop/support/until.ts";
import { denoMissing, startDeno } from "../../support/deno.ts";
import { freePort } from "../../support/free-port.ts";
import type { JsonProgram } from "../../support/json-program.ts";
import type { SessionProgram } from "../session.ts";

/** Milliseconds for one test on a busy machine. */
const TIMEOUT = 60_000;

const found = await bird.probe();
const noBird = "missing" in found && process.env["CI"] === undefined ? found.missing : null;
const missing = denoMissing() ?? noBird;

/** What BIRD announces, and what the speaker under Deno does, as BIRD shows it. */
const THEIRS = {
  prefix: "198.51.100.0/24",
  nextHop: "127.0.0.2",
  asPath: "64501 64502",
  med: 7,
  communities: ["65002:1"],
};
const OURS = { prefix: "203.0.113.0/24", nextHop: "127.0.0.1", asPath: "65001 64500", communities: ["65001:42"] };

describe.skipIf(missing !== null)(`BIRD and a speaker under Deno${missing === null ? "" : ` (${missing})`}`, () => {
  const cleanUp: (() => Promise<void> | void)[] = [];

  afterEach(async () => {
    for (const action of cleanUp.splice(0).reverse()) await action();
  });

  async function pair(dialler: "Deno" | "BIRD"): Promise<{ readonly router: Router; readonly program: JsonProgram }> {
    const directory = mkdtempSync(join(tmpdir(), "bgpwire-deno-"));
    cleanUp.push(() => rmSync(directory, { recursive: true, force: true }));
    const [ours, theirs] = [await freePort(), await freePort()];
    const peer = { remoteAddress: "127.0.0.2", localAs: 65001, remoteAs: 65002 };
    const start: SessionProgram =
      dialler === "Deno"
        ? { peer: { ...peer, remotePort: theirs, connectRetryTime: 0.2 } }
        : { peer: { ...peer, passive: true }, listen: { address: "127.0.0.1", port: ours } };
    const program = startDeno("run", "-A", "tests/runtime/session.ts", JSON.stringify(start));
    cleanUp.push(() => program.kill());
    await until("the speaker under Deno", () => program.lines.length > 0 || program.errors() !== "");
    expect(program.errors()).toBe("");
    expect(program.lines).toContainEqual(expect.objectContaining({ type: "runtime", runtime: "deno" }));
    const router = await bird.start({
      directory,
      asn: 65002,
      routerId: "192.0.2.2",
      port: theirs,
      peers: [{ address: "127.0.0.1", port: ours, asn: 65001, localAddress: "127.0.0.2", passive: dialler === "Deno" }],
      holdTime: 30,
      routes: [route(THEIRS.prefix, THEIRS.nextHop, THEIRS)],
    });
    cleanUp.push(() => router.stop());
    await until("a session", () => program.lines.some(({ to }) => to === "Established"));
    return { router, program };
  }

  test.each(["Deno", "BIRD"] as const)(
    "%s dials: routes both ways, and our shutdown text at BIRD",
    { timeout: TIMEOUT },
    async (dialler) => {
      const { router, program } = await pair(dialler);
      await until("BIRD's route", () => announced(program).length > 0);
      expect(announced(program)).toMatchObject([{ ...THEIRS, asPath: "65002 64501 64502" }]);
      await until("our route at BIRD", async () => (await router.routeCount("127.0.0.1", "ipv4-unicast")) > 0);
      expect(await router.routes("127.0.0.1", "ipv4-unicast")).toMatchObject([OURS]);

      program.end("see you tomorrow\n");
      // It ends by itself: a speaker that has stopped keeps nothing alive.
      expect(await program.ended, program.errors()).toBe(0);
      expect(program.lines.at(-1)).toEqual({ type: "stopped" });
      await until("BIRD's reading of it", async () => (await router.notifications("received")).length > 0);
      const words = await router.notifications("received");
      expect(words).toHaveLength(1);
      expect(words[0]).toMatch(/Administrative shutdown.*see you tomorrow/);
    },
  );

  test("BIRD's shutdown and its text", { timeout: TIMEOUT }, async () => {
    const { router, program } = await pair("Deno");
    await router.disable("127.0.0.1", "out for lunch");
    await until("the end of the session", () => program.lines.some(({ type }) => type === "closed"));
    const { text } = program.lines.find(({ type }) => type === "closed")!;
    expect(text).toBe('received Cease/Administrative Shutdown: "out for lunch"');
  });
});

function announced(program: JsonProgram): unknown[] {
  return program.lines.flatMap(({ announced }) => (announced as unknown[] | undefined) ?? []);
}
