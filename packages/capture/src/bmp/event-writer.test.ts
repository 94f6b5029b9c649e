// What a monitored router would have sent, made of events: of BMP the same again, of other captures what has a place in it.
import {
  addPath,
  encodeMessage,
  encodeOpen,
  encodeRouteRefresh,
  fourOctetAs,
  MessageType,
  multiprotocol,
  type Capability,
  type Family,
  type Slice,
} from "@bgpwire/core";
import { asPath, createContext, encodeUpdate, nextHop, origin, type DecodeContext } from "@bgpwire/decoder";
import { describe, expect, test } from "vitest";
import { joined } from "../bytes/joined.ts";
import type { CaptureEvent, Direction, Endpoint, MessageEvent } from "../event.ts";
import { readAll } from "../stream/record-reader.ts";
import { BmpEventWriter } from "./event-writer.ts";
import { BmpEvents } from "./events.ts";
import { encodeBmpMessage, type BmpMessage } from "./message.ts";
import type { BmpPeerHeader } from "./peer-header.ts";
import { BmpReader } from "./reader.ts";

const IPV4: Family = { afi: 1, safi: 1 };
const FOUR = createContext();
const OLD = createContext({ fourOctetAs: false });
const PATHS = createContext({ addPath: [IPV4] });
const MADE_UP =
  "pairs of OPENs, one of which at least is not in the capture, or says something else than how its UPDATEs were read";

function end(address: string, as: number | null, port: number | null = null): Endpoint {
  return { address, port, as, bgpIdentifier: null };
}

const [PEER, ROUTER] = [end("192.0.2.1", 65_001, 40_000), end("192.0.2.2", 65_002, 179)];
const at = { seconds: 1_600_000_000, nanoseconds: 5000, offset: 0 };

function direction(context: DecodeContext, sender: Endpoint = PEER, receiver: Endpoint = ROUTER): Direction {
  return { session: 0, sender, receiver, context, guessed: false, rib: null };
}

const [IN, OUT] = [direction(FOUR), direction(FOUR, ROUTER, PEER)];

function message(direction: Direction, type: number, body: Uint8Array = new Uint8Array(0)): MessageEvent {
  const buffer = encodeMessage(type, body);
  return { kind: "message", ...at, direction, type, buffer, start: 0, end: buffer.length };
}

function update(direction: Direction, pathId?: number): MessageEvent {
  const nlri = [{ prefix: "10.0.0.0/8", ...(pathId !== undefined && { pathId }) }];
  const attributes = [origin("igp"), asPath([65_001]), nextHop("192.0.2.1")];
  return message(direction, MessageType.Update, encodeUpdate({ attributes, nlri }, direction.context));
}

function openBody(as: number, identifier: string, ...capabilities: readonly Capability[]): Uint8Array {
  return encodeOpen({
    version: 4,
    myAs: as,
    holdTime: 90,
    identifier,
    capabilities: [multiprotocol(1, 1), ...capabilities],
  });
}

const OPENS = [
  message(IN, MessageType.Open, openBody(65_001, "198.51.100.1", fourOctetAs(65_001))),
  message(OUT, MessageType.Open, openBody(65_002, "198.51.100.2", fourOctetAs(65_002))),
];

function slice({ buffer, start, end }: Slice): Slice {
  return { buffer, start, end };
}

function whole(buffer: Uint8Array): Slice {
  return { buffer, start: 0, end: buffer.length };
}

function information(name: string, values: Readonly<Record<string, unknown>>): CaptureEvent {
  return { kind: "information", ...at, name, values };
}

interface Made {
  readonly messages: BmpMessage[];
  readonly events: CaptureEvent[];
  /** Kinds of messages, with the flags and the reason that matter. */
  readonly told: string[];
  readonly notes: string[];
}

function write(...events: readonly CaptureEvent[]): Made {
  return read(new BmpEventWriter(), events);
}

function read(writer: BmpEventWriter, events: readonly CaptureEvent[]): Made {
  const octets = joined(...events.map((event) => writer.event(event)), writer.end());
  const messages = readAll(new BmpReader(), octets).filter((one) => one.kind !== "problem");
  const told = messages.map((one) => {
    if (one.kind === "routeMonitoring") return `${one.kind} ${one.peer.flags.toString(16)}`;
    return one.kind === "peerDown" ? `${one.kind} ${one.reason}` : one.kind;
  });
  const notes = [...writer.notes].map(({ kind, count, what }) => `${kind} ${count} ${what}`);
  return { messages, events: readAll(new BmpEvents(), octets), told, notes };
}

