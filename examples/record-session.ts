// Writes a session down as an input log, and does it again without a network: `node examples/record-session.ts`.
import { InputLogRecorder, replayInputLog } from "@bgpwire/capture";
import { createSpeaker } from "@bgpwire/transport-node";

const parts: Uint8Array[] = [];
const header = { software: "an example", time: Date.now(), now: performance.now() };
const recorder = new InputLogRecorder(header, (octets) => void parts.push(octets));

// Two speakers on loopback, one of them recorded; the other announces nothing, and says so with an End-of-RIB.
const recorded = createSpeaker({ routerId: "192.0.2.1", listen: [{ address: "127.0.0.1", port: 0 }], recorder });
const other = createSpeaker({ routerId: "192.0.2.2" });
const received = new Promise<void>((resolve) => {
  const peer = { remoteAddress: "127.0.0.1", localAs: 65001, remoteAs: 65002, passive: true };
  recorded.addPeer(peer, { onEstablished: () => () => resolve() });
});
await recorded.start();
other.addPeer(
  { remoteAddress: "127.0.0.1", remotePort: recorded.listeners[0]!.port, localAs: 65002, remoteAs: 65001 },
  { onEstablished: (session) => void session.sendUpdate(Uint8Array.of(0, 0, 0, 0)) },
);
await other.start();
await received;
await Promise.all([recorded.stop(), other.stop()]);
recorder.end("the example is over");

const log = new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
const { difference, summary } = replayInputLog(log);
console.log(`sessions ${summary.sessions}, messages received ${summary.received}, sent ${summary.sent}`);
console.log(difference === null ? "every output is as it was recorded" : difference);
