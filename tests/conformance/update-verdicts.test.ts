// RFC 7606 where more than one attribute decides: sections 2, 3 (h), 5.2 and 5.3; and what is odd but no error.
import { describe, expect, test } from "vitest";
import {
  addPath,
  extendedMessage,
  fourOctetAs,
  multipleLabels,
  multiprotocol,
  negotiate,
  toHex,
  type Family,
  type OpenMessage,
} from "@bgpwire/core";
import {
  AS_PATH,
  ATOMIC_AGGREGATE,
  contextOf,
  createContext,
  createUpdateDecoder,
  DecodeContext,
  decodeUpdate,
  encodeUpdate,
  IPV4_UNICAST,
  ipv4PrefixHandler,
  ipv6PrefixHandler,
  LOCAL_PREF,
  MP_REACH_NLRI,
  MP_UNREACH_NLRI,
  NEXT_HOP,
  ORIGIN,
  originatorId,
  ORIGINATOR_ID,
  REASONS,
  routesOf,
  RULES,
  sendContextOf,
  STANDARD,
  UNICAST,
  UpdateView,
  type ContextOptions,
  type Registry,
} from "@bgpwire/decoder";
import {
  AS_PATH_2_HEX,
  AS_PATH_HEX,
  hex,
  MP_REACH_HEX,
  NEXT_HOP_HEX,
  NLRI_HEX,
  ORIGIN_HEX,
  updateBytes,
} from "../support/update-bytes.ts";

const GOOD = [ORIGIN_HEX, AS_PATH_HEX, NEXT_HOP_HEX];
const BAD_ORIGIN = "40 01 01 03";
const MP_UNREACH_HEX = "80 0f 0a 0002 01 30 20010db80002";

function names(body: Uint8Array, options: ContextOptions = {}): string[] {
  return decodeUpdate(body, createContext(options)).issues.map((issue) => issue.name);
}

/** A good message with more attributes. */
function withBad(...bad: readonly string[]): Uint8Array {
  return updateBytes({ attributes: [...GOOD, ...bad], nlri: NLRI_HEX });
}

function actionWith(...bad: readonly string[]): string {
  return decodeUpdate(withBad(...bad), createContext()).action;
}

function minus(into: string[], prefix: string): void {
  into.push(`- ${prefix}`);
}

function plus(into: string[], prefix: string): void {
  into.push(`+ ${prefix}`);
}

describe("RFC 7606 section 5.2: an error without reachable NLRI", () => {
  test("resets the session with the error's own NOTIFICATION", () => {
    const { action, issues, notification } = decodeUpdate(updateBytes({ attributes: [BAD_ORIGIN] }), createContext());
    expect(issues.map((issue) => [issue.name, issue.action, issue.subcode])).toEqual([
      ["origin-value", "withdraw", 6],
      ["missing-nlri", "reset", 6],
    ]);
    expect(action).toBe("reset");
    expect({ ...notification, data: toHex(notification!.data) }).toEqual({ code: 3, subcode: 6, data: "40010103" });
  });

  test("also beside withdrawn routes", () => {
    const attributes = [BAD_ORIGIN];
    expect(names(updateBytes({ withdrawn: NLRI_HEX, attributes }))).toContain("missing-nlri");
    expect(names(updateBytes({ attributes: [MP_UNREACH_HEX, BAD_ORIGIN] }))).toContain("missing-nlri");
  });

  test("also with an MP_REACH_NLRI that has no route", () => {
    const empty = "80 0e 15 0002 01 10 20010db8000000000000000000000001 00";
    expect(names(updateBytes({ attributes: [empty, BAD_ORIGIN, AS_PATH_HEX] }))).toContain("missing-nlri");
  });

  test("also when what is left behind MP_UNREACH_NLRI is no attribute", () => {
    const body = updateBytes({ attributes: [MP_UNREACH_HEX, "c0 08 08 fde80064"] });
    const { action, notification } = decodeUpdate(body, createContext());
    expect(action).toBe("reset");
    expect(notification).toMatchObject({ code: 3, subcode: 1 });
  });

  test("but not for errors that discard an attribute", () => {
    const { action, issues } = decodeUpdate(updateBytes({ attributes: ["40 06 01 00"] }), createContext());
    expect(action).toBe("discard");
    expect(issues).toHaveLength(1);
  });

  test("nor with reachable NLRI in either place", () => {
    expect(names(updateBytes({ attributes: [BAD_ORIGIN, AS_PATH_HEX, NEXT_HOP_HEX], nlri: NLRI_HEX }))).toEqual([
      "origin-value",
    ]);
    expect(names(updateBytes({ attributes: [MP_REACH_HEX, BAD_ORIGIN, AS_PATH_HEX] }))).toEqual(["origin-value"]);
  });

  test("and not if the context has it off", () => {
    const body = updateBytes({ attributes: [BAD_ORIGIN] });
    const { action } = decodeUpdate(body, createContext({ overrides: { "missing-nlri": "off" } }));
    expect(action).toBe("withdraw");
  });
});

