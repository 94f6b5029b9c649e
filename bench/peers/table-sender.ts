// The peers of bench/tables.ts: each has a session of its own, from 127.0.1.1 and on, and all tell a full table at once once every
// session is up. It prints how many routes, UPDATEs and octets that is for each; for a line {"port":N,"as":N} it begins, prints {"up":N} when
// it starts to tell and {"sent":N} when all of it has been taken, and holds the sessions until the next line.
//
//   node table-sender.ts ROUTES PEERS
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { say, told } from "../support/child.ts";
import { PEER_AS, peerPlace } from "../support/tables.ts";
import { tableStream, type TableStream } from "../support/table-stream.ts";
import { createCutter, END_OF_RIB, KEEPALIVE, message, open, OPEN } from "../support/wire.ts";

const [routes, peers] = process.argv.slice(2).map(Number) as [number, number];
/** Octets handed to a socket at a time. */
const CHUNK = 262_144;
const stream = tableStream(routes);
if ("why" in stream) {
  say(stream);
  process.exit();
}
say({ routes: stream.routes, updates: stream.updates, octets: stream.octets.length });

let sockets: Socket[] = [];
for await (const line of told<{ port?: number }>()) {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  if (line.port === undefined) {
    say({ closed: true });
    continue;
  }
  sockets = await Promise.all(Array.from({ length: peers }, (_, i) => session(line.port!, i)));
  say({ up: sockets.length });
  const alive = setInterval(() => {
    for (const socket of sockets) if (socket.writableLength === 0) socket.write(message(KEEPALIVE, []));
  }, 20_000);
  alive.unref();
  await Promise.all(sockets.map((socket, i) => tell(stream, socket, PEER_AS + i)));
  say({ sent: sockets.length });
}
process.exit();

/** A session that is up. Dials again while nobody takes it. */
async function session(port: number, index: number): Promise<Socket> {
  const giveUp = performance.now() + 60_000;
  for (;;) {
    const socket = connect({ host: "127.0.0.1", port, localAddress: peerPlace(index) });
    const up = new Promise<boolean>((resolve) => {
      socket.on("connect", () => socket.write(open(PEER_AS + index, [192, 0, 3, index + 1])));
      socket.on("error", () => {});
      socket.on("close", () => resolve(false));
      const cut = createCutter((type) => {
        if (type === OPEN) socket.write(message(KEEPALIVE, []));
        if (type !== KEEPALIVE) return;
        socket.removeAllListeners("data");
        socket.resume();
        resolve(true);
      });
      socket.on("data", cut);
    });
    if (await up) return socket;
    if (performance.now() > giveUp) throw new Error(`nobody takes the session of ${peerPlace(index)}`);
    await sleep(200);
  }
}

async function tell({ octets, ownAs }: TableStream, socket: Socket, as: number): Promise<void> {
  let next = 0;
  for (let at = 0; at < octets.length; at += CHUNK) {
    // One socket's AS number is not to be seen by another, so each has its copy.
    const chunk = Buffer.from(octets.subarray(at, at + CHUNK));
    while (next < ownAs.length && ownAs[next]! < at + chunk.length) {
      const place = ownAs[next]! - at;
      for (let k = Math.max(0, -place); k < 4 && place + k < chunk.length; k += 1) {
        chunk[place + k] = (as >>> (24 - 8 * k)) & 0xff;
      }
      // One that lies across two chunks is gone on with in the next.
      if (place + 4 > chunk.length) break;
      next += 1;
    }
    if (!socket.write(chunk)) await new Promise((resolve) => void socket.once("drain", resolve));
    if (socket.destroyed) throw new Error("a session ended before its table was told");
  }
  socket.write(END_OF_RIB);
}
