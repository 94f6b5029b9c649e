// The Node.js driver for the driver suite.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { nodeTransport } from "@bgpwire/transport-node";
import type { BlackHole, DriverUnderTest } from "./driver-suite.ts";
import { addressesHere, pass, stall, until } from "./real-time.ts";

export const nodeDriver: DriverUnderTest = {
  name: "transport-node",
  transport: nodeTransport,
  until,
  pass,
  stall,
  addresses: addressesHere(),
  sourceAddress: true,
  blackHole: process.platform === "linux" ? blackHole : null,
};

const LISTENER = `
  const server = require("node:net").createServer();
  server.listen(0, "127.0.0.1", 1, () => console.log(server.address().port));
`;

/** A listener that is stopped and whose queue is full: the kernel drops every further SYN. */
async function blackHole(): Promise<BlackHole> {
  // Bun has a queue of its own length.
  const node = process.versions["bun"] === undefined ? process.execPath : "node";
  const child = spawn(node, ["-e", LISTENER], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  const port = Number(String(line));
  child.kill("SIGSTOP");
  const fillers = Array.from({ length: 6 }, () => connect(port, "127.0.0.1").on("error", () => {}));
  const connected = (): number => fillers.filter(({ readyState }) => readyState === "open").length;
  for (let before = -1; before !== connected();) {
    before = connected();
    await pass(100);
  }
  return {
    address: "127.0.0.1",
    port,
    close: async () => {
      for (const filler of fillers) filler.destroy();
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
