// What `bgpwire run --http` tells, and to whom.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { fromHex, type Session } from "@bgpwire/core";
import { createSpeaker } from "@bgpwire/transport-node";
import { Ajv } from "ajv";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HttpServer } from "../../packages/cli/src/http/server.ts";
import { Tally } from "../../packages/cli/src/http/tally.ts";
import { OwnRoutes } from "../../packages/cli/src/announce/own-routes.ts";
import { parseExposition, type Family } from "../support/prometheus.ts";
import { RunningCommand } from "./command.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** ORIGIN, AS_PATH 65002, NEXT_HOP 192.0.2.2, then 10.0.0.0/8. */
const SOUND = "0000 0014 400101 00 4002 06 0201 0000fdea 400304 c0000202 080a";

describe("the port of a run", { timeout: 60_000 }, () => {
  it("tells Prometheus of peers, messages, routes and what was malformed, and programs in JSON", async () => {
    const run = new RunningCommand(
      ["run", "--router-id", "192.0.2.1", "--local-as", "65001", "--listen", "127.0.0.1:0", "--http", "0"].concat(
        ["--peer", "127.0.0.1,as=65002,passive", "--peer", "192.0.2.99,as=1,passive"],
        ["--announce", "198.51.100.0/24,next-hop=192.0.2.1"],
      ),
    );
    endings.push(() => run.kill());
    const { port } = await run.saw("listening");
    const at = await run.saw("http", { address: "127.0.0.1" });
    const url = `http://127.0.0.1:${at.port}`;
    const speaker = createSpeaker({ routerId: "192.0.2.2" });
    endings.push(() => speaker.stop());
    const session = await new Promise<Session>((resolve) => {
      const peer = { remoteAddress: "127.0.0.1", remotePort: port, localAs: 65_002, remoteAs: 65_001 };
      speaker.addPeer({ ...peer, idleHoldTime: 0.1 }, { onEstablished: resolve });
      void speaker.start();
    });
    session.sendUpdate(fromHex(SOUND)!);
    session.sendUpdate(fromHex(SOUND.replace("400101 00", "400101 09"))!);
    await run.saw("update", { action: "withdraw" });
    await run.saw("update", { direction: "sent", endOfRib: "ipv4-unicast" });

    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const metrics = parseExposition(await answer.text());
    const peer = "127.0.0.1";
    expect(valueOf(metrics, "bgpwire_peer_up", { peer })).toBe(1);
    expect(valueOf(metrics, "bgpwire_peer_up", { peer: "192.0.2.99" })).toBe(0);
    expect(valueOf(metrics, "bgpwire_peers", { state: "Established" })).toBe(1);
    expect(valueOf(metrics, "bgpwire_peer_sessions_total", { peer })).toBe(1);
    expect(valueOf(metrics, "bgpwire_peer_flaps_total", { peer })).toBe(0);
    expect(valueOf(metrics, "bgpwire_peer_messages_total", { peer, direction: "received", type: "update" })).toBe(2);
    const routes = { peer, direction: "received" };
    expect(valueOf(metrics, "bgpwire_peer_routes_total", { ...routes, action: "announced" })).toBe(1);
    expect(valueOf(metrics, "bgpwire_peer_routes_total", { ...routes, action: "withdrawn" })).toBe(1);
    expect(valueOf(metrics, "bgpwire_peer_routes_total", { peer, direction: "sent", action: "announced" })).toBe(1);
    expect(metrics.get("bgpwire_peer_malformed_updates_total")!.samples).toEqual([
      {
        name: "bgpwire_peer_malformed_updates_total",
        labels: { peer, rule: expect.any(String), action: "withdraw" },
        value: 1,
      },
    ]);
    expect(valueOf(metrics, "bgpwire_routes", {})).toBe(1);
    const since = valueOf(metrics, "bgpwire_peer_state_start_time_seconds", { peer });
    expect(since).toBeGreaterThan(valueOf(metrics, "process_start_time_seconds", {}));
    expect(since).toBeLessThan(Date.now() / 1000 + 1);
    expect(valueOf(metrics, "process_resident_memory_bytes", {})).toBeGreaterThan(1e6);
    expect(metrics.has("bgpwire_event_loop_delay_seconds")).toBe(true);

    const { peers } = (await (await fetch(`${url}/peers`)).json()) as { peers: unknown };
    expect(peers).toMatchObject([
      { id: peer, state: "Established" },
      { id: "192.0.2.99", state: "Active" },
    ]);
    expect(await (await fetch(`${url}/peers/${peer}`)).json()).toMatchObject({
      id: peer,
      sessions: 1,
      session: { localAs: 65_001, remoteIdentifier: "192.0.2.2" },
      messages: { received: { update: 2 } },
    });
    await speaker.stop();
    await run.saw("closed");
    const after = parseExposition(await (await fetch(`${url}/metrics`)).text());
    expect(valueOf(after, "bgpwire_peer_flaps_total", { peer })).toBe(1);
    const schema = new URL("../../packages/cli/schema/events.schema.json", import.meta.url);
    const validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(schema, "utf8")));
    for (const line of run.lines) if (!validate(line)) expect.fail(JSON.stringify([line, validate.errors]));
  });
});

