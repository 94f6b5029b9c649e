// The speaker of bench/scale.ts with all its peers. It prints its port once it has its peers and again when it has started; each
// line on standard input asks how it does.
//
//   node --expose-gc scale-speaker.ts ESTABLISHED REFUSED SILENT PORT-OF-PEERS PORT-OF-SILENCE
import { monitorEventLoopDelay } from "node:perf_hooks";
import { readdirSync } from "node:fs";
import { createSpeaker } from "@bgpwire/transport-node";
import { say, told } from "../support/child.ts";
import { passiveHere, peerAddress, REFUSED, SILENT } from "../support/scale.ts";
import { weigh } from "../support/weigh.ts";

const [established, refused, silent, peersPort, silencePort] = process.argv.slice(2).map(Number) as [
  number,
  number,
  number,
  number,
  number,
];
const speaker = createSpeaker({
  routerId: "192.0.2.2",
  listen: [{ address: "127.0.0.1", port: 0 }],
  onEvent: (event) => {
    const name = event.type === "ended" ? `ended: ${event.reason.text}` : event.type;
    events[name] = (events[name] ?? 0) + 1;
  },
});
const events: Record<string, number> = {};
const plugin = { onEstablished: () => () => null };
const usual = { localAs: 65002, remoteAs: 65001, localAddress: "127.0.0.1" };

const before = weigh();
let cpu = process.cpuUsage();
const delay = monitorEventLoopDelay({ resolution: 10 });
for (let i = 0; i < established; i++) {
  const place = { remoteAddress: peerAddress(i), remotePort: peersPort, passive: passiveHere(i) };
  speaker.addPeer({ ...usual, ...place }, plugin);
}
for (let i = 0; i < refused; i++)
  speaker.addPeer({ ...usual, remoteAddress: peerAddress(i, REFUSED), remotePort: 9 }, plugin);
for (let i = 0; i < silent; i++) {
  speaker.addPeer({ ...usual, remoteAddress: peerAddress(i, SILENT), remotePort: silencePort }, plugin);
}
const added = cpuMs();
delay.enable();
await speaker.start();
say({ port: speaker.listeners[0]!.port, cpuMs: added });

for await (const _ of told()) {
  const up = speaker.peers().filter((peer) => peer.state === "Established").length;
  const spent = cpuMs();
  const { heap, external, rss } = weigh();
  const descriptors = readdirSync("/proc/self/fd").length;
  const stallMs = delay.max / 1e6;
  delay.reset();
  // What looking costs is not what is looked for.
  cpu = process.cpuUsage();
  say({ up, cpuMs: spent, heap: heap + external - before.heap - before.external, rss, descriptors, stallMs, events });
}
process.exit();

function cpuMs(): number {
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1000;
}
