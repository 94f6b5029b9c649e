// Capabilities that change while a session is up: the CAPABILITY message of draft-ietf-idr-dynamic-cap-02, as FRR has it. When it is
// agreed, what each change makes of a session, what follows for stale routes, and what ends it.
import { describe, expect, test } from "vitest";
import {
  addPath,
  dynamicCapability,
  multiprotocol,
  routeRefresh,
  type Capability,
} from "../../packages/core/src/message/capability.ts";
import type { CapabilityChange } from "../../packages/core/src/message/capability-message.ts";
import { PeerMachine } from "../../packages/core/src/peer/machine.ts";
import type { ConnId, SendResult } from "../../packages/core/src/session/io.ts";
import type { Negotiated } from "../../packages/core/src/session/negotiated.ts";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import { messagesTo, ofType, PeerDriver, saidTo } from "../support/peer-driver.ts";
import {
  capability,
  concat,
  hex,
  keepalive,
  message,
  open,
  text,
  update,
  u16,
  usualCapabilities,
} from "../support/wire.ts";

const IPV4 = { afi: 1, safi: 1 } as const;
const IPV6 = { afi: 2, safi: 1 } as const;
const EVPN = { afi: 25, safi: 70 } as const;

/** Our OPEN. */
const OURS: readonly Capability[] = [multiprotocol(1, 1), routeRefresh(), dynamicCapability()];

/** The peer's OPEN, with capability 67 as FRR has it. */
function dynamic(...more: readonly Uint8Array[]): Uint8Array {
  return open({ capabilities: [...usualCapabilities(65002), capability(67), ...more] });
}

/** A ROUTE-REFRESH of IPv6 unicast. */
function routeRefresh6(subtype: number): Uint8Array {
  return message(5, Uint8Array.of(0, 2, subtype, 1));
}

function capabilityMessage(digits: string): Uint8Array {
  return message(6, hex(digits));
}

/** A session of a peer that says this. */
function session(options: Partial<PeerOptions> = {}, says: Uint8Array = dynamic()): { d: PeerDriver; conn: ConnId } {
  const d = new PeerDriver({ capabilities: OURS, ...options });
  const conn = d.reach("outbound");
  d.say(conn, says, keepalive());
  expect(d.view.state).toBe("Established");
  return { d, conn };
}

function agreed(d: PeerDriver): Negotiated {
  return d.view.negotiated!;
}

function send(d: PeerDriver, conn: ConnId, ...changes: readonly CapabilityChange[]): SendResult {
  const result = d.machine.sendCapabilities(d.now, conn, changes);
  d.drain();
  return result;
}

const comes = (capability: Capability): CapabilityChange => ({ action: "advertise", capability });
const goes = (capability: Capability): CapabilityChange => ({ action: "remove", capability });

describe("when CAPABILITY messages are agreed", () => {
  test.each<[name: string, ours: readonly Capability[], theirs: Uint8Array, dynamicCapability: boolean]>([
    ["both have capability 67 without a list", OURS, dynamic(), true],
    ["as FRR writes it, with capability 66 before it", OURS, dynamic(capability(66)), true],
    ["the peer lists codes, as later revisions have it", OURS, open({ capabilities: [capability(67, "01")] }), false],
    ["we list codes", [dynamicCapability([1])], dynamic(), false],
    ["the peer has capability 66 alone", OURS, open({ capabilities: [capability(66)] }), false],
    ["the peer has none", OURS, open(), false],
    ["we have none", [multiprotocol(1, 1)], dynamic(), false],
  ])("%s", (_name, capabilities, theirs, dynamicCapability) => {
    const { d, conn } = session({ capabilities }, theirs);
    expect(agreed(d).dynamicCapability).toBe(dynamicCapability);
    const said = saidTo(d.say(conn, capabilityMessage("00 01 04 0002 00 01")), conn);
    // RFC 4271 section 6.1: else the type does not exist.
    expect(said).toEqual(dynamicCapability ? [] : ["NOTIFICATION 1/3 06"]);
  });

  test("not before the OPENs are there, nor from a peer that has not confirmed ours (RFC 6608)", () => {
    const d = new PeerDriver({ capabilities: OURS });
    const first = d.reach("outbound");
    expect(saidTo(d.say(first, capabilityMessage("00 02 00")), first)).toEqual(["NOTIFICATION 1/3 06"]);
    d.advance(60_000);
    const second = d.reach("outbound");
    d.say(second, dynamic());
    expect(saidTo(d.say(second, capabilityMessage("00 02 00")), second)).toEqual(["NOTIFICATION 5/2 06"]);
  });

  test("a connection that is held back for a collision is chosen by one", () => {
    const d = new PeerDriver({ capabilities: OURS });
    d.start();
    const ours = d.connect();
    const theirs = d.accept();
    d.say(ours, dynamic(), keepalive());
    expect(d.connection(ours)?.state).toBe("OpenConfirm");
    d.say(ours, capabilityMessage("00 01 04 0002 00 01"));
    expect(ofType(d.outputs, "state").at(-1)).toMatchObject({ to: "Established", cause: "CapabilityMsg" });
    expect(d.connection(theirs)?.state).toBe("OpenSent");
  });
});