describe("RFC 7606 section 3 (h): several errors", () => {
  const discard = "40 06 01 00";
  const withdraw = "80 04 03 000064";
  const reset = "40 f7 00";

  test("the strongest action counts", () => {
    expect(actionWith(discard)).toBe("discard");
    expect(actionWith(withdraw, discard)).toBe("withdraw");
    expect(actionWith(discard, withdraw)).toBe("withdraw");
    expect(actionWith(withdraw, reset, discard)).toBe("reset");
    expect(names(withBad(withdraw, reset, discard))).toHaveLength(3);
  });

  test("section 3 (g): what is discarded as a second one is not judged any further", () => {
    expect(names(withBad("40 01 02 0000"))).toEqual(["duplicate-attribute"]);
    expect(names(withBad("c0 02 01 00"))).toEqual(["duplicate-attribute"]);
    expect(actionWith("40 01 02 0000")).toBe("discard");
  });

  test("the NOTIFICATION is that of the first error that resets", () => {
    const body = updateBytes({ attributes: [...GOOD, withdraw, "40 f8 00", reset], nlri: NLRI_HEX });
    const { notification } = decodeUpdate(body, createContext());
    expect(toHex(notification!.data)).toBe("40f800");
  });
});

describe("RFC 7606 section 2: treat-as-withdraw", () => {
  const body = updateBytes({
    withdrawn: "18 cb0072",
    attributes: [MP_REACH_HEX, MP_UNREACH_HEX, BAD_ORIGIN, AS_PATH_HEX, NEXT_HOP_HEX],
    nlri: NLRI_HEX,
  });
  const ipv4 = { afi: 1, safi: 1 };
  const ipv6 = { afi: 2, safi: 1 };

  test("lists every route of every field as withdrawn", () => {
    const { update, issues } = decodeUpdate(body, createContext());
    expect(routesOf(update, issues)).toEqual({
      announced: [],
      withdrawn: [
        { family: ipv4, kind: "prefix", prefix: "203.0.114.0/24" },
        { family: ipv6, kind: "prefix", prefix: "2001:db8:2::/48" },
        { family: ipv4, kind: "prefix", prefix: "203.0.113.0/24" },
        { family: ipv6, kind: "prefix", prefix: "2001:db8:1::/48" },
      ],
      endOfRib: null,
    });
    expect(routesOf(update).announced).toHaveLength(2);
  });

  test("gives them to the handlers of withdrawn routes, and no attribute to anybody", () => {
    const seen: string[] = [];
    const decoder = createUpdateDecoder<string[]>({
      attribute: { 2: (into) => into.push("path") },
      withdrawn: ipv4PrefixHandler(minus),
      announced: ipv4PrefixHandler(plus),
      unreach: { "ipv6-unicast": ipv6PrefixHandler(minus) },
      reach: { "ipv6-unicast": { nextHop: (into) => into.push("hop"), nlri: ipv6PrefixHandler(plus) } },
    });
    expect(decoder.decode(body, createContext(), seen).action).toBe("withdraw");
    expect(seen).toEqual(["- 203.0.114.0/24", "- 2001:db8:2::/48", "- 203.0.113.0/24", "- 2001:db8:1::/48"]);
  });
});

