// What MRT files are made of events, and what is said of what they cannot have.
import {
  addPath,
  encodeMessage,
  encodeOpen,
  fourOctetAs,
  MessageType,
  multiprotocol,
  type Family,
} from "@bgpwire/core";
import {
  asPath,
  createContext,
  encodeUpdate,
  endOfRib,
  mpReachNlri,
  nextHop,
  origin,
  type DecodeContext,
} from "@bgpwire/decoder";
import { describe, expect, test } from "vitest";
import { joined } from "../bytes/joined.ts";
import type { CaptureEvent, Direction, Endpoint, MessageEvent, Rib, RouteEvent } from "../event.ts";
import { readAll } from "../stream/record-reader.ts";
import { MrtEvents } from "./events.ts";
import { MrtReader } from "./reader.ts";
import { MrtWriter } from "./writer.ts";

const IPV4: Family = { afi: 1, safi: 1 };
const IPV6: Family = { afi: 2, safi: 1 };
const at = { seconds: 1_600_000_000, nanoseconds: 123_456_000, offset: 0 };

function end(address: string, as: number | null, bgpIdentifier: string | null = null): Endpoint {
  return { address, port: null, as, bgpIdentifier };
}

const PEER = end("192.0.2.1", 65_001);
const LOCAL = end("192.0.2.2", 4_200_000_000);

function direction(sender: Endpoint, receiver: Endpoint, context: DecodeContext, rib: Rib | null = null): Direction {
  return { session: 0, sender, receiver, context, guessed: false, rib };
}

function message(direction: Direction, body: Uint8Array, type: number = MessageType.Update): MessageEvent {
  const buffer = encodeMessage(type, body);
  return { kind: "message", ...at, direction, type, buffer, start: 0, end: buffer.length };
}

function update(context: DecodeContext, prefix: string): Uint8Array {
  const pathId = context.addPath.some(({ afi }) => afi === 1) ? { pathId: 7 } : {};
  return encodeUpdate(
    { attributes: [origin("igp"), asPath([65_001]), nextHop("192.0.2.1")], nlri: [{ prefix, ...pathId }] },
    context,
  );
}

function openBody(myAs: number): Uint8Array {
  return encodeOpen({ version: 4, myAs, holdTime: 90, identifier: "192.0.2.1", capabilities: [] });
}

function write(...events: readonly CaptureEvent[]): { readonly octets: Uint8Array; readonly notes: string[] } {
  const writer = new MrtWriter();
  const parts = [...events.map((event) => writer.event(event)), writer.end()];
  const notes = [...writer.notes].map(({ kind, count, what }) => `${kind} ${count} ${what}`);
  return { octets: joined(...parts), notes };
}

describe("messages", () => {
  const two = createContext({ fourOctetAs: false });
  const four = createContext();
  const paths = createContext({ addPath: [IPV4] });

  test.each([
    ["AS numbers of two octets", two, false, 1],
    ["of four", four, false, 4],
    ["with path identifiers", paths, false, 9],
    ["of the local side", four, true, 7],
    ["of both", paths, true, 11],
  ])("RFC 6396 section 4.4, RFC 8050 section 3: the subtype says %s", (_name, context, local, subtype) => {
    const first = message(
      direction(end("192.0.2.1", 65_001), end("192.0.2.2", 65_002), context),
      update(context, "10.0.0.0/8"),
    );
    const [peer, own] = [first.direction.sender, first.direction.receiver];
    const event = local ? { ...first, direction: direction(own, peer, context) } : first;
    const { octets, notes } = write(first, event);
    const record = readAll(new MrtReader(), octets)[1]!;
    expect(record).toMatchObject({
      kind: "bgp4mpMessage",
      type: 17,
      subtype,
      peerAs: 65_001,
      localAs: 65_002,
      microseconds: 123_456,
    });
    expect(notes).toEqual([]);
  });

  test("an UPDATE is with path identifiers if its own families are, whatever others of the session", () => {
    const withBoth = createContext({ addPath: [IPV4] });
    const there = direction(PEER, LOCAL, withBoth);
    const reach = mpReachNlri("prefix", IPV6, "2001:db8::1", [{ prefix: "2001:db8::/32" }]);
    const ipv6 = encodeUpdate({ attributes: [origin("igp"), asPath([65_001]), reach] }, withBoth);
    const both = encodeUpdate(
      {
        attributes: [origin("igp"), asPath([65_001]), nextHop("192.0.2.1"), reach],
        nlri: [{ prefix: "10.0.0.0/8", pathId: 1 }],
      },
      withBoth,
    );
    const { octets, notes } = write(
      message(there, update(withBoth, "10.0.0.0/8")),
      message(there, ipv6),
      message(there, both),
    );
    expect(readAll(new MrtReader(), octets)).toMatchObject([{ subtype: 9 }, { subtype: 4 }]);
    expect(notes).toEqual(["leftOut 1 UPDATEs of families with path identifiers and without"]);
  });

  test("path identifiers that were guessed against a record are said by no other record either", () => {
    const there = { ...direction(PEER, LOCAL, paths), guessed: true };
    const guess = message(there, update(paths, "10.0.0.0/8"));
    const { octets } = write({ ...guess, mrt: { type: 17, subtype: 4 } }, guess);
    expect(readAll(new MrtReader(), octets)).toMatchObject([{ subtype: 4 }, { subtype: 9 }]);
  });

  test("what does not fit is said: nanoseconds, AS numbers, tables of routers", () => {
    const event = message(direction(end("2001:db8::1", null), LOCAL, two, "adjRibInPost"), endOfRib(IPV4));
    const { octets, notes } = write({ ...event, nanoseconds: 123_456_789 });
    expect(readAll(new MrtReader(), octets)).toMatchObject([
      {
        microseconds: 123_456,
        peerAs: 0,
        localAs: 23_456,
        peerAddress: "2001:db8::1",
        localAddress: "::ffff:192.0.2.2",
      },
    ]);
    expect(notes).toEqual([
      "changed 1 UPDATEs of other tables than Adj-RIB-In before policy, which stand beside those as if of the session",
      "changed 1 times with nanoseconds, which are cut to microseconds",
      "changed 1 AS numbers that are not known, which are 0",
      "changed 1 AS numbers of four octets in sessions with two, which are 23456",
    ]);
  });

  test("what is no message, or does not fit any field, is left out", () => {
    const there = direction(PEER, LOCAL, four);
    const whole = message(there, endOfRib(IPV4));
    const { octets, notes } = write(
      { ...whole, end: whole.end - 1 },
      message(direction(end("router", 1), LOCAL, four), endOfRib(IPV4)),
    );
    expect(octets.length).toBe(0);
    expect(notes).toEqual([
      "leftOut 1 messages with a header that is not theirs",
      'leftOut 1 what cannot be written: peerAddress: "router" is no IPv4 address',
    ]);
  });
});

