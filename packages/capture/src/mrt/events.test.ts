// What an MRT file tells: messages, states and routes, with who said them and how they are read.
import { encodeKeepalive, encodeMessage, fromHex, MessageType, toHex } from "@bgpwire/core";
import { decodeUpdate } from "@bgpwire/decoder";
import { expect, test } from "vitest";
import type { CaptureEvent, MessageEvent, RouteEvent } from "../event.ts";
import { readAll } from "../stream/record-reader.ts";
import { MrtEvents, type MrtOptions } from "./events.ts";
import { Bgp4mpSubtype, MrtType, TableDumpV2Subtype } from "./numbers.ts";
import { indexedPeer } from "./peer-table.ts";
import { encodeMrtRecord, type MrtFields } from "./record.ts";
import { MAX_MRT_SESSIONS } from "./sessions.ts";
import { updateOfRoute } from "./update-of-route.ts";

function octets(digits: string): Uint8Array {
  return fromHex(digits.replaceAll(/\s/g, ""))!;
}

function fileOf(...records: readonly MrtFields[]): Uint8Array {
  return Uint8Array.from(records.flatMap((fields) => Array.from(encodeMrtRecord(fields))));
}

function eventsOf(records: readonly MrtFields[], options?: MrtOptions): CaptureEvent[] {
  return readAll(new MrtEvents(options), fileOf(...records));
}

const TIME = { seconds: 100, microseconds: null };
const SESSION = {
  peerAs: 65001,
  localAs: 65002,
  interfaceIndex: 0,
  peerAddress: "192.0.2.1",
  localAddress: "192.0.2.2",
};
const PEER = { address: "192.0.2.1", port: null, as: 65001, bgpIdentifier: null };
const LOCAL = { address: "192.0.2.2", port: null, as: 65002, bgpIdentifier: null };
const KEEPALIVE = encodeKeepalive();
const ATTRIBUTES = octets("40010100 40020602010000fde9 400304c0000209");

function message(subtype: number, change: Partial<MrtFields & { kind: "bgp4mpMessage" }> = {}): MrtFields {
  return { kind: "bgp4mpMessage", type: MrtType.Bgp4mp, subtype, ...TIME, ...SESSION, message: KEEPALIVE, ...change };
}

const INDEX: MrtFields = {
  kind: "peerIndexTable",
  type: MrtType.TableDumpV2,
  subtype: TableDumpV2Subtype.PeerIndexTable,
  ...TIME,
  collectorBgpIdentifier: "192.0.2.9",
  viewName: "main",
  peers: [indexedPeer("192.0.2.1", 65001, "10.0.0.1"), indexedPeer("2001:db8::1", 65003, "10.0.0.3")],
};

function rib(subtype: number, nlri: string, change: Partial<MrtFields & { kind: "rib" }> = {}): MrtFields {
  return {
    kind: "rib",
    type: MrtType.TableDumpV2,
    subtype,
    ...TIME,
    sequence: 1,
    family: { afi: 1, safi: 1 },
    nlri: octets(nlri),
    entries: [{ peerIndex: 0, originatedTime: 90, pathId: null, attributes: ATTRIBUTES }],
    ...change,
  };
}

function routes(events: readonly CaptureEvent[]): RouteEvent[] {
  return events.filter((event) => event.kind === "route");
}

/** What is in a slice. */
function inside({ buffer, start, end }: { buffer: Uint8Array; start: number; end: number }): string {
  return toHex(buffer.subarray(start, end));
}

test("RFC 6396 section 4.4.2: a message, from the peer to the local side", () => {
  const [event] = eventsOf([message(Bgp4mpSubtype.MessageAs4)]);
  expect(event).toMatchObject({
    kind: "message",
    seconds: 100,
    nanoseconds: 0,
    offset: 0,
    mrt: { type: 16, subtype: 4 },
    type: MessageType.Keepalive,
    direction: { session: 0, sender: PEER, receiver: LOCAL, guessed: false, rib: null },
  });
  expect(inside(event as MessageEvent)).toBe(toHex(KEEPALIVE));
});

test.each([
  ["Message", false, false, false],
  ["MessageAs4", true, false, false],
  ["MessageLocal", false, true, false],
  ["MessageAs4Local", true, true, false],
  ["MessageAddpath", false, false, true],
  ["MessageAs4Addpath", true, false, true],
  ["MessageLocalAddpath", false, true, true],
  ["MessageAs4LocalAddpath", true, true, true],
] as const)(
  "RFC 6396 section 4.4 and RFC 8050 section 3: who sent %s, and how it is read",
  (name, as4, local, addPath) => {
    const [event] = eventsOf([message(Bgp4mpSubtype[name])]) as MessageEvent[];
    const { sender, receiver, context } = event!.direction;
    expect([sender, receiver]).toEqual(local ? [LOCAL, PEER] : [PEER, LOCAL]);
    expect(context.fourOctetAs).toBe(as4);
    expect(context.addPath.length > 0).toBe(addPath);
  },
);

