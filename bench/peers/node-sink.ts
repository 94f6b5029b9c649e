// What bench/ingest.ts measures of ours: a speaker on transport-node that does with UPDATEs what corebgp-sink does. It prints
// its port, takes a session, counts, and answers an End-of-RIB with a Cease, which stops the sender's clock; then it prints
// what it has counted.
//
//   node node-sink.ts none|walk|compose|objects
import { Cease, multiprotocol, NotificationCode } from "@bgpwire/core";
import { contextOf } from "@bgpwire/decoder";
import { createSpeaker } from "@bgpwire/transport-node";
import { say } from "../support/child.ts";
import { TIERS } from "../support/tiers.ts";

const tier = TIERS[process.argv[2] ?? "none"];
const speaker = createSpeaker({ routerId: "192.0.2.2", listen: [{ address: "127.0.0.1", port: 0 }] });
const options = {
  remoteAddress: "127.0.0.1",
  localAs: 65002,
  remoteAs: 65001,
  passive: true,
  capabilities: [multiprotocol(1, 1), multiprotocol(2, 1)],
};
const done = { code: NotificationCode.Cease, subcode: Cease.AdministrativeShutdown, data: new Uint8Array(0) };

speaker.addPeer(options, {
  onEstablished({ negotiated }) {
    const cpu = process.cpuUsage();
    const report = { updates: 0, octets: 0, prefixes: 0, asSum: 0, communities: 0 };
    const decode = tier?.(contextOf(negotiated), report);
    return (update) => {
      const length = update.end - update.start;
      if (length === 4) {
        const { user, system } = process.cpuUsage(cpu);
        say({ ...report, cpuMs: (user + system) / 1000, rssMb: process.memoryUsage.rss() / 2 ** 20 });
        return done;
      }
      report.updates += 1;
      report.octets += length;
      decode?.(update);
      return null;
    };
  },
});
await speaker.start();
say({ port: speaker.listeners[0]!.port });
process.stdin.resume().on("end", () => process.exit());
