// What a plan makes of a peer, and what only shows when its fields stand beside one another.
import { describe, expect, it } from "vitest";
import type { PeerConfig } from "./model.ts";
import { planRun, type PlannedPeer } from "./plan.ts";

function plan(value: Partial<PeerConfig>): PlannedPeer {
  const peers = [{ value: { address: "192.0.2.2", as: 65002, ...value }, from: "here" }];
  return planRun({ routerId: "192.0.2.1", localAs: 65001, peers, announcements: [] }, {}, "bgp.yaml").peers[0]!;
}

describe("limits of prefixes", () => {
  it.each<[Partial<PeerConfig>, PlannedPeer["prefixes"]]>([
    [{}, { limits: [], action: null }],
    [{ maxPrefixes: ["ipv4-unicast:10"] }, { limits: [{ afi: 1, safi: 1, limit: 10 }], action: null }],
    [
      { maxPrefixes: ["ipv4-unicast:10/80%"], maxPrefixAction: 0 },
      { limits: [{ afi: 1, safi: 1, limit: 10, warning: 80 }], action: 0 },
    ],
    [
      { maxPrefixes: ["ipv4-unicast:1", "ipv6-unicast:2"], maxPrefixAction: "warn" },
      {
        limits: [
          { afi: 1, safi: 1, limit: 1 },
          { afi: 2, safi: 1, limit: 2 },
        ],
        action: "warn",
      },
    ],
  ])("of %j", (peer, prefixes) => {
    expect(plan(peer).prefixes).toEqual(prefixes);
  });

  it.each<[Partial<PeerConfig>, string]>([
    [{ maxPrefixAction: "stop" }, "here: maxPrefixAction: needs maxPrefixes beside it"],
    [{ maxPrefixes: ["ipv4-unicast:1", "ipv4-unicast:2"] }, "here: maxPrefixes: ipv4-unicast is given twice"],
    [{ maxPrefixes: ["ipv6-unicast:1"], families: ["ipv4-unicast"] }, "here: maxPrefixes: ipv6-unicast is not offered"],
  ])("%j is refused", (peer, message) => {
    expect(() => plan(peer)).toThrow(message);
  });
});
