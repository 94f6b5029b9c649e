// The other ends of bench/scale.ts: one speaker with many peers, which are all the same speaker by other addresses of ours. It
// prints its port; for the line {"port":N} on standard input it starts to dial, and each further line asks how many are up.
//
//   node scale-peers.ts COUNT
import { createSpeaker } from "@bgpwire/transport-node";
import { say, told } from "../support/child.ts";
import { passiveHere, peerAddress } from "../support/scale.ts";

const count = Number(process.argv[2]);
const speaker = createSpeaker({ routerId: "192.0.2.1", listen: [{ address: "0.0.0.0", port: 0 }] });
await speaker.start();
say({ port: speaker.listeners[0]!.port });
for await (const { port } of told<{ port?: number }>()) {
  if (port === undefined) {
    say({ up: speaker.peers().filter((peer) => peer.state === "Established").length });
    continue;
  }
  for (let i = 0; i < count; i++) {
    speaker.addPeer({
      remoteAddress: "127.0.0.1",
      remotePort: port,
      localAddress: peerAddress(i),
      localAs: 65001,
      remoteAs: 65002,
      passive: !passiveHere(i),
    });
  }
}
process.exit();