describe("RFC 4760 section 7: AFI/SAFI disable", () => {
  const context = createContext({ overrides: { "mp-reach-nlri": "afi-safi-disable" } });
  const bad = "80 0e 18 0002 01 10 20010db8000000000000000000000001 00 30 2001";
  const body = updateBytes({ attributes: [bad, ...GOOD], nlri: NLRI_HEX });

  test("names the family and keeps the routes of the others", () => {
    const { update, action, issues, notification } = decodeUpdate(body, context);
    expect(action).toBe("afi-safi-disable");
    expect(notification).toBeNull();
    expect(issues).toHaveLength(1);
    expect(issues[0]!.family).toEqual({ afi: 2, safi: 1 });
    expect(routesOf(update, issues).announced).toMatchObject([{ prefix: "203.0.113.0/24", nextHop: "192.0.2.1" }]);
  });

  test("is not made a reset by section 5.2, as the routes are known to be lost", () => {
    const { action } = decodeUpdate(updateBytes({ attributes: [bad, ORIGIN_HEX, AS_PATH_HEX] }), context);
    expect(action).toBe("afi-safi-disable");
  });
});

/** The message has no issue, and loses no octet. */
function silent(attributes: readonly string[], options: ContextOptions = {}, nlri: string = NLRI_HEX): void {
  const body = updateBytes({ attributes, nlri });
  const context = createContext(options);
  const { update, issues } = decodeUpdate(body, context);
  expect(issues).toEqual([]);
  expect(toHex(encodeUpdate(update, context))).toBe(toHex(body));
}

describe("no error", () => {
  test("RFC 4271 6.3: correct path attributes without NLRI", () => silent(GOOD, {}, ""));
  test("RFC 4271 4.3: the Partial bit and the four bits without meaning, on any attribute", () =>
    silent(["6f 01 01 00", AS_PATH_HEX, NEXT_HOP_HEX, "af 04 04 00000001"]));
  test("RFC 4271 4.3: Extended Length where one octet would do", () =>
    silent(["50 01 0001 00", AS_PATH_HEX, NEXT_HOP_HEX]));
  test("RFC 4271 5: attributes in any order", () =>
    silent(["80 04 04 00000001", NEXT_HOP_HEX, AS_PATH_HEX, ORIGIN_HEX]));
  test("RFC 4271 5: optional attributes nobody knows, also empty ones", () =>
    silent([...GOOD, "c0 f7 00", "80 f8 01 2a", "e0 f9 01 2a"]));
  test("RFC 4271 5.1.2: an empty AS_PATH", () => silent([ORIGIN_HEX, "40 02 00", NEXT_HOP_HEX]));
  test("RFC 4271 4.3: bits behind the length of a prefix", () => silent(GOOD, {}, "09 cbff 00 20 ffffffff"));
  test("RFC 4760 3: no NEXT_HOP beside MP_REACH_NLRI", () => silent([MP_REACH_HEX, ORIGIN_HEX, AS_PATH_HEX], {}, ""));
  test("RFC 4760 3: a NEXT_HOP that is ignored beside MP_REACH_NLRI may be 0.0.0.0", () =>
    silent([MP_REACH_HEX, ORIGIN_HEX, AS_PATH_HEX, "40 03 04 00000000"], {}, ""));
  test("RFC 4760 3: the reserved octet of MP_REACH_NLRI", () =>
    silent([MP_REACH_HEX.replace(" 00 30", " 07 30"), ORIGIN_HEX, AS_PATH_HEX], {}, ""));
  test("RFC 8950 3: IPv6 next hop of an IPv4 route, where it is agreed", () =>
    silent(
      ["80 0e 19 0001 01 10 20010db8000000000000000000000001 00 18 cb0071", ORIGIN_HEX, AS_PATH_HEX],
      {
        session: "ebgp",
        extendedNextHop: [{ afi: 1, safi: 1, nextHopAfi: 2 }],
      },
      "",
    ));
  test("RFC 4271 5.1.5: LOCAL_PREF inside a confederation", () =>
    silent([ORIGIN_HEX, "40 02 06 03 01 0000fde9", NEXT_HOP_HEX, "40 05 04 00000064"], { session: "confed" }));
  test("draft-uttaro-idr-bgp-oad: LOCAL_PREF, a tunnel and BIER from another AS under one administration", () => {
    const more = ["40 05 04 00000064", "c0 17 0c 0008 0008 0606 000000000000", "c0 29 08 0001 0004 00 0001 00"];
    silent([...GOOD, ...more], { session: "ebgp-oad" });
  });
  test("RFC 4456 8: ORIGINATOR_ID and CLUSTER_LIST from an internal peer", () =>
    silent([...GOOD, "80 09 04 c0000201", "80 0a 08 c0000201c0000202"], { session: "ibgp" }));
  test("RFC 5065 4.1: confederation segments from a peer of our own AS", () =>
    silent([ORIGIN_HEX, "40 02 06 03 01 0000fde9", NEXT_HOP_HEX], { session: "ibgp" }));
  test("RFC 8092 6: a large community twice", () =>
    silent([...GOOD, "c0 20 18 0000fbf00000000100000002 0000fbf00000000100000002"]));
  test("RFC 7606 7.14: an extended community of no known type", () => silent([...GOOD, "c0 10 08 9999112233445566"]));
  test("RFC 7606 7.2: the leftmost AS is the peer's, and is asked for", () => {
    const options = { session: "ebgp", peerAs: 65001, overrides: { "as-path-first-as": "withdraw" } } as const;
    silent(GOOD, options);
    silent([ORIGIN_HEX, AS_PATH_2_HEX, NEXT_HOP_HEX], { ...options, fourOctetAs: false });
  });
  test("RFC 6793 4.2.2: AS_TRANS is leftmost where the peer's AS number needs four octets", () =>
    silent([ORIGIN_HEX, "40 02 04 02 01 5ba0", NEXT_HOP_HEX], {
      session: "ebgp",
      peerAs: 70000,
      fourOctetAs: false,
      overrides: { "as-path-first-as": "withdraw" },
    }));
  test("RFC 6793 4.2.2: the highest AS number that needs no AS_TRANS", () =>
    silent([ORIGIN_HEX, "40 02 04 02 01 ffff", NEXT_HOP_HEX], {
      session: "ebgp",
      peerAs: 65535,
      fourOctetAs: false,
      overrides: { "as-path-first-as": "withdraw" },
    }));
  test("RFC 8205 3: BGPsec_PATH in place of AS_PATH", () =>
    silent([ORIGIN_HEX, NEXT_HOP_HEX, `80 21 21 0008 01 00 0000fde9 0019 01 ${"00".repeat(20)} 0000`]));
  test("a family nobody knows", () => silent(["80 0f 05 400f 4b abcd", ...GOOD]));
});

