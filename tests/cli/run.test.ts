// `bgpwire run` as its user meets it: the real command as a child process, two of them talking on loopback.
import { readFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { fromHex, type Session } from "@bgpwire/core";
import { createSpeaker } from "@bgpwire/transport-node";
import { Ajv, type ValidateFunction } from "ajv";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { RunningCommand } from "./command.ts";

const running: RunningCommand[] = [];
const servers: Server[] = [];

function start(...args: string[]): RunningCommand {
  const command = new RunningCommand(args);
  running.push(command);
  return command;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((command) => command.kill()));
  for (const server of servers.splice(0)) server.close();
});

/** A listening side and a dialling side with a session between them. */
async function pair(a: readonly string[], b: readonly string[]): Promise<[RunningCommand, RunningCommand]> {
  const left = start("run", "--router-id", "192.0.2.1", "--listen", "127.0.0.1:0", ...a);
  const { port } = await left.saw("listening");
  const right = start(
    "run",
    "--router-id",
    "192.0.2.2",
    "--no-listen",
    ...b.map((arg) => arg.replace("PORT", `${port}`)),
  );
  await Promise.all([left.saw("established"), right.saw("established")]);
  return [left, right];
}

/** The UPDATEs of one direction. */
function updatesOf(command: RunningCommand, direction: "sent" | "received") {
  return command.lines.flatMap((line) => (line.type === "update" && line.direction === direction ? [line] : []));
}

/** Prefixes of what a command was told, sorted. */
function announcedTo(command: RunningCommand): string[] {
  return updatesOf(command, "received")
    .flatMap((line) => line.announced.map(({ prefix }) => prefix ?? ""))
    .sort();
}

const EBGP_A = ["--local-as", "65001", "--peer", "127.0.0.1,as=65002,passive"];
const EBGP_B = ["--local-as", "65002", "--peer", "127.0.0.1:PORT,as=65001,retry=0.2"];

