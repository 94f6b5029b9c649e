import { describe, expect, it } from "vitest";
import { InputError } from "../config/input-error.ts";
import { parseCommand, splitWords } from "./commands.ts";

describe("a typed command", () => {
  it.each([
    ["withdraw 10.0.0.0/8", { name: "withdraw", prefix: "10.0.0.0/8", pathId: null }],
    ["withdraw 10.0.0.0/8 path-id=3", { name: "withdraw", prefix: "10.0.0.0/8", pathId: 3 }],
    ['shutdown 192.0.2.2 "back at \\"noon\\""', { name: "shutdown", peer: "192.0.2.2", text: 'back at "noon"' }],
    ["shutdown 192.0.2.2", { name: "shutdown", peer: "192.0.2.2", text: "" }],
    ["reset fe80::1%eth0 maintenance", { name: "reset", peer: "fe80::1%eth0", text: "maintenance" }],
    ["enable 192.0.2.2", { name: "enable", peer: "192.0.2.2" }],
    ["bfd 192.0.2.2 up", { name: "bfd", peer: "192.0.2.2", status: "up", independent: false }],
    ["bfd 192.0.2.2 admin-down", { name: "bfd", peer: "192.0.2.2", status: "adminDown", independent: false }],
    ["bfd 192.0.2.2 down independent", { name: "bfd", peer: "192.0.2.2", status: "down", independent: true }],
    ["activate 192.0.2.2 ipv6-unicast", { name: "activate", peer: "192.0.2.2", family: { afi: 2, safi: 1 } }],
    ["deactivate 192.0.2.2 ipv4-vpn", { name: "deactivate", peer: "192.0.2.2", family: { afi: 1, safi: 128 } }],
    ["refresh 192.0.2.2 ipv6-unicast", { name: "refresh", peer: "192.0.2.2", family: { afi: 2, safi: 1 } }],
    ["show peers", { name: "show", what: "peers", choice: null }],
    ["  show   routes ", { name: "show", what: "routes" }],
    ["show peer 192.0.2.2", { name: "show", what: "peer", peer: "192.0.2.2" }],
    ["peer 192.0.2.2", { name: "show", what: "peer", peer: "192.0.2.2" }],
    ["peers", { name: "show", what: "peers", choice: null }],
    ["show peers state=up as=1", { name: "show", what: "peers", choice: expect.any(Function) }],
    ["reload", { name: "reload" }],
    ["stop", { name: "stop" }],
    ["leave", { name: "leave" }],
    ["help", { name: "help" }],
    ["", null],
    ["# a comment", null],
  ])("reads %j", (line, command) => {
    expect(parseCommand(line)).toEqual(command);
  });

  it.each([
    'announce 198.51.100.0/24 next-hop=192.0.2.1 as-path="65010 65011" communities="65001:1 no-export" med=7',
    'announce 198.51.100.0/24,next-hop=192.0.2.1,as-path="65010 65011",communities=65001:1,no-export,med=7',
  ])("reads %s", (line) => {
    expect(parseCommand(line)).toEqual({
      name: "announce",
      announcement: {
        prefix: "198.51.100.0/24",
        pathId: 1,
        attributes: {
          nextHop: "192.0.2.1",
          origin: "igp",
          asPath: "65010 65011",
          med: 7,
          communities: ["65001:1", "no-export"],
        },
      },
    });
  });

  it.each([
    ["dance", 'there is no command "dance"; help lists them'],
    ["announce", "usage: announce PREFIX next-hop=ADDR [KEY=VALUE …]"],
    ["withdraw", "usage: withdraw PREFIX [path-id=N]"],
    ["withdraw 10.0.0.0", 'withdraw: "10.0.0.0" is not accepted; give an IPv4 or IPv6 prefix such as "192.0.2.0/24"'],
    ["withdraw 10.0.0.1/8", "withdraw: prefix: 10.0.0.1/8 has bits set behind its length; write 10.0.0.0/8"],
    ["withdraw 10.0.0.0/8 3", 'withdraw: "3" is not accepted; give path-id=N with N from 0 to 4294967295'],
    [
      "announce 10.0.0.1/8 next-hop=192.0.2.1",
      "announce: prefix: 10.0.0.1/8 has bits set behind its length; write 10.0.0.0/8",
    ],
    [
      "announce 2001:db8::/32 next-hop=192.0.2.1",
      "announce: next-hop: 192.0.2.1 is not accepted; an IPv6 prefix needs an IPv6 next hop",
    ],
    ["shutdown", 'usage: shutdown PEER ["text"]'],
    ["shutdown 192.0.2.2 back soon", 'shutdown: put the text in quotation marks: shutdown 192.0.2.2 "…"'],
    [`shutdown 192.0.2.2 ${"ä".repeat(65)}`, "shutdown: the text has 130 octets, at most 128 fit (RFC 9003)"],
    ...["bfd", "bfd 192.0.2.2", "bfd 192.0.2.2 dead", "bfd 192.0.2.2 up independent", "bfd 192.0.2.2 down now"].map(
      (line): [string, string] => [line, "usage: bfd PEER up|down|admin-down [independent]"],
    ),
    ["activate 192.0.2.2", "usage: activate PEER FAMILY"],
    ["deactivate 192.0.2.2 ipv5", 'deactivate: "ipv5" is not accepted; give an address family such as ipv4-unicast'],
    ["refresh 192.0.2.2", "usage: refresh PEER FAMILY"],
    ["refresh 192.0.2.2 ipv5", 'refresh: "ipv5" is not accepted; give an address family such as ipv4-unicast'],
    ["show", "usage: show peers [FILTER=VALUE …], or show peer PEER, or show routes"],
    ["show me", "usage: show peers [FILTER=VALUE …], or show peer PEER, or show routes"],
    ["peer", "usage: show peers [FILTER=VALUE …], or show peer PEER, or show routes"],
    ["routes all", "usage: show peers [FILTER=VALUE …], or show peer PEER, or show routes"],
    ["stop it", "usage: stop"],
    ["reload bgp.yaml", "usage: reload"],
    ['shutdown 192.0.2.2 "back', "a quotation mark is not closed"],
  ])("answers %j with one sentence", (line, message) => {
    expect(() => parseCommand(line)).toThrow(new InputError(message));
  });
});

it("splits words at any white space, and keeps an empty quoted one", () => {
  expect(splitWords(' a\t"b  c" "" d"e f"g ')).toEqual(["a", "b  c", "", "de fg"]);
});