describe("BMP as BMP", () => {
  const header: BmpPeerHeader = {
    type: 1,
    flags: 0x80,
    distinguisher: "65000:1",
    address: "2001:db8::1",
    as: 65_001,
    bgpIdentifier: "198.51.100.1",
    seconds: 1_600_000_000,
    microseconds: 7,
  };
  const locRib = { ...header, type: 3, flags: 0, distinguisher: "0:0", address: "0.0.0.0" };
  const [received, sent] = OPENS.map(slice);
  const cease = slice(message(IN, MessageType.Notification, Uint8Array.of(6, 2)));
  const version = 3;
  const up = { kind: "peerUp", version, localAddress: "2001:db8::2", localPort: 179, remotePort: 40_000 } as const;
  const tlvs = [{ name: "adminLabel", type: 4, text: "transit" }] as const;
  const table = [{ name: "vrfTableName", type: 3, text: "global" }] as const;
  const peerUp: BmpMessage = { ...up, peer: header, sentOpen: sent!, receivedOpen: received!, tlvs };
  const monitored = (peer: BmpPeerHeader, context: DecodeContext = FOUR): BmpMessage => ({
    kind: "routeMonitoring",
    version,
    peer,
    message: slice(update(direction(context))),
    tlvs: [],
  });
  const down = (reason: number, fsmEvent: number | null, notification: typeof cease | null): BmpMessage => ({
    kind: "peerDown",
    version,
    peer: header,
    reason,
    notification,
    fsmEvent,
    tlvs: [],
  });

  test("RFC 7854, RFC 8671, RFC 9069: every message that an event has is the same, octet for octet", () => {
    const stream = [
      {
        kind: "initiation",
        version,
        tlvs: [
          { name: "sysName", type: 2, text: "r1" },
          { name: "raw", type: 99, value: Uint8Array.of(1) },
        ],
      },
      peerUp,
      monitored(header),
      monitored({ ...header, flags: 0xc0 }),
      monitored({ ...header, flags: 0x90 }),
      monitored({ ...header, flags: 0xf0 }, OLD),
      {
        kind: "routeMirroring",
        version,
        peer: header,
        tlvs: [{ name: "bgpMessage", type: 0, message: slice(message(IN, 4)) }],
      },
      { kind: "routeMirroring", version, peer: header, tlvs: [{ name: "information", type: 1, code: 1 }] },
      {
        kind: "statisticsReport",
        version,
        peer: header,
        statistics: [{ name: "adjRibInRoutes", type: 7, value: "9" }],
      },
      down(3, null, cease),
      ...[
        down(1, null, cease),
        down(2, 24, null),
        down(2, 0, null),
        down(4, null, null),
        down(5, null, null),
        down(99, null, null),
      ].flatMap((one) => [peerUp, one]),
      {
        ...up,
        peer: locRib,
        localAddress: "0.0.0.0",
        localPort: 0,
        remotePort: 0,
        sentOpen: sent!,
        receivedOpen: sent!,
        tlvs: table,
      },
      monitored(locRib),
      { kind: "peerDown", version, peer: locRib, reason: 6, notification: null, fsmEvent: null, tlvs: table },
      {
        kind: "termination",
        version,
        tlvs: [
          { name: "reason", type: 1, code: 0 },
          { name: "string", type: 0, text: "bye" },
        ],
      },
    ] as const satisfies readonly BmpMessage[];
    const octets = joined(...stream.map((one) => encodeBmpMessage(one)));
    const writer = new BmpEventWriter();
    const events = readAll(new BmpEvents(), octets);
    expect(joined(...events.map((event) => writer.event(event)), writer.end())).toEqual(octets);
    expect([...writer.notes]).toEqual([]);
  });

  test("a peer without Peer Up gets one, and what has no event is said", () => {
    const trailing = encodeBmpMessage({
      kind: "routeMonitoring",
      version: 4,
      peer: header,
      message: slice(update(IN)),
      tlvs: [
        { name: "bgpMessage", type: 7, index: 0 },
        { name: "raw", type: 99, index: 0, value: Uint8Array.of(1) },
      ],
    } as BmpMessage);
    const { told, notes } = write(...readAll(new BmpEvents(), trailing));
    expect(told).toEqual(["initiation", "peerUp", "routeMonitoring 80"]);
    expect(notes).toEqual(['leftOut 1 information "routeMonitoring"', `madeUp 1 ${MADE_UP}`]);
  });
});

