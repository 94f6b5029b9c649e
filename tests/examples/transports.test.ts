// The examples of transports for other runtimes: a worker in workerd makes a session by `connect()`, a page in Chromium through the
// WebSocket proxy, both with a speaker of ours on loopback.
import { readFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { Afi, multiprotocol, Safi, type Speaker } from "@bgpwire/core";
import { asPath, endOfRib, nextHop, origin, packUpdates, sendContextOf } from "@bgpwire/decoder";
import { createSpeaker } from "@bgpwire/transport-node";
import { bundled } from "../support/bundle.ts";
import { chromiumMissing, toldByPage } from "../support/chromium.ts";
import { Example } from "../support/example.ts";
import { freePort } from "../support/free-port.ts";
import { startWorkerExample, workerdMissing, type Workerd, type WorkersRouter } from "../support/workerd.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));
const FAMILIES = [Afi.IPv4, Afi.IPv6].map((afi) => ({ afi, safi: Safi.Unicast }));
const V4 = ["198.51.100.0/24", "203.0.113.0/24"];
const V6 = "2001:db8:1::/48";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

/** A router on loopback with a small table. */
interface Router {
  readonly port: number;
  /** How sessions ended. */
  readonly closed: string[];
}

async function router(address: string): Promise<Router> {
  const closed: string[] = [];
  const speaker: Speaker = createSpeaker({ routerId: "192.0.2.1", listen: [{ address, port: 0 }] });
  const peer = {
    remoteAddress: address,
    localAs: 65001,
    remoteAs: 65002,
    passive: true,
    capabilities: FAMILIES.map(({ afi, safi }) => multiprotocol(afi, safi)),
  };
  speaker.addPeer(peer, {
    onEstablished: (session) => {
      const context = sendContextOf(session.negotiated);
      const attributes = [origin("igp"), asPath([65001])];
      const batches = [
        { announce: V4, attributes: [...attributes, nextHop("192.0.2.1")] },
        { announce: [V6], attributes, nextHop: "2001:db8::1" },
      ];
      for (const batch of batches) {
        if (batch.announce[0] === V6 && session.negotiated.families.length === 1) continue;
        for (const body of packUpdates(batch, context)) session.sendUpdate(body);
      }
      for (const family of session.negotiated.families) session.sendUpdate(endOfRib(family));
    },
    onClose: (_session, { text }) => void closed.push(text),
  });
  await speaker.start();
  endings.push(() => speaker.stop());
  return { port: speaker.listeners[0]!.port, closed };
}

/** The worker of the example, bound to a router. */
async function worker(address: string, port: number, tls: Partial<WorkersRouter> = {}): Promise<Workerd> {
  const workerd = await startWorkerExample({ address, port, as: 65001, localAs: 65002, ...tls });
  endings.push(() => workerd.kill());
  return workerd;
}

const noOpenssl = process.env["CI"] === undefined && spawnSync("openssl", ["version"]).status !== 0;

/** A new key, and a certificate of it for an address. */
function certificateFor(address: string): { readonly key: string; readonly certificate: string } {
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const name = ["-subj", `/CN=${address}`, "-addext", `subjectAltName=IP:${address}`, "-days", "2"];
  const { stdout } = spawnSync("openssl", ["req", ...kind, ...name, "-keyout", "-"], { encoding: "utf8" });
  const [key, certificate] = stdout.match(/-----BEGIN ([A-Z ]+)-----[^]*?-----END \1-----\n/g)!;
  return { key: key!, certificate: certificate! };
}

const noWorkerd = workerdMissing();
describe.skipIf(noWorkerd !== null)(`session-in-a-worker${noWorkerd === null ? "" : ` (${noWorkerd})`}`, () => {
  test.each(["127.0.0.1", "::1"])("in workerd, a request reads the table of the router at %s", async (address) => {
    const { port, closed } = await router(address);
    const { url } = await worker(address, port);
    for (const sessions of [1, 2]) {
      const response = await fetch(url);
      expect(await response.json()).toEqual({
        states: expect.arrayContaining(["Connect → OpenSent", "OpenConfirm → Established"]),
        routes: [V4[0], V6, V4[1]],
        problem: null,
      });
      expect(closed).toHaveLength(sessions);
    }
    for (const text of closed) expect(text).toBe('received Cease/Administrative Shutdown: "the table was read"');
  });

  test.skipIf(noOpenssl)(
    `TLS before the router, whose certificate has to be for its address${noOpenssl ? " (no openssl)" : ""}`,
    async () => {
      const { port, closed } = await router("127.0.0.1");
      const { key, certificate } = certificateFor("127.0.0.1");
      const front = createServer({ key, cert: certificate, allowHalfOpen: true }, (outer) => {
        const inner = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
        outer.pipe(inner).pipe(outer);
        for (const end of [outer, inner]) end.on("error", () => {});
      });
      front.on("tlsClientError", () => {}).listen(0, "0.0.0.0");
      endings.push(() => front.close());
      await once(front, "listening");
      const frontPort = (front.address() as AddressInfo).port;

      const { url } = await worker("127.0.0.1", frontPort, { certificate });
      expect(await (await fetch(url)).json()).toMatchObject({ routes: [V4[0], V6, V4[1]], problem: null });
      expect(closed).toEqual(['received Cease/Administrative Shutdown: "the table was read"']);
      const other = await worker("127.0.0.2", frontPort, { certificate });
      expect(await (await fetch(other.url)).json()).toMatchObject({ routes: [], problem: /./ });
      expect(closed).toHaveLength(1);
    },
  );

  test("a router that is not there is a problem", async () => {
    const { url } = await worker("127.0.0.1", await freePort());
    const response = await fetch(url);
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({
      states: expect.arrayContaining(["Idle → Connect"]),
      routes: [],
      problem: expect.stringMatching(/^no connection: ./),
    });
  });

  test("a router that ends the session is a problem and not a table", async () => {
    const speaker = createSpeaker({ routerId: "192.0.2.1", listen: [{ address: "127.0.0.1", port: 0 }] });
    const peer = { remoteAddress: "127.0.0.1", localAs: 65001, remoteAs: 65002, passive: true };
    speaker.addPeer(peer, {
      onEstablished: (session) => session.close({ code: 6, subcode: 4, data: new Uint8Array(0) }),
    });
    await speaker.start();
    endings.push(() => speaker.stop());
    const { url } = await worker("127.0.0.1", speaker.listeners[0]!.port);
    const response = await fetch(url);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ problem: "received Cease/Administrative Reset" });
  });
});