describe("overrides", () => {
  const good = { attributes: GOOD, nlri: NLRI_HEX };
  const shown = [
    ["origin-value", updateBytes({ ...good, attributes: [BAD_ORIGIN, AS_PATH_HEX, NEXT_HOP_HEX] })],
    ["attribute-flags", updateBytes({ ...good, attributes: [...GOOD, "40 08 04 fde80064"] })],
    ["duplicate-attribute", updateBytes({ ...good, attributes: [...GOOD, ORIGIN_HEX] })],
    ["attribute-overrun", updateBytes({ ...good, attributes: [...GOOD, "c0 08"] })],
    ["mp-unreach-nlri", updateBytes({ ...good, attributes: [...GOOD, "80 0f 04 0002 01 81"] })],
    ["withdrawn-routes", updateBytes({ ...good, withdrawn: "18 cb00" })],
    ["nlri", updateBytes({ ...good, nlri: `${NLRI_HEX} 21 cb0071` })],
  ] as const;
  const actions = ["none", "discard", "withdraw", "afi-safi-disable", "reset"] as const;

  test.each(shown.flatMap(([rule, body]) => actions.map((action) => [rule, action, body] as const)))(
    "%s by %s",
    (rule, asked, body) => {
      const context = createContext({ overrides: { [rule]: asked } });
      const decoded = decodeUpdate(body, context);
      // Only what is wrong with routes of one family can be answered by disabling it.
      const action = asked === "afi-safi-disable" && !rule.startsWith("mp-") ? "reset" : asked;
      expect(decoded.issues.map((issue) => [issue.name, issue.action])).toEqual([[rule, action]]);
      expect(decoded.action).toBe(action);
      expect(decoded.notification === null).toBe(action !== "reset");
      expect(toHex(encodeUpdate(decoded.update, context))).toBe(toHex(body));
      const { announced, withdrawn } = routesOf(decoded.update, decoded.issues);
      expect((action === "withdraw" ? withdrawn : announced).map((one) => "prefix" in one && one.prefix)).toContain(
        "203.0.113.0/24",
      );
    },
  );

  describe("of what routes have to have with them", () => {
    const POLICY = "80 0e 16 0001 49 04 c0000201 00 60 00000001 00000064 c0000209";
    const body = updateBytes({
      attributes: [POLICY, ...GOOD, "c0 17 0c 000f 0008 06 06 000000000000"],
      nlri: NLRI_HEX,
    });
    const others = ["prefix"];
    const all = [...others, "srPolicy"];

    test.each([
      ["off", [], all, []],
      ["none", ["none"], all, []],
      ["discard", ["discard"], others, []],
      ["withdraw", ["withdraw"], [], all],
      ["afi-safi-disable", ["afi-safi-disable"], others, []],
      ["reset", ["reset"], others, []],
    ] as const)("by %s", (asked, actions, announced, withdrawn) => {
      const context = createContext({ overrides: { "sr-policy-no-recipient": asked } });
      const { update, issues } = decodeUpdate(body, context);
      expect(issues.map((issue) => issue.action)).toEqual(actions);
      const routes = routesOf(update, issues);
      expect(routes.announced.map(({ kind }) => kind)).toEqual(announced);
      expect(routes.withdrawn.map(({ kind }) => kind)).toEqual(withdrawn);
    });
  });

  test("what an issue keeps from use stays as octets, marked", () => {
    const body = updateBytes({ attributes: [...GOOD, "40 05 04 00000064", "c0 08 03 fde800"], nlri: NLRI_HEX });
    const { update } = decodeUpdate(body, createContext({ session: "ebgp" }));
    expect(update.attributes.slice(3)).toEqual([
      { name: "raw", code: 5, flags: 0x40, value: hex("00000064"), rejected: true },
      { name: "raw", code: 8, flags: 0xc0, value: hex("fde800"), rejected: true },
    ]);
  });

  test("so does an attribute that is not for these routes", () => {
    const body = updateBytes({ attributes: [...GOOD, "c0 24 08 01 0000fde80001 46"], nlri: NLRI_HEX });
    const { update } = decodeUpdate(body, createContext());
    expect(update.attributes[3]).toMatchObject({ name: "raw", code: 36, rejected: true });
  });
});

