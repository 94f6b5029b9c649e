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

function hasExtendedNextHop(peer: Partial<PeerConfig>): boolean {
  return plan(peer).options.capabilities!.some(({ name }) => name === "extendedNextHop");
}

describe("peers on a link", () => {
  it.each([
    ["%eth0", "fe80::%eth0/10"],
    ["FE80::%eth0/64", "fe80::%eth0/64"],
    ["fe80::/10", "fe80::/10"],
  ])("%s is the listen range %s", (address, prefix) => {
    expect(plan({ address }).range).toEqual({ prefix, limit: 100 });
  });

  it("have IPv6 next hops for IPv4 unless told otherwise (RFC 8950)", () => {
    expect(
      [{ address: "%eth0" }, { address: "fe80::2%eth0" }, { address: "fe80::/10" }, {}].map(hasExtendedNextHop),
    ).toEqual([true, true, false, false]);
    expect(hasExtendedNextHop({ address: "%eth0", extendedNextHop: false })).toBe(false);
  });

  it("may learn our address by Router Advertisements, once for each link", () => {
    const peers = ["%eth1", "fe80::2%eth0", "fe80::3%eth1"].map((address) => ({
      value: { address, as: 1, routerAdvertisements: true },
      from: address,
    }));
    const given = { routerId: "192.0.2.1", localAs: 65001, peers, announcements: [] };
    expect(planRun(given, {}, "bgp.yaml").advertise).toEqual(["eth1", "eth0"]);
    expect(() => plan({ routerAdvertisements: true })).toThrow(
      'here: routerAdvertisements: needs an address with a device, such as "%eth0"',
    );
  });

  it("that are given by their link alone are dialled there, unless they are passive", () => {
    const peers = [
      { address: "%eth1", as: 1 },
      { address: "%eth2", as: 1, passive: true },
      { address: "%eth0", as: 1, passive: false },
      { address: "fe80::%eth3/10", as: 1 },
    ].map((value) => ({ value, from: value.address }));
    const planned = planRun({ routerId: "192.0.2.1", localAs: 65001, peers, announcements: [] }, {}, "bgp.yaml");
    expect(planned.dial).toEqual(["eth1", "eth0"]);
    expect(planned.peers.filter(({ options }) => "passive" in options)).toEqual([]);
  });

  it("have a prefix without host bits, and one address is no range", () => {
    expect(() => plan({ address: "fe80::1%eth0/10" })).toThrow(
      "here: address: fe80::1%eth0/10 has bits set behind its length; write fe80::%eth0/10",
    );
    expect(plan({ address: "fe80::2%eth0" })).toMatchObject({
      range: null,
      options: { remoteAddress: "fe80::2%eth0" },
    });
  });
});

it("capabilities that may change are capability 67 without a list", () => {
  const dynamic = { name: "dynamicCapability", code: 67, capabilities: [] };
  expect(plan({ dynamicCapability: true }).options.capabilities).toContainEqual(dynamic);
  expect(plan({}).options.capabilities).not.toContainEqual(dynamic);
});

describe("BFD", () => {
  it("in strict mode is capability 74", () => {
    const { options } = plan({ bfdStrict: true, bfdHoldTime: 5 });
    expect(options).toMatchObject({ bfdHoldTime: 5 });
    expect(options.capabilities).toContainEqual({ name: "bfdStrict", code: 74 });
    expect(plan({}).options.capabilities).not.toContainEqual({ name: "bfdStrict", code: 74 });
  });

  it("has a hold time in strict mode only", () => {
    expect(() => plan({ bfdHoldTime: 5 })).toThrow("here: bfdHoldTime: needs bfdStrict beside it");
  });
});

const family = (afi: number, direction: string): object => ({ afi, safi: 1, types: [{ type: 64, direction }] });

describe("what the OPEN says of filters and paths", () => {
  const FILTERS = { name: "outboundRouteFiltering", code: 3 };

  it.each<[Partial<PeerConfig>, object[]]>([
    [{ orfReceive: true }, [{ ...FILTERS, entries: [family(1, "receive"), family(2, "receive")] }]],
    [{ orfPrefixes: ["10.0.0.0/8^-24"] }, [{ ...FILTERS, entries: [family(1, "send")] }]],
    [
      { orfReceive: true, orfPrefixes: ["10.0.0.0/8^-24"], families: ["ipv4-unicast", "ipv4-vpn"] },
      [{ ...FILTERS, entries: [family(1, "both")] }],
    ],
    [
      { addPath: "both", pathsLimit: 2, families: ["ipv4-unicast"] },
      [{ name: "pathsLimit", code: 76, entries: [{ afi: 1, safi: 1, limit: 2 }] }],
    ],
    [{}, []],
  ])("of %j", (peer, expected) => {
    const { capabilities } = plan(peer).options;
    const said = capabilities?.filter(({ name }) => name === "outboundRouteFiltering" || name === "pathsLimit");
    expect(said).toEqual(expected);
  });

  it.each([undefined, "send"] as const)("paths that are not taken (add-path %j) have no limit", (addPath) => {
    const peer = { pathsLimit: 2, ...(addPath !== undefined && { addPath }) };
    expect(() => plan(peer)).toThrow('here: pathsLimit: needs addPath with "receive" or "both" beside it');
  });
});

it("a minimum hold time is the core's", () => {
  expect(plan({ minimumHoldTime: 30 }).options.minimumHoldTime).toBe(30);
});
