// How fast does RouteWriter tell a million routes? Packed alone, and into BIRD, beside GoBGP, which has the same table from us and
// tells it to BIRD too. The clock of a session is the receiver's, from its first route to its last; CPU is the sender's, user and
// system, from before there is a session, which says more on a machine that others use.
//
//   node bench/send.ts [ROUTES [ROUNDS]]
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { multiprotocol, negotiate, type OpenMessage } from "@bgpwire/core";
import { RouteWriter, sendContextOf, type Route } from "@bgpwire/decoder";
import { startNode, type Child } from "./support/child.ts";
import { asked, cpuOf, freePort, gobgpNeighbor, has, startRouter, until } from "./support/routers.ts";
import { makeRoutes } from "./support/routes.ts";
import { median, number, printNote, printTable, times } from "./support/table.ts";

const ROUTES = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 3);
/** Between two questions to a router, in milliseconds: each costs it time. */
const PAUSE = 20;

/** Milliseconds: the clock, and the sender's CPU. */
interface Taken {
  readonly ms: number;
  readonly cpu: number;
}

const rows: { name: string; taken: Taken[] }[] = [];
function row(name: string): Taken[] {
  const made = { name, taken: [] };
  rows.push(made);
  return made.taken;
}

const sendUpdate = () => ({ status: "sent", credit: 1 }) as const;

function openOf(as: number, identifier: string): OpenMessage {
  const capabilities = [multiprotocol(1, 1), { name: "fourOctetAs", code: 65, as } as const];
  return { version: 4, myAs: as, holdTime: 90, identifier, capabilities };
}

/** Packing alone: nothing takes the messages. */
function pack(note: (writer: RouteWriter, routes: Route[]) => void): Taken {
  const negotiated = negotiate(openOf(65001, "192.0.2.1"), openOf(65002, "192.0.2.2"));
  const routes = makeRoutes(ROUTES);
  const writer = new RouteWriter({ negotiated, sendUpdate }, sendContextOf(negotiated));
  const start = performance.now();
  const before = process.cpuUsage();
  note(writer, routes);
  writer.pump();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - start, cpu: (user + system) / 1000 };
}

/** How long BIRD, which dials, takes from the first route to the last. */
async function intoBird(directory: string, address: string, port: number, as: number, sender: number): Promise<Taken> {
  const control = join(directory, "bird.ctl");
  const file = join(directory, "bird.conf");
  writeFileSync(
    file,
    `router id 192.0.2.2;
protocol device {}
protocol bgp sender {
  local 127.0.0.1 as 65002;
  neighbor ${address} port ${port} as ${as};
  multihop 2;
  connect delay time 1;
  ipv4 { import all; export none; };
}
`,
  );
  const before = cpuOf(sender);
  const bird = startRouter("bird", ["-f", "-c", file, "-s", control]);
  try {
    const count = (): number => asked("birdc", ["-s", control, "show route count"], /^(\d+) of/m);
    await until("BIRD's first route", count, 1, PAUSE);
    const start = performance.now();
    await until("BIRD's last route", count, ROUTES, PAUSE);
    return { ms: performance.now() - start, cpu: cpuOf(sender) - before };
  } finally {
    await bird.end();
  }
}

/** Our table in GoBGP, and from there into BIRD. */
async function throughGobgp(directory: string): Promise<{ gobgp: Taken; bird: Taken }> {
  const [port, api] = [await freePort(), await freePort()];
  const file = join(directory, "gobgp.toml");
  const local = `as = 65010
    router-id = "192.0.2.10"
    port = ${port}
    local-address-list = ["127.0.0.3"]`;
  writeFileSync(
    file,
    `[global.config]\n    ${local}\n${gobgpNeighbor("127.0.0.2", 65001, "127.0.0.3")}${gobgpNeighbor("127.0.0.1", 65002, "127.0.0.3")}`,
  );
  const gobgp = startRouter("gobgpd", ["-f", file, "--api-hosts", `127.0.0.1:${api}`, "-l", "error"]);
  let announcer: Child | null = null;
  try {
    announcer = announcing("127.0.0.3", String(port), "65010");
    await announcer.next();
    const before = cpuOf(announcer.pid);
    const summary = ["-p", String(api), "global", "rib", "summary"];
    const count = (): number => asked("gobgp", summary, /Path: (\d+)/);
    await until("GoBGP's first route", count, 1, PAUSE);
    const start = performance.now();
    await until("GoBGP's last route", count, ROUTES, PAUSE);
    const taken = { ms: performance.now() - start, cpu: cpuOf(announcer.pid) - before };
    return { gobgp: taken, bird: await intoBird(directory, "127.0.0.3", port, 65010, gobgp.pid) };
  } finally {
    await announcer?.end();
    await gobgp.end();
  }
}

function announcing(...peer: readonly string[]): Child {
  return startNode("node-announcer", [String(ROUTES), ...peer]);
}

const missing = ["bird", "gobgpd"].filter((program) => !has(program));
const packed = row("RouteWriter: announce, packed into nothing");
const pulled = row("RouteWriter: announceFrom, packed into nothing");
const bird = missing.includes("bird") ? null : row("RouteWriter to BIRD");
const gobgp = missing.includes("gobgpd") ? null : row("RouteWriter to GoBGP");
const other = missing.length > 0 ? null : row("GoBGP to BIRD");

for (let round = 0; round < ROUNDS; round += 1) {
  packed.push(pack((writer, routes) => writer.announce(routes)));
  pulled.push(pack((writer, routes) => writer.announceFrom(routes)));
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-send-"));
  if (bird !== null) {
    const announcer = announcing();
    const { port } = await announcer.next<{ port: number }>();
    bird.push(await intoBird(directory, "127.0.0.2", port, 65001, announcer.pid));
    await announcer.end();
  }
  if (gobgp !== null && other !== null) {
    const taken = await throughGobgp(directory);
    gobgp.push(taken.gobgp);
    other.push(taken.bird);
  }
  rmSync(directory, { recursive: true });
}

const clock = (taken: readonly Taken[]): number[] => taken.map(({ ms }) => ms);
const cpu = (taken: readonly Taken[]): number[] => taken.map((one) => one.cpu);
const faster = (name: string, theirs: readonly number[], ours: readonly number[]): string =>
  name.endsWith("BIRD") && theirs.length > 0 ? times(median(theirs) / median(ours)) : "–";
const range = (values: readonly number[]): string => `${number(Math.min(...values))}–${number(Math.max(...values))}`;
printTable(
  `${number(ROUTES)} routes told, median of ${ROUNDS} rounds`,
  ["what", "faster than GoBGP to BIRD", "less CPU", "ms", "min–max", "CPU ms", "min–max"],
  rows.map(({ name, taken }) => [
    name,
    faster(name, clock(other ?? []), clock(taken)),
    faster(name, cpu(other ?? []), cpu(taken)),
    number(median(clock(taken))),
    range(clock(taken)),
    number(median(cpu(taken))),
    range(cpu(taken)),
  ]),
);
if (missing.length > 0) printNote(`skipped: ${missing.join(" and ")}, not installed\n`);
