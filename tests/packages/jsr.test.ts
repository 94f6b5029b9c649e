// The packages that run anywhere, and the one for Deno, can go to JSR as they are: sources, with types that need no inference ("slow
// types"). `deno publish --dry-run` says so, without a network.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DENO, denoMissing } from "../support/deno.ts";
import { ROOT } from "../support/node-versions.ts";
import { manifestIn } from "../support/packed.ts";

const missing = denoMissing();

const read = (path: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(ROOT, path), "utf8")) as Record<string, unknown>;

/** Folders of the packages, from the top. */
const folders = read("deno.jsr.json")["workspace"] as string[];

test.each(folders)("%s: jsr.json says what package.json does", (folder) => {
  const { name, version, license, exports } = manifestIn(join(ROOT, folder));
  expect(read(join(folder, "jsr.json"))).toMatchObject({ name, version, license, exports });
});

test.skipIf(missing !== null)(
  `deno publish would take them${missing === null ? "" : ` (${missing})`}`,
  { timeout: 300_000 },
  () => {
    const cache = mkdtempSync(join(tmpdir(), "bgpwire-jsr-"));
    const { status, stdout, stderr } = spawnSync(
      DENO,
      ["publish", "--dry-run", "--allow-dirty", "--config", "deno.jsr.json"],
      {
        cwd: ROOT,
        encoding: "utf8",
        env: { ...process.env, DENO_DIR: cache, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
      },
    );
    rmSync(cache, { recursive: true });
    const text = `${stdout}${stderr}`;
    expect(status, text).toBe(0);
    for (const folder of folders) {
      const { name, version } = manifestIn(join(ROOT, folder));
      expect(text).toContain(`Simulating publish of ${name}@${version} with files:`);
    }
    const files = [...text.matchAll(/^ +file:\/\/\S+\/(packages\/\S+) \(/gm)].map((match) => match[1]!);
    const names = ["src/index.ts", "README.md", "LICENSE", "jsr.json"];
    expect(files).toEqual(expect.arrayContaining(folders.flatMap((folder) => names.map((name) => join(folder, name)))));
    expect(files.filter((file) => file.includes(".test."))).toEqual([]);
  },
);
