import { contextOf, decodeUpdate } from "@bgpwire/decoder";
import { createSpeaker } from "@bgpwire/transport-node";

const speaker = createSpeaker({ routerId: "192.0.2.1", listen: [{ address: "127.0.0.1", port: 1790 }] });
const peer = { remoteAddress: "127.0.0.1", localAs: 65001, remoteAs: 65002 };
speaker.addPeer(peer, {
  onStateChange: ({ id }, { from, to }) => console.log(id, from, "→", to),
  onEstablished: ({ negotiated: n }) => (body) => console.log(JSON.stringify(decodeUpdate(body, contextOf(n)).update)),
});
await speaker.start();
