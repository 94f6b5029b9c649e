// The peer table at run time, and whose an accepted connection is.
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../packages/core/src/fault.ts";
import type { ConfigErrorCode } from "../../packages/core/src/fault.ts";
import type { ListenRangeOptions } from "../../packages/core/src/speaker/listen-range.ts";
import type { Plugin } from "../../packages/core/src/speaker/plugin.ts";
import { settled } from "../support/scripted-transport.ts";
import { IPV6_UNICAST, OPTIONS, SpeakerDriver } from "../support/speaker-driver.ts";
import {
  capability,
  concat,
  hex,
  keepalive,
  notification,
  open,
  text,
  update,
  usualCapabilities,
} from "../support/wire.ts";

/** RFC 4271 section 4.5 with RFC 4486: a NOTIFICATION Cease/Connection Rejected, octet for octet. */
const REJECTED = "ffffffffffffffffffffffffffffffff" + "0015" + "03" + "06" + "05";

function codeOf(act: () => unknown): ConfigErrorCode {
  try {
    act();
  } catch (error) {
    if (error instanceof ConfigError) return error.code;
    throw error;
  }
  throw new Error("nothing was refused");
}

async function listening(): Promise<SpeakerDriver> {
  const d = new SpeakerDriver({ listen: [{ address: "::", port: 179 }] });
  await d.speaker.start();
  return d;
}

describe("adding, finding and deleting", () => {
  test("peers are found by their address in any spelling", () => {
    const d = new SpeakerDriver();
    const four = d.add();
    const six = d.add({ remoteAddress: "2001:DB8:0::1" });
    const zoned = d.add({ remoteAddress: "fe80::1%eth0" });
    expect(d.speaker.peers()).toEqual([four, six, zoned]);
    expect(d.speaker.peers().map((p) => p.id)).toEqual(["192.0.2.2", "2001:db8::1", "fe80::1%eth0"]);
    expect(d.speaker.getPeer("2001:db8::0:1")).toBe(six);
    expect(d.speaker.getPeer("::ffff:192.0.2.2")).toBe(four);
    expect(d.speaker.getPeer("fe80::1%eth0")).toBe(zoned);
    expect(d.speaker.getPeer("fe80::1%eth1")).toBeNull();
    expect(d.speaker.getPeer("nonsense")).toBeNull();
    expect(d.speaker.getPeer("")).toBeNull();
    expect(four).toMatchObject({ remoteAddress: "192.0.2.2", dynamic: false, state: "Idle" });
  });

  test("a peer that is there already is refused: peer-exists", () => {
    const d = new SpeakerDriver();
    d.add();
    expect(codeOf(() => d.add())).toBe("peer-exists");
    expect(codeOf(() => d.add({ remoteAddress: "::ffff:192.0.2.2" }))).toBe("peer-exists");
    expect(d.speaker.peers()).toHaveLength(1);
  });

  test("wrong options are refused with the field, and nothing is added", () => {
    const d = new SpeakerDriver();
    expect(codeOf(() => d.add({ holdTime: 1 }))).toBe("invalid-value");
    expect(codeOf(() => d.speaker.addPeer(OPTIONS, null as never))).toBe("invalid-value");
    expect(codeOf(() => d.speaker.addPeer(null as never))).toBe("invalid-value");
    expect(codeOf(() => d.speaker.addPeer("192.0.2.2" as never))).toBe("invalid-value");
    expect(d.speaker.peers()).toEqual([]);
  });

  test("a peer added to a running speaker starts at once", async () => {
    const d = await listening();
    const peer = d.add();
    expect(d.transport.targets).toHaveLength(1);
    expect(peer.state).toBe("Connect");
    expect(d.add({ remoteAddress: "192.0.2.3", enabled: false }).state).toBe("Idle");
    expect(d.transport.targets).toHaveLength(1);
  });

  test("a peer that is deleted is told Peer De-configured (RFC 4486) and is gone", async () => {
    const d = await listening();
    const { peer, link } = await d.up();
    d.speaker.deletePeer("192.0.2.2");
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/3");
    expect(d.heard).toEqual(["up", "close administrative"]);
    expect(d.speaker.peers()).toEqual([]);
    expect(d.transport.wakeAt).toBeNull();
    expect(codeOf(() => d.speaker.deletePeer("192.0.2.2"))).toBe("peer-not-found");
    for (const act of [() => peer.enable(), () => peer.disable(), () => peer.reset()]) {
      expect(codeOf(act)).toBe("peer-not-found");
    }
    // What the driver still has to say of it is nobody's.
    link.events!.bytes(keepalive());
    link.events!.closed("ECONNRESET");
    link.events!.unsent(0);
    expect(peer.view().lastClose?.cause).toBe("administrative");
    expect(peer.state).toBe("Idle");
  });

  test("a deleted peer's dial is given up", async () => {
    const d = await listening();
    d.add();
    d.speaker.deletePeer("192.0.2.2");
    expect(d.transport.dialled.closes).toEqual(["abort"]);
    d.transport.dialled.events!.connected(d.transport.dialled.endpoints);
    d.transport.dialled.events!.failed("too late");
    expect(d.transport.dialled.writes).toEqual([]);
  });

  test("a peer may have a router id of its own", async () => {
    const d = new SpeakerDriver();
    const { link } = await d.up({ routerId: "203.0.113.9" });
    expect(text(link.writes[0]!.slice(24, 28))).toBe("cb007109");
  });
});

