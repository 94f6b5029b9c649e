// Messages of BMP octet by octet, as the documents draw them.
import { bytesOf, ConfigError, encodeMessage, fromHex, toHex } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import { decodeBmpMessage, encodeBmpMessage, type BmpMessage } from "./message.ts";
import { BmpCounter, BmpFamilyGauge, BmpGauge } from "./numbers.ts";

const MARKER = "ff".repeat(16);
/** An OPEN of AS 65001, another of AS 65002, an UPDATE and a NOTIFICATION, with header. */
const OPEN = `${MARKER}001d0104fde900b4c000020100`;
const OPEN_2 = `${MARKER}001d0104fdea00b4c000020200`;
const UPDATE = `${MARKER}00170200000000`;
const NOTIFICATION = `${MARKER}0015030602`;

/** Type, flags, distinguisher, address, AS, identifier, seconds, microseconds. */
const PEER = "00 00 0000000000000000 000000000000000000000000c0000202 0000fdea c0000202 5f5e1000 000f423f".replaceAll(
  " ",
  "",
);
const PEER_VALUES = {
  type: 0,
  flags: 0,
  distinguisher: "0:0",
  address: "192.0.2.2",
  as: 65002,
  bgpIdentifier: "192.0.2.2",
  seconds: 1600000000,
  microseconds: 999999,
};

/** A message of a version and type: the length is filled in. */
function messageOf(version: number, type: number, body: string): Uint8Array {
  const octets = fromHex(body)!;
  const length = (6 + octets.length).toString(16).padStart(8, "0");
  return fromHex(`0${version}${length}${type.toString(16).padStart(2, "0")}${body}`)!;
}

/** Reads one, and holds it to be what is written again. */
function read(octets: Uint8Array): BmpMessage {
  const message = decodeBmpMessage({ buffer: octets, start: 0, end: octets.length });
  expect(message).not.toBeNull();
  expect(toHex(encodeBmpMessage(message!))).toBe(toHex(octets));
  return message!;
}

function readAs<K extends BmpMessage["kind"]>(kind: K, octets: Uint8Array): Extract<BmpMessage, { kind: K }> {
  const message = read(octets);
  expect(message.kind).toBe(kind);
  return message as Extract<BmpMessage, { kind: K }>;
}

/** The header of a message without more. */
function peerOf(header: string): unknown {
  return readAs("routeMirroring", messageOf(3, 6, header)).peer;
}

/** `PEER` with other fields: type and flags, distinguisher, address. */
function header(typeAndFlags: string, distinguisher: string, address: string): string {
  return typeAndFlags + distinguisher + address + PEER.slice(2 * 26);
}

const ZERO = "00".repeat(8);

describe("RFC 7854 section 4.2: the per-peer header", () => {
  test("an IPv4 peer of the global instance", () => {
    expect(peerOf(PEER)).toEqual(PEER_VALUES);
  });

  test("with the V flag the address is an IPv6 one, even if it looks like the other", () => {
    expect(peerOf(header("0080", ZERO, `20010db8${"00".repeat(11)}01`))).toMatchObject({ address: "2001:db8::1" });
    expect(peerOf(header("0080", ZERO, `${"00".repeat(15)}01`))).toMatchObject({ address: "::1", flags: 0x80 });
  });

  test("an address that is longer than IPv4 is none, even without the V flag", () => {
    expect(peerOf(header("0000", ZERO, `20010db8${"00".repeat(11)}01`))).toMatchObject({ address: "2001:db8::1" });
  });

  test("distinguishers are those of routes, and 64 bits of any kind", () => {
    const texts = ["0000fde800000064", "0001c00002010064", "ffff000000000007"].map((octets) =>
      peerOf(header("0100", octets, "00".repeat(16))),
    );
    expect(texts).toMatchObject([
      { type: 1, distinguisher: "65000:100" },
      { distinguisher: "192.0.2.1:100" },
      { distinguisher: "0xffff000000000007" },
    ]);
  });

  test("flags that nobody has defined are kept", () => {
    expect(peerOf(header("007f", ZERO, "00".repeat(16)))).toMatchObject({ flags: 0x7f });
  });

  test("RFC 9069 section 4.2: the F flag of a Loc-RIB is not the V flag", () => {
    expect(peerOf(header("0380", ZERO, "00".repeat(16)))).toMatchObject({ type: 3, address: "0.0.0.0" });
  });
});

