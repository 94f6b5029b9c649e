// Runs a program of examples/ as its reader would, and speaks with it.
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A running example. */
export class Example {
  readonly child: ChildProcessWithoutNullStreams;
  /** Standard output and standard error, as it came. */
  text = "";
  readonly #ended: Promise<number | null>;
  #wake: () => void = () => {};

  constructor(name: string, ...args: readonly string[]) {
    this.child = spawn(process.execPath, [
      fileURLToPath(new URL(`../../examples/${name}.ts`, import.meta.url)),
      ...args,
    ]);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.text += text;
        this.#wake();
      });
    }
    this.child.stdin.on("error", () => {});
    this.#ended = once(this.child, "close").then(([code]) => code as number | null);
    void this.#ended.then(() => this.#wake());
  }

  /** Waits until it has printed something. The time limit of the test ends the wait. @throws Error where it ends without */
  async printed(what: string | RegExp): Promise<void> {
    while (typeof what === "string" ? !this.text.includes(what) : !what.test(this.text)) {
      if (this.child.exitCode !== null) throw new Error(`it ended and has not printed ${String(what)}:\n${this.text}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Types a line. */
  type(line: string): void {
    this.child.stdin.write(`${line}\n`);
  }

  /** Closes its standard input, or sends a signal. @returns its exit code */
  async end(signal?: "SIGINT" | "SIGTERM"): Promise<number | null> {
    if (signal === undefined) this.child.stdin.end();
    else this.child.kill(signal);
    return this.#ended;
  }

  /** For the end of a test. */
  kill(): void {
    this.child.kill("SIGKILL");
  }
}
