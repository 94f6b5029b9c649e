// Lines as bgpdump prints them. That they are its own is for tests/foreign/bgpdump.test.ts, which asks it.
import { encodeMessage, fromHex, MessageType } from "@bgpwire/core";
import { createContext } from "@bgpwire/decoder";
import { expect, test } from "vitest";
import type { CaptureEvent, Direction, MrtRecordType, RouteEvent } from "../event.ts";
import { EventFilter } from "../filter/filter.ts";
import { BGPDUMP_CHUNK, BgpdumpText, BgpdumpWriter, MAX_BGPDUMP_TEXT } from "./bgpdump.ts";

function octets(digits: string): Uint8Array {
  return fromHex(digits.replaceAll(/\s/g, ""))!;
}

const PEER = { address: "192.0.2.1", port: null, as: 65001, bgpIdentifier: null };
const LOCAL = { address: "2001:db8:0:1:2:3:4:5", port: null, as: 4_200_000_001, bgpIdentifier: null };
const FAMILIES = [
  { afi: 1, safi: 1 },
  { afi: 2, safi: 1 },
];

function direction(change: Partial<Direction> = {}): Direction {
  const context = createContext();
  return { session: 0, sender: PEER, receiver: LOCAL, context, guessed: false, rib: null, ...change };
}

function update(body: string, mrt: MrtRecordType | null, between: Direction = direction()): CaptureEvent {
  const buffer = encodeMessage(MessageType.Update, octets(body));
  const at = { seconds: 1_300_475_700, nanoseconds: 42_000, offset: 0, ...(mrt === null ? {} : { mrt }) };
  return { kind: "message", ...at, type: MessageType.Update, direction: between, buffer, start: 0, end: buffer.length };
}

function lines(event: CaptureEvent): string {
  return new BgpdumpText().lines(event);
}

/** Everything that a line has: a path with a set, both preferences, communities, an aggregator. */
const ATTRIBUTES = `
  40010101 40021402 02 0000fde9 fa56ea01 0102 0000fdea 0000fdeb 400304c0000209 80040400000007 40050400000064 400600
  c00708 0000fdec c000020a c00810 fde90001 ffffff01 ffffff02 ffffff03`;
const TAIL =
  "65001 4200000001 {65002,65003}|EGP|192.0.2.9|100|7|65001:1 no-export no-advertise local-AS|AG|65004 192.0.2.10|\n";

function attributeBlock(attributes: string): string {
  const { length } = octets(attributes);
  return length.toString(16).padStart(4, "0") + attributes;
}

test("announced and withdrawn routes of a message", () => {
  const body = `0004 0a0a40 00 ${attributeBlock(ATTRIBUTES)} 08 0b 1d0c0d0e08`;
  expect(lines(update(body, { type: 16, subtype: 4 }))).toBe(
    "BGP4MP|1300475700|W|192.0.2.1|65001|10.64.0.0/10\n" +
      "BGP4MP|1300475700|W|192.0.2.1|65001|0.0.0.0/0\n" +
      `BGP4MP|1300475700|A|192.0.2.1|65001|11.0.0.0/8|${TAIL}` +
      `BGP4MP|1300475700|A|192.0.2.1|65001|12.13.14.8/29|${TAIL}`,
  );
});

test("routes of MP_UNREACH_NLRI and MP_REACH_NLRI, a global next hop alone, and attributes that are not there", () => {
  const hops = "20010db8000000000000000000000009 fe800000000000000000000000000009";
  const reach = `800e2c 0002 01 20 ${hops} 00 2020010db8 00 00`;
  const body = `0000 ${attributeBlock(`800f07 0002 02 1820010d ${reach}`)}`;
  expect(lines(update(body, { type: 16, subtype: 4 }))).toBe(
    "BGP4MP|1300475700|W|192.0.2.1|65001|2001:d00::/24\n" +
      "BGP4MP|1300475700|A|192.0.2.1|65001|2001:db8::/32||INCOMPLETE|2001:db8::9|0|0||NAG||\n" +
      "BGP4MP|1300475700|A|192.0.2.1|65001|::/0||INCOMPLETE|2001:db8::9|0|0||NAG||\n" +
      "BGP4MP|1300475700|A|192.0.2.1|65001|::/0||INCOMPLETE|2001:db8::9|0|0||NAG||\n",
  );
});