test("RFC 7854 section 4.3: Initiation, TLVs in their order, text that is not UTF-8 as octets", () => {
  const body = "0002 0002 7231 0000 0001 61 0000 0001 62 0001 0001 ff 0009 0000".replaceAll(" ", "");
  expect(readAs("initiation", messageOf(3, 4, body)).tlvs).toEqual([
    { name: "sysName", type: 2, text: "r1" },
    { name: "string", type: 0, text: "a" },
    { name: "string", type: 0, text: "b" },
    { name: "raw", type: 1, value: Uint8Array.of(0xff) },
    { name: "raw", type: 9, value: new Uint8Array(0) },
  ]);
});

test("RFC 7854 section 4.4: a TLV that is longer than the message stays octets", () => {
  const message = readAs("initiation", messageOf(3, 4, "00020002723100020002616200"));
  expect(message.tlvs).toHaveLength(2);
  expect(message.rest).toEqual(Uint8Array.of(0));
  expect(readAs("initiation", messageOf(3, 4, "000200ff7231")).rest).toEqual(fromHex("000200ff7231"));
});

test("RFC 7854 section 4.5: Termination, a reason of two octets and words", () => {
  expect(readAs("termination", messageOf(3, 5, "00010002000400000003627965000100010a")).tlvs).toEqual([
    { name: "reason", type: 1, code: 4 },
    { name: "string", type: 0, text: "bye" },
    { name: "raw", type: 1, value: Uint8Array.of(10) },
  ]);
});

describe("RFC 7854 section 4.6: Route Monitoring", () => {
  test("an UPDATE with its header", () => {
    const { peer, message, tlvs, rest } = readAs("routeMonitoring", messageOf(3, 0, PEER + UPDATE));
    expect(peer).toEqual(PEER_VALUES);
    expect(toHex(bytesOf(message!))).toBe(UPDATE);
    expect([tlvs, rest]).toEqual([[], undefined]);
  });

  test.each([
    ["a marker that is none", `00${UPDATE.slice(2)}`],
    ["a length beyond the message", UPDATE.replace("0017", "0018")],
    ["a length below that of a header", UPDATE.replace("0017", "0012")],
    ["nothing", ""],
  ])("%s: octets alone", (_, octets) => {
    const { message, rest } = readAs("routeMonitoring", messageOf(3, 0, PEER + octets));
    expect(message).toBeNull();
    expect(toHex(rest ?? new Uint8Array(0))).toBe(octets);
  });

  test("TLVs behind it, of which routers of Huawei have one", () => {
    const behind = "ea6200040000000a ea6200060000000100040009000100".replaceAll(" ", "");
    const { tlvs, rest } = readAs("routeMonitoring", messageOf(3, 0, PEER + UPDATE + behind));
    expect(tlvs).toEqual([
      { name: "pathStatus", type: 60002, status: 10, reason: null },
      { name: "pathStatus", type: 60002, status: 1, reason: 4 },
      { name: "raw", type: 9, value: Uint8Array.of(0) },
    ]);
    expect(rest).toBeUndefined();
  });
});

test("RFC 7854 section 4.7: Route Mirroring, codes and a message, which may be in error", () => {
  const bgp = `00000017${UPDATE}`;
  const wrong = `00000017${UPDATE.replace("0017", "0099")}`;
  const message = readAs("routeMirroring", messageOf(3, 6, `${PEER}000100020001${bgp}${wrong}000100010a`));
  expect(message.tlvs.map((tlv) => tlv.name)).toEqual(["information", "bgpMessage", "raw", "raw"]);
  expect(message.tlvs[0]).toEqual({ name: "information", type: 1, code: 1 });
  const [, mirrored] = message.tlvs;
  expect(mirrored?.name === "bgpMessage" && toHex(bytesOf(mirrored.message))).toBe(UPDATE);
});

