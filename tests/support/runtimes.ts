// Runtimes beside those of the workspace: tests/runtime/versions says which, and `.ci/run` installs them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./node-versions.ts";

const FOLDER = join(ROOT, "tests/runtime/versions");

interface Runtime {
  /** Its name in tests/runtime/versions/package.json. */
  readonly name: string;
  /** As its own package has it. */
  readonly version: string;
  readonly file: string;
}

/** Why the tests on one cannot run here, or null. In CI it is never a reason. */
export function runtimeMissing({ name, file }: Runtime): string | null {
  return existsSync(file) || process.env["CI"] !== undefined ? null : `no ${name}; see tests/runtime/versions`;
}

/** All of them, whether they are installed or not. */
export function runtimes(): Runtime[] {
  const { dependencies } = JSON.parse(readFileSync(join(FOLDER, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return Object.entries(dependencies).map(([name, specifier]) => ({
    name,
    version: specifier.slice(specifier.lastIndexOf("@") + 1),
    // The package of Bun calls it so on every system.
    file: join(FOLDER, "node_modules", name, "bin", name === "bun" ? "bun.exe" : "node"),
  }));
}

export function bun(): Runtime {
  return runtimes().find(({ name }) => name === "bun")!;
}