describe("a session of another capture", () => {
  test("comes up with its OPENs and a KEEPALIVE, is monitored both ways, and goes down with its NOTIFICATION", () => {
    const keepalive = message(IN, MessageType.Keepalive);
    const refresh = encodeRouteRefresh({ ...IPV4, subtype: 0, body: new Uint8Array(0) });
    const { told, notes, messages, events } = write(
      { kind: "up", ...at, direction: IN, sentOpen: null, receivedOpen: null },
      ...OPENS,
      keepalive,
      keepalive,
      update(IN),
      update(OUT),
      message(IN, MessageType.RouteRefresh, refresh),
      message(OUT, MessageType.RouteRefresh, refresh),
      { kind: "gap", ...at, direction: IN, octets: null },
      message(OUT, MessageType.Notification, Uint8Array.of(6, 2)),
      { kind: "down", ...at, direction: IN, reason: "192.0.2.1 closed the connection", notification: null },
    );
    const mirrored = ["routeMirroring", "routeMirroring"];
    expect(told).toEqual([
      "initiation",
      "peerUp",
      "routeMonitoring 0",
      "routeMonitoring 50",
      ...mirrored,
      "peerDown 1",
    ]);
    expect(messages[1]).toMatchObject({
      peer: {
        type: 0,
        distinguisher: "0:0",
        address: "192.0.2.1",
        as: 65_001,
        bgpIdentifier: "198.51.100.1",
        microseconds: 5,
      },
      localAddress: "192.0.2.2",
      localPort: 179,
      remotePort: 40_000,
    });
    expect(events.filter(({ kind }) => kind === "message")).toMatchObject([
      { direction: { sender: { address: "192.0.2.1" }, rib: "adjRibIn", guessed: false } },
      { direction: { sender: { address: "192.0.2.2" }, rib: "adjRibOutPost", guessed: false } },
      { type: 5, direction: { sender: { address: "192.0.2.1" }, rib: null } },
    ]);
    expect(notes).toEqual([
      "leftOut 1 beginnings of connections",
      "leftOut 2 KEEPALIVEs",
      "leftOut 1 messages other than UPDATEs that the router sent, or before it was up",
    ]);
  });

  test.each([
    ["two octets", OLD, undefined, 0x20, []],
    ["four octets", FOUR, undefined, 0, []],
    ["path identifiers", PATHS, 7, 0, [IPV4]],
  ])("without OPENs gets a Peer Up that says how UPDATEs are read: %s", (_name, context, pathId, flags, paths) => {
    const { told, notes, events } = write(update(direction(context), pathId));
    expect(told).toEqual(["initiation", "peerUp", `routeMonitoring ${flags.toString(16)}`]);
    expect(events.at(-1)).toMatchObject({
      direction: { guessed: false, context: { fourOctetAs: context.fourOctetAs } },
    });
    const last = events.at(-1) as MessageEvent;
    expect(last.direction.context.addPath.filter(({ afi, safi }) => afi === 1 && safi === 1)).toEqual(paths);
    expect(notes).toEqual([`madeUp 1 ${MADE_UP}`]);
  });

  test("gets another Peer Up where path identifiers appear, and none for AS numbers of another width", () => {
    const { told } = write(
      update(IN),
      update(direction(OLD)),
      update(direction(PATHS), 7),
      update(direction(PATHS), 8),
    );
    expect(told).toEqual([
      "initiation",
      "peerUp",
      "routeMonitoring 0",
      "routeMonitoring 20",
      "peerUp",
      "routeMonitoring 0",
      "routeMonitoring 0",
    ]);
  });

  test("has the OPENs that were passed over", () => {
    const writer = new BmpEventWriter();
    for (const open of OPENS) writer.passOver(open);
    const { told, notes, messages } = read(writer, [update(IN)]);
    expect(told).toEqual(["initiation", "peerUp", "routeMonitoring 0"]);
    expect(messages[1]).toMatchObject({ peer: { bgpIdentifier: "198.51.100.1" } });
    expect(notes).toEqual([]);
  });

  test("with a peer that another router has too is a Local Instance with a distinguisher of its own (RFC 7854 section 4.2)", () => {
    const other = { ...direction(FOUR, PEER, end("192.0.2.3", 65_003)), session: 1 };
    // Of MRT, which says that the peer has sent it.
    const ofMrt = { mrt: { type: 17, subtype: 4 } };
    const [one, two] = [Object.assign(update(IN), ofMrt), Object.assign(update(other), ofMrt)];
    const { messages, notes } = write(one, two, one);
    const headers = messages.flatMap((one) => (one.kind === "routeMonitoring" ? [one.peer] : []));
    expect(headers).toMatchObject([
      { type: 0, distinguisher: "0:0" },
      { type: 2, distinguisher: "0:1" },
      { type: 0, distinguisher: "0:0" },
    ]);
    expect(notes).toContain("madeUp 1 distinguishers, of peers with one address and several routers");
  });

  test("RFC 6396 section 4.4.1: goes up and down with its state, where anything is known of it", () => {
    const state = (oldState: number, newState: number): CaptureEvent => ({
      kind: "state",
      ...at,
      direction: IN,
      oldState,
      newState,
    });
    const { told, notes } = write(state(5, 6), ...OPENS, state(5, 6), update(IN), state(6, 1), state(1, 2));
    expect(told).toEqual(["initiation", "peerUp", "routeMonitoring 0", "peerDown 2"]);
    expect(notes).toEqual([
      "leftOut 2 changes of the state",
      "changed 2 changes of the state to and from Established, which are Peer Ups and Peer Downs",
    ]);
  });

  test.each([
    ["the peer", IN, 4],
    ["the router", OUT, 2],
  ])("whose connection %s ends is down", (_name, direction, reason) => {
    const down: CaptureEvent = { kind: "down", ...at, direction, reason: "closed", notification: null };
    const { told, notes } = write(update(IN), down, down);
    expect(told).toEqual(["initiation", "peerUp", "routeMonitoring 0", `peerDown ${reason}`]);
    expect(notes).toContain("leftOut 1 ends of sessions that were not up");
  });

  test("goes down with an OPEN, and comes up with the next ones", () => {
    const again = [
      message(IN, MessageType.Open, openBody(65_001, "198.51.100.1", addPath([{ ...IPV4, direction: "send" }]))),
      message(OUT, MessageType.Open, openBody(65_002, "198.51.100.2", addPath([{ ...IPV4, direction: "receive" }]))),
    ];
    const { told, notes } = write(...OPENS, update(IN), ...again, update(direction(PATHS), 7));
    expect(told).toEqual(["initiation", "peerUp", "routeMonitoring 0", "peerDown 2", "peerUp", "routeMonitoring 0"]);
    expect(notes).toEqual([]);
  });
});

