import { addPath, extendedNextHop, multiprotocol, negotiate, type Capability, type Session } from "@bgpwire/core";
import { attributeNamed, contextOf, decodeUpdate, formatAsPath, mergeAs4, routesOf } from "@bgpwire/decoder";
import { describe, expect, it } from "vitest";
import type { RouteAttributes } from "./announcement.ts";
import { RouteEncoder } from "./encode.ts";

const FAMILIES = [multiprotocol(1, 1), multiprotocol(2, 1)];
const PLAIN: RouteAttributes = { nextHop: "192.0.2.9", origin: "igp", asPath: "" };

interface Side {
  readonly as: number;
  readonly old?: boolean;
  readonly capabilities?: readonly Capability[];
}

/** Both ends of a session, as far as an encoder looks at it. */
function ends(local: Side, remote: Side, localAddress = "192.0.2.1") {
  const open = ({ as, old = false, capabilities = [] }: Side, identifier: string) => ({
    version: 4,
    myAs: as > 65_535 ? 23_456 : as,
    holdTime: 90,
    identifier,
    capabilities: [...FAMILIES, ...capabilities, ...(old ? [] : [{ name: "fourOctetAs", code: 65, as } as const])],
  });
  const [ours, theirs] = [open(local, "192.0.2.1"), open(remote, "192.0.2.2")];
  const endpoints = { localAddress, localPort: 1, remoteAddress: "192.0.2.2", remotePort: 2 };
  const session = { negotiated: negotiate(ours, theirs), endpoints } as unknown as Session;
  return { encoder: new RouteEncoder(session), context: contextOf(negotiate(theirs, ours)) };
}

/** What the other end reads. */
function received(
  local: Side,
  remote: Side,
  attributes: RouteAttributes,
  nlri: Parameters<RouteEncoder["announce"]>[1],
) {
  const { encoder, context } = ends(local, remote);
  return encoder.announce(attributes, nlri).map((body) => {
    const { update, action, issues } = decodeUpdate(body, context);
    expect({ action, issues }).toEqual({ action: "none", issues: [] });
    const merged = mergeAs4(update.attributes);
    const path = attributeNamed(merged, "asPath")!.segments;
    return { update, segments: path, path: formatAsPath(path), routes: routesOf(update) };
  });
}

function pathFor(local: Side, remote: Side, asPath: string): string {
  return received(local, remote, { ...PLAIN, asPath }, ["10.0.0.0/8"])[0]!.path;
}

describe("AS_PATH (RFC 4271 section 5.1.2)", () => {
  it.each([
    ["", "65001"],
    ["65010 65011", "65001 65010 65011"],
    ["{65010 65011}", "65001 {65010 65011}"],
    ["65010 {65011}", "65001 65010 {65011}"],
  ])("begins with our own AS number for a peer of another AS: %j", (asPath, expected) => {
    expect(pathFor({ as: 65_001 }, { as: 65_002 }, asPath)).toBe(expected);
  });

  it("stays as it is for a peer of our own AS", () => {
    expect(pathFor({ as: 65_001 }, { as: 65_001 }, "65010 65011")).toBe("65010 65011");
  });

  it("gets a new segment where the first is full", () => {
    const asPath = Array.from({ length: 255 }, () => 65_010).join(" ");
    const [first] = received({ as: 65_001 }, { as: 65_002 }, { ...PLAIN, asPath }, ["10.0.0.0/8"]);
    expect(first!.segments.map((segment) => segment.asNumbers.length)).toEqual([1, 255]);
    expect(first!.segments[0]!.asNumbers).toEqual([65_001]);
  });

  it("goes through AS_TRANS and AS4_PATH where one side is old (RFC 6793)", () => {
    const local = { as: 4_200_000_001 };
    expect(pathFor(local, { as: 65_002, old: true }, "65010 4200000002")).toBe("4200000001 65010 4200000002");
  });
});

function localPref(remote: Side, attributes: RouteAttributes): number | undefined {
  const [first] = received({ as: 65_001 }, remote, attributes, ["10.0.0.0/8"]);
  return attributeNamed(first!.update.attributes, "localPref")?.value;
}

describe("LOCAL_PREF (RFC 4271 section 5.1.5)", () => {
  it("goes to peers of our own AS, 100 where nothing else is said", () => {
    expect(localPref({ as: 65_001 }, PLAIN)).toBe(100);
    expect(localPref({ as: 65_001 }, { ...PLAIN, localPref: 0 })).toBe(0);
  });

  it("does not go to others", () => {
    expect(localPref({ as: 65_002 }, { ...PLAIN, localPref: 200 })).toBeUndefined();
  });
});

