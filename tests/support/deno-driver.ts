// The Deno driver for the driver suite. Runs under Deno only.
import { denoTransport } from "@bgpwire/transport-deno";
import { platform, type TcpConn } from "../../packages/transport-deno/src/platform.ts";
import type { BlackHole, DriverUnderTest } from "./driver-suite.ts";
import { addressesHere, pass, stall, until } from "./real-time.ts";

export const denoDriver: DriverUnderTest = {
  name: "transport-deno",
  transport: denoTransport,
  until,
  pass,
  stall,
  addresses: addressesHere(),
  sourceAddress: true,
  blackHole,
};

/** A listener that accepts nothing and whose queue is full: the kernel drops every further SYN. */
async function blackHole(): Promise<BlackHole> {
  const target = { hostname: "127.0.0.1", port: 0, tcpBacklog: 1 };
  const listener = platform.Deno.listen(target);
  const { port } = listener.addr;
  const fillers: TcpConn[] = [];
  const cancel = new AbortController();
  const filled = Array.from({ length: 6 }, async () => {
    const { signal } = cancel;
    const conn = await platform.Deno.connect({ hostname: "127.0.0.1", port, autoSelectFamily: false, signal });
    fillers.push(conn);
  });
  for (let before = -1; before !== fillers.length;) {
    before = fillers.length;
    await pass(100);
  }
  return {
    address: "127.0.0.1",
    port,
    close: async () => {
      cancel.abort();
      await Promise.allSettled(filled);
      for (const conn of fillers) conn.close();
      listener.close();
    },
  };
}
