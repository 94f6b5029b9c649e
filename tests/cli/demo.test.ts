// `bgpwire demo`: what `npm start` runs.
import { createServer } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { createContext, decodeUpdate, routesOf } from "@bgpwire/decoder";
import { readRecordedTable } from "bgpwire";
import { RunningCommand } from "./command.ts";

const running: RunningCommand[] = [];

function start(...args: string[]): RunningCommand {
  const command = new RunningCommand(["demo", ...args]);
  running.push(command);
  return command;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((command) => command.kill()));
});

async function printed(command: RunningCommand, text: string): Promise<void> {
  while (!command.stdout.includes(text)) {
    if (command.child.exitCode !== null) expect.fail(`ended with ${command.child.exitCode}: ${command.stdout}`);
    await Promise.race([once(command.child.stdout, "data"), command.ended]);
  }
}

describe("the recorded table", () => {
  it("is what its description says, sound, and starts with the player's AS number", () => {
    const { info, bodies } = readRecordedTable();
    const context = createContext({ session: "ebgp", peerAs: info.localAs });
    const prefixes = new Set<string>();
    for (const body of bodies) {
      const { update, action } = decodeUpdate(body, context);
      if (action !== "none") expect.fail(action);
      for (const route of routesOf(update).announced) if (route.kind === "prefix") prefixes.add(route.prefix);
    }
    expect(info.routes).toBeGreaterThanOrEqual(100_000);
    expect(prefixes.size).toBe(info.routes);
    expect(bodies.length).toBe(info.updates);
    const six = [...prefixes].filter((prefix) => prefix.includes(":")).length;
    expect(six / prefixes.size).toBeCloseTo(0.15, 1);
  });
});

/** The page of a generated table, without what depends on the moment. */
async function page(seed: string): Promise<string> {
  const { stdout } = await start("--once", "--port", "0", "--routes", "3000", "--seed", seed).ended;
  expect(stdout).toMatch(/^ {2}routes +3,000 in /m);
  return stdout
    .slice(stdout.indexOf("Longest AS paths"), stdout.indexOf("Established → Idle"))
    .replace(/\n[^\n]*$/, "");
}

describe("the demo", { timeout: 60_000 }, () => {
  it("plays the recording once and ends with exit code 0", async () => {
    const { code, stdout, stderr } = await start("--once", "--port", "0").ended;
    expect(stderr).toBe("");
    expect(stdout).toMatch(/OpenConfirm → Established/);
    expect(stdout).toMatch(/recorded from BIRD 2/);
    expect(stdout).toMatch(/^ {2}routes +100,000 in [\d,]+ UPDATEs/m);
    expect(stdout).toMatch(/^ {2}families +ipv4-unicast [\d,]+, ipv6-unicast [\d,]+$/m);
    expect(stdout).toMatch(/^ +\/24 +[\d,]+ +█{40}$/m);
    // oxlint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/\u001B/);
    expect(code).toBe(0);
  });

  it("makes the same table from the same seed", async () => {
    const [one, again, other] = await Promise.all([page("5"), page("5"), page("6")]);
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });

  it("stays up with configurations for routers, sends them the table and ends on SIGINT with exit code 0", async () => {
    const command = start("--port", "0", "--routes", "500");
    await printed(command, "It stays up until Ctrl-C.");
    const port = /neighbor 127\.0\.0\.1 port (\d+) as 64496;/.exec(command.stdout)![1]!;
    const peer = `127.0.0.1:${port},as=64496`;
    const router = new RunningCommand([
      "run",
      "--router-id",
      "192.0.2.9",
      "--local-as",
      "64511",
      "--no-listen",
      "--peer",
      peer,
    ]);
    running.push(router);
    await router.saw("update", { direction: "received", endOfRib: "ipv6-unicast" });
    const routes = router.lines.flatMap((line) =>
      line.type === "update" && line.direction === "received" ? line.announced : [],
    );
    expect(new Set(routes.map((route) => route.prefix)).size).toBe(500);
    const update = await router.saw("update", { direction: "received" }, (line) => line.announced.length > 0);
    // Handed on by the first speaker: its AS number before the player's, no MED of another AS.
    expect(update.attributes.asPath).toMatch(/^64496 64500\b/);
    expect(update.attributes.med).toBeUndefined();
    await printed(command, "sent 500 routes");
    router.type("refresh 127.0.0.1 ipv6-unicast");
    await printed(command, "ROUTE-REFRESH received: ipv6-unicast request");
    command.child.kill("SIGINT");
    expect((await command.ended).code).toBe(0);
    await router.saw("notification", { direction: "received", code: 6, subcode: 2, text: "the demo is over" });
  });

  it("takes another port when the usual one is taken, and says which", async () => {
    const server = createServer().listen(1790, "127.0.0.1");
    // Somebody else may have it already; that serves as well.
    await new Promise((resolve) => server.once("listening", resolve).once("error", resolve));
    const { code, stdout } = await start("--once", "--routes", "10").ended;
    server.close();
    expect(code).toBe(0);
    expect(stdout).toMatch(/listening on 127\.0\.0\.1:(?!1790\n)\d+/);
  });

  it("says so when the port that was asked for is taken, with exit code 1", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const { code, stderr } = await start("--once", "--port", String(port)).ended;
    server.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^bgpwire: .*EADDRINUSE.*\n$/);
  });
});
