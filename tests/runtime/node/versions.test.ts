// The built packages pass the driver suite on every other Node.js in PATH, 20 or later, and on the runtimes of
// tests/runtime/versions: what users get, without the type stripping that only newer versions have.
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, test } from "vitest";
import { install, otherVersions, ROOT } from "../../support/node-versions.ts";
import { runtimeMissing, runtimes } from "../../support/runtimes.ts";

/** Milliseconds for one version on a busy machine. */
const TIMEOUT = 300_000;

const PACKAGES = ["core", "transport-node"] as const;
/** The test's own code, below tests/. */
const FOLDERS = ["support", "runtime/node"] as const;

/** What a machine, and no runtime, may lack. */
const MAY_LACK = /on this machine|ENOPROTOOPT|needs Linux/;

/** The packages as they are published and the suite in plain JavaScript, in a directory of their own. */
function build(directory: string): void {
  install(directory, PACKAGES);
  fs.cpSync(fs.realpathSync(join(ROOT, "node_modules/koffi")), join(directory, "node_modules/koffi"), {
    recursive: true,
  });
  for (const folder of FOLDERS) {
    fs.mkdirSync(join(directory, folder), { recursive: true });
    for (const file of fs.readdirSync(join(ROOT, "tests", folder))) {
      if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
      const script = stripTypeScriptTypes(fs.readFileSync(join(ROOT, "tests", folder, file), "utf8"));
      const imported = script.replaceAll(/(from "\.[^"]*)\.ts"/g, '$1.js"');
      fs.writeFileSync(join(directory, folder, file.replace(/\.ts$/, ".js")), imported);
    }
  }
}

const inPath = [...otherVersions()].map(([version, file]) => ({ name: `node ${version}`, version, file }));
const others = runtimes();
for (const runtime of others) {
  const missing = runtimeMissing(runtime);
  if (missing !== null) test.skip(`driver suite: transport-node on other runtimes (${missing})`);
}
const present = [...inPath, ...others.filter((runtime) => runtimeMissing(runtime) === null)];

describe.skipIf(present.length === 0).concurrent("driver suite: transport-node on other runtimes", () => {
  const directory = fs.mkdtempSync(join(tmpdir(), "bgpwire-node-"));

  beforeAll(() => build(directory), TIMEOUT);
  afterAll(() => fs.rmSync(directory, { recursive: true }));

  // Most of it is waiting.
  test.for(present)("$name", { timeout: TIMEOUT }, async ({ name, version, file }, { expect }) => {
    const program = join(directory, "runtime/node/driver.js");
    // Rejects, with what it printed, unless it ends with code 0.
    const { stdout } = await promisify(execFile)(file, [program], { timeout: TIMEOUT, maxBuffer: 2 ** 24 });
    const [runtime, ...results] = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const hooks = process.platform === "win32" ? 0 : 3;
    expect(runtime).toEqual({ runtime: name.startsWith("bun") ? "bun" : "node", version, hooks });
    expect(results.length).toBeGreaterThan(60);
    expect(results.filter(({ failure }) => failure !== null)).toEqual([]);
    expect(results.filter(({ skip }) => skip !== null && !MAY_LACK.test(String(skip)))).toEqual([]);
  });
});