describe("two commands", { timeout: 30_000 }, () => {
  let validate: ValidateFunction;
  beforeAll(() => {
    const file = new URL("../../packages/cli/schema/events.schema.json", import.meta.url);
    validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(file, "utf8")));
  });

  /** Every line is what the published schema says, and the process ends with this code. */
  async function endsWell(command: RunningCommand, signal: "SIGINT" | "SIGTERM"): Promise<void> {
    command.child.kill(signal);
    const { code, stderr } = await command.ended;
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(command.lines.at(-1)).toMatchObject({ type: "stopped" });
    for (const line of command.lines) {
      if (!validate(line)) expect.fail(`${JSON.stringify(line)}: ${JSON.stringify(validate.errors)}`);
    }
  }

  it("exchange what they are told, and nothing else", async () => {
    const [a, b] = await pair(EBGP_A, [
      ...EBGP_B,
      "--announce",
      "198.51.100.0/24,next-hop=192.0.2.2,as-path=65010 65011,communities=65002:1 no-export,med=7,local-pref=9",
      "--announce",
      "2001:db8:1::/48,next-hop=2001:db8::2,origin=incomplete,large-communities=65002:1:2",
    ]);
    const v4 = await a.saw("update", { direction: "received" }, (line) => line.announced[0]?.family === "ipv4-unicast");
    expect(v4.announced).toEqual([{ family: "ipv4-unicast", prefix: "198.51.100.0/24", nextHop: "192.0.2.2" }]);
    expect(v4.attributes).toMatchObject({
      origin: "igp",
      asPath: "65002 65010 65011",
      nextHop: "192.0.2.2",
      med: 7,
      communities: ["65002:1", "no-export"],
    });
    // RFC 4271 section 5.1.5: LOCAL_PREF is not for peers of another AS.
    expect(v4.attributes).not.toHaveProperty("localPref");
    const v6 = await a.saw("update", { direction: "received" }, (line) => line.announced[0]?.family === "ipv6-unicast");
    expect(v6.announced).toEqual([{ family: "ipv6-unicast", prefix: "2001:db8:1::/48", nextHop: "2001:db8::2" }]);
    expect(v6.attributes).toEqual({ origin: "incomplete", asPath: "65002", largeCommunities: ["65002:1:2"] });
    for (const family of ["ipv4-unicast", "ipv6-unicast"]) {
      await a.saw("update", { direction: "received", endOfRib: family });
      await b.saw("update", { direction: "received", endOfRib: family });
    }
    expect(b.lines.filter((line) => line.type === "update" && line.direction === "received")).toHaveLength(2);

    await endsWell(a, "SIGINT");
    expect(await b.saw("notification", { direction: "received" })).toMatchObject({
      code: 6,
      subcode: 2,
      name: "Cease/Administrative Shutdown",
    });
    await b.saw("closed", { cause: "remote" });
    await endsWell(b, "SIGTERM");
  });

  it("filter for one another (RFC 5291): what is not asked for is not announced", async () => {
    const [a, b] = await pair(
      [...EBGP_A.slice(0, 3), `${EBGP_A[3]},orf-prefixes=10.0.0.0/8^-,deny:2001:db8:f::/48^-,2001:db8::/32^-`],
      [
        ...EBGP_B.slice(0, 3),
        `${EBGP_B[3]},orf-receive`,
        ...["10.0.0.0/8", "10.1.0.0/16", "198.51.100.0/24"].flatMap((one) => [
          "--announce",
          `${one},next-hop=192.0.2.2`,
        ]),
        ...["2001:db8::/32", "2001:db8:f:1::/64"].flatMap((one) => ["--announce", `${one},next-hop=2001:db8::2`]),
      ],
    );
    expect((await b.saw("established")).filters).toEqual([
      { family: "ipv4-unicast", type: 64, send: false, receive: true },
      { family: "ipv6-unicast", type: 64, send: false, receive: true },
    ]);
    const request = { direction: "received", subtype: "request", when: "immediate" } as const;
    await b.saw("refresh", { ...request, filters: ["add 5 permit:10.0.0.0/8^8-32"] });
    await b.saw("refresh", {
      ...request,
      filters: ["add 5 deny:2001:db8:f::/48^48-128", "add 10 permit:2001:db8::/32^32-128"],
    });
    for (const family of ["ipv4-unicast", "ipv6-unicast"])
      await a.saw("update", { direction: "received", endOfRib: family });
    b.type("announce 10.2.0.0/16 next-hop=192.0.2.2");
    b.type("announce 203.0.113.0/24 next-hop=192.0.2.2");
    b.type("withdraw 10.1.0.0/16");
    await a.saw("update", { direction: "received" }, (line) => line.withdrawn[0]?.prefix === "10.1.0.0/16");
    expect(announcedTo(a)).toEqual(["10.0.0.0/8", "10.1.0.0/16", "10.2.0.0/16", "2001:db8::/32"]);
    await endsWell(a, "SIGINT");
    await endsWell(b, "SIGTERM");
  });

  it("say what does not go: no policy (RFC 8212), a filter that is not taken, more paths than are wanted (PATHS-LIMIT)", async () => {
    const routes = [1, 2, 3].flatMap((id) => ["--announce", `10.0.0.0/8,next-hop=192.0.2.2,path-id=${id}`]);
    const [a, b] = await pair(
      [
        ...EBGP_A.slice(0, 3),
        `${EBGP_A[3]},add-path=both,paths-limit=2,export=all,orf-prefixes=192.0.2.0/24`,
        "--require-policy",
      ],
      [...EBGP_B.slice(0, 3), `${EBGP_B[3]},add-path=both,export=all`, ...routes],
    );
    const policy = await a.saw("policy", {}, ({ text }) => text.includes("8212"));
    expect(policy).toMatchObject({
      direction: "import",
      level: "warning",
      text: "no routes are accepted: there is no import policy (RFC 8212); import=all makes one",
    });
    await a.saw(
      "policy",
      {},
      ({ text }) => text === "the peer takes no filter for ipv4-unicast: it sends all its routes",
    );
    expect((await b.saw("established")).addPath[0]).toMatchObject({ family: "ipv4-unicast", send: true, limit: 2 });
    await b.saw("update", { direction: "sent", endOfRib: "ipv4-unicast" });
    b.type("withdraw 10.0.0.0/8 path-id=1");
    await b.saw("update", { direction: "sent" }, (line) => line.withdrawn[0]?.pathId === 1);
    await b.saw("update", { direction: "sent" }, (line) => line.announced.at(-1)?.pathId === 3);
    const sent = updatesOf(b, "sent").flatMap((line) => line.announced);
    expect(sent.map(({ pathId }) => pathId)).toEqual([1, 2, 2, 3]);
    await endsWell(b, "SIGTERM");
    await a.saw("closed", { cause: "remote" });
    expect(updatesOf(a, "received")).toEqual([]);
    expect(a.lines.filter((line) => line.type === "policy" && line.direction === "export")).toEqual([]);
    await endsWell(a, "SIGINT");
  });

  it("restart gracefully: what was told is retained, and told again", async () => {
    const restart = ",graceful-restart=60,family=ipv4-unicast,long-lived-stale-time=100";
    const [a, b] = await pair(
      [...EBGP_A.slice(0, 3), `${EBGP_A[3]}${restart}`],
      [...EBGP_B.slice(0, 3), `${EBGP_B[3]}${restart}`, "--announce", "198.51.100.0/24,next-hop=192.0.2.2"],
    );
    expect((await a.saw("established")).gracefulRestart).toEqual({
      restartTime: 60,
      restarting: false,
      notification: true,
      families: ["ipv4-unicast"],
    });
    await a.saw("update", { direction: "received", endOfRib: "ipv4-unicast" });
    b.type("leave");
    await b.saw("stopped");
    expect((await a.saw("retained")).families[0]!.family).toBe("ipv4-unicast");
    const { port } = await a.saw("listening");
    const again = start(
      "run",
      "--router-id",
      "192.0.2.2",
      "--no-listen",
      ...EBGP_B.slice(0, 3),
      `${EBGP_B[3]!.replace("PORT", `${port}`)}${restart},restarting`,
      "--announce",
      "198.51.100.0/24,next-hop=192.0.2.2",
    );
    expect(await a.saw("stale")).toMatchObject({ action: "drop", family: "ipv4-unicast", cause: "endOfRib" });
    expect(await again.saw("selection")).toMatchObject({ family: "ipv4-unicast", cause: "endOfRib" });
    // RFC 8538 section 5.1: a shutdown is a Hard Reset.
    await endsWell(a, "SIGINT");
    expect(await again.saw("notification", { direction: "received" })).toMatchObject({ code: 6, subcode: 9 });
    await endsWell(again, "SIGTERM");
  });

  it("want graceful restart beside what is only for it", async () => {
    const only = start("run", "--router-id", "192.0.2.1", "--local-as", "1", "--peer", "127.0.0.1,as=2,restarting");
    expect(await only.ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("restarting: needs gracefulRestart beside it"),
    });
  });

  it("do what is typed", async () => {
    const [a, b] = await pair(EBGP_A, EBGP_B);
    await a.saw("update", { direction: "received", endOfRib: "ipv6-unicast" });

    b.type('announce 203.0.113.0/24 next-hop=192.0.2.2 as-path="65010 65010"');
    await b.saw("command", { ok: true, text: "announcing 203.0.113.0/24" });
    const first = await a.saw("update", { direction: "received" }, (line) => line.announced.length > 0);
    expect(first.attributes.asPath).toBe("65002 65010 65010");

    let from = a.lines.length;
    a.type("refresh 127.0.0.1 ipv4-unicast");
    await b.saw("refresh", { direction: "received", family: "ipv4-unicast", subtype: "request" });
    // RFC 7313: the routes stand between BoRR and EoRR.
    await a.saw("refresh", { direction: "received", subtype: "end" }, undefined, from);
    const answer = a.lines.slice(from).filter((line) => line.type === "refresh" || line.type === "update");
    expect(answer.map((line) => (line.type === "refresh" ? line.subtype : line.announced[0]?.prefix))).toEqual([
      "request",
      "begin",
      "203.0.113.0/24",
      "end",
    ]);

    b.type("withdraw 203.0.113.0/24");
    const gone = await a.saw("update", { direction: "received" }, (line) => line.withdrawn.length > 0);
    expect(gone.withdrawn).toEqual([{ family: "ipv4-unicast", prefix: "203.0.113.0/24" }]);

    for (const [line, text] of [
      ["dance", 'there is no command "dance"; help lists them'],
      ["withdraw 203.0.113.0/24", "203.0.113.0/24 is not announced"],
      ["shutdown 192.0.2.99", 'there is no peer "192.0.2.99"; known: 127.0.0.1'],
      ["refresh 127.0.0.1 l2vpn-evpn", "127.0.0.1 takes no ROUTE-REFRESH for l2vpn-evpn"],
    ] as const) {
      b.type(line);
      expect(await b.saw("command", { command: line, ok: false }, undefined, from)).toMatchObject({ text });
      from = 0;
    }
    b.type("show peers");
    const { peers } = await b.saw("peers");
    expect(peers).toMatchObject([{ id: "127.0.0.1", state: "Established", remoteAs: 65_001, dynamic: false }]);
    b.type("announce 192.0.2.0/24,next-hop=192.0.2.2");
    b.type("show routes");
    expect((await b.saw("routes")).routes).toEqual([
      { prefix: "192.0.2.0/24", pathId: 1, nextHop: "192.0.2.2", origin: "igp", asPath: "" },
    ]);
    b.type("help");
    expect((await b.saw("command", { command: "help" })).text).toContain("withdraw PREFIX");

    b.type('shutdown 127.0.0.1 "back at noon, naïve"');
    expect(await a.saw("notification", { direction: "received" })).toMatchObject({
      code: 6,
      subcode: 2,
      text: "back at noon, naïve",
    });
    await b.saw("idle", { seconds: null });
    from = b.lines.length;
    b.type("enable 127.0.0.1");
    await b.saw("established", {}, undefined, from);
    b.type('reset 127.0.0.1 "once more"');
    expect(await a.saw("notification", { text: "once more" })).toMatchObject({ code: 6, subcode: 4 });
    await endsWell(b, "SIGINT");
    await endsWell(a, "SIGINT");
  });

  it("of one AS send LOCAL_PREF and leave the path alone (RFC 4271 section 5.1)", async () => {
    const [a] = await pair(
      ["--local-as", "65001", "--peer", "127.0.0.1,as=65001,passive"],
      [
        "--local-as",
        "65001",
        "--peer",
        "127.0.0.1:PORT,as=65001,retry=0.2",
        "--announce",
        "198.51.100.0/24,next-hop=192.0.2.2",
        "--announce",
        "203.0.113.0/24,next-hop=192.0.2.2,local-pref=200,as-path=65010",
      ],
    );
    await a.saw("update", { direction: "received", endOfRib: "ipv4-unicast" });
    const updates = a.lines.filter((line) => line.type === "update" && line.announced.length > 0);
    expect(updates).toMatchObject([
      { announced: [{ prefix: "198.51.100.0/24" }], attributes: { asPath: "", localPref: 100 } },
      { announced: [{ prefix: "203.0.113.0/24" }], attributes: { asPath: "65010", localPref: 200 } },
    ]);
  });

  it("reach a speaker of two-octet AS numbers through AS_TRANS and AS4_PATH (RFC 6793)", async () => {
    const [a] = await pair(
      ["--local-as", "65001", "--peer", "127.0.0.1,as=any,passive,four-octet-as=off"],
      [
        "--local-as",
        "4200000001",
        "--peer",
        "127.0.0.1:PORT,as=65001,retry=0.2",
        "--announce",
        "198.51.100.0/24,next-hop=192.0.2.2,as-path=65010 4200000002",
      ],
    );
    const update = await a.saw("update", { direction: "received" }, (line) => line.announced.length > 0);
    expect(update.action).toBe("none");
    expect(update.attributes.asPath).toBe("4200000001 65010 4200000002");
  });

  it("send every path with ADD-PATH, and the lowest without (RFC 7911)", async () => {
    const paths = [
      "--announce",
      "198.51.100.0/24,next-hop=192.0.2.2,path-id=5",
      "--announce",
      "198.51.100.0/24,next-hop=192.0.2.3,path-id=2",
    ];
    const [a, b] = await pair(
      ["--local-as", "65001", "--peer", "127.0.0.1,as=65002,passive,add-path=receive"],
      ["--local-as", "65002", "--peer", "127.0.0.1:PORT,as=65001,retry=0.2,add-path=send", ...paths],
    );
    await a.saw("update", { direction: "received", endOfRib: "ipv4-unicast" });
    const announced = a.lines.flatMap((line) => (line.type === "update" ? line.announced : []));
    expect(announced.map((route) => [route.pathId, route.nextHop]).sort()).toEqual([
      [2, "192.0.2.3"],
      [5, "192.0.2.2"],
    ]);
    b.type("withdraw 198.51.100.0/24 path-id=2");
    const gone = await a.saw("update", { direction: "received" }, (line) => line.withdrawn.length > 0);
    expect(gone.withdrawn).toEqual([{ family: "ipv4-unicast", prefix: "198.51.100.0/24", pathId: 2 }]);

    const [c, d] = await pair(EBGP_A, [...EBGP_B, ...paths]);
    await c.saw("update", { direction: "received", endOfRib: "ipv4-unicast" });
    const best = c.lines.flatMap((line) => (line.type === "update" ? line.announced : []));
    expect(best).toEqual([{ family: "ipv4-unicast", prefix: "198.51.100.0/24", nextHop: "192.0.2.3" }]);
    // The next path takes its place: no withdrawal in between.
    await c.saw("update", { direction: "received", endOfRib: "ipv6-unicast" });
    const from = c.lines.length;
    d.type("withdraw 198.51.100.0/24 path-id=2");
    const next = await c.saw("update", { direction: "received" }, undefined, from);
    expect([next.announced[0]?.nextHop, next.withdrawn]).toEqual(["192.0.2.2", []]);
  });

  it("end a session with too many prefixes, and hold the peer down (RFC 4271 section 6.7, RFC 4486)", async () => {
    const announced = [0, 1, 2].flatMap((i) => ["--announce", `10.0.${i}.0/24,next-hop=192.0.2.2`]);
    const [a, b] = await pair(
      ["--local-as", "65001", "--peer", "127.0.0.1,as=65002,passive,max-prefix=ipv4-unicast:2/50%,max-prefix-action=1"],
      [...EBGP_B, ...announced],
    );
    const exceeded = await a.saw("prefixes", { passed: "limit" });
    expect(exceeded).toMatchObject({ family: "ipv4-unicast", count: 3, limit: 2 });
    expect(a.lines.filter((line) => line.type === "prefixes").map(({ passed }) => passed)).toEqual([
      "warning",
      "limit",
    ]);
    expect(await b.saw("notification", { direction: "received" })).toMatchObject({
      code: 6,
      subcode: 1,
      data: "00010100000002",
    });
    expect((await a.saw("idle")).seconds).toBeLessThanOrEqual(1);
    const from = a.lines.length;
    await a.saw("established", {}, undefined, from);
    await a.saw("prefixes", { passed: "limit" }, undefined, from);
    await endsWell(a, "SIGINT");
    await endsWell(b, "SIGTERM");
  });

  it("only warn where that is wanted, and stay down where nothing else is said", async () => {
    const routes = [0, 1].flatMap((i) => ["--announce", `10.0.${i}.0/24,next-hop=192.0.2.2`]);
    const [warned] = await pair(
      ["--local-as", "65001", "--peer", "127.0.0.1,as=65002,passive,max-prefix=ipv4-unicast:1,max-prefix-action=warn"],
      [...EBGP_B, ...routes],
    );
    await warned.saw("prefixes", { passed: "limit" });
    await warned.saw("update", { endOfRib: "ipv4-unicast" });
    expect(warned.lines.some((line) => line.type === "notification")).toBe(false);
    await endsWell(warned, "SIGINT");

    const [a] = await pair(
      ["--local-as", "65001", "--peer", "127.0.0.1,as=65002,passive,max-prefix=ipv4-unicast:1"],
      [...EBGP_B, ...routes],
    );
    await a.saw("idle", { seconds: null });
    const from = a.lines.length;
    a.type("enable 127.0.0.1");
    await a.saw("established", {}, undefined, from);
    await endsWell(a, "SIGINT");
  });

  it("find one another through a listen range, and strangers are turned away", async () => {
    const [a, b] = await pair(
      ["--local-as", "65001", "--peer", "127.0.0.0/30,as=65002-65003", "--announce", "192.0.2.0/24,next-hop=192.0.2.1"],
      [...EBGP_B],
    );
    a.type("show peers");
    expect((await a.saw("peers")).peers).toMatchObject([{ id: "127.0.0.1", dynamic: true, remoteAs: 65_002 }]);
    await b.saw("update", { direction: "received" }, (line) => line.announced[0]?.prefix === "192.0.2.0/24");

    const { port } = await a.saw("listening");
    const peer = `127.0.0.1:${port},as=65001,local=127.0.0.9`;
    const stranger = start("run", "--router-id", "192.0.2.9", "--local-as", "65002", "--no-listen", "--peer", peer);
    expect(await a.saw("rejected")).toMatchObject({ remote: expect.stringMatching(/^127\.0\.0\.9:\d+$/) });
    await stranger.saw("closed");
  });
});

