// `bgpwire bmp` as routers and its user meet it: the real command, and connections over which our writer's messages come.
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BmpTerminationReason, BmpWriter, type BmpSession, type JsonObject } from "@bgpwire/capture";
import { multiprotocol, negotiate, type OpenMessage } from "@bgpwire/core";
import { asPath, createContext, encodeUpdate, nextHop, origin } from "@bgpwire/decoder";
import { Ajv } from "ajv";
import { afterEach, describe, expect, test } from "vitest";
import { RunningCommand } from "./command.ts";

const directory = mkdtempSync(join(tmpdir(), "bgpwire-bmp-"));
const endings: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
afterEach(async () => {
  for (const end of endings.splice(1).toReversed()) await end();
});

function open(myAs: number, identifier: string): OpenMessage {
  return { version: 4, myAs, holdTime: 90, identifier, capabilities: [multiprotocol(1, 1)] };
}

/** A session of the router with 192.0.2.2, the same for every router. */
const SESSION: BmpSession = {
  endpoints: { localAddress: "192.0.2.1", localPort: 179, remoteAddress: "192.0.2.2", remotePort: 40000 },
  negotiated: negotiate(open(65001, "192.0.2.1"), open(65002, "192.0.2.2")),
};
const TIME = { seconds: 1_700_000_000, nanoseconds: 0 };

function update(prefix: string): Uint8Array {
  const attributes = [origin("igp"), asPath([65002]), nextHop("192.0.2.2")];
  return encodeUpdate({ attributes, nlri: [{ prefix }] }, createContext({ fourOctetAs: false }));
}

/** What a router tells of itself, its peer and one route. */
function told(sysName: string, prefix: string): Uint8Array {
  const writer = new BmpWriter({ sysName, sysDescr: "bgpwire" });
  return Buffer.concat([
    writer.initiation(),
    writer.peerUp(SESSION, TIME),
    writer.routeMonitoring(SESSION, "adjRibIn", update(prefix), TIME),
  ]);
}

