// examples/transports/websocket.ts and examples/websocket-proxy.ts pass the driver suite: every dial goes through a WebSocket.
import { afterAll, beforeAll } from "vitest";
import { nodeTransport } from "@bgpwire/transport-node";
import { diallingTransport } from "../../../examples/transports/dialling.ts";
import { throughProxy } from "../../../examples/transports/websocket.ts";
import { Example } from "../../support/example.ts";
import { nodeDriver } from "../../support/node-driver.ts";
import { runDriverSuite } from "../../support/run-driver-suite.ts";

/** Much of what was seen in smaller cases, at the cost of seconds. */
const LARGE = ["50 MB", "100,000 UPDATEs", "two hundred connections", "a plugin that is stuck"];

let proxy = "";
let running: Example;
beforeAll(async () => {
  const allowed = Object.values(nodeDriver.addresses).filter((address) => address !== null);
  const options = allowed.flatMap((address) => ["--allow", address]);
  running = new Example("websocket-proxy", "--listen", "127.0.0.1:0", ...options);
  await running.printed(/port \d+/);
  proxy = `ws://127.0.0.1:${/port (\d+)/.exec(running.text)![1]}`;
});
afterAll(() => running.kill());

runDriverSuite(
  {
    ...nodeDriver,
    name: "through a WebSocket",
    transport: (options) => {
      // The options of sockets are not in reach of the other side of a WebSocket.
      const { socketOptions: _none, ...transport } = nodeTransport(options);
      return { ...transport, dial: diallingTransport(throughProxy(proxy), 1000 * (options?.linger ?? 2)).dial };
    },
  },
  LARGE,
);