describe("enable, disable, reset, change", () => {
  test("a disabled peer gets Cease/Administrative Shutdown, stays in Idle and refuses connections until it is enabled", async () => {
    const d = await listening();
    const { peer, link } = await d.up();
    peer.disable("later");
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/2 056c61746572");
    expect(peer.view().started).toBe(false);
    expect(text(concat(...d.listener.connect().writes))).toBe(REJECTED);
    d.transport.advance(1_000_000);
    expect(d.transport.targets).toHaveLength(1);
    peer.enable();
    d.transport.dialled.connect().establish();
    expect(peer.state).toBe("Established");
  });

  test("a reset peer gets Cease/Administrative Reset and comes back", async () => {
    const d = await listening();
    const { peer, link } = await d.up();
    peer.reset("new policy");
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/4 0a6e657720706f6c696379");
    d.transport.advance(2_000);
    d.transport.dialled.connect().establish();
    expect(peer.state).toBe("Established");
    expect(d.heard).toEqual(["up", "close administrative", "up"]);
  });

  test("a reset does nothing to a disabled peer, and is refused while the speaker is stopped", async () => {
    const d = new SpeakerDriver();
    const peer = d.add({ enabled: false });
    expect(codeOf(() => peer.reset())).toBe("not-started");
    await d.speaker.start();
    peer.reset();
    d.transport.advance(60_000);
    expect(d.transport.targets).toEqual([]);
  });

  test("changed times keep the session; the next OPEN has the new hold time", async () => {
    const d = await listening();
    const { peer, link } = await d.up();
    link.say(hex("ffff")); // Half a message is under way, and must not be lost.
    expect(d.speaker.changePeer("192.0.2.2", { holdTime: 30, idleHoldTime: 1 })).toBe("kept");
    link.say(update().subarray(2), update());
    expect(d.heard).toEqual(["up", "update 00000000", "update 00000000"]);
    expect(peer.state).toBe("Established");
    link.events!.closed("ECONNRESET");
    d.transport.advance(5_000);
    const again = d.transport.dialled.connect();
    expect(text(again.writes[0]!.slice(22, 24))).toBe("001e");
  });

  test("changed capabilities end the session with Other Configuration Change (RFC 4486) and it comes back with them", async () => {
    const d = await listening();
    const { link } = await d.up();
    expect(d.speaker.changePeer("192.0.2.2", { capabilities: [IPV6_UNICAST] })).toBe("reset");
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/6");
    d.transport.advance(2_000);
    expect(text(d.transport.dialled.connect().writes[0]!)).toContain("01040002" + "0001");
  });

  test("what is equal is no change", async () => {
    const d = await listening();
    await d.up({ remoteAs: [{ from: 65000, to: 65100 }], capabilities: [IPV6_UNICAST] });
    const same = { localAs: 65001, remoteAs: [{ from: 65000, to: 65100 }], capabilities: [{ ...IPV6_UNICAST }] };
    expect(d.speaker.changePeer("192.0.2.2", same)).toBe("kept");
  });

  test("wrong changes are refused and change nothing", async () => {
    const d = await listening();
    const { peer } = await d.up();
    expect(codeOf(() => d.speaker.changePeer("192.0.2.2", { holdTime: 2 }))).toBe("invalid-value");
    expect(codeOf(() => d.speaker.changePeer("192.0.2.2", { remoteAddress: "192.0.2.9" }))).toBe("invalid-value");
    expect(codeOf(() => d.speaker.changePeer("192.0.2.2", { colour: 1 } as never))).toBe("invalid-value");
    expect(codeOf(() => d.speaker.changePeer("192.0.2.9", {}))).toBe("peer-not-found");
    expect(peer.state).toBe("Established");
  });

  test("a plugin goes on being asked after a change", async () => {
    const d = await listening();
    let asked = 0;
    const { link } = await d.up({}, d.plugin("", { getCapabilities: () => ((asked += 1), []) }));
    d.speaker.changePeer("192.0.2.2", { holdTime: 30, askOpenParameters: false });
    link.events!.closed("ECONNRESET");
    d.transport.advance(5_000);
    d.transport.dialled.connect();
    expect(asked).toBe(2);
  });
});

