// Events of RIS Live, https://ris-live.ripe.net/manual/
import {
  decodeNotification,
  decodeOpen,
  encodeKeepalive,
  encodeMessage,
  encodeOpen,
  encodeUtf8,
  fourOctetAs,
  addPath,
  toHex,
  type Capability,
} from "@bgpwire/core";
import { createContext, encodeUpdate, origin, asPath, nextHop } from "@bgpwire/decoder";
import { expect, test } from "vitest";
import type { CaptureEvent, MessageEvent } from "../event.ts";
import { EventReading } from "../reading.ts";
import { bgpkitLines } from "../text/bgpkit.ts";
import { readAll } from "../stream/record-reader.ts";
import { RisLiveEvents } from "./events.ts";
import { MAX_RIS_LIVE_SESSIONS } from "./sessions.ts";

const PEER = { timestamp: 1553625081.88, peer: "2001:7F8::1", peer_asn: "24931", id: "1", host: "rrc01" };

/** Events of lines with these data, but for the one that names the collector. */
function events(...lines: readonly object[]): CaptureEvent[] {
  const text = lines.map((data) => `${JSON.stringify({ type: "ris_message", data: { ...PEER, ...data } })}\n`).join("");
  const all = readAll(new RisLiveEvents(), encodeUtf8(text));
  return all.filter((event) => event.kind !== "information" || event.name !== "collector");
}

function message(event: CaptureEvent | undefined): MessageEvent {
  if (event?.kind !== "message") throw new Error(`a message was expected, not ${JSON.stringify(event)}`);
  return event;
}

function raw(octets: Uint8Array): object {
  return { raw: toHex(octets).toUpperCase() };
}

/** Lines of bgpkit-parser of all events. */
function routes(...lines: readonly object[]): string[] {
  return events(...lines).flatMap((event) => bgpkitLines(new EventReading(event)));
}

test("octets are the message; fields beside them do not count", () => {
  const octets = encodeKeepalive();
  const [event] = events({ type: "UPDATE", path: "no path", ...raw(octets) });
  const { buffer, start, end, type, seconds, nanoseconds, direction } = message(event);
  expect(buffer.subarray(start, end)).toEqual(octets);
  expect({ type, seconds, nanoseconds }).toEqual({ type: 4, seconds: 1_553_625_081, nanoseconds: 880_000_000 });
  expect(direction.sender).toEqual({ address: "2001:7f8::1", port: null, as: 24_931, bgpIdentifier: null });
  expect(direction.receiver).toEqual({ address: "::", port: null, as: null, bgpIdentifier: null });
});

test("the collector is named once for each session", () => {
  const line = JSON.stringify({ ...PEER, type: "KEEPALIVE" });
  const other = JSON.stringify({ ...PEER, type: "KEEPALIVE", host: "rrc02" });
  const all = readAll(new RisLiveEvents(), encodeUtf8(`${line}\n${line}\n${other}\n`));
  expect(all).toMatchObject([
    { kind: "information", name: "collector", values: { session: 0, host: "rrc01" } },
    { kind: "message", direction: { session: 0 } },
    { kind: "message", direction: { session: 0 } },
    { kind: "information", name: "collector", values: { session: 1, host: "rrc02" } },
    { kind: "message", direction: { session: 1 } },
  ]);
});