describe("what a peer sends", { timeout: 30_000 }, () => {
  /** ORIGIN, AS_PATH 65002, NEXT_HOP 192.0.2.2, then 10.0.0.0/8, all as they should be. */
  const SOUND = "0000 0014 400101 00 4002 06 0201 0000fdea 400304 c0000202 080a";

  it("is shown with what RFC 7606 makes of it, and answered when it must be", async () => {
    const command = start("run", "--router-id", "192.0.2.1", "--listen", "127.0.0.1:0", ...EBGP_A);
    const { port } = await command.saw("listening");
    const speaker = createSpeaker({ routerId: "192.0.2.2" });
    try {
      const session = await new Promise<Session>((resolve) => {
        const peer = { remoteAddress: "127.0.0.1", remotePort: port, localAs: 65_002, remoteAs: 65_001 };
        speaker.addPeer(peer, { onEstablished: (one) => resolve(one) });
        void speaker.start();
      });
      const send = (hex: string): unknown => session.sendUpdate(fromHex(hex)!);

      // An attribute nobody knows goes through as it is.
      send(SOUND.replace("0014", "0019").replace("080a", "c06302 beef 080a"));
      const unknown = await command.saw("update", {}, (line) => line.attributes.other !== undefined);
      expect(unknown.attributes.other).toEqual([{ code: 99, name: expect.any(String), value: "beef" }]);
      expect(unknown).toMatchObject({ action: "none", issues: [], announced: [{ prefix: "10.0.0.0/8" }] });

      // RFC 7606 section 7.1: an ORIGIN of 9 makes it a withdrawal; the session goes on.
      send(SOUND.replace("400101 00", "400101 09"));
      const withdrawn = await command.saw("update", { action: "withdraw" });
      expect(withdrawn).toMatchObject({ announced: [], withdrawn: [{ family: "ipv4-unicast", prefix: "10.0.0.0/8" }] });
      expect(withdrawn.issues).toEqual([expect.stringContaining("RFC 7606")]);

      // RFC 7606 section 4: lengths that do not fit the message end the session with 3/1.
      send("0000 00ff 00");
      await command.saw("update", { action: "reset" });
      await command.saw("notification", { direction: "sent", code: 3, subcode: 1 });
      await command.saw("closed");
    } finally {
      await speaker.stop();
    }
  });
});

