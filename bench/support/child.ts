// Processes that speak in lines of JSON: what a bench asks of another process, in Node or not.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { buildNode } from "./build.ts";

/** A running process. */
export interface Child {
  readonly pid: number;
  /** The next line it prints. Rejects when the process ends instead. */
  next<T>(): Promise<T>;
  /** Writes a line to its standard input. */
  tell(value: unknown): void;
  /** Ends it and waits until it is gone. */
  end(): Promise<void>;
}

/** Starts a program. Its standard error is ours. */
export function startChild(command: string, args: readonly string[]): Child {
  const child: ChildProcess = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const gone = once(child, "close");
  // Whoever waits for a line hears of the failure by its end.
  gone.catch(() => {});
  child.stdin!.on("error", () => {});
  return {
    pid: child.pid!,
    async next<T>(): Promise<T> {
      const line = await lines.next();
      if (line.done === true) throw new Error(`${command} ${args.join(" ")} ended without its result`);
      return JSON.parse(line.value) as T;
    },
    tell: (value) => void child.stdin!.write(`${JSON.stringify(value)}\n`),
    async end(): Promise<void> {
      child.stdin!.end();
      child.kill();
      await gone;
    },
  };
}

/** Starts a program of bench/peers on this Node. */
export function startNode(name: string, args: readonly string[] = [], flags: readonly string[] = []): Child {
  return startChild(process.execPath, [...flags, buildNode(name), ...args]);
}

/** Prints a line for `Child.next`. */
export function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** The lines that `Child.tell` writes. */
export async function* told<T>(): AsyncGenerator<T> {
  for await (const line of createInterface({ input: process.stdin })) yield JSON.parse(line) as T;
}
