// A listener in a process that may open few files. Run by node/descriptors.test.ts and deno/descriptors.test.ts under
// `ulimit -n`, with Node.js or Deno.
//
// It echoes. It prints its port as a JSON line and then, for each line on standard input, how many connections it holds.
import { createInterface } from "node:readline";
import type { LinkEvents } from "@bgpwire/core";

const transport =
  "Deno" in globalThis
    ? (await import("@bgpwire/transport-deno")).denoTransport({ linger: 0 })
    : (await import("@bgpwire/transport-node")).nodeTransport({ linger: 0 });

let held = 0;
const { port } = await transport.listen({ address: "127.0.0.1", port: 0 }, (link): LinkEvents => {
  held += 1;
  const end = (): void => link.close("flush");
  return {
    connected: () => {},
    failed: () => {},
    bytes: (chunk) => link.write(chunk),
    eof: end,
    closed: end,
    unsent: () => {},
    gone: () => {
      held -= 1;
    },
  };
});
console.log(JSON.stringify({ port }));

for await (const _ of createInterface(process.stdin)) console.log(JSON.stringify({ held }));
