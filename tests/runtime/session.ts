// A speaker with one peer, under Deno, Bun or Node.js, that says what happens in JSON lines. Run by deno/bird.test.ts and
// tests/interop/runtimes.test.ts, with where to listen, if anywhere, and the options of the peer:
//
//     deno run -A tests/runtime/session.ts '{"listen":{"address":"127.0.0.1","port":17901},"peer":{…}}'
//
// It announces one route. A line on standard input is the text it stops with.
import { createInterface } from "node:readline";
import type { PeerOptions, Plugin } from "@bgpwire/core";
import { packRoutes, readUpdate } from "../interop/support/codec.ts";
import { route } from "../interop/routers/router.ts";

const { createSpeaker } =
  "Deno" in globalThis ? await import("@bgpwire/transport-deno") : await import("@bgpwire/transport-node");

/** What the program is given. */
export interface SessionProgram {
  readonly listen?: { readonly address: string; readonly port: number };
  readonly peer: PeerOptions;
}

const { listen, peer } = JSON.parse(process.argv[2]!) as SessionProgram;

function say(line: Record<string, unknown>): void {
  console.log(JSON.stringify(line));
}

const { deno, bun, node } = process.versions as Record<string, string | undefined>;
if (deno !== undefined) say({ type: "runtime", runtime: "deno", version: deno });
else if (bun !== undefined) say({ type: "runtime", runtime: "bun", version: bun });
else say({ type: "runtime", runtime: "node", version: node });

const plugin: Plugin = {
  onStateChange: (_, { to }) => say({ type: "state", to }),
  onEstablished: (session) => {
    const ours = route("203.0.113.0/24", "127.0.0.1", { asPath: "64500", communities: ["65001:42"] });
    for (const body of packRoutes([ours], session.negotiated)) session.sendUpdate(body);
    return (update) => say({ type: "update", ...readUpdate(update, session.negotiated) });
  },
  onClose: (_, reason) => say({ type: "closed", text: reason.text }),
};

const speaker = createSpeaker({ routerId: "192.0.2.1", listen: listen === undefined ? [] : [listen] });
speaker.addPeer(peer, plugin);
await speaker.start();

for await (const text of createInterface(process.stdin)) {
  await speaker.stop(text);
  say({ type: "stopped" });
  break;
}
