// Contexts that UPDATEs themselves tell, where nothing else does or what does is wrong.
import type { Family, Slice } from "@bgpwire/core";
import { asPath, createContext, encodeUpdate, endOfRib, nextHop, origin, type ContextOptions } from "@bgpwire/decoder";
import { describe, expect, test } from "vitest";
import { UpdateContext } from "./update-context.ts";

const IPV4: Family = { afi: 1, safi: 1 };

function whole(buffer: Uint8Array): Slice {
  return { buffer, start: 0, end: buffer.length };
}

/** An UPDATE with some prefixes as it is written with these options. */
function update(options: ContextOptions, ...prefixes: readonly string[]): Slice {
  const attributes = [origin("igp"), asPath([65001, 65002, 65003]), nextHop("192.0.2.1")];
  const nlri = prefixes.map((prefix) => ({ prefix, pathId: 1 }));
  return whole(encodeUpdate({ attributes, nlri }, createContext(options)));
}

const PATHS = { addPath: [IPV4] };

/** NLRI that are too long for an address, with a path identifier in front or without: nobody can read them. */
const BROKEN = whole(Uint8Array.of(0, 0, 0, 0, 33, 1, 2, 3, 33, 1, 2, 3));

describe("what is known", () => {
  test("holds while nothing speaks against it, as the same object", () => {
    const reading = new UpdateContext({ fourOctetAs: true, addPath: [], peerAs: 65001 });
    const { context } = reading;
    for (let i = 0; i < 20; i += 1) reading.see(update({}, "203.0.113.0/24"));
    expect(reading.context).toBe(context);
    expect(reading).toMatchObject({ guessed: false, context: { peerAs: 65001 } });
  });

  test("gives way to path identifiers, back again, and to the other width of AS numbers", () => {
    const reading = new UpdateContext({ fourOctetAs: true, addPath: [], peerAs: 65001 });
    reading.see(update(PATHS, "203.0.113.0/24"));
    expect(reading).toMatchObject({ guessed: true, context: { addPath: [IPV4], fourOctetAs: true, peerAs: 65001 } });
    reading.see(update({}, "203.0.113.0/24"));
    expect(reading.context.addPath).toEqual([]);
    reading.see(update({ fourOctetAs: false }, "203.0.113.0/24"));
    expect(reading.context).toMatchObject({ addPath: [], fourOctetAs: false, peerAs: 65001 });
  });

  test("stays where another way is no better, and is not doubted for ever", () => {
    const reading = new UpdateContext({ fourOctetAs: true, addPath: [] });
    const { context } = reading;
    for (let i = 0; i < 64; i += 1) reading.see(BROKEN);
    expect(reading.context).toBe(context);
    reading.see(update(PATHS, "203.0.113.0/24"));
    expect(reading.context).toBe(context);
  });
});

describe("what is not known", () => {
  test("is guessed, better with more: what both ways can read is taken to be plain until something cannot", () => {
    const reading = new UpdateContext({});
    expect(reading.guessed).toBe(true);
    // Eight octets that are two prefixes as well as one with path identifier.
    reading.see(update({}, "203.0.113.0/24", "198.51.100.0/24"));
    expect(reading.context.addPath).toEqual([]);
    reading.see(update(PATHS, "203.0.113.0/24"));
    expect(reading.context.addPath).toEqual([IPV4]);
  });

  test("is width of AS numbers alone where path identifiers are known", () => {
    const reading = new UpdateContext({ addPath: [IPV4] });
    reading.see(update({ ...PATHS, fourOctetAs: false }, "203.0.113.0/24"));
    expect(reading).toMatchObject({ guessed: true, context: { addPath: [IPV4], fourOctetAs: false } });
  });

  test("an End-of-RIB tells nothing (RFC 4724 section 2)", () => {
    const reading = new UpdateContext({});
    const { context } = reading;
    for (const family of [IPV4, { afi: 2, safi: 1 }]) reading.see(whole(endOfRib(family)));
    expect(reading.context).toBe(context);
  });
});
