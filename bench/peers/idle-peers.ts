// Weighs one kind of 10,000 idle peers in a process of its own: {"heap":octets,"external":octets,"rss":octets} more than
// before, after garbage collection.
//
//   node --expose-gc idle-peers.ts KIND COUNT
import { PeerMachine } from "@bgpwire/core";
import { say } from "../support/child.ts";
import { endpointsOf, idleSpeaker, peerBytes, peerOptions } from "../support/idle.ts";
import { weigh } from "../support/weigh.ts";

const [kind, count] = [process.argv[2]!, Number(process.argv[3])];

function machine(index: number): PeerMachine {
  const made = new PeerMachine(peerOptions(index), { routerId: "192.0.2.2", seed: index });
  made.handle(0, { type: "start" });
  drain(made);
  return made;
}

function establish(made: PeerMachine, index: number): void {
  made.handle(0, { type: "accepted", conn: 1, endpoints: endpointsOf(index) });
  drain(made);
  for (const chunk of peerBytes()) {
    made.handle(0, { type: "bytes", conn: 1, chunk });
    drain(made);
  }
  if (made.view().state !== "Established") throw new Error(`a peer is in ${made.view().state}`);
}

function drain(made: PeerMachine): void {
  for (let output = made.poll(); output !== null; output = made.poll()) {
    if (output.type === "write") made.handle(0, { type: "unsent", conn: output.conn, bytes: 0 });
  }
}

async function make(howMany: number): Promise<unknown> {
  switch (kind) {
    case "listening":
      return Array.from({ length: howMany }, (_, i) => machine(i));
    case "established":
      return Array.from({ length: howMany }, (_, i) => {
        const made = machine(i);
        establish(made, i);
        return made;
      });
    case "speaker":
      return idleSpeaker(howMany, { onEstablished: () => () => null });
    default:
      throw new Error(`no kind ${kind}`);
  }
}

// Once beforehand, so that compiled code and tables are not counted.
await make(100);
const before = weigh();
const peers = await make(count);
const after = weigh();
if (peers === null) throw new Error("nothing was made");
say({
  heap: after.heap - before.heap,
  external: after.external - before.external,
  rss: after.rss - before.rss,
});
