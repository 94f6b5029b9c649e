// What two OPENs agree on, by the RFC of each capability. Both OPENs go through a machine: ours is built from options, the
// peer's is octets by hand; what comes out with `up` is compared.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AddPathEntry, Capability, Direction } from "../../packages/core/src/message/capability.ts";
import type { OpenMessage } from "../../packages/core/src/message/open.ts";
import type { Negotiated } from "../../packages/core/src/session/negotiated.ts";
import { negotiate } from "../../packages/core/src/session/negotiated.ts";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import { messagesTo, ofType, PeerDriver } from "../support/peer-driver.ts";
import type { OpenFields } from "../support/wire.ts";
import {
  capability,
  hex,
  keepalive,
  message as wire,
  notification,
  text,
  u32,
  usualCapabilities,
} from "../support/wire.ts";

const IPV4 = { afi: 1, safi: 1 };
const IPV6 = { afi: 2, safi: 1 };
const LABELED = { afi: 1, safi: 4 };
const EVPN = { afi: 25, safi: 70 };

const family = (f: { afi: number; safi: number }): Capability => ({ name: "multiprotocol", code: 1, ...f });
const ours = (...capabilities: Capability[]): Partial<PeerOptions> => ({ capabilities });
const AS4 = capability(65, u32(65002));
const theirs = (...capabilities: Uint8Array[]): OpenFields => ({ capabilities: [...capabilities, AS4] });
const role = (value: number): Capability => ({ name: "role", code: 9, role: value });
const labels = (count: number): Capability => ({
  name: "multipleLabels",
  code: 8,
  entries: [{ ...LABELED, count }],
});
const mp = (afi: number, safi: number): Uint8Array => capability(1, Uint8Array.of(afi >> 8, afi, 0, safi));

/** The agreement of a session with these options and this OPEN from the peer. */
function agree(options: Partial<PeerOptions>, fields: OpenFields = {}): Negotiated {
  const d = new PeerDriver(options);
  const conn = d.establish("outbound", fields);
  const { negotiated } = ofType(d.outputs, "up")[0]!;
  expect(d.view.negotiated).toEqual(negotiated);
  expect(d.connection(conn)?.negotiated).toEqual(negotiated);
  return negotiated;
}

/** Our OPEN on the connection that is dialled next. */
function nextOpen(d: PeerDriver): string {
  return text(messagesTo(d.outputs, d.reach("outbound"))[0]!.body);
}

/** The first OPEN of ours. */
function ourOpen(options: Partial<PeerOptions>): string {
  return nextOpen(new PeerDriver(options));
}

describe("our OPEN", () => {
  it.each<[string, Partial<PeerOptions>, string]>([
    [
      "RFC 4271 section 4.2 with the usual capabilities",
      {},
      // version, AS, hold time, identifier, parameters: multiprotocol IPv4 unicast, route refresh, four-octet AS
      "04 fde9 005a 0a000001 10 02 0e 0104 00010001 0200 4104 0000fde9",
    ],
    [
      "RFC 6793 section 4.2.1: AS_TRANS where the number needs four octets",
      { localAs: 4_200_000_000 },
      "04 5ba0 005a 0a000001 10 02 0e 0104 00010001 0200 4104 fa56ea00",
    ],
    [
      "RFC 6793 section 3: if and only if; the highest number of two octets is its own",
      { localAs: 65_535 },
      "04 ffff 005a 0a000001 10 02 0e 0104 00010001 0200 4104 0000ffff",
    ],
    [
      "an old two-octet speaker says nothing of capability 65",
      { fourOctetAs: false },
      "04 fde9 005a 0a000001 0a 02 08 0104 00010001 0200",
    ],
    ["no capabilities at all", { fourOctetAs: false, capabilities: [] }, "04 fde9 005a 0a000001 00"],
    ["hold time 0", { holdTime: 0, fourOctetAs: false, capabilities: [] }, "04 fde9 0000 0a000001 00"],
    [
      "identifier of the peer's options",
      { routerId: "203.0.113.9", fourOctetAs: false, capabilities: [] },
      "04 fde9 005a cb007109 00",
    ],
  ])("%s", (_name, options, expected) => expect(ourOpen(options)).toBe(expected.replaceAll(" ", "")));

  it("RFC 9072 section 2: extended parameters where they exceed 255 octets", () => {
    const capabilities = Array.from({ length: 3 }, (_, i): Capability => ({
      name: "raw",
      code: 200 + i,
      value: new Uint8Array(100),
    }));
    const body = ourOpen({ capabilities });
    // Parameters: one of type 2 with 3 × 102 + 6 octets.
    expect(body.slice(18, 18 + 14)).toBe("ffff" + "013b" + "02" + "0138");
    expect(body.length / 2).toBe(9 + 4 + 3 + 312);
  });
});

