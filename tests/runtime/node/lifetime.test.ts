// A speaker keeps its process alive until it is stopped, and no longer.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("a speaker that only dials keeps Node.js alive; a stopped one does not", { timeout: 60_000 }, async () => {
  const program = fileURLToPath(new URL("../lifetime.ts", import.meta.url));
  // Rejects unless the process ends by itself with code 0.
  const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 50_000 });
  expect(stdout.trim().split("\n")).toHaveLength(3);
  expect(stdout).toContain("ECONNREFUSED");
});
