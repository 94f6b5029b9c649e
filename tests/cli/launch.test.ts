// `npm run --silent bgpwire -- …` from the root: arguments, standard streams, exit code and signals pass through npm and
// pnpm untouched.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const npm = spawnSync("npm", ["--version"]).status === 0;

/** Without what this very test was started with: npm passes its settings down in the environment. */
const ENV = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));

function launch(...args: string[]): {
  child: ReturnType<typeof start>;
  ended: Promise<{ code: number; stdout: string; stderr: string }>;
} {
  const child = start(args);
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return { child, ended: once(child, "close").then(([code]) => ({ code: code as number, stdout, stderr })) };
}

function start(args: readonly string[]) {
  return spawn("npm", ["run", "--silent", "bgpwire", "--", ...args], { cwd: ROOT, env: ENV });
}

describe.skipIf(!npm || process.platform === "win32")(
  "npm run --silent bgpwire (needs npm)",
  { timeout: 60_000 },
  () => {
    it("prints nothing but what the command prints", async () => {
      const { code, stdout } = await launch("--version").ended;
      expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
      expect(code).toBe(0);
    });

    it("passes arguments as they are, and the exit code back", async () => {
      const { code, stdout, stderr } = await launch("run", "--peer", "a 'b'  $c;d").ended;
      expect(stderr).toContain(`bgpwire: --peer a 'b'  $c;d: "a 'b'  $c;d" is not accepted`);
      expect(stdout).toBe("");
      expect(code).toBe(2);
    });

    it.each(["SIGINT", "SIGTERM"] as const)("passes standard input and %s", async (signal) => {
      const peer = "192.0.2.2,as=65002,passive";
      const { child, ended } = launch(
        "run",
        "--router-id",
        "192.0.2.1",
        "--local-as",
        "65001",
        "--no-listen",
        "--peer",
        peer,
      );
      child.stdin.write("show peers\n");
      let text = "";
      while (!text.includes('"type":"peers"')) text += String((await once(child.stdout, "data"))[0]);
      child.kill(signal);
      const { code, stdout } = await ended;
      expect(stdout).toContain('"type":"stopped"');
      expect(code).toBe(0);
    });
  },
);
