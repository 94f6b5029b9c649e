// What BMP streams tell: sessions, how the UPDATEs of each of their tables are read, and all that is not routes.
import {
  addPath,
  ByteWriter,
  encodeMessage,
  encodeNotification,
  encodeOpen,
  fourOctetAs,
  multiprotocol,
  toHex,
  type Capability,
  type Direction as CapabilityDirection,
  type Family,
  type Slice,
} from "@bgpwire/core";
import { asPath, createContext, encodeUpdate, nextHop, origin, type ContextOptions } from "@bgpwire/decoder";
import { describe, expect, test } from "vitest";
import type { CaptureEvent, Direction, InformationEvent } from "../event.ts";
import { readAll } from "../stream/record-reader.ts";
import { BmpEvents } from "./events.ts";
import { encodeBmpMessage, type BmpMessage } from "./message.ts";
import { BmpPeerFlag } from "./numbers.ts";
import type { BmpPeerHeader } from "./peer-header.ts";
import { MAX_BMP_OPENS, MAX_BMP_PEERS } from "./peers.ts";
import type { PeerUpMessage } from "./peer-up.ts";

const { V, L, A, O } = BmpPeerFlag;
const IPV4: Family = { afi: 1, safi: 1 };

const PEER: BmpPeerHeader = {
  type: 0,
  flags: 0,
  distinguisher: "0:0",
  address: "192.0.2.2",
  as: 65002,
  bgpIdentifier: "198.51.100.2",
  seconds: 1600000000,
  microseconds: 500000,
};

const LOC_RIB: BmpPeerHeader = { ...PEER, type: 3, address: "0.0.0.0", as: 65001, bgpIdentifier: "198.51.100.1" };

function whole(buffer: Uint8Array): Slice {
  return { buffer, start: 0, end: buffer.length };
}

/** An OPEN for IPv4 of an AS, which can do something with path identifiers. */
function open(as: number, identifier: string, paths: CapabilityDirection | null): Slice {
  const capabilities: Capability[] = [multiprotocol(1, 1), fourOctetAs(as)];
  if (paths !== null) capabilities.push(addPath([{ ...IPV4, direction: paths }]));
  return whole(encodeMessage(1, encodeOpen({ version: 4, myAs: as, holdTime: 180, identifier, capabilities })));
}

/** A Peer Up in which each side can do something with path identifiers of IPv4. */
function peerUp(
  peer: BmpPeerHeader,
  ours: CapabilityDirection | null = null,
  theirs: CapabilityDirection | null = ours,
  more: Partial<PeerUpMessage> = {},
): PeerUpMessage {
  return {
    kind: "peerUp",
    version: 3,
    peer,
    localAddress: peer.type === 3 ? "0.0.0.0" : "192.0.2.1",
    localPort: peer.type === 3 ? 0 : 179,
    remotePort: peer.type === 3 ? 0 : 40000,
    sentOpen: open(65001, "198.51.100.1", ours),
    receivedOpen: open(65002, "198.51.100.2", theirs),
    tlvs: [],
    ...more,
  };
}

/** A Route Monitoring with an UPDATE as it is written with these options. */
function monitoring(peer: BmpPeerHeader, options: ContextOptions = {}): BmpMessage {
  const attributes = [origin("igp"), asPath([65002]), nextHop("192.0.2.2")];
  const nlri = [{ prefix: "203.0.113.0/24", pathId: 1 }];
  const body = encodeUpdate({ attributes, nlri }, createContext(options));
  return { kind: "routeMonitoring", version: 3, peer, message: whole(encodeMessage(2, body)), tlvs: [] };
}

function peerDown(peer: BmpPeerHeader, reason: number = 4): BmpMessage {
  return { kind: "peerDown", version: 3, peer, reason, notification: null, fsmEvent: null, tlvs: [] };
}

function eventsOf(...messages: readonly BmpMessage[]): CaptureEvent[] {
  const octets = messages.map(encodeBmpMessage);
  return readAll(new BmpEvents(), Uint8Array.from(octets.flatMap((message) => Array.from(message))));
}

/** The directions of the messages of a stream. */
function directionsOf(...messages: readonly BmpMessage[]): Direction[] {
  return eventsOf(...messages).flatMap((event) => (event.kind === "message" ? [event.direction] : []));
}

