// Builds the CoreBGP sink, or says why not: Go may be absent, or the module proxy out of reach.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The version that bench/peers/corebgp-sink/go.mod names. */
export const COREBGP = "CoreBGP v0.8.5";

/** The program's path, which `remove` deletes; or the reason why there is none. */
export type Built = { readonly path: string; remove(): void } | { readonly path: null; readonly why: string };

/** Builds it into a directory of its own. */
export function buildCoreBgp(): Built {
  const source = fileURLToPath(new URL("../peers/corebgp-sink/", import.meta.url));
  if (spawnSync("go", ["version"]).error !== undefined) return { path: null, why: "Go is not installed" };
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-bench-"));
  const path = join(directory, "corebgp-sink");
  const { status, stderr } = spawnSync("go", ["build", "-o", path, "."], { cwd: source, encoding: "utf8" });
  const remove = (): void => rmSync(directory, { recursive: true });
  if (status === 0) return { path, remove };
  remove();
  return { path: null, why: `go build failed: ${stderr.trim().split("\n").at(-1)}` };
}