describe("RFC 7854 section 4.8: Statistics Report", () => {
  test("counters of 32 bits, gauges of 64, gauges of families", () => {
    const list = "00000003 0000 0004 ffffffff 0007 0008 ffffffffffffffff 0009 000b 0019 46 0000000100000000";
    expect(readAs("statisticsReport", messageOf(3, 1, PEER + list.replaceAll(" ", ""))).statistics).toEqual([
      { name: "prefixesRejectedByInboundPolicy", type: 0, value: 4294967295 },
      { name: "adjRibInRoutes", type: 7, value: "18446744073709551615" },
      { name: "adjRibInRoutesOfFamily", type: 9, afi: 25, safi: 70, value: "4294967296" },
    ]);
  });

  test('"MUST ignore unrecognized stat types on receipt, and likewise MUST ignore unexpected data": they stay octets', () => {
    const list = "00000002 fffb 0004 00000001 0007 0004 00000001".replaceAll(" ", "");
    const { statistics } = readAs("statisticsReport", messageOf(3, 1, PEER + list));
    expect(statistics.map(({ name, type }) => ({ name, type }))).toEqual([
      { name: "raw", type: 65531 },
      { name: "raw", type: 7 },
    ]);
  });

  test("a Stats Count that is not how many there are is kept", () => {
    const list = "00000009 000d 0004 00000001".replaceAll(" ", "");
    expect(readAs("statisticsReport", messageOf(3, 1, PEER + list))).toMatchObject({ count: 9 });
    expect(readAs("statisticsReport", messageOf(3, 1, `${PEER}00000000`))).not.toHaveProperty("count");
  });

  test("RFC 8671 section 9.2 and RFC 9972 section 8: every type that is assigned has a name, once", () => {
    const types = [BmpCounter, BmpGauge, BmpFamilyGauge].flatMap((table) => Object.values<number>(table));
    const assigned = [...Array.from({ length: 24 }, (_, i) => i), ...Array.from({ length: 18 }, (_, i) => 26 + i)];
    expect(types.sort((a, b) => a - b)).toEqual(assigned);
  });
});

function down(body: string, version: number = 3): Extract<BmpMessage, { kind: "peerDown" }> {
  return readAs("peerDown", messageOf(version, 2, PEER + body));
}

describe("RFC 7854 section 4.9: Peer Down", () => {
  test.each(["01", "03"])("reason %s has a NOTIFICATION", (reason) => {
    const { notification, fsmEvent, rest } = down(reason + NOTIFICATION);
    expect(toHex(bytesOf(notification!))).toBe(NOTIFICATION);
    expect([fsmEvent, rest]).toEqual([null, undefined]);
  });

  test("reason 2 has the number of an FSM event", () => {
    expect(down("020018")).toMatchObject({ reason: 2, fsmEvent: 24, notification: null, tlvs: [] });
    expect(down("02")).toMatchObject({ fsmEvent: null });
  });

  test.each(["04", "05", "fb"])("reason %s has nothing more", (reason) => {
    expect(down(reason)).toMatchObject({ notification: null, fsmEvent: null, tlvs: [] });
    expect(down(`${reason}0003000161`).rest).toEqual(fromHex("0003000161"));
  });

  test("RFC 9069 section 5.3: reason 6 has the name of the table", () => {
    expect(down("060003000161").tlvs).toEqual([{ name: "vrfTableName", type: 3, text: "a" }]);
  });

  test("version 4: TLVs may follow whatever the reason", () => {
    expect(down(`01${NOTIFICATION}0003000161`, 4).tlvs).toEqual([{ name: "vrfTableName", type: 3, text: "a" }]);
    expect(down("0200180000000162", 4)).toMatchObject({ fsmEvent: 24, tlvs: [{ name: "string", text: "b" }] });
    expect(down("040003000161", 4).tlvs).toHaveLength(1);
  });

  test("a NOTIFICATION that is none stays octets", () => {
    expect(down("03ffff")).toMatchObject({ notification: null, rest: fromHex("ffff") });
  });
});

describe("RFC 7854 section 4.10: Peer Up", () => {
  const ports = "00b39c40";

  test("the router's end of the connection, and both OPENs", () => {
    const message = readAs("peerUp", messageOf(3, 3, `${PEER}${"00".repeat(12)}c0000201${ports}${OPEN}${OPEN_2}`));
    expect(message).toMatchObject({ localAddress: "192.0.2.1", localPort: 179, remotePort: 40000, tlvs: [] });
    expect(toHex(bytesOf(message.sentOpen!))).toBe(OPEN);
    expect(toHex(bytesOf(message.receivedOpen!))).toBe(OPEN_2);
  });

  test("RFC 9736 section 3.3: types of its own, and 1 and 2 are reserved", () => {
    const tlvs = "0000000161 0003000162 0004000163 0002000164".replaceAll(" ", "");
    const message = readAs("peerUp", messageOf(3, 3, PEER + "00".repeat(16) + ports + OPEN + OPEN_2 + tlvs));
    expect(message.tlvs).toEqual([
      { name: "string", type: 0, text: "a" },
      { name: "vrfTableName", type: 3, text: "b" },
      { name: "adminLabel", type: 4, text: "c" },
      { name: "raw", type: 2, value: fromHex("64") },
    ]);
  });

  test("an OPEN that does not fit, and all behind it, stays octets", () => {
    const cut = readAs("peerUp", messageOf(3, 3, PEER + "00".repeat(16) + ports + OPEN + OPEN_2.slice(0, -2)));
    expect(toHex(bytesOf(cut.sentOpen!))).toBe(OPEN);
    expect(cut).toMatchObject({ receivedOpen: null, tlvs: [], rest: fromHex(OPEN_2.slice(0, -2)) });
    const none = readAs("peerUp", messageOf(3, 3, PEER + "00".repeat(16) + ports));
    expect(none).toMatchObject({ sentOpen: null, receivedOpen: null });
    expect(none.rest).toBeUndefined();
  });
});

