// Sets the version of everything that is released, all packages together: `node scripts/version.ts 0.2.0`. What is unreleased in
// CHANGELOG.md becomes the notes of that version.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Semantic Versioning 2.0.0, without build metadata. */
const VERSION = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?$/;

/**
 * @param root of the checkout
 * @param date as the notes have it: 2026-02-22
 * @throws Error where the version is none, or there are no notes for it
 */
export function setVersion(root: string, version: string, date: string): void {
  if (!VERSION.test(version)) throw new Error(`"${version}" is not a version such as 0.2.0`);
  const changelog = join(root, "CHANGELOG.md");
  const notes = readFileSync(changelog, "utf8");
  if (!/^## \[Unreleased\]\n+(?!## )\S/m.test(notes)) throw new Error("CHANGELOG.md has no notes under [Unreleased]");
  writeFileSync(changelog, notes.replace("## [Unreleased]", `## [Unreleased]\n\n## [${version}] - ${date}`));

  const folders = readdirSync(join(root, "packages")).map((folder) => join(root, "packages", folder));
  const files = [root, ...folders].flatMap((folder) => [join(folder, "package.json"), join(folder, "jsr.json")]);
  for (const file of files.filter((file) => existsSync(file))) {
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace(/"version": "[^"]*"/, `"version": "${version}"`));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    setVersion(ROOT, process.argv[2] ?? "", new Date().toISOString().slice(0, 10));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
}
