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
        if (typeof result?.["skip"] === "string") {
          expect(result["skip"]).toMatch(/on this machine|ENOPROTOOPT|needs Linux/);
          context.skip(result["skip"]);
        }
        expect(result).toEqual({ name, skip: null, failure: null });
      });
    }
  });

  test("sockets with options keep the same promises", { timeout: TIMEOUT }, async () => {
    const [, ...results] = await run("options");
    expect(results.length).toBeGreaterThan(35);
    expect(results.filter(({ failure }) => failure !== null)).toEqual([]);
  });

  test(
    "without --allow-ffi options of the socket are one clear error, and all else goes on",
    { timeout: TIMEOUT },
    async () => {
      const program = startDeno(
        "run",
        "--allow-net",
        "--allow-env",
        "--allow-read",
        "tests/runtime/lifetime.ts",
        "options",
      );
      expect(await program.ended).toBe(1);
      expect(program.errors()).toContain(
        'dscp: Requires ffi access to "libc.so.6", run again with the --allow-ffi flag',
      );
    },
  );

  test("the Node.js driver serves Deno too", { timeout: TIMEOUT }, async () => {
    const name = "a dial comes from the source address it asks for";
    expect(await run("node", name)).toMatchObject([
      { runtime: "deno", driver: "transport-node" },
      { name, skip: null, failure: null },
    ]);
  });

  test("what the driver says of Deno agrees with Deno's own declarations", { timeout: TIMEOUT }, async () => {
    const program = startDeno("check", "tests/runtime/deno/platform.mts");
    expect(await program.ended, program.errors()).toBe(0);
  });
}