describe("a peer that knows no capabilities (RFC 5492 section 3)", () => {
  const REFUSED = notification(2, 4);
  /** Our second OPEN, where the first got this answer. */
  const second = (options: Partial<PeerOptions>, answer: Uint8Array = REFUSED): string => {
    const d = new PeerDriver(options);
    d.say(d.reach("outbound"), answer);
    d.advance(d.view.connectRetryDeadline! - d.now);
    return nextOpen(d);
  };
  const PLAIN = "04fde9005a0a00000100";

  it("SHOULD be tried without the parameter, for one session", () => {
    const d = new PeerDriver();
    d.say(d.reach("outbound"), REFUSED);
    d.advance(d.view.connectRetryDeadline! - d.now);
    const conn = d.establish("outbound", { capabilities: [] });
    expect(messagesTo(d.outputs, conn).map(({ type, body }) => [type, text(body)])[0]).toEqual([1, PLAIN]);
    expect(d.view.negotiated).toMatchObject({ fourOctetAs: false, families: [IPV4], routeRefresh: false });
    d.feed({ type: "eof", conn });
    d.advance(d.view.connectRetryDeadline! - d.now);
    expect(nextOpen(d)).toBe(ourOpen({}));
  });

  it("is tried with AS_TRANS, as RFC 6793 section 4.2.1 has it", () => {
    expect(second({ localAs: 4_200_000_000 })).toBe("045ba0005a0a00000100");
  });

  it.each<[string, Partial<PeerOptions>, Uint8Array]>([
    ["the answer is about something else", {}, notification(2, 6)],
    ["it is no answer to an OPEN", {}, notification(3, 4)],
    ["some are required", { requiredCapabilities: [2] }, REFUSED],
    ["a role has to be said (RFC 9234 section 4.1)", ours(family(IPV4), role(0)), REFUSED],
    ["IPv4 unicast is not wanted", ours(family(IPV6)), REFUSED],
  ])("is not where %s", (_name, options, answer) => {
    expect(second(options, answer)).toBe(ourOpen(options));
  });

  it("is not after a start, nor once its OPEN has come", () => {
    const d = new PeerDriver();
    d.say(d.reach("outbound"), REFUSED);
    d.stop();
    d.start();
    expect(nextOpen(d)).toBe(ourOpen({}));
    const late = new PeerDriver();
    late.say(late.confirm(), REFUSED);
    late.advance(late.view.connectRetryDeadline! - late.now);
    expect(nextOpen(late)).toBe(ourOpen({}));
  });
});

describe("who the peer is", () => {
  it("AS numbers, identifiers, external or internal (RFC 4271 8.2.2 OpenSent)", () => {
    expect(agree({})).toMatchObject({
      localAs: 65001,
      remoteAs: 65002,
      localIdentifier: "10.0.0.1",
      remoteIdentifier: "10.0.0.2",
      sessionType: "ebgp",
    });
    expect(agree({ remoteAs: 65001 }, { as: 65001 })).toMatchObject({ remoteAs: 65001, sessionType: "ibgp" });
  });

  it("RFC 6793 section 4.1: the number of capability 65 in lieu of the field", () => {
    const as = 4_200_000_001;
    expect(agree({ remoteAs: as }, { as })).toMatchObject({ remoteAs: as, fourOctetAs: true });
    expect(agree({ remoteAs: "any" }, { as, myAs: 23456 }).remoteAs).toBe(as);
    expect(agree({}, { as: 65002, myAs: 100 }).remoteAs).toBe(65002);
  });

  it("RFC 6793 section 4.2: a peer without capability 65 is an OLD speaker", () => {
    expect(agree({}, { capabilities: [mp(1, 1)] })).toMatchObject({ remoteAs: 65002, fourOctetAs: false });
    expect(agree({}, { capabilities: [] })).toMatchObject({ remoteAs: 65002, fourOctetAs: false, families: [IPV4] });
    // We may be AS_TRANS for it; our own number stays what it is.
    expect(agree({ localAs: 4_200_000_000 }, { capabilities: [] })).toMatchObject({
      localAs: 4_200_000_000,
      fourOctetAs: false,
      sessionType: "ebgp",
    });
  });

  it("an old speaker of ours reads the number of a new peer", () => {
    expect(agree({ fourOctetAs: false })).toMatchObject({ fourOctetAs: false, remoteAs: 65002 });
  });

  it("an internal session between four-octet speakers", () => {
    const as = 4_200_000_000;
    expect(agree({ localAs: as, remoteAs: as }, { as }).sessionType).toBe("ibgp");
  });
});