test("without octets an UPDATE is made of the fields", () => {
  const update = {
    type: "UPDATE",
    path: [24_931, 4_200_000_000, [64_500, 64_501]],
    community: [[24_931, 7]],
    origin: "EGP",
    med: 5,
    aggregator: "64500:192.0.2.1",
    announcements: [
      { next_hop: "2001:7f8::1,fe80::1", prefixes: ["2001:db8::/32"] },
      { next_hop: "192.0.2.1", prefixes: ["198.51.100.0/24", "203.0.113.0/24"] },
    ],
    withdrawals: ["2001:db8:1:0:0:0:0:0/48"],
  };
  const head = "|1553625081.88|2001:7f8::1|24931|";
  const attributes = "24931 4200000000 {64500,64501}|EGP";
  const rest = "|5|24931:7|false|64500|192.0.2.1";
  expect(routes(update)).toEqual([
    `W${head}2001:db8:1::/48|||||||false||`,
    `A${head}2001:db8::/32|${attributes}|2001:7f8::1|${rest}`,
    `A${head}198.51.100.0/24|${attributes}|192.0.2.1|${rest}`,
    `A${head}203.0.113.0/24|${attributes}|192.0.2.1|${rest}`,
  ]);
  const all = events(update);
  expect(all.map((event) => message(event).direction.guessed)).toEqual([true, true, true]);
  expect(new EventReading(all[1]!).routes.announced).toMatchObject([{ linkLocalNextHop: "fe80::1" }]);
  expect(all.flatMap((event) => new EventReading(event).issues)).toEqual([]);
});

test("until 2022 a link-local next hop had the same routes once more, and origins were in lower case", () => {
  const announcements = [
    { next_hop: "2001:7f8::1", prefixes: ["2001:db8::/32"] },
    { next_hop: "fe80::1", prefixes: ["2001:db8::/32"] },
  ];
  const all = events({ type: "UPDATE", path: [24_931], origin: "igp", announcements });
  expect(all).toHaveLength(1);
  expect(new EventReading(all[0]!).routes.announced).toMatchObject([
    { nextHop: "2001:7f8::1", linkLocalNextHop: "fe80::1" },
  ]);
});

test("a path of more than 255 AS numbers takes several segments (RFC 4271 section 4.3)", () => {
  const path = Array.from({ length: 300 }, () => 24_931);
  const announcements = [{ next_hop: "2001:7f8::1", prefixes: ["2001:db8::/32"] }];
  const [event] = events({ type: "UPDATE", path, origin: "IGP", announcements });
  const { update } = new EventReading(event!).decoded!;
  const [segments] = update.attributes.flatMap((attribute) =>
    attribute.name === "asPath" ? [attribute.segments] : [],
  );
  expect(segments!.map(({ asNumbers }) => asNumbers.length)).toEqual([255, 45]);
});

test("an UPDATE without routes is an End-of-RIB", () => {
  const [event] = events({ type: "UPDATE" });
  expect(new EventReading(event!).routes.endOfRib).toEqual({ afi: 1, safi: 1 });
});

test("an OPEN of the fields has the capabilities that they say wholly", () => {
  const capabilities = {
    1: { name: "multiprotocol", families: ["ipv4/unicast", "ipv6/unicast", "no/family"] },
    2: { name: "route-refresh", variant: "RFC" },
    5: { name: "unknown", iana: "unknown", value: 5, raw: "000100010002" },
    64: {
      name: "graceful restart",
      time: 120,
      "address family flags": { "ipv4/unicast": [], "ipv6/unicast": ["restart"] },
      "restart flags": ["forwarding"],
    },
    65: { name: "asn4", asn4: 4_200_000_000 },
    69: { name: "addpath" },
    128: { name: "route-refresh", variant: "RFC" },
  };
  const [event] = events({
    type: "OPEN",
    direction: "sent",
    version: 4,
    asn: 4_200_000_000,
    hold_time: 180,
    router_id: "192.0.2.1",
    capabilities,
  });
  const { buffer, start, end, direction } = message(event);
  expect(decodeOpen({ buffer, start: start + 19, end })).toEqual({
    ok: true,
    value: {
      version: 4,
      myAs: 23_456,
      holdTime: 180,
      identifier: "192.0.2.1",
      capabilities: [
        { name: "multiprotocol", code: 1, afi: 1, safi: 1 },
        { name: "multiprotocol", code: 1, afi: 2, safi: 1 },
        { name: "routeRefresh", code: 2 },
        { name: "extendedNextHop", code: 5, entries: [{ afi: 1, safi: 1, nextHopAfi: 2 }] },
        {
          name: "gracefulRestart",
          code: 64,
          restarting: true,
          notification: false,
          restartTime: 120,
          families: [
            { afi: 1, safi: 1, forwardingPreserved: false },
            { afi: 2, safi: 1, forwardingPreserved: true },
          ],
        },
        { name: "fourOctetAs", code: 65, as: 4_200_000_000 },
        { name: "routeRefreshCisco", code: 128 },
      ],
    },
  });
  expect(direction.sender).toEqual({ address: "::", port: null, as: 4_200_000_000, bgpIdentifier: "192.0.2.1" });
  expect(direction.receiver).toMatchObject({ address: "2001:7f8::1", as: 24_931 });
});

