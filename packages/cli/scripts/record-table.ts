// Makes the recording that the demo plays: generates a table, announces it to BIRD 2, takes it back from BIRD on another
// session, compares both route by route and stores BIRD's UPDATE messages. Needs `bird` and Linux (127.0.0.0/8).
//   pnpm exec node packages/cli/scripts/record-table.ts [ROUTES] [SEED]
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Afi, encodeMessage, MessageType, multiprotocol, Safi, type PeerOptions, type Plugin } from "@bgpwire/core";
import { createSpeaker } from "@bgpwire/transport-node";
import { playTable } from "../src/demo/player.ts";
import { generatedTable, NEXT_HOPS } from "../src/demo/source.ts";
import { updateReader } from "../src/output/update-reader.ts";
import { generateTable } from "../src/table/generate.ts";
import { RECORDING, type RecordingInfo } from "../src/table/recorded.ts";

const routes = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? 20_261_121);

/** The AS the demo's player has: all recorded paths start with it. */
const PLAYER_AS = 64_500;
const RECORDER_AS = 64_496;
const BIRD_AS = 64_510;
const BIRD = "127.0.0.10";
const PLAYER = "127.0.0.11";
const RECORDER = "127.0.0.12";
const PORT = 11_790;

/** A route server hands paths, next hops and MEDs on as they are. */
function client(name: string, address: string, as: number): string {
  return `protocol bgp ${name} {
  local ${BIRD} port ${PORT} as ${BIRD_AS};
  neighbor ${address} as ${as};
  strict bind; passive; multihop; rs client;
  ipv4 { import all; export all; };
  ipv6 { import all; export all; };
}`;
}

const folder = mkdtempSync(join(tmpdir(), "bgpwire-record-"));
const config = join(folder, "bird.conf");
const control = join(folder, "bird.ctl");
writeFileSync(
  config,
  [
    "router id 192.0.2.10;",
    "protocol device { }",
    client("player", PLAYER, PLAYER_AS),
    client("recorder", RECORDER, RECORDER_AS),
  ].join("\n"),
);
const version = spawnSync("bird", ["--version"], { encoding: "utf8" });
const router = `${version.stdout}${version.stderr}`.trim().replace("version ", "").replace("BIRD", "BIRD");
const bird = spawn("bird", ["-f", "-c", config, "-s", control, "-P", join(folder, "bird.pid")], { stdio: "inherit" });

function birdRoutes(): number {
  const { stdout } = spawnSync("birdc", ["-s", control, "show", "route", "count"], { encoding: "utf8" });
  return [...stdout.matchAll(/(\d+) of \d+ routes/g)].reduce((sum, match) => Math.max(sum, Number(match[1])), 0);
}

async function until(what: string, done: () => boolean): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (done()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${what} did not happen`);
}

const capabilities = [multiprotocol(Afi.IPv4, Safi.Unicast), multiprotocol(Afi.IPv6, Safi.Unicast)];
function toBird(localAddress: string, localAs: number): PeerOptions {
  return {
    remoteAddress: BIRD,
    remotePort: PORT,
    localAddress,
    localAs,
    remoteAs: BIRD_AS,
    capabilities,
    connectRetryTime: 0.5,
  };
}

const messages: Uint8Array[] = [];
const received = new Map<string, string>();
const recorderPlugin: Plugin = {
  onEstablished(session) {
    const read = updateReader(session, "received");
    return (update) => {
      const { event } = read(update);
      if (event.announced.length === 0) return null;
      messages.push(encodeMessage(MessageType.Update, update.buffer.slice(update.start, update.end)));
      for (const { prefix, nextHop } of event.announced) {
        if (prefix !== undefined) received.set(prefix, JSON.stringify({ ...event.attributes, nextHop }));
      }
      return null;
    };
  },
};

const player = createSpeaker({ routerId: "192.0.2.2" });
const recorder = createSpeaker({ routerId: "192.0.2.1" });
try {
  player.addPeer(toBird(PLAYER, PLAYER_AS), {
    onEstablished: (session) => void playTable(session, generatedTable({ routes, seed, localAs: PLAYER_AS })),
  });
  await player.start();
  await until("the whole table in BIRD", () => birdRoutes() >= routes);
  recorder.addPeer(toBird(RECORDER, RECORDER_AS), recorderPlugin);
  await recorder.start();
  await until("the whole table back from BIRD", () => received.size >= routes);
} finally {
  await Promise.all([player.stop(), recorder.stop()]);
  bird.kill();
  rmSync(folder, { recursive: true });
}

// What came back is what was generated, with the player's AS number before the path.
for (const { prefixes, attributes } of generateTable({ routes, seed, localAs: PLAYER_AS, ...NEXT_HOPS })) {
  const { localPref: _, nextHop, ...rest } = attributes;
  const asPath = rest.asPath === "" ? String(PLAYER_AS) : `${PLAYER_AS} ${rest.asPath}`;
  const expected = sortedJson({ ...rest, asPath, nextHop });
  for (const prefix of prefixes) {
    const found = sortedJson(JSON.parse(received.get(prefix) ?? "{}") as object);
    if (found !== expected) throw new Error(`${prefix} came back as ${found} instead of ${expected}`);
  }
}

function sortedJson(value: object): string {
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}

const packed = gzipSync(Buffer.concat(messages), { level: 9 });
const info: RecordingInfo = {
  router,
  date: new Date().toISOString().slice(0, 10),
  seed,
  routes: received.size,
  updates: messages.length,
  localAs: PLAYER_AS,
};
writeFileSync(new URL("table.bgp.gz", RECORDING), packed);
writeFileSync(new URL("table.json", RECORDING), `${JSON.stringify(info, null, 2)}\n`);
console.log(info, `${packed.length} octets`);