describe("hold time (RFC 4271 section 4.2: the smaller of its configured Hold Time and the Hold Time received)", () => {
  it.each([
    [90, 90, 90],
    [90, 30, 30],
    [30, 90, 30],
    [3, 65535, 3],
    [90, 0, 0],
    [0, 90, 0],
    [0, 0, 0],
    [65535, 65535, 65535],
  ])("ours %s, theirs %s", (holdTime, remote, expected) => {
    const d = new PeerDriver({ holdTime });
    const conn = d.establish("outbound", { holdTime: remote });
    const { negotiated } = ofType(d.outputs, "up")[0]!;
    expect(negotiated.holdTime).toBe(expected);
    expect(negotiated.keepaliveTime).toBeCloseTo(expected / 3, 9);
    const view = d.connection(conn)!;
    if (expected === 0) expect(view).toMatchObject({ holdDeadline: null, keepaliveDeadline: null });
    else {
      expect(view.holdDeadline).toBe(d.now + expected * 1000);
      // Section 10: jitter of 0.75 to 1.0; section 4.4: not more frequently than one per second.
      const interval = view.keepaliveDeadline! - d.now;
      expect(interval).toBeGreaterThanOrEqual(Math.max(1000, 0.75 * (expected / 3) * 1000));
      expect(interval).toBeLessThanOrEqual((expected / 3) * 1000);
    }
  });

  it("section 4.4: KEEPALIVE messages MUST NOT be sent more frequently than one per second", () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const d = new PeerDriver({ holdTime: 3 }, { seed });
      const conn = d.establish();
      const times = [d.now];
      while (times.length < 30) {
        const at = d.machine.deadline()!;
        if (messagesTo(d.advance(at - d.now), conn).length > 0) times.push(d.now);
        d.say(conn, keepalive());
      }
      for (let i = 1; i < times.length; i += 1) expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(1000);
    }
  });

  it("section 10: a new random value is picked each time the timer is set", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    const intervals = new Set<number>();
    for (let i = 0; i < 20; i += 1) {
      const at = d.connection(conn)!.keepaliveDeadline!;
      intervals.add(at - d.now);
      expect(at - d.now).toBeGreaterThanOrEqual(22_500);
      expect(at - d.now).toBeLessThanOrEqual(30_000);
      d.advance(at - d.now);
      d.say(conn, keepalive());
    }
    expect(intervals.size).toBeGreaterThan(10);
  });
});

describe("families (RFC 4760 section 8: each speaker MUST advertise to the other)", () => {
  it.each<[string, Capability[], Uint8Array[], (typeof IPV4)[]]>([
    ["both say the same", [family(IPV4), family(IPV6)], [mp(1, 1), mp(2, 1)], [IPV4, IPV6]],
    ["the intersection", [family(IPV4), family(IPV6)], [mp(2, 1), mp(25, 70)], [IPV6]],
    ["the peer says nothing: IPv4 unicast", [family(IPV4), family(IPV6)], [], [IPV4]],
    ["the peer says nothing, and we have no IPv4 unicast", [family(IPV6)], [], []],
    ["we say nothing: IPv4 unicast", [], [mp(1, 1), mp(2, 1)], [IPV4]],
    ["nobody says anything", [], [], [IPV4]],
    ["nothing in common", [family(IPV6)], [mp(25, 70)], []],
    ["the same family twice", [family(IPV4), family(EVPN)], [mp(1, 1), mp(1, 1), mp(25, 70)], [IPV4, EVPN]],
    ["a family nobody knows", [family({ afi: 999, safi: 99 })], [mp(999, 99)], [{ afi: 999, safi: 99 }]],
    ["the reserved octet is ignored", [family(IPV6)], [capability(1, "0002 ff 01")], [IPV6]],
  ])("%s", (_name, mine, remote, expected) => {
    const agreed = agree(ours(...mine), theirs(...remote));
    expect(agreed.families.map(({ afi, safi }) => ({ afi, safi }))).toEqual(expected);
  });
});

