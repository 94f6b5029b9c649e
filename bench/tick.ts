// What do 10,000 idle peers cost while time passes? A tick with nothing due, a tick with one KEEPALIVE due, and an hour of
// them; against the plain way, which asks every peer for its deadline.
import { do_not_optimize, measure } from "mitata";
import { PeerMachine, SpeakerMachine } from "@bgpwire/core";
import { endpointsOf, peerBytes, peerOptions } from "./support/idle.ts";
import { median, number, printNote, printTable, times } from "./support/table.ts";

const PEERS = 10_000;
const HOUR = 3_600_000;

let written = 0;
const speaker = new SpeakerMachine<null>({ routerId: "192.0.2.2", seed: 1 });
let now = 0;

function drain(): void {
  for (let polled = speaker.poll(); polled !== null; polled = speaker.poll()) {
    if (polled.output.type !== "write") continue;
    written += 1;
    speaker.handle(now, polled.peer, { type: "unsent", conn: polled.output.conn, bytes: 0 });
  }
}

const machines: PeerMachine[] = [];
speaker.start(0);
for (let i = 0; i < PEERS; i++) {
  const peer = speaker.add(now, peerOptions(i), () => null);
  machines.push(peer.machine);
  drain();
  const accepted = speaker.accept(now, endpointsOf(i));
  if (accepted.peer === null) throw new Error(accepted.why);
  for (const chunk of peerBytes()) {
    speaker.handle(now, peer, { type: "bytes", conn: accepted.conn, chunk });
    drain();
  }
  if (peer.machine.view().state !== "Established") throw new Error("a peer is not established");
  // Sessions do not come up all in one moment.
  now += 1;
}

const idle = await measure(() => {
  speaker.tick(now);
  drain();
  do_not_optimize(speaker.deadline());
});
const scan = await measure(() => {
  let at = Number.POSITIVE_INFINITY;
  for (const machine of machines) at = Math.min(at, machine.deadline() ?? at);
  do_not_optimize(at);
});

// An hour in which the peers say something often enough: only our own KEEPALIVEs are due.
const perKeepalive: number[] = [];
const perHour: number[] = [];
for (let round = 0; round < 5; round++) {
  const until = now + HOUR;
  const before = written;
  let busy = 0;
  let heard = now;
  while (now < until) {
    if (now - heard > 20_000) {
      heard = now;
      for (const peer of speaker.list()) {
        speaker.handle(now, peer, { type: "bytes", conn: 1, chunk: peerBytes()[1]! });
        drain();
      }
    }
    const start = performance.now();
    now = speaker.deadline()!;
    speaker.tick(now);
    drain();
    busy += performance.now() - start;
  }
  perHour.push(busy);
  perKeepalive.push((busy * 1e6) / (written - before));
}
const keepalive = median(perKeepalive);

printTable(
  `Ticks with ${number(PEERS)} idle peers, ns (median)`,
  ["what", "ratio", "ns"],
  [
    ["tick and deadline, nothing due", times(1), number(idle.p50, 1)],
    ["the same by asking every peer", times(scan.p50 / idle.p50), number(scan.p50)],
    ["one KEEPALIVE due: tick, write, deadline", times(keepalive / idle.p50), number(keepalive)],
  ],
);
printNote(
  `an hour of ${number(PEERS)} peers' KEEPALIVEs: ${number(median(perHour))} ms, ` +
    `${((median(perHour) / HOUR) * 100).toFixed(3)} % of a core\n`,
);
