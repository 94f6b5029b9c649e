// The network in memory is a driver like any other: what it lets a test see is what sockets would do.
import { memoryNetwork } from "../../support/memory-network.ts";
import { runDriverSuite } from "../../support/run-driver-suite.ts";

const network = memoryNetwork();
const host = network.host("127.0.0.1", "127.0.0.2", "::1", "fe80::1%memory0");

runDriverSuite({
  name: "memory",
  transport: (options = {}) => host.transport(options.linger === undefined ? {} : { linger: 1000 * options.linger }),
  until: (condition, what, limit) => network.time.until(condition, what, limit),
  pass: (milliseconds) => network.time.pass(milliseconds),
  stall: null,
  addresses: { ipv4: "127.0.0.1", otherIPv4: "127.0.0.2", ipv6: "::1", linkLocal: "fe80::1%memory0" },
  sourceAddress: true,
  blackHole: async () => ({ address: "192.0.2.99", port: 179, close: async () => {} }),
});
