// `bgpwire run --record` and `bgpwire replay --log`: sessions of real commands on loopback written down, done again and read.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InputLogReader, readAll, type InputLogEntry } from "@bgpwire/capture";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { main } from "../../packages/cli/src/program.ts";
import { RunningCommand, type Ended } from "./command.ts";

const BGPDUMP = /bgpdump version (\S+)/.test(spawnSync("bgpdump", [], { encoding: "latin1" }).stderr ?? "");

const running: RunningCommand[] = [];
const directory = mkdtempSync(join(tmpdir(), "bgpwire-record-"));
afterEach(async () => {
  await Promise.all(running.splice(0).map((command) => command.kill()));
});
afterAll(() => rmSync(directory, { recursive: true }));

function start(args: readonly string[], before: readonly string[] = []): RunningCommand {
  const command = new RunningCommand(args, {}, before);
  running.push(command);
  return command;
}

/** A command that needs no process of its own. */
async function done(...args: string[]): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  const listening = new Set([process.stdout, process.stderr].flatMap((stream) => stream.listeners("error")));
  const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean((stdout += String(text))));
  const err = vi.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((stderr += String(text))));
  try {
    const code = await main(args);
    return { code, stdout, stderr };
  } finally {
    out.mockRestore();
    err.mockRestore();
    // A command listens to its streams for as long as its process lives.
    for (const stream of [process.stdout, process.stderr]) {
      for (const listener of stream.listeners("error")) {
        if (!listening.has(listener)) stream.off("error", listener as () => void);
      }
    }
  }
}

/** A listening and a dialling side with a session over which a route has come, recorded. */
async function pair(
  a: string,
  b: string | null,
  before: readonly string[] = [],
): Promise<[RunningCommand, RunningCommand]> {
  const one = ["run", "--router-id", "192.0.2.1", "--local-as", "65001", "--peer", "127.0.0.1,as=65002-65003,passive"];
  const left = start([...one, "--listen", "127.0.0.1:0", "--record", a], before);
  const { port } = await left.saw("listening");
  const other = ["run", "--router-id", "192.0.2.2", "--local-as", "65002", "--no-listen"];
  const peer = ["--peer", `127.0.0.1:${port},as=65001,retry=0.2`];
  const routes = ["--announce", "198.51.100.0/24,next-hop=192.0.2.2"];
  const right = start([...other, ...peer, ...routes, ...(b === null ? [] : ["--record", b])]);
  await Promise.all([left.saw("established"), right.saw("established")]);
  await left.saw("update", {}, ({ announced }) => announced.length > 0);
  return [left, right];
}

async function stop(command: RunningCommand): Promise<void> {
  command.child.kill("SIGINT");
  const { code, stderr } = await command.ended;
  expect([code, stderr]).toEqual([0, ""]);
}

/** Lines of what is in a capture, without the times. */
async function decoded(file: string): Promise<string[]> {
  const { code, stdout } = await done("decode", file);
  expect(code).toBe(0);
  return stdout.split("\n").map((line) => line.replace(/^\S+ +/, ""));
}

function entriesOf(file: Uint8Array): InputLogEntry[] {
  return readAll(new InputLogReader(), file).filter((entry) => entry.kind !== "problem");
}