describe("RFC 9012 section 13: Tunnel Egress Endpoints", () => {
  const MALFORMED = "0007 0003 06 01 00";
  const ABSENT = "0007 0000";
  const PRESENT = "0007 0008 06 06 000000000000";

  test.each([
    [[MALFORMED, PRESENT], ["tunnel-egress-endpoint"]],
    [[PRESENT, ABSENT], ["tunnel-no-egress-endpoint"]],
    [
      [MALFORMED, ABSENT, PRESENT],
      ["tunnel-egress-endpoint", "tunnel-no-egress-endpoint"],
    ],
    [
      [MALFORMED, ABSENT],
      ["tunnel-egress-endpoint", "tunnel-encapsulation-no-tunnel"],
    ],
  ])("%j", (tunnels, expected) => {
    const value = tunnels.join("");
    const octets = hex(value).length.toString(16).padStart(2, "0");
    expect(names(updateBytes({ attributes: [...GOOD, `c0 17 ${octets} ${value}`], nlri: NLRI_HEX }))).toEqual(expected);
  });
});

describe("what the session has agreed", () => {
  test("RFC 8950 section 3: an IPv6 next hop of an IPv4 route that was not", () => {
    const reach = "80 0e 19 0001 01 10 20010db8000000000000000000000001 00 18 cb0071";
    const body = updateBytes({ attributes: [reach, ORIGIN_HEX, AS_PATH_HEX] });
    expect(names(body, { extendedNextHop: [] })).toEqual(["mp-reach-next-hop"]);
  });

  test("RFC 7911 section 3: a path identifier that is cut off", () => {
    const body = updateBytes({ attributes: GOOD, nlri: "000000" });
    expect(names(body, { addPath: [{ afi: 1, safi: 1 }] })).toEqual(["nlri"]);
  });

  test("RFC 4760 section 3: ORIGIN and AS_PATH beside MP_REACH_NLRI", () => {
    const { issues } = decodeUpdate(updateBytes({ attributes: [MP_REACH_HEX] }), createContext());
    expect(issues.map((issue) => [issue.name, issue.attribute])).toEqual([
      ["missing-well-known", 1],
      ["missing-well-known", 2],
    ]);
  });
});

