// A router's process: started with its files in a directory of the test's own, its output kept, ended by its own id.
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { within } from "./until.ts";

/** A running process and all it printed. */
export interface Daemon {
  readonly pid: number;
  /** Everything on standard output and standard error so far, in order of arrival. */
  output(): string;
  /** Writes to its standard input. */
  write(text: string): void;
  /** Called for each full line of standard output, from now on. */
  onLine(handle: (line: string) => void): void;
  readonly exited: Promise<void>;
  readonly running: boolean;
  signal(name: NodeJS.Signals): void;
  /** SIGTERM, and SIGKILL if that does not end it in five seconds. A paused process is woken first. */
  stop(): Promise<void>;
}

/** What else there is to say of a process. */
export interface DaemonOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Lines that are not worth keeping; global. */
  readonly noise?: RegExp;
}

/** Starts a process. It leads a process group of its own, so that its helpers end with it. */
export function startDaemon(command: string, args: readonly string[], options: DaemonOptions = {}): Daemon {
  const child: ChildProcess = spawn(command, args, {
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
  });
  let text = "";
  let partial = "";
  const handlers: ((line: string) => void)[] = [];
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    const lines = (partial + chunk).split("\n");
    partial = lines.pop() ?? "";
    for (const line of lines) for (const handle of handlers) handle(line);
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  child.stdin?.on("error", () => {});
  let running = true;
  const exited = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      text += `\n${error.message}`;
      running = false;
      resolve();
    });
    child.once("exit", () => {
      running = false;
      resolve();
    });
  });
  const signal = (name: NodeJS.Signals): void => {
    if (!running || child.pid === undefined) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // It ended between the question and the signal.
    }
  };
  return {
    pid: child.pid ?? -1,
    output: () => (options.noise === undefined ? text : text.replaceAll(options.noise, "")),
    write: (line) => void child.stdin?.write(line),
    onLine: (handle) => void handlers.push(handle),
    exited,
    get running() {
      return running;
    },
    signal,
    async stop() {
      signal("SIGCONT");
      signal("SIGTERM");
      try {
        await within(`${command} to end`, exited, 5_000);
      } catch {
        signal("SIGKILL");
        await exited;
      }
    },
  };
}

/** Runs a command to its end and gives its standard output. @throws Error with its standard error when it fails */
export function run(command: string, args: readonly string[], input?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      { encoding: "utf8", maxBuffer: 1 << 30, timeout: 30_000 },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else reject(new Error(`${command} ${args.join(" ")}: ${error.message}\n${stdout}${stderr}`, { cause: error }));
      },
    );
    child.stdin?.on("error", () => {});
    child.stdin?.end(input ?? "");
  });
}