test("a NOTIFICATION of the fields; data are characters, and were hexadecimal digits of all of it until 2022", () => {
  const data = ["0602", "0602AB", "\u0006\u0005", "\u0003bye"];
  const all = events(...data.map((data) => ({ type: "NOTIFICATION", notification: { code: 6, subcode: 2, data } })));
  const read = all.map(message).map(({ buffer, start, end }) => decodeNotification({ buffer, start: start + 19, end }));
  expect(read.map((notification) => toHex(notification!.data))).toEqual(["", "ab", "0605", "03627965"]);
  expect(read[0]).toMatchObject({ code: 6, subcode: 2 });
});

function open(as: number, capabilities: readonly Capability[]): Uint8Array {
  return encodeMessage(
    1,
    encodeOpen({ version: 4, myAs: as, holdTime: 90, identifier: `192.0.2.${as & 7}`, capabilities }),
  );
}

test("both OPENs say how UPDATEs are read, and who the collector is", () => {
  const paths = addPath([{ afi: 1, safi: 1, direction: "both" }]);
  const context = createContext({ addPath: [{ afi: 1, safi: 1 }] });
  const attributes = [origin("igp"), asPath([24_931]), nextHop("192.0.2.9")];
  const update = encodeUpdate({ attributes, nlri: [{ prefix: "10.0.0.0/8", pathId: 9 }] }, context);
  const all = events(
    { type: "OPEN", direction: "sent", ...raw(open(12_654, [fourOctetAs(12_654), paths])) },
    { type: "OPEN", direction: "received", ...raw(open(24_931, [fourOctetAs(24_931), paths])) },
    { type: "STATE", state: "connected" },
    { type: "UPDATE", ...raw(encodeMessage(2, update)) },
  );
  expect(all.map(({ kind }) => kind)).toEqual(["message", "message", "up", "message"]);
  const { direction } = message(all[3]);
  expect(direction).toMatchObject({
    guessed: false,
    sender: { as: 24_931, bgpIdentifier: "192.0.2.3" },
    receiver: { as: 12_654, bgpIdentifier: "192.0.2.6" },
  });
  expect(direction.context.addPath).toEqual([{ afi: 1, safi: 1 }]);
  expect(new EventReading(all[3]!).routes.announced).toMatchObject([{ prefix: "10.0.0.0/8", pathId: 9 }]);
});

test("states of peers; what comes after down is another session", () => {
  const all = events(
    { type: "RIS_PEER_STATE", state: "connected" },
    { type: "STATE", state: "down" },
    { type: "STATE", state: "connected" },
    { type: "STATE", state: "confused" },
  );
  expect(all).toMatchObject([
    { kind: "up", direction: { session: 0 } },
    { kind: "down", direction: { session: 0 }, reason: "the collector says that the session is down" },
    { kind: "up", direction: { session: 1 } },
    { kind: "information", name: "STATE", values: { state: "confused" } },
  ]);
});

