// Sessions outlive a program whose event loop stands still for as long as their hold time: what peers have said meanwhile counts,
// and our KEEPALIVE goes at once. A peer that has given up is let go in order. On real sockets, with Node.js and Deno.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { DENO, denoMissing } from "../support/deno.ts";
import { pass, until } from "../support/real-time.ts";
import { concat, describeMessage, keepalive, messagesIn, notification, open } from "../support/wire.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The hold time of all sessions, in milliseconds, and how often peers speak. */
const HOLD = 3000;
const INTERVAL = 500;

/** A little longer than the hold time: without reading first, each session would be taken for dead. */
const STALL = HOLD + 50;

/** A peer in raw octets. It speaks on while nothing is read. */
class RawPeer {
  readonly address: string;
  readonly socket: Socket;
  readonly #chunks: Uint8Array[] = [];
  readonly #speaking: ReturnType<typeof setInterval>;

  constructor(address: string, port: number) {
    this.address = address;
    this.socket = connect({ host: "127.0.0.1", port, localAddress: address });
    this.socket.on("error", () => {});
    this.socket.on("data", (chunk) => this.#chunks.push(chunk));
    this.socket.write(concat(open({ holdTime: HOLD / 1000 }), keepalive()));
    this.#speaking = setInterval(() => this.socket.write(keepalive()), INTERVAL);
  }

  get said(): string[] {
    return messagesIn(concat(...this.#chunks)).map(describeMessage);
  }

  /** Its hold timer has run out. */
  giveUp(): void {
    clearInterval(this.#speaking);
    this.socket.end(notification(4, 0));
  }

  /** It is gone, without a word. */
  vanish(): void {
    clearInterval(this.#speaking);
    this.socket.resetAndDestroy();
  }

  stop(): void {
    clearInterval(this.#speaking);
    this.socket.destroy();
  }
}

async function standStill(...command: readonly string[]): Promise<void> {
  const [patient, impatient, broken] = ["127.0.0.2", "127.0.0.3", "127.0.0.4"] as const;
  const program = ["tests/runtime/stall.ts", patient, impatient, broken];
  const child = spawn(command[0]!, [...command.slice(1), ...program], {
    cwd: ROOT,
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" },
  });
  const lines: Record<string, unknown>[] = [];
  createInterface(child.stdout).on("line", (line) => lines.push(JSON.parse(line) as Record<string, unknown>));
  const told = async (name: string, count: number): Promise<Record<string, unknown>[]> => {
    const found = (): Record<string, unknown>[] => lines.filter((line) => name in line);
    await until(() => found().length >= count || child.exitCode !== null, `${count} × ${name}`);
    return found();
  };
  const peers: RawPeer[] = [];
  const up = (address: string, port: number): RawPeer => {
    const peer = new RawPeer(address, port);
    peers.push(peer);
    return peer;
  };
  try {
    const [first] = await told("port", 1);
    const port = first!["port"] as number;
    const stays = up(patient, port);
    const leaves = up(impatient, port);
    const breaks = up(broken, port);
    await told("up", 3);

    child.stdin.write(`${STALL}\n`);
    await pass(INTERVAL);
    leaves.giveUp();
    breaks.vanish();
    const [answer] = await told("keepalives", 1);
    expect((answer!["keepalives"] as number[])[0]).toBe(1);
    const downs = await told("down", 2);
    expect(downs).toContainEqual({ down: impatient, cause: "remote", code: 4 });
    expect(downs).toContainEqual({ down: broken, cause: "transport", code: null });
    expect(downs).toHaveLength(2);
    expect(stays.said.every((text) => text === "OPEN" || text === "KEEPALIVE")).toBe(true);

    // Who has left may come again at once.
    up(impatient, port);
    await told("up", 4);
    expect(child.exitCode).toBeNull();
  } finally {
    for (const peer of peers) peer.stop();
    child.kill("SIGKILL");
    if (child.exitCode === null) await once(child, "exit");
  }
}

const missing = denoMissing();

describe.concurrent("a program that stands still for longer than the hold time keeps every session whose peer spoke", () => {
  test("with Node.js", async () => standStill(process.execPath));

  test.skipIf(missing !== null)(`with Deno${missing === null ? "" : ` (${missing})`}`, async () =>
    standStill(DENO, "run", "-A"),
  );
});