test("RFC 6396 section 4.4.1: a session of BMP that comes and goes is OPENs, NOTIFICATION and states", () => {
  const open = encodeOpen({
    version: 4,
    myAs: 65_001,
    holdTime: 90,
    identifier: "192.0.2.1",
    capabilities: [multiprotocol(1, 1), fourOctetAs(65_001), addPath([{ ...IPV4, direction: "both" }])],
  });
  const body = { buffer: open, start: 0, end: open.length };
  const there = direction(PEER, LOCAL, createContext());
  const cease = encodeMessage(MessageType.Notification, Uint8Array.of(6, 2));
  const { octets, notes } = write(
    { kind: "up", ...at, direction: there, sentOpen: body, receivedOpen: body },
    {
      kind: "down",
      ...at,
      direction: there,
      reason: "the peer closed the session: Cease/Administrative Shutdown",
      notification: { buffer: cease, start: 0, end: cease.length },
    },
    { kind: "down", ...at, direction: there, reason: "closed", notification: null },
  );
  expect(readAll(new MrtEvents(), octets)).toMatchObject([
    { kind: "message", type: 1, direction: { sender: { address: "192.0.2.1" } } },
    { kind: "message", type: 1, direction: { sender: { address: "192.0.2.2" } } },
    { kind: "state", oldState: 5, newState: 6, direction: { sender: { address: "192.0.2.1" } } },
    { kind: "message", type: 3, direction: { sender: { address: "192.0.2.1" } } },
    { kind: "state", oldState: 6, newState: 1 },
  ]);
  expect(notes).toEqual(["leftOut 1 ends of connections"]);
});

function peersTable(...peers: readonly Endpoint[]): CaptureEvent {
  const rows = peers.map(({ address, as, bgpIdentifier }) => ({
    peerType: address.includes(":") ? 3 : 2,
    bgpIdentifier,
    address,
    as,
  }));
  const values = { collectorBgpIdentifier: "198.51.100.1", viewName: "main", peers: rows };
  return { kind: "information", ...at, name: "peerIndexTable", values };
}

test("an OPEN waits for the AS number of the other end, so that all records of a session have the same two", () => {
  const [one, two] = [end("192.0.2.1", 65_001), end("192.0.2.2", 65_002)];
  const first = message(direction(one, end("192.0.2.2", null), createContext()), openBody(65_001), MessageType.Open);
  const second = message(direction(two, one, createContext()), openBody(65_002), MessageType.Open);
  const other = { ...direction(one, two, createContext()), session: 1 };
  const { octets, notes } = write(first, message(other, endOfRib(IPV4)), second);
  expect(readAll(new MrtReader(), octets)).toMatchObject([
    { subtype: 4 },
    { subtype: 4, peerAs: 65_001, localAs: 65_002 },
    { subtype: 7, peerAs: 65_001, localAs: 65_002 },
  ]);
  expect(
    new Set(readAll(new MrtEvents(), octets).map((event) => "direction" in event && event.direction.session)).size,
  ).toBe(1);
  expect(notes).toEqual([]);
  // Nothing follows that tells it.
  expect(write(first).notes).toEqual(["changed 1 AS numbers that are not known, which are 0"]);
});