function withFlags(peer: BmpPeerHeader, flags: number): BmpPeerHeader {
  return { ...peer, flags };
}

test("RFC 7854 section 4.10: Peer Up is a session that comes up, with both ends and both OPENs", () => {
  const message = peerUp(PEER);
  const [up, ...more] = eventsOf(message);
  expect(more).toEqual([]);
  expect(up).toMatchObject({
    kind: "up",
    seconds: 1600000000,
    nanoseconds: 500_000_000,
    offset: 0,
    direction: {
      session: 0,
      sender: { address: "192.0.2.2", port: 40000, as: 65002, bgpIdentifier: "198.51.100.2" },
      receiver: { address: "192.0.2.1", port: 179, as: 65001, bgpIdentifier: "198.51.100.1" },
      guessed: false,
      rib: null,
    },
  });
  const bodies = up?.kind === "up" && [up.sentOpen, up.receivedOpen];
  expect(bodies && bodies.map((body) => body && toHex(body.buffer.subarray(body.start, body.end)))).toEqual(
    [message.sentOpen, message.receivedOpen].map((one) => toHex(one!.buffer.subarray(19))),
  );
});

describe("RFC 7854 section 4.9: Peer Down ends the session, and the reason is said", () => {
  const notification = whole(encodeMessage(3, encodeNotification({ code: 6, subcode: 2, data: new Uint8Array(0) })));
  test.each([
    [{ reason: 1, notification }, "the router closed the session: Cease/Administrative Shutdown"],
    [{ reason: 2, fsmEvent: 10 }, "the router closed the session without NOTIFICATION: HoldTimer_Expires"],
    [{ reason: 2, fsmEvent: 29 }, "the router closed the session without NOTIFICATION: SendHoldTimer_Expires"],
    [{ reason: 2, fsmEvent: 30 }, "the router closed the session without NOTIFICATION: event 30"],
    [{ reason: 2, fsmEvent: 0 }, "the router closed the session without NOTIFICATION"],
    [{ reason: 3, notification }, "the peer closed the session: Cease/Administrative Shutdown"],
    [{ reason: 3 }, "the peer closed the session"],
    [{ reason: 4 }, "the peer closed the session without NOTIFICATION"],
    [{ reason: 5 }, "the router does not monitor the peer any more"],
    [{ reason: 6 }, "the router does not monitor the table any more"],
    [{ reason: 99 }, "reason 99"],
  ])("%j", (fields, reason) => {
    const down = { ...peerDown(PEER), ...fields } as BmpMessage;
    const [, event] = eventsOf(peerUp(PEER), down);
    expect(event).toMatchObject({ kind: "down", reason, direction: { session: 0 } });
    const given = event?.kind === "down" ? event.notification : null;
    expect(given && toHex(given.buffer.subarray(given.start, given.end))).toBe(
      "notification" in fields ? toHex(notification.buffer) : null,
    );
  });
});

/** Families with path identifiers in a table, as the OPENs have it: an End-of-RIB cannot say otherwise. */
function pathsOf(ours: CapabilityDirection, theirs: CapabilityDirection, flags: number): readonly Family[] {
  const message = whole(encodeMessage(2, new Uint8Array(4)));
  const peer = withFlags(PEER, flags);
  const endOfRib: BmpMessage = { kind: "routeMonitoring", version: 3, peer, message, tlvs: [] };
  return directionsOf(peerUp(PEER, ours, theirs), endOfRib)[0]!.context.addPath;
}

