// Starts the real command as a child process and talks to it as a shell would: arguments, standard streams, signals.
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { RunEvent } from "../../packages/cli/src/output/events.ts";

const MAIN = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));

/** A line of JSON output. */
export type Line = RunEvent & { readonly time: string };

type Kind = RunEvent["type"];
type LineOf<K extends Kind> = Extract<RunEvent, { readonly type: K }>;

/** How a command ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command. `before` is a command that runs it, such as one that sets a limit. */
export class RunningCommand {
  readonly child: ChildProcessWithoutNullStreams;
  readonly lines: Line[] = [];
  readonly ended: Promise<Ended>;
  #stdout = "";
  #stderr = "";
  #rest = "";
  readonly #waiting = new Set<() => void>();

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}, before: readonly string[] = []) {
    const [program, ...rest] = [...before, process.execPath, MAIN, ...args];
    this.child = spawn(program!, rest, { env: { ...process.env, ...env } });
    this.child.stdout.setEncoding("utf8").on("data", (text: string) => this.#take(text));
    this.child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr += text;
      for (const wake of this.#waiting) wake();
    });
    this.ended = once(this.child, "close").then(([code]) => {
      for (const wake of this.#waiting) wake();
      return { code: code as number | null, stdout: this.#stdout, stderr: this.#stderr };
    });
  }

  #take(text: string): void {
    this.#stdout += text;
    const pieces = (this.#rest + text).split("\n");
    this.#rest = pieces.pop()!;
    for (const piece of pieces) if (piece.startsWith("{")) this.lines.push(JSON.parse(piece) as Line);
    for (const wake of this.#waiting) wake();
  }

  /** Types a line. */
  type(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  /**
   * The first line of a kind that has these fields and passes the test. The vitest time limit ends the wait.
   *
   * @param from index in `lines` to start at
   */
  async saw<K extends Kind>(
    type: K,
    fields: Partial<LineOf<K>> = {},
    passes: (line: LineOf<K>) => boolean = () => true,
    from = 0,
  ): Promise<LineOf<K>> {
    return this.until(`${type} ${JSON.stringify(fields)}`, () => {
      for (const line of this.lines.slice(from)) {
        if (isOf(line, type) && matches(line, fields) && passes(line)) return line;
      }
      return undefined;
    });
  }

  /** What `look` finds in the output, as soon as there is something. The vitest time limit ends the wait. */
  async until<T>(what: string, look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (this.child.exitCode !== null) {
        throw new Error(`ended without ${what}\n${this.#stdout}\n${this.#stderr}`);
      }
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  /** The text so far. */
  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Ends it, whatever it is doing. */
  async kill(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill("SIGKILL");
    await this.ended;
  }
}

function isOf<K extends Kind>(line: RunEvent, type: K): line is LineOf<K> {
  return line.type === type;
}

function matches(line: object, fields: object): boolean {
  const values = new Map<string, unknown>(Object.entries(line));
  return Object.entries(fields).every(([key, value]) => JSON.stringify(values.get(key)) === JSON.stringify(value));
}
