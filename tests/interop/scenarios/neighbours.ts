// Routers that are not configured one by one: peers of a listen range by prefix and AS number, with one TCP MD5 key for all.
import { Speaker, type PeerOptions, type SpeakerEvent } from "@bgpwire/core";
import { nodeTransport } from "@bgpwire/transport-node";
import { expect } from "vitest";
import { OUR_AS, ROUTER_AS, type Bench, type Setup } from "../support/bench.ts";
import { until } from "../support/until.ts";
import type { Scenarios } from "./scenario.ts";

/** The router connects, is a peer for as long as it stays, and comes again. */
async function comesAndGoes(bench: Bench, setup: Setup, options: Partial<PeerOptions>): Promise<void> {
  const { ours, router: address } = bench.addresses({});
  const events: SpeakerEvent[] = [];
  const speaker = new Speaker(
    {
      routerId: ours,
      listen: [{ address: ours, port: bench.ourPort }],
      onEvent: (event) => void events.push(event),
    },
    nodeTransport(),
  );
  bench.atEnd(() => speaker.stop());
  const range = { localAs: OUR_AS, holdTime: 90, limit: 1, ...options };
  // The nearer prefix counts, and the router is not of the AS numbers of the other.
  speaker.addListenRange({ ...range, prefix: "192.0.0.0/16", remoteAs: [{ from: 1, to: 1 }] });
  speaker.addListenRange({
    ...range,
    prefix: "192.0.2.0/29",
    remoteAs: [
      { from: 64512, to: 64999 },
      { from: ROUTER_AS, to: ROUTER_AS + 10 },
    ],
  });
  await speaker.start();
  const router = await bench.startRouter({ ...setup, dials: "router" });
  const established = async (): Promise<void> => {
    await until("both to say Established", async () => {
      const { state } = speaker.peers()[0] ?? { state: "Idle" };
      return state === "Established" && (await router.state(ours)) === "Established";
    });
  };
  await established();
  expect(speaker.peers()).toMatchObject([{ id: address, dynamic: true, listenRange: "192.0.2.0/29" }]);
  await router.disable(ours, "");
  await until("the peer to be gone", () => speaker.peers().length === 0);
  expect(speaker.listenRanges().map(({ peers }) => peers)).toEqual([0, 0]);
  await router.enable(ours);
  await established();
}

export const neighbours = {
  "the router is a dynamic neighbour": (bench) => comesAndGoes(bench, {}, {}),
  "the router is a dynamic neighbour, with the TCP MD5 key of a prefix": (bench) =>
    comesAndGoes(bench, { router: { password: "of-all" } }, { md5Password: "of-all" }),
} satisfies Scenarios;