describe("which table, and who sent the routes to whom", () => {
  test.each([
    [PEER, 0, "adjRibIn"],
    [PEER, L, "adjRibInPost"],
    [PEER, O, "adjRibOut"],
    [PEER, L | O, "adjRibOutPost"],
    [LOC_RIB, 0, "locRib"],
    [LOC_RIB, BmpPeerFlag.F, "locRib"],
  ])("RFC 7854, RFC 8671, RFC 9069: flags %#", (peer, flags, rib) => {
    const [direction] = directionsOf(peerUp(peer), monitoring(withFlags(peer, flags)));
    expect(direction).toMatchObject({ rib, guessed: false, session: 0 });
    const senders = { adjRibIn: "192.0.2.2", adjRibInPost: "192.0.2.2", locRib: "0.0.0.0" };
    expect(direction?.sender.address).toBe((senders as Record<string, string>)[rib] ?? "192.0.2.1");
  });

  test("RFC 8671 section 4: path identifiers are those of the direction", () => {
    for (const flags of [0, L]) expect(pathsOf("receive", "send", flags)).toEqual([IPV4]);
    for (const flags of [O, O | L]) expect(pathsOf("receive", "send", flags)).toEqual([]);
    for (const flags of [0, L]) expect(pathsOf("send", "receive", flags)).toEqual([]);
    for (const flags of [O, O | L]) expect(pathsOf("send", "receive", flags)).toEqual([IPV4]);
  });

  test.each(["send", "receive", "both"] as const)(
    "RFC 9069 section 5.2: in a Loc-RIB there are path identifiers, whatever the direction: %s",
    (direction) => {
      const [{ context }] = directionsOf(peerUp(LOC_RIB, direction), monitoring(LOC_RIB, { addPath: [IPV4] })) as [
        Direction,
      ];
      expect(context.addPath).toEqual([IPV4]);
    },
  );

  test("RFC 7854 section 4.2: the A flag says that AS numbers have two octets, whatever the OPENs say", () => {
    const two = monitoring(withFlags(PEER, A), { fourOctetAs: false });
    expect(directionsOf(peerUp(PEER), two)[0]!.context.fourOctetAs).toBe(false);
    expect(directionsOf(peerUp(PEER), monitoring(PEER))[0]!.context.fourOctetAs).toBe(true);
    // Without Peer Up too.
    expect(directionsOf(two)[0]!.context.fourOctetAs).toBe(false);
  });

  test("only what crossed the session is held to what the session forbids; next hops may be zero elsewhere (RFC 8671 section 5.2)", () => {
    const flags = [0, L, O, O | L];
    const directions = directionsOf(peerUp(PEER), ...flags.map((flag) => monitoring(withFlags(PEER, flag))));
    expect(directions.map(({ context }) => context.session)).toEqual(["ebgp", "unknown", "unknown", "ebgp"]);
    expect(directions.map(({ context }) => context.overrides["next-hop-address"])).toEqual([
      undefined,
      "off",
      "off",
      undefined,
    ]);
  });

  test("all messages of a table share a direction", () => {
    const out = withFlags(PEER, O | L);
    const [one, other, again, otherAgain] = directionsOf(
      peerUp(PEER),
      ...[PEER, out, PEER, out].map((peer) => monitoring(peer)),
    );
    expect(one).toBe(again);
    expect(other).toBe(otherAgain);
    expect(one).not.toBe(other);
  });
});

describe("RFC 7854 section 4.2: peers are told apart", () => {
  test("by type, distinguisher and address, and not by flags that say nothing of the peer", () => {
    const peers = [
      PEER,
      { ...PEER, address: "192.0.2.3" },
      { ...PEER, type: 1, distinguisher: "65000:1" },
      { ...PEER, type: 1, distinguisher: "65000:2" },
      { ...PEER, type: 2, distinguisher: "65000:2" },
      { ...PEER, flags: V, address: "2001:db8::2" },
      withFlags(PEER, L | A),
    ];
    const events = eventsOf(...peers.map((peer) => monitoring(peer)));
    expect(events.map((event) => event.kind === "message" && event.direction.session)).toEqual([0, 1, 2, 3, 4, 5, 0]);
  });

  test("a Peer Up of its own for each table is of one session, which ends with the last Peer Down", () => {
    const post = withFlags(PEER, L);
    const events = eventsOf(
      peerUp(PEER),
      peerUp(post, "both"),
      monitoring(PEER),
      monitoring(post, { addPath: [IPV4] }),
      peerDown(post),
      monitoring(PEER),
      peerDown(PEER),
      peerUp(PEER),
    );
    const sessions = events.map((event) =>
      "direction" in event ? `${event.kind} ${event.direction.session}` : event.kind,
    );
    expect(sessions).toEqual(["up 0", "up 0", "message 0", "message 0", "down 0", "message 0", "down 0", "up 1"]);
    const messages = events.flatMap((event) => (event.kind === "message" ? [event.direction] : []));
    expect(messages.map(({ context, guessed }) => [context.addPath.length, guessed])).toEqual([
      [0, false],
      [1, false],
      [0, false],
    ]);
  });

  test("a Peer Up of another connection is another session", () => {
    const events = eventsOf(peerUp(PEER), peerUp(PEER), peerUp(PEER, null, null, { remotePort: 50000 }));
    expect(events.map((event) => event.kind === "up" && event.direction.session)).toEqual([0, 1, 2]);
  });

  test("RFC 9069 section 6.1.1: emulated peers of one Loc-RIB have families each", () => {
    const v6: Partial<PeerUpMessage> = {
      sentOpen: whole(
        encodeMessage(
          1,
          encodeOpen({
            version: 4,
            myAs: 65001,
            holdTime: 0,
            identifier: "198.51.100.1",
            capabilities: [multiprotocol(2, 1)],
          }),
        ),
      ),
    };
    const events = eventsOf(
      peerUp(LOC_RIB, "both"),
      peerUp(LOC_RIB, null, null, v6),
      monitoring(LOC_RIB, { addPath: [IPV4] }),
    );
    expect(events.map((event) => "direction" in event && event.direction.session)).toEqual([0, 0, 0]);
    expect(events.at(-1)).toMatchObject({ direction: { guessed: false, context: { addPath: [IPV4] } } });
  });
});