test("a filter leaves out routes of a message, be they the first, the last or between", () => {
  const body = `0006 080a 100a01 00 ${attributeBlock(ATTRIBUTES)} 080b 100b01 100b02 080c 180b0101`;
  const event = update(body, { type: 16, subtype: 4 });
  const filtered = (...prefixes: string[]): string[] => {
    const pieces: Uint8Array[] = [];
    const filter = new EventFilter({ prefixes: prefixes.map((prefix) => ({ prefix, match: "exact" })) });
    const writer = new BgpdumpWriter((piece) => void pieces.push(piece), filter);
    writer.add(event);
    writer.flush();
    return pieces.flatMap((piece) => String.fromCharCode(...piece).split("\n")).filter((line) => line !== "");
  };
  const all = lines(event).split("\n").slice(0, -1);
  expect(all).toHaveLength(8);
  for (const wanted of [
    ["10.0.0.0/8", "11.0.0.0/8"],
    ["10.1.0.0/16", "11.1.1.0/24"],
    ["11.1.0.0/16", "12.0.0.0/8"],
    ["0.0.0.0/0"],
    ["192.0.2.0/24"],
  ]) {
    expect(filtered(...wanted)).toEqual(all.filter((line) => wanted.includes(line.split("|")[5]!)));
  }
});

test.each([
  [16, 1, "BGP4MP|1300475700|"],
  [16, 6, "BGP4MP_LOCAL|1300475700|"],
  [16, 8, "BGP4MP_AP|1300475700|"],
  [16, 11, "BGP4MP_LOCAL_AP|1300475700|"],
  [17, 4, "BGP4MP_ET|1300475700.000042|"],
  [17, 7, "BGP4MP_ET_LOCAL|1300475700.000042|"],
  [17, 9, "BGP4MP_ET_AP|1300475700.000042|"],
  [17, 10, "BGP4MP_ET_LOCAL_AP|1300475700.000042|"],
  [5, 1, "BGP|1300475700|"],
])("the name of MRT type %i, subtype %i, and who is the peer", (type, subtype, head) => {
  const withPaths = head.includes("_AP|");
  const local = head.includes("_LOCAL");
  const context = createContext({ addPath: withPaths ? FAMILIES : [] });
  const between = direction(local ? { sender: LOCAL, receiver: PEER, context } : { context });
  const body = withPaths ? "0006 00000007 080a 0000" : "0002 080a 0000";
  const path = withPaths ? "|7" : "";
  expect(lines(update(body, { type, subtype }, between))).toBe(`${head}W|192.0.2.1|65001|10.0.0.0/8${path}\n`);
});

test("a message that is not from MRT, of a session with path identifiers for some families", () => {
  const between = direction({ sender: LOCAL, receiver: PEER, context: createContext({ addPath: [FAMILIES[0]!] }) });
  const body = `0006 00000007 080a ${attributeBlock("800f06 0002 01 102001")}`;
  expect(lines(update(body, null, between))).toBe(
    "BGP4MP_ET_AP|1300475700.000042|W|2001:db8::1:2:3:4:5|4200000001|10.0.0.0/8|7\n" +
      "BGP4MP_ET|1300475700.000042|W|2001:db8::1:2:3:4:5|4200000001|2001::/16\n",
  );
});

/** An AGGREGATOR of two octets, and the AS4_AGGREGATOR beside it. */
function aggregators(as: string): string {
  return `c00706 ${as} c0000201 c01208 fa56ea03 c0000202`;
}

