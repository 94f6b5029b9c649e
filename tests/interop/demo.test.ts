// The configurations that the demo prints for BIRD, FRR and GoBGP: each router is started with the very text, and has the
// whole table after a while.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RunningCommand } from "../cli/command.ts";

const FRR_BGPD = "/usr/lib/frr/bgpd";
const ROUTES = 100_000;
const processes: ChildProcess[] = [];
let folder = "";
let demo: RunningCommand;

/** A named skip where a user runs it, a failure in CI. */
function missing(...command: string[]): boolean {
  return process.env["CI"] !== "true" && spawnSync(command[0]!, command.slice(1)).status !== 0;
}

function output(...command: string[]): string {
  return spawnSync(command[0]!, command.slice(1), { encoding: "utf8" }).stdout ?? "";
}

function start(...command: string[]): void {
  processes.push(spawn(command[0]!, command.slice(1), { stdio: "ignore" }));
}

/** The indented lines below a heading of the demo's output. */
function snippet(heading: string): string {
  const lines = demo.stdout.split("\n");
  const from = lines.findIndex((line) => line.startsWith(`${heading}  `)) + 1;
  const to = lines.findIndex((line, i) => i > from && line === "");
  return lines
    .slice(from, to)
    .map((line) => `${line.slice(4)}\n`)
    .join("");
}

function ribSummary(family: string): string {
  return output("gobgp", "-p", "50059", "global", "rib", "summary", "-a", family);
}

async function until(text: () => string, numbers: RegExp): Promise<void> {
  for (;;) {
    const sum = [...text().matchAll(numbers)].reduce((all, match) => all + Number(match[1]), 0);
    if (sum === ROUTES) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

describe("a router with the demo's configuration has the table", () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "bgpwire-demo-"));
    chmodSync(folder, 0o777);
    demo = new RunningCommand(["demo", "--port", "0"]);
    while (!demo.stdout.includes("It stays up until Ctrl-C.")) {
      expect(demo.child.exitCode).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });

  afterAll(async () => {
    for (const child of processes) child.kill("SIGKILL");
    demo.child.kill("SIGINT");
    expect((await demo.ended).code).toBe(0);
    rmSync(folder, { recursive: true, force: true });
  });

  it.skipIf(missing("bird", "--version"))("BIRD 2 (needs bird2)", async () => {
    const config = join(folder, "bird.conf");
    const control = join(folder, "bird.ctl");
    writeFileSync(config, snippet("BIRD 2"));
    start("bird", "-f", "-c", config, "-s", control, "-P", join(folder, "bird.pid"));
    await until(
      () => output("birdc", "-s", control, "show", "route", "count"),
      /(\d+) of \d+ routes for \d+ networks in table/g,
    );
    processes.pop()!.kill("SIGTERM");
  });

  it.skipIf(missing(FRR_BGPD, "--version"))("FRR (needs frr)", async () => {
    const config = join(folder, "bgpd.conf");
    writeFileSync(config, snippet("FRR"));
    chmodSync(config, 0o644);
    start(
      FRR_BGPD,
      "-S",
      "-Z",
      "-f",
      config,
      "-i",
      join(folder, "bgpd.pid"),
      "-p",
      "0",
      "--vty_socket",
      folder,
      "-P",
      "0",
    );
    const summary = (): string => output("vtysh", "--vty_socket", folder, "-c", "show bgp summary json");
    await until(summary, /"pfxRcd":(\d+)/g);
    processes.pop()!.kill("SIGTERM");
  });

  it.skipIf(missing("gobgpd", "--version"))("GoBGP (needs gobgpd)", async () => {
    const config = join(folder, "gobgpd.toml");
    writeFileSync(config, snippet("GoBGP"));
    start("gobgpd", "-f", config, "--api-hosts", "127.0.0.1:50059");
    await until(() => ribSummary("ipv4") + ribSummary("ipv6"), /Destination: (\d+)/g);
    processes.pop()!.kill("SIGTERM");
  });
});
