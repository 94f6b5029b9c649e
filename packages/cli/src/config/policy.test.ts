// Rules of prefixes as people write them, and RFC 8212.
import { describe, expect, it } from "vitest";
import { parsePrefixRule, planPolicy, refusal, ruleText } from "./policy.ts";

const IPV4 = { afi: 1, safi: 1 };
const IPV6 = { afi: 2, safi: 1 };
const PEER = { address: "192.0.2.2", as: 65002 };

describe("rules of a filter", () => {
  it.each([
    ["10.0.0.0/8", "permit:10.0.0.0/8", { match: "permit", prefix: "10.0.0.0/8" }],
    ["permit:10.0.0.0/8^8", "permit:10.0.0.0/8", { match: "permit", prefix: "10.0.0.0/8" }],
    ["deny:10.0.0.0/8^-", "deny:10.0.0.0/8^8-32", { match: "deny", prefix: "10.0.0.0/8", maxLength: 32 }],
    ["10.0.0.0/8^8-24", "permit:10.0.0.0/8^8-24", { match: "permit", prefix: "10.0.0.0/8", maxLength: 24 }],
    [
      "10.0.0.0/8^24",
      "permit:10.0.0.0/8^24-24",
      { match: "permit", prefix: "10.0.0.0/8", minLength: 24, maxLength: 24 },
    ],
    [
      "deny:2001:db8::/32^48-64",
      "deny:2001:db8::/32^48-64",
      { match: "deny", prefix: "2001:db8::/32", minLength: 48, maxLength: 64 },
    ],
    ["0.0.0.0/0^-", "permit:0.0.0.0/0^0-32", { match: "permit", prefix: "0.0.0.0/0", maxLength: 32 }],
  ])("%s", (text, whole, rule) => {
    expect(parsePrefixRule(text)).toEqual(rule);
    expect(ruleText(parsePrefixRule(text)!)).toBe(whole);
    expect(parsePrefixRule(whole)).toEqual(rule);
  });

  it("says a rule that has a shortest length alone", () => {
    expect(ruleText({ match: "permit", prefix: "10.0.0.0/8", minLength: 16 })).toBe("permit:10.0.0.0/8^16-32");
  });

  it.each([
    "",
    "10.0.0.0",
    "10.0.0.0/33",
    "10.0.0.0/8^",
    "10.0.0.0/8^7",
    "10.0.0.0/8^24-16",
    "10.0.0.0/8^8-33",
    "allow:10.0.0.0/8",
    "10.0.0.0/8^+",
    "10.0.0.0/8^-7",
    "10.0.0.0/8^33-",
  ])("%j is none", (text) => expect(parsePrefixRule(text)).toBeNull());
});

describe("the policy of a peer", () => {
  it("has its filters by family, numbered with room between", () => {
    const orfPrefixes = ["10.0.0.0/8", "2001:db8::/32", "deny:0.0.0.0/0^-"];
    expect(planPolicy("here", { ...PEER, orfPrefixes }, [IPV4, IPV6], false).filters).toEqual([
      {
        family: IPV4,
        rules: [
          { match: "permit", sequence: 5, prefix: "10.0.0.0/8" },
          { match: "deny", sequence: 10, prefix: "0.0.0.0/0", maxLength: 32 },
        ],
      },
      { family: IPV6, rules: [{ match: "permit", sequence: 5, prefix: "2001:db8::/32" }] },
    ]);
  });

  it("has none for a family that is not offered", () => {
    expect(() => planPolicy("here", { ...PEER, orfPrefixes: ["2001:db8::/32^-"] }, [IPV4], false)).toThrow(
      "here: orfPrefixes: permit:2001:db8::/32^32-128: ipv6-unicast is not offered",
    );
  });
});

const policy = (required: boolean, direction: "all" | "none" | null): ReturnType<typeof planPolicy> => ({
  import: direction,
  export: direction,
  required,
  filters: [],
});

describe("RFC 8212 section 2", () => {
  it.each([
    [false, null, "ebgp", null],
    [false, "none", "ibgp", "import is none"],
    [true, null, "ebgp", "there is no import policy (RFC 8212); import=all makes one"],
    [true, null, "ibgp", null],
    [true, "all", "ebgp", null],
    [true, "none", "ebgp", "import is none"],
  ] as const)("required: %j, import: %j, %s: %j", (required, said, session, why) => {
    expect(refusal(policy(required, said), "import", session)).toBe(why);
    expect(refusal(policy(required, said), "export", session)).toBe(why?.replaceAll("import", "export") ?? null);
  });
});