describe("ADD-PATH (RFC 7911 section 5: 2 or 3 here and 1 or 3 there)", () => {
  const DIRECTIONS = { receive: "01", send: "02", both: "03" } as const;
  const names = ["receive", "send", "both"] as const;
  const cases = names.flatMap((here) => names.map((there) => [here, there] as const));
  it.each(cases)("we %s, the peer %s", (here, there) => {
    const entry: AddPathEntry = { ...IPV4, direction: here };
    const { addPath } = agree(
      ours(family(IPV4), { name: "addPath", code: 69, entries: [entry] }),
      theirs(mp(1, 1), capability(69, `0001 01 ${DIRECTIONS[there]}`)),
    );
    const send = here !== "receive" && there !== "send";
    const receive = here !== "send" && there !== "receive";
    expect(addPath).toEqual(send || receive ? [{ ...IPV4, send, receive }] : []);
  });

  it("per family, and only for families that are agreed", () => {
    const { addPath } = agree(
      ours(family(IPV4), family(IPV6), {
        name: "addPath",
        code: 69,
        entries: [
          { ...IPV4, direction: "send" },
          { ...IPV6, direction: "receive" },
          { ...EVPN, direction: "both" },
        ],
      }),
      theirs(mp(1, 1), mp(2, 1), capability(69, "0001 01 03  0002 01 03  0019 46 03")),
    );
    expect(addPath).toEqual([
      { ...IPV4, send: true, receive: false },
      { ...IPV6, send: false, receive: true },
    ]);
  });

  it("RFC 5492 section 4: several instances count together, and of a family the last entry", () => {
    const entries: AddPathEntry[] = [
      { ...IPV4, direction: "both" },
      { ...IPV6, direction: "both" },
    ];
    const { addPath } = agree(
      ours(family(IPV4), family(IPV6), { name: "addPath", code: 69, entries }),
      theirs(mp(1, 1), mp(2, 1), capability(69, "0001 01 01"), capability(69, "0002 01 03 0001 01 02")),
    );
    expect(addPath).toEqual([
      { ...IPV4, send: false, receive: true },
      { ...IPV6, send: true, receive: true },
    ]);
  });

  it("only one side has it", () => {
    expect(agree({}, theirs(mp(1, 1), capability(69, "0001 01 03"))).addPath).toEqual([]);
    const mine: Capability = { name: "addPath", code: 69, entries: [{ ...IPV4, direction: "both" }] };
    expect(agree(ours(family(IPV4), mine)).addPath).toEqual([]);
  });

  it("section 4: with any other value the capability is treated as not understood and ignored", () => {
    const mine: Capability = { name: "addPath", code: 69, entries: [{ ...IPV4, direction: "both" }] };
    expect(agree(ours(family(IPV4), mine), theirs(mp(1, 1), capability(69, "0001 01 00"))).addPath).toEqual([]);
    expect(agree(ours(family(IPV4), mine), theirs(mp(1, 1), capability(69, "0001 01 04"))).addPath).toEqual([]);
  });
});

describe("extended messages (RFC 8654 section 4: each direction by the receiver's word)", () => {
  const mine: Capability = { name: "extendedMessage", code: 6 };
  it.each([
    [false, false, 4096, 4096],
    [false, true, 65535, 4096],
    [true, false, 4096, 65535],
    [true, true, 65535, 65535],
  ])("we say it: %s, the peer says it: %s", (here, there, sent, received) => {
    const agreed = agree(
      ours(family(IPV4), ...(here ? [mine] : [])),
      theirs(mp(1, 1), ...(there ? [capability(6)] : [])),
    );
    expect(agreed).toMatchObject({ maxMessageSent: sent, maxMessageReceived: received });
  });

  it("what we may send is limited to it", () => {
    for (const [there, limit] of [
      [[], 4096],
      [[capability(6)], 65535],
    ] as const) {
      const d = new PeerDriver();
      const conn = d.establish("outbound", theirs(mp(1, 1), ...there));
      expect(d.machine.sendUpdate(d.now, conn, new Uint8Array(limit - 19))).toMatchObject({ status: "sent" });
      expect(d.machine.sendUpdate(d.now, conn, new Uint8Array(limit - 18))).toEqual({
        status: "too-long",
        limit: limit - 19,
      });
      const written = messagesTo(d.drain(), conn);
      expect(written.map((m) => m.bytes.length)).toEqual([limit]);
    }
  });
});

describe("route refresh", () => {
  const routeRefresh: Capability = { name: "routeRefresh", code: 2 };
  const enhanced: Capability = { name: "enhancedRouteRefresh", code: 70 };
  it.each<[string, Capability[], Uint8Array[], boolean, boolean]>([
    ["nobody", [], [], false, false],
    ["both (RFC 2918)", [routeRefresh], [capability(2)], true, false],
    ["we alone", [routeRefresh, enhanced], [], false, false],
    ["the peer alone", [], [capability(2), capability(70)], false, false],
    ["both enhanced (RFC 7313)", [routeRefresh, enhanced], [capability(2), capability(70)], true, true],
    [
      "RFC 2918 section 2: its forerunner alone, whose messages have type 128",
      [routeRefresh],
      [capability(128)],
      false,
      false,
    ],
    ["its forerunner besides", [routeRefresh], [capability(128), capability(2)], true, false],
  ])("%s", (_name, mine, remote, plain, more) => {
    const agreed = agree(ours(family(IPV4), ...mine), theirs(mp(1, 1), ...remote));
    expect(agreed).toMatchObject({ routeRefresh: plain, enhancedRouteRefresh: more });
  });

  it("RFC 2918 section 4: a request is sent only to a peer that can and for a family that is agreed", () => {
    const able = new PeerDriver();
    const conn = able.establish();
    expect(able.machine.sendRouteRefresh(able.now, conn, 1, 1)).toMatchObject({ status: "sent" });
    expect(messagesTo(able.drain(), conn).map((m) => text(m.bytes).slice(36))).toEqual(["05" + "00010001"]);
    expect(able.machine.sendRouteRefresh(able.now, conn, 2, 1)).toEqual({ status: "closed" });
    for (const without of [theirs(mp(1, 1)), theirs(mp(1, 1), capability(128))]) {
      const unable = new PeerDriver();
      const other = unable.establish("outbound", without);
      expect(unable.machine.sendRouteRefresh(unable.now, other, 1, 1)).toEqual({ status: "closed" });
    }
  });
});