describe("families", () => {
  test("one that the peer brings is carried once we have it too, whoever comes first", () => {
    const { d, conn } = session();
    const news = d.say(conn, capabilityMessage("00 01 04 0002 00 01"));
    expect(ofType(news, "capabilities")).toMatchObject([
      { conn, direction: "received", changes: [comes(multiprotocol(2, 1))], negotiated: { families: [IPV4] } },
    ]);
    expect(send(d, conn, comes(multiprotocol(2, 1)))).toMatchObject({ status: "sent" });
    expect(agreed(d).families).toEqual([IPV4, IPV6]);
    send(d, conn, comes(multiprotocol(25, 70)));
    expect(agreed(d).families).toEqual([IPV4, IPV6]);
    d.say(conn, capabilityMessage("00 01 04 0019 00 46"));
    expect(agreed(d).families).toEqual([IPV4, IPV6, EVPN]);
    expect(d.view.counters).toMatchObject({ received: { capability: 2 }, sent: { capability: 2 } });
  });

  test("what goes out is octet for octet what FRR sends", () => {
    const { d, conn } = session();
    const before = d.outputs.length;
    send(d, conn, comes(multiprotocol(2, 1)), goes(multiprotocol(1, 1)));
    const written = messagesTo(d.outputs.slice(before), conn).map(({ bytes }) => text(bytes));
    expect(written).toEqual([text(message(6, hex("00 01 04 0002 00 01 01 01 04 0001 00 01")))]);
    expect(ofType(d.outputs.slice(before), "capabilities")).toMatchObject([
      { direction: "sent", negotiated: { families: [] } },
    ]);
  });

  test("one that either side takes away is not carried any more, and may come again", () => {
    const { d, conn } = session({ capabilities: [...OURS, multiprotocol(2, 1)] }, dynamic(capability(1, "0002 00 01")));
    d.say(conn, capabilityMessage("01 01 04 0001 00 01"));
    expect(agreed(d).families).toEqual([IPV6]);
    d.say(conn, capabilityMessage("00 01 04 0001 00 01"));
    expect(agreed(d).families).toEqual([IPV4, IPV6]);
    send(d, conn, goes(multiprotocol(2, 1)));
    expect(agreed(d).families).toEqual([IPV4]);
    expect(d.machine.sendRouteRefresh(d.now, conn, 2, 1)).toEqual({ status: "closed" });
  });

  test("the one that silence stands for (RFC 4760 section 8) stays when another comes", () => {
    const { d, conn } = session({ capabilities: [dynamicCapability()] }, open({ capabilities: [capability(67)] }));
    send(d, conn, comes(multiprotocol(2, 1)));
    d.say(conn, capabilityMessage("00 01 04 0002 00 01"));
    expect(agreed(d).families).toEqual([IPV4, IPV6]);
  });

  test("routes that are stale of one that goes are dropped, and are not retained later", () => {
    const { d, conn } = session(
      { passive: false, capabilities: [...OURS, multiprotocol(2, 1)], gracefulRestart: { families: [IPV4, IPV6] } },
      dynamic(capability(1, "0002 00 01"), capability(64, "4078 0001 01 80 0002 01 80")),
    );
    d.advance(5_000);
    d.feed({ type: "eof", conn });
    expect(d.view.stale).toMatchObject([IPV4, IPV6]);
    const again = d.accept();
    d.say(again, dynamic(capability(1, "0002 00 01"), capability(64, "4078 0001 01 80 0002 01 80")), keepalive());
    d.advance(5_000);
    const news = d.say(again, capabilityMessage("01 01 04 0002 00 01"));
    expect(ofType(news, "stale")).toMatchObject([{ action: "drop", ...IPV6, cause: "notNegotiated" }]);
    expect(ofType(d.feed({ type: "eof", conn: again }), "down")).toMatchObject([{ retained: [IPV4] }]);
  });

  test("End-of-RIB of one that came again is told again; of one that went it is not", () => {
    const { d, conn } = session({ capabilities: [...OURS, multiprotocol(2, 1)] }, dynamic(capability(1, "0002 00 01")));
    const endOfRib = update("0000 0006 800f03 0002 01");
    expect(ofType(d.say(conn, endOfRib), "endOfRib")).toMatchObject([IPV6]);
    expect(ofType(d.say(conn, capabilityMessage("01 01 04 0002 00 01"), endOfRib), "endOfRib")).toEqual([]);
    expect(ofType(d.say(conn, capabilityMessage("00 01 04 0002 00 01"), endOfRib), "endOfRib")).toMatchObject([IPV6]);
  });

  test("of one that came again a refresh begins after its End-of-RIB only (RFC 7313 section 4)", () => {
    const { d, conn } = session(
      { capabilities: [...OURS, multiprotocol(2, 1), { name: "enhancedRouteRefresh", code: 70 }] },
      dynamic(capability(1, "0002 00 01"), capability(64, "0078"), capability(70)),
    );
    const endOfRib = update("0000 0006 800f03 0002 01");
    const begins = (): unknown[] => ofType(d.say(conn, routeRefresh6(1)), "stale");
    d.say(conn, endOfRib, capabilityMessage("01 01 04 0002 00 01"), capabilityMessage("00 01 04 0002 00 01"));
    expect(begins()).toEqual([]);
    d.say(conn, endOfRib);
    expect(begins()).toMatchObject([{ action: "mark", ...IPV6 }]);
  });

  test("after a restart of ours, one that goes is not waited for any more (RFC 4724 section 4.1)", () => {
    const { d, conn } = session(
      { capabilities: [...OURS, multiprotocol(2, 1)], gracefulRestart: { families: [IPV4, IPV6], restarting: true } },
      dynamic(capability(1, "0002 00 01"), capability(64, "0078 0001 01 80 0002 01 80")),
    );
    expect(d.view.deferred).toEqual([IPV4, IPV6]);
    const news = d.say(conn, capabilityMessage("01 01 04 0002 00 01"));
    expect(ofType(news, "selection")).toMatchObject([{ ...IPV6, cause: "notNegotiated" }]);
    expect(d.view.deferred).toEqual([IPV4]);
  });

  test("how the UPDATEs of one that may come are written is agreed in the OPENs", () => {
    const ours = [
      ...OURS,
      addPath([
        { ...IPV4, direction: "both" },
        { ...IPV6, direction: "both" },
      ]),
    ];
    const theirs = capability(69, "0001 01 03 0002 01 03");
    const { d, conn } = session({ capabilities: ours }, dynamic(theirs));
    const both = [IPV4, IPV6].map(({ afi, safi }) => ({ afi, safi, send: true, receive: true }));
    expect(agreed(d).addPath).toEqual(both);
    d.say(conn, capabilityMessage("01 45 00 00 01 04 0002 00 01"));
    expect(agreed(d).addPath).toEqual(both);
    // Where no family can come, the list has those that are carried.
    const plain = session({ capabilities: ours }, open({ capabilities: [...usualCapabilities(65002), theirs] }));
    expect(agreed(plain.d).addPath).toEqual(both.slice(0, 1));
  });
});