describe("a configuration file and options", { timeout: 30_000 }, () => {
  it("go together", async () => {
    const file = new URL("./run.test.yaml", import.meta.url).pathname;
    const a = start(
      "run",
      "--config",
      file,
      "--listen",
      "127.0.0.1:0",
      "--announce",
      "192.0.2.0/24,next-hop=192.0.2.1",
    );
    const { port } = await a.saw("listening");
    const peer = `127.0.0.1:${port},as=65001`;
    const b = start("run", "--router-id", "192.0.2.2", "--local-as", "65002", "--no-listen", "--peer", peer);
    await b.saw("update", { direction: "received", endOfRib: "ipv4-unicast" });
    const prefixes = b.lines.flatMap((line) => (line.type === "update" ? line.announced.map((one) => one.prefix) : []));
    expect(prefixes.sort()).toEqual(["192.0.2.0/24", "198.51.100.0/24"]);
    expect(await b.saw("established")).toMatchObject({ holdTime: 30, families: ["ipv4-unicast"] });
  });
});

describe("the way out", { timeout: 30_000 }, () => {
  const PEER = [
    "--router-id",
    "192.0.2.1",
    "--local-as",
    "65001",
    "--listen",
    "127.0.0.1:0",
    "--peer",
    "192.0.2.2,as=1,passive",
  ];

  it("is orderly when the reader of standard output goes away", async () => {
    const command = start("run", ...PEER);
    await command.saw("listening");
    command.child.stdout.destroy();
    command.type("show peers");
    command.type("show peers");
    expect((await command.ended).code).toBe(0);
  });

  it("stays open when standard input ends", async () => {
    const command = start("run", ...PEER, "--log-level", "warning");
    command.child.stdin.end("show peers");
    await command.saw("peers");
    expect(command.lines.map((line) => line.type)).toEqual(["peers"]);
    expect(command.child.exitCode).toBeNull();
    command.child.kill("SIGTERM");
    expect((await command.ended).code).toBe(0);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("is at once on a second %s", async (signal, code) => {
    // A peer that takes the connection and then neither reads nor closes: an orderly stop waits for it.
    const server = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
    servers.push(server);
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const command = start("run", ...PEER.slice(0, 4), "--no-listen", "--peer", `127.0.0.1:${port},as=2`);
    await command.saw("open", { direction: "sent" });
    command.child.kill(signal);
    await command.saw("stopping");
    await new Promise((resolve) => setTimeout(resolve, 400));
    command.child.kill(signal);
    expect((await command.ended).code).toBe(code);
  });

  it("is exit code 1 when the address is taken", async () => {
    const first = start("run", ...PEER);
    const { port } = await first.saw("listening");
    const second = start("run", ...PEER.slice(0, 4), "--listen", `127.0.0.1:${port}`, "--peer", "192.0.2.2,as=1");
    const { code, stderr, stdout } = await second.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^bgpwire: cannot listen: .*EADDRINUSE.*\n$/);
    expect(stdout).not.toContain("    at ");
  });
});

function file(name: string): string {
  return new URL(name, import.meta.url).pathname;
}

describe("wrong input", { timeout: 30_000 }, () => {
  const GOOD = ["--router-id", "192.0.2.1", "--local-as", "65001"];

  it.each<[string[], RegExp]>([
    [[], /^Usage: bgpwire/],
    [["dance"], /^bgpwire: unknown command 'dance'/],
    [["run", "--colour"], /^bgpwire: unknown option '--colour'/],
    [["run", "--peer"], /^bgpwire: option '--peer <spec>' argument missing/],
    [["run", "extra", ...GOOD], /^bgpwire: too many arguments/],
    [["run"], /^bgpwire: no router ID: give --router-id ID, or routerId in the configuration file\n$/],
    [["run", ...GOOD], /^bgpwire: no peer: give --peer ADDR,as=N, or peers in the configuration file\n$/],
    [
      ["run", "--router-id", "192.0.2.1", "--peer", "192.0.2.2,as=1"],
      /^bgpwire: --peer 192\.0\.2\.2,as=1: no local AS: give --local-as N, or localAs in the configuration file\n$/,
    ],
    [["run", "--router-id", "0.0.0.0"], /^bgpwire: --router-id: "0\.0\.0\.0" is not accepted; give an IPv4 address/],
    [["run", "--local-as", "0"], /^bgpwire: --local-as: 0 is not accepted; give a whole number from 1 to 4294967295/],
    [["run", "--local-as", "AS1"], /^bgpwire: --local-as: "AS1" is not accepted/],
    [["run", "--listen", "localhost:179"], /^bgpwire: --listen: "localhost:179" is not accepted; give "ADDRESS:PORT"/],
    [["run", "--listen", "::1:179"], /^bgpwire: --listen: "::1:179" is not accepted/],
    [["run", "--format", "xml"], /^bgpwire: --format: "xml" is not accepted; give "text" or "json"\n$/],
    [
      ["run", ...GOOD, "--peer", "192.0.2.2,as=1,hold=1"],
      /^bgpwire: --peer 192\.0\.2\.2,as=1,hold=1: hold: 1 is not accepted/,
    ],
    [
      ["run", ...GOOD, "--peer", "192.0.2.2,as=1", "--peer", "192.0.2.2,as=2"],
      /^bgpwire: --peer 192\.0\.2\.2,as=2: address: there is a peer 192\.0\.2\.2 already\n$/,
    ],
    [["run", ...GOOD, "--peer", "fe80::1,as=1"], /^bgpwire: --peer fe80::1,as=1: address: "fe80::1" is link-local/],
    [
      ["run", ...GOOD, "--peer", "10.0.0.0/8,as=1,port=5"],
      /^bgpwire: .*a listen range has no port and is not dialled; leave out port/,
    ],
    [["run", ...GOOD, "--peer", "192.0.2.2,as=1,limit=5"], /^bgpwire: .*limit: is only for a listen range/],
    [
      ["run", ...GOOD, "--announce", "198.51.100.1/24,next-hop=192.0.2.1", "--peer", "192.0.2.2,as=1"],
      /^bgpwire: --announce .*: prefix: 198\.51\.100\.1\/24 has bits set behind its length; write 198\.51\.100\.0\/24\n$/,
    ],
    [
      ["run", "--config", "/nowhere.yaml"],
      /^bgpwire: \/nowhere\.yaml: cannot be read: there is no such file \(ENOENT\)\n$/,
    ],
    [
      ["run", "--config", file("wrong.test.yaml")],
      /^bgpwire: .*wrong\.test\.yaml:6:15: peers\[0\]\.holdTime: 2 is not accepted; give 0 or a whole number of seconds from 3 to 65535\n$/,
    ],
    [
      ["demo", "--routes", "none"],
      /^bgpwire: --routes: "none" is not accepted; give a whole number from 1 to 2000000\n$/,
    ],
    [["demo", "--port", "70000"], /^bgpwire: --port: "70000" is not accepted; give a whole number from 0 to 65535\n$/],
  ])("%j is one clear message and exit code 2", async (args, message) => {
    const { code, stdout, stderr } = await start(...args).ended;
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});

describe("help", () => {
  it.each([
    [["--help"], "run", 5],
    [["run", "--help"], "run", 5],
    [["demo", "--help"], "run", 5],
    [["replay", "--help"], "run", 5],
    [["bmp", "--help"], "run", 5],
    [["decode", "--help"], "decode", 3],
    [["stats", "--help"], "decode", 3],
  ] as const)("%j lists the exit codes of docs/cli.md", async (args, section, count) => {
    const { code, stdout } = await start(...args).ended;
    expect(code).toBe(0);
    const document = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8");
    const about = document.split(/^## /m).find((one) => one.startsWith(`\`bgpwire ${section}\``))!;
    const rows = [...about.matchAll(/^\| *(\d+) *\| (.*?) *\|$/gm)];
    expect(rows.length).toBe(count);
    const unbroken = stdout.replaceAll(/\n {7}(?=\S)/g, " ");
    for (const [, number, text] of rows)
      expect(unbroken).toMatch(new RegExp(`^ +${number}  ${text!.replace("(", "\\(")}$`, "m"));
  });

  it("tells the version", async () => {
    const { code, stdout } = await start("--version").ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
