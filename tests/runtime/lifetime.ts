// What keeps a process alive, with Node.js or Deno: a speaker that has nothing but a peer to dial is not done; one that has
// stopped is. Run by node/lifetime.test.ts, deno/lifetime.test.ts and bun/process.test.ts. Prints a JSON line for each dial that
// failed. With an argument the sockets have options.
import type { SpeakerOptions } from "@bgpwire/core";

const { createSpeaker } =
  "Deno" in globalThis ? await import("@bgpwire/transport-deno") : await import("@bgpwire/transport-node");

let failures = 0;
const options: SpeakerOptions = {
  routerId: "192.0.2.1",
  onEvent: (event) => {
    if (event.type !== "dialFailed") return;
    failures += 1;
    console.log(JSON.stringify({ failures, reason: event.reason }));
    if (failures === 3) void speaker.stop();
  },
};
const speaker = createSpeaker(options);
// The discard port: nobody listens there.
const peer = { remoteAddress: "127.0.0.1", remotePort: 9, localAs: 65001, remoteAs: 65002, connectRetryTime: 0.2 };
speaker.addPeer(process.argv.length > 2 ? { ...peer, dscp: 48 } : peer);
await speaker.start();
