// The built packages pass the driver suite on every other Node.js in PATH, 20 or later: what users get, without the type
// stripping that only newer versions have.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { install, otherVersions, ROOT } from "../../support/node-versions.ts";

/** Milliseconds for one version on a busy machine. */
const TIMEOUT = 300_000;

const PACKAGES = ["core", "transport-node"] as const;
/** The test's own code, below tests/. */
const FOLDERS = ["support", "runtime/node"] as const;

/** The packages as they are published and the suite in plain JavaScript, in a directory of their own. */
function build(directory: string): void {
  install(directory, PACKAGES);
  for (const folder of FOLDERS) {
    mkdirSync(join(directory, folder), { recursive: true });
    for (const file of readdirSync(join(ROOT, "tests", folder))) {
      if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
      const script = stripTypeScriptTypes(readFileSync(join(ROOT, "tests", folder, file), "utf8"));
      const imported = script.replaceAll(/(from "\.[^"]*)\.ts"/g, '$1.js"');
      writeFileSync(join(directory, folder, file.replace(/\.ts$/, ".js")), imported);
    }
  }
}

const versions = otherVersions();

if (versions.size === 0) {
  test.skip(`driver suite on other versions of Node.js (none but ${process.versions.node} in PATH)`);
} else {
  describe("driver suite on other versions of Node.js", () => {
    const directory = mkdtempSync(join(tmpdir(), "bgpwire-node-"));

    beforeAll(() => build(directory), TIMEOUT);
    afterAll(() => rmSync(directory, { recursive: true }));

    test.each([...versions])("Node.js %s", { timeout: TIMEOUT }, (version, file) => {
      const { stdout, stderr, status } = spawnSync(file, [join(directory, "runtime/node/driver.js")], {
        encoding: "utf8",
        timeout: TIMEOUT,
      });
      expect(status, stderr).toBe(0);
      const [runtime, ...results] = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(runtime).toEqual({ runtime: "node", version, hooks: process.platform === "win32" ? 0 : 3 });
      expect(results.length).toBeGreaterThan(40);
      expect(results.filter(({ failure }) => failure !== null)).toEqual([]);
    });
  });
}
