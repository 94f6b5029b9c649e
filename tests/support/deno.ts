// Starts Deno, which npm's `deno` package brings, for the tests that run under it.
import { execFileSync, spawn, type ChildProcessByStdio } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
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

/** A program under Deno that prints JSON lines. */
export interface DenoProgram {
  /** What it has printed. */
  readonly lines: Record<string, unknown>[];
  /** What it has printed on standard error. */
  errors(): string;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** Writes to its standard input, for the last time. */
  end(text: string): void;
  kill(): void;
}

export function startDeno(...args: readonly string[]): DenoProgram {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(DENO, args, {
    cwd: ROOT,
    env: ENVIRONMENT,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const lines: Record<string, unknown>[] = [];
  let errors = "";
  createInterface(child.stdout).on("line", (line) => lines.push(JSON.parse(line) as Record<string, unknown>));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  child.stdin.on("error", () => {});
  const ended = new Promise<number | null>((resolve) => {
    child.once("error", (error) => {
      errors += error.message;
      resolve(null);
    });
    child.once("close", (code) => resolve(code));
  });
  return {
    lines,
    errors: () => errors,
    ended,
    end: (text) => void child.stdin.end(text),
    kill: () => void child.kill("SIGKILL"),
  };
}
