// Starts Deno, which npm's `deno` package brings, for the tests that run under it.
import { execFileSync } from "node:child_process";
import { startProgram, type JsonProgram } from "./json-program.ts";
import { ROOT } from "./node-versions.ts";

/** The program itself: the one in node_modules/.bin starts it as a child, which would outlive a kill. */
export const DENO: string = `${ROOT}node_modules/deno/${process.platform === "win32" ? "deno.exe" : "deno"}`;

/** Nothing of ours is to go out and ask for updates. */
const ENVIRONMENT = { ...process.env, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };

/** Why Deno's tests cannot run here, or null. In CI it is never a reason. */
export function denoMissing(): string | null {
  try {
    execFileSync(DENO, ["--version"], { env: ENVIRONMENT, stdio: "ignore" });
    return null;
  } catch {
    return process.env["CI"] === undefined ? "no Deno on this machine" : null;
  }
}

export function startDeno(...args: readonly string[]): JsonProgram {
  return startProgram([DENO, ...args], ENVIRONMENT);
}
