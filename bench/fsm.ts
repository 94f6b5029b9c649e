// How fast is the machine alone? Pairs of peer machines joined in memory, all alive at a time, on a virtual clock: they come
// up, stay up for an hour of keepalives, exchange UPDATEs and go down. A step is one input handled or one output polled.
import { Pair, steps } from "./support/pair.ts";
import { median, number, printNote, printTable, times } from "./support/table.ts";
import { bodiesOf, makeUpdates } from "./support/updates.ts";

const PAIRS = 2_000;
const HOUR = 3_600_000;
const UPDATES = 100;
const ROUNDS = 5;

const { bytes } = makeUpdates(UPDATES, 1);
const bounds = bodiesOf(bytes);
const bodies = Array.from({ length: UPDATES }, (_, i) => bytes.slice(bounds[2 * i], bounds[2 * i + 1]));

interface Phase {
  ms: number[];
  steps: number;
  messages: number;
}
const phases = new Map<string, Phase>();

function measured(name: string, work: () => void): void {
  const before = { ...steps };
  const start = performance.now();
  work();
  const ms = performance.now() - start;
  const phase = phases.get(name) ?? { ms: [], steps: 0, messages: 0 };
  phase.ms.push(ms);
  phase.steps = steps.inputs + steps.outputs - before.inputs - before.outputs;
  phase.messages = steps.messages - before.messages;
  phases.set(name, phase);
}

for (let round = 0; round < ROUNDS; round++) {
  let pairs: Pair[] = [];
  measured("make two machines", () => {
    pairs = Array.from({ length: PAIRS }, (_, i) => new Pair(2 * i));
  });
  measured("dial to Established", () => {
    for (const pair of pairs) pair.start(0);
  });
  measured("an hour of keepalives", () => {
    for (const pair of pairs) for (let at = pair.deadline(); at <= HOUR; at = pair.deadline()) pair.tick(at);
  });
  measured(`${UPDATES} UPDATEs each way`, () => {
    for (const body of bodies) for (const pair of pairs) pair.update(HOUR, body);
  });
  if (pairs.some((pair) => pair.a.machine.view().state !== "Established")) throw new Error("a session is not up");
  measured("Cease to Idle", () => {
    for (const pair of pairs) pair.stop(HOUR);
  });
}

const rows = [...phases].map(([name, { ms, steps, messages }]) => {
  const middle = median(ms);
  return [
    name,
    number((middle * 1000) / PAIRS, 1),
    steps === 0 ? "–" : number((steps / middle) * 1000),
    steps === 0 ? "–" : number((middle * 1e6) / steps),
    messages === 0 ? "–" : number((messages / middle) * 1000),
  ];
});
printTable(
  `FSM in simulation: ${number(PAIRS)} sessions of two machines, median of ${ROUNDS}`,
  ["phase", "µs per session", "steps per second", "ns per step", "messages per second"],
  rows,
);
const hour = median(phases.get("an hour of keepalives")!.ms);
printNote(`simulated time against real time, per session: ${times((HOUR * PAIRS) / hour)}\n`);
