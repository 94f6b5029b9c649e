// The examples that speak BGP, each with a router that is one of our own speakers on loopback. What real routers make of them stands in
// tests/interop/examples.test.ts.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { captureEvents, EventReading, readAll } from "@bgpwire/capture";
import { Afi, multiprotocol, Safi, type Capability, type Speaker } from "@bgpwire/core";
import { asPath, contextOf, endOfRib, formatCommunity, formatExtendedCommunity, formatNlri } from "@bgpwire/decoder";
import { nextHop, origin, packUpdates, routesOf, sendContextOf, UpdateReader } from "@bgpwire/decoder";
import { createSpeaker } from "@bgpwire/transport-node";
import { Example } from "../support/example.ts";

const ROUTER_AS = "65000";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

function example(name: string, ...args: readonly string[]): Example {
  const running = new Example(name, ...args);
  endings.push(() => running.kill());
  return running;
}

/** A router that takes sessions on loopback. */
interface Router {
  /** Options that send an example to it. */
  readonly options: readonly string[];
  /** What it was told so far: `+ route attributes` and `- route`, as text; and how sessions ended. */
  readonly told: string[];
  /** Waits until it was told as much. */
  until(count: number): Promise<void>;
}

async function router(capabilities: readonly Capability[] = []): Promise<Router> {
  const told: string[] = [];
  let wake: (() => void) | null = null;
  const speaker: Speaker = createSpeaker({ routerId: "192.0.2.1", listen: [{ address: "127.0.0.1", port: 0 }] });
  const tell = (line: string): void => {
    told.push(line);
    wake?.();
  };
  speaker.addListenRange(
    { prefix: "127.0.0.0/8", localAs: Number(ROUTER_AS), remoteAs: "any", capabilities },
    {
      onEstablished: ({ negotiated }) => {
        const context = contextOf(negotiated);
        const reader = new UpdateReader(context);
        return (body) => {
          const { update, issues, notification } = reader.read(body);
          const { announced, withdrawn } = routesOf(update, issues);
          const words = update.attributes.flatMap((attribute) => {
            if (attribute.name === "communities") return attribute.communities.map(formatCommunity);
            return attribute.name === "extendedCommunities" ? attribute.communities.map(formatExtendedCommunity) : [];
          });
          for (const route of announced) tell(["+", formatNlri(route.kind, route), ...words].join(" "));
          for (const route of withdrawn) tell(`- ${formatNlri(route.kind, route)}`);
          return notification;
        };
      },
      onClose: (_session, { text }) => tell(`closed: ${text}`),
    },
  );
  await speaker.start();
  endings.push(() => speaker.stop());
  const port = String(speaker.listeners[0]!.port);
  return {
    options: ["--router", "127.0.0.1", "--port", port, "--router-as", ROUTER_AS],
    told,
    until: async (count) => {
      while (told.length < count) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

test("anycast-healthcheck: the route is there while the service is healthy, and goes with it", async () => {
  let status = 503;
  const service = createServer((_request, response) => void response.writeHead(status).end()).listen(0, "127.0.0.1");
  endings.push(() => service.close());
  await once(service, "listening");
  const { options, told, until } = await router();
  const check = `http://127.0.0.1:${(service.address() as AddressInfo).port}/`;
  const running = example("anycast-healthcheck", ...options, "--check", check, "--interval", "0.05");
  await running.printed("OpenConfirm → Established");
  expect(told).toEqual([]);
  status = 204;
  await until(1);
  status = 500;
  await until(2);
  status = 200;
  await until(3);
  expect(await running.end("SIGTERM")).toBe(0);
  expect(told.slice(0, 3)).toEqual(["+ 203.0.113.53/32", "- 203.0.113.53/32", "+ 203.0.113.53/32"]);
  await until(4);
  expect(told[3]).toContain("anycast service stopped");
});

test("rtbh-blackhole: hosts are blocked with BLACKHOLE and NO_EXPORT, until their time is over", async () => {
  const { options, told, until } = await router([Afi.IPv4, Afi.IPv6].map((afi) => multiprotocol(afi, Safi.Unicast)));
  const running = example("rtbh-blackhole", ...options);
  running.type("block 203.0.113.7"); // before there is a session
  await running.printed("OpenConfirm → Established");
  await until(1);
  running.type("block 2001:db8::7 0.1");
  await until(3);
  running.type("block 198.51.100.1");
  running.type("unblock 203.0.113.7");
  await until(4);
  expect(told).toEqual([
    "+ 203.0.113.7/32 blackhole no-export",
    "+ 2001:db8::7/128 blackhole no-export",
    "- 2001:db8::7/128",
    "- 203.0.113.7/32",
  ]);
  expect(await running.end()).toBe(0);
  expect(running.text).toContain('"198.51.100.1" is not an address of 203.0.113.0/24 or 2001:db8::/32\n');
});

test("flowspec-mitigation: rules are announced with what becomes of the traffic, and withdrawn", async () => {
  const { options, told, until } = await router([Afi.IPv4, Afi.IPv6].map((afi) => multiprotocol(afi, 133)));
  const running = example("flowspec-mitigation", ...options);
  await running.printed("OpenConfirm → Established");
  running.type("drop dst 203.0.113.7/32; proto =17; src-port =123");
  running.type("limit 125000 dst 2001:db8::7/128");
  running.type("drop everything");
  running.type("clear dst 203.0.113.7/32; proto =17; src-port =123");
  await until(3);
  expect(told).toEqual([
    "+ dst 203.0.113.7/32; proto =17; src-port =123 rate-bytes:65000:0",
    "+ dst 2001:db8::7/128 rate-bytes:65000:125000",
    "- dst 203.0.113.7/32; proto =17; src-port =123",
  ]);
  expect(await running.end()).toBe(0);
  expect(running.text).toContain('"drop everything" is not drop RULE');
});

test("route-collector: what peers tell is in MRT files", async () => {
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-collector-"));
  endings.push(() => rmSync(directory, { recursive: true }));
  const running = example("route-collector", "--port", "0", "--directory", directory);
  await running.printed(/listening on 127\.0\.0\.1 port \d+/);
  const remotePort = Number(/port (\d+)/.exec(running.text)![1]);
  const peer = createSpeaker({ routerId: "192.0.2.2" });
  endings.push(() => peer.stop());
  const options = { remoteAddress: "127.0.0.1", remotePort, localAs: 65002, remoteAs: 65009 };
  let told: () => void;
  const announced = new Promise<void>((resolve) => (told = resolve));
  peer.addPeer(options, {
    onEstablished: (session) => {
      const attributes = [origin("igp"), asPath("65002 65010"), nextHop("192.0.2.2")];
      const context = sendContextOf(session.negotiated);
      for (const body of packUpdates({ announce: ["203.0.113.0/24"], attributes }, context)) session.sendUpdate(body);
      session.sendUpdate(endOfRib({ afi: Afi.IPv4, safi: Safi.Unicast }));
      told();
    },
  });
  await peer.start();
  await Promise.all([announced, running.printed("127.0.0.1: AS 65002 is here")]);
  await peer.stop("done");
  await running.printed("done");
  expect(await running.end("SIGINT")).toBe(0);

  const files = readdirSync(directory).sort();
  for (const file of files) expect(file).toMatch(/^updates\.\d{8}\.\d{4}\.mrt$/);
  const events = files.flatMap((file) => readAll(captureEvents(), readFileSync(join(directory, file))));
  expect(events.filter(({ kind }) => kind === "problem")).toEqual([]);
  const routes = events.flatMap((event) => new EventReading(event).routes.announced);
  expect(routes).toMatchObject([{ kind: "prefix", prefix: "203.0.113.0/24" }]);
  expect(events.some((event) => event.kind === "state" && event.newState === 6)).toBe(true);
});

test("adversarial-peer: each malformed UPDATE is sent, and what the router does is what is asked for", async () => {
  const { options, told } = await router();
  const running = example("adversarial-peer", ...options, "--wait", "0.1");
  await running.printed("MP_UNREACH_NLRI twice: ");
  expect(await running.end()).toBe(0);
  const lines = running.text.trim().split("\n");
  expect(lines).toHaveLength(12);
  expect(lines).toEqual(
    expect.arrayContaining([
      "nothing wrong: asked for is none; the router kept the session",
      "ORIGIN with an undefined value: asked for is withdraw; the router kept the session",
      "ORIGIN twice: asked for is discard; the router kept the session",
      "MP_REACH_NLRI of one octet: asked for is reset; the router ended it with UPDATE Message Error/Optional Attribute Error (data 800e0100)",
    ]),
  );
  for (const line of lines)
    expect(line).toMatch(/asked for is (?:reset; the router ended|(?!reset)\S+; the router kept)/);
  expect(told[0]).toBe("+ 203.0.113.0/24");
  expect(told).toContain("- 203.0.113.0/24");
});