/** A station that listens, and where. */
async function startStation(...args: string[]): Promise<{ station: RunningCommand; port: number }> {
  const station = new RunningCommand(["bmp", "--listen", "0", ...args]);
  endings.push(() => station.kill());
  const port = await station.until("its port", () => /listening on 127\.0\.0\.1:(\d+)\n/.exec(station.stderr)?.[1]);
  return { station, port: Number(port) };
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1")
    .on("error", () => {})
    .resume();
  endings.push(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

function json({ stdout }: RunningCommand): JsonObject[] {
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JsonObject);
}

function withoutRouter(line: JsonObject): object {
  return Object.fromEntries(Object.entries(line).filter(([field]) => field !== "router"));
}

/** Waits for the UPDATE with a prefix. */
function updateOf(station: RunningCommand, prefix: string): Promise<JsonObject> {
  return station.until(prefix, () => json(station).find((line) => JSON.stringify(line["update"])?.includes(prefix)));
}

describe("a station", () => {
  test("tells the routers apart, and what it prints is as decode prints it", async () => {
    const { station, port } = await startStation("--format", "json", "--record", directory);
    const [one, other] = [await connected(port), await connected(port)];
    one.write(told("one", "198.51.100.0/24"));
    const first = await updateOf(station, "198.51.100.0/24");
    other.write(told("other", "203.0.113.0/24"));
    const second = await updateOf(station, "203.0.113.0/24");
    expect(first["router"]).toEqual({ name: "one", address: "127.0.0.1", port: one.localPort });
    expect(second["router"]).toEqual({ name: "other", address: "127.0.0.1", port: other.localPort });
    // Both monitor the same peer, and yet these are two sessions.
    expect(first).toMatchObject({ session: 0, rib: "adjRibIn", from: { address: "192.0.2.2", as: 65002 } });
    expect(second).toMatchObject({ session: 1, rib: "adjRibIn", from: { address: "192.0.2.2", as: 65002 } });

    station.child.kill("SIGTERM");
    const { code, stdout, stderr } = await station.ended;
    expect(code).toBe(0);
    expect(stderr.match(/disconnected: the station stops\n/g)).toHaveLength(2);
    const schema = new URL("../../packages/cli/schema/capture.schema.json", import.meta.url);
    const valid = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(schema, "utf8")) as object);
    for (const line of json(station)) expect(valid(line), JSON.stringify(valid.errors)).toBe(true);

    const files = readdirSync(directory).sort();
    expect(files).toHaveLength(2);
    const decode = new RunningCommand(["decode", "--type", "update", "--format", "json", join(directory, files[0]!)]);
    expect(JSON.parse((await decode.ended).stdout)).toEqual(withoutRouter(first));
    // A reader ignores what it does not know: the station's own lines are lines of decode.
    const again = new RunningCommand(["decode", "--type", "update", "--format", "json"]);
    again.child.stdin.end(stdout);
    expect(
      (await again.ended).stdout
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([first, second].map(withoutRouter));
  });

  test("closes the connection of what is not BMP, and nothing else is affected", async () => {
    const { station, port } = await startStation();
    const router = await connected(port);
    router.write(told("router1", "198.51.100.0/24"));
    const stranger = await connected(port);
    const { localPort } = stranger;
    stranger.write("GET / HTTP/1.1\r\n\r\n");
    await once(stranger, "close");
    const why = `127.0.0.1:${localPort} disconnected: what the router sends is not BMP: version 71\n`;
    await station.until(why, () => station.stderr.includes(why) || undefined);
    router.write(told("router1", "203.0.113.0/24"));
    const line = await station.until("the route", () => /.*203\.0\.113\.0\/24.*/.exec(station.stdout)?.[0]);
    expect(line).toMatch(
      /^router1 127\.0\.0\.1 {2}2023-11-14T22:13:20Z {2}192\.0\.2\.2 → 192\.0\.2\.1 {2}adjRibIn {2}UPDATE/,
    );
    station.child.kill("SIGINT");
    const { code, stderr } = await station.ended;
    expect(code).toBe(0);
    expect(stderr).toContain(`bgpwire: unreadable: 127.0.0.1:${localPort}, octet 0: version 71;`);
  });

  test("closes the connection behind a Termination (RFC 7854 section 4.5)", async () => {
    const { station, port } = await startStation();
    const router = await connected(port);
    const writer = new BmpWriter({ sysName: "router1", sysDescr: "bgpwire" });
    router.write(writer.initiation());
    router.write(writer.termination(BmpTerminationReason.AdministrativelyClosed, "maintenance"));
    await once(router, "close");
    const why = 'disconnected: the router ends the session: administratively closed: "maintenance"\n';
    await station.until(why, () => station.stderr.includes(why) || undefined);
  });

  test("has filters, and takes no more routers than it is told", async () => {
    const { station, port } = await startStation("--max-routers", "1", "--prefix", "203.0.113.0/24");
    const router = await connected(port);
    router.write(told("router1", "198.51.100.0/24"));
    router.write(told("router1", "203.0.113.0/24"));
    await station.until("the route", () => station.stdout.includes("203.0.113.0/24") || undefined);
    expect(station.stdout.split("\n")).toHaveLength(2);
    const other = await connected(port);
    await once(other, "close");
    const why = "refused: 1 routers are connected (--max-routers)";
    await station.until(why, () => station.stderr.includes(why) || undefined);
  });

  test("dials a router that listens, and again when it is gone", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    endings.push(() => server.close());
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const station = new RunningCommand(["bmp", "--connect", `localhost:${port}`, "--format", "json"]);
    endings.push(() => station.kill());
    const [router] = (await once(server, "connection")) as [Socket];
    router.end(told("one", "198.51.100.0/24"));
    const line = await updateOf(station, "198.51.100.0/24");
    expect(line["router"]).toEqual({ name: "one", address: "127.0.0.1", port });
    const again = `localhost:${port} is dialled again in 30 s: the connection was closed\n`;
    await station.until(again, () => station.stderr.includes(again) || undefined);
    expect(station.stderr).not.toContain("listening");
    station.child.kill("SIGTERM");
    expect((await station.ended).code).toBe(0);
  });

  test("says in one line why it cannot listen or does not start", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    endings.push(() => taken.close());
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const cases: readonly (readonly [string[], number, string])[] = [
      [["--listen", String(port)], 1, `cannot listen on 127.0.0.1:${port}: it is in use (EADDRINUSE)`],
      [["--record", "/dev/null/x"], 2, "--record: /dev/null/x cannot be made: there is no such directory (ENOTDIR)"],
    ];
    const ended = await Promise.all(cases.map(([args]) => new RunningCommand(["bmp", ...args]).ended));
    for (const [i, [, code, text]] of cases.entries()) {
      const { stderr, ...rest } = ended[i]!;
      expect(rest).toEqual({ code, stdout: "" });
      expect(stderr).toContain(`bgpwire: ${text}`);
      expect(stderr.split("\n")).toHaveLength(2);
    }
  });
});
