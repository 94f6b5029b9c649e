// Our packages as they go to a registry, installed from their tarballs as a user would, without a network: what they depend on is
// packed from this workspace too.
import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { ROOT } from "./node-versions.ts";

/** Folders below packages/, each after those it needs. */
export const PACKAGES = [
  "core",
  "decoder",
  "capture",
  "capture-node",
  "transport-node",
  "transport-deno",
  "cli",
] as const;

/** What is of interest in a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** Builds and packs all packages. @returns the tarballs by folder below packages/ */
export function packAll(directory: string): Map<string, string> {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-b", "packages/cli", "packages/transport-deno"], { cwd: ROOT });
  run(
    "npx",
    [
      "--yes",
      "--prefer-offline",
      "pnpm@12.18.0",
      "-r",
      "--filter",
      "./packages/*",
      "pack",
      "--pack-destination",
      directory,
    ],
    ROOT,
  );
  return new Map(
    PACKAGES.map((folder) => {
      const { name, version } = manifestIn(join(ROOT, "packages", folder));
      return [folder, join(directory, `${name.replace(/^@/, "").replace("/", "-")}-${version}.tgz`)] as const;
    }),
  );
}

/** Installs tarballs of ours, and whatever else they need, in an empty project. */
export function installTarballs(project: string, tarballs: Iterable<string>): void {
  writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const others = mkdtempSync(join(project, ".others-"));
  for (const folder of foreignFolders()) packFolder(folder, others);
  const files = readdirSync(others).map((file) => join(others, file));
  const options = ["--offline", "--no-audit", "--no-fund", "--ignore-scripts", "--cache", join(others, "cache")];
  run("npm", ["install", ...options, ...files, ...tarballs], project);
  rmSync(others, { recursive: true });
}

/** Runs a program, npm and npx among them, with the first Node.js there is in a folder, and without settings of a script around it. */
export function run(program: string, args: readonly string[], cwd: string, node: string = process.execPath): string {
  const settings = Object.entries(process.env).filter(([name]) => !/^npm_|^pnpm_/i.test(name));
  const env = { ...Object.fromEntries(settings), PATH: `${dirname(node)}${delimiter}${process.env["PATH"]}` };
  return execFileSync(program, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Where everything is installed that our packages need and that is not ours, each once. */
function foreignFolders(): Set<string> {
  const found = new Set<string>();
  const visit = (folder: string, place: string): void => {
    for (const [name, version] of Object.entries(manifestIn(folder).dependencies ?? {})) {
      if (version.startsWith("workspace:")) continue;
      const real = realpathSync(join(place, name));
      if (found.has(real)) continue;
      found.add(real);
      // What a dependency needs stands beside it in pnpm's store.
      visit(real, real.slice(0, -name.length));
    }
  };
  for (const folder of PACKAGES) {
    const source = join(ROOT, "packages", folder);
    visit(source, join(source, "node_modules"));
  }
  return found;
}

/** The tarball of a package that is installed. */
function packFolder(folder: string, into: string): void {
  const { name, version } = manifestIn(folder);
  const staged = join(into, "package");
  mkdirSync(staged);
  cpSync(folder, staged, { recursive: true });
  run("tar", ["-czf", `${name.replaceAll("/", "-")}-${version}.tgz`, "package"], into);
  rmSync(staged, { recursive: true });
}