test("RFC 6793 section 4.2.3: AS4_PATH and AS4_AGGREGATOR of an old speaker", () => {
  const between = direction({ context: createContext({ fourOctetAs: false }) });
  const path = "400208 0203 fde9 5ba0 5ba0 c0110a 0202 fa56ea01 fa56ea02";
  const read = (attributes: string): string =>
    lines(update(`0000 ${attributeBlock(attributes)} 080a`, { type: 16, subtype: 1 }, between)).split(
      "|10.0.0.0/8|",
    )[1]!;
  expect(read(`${path} ${aggregators("5ba0")}`)).toBe(
    "65001 4200000001 4200000002|INCOMPLETE|255.255.255.255|0|0||NAG|4200000003 192.0.2.2|\n",
  );
  // An AGGREGATOR with another AS number was made by an old speaker: what is large is no longer true.
  expect(read(`${path} ${aggregators("fdea")}`)).toBe(
    "65001 23456 23456|INCOMPLETE|255.255.255.255|0|0||NAG|65002 192.0.2.1|\n",
  );
});

test.each([
  ["", ""],
  ["0201 0000fde9 0201 0000fdea", "65001 65002"],
  ["0302 0000fde9 0000fdea 0201 0000fdeb", "(65001 65002) 65003"],
  ["0201 0000fdeb 0402 0000fde9 0000fdea", "65003 [65001,65002]"],
  ["0501 0000fde9", "! Error !"],
  ["0202 0000fde9", "! Error !"],
  ["0100 0201 0000fde9", "{}65001"],
])("AS path %s is %s", (path, text) => {
  const attribute = `4002${octets(path).length.toString(16).padStart(2, "0")}${path}`;
  const line = lines(update(`0000 ${attributeBlock(attribute)} 080a`, { type: 16, subtype: 4 }));
  expect(line.split("|")[6]).toBe(text);
});

function route(change: Partial<RouteEvent>): RouteEvent {
  const attributes = octets("40010100 40020602010000fde9 400304c0000209");
  return {
    kind: "route",
    seconds: 1_300_475_700,
    nanoseconds: 0,
    offset: 0,
    mrt: { type: 13, subtype: 2 },
    peer: PEER,
    originated: 1,
    family: { afi: 1, safi: 1 },
    nlri: { buffer: octets("080a"), start: 0, end: 2 },
    pathId: null,
    attributes: { buffer: attributes, start: 0, end: attributes.length },
    context: createContext(),
    ...change,
  };
}

function slice(digits: string): { buffer: Uint8Array; start: number; end: number } {
  const buffer = octets(digits);
  return { buffer, start: 0, end: buffer.length };
}

const TABLE_TAIL = "65001|IGP|192.0.2.9|0|0||NAG||\n";

test.each<[string, Partial<RouteEvent>]>([
  [`TABLE_DUMP2|1300475700|B|192.0.2.1|65001|10.0.0.0/8|${TABLE_TAIL}`, {}],
  [
    `TABLE_DUMP2_AP|1300475700|B|192.0.2.1|65001|10.0.0.0/8|5|${TABLE_TAIL}`,
    { mrt: { type: 13, subtype: 8 }, pathId: 5 },
  ],
  [`TABLE_DUMP|1300475700|B|192.0.2.1|65001|10.0.0.0/8|${TABLE_TAIL}`, { mrt: { type: 12, subtype: 1 } }],
  [
    "TABLE_DUMP2|1300475700|B|192.0.2.1|65001|2001::/16||INCOMPLETE|2001:db8::9|0|0||NAG||\n",
    {
      mrt: { type: 13, subtype: 4 },
      family: { afi: 2, safi: 1 },
      nlri: slice("102001"),
      attributes: slice("800e11 10 20010db8000000000000000000000009"),
    },
  ],
  [
    "TABLE_DUMP2|1300475700|B|192.0.2.1|65001|2001::/16||INCOMPLETE|2001:db8::9|0|0||NAG||\n",
    {
      mrt: { type: 13, subtype: 4 },
      family: { afi: 2, safi: 1 },
      nlri: slice("102001"),
      attributes: slice("800e18 0002 01 10 20010db8000000000000000000000009 00 102001"),
    },
  ],
  ["", { mrt: { type: 13, subtype: 3 }, family: { afi: 1, safi: 2 } }],
  ["", { mrt: { type: 13, subtype: 6 } }],
  ["", { mrt: { type: 16, subtype: 2 } }],
])("a route of a table is %j", (line, change) => {
  expect(lines(route(change))).toBe(line);
});