it("RFC 7313 section 4: BoRR and EoRR go to a peer with capability 70 alone, for each family of the session", () => {
  const mine = ours(family(IPV4), family(IPV6), { name: "enhancedRouteRefresh", code: 70 });
  const send = (more: Uint8Array[], ...what: readonly [number, number, number, Uint8Array?][]): string[] => {
    const d = new PeerDriver(mine);
    const conn = d.establish("outbound", theirs(mp(1, 1), mp(2, 1), ...more));
    return what.map((one) => d.machine.sendRouteRefresh(d.now, conn, ...one).status);
  };
  expect(send([capability(70)], [1, 1, 1], [2, 1, 2], [1, 2, 1], [1, 1, 1, hex("01")])).toEqual([
    "sent",
    "sent",
    "closed",
    "closed",
  ]);
  expect(send([], [1, 1, 1], [2, 1, 2])).toEqual(["closed", "closed"]);
});

const orf = (direction: Direction, code: 3 | 130 = 3, type = 64, of = IPV4): Capability => ({
  name: "outboundRouteFiltering",
  code,
  entries: [{ ...of, types: [{ type, direction }] }],
});
/** The octet behind the type: 1 receive, 2 send, 3 both. */
const theirOrf = (direction: number, code = 3, type = "40"): Uint8Array =>
  capability(code, `0001 00 01 01 ${type} 0${direction}`);

describe("outbound route filters (RFC 5291)", () => {
  it.each<[string, Direction, number, boolean, boolean]>([
    ["receive and send", "receive", 2, false, true],
    ["receive and both", "receive", 3, false, true],
    ["receive and receive", "receive", 1, false, false],
    ["send and receive", "send", 1, true, false],
    ["send and send", "send", 2, false, false],
    ["both and send", "both", 2, false, true],
    ["both and receive", "both", 1, true, false],
    ["both and both", "both", 3, true, true],
  ])("section 5: %s", (_name, here, there, send, receive) => {
    const { outboundRouteFilters } = agree(ours(family(IPV4), orf(here)), theirs(mp(1, 1), theirOrf(there)));
    expect(outboundRouteFilters).toEqual(send || receive ? [{ ...IPV4, type: 64, send, receive }] : []);
  });

  it("each type for itself, under either number of the capability, once", () => {
    const mine = [orf("both"), orf("receive"), orf("both", 130, 128), orf("both", 3, 65)];
    const agreed = agree(ours(family(IPV4), ...mine), theirs(mp(1, 1), theirOrf(2), theirOrf(3, 130, "80")));
    expect(agreed.outboundRouteFilters).toEqual([
      { ...IPV4, type: 64, send: false, receive: true },
      { ...IPV4, type: 128, send: true, receive: true },
    ]);
  });

  it("only for families of the session", () => {
    const mine = ours(family(IPV4), family(IPV6), orf("both", 3, 64, IPV6));
    const theirsToo = theirs(mp(1, 1), capability(3, "0002 00 01 01 40 03"));
    expect(agree(mine, theirsToo).outboundRouteFilters).toEqual([]);
  });

  const FILTERS = hex("0140000180");

  it("section 6: they are sent where the peer takes their types, with or without capability 2", () => {
    for (const peer of [theirs(mp(1, 1), theirOrf(1)), theirs(mp(1, 1), theirOrf(1), capability(2))]) {
      const d = new PeerDriver(ours(family(IPV4), family(IPV6), orf("send")));
      const conn = d.establish("outbound", peer);
      expect(d.machine.sendRouteRefresh(d.now, conn, 1, 1, 0, FILTERS)).toMatchObject({ status: "sent" });
      expect(d.machine.sendRouteRefresh(d.now, conn, 1, 1)).toMatchObject({ status: "sent" });
      expect(messagesTo(d.drain(), conn).map((m) => text(m.bytes).slice(32))).toEqual([
        "001c05" + "00010001" + "0140000180",
        "001705" + "00010001",
      ]);
      const closed = [
        d.machine.sendRouteRefresh(d.now, conn, 2, 1, 0, FILTERS),
        d.machine.sendRouteRefresh(d.now, conn, 1, 1, 0, hex("0140000180410000")),
        d.machine.sendRouteRefresh(d.now, conn, 1, 1, 0, hex("01400002")),
        d.machine.sendRouteRefresh(d.now, conn, 1, 1, 1, FILTERS),
      ];
      for (const result of closed) expect(result).toEqual({ status: "closed" });
    }
  });

  it("section 6: not to a peer that does not take them", () => {
    for (const there of [2, 3]) {
      const d = new PeerDriver(ours(family(IPV4), { name: "routeRefresh", code: 2 }, orf("receive")));
      const conn = d.establish("outbound", theirs(mp(1, 1), capability(2), theirOrf(there)));
      expect(d.machine.sendRouteRefresh(d.now, conn, 1, 1, 0, FILTERS)).toEqual({ status: "closed" });
      expect(d.machine.sendRouteRefresh(d.now, conn, 1, 1)).toMatchObject({ status: "sent" });
    }
  });

  it("those of the peer come with its request", () => {
    const d = new PeerDriver(ours(family(IPV4), orf("receive")));
    const conn = d.establish("outbound", theirs(mp(1, 1), theirOrf(2)));
    const news = d.say(conn, wire(5, hex("00010001 01 40 0001 80")));
    expect(ofType(news, "refresh")).toEqual([{ type: "refresh", conn, ...IPV4, subtype: 0, body: FILTERS }]);
  });
});

