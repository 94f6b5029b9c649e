// A packet capture says in OPENs how UPDATEs are read: what is written has those that say it, whatever the capture had.
import {
  encodeMessage,
  encodeOpen,
  fourOctetAs,
  multiprotocol,
  toHex,
  type Capability,
  type Family,
} from "@bgpwire/core";
import { asPath, createContext, encodeUpdate, nextHop, origin, type DecodeContext } from "@bgpwire/decoder";
import { expect, test } from "vitest";
import { joined } from "../bytes/joined.ts";
import type { CaptureEvent, Direction, Endpoint, MessageEvent, RouteEvent } from "../event.ts";
import { updateOfRoute } from "../mrt/update-of-route.ts";
import { readAll } from "../stream/record-reader.ts";
import { PcapEvents } from "./events.ts";
import { PcapWriter } from "./writer.ts";

const IPV4: Family = { afi: 1, safi: 1 };
const IPV6: Family = { afi: 2, safi: 1 };
const MADE_UP =
  "pairs of OPENs, one of which at least is not in the capture, or says something else than how its UPDATEs were read";

function end(address: string, as: number): Endpoint {
  return { address, port: null, as, bgpIdentifier: null };
}

const [A, B] = [end("192.0.2.1", 65_001), end("192.0.2.2", 65_002)];
const [OLD, FOUR] = [createContext({ fourOctetAs: false }), createContext()];
const PATHS = createContext({ addPath: [IPV4, IPV6] });

function direction(context: DecodeContext, sender: Endpoint = A, receiver: Endpoint = B): Direction {
  return { session: 0, sender, receiver, context, guessed: false, rib: null };
}

const at = { seconds: 1, nanoseconds: 2, offset: 0 };

function message(direction: Direction, type: number, body: Uint8Array): MessageEvent {
  const buffer = encodeMessage(type, body);
  return { kind: "message", ...at, direction, type, buffer, start: 0, end: buffer.length };
}

function update(direction: Direction, pathId?: number): MessageEvent {
  const attributes = [origin("igp"), asPath([65_001]), nextHop("192.0.2.1")];
  const nlri = [{ prefix: "10.0.0.0/8", ...(pathId !== undefined && { pathId }) }];
  return message(direction, 2, encodeUpdate({ attributes, nlri }, direction.context));
}

function open(direction: Direction, ...capabilities: readonly Capability[]): MessageEvent {
  const { as, address } = direction.sender;
  const body = encodeOpen({ version: 4, myAs: as!, holdTime: 90, identifier: address, capabilities });
  return message(direction, 1, body);
}

interface Made {
  /** What is in the file: of messages type, sender and, of UPDATEs, how they are read. */
  readonly told: string[];
  readonly messages: MessageEvent[];
  readonly notes: string[];
}

function write(events: readonly CaptureEvent[], passedOver: readonly CaptureEvent[] = []): Made {
  const writer = new PcapWriter();
  for (const event of passedOver) writer.passOver(event);
  const read = readAll(new PcapEvents(), joined(writer.begin(), ...events.map((event) => writer.event(event))));
  const messages = read.filter((event) => event.kind === "message");
  const told = read.flatMap((event) => {
    if (event.kind === "up" || event.kind === "down") return [event.kind];
    if (event.kind !== "message") return [event.kind].filter((kind) => kind !== "information");
    const { sender, context, guessed } = event.direction;
    const families = context.addPath.map(({ afi }) => afi).join(",");
    const how = event.type === 2 ? ` ${guessed ? "?" : context.fourOctetAs ? 4 : 2} [${families}]` : "";
    return [`${event.type} ${sender.address === A.address ? "A" : "B"}${how}`];
  });
  return { told, messages, notes: [...writer.notes].map(({ kind, count, what }) => `${kind} ${count} ${what}`) };
}

test.each([
  ["AS numbers of two octets", OLD, undefined, "2 A 2 []"],
  ["AS numbers of four octets", FOUR, undefined, "2 A 4 []"],
  ["path identifiers", PATHS, 7, "2 A 4 [1,2]"],
])("%s of a session without OPENs are said in two that are made up", (_name, context, pathId, told) => {
  const made = write([update(direction(context), pathId)]);
  expect(made.told).toEqual(["up", "1 A", "1 B", "4 A", "4 B", told]);
  expect(made.messages.at(-1)!.direction).toMatchObject({ sender: { as: 65_001 }, receiver: { as: 65_002 } });
  expect(made.notes).toEqual([`madeUp 1 ${MADE_UP}`]);
});

test("RFC 7911 section 4: path identifiers of one direction are not those of the other", () => {
  const [there, back] = [direction(PATHS), direction(FOUR, B, A)];
  const made = write([update(there, 7), update(back), update(there, 8)]);
  expect(made.told).toEqual(["up", "1 A", "1 B", "4 A", "4 B", "2 A 4 [1,2]", "2 B 4 []", "2 A 4 [1,2]"]);
});

test("a guess is no more than that: nothing is made up for it", () => {
  const made = write([update({ ...direction(FOUR), guessed: true })]);
  expect(made.told).toEqual(["up", "2 A ? []"]);
  expect(made.notes).toEqual([]);
});