test("a state change, and events that have no line", () => {
  const at = { seconds: 5, nanoseconds: 7000, offset: 0, direction: direction(), oldState: 5, newState: 6 };
  expect(lines({ kind: "state", ...at, mrt: { type: 16, subtype: 5 } })).toBe("BGP4MP|5|STATE|192.0.2.1|65001|5|6\n");
  expect(lines({ kind: "state", ...at, mrt: { type: 17, subtype: 5 } })).toBe(
    "BGP4MP_ET|5.000007|STATE|192.0.2.1|65001|5|6\n",
  );
  expect(lines({ kind: "problem", offset: 0, reason: "", skipped: 0 })).toBe("");
  const open = update("00000000", { type: 16, subtype: 4 });
  if (open.kind === "message") expect(lines({ ...open, type: MessageType.Open })).toBe("");
});

test("whatever stands in an UPDATE that does not parse, its lines end before it", () => {
  const body = octets(`0004 0a0a40 00 ${attributeBlock(ATTRIBUTES)} 08 0b 1d0c0d0e08`);
  const whole = lines(
    update(`0004 0a0a40 00 ${attributeBlock(ATTRIBUTES)} 08 0b 1d0c0d0e08`, { type: 16, subtype: 4 }),
  );
  for (let end = 0; end < body.length; end += 1) {
    const cut = body.subarray(0, end);
    const event = update("", { type: 16, subtype: 4 });
    const buffer = encodeMessage(MessageType.Update, cut);
    if (event.kind !== "message") throw new Error("no message");
    const text = lines({ ...event, buffer, end: buffer.length });
    expect(text === "" || text.endsWith("\n")).toBe(true);
    expect(text.split("\n").length).toBeLessThanOrEqual(whole.split("\n").length);
  }
  expect(lines(update("0004 210a0000 0000", { type: 16, subtype: 4 }))).toBe("");
});

/** A message of as many routes as there can be, with a path that makes each of their lines long. */
function longest(): CaptureEvent {
  const path = "02ff" + "fffffffe".repeat(255);
  const attributes = `5002${(2 * octets(path).length).toString(16).padStart(4, "0")}${path}${path}`;
  return update(`0000 ${attributeBlock(attributes)} ${"00".repeat(60_000)}`, { type: 16, subtype: 4 });
}

test("lines are handed out before there are many of them", () => {
  let most = 0;
  let all = 0;
  const writer = new BgpdumpWriter((piece) => {
    most = Math.max(most, piece.length);
    all += piece.length;
  });
  writer.add(longest());
  writer.flush();
  expect(all).toBeGreaterThan(300_000_000);
  expect(most).toBeLessThan(2 * BGPDUMP_CHUNK);
});

test("pieces are octets of their own, and together the lines", () => {
  const pieces: Uint8Array[] = [];
  const writer = new BgpdumpWriter((piece) => void pieces.push(piece));
  const event = update(`0000 ${attributeBlock(ATTRIBUTES)} ${"080b".repeat(2000)}`, { type: 16, subtype: 4 });
  for (let i = 0; i < 3; i += 1) writer.add(event);
  writer.flush();
  expect(pieces.length).toBeGreaterThan(3);
  const text = pieces.map((piece) => String.fromCharCode.apply(null, Array.from(piece))).join("");
  expect(text).toBe(lines(event).repeat(3));
});

test("text of one event is bounded", () => {
  const text = lines(longest());
  expect(text.length).toBeLessThanOrEqual(MAX_BGPDUMP_TEXT);
  expect(text.length).toBeGreaterThan(MAX_BGPDUMP_TEXT / 2);
});