describe("where a Peer Up is missing, or is not right", () => {
  test("path identifiers are found in the UPDATEs, and marked as guessed", () => {
    const [direction] = directionsOf(monitoring(PEER, { addPath: [IPV4] }));
    expect(direction).toMatchObject({
      guessed: true,
      context: { addPath: [IPV4], fourOctetAs: true },
      receiver: { address: "0.0.0.0", port: null, as: null, bgpIdentifier: null },
    });
    expect(directionsOf(monitoring(PEER))[0]).toMatchObject({ guessed: true, context: { addPath: [] } });
  });

  test("OPENs that cannot be read are as none", () => {
    const broken = peerUp(PEER, "both", "both", { sentOpen: whole(encodeMessage(1, new Uint8Array(10))) });
    expect(directionsOf(broken, monitoring(PEER))[0]).toMatchObject({ guessed: true, context: { addPath: [] } });
  });

  test("UPDATEs that cannot be read as the OPENs say, but the other way, are", () => {
    const [plain, paths] = [monitoring(PEER), monitoring(PEER, { addPath: [IPV4] })];
    const directions = directionsOf(peerUp(PEER), plain, paths, paths, plain);
    expect(directions.map(({ context, guessed }) => [context.addPath, guessed])).toEqual([
      [[], false],
      [[IPV4], true],
      [[IPV4], true],
      [[], true],
    ]);
    expect(directions[1]).toBe(directions[2]);
    const two = directionsOf(peerUp(PEER), monitoring(PEER, { fourOctetAs: false }))[0];
    expect(two).toMatchObject({ guessed: true, context: { fourOctetAs: false, session: "ebgp" } });
  });

  test("what no context can read changes nothing", () => {
    const torn = whole(encodeMessage(2, Uint8Array.of(0, 0, 0, 4, 0x40, 1, 9, 0, 33, 1, 2, 3)));
    const message: BmpMessage = { kind: "routeMonitoring", version: 3, peer: PEER, message: torn, tlvs: [] };
    expect(directionsOf(peerUp(PEER), message)[0]).toMatchObject({ guessed: false, context: { addPath: [] } });
  });
});

function stateless(direction: CapabilityDirection, options: ContextOptions): BmpMessage {
  return {
    ...(monitoring(PEER, options) as Extract<BmpMessage, { kind: "routeMonitoring" }>),
    version: 4,
    tlvs: [
      { name: "statelessParsing", type: 1, index: 0, capability: addPath([{ ...IPV4, direction }]) },
      { name: "vrfTableName", type: 3, index: 0, text: "red" },
      { name: "bgpMessage", type: 4, index: 0 },
      { name: "pathStatus", type: 5, index: 1, status: 10, reason: null },
    ],
  };
}