describe("other capabilities", () => {
  test.each<[name: string, says: Uint8Array, digits: string, becomes: Partial<Record<keyof Negotiated, unknown>>]>([
    ["route refresh goes", dynamic(), "01 02 00", { routeRefresh: false }],
    [
      "graceful restart comes",
      dynamic(),
      "00 40 02 4078",
      { gracefulRestart: { restartTime: 120 }, gracefulNotification: true },
    ],
    [
      "graceful restart changes",
      dynamic(capability(64, "0078")),
      "00 40 02 0005",
      { gracefulRestart: { restartTime: 5 } },
    ],
    ["graceful restart goes", dynamic(capability(64, "0078")), "01 40 00", { gracefulRestart: null }],
    [
      "long-lived graceful restart comes",
      dynamic(capability(64, "0078")),
      "00 47 07 0001 01 80 00000a",
      { longLivedGracefulRestart: { families: [{ ...IPV4, forwardingPreserved: true, staleTime: 10 }] } },
    ],
    [
      "a limit of paths comes",
      dynamic(capability(69, "0001 01 03")),
      "00 4c 05 0001 01 0002",
      { pathsLimits: [{ ...IPV4, limit: 2 }] },
    ],
    [
      "several in one message",
      dynamic(),
      "01 02 00 00 02 00 00 40 02 0001",
      { routeRefresh: true, gracefulRestart: { restartTime: 1 } },
    ],
  ])("%s", (_name, says, digits, becomes) => {
    const capabilities = [...OURS, addPath([{ ...IPV4, direction: "both" }])];
    const { d, conn } = session(
      { capabilities, gracefulRestart: {}, longLivedGracefulRestart: [{ ...IPV4, staleTime: 30 }] },
      says,
    );
    d.say(conn, capabilityMessage(digits));
    expect(agreed(d)).toMatchObject(becomes);
    expect(d.view.state).toBe("Established");
  });

  test("all that says how octets are read stays: the application is told, and nothing changes", () => {
    const more = [capability(69, "0001 01 03"), capability(6), capability(70), capability(5, "0001 0001 0002")];
    const capabilities: readonly Capability[] = [
      ...OURS,
      addPath([{ ...IPV4, direction: "both" }]),
      { name: "extendedMessage", code: 6 },
      { name: "enhancedRouteRefresh", code: 70 },
      { name: "extendedNextHop", code: 5, entries: [{ ...IPV4, nextHopAfi: 2 }] },
    ];
    const { d, conn } = session({ capabilities }, dynamic(...more));
    const { localOpen: _ours, remoteOpen: _theirs, ...before } = agreed(d);
    const gone = "01 45 00 01 06 00 01 46 00 01 05 00 01 41 04 0000fdea 01 43 00 00 09 01 01";
    expect(ofType(d.say(conn, capabilityMessage(gone)), "capabilities")[0]!.changes).toHaveLength(7);
    expect(agreed(d)).toMatchObject(before);
  });

  test("what a message does not speak of stays as the OPEN had it, several instances too", () => {
    const limits = [capability(76, "0001 01 0002"), capability(76, "0001 01 0005")];
    const capabilities = [...OURS, addPath([{ ...IPV4, direction: "both" }])];
    const { d, conn } = session({ capabilities }, dynamic(capability(69, "0001 01 03"), ...limits));
    const { pathsLimits } = agreed(d);
    d.say(conn, capabilityMessage("00 01 04 0002 00 01"));
    expect(agreed(d).pathsLimits).toEqual(pathsLimits);
    d.say(conn, capabilityMessage("01 4c 00"));
    expect(agreed(d).pathsLimits).toEqual([]);
  });

  test("a value that is not of its format, and a code that nobody knows, change nothing", () => {
    const { d, conn } = session({ gracefulRestart: {} }, dynamic(capability(64, "0078")));
    const { localOpen: _ours, remoteOpen: _theirs, ...before } = agreed(d);
    d.say(conn, capabilityMessage("00 01 03 0002 00 01 01 03 0001 00 00 40 01 00 00 c8 01 07"));
    expect(agreed(d)).toMatchObject(before);
  });
});

