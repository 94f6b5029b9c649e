// Builds what is compared: our own programs, and those of others, or says why not: the toolchain may be absent, or its registry
// out of reach.
import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The program's path, which `remove` deletes; or the reason why there is none. */
export type Built = { readonly path: string; remove(): void } | { readonly path: null; readonly why: string };

/** The version that bench/peers/corebgp-sink/go.mod names. */
export const COREBGP = "CoreBGP v0.8.5";

/** Builds bench/peers/corebgp-sink. */
export function buildCoreBgp(): Built {
  return buildGo("corebgp-sink");
}

/** Builds a Go program of bench/peers into a directory of its own. */
export function buildGo(name: string): Built {
  if (spawnSync("go", ["version"]).error !== undefined) return { path: null, why: "Go is not installed" };
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-bench-"));
  const path = join(directory, name);
  const { status, stderr } = spawnSync("go", ["build", "-o", path, "."], { cwd: sourceOf(name), encoding: "utf8" });
  const remove = (): void => rmSync(directory, { recursive: true });
  if (status === 0) return { path, remove };
  remove();
  return { path: null, why: `go build failed: ${stderr.trim().split("\n").at(-1)}` };
}

/** Builds a Rust program of bench/peers; what takes a minute stays in its folder `target` for the next time. */
export function buildRust(name: string): Built {
  if (spawnSync("cargo", ["version"]).error !== undefined) return { path: null, why: "Rust is not installed" };
  const cwd = sourceOf(name);
  const { status, stderr } = spawnSync("cargo", ["build", "--release", "--locked"], { cwd, encoding: "utf8" });
  if (status === 0) return { path: join(cwd, "target", "release", name), remove: () => {} };
  return { path: null, why: `cargo build failed: ${stderr.trim().split("\n").at(-1)}` };
}

/** Where `buildNode` has put our programs, once it was asked. */
let programs: string | null = null;

/**
 * A program of bench/peers as JavaScript, which is what npm installs. Node strips types with WebAssembly; when the memory of that
 * grows, a buffer is detached, and from then on V8 asks before each access to any typed array whether it is still there, which is
 * a sixth of decoding.
 */
export function buildNode(name: string): string {
  programs ??= buildPrograms();
  return join(programs, `${name}.js`);
}

function buildPrograms(): string {
  // As deep in the tree as the sources, some of which name files beside the project.
  const directory = mkdtempSync(fileURLToPath(new URL("../built-", import.meta.url)));
  process.on("exit", () => rmSync(directory, { recursive: true }));
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const entries = globSync(["bench/peers/*.ts", "packages/capture-node/src/*-thread.ts"], { cwd });
  const args = [...entries, "--dir", directory, "--format", "esm", "--platform", "node"];
  const { status, stderr } = spawnSync(join(cwd, "node_modules/.bin/rolldown"), args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`rolldown failed: ${stderr}`);
  return directory;
}

function sourceOf(name: string): string {
  return fileURLToPath(new URL(`../peers/${name}/`, import.meta.url));
}