test("all messages of a direction share it, and both directions have one session, however AS numbers are written", () => {
  const { MessageAs4, Message, MessageAs4Local, StateChangeAs4 } = Bgp4mpSubtype;
  const state: MrtFields = {
    kind: "bgp4mpStateChange",
    type: MrtType.Bgp4mp,
    subtype: StateChangeAs4,
    ...TIME,
    ...SESSION,
    oldState: 5,
    newState: 6,
  };
  const other = { peerAddress: "192.0.2.7" };
  const records = [
    message(MessageAs4),
    state,
    message(MessageAs4Local),
    message(Message),
    message(MessageAs4, other),
    message(MessageAs4),
  ];
  const directions = eventsOf(records).map((event) => ("direction" in event ? event.direction : null)!);
  expect(directions.map((direction) => direction.session)).toEqual([0, 0, 0, 0, 1, 0]);
  expect(directions[1]).toBe(directions[0]);
  expect(directions[5]).toBe(directions[0]);
  expect(directions[3]).not.toBe(directions[0]);
  expect(directions[4]!.context).toBe(directions[0]!.context);
});

test("RFC 6396 section 4.4.1: a state change", () => {
  const states = { oldState: 4, newState: 5 };
  const type = { type: MrtType.Bgp4mp, subtype: Bgp4mpSubtype.StateChange };
  expect(eventsOf([{ kind: "bgp4mpStateChange", ...type, ...TIME, ...SESSION, ...states }])).toMatchObject([
    { kind: "state", seconds: 100, mrt: type, direction: { sender: PEER, receiver: LOCAL }, ...states },
  ]);
});

test.each([
  [999_999, 100, 999_999_000],
  [1_000_000, 101, 0],
  [4_294_967_295, 4394, 967_295_000],
])("RFC 6396 section 3: %i microseconds are added to the seconds", (microseconds, seconds, nanoseconds) => {
  const records = [message(Bgp4mpSubtype.MessageAs4, { type: MrtType.Bgp4mpEt, microseconds })];
  expect(eventsOf(records)).toMatchObject([{ seconds, nanoseconds }]);
});

test("octets behind a message are told", () => {
  const records = [
    message(Bgp4mpSubtype.Message, { message: Uint8Array.of(...KEEPALIVE, 1, 2) }),
    message(Bgp4mpSubtype.Message),
  ];
  const [first, problem, second] = eventsOf(records);
  expect(inside(first as MessageEvent)).toBe(toHex(KEEPALIVE));
  const end = fileOf(records[0]!).length;
  const reason = "2 octets are behind the message of a record";
  expect(problem).toEqual({ kind: "problem", offset: end - 2, reason, skipped: 2 });
  expect(second).toMatchObject({ kind: "message", offset: end });
});

test("RFC 6396 section 4.3: the peers, and the routes they have to a prefix", () => {
  const entries = [
    { peerIndex: 1, originatedTime: 90, pathId: null, attributes: ATTRIBUTES },
    { peerIndex: 0, originatedTime: 91, pathId: null, attributes: octets("40010102") },
  ];
  const events = eventsOf([INDEX, rib(TableDumpV2Subtype.RibIpv4Unicast, "10 0a01", { entries })]);
  expect(events[0]).toMatchObject({
    kind: "information",
    name: "peerIndexTable",
    values: { collectorBgpIdentifier: "192.0.2.9", viewName: "main", peers: INDEX.peers },
  });
  const [first, second] = routes(events);
  const record = {
    kind: "route",
    seconds: 100,
    offset: fileOf(INDEX).length,
    family: { afi: 1, safi: 1 },
    pathId: null,
  };
  expect(first).toMatchObject({
    ...record,
    peer: { address: "2001:db8::1", port: null, as: 65003, bgpIdentifier: "10.0.0.3" },
    originated: 90,
    context: { fourOctetAs: true, addPath: [] },
  });
  expect(second).toMatchObject({ ...record, peer: { address: "192.0.2.1" }, originated: 91 });
  expect([inside(first!.nlri), inside(first!.attributes)]).toEqual(["100a01", toHex(ATTRIBUTES)]);
  expect([inside(second!.nlri), inside(second!.attributes)]).toEqual(["100a01", "40010102"]);
});

