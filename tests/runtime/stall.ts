// A speaker that stands still when it is told to. Run by stall.test.ts, with Node.js or Deno.
//
// It prints its port as a JSON line, then every end of a session. For each number on standard input nothing runs for so many
// milliseconds; once timers and sockets have had their turn again it prints how many KEEPALIVEs each peer was sent since before.
import { createInterface } from "node:readline";
import type { Plugin, SpeakerOptions } from "@bgpwire/core";
import { stall } from "../support/real-time.ts";

const { createSpeaker } =
  "Deno" in globalThis ? await import("@bgpwire/transport-deno") : await import("@bgpwire/transport-node");

const say = (value: object): void => console.log(JSON.stringify(value));
const options: SpeakerOptions = { routerId: "192.0.2.1", listen: [{ address: "127.0.0.1", port: 0 }] };
const speaker = createSpeaker(options);
const plugin: Plugin = {
  onEstablished: ({ peer }) => say({ up: peer.id }),
  onClose: ({ peer }, { cause, notification }) => say({ down: peer.id, cause, code: notification?.code ?? null }),
};
for (const remoteAddress of process.argv.slice(2)) {
  speaker.addPeer({ remoteAddress, localAs: 65001, remoteAs: 65002, holdTime: 3, passive: true }, plugin);
}
await speaker.start();
say({ port: speaker.listeners[0]!.port });

const sent = (): number[] => speaker.peers().map((peer) => peer.view().counters.sent.keepalive);
const turn = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

for await (const line of createInterface(process.stdin)) {
  const before = sent();
  stall(Number(line));
  await turn();
  await turn();
  say({ keepalives: sent().map((count, i) => count - before[i]!) });
}