/** As many families as fit a message, of as many AFIs. */
function fiveHundred(from: number): Uint8Array {
  const each = Array.from({ length: 500 }, (_, i) => concat(hex("00 01 04"), u16(from + i), hex("00 01")));
  return message(6, concat(...each));
}

describe("endings", () => {
  test.each([
    ["an action that is none", "02 01 04 0002 00 01", "NOTIFICATION 6/0"],
    ["a value that ends too early", "00 01 04 0002 00", "NOTIFICATION 6/0"],
    ["the last family of the peer goes", "01 01 04 0001 00 01", "NOTIFICATION 6/6"],
    ["nothing in it", "", "NOTIFICATION 1/2 0013"],
  ])("%s", (_name, digits, said) => {
    const { d, conn } = session();
    const news = d.say(conn, capabilityMessage(digits));
    expect(saidTo(news, conn)).toEqual([said]);
    expect(ofType(news, "down")).toMatchObject([{ reason: { cause: "local" } }]);
    expect(ofType(news, "capabilities")).toEqual([]);
  });

  test("more capabilities than an OPEN has room for: Cease/Out of Resources, so that the list cannot grow for ever", () => {
    const { d, conn } = session();
    expect(saidTo(d.say(conn, fiveHundred(1)), conn)).toEqual([]);
    expect(saidTo(d.say(conn, fiveHundred(1)), conn)).toEqual([]);
    expect(saidTo(d.say(conn, fiveHundred(501)), conn)).toEqual(["NOTIFICATION 6/8"]);
  });
});

