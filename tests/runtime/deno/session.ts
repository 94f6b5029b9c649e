// A speaker under Deno with one peer, that says what happens in JSON lines. Run by bird.test.ts.
//
//     deno run -A tests/runtime/deno/session.ts '{"listen":17901}' | '{"dial":17902}'
//
// It announces one route. A line on standard input is the text it stops with.
import { createInterface } from "node:readline";
import type { PeerOptions, Plugin } from "@bgpwire/core";
import { createSpeaker } from "@bgpwire/transport-deno";
import { packRoutes, readUpdate } from "../../interop/support/codec.ts";
import { route } from "../../interop/routers/router.ts";

const { listen, dial } = JSON.parse(process.argv[2]!) as { readonly listen?: number; readonly dial?: number };
const { Deno } = globalThis as unknown as { readonly Deno: { readonly version: { readonly deno: string } } };

function say(line: Record<string, unknown>): void {
  console.log(JSON.stringify(line));
}

say({ type: "runtime", runtime: "deno", version: Deno.version.deno });

const plugin: Plugin = {
  onStateChange: (_, { to }) => say({ type: "state", to }),
  onEstablished: (session) => {
    const ours = route("203.0.113.0/24", "127.0.0.1", { asPath: "64500", communities: ["65001:42"] });
    for (const body of packRoutes([ours], session.negotiated)) session.sendUpdate(body);
    return (update) => say({ type: "update", ...readUpdate(update, session.negotiated) });
  },
  onClose: (_, reason) => say({ type: "closed", text: reason.text }),
};

const speaker = createSpeaker({
  routerId: "192.0.2.1",
  listen: listen === undefined ? [] : [{ address: "127.0.0.1", port: listen }],
});
const peer: PeerOptions = {
  remoteAddress: "127.0.0.2",
  localAs: 65001,
  remoteAs: 65002,
  ...(dial === undefined ? { passive: true } : { remotePort: dial, connectRetryTime: 0.2 }),
};
speaker.addPeer(peer, plugin);
await speaker.start();

for await (const text of createInterface(process.stdin)) {
  await speaker.stop(text);
  say({ type: "stopped" });
  break;
}
