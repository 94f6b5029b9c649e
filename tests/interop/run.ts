// `pnpm run interop [files…] [vitest options…]`: the interop suite in a private namespace. Where none is permitted the
// suite runs outside and says so by name (or fails, with CI set).
import { spawn } from "node:child_process";
import { buildCorebgp } from "./routers/corebgp.ts";
import { insideEnvironment, namespaceCommand } from "./support/namespace.ts";

const vitest = [
  process.execPath,
  "node_modules/vitest/vitest.mjs",
  "run",
  "--project",
  "interop",
  // Names what was left out, and why.
  "--reporter=verbose",
  ...process.argv.slice(2),
];
await buildCorebgp();
const entered = namespaceCommand(vitest);
const inside = "argv" in entered;
const argv = inside ? entered.argv : vitest;
const child = spawn(argv[0] as string, argv.slice(1), {
  stdio: "inherit",
  env: inside ? insideEnvironment() : process.env,
});
// The namespace ends with its first process, and with it all that was started in there.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
child.once("exit", (code) => {
  process.exitCode = code ?? 1;
});
