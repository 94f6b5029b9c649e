// What bench/tables.ts measures of ours: a speaker on transport-node that takes tables from several peers at once. It prints its port, and
// once every peer has sent its End-of-RIB what it has counted.
//
//   node table-sink.ts PEERS none|objects|table
//
// `table` keeps what each peer told in a Map of its own, prefix by prefix: the least that a program with an Adj-RIB-In does.
import { multiprotocol } from "@bgpwire/core";
import type { Plugin, Slice } from "@bgpwire/core";
import { contextOf, decodeUpdate, type PathAttribute } from "@bgpwire/decoder";
import { createSpeaker } from "@bgpwire/transport-node";
import { say } from "../support/child.ts";
import { OUR_AS, PEER_AS, peerPlace } from "../support/tables.ts";

const [peers, mode] = [Number(process.argv[2]), process.argv[3]];
const speaker = createSpeaker({ routerId: "192.0.2.2", listen: [{ address: "127.0.0.1", port: 0 }] });
let done = 0;
let updates = 0;
let routes = 0;
const tables: Map<string, readonly PathAttribute[]>[] = [];

const plugin: Plugin = {
  onEstablished({ negotiated }) {
    const context = contextOf(negotiated);
    const table = new Map<string, readonly PathAttribute[]>();
    tables.push(table);
    return (update: Slice) => {
      updates += 1;
      if (mode === "none") return null;
      const { withdrawn, nlri, attributes } = decodeUpdate(update, context).update;
      routes += nlri.length;
      if (mode !== "table") return null;
      for (const { prefix } of withdrawn) table.delete(prefix);
      for (const { prefix } of nlri) table.set(prefix, attributes);
      return null;
    };
  },
  onEndOfRib() {
    done += 1;
    if (done < peers) return;
    const kept = tables.reduce((sum, { size }) => sum + size, 0);
    say({ updates: updates - peers, routes, kept });
  },
};
for (let i = 0; i < peers; i += 1) {
  const place = { remoteAddress: peerPlace(i), localAs: OUR_AS, remoteAs: PEER_AS + i, passive: true };
  speaker.addPeer({ ...place, capabilities: [multiprotocol(1, 1)] }, plugin);
}
await speaker.start();
say({ port: speaker.listeners[0]!.port, pid: process.pid });
process.stdin.resume().on("end", () => process.exit());
