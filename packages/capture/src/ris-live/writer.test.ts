// Messages as RIS Live has them, https://ris-live.ripe.net/manual/
import {
  encodeKeepalive,
  encodeMessage,
  encodeNotification,
  encodeOpen,
  encodeUtf8,
  fourOctetAs,
  gracefulRestart,
  multiprotocol,
  routeRefresh,
  addPath,
} from "@bgpwire/core";
import {
  aggregator,
  asPath,
  communities,
  createContext,
  encodeUpdate,
  multiExitDisc,
  nextHop,
  origin,
  packUpdates,
  type Update,
} from "@bgpwire/decoder";
import { expect, test } from "vitest";
import type { CaptureEvent, Direction, RouteEvent } from "../event.ts";
import { EventReading } from "../reading.ts";
import { readAll } from "../stream/record-reader.ts";
import { RisLiveEvents } from "./events.ts";
import { risLiveOf } from "./writer.ts";

const context = createContext();
const DIRECTION: Direction = {
  session: 0,
  sender: { address: "192.0.2.1", port: 179, as: 65_001, bgpIdentifier: null },
  receiver: { address: "192.0.2.2", port: null, as: 65_002, bgpIdentifier: null },
  context,
  guessed: false,
  rib: null,
};
const AT = { seconds: 1_740_561_857, nanoseconds: 910_999_000, offset: 0 };
const HEAD = '{"type":"ris_message","data":{"timestamp":1740561857.910,"peer":"192.0.2.1","peer_asn":"65001"';
const ID = '"id":"192.0.2.1-019541923d760000","host":"bgpwire"';

function event(buffer: Uint8Array, direction: Direction = DIRECTION): CaptureEvent {
  return { kind: "message", ...AT, direction, type: buffer[18]!, buffer, start: 0, end: buffer.length };
}

function line(of: CaptureEvent): string | null {
  return risLiveOf(new EventReading(of));
}

function update(fields: Partial<Update>): string | null {
  return line(event(encodeMessage(2, encodeUpdate(fields, context))));
}

function data(text: string | null): Record<string, unknown> {
  return (JSON.parse(text!) as { data: Record<string, unknown> }).data;
}

test("fields stand in the order of RIS Live, octets last and in upper case", () => {
  const attributes = [
    origin("incomplete"),
    asPath("65001 65010 {65020 65021}"),
    nextHop("192.0.2.1"),
    multiExitDisc(0),
    aggregator(65_020, "198.51.100.1"),
    communities(["65001:1", "no-export"]),
  ];
  const text = update({ withdrawn: [{ prefix: "10.9.0.0/16" }], attributes, nlri: [{ prefix: "10.0.0.0/8" }] })!;
  expect(text.slice(0, text.indexOf(',"raw":'))).toBe(
    `${HEAD},${ID},"type":"UPDATE","path":[65001,65010,[65020,65021]],"community":[[65001,1],[65535,65281]],` +
      '"origin":"INCOMPLETE","med":0,"aggregator":"65020:198.51.100.1",' +
      '"announcements":[{"next_hop":"192.0.2.1","prefixes":["10.0.0.0/8"]}],"withdrawals":["10.9.0.0/16"]',
  );
  expect(text.slice(text.indexOf(',"raw":'))).toMatch(/^,"raw":"F{32}00[\dA-F]+"\}\}$/);
});

test("groups of IPv6 prefixes are all there where they are withdrawn, and of both next hops one is behind a comma", () => {
  const hop = { nextHop: "2001:db8::1", linkLocalNextHop: "fe80::1" };
  const batch = { announce: ["2001:db8::/32"], attributes: [origin("igp"), asPath([65_001])], nextHop: hop };
  const [announced] = packUpdates(batch, context);
  const [withdrawn] = packUpdates({ withdraw: ["2a12:ca42::/32", "::ffff:0:0/96"] }, context);
  expect(data(line(event(encodeMessage(2, announced!))))).toMatchObject({
    announcements: [{ next_hop: "2001:db8::1,fe80::1", prefixes: ["2001:db8::/32"] }],
    withdrawals: [],
  });
  expect(data(line(event(encodeMessage(2, withdrawn!))))).toMatchObject({
    path: [],
    community: [],
    announcements: [],
    withdrawals: ["2a12:ca42:0:0:0:0:0:0/32", "0:0:0:0:0:ffff:0:0/96"],
  });
});

test("routes that are not of IPv4 or IPv6 unicast are in the octets alone", () => {
  const vpn = { afi: 1, safi: 128 };
  const withdraw = [{ rd: "65001:1", prefix: "10.0.0.0/8", labels: [{ label: 16, exp: 0, bottom: true }] }];
  const [body] = packUpdates({ family: vpn, withdraw: withdraw as never }, context);
  expect(data(line(event(encodeMessage(2, body!))))).toMatchObject({ announcements: [], withdrawals: [] });
});

test("with two-octet AS numbers the path is that of both attributes (RFC 6793 section 4.2.3)", () => {
  const narrow = createContext({ fourOctetAs: false });
  const batch = {
    announce: ["10.0.0.0/8"],
    attributes: [origin("igp"), asPath([65_001, 4_200_000_000])],
    nextHop: "192.0.2.1",
  };
  const [body] = packUpdates(batch, narrow);
  const text = line(event(encodeMessage(2, body!), { ...DIRECTION, context: narrow }));
  expect(data(text)).toMatchObject({ path: [65_001, 4_200_000_000] });
});

test("an UPDATE that is to be treated as a withdrawal withdraws its routes (RFC 7606)", () => {
  expect(data(update({ attributes: [nextHop("192.0.2.1")], nlri: [{ prefix: "10.0.0.0/8" }] }))).toMatchObject({
    announcements: [],
    withdrawals: ["10.0.0.0/8"],
  });
});