describe("sending", () => {
  test("puts no KEEPALIVE off, is bounded and blocked as UPDATEs are, and changes nothing where it was not sent", () => {
    const { d, conn } = session({ sendHighWaterMark: 100 });
    d.machine.sendUpdate(d.now, conn, new Uint8Array(200));
    expect(send(d, conn, comes(multiprotocol(2, 1)))).toEqual({ status: "blocked" });
    expect(ofType(d.outputs, "capabilities")).toEqual([]);
    d.feed({ type: "unsent", conn, bytes: 0 });
    const before = d.connection(conn)!.keepaliveDeadline!;
    d.advance(1_000);
    expect(send(d, conn, comes(multiprotocol(2, 1)))).toMatchObject({ status: "sent" });
    expect(d.connection(conn)!.keepaliveDeadline).toBe(before);
    const many = Array.from({ length: 600 }, () => comes(multiprotocol(2, 1)));
    d.feed({ type: "unsent", conn, bytes: 0 });
    expect(send(d, conn, ...many)).toEqual({ status: "too-long", limit: 4077 });
  });

  test("what leaves us no family, or does not fit an OPEN, is a mistake that changes nothing", () => {
    const { d, conn } = session();
    const before = agreed(d);
    expect(() => send(d, conn, goes(multiprotocol(1, 1)))).toThrow("changes: no address family is left");
    const families = Array.from({ length: 560 }, (_, i) => comes(multiprotocol(i, 1)));
    expect(() => send(d, conn, ...families, ...families.map((_, i) => comes(multiprotocol(i, 2))))).toThrow(
      "changes: more capabilities than an OPEN has room for",
    );
    expect(agreed(d)).toBe(before);
  });

  test("closed where it is not agreed, before the session is up, and after it", () => {
    const { d, conn } = session({}, open());
    expect(send(d, conn, comes(multiprotocol(2, 1)))).toEqual({ status: "closed" });
    const confirming = new PeerDriver({ capabilities: OURS });
    const waits = confirming.reach("outbound");
    confirming.say(waits, dynamic());
    expect(send(confirming, waits, comes(multiprotocol(2, 1)))).toEqual({ status: "closed" });
    expect(ofType(confirming.outputs, "capabilities")).toEqual([]);
    const other = session();
    other.d.stop();
    expect(send(other.d, other.conn, comes(multiprotocol(2, 1)))).toEqual({ status: "closed" });
  });
});

test("a snapshot has what capabilities have become", () => {
  const { d, conn } = session();
  send(d, conn, comes(multiprotocol(2, 1)));
  d.machine = PeerMachine.restore(d.options, d.environment, structuredClone(d.machine.snapshot()));
  d.say(conn, capabilityMessage("00 01 04 0002 00 01"));
  expect(agreed(d).families).toEqual([IPV4, IPV6]);
  // The next session begins with the OPENs again.
  d.feed({ type: "eof", conn });
  d.advance(60_000);
  const again = d.reach("outbound");
  d.say(again, dynamic(), keepalive());
  expect(agreed(d).families).toEqual([IPV4]);
});
