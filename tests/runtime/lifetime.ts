// What keeps a process alive, with Node.js or Deno: a speaker that has nothing but a peer to dial is not done; one that has
// stopped is. Run by node/lifetime.test.ts and deno/lifetime.test.ts. Prints a JSON line for each dial that failed.
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
speaker.addPeer({ remoteAddress: "127.0.0.1", remotePort: 9, localAs: 65001, remoteAs: 65002, connectRetryTime: 0.2 });
await speaker.start();
