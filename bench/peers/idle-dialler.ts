// Opens sessions that stay idle, from an address each (127.1.0.0 and on), for bench/memory.ts: for the line {"port":N} on
// standard input it prints {"up":N} when all are established, and answers KEEPALIVEs until its input ends.
//
//   node idle-dialler.ts COUNT
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { say, told } from "../support/child.ts";
import { peerAddress } from "../support/idle.ts";
import { SENDER_AS } from "../support/updates.ts";
import { createCutter, KEEPALIVE, message, open, OPEN } from "../support/wire.ts";

const count = Number(process.argv[2]);

/** Dials at a time: fewer than a listener's backlog. */
const TOGETHER = 100;

for await (const { port } of told<{ port: number }>()) {
  for (let i = 0; i < count; i += TOGETHER) {
    await Promise.all(Array.from({ length: Math.min(TOGETHER, count - i) }, (_, k) => persist(port, i + k)));
  }
  say({ up: count });
}
process.exit();

async function persist(port: number, index: number): Promise<void> {
  const giveUp = performance.now() + 30_000;
  while (!(await session(port, index))) {
    if (performance.now() > giveUp) throw new Error(`the sink takes no session from ${peerAddress(index)}`);
    await sleep(50);
  }
}

/** One session; false when the sink closed before it was up. */
function session(port: number, index: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", localAddress: peerAddress(index) });
    const identifier = [192, 1, index >> 8, index & 0xff];
    socket.on("connect", () => socket.write(open(SENDER_AS, identifier)));
    socket.on(
      "data",
      createCutter((type) => {
        if (type === OPEN || type === KEEPALIVE) socket.write(message(KEEPALIVE, []));
        if (type === KEEPALIVE) resolve(true);
      }),
    );
    socket.on("error", () => {});
    socket.on("close", () => resolve(false));
  });
}
