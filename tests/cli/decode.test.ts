// `bgpwire decode` and `bgpwire stats` as their user meets them: the real command on files that real routers wrote.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
const FIXTURES = fileURLToPath(new URL("../fixtures/recorded/", import.meta.url));
const UPDATES = `${FIXTURES}gobgp-updates.mrt`;
const TABLE = `${FIXTURES}bird-table.mrt`;

const directory = mkdtempSync(join(tmpdir(), "bgpwire-decode-"));
afterAll(() => rmSync(directory, { recursive: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function bgpwire(args: readonly string[], input: Uint8Array | string = ""): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args]);
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  child.stdin.on("error", () => {}).end(input);
  const [code] = (await once(child, "close")) as [number];
  return { code, stdout, stderr };
}

function file(name: string, octets: Uint8Array | string): string {
  const path = join(directory, name);
  writeFileSync(path, octets);
  return path;
}

function lines({ stdout }: Ended): string[] {
  return stdout.split("\n").slice(0, -1);
}

describe("decode", () => {
  test("reads its own JSON again and writes the same lines", async () => {
    for (const capture of [UPDATES, TABLE]) {
      const first = await bgpwire(["decode", "--format", "json", capture]);
      expect(first).toMatchObject({ code: 0, stderr: "" });
      expect(lines(first).length).toBeGreaterThan(10);
      const second = await bgpwire(["decode", "--format", "json", "-"], first.stdout);
      expect(second).toEqual(first);
    }
  });

  test("a compressed file and standard input say the same as the file", async () => {
    const plain = await bgpwire(["decode", UPDATES]);
    expect(plain).toMatchObject({ code: 0, stderr: "" });
    expect(await bgpwire(["decode", file("updates", gzipSync(readFileSync(UPDATES)))])).toEqual(plain);
    expect(await bgpwire(["decode"], readFileSync(UPDATES))).toEqual(plain);
  });

  test("a torn file gives all that is whole, then says what is missing, and ends with 1", async () => {
    const whole = await bgpwire(["decode", UPDATES]);
    const torn = file("torn.mrt", readFileSync(UPDATES).subarray(0, -5));
    const ended = await bgpwire(["decode", torn]);
    expect(ended.code).toBe(1);
    expect(lines(ended).slice(0, -1)).toEqual(lines(whole).slice(0, -1));
    expect(ended.stderr).toMatch(new RegExp(`^bgpwire: unreadable: ${torn}, octet \\d+: `));
  });

  test("what is no capture is said so, and ends with 1", async () => {
    const script = file("script.sh", "#!/bin/sh\n");
    const ended = await bgpwire(["decode", "--format", "json", script]);
    const reason = "no capture of a known format: it begins with 23212f62696e2f73680a";
    expect(ended).toEqual({
      code: 1,
      stdout: `{"type":"problem","offset":0,"reason":"${reason}","skipped":null}\n`,
      stderr: `bgpwire: unreadable: ${script}, octet 0: ${reason}; nothing more can be read\n`,
    });
  });

  test("filters leave what they ask for", async () => {
    for (const [format, field] of [
      ["bgpkit", 4],
      ["bgpdump", 5],
    ] as const) {
      const all = await bgpwire(["decode", "--format", format, TABLE]);
      const prefix = lines(all)[3]!.split("|")[field]!;
      const one = await bgpwire(["decode", "--format", format, "--prefix", prefix, TABLE]);
      expect(lines(one)).toEqual(lines(all).filter((line) => line.split("|")[field] === prefix));
    }
    expect(await bgpwire(["decode", "--until", "2000-01-01", TABLE])).toEqual({ code: 0, stdout: "", stderr: "" });
    const opens = await bgpwire(["decode", "--type", "open", "--format", "json", UPDATES]);
    expect(lines(opens).every((line) => line.startsWith('{"type":"open"'))).toBe(true);
  });

  test.each([
    [["--format", "xml"], '--format: "xml" is not accepted; give one of '],
    [["--as", "65536x"], '--as: "65536x" is not accepted; give an AS number from 0 to 4294967295'],
    [["--family", "ipx"], '--family: "ipx" is not accepted; give an address family such as ipv4-unicast or l2vpn-evpn'],
    [["--type", "hello"], '--type: "hello" is not accepted; give one of open, update, '],
    [["--since", "yesterday"], '--since: "yesterday" is not accepted; give a time in UTC such as 2026-02-22T15:30'],
    [["--since", "2026"], '--since: "2026" is not accepted; give a time in UTC'],
    [["--since", "2026-02-30"], '--since: "2026-02-30" is not accepted; '],
    [["--prefix", "10.0.0.0"], '--prefix: "10.0.0.0" is no prefix; such as 192.0.2.0/24'],
    [["--path", "("], '--path: "(" is no regular expression of an AS path'],
    [["--follow", "a", "b"], "--follow: give one file; several cannot be followed"],
    [["-", "-"], "-: standard input can be read once"],
    [["/nonexistent"], "/nonexistent: cannot be opened: there is no such file (ENOENT)"],
  ])("%j is refused with one line and 2", async (args, text) => {
    const ended = await bgpwire(["decode", ...args]);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(/^bgpwire: [^\n]*\n$/);
    expect(ended.stderr).toContain(text);
  });

  test("--follow goes on with what is appended", async () => {
    const octets = readFileSync(UPDATES);
    const whole = lines(await bgpwire(["decode", UPDATES]));
    const growing = file("growing.mrt", octets.subarray(0, 400));
    const child = spawn(process.execPath, [MAIN, "decode", "--follow", growing]);
    let seen = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (seen += text));
    while (!seen.includes("\n")) await once(child.stdout, "data");
    writeFileSync(growing, octets.subarray(400), { flag: "a" });
    while (seen.split("\n").length - 1 < whole.length) await once(child.stdout, "data");
    child.kill("SIGKILL");
    expect(seen.split("\n").slice(0, -1)).toEqual(whole);
  });
});

test("stats tells what is in a capture", async () => {
  const ended = await bgpwire(["stats", UPDATES, TABLE]);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  const json = lines(await bgpwire(["decode", "--format", "json", UPDATES]));
  expect(ended.stdout).toContain(`${json.length} events`);
  expect(ended.stdout).toContain("Messages over time");
  expect(ended.stdout).toMatch(/ipv4-unicast +[\d,]+ +[\d,]+ +[\d,]+/);
});
