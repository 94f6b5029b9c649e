import { describe, expect, it } from "vitest";
import { parseConfig, readConfigFile } from "./file.ts";
import { InputError } from "./input-error.ts";

const JSON_FILE = `{
\t"routerId": "192.0.2.1",
\t"localAs": 65001,
\t"peers": [{ "address": "192.0.2.2", "as": 65002, "holdTime": 2 }]
}`;

describe("the configuration file", () => {
  it("is YAML", () => {
    const text =
      'routerId: 192.0.2.1 # ours\nlocalAs: 65001\npeers:\n  - address: "::1"\n    as: any\n    families: [ipv4-unicast]\n';
    expect(parseConfig("a.yaml", text)).toEqual({
      routerId: "192.0.2.1",
      localAs: 65_001,
      peers: [{ address: "::1", as: "any", families: ["ipv4-unicast"] }],
    });
  });

  it("is JSON, tabs and all", () => {
    expect(parseConfig("a.json", JSON_FILE.replace("2 }", "30 }")).localAs).toBe(65_001);
  });

  it("keeps communities as text: 65001:100 is no number of base sixty in YAML 1.2", () => {
    const text =
      "announce:\n  - prefix: 10.0.0.0/8\n    nextHop: 192.0.2.1\n    communities:\n      - 65001:10\n      - no-export\n";
    expect(parseConfig("a.yaml", text).announce![0]!.communities).toEqual(["65001:10", "no-export"]);
  });

  it("may be empty", () => {
    expect(parseConfig("a.yaml", "")).toEqual({});
  });

  it.each([
    [
      "a value",
      JSON_FILE,
      "f:4:63: peers[0].holdTime: 2 is not accepted; give 0 or a whole number of seconds from 3 to 65535",
    ],
    [
      "a type",
      "localAs: many",
      'f:1:10: localAs: "many" is not accepted; give a whole number from 1 to 4294967295 other than 23456 (AS_TRANS)',
    ],
    [
      "an unknown field",
      "routerId: 192.0.2.1\npears: []",
      "f:2:1: pears: there is no such field; there are routerId, localAs, listen, peers, announce, bmp, requirePolicy, control, http, logLevel, format",
    ],
    [
      "an unknown field further down",
      "peers:\n  - address: 192.0.2.1\n    as: 1\n    hold: 3",
      "f:4:5: peers[0].hold: there is no such field; there are address, port, as, group, localAs, localAddress, passive, holdTime, minimumHoldTime, families, addPath, pathsLimit, extendedNextHop, damping, fourOctetAs, gracefulRestart, restarting, longLivedStaleTime, stalePathTime, connectRetryTime, maxPrefixes, maxPrefixAction, import, export, orfReceive, orfPrefixes, limit, md5Password, ttlSecurity, ttl, dscp, bindToDevice, tcpUserTimeout, dynamicCapability, bfdStrict, bfdHoldTime, routerAdvertisements",
    ],
    [
      "a password, which is not printed",
      "peers:\n  - address: 192.0.2.1\n    as: 1\n    md5Password: 4711",
      "f:4:18: peers[0].md5Password: what is there is not accepted; give 1 to 80 octets of text",
    ],
    [
      "a password further down",
      "peers: { md5Password: secret }",
      'f:1:8: peers: {"md5Password":"…"} is not accepted; give a list of peers',
    ],
    [
      "a missing field",
      "peers:\n  - as: 65002",
      'f:2:5: peers[0].address: is missing; give an IPv4 or IPv6 address, a prefix such as "10.0.0.0/8", or a network device such as "%eth0"',
    ],
    ["the whole", "- 1", "f:1:1: [1] is not accepted; give an object"],
    [
      "a listener",
      "listen: [localhost]",
      'f:1:10: listen[0]: "localhost" is not accepted; give "ADDRESS:PORT" with IPv6 in brackets and port 0 to 65535, such as "127.0.0.1:1790" or "[::1]:1790"',
    ],
    [
      "a router ID",
      "routerId: 0.0.0.0",
      'f:1:11: routerId: "0.0.0.0" is not accepted; give an IPv4 address other than 0.0.0.0, such as "192.0.2.1"',
    ],
    ["a format", "format: xml", 'f:1:9: format: "xml" is not accepted; give "text" or "json"'],
  ])("names place, path, value and what is accepted: %s", (_, text, message) => {
    expect(() => parseConfig("f", text)).toThrow(new InputError(message));
  });

  it.each([
    ["broken text", "peers: [", /^f:\d+:\d+: /],
    ["a key given twice", "localAs: 1\nlocalAs: 2", /^f:2:1: Map keys must be unique/],
    ["aliases that multiply", bomb(), /^f: Excessive alias count/],
  ])("says what is wrong with %s", (_, text, message) => {
    expect(() => parseConfig("f", text)).toThrow(message);
  });

  it("says that it cannot be read", () => {
    expect(() => readConfigFile("/nowhere/at/all.yaml")).toThrow(
      "/nowhere/at/all.yaml: cannot be read: there is no such file (ENOENT)",
    );
  });
});

/** Ten lines that stand for ten billion values. */
function bomb(): string {
  const lines = ["a0: &a0 [x]"];
  for (let i = 1; i <= 10; i++)
    lines.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(", ")}]`);
  return lines.join("\n");
}