const paths = (...list: AddPathEntry[]): Capability => ({ name: "addPath", code: 69, entries: list });

describe("PATHS-LIMIT (draft-abraitis-idr-addpath-paths-limit section 3)", () => {
  const both: AddPathEntry = { ...IPV4, direction: "both" };
  const mine = ours(family(IPV4), family(IPV6), paths(both, { ...IPV6, direction: "both" }));
  const limits = (...given: Uint8Array[]): Negotiated["pathsLimits"] =>
    agree(mine, theirs(mp(1, 1), mp(2, 1), ...given)).pathsLimits;
  const theyTakeBoth = capability(69, "0001 01 01 0002 01 01");

  it("is what the peer wants of us, by family", () => {
    expect(limits(theyTakeBoth, capability(76, "0001 01 0002 0002 01 ffff"))).toEqual([
      { ...IPV4, limit: 2 },
      { ...IPV6, limit: 65535 },
    ]);
  });

  it.each([
    ["an entry of 0", [theyTakeBoth, capability(76, "0001 01 0000")]],
    ["no entry", [theyTakeBoth, capability(76)]],
    ["a family that is not in ADD-PATH", [capability(69, "0002 01 01"), capability(76, "0001 01 0002")]],
    ["a peer that takes one path", [capability(69, "0001 01 02"), capability(76, "0001 01 0002")]],
    ["no ADD-PATH at all", [capability(76, "0001 01 0002")]],
  ])("is none with %s", (_name, given) => {
    expect(limits(...given)).toEqual([]);
  });

  it("the first entry of a family counts", () => {
    expect(limits(theyTakeBoth, capability(76, "0001 01 0003 0001 01 0002"))).toEqual([{ ...IPV4, limit: 3 }]);
  });
});

describe("roles (RFC 9234 section 4.2, table 2)", () => {
  it.each([
    ["Provider and Customer", 0, 3],
    ["Customer and Provider", 3, 0],
    ["RS and RS-Client", 1, 2],
    ["RS-Client and RS", 2, 1],
    ["Peer and Peer", 4, 4],
  ])("%s", (_name, here, there) => {
    const agreed = agree(ours(family(IPV4), role(here)), theirs(mp(1, 1), capability(9, Uint8Array.of(there))));
    expect(agreed.role).toEqual({ local: here, remote: there });
  });

  it("only one side says it", () => {
    expect(agree(ours(family(IPV4), role(0))).role).toBeNull();
    expect(agree({}, theirs(mp(1, 1), capability(9, "03"))).role).toBeNull();
  });

  it("strict mode: requiring capability 9 refuses a peer without it", () => {
    const d = new PeerDriver({ ...ours(family(IPV4), role(0)), requiredCapabilities: [9] });
    const conn = d.confirm();
    expect(d.connection(conn)).toBeUndefined();
    // RFC 9234 section 4.2: "the connection is rejected using the Role Mismatch Notification (code 2, subcode 11)".
    expect(d.view.lastSent).toMatchObject({ code: 2, subcode: 11 });
  });
});

describe("required capabilities (RFC 5492 section 3)", () => {
  it.each([[[2]], [[1, 2, 65]], [[]]])("%j are there", (requiredCapabilities) => {
    expect(agree({ requiredCapabilities }, { capabilities: usualCapabilities(65002) }).routeRefresh).toBe(true);
  });

  it("unknown codes can be required too", () => {
    const required = { requiredCapabilities: [200] };
    expect(agree(required, theirs(mp(1, 1), capability(200, "01"))).remoteAs).toBe(65002);
    const d = new PeerDriver(required);
    d.confirm();
    expect(d.view.lastSent).toMatchObject({ code: 2, subcode: 7 });
    expect(text(d.view.lastSent!.data)).toBe("c800");
  });
});