describe("routes", () => {
  it("carry path identifiers exactly where the session has them (RFC 7911)", () => {
    const nlri = [{ prefix: "10.0.0.0/8", pathId: 7 }];
    const sends = { as: 65_001, capabilities: [addPath([{ afi: 1, safi: 1, direction: "send" }])] };
    const takes = { as: 65_002, capabilities: [addPath([{ afi: 1, safi: 1, direction: "receive" }])] };
    const pathIds = (remote: Side): unknown =>
      received(sends, remote, PLAIN, nlri)[0]!.routes.announced.map((route) => route.pathId);
    expect(pathIds(takes)).toEqual([7]);
    expect(pathIds({ as: 65_002 })).toEqual([undefined]);
  });

  it("are split over as many messages as they need", () => {
    const prefixes = Array.from({ length: 3000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`);
    const messages = received({ as: 65_001 }, { as: 65_002 }, PLAIN, prefixes);
    expect(messages).toHaveLength(3);
    expect(
      messages.flatMap((message) => message.routes.announced.map((route) => "prefix" in route && route.prefix)),
    ).toEqual(prefixes);
  });
});

describe("a route that cannot be sent", () => {
  const extended = extendedNextHop([{ afi: 1, safi: 1, nextHopAfi: 2 }]);

  it("is one whose next hop is the peer (RFC 4271 section 5.1.3)", () => {
    const { encoder } = ends({ as: 65_001 }, { as: 65_002 });
    expect(encoder.unsendable("10.0.0.0/8", { ...PLAIN, nextHop: "192.0.2.2" })).toMatch(/is the peer itself/);
    expect(encoder.unsendable("10.0.0.0/8", PLAIN)).toBeNull();
  });

  it("is an IPv4 route with an IPv6 next hop, unless both sides have RFC 8950", () => {
    const attributes = { ...PLAIN, nextHop: "2001:db8::9" };
    const one = { as: 65_001, capabilities: [extended] };
    expect(ends(one, { as: 65_002 }).encoder.unsendable("10.0.0.0/8", attributes)).toMatch(/RFC 8950/);
    expect(ends(one, { as: 65_002 }).encoder.unsendable("2001:db8::/32", attributes)).toBeNull();
    const other = { as: 65_002, capabilities: [extended] };
    expect(ends(one, other).encoder.unsendable("10.0.0.0/8", attributes)).toBeNull();
    expect(received(one, other, attributes, ["10.0.0.0/8"])[0]!.routes.announced).toEqual([
      { family: { afi: 1, safi: 1 }, kind: "prefix", prefix: "10.0.0.0/8", nextHop: "2001:db8::9" },
    ]);
  });
});

describe("a next hop of our own", () => {
  const SELF: RouteAttributes = { ...PLAIN, nextHop: "self" };
  const hops = { capabilities: [extendedNextHop([{ afi: 1, safi: 1, nextHopAfi: 2 }])] };

  it.each([
    ["192.0.2.1", "10.0.0.0/8", "192.0.2.1"],
    ["2001:db8::1", "2001:db8:1::/48", "2001:db8::1"],
    // A zone is nothing to the peer.
    ["fe80::1%eth0", "2001:db8:1::/48", "fe80::1"],
    ["fe80::1%eth0", "10.0.0.0/8", "fe80::1"],
  ])("is our address of the session: %s, of %s", (localAddress, prefix, expected) => {
    const { encoder, context } = ends({ as: 65_001, ...hops }, { as: 65_002, ...hops }, localAddress);
    expect(encoder.unsendable(prefix, SELF)).toBeNull();
    const [body] = encoder.announce(SELF, [prefix]);
    expect(routesOf(decodeUpdate(body!, context).update).announced).toMatchObject([{ nextHop: expected }]);
    expect(encoder.route({ prefix, pathId: 1, attributes: SELF }).nextHop).toBe(expected);
  });

  it("cannot be one that the family or the session does not take", () => {
    const four = ends({ as: 65_001 }, { as: 65_002 });
    expect(four.encoder.unsendable("2001:db8:1::/48", SELF)).toBe("its next hop 192.0.2.1 is IPv4");
    const six = ends({ as: 65_001 }, { as: 65_002 }, "fe80::1%eth0");
    expect(six.encoder.unsendable("10.0.0.0/8", SELF)).toContain("no extended next hops (RFC 8950)");
  });
});
