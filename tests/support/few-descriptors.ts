// The test of tests/runtime/descriptors.ts, for any runtime: a process without a free file descriptor is not a dead one.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { until } from "./real-time.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** More than the process may hold, and few enough for the listen queue. */
const CROWD = 100;

/** Runs the listener with a limit of file descriptors that a crowd of connections exceeds. */
export async function surviveFewDescriptors(limit: number, ...command: readonly string[]): Promise<void> {
  const script = `ulimit -n ${limit} && exec "$@"`;
  const child = spawn("sh", ["-c", script, "sh", ...command, "tests/runtime/descriptors.ts"], {
    cwd: ROOT,
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" },
  });
  const lines: Record<string, number>[] = [];
  createInterface(child.stdout).on("line", (line) => lines.push(JSON.parse(line) as Record<string, number>));
  const sockets: Client[] = [];
  try {
    await until(() => lines.length === 1 || child.exitCode !== null, "the listener");
    const port = lines[0]!["port"]!;
    const held = async (): Promise<number> => {
      const { length } = lines;
      child.stdin.write("\n");
      await until(() => lines.length > length, "an answer");
      return lines.at(-1)!["held"]!;
    };

    const crowd = Array.from({ length: CROWD }, () => new Client(port));
    sockets.push(...crowd);
    // Some are served; the others are closed by the kernel's side or wait in its queue.
    await until(() => crowd.filter(({ settled }) => settled).length >= limit / 4, "the first of the crowd");
    expect(await held()).toBeLessThan(limit);
    expect(child.exitCode).toBeNull();

    for (const client of crowd) client.socket.destroy();
    for (let left = -1; left !== 0;) left = await held();

    const later = Array.from({ length: 5 }, () => new Client(port));
    sockets.push(...later);
    await until(() => later.every(({ echoed }) => echoed), "an echo for everybody who comes later");
    expect(await held()).toBe(5);
  } finally {
    for (const { socket } of sockets) socket.destroy();
    child.kill("SIGKILL");
    if (child.exitCode === null) await once(child, "exit");
  }
}

class Client {
  readonly socket: Socket;
  echoed = false;
  closed = false;

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1", () => this.socket.write("x"));
    this.socket.on("data", () => (this.echoed = true));
    this.socket.on("close", () => (this.closed = true));
    this.socket.on("error", () => {});
  }

  get settled(): boolean {
    return this.echoed || this.closed;
  }
}
