// Foreign routers as processes, for benches.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** How long a table may take, in milliseconds. */
const PATIENCE = 600_000;

/** A running router. */
export interface Router {
  readonly pid: number;
  /** Ends it and waits until it is gone. */
  end(): Promise<void>;
}

/** Starts a router, which says nothing that is wanted. */
export function startRouter(command: string, args: readonly string[]): Router {
  const child = spawn(command, args, { stdio: "ignore" });
  const gone = once(child, "close");
  return {
    pid: child.pid!,
    async end() {
      child.kill();
      await gone;
    },
  };
}

/** Is this program installed? */
export function has(program: string): boolean {
  return spawnSync(program, ["--version"]).error === undefined;
}

/** A port of this machine that nobody uses at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

/** Waits until a question has enough for an answer. @param pause between two questions, in milliseconds: each costs the router time */
export async function until(what: string, ask: () => number, enough: number, pause: number): Promise<void> {
  const giveUp = performance.now() + PATIENCE;
  while (ask() < enough) {
    if (performance.now() > giveUp) throw new Error(`${what}: no ${enough} routes`);
    await sleep(pause);
  }
}

/** The number that a command answers with; 0 while there is none. */
export function asked(command: string, args: readonly string[], answer: RegExp): number {
  const { stdout } = spawnSync(command, args, { encoding: "utf8" });
  return Number(answer.exec(stdout)?.[1] ?? 0);
}

/** A router that GoBGP waits for, as a part of its configuration. */
export function gobgpNeighbor(address: string, as: number, localAddress: string): string {
  return `
[[neighbors]]
  [neighbors.config]
    neighbor-address = "${address}"
    peer-as = ${as}
  [neighbors.transport.config]
    passive-mode = true
    local-address = "${localAddress}"
  [neighbors.ebgp-multihop.config]
    enabled = true
    multihop-ttl = 2
`;
}

/** User and system time of a process, all of its threads, in milliseconds. A tick of /proc is 10 ms. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
