// Starts workerd, the runtime of Cloudflare Workers, which npm's `workerd` package brings.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { bundled } from "./bundle.ts";

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

/** A worker and the bindings `fromEnvironment` of its configuration. */
interface Worker {
  readonly script: string;
  /** Its text; it imports the script as `worker.js` and has a socket named `http`. */
  readonly config: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startWorkerd({ script, config, environment = {} }: Worker): Promise<Workerd> {
  const directory = mkdtempSync(join(tmpdir(), "bgpwire-workerd-"));
  writeFileSync(join(directory, "worker.js"), await bundled(script, "esm", ["cloudflare:sockets"]));
  writeFileSync(join(directory, "config.capnp"), config);
  const options = ["--socket-addr", "http=127.0.0.1:0", "--control-fd=3"];
  const child = spawn(WORKERD!, ["serve", join(directory, "config.capnp"), ...options], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr!.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const ended = once(child, "close");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
    rmSync(directory, { recursive: true });
  };
  for await (const line of createInterface(child.stdio[3] as Readable)) {
    const { event, socket, port } = JSON.parse(line) as Record<string, unknown>;
    if (event === "listen" && socket === "http") return { url: `http://127.0.0.1:${String(port)}/`, kill };
  }
  await kill();
  throw new Error(`workerd ended and never listened: ${errors}`);
}

/** The router that examples/session-in-a-worker is bound to. */
export interface WorkersRouter {
  readonly address: string;
  readonly port: number;
  readonly as: number;
  readonly localAs: number;
  /** TLS, with a certificate that is trusted, as PEM. */
  readonly certificate?: string;
}

/** Runs examples/session-in-a-worker. */
export async function startWorkerExample({ address, port, as, localAs, certificate }: WorkersRouter): Promise<Workerd> {
  const folder = fileURLToPath(new URL("../../examples/session-in-a-worker/", import.meta.url));
  const tls =
    certificate === undefined ? "" : `, tlsOptions = (trustedCertificates = [${JSON.stringify(certificate)}])`;
  const config = readFileSync(join(folder, "config.capnp"), "utf8");
  return startWorkerd({
    script: join(folder, "worker.ts"),
    config: config.replace('["public", "private"]', (networks) => networks + tls),
    environment: {
      ROUTER: address,
      ROUTER_PORT: String(port),
      ROUTER_AS: String(as),
      LOCAL_AS: String(localAs),
      ...(certificate !== undefined && { TLS: "on" }),
    },
  });
}
