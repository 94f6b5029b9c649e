// What the command says of itself.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));

test("help that nobody reads is no failure", async () => {
  for (const args of [["--help"], ["convert", "--help"]]) {
    const child = spawn(process.execPath, [MAIN, ...args]);
    child.stdout.destroy();
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    const [code] = (await once(child, "close")) as [number | null];
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
  }
});

test("the package's README has every command, and no other", () => {
  const { stdout } = spawnSync(process.execPath, [MAIN, "--help"], { encoding: "utf8" });
  const list = /^Commands:\n([^]*?)\n\n/m.exec(stdout)![1]!;
  const commands = [...list.matchAll(/^ {2}(\w+)/gm)].map((match) => match[1]!);
  expect(commands).toContain("decode");
  const readme = readFileSync(new URL("../../packages/cli/README.md", import.meta.url), "utf8");
  const named = new Set(Array.from(readme.matchAll(/^npx bgpwire (\w+)/gm), (match) => match[1]!));
  expect([...named].sort()).toEqual(commands.sort());
});