/** The proxy, listening on this port of loopback. */
async function proxy(port: number, ...options: readonly string[]): Promise<void> {
  const running = new Example("websocket-proxy", "--listen", `127.0.0.1:${port}`, ...options);
  endings.push(() => running.kill());
  await running.printed("listening on 127.0.0.1 port");
}

const noChromium = chromiumMissing();
test.skipIf(noChromium !== null)(
  `session-in-the-browser: a page in Chromium has a session through the proxy${noChromium === null ? "" : ` (${noChromium})`}`,
  async () => {
    const { port, closed } = await router("127.0.0.1");
    const [pagePort, proxyPort] = [await freePort(), await freePort()];
    await proxy(proxyPort, "--allow", `127.0.0.1:${port}`, "--origin", `http://127.0.0.1:${pagePort}`);
    const folder = join(EXAMPLES, "session-in-the-browser");
    // The page as it is, and a script that tells what it shows once it shows a route.
    const telling = `<script>
      new MutationObserver(() => {
        if (output.textContent.includes("${V4[1]}")) fetch("/told", { method: "POST", body: JSON.stringify(output.textContent) });
      }).observe(output, { childList: true });
    </script>`;
    const files = {
      "/": readFileSync(join(folder, "index.html"), "utf8").replace("<script", `${telling}<script`),
      "/bundle.js": await bundled(join(folder, "main.ts"), "iife"),
    };
    const hash = `#proxy=ws://127.0.0.1:${proxyPort}&port=${port}`;
    const shown = await toldByPage({ files, hash, port: pagePort });
    expect(shown).toContain("OpenConfirm → Established\n");
    expect(shown).toContain(V4[0]);
    // The browser was killed, and with it the WebSocket and the session.
    await expect.poll(() => closed).toHaveLength(1);
  },
);

/** Whether a WebSocket opens. */
async function opens(url: string): Promise<boolean> {
  const socket = new WebSocket(url);
  return new Promise((resolve) => {
    socket.addEventListener("open", () => {
      socket.close();
      resolve(true);
    });
    socket.addEventListener("error", () => resolve(false));
  });
}

describe("websocket-proxy", () => {
  test.each([
    [[], 2, "nothing to connect to: give --allow ADDRESS:PORT\n"],
    [["--allow", "::1", "--listen", "[::1]:65536"], 2, "--listen: [::1]:65536 is not accepted; give ADDRESS:PORT\n"],
    [["--allow", "::1", "--listen", "203.0.113.77:1"], 1, /^listen EADDRNOTAVAIL.* 203\.0\.113\.77:1\n$/],
  ])("with %j it ends and says why", async (options, code, words) => {
    const running = new Example("websocket-proxy", ...options);
    expect(await running.end()).toBe(code);
    expect(running.text).toMatch(words);
  });

  test("connects to what it was told and to nothing else, and for no page that it was not told of", async () => {
    const { port } = await router("127.0.0.1");
    const at = await freePort();
    await proxy(
      at,
      "--allow",
      `127.0.0.1:${port}`,
      "--allow",
      "[::1]:179",
      "--allow",
      "127.0.0.2",
      "--origin",
      "http://here.example",
    );
    const url = `ws://127.0.0.1:${at}/?address=127.0.0.1&port=`;
    expect(await opens(`${url}${port}`)).toBe(true);
    expect(await opens(`${url}${at}`)).toBe(false);
    expect(await opens(`ws://127.0.0.1:${at}/?address=::1&port=179`)).toBe(true);
    for (const nonsense of ["", "/", "?address=127.0.0.2&port=65536", "?address=127.0.0.2&port=1.5"]) {
      expect(await opens(`ws://127.0.0.1:${at}/${nonsense}`)).toBe(false);
    }
    expect(await opens(`${url}${port}&localAddress=here`)).toBe(false);
    const status = async (origin: string): Promise<number> => {
      const headers = { origin, connection: "upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
      const key = { "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" };
      const request = get(`http://127.0.0.1:${at}/?address=127.0.0.1&port=${port}`, {
        headers: { ...headers, ...key },
      });
      const [answer] = (await Promise.race([once(request, "response"), once(request, "upgrade")])) as [IncomingMessage];
      answer.destroy();
      return answer.statusCode!;
    };
    expect(await status("http://here.example")).toBe(101);
    expect(await status("http://elsewhere.example")).toBe(401);
  });
});
