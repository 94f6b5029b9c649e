// The sender of bench/ingest.ts, the same for every sink: all messages are made before the clock starts and leave in one
// write, so that the kernel takes them as fast as the sink empties its socket. For each line {"port":N} on standard input it
// holds one session and prints {"ms":N}: from the first octet of the first UPDATE until the sink's NOTIFICATION, with which
// it answers the End-of-RIB behind the last.
//
//   node sender.ts UPDATES SEED
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { say, told } from "../support/child.ts";
import { makeUpdates, SENDER_AS } from "../support/updates.ts";
import { createCutter, END_OF_RIB, KEEPALIVE, message, NOTIFICATION, open, OPEN } from "../support/wire.ts";

const stream = makeUpdates(Number(process.argv[2]), Number(process.argv[3]));
const load = new Uint8Array(stream.bytes.length + END_OF_RIB.length);
load.set(stream.bytes);
load.set(END_OF_RIB, stream.bytes.length);
const { bytes: _, ...expected } = stream;
say(expected);

/** How long a sink may take until it accepts a session, in milliseconds: CoreBGP closes what comes while it is Idle. */
const PATIENCE = 10_000;

for await (const { port } of told<{ port: number }>()) {
  const giveUp = performance.now() + PATIENCE;
  let ms: number | null = null;
  while ((ms = await session(port)) === null) {
    if (performance.now() > giveUp) throw new Error("the sink takes no session");
    await sleep(50);
  }
  say({ ms });
}

/** One session; null when the sink closed before it was up. */
function session(port: number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let start: number | null = null;
    let ms: number | null = null;
    socket.on("connect", () => socket.write(open(SENDER_AS, [192, 0, 2, 1])));
    socket.on(
      "data",
      createCutter((type, body) => {
        if (type === OPEN) socket.write(message(KEEPALIVE, []));
        else if (type === KEEPALIVE && start === null) {
          start = Number.POSITIVE_INFINITY;
          // Time for the sink to see our KEEPALIVE and to get ready, which is not what is measured.
          setTimeout(() => {
            start = performance.now();
            socket.write(load);
          }, 100);
        } else if (type === NOTIFICATION) {
          const now = performance.now();
          if (body[0] === 6 && start !== null) ms = now - start;
          else reject(new Error(`the sink sent NOTIFICATION ${body.join(" ")}`));
          socket.destroy();
        }
      }),
    );
    socket.on("error", () => {});
    socket.on("close", () => {
      if (ms === null && start !== null) reject(new Error("the sink closed before the end"));
      else resolve(ms);
    });
  });
}
