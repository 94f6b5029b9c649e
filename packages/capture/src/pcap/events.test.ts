// Sessions out of packets: when connections come and go, what each side sends, and how it is read.
import { describe, expect, test } from "vitest";
import {
  addPath,
  AS_TRANS,
  ConfigError,
  encodeKeepalive,
  encodeMessage,
  encodeOpen,
  fourOctetAs,
  MessageType,
  parseIPv4,
  parseIPv6,
  type Capability,
} from "@bgpwire/core";
import { asPath, createContext, encodeUpdate, origin, type ContextOptions } from "@bgpwire/decoder";
import type { CaptureEvent, Direction, MessageEvent } from "../event.ts";
import { encodeSegment } from "../packet/encode.ts";
import { readAll } from "../stream/record-reader.ts";
import { MAX_TCP_CONNECTIONS } from "../tcp/connections.ts";
import { PcapEvents } from "./events.ts";
import { LinkType } from "./link-type.ts";
import { GUESSED_FROM, MAX_HELD_EVENTS } from "./session.ts";

const [FIN, SYN, RST, ACK] = [1, 2, 4, 16];

/** One end of a connection that numbers what it sends. */
class End {
  readonly address: Uint8Array;
  readonly port: number;
  sequence: number;

  constructor(address: string, port: number, sequence: number) {
    this.address = address.includes(":") ? parseIPv6(address)! : octets4(parseIPv4(address)!);
    this.port = port;
    this.sequence = sequence;
  }
}

