// What the command says of itself.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ANNOUNCE_KEYS, PEER_KEYS, STATION_KEYS } from "../../packages/cli/src/config/spec.ts";

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

test.each(["", "run", "ctl", "decode", "bmp", "convert", "stats", "demo", "replay"])(
  "%s --help has examples, fits 80 columns and shows no value of the program itself",
  (command) => {
    const { stdout } = spawnSync(process.execPath, [MAIN, ...command.split(" ").filter(Boolean), "--help"], {
      encoding: "utf8",
    });
    if (command !== "") expect(stdout).toMatch(/^Examples?:\n {2}bgpwire/m);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(stdout).not.toMatch(/\[\]\)|undefined/);
  },
);

test("a mistake on the command line of a command names the help of that command", () => {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, "decode", "--folow"], { encoding: "utf8" });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: "bgpwire: unknown option '--folow'\n(Did you mean --follow?)\n(bgpwire decode --help says more)\n",
  });
});

test("docs/cli.md has the keys of --peer, --announce and --bmp in the words of the schema", () => {
  const schema = JSON.parse(
    readFileSync(new URL("../../packages/cli/schema/config.schema.json", import.meta.url), "utf8"),
  ) as {
    definitions: Record<string, { accepts: string; properties: Record<string, Record<string, string>> }>;
  };
  const document = readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8").replaceAll(/ +\|/g, " |");
  const tables = [
    ["peer", PEER_KEYS],
    ["announcement", ANNOUNCE_KEYS],
    ["station", STATION_KEYS],
  ] as const;
  for (const [part, keys] of tables) {
    for (const [key, { field }] of Object.entries(keys)) {
      const { description, accepts, $ref } = schema.definitions[part]!.properties[field]!;
      const takes = accepts ?? schema.definitions[$ref!.split("/").at(-1)!]!.accepts;
      expect(document).toContain(`| \`${key}\` | \`${field}\` | ${description} | ${takes} |`);
    }
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