describe("graceful restart", () => {
  const mine: Capability = {
    name: "gracefulRestart",
    code: 64,
    restarting: false,
    notification: true,
    restartTime: 120,
    families: [{ ...IPV4, forwardingPreserved: true }],
  };
  const long: Capability = { name: "longLivedGracefulRestart", code: 71, families: [] };

  it("RFC 4724 section 3, RFC 8538 section 2: what the peer said, where both have it", () => {
    const remote = capability(64, "c0b4 0001 01 80 0002 01 00");
    expect(agree(ours(family(IPV4), mine), theirs(mp(1, 1), remote)).gracefulRestart).toMatchObject({
      restarting: true,
      notification: true,
      restartTime: 180,
      families: [
        { ...IPV4, forwardingPreserved: true },
        { ...IPV6, forwardingPreserved: false },
      ],
    });
    expect(agree({}, theirs(mp(1, 1), remote)).gracefulRestart).toBeNull();
    expect(agree(ours(family(IPV4), mine)).gracefulRestart).toBeNull();
  });

  it("RFC 4724 section 3: MUST ignore all but the last instance", () => {
    const agreed = agree(
      ours(family(IPV4), mine),
      theirs(mp(1, 1), capability(64, "0001"), capability(64, "0002"), capability(64, "0003")),
    );
    expect(agreed.gracefulRestart?.restartTime).toBe(3);
  });

  it("RFC 9494 section 3.1: long-lived, with its 24-bit time", () => {
    const agreed = agree(
      ours(family(IPV4), mine, long),
      theirs(mp(1, 1), capability(64, "0078"), capability(71, "0001 01 80 ffffff")),
    );
    expect(agreed.longLivedGracefulRestart?.families).toMatchObject([
      { ...IPV4, forwardingPreserved: true, staleTime: 16_777_215 },
    ]);
  });

  it("RFC 9494 section 4.5: without the capability of RFC 4724 it MUST be ignored", () => {
    const agreed = agree(ours(family(IPV4), mine, long), theirs(mp(1, 1), capability(71, "0001 01 80 000e10")));
    expect(agreed.longLivedGracefulRestart).toBeNull();
  });
});

describe("next hops and labels", () => {
  it("RFC 8950 section 4: next hops of another family that both accept, for families that are agreed", () => {
    const entries = [
      { afi: 1, safi: 1, nextHopAfi: 2 },
      { afi: 1, safi: 128, nextHopAfi: 2 },
    ];
    const agreed = agree(
      ours(family(IPV4), { name: "extendedNextHop", code: 5, entries }),
      theirs(mp(1, 1), capability(5, "0001 0001 0002  0001 0080 0002")),
    );
    expect(agreed.extendedNextHop).toEqual([entries[0]]);
    const both = [entries[0]!, { afi: 1, safi: 4, nextHopAfi: 2 }];
    const several = agree(
      ours(family(IPV4), family(LABELED), { name: "extendedNextHop", code: 5, entries: both }),
      theirs(mp(1, 1), mp(1, 4), capability(5, "0001 0001 0002"), capability(5, "0001 0004 0002")),
    );
    expect(several.extendedNextHop).toEqual(both);
  });

  it.each([
    ["another next hop", "0001 0001 0001"],
    ["another SAFI", "0001 0004 0002"],
    ["another AFI", "0002 0001 0002"],
  ])("RFC 8950 section 4: not with %s of the peer", (_name, remote) => {
    const entries = [{ ...IPV4, nextHopAfi: 2 }];
    const agreed = agree(
      ours(family(IPV4), family(IPV6), family(LABELED), { name: "extendedNextHop", code: 5, entries }),
      theirs(mp(1, 1), mp(2, 1), mp(1, 4), capability(5, remote)),
    );
    expect(agreed.extendedNextHop).toEqual([]);
    expect(agree({}, theirs(mp(1, 1), capability(5, "0001 0001 0002"))).extendedNextHop).toEqual([]);
  });

  it.each<[string, string, { send: number; receive: number } | null]>([
    ["both directions by the receiver's count", "0001 04 05", { send: 5, receive: 3 }],
    ["255: no limit", "0001 04 ff", { send: 255, receive: 3 }],
    ["Count=0 MUST be ignored", "0001 04 00", null],
    ["Count=1 MUST be ignored", "0001 04 01", null],
    ["of a given AFI/SAFI all but the first MUST be ignored", "0001 04 02 0001 04 09", { send: 2, receive: 3 }],
    ["another AFI", "0002 04 05", null],
    ["another SAFI", "0001 01 05", null],
  ])("RFC 8277 section 2.1: %s", (_name, remote, expected) => {
    const agreed = agree(ours(family(LABELED), labels(3)), theirs(mp(1, 4), capability(8, remote)));
    expect(agreed.multipleLabels).toEqual(expected ? [{ ...LABELED, ...expected }] : []);
  });

  it("RFC 8277 section 2.1: a Count=1 of ours is none either", () => {
    expect(
      agree(ours(family(LABELED), labels(1)), theirs(mp(1, 4), capability(8, "0001 04 05"))).multipleLabels,
    ).toEqual([]);
  });

  it("RFC 8277 section 2.1: only the first copy of the capability is significant", () => {
    const agreed = agree(
      ours(family(LABELED), labels(3)),
      theirs(mp(1, 4), capability(8, "0001 04 02"), capability(8, "0001 04 09")),
    );
    expect(agreed.multipleLabels).toEqual([{ ...LABELED, send: 2, receive: 3 }]);
  });
});

