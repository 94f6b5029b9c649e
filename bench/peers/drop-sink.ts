// The ceiling of bench/ingest.ts: a socket that counts octets and looks at none. No sink on Node can be faster; if a sink
// comes near, the sender is too slow.
//
//   node drop-sink.ts OCTETS      (of all UPDATEs with their headers)
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { say } from "../support/child.ts";
import { END_OF_RIB, KEEPALIVE, message, NOTIFICATION, open } from "../support/wire.ts";

// The sender's OPEN and KEEPALIVE come before.
const before = open(65001, [192, 0, 2, 1]).length + 19;
const all = before + Number(process.argv[2]) + END_OF_RIB.length;

const server = createServer({ noDelay: true }, (socket) => {
  let octets = 0;
  let cpu = process.cpuUsage();
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    if (octets === 0) socket.write(open(65002, [192, 0, 2, 2]));
    octets += chunk.length;
    if (octets === before) {
      socket.write(message(KEEPALIVE, []));
      cpu = process.cpuUsage();
    }
    if (octets < all) return;
    socket.end(message(NOTIFICATION, [6, 2]));
    const { user, system } = process.cpuUsage(cpu);
    say({ octets, cpuMs: (user + system) / 1000, rssMb: process.memoryUsage.rss() / 2 ** 20 });
  });
});
server.listen(0, "127.0.0.1", () => say({ port: (server.address() as AddressInfo).port }));
process.stdin.resume().on("end", () => process.exit());
