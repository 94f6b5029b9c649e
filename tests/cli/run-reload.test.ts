// A configuration file that is read again while sessions are up: SIGHUP, and the command `reload`.
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bytesOf,
  decodeRouteFilters,
  multiprotocol,
  OrfType,
  outboundRouteFiltering,
  routeRefresh,
  type Session,
  type Speaker,
} from "@bgpwire/core";
import { contextOf, decodeUpdate, routesOf } from "@bgpwire/decoder";
import { createSpeaker } from "@bgpwire/transport-node";
import { Ajv } from "ajv";
import { afterEach, describe, expect, it } from "vitest";
import { freePort } from "../support/free-port.ts";
import { RunningCommand } from "./command.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const HEAD = 'routerId: 192.0.2.1\nlocalAs: 65001\nlisten: ["127.0.0.1:0"]\n';

/** `bgpwire run` with a file that can be written anew. */
function running(text: string, ...more: string[]): { command: RunningCommand; write: (text: string) => void } {
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-"));
  endings.push(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "bgp.yaml");
  const write = (next: string): void => writeFileSync(file, HEAD + next);
  write(text);
  const command = new RunningCommand(["run", "--config", file, ...more]);
  endings.push(() => command.kill());
  return { command, write };
}

/** Peers of one command: each of its addresses is another router, which writes down what it hears. */
class Routers {
  readonly heard: string[] = [];
  readonly #speaker: Speaker;
  readonly #port: number;
  readonly #up = new Map<string, (session: Session) => void>();

  constructor(port: number) {
    this.#port = port;
    this.#speaker = createSpeaker({
      routerId: "192.0.2.2",
      onEvent: (event) => {
        if (event.type !== "notified" || event.direction !== "received") return;
        this.heard.push(`${nameOf(event.peer.id)} ${event.notification.code}/${event.notification.subcode}`);
      },
    });
    endings.push(() => this.#speaker.stop());
  }

  async start(...addresses: string[]): Promise<void> {
    await this.#speaker.start();
    await Promise.all(addresses.map((address) => this.add(address)));
  }

  /** Resolves when the session is up. */
  async add(localAddress: string): Promise<void> {
    const to = { remoteAddress: "127.0.0.1", remotePort: this.#port, localAddress, connectRetryTime: 0.2 };
    const up = this.up(localAddress);
    this.#speaker.addPeer(
      { ...to, localAs: 65_002, remoteAs: "any", idleHoldTime: 0.1 },
      {
        onEstablished: (session) => {
          this.heard.push(`${localAddress} up`);
          this.#up.get(localAddress)?.(session);
          return (update) => {
            const { update: body, issues } = decodeUpdate(bytesOf(update), contextOf(session.negotiated));
            const { announced, withdrawn } = routesOf(body, issues);
            for (const one of announced) this.heard.push(`${localAddress} + ${(one as { prefix: string }).prefix}`);
            for (const one of withdrawn) this.heard.push(`${localAddress} - ${(one as { prefix: string }).prefix}`);
          };
        },
      },
    );
    await up;
  }

  /** Resolves when a session is up the next time. */
  up(address: string): Promise<Session> {
    return new Promise((resolve) => this.#up.set(address, resolve));
  }

  of(address: string): string[] {
    return this.heard.filter((one) => one.startsWith(`${address} `)).map((one) => one.slice(address.length + 1));
  }
}

/** The first peer of an address has no `@local` in its id: it is the first of the test. */
function nameOf(id: string): string {
  return id.split("@")[1] ?? "127.0.0.2";
}

const ROUTE = (prefix: string, more = ""): string => `  - { prefix: ${prefix}, nextHop: 192.0.2.1${more} }\n`;

/** One peer to which routes are announced, with more of its fields. */
const peerWith = (more: string, ...prefixes: string[]): string =>
  `peers:\n  - { address: 127.0.0.2, as: 65002, passive: true${more} }\nannounce:\n${prefixes.map((one) => ROUTE(one)).join("")}`;

/** Gives the command on a control socket. */
async function reloadBy(path: string): Promise<unknown> {
  const socket = connect(path).setEncoding("utf8");
  let text = "";
  socket.on("data", (chunk: string) => (text += chunk)).on("error", () => {});
  socket.end("reload\n");
  await once(socket, "close");
  return JSON.parse(text);
}

const [A, B] = ["198.51.100.0/24", "203.0.113.0/24"] as const;

