// Programs that print JSON lines, as the tests on other runtimes run them.
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { ROOT } from "./node-versions.ts";

export interface JsonProgram {
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

/** Starts one in the repository. */
export function startProgram(
  [file, ...args]: readonly [string, ...string[]],
  environment: NodeJS.ProcessEnv = process.env,
): JsonProgram {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(file, args, {
    cwd: ROOT,
    env: environment,
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