describe("two sessions, one after the other", () => {
  const a = join(directory, "a.log");
  const b = join(directory, "b.log");

  beforeAll(async () => {
    const [left, right] = await pair(a, b);
    const [from, to] = [left.lines.length, right.lines.length];
    left.type('reset 127.0.0.1 "once more"');
    await right.saw("established", {}, () => true, to);
    await left.saw("update", {}, ({ announced }) => announced.length > 0, from);
    await stop(right);
    await stop(left);
  }, 60_000);

  it.each([
    [a, /NOTIFICATION {2}6\/4 Cease\/Administrative Reset "once more"/],
    [b, /NOTIFICATION {2}6\/2 Cease\/Administrative Shutdown/],
  ])("are replayed bit-exactly, and are a capture (%#)", async (file, sent) => {
    const { code, stdout, stderr } = await done("replay", "--log", file);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^.*\.log: recorded by bgpwire \d+\.\d+\.\d+ \(Node\.js \d+\.\d+\.\d+, \w+ \w+\)\n/);
    expect(stdout).toMatch(/^ {2}\d{4}-\d\d-\d\dT[\d:.]+Z to \d{4}-\d\d-\d\dT[\d:.]+Z, \d+\.\d{3} s\n/m);
    expect(stdout).toMatch(/^ {2}peers 1, sessions 2, inputs \d+, outputs \d+\n {2}messages received \d+, sent \d+\n/m);
    expect(stdout).toMatch(/^ {2}ended: stopped: SIGINT\nevery output is as it was recorded\n$/m);

    const mrt = await decoded(`${file}.mrt`);
    const text = mrt.join("\n");
    expect(text).toMatch(sent);
    expect(text.match(/OPEN {2}AS 65001, identifier 192\.0\.2\.1/g)).toHaveLength(2);
    expect(text.match(/OPEN {2}AS 65002, identifier 192\.0\.2\.2/g)).toHaveLength(2);
    expect(text.match(/\+ 198\.51\.100\.0\/24/g)).toHaveLength(2);
    expect(text.match(/OpenConfirm → Established/g)).toHaveLength(2);
    // The log itself is read as the same, with connections that MRT has no records for.
    expect((await decoded(file)).filter((line) => !/ {2}(?:up|down: .*)$/.test(line))).toEqual(mrt);
    const converted = `${file}.converted.mrt`;
    expect((await done("convert", file, "-o", converted)).code).toBe(0);
    expect(readFileSync(converted).equals(readFileSync(`${file}.mrt`))).toBe(true);
  });

  it.skipIf(!BGPDUMP)("are found by bgpdump in the MRT file", () => {
    const { stdout } = spawnSync("bgpdump", ["-m", `${a}.mrt`], { encoding: "latin1" });
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => line.replace(/\|[\d.]+\|/, "|"));
    // Which AS the peer has is known with its OPEN.
    expect(lines.slice(0, 5)).toEqual([
      "BGP4MP_ET|STATE|127.0.0.1|0|1|3",
      "BGP4MP_ET|STATE|127.0.0.1|0|3|4",
      "BGP4MP_ET|STATE|127.0.0.1|65002|4|5",
      "BGP4MP_ET|STATE|127.0.0.1|65002|5|6",
      "BGP4MP_ET|A|127.0.0.1|65002|198.51.100.0/24|65002|IGP|192.0.2.2|0|0||NAG||",
    ]);
  });

  it("differ, where an input is another, at the output that shows it", async () => {
    const file = readFileSync(a);
    const entries = entriesOf(file);
    const said = entries.findIndex(
      (entry) => entry.kind === "call" && entry.call.type === "input" && entry.call.input.type === "bytes",
    );
    // The last octet of the identifier in the peer's OPEN, which is the first thing that it says.
    const at = file.indexOf(Buffer.alloc(16, 0xff), entries[said]!.offset) + 27;
    expect(file[at]).toBe(2);
    file[at] = 77;
    const changed = join(directory, "changed.log");
    writeFileSync(changed, file);
    const { code, stdout, stderr } = await done("replay", "--log", changed);
    expect(code).toBe(1);
    expect(stdout).not.toContain("every output");
    const [what, recorded, now] = stderr.split("\n");
    expect(what).toBe(
      `bgpwire: ${changed}, octet ${entries[said + 1]!.offset}, entry ${said + 1}, of 127.0.0.1: not as it was recorded`,
    );
    expect(recorded).toMatch(/^ {2}recorded: \{"type":"open",.*"identifier":"192\.0\.2\.2"/);
    expect(now).toMatch(/^ {2}now: {6}\{"type":"open",.*"identifier":"192\.0\.2\.77"/);
  });

  it("are there as far as the file goes that is cut off", async () => {
    const whole = readFileSync(a);
    const cut = join(directory, "cut.log");
    writeFileSync(cut, whole.subarray(0, whole.length - 3));
    const { code, stdout, stderr } = await done("replay", "--log", cut);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("  no end: whoever recorded was killed, or goes on\n");
    expect(stdout).toMatch(/^ {2}cut off: the last \d+ octets are no whole entry$/m);
  });

  it("are printed entry by entry with --print", async () => {
    const { code, stdout } = await done("replay", "--log", b, "--print");
    expect(code).toBe(0);
    const lines = stdout.split("\n");
    expect(lines[0]).toMatch(/^0 recorded by bgpwire /);
    expect(lines[1]).toMatch(/^1 127\.0\.0\.1 < made \{"id":"127\.0\.0\.1","options":\{.*"seed":-?\d+\}\}$/);
    expect(lines[2]).toMatch(/^2 \d{4}-\d\d-\d\dT[\d:.]+Z 127\.0\.0\.1 < start \{"automatic":true\}$/);
    expect(lines[3]).toMatch(/^3 127\.0\.0\.1 > dial 2 \{"address":"127\.0\.0\.1",/);
    expect(stdout).toMatch(/^\d+ \S+Z 127\.0\.0\.1 < bytes \{"conn":2,"chunk":"f{32}/m);
    expect(stdout).toMatch(/^\d+ \S+Z 127\.0\.0\.1 < sendUpdate \{"conn":2,"body":"/m);
    expect(stdout).toMatch(/^\d+ 127\.0\.0\.1 > quiet$/m);
    expect(stdout).toMatch(/^\d+ end: stopped: SIGINT$/m);
  });
});

describe("a recording", { timeout: 60_000 }, () => {
  it("of a process that was killed is there up to its last entries", async () => {
    const file = join(directory, "killed.log");
    const [left, right] = await pair(file, null);
    await left.kill();
    await stop(right);
    const { code, stdout, stderr } = await done("replay", "--log", file);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("  no end: whoever recorded was killed, or goes on\n");
  });

  it("that the disk does not take ends, and the session goes on", async () => {
    const file = join(directory, "full.log");
    // A limit of 2 KiB stands in for a disk that is full.
    const [left, right] = await pair(file, null, ["bash", "-c", 'ulimit -f 2; exec "$0" "$@"']);
    for (let i = 0; i < 30; i += 1) right.type(`announce 198.51.${i}.0/24 next-hop=192.0.2.2`);
    await left.saw("update", {}, ({ announced }) => JSON.stringify(announced).includes("198.51.29.0"));
    await stop(right);
    left.child.kill("SIGINT");
    const { code, stderr } = await left.ended;
    expect(code).toBe(0);
    expect(stderr).toBe(`bgpwire: recording stopped: ${file}: EFBIG; the sessions go on\n`);
    expect((await done("replay", "--log", file)).code).toBe(0);
  });
});

describe("what cannot be is one clear message", () => {
  const run = [
    "run",
    "--router-id",
    "192.0.2.1",
    "--local-as",
    "65001",
    "--no-listen",
    "--peer",
    "127.0.0.1:1,as=65002",
  ];
  const needsNone = "is for a capture that is played to a router; a log needs no router";

  it.each([
    [
      [...run, "--record", "/nonexistent/file"],
      "--record: /nonexistent/file cannot be written: there is no such file (ENOENT)",
      2,
    ],
    [[...run, "--record", "/"], "--record: / cannot be written: it is a directory (EISDIR)", 2],
    [["replay"], "no file: give a capture and --to HOST:PORT, or --log FILE", 2],
    [["replay", "file"], "no router: give --to HOST:PORT", 2],
    [["replay", "file", "--print", "--to", "192.0.2.1"], "--print: is for --log", 2],
    [["replay", "--log", "/nonexistent"], "/nonexistent: cannot be opened: there is no such file (ENOENT)", 2],
    [["replay", "--log", "x", "file"], `--log: file ${needsNone}`, 2],
    [["replay", "--log", "x", "--router-id", "192.0.2.1"], `--log: --router-id ${needsNone}`, 2],
    [["replay", "--log", "/dev/null"], "/dev/null, octet 0: the file is empty", 1],
    [
      ["replay", "--log", "package.json"],
      "package.json, octet 0: this is no input log, which begins with its header",
      1,
    ],
  ])("%j", async (args, message, code) => {
    expect(await done(...args)).toEqual({ code, stdout: "", stderr: `bgpwire: ${message}\n` });
  });
});