describe("a configuration that is read again", { timeout: 30_000 }, () => {
  it("does not touch what is the same, and says what it has changed", async () => {
    const { command, write } = running(
      "peers:\n" +
        "  - { address: 127.0.0.2, as: 65002, passive: true }\n" +
        "  - { address: 127.0.0.3, as: 65002, passive: true, holdTime: 60 }\n" +
        "  - { address: 127.0.0.4, as: 65002, passive: true }\n" +
        "  - { address: 127.0.0.5, as: 65002, passive: true }\n" +
        "  - { address: 127.0.9.0/24, as: 65002, limit: 1 }\n" +
        `announce:\n${ROUTE("198.51.100.0/24")}${ROUTE("203.0.113.0/24")}${ROUTE("192.0.2.0/25")}`,
    );
    const routers = new Routers((await command.saw("listening")).port);
    await routers.start("127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5", "127.0.9.1");
    // Typed over a route of the file, which is then no longer the file's.
    command.type("announce 192.0.2.0/25 next-hop=192.0.2.1 med=9");
    await command.saw("command", { ok: true });

    write(
      "peers:\n" +
        '  - { address: 127.0.0.2, as: 65002, passive: true, maxPrefixes: ["ipv4-unicast:5"] }\n' +
        "  - { address: 127.0.0.3, as: 65002, passive: true }\n" +
        "  - { address: 127.0.0.4, as: 65002, passive: true, localAs: 65009 }\n" +
        "  - { address: 127.0.0.6, as: 65002, passive: true }\n" +
        "  - { address: 127.0.9.0/24, as: 65002, limit: 20 }\n" +
        `announce:\n${ROUTE("198.51.100.0/24", ", med: 5")}${ROUTE("192.0.2.128/25")}`,
    );
    const again = routers.up("127.0.0.4");
    const from = command.lines.length;
    command.child.kill("SIGHUP");
    expect(await command.saw("reload")).toMatchObject({
      ok: true,
      added: ["127.0.0.6"],
      changed: [
        { peer: "127.0.0.2", session: "kept" },
        { peer: "127.0.0.3", session: "kept" },
        { peer: "127.0.0.4", session: "reset" },
        { peer: "127.0.9.0/24", session: "kept" },
      ],
      removed: ["127.0.0.5"],
      announced: 2,
      withdrawn: 1,
    });
    await again;
    await Promise.all([routers.add("127.0.0.6"), routers.add("127.0.9.2")]);
    for (const peer of ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.9.1"]) {
      const prefix = "192.0.2.128/25";
      const announces = (line: { announced: readonly { prefix?: string }[] }): boolean =>
        line.announced.some((one) => one.prefix === prefix);
      await command.saw("update", { peer, direction: "sent" }, announces, from);
    }
    // RFC 4486 section 4: Other Configuration Change, Peer De-configured. 127.0.0.5 dials on, and is a stranger.
    const ends = routers.heard.filter((one) => /\/\d$/.test(one));
    expect(ends.slice(0, 2).sort()).toEqual(["127.0.0.4 6/6", "127.0.0.5 6/3"]);
    expect(new Set(ends.slice(2))).toEqual(new Set(ends.slice(2).map(() => "127.0.0.5 6/5")));
    command.type("show routes");
    expect((await command.saw("routes")).routes.map(({ prefix, med }) => [prefix, med])).toEqual([
      ["198.51.100.0/24", 5],
      ["192.0.2.0/25", 9],
      ["192.0.2.128/25", undefined],
    ]);
    await expect
      .poll(() => routers.of("127.0.0.2").slice(-3).sort())
      .toEqual(["+ 192.0.2.128/25", "+ 198.51.100.0/24", "- 203.0.113.0/24"]);

    command.type("reload");
    const same = "it says what it said before";
    await command.saw("reload", { ok: true, changed: [], announced: 0 }, (line) => line.text.endsWith(same));
    const schema = new URL("../../packages/cli/schema/events.schema.json", import.meta.url);
    const validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(schema, "utf8")));
    for (const line of command.lines) if (!validate(line)) expect.fail(JSON.stringify([line, validate.errors]));
  });

  it("changes nothing where the file is wrong", async () => {
    const { command, write } = running(
      `peers:\n  - { address: 127.0.0.2, as: 65002, passive: true }\nannounce:\n${ROUTE("198.51.100.0/24")}`,
    );
    const routers = new Routers((await command.saw("listening")).port);
    await routers.start("127.0.0.2");
    for (const [text, message] of [
      ["peers: [\n", /bgp\.yaml:5:1: /],
      ["peers:\n  - { address: 127.0.0.2, as: 0 }\n", /bgp\.yaml:5:31: peers\[0\]\.as: 0 is not accepted/],
      [
        "peers:\n  - { address: 127.0.0.2, as: 1 }\n  - { address: 127.0.0.2, as: 2 }\n",
        /peers\[1\]: address: there is a peer/,
      ],
      ["peers:\n  - { address: 127.0.0.9, as: 1 }\nformat: text\n", /bgp\.yaml: format: cannot be changed by a reload/],
    ] as const) {
      write(text);
      const from = command.lines.length;
      command.type("reload");
      const event = await command.saw("reload", {}, undefined, from);
      expect(event).toMatchObject({ ok: false, text: expect.stringMatching(message), added: [], removed: [] });
      expect(event.text).toMatch(/^nothing has changed: /);
    }
    command.type("show peers");
    expect((await command.saw("peers")).peers).toMatchObject([{ id: "127.0.0.2", state: "Established" }]);
    command.type("show routes");
    expect((await command.saw("routes")).routes).toHaveLength(1);
  });

  it("listens, tells and obeys elsewhere, and no session notices", async () => {
    const [bgp, http, taken] = [await freePort(), await freePort(), await freePort()];
    const directory = mkdtempSync(join(tmpdir(), "bgpwire-"));
    endings.push(() => rmSync(directory, { recursive: true }));
    const file = join(directory, "bgp.yaml");
    const peers =
      "peers: [{ address: 127.0.0.2, as: 65002, passive: true }, { address: 127.0.0.3, as: 65002, passive: true }]\n";
    const write = (settings: object, routerId = "192.0.2.1"): void => {
      const rest = Object.entries(settings).map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`);
      writeFileSync(file, `routerId: ${routerId}\nlocalAs: 65001\n${peers}${rest.join("")}`);
    };
    const [one, two] = [join(directory, "one"), join(directory, "two")];
    write({ listen: [`127.0.0.1:${bgp}`], http: `127.0.0.1:${http}`, control: one });
    const command = new RunningCommand(["run", "--config", file]);
    endings.push(() => command.kill());
    await command.saw("http");
    const routers = new Routers(bgp);
    await routers.start("127.0.0.2");
    const station = createServer().listen(0, "127.0.0.1");
    endings.push(() => station.close());
    await once(station, "listening");
    const bmp = [{ host: "127.0.0.1", port: (station.address() as AddressInfo).port }];
    const told = once(station, "connection");
    // The old address is in the way of the new one.
    const elsewhere = { listen: [`0.0.0.0:${bgp}`], http: `0.0.0.0:${http}`, control: two, bmp, logLevel: "info" };
    write(elsewhere);
    expect(await reloadBy(one)).toMatchObject({
      ok: true,
      settings: ["listen", "http", "control", "bmp", "logLevel"],
      changed: [],
    });
    await command.saw("listening", { address: "0.0.0.0", port: bgp });
    await command.saw("http", { address: "0.0.0.0", port: http });
    await command.saw("control", { path: two });
    expect(existsSync(one)).toBe(false);
    const [socket] = (await told) as [Socket];
    const octets = (await once(socket, "data"))[0] as Buffer;
    socket.destroy();
    // RFC 7854 section 4.1: version 3; Initiation first, and a Peer Up for the session that is there.
    expect([octets[0], octets[5]]).toEqual([3, 4]);
    expect(octets[octets.readUInt32BE(1) + 5]).toBe(3);

    const occupied = createServer().listen(taken, "127.0.0.1");
    endings.push(() => occupied.close());
    await once(occupied, "listening");
    write({ ...elsewhere, listen: ["127.0.0.9:0"], http: `127.0.0.1:${taken}`, control: one, logLevel: "debug" });
    expect(await reloadBy(two)).toMatchObject({
      ok: false,
      text: `nothing has changed: http: cannot listen on 127.0.0.1:${taken}: it is in use (EADDRINUSE)`,
      settings: [],
    });
    const { peers: rows } = (await (await fetch(`http://127.0.0.1:${http}/peers?state=up`)).json()) as {
      peers: { id: string }[];
    };
    expect(rows.map(({ id }) => id)).toEqual(["127.0.0.2"]);
    expect(existsSync(one)).toBe(false);
    await routers.add("127.0.0.3");
    expect(routers.heard.sort()).toEqual(["127.0.0.2 up", "127.0.0.3 up"]);

    // As of BIRD and FRR: a BGP Identifier is of the session, which ends and comes again.
    const again = Promise.all([routers.up("127.0.0.2"), routers.up("127.0.0.3")]);
    write(elsewhere, "192.0.2.7");
    const changed = ["127.0.0.2", "127.0.0.3"].map((peer) => ({ peer, session: "reset" }));
    expect(await reloadBy(two)).toMatchObject({ ok: true, settings: [], changed });
    for (const session of await again) expect(session.negotiated.remoteIdentifier).toBe("192.0.2.7");
    expect(routers.heard.filter((line) => line.endsWith(" 6/6")).sort()).toEqual(["127.0.0.2 6/6", "127.0.0.3 6/6"]);
  });

  it("opens and closes what goes in and out of a session that is up, and changes its filter (RFC 5291)", async () => {
    const { command, write } = running(peerWith(", import: none, export: none, orfPrefixes: [10.0.0.0/8]", A));
    const { port } = await command.saw("listening");
    const heard: string[] = [];
    const speaker = createSpeaker({ routerId: "192.0.2.2" });
    endings.push(() => speaker.stop());
    const types = [{ type: OrfType.AddressPrefix, direction: "receive" as const }];
    const capabilities = [
      multiprotocol(1, 1),
      multiprotocol(2, 1),
      routeRefresh(),
      outboundRouteFiltering([{ afi: 1, safi: 1, types }]),
    ];
    speaker.addPeer(
      {
        remoteAddress: "127.0.0.1",
        remotePort: port,
        localAddress: "127.0.0.2",
        localAs: 65_002,
        remoteAs: "any",
        capabilities,
      },
      {
        onEstablished: (session) => (update) => {
          const { update: body, issues } = decodeUpdate(bytesOf(update), contextOf(session.negotiated));
          const { announced, withdrawn } = routesOf(body, issues);
          for (const one of announced) heard.push(`+ ${(one as { prefix: string }).prefix}`);
          for (const one of withdrawn) heard.push(`- ${(one as { prefix: string }).prefix}`);
        },
        onRouteRefresh(_, refresh) {
          const given = decodeRouteFilters(refresh);
          const entries = (given?.filters ?? []).flatMap((filter) => (filter.name === "raw" ? [] : filter.entries));
          const words = entries.map((one) => (one.action === "add" ? one.prefix : one.action));
          heard.push([`refresh ${refresh.afi}`, ...words, given?.when === 2 ? "later" : ""].join(" ").trim());
        },
        onClose: () => heard.push("closed"),
      },
    );
    await speaker.start();
    const hears = async (...lines: string[]): Promise<void> => {
      await expect.poll(() => heard).toEqual(lines);
      heard.length = 0;
    };
    await hears("refresh 1 10.0.0.0/8");
    const reload = async (more: string, ...prefixes: string[]): Promise<void> => {
      write(peerWith(more, ...prefixes));
      const from = command.lines.length;
      command.type("reload");
      const changed = [{ peer: "127.0.0.2", session: "kept" }];
      expect(await command.saw("reload", {}, undefined, from)).toMatchObject({ ok: true, changed });
    };
    await reload(", import: none, orfPrefixes: [10.0.0.0/8]", A, B);
    await hears(`+ ${A}`, `+ ${B}`);
    await reload(", orfPrefixes: [10.0.0.0/8]", A, B);
    await hears("refresh 1", "refresh 2");
    // One of them is no more, another comes, and neither is told of what is not exported any more.
    await reload(", export: none, orfPrefixes: [10.0.0.0/8]", B, "192.0.2.0/25");
    await expect.poll(() => [...heard].sort()).toEqual(["- 192.0.2.0/25", `- ${A}`, `- ${B}`].sort());
    heard.length = 0;
    await reload(", export: none, orfPrefixes: [10.0.0.0/8, 192.168.0.0/16]", B, "192.0.2.0/25");
    await hears("refresh 1 removeAll later", "refresh 1 10.0.0.0/8 192.168.0.0/16");
    const policies = command.lines.flatMap((line) => (line.type === "policy" ? [line.text] : []));
    expect(policies).toEqual([
      "no routes are accepted: import is none",
      "no routes are announced: export is none",
      "no routes are announced: export is none",
    ]);
    expect(heard).toEqual([]);
  });

  it("needs a file", async () => {
    const only = ["--router-id", "192.0.2.1", "--local-as", "1", "--no-listen", "--peer", "192.0.2.2,as=2,passive"];
    const command = new RunningCommand(["run", ...only]);
    endings.push(() => command.kill());
    command.type("reload");
    const text = "nothing has changed: there is no configuration file; --config FILE gives one";
    expect(await command.saw("reload")).toMatchObject({ ok: false, text });
  });
});
