// Other versions of Node.js, and our packages as their users get them: built, without the type stripping of newer versions.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST = 20;

export const ROOT: string = fileURLToPath(new URL("../..", import.meta.url));

/** Executables called node in PATH, 20 or later, of another version than ours, by version. */
export function otherVersions(): Map<string, string> {
  const found = new Map<string, string>();
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const file = join(folder, "node");
    if (!existsSync(file)) continue;
    const { stdout } = spawnSync(file, ["-p", "process.versions.node"], { encoding: "utf8" });
    const version = stdout?.trim() ?? "";
    if (Number.parseInt(version, 10) >= OLDEST && version !== process.versions.node) found.set(version, file);
  }
  return found;
}

/** Builds packages and installs them in a directory. @param packages below packages/, the last needing all others */
export function install(directory: string, packages: readonly string[]): void {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-b", `packages/${packages.at(-1)!}`], { cwd: ROOT, stdio: "inherit" });
  for (const name of packages) {
    const folder = join(directory, "node_modules/@bgpwire", name);
    mkdirSync(folder, { recursive: true });
    const source = join(ROOT, "packages", name);
    const manifest = JSON.parse(readFileSync(join(source, "package.json"), "utf8")) as {
      readonly dependencies?: Readonly<Record<string, string>>;
      readonly publishConfig: object;
    };
    writeFileSync(join(folder, "package.json"), JSON.stringify({ ...manifest, ...manifest.publishConfig }));
    cpSync(join(source, "dist"), join(folder, "dist"), { recursive: true });
    for (const [dependency, version] of Object.entries(manifest.dependencies ?? {})) {
      if (version.startsWith("workspace:")) continue;
      const from = realpathSync(join(source, "node_modules", dependency));
      cpSync(from, join(directory, "node_modules", dependency), { recursive: true });
    }
  }
  writeFileSync(join(directory, "package.json"), JSON.stringify({ type: "module" }));
}
