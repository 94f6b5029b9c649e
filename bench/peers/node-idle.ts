// What bench/memory.ts weighs of ours with sockets: a speaker on transport-node with many peers. It prints its port; each line
// on standard input asks for the memory in use more than before the first peer was added.
//
//   node --expose-gc node-idle.ts COUNT
import { createSpeaker } from "@bgpwire/transport-node";
import { say, told } from "../support/child.ts";
import { peerOptions } from "../support/idle.ts";
import { weigh } from "../support/weigh.ts";

const count = Number(process.argv[2]);
const speaker = createSpeaker({ routerId: "192.0.2.2", listen: [{ address: "127.0.0.1", port: 0 }] });
const plugin = { onEstablished: () => () => null };
const before = weigh();
for (let i = 0; i < count; i++) speaker.addPeer(peerOptions(i), plugin);
await speaker.start();
say({ port: speaker.listeners[0]!.port });
for await (const _ of told()) {
  const up = speaker.peers().filter((peer) => peer.state === "Established").length;
  if (up !== count) throw new Error(`${up} of ${count} peers are established`);
  const { heap, external, rss } = weigh();
  say({ heap: heap - before.heap, external: external - before.external, rss: rss - before.rss });
}
process.exit();