describe("routes", () => {
  const [one, two] = [end("192.0.2.1", 65_001, "192.0.2.1"), end("2001:db8::2", 65_002, "192.0.2.2")];
  const attributes = Uint8Array.of(0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 3, 4, 192, 0, 2, 1);

  function route(peer: Endpoint, nlri: readonly number[], more: Partial<RouteEvent> = {}): RouteEvent {
    const buffer = Uint8Array.from(nlri);
    const context = createContext();
    const whole = { buffer: attributes, start: 0, end: attributes.length };
    const slice = { buffer, start: 0, end: buffer.length };
    const fields = { peer, originated: 1, family: IPV4, nlri: slice, pathId: null, attributes: whole, context };
    return { kind: "route", ...at, nanoseconds: 0, ...fields, ...more };
  }

  test("RFC 6396 section 4.3: routes to a prefix that stood in one record do so again", () => {
    const { octets, notes } = write(
      peersTable(one, two),
      route(two, [8, 10]),
      route(one, [8, 10]),
      route(one, [8, 11]),
      route(one, [8, 11], { offset: 99 }),
    );
    expect(readAll(new MrtReader(), octets)).toMatchObject([
      { kind: "peerIndexTable", viewName: "main", collectorBgpIdentifier: "198.51.100.1" },
      { kind: "rib", subtype: 2, sequence: 0, entries: [{ peerIndex: 1 }, { peerIndex: 0 }] },
      { kind: "rib", sequence: 1, entries: [{ peerIndex: 0 }] },
      { kind: "rib", sequence: 2, entries: [{ peerIndex: 0 }] },
    ]);
    expect(notes).toEqual([]);
  });

  test("a peer that the table does not have gets another table, in which the others keep their places", () => {
    const { octets, notes } = write(peersTable(one), route(one, [8, 10]), route(two, [8, 10]), route(one, [8, 10]));
    expect(readAll(new MrtReader(), octets)).toMatchObject([
      { peers: [{ as: 65_001 }] },
      { entries: [{ peerIndex: 0 }] },
      { peers: [{ as: 65_001 }, { as: 65_002, address: "2001:db8::2" }] },
      { entries: [{ peerIndex: 1 }, { peerIndex: 0 }] },
    ]);
    expect(notes).toEqual(["madeUp 1 tables of peers"]);
  });

  test("a table of peers that was passed over is written before the first route, and not without one", () => {
    const writer = new MrtWriter();
    writer.passOver(peersTable(one, two));
    expect(writer.end().length).toBe(0);
    const parts = [writer.event(route(two, [8, 10])), writer.end()];
    expect(readAll(new MrtReader(), joined(...parts))).toMatchObject([
      { peers: [{ as: 65_001 }, { as: 65_002 }] },
      { entries: [{ peerIndex: 1 }] },
    ]);
    expect([...writer.notes]).toEqual([]);
  });

  test("RFC 8050 section 4: path identifiers stand in entries, of other families in the NLRI", () => {
    const context = createContext({ addPath: [IPV4, { afi: 1, safi: 4 }] });
    const paths = [1, 2].map((pathId) => route(one, [8, 10], { pathId, context }));
    const labeled = [1, 2].map((pathId) =>
      route(one, [32, 0, 1, 1, 10], { pathId, context, family: { afi: 1, safi: 4 } }),
    );
    const { octets } = write(peersTable(one), ...paths, ...labeled);
    expect(readAll(new MrtReader(), octets)).toMatchObject([
      {},
      { subtype: 8, entries: [{ pathId: 1 }, { pathId: 2 }] },
      { subtype: 12, family: { afi: 1, safi: 4 }, entries: [{ pathId: null }] },
      { subtype: 12 },
    ]);
    const read = readAll(new MrtEvents(), octets).filter((event) => event.kind === "route");
    expect(read.map(({ pathId }) => pathId)).toEqual([1, 2, 1, 2]);
  });

  test("RFC 6396 section 4.2: AS numbers of two octets are TABLE_DUMP, which has unicast alone", () => {
    const context = createContext({ fourOctetAs: false });
    const { octets, notes } = write(
      route(one, [9, 10, 128], { context }),
      route(two, [16, 0x20, 1], { context, family: IPV6 }),
      route(one, [8, 10], { context, family: { afi: 1, safi: 2 } }),
    );
    expect(readAll(new MrtReader(), octets)).toMatchObject([
      { kind: "tableDump", subtype: 1, entries: [{ prefix: "10.128.0.0", prefixLength: 9, peerAs: 65_001 }] },
      { kind: "tableDump", subtype: 2, entries: [{ prefix: "2001::", prefixLength: 16, peerAddress: "2001:db8::2" }] },
    ]);
    expect(notes).toEqual(["leftOut 1 routes with AS numbers of two octets that are not of IPv4 or IPv6 unicast"]);
  });
});