describe("an accepted connection", () => {
  test("belongs to the peer with its remote address", async () => {
    const d = await listening();
    const peer = d.add({ passive: true });
    const link = d.listener.connect().establish();
    expect(peer.state).toBe("Established");
    expect(d.sessions[0]).toMatchObject({ conn: 1, endpoints: link.endpoints });
    expect(d.transport.targets).toEqual([]);
  });

  test("of a stranger gets Connection Rejected (RFC 4486) and a flush, and is told", async () => {
    const d = await listening();
    d.add();
    const link = d.listener.connect("198.51.100.7");
    expect(text(concat(...link.writes))).toBe(REJECTED);
    expect(link.closes).toEqual(["flush"]);
    expect(d.eventsOf("rejected")).toEqual([
      { type: "rejected", endpoints: link.endpoints, why: "no peer 198.51.100.7 at 192.0.2.1 is configured" },
    ]);
    link.events!.bytes(open());
    link.events!.unsent(0);
    link.events!.eof();
    link.events!.closed("x");
    expect(link.writes).toHaveLength(1);
  });

  test("beyond 64 strangers on their way is cut without a word, until one of them is gone", async () => {
    const d = await listening();
    const links = Array.from({ length: 64 }, () => d.listener.connect("198.51.100.7", "192.0.2.1", true));
    expect(links.every((l) => l.closes[0] === "flush")).toBe(true);
    const cut = d.listener.connect("198.51.100.7");
    expect([cut.writes.length, cut.closes]).toEqual([0, ["abort"]]);
    await settled();
    expect(d.listener.connect("198.51.100.7").closes).toEqual(["abort"]);
    await settled();
    links[5]!.events!.gone();
    expect(d.listener.connect("198.51.100.7", "192.0.2.1", true).closes).toEqual(["flush"]);
    expect(d.listener.connect("198.51.100.7").closes).toEqual(["abort"]);
  });

  test("of a stranger is waited for by stop, within its bound", async () => {
    const d = await listening();
    const link = d.listener.connect("198.51.100.7", "192.0.2.1", true);
    const stop = d.speaker.stop();
    await settled();
    d.transport.advance(5_000);
    await stop;
    expect(link.closes).toEqual(["flush", "abort"]);
  });

  test("after the stop is rejected", async () => {
    const d = await listening();
    d.add();
    const { listener } = d;
    await d.speaker.stop();
    expect(text(concat(...listener.connect().writes))).toBe(REJECTED);
  });

  test("must have the peer's local address as its destination, where it has one", async () => {
    const d = await listening();
    const peer = d.add({ localAddress: "192.0.2.1", passive: true });
    expect(text(concat(...d.listener.connect("192.0.2.2", "192.0.2.99").writes))).toBe(REJECTED);
    d.listener.connect("192.0.2.2", "192.0.2.1").establish();
    expect(peer.state).toBe("Established");
  });
});

