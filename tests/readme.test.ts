// The README's first program is examples/first-session.ts, and it does what the README says.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, expect, it } from "vitest";
import { RunningCommand } from "./cli/command.ts";
import { freePort } from "./support/free-port.ts";

const ROOT = new URL("../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), "utf8");
const program = /```ts\n([^]*?)```/.exec(read("README.md"))![1]!;

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

it("is the example, and ten lines long", () => {
  expect(program).toBe(read("examples/first-session.ts"));
  expect(program.trim().split("\n")).toHaveLength(10);
});

it("has every example in its table", () => {
  const names = readdirSync(new URL("examples/", ROOT)).filter((name) => !name.startsWith("tsconfig"));
  const rows = [...read("README.md").matchAll(/^\| \[`([a-z-]+)`\]\(examples\/(\S+)\) \|/gm)];
  expect(rows.map(([, , file]) => file).sort()).toEqual(names.sort());
  for (const [, name, file] of rows) expect(file!.replace(/\.ts$/, "")).toBe(name);
});

it("prints states and decoded UPDATEs of a peer that connects", { timeout: 30_000 }, async () => {
  const port = await freePort();
  const child = spawn(process.execPath, ["--input-type=module-typescript"], { cwd: fileURLToPath(ROOT) });
  endings.push(() => child.kill("SIGKILL"));
  child.stdin.end(program.replace("port: 1790", `port: ${port}`));
  let text = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (errors += chunk));
  await once(child.stdout, "data"); // the first state: it listens

  const announce = ["--announce", "198.51.100.0/24,next-hop=192.0.2.2"];
  const to = ["--no-listen", "--peer", `127.0.0.1:${port},as=65001,retry=0.2`];
  const peer = new RunningCommand(["run", "--router-id", "192.0.2.2", "--local-as", "65002", ...to, ...announce]);
  endings.push(() => peer.kill());
  while (!text.includes("198.51.100.0/24") && child.exitCode === null) await once(child.stdout, "data");
  expect(errors).toBe("");
  expect(text).toContain("127.0.0.1 OpenConfirm → Established\n");
  expect(text).toContain('"nlri":[{"prefix":"198.51.100.0/24"}]');
});