test("other types, and what the server says, are information under their names", () => {
  expect(events({ type: "OTHER", msg: 1 })).toMatchObject([{ kind: "information", name: "OTHER", values: { msg: 1 } }]);
  const all = readAll(
    new RisLiveEvents(),
    encodeUtf8('{"type":"pong","data":null}\n{"type":"ris_error","data":{"message":"x"}}'),
  );
  expect(all).toMatchObject([
    { kind: "information", name: "pong", values: { data: null }, seconds: 0 },
    { kind: "information", name: "ris_error", values: { message: "x" } },
  ]);
});

test.each([
  [{ timestamp: "soon" }],
  [{ timestamp: 4_294_967_296 }],
  [{ timestamp: -1 }],
  [{ peer: "localhost" }],
  [{ peer: "fe80::1%eth0" }],
  [{ peer_asn: "AS1" }],
  [{ peer_asn: 4_294_967_296 }],
  [{ host: 5 }],
  [{ host: "x".repeat(256) }],
  [{ type: undefined }],
])("%j is a problem", (wrong) => {
  const [problem] = events({ type: "KEEPALIVE", ...wrong });
  expect(problem).toMatchObject({ kind: "problem", reason: "a message of RIS Live without a time, a type or a peer" });
});

test.each([
  ["path", { path: ["x"] }],
  ["path", { path: 5 }],
  ["community", { community: [[1, 65_536]] }],
  ["community", { community: ["no-export"] }],
  ["origin", { origin: "guessed" }],
  ["med", { med: -1 }],
  ["aggregator", { aggregator: "65000-8.42.232.1" }],
  ["next_hop", { announcements: [{ next_hop: "here", prefixes: ["10.0.0.0/8"] }] }],
  ["announcements", { announcements: [null] }],
  ["prefixes", { announcements: [{ next_hop: "192.0.2.1", prefixes: [8] }] }],
  ["withdrawals", { withdrawals: ["10.0.0.0"] }],
  ["withdrawals", { withdrawals: [null] }],
])("an UPDATE with a wrong %s is a problem", (_field, wrong) => {
  const right = { path: [1], origin: "igp", announcements: [{ next_hop: "192.0.2.1", prefixes: ["10.0.0.0/8"] }] };
  expect(events({ type: "UPDATE", ...right, ...wrong })).toMatchObject([
    { kind: "problem", reason: expect.stringContaining("no UPDATE can be made from the fields: ") },
  ]);
});

test("octets that are no message are a problem, and the fields count", () => {
  for (const wrong of ["00", "zz", 5, `${toHex(encodeKeepalive())}00`, null]) {
    expect(events({ type: "KEEPALIVE", raw: wrong })).toMatchObject([
      { kind: "problem", reason: "raw is not the octets of one BGP message", skipped: 0 },
      { kind: "message", type: 4, direction: { guessed: true } },
    ]);
  }
});

test(`more than ${MAX_RIS_LIVE_SESSIONS} sessions: the one that came first is forgotten`, () => {
  const lines = Array.from({ length: MAX_RIS_LIVE_SESSIONS + 1 }, (_, as) => ({ type: "KEEPALIVE", peer_asn: as + 1 }));
  const all = events(...lines, lines.at(-1)!, lines[0]!);
  const sessions = all.map((event) => message(event).direction.session);
  expect(sessions.slice(-3)).toEqual([MAX_RIS_LIVE_SESSIONS, MAX_RIS_LIVE_SESSIONS, MAX_RIS_LIVE_SESSIONS + 1]);
});

test("times have microseconds; what is that near to the next second is it", () => {
  const times = [0, 1553625081 + 1e-6, 1553625082 - 4e-7].map((timestamp) => ({ type: "KEEPALIVE", timestamp }));
  expect(events(...times)).toMatchObject([
    { seconds: 0, nanoseconds: 0 },
    { seconds: 1_553_625_081, nanoseconds: 1000 },
    { seconds: 1_553_625_082, nanoseconds: 0 },
  ]);
});