describe("several peers with one remote address", () => {
  test("are told apart by the local address, and one without takes the rest", async () => {
    const d = await listening();
    const passive = true;
    const one = d.add({ localAddress: "192.0.2.1", passive });
    const two = d.add({ localAddress: "192.0.2.11", passive }, d.plugin("two"));
    const rest = d.add({ passive }, d.plugin("rest"));
    expect(d.speaker.peers().map((p) => p.id)).toEqual(["192.0.2.2", "192.0.2.2@192.0.2.11", "192.0.2.2@any"]);
    expect(codeOf(() => d.add({ localAddress: "192.0.2.11" }))).toBe("peer-exists");
    expect(codeOf(() => d.add())).toBe("peer-exists");
    d.listener.connect("192.0.2.2", "192.0.2.77").establish();
    d.listener.connect("192.0.2.2", "192.0.2.11").establish();
    d.listener.connect("192.0.2.2", "192.0.2.1").establish();
    expect(d.heard).toEqual(["rest up", "two up", "up"]);
    expect(d.speaker.getPeer("192.0.2.2")).toBe(one);
    expect(d.speaker.getPeer("192.0.2.2@192.0.2.1")).toBe(one);
    expect(d.speaker.getPeer("192.0.2.2@::ffff:192.0.2.11")).toBe(two);
    expect(d.speaker.getPeer("192.0.2.2@any")).toBe(rest);
    expect(d.speaker.getPeer("192.0.2.2@192.0.2.77")).toBeNull();
    d.speaker.deletePeer("192.0.2.2");
    d.speaker.deletePeer("192.0.2.2@192.0.2.11");
    // Now that it is alone its address is enough.
    expect(d.speaker.getPeer("192.0.2.2")).toBe(rest);
    expect(d.add({ localAddress: "192.0.2.1" }).id).toBe("192.0.2.2");
  });

  test("dial from their own local addresses", async () => {
    const d = await listening();
    d.add({ localAddress: "192.0.2.1" });
    d.add({ localAddress: "192.0.2.11" });
    expect(d.transport.targets.map((t) => t.localAddress)).toEqual(["192.0.2.1", "192.0.2.11"]);
  });
});