test("OPENs of the capture that say how its UPDATEs are read are the only ones", () => {
  const [there, back] = [direction(FOUR), direction(FOUR, B, A)];
  const capabilities = [multiprotocol(1, 1), fourOctetAs(65_001)];
  const made = write([open(there, ...capabilities), open(back, ...capabilities), update(there), update(back)]);
  expect(made.told).toEqual(["up", "1 A", "1 B", "2 A 4 []", "2 B 4 []"]);
  expect(made.notes).toEqual([]);
});

test("beside one OPEN of the capture one is made up that says the rest", () => {
  const [there, back] = [direction(OLD), direction(OLD, B, A)];
  const made = write([open(back, multiprotocol(1, 1), fourOctetAs(65_002)), update(there)]);
  expect(made.told).toEqual(["up", "1 B", "1 A", "4 A", "2 A 2 []"]);
  expect(made.notes).toEqual([`madeUp 1 ${MADE_UP}`]);
});

test("OPENs that were passed over are in the file, with KEEPALIVEs, before the first UPDATE", () => {
  const [there, back] = [direction(FOUR), direction(FOUR, B, A)];
  const opens = [open(there, fourOctetAs(65_001)), open(back, fourOctetAs(65_002))];
  const made = write([update(there)], opens);
  expect(made.told).toEqual(["up", "1 A", "1 B", "4 A", "4 B", "2 A 4 []"]);
  expect(made.messages[0]!.buffer.subarray(made.messages[0]!.start, made.messages[0]!.end)).toEqual(opens[0]!.buffer);
  expect(made.notes).toEqual([]);
});

test("where the OPENs say something else, there is another connection with others", () => {
  const [there, back] = [direction(FOUR), direction(FOUR, B, A)];
  const made = write([open(there), open(back), update(there), update(direction(PATHS), 7)]);
  const session = ["up", "1 A", "1 B", "4 A", "4 B"];
  expect(made.told).toEqual(["up", "1 A", "1 B", "down", ...session, "2 A 4 []", "down", ...session, "2 A 4 [1,2]"]);
  expect(made.notes).toEqual([`madeUp 2 ${MADE_UP}`]);
});

test("routes of a table are UPDATEs, each peer's in a session of its own", () => {
  const nlri = Uint8Array.of(8, 10);
  const attributes = Uint8Array.of(0x40, 1, 1, 0, 0x40, 2, 0, 0x40, 3, 4, 192, 0, 2, 1);
  function route(peer: Endpoint, pathId: number | null, context: DecodeContext): RouteEvent {
    const [route, whole] = [nlri, attributes].map((buffer) => ({ buffer, start: 0, end: buffer.length }));
    return {
      kind: "route",
      ...at,
      peer,
      originated: 0,
      family: IPV4,
      nlri: route!,
      pathId,
      attributes: whole!,
      context,
    };
  }
  const [one, two] = [route(A, null, FOUR), route(end("2001:db8::1", 4_200_000_000), 5, PATHS)];
  const made = write([one, two, one]);
  const updates = made.messages.filter(({ type }) => type === 2);
  const bodies = updates.map(({ buffer, start, end }) => toHex(buffer.subarray(start + 19, end)));
  expect(bodies).toEqual([one, two, one].map((route) => toHex(updateOfRoute(route))));
  expect(updates.map(({ direction }) => direction)).toMatchObject([
    { sender: { as: 65_001 }, receiver: { address: "0.0.0.0" }, context: { addPath: [] } },
    { sender: { as: 4_200_000_000 }, receiver: { address: "::" }, context: { addPath: [IPV4, IPV6] } },
    { sender: { as: 65_001 } },
  ]);
  expect(made.notes).toEqual(["changed 3 routes of tables, which are UPDATEs", `madeUp 2 ${MADE_UP}`]);
});

test("a change of the state from Established ends a connection; others are left out", () => {
  const there = { ...direction(FOUR), guessed: true };
  const state = (oldState: number, newState: number): CaptureEvent => ({
    kind: "state",
    ...at,
    direction: there,
    oldState,
    newState,
  });
  const made = write([state(5, 6), update(there), state(6, 1), state(1, 2)]);
  expect(made.told).toEqual(["up", "2 A ? []", "down"]);
  expect(made.notes).toEqual([
    "leftOut 2 changes of the state",
    "changed 1 changes of the state from Established, which are ends of connections",
  ]);
});

test.each([
  ["the peer closed the session: Cease", ["up", "4 A", "3 A", "down"]],
  ["the router closed the session: Cease", ["up", "4 A", "3 B", "down"]],
  ["somebody closed it", ["up", "4 A", "down"]],
])("RFC 7854 section 4.9: the NOTIFICATION of a Peer Down, where %s", (reason, told) => {
  const cease = encodeMessage(3, Uint8Array.of(6, 0));
  const notification = { buffer: cease, start: 0, end: cease.length };
  const made = write([
    message(direction(FOUR), 4, new Uint8Array(0)),
    { kind: "down", ...at, direction: direction(FOUR), reason, notification },
  ]);
  expect(made.told).toEqual(told);
  expect(made.notes).toEqual(told.length === 4 ? [] : ["leftOut 1 NOTIFICATIONs of which nothing says who sent them"]);
});