describe("contexts", () => {
  test("a rule that does not exist, and a missing action, cannot be overridden", () => {
    const overrides = { "no-such-rule": "reset" } as ContextOptions["overrides"];
    expect(() => createContext({ overrides: overrides! })).toThrow(
      "overrides.no-such-rule: is no rule of the registry",
    );
    const action = { "origin-value": "explode" } as unknown as ContextOptions["overrides"];
    expect(() => createContext({ overrides: action! })).toThrow(/overrides.origin-value: "explode" is no action/);
  });

  test("what cannot be read cannot be accepted", () => {
    expect(() => createContext({ overrides: { "origin-value": "off" } })).toThrow(
      /origin-value: "off" is no action, nor/,
    );
    expect(createContext({ overrides: { "as-path-zero-as": "off" } }).overrides).toEqual({ "as-path-zero-as": "off" });
  });

  test("the longest message is one of those BGP has", () => {
    expect(() => createContext({ maxMessage: 4095 })).toThrow(/maxMessage/);
    expect(() => createContext({ maxMessage: 65536 })).toThrow(/maxMessage/);
  });

  test("a context keeps lists of its own", () => {
    const ipv4 = { afi: 1, safi: 1 };
    const options = {
      addPath: [ipv4],
      disabledFamilies: [ipv4],
      extendedNextHop: [{ ...ipv4, nextHopAfi: 2 }],
      multipleLabels: [{ ...ipv4, count: 2 }],
    };
    const context = createContext(options);
    for (const list of Object.values(options)) list.length = 0;
    for (const name of Object.keys(options) as (keyof typeof options)[]) {
      expect(context[name], name).toHaveLength(1);
      expect(Object.isFrozen(context[name]), name).toBe(true);
    }
  });

  test("what is not in a registry stays raw, and what every speaker must know has to be there", () => {
    const few = [ORIGIN, AS_PATH, NEXT_HOP, LOCAL_PREF, ATOMIC_AGGREGATE, MP_REACH_NLRI, MP_UNREACH_NLRI];
    const context = new DecodeContext({}, { attributes: few, families: [IPV4_UNICAST], rules: RULES });
    const body = updateBytes({ attributes: [...GOOD, "80 04 03 000064", MP_UNREACH_HEX], nlri: NLRI_HEX });
    const { update, issues } = decodeUpdate(body, context);
    expect(issues).toEqual([]);
    expect(update.attributes.map((one) => one.name)).toEqual(["origin", "asPath", "nextHop", "raw", "mpUnreachNlri"]);
    expect(update.attributes.at(-1)).toMatchObject({ kind: "raw", afi: 2, safi: 1 });
    expect(toHex(encodeUpdate(update, context))).toBe(toHex(body));
    for (const row of few) {
      const attributes = few.filter((one) => one !== row);
      expect(() => new DecodeContext({}, { attributes, families: [], rules: RULES })).toThrow(/cannot be left out/);
    }
  });

  test("an attribute whose row cannot write is refused by name", () => {
    const attributes = [...UNICAST.attributes, { ...ORIGINATOR_ID, encode: null }];
    const context = new DecodeContext({}, { ...UNICAST, attributes });
    const id = originatorId("192.0.2.1");
    expect(() => encodeUpdate({ attributes: [id] }, context)).toThrow(/"originatorId" has no encoder/);
    expect(toHex(encodeUpdate({ attributes: [id] }, createContext()))).toBe("00000007800904c0000201");
  });

  test("issues say what the registry has words for, and else the name of the rule", () => {
    const body = updateBytes({ attributes: [BAD_ORIGIN, ...GOOD.slice(1)], nlri: NLRI_HEX });
    const reasonsIn = (registry: Registry): string[] =>
      decodeUpdate(body, new DecodeContext({}, registry)).issues.map((issue) => issue.reason);
    expect(reasonsIn(STANDARD)).toEqual(["ORIGIN has an undefined value"]);
    expect(reasonsIn({ ...UNICAST, reasons: REASONS })).toEqual(["ORIGIN has an undefined value"]);
    expect(reasonsIn({ ...UNICAST, reasons: { "as-path-set": "a set" } })).toEqual(["origin-value"]);
    expect(reasonsIn(UNICAST)).toEqual(["origin-value"]);
  });

  test("rules of meaning that are off leave the attribute as it is", () => {
    const body = updateBytes({ attributes: [...GOOD, "40 05 04 00000064"], nlri: NLRI_HEX });
    const context = createContext({ session: "ebgp", overrides: { "local-pref-external": "off" } });
    const { update, issues } = decodeUpdate(body, context);
    expect(issues).toEqual([]);
    expect(update.attributes.at(-1)).toEqual({ name: "localPref", code: 5, value: 100 });
  });

  test("a rule of meaning without consequence does not hide that the attribute cannot be read", () => {
    const body = updateBytes({ attributes: [...GOOD, "40 05 03 000064", "40 01 05 0000000000"], nlri: NLRI_HEX });
    const overrides = { "local-pref-external": "none", "duplicate-attribute": "none" } as const;
    const context = createContext({ session: "ebgp", overrides });
    const { update, issues } = decodeUpdate(body, context);
    expect(issues.map((issue) => issue.name)).toEqual([
      "local-pref-external",
      "local-pref-length",
      "duplicate-attribute",
      "origin-length",
    ]);
    expect(update.attributes.slice(-2).map((one) => one.name)).toEqual(["raw", "raw"]);
  });

  test("a path with several faults is judged by the worst of them", () => {
    const path = "40 02 0a 01 02 0000fde9 00000000";
    const body = updateBytes({ attributes: [ORIGIN_HEX, path, NEXT_HOP_HEX], nlri: NLRI_HEX });
    expect(names(body)).toEqual(["as-path-zero-as"]);
    expect(names(body, { overrides: { "as-path-set": "reset" } })).toEqual(["as-path-set"]);
    expect(names(body, { overrides: { "as-path-set": "withdraw", "as-path-zero-as": "none" } })).toEqual([
      "as-path-set",
    ]);
  });

  test("of a negotiated session has the direction of the peer", () => {
    const family = { afi: 1, safi: 1 };
    const open = { version: 4, holdTime: 90 };
    const local = {
      ...open,
      myAs: 65001,
      identifier: "192.0.2.1",
      capabilities: [multiprotocol(1, 1), fourOctetAs(65001), addPath([{ ...family, direction: "receive" }])],
    };
    const remote = {
      ...open,
      myAs: 23456,
      identifier: "192.0.2.2",
      capabilities: [
        multiprotocol(1, 1),
        fourOctetAs(70000),
        addPath([{ ...family, direction: "send" }]),
        extendedMessage(),
      ],
    };
    const negotiated = negotiate(local, remote);
    expect(contextOf(negotiated)).toMatchObject({
      session: "ebgp",
      localAs: 65001,
      peerAs: 70000,
      fourOctetAs: true,
      addPath: [family],
      extendedNextHop: [],
      maxMessage: 4096,
    });
    expect(sendContextOf(negotiated)).toMatchObject({ localAs: 70000, peerAs: 65001, addPath: [], maxMessage: 65535 });
    expect(contextOf(negotiated, { session: "confed" }).session).toBe("confed");
  });

  test("of a negotiated session has the labels that the receiver takes (RFC 8277 section 2.1)", () => {
    const negotiated = negotiate(labeledOpen(65001, "192.0.2.1", 2), labeledOpen(65002, "192.0.2.2", 3));
    expect(contextOf(negotiated).multipleLabels).toEqual([{ afi: 1, safi: 4, count: 2 }]);
    expect(sendContextOf(negotiated).multipleLabels).toEqual([{ afi: 1, safi: 4, count: 3 }]);
  });
});