describe("draft-ietf-grow-bmp-tlv: messages that say themselves how they are read", () => {
  test("the capabilities in their TLVs count instead of those of the Peer Up", () => {
    const v4 = stateless("receive", { addPath: [IPV4] });
    expect(directionsOf(v4)[0]).toMatchObject({ guessed: false, context: { addPath: [IPV4] } });
    const [one, other] = directionsOf(peerUp(PEER), v4, monitoring(PEER));
    expect([one!.context.addPath, other!.context.addPath]).toEqual([[IPV4], []]);
    expect(one!.session).toBe(other!.session);
  });

  test("what TLVs say of routes comes before them", () => {
    const [information, message] = eventsOf(stateless("both", { addPath: [IPV4] }));
    expect(information).toMatchObject({
      kind: "information",
      name: "routeMonitoring",
      values: {
        peer: { address: "192.0.2.2" },
        rib: "adjRibIn",
        tlvs: [
          { name: "vrfTableName", text: "red" },
          { name: "pathStatus", index: 1, status: 10 },
        ],
      },
    });
    expect(message?.kind).toBe("message");
  });

  test("one without an UPDATE is a problem", () => {
    const none: BmpMessage = { kind: "routeMonitoring", version: 4, peer: PEER, message: null, tlvs: [] };
    expect(eventsOf(none)).toEqual([
      { kind: "problem", offset: 0, reason: "a Route Monitoring without UPDATE", skipped: 48 },
    ]);
  });
});

test("RFC 7854 section 4.7: messages that are mirrored are those of the session, and lost ones a gap", () => {
  const keepalive = whole(encodeMessage(4, new Uint8Array(0)));
  const mirroring: BmpMessage = {
    kind: "routeMirroring",
    version: 3,
    peer: withFlags(PEER, A | O),
    tlvs: [
      { name: "information", type: 1, code: 1 },
      { name: "information", type: 1, code: 0 },
      { name: "bgpMessage", type: 0, message: keepalive },
    ],
  };
  const [, gap, information, message] = eventsOf(peerUp(PEER, "send", "receive"), mirroring);
  expect(gap).toMatchObject({ kind: "gap", octets: null, direction: { rib: null } });
  expect(information).toMatchObject({ kind: "information", name: "routeMirroring", values: { tlvs: [{ code: 0 }] } });
  // "This flag has no significance when used with route mirroring messages", said of A; O is the router's own.
  expect(message).toMatchObject({
    kind: "message",
    type: 4,
    direction: {
      rib: null,
      sender: { address: "192.0.2.1" },
      context: { fourOctetAs: true, addPath: [IPV4], session: "ebgp" },
    },
  });
});

function informationOf(...messages: readonly BmpMessage[]): Pick<InformationEvent, "name" | "values">[] {
  return eventsOf(...messages).flatMap((event) =>
    event.kind === "information" ? [{ name: event.name, values: event.values }] : [],
  );
}