test("OPEN, with what RIS Live has words for and other capabilities in octets", () => {
  const capabilities = [
    multiprotocol(1, 1),
    multiprotocol(2, 1),
    routeRefresh(),
    gracefulRestart({ restartTime: 120, restarting: true, families: [{ afi: 2, safi: 1, forwardingPreserved: true }] }),
    fourOctetAs(4_200_000_000),
    addPath([{ afi: 1, safi: 1, direction: "both" }]),
  ];
  const open = { version: 4, myAs: 23_456, holdTime: 180, identifier: "192.0.2.1", capabilities };
  const { raw: _raw, ...fields } = data(line(event(encodeMessage(1, encodeOpen(open)))));
  expect(fields).toMatchObject({
    type: "OPEN",
    direction: "received",
    version: 4,
    asn: 4_200_000_000,
    hold_time: 180,
    router_id: "192.0.2.1",
    capabilities: {
      1: { name: "multiprotocol", families: ["ipv4/unicast", "ipv6/unicast"] },
      2: { name: "route-refresh", variant: "RFC" },
      64: {
        name: "graceful restart",
        time: 120,
        "address family flags": { "ipv6/unicast": ["restart"] },
        "restart flags": ["forwarding"],
      },
      65: { name: "asn4", asn4: 4_200_000_000 },
      69: { name: "unknown", iana: "unknown", value: 69, raw: "00010103" },
    },
  });
});

test("NOTIFICATION and KEEPALIVE; data are characters", () => {
  const notification = encodeNotification({ code: 6, subcode: 2, data: Uint8Array.of(2, 0xff, 0x41) });
  expect(data(line(event(encodeMessage(3, notification))))).toMatchObject({
    type: "NOTIFICATION",
    notification: { code: 6, subcode: 2, data: "\u0002ÿA" },
  });
  expect(line(event(encodeKeepalive()))).toBe(
    `${HEAD},${ID},"type":"KEEPALIVE","raw":"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF001304"}}`,
  );
});

test("messages that cannot be read have their octets alone", () => {
  expect(Object.keys(data(line(event(encodeMessage(1, Uint8Array.of(9))))))).toEqual([
    "timestamp",
    "peer",
    "peer_asn",
    "id",
    "host",
    "type",
    "direction",
    "raw",
  ]);
  expect(data(line(event(encodeMessage(3, Uint8Array.of(9)))))).not.toHaveProperty("notification");
});

test("sessions that come and go are states", () => {
  const state = { kind: "state", ...AT, direction: DIRECTION } as const;
  const said = (of: CaptureEvent): unknown => data(line(of))["state"];
  expect(line({ kind: "up", ...AT, direction: DIRECTION, sentOpen: null, receivedOpen: null })).toBe(
    `${HEAD},${ID},"type":"STATE","state":"connected"}}`,
  );
  expect(said({ kind: "down", ...AT, direction: DIRECTION, reason: "", notification: null })).toBe("down");
  expect(said({ ...state, oldState: 5, newState: 6 })).toBe("connected");
  expect(said({ ...state, oldState: 6, newState: 1 })).toBe("down");
  expect(line({ ...state, oldState: 1, newState: 3 })).toBeNull();
});

test("what else happens in captures has no message", () => {
  expect(line({ kind: "information", ...AT, name: "x", values: {} })).toBeNull();
  expect(line({ kind: "gap", ...AT, direction: DIRECTION, octets: null })).toBeNull();
  expect(line({ kind: "problem", offset: 0, reason: "", skipped: null })).toBeNull();
  expect(line(event(encodeMessage(5, Uint8Array.of(0, 1, 0, 1))))).toBeNull();
});

test("a route of a table is an UPDATE at the time at which it was told", () => {
  const attributes = encodeUpdate({ attributes: [origin("igp"), asPath([65_001]), nextHop("192.0.2.1")] }, context);
  const route: RouteEvent = {
    kind: "route",
    ...AT,
    peer: DIRECTION.sender,
    originated: 1_740_000_000,
    family: { afi: 1, safi: 1 },
    nlri: { buffer: Uint8Array.of(8, 10), start: 0, end: 2 },
    pathId: null,
    attributes: { buffer: attributes, start: 4, end: attributes.length },
    context,
  };
  expect(line(route)).toMatch('"timestamp":1740000000.000,');
  expect(data(line(route))).toMatchObject({ announcements: [{ next_hop: "192.0.2.1", prefixes: ["10.0.0.0/8"] }] });
});

test("the collector's name, and what tells messages of a millisecond apart", () => {
  const text = risLiveOf(new EventReading(event(encodeKeepalive())), { host: "rrc25.ripe.net", sequence: 8 });
  expect(data(text)).toMatchObject({ id: "192.0.2.1-019541923d760008", host: "rrc25.ripe.net" });
});

test("what a collector has sent is so again", () => {
  const open = encodeOpen({ version: 4, myAs: 12_654, holdTime: 180, identifier: "192.0.2.9", capabilities: [] });
  const collector = { address: "0.0.0.0", port: null, as: 12_654, bgpIdentifier: "192.0.2.9" };
  const text = line(event(encodeMessage(1, open), { ...DIRECTION, sender: collector, receiver: DIRECTION.sender }))!;
  expect(data(text)).toMatchObject({ peer: "192.0.2.1", peer_asn: "65001", direction: "sent" });
  const [, again] = readAll(new RisLiveEvents(), encodeUtf8(text));
  expect(again).toMatchObject({ direction: { sender: collector, receiver: { address: "192.0.2.1", as: 65_001 } } });
});
