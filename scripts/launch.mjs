// Starts the command from a clean clone on any Node from 20 on: pnpm installs what is missing and names the workspace's
// own Node, which runs the TypeScript sources. This process then only passes signals and the exit code on; `npx` and its
// shells would swallow the signals. Used by the scripts "start" and "bgpwire" of package.json.
import { spawn, spawnSync } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const PNPM = ["--yes", "--prefer-offline", "pnpm@12.18.0"];
const NAME_NODE = ["--silent", "exec", "node", "-p", "process.execPath"];
const windows = process.platform === "win32";

const found = spawnSync("npx", [...PNPM, ...NAME_NODE], {
  cwd: root,
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
  shell: windows,
});
const node = found.stdout?.trim().split("\n").at(-1) ?? "";
if (found.status !== 0 || node === "") {
  process.stderr.write("bgpwire: the packages of this workspace could not be installed; see the messages above\n");
  process.exit(1);
}

const main = fileURLToPath(new URL("../packages/cli/src/main.ts", import.meta.url));
const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  process.stderr.write(`bgpwire: ${error.message}\n`);
  process.exit(1);
});
child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
