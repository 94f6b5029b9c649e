// What does it take to receive full tables from ten peers at once in one process? Ours, with and without a table of the user's, beside
// BIRD and GoBGP, which import everything, choose, and tell nobody. The processor time and the memory are the receiver's, from /proc
// (Linux), from before the first session to the last End-of-RIB or, with the routers, until they say that they have all routes.
//
//   node bench/tables.ts [ROUTES [ROUNDS [PEERS [RECEIVER…]]]]     quick: 100000; full: 1000000; receivers by parts of their names
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startNode, type Child } from "./support/child.ts";
import { asked, cpuOf, freePort, gobgpNeighbor, has, startRouter, until } from "./support/routers.ts";
import { median, number, printNote, printTable, times } from "./support/table.ts";
import { OUR_AS, PEER_AS, peerPlace } from "./support/tables.ts";

const ROUTES = Number(process.argv[2] ?? 100_000);
const ROUNDS = Number(process.argv[3] ?? 3);
const PEERS = Number(process.argv[4] ?? 10);
const NAMES = process.argv.slice(5);
/** Between two questions to a router, in milliseconds: GoBGP walks its table for each. */
const PAUSE = 2000;

/** Of a process: milliseconds of processor, seconds by the clock, and MB resident at the end and at most. */
interface Taken {
  readonly cpuMs: number;
  readonly seconds: number;
  readonly rssMb: number;
  readonly mostMb: number;
}

interface Receiver {
  readonly name: string;
  receive(directory: string): Promise<Taken>;
}

const places = Array.from({ length: PEERS }, (_, i) => ({ address: peerPlace(i), as: PEER_AS + i }));
const sender = startNode("table-sender", [String(ROUTES), String(PEERS)]);
const table = await sender.next<{
  readonly why?: string;
  readonly routes: number;
  readonly updates: number;
  readonly octets: number;
}>();
if (table.why !== undefined) {
  printNote(`skipped: ${table.why}`);
  process.exit();
}
const all = table.routes * PEERS;

/** What the sender has told is received, in the time between two looks at a process. */
async function measured(pid: number, port: number, received: () => Promise<void>): Promise<Taken> {
  const before = cpuOf(pid);
  const start = performance.now();
  sender.tell({ port });
  await sender.next<{ up: number }>();
  await Promise.all([sender.next<{ sent: number }>(), received()]);
  const seconds = (performance.now() - start) / 1000;
  const taken = { cpuMs: cpuOf(pid) - before, seconds, rssMb: memoryOf(pid, "VmRSS"), mostMb: memoryOf(pid, "VmHWM") };
  sender.tell({});
  await sender.next();
  return taken;
}

function memoryOf(pid: number, name: "VmRSS" | "VmHWM"): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024;
}

function ours(name: string, mode: "none" | "objects" | "table"): Receiver {
  return {
    name,
    async receive() {
      // Ten million routes are more than the memory that Node.js gives itself.
      const flags = ["--max-old-space-size=16384"];
      const child: Child = startNode("table-sink", [String(PEERS), mode], flags);
      const { port, pid } = await child.next<{ port: number; pid: number }>();
      const taken = await measured(pid, port, async () => {
        const counted = await child.next<{ updates: number; routes: number; kept: number }>();
        const wanted = {
          updates: table.updates * PEERS,
          routes: mode === "none" ? 0 : all,
          kept: mode === "table" ? all : 0,
        };
        if (JSON.stringify(counted) !== JSON.stringify(wanted)) throw new Error(`${name}: ${JSON.stringify(counted)}`);
      });
      await child.end();
      return taken;
    },
  };
}