/** Lists of one side and the other need not have the same order. */
function byFamily<F extends { afi: number; safi: number }>(list: readonly F[]): F[] {
  return list.toSorted((x, y) => x.afi - y.afi || x.safi - y.safi);
}

function byType(list: Negotiated["outboundRouteFilters"]): Negotiated["outboundRouteFilters"] {
  return byFamily(list.toSorted((x, y) => x.type - y.type));
}

/** Sending seen from the other side. */
function turned<T extends { send: unknown; receive: unknown }>(list: readonly T[]): T[] {
  return list.map((one) => Object.assign({}, one, { send: one.receive, receive: one.send }));
}

describe("the agreement as a value", () => {
  it("is deeply frozen", () => {
    const agreed = agree(
      ours(family(IPV4), { name: "addPath", code: 69, entries: [{ ...IPV4, direction: "both" }] }),
      theirs(mp(1, 1), capability(69, "0001 01 03"), capability(200, "01")),
    );
    const loose: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
      if (!Object.isFrozen(value)) loose.push(path);
      for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
    };
    visit(agreed, "negotiated");
    expect(loose).toEqual([]);
  });

  it("holds both OPENs as they were", () => {
    const agreed = agree({}, theirs(mp(1, 1), capability(200, "0102")));
    expect(agreed.remoteOpen).toMatchObject({ version: 4, myAs: 65002, holdTime: 90, identifier: "10.0.0.2" });
    expect(agreed.remoteOpen.capabilities.map((c) => c.code)).toEqual([1, 200, 65]);
    expect(agreed.localOpen.capabilities.map((c) => c.code)).toEqual([1, 2, 65]);
  });

  it("both sides compute the same agreement from their point of view", () => {
    const entry = fc.constantFrom(IPV4, IPV6, LABELED, EVPN);
    const direction = fc.constantFrom("receive" as const, "send" as const, "both" as const);
    const oneCapability = fc.oneof(
      entry.map(family),
      fc.constantFrom<Capability>(
        { name: "routeRefresh", code: 2 },
        { name: "extendedMessage", code: 6 },
        { name: "enhancedRouteRefresh", code: 70 },
        { name: "routeRefreshCisco", code: 128 },
      ),
      fc.array(fc.record({ family: entry, direction }), { maxLength: 3 }).map((list): Capability => ({
        name: "addPath",
        code: 69,
        entries: list.map((e) => ({ ...e.family, direction: e.direction })),
      })),
      fc.array(fc.record({ family: entry, count: fc.nat(255) }), { maxLength: 3 }).map((list): Capability => ({
        name: "multipleLabels",
        code: 8,
        entries: list.map((e) => ({ ...e.family, count: e.count })),
      })),
      fc.nat(4).map((value) => role(value)),
      fc
        .array(fc.record({ family: entry, type: fc.constantFrom(64, 128), direction }), { maxLength: 3 })
        .map((list): Capability => ({
          name: "outboundRouteFiltering",
          code: 3,
          entries: list.map((e) => ({ ...e.family, types: [{ type: e.type, direction: e.direction }] })),
        })),
      fc.constantFrom(65001, 65002, 4_200_000_000).map((as): Capability => ({ name: "fourOctetAs", code: 65, as })),
    );
    const anOpen = (identifier: string): fc.Arbitrary<OpenMessage> =>
      fc.record({
        version: fc.constant(4),
        myAs: fc.constantFrom(65001, 65002),
        holdTime: fc.constantFrom(0, 3, 90, 65535),
        identifier: fc.constant(identifier),
        capabilities: fc.array(oneCapability, { maxLength: 8 }),
      });
    fc.assert(
      fc.property(anOpen("10.0.0.1"), anOpen("10.0.0.2"), (a, b) => {
        const here = negotiate(a, b);
        const there = negotiate(b, a);
        expect(there).toMatchObject({
          localAs: here.remoteAs,
          remoteAs: here.localAs,
          localIdentifier: here.remoteIdentifier,
          sessionType: here.sessionType,
          holdTime: here.holdTime,
          fourOctetAs: here.fourOctetAs,
          routeRefresh: here.routeRefresh,
          enhancedRouteRefresh: here.enhancedRouteRefresh,
          maxMessageSent: here.maxMessageReceived,
          maxMessageReceived: here.maxMessageSent,
        });
        expect(byFamily(there.families)).toEqual(byFamily(here.families));
        expect(byFamily(turned(there.addPath))).toEqual(byFamily(here.addPath));
        expect(byFamily(turned(there.multipleLabels))).toEqual(byFamily(here.multipleLabels));
        expect(byType(turned(there.outboundRouteFilters))).toEqual(byType(here.outboundRouteFilters));
        expect(there.role === null).toBe(here.role === null);
        if (here.role) expect(there.role).toEqual({ local: here.role.remote, remote: here.role.local });
      }),
    );
  });
});
