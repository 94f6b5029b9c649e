// Announces the table of bench/send.ts by a RouteWriter to every peer that has a session with it. It prints its port, and for each
// session how long it took to hand everything over.
//
//   node node-announcer.ts ROUTES [ADDRESS PORT AS]     (a peer to dial)
import { multiprotocol, type Plugin } from "@bgpwire/core";
import { RouteWriter, sendContextOf } from "@bgpwire/decoder";
import { createSpeaker } from "@bgpwire/transport-node";
import { say } from "../support/child.ts";
import { makeRoutes } from "../support/routes.ts";

const [count, address, port, remoteAs] = process.argv.slice(2);
const routes = makeRoutes(Number(count));
const ours = "127.0.0.2";
const speaker = createSpeaker({ routerId: "192.0.2.1", listen: [{ address: ours, port: 0 }] });
const options = { localAs: 65001, remoteAs: "any" as const, capabilities: [multiprotocol(1, 1)] };
const plugin: Plugin = {
  onEstablished(session) {
    const start = performance.now();
    const writer = new RouteWriter(session, sendContextOf(session.negotiated));
    writer.announceFrom(routes);
    writer.endOfRib();
    void writer.flush().then(() => say({ ms: performance.now() - start }));
  },
};
if (address === undefined) {
  speaker.addListenRange({ ...options, prefix: "127.0.0.0/8" }, plugin);
} else {
  const peer = { ...options, remoteAddress: address, remotePort: Number(port), remoteAs: Number(remoteAs) };
  speaker.addPeer({ ...peer, localAddress: ours, connectRetryTime: 1 }, plugin);
}
await speaker.start();
say({ port: speaker.listeners[0]!.port });
process.stdin.resume().on("end", () => process.exit());