const bird: Receiver = {
  name: "BIRD, import all, export none",
  async receive(directory) {
    const port = await freePort();
    const [control, file] = [join(directory, "bird.ctl"), join(directory, "bird.conf")];
    const peer = ({ address, as }: (typeof places)[number], i: number): string =>
      `protocol bgp peer${i} { local 127.0.0.1 port ${port} as ${OUR_AS}; neighbor ${address} as ${as}; multihop 2; passive;
  strict bind yes; ipv4 { import all; export none; }; }\n`;
    writeFileSync(file, `router id 192.0.2.2;\nprotocol device {}\n${places.map(peer).join("")}`);
    const router = startRouter("bird", ["-f", "-c", file, "-s", control]);
    try {
      return await measured(router.pid, port, () =>
        until("BIRD", () => asked("birdc", ["-s", control, "show route count"], /^(\d+) of/m), all, PAUSE),
      );
    } finally {
      await router.end();
    }
  },
};

const gobgp: Receiver = {
  name: "GoBGP, import all, export none",
  async receive(directory) {
    const [port, api] = [await freePort(), await freePort()];
    const file = join(directory, "gobgp.toml");
    const neighbors = places.map(({ address, as }) => gobgpNeighbor(address, as, "127.0.0.1")).join("");
    const local = `as = ${OUR_AS}\n    router-id = "192.0.2.2"\n    port = ${port}\n    local-address-list = ["127.0.0.1"]`;
    const policy = `[global.apply-policy.config]\n    default-export-policy = "reject-route"`;
    writeFileSync(file, `[global.config]\n    ${local}\n${policy}\n${neighbors}`);
    const router = startRouter("gobgpd", ["-f", file, "--api-hosts", `127.0.0.1:${api}`, "-l", "error"]);
    try {
      const summary = ["-p", String(api), "global", "rib", "summary"];
      return await measured(router.pid, port, () =>
        until("GoBGP", () => asked("gobgp", summary, /Path: (\d+)/), all, PAUSE),
      );
    } finally {
      await router.end();
    }
  },
};

const missing = ["bird", "gobgpd"].filter((program) => !has(program));
const receivers = [
  ours("bgpwire, not decoded", "none"),
  ours("bgpwire, decodeUpdate: objects, dropped", "objects"),
  ours("bgpwire, objects kept in a Map for each peer", "table"),
  ...(missing.includes("bird") ? [] : [bird]),
  ...(missing.includes("gobgpd") ? [] : [gobgp]),
]
  .filter(({ name }) => NAMES.length === 0 || NAMES.some((part) => name.includes(part)))
  .map((receiver) => ({ receiver, taken: [] as Taken[] }));

for (let round = 0; round < ROUNDS; round += 1) {
  for (const { receiver, taken } of receivers) {
    const directory = mkdtempSync(join(tmpdir(), "bgpwire-tables-"));
    const one = await receiver.receive(directory);
    // A round takes minutes; what is known is said.
    process.stderr.write(`${receiver.name}: ${JSON.stringify(one)}\n`);
    taken.push(one);
    rmSync(directory, { recursive: true });
  }
}
await sender.end();

const middle = (taken: readonly Taken[], field: keyof Taken): number => median(taken.map((one) => one[field]));
const yardstick = receivers.find(({ receiver }) => receiver === bird);
printTable(
  `${PEERS} peers tell ${number(table.routes)} routes each in ${number(table.updates)} UPDATEs, ${number(table.octets / 2 ** 20)} MB; median of ${ROUNDS} rounds`,
  ["receiver", "CPU of BIRD's", "CPU ms", "min–max", "s by the clock", "resident MB", "most MB"],
  receivers.map(({ receiver, taken }) => {
    const cpu = taken.map(({ cpuMs }) => cpuMs);
    return [
      receiver.name,
      yardstick === undefined ? "–" : times(median(cpu) / middle(yardstick.taken, "cpuMs")),
      number(median(cpu)),
      `${number(Math.min(...cpu))}–${number(Math.max(...cpu))}`,
      number(middle(taken, "seconds"), 1),
      number(middle(taken, "rssMb")),
      number(middle(taken, "mostMb")),
    ];
  }),
);
if (missing.length > 0) printNote(`skipped: ${missing.join(" and ")}, not installed\n`);
