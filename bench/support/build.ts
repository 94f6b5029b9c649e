// Builds what is compared with, or says why not: the toolchain may be absent, or its registry out of reach.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
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

function sourceOf(name: string): string {
  return fileURLToPath(new URL(`../peers/${name}/`, import.meta.url));
}
