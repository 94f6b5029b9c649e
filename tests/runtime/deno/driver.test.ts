// The Deno driver passes the suite, under Deno.
import { beforeAll, describe, expect, test } from "vitest";
import { denoMissing, startDeno } from "../../support/deno.ts";
import { driverSuite } from "../../support/driver-suite.ts";
import { nodeDriver } from "../../support/node-driver.ts";

/** Milliseconds for the whole suite on a busy machine. */
const TIMEOUT = 300_000;

const missing = denoMissing();

/** Runs the program to its end and gives what it printed. */
async function run(...args: readonly string[]): Promise<Record<string, unknown>[]> {
  const program = startDeno("run", "-A", "tests/runtime/deno/driver.ts", ...args);
  const code = await program.ended;
  if (code !== 0) throw new Error(`Deno ended with ${code}: ${program.errors()}`);
  return program.lines;
}

if (missing !== null) {
  test.skip(`driver suite: transport-deno (${missing})`);
} else {
  describe("driver suite: transport-deno", () => {
    let first: Record<string, unknown> = {};
    const results = new Map<unknown, Record<string, unknown>>();

    beforeAll(async () => {
      const [runtime, ...rest] = await run();
      first = runtime!;
      for (const result of rest) results.set(result["name"], result);
    }, TIMEOUT);

    test("the runtime is Deno", () => {
      expect(first).toMatchObject({ runtime: "deno", driver: "transport-deno" });
    });

    for (const { name } of driverSuite(nodeDriver)) {
      test(name, (context) => {
        const result = results.get(name);
        if (typeof result?.["skip"] === "string") context.skip(result["skip"]);
        expect(result).toEqual({ name, skip: null, failure: null });
      });
    }
  });

  test(
    "the Node.js driver gives Deno the source address that its own sockets cannot choose",
    { timeout: TIMEOUT },
    async () => {
      const name = "a dial comes from the source address it asks for";
      expect(await run("node", name)).toMatchObject([
        { runtime: "deno", driver: "transport-node" },
        { name, skip: null, failure: null },
      ]);
    },
  );

  test("what the driver says of Deno agrees with Deno's own declarations", { timeout: TIMEOUT }, async () => {
    const program = startDeno("check", "tests/runtime/deno/platform.mts");
    expect(await program.ended, program.errors()).toBe(0);
  });
}
