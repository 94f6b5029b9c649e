// The filters of `show peers`, of `/peers` and of `/metrics`.
import type { Peer } from "@bgpwire/core";
import { describe, expect, it } from "vitest";
import type { PlannedPeer } from "../config/plan.ts";
import { readPeerChoice } from "./peer-choice.ts";

const PEERS = [
  {
    remoteAddress: "192.0.2.2",
    state: "Established",
    listenRange: null,
    as: 65_002,
    configured: "any",
    group: "transit",
  },
  { remoteAddress: "192.0.2.77", state: "Active", listenRange: null, as: 0, configured: 65_003, group: null },
  {
    remoteAddress: "10.1.2.3",
    state: "OpenSent",
    listenRange: "10.0.0.0/8",
    as: 0,
    configured: [{ from: 64_512, to: 64_999 }],
    group: "x",
  },
  {
    remoteAddress: "fe80::2%eth0",
    state: "Idle",
    listenRange: "fe80::%eth0/10",
    as: 0,
    configured: "external",
    group: null,
  },
  {
    remoteAddress: "fe80::2%eth1",
    state: "Established",
    listenRange: null,
    as: 65_001,
    configured: "internal",
    group: "transit",
  },
  { remoteAddress: "2001:db8::2", state: "Connect", listenRange: null, as: 0, configured: "internal", group: "gone" },
] as const;

/** Numbers of the peers that are chosen. */
function chosen(...words: string[]): number[] {
  const choice = readPeerChoice(words.map((word) => word.split("=", 2) as [string, string]))!;
  return PEERS.flatMap(({ as, configured, group, ...one }, i) => {
    const peer = { ...one, view: () => ({ negotiated: { remoteAs: as } }) } as unknown as Peer;
    const planned = { group, options: { remoteAs: configured, localAs: 65_001 } } as unknown as PlannedPeer;
    return choice(peer, () => (group === "gone" ? null : planned)) ? [i] : [];
  });
}

describe("peers are chosen", () => {
  it.each([
    [["address=192.0.2.2"], [0]],
    [["address=192.0.2.0/24"], [0, 1]],
    [["address=0.0.0.0/0"], [0, 1, 2]],
    [["address=::/0"], [3, 4, 5]],
    [["address=fe80::2"], [3, 4]],
    [["address=FE80:0::2%eth1"], [4]],
    [["address=%eth0"], [3]],
    [["address=2001:DB8::/32"], [5]],
    [["state=up"], [0, 4]],
    [["state=down"], [1, 2, 3, 5]],
    [["state=Established"], [0, 4]],
    [["state=IDLE,connect"], [3, 5]],
    [
      ["state=idle", "state=connect"],
      [3, 5],
    ],
    [["as=65002"], [0]],
    [["as=65003-65010"], [1]],
    [["as=64600"], [2]],
    [["as=65001"], [4]],
    [["as=65002,64512-64513"], [0, 2]],
    [["as=65002 65003"], [0, 1]],
    [["group=transit"], [0, 4]],
    [["group=transit", "address=fe80::/10"], [4]],
    [["group=trans"], []],
    [["range=10.0.0.0/8"], [2]],
    [["range=%eth0"], [3]],
  ])("by %j", (words, numbers) => {
    expect(chosen(...words)).toEqual(numbers);
  });

  it("all, without a filter", () => {
    expect(readPeerChoice([])).toBeNull();
  });

  it.each([
    ["neighbor=1", 'there is no filter "neighbor"; give any of address=…, state=…, as=…, group=…, range=…'],
    ["toString=1", 'there is no filter "toString"; give any of address=…, state=…, as=…, group=…, range=…'],
    ["address=router1", 'address: "router1" is not accepted; give an address, a prefix, or %DEVICE'],
    ["address=", 'address: "" is not accepted; give an address, a prefix, or %DEVICE'],
    ["address=192.0.2.0/33", 'address: "192.0.2.0/33" is not accepted; give an address, a prefix, or %DEVICE'],
    [
      "state=upp",
      'state: "upp" is not accepted; give up, down, or a state: idle, connect, active, opensent, openconfirm, established',
    ],
    ["as=any", 'as: "any" is not accepted; give an AS number or a range of them, such as 64512-65534'],
    ["as=65002,", 'as: "" is not accepted; give an AS number or a range of them, such as 64512-65534'],
    ["group=", 'group: "" is not accepted; give the group that the configuration puts peers in'],
    ["range=10.0.0.1", 'range: "10.0.0.1" is not accepted; give the prefix of a listen range, or %DEVICE'],
    ["range=10.0.0.1/8", "range: prefix: 10.0.0.1/8 has bits set behind its length; write 10.0.0.0/8"],
  ])("not by %j", (word, message) => {
    expect(() => chosen(word)).toThrow(message);
  });
});
