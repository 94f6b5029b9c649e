// How fast does RouteWriter tell a million routes? Packed alone, into a session of our own, and into BIRD, beside GoBGP, which has
// the same table from us and tells it to BIRD too. The clock of a session is the receiver's: from its first route to its last.
//
//   node bench/send.ts [ROUTES [ROUNDS]]
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { multiprotocol, negotiate, type OpenMessage } from "@bgpwire/core";
import { RouteWriter, sendContextOf } from "@bgpwire/decoder";
import { startNode, type Child } from "./support/child.ts";
import { asked, freePort, gobgpNeighbor, has, startRouter, until } from "./support/routers.ts";
import { makeRoutes } from "./support/routes.ts";
import { median, number, printNote, printTable, times } from "./support/table.ts";

const ROUTES = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = Number(process.argv[3] ?? 3);
/** Between two questions to a router, in milliseconds: each costs it time. */
const PAUSE = 20;

const rows: { name: string; ms: number[] }[] = [];
function row(name: string): number[] {
  const made = { name, ms: [] };
  rows.push(made);
  return made.ms;
}

const sendUpdate = () => ({ status: "sent", credit: 1 }) as const;

function openOf(as: number, identifier: string): OpenMessage {
  const capabilities = [multiprotocol(1, 1), { name: "fourOctetAs", code: 65, as } as const];
  return { version: 4, myAs: as, holdTime: 90, identifier, capabilities };
}

/** Packing alone: nothing takes the messages. */
function pack(noted: number[], packed: number[]): void {
  const negotiated = negotiate(openOf(65001, "192.0.2.1"), openOf(65002, "192.0.2.2"));
  const routes = makeRoutes(ROUTES);
  const writer = new RouteWriter({ negotiated, sendUpdate }, sendContextOf(negotiated));
  const start = performance.now();
  writer.announce(routes);
  const between = performance.now();
  writer.pump();
  noted.push(between - start);
  packed.push(performance.now() - between);
}

/** How long BIRD, which dials, takes from the first route to the last. */
async function intoBird(directory: string, address: string, port: number, as: number): Promise<number> {
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
  const bird = startRouter("bird", ["-f", "-c", file, "-s", control]);
  try {
    const count = (): number => asked("birdc", ["-s", control, "show route count"], /^(\d+) of/m);
    await until("BIRD's first route", count, 1, PAUSE);
    const start = performance.now();
    await until("BIRD's last route", count, ROUTES, PAUSE);
    return performance.now() - start;
  } finally {
    await bird.end();
  }
}

/** Our table in GoBGP, and from there into BIRD. */
async function throughGobgp(directory: string): Promise<{ gobgp: number; bird: number }> {
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
    const summary = ["-p", String(api), "global", "rib", "summary"];
    const count = (): number => asked("gobgp", summary, /Path: (\d+)/);
    await until("GoBGP's first route", count, 1, PAUSE);
    const start = performance.now();
    await until("GoBGP's last route", count, ROUTES, PAUSE);
    const taken = performance.now() - start;
    return { gobgp: taken, bird: await intoBird(directory, "127.0.0.3", port, 65010) };
  } finally {
    await announcer?.end();
    await gobgp.end();
  }
}

function announcing(...peer: readonly string[]): Child {
  return startNode(new URL("peers/node-announcer.ts", import.meta.url), [String(ROUTES), ...peer]);
}

const missing = ["bird", "gobgpd"].filter((program) => !has(program));
const noted = row("RouteWriter: announced, nothing sent");
const packed = row("RouteWriter: packed, into nothing");
const bird = missing.includes("bird") ? null : row("RouteWriter to BIRD");
const gobgp = missing.includes("gobgpd") ? null : row("RouteWriter to GoBGP");
const other = missing.length > 0 ? null : row("GoBGP to BIRD");

for (let round = 0; round < ROUNDS; round += 1) {
  pack(noted, packed);
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-send-"));
  if (bird !== null) {
    const announcer = announcing();
    const { port } = await announcer.next<{ port: number }>();
    bird.push(await intoBird(directory, "127.0.0.2", port, 65001));
    await announcer.end();
  }
  if (gobgp !== null && other !== null) {
    const taken = await throughGobgp(directory);
    gobgp.push(taken.gobgp);
    other.push(taken.bird);
  }
  rmSync(directory, { recursive: true });
}

const theirs = other === null ? null : median(other);
printTable(
  `${number(ROUTES)} routes told, median of ${ROUNDS} rounds`,
  ["what", "faster than GoBGP to BIRD", "ms", "min–max", "routes per second"],
  rows.map(({ name, ms }) => [
    name,
    theirs === null || !name.endsWith("BIRD") ? "–" : times(theirs / median(ms)),
    number(median(ms)),
    `${number(Math.min(...ms))}–${number(Math.max(...ms))}`,
    number((ROUTES / median(ms)) * 1000),
  ]),
);
if (missing.length > 0) printNote(`skipped: ${missing.join(" and ")}, not installed\n`);