function octets4(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** A capture of raw IP that is written packet by packet, one each second. */
class Capture {
  readonly #records: number[] = [];
  #seconds = 0;
  readonly #linkType: number;

  constructor(linkType: number = LinkType.Raw) {
    this.#linkType = linkType;
  }

  /** What one end sends to the other, which goes into the capture unless it is lost. */
  send(from: End, to: End, flags: number, payload: Uint8Array = new Uint8Array(0), lost: boolean = false): void {
    const packet = encodeSegment(
      {
        source: from.address,
        destination: to.address,
        sourcePort: from.port,
        destinationPort: to.port,
        sequence: from.sequence,
        acknowledgment: (flags & ACK) === 0 ? 0 : to.sequence,
        flags,
        window: 65_535,
        options: new Uint8Array(0),
        payload,
      },
      0,
    );
    from.sequence = (from.sequence + payload.length + ((flags & (SYN | FIN)) === 0 ? 0 : 1)) >>> 0;
    this.#seconds += 1;
    if (!lost) this.#add(packet);
  }

  #add(packet: Uint8Array): void {
    for (const number of [this.#seconds, 0, packet.length, packet.length]) this.#records.push(...octets4(number));
    this.#records.push(...packet);
  }

  handshake(from: End, to: End): void {
    this.send(from, to, SYN);
    this.send(to, from, SYN | ACK);
    this.send(from, to, ACK);
  }

  file(): Uint8Array {
    const header = [0xa1b2_c3d4, 0x0002_0004, 0, 0, 65_535, this.#linkType].flatMap((number) =>
      Array.from(octets4(number)),
    );
    return Uint8Array.from([...header, ...this.#records]);
  }

  events(options?: ConstructorParameters<typeof PcapEvents>[0]): CaptureEvent[] {
    return readAll(new PcapEvents(options), this.file()).filter(({ kind }) => kind !== "information");
  }

  told(): string[] {
    return this.events().map(tell);
  }
}

/** An event in a line: its time, its session, who, and what. */
function tell(event: CaptureEvent): string {
  if (!("direction" in event)) return event.kind === "problem" ? event.reason : event.kind;
  const { seconds, direction } = event;
  const from = `${seconds} #${direction.session} ${direction.sender.address.replace("192.0.2.", "")}`;
  if (event.kind === "message") return `${from} type ${event.type}`;
  if (event.kind === "gap") return `${from} ${event.octets} missing`;
  return `${from} ${event.kind}${event.kind === "down" ? `: ${event.reason}` : ""}`;
}

function messagesIn(events: readonly CaptureEvent[]): MessageEvent[] {
  return events.filter((event) => event.kind === "message");
}

const KEEPALIVE = encodeKeepalive();

function open(as: number, identifier: string, ...capabilities: Capability[]): Uint8Array {
  const fields = { version: 4, myAs: as > 0xffff ? AS_TRANS : as, holdTime: 90, identifier, capabilities };
  return encodeMessage(MessageType.Open, encodeOpen(fields));
}

/** An UPDATE of this session, with a route that no other number has. */
function update(context: ContextOptions, number: number): Uint8Array {
  const body = encodeUpdate(
    {
      attributes: [origin("igp"), asPath([64_500, 64_501 + number])],
      nlri: [{ prefix: `10.${number}.1.0/24`, pathId: 1 }],
    },
    createContext(context),
  );
  return encodeMessage(MessageType.Update, body);
}

function ends(): readonly [End, End] {
  return [new End("192.0.2.1", 40_000, 0xffff_fff0), new End("192.0.2.2", 179, 100)];
}

const IPV4_UNICAST = { afi: 1, safi: 1 };

describe("a session from beginning to end", () => {
  const capture = new Capture();
  const [a, b] = ends();
  capture.handshake(a, b);
  capture.send(
    a,
    b,
    ACK,
    open(70_000, "10.0.0.1", fourOctetAs(70_000), addPath([{ ...IPV4_UNICAST, direction: "send" }])),
  );
  capture.send(
    b,
    a,
    ACK,
    open(65_002, "10.0.0.2", fourOctetAs(65_002), addPath([{ ...IPV4_UNICAST, direction: "both" }])),
  );
  capture.send(a, b, ACK, KEEPALIVE);
  capture.send(b, a, ACK, KEEPALIVE);
  capture.send(a, b, ACK, update({ addPath: [IPV4_UNICAST] }, 1));
  capture.send(b, a, ACK, update({}, 2));
  capture.send(b, a, ACK | FIN, encodeMessage(MessageType.Notification, Uint8Array.of(6, 2)));
  capture.send(a, b, ACK | FIN);
  capture.send(b, a, ACK);
  const events = capture.events();

  test("is up with the SYN that answers, by who dialled; is down when both have closed it, by who did first", () => {
    expect(events.map(tell)).toEqual([
      "2 #0 1 up",
      "4 #0 1 type 1",
      "5 #0 2 type 1",
      "6 #0 1 type 4",
      "7 #0 2 type 4",
      "8 #0 1 type 2",
      "9 #0 2 type 2",
      "10 #0 2 type 3",
      "11 #0 2 down: 192.0.2.2 closed the connection",
    ]);
  });

  test("its ends are told by the OPENs", () => {
    const { sender, receiver, session, rib } = (events.at(-1) as { direction: Direction }).direction;
    expect(sender).toEqual({ address: "192.0.2.2", port: 179, as: 65_002, bgpIdentifier: "10.0.0.2" });
    expect(receiver).toEqual({ address: "192.0.2.1", port: 40_000, as: 70_000, bgpIdentifier: "10.0.0.1" });
    expect({ session, rib }).toEqual({ session: 0, rib: null });
  });

  test("its UPDATEs are read as the OPENs say, in each direction", () => {
    const [first, second] = messagesIn(events).filter(({ type }) => type === MessageType.Update) as [
      MessageEvent,
      MessageEvent,
    ];
    expect(first.direction).toMatchObject({
      guessed: false,
      context: { addPath: [IPV4_UNICAST], peerAs: 70_000, session: "ebgp" },
    });
    expect(second.direction).toMatchObject({
      guessed: false,
      context: { addPath: [], peerAs: 65_002, localAs: 70_000 },
    });
  });

  test("the events of a direction share it while nothing changes", () => {
    const [, , , keepalive, , announcement] = events as { direction: Direction }[];
    expect(keepalive!.direction).toBe(announcement!.direction);
  });
});

test("over IPv6", () => {
  const capture = new Capture();
  const [a, b] = [new End("2001:db8::1", 179, 1), new End("fe80::2", 50_000, 2)];
  capture.handshake(b, a);
  capture.send(a, b, ACK, KEEPALIVE);
  expect(capture.told()).toEqual(["2 #0 fe80::2 up", "3 #0 fe80::2 type 4"].toSpliced(1, 1, "4 #0 2001:db8::1 type 4"));
});

describe("connections", () => {
  test("one that is refused never was up", () => {
    const capture = new Capture();
    const [a, b] = ends();
    capture.send(a, b, SYN);
    capture.send(b, a, RST | ACK);
    expect(capture.events()).toEqual([]);
  });

  test("one that is reset is down, and what was under way is of none", () => {
    const capture = new Capture();
    const [a, b] = ends();
    capture.handshake(a, b);
    capture.send(a, b, ACK, KEEPALIVE);
    capture.send(b, a, RST);
    capture.send(a, b, ACK, KEEPALIVE);
    expect(capture.told()).toEqual(["2 #0 1 up", "4 #0 1 type 4", "5 #0 2 down: 192.0.2.2 reset the connection"]);
  });

  test("a reset whose number is of no octet of the stream is none", () => {
    const capture = new Capture();
    const [a, b] = ends();
    capture.handshake(a, b);
    capture.send(new End("192.0.2.2", 179, 0x8000_0000), a, RST);
    capture.send(a, b, ACK, KEEPALIVE);
    expect(capture.told()).toEqual(["2 #0 1 up", "5 #0 1 type 4"]);
  });

  test("one that is closed on one side is down at the end of the capture, with the time when that was", () => {
    const capture = new Capture();
    const [a, b] = ends();
    capture.handshake(a, b);
    capture.send(a, b, ACK | FIN);
    capture.send(b, a, ACK, KEEPALIVE);
    expect(capture.told()).toEqual(["2 #0 1 up", "5 #0 2 type 4", "4 #0 1 down: 192.0.2.1 closed the connection"]);
  });

  test("one that goes on when the capture ends is not down", () => {
    const capture = new Capture();
    const [a, b] = ends();
    capture.handshake(a, b);
    capture.send(a, b, ACK, KEEPALIVE.subarray(0, 10));
    expect(capture.told()).toEqual(["2 #0 1 up", "4 #0 1 10 missing"]);
  });

  test("a SYN that is sent again is of the same one", () => {
    const capture = new Capture();
    const [a, b] = ends();
    capture.send(a, b, SYN);
    a.sequence -= 1;
    capture.handshake(a, b);
    b.sequence -= 1;
    capture.send(b, a, SYN | ACK);
    capture.send(a, b, ACK, KEEPALIVE);
    expect(capture.told()).toEqual(["3 #0 1 up", "6 #0 1 type 4"]);
  });

  test("another one between the same ports, whether the first one was seen to end or not", () => {
    const capture = new Capture();
    const [a, b] = ends();
    for (const ending of [RST, 0, FIN]) {
      capture.handshake(a, b);
      capture.send(a, b, ACK, KEEPALIVE);
      if (ending !== 0) capture.send(a, b, ending);
      if (ending === FIN) capture.send(b, a, FIN);
      a.sequence += 1000;
      b.sequence += 1000;
    }
    expect(capture.told()).toEqual([
      "2 #0 1 up",
      "4 #0 1 type 4",
      "5 #0 1 down: 192.0.2.1 reset the connection",
      "7 #1 1 up",
      "9 #1 1 type 4",
      "10 #1 1 down: 192.0.2.1 has another connection between the same ports",
      "11 #2 1 up",
      "13 #2 1 type 4",
      "15 #2 1 down: 192.0.2.1 closed the connection",
    ]);
  });

  test("another one of which the beginning is missing, behind one that ended", () => {
    const capture = new Capture();
    const [a, b] = ends();
    capture.handshake(a, b);
    capture.send(a, b, RST);
    a.sequence = (a.sequence + 0x4000_0000) >>> 0;
    capture.send(a, b, ACK, KEEPALIVE);
    expect(capture.told()).toEqual([
      "2 #0 1 up",
      "4 #0 1 down: 192.0.2.1 reset the connection",
      "5 #1 1 up",
      "5 #1 1 type 4",
    ]);
  });

  test("what only acknowledges or ends one that was not captured is none", () => {
    const capture = new Capture();
    const [a, b] = ends();
    capture.send(a, b, ACK);
    capture.send(b, a, ACK | FIN);
    capture.send(a, b, RST);
    capture.send(a, b, RST | SYN, KEEPALIVE);
    expect(capture.told()).toEqual([]);
  });

  test(`of more than ${MAX_TCP_CONNECTIONS} the idlest are forgotten`, () => {
    const capture = new Capture();
    const [a, b] = ends();
    capture.handshake(a, b);
    const others = Array.from({ length: MAX_TCP_CONNECTIONS }, (_, i) => new End("192.0.2.3", 1000 + i, 1));
    for (const other of others) capture.send(other, b, SYN);
    capture.send(a, b, ACK, KEEPALIVE);
    // The first was forgotten, and is one that begins midway.
    const times = 3 + MAX_TCP_CONNECTIONS;
    expect(capture.told()).toEqual([
      "2 #0 1 up",
      `${times} #0 1 down: the connection is the idlest of too many`,
      `${times + 1} #1 1 up`,
      `${times + 1} #1 1 type 4`,
    ]);
  });
});

describe("what is missing", () => {
  test("of a segment that was lost, though the other side has it", () => {
    const capture = new Capture();
    const [a, b] = ends();
    capture.handshake(a, b);
    capture.send(a, b, ACK, open(65_001, "10.0.0.1"));
    capture.send(a, b, ACK, KEEPALIVE, true);
    capture.send(a, b, ACK, KEEPALIVE);
    capture.send(b, a, ACK, KEEPALIVE);
    capture.send(a, b, ACK, KEEPALIVE);
    expect(capture.told()).toEqual([
      "2 #0 1 up",
      "4 #0 1 type 1",
      "6 #0 1 19 missing",
      "6 #0 1 type 4",
      "7 #0 2 type 4",
      "8 #0 1 type 4",
    ]);
  });

  test("what is not BGP on its port", () => {
    const capture = new Capture();
    const [a, b] = ends();
    capture.handshake(a, b);
    capture.send(a, b, ACK | FIN, new Uint8Array(1000));
    capture.send(b, a, ACK | FIN, KEEPALIVE);
    expect(capture.told()).toEqual([
      "2 #0 1 up",
      "5 #0 2 type 4",
      "4 #0 1 1000 missing",
      "5 #0 1 down: 192.0.2.1 closed the connection",
    ]);
  });
});

describe("without both OPENs it is guessed how UPDATEs are read", () => {
  test(`from ${GUESSED_FROM} of them, until which the session is held back`, () => {
    const capture = new Capture();
    const [a, b] = ends();
    for (let i = 0; i < GUESSED_FROM + 2; i += 1) {
      capture.send(a, b, ACK, update({ fourOctetAs: false, addPath: [IPV4_UNICAST] }, i));
      if (i === 3) capture.send(b, a, ACK, KEEPALIVE);
    }
    const reader = new PcapEvents();
    const file = capture.file();
    const record = 16 + 40 + update({ fourOctetAs: false, addPath: [IPV4_UNICAST] }, 0).length;
    // All but the last three packets.
    reader.push(file.subarray(0, file.length - 3 * record));
    expect([reader.next(), reader.next(), reader.next()].map((event) => event?.kind)).toEqual([
      "information",
      "up",
      undefined,
    ]);
    reader.push(file.subarray(file.length - 3 * record, file.length - record));
    const first = reader.next() as MessageEvent;
    expect(first).toMatchObject({ kind: "message", seconds: 1, start: 0 });
    expect(first.direction).toMatchObject({ guessed: true, context: { fourOctetAs: false, addPath: [IPV4_UNICAST] } });

    const events = messagesIn(capture.events());
    expect(events.map(({ seconds }) => seconds)).toEqual(Array.from({ length: GUESSED_FROM + 3 }, (_, i) => i + 1));
    expect(new Set(events.filter(({ type }) => type === 2).map(({ direction }) => direction)).size).toBe(1);
  });

  test("from fewer where nothing follows, and for each direction from its own", () => {
    const capture = new Capture();
    const [a, b] = ends();
    capture.send(a, b, ACK, update({ fourOctetAs: false }, 1));
    capture.send(b, a, ACK, update({ addPath: [IPV4_UNICAST] }, 2));
    capture.send(a, b, ACK, KEEPALIVE);
    const [one, two, three] = messagesIn(capture.events()) as [MessageEvent, MessageEvent, MessageEvent];
    expect([one, two, three].map(({ seconds }) => seconds)).toEqual([1, 2, 3]);
    expect(one.direction.context).toMatchObject({ fourOctetAs: false, addPath: [] });
    expect(two.direction.context).toMatchObject({ fourOctetAs: true, addPath: [IPV4_UNICAST] });
    expect(three.direction).toBe(one.direction);
  });

  test("what one OPEN says is not: without the capability a session has no AS numbers of four octets, and no path identifiers", () => {
    const endOfRib = encodeMessage(MessageType.Update, new Uint8Array(4));
    const contextWith = (first: boolean, ...capabilities: Capability[]): Direction => {
      const capture = new Capture();
      const [a, b] = ends();
      const [sender, receiver] = first ? [a, b] : [b, a];
      capture.handshake(a, b);
      capture.send(sender, receiver, ACK, open(65_001, "10.0.0.1", ...capabilities));
      capture.send(a, b, ACK, update({ fourOctetAs: false, addPath: [IPV4_UNICAST] }, 1));
      capture.send(a, b, ACK, endOfRib);
      return messagesIn(capture.events()).at(-1)!.direction;
    };
    const receives = addPath([{ ...IPV4_UNICAST, direction: "receive" }]);
    const sends = addPath([{ ...IPV4_UNICAST, direction: "send" }]);
    expect(contextWith(true)).toMatchObject({
      guessed: true,
      sender: { as: 65_001 },
      context: { fourOctetAs: false, addPath: [] },
    });
    expect(contextWith(true, receives).context.addPath).toEqual([]);
    expect(contextWith(true, sends).context.addPath).toEqual([IPV4_UNICAST]);
    expect(contextWith(false, sends).context.addPath).toEqual([]);
    expect(contextWith(false, receives)).toMatchObject({
      receiver: { as: 65_001 },
      context: { addPath: [IPV4_UNICAST], localAs: 65_001 },
    });
  });

  test("a guess does not hold against UPDATEs that come later", () => {
    const capture = new Capture();
    const [a, b] = ends();
    for (let i = 0; i < GUESSED_FROM + 1; i += 1) capture.send(a, b, ACK, update({}, i));
    for (let i = 0; i < 2; i += 1) capture.send(a, b, ACK, update({ fourOctetAs: false }, i));
    const messages = messagesIn(capture.events());
    const widths = messages.map(({ direction }) => direction.context.fourOctetAs);
    expect(widths).toEqual([...Array.from({ length: GUESSED_FROM + 1 }, () => true), false, false]);
    expect(messages.at(-1)!.direction.guessed).toBe(true);
  });

  test("an OPEN that comes later says more than a guess", () => {
    const capture = new Capture();
    const [a, b] = ends();
    for (let i = 0; i < GUESSED_FROM; i += 1) capture.send(a, b, ACK, update({}, i));
    capture.send(a, b, ACK, open(65_001, "10.0.0.1"));
    capture.send(b, a, ACK, open(65_002, "10.0.0.2"));
    capture.send(a, b, ACK, update({}, 0));
    const messages = messagesIn(capture.events());
    expect(messages[0]!.direction).toMatchObject({ guessed: true, context: { fourOctetAs: true } });
    expect(messages.at(-1)!.direction).toMatchObject({ guessed: false, context: { fourOctetAs: false } });
  });

  test("OPENs that come while UPDATEs are held back are waited for no longer", () => {
    const capture = new Capture();
    const [a, b] = ends();
    capture.send(a, b, ACK, update({}, 0));
    capture.send(a, b, ACK, open(65_001, "10.0.0.1", fourOctetAs(65_001)));
    capture.send(b, a, ACK, open(65_002, "10.0.0.2", fourOctetAs(65_002)));
    const messages = messagesIn(capture.events());
    expect(messages.map(({ seconds }) => seconds)).toEqual([1, 2, 3]);
    expect(messages[0]!.direction.guessed).toBe(false);
  });

  test(`no more than ${MAX_HELD_EVENTS} events of a session are held back`, () => {
    const capture = new Capture();
    const [a, b] = ends();
    capture.send(a, b, ACK, update({}, 0));
    for (let i = 1; i < MAX_HELD_EVENTS; i += 1) capture.send(b, a, ACK, KEEPALIVE);
    const reader = new PcapEvents();
    const file = capture.file();
    reader.push(file.subarray(0, -75));
    expect([reader.next(), reader.next(), reader.next()].map((event) => event?.kind)).toEqual([
      "information",
      "up",
      undefined,
    ]);
    reader.push(file.subarray(-75));
    expect(reader.next()).toMatchObject({ kind: "message", type: 2, seconds: 1 });
  });

  test("a session that ends has nothing held back, and its end is last", () => {
    const capture = new Capture();
    const [a, b] = ends();
    capture.send(a, b, ACK, update({}, 0));
    capture.send(a, b, RST);
    expect(capture.told()).toEqual(["1 #0 1 up", "1 #0 1 type 2", "2 #0 1 down: 192.0.2.1 reset the connection"]);
  });
});

describe("what is read", () => {
  test("connections of other ports, if they are asked for", () => {
    const capture = new Capture();
    const [a, b] = [new End("192.0.2.1", 1790, 1), new End("192.0.2.2", 40_000, 2)];
    capture.send(b, a, ACK, KEEPALIVE);
    expect(capture.events()).toEqual([]);
    expect(capture.events({ ports: [179, 1790] }).map(tell)).toEqual(["1 #0 2 up", "1 #0 2 type 4"]);
  });

  test.each([1790, 2222])("a connection to port %d whose first octets are an OPEN", (port) => {
    const capture = new Capture();
    const [a, b] = [new End("192.0.2.1", 40_000, 1), new End("192.0.2.2", port, 2)];
    capture.handshake(a, b);
    capture.send(b, a, ACK, open(65_002, "10.0.0.2"));
    capture.send(a, b, ACK, open(65_001, "10.0.0.1"));
    capture.send(b, a, ACK, KEEPALIVE);
    capture.send(a, b, RST);
    // With the handshake where BGP is expected, else with its first octets.
    expect(capture.told()).toEqual([
      port === 1790 ? "2 #0 1 up" : "4 #0 2 up",
      "4 #0 2 type 1",
      "5 #0 1 type 1",
      "6 #0 2 type 4",
      "7 #0 1 down: 192.0.2.1 reset the connection",
    ]);
  });

  test("of the first octets of a connection on such a port, what is missing before them is told", () => {
    const capture = new Capture();
    const [a, b] = [new End("192.0.2.1", 40_000, 1), new End("192.0.2.2", 1790, 2)];
    capture.handshake(a, b);
    capture.send(a, b, ACK, KEEPALIVE, true);
    capture.send(a, b, ACK, open(65_001, "10.0.0.1"));
    capture.send(b, a, ACK);
    expect(capture.told()).toEqual(["2 #0 1 up", "5 #0 1 null missing", "5 #0 1 type 1"]);
  });

  test.each([[[0]], [[179, 65_536]], [[1.5]]])("ports %j are none", (ports) => {
    expect(() => new PcapEvents({ ports })).toThrow(ConfigError);
  });

  test("packets of a link type that is not read are a problem, once", () => {
    const capture = new Capture(147);
    const [a, b] = ends();
    capture.handshake(a, b);
    expect(capture.told()).toEqual(["a packet of link type 147, as are not read"]);
  });

  test("what a file says of itself is information", () => {
    const [file] = readAll(new PcapEvents(), new Capture().file());
    expect(file).toMatchObject({
      kind: "information",
      name: "pcapFile",
      values: { linkType: 101, snapLength: 65_535 },
    });
  });

  test("what cannot be read of a file is a problem among the events", () => {
    const [problem] = readAll(new PcapEvents(), new Uint8Array(30));
    expect(problem).toMatchObject({ kind: "problem", offset: 0, skipped: null });
  });
});