test("RFC 7854 section 4.2: routes of a table have the time at which they were told", () => {
  const nlri = Uint8Array.of(8, 10);
  const attributes = Uint8Array.of(0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 3, 4, 192, 0, 2, 1);
  const fields = {
    originated: 1_500_000_000,
    family: IPV4,
    nlri: whole(nlri),
    pathId: null,
    attributes: whole(attributes),
  };
  const { messages, notes } = write({ kind: "route", ...at, peer: PEER, context: FOUR, ...fields });
  expect(messages[1]).toMatchObject({ kind: "peerUp", localAddress: "0.0.0.0" });
  expect(messages[2]).toMatchObject({ peer: { address: "192.0.2.1", seconds: 1_500_000_000, microseconds: 0 } });
  expect(notes).toEqual(["changed 1 routes of tables, which are UPDATEs", `madeUp 1 ${MADE_UP}`]);
});

test("values that are not those of their name are left out", () => {
  const { messages, notes } = write(
    information("initiation", { tlvs: [{ name: "sysName", type: 2 }] }),
    information("statistics", { statistics: [] }),
    information("termination", {}),
    information("peerUp", { tlvs: [] }),
  );
  expect(messages).toEqual([]);
  expect(notes).toEqual([
    'leftOut 1 what cannot be written: values: they are not those of "initiation"',
    'leftOut 1 what cannot be written: values: they are not those of "statistics"',
    'leftOut 1 what cannot be written: values: they are not those of "termination"',
    'leftOut 1 information "peerUp"',
  ]);
});