describe("a request", () => {
  let at: { address: string; port: number };
  beforeEach(async () => {
    const speaker = createSpeaker({ routerId: "192.0.2.1" });
    speaker.addPeer({ remoteAddress: "fe80::1%lo", localAs: 1, remoteAs: 2, passive: true });
    await speaker.start();
    const server = await HttpServer.listen(
      { address: "127.0.0.1", port: 0 },
      { speaker, routes: new OwnRoutes(), tally: new Tally(), plannedOf: () => null },
    );
    at = server.address;
    endings.push(
      () => server.close(),
      () => speaker.stop(),
    );
  });

  /** What comes back to these octets, up to the end of the connection. */
  async function said(request: string): Promise<string> {
    const socket = connect(at.port, at.address).setEncoding("latin1");
    let all = "";
    socket.on("data", (chunk: string) => (all += chunk)).on("error", () => {});
    socket.write(request);
    await once(socket, "close");
    return all;
  }

  const ask = (line: string, headers: string): Promise<string> =>
    said(`${line} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);

  it.each([
    ["GET /healthz", "localhost", /^HTTP\/1\.1 200 .*\r\n\r\nok\n$/s],
    ["GET /healthz", "LOCALHOST:9179", / 200 /],
    ["GET /healthz", "127.0.0.1:1", / 200 /],
    ["GET /healthz", "[::1]:9179", / 200 /],
    ["GET /peers/fe80::1%25lo", "127.0.0.1", / 200 .*"id":"fe80::1%lo"/s],
    ["GET /peers/%zz", "127.0.0.1", / 404 .*there is no such peer/s],
    ["GET /peers/192.0.2.9", "127.0.0.1", / 404 /],
    ["GET /peers/a/b", "127.0.0.1", / 404 /],
    ["GET /metrics?state=down", "127.0.0.1", / 200 .*# HELP bgpwire_build_info/s],
    ["GET /metrics?x=1", "127.0.0.1", / 400 .*there is no filter \\"x\\"/s],
    ["GET /peers?address=fe80::1%25lo", "127.0.0.1", / 200 .*"id":"fe80::1%lo"/s],
    [
      "GET /peers?state=asleep",
      "127.0.0.1",
      / 400 .*state: \\"asleep\\" is not accepted; give up, down, or a state: idle/s,
    ],
    ["HEAD /healthz", "127.0.0.1", /^HTTP\/1\.1 200 OK\r\nContent-Type: [^]*Content-Length: 3\r\n[^]*\r\n\r\n$/],
    ["HEAD /metrics", "127.0.0.1", /^HTTP\/1\.1 200 OK\r\nContent-Type: text\/plain; v(?!.*Length)[^]*\r\n\r\n$/],
    ["GET /", "127.0.0.1", / 200 .*\/healthz\n/s],
    // DNS rebinding: the name is the stranger's, the address ours.
    ["GET /peers", "rebound.example", /^HTTP\/1\.1 421 [^]*\r\n\r\nHost: give an IP address, or localhost\n$/],
    ["GET /peers", "127.0.0.1.example", / 421 /],
    ["GET /peers", "localhost.example", / 421 /],
    ["GET /peers", "", / 421 /],
    ["POST /peers", "127.0.0.1", /^HTTP\/1\.1 405 [^]*Allow: GET, HEAD\r\n/],
    ["DELETE /peers/fe80::1", "127.0.0.1", / 405 /],
    ["OPTIONS *", "127.0.0.1", / 405 /],
  ])("%s of %j", async (line, host, answer) => {
    expect(await ask(line, `Host: ${host}\r\n`)).toMatch(answer);
  });

  it("is bounded in size, and has no body", async () => {
    expect(await ask("GET /peers", `Host: 127.0.0.1\r\nX: ${"x".repeat(9000)}\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
    expect(await ask(`GET /${"x".repeat(9000)}`, "Host: 127.0.0.1\r\n")).toMatch(/^HTTP\/1\.1 431 /);
    expect(await ask("GET /peers", "Host: 127.0.0.1\r\nContent-Length: 99999999\r\n")).toMatch(/^HTTP\/1\.1 413 /);
    expect(await ask("GET /peers", "Host: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n")).toMatch(/^HTTP\/1\.1 413 /);
    expect(await ask("GET /peers", "Host: 127.0.0.1\r\nHost: a.example\r\n")).toMatch(/^HTTP\/1\.1 421 /);
    expect(await ask("GET /peers", "")).toMatch(/^HTTP\/1\.1 400 /);
    expect(await said("GET /peers HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 421 /);
    expect(await said("\u0016\u0003\u0001\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("has nowhere to go where the port is taken", async () => {
    const measured = {
      speaker: createSpeaker({ routerId: "192.0.2.1" }),
      routes: new OwnRoutes(),
      tally: new Tally(),
      plannedOf: () => null,
    };
    await expect(HttpServer.listen(at, measured)).rejects.toThrow(
      /^http: cannot listen on 127\.0\.0\.1:\d+: it is in use \(EADDRINUSE\)$/,
    );
  });
});

/** The port of a server that has so many peers. */
async function portOf(peers: number): Promise<{ address: string; port: number }> {
  const speaker = createSpeaker({ routerId: "192.0.2.1" });
  for (let i = 0; i < peers; i++) {
    speaker.addPeer({ remoteAddress: `10.0.${i >> 8}.${i & 255}`, localAs: 1, remoteAs: 2, passive: true });
  }
  const measured = { speaker, routes: new OwnRoutes(), tally: new Tally(), plannedOf: () => null };
  const server = await HttpServer.listen({ address: "127.0.0.1", port: 0 }, measured);
  endings.push(() => server.close());
  return server.address;
}

describe("answers about many peers", () => {
  it("come whole, in chunks, also to requests that do not wait for one another", async () => {
    const { address, port } = await portOf(500);
    const metrics = await fetch(`http://${address}:${port}/metrics`);
    expect(metrics.headers.get("transfer-encoding")).toBe("chunked");
    const families = parseExposition(await metrics.text());
    expect(valueOf(families, "bgpwire_peers", { state: "Idle" })).toBe(500);
    // Six types of messages in two directions, of each peer.
    expect(families.get("bgpwire_peer_messages_total")!.samples).toHaveLength(500 * 12);
    const last = { peer: "10.0.1.243", direction: "sent", action: "announced" };
    expect(valueOf(families, "bgpwire_peer_routes_total", last)).toBe(0);

    const client = connect(port, address).setEncoding("latin1");
    let text = "";
    client.on("data", (chunk: string) => (text += chunk));
    const request = "GET /peers HTTP/1.1\r\nHost: localhost\r\n";
    client.write(`${`${request}\r\n`.repeat(2)}${request}Connection: close\r\n\r\n`);
    await once(client, "close");
    expect(text.match(/"id":"10\.0\.1\.243"/g)).toHaveLength(3);
    expect(text.endsWith("\r\n0\r\n\r\n")).toBe(true);
  });

  it("are eight at a time; those whose reader has gone are none", async () => {
    const { address, port } = await portOf(3000);
    const deaf = Array.from({ length: 8 }, () => connect(port, address).pause());
    endings.push(() => deaf.forEach((socket) => socket.destroy()));
    for (const socket of deaf) socket.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const status = async (path: string): Promise<number> => {
      const answer = await fetch(`http://${address}:${port}${path}`);
      await answer.body!.cancel();
      return answer.status;
    };
    await expect.poll(() => status("/metrics")).toBe(503);
    expect(await status("/")).toBe(200);
    deaf[0]!.destroy();
    await expect.poll(() => status("/metrics")).toBe(200);
  });
});

function valueOf(
  families: ReadonlyMap<string, Family>,
  name: string,
  labels: Readonly<Record<string, string>>,
): number {
  const samples = families.get(name)?.samples ?? [];
  const found = samples.filter((one) => Object.entries(labels).every(([label, text]) => one.labels[label] === text));
  expect(found, name).toHaveLength(1);
  return found[0]!.value;
}
