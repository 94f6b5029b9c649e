// The examples with a real router: what BIRD makes of the routes they announce, and of what they do wrong.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { captureEvents, EventReading, readAll } from "@bgpwire/capture";
import { Example } from "../support/example.ts";
import { freePort } from "../support/free-port.ts";
import { startWorkerExample, workerdMissing } from "../support/workerd.ts";
import { bird } from "./routers/bird.ts";
import { route, type Route, type Router, type RouterPeer } from "./routers/router.ts";
import { until } from "./support/until.ts";

const OURS = "127.0.0.1";
const ROUTER_AS = 65000;

const found = await bird.probe();
const missing = "missing" in found && process.env["CI"] === undefined ? found.missing : null;

const noWorkerd = workerdMissing();

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-examples-"));
  endings.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** BIRD, which waits for an example of this AS unless told otherwise; and the options that send one to it. */
async function start(
  asn: number,
  more: { readonly peer?: Partial<RouterPeer>; readonly routes?: readonly Route[] } = {},
): Promise<{ readonly router: Router; readonly port: number; readonly options: string[] }> {
  const directory = temporary();
  const port = await freePort();
  const router = await bird.start({
    directory,
    asn: ROUTER_AS,
    routerId: "192.0.2.1",
    port,
    peers: [{ address: OURS, port: 1, asn, localAddress: "127.0.0.2", passive: true, ...more.peer }],
    holdTime: 30,
    routes: more.routes ?? [],
  });
  endings.push(() => router.stop());
  return { router, port, options: ["--router", "127.0.0.2", "--port", String(port), "--router-as", String(ROUTER_AS)] };
}

function example(name: string, ...args: readonly string[]): Example {
  const running = new Example(name, ...args);
  endings.push(() => running.kill());
  return running;
}

