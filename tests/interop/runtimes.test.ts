// A session with TCP MD5 signatures (RFC 2385) and TTL security (RFC 5082) between BIRD and a speaker on Deno and on Bun, in both
// roles, over IPv4 and IPv6. On Node.js they are among the scenarios.
import { afterEach, describe, expect, test } from "vitest";
import type { SessionProgram } from "../runtime/session.ts";
import { DENO, denoMissing } from "../support/deno.ts";
import { startProgram } from "../support/json-program.ts";
import { bun, runtimeMissing } from "../support/runtimes.ts";
import { bird } from "./routers/bird.ts";
import { excludedHere } from "./scenarios/sockets.ts";
import { absent, outside } from "./support/absent.ts";
import { Bench, OUR_AS, ROUTER_AS } from "./support/bench.ts";
import { until } from "./support/until.ts";

const RUNTIMES = [
  { name: "deno", command: [DENO, "run", "-A"], missing: denoMissing() },
  { name: "bun", command: [bun().file], missing: runtimeMissing(bun()) },
] as const;

/** As long as a key can be. */
const KEY = "bgp-wire".repeat(10);
/** Two hops: BIRD counts so. */
const HOPS = 2;

async function why(): Promise<string | null> {
  const found = await bird.probe();
  return outside() ?? ("missing" in found ? `BIRD: ${found.missing}` : null);
}

let bench: Bench;
afterEach(() => bench.end());

const reason = await why();

for (const { name, command, missing } of RUNTIMES) {
  const absence = reason ?? missing ?? excludedHere()["TCP MD5, we dial"] ?? null;
  if (absence !== null) {
    absent(`a signed session on ${name}: ${absence}`);
    continue;
  }
  describe(`BIRD and ${name}, signed and near`, () => {
    test.each([
      { dials: "ours", version: 4 },
      { dials: "router", version: 6 },
    ] as const)("over IPv$version, $dials dials", async ({ dials, version }) => {
      bench = new Bench(bird);
      const { ours, router } = bench.addresses({ version });
      const program: SessionProgram = {
        listen: { address: ours, port: bench.ourPort },
        peer: {
          remoteAddress: router,
          remotePort: bench.routerPort,
          localAddress: ours,
          localAs: OUR_AS,
          remoteAs: ROUTER_AS,
          passive: dials === "router",
          connectRetryTime: 0.2,
          md5Password: KEY,
          ttlSecurity: HOPS,
        },
      };
      const speaker = startProgram([...command, "tests/runtime/session.ts", JSON.stringify(program)]);
      bench.atEnd(async () => speaker.kill());
      const started = await bench.startRouter({ dials, version, router: { password: KEY, ttlSecurity: HOPS } });
      await until("a session", () => {
        expect(speaker.errors()).toBe("");
        return speaker.lines.some(({ to }) => to === "Established");
      });
      await until("BIRD to say Established", async () => (await started.state(ours)) === "Established");
      expect(speaker.lines[0]).toMatchObject({ type: "runtime", runtime: name });
      speaker.end("bye\n");
      expect(await speaker.ended, speaker.errors()).toBe(0);
    });
  });
}
