// Faults that the whole process suffers: no file descriptor is left, a plugin floods a peer that reads as fast as it is told.
// Sessions of others live through them. That of a plugin which does not return is in tests/runtime/stall.test.ts.
import { nodeTransport } from "@bgpwire/transport-node";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, expect, test as anywhere } from "vitest";
import { Bystander } from "../support/bystander.ts";
import { DENO, denoMissing } from "../support/deno.ts";
import { pass, until } from "../support/real-time.ts";
import { SocketPeer, SocketPlace } from "../support/socket-peer.ts";
import { MANY_ADDRESSES } from "../support/socket-world.ts";

const SCRIPT = fileURLToPath(new URL("../support/fault-router.ts", import.meta.url));

interface Runtime {
  readonly name: string;
  readonly command: readonly string[];
  /** Few file descriptors, and yet enough for the runtime itself and some connections. */
  readonly few: number;
  /** Most UPDATEs of 4 KB that a plugin can send until others have their turn. */
  readonly turn: number;
  /** Why it is not here, or null. */
  readonly missing: string | null;
}

// On Node.js it is the high-water mark, and a batch that has left meanwhile. On Deno it is sixteen batches.
const RUNTIMES: readonly Runtime[] = [
  { name: "Node.js", command: [process.execPath], few: 40, turn: 200, missing: null },
  { name: "Deno", command: [DENO, "run", "-A"], few: 60, turn: 600, missing: denoMissing() },
];

interface Line {
  readonly port?: number;
  readonly failed?: string;
  readonly state?: string;
  readonly most?: number;
}

/** What runtimes say of a socket that the system has no descriptor for. */
const NO_DESCRIPTOR = /EMFILE|too many open files/i;

/** The speaker under test, in a process of its own. */
class Router {
  readonly #child: ChildProcess;
  readonly lines: Line[] = [];
  port = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    createInterface(child.stdout!).on("line", (line) => this.lines.push(JSON.parse(line) as Line));
  }

  static async run(
    runtime: Runtime,
    mode: "idle" | "flood",
    trouble: number,
    descriptors: number = 1000,
  ): Promise<Router> {
    const limited = `ulimit -n ${descriptors} && exec "$@"`;
    const child = spawn("sh", ["-c", limited, "sh", ...runtime.command, SCRIPT, mode, String(trouble)], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" },
    });
    const router = new Router(child);
    const ready = (): Line | undefined => router.lines.find((line) => line.port !== undefined);
    await until(() => ready() !== undefined, "the speaker under test");
    router.port = ready()!.port!;
    return router;
  }

  has(expected: Line): boolean {
    return this.lines.some((line) =>
      Object.entries(expected).every(([key, value]) => line[key as keyof Line] === value),
    );
  }

  bystander(): Promise<Bystander> {
    const at = { address: "127.0.0.1", port: this.port };
    return Bystander.of({ address: "127.0.0.9", at, transport: nodeTransport(), until, holdTime: 30 });
  }

  /** It has lived until now. */
  async stop(): Promise<void> {
    expect([this.#child.exitCode, this.#child.signalCode]).toEqual([null, null]);
    const exit = once(this.#child, "exit");
    this.#child.stdin!.end();
    await exit;
  }
}

describe.for(RUNTIMES)("a process of $name", { concurrent: true }, (runtime) => {
  const test = anywhere.skipIf(!MANY_ADDRESSES || runtime.missing !== null);
  test("without a file descriptor left: sessions go on, dials fail and are made again, and the listener accepts again later", async () => {
    const place = await SocketPlace.at("127.0.0.3");
    place.onPeer = (raw) => raw.reset();
    const router = await Router.run(runtime, "idle", place.port, runtime.few);
    const bystander = await router.bystander();

    // Strangers keep coming: whatever descriptor becomes free, such as that of a dial which was reset, one of them soon has it.
    const crowd: SocketPeer[] = [];
    const crowding = setInterval(() => {
      const i = crowd.length;
      crowd.push(SocketPeer.towards(router.port, `127.1.${i >> 8}.${i & 255}`));
    }, 2);
    const without = (): number =>
      router.lines.filter(({ failed }) => failed !== undefined && NO_DESCRIPTOR.test(failed)).length;
    await until(() => without() > 0, "a dial without a descriptor");
    for (let i = 0; i < 10; i += 1) {
      await bystander.exchange();
      await pass(10);
    }
    const before = without();
    await until(() => without() > before + 3, "more such dials");

    clearInterval(crowding);
    for (const { socket } of crowd) socket.destroy();
    place.onPeer = (raw) => void raw.establish();
    await until(() => router.has({ state: "Established" }), "the dial that succeeds");
    const later = await SocketPeer.to(router.port, "127.0.2.1");
    await until(() => later.heard.length > 0, "an answer to the next stranger");
    expect(later.heard).toEqual(["NOTIFICATION 6/5"]);
    later.socket.destroy();
    await bystander.exchange();
    await bystander.stop();
    place.close();
    await router.stop();
  });

  test("with a plugin that floods whoever reads as fast as it is told: others have their turns", async () => {
    const router = await Router.run(runtime, "flood", 0);
    const bystander = await router.bystander();
    const trouble = await SocketPeer.to(router.port, "127.0.0.3");
    trouble.socket.removeAllListeners("data").resume();
    trouble.establish();
    const done = (): Line | undefined => router.lines.find(({ most }) => most !== undefined);
    do await bystander.exchange();
    while (done() === undefined);
    expect(done()!.most).toBeLessThan(runtime.turn);
    trouble.socket.destroy();
    await bystander.stop();
    await router.stop();
  });
});
