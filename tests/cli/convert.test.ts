// `bgpwire convert` as its user meets it: the real command on files that real routers wrote.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { captureEvents, EventFilter, EventReading, readAll } from "@bgpwire/capture";
import { tellEvent } from "../support/conversion.ts";

const MAIN = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
const FIXTURES = fileURLToPath(new URL("../fixtures/recorded/", import.meta.url));
const UPDATES = `${FIXTURES}gobgp-updates.mrt`;
const TABLE = `${FIXTURES}bird-table.mrt`;

let directory = "";
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "bgpwire-convert-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

const path = (name: string): string => join(directory, name);

async function bgpwire(...args: readonly string[]): Promise<{ code: number; stdout: Buffer; stderr: string }> {
  const child = spawn(process.execPath, [MAIN, ...args]);
  const stdout: Buffer[] = [];
  let stderr = "";
  child.stdout.on("data", (octets: Buffer) => stdout.push(octets));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const [code] = (await once(child, "close")) as [number];
  return { code, stdout: Buffer.concat(stdout), stderr };
}

/** UPDATEs and routes of a file. */
function updatesIn(path: string, prefix: string | null = null): string[] {
  const filter = new EventFilter({
    types: ["update", "route"],
    ...(prefix !== null && { prefixes: [{ prefix, match: "exact" as const }] }),
  });
  const events = readAll(captureEvents(), new Uint8Array(readFileSync(path)));
  return events.filter((event) => filter.wants(new EventReading(event))).map((event) => tellEvent(event, 9));
}

test("from MRT to pcapng and back, compressed on the way, the UPDATEs are the same", async () => {
  const there = await bgpwire("convert", UPDATES, "-o", path("updates.pcapng.gz"));
  expect(there.code).toBe(0);
  expect(there.stdout.length).toBe(0);
  expect(there.stderr).toMatch(/^bgpwire: \d+ were made up for pcapng: pairs of OPENs, [^\n]*\n$/);
  expect(gunzipSync(readFileSync(path("updates.pcapng.gz"))).readUInt32BE(0)).toBe(0x0a0d_0d0a);
  const back = await bgpwire("convert", path("updates.pcapng.gz"), "-o", path("updates.mrt"));
  expect(back.code).toBe(0);
  expect(back.stderr).toContain('bgpwire: 1 event has no place in mrt: information "pcapngSection"\n');
  expect(updatesIn(path("updates.mrt"))).toEqual(updatesIn(UPDATES));
  expect(readdirSync(directory).sort()).toEqual(["updates.mrt", "updates.pcapng.gz"]);
});

test("MRT on standard output is the file that came in", async () => {
  const { code, stdout, stderr } = await bgpwire("convert", UPDATES, "--to", "mrt");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.equals(readFileSync(UPDATES))).toBe(true);
});

test("routes that a filter leaves of a table are still of their peers", async () => {
  const route = readAll(captureEvents(), new Uint8Array(readFileSync(TABLE))).find(({ kind }) => kind === "route");
  const { prefix } = new EventReading(route!).routes.announced[0] as { prefix: string };
  const { code, stderr } = await bgpwire("convert", TABLE, "--prefix", prefix, "-o", path("part.mrt"));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(updatesIn(path("part.mrt")).length).toBeGreaterThan(0);
  expect(updatesIn(path("part.mrt"))).toEqual(updatesIn(TABLE, prefix));
});

test("several files are one, and sessions of one are none of another", async () => {
  const { code } = await bgpwire("convert", UPDATES, `${FIXTURES}bird-updates.mrt`, UPDATES, "-o", path("all.json"));
  expect(code).toBe(1); // BIRD's recording has an UPDATE that is malformed
  const ends = new Map<number, string>();
  for (const line of readFileSync(path("all.json"), "utf8").trim().split("\n")) {
    const { session, from, to } = JSON.parse(line) as { session: number; from: object; to: object };
    const pair = [from, to]
      .map((end) => JSON.stringify(end))
      .sort()
      .join(" ");
    expect(ends.get(session) ?? pair).toBe(pair);
    ends.set(session, pair);
  }
  expect(ends.size).toBeGreaterThan(2);
});

test("an input that cannot be opened leaves no file, and one that is torn what could be read of it", async () => {
  const torn = readFileSync(UPDATES).subarray(0, -5);
  writeFileSync(path("torn.mrt"), torn);
  const [missing, ended] = await Promise.all([
    bgpwire("convert", UPDATES, path("missing"), "-o", path("none.mrt")),
    bgpwire("convert", path("torn.mrt"), "-o", path("out.mrt")),
  ]);
  expect(missing).toMatchObject({
    code: 2,
    stderr: `bgpwire: ${path("missing")}: cannot be opened: there is no such file (ENOENT)\n`,
  });
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/^bgpwire: unreadable: [^\n]*\n$/);
  const whole = readFileSync(path("out.mrt"));
  expect(whole.length).toBeGreaterThan(1000);
  expect(whole.equals(torn.subarray(0, whole.length))).toBe(true);
  expect(readdirSync(directory).sort()).toEqual(["out.mrt", "torn.mrt"]);
});

test("a file that is there stays as it is", async () => {
  writeFileSync(path("out.mrt"), "precious");
  const { code, stderr } = await bgpwire("convert", UPDATES, "-o", path("out.mrt"));
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `bgpwire: ${path("out.mrt")}: is there already; --force writes over it\n`,
  });
  expect(readFileSync(path("out.mrt"), "utf8")).toBe("precious");
});
