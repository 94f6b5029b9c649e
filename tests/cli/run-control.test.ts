// The control socket of `bgpwire run`, and `bgpwire ctl`, which talks to it.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync, existsSync } from "node:fs";
import { connect, createServer } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSpeaker } from "@bgpwire/transport-node";
import { ControlServer } from "../../packages/cli/src/control/server.ts";
import { RunningCommand, type Ended } from "./command.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

let path: string;
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-"));
  endings.push(() => rmSync(directory, { recursive: true }));
  path = join(directory, "control");
});

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): RunningCommand {
  const command = new RunningCommand(args, env);
  endings.push(() => command.kill());
  return command;
}

const ctl = (...words: string[]): Promise<Ended> => start(["ctl", "--control", path, ...words]).ended;

const RUN = ["run", "--router-id", "192.0.2.1", "--local-as", "65001", "--no-listen"];

describe("a control socket", { timeout: 60_000 }, () => {
  it("takes the commands of standard input, and ctl tells what came of them", async () => {
    const run = start([...RUN, "--peer", "192.0.2.2,as=65002,passive", "--control", path]);
    await run.saw("control", { path });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const [peers, announce, refused] = await Promise.all([
      start(["ctl", "--format", "json", "peers"], { BGPWIRE_CONTROL: path }).ended,
      ctl("announce", "198.51.100.0/24", "next-hop=192.0.2.1", "as-path=65010 65011"),
      ctl("--format", "text", "reset", "192.0.2.9"),
    ]);
    expect(peers).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(peers.stdout)).toMatchObject({ type: "peers", peers: [{ id: "192.0.2.2", state: "Active" }] });
    expect(announce).toMatchObject({ code: 0, stderr: "" });
    expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining("known: 192.0.2.2\n"), stderr: "" });
    await run.saw("command", { ok: true, text: "announcing 198.51.100.0/24" });
    run.type("show routes");
    expect((await run.saw("routes")).routes).toMatchObject([{ prefix: "198.51.100.0/24", asPath: "65010 65011" }]);
    expect(run.lines.filter((line) => line.type === "peers" || line.type === "peer")).toEqual([]);

    const answers = await talk("peer 192.0.2.2\n\nhelp\nreload\nno such\nstop\n");
    expect(answers.map((line) => [line["type"], line["ok"]])).toEqual([
      ["peer", undefined],
      ["command", true],
      ["reload", false],
      ["command", false],
      ["command", true],
    ]);
    const schema = new URL("../../packages/cli/schema/events.schema.json", import.meta.url);
    const validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(readFileSync(schema, "utf8")));
    for (const line of [...answers, ...run.lines]) {
      if (!validate(line)) expect.fail(JSON.stringify([line, validate.errors]));
    }
    expect((await run.ended).code).toBe(0);
    expect(run.lines.find((line) => line.type === "stopping")).toMatchObject({ text: "the command stop" });
    expect(existsSync(path)).toBe(false);
    // What is only asked is not for the log.
    const logged = run.lines.filter((line) => line.type === "command").map((line) => line["command"]);
    expect(logged).not.toContain("help");
    expect(logged).toContain("stop");
  });

  it("tells tables of any length in lines of 64 rows, and ctl prints them a row a line", async () => {
    const peers = Array.from({ length: 500 }, (_, i) => `198.18.${i >> 8}.${i & 255}`);
    const announcements = Array.from({ length: 65 }, (_, i) => `198.51.${i}.0/24`);
    const run = start([
      ...RUN,
      ...peers.flatMap((peer) => ["--peer", `${peer},as=65002,passive`]),
      ...announcements.flatMap((prefix) => ["--announce", `${prefix},next-hop=192.0.2.1`]),
      "--control",
      path,
    ]);
    await run.saw("control", { path });
    const [json, text, routes, unknown] = await Promise.all([
      ctl("--format", "json", "peers"),
      ctl("--format", "text", "peers"),
      ctl("--format", "json", "routes"),
      ctl("--format", "text", "reset", "192.0.2.9"),
    ]);
    const pages = json.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(pages.map((page) => [page.peers.length, page.more])).toEqual([
      ...Array.from({ length: 7 }, () => [64, true]),
      [52, false],
    ]);
    expect(pages.flatMap((page) => page.peers.map(({ id }: { id: string }) => id))).toEqual(peers);
    expect(
      text.stdout
        .trim()
        .split("\n")
        .map((line) => line.split("  ")[0]),
    ).toEqual(peers);
    const lines = routes.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map((page) => [page.routes.length, page.more])).toEqual([
      [64, true],
      [1, false],
    ]);
    expect(unknown.stdout).toContain(`known: ${peers.slice(0, 8).join(", ")} and 492 more\n`);
    run.type("stop");
    await run.ended;
  });

  it("tells of the peers that are asked for, in the words that HTTP has too", async () => {
    const run = start([
      ...RUN.slice(0, -1),
      ...`--control ${path} --http 0 --listen 127.0.0.1:0`.split(" "),
      ..."--peer 192.0.2.2,as=65002,passive,group=transit --peer 192.0.2.3,as=65003,passive".split(" "),
      ..."--peer 127.0.0.0/8,as=64512-65534,group=customers".split(" "),
    ]);
    const { port } = await run.saw("listening");
    const http = await run.saw("http");
    const speaker = createSpeaker({ routerId: "192.0.2.9" });
    endings.push(() => speaker.stop());
    speaker.addPeer({ remoteAddress: "127.0.0.1", remotePort: port, localAs: 65_009, remoteAs: "any" });
    await speaker.start();
    await run.saw("established");
    const asked = async (filters: string): Promise<unknown> => {
      const answers = await talk(`peers ${filters}\n`);
      const told = answers.flatMap(({ peers }) => ids(peers));
      const answer = await fetch(`http://127.0.0.1:${http.port}/peers?${filters.replaceAll(" ", "&")}`);
      expect(ids(((await answer.json()) as { peers: unknown }).peers), filters).toEqual(told);
      return told;
    };
    expect(await asked("")).toEqual(["192.0.2.2", "192.0.2.3", "127.0.0.1"]);
    expect(await asked("state=up")).toEqual(["127.0.0.1"]);
    expect(await asked("address=192.0.2.0/24 as=65003-65010")).toEqual(["192.0.2.3"]);
    expect(await asked("as=65009,65002")).toEqual(["192.0.2.2", "127.0.0.1"]);
    expect(await asked("group=customers")).toEqual(["127.0.0.1"]);
    expect(await asked("range=127.0.0.0/8 state=idle,active")).toEqual([]);
    const metrics = await (await fetch(`http://127.0.0.1:${http.port}/metrics?group=transit`)).text();
    expect(metrics).toContain('bgpwire_peer_info{peer="192.0.2.2",group="transit"} 1\n');
    expect(metrics).not.toContain('peer="192.0.2.3"');

    const wrong = await ctl("peers", "stat=up");
    const text = 'there is no filter "stat"; give any of address=…, state=…, as=…, group=…, range=…';
    expect(wrong).toMatchObject({ code: 2, stderr: `bgpwire: ${text}\n` });
    const refused = await fetch(`http://127.0.0.1:${http.port}/peers?stat=up`);
    expect([refused.status, await refused.json()]).toEqual([400, { error: text }]);
  });

  it("that a killed process has left is made anew; what is another's stays", async () => {
    const args = [...RUN, "--peer", "192.0.2.2,as=65002,passive", "--control", path];
    const first = start(args);
    await first.saw("control");
    await first.kill();
    expect(existsSync(path)).toBe(true);
    const second = start(args);
    await second.saw("control");
    second.child.kill("SIGTERM");
    expect((await second.ended).code).toBe(0);

    writeFileSync(path, "precious");
    await expect(ControlServer.listen(path, () => {})).rejects.toThrow(/there is a file that is no socket$/);
    expect(readFileSync(path, "utf8")).toBe("precious");
  });

  it("is bounded: in connections, in lines, and in what waits for who does not read", async () => {
    let lines = 0;
    const server = await ControlServer.listen(path, (line, asker) => {
      lines += 1;
      asker.answer({ type: "command", command: "", ok: line !== null, text: "x".repeat(100) });
    });
    endings.push(() => server.close());
    const long = await talk(`${"y".repeat(100_000)}\nshort\n`);
    expect(long.map((line) => line["ok"])).toEqual([false, true]);

    const sockets = Array.from({ length: 17 }, () => connect(path));
    endings.push(() => sockets.forEach((socket) => socket.destroy()));
    await Promise.race(sockets.map((socket) => once(socket, "close")));
    expect(sockets.filter((socket) => socket.closed)).toHaveLength(1);
    sockets.forEach((socket) => socket.destroy());
    await Promise.all(sockets.map((socket) => socket.closed || once(socket, "close")));

    // Who does not read its answers is not read either, but for the chunk that is there: the rest waits with the sender.
    lines = 0;
    const deaf = connect(path).pause();
    endings.push(() => deaf.destroy());
    const chunk = Buffer.from("a\n".repeat(32_768));
    for (let i = 0; i < 30; i++) deaf.write(chunk);
    let before = -1;
    const settled = (): boolean => lines > 0 && lines === before;
    while (!settled()) {
      before = lines;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(lines).toBeLessThan(10 * 32_768);
    expect(deaf.writableLength).toBeGreaterThan(0);
  });

  it("that cannot be made, or a ctl that is told of none, is one clear message", async () => {
    const [none, wrong, nobody] = await Promise.all([
      start(["ctl", "peers"], { BGPWIRE_CONTROL: "" }).ended,
      ctl("dance"),
      ctl("peers"),
    ]);
    expect(none).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^bgpwire: --control: .*path of a Unix socket/),
    });
    await expect(ControlServer.listen(join(path, "in", "nothing"), () => {})).rejects.toThrow(
      /cannot listen at .*: listen E/,
    );
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/^bgpwire: there is no command "dance"/) });
    expect(nobody).toMatchObject({ code: 1, stderr: `bgpwire: ${path}: no bgpwire run listens there\n` });
  });
});

/** Of rows of a table of peers. */
function ids(rows: unknown): string[] {
  return (rows as { readonly id: string }[]).map(({ id }) => id);
}

/** What is said to somebody who needs no `ctl`. */
async function talk(text: string): Promise<Record<string, unknown>[]> {
  const socket = connect(path).setEncoding("utf8");
  let all = "";
  socket.on("data", (chunk: string) => (all += chunk));
  socket.end(text);
  await once(socket, "close");
  return all
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

it("is not the one of a stranger that a name in the way hides", async () => {
  const stranger = createServer().listen(path);
  await once(stranger, "listening");
  endings.push(() => stranger.close());
  await expect(ControlServer.listen(path, () => {})).rejects.toThrow(/another process listens there$/);
  expect(stranger.listening).toBe(true);
  expect(statSync(path).isSocket()).toBe(true);
});