describe("listen ranges", () => {
  const RANGE: ListenRangeOptions = { prefix: "198.51.100.0/24", localAs: 65001, remoteAs: "any" };

  test("make a peer for whoever connects from the prefix, and forget it when its last connection ends", async () => {
    const d = await listening();
    d.speaker.addListenRange(RANGE, d.plugin("range"));
    const link = d.listener.connect("198.51.100.7");
    const peer = d.speaker.getPeer("198.51.100.7")!;
    expect(peer).toMatchObject({ id: "198.51.100.7", dynamic: true, state: "OpenSent" });
    link.establish();
    expect(d.sessions[0]!.peer).toBe(peer);
    const second = d.listener.connect("198.51.100.7");
    expect(d.speaker.peers()).toEqual([peer]);
    // Its OPEN makes it lose against the established one.
    second.say(open());
    expect(second.said.at(-1)).toBe("NOTIFICATION 6/7");
    expect(d.speaker.peers()).toEqual([peer]);
    link.say(notification(6, 2));
    expect(d.speaker.peers()).toEqual([]);
    expect(d.heard).toEqual(["range up", "range close remote"]);
    expect(d.transport.targets).toEqual([]);
    expect(d.transport.wakeAt === null || d.transport.wakeAt > d.transport.time).toBe(true);
    d.transport.advance(1_000_000);
    expect(d.transport.targets).toEqual([]);
    expect(d.transport.wakeAt).toBeNull();
  });

  test("the longest prefix counts, whatever the order", async () => {
    const d = await listening();
    d.speaker.addListenRange({ ...RANGE, prefix: "198.51.100.0/25" }, d.plugin("/25"));
    d.speaker.addListenRange({ ...RANGE, prefix: "198.0.0.0/8" }, d.plugin("/8"));
    d.speaker.addListenRange({ ...RANGE, prefix: "198.51.100.64/26" }, d.plugin("/26"));
    for (const address of ["198.51.100.1", "198.51.100.65", "198.51.101.1"]) d.listener.connect(address).establish();
    expect(d.heard).toEqual(["/25 up", "/26 up", "/8 up"]);
  });

  test("a configured peer comes first", async () => {
    const d = await listening();
    d.speaker.addListenRange({ ...RANGE, prefix: "192.0.2.0/24" }, d.plugin("range"));
    d.add({ passive: true }, d.plugin("configured"));
    d.listener.connect("192.0.2.2").establish();
    d.listener.connect("192.0.2.3").establish();
    expect(d.heard).toEqual(["configured up", "range up"]);
  });

  test("a peer's other local addresses are left to the range", async () => {
    const d = await listening();
    d.speaker.addListenRange({ ...RANGE, prefix: "192.0.2.0/24" }, d.plugin("range"));
    d.add({ localAddress: "192.0.2.1", passive: true }, d.plugin("configured"));
    d.listener.connect("192.0.2.2", "192.0.2.50").establish();
    d.listener.connect("192.0.2.2", "192.0.2.1").establish();
    expect(d.heard).toEqual(["range up", "configured up"]);
    expect(d.speaker.peers().map((p) => [p.id, p.dynamic])).toEqual([
      ["192.0.2.2", false],
      ["192.0.2.2@any", true],
    ]);
  });

  test("work for IPv6 and link-local addresses, and only for their own version", async () => {
    const d = await listening();
    d.speaker.addListenRange({ ...RANGE, prefix: "fe80::/10" }, d.plugin("link-local"));
    d.speaker.addListenRange({ ...RANGE, prefix: "2001:db8::/32" }, d.plugin("global"));
    d.listener.connect("fe80::5%eth0", "fe80::1%eth0").establish();
    d.listener.connect("2001:db8::9", "2001:db8::1").establish();
    expect(d.heard).toEqual(["link-local up", "global up"]);
    expect(d.listener.connect("192.0.2.77").closes).toEqual(["flush"]);
    // A driver that forgets the zone gives us an address that nobody could answer to.
    expect(d.listener.connect("fe80::6", "fe80::1").closes).toEqual(["flush"]);
    expect(d.eventsOf("rejected").at(-1)!.why).toContain("zone");
  });

  test("with a zone take the link-local addresses of that link, before one without that is as long", async () => {
    const d = await listening();
    d.speaker.addListenRange({ ...RANGE, prefix: "fe80::/10" }, d.plugin("any"));
    d.speaker.addListenRange({ ...RANGE, prefix: "FE80:0::%eth0/10", limit: 1 }, d.plugin("eth0"));
    d.speaker.addListenRange({ ...RANGE, prefix: "fe80::%eth1/10" }, d.plugin("eth1"));
    for (const zone of ["eth2", "eth1", "eth0"]) d.listener.connect(`fe80::5%${zone}`, `fe80::1%${zone}`).establish();
    expect(d.heard).toEqual(["any up", "eth1 up", "eth0 up"]);
    expect(d.speaker.peers().map(({ id }) => id)).toEqual(["fe80::5%eth2", "fe80::5%eth1", "fe80::5%eth0"]);
    expect(d.listener.connect("fe80::6%eth0", "fe80::1%eth0").closes).toEqual(["flush"]);
    expect(d.eventsOf("rejected").at(-1)!.why).toBe("the listen range fe80::%eth0/10 has its 1 peers");
    d.speaker.deleteListenRange("fe80::1%eth0/10");
    expect(d.speaker.peers().map(({ id }) => id)).toEqual(["fe80::5%eth2", "fe80::5%eth1"]);
  });

  test("with a longer prefix come before one with a zone", async () => {
    const d = await listening();
    d.speaker.addListenRange({ ...RANGE, prefix: "fe80::%eth0/10" }, d.plugin("zone"));
    d.speaker.addListenRange({ ...RANGE, prefix: "fe80::/64" }, d.plugin("longer"));
    d.listener.connect("fe80::5%eth0", "fe80::1%eth0").establish();
    expect(d.heard).toEqual(["longer up"]);
  });

  test("have a limit", async () => {
    const d = await listening();
    d.speaker.addListenRange({ ...RANGE, limit: 2 }, d.plugin("range"));
    const first = d.listener.connect("198.51.100.1");
    d.listener.connect("198.51.100.2");
    const third = d.listener.connect("198.51.100.3");
    expect(text(concat(...third.writes))).toBe(REJECTED);
    expect(d.eventsOf("rejected").at(-1)!.why).toBe("the listen range 198.51.100.0/24 has its 2 peers");
    // More connections of the same peer are no further peers.
    expect(d.listener.connect("198.51.100.1").said).toEqual(["OPEN"]);
    d.speaker.deletePeer("198.51.100.1");
    expect(first.said.at(-1)).toBe("NOTIFICATION 6/3");
    expect(d.listener.connect("198.51.100.3").said).toEqual(["OPEN"]);
  });

  describe("dial whom they are told of", () => {
    const LINK: ListenRangeOptions = { prefix: "fe80::%eth0/10", localAs: 65001, remoteAs: 65002, limit: 2 };
    const ROUTER = "fe80::2%eth0";

    async function onLink(options: Partial<ListenRangeOptions> = {}): Promise<SpeakerDriver> {
      const d = new SpeakerDriver({ listen: [{ address: "::", port: 179 }] });
      d.speaker.addListenRange({ ...LINK, ...options }, d.plugin("range"));
      await d.speaker.start();
      return d;
    }

    test("as a peer of the range, which goes when its session has ended", async () => {
      const d = await onLink({ holdTime: 30 });
      const peer = d.speaker.dialInRange(ROUTER)!;
      expect([peer.id, peer.dynamic, peer.listenRange, peer.state]).toEqual([ROUTER, true, LINK.prefix, "Connect"]);
      expect(d.transport.targets).toMatchObject([{ address: ROUTER, port: 179, localAddress: null }]);
      expect(d.speaker.dialInRange("FE80:0::2%eth0")).toBe(peer);
      const link = d.transport.dialled.connect().establish();
      expect(d.heard).toEqual(["range up"]);
      expect(d.speaker.changeListenRange(LINK.prefix, { idleHoldTime: 7 })).toBe("kept");
      link.say(notification(6, 4));
      expect(d.heard).toEqual(["range up", "range close remote"]);
      expect([d.speaker.getPeer(ROUTER), d.speaker.listenRanges()[0]!.peers]).toEqual([null, 0]);
      d.transport.advance(3_600_000);
      expect(d.transport.targets).toHaveLength(1);
      expect(d.speaker.dialInRange(ROUTER)).not.toBe(peer);
      expect(d.transport.targets).toHaveLength(2);
    });

    test("until the dial fails", async () => {
      const d = await onLink();
      d.speaker.dialInRange(ROUTER);
      d.transport.dialled.events!.failed("ECONNREFUSED");
      expect(d.eventsOf("dialFailed")).toMatchObject([{ reason: "ECONNREFUSED" }]);
      expect([d.speaker.getPeer(ROUTER), d.speaker.listenRanges()[0]!.peers]).toEqual([null, 0]);
      d.transport.unreachable = new Error("EINVAL");
      d.speaker.dialInRange(ROUTER);
      expect([d.speaker.getPeer(ROUTER), d.speaker.listenRanges()[0]!.peers]).toEqual([null, 0]);
    });

    test("and it is the same peer when the other side connects meanwhile", async () => {
      const d = await onLink();
      const peer = d.speaker.dialInRange(ROUTER)!;
      d.listener.connect(ROUTER, "fe80::1%eth0").establish();
      expect([peer.state, d.speaker.peers()]).toEqual(["Established", [peer]]);
      expect(d.transport.dialled.closed).toBe(true);
    });

    test("but nobody without room, without a range, on another link, or while the speaker does not run", async () => {
      const d = await onLink();
      expect(d.speaker.dialInRange("fe80::2%eth1")).toBeNull();
      expect(d.speaker.dialInRange("192.0.2.7")).toBeNull();
      expect(d.speaker.dialInRange("fe80::2")).toBeNull();
      expect(d.speaker.dialInRange("nonsense")).toBeNull();
      expect([3, 4, 5].map((i) => d.speaker.dialInRange(`fe80::${i}%eth0`)?.id ?? null)).toEqual([
        "fe80::3%eth0",
        "fe80::4%eth0",
        null,
      ]);
      await d.speaker.stop();
      expect([d.speaker.peers(), d.speaker.dialInRange(ROUTER)]).toEqual([[], null]);
    });
  });

  test("check the AS number against their ranges", async () => {
    const d = await listening();
    d.speaker.addListenRange({ ...RANGE, remoteAs: [{ from: 64512, to: 65534 }] }, d.plugin("range"));
    const good = d.listener.connect("198.51.100.1").establish({ as: 64512 });
    const bad = d.listener.connect("198.51.100.2");
    bad.say(open({ as: 64511 }));
    expect(good.said.at(-1)).toBe("KEEPALIVE");
    expect(bad.said.at(-1)).toBe("NOTIFICATION 2/2");
    expect(d.speaker.peers().map((p) => p.id)).toEqual(["198.51.100.1"]);
  });

  test("with a local address take connections to it only", async () => {
    const d = await listening();
    d.speaker.addListenRange({ ...RANGE, localAddress: "192.0.2.1" }, d.plugin("one"));
    d.speaker.addListenRange({ ...RANGE, localAddress: "192.0.2.5" }, d.plugin("five"));
    d.listener.connect("198.51.100.1", "192.0.2.5").establish();
    expect(d.listener.connect("198.51.100.2", "192.0.2.6").closes).toEqual(["flush"]);
    expect(d.heard).toEqual(["five up"]);
  });

  test("leave no timer behind of a peer that was wrong and would be damped", async () => {
    const d = await listening();
    d.speaker.addListenRange(RANGE, d.plugin("range"));
    const link = d.listener.connect("198.51.100.1").establish();
    link.say(open());
    expect(link.said.at(-1)).toBe("NOTIFICATION 5/3 01");
    expect(d.speaker.peers()).toEqual([]);
    d.transport.fire();
    expect(d.transport.wakeAt).toBeNull();
    expect(d.listener.connect("198.51.100.1").said).toEqual(["OPEN"]);
  });

  test("keep a peer while its routes are retained, so that it is said when they go, and count it", async () => {
    const d = await listening();
    const stale: string[] = [];
    const onStale: Plugin["onStale"] = (peer, { action, cause }) => void stale.push(`${peer.id} ${action} ${cause}`);
    d.speaker.addListenRange({ ...RANGE, limit: 1, gracefulRestart: {} }, d.plugin("range", { onStale }));
    const capabilities = [...usualCapabilities(65002), capability(64, "0078 0001 01 80")];
    d.listener.connect("198.51.100.1").establish({ capabilities }).events!.eof();
    expect(d.heard).toEqual(["range up", "range close transport"]);
    expect(d.speaker.listenRanges()).toEqual([{ prefix: "198.51.100.0/24", localAddress: null, limit: 1, peers: 1 }]);
    expect(d.listener.connect("198.51.100.2").closes).toEqual(["flush"]);
    d.transport.advance(120_000);
    expect(stale).toEqual(["198.51.100.1 drop restartTime"]);
    expect(d.speaker.peers()).toEqual([]);
    expect(d.transport.wakeAt).toBeNull();
    expect(d.listener.connect("198.51.100.2").said).toEqual(["OPEN"]);
  });

  test("take a peer back that restarts in time", async () => {
    const d = await listening();
    d.speaker.addListenRange({ ...RANGE, gracefulRestart: {} }, d.plugin("range"));
    const capabilities = [...usualCapabilities(65002), capability(64, "0078 0001 01 80")];
    d.listener.connect("198.51.100.1").establish({ capabilities }).events!.eof();
    const [peer] = d.speaker.peers();
    const link = d.listener.connect("198.51.100.1").establish({ capabilities });
    expect(d.speaker.peers()).toEqual([peer]);
    expect(peer).toMatchObject({ state: "Established", listenRange: "198.51.100.0/24" });
    link.say(update("0000 0000"));
    link.say(notification(6, 2));
    expect(d.speaker.peers()).toEqual([]);
  });

  test("that end take their peers with them", async () => {
    const d = await listening();
    d.speaker.addListenRange({ ...RANGE, prefix: "198.51.100.9/24" }, d.plugin("range"));
    d.add({ passive: true });
    const link = d.listener.connect("198.51.100.1").establish();
    d.speaker.deleteListenRange("198.51.100.77/24");
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/3");
    expect(d.speaker.peers().map((p) => p.id)).toEqual(["192.0.2.2"]);
    expect(d.listener.connect("198.51.100.1").closes).toEqual(["flush"]);
    expect(codeOf(() => d.speaker.deleteListenRange("198.51.100.0/24"))).toBe("peer-not-found");
  });

  test("change, and their peers with them: what is not of the OPEN keeps the session (RFC 4486 section 4)", async () => {
    const d = await listening();
    d.speaker.addListenRange({ ...RANGE, holdTime: 30 }, d.plugin("range"));
    const link = d.listener.connect("198.51.100.1").establish();
    expect(d.speaker.changeListenRange(RANGE.prefix, { limit: 1, holdTime: undefined })).toBe("kept");
    expect(link.closes).toEqual([]);
    expect(d.listener.connect("198.51.100.2").said).toEqual(["NOTIFICATION 6/5"]);
    expect(codeOf(() => d.speaker.changeListenRange(RANGE.prefix, { holdTime: 1 }))).toBe("invalid-value");
    expect(codeOf(() => d.speaker.changeListenRange(RANGE.prefix, { localAddress: "192.0.2.1" } as never))).toBe(
      "invalid-value",
    );
    expect(codeOf(() => d.speaker.changeListenRange(RANGE.prefix, {}, "192.0.2.1"))).toBe("peer-not-found");
    expect(codeOf(() => d.speaker.changeListenRange("203.0.113.0/24", {}))).toBe("peer-not-found");
    expect(link.closes).toEqual([]);
    expect(d.speaker.changeListenRange(RANGE.prefix, { localAs: 65009 })).toBe("reset");
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/6");
    expect(d.speaker.peers()).toEqual([]);
    expect(d.listener.connect("198.51.100.1").said).toEqual(["OPEN"]);
  });

  test("stop with the speaker and serve again when it starts again", async () => {
    const d = await listening();
    d.speaker.addListenRange(RANGE, d.plugin("range"));
    const link = d.listener.connect("198.51.100.1").establish();
    await d.speaker.stop();
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/2");
    expect(d.speaker.peers()).toEqual([]);
    await d.speaker.start();
    d.listener.connect("198.51.100.1").establish();
    expect(d.heard).toEqual(["range up", "range close administrative", "range up"]);
  });

  test.each([
    [{ ...RANGE, prefix: "198.51.100.0" }, "prefix"],
    [{ ...RANGE, prefix: "198.51.100.0/33" }, "prefix"],
    [{ ...RANGE, prefix: 7 }, "prefix"],
    [{ ...RANGE, limit: 0 }, "limit"],
    [{ ...RANGE, localAs: 0 }, "localAs"],
    [{ ...RANGE, localAddress: "2001:db8::1" }, "localAddress"],
    [{ ...RANGE, remoteAddress: "192.0.2.2" }, "remoteAddress"],
    [{ ...RANGE, passive: false }, "passive"],
    [{ ...RANGE, prefx: "::/0" }, "prefx"],
  ])("%j is refused", (options, field) => {
    const d = new SpeakerDriver();
    expect(() => d.speaker.addListenRange(options as ListenRangeOptions)).toThrow(
      expect.objectContaining({ code: "invalid-value", field }),
    );
  });

  test("twice the same is refused: peer-exists", () => {
    const d = new SpeakerDriver();
    d.speaker.addListenRange(RANGE);
    expect(codeOf(() => d.speaker.addListenRange({ ...RANGE, prefix: "198.51.100.200/24" }))).toBe("peer-exists");
  });
});