describe.skipIf(missing !== null)(`examples with BIRD${missing === null ? "" : ` (${missing})`}`, () => {
  test("anycast-healthcheck: BIRD has the route while the service is healthy", async () => {
    let status = 200;
    const service = createServer((_request, response) => void response.writeHead(status).end()).listen(0, OURS);
    endings.push(() => service.close());
    await until("the service", () => service.listening);
    const { router, options } = await start(65053);
    const check = `http://${OURS}:${(service.address() as AddressInfo).port}/`;
    const running = example("anycast-healthcheck", ...options, "--check", check, "--interval", "0.1");
    const routes = (): Promise<unknown[]> => router.routes(OURS, "ipv4-unicast");
    await until("the route", async () => (await routes()).length === 1);
    expect(await routes()).toMatchObject([{ prefix: "203.0.113.53/32", nextHop: OURS, asPath: "65053" }]);
    status = 500;
    await until("no route", async () => (await routes()).length === 0);
    expect(await running.end("SIGTERM")).toBe(0);
    await until("its words", async () => (await router.notifications("received")).length > 0);
    expect((await router.notifications("received"))[0]).toContain("anycast service stopped");
  });

  test("rtbh-blackhole: BIRD has the routes of both families with their communities", async () => {
    const { router, options } = await start(65000);
    const running = example("rtbh-blackhole", ...options);
    running.type("block 203.0.113.7");
    running.type("block 2001:db8::7");
    await until("a route of IPv6", async () => (await router.routeCount(OURS, "ipv6-unicast")) === 1);
    const communities = ["65535:666", "65535:65281"];
    expect(await router.routes(OURS, "ipv4-unicast")).toMatchObject([
      { prefix: "203.0.113.7/32", nextHop: "192.0.2.1", localPref: 200, communities },
    ]);
    expect(await router.routes(OURS, "ipv6-unicast")).toMatchObject([{ prefix: "2001:db8::7/128", communities }]);
    running.type("unblock 203.0.113.7");
    await until("no route", async () => (await router.routeCount(OURS, "ipv4-unicast")) === 0);
    expect(await running.end()).toBe(0);
  });

  test("flowspec-mitigation: BIRD has the rules of both families and what becomes of the traffic", async () => {
    const { router, options } = await start(65000, { peer: { families: ["ipv4-flowspec", "ipv6-flowspec"] } });
    const running = example("flowspec-mitigation", ...options);
    running.type("drop dst 203.0.113.7/32; proto =17; src-port =123");
    running.type("drop dst 2001:db8::7/128");
    const rules = async (family: string): Promise<string> => (await router.shown!(OURS, family)).join("\n");
    await until("a rule of IPv6", async () => (await rules("ipv6-flowspec")) !== "");
    expect(await rules("ipv4-flowspec")).toContain("flow4 { dst 203.0.113.7/32; proto 17; sport 123; }");
    expect(await rules("ipv4-flowspec")).toContain("(generic, 0x8006fde8, 0x0)");
    running.type("clear dst 203.0.113.7/32; proto =17; src-port =123");
    await until("no rule", async () => (await rules("ipv4-flowspec")) === "");
    expect(await running.end()).toBe(0);
  });

  test.skipIf(noWorkerd !== null)(
    `session-in-a-worker: BIRD's table is the answer of a worker${noWorkerd === null ? "" : ` (${noWorkerd})`}`,
    async () => {
      const routes = [route("198.51.100.0/24", "192.0.2.1", {}), route("2001:db8:1::/48", "2001:db8::1", {})];
      const { router, port } = await start(65002, { routes });
      const worker = await startWorkerExample({ address: "127.0.0.2", port, as: ROUTER_AS, localAs: 65002 });
      endings.push(() => worker.kill());
      const response = await fetch(worker.url);
      expect(await response.json()).toMatchObject({ routes: ["198.51.100.0/24", "2001:db8:1::/48"], problem: null });
      await until("its words", async () => (await router.notifications("received")).length > 0);
      expect((await router.notifications("received"))[0]).toContain("the table was read");
    },
  );

  test("route-collector: BIRD's routes are in the files", async () => {
    const directory = temporary();
    const running = example("route-collector", "--port", "0", "--directory", directory);
    await running.printed(/listening on 127\.0\.0\.1 port \d+/);
    const port = Number(/port (\d+)/.exec(running.text)![1]);
    const { router } = await start(65009, {
      peer: { port, passive: false },
      routes: [
        route("198.51.100.0/24", "127.0.0.2", { asPath: "64501" }),
        route("2001:db8:1::/48", "2001:db8::2", { asPath: "64502" }),
      ],
    });
    await until("a session", async () => (await router.state(OURS)) === "Established");
    await router.disable(OURS, "maintenance");
    await running.printed('Cease/Administrative Shutdown: "maintenance"');
    expect(await running.end("SIGINT")).toBe(0);
    const events = readdirSync(directory).flatMap((file) =>
      readAll(captureEvents(), readFileSync(join(directory, file))),
    );
    const routes = events.flatMap((event) => new EventReading(event).routes.announced);
    expect(routes.map((route) => "prefix" in route && route.prefix).toSorted()).toEqual([
      "198.51.100.0/24",
      "2001:db8:1::/48",
    ]);
  });

  test("adversarial-peer: BIRD does what RFC 7606 asks for, but for a well-known attribute nobody knows", async () => {
    const { options } = await start(65099);
    const running = example("adversarial-peer", ...options, "--wait", "0.3");
    await running.printed("MP_UNREACH_NLRI twice: ");
    expect(await running.end()).toBe(0);
    const lines = running.text.trim().split("\n");
    const asked = /asked for is (?:reset; the router ended|(?!reset)\S+; the router kept)/;
    expect(lines).toHaveLength(12);
    expect(lines.filter((line) => !asked.test(line))).toEqual([
      "a well-known attribute nobody knows: asked for is reset; the router kept the session",
    ]);
  });
});