test.each([
  ["RibIpv4Unicast", "08 0a", { afi: 1, safi: 1 }],
  ["RibIpv4Multicast", "08 0a", { afi: 1, safi: 2 }],
  ["RibIpv6Unicast", "08 20", { afi: 2, safi: 1 }],
  ["RibIpv6Multicast", "08 20", { afi: 2, safi: 2 }],
] as const)(
  "RFC 6396 section 4.3.2 and RFC 8050 section 4.1: %s without and with path identifiers",
  (name, nlri, family) => {
    const [plain] = routes(eventsOf([INDEX, rib(TableDumpV2Subtype[name], nlri)]));
    const entries = [{ peerIndex: 0, originatedTime: 90, pathId: 7, attributes: ATTRIBUTES }];
    const [addPath] = routes(eventsOf([INDEX, rib(TableDumpV2Subtype[`${name}Addpath`], nlri, { entries })]));
    expect([plain, addPath].map((route) => [route!.family, inside(route!.nlri), route!.pathId])).toEqual([
      [family, nlri.replace(" ", ""), null],
      [family, nlri.replace(" ", ""), 7],
    ]);
    const announced = [plain, addPath].map((route) => decodeUpdate(updateOfRoute(route!), route!.context));
    expect(announced.map(({ issues }) => issues)).toEqual([[], []]);
  },
);

test("RFC 8050 section 4.2: RIB_GENERIC_ADDPATH has the path identifier before the NLRI", () => {
  const family = { afi: 1, safi: 4 };
  const events = eventsOf([INDEX, rib(TableDumpV2Subtype.RibGenericAddpath, "00000007 20 000641 0a", { family })]);
  const [route] = routes(events);
  expect([route!.family, route!.pathId, inside(route!.nlri)]).toEqual([family, 7, "200006410a"]);
});

test("a route of a peer that the table does not have, and routes without any table", () => {
  const entries = [7, 0].map((peerIndex) => ({ peerIndex, originatedTime: 0, pathId: null, attributes: ATTRIBUTES }));
  const record = rib(TableDumpV2Subtype.RibIpv4Unicast, "08 0a", { entries });
  const [, problem, route] = eventsOf([INDEX, record]);
  expect(problem).toEqual({
    kind: "problem",
    offset: fileOf(INDEX).length + 12 + 4 + 2 + 2,
    reason: "TABLE_DUMP_V2 RIB_IPV4_UNICAST: a route is of peer 7, and the PEER_INDEX_TABLE has 2",
    skipped: 8 + ATTRIBUTES.length,
  });
  expect(route).toMatchObject({ kind: "route" });
  const reason = "TABLE_DUMP_V2 RIB_IPV4_UNICAST without a PEER_INDEX_TABLE before it";
  expect(eventsOf([record])).toEqual([{ kind: "problem", offset: 0, reason, skipped: fileOf(record).length }]);
});

test("RFC 6396 section 4.2: TABLE_DUMP, with AS numbers of two octets", () => {
  const entry = {
    prefix: "10.1.2.0",
    prefixLength: 23,
    status: 1,
    originatedTime: 90,
    peerAddress: "192.0.2.1",
    peerAs: 65001,
    attributes: octets("40010100"),
  };
  const entries = [entry, { ...entry, prefix: "0.0.0.0", prefixLength: 0 }];
  const found = routes(
    eventsOf([{ kind: "tableDump", type: MrtType.TableDump, subtype: 1, ...TIME, view: 0, sequence: 0, entries }]),
  );
  expect(found.map(({ nlri }) => inside(nlri))).toEqual(["170a0102", "00"]);
  expect(found[0]).toMatchObject({ peer: PEER, originated: 90, family: { afi: 1, safi: 1 }, pathId: null });
  expect(found[0]!.context.fourOctetAs).toBe(false);
  expect(found[1]!.peer).toBe(found[0]!.peer);
});

test.each([
  ["c0000209", 1, "40010100", "40010100 400304c0000209"],
  ["20010db8000000000000000000000009", 2, "40010100", "40010100 900e0011 10 20010db8000000000000000000000009"],
  ["c0000209", 1, "400304c0000207", "400304c0000207"],
])("RFC 6396 appendix B.2.6.1: BGP4MP_ENTRY with next hop %s", (nextHop, afi, attributes, expected) => {
  const events = eventsOf([
    {
      kind: "bgp4mpEntry",
      type: MrtType.Bgp4mp,
      subtype: Bgp4mpSubtype.Entry,
      ...TIME,
      ...SESSION,
      view: 0,
      status: 1,
      timeLastChange: 90,
      afi,
      safi: 1,
      nextHop: octets(nextHop),
      nlri: octets("080a"),
      attributes: octets(attributes),
    },
  ]);
  const [route] = routes(events);
  expect(route).toMatchObject({ peer: PEER, originated: 90, family: { afi, safi: 1 }, pathId: null });
  expect([inside(route!.nlri), inside(route!.attributes)]).toEqual(["080a", expected.replaceAll(" ", "")]);
});

