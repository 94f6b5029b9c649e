// Options of the TCP connection itself: signatures (RFC 2385) and TTL security (RFC 5082), in both roles, over IPv4 and IPv6.
import { expect } from "vitest";
import { nodeTransport } from "@bgpwire/transport-node";
import type { Bench, Setup } from "../support/bench.ts";
import { until } from "../support/until.ts";
import { withoutMd5, withoutTtlSecurity } from "../routers/router.ts";
import type { Scenarios } from "./scenario.ts";
import { NO_SOCKET_OPTIONS } from "../../support/no-socket-options.ts";

/** As long as a key can be. */
const KEY = "bgp-wire".repeat(10);

/** Two hops: routers that are told of a peer that is not directly connected count so. */
const HOPS = 2;

async function comesUp(bench: Bench, setup: Setup): Promise<void> {
  const { ours } = await bench.up(setup);
  expect(ours.session().negotiated.remoteIdentifier).toBe("192.0.2.2");
}

const signed = { peer: { md5Password: KEY }, router: { password: KEY } } as const;
const near = { peer: { ttlSecurity: HOPS }, router: { ttlSecurity: HOPS } } as const;

export const sockets = {
  "TCP MD5, we dial": (bench) => comesUp(bench, { ...signed, dials: "ours" }),
  "TCP MD5, the router dials": (bench) => comesUp(bench, { ...signed, dials: "router" }),
  "TCP MD5 over IPv6, we dial": (bench) => comesUp(bench, { ...signed, dials: "ours", version: 6 }),
  "TCP MD5 over IPv6, the router dials": (bench) => comesUp(bench, { ...signed, dials: "router", version: 6 }),

  "TCP MD5 with two keys": async (bench) => {
    await bench.startRouter({ ...signed, dials: "both" });
    const peer = { md5Password: "another", connectRetryTime: 0.2 };
    const ours = await bench.startOurs({ ...signed, dials: "both", peer, connectTimeout: 0.5 });
    await until("two dials of ours that nobody answers", () => {
      const failed = ours.events.filter((event) => event.includes("failed: no answer within 0.5 s"));
      return failed.length >= 2;
    });
    expect(ours.events.filter((event) => event.includes("OPEN received"))).toEqual([]);
  },

  "TTL security, we dial": (bench) => comesUp(bench, { ...near, dials: "ours" }),
  "TTL security, the router dials": (bench) => comesUp(bench, { ...near, dials: "router" }),
  "TTL security over IPv6, we dial": (bench) => comesUp(bench, { ...near, dials: "ours", version: 6 }),
  "TTL security over IPv6, the router dials": (bench) => comesUp(bench, { ...near, dials: "router", version: 6 }),
} satisfies Scenarios;

/** What this machine cannot do, whatever the router. */
export function excludedHere(): Record<string, string> {
  try {
    nodeTransport().socketOptions!.check({ ...NO_SOCKET_OPTIONS, md5Password: Uint8Array.of(1) });
    return {};
  } catch (error) {
    const { message } = error as Error;
    return message.includes("ENOPROTOOPT")
      ? withoutMd5(message)
      : { ...withoutMd5(message), ...withoutTtlSecurity(message) };
  }
}