/** An OPEN with labeled unicast and as many labels. */
function labeledOpen(myAs: number, identifier: string, count: number): OpenMessage {
  const capabilities = [multiprotocol(1, 4), multipleLabels([{ afi: 1, safi: 4, count }])];
  return { version: 4, holdTime: 90, myAs, identifier, capabilities };
}

describe("many attributes", () => {
  test("as many as there are codes are all found", () => {
    // All but ATTR_SET, which has a format.
    const codes = Array.from({ length: 200 }, (_, i) => 50 + i).filter((code) => code !== 128);
    const unknown = codes.map((code) => `80 ${code.toString(16)} 01 ${code.toString(16)}`);
    const body = updateBytes({ attributes: [...GOOD, ...unknown], nlri: NLRI_HEX });
    const view = new UpdateView(createContext()).read(body);
    expect(view.attributeCount).toBe(202);
    for (const code of codes) expect(view.buffer[view.valueStart(view.find(code))]).toBe(code);
    const { update, issues } = decodeUpdate(body, createContext());
    expect(issues).toEqual([]);
    expect(toHex(encodeUpdate(update, createContext()))).toBe(toHex(body));
  });

  test("as many as a message has room for, each an issue", () => {
    const block = 65511;
    const body = new Uint8Array(4 + block);
    body[2] = block >> 8;
    body[3] = block & 0xff;
    for (let at = 4; at < 4 + block; at += 3) body.set([0x80, 247, 0], at);
    const { update, action, issues } = decodeUpdate(body, createContext());
    expect(update.attributes).toHaveLength(block / 3);
    expect(issues.filter((issue) => issue.name === "duplicate-attribute")).toHaveLength(block / 3 - 1);
    expect(action).toBe("discard");
    expect(toHex(encodeUpdate(update, createContext()))).toBe(toHex(body));
  });
});

