// The driver suite on whatever Node.js or Bun runs this, as built: one JSON line for the runtime, then one for each case. Run by
// versions.test.ts.
import { fstatSync } from "node:fs";
import { nodeTransport } from "@bgpwire/transport-node";
import { nodeDriver } from "../../support/node-driver.ts";
import { dial, serve } from "../../support/driver-probe.ts";
import { transportCases } from "../../support/driver-transport-cases.ts";
import { printDriverSuite } from "../../support/print-driver-suite.ts";
import { optionsDriver } from "../../support/options-driver.ts";

/** How many of the three hooks get a socket's descriptor on this version. */
async function hooks(): Promise<number> {
  let sockets = 0;
  const see = ({ fd }: { readonly fd: number | null }): void => {
    if (fd !== null && fstatSync(fd).isSocket()) sockets += 1;
  };
  const transport = nodeTransport({ onDial: see, onListen: see, onAccept: see });
  const { listener, accepted } = await serve(transport, { address: "127.0.0.1", port: 0 });
  const client = dial(transport, listener);
  await nodeDriver.until(() => client.up && accepted.length > 0, "a connection");
  client.link.close("abort");
  accepted[0]!.link!.close("abort");
  await listener.close();
  return sockets;
}

const { bun, node } = process.versions as Record<string, string>;
const runtime = bun === undefined ? { runtime: "node", version: node } : { runtime: "bun", version: bun };
console.log(JSON.stringify({ ...runtime, hooks: await hooks() }));
await printDriverSuite(nodeDriver, process.argv[2]);
// Bun makes sockets with options another way.
if (bun !== undefined) await printDriverSuite(optionsDriver(nodeDriver), process.argv[2], transportCases);
process.exit(0);