test.each([
  [1, MessageType.Update, "00000000"],
  [5, MessageType.Open, "04fde9005a0a00000100"],
  [6, MessageType.Notification, "0602"],
  [7, MessageType.Keepalive, ""],
])("RFC 6396 appendix B.2.1: a message of subtype %i gets its header", (subtype, type, contents) => {
  const { peerAs, peerAddress, localAs, localAddress } = SESSION;
  const session = { peerAs, peerAddress, localAs, localAddress };
  const records: MrtFields[] = [
    { kind: "bgpMessage", type: MrtType.Bgp, subtype, ...TIME, ...session, contents: octets(contents) },
  ];
  const [event] = eventsOf(records) as MessageEvent[];
  expect(inside(event!)).toBe(toHex(encodeMessage(type, octets(contents))));
  expect(event).toMatchObject({ type, direction: { sender: PEER, receiver: LOCAL, context: { fourOctetAs: false } } });
});

test("RFC 6396 appendix B.2.1: contents that are too long for a message", () => {
  const { peerAs, peerAddress, localAs, localAddress } = SESSION;
  const contents = new Uint8Array(65_517);
  const session = { peerAs, peerAddress, localAs, localAddress };
  expect(eventsOf([{ kind: "bgpMessage", type: MrtType.Bgp, subtype: 1, ...TIME, ...session, contents }])).toEqual([
    { kind: "problem", offset: 0, reason: "65517 octets are no message", skipped: 12 + 12 + 65_517 },
  ]);
});

test("RFC 6396 appendix B.2.1.4: a state change that tells nothing of the local side", () => {
  const record: MrtFields = {
    kind: "bgpStateChange",
    type: MrtType.Bgp,
    subtype: 3,
    ...TIME,
    peerAs: 65001,
    peerAddress: "192.0.2.1",
    oldState: 6,
    newState: 1,
  };
  const receiver = { address: "0.0.0.0", port: null, as: null, bgpIdentifier: null };
  expect(eventsOf([record])).toMatchObject([
    { kind: "state", direction: { sender: PEER, receiver }, oldState: 6, newState: 1 },
  ]);
});

test("what else a file tells, and how much of it is not of BGP", () => {
  const events = new MrtEvents();
  const place = { latitude: 52.5, longitude: 13.25 };
  const file = fileOf(
    {
      kind: "geoPeerTable",
      type: MrtType.TableDumpV2,
      subtype: 7,
      ...TIME,
      collectorBgpIdentifier: "192.0.2.9",
      collector: place,
      peers: [],
    },
    { kind: "bgp4mpSnapshot", type: MrtType.Bgp4mp, subtype: 3, ...TIME, view: 1, fileName: "table" },
    { kind: "isis", type: MrtType.Isis, subtype: 0, ...TIME, pdu: octets("83") },
    { kind: "other", type: MrtType.Bgp4mp, subtype: 12, ...TIME, message: octets("00") },
    { kind: "isis", type: MrtType.Isis, subtype: 0, ...TIME, pdu: octets("83") },
  );
  expect(readAll(events, file)).toMatchObject([
    { kind: "information", name: "geoPeerTable", values: { collectorBgpIdentifier: "192.0.2.9", collector: place } },
    { kind: "information", name: "snapshot", values: { view: 1, fileName: "table" } },
  ]);
  expect([...events.passedOver]).toEqual([
    ["ISIS", 2],
    ["BGP4MP subtype 12", 1],
  ]);
});

test("what a caller knows of the sessions", () => {
  const addPath = [{ afi: 1, safi: 1 }];
  const options: MrtOptions = { session: "ebgp", overrides: { "as-path-set": "withdraw" }, addPath };
  const [event] = eventsOf([message(Bgp4mpSubtype.MessageAs4)], options) as MessageEvent[];
  expect(event!.direction.context).toMatchObject(options);
});

test("more sessions than are remembered", () => {
  const reader = new MrtEvents();
  let last = -1;
  let shared = 0;
  for (let i = 0; i <= MAX_MRT_SESSIONS + 1; i += 1) {
    const peerAddress = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    const record = encodeMrtRecord(message(Bgp4mpSubtype.MessageAs4, { peerAddress }));
    for (const chunk of [record, record]) {
      reader.push(chunk);
      const event = reader.next() as MessageEvent;
      if (event.direction.session === last) shared += 1;
      last = event.direction.session;
    }
  }
  expect([last, shared]).toEqual([MAX_MRT_SESSIONS + 1, MAX_MRT_SESSIONS + 2]);
  reader.push(encodeMrtRecord(message(Bgp4mpSubtype.MessageAs4, { peerAddress: "10.0.0.0" })));
  expect(reader.next()).toMatchObject({ direction: { session: MAX_MRT_SESSIONS + 2 } });
});