test("RFC 7854 section 4.1: a type that is not known is kept", () => {
  const message = readAs("unknown", messageOf(3, 100, "0102"));
  expect(message.type).toBe(100);
  expect([...bytesOf(message.body)]).toEqual([1, 2]);
});

test("a message too short for the fixed fields of its type is none", () => {
  const shortest = { 0: 48, 1: 52, 2: 49, 3: 68, 4: 6, 5: 6, 6: 48 };
  for (const [type, octets] of Object.entries(shortest)) {
    const long = messageOf(3, Number(type), "00".repeat(octets - 6));
    expect(decodeBmpMessage({ buffer: long, start: 0, end: octets })).not.toBeNull();
    expect(decodeBmpMessage({ buffer: long, start: 0, end: octets - 1 })).toBeNull();
  }
});

function u16(number: number): string {
  return number.toString(16).padStart(4, "0");
}

/** A TLV with an index; the length does not count it. */
function tlv(type: number, index: string, value: string): string {
  return u16(type) + u16(value.length / 2) + index + value;
}

function monitoring(tlvs: string): Extract<BmpMessage, { kind: "routeMonitoring" }> {
  return readAs("routeMonitoring", messageOf(4, 0, PEER + tlvs));
}

describe("draft-ietf-grow-bmp-tlv: version 4", () => {
  const addPath = "450400010103";

  test.each([
    [17, { bgpMessage: 1, group: 2, vrfTableName: 3, statelessParsing: 4 }],
    [19, { statelessParsing: 1, group: 2, vrfTableName: 3, bgpMessage: 4 }],
    [20, { group: 4, vrfTableName: 5, statelessParsing: 6, bgpMessage: 7 }],
    [21, { group: 1, vrfTableName: 2, statelessParsing: 3, bgpMessage: 4 }],
  ])("Route Monitoring under the numbers of revision %i", (_, types) => {
    const message = monitoring(
      tlv(types.group, "8001", "00010002") +
        tlv(types.vrfTableName, "0000", "676c6f62616c") +
        tlv(types.statelessParsing, "0000", addPath) +
        tlv(types.bgpMessage, "0000", UPDATE) +
        tlv(99, "8001", "00"),
    );
    expect(toHex(bytesOf(message.message!))).toBe(UPDATE);
    expect(message.tlvs).toEqual([
      { name: "group", type: types.group, index: 0x8001, members: [1, 2] },
      { name: "vrfTableName", type: types.vrfTableName, index: 0, text: "global" },
      {
        name: "statelessParsing",
        type: types.statelessParsing,
        index: 0,
        capability: { name: "addPath", code: 69, entries: [{ afi: 1, safi: 1, direction: "both" }] },
      },
      { name: "bgpMessage", type: types.bgpMessage, index: 0 },
      { name: "raw", type: 99, index: 0x8001, value: fromHex("00") },
    ]);
  });

  test("path status as FRR sends it, with and without a reason (draft-ietf-grow-bmp-path-marking-tlv)", () => {
    const { tlvs } = monitoring(tlv(4, "0000", UPDATE) + tlv(5, "0001", "0000008a") + tlv(5, "8001", "000000040008"));
    expect(tlvs.slice(1)).toEqual([
      { name: "pathStatus", type: 5, index: 1, status: 0x8a, reason: null },
      { name: "pathStatus", type: 5, index: 0x8001, status: 4, reason: 8 },
    ]);
  });

  test("timestamps, sequence numbers, extended flags", () => {
    const { tlvs } = monitoring(
      tlv(4, "0000", UPDATE) +
        tlv(5, "0000", "0000000100000002") +
        tlv(6, "0000", "8100") +
        tlv(7, "0002", "025f5e100000000007") +
        tlv(7, "0000", "015f5e1000"),
    );
    expect(tlvs.slice(1)).toEqual([
      { name: "sequenceNumber", type: 5, index: 0, value: "4294967298" },
      { name: "extendedFlags", type: 6, index: 0, flags: fromHex("8100") },
      { name: "timestamp", type: 7, index: 2, timestampType: 2, seconds: 1600000000, microseconds: 7 },
      { name: "timestamp", type: 7, index: 0, timestampType: 1, seconds: 1600000000, microseconds: null },
    ]);
  });

  test("without an UPDATE, and with two, what is not read stays octets", () => {
    expect(monitoring(tlv(4, "0000", UPDATE.slice(2)))).toMatchObject({ message: null, tlvs: [{ name: "raw" }] });
    const two = monitoring(tlv(4, "0000", UPDATE) + tlv(4, "0000", UPDATE));
    expect(two.tlvs.map(({ name }) => name)).toEqual(["bgpMessage", "raw"]);
  });

  test("the E bit: an enterprise number stands in front of the value, and the length counts it", () => {
    expect(monitoring(tlv(4, "0000", UPDATE) + tlv(0x8007, "0001", "00000009aabb")).tlvs[1]).toEqual({
      name: "raw",
      type: 0x8007,
      index: 1,
      enterprise: 9,
      value: fromHex("aabb"),
    });
    expect(readAs("initiation", messageOf(4, 4, "8007000500000009aa")).tlvs).toEqual([
      { name: "raw", type: 0x8007, enterprise: 9, value: fromHex("aa") },
    ]);
    // 65535 is reserved, and version 3 has no E bit.
    expect(readAs("initiation", messageOf(4, 4, "ffff000400000009")).tlvs[0]).not.toHaveProperty("enterprise");
    expect(readAs("initiation", messageOf(3, 4, "8007000400000009")).tlvs[0]).not.toHaveProperty("enterprise");
  });

  test("statistics inside their TLV, with others behind it, and without one as before draft 20", () => {
    const list = "00000001 0008 0008 0000000000000005".replaceAll(" ", "");
    const statistics = [{ name: "locRibRoutes", type: 8, value: "5" }];
    const contained = readAs("statisticsReport", messageOf(4, 1, `${PEER}00010010${list}0005000100`));
    expect(contained).toMatchObject({ statistics, tlvs: [{ name: "raw", type: 5 }] });
    const bare = readAs("statisticsReport", messageOf(4, 1, PEER + list));
    expect(bare).toMatchObject({ statistics });
    expect(bare.tlvs).toBeUndefined();
    const short = messageOf(4, 1, `${PEER}0001000f${list}`);
    expect(decodeBmpMessage({ buffer: short, start: 0, end: short.length })).toBeNull();
  });
});

