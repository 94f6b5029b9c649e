// Path identifiers that records do not tell of, and those they tell of where there are none, found in the octets of UPDATEs.
import { encodeMessage, fromHex, MessageType } from "@bgpwire/core";
import { asPath, createContext, encodeUpdate, origin } from "@bgpwire/decoder";
import { describe, expect, test } from "vitest";
import type { CaptureEvent } from "../event.ts";
import { readAll } from "../stream/record-reader.ts";
import { MrtEvents, type MrtOptions } from "./events.ts";
import { Bgp4mpSubtype, MrtType } from "./numbers.ts";
import { familiesOfSet, misreadFamilies } from "./path-identifiers.ts";
import { encodeMrtRecord } from "./record.ts";
import { LOOKED_AT } from "./sessions.ts";

const IPV4 = { afi: 1, safi: 1 };
const IPV6 = { afi: 2, safi: 1 };
const IPV6_MULTICAST = { afi: 2, safi: 2 };

/** Sets, as they are numbers. */
const [IN_IPV4, IN_IPV6, IN_IPV6_MULTICAST, ALL] = [1, 4, 8, 15];

function octets(digits: string): Uint8Array {
  return fromHex(digits.replaceAll(" ", ""))!;
}

/** A body with withdrawn routes, attributes and announced routes. */
function body(withdrawn: string, attributes: string, nlri: string): Uint8Array {
  const parts = [withdrawn, attributes, nlri].map(octets) as [Uint8Array, Uint8Array, Uint8Array];
  return Uint8Array.from([...lengthOf(parts[0]), ...parts[0], ...lengthOf(parts[1]), ...parts[1], ...parts[2]]);
}