test.each<[string, string, Family | null]>([
  ["an empty message: IPv4 unicast", "00000000", { afi: 1, safi: 1 }],
  ["an empty MP_UNREACH_NLRI", "00000006 800f03 000201", { afi: 2, safi: 1 }],
  ["the same of a family that is not known", "00000007 900f0003 0fff63", { afi: 4095, safi: 99 }],
  ["the same of IPv4 unicast, as some have it", "00000006 800f03 000101", { afi: 1, safi: 1 }],
  ["none: a withdrawn route", "0004 18c63364 0000", null],
  ["none: a withdrawn route of another family", "00000008 800f05 000201 0820", null],
  ["none: a route of either kind", "0004 18c63364 0006 800f03 000201", null],
  ["none: another attribute beside it", "0000000c 800f03 000201 400600 c0f700", null],
  ["none: MP_REACH_NLRI in its place", "00000008 800e05 000285 00 00", null],
])("RFC 4724 section 2: End-of-RIB, %s", (_what, digits, family) => {
  const body = hex(digits.replaceAll(" ", ""));
  const around = Uint8Array.of(0xff, 0xff, 0xff, ...body, 0, 0, 0);
  const view = new UpdateView(createContext());
  expect(view.readRange(around, 3, around.length - 3).endOfRib()).toEqual(family);
  const { update, issues } = decodeUpdate(body, createContext());
  expect(issues).toEqual([]);
  expect(routesOf(update, issues).endOfRib).toEqual(family);
});

test("RFC 4724 section 2: what has an issue is no End-of-RIB", () => {
  const body = updateBytes({ attributes: ["c0 0f 03 000201"] });
  const { update, issues } = decodeUpdate(body, createContext());
  expect(issues.map((issue) => issue.name)).toEqual(["mp-flags"]);
  expect(routesOf(update, issues).endOfRib).toBeNull();
  expect(new UpdateView(createContext()).read(body).endOfRib()).toBeNull();
});

test("a message in a Node Buffer gives plain octets of its own", () => {
  const buffer = Buffer.from(updateBytes({ attributes: [...GOOD, "c0 f7 02 abcd"], nlri: NLRI_HEX }));
  const { update } = decodeUpdate(buffer, createContext());
  const raw = update.attributes.at(-1)!;
  if (raw.name !== "raw") throw new Error("not raw");
  expect(Buffer.isBuffer(raw.value)).toBe(false);
  buffer.fill(0);
  expect(raw.value).toEqual(hex("abcd"));
});