describe("what cannot be written is a mistake of the caller", () => {
  const peer = PEER_VALUES;
  test.each<readonly [string, BmpMessage]>([
    ["address", { kind: "routeMirroring", version: 3, peer: { ...peer, address: "nowhere" }, tlvs: [] }],
    ["bgpIdentifier", { kind: "routeMirroring", version: 3, peer: { ...peer, bgpIdentifier: "::1" }, tlvs: [] }],
    ["routeDistinguisher", { kind: "routeMirroring", version: 3, peer: { ...peer, distinguisher: "1" }, tlvs: [] }],
    [
      "statistics",
      { kind: "statisticsReport", version: 3, peer, statistics: [{ name: "locRibRoutes", type: 7, value: "1" }] },
    ],
    [
      "locRibRoutes",
      { kind: "statisticsReport", version: 3, peer, statistics: [{ name: "locRibRoutes", type: 8, value: "-1" }] },
    ],
    [
      "tlvs",
      {
        kind: "routeMonitoring",
        version: 4,
        peer,
        message: { buffer: encodeMessage(2, new Uint8Array(4)), start: 0, end: 23 },
        tlvs: [],
      },
    ],
  ])("%s", (field, message) => {
    expect(() => encodeBmpMessage(message)).toThrow(expect.objectContaining({ code: "invalid-value", field }));
    expect(() => encodeBmpMessage(message)).toThrow(ConfigError);
  });
});
