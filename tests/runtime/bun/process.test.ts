// The process below a speaker on Bun: what keeps it alive, and a want of file descriptors; and the command. The driver suite on Bun
// is run by node/versions.test.ts.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { surviveFewDescriptors } from "../../support/few-descriptors.ts";
import { bun, runtimeMissing } from "../../support/runtimes.ts";

const { file } = bun();
const missing = runtimeMissing(bun());

describe.skipIf(missing !== null)(`Bun${missing === null ? "" : ` (${missing})`}`, () => {
  test.each([[[]], [["options"]]])(
    "a speaker that only dials keeps it alive; a stopped one does not %j",
    async (args) => {
      const program = fileURLToPath(new URL("../lifetime.ts", import.meta.url));
      const { stdout } = await promisify(execFile)(file, [program, ...args], { timeout: 50_000 });
      expect(stdout.trim().split("\n")).toHaveLength(3);
      expect(stdout).toContain("ECONNREFUSED");
    },
  );

  test("the command plays a table from one speaker to another", async () => {
    const command = fileURLToPath(new URL("../../../packages/cli/src/main.ts", import.meta.url));
    const args = [command, "demo", "--once", "--routes", "1000"];
    const { stdout } = await promisify(execFile)(file, args, { timeout: 50_000 });
    expect(stdout).toContain("Established");
    expect(stdout).toContain("Cease/Administrative Shutdown");
  });

  test("a listener that ran out of file descriptors accepts again once there are some", () =>
    surviveFewDescriptors(60, file));
});
