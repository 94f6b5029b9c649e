// scripts/version.ts: one version for all packages, and notes for it.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { setVersion } from "../../scripts/version.ts";
import { ROOT } from "../support/node-versions.ts";
import { manifestIn, PACKAGES } from "../support/packed.ts";

let root = "";
const read = (path: string): string => readFileSync(join(root, path), "utf8");

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bgpwire-version-"));
  cpSync(join(ROOT, "package.json"), join(root, "package.json"));
  for (const folder of PACKAGES) {
    mkdirSync(join(root, "packages", folder), { recursive: true });
    cpSync(join(ROOT, "packages", folder, "package.json"), join(root, "packages", folder, "package.json"));
  }
  cpSync(join(ROOT, "packages/core/jsr.json"), join(root, "packages/core/jsr.json"));
  writeFileSync(join(root, "CHANGELOG.md"), "# Changelog\n\n## [Unreleased]\n\n### Added\n\n* All of it.\n");
});
afterEach(() => rmSync(root, { recursive: true }));

test("all packages get the version, and what was unreleased becomes its notes", () => {
  setVersion(root, "1.2.0-rc.1", "2026-02-22");
  for (const folder of [".", ...PACKAGES.map((folder) => join("packages", folder))]) {
    expect(manifestIn(join(root, folder))).toEqual({ ...manifestIn(join(ROOT, folder)), version: "1.2.0-rc.1" });
  }
  expect(JSON.parse(read("packages/core/jsr.json"))).toMatchObject({ version: "1.2.0-rc.1" });
  expect(read("CHANGELOG.md")).toBe(
    "# Changelog\n\n## [Unreleased]\n\n## [1.2.0-rc.1] - 2026-02-22\n\n### Added\n\n* All of it.\n",
  );
});

test("a second release without notes, and what is no version, change nothing", () => {
  setVersion(root, "1.2.0", "2026-02-22");
  expect(() => setVersion(root, "1.2.1", "2026-02-23")).toThrow("CHANGELOG.md has no notes under [Unreleased]");
  expect(() => setVersion(root, "v1.2", "2026-02-23")).toThrow('"v1.2" is not a version such as 0.2.0');
  expect(manifestIn(root).version).toBe("1.2.0");
});