describe("what is not routes", () => {
  test("Initiation, Termination and types that are not known", () => {
    const sysName = { name: "sysName", type: 2, text: "r1" } as const;
    const raw = { name: "raw", type: 9, value: Uint8Array.of(10) } as const;
    expect(
      informationOf(
        { kind: "initiation", version: 3, tlvs: [sysName, raw] },
        { kind: "unknown", version: 3, type: 100, body: whole(new Uint8Array(2)) },
        { kind: "termination", version: 3, tlvs: [{ name: "reason", type: 1, code: 4 }] },
      ),
    ).toEqual([
      { name: "initiation", values: { version: 3, tlvs: [sysName, { name: "raw", type: 9, value: { hex: "0a" } }] } },
      { name: "unknown", values: { version: 3, type: 100 } },
      { name: "termination", values: { version: 3, tlvs: [{ name: "reason", type: 1, code: 4 }] } },
    ]);
  });

  test("statistics, as JSON can have them", () => {
    const statistics = [{ name: "locRibRoutes", type: 8, value: "18446744073709551615" } as const];
    const [event] = informationOf({ kind: "statisticsReport", version: 3, peer: LOC_RIB, statistics });
    expect(event).toEqual({ name: "statistics", values: { peer: LOC_RIB, rib: "locRib", statistics } });
    expect(JSON.parse(JSON.stringify(event))).toEqual(event);
  });

  test("names of tables and labels of peers", () => {
    const tlvs = [{ name: "vrfTableName", type: 3, text: "red" } as const];
    expect(informationOf(peerUp(PEER, null, null, { tlvs }))).toMatchObject([{ name: "peerUp", values: { tlvs } }]);
    const down = { ...peerDown(PEER, 6), tlvs } as BmpMessage;
    expect(informationOf(down)).toMatchObject([{ name: "peerDown", values: { tlvs } }]);
  });

  test("octets that do not fit are a problem behind what could be read", () => {
    const rest = Uint8Array.of(0, 1, 0, 99);
    expect(eventsOf({ kind: "initiation", version: 3, tlvs: [], rest })).toMatchObject([
      { kind: "information" },
      { kind: "problem", offset: 6, skipped: 4 },
    ]);
  });

  test("microseconds of more than a second are seconds", () => {
    const [event] = eventsOf(monitoring({ ...PEER, microseconds: 2_500_001 }));
    expect(event).toMatchObject({ seconds: 1600000002, nanoseconds: 500_001_000 });
    const [last] = eventsOf(monitoring({ ...PEER, seconds: 0xffff_ffff, microseconds: 0xffff_ffff }));
    expect(last).toMatchObject({ seconds: 0xffff_ffff });
  });
});

test("of more than MAX_BMP_PEERS the one that came up first is read as if it had not", () => {
  const peers = Array.from({ length: MAX_BMP_PEERS + 1 }, (_, i) => ({
    ...PEER,
    address: `10.0.${i >> 8}.${i & 255}`,
  }));
  const octets = peers.map((peer) => encodeBmpMessage(peerUp(peer)));
  const events = new BmpEvents();
  for (const message of octets) {
    events.push(message);
    while (events.next() !== null);
  }
  for (const peer of [peers[1]!, peers[0]!]) events.push(encodeBmpMessage(monitoring(peer)));
  expect(events.next()).toMatchObject({ direction: { guessed: false } });
  expect(events.next()).toMatchObject({ direction: { guessed: true } });
});

/** With so many octets of capabilities that nobody knows. */
function longOpen(octets: number): Slice {
  const body = new ByteWriter();
  body.u8(4);
  body.u16(65002);
  body.u16(180);
  body.u32(0xc633_6402);
  // RFC 9072 section 2
  body.u8(255);
  body.u8(255);
  body.lengthU16(() => {
    body.u8(2);
    body.lengthU16(() => {
      for (let left = octets; left > 0; left -= 250) {
        body.u8(128);
        body.lengthU8(() => body.bytes(new Uint8Array(Math.min(left, 250) - 2)));
      }
    });
  });
  return whole(encodeMessage(1, body.finish()));
}

function guessedAfter(...ups: readonly PeerUpMessage[]): (boolean | null)[] {
  const events = new BmpEvents();
  for (const message of [...ups, ...ups.map(({ peer }) => monitoring(peer))]) {
    events.push(encodeBmpMessage(message));
  }
  const guessed: (boolean | null)[] = [];
  for (let event = events.next(); event !== null; event = events.next()) {
    if (event.kind === "message") guessed.push(event.direction.guessed);
  }
  return guessed;
}

describe("OPENs", () => {
  test("RFC 8654 section 4: one of more than 4096 octets is none", () => {
    for (const [octets, guessed] of [
      [4050, false],
      [4090, true],
    ] as const) {
      expect(guessedAfter(peerUp(PEER, null, null, { receivedOpen: longOpen(octets) }))).toEqual([guessed]);
    }
  });

  test("of more octets than MAX_BMP_OPENS the oldest are forgotten", () => {
    const receivedOpen = longOpen(4000);
    const fit = Math.floor(MAX_BMP_OPENS / 4200);
    const ups = Array.from({ length: fit + 100 }, (_, i) =>
      peerUp({ ...PEER, address: `10.0.${i >> 8}.${i & 255}` }, null, null, { receivedOpen }),
    );
    const guessed = guessedAfter(...ups);
    expect(guessed[0]).toBe(true);
    expect(guessed.slice(-fit).filter((one) => one === true)).toEqual([]);
  });
});