function lengthOf(part: Uint8Array): number[] {
  return [part.length >> 8, part.length & 0xff];
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

const REACH_IPV6 = "0002 01 10 20010db8000000000000000000000001 00";

function misread(update: Uint8Array, withPaths: number = 0): number {
  return misreadFamilies(update, 0, update.length, withPaths);
}

describe("an UPDATE", () => {
  test.each<[name: string, update: Uint8Array, without: number, withPaths: number]>([
    ["without routes", body("", "", ""), 0, 0],
    ["with a prefix", body("", "", "18 0a0001"), 0, IN_IPV4],
    ["with a path identifier", body("", "", "00000001 18 0a0001"), IN_IPV4, 0],
    ["with one that is not small", body("", "", "c0a80101 20 0a000001"), IN_IPV4, 0],
    ["that withdraws with a path identifier", body("00000002 18 0a0001", "", ""), IN_IPV4, 0],
    ["with the default route", body("", "", "00"), 0, IN_IPV4],
    ["with the default route behind a path identifier", body("", "", "00000001 00"), IN_IPV4, 0],
    ["with the default route beside another", body("", "", "00 18 0a0001"), 0, IN_IPV4],
    ["with a prefix that is torn", body("", "", "18 0a00"), 0, 0],
    ["with a path identifier alone", body("", "", "00000001"), 0, 0],
    [
      "of which both fields count: withdrawn without, announced with",
      body("18 0a0001", "", "00000001 18 0a0001"),
      0,
      0,
    ],
    ["with IPv6", body("", `90 0e 001e ${REACH_IPV6} 40 20010db800010000`, ""), 0, IN_IPV6],
    [
      "with IPv6 and a path identifier",
      body("", `90 0e 0022 ${REACH_IPV6} 00000001 40 20010db800010000`, ""),
      IN_IPV6,
      0,
    ],
    ["that withdraws IPv6 multicast with one", body("", "80 0f 0a 0002 02 00000001 10 2001", ""), IN_IPV6_MULTICAST, 0],
    [
      "of both families, one with and one without",
      body("", "80 0f 06 0002 01 10 2001", "00000001 18 0a0001"),
      IN_IPV4,
      IN_IPV6,
    ],
    ["of another family", body("", "80 0f 0a 0001 80 00000001 10 2001", ""), 0, 0],
    ["with an attribute before", body("", "40 01 01 00 80 0f 0a 0002 01 00000001 10 2001", ""), IN_IPV6, 0],
    ["whose attribute is torn", body("", "80 0f 0b 0002 01 00000001 10 2001", ""), 0, 0],
    ["whose next hop is torn", body("", "80 0e 05 0002 01 10 20", ""), 0, 0],
    ["whose next hop goes beyond its attribute", body("", "80 0e 06 0002 01 10 20 01", ""), 0, 0],
    ["whose withdrawn routes are torn", octets("0009 00000001 18"), 0, 0],
    ["whose attributes are torn", octets("0000 0009 00000001 18"), 0, 0],
    ["that is no body", octets("000000"), 0, 0],
  ])("%s", (_name, update, without, withPaths) => {
    expect([misread(update, 0), misread(update, ALL)]).toEqual([without, withPaths]);
  });

  test("says something of the families alone that are its own", () => {
    const update = body("", "80 0f 06 0002 01 10 2001", "00000001 18 0a0001");
    expect(misread(update, IN_IPV4)).toBe(0);
    expect(familiesOfSet(IN_IPV4 | IN_IPV6_MULTICAST)).toEqual([IPV4, IPV6_MULTICAST]);
  });
});

const SESSION = {
  peerAs: 65_001,
  localAs: 65_002,
  interfaceIndex: 0,
  peerAddress: "192.0.2.1",
  localAddress: "192.0.2.2",
};
const TIME = { seconds: 100, microseconds: null };
const { MessageAs4, MessageAs4Addpath, StateChangeAs4 } = Bgp4mpSubtype;

function record(subtype: number, update: Uint8Array, peerAddress: string = SESSION.peerAddress): Uint8Array {
  const message = encodeMessage(MessageType.Update, update);
  return encodeMrtRecord({
    kind: "bgp4mpMessage",
    type: MrtType.Bgp4mp,
    subtype,
    ...TIME,
    ...SESSION,
    peerAddress,
    message,
  });
}

/** An UPDATE as a router writes it. */
function update(pathId: number | null): Uint8Array {
  const context = createContext({ addPath: pathId === null ? [] : [IPV4] });
  const nlri = [{ prefix: "10.0.1.0/24", ...(pathId !== null && { pathId }) }];
  return encodeUpdate({ attributes: [origin("igp"), asPath([65_001])], nlri }, context);
}

/** Of each message: whether it is guessed how it is read, and families with path identifiers. */
function read(records: readonly Uint8Array[], options?: MrtOptions): unknown[] {
  const events: CaptureEvent[] = readAll(new MrtEvents(options), joined(records), 100);
  return events.flatMap((event) => {
    if (event.kind !== "message") return [];
    const { guessed, context } = event.direction;
    return [[guessed, context.addPath.length > 1 ? "all" : context.addPath]];
  });
}

describe("messages of a direction", () => {
  test("are read with path identifiers from the first on that has them, until one has none, whatever the record says", () => {
    const plain = record(MessageAs4, update(null));
    const withPath = record(MessageAs4, update(1));
    const endOfRib = record(MessageAs4, new Uint8Array(4));
    expect(read([plain, withPath, endOfRib, withPath, plain])).toEqual([
      [false, []],
      [true, [IPV4]],
      [true, [IPV4]],
      [true, [IPV4]],
      [false, []],
    ]);
  });

  test("are read without them where the record says that there are some, and there are none", () => {
    const file = [record(MessageAs4Addpath, update(1)), record(MessageAs4Addpath, update(null))];
    const [right, wrong] = read(file) as [unknown, [boolean, unknown]];
    expect(right).toEqual([false, "all"]);
    expect(wrong[0]).toBe(true);
    const events = readAll(new MrtEvents(), joined(file));
    const { addPath } = (events[1] as CaptureEvent & { kind: "message" }).direction.context;
    expect(addPath).not.toContainEqual(IPV4);
    expect(addPath).toContainEqual(IPV6);
  });

  test("say nothing of another direction", () => {
    expect(read([record(MessageAs4, update(1)), record(MessageAs4, new Uint8Array(4), "192.0.2.7")])).toEqual([
      [true, [IPV4]],
      [false, []],
    ]);
  });

  test(`are looked at up to ${LOOKED_AT}, and again when their session begins again`, () => {
    const plain = record(MessageAs4, update(null));
    const withPath = record(MessageAs4, update(1));
    const state = encodeMrtRecord({
      kind: "bgp4mpStateChange",
      type: MrtType.Bgp4mp,
      subtype: StateChangeAs4,
      ...TIME,
      ...SESSION,
      oldState: 6,
      newState: 1,
    });
    const many = Array.from({ length: LOOKED_AT }, () => plain);
    expect(read([...many.slice(1), withPath]).at(-1)).toEqual([true, [IPV4]]);
    expect(read([...many, withPath]).at(-1)).toEqual([false, []]);
    expect(read([...many, state, withPath]).at(-1)).toEqual([true, [IPV4]]);
  });

  test("are read as the caller knows it", () => {
    expect(read([record(MessageAs4, update(1))], { addPath: [] })).toEqual([[false, []]]);
    expect(read([record(MessageAs4, update(null))], { addPath: [IPV4] })).toEqual([[false, [IPV4]]]);
  });
});
