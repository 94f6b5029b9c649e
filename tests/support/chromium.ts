// Opens a page in headless Chromium, which Debian's package `chromium` brings, and takes what the page tells.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The command, or null where there is none. */
export const CHROMIUM: string | null =
  ["chromium", "chromium-browser", "google-chrome"].find((name) => spawnSync(name, ["--version"]).status === 0) ?? null;

/** Why Chromium's tests cannot run here, or null. In CI it is never a reason. */
export function chromiumMissing(): string | null {
  return CHROMIUM === null && process.env["CI"] === undefined ? "no Chromium on this machine" : null;
}

/** The major version of Chromium, by its own command. */
export function chromiumVersion(): string {
  const { stdout } = spawnSync(CHROMIUM!, ["--version"], { encoding: "utf8" });
  return / (\d+)\./.exec(stdout)?.[1] ?? stdout;
}

/** Milliseconds that a page has to tell something, on a busy machine: less than a test has, so that no browser stays behind. */
const PATIENCE = 50_000;

/** Headless; no service of its maker is asked anything, and a proxy of the environment does not see loopback. Containers have a small /dev/shm. */
export const HEADLESS: readonly string[] = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--no-proxy-server",
  "--disable-background-networking",
  "--disable-component-update",
];

export interface Page {
  /** What is served, by path: `/` is the page. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** The part of the address from `#` on. */
  readonly hash?: string;
  /** Where it is served on 127.0.0.1; default: any port. */
  readonly port?: number;
}

/** Opens a page and waits for the JSON that its script posts to `/told`. Then the browser is ended. */
export async function toldByPage({ files, hash = "", port = 0 }: Page): Promise<unknown> {
  const profile = mkdtempSync(join(tmpdir(), "bgpwire-chromium-"));
  let tell: (text: string) => void;
  const told = new Promise<string>((resolve) => (tell = resolve));
  const server = createServer(async (request, response) => {
    const path = request.url!;
    if (request.method === "POST" && path === "/told") {
      let text = "";
      for await (const part of request.setEncoding("utf8")) text += part as string;
      response.writeHead(204).end();
      tell(text);
      return;
    }
    const file = files[path];
    const type = path === "/" ? "text/html" : path.endsWith(".js") ? "text/javascript" : "application/octet-stream";
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(file);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${hash}`;
  // A group of its own: the browser is many processes.
  const child = spawn(CHROMIUM!, [...HEADLESS, `--user-data-dir=${profile}`, url], {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  let patience: NodeJS.Timeout | undefined;
  const ended = new Promise<string>((resolve, reject) => {
    patience = setTimeout(() => reject(new Error(`the page has told nothing: ${errors}`)), PATIENCE);
    child.once("error", reject);
    child.once("close", () => reject(new Error(`Chromium ended and the page had told nothing: ${errors}`)));
  });
  try {
    return JSON.parse(await Promise.race([told, ended])) as unknown;
  } finally {
    clearTimeout(patience);
    ended.catch(() => {});
    if (child.pid !== undefined && child.exitCode === null) {
      process.kill(-child.pid, "SIGKILL");
      await once(child, "close");
    }
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
