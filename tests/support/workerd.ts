// Starts workerd, the runtime of Cloudflare Workers, which npm's `workerd` package brings.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import type { Readable } from "node:stream";
import { createInterface } from "node:readline";

/** The program itself: the one in node_modules/.bin starts it as a child, which would outlive a kill. Null where npm has none for this machine. */
const WORKERD = ((): string | null => {
  try {
    return (createRequire(import.meta.url)("workerd") as { readonly default: string }).default;
  } catch {
    return null;
  }
})();

/** What the program says of itself; null where it does not run. */
export function workerdVersion(): string | null {
  try {
    return execFileSync(WORKERD!, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return null;
  }
}

/** Why workerd's tests cannot run here, or null. In CI it is never a reason. */
export function workerdMissing(): string | null {
  return workerdVersion() === null && process.env["CI"] === undefined ? "no workerd for this machine" : null;
}

export interface Workerd {
  /** Where its socket `http` listens. */
  readonly url: string;
  kill(): Promise<void>;
}

/**
 * @param config a configuration with a socket named `http`
 * @param environment what `fromEnvironment` bindings see
 */
export async function startWorkerd(
  config: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Workerd> {
  const child = spawn(WORKERD!, ["serve", config, "--socket-addr", "http=127.0.0.1:0", "--control-fd=3"], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const ended = once(child, "close");
  for await (const line of createInterface(child.stdio[3] as Readable)) {
    const { event, socket, port } = JSON.parse(line) as Record<string, unknown>;
    if (event !== "listen" || socket !== "http") continue;
    return {
      url: `http://127.0.0.1:${String(port)}/`,
      kill: async () => {
        child.kill("SIGKILL");
        await ended;
      },
    };
  }
  throw new Error(`workerd ended and never listened: ${errors}`);
}
