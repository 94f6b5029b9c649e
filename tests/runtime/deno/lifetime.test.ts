// A speaker keeps its process alive until it is stopped, and no longer.
import { expect, test } from "vitest";
import { denoMissing, startDeno } from "../../support/deno.ts";

const missing = denoMissing();

test.skipIf(missing !== null).each([[[]], [["options"]]])(
  `a speaker that only dials keeps Deno alive; a stopped one does not %j${missing === null ? "" : ` (${missing})`}`,
  { timeout: 60_000 },
  async (args) => {
    const program = startDeno("run", "-A", "tests/runtime/lifetime.ts", ...args);
    expect(await program.ended, program.errors()).toBe(0);
    expect(program.lines).toHaveLength(3);
    expect(program.lines[0]!["reason"]).toMatch(/refused/i);
  },
);
