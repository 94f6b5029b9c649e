// Options of sockets as the octets that the kernel of Linux reads, from its structures: linux/tcp.h, linux/in.h, linux/in6.h.
import { describe, expect, test } from "vitest";
import { toHex } from "../bytes/hex.ts";
import { resolvePeerOptions } from "../session/check-options.ts";
import type { PeerOptions } from "../session/options.ts";
import type { SocketOptions } from "../session/socket-options.ts";
import { connectionCalls, forgetCalls, listenerCalls, type SocketCall } from "./socket-calls.ts";

/** The texts below are of a machine with the least significant octet first. */
const little = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function options(given: Partial<PeerOptions>): SocketOptions {
  const peer = { remoteAddress: "192.0.2.2", localAs: 65001, remoteAs: 65002, ...given };
  return resolvePeerOptions(peer, "192.0.2.1").socketOptions!;
}

function lines(calls: readonly SocketCall[]): string[] {
  return calls.map(({ level, name, value }) => `${level}/${name} ${toHex(value)}`);
}

/** So many octets of zero. */
function zeros(count: number): string {
  return "00".repeat(count);
}

const KEY = "736563726574";

describe.skipIf(!little)(`setsockopt of Linux${little ? "" : " (another byte order)"}`, () => {
  test.each<[string, Partial<PeerOptions>, 4 | 6, string[]]>([
    ["TTL security of a direct peer (RFC 5082)", { ttlSecurity: 1 }, 4, ["0/2 ff000000", "0/21 ff000000"]],
    ["TTL security over 254 hops", { ttlSecurity: 254 }, 4, ["0/2 ff000000", "0/21 02000000"]],
    [
      "TTL security of a socket of IPv6, which may carry IPv4",
      { ttlSecurity: 2 },
      6,
      ["0/2 ff000000", "0/21 fe000000", "41/16 ff000000", "41/73 fe000000"],
    ],
    ["TTL", { ttl: 1 }, 4, ["0/2 01000000"]],
    ["TTL and hop limit", { ttl: 64 }, 6, ["0/2 40000000", "41/16 40000000"]],
    ["DSCP CS6 (RFC 2474)", { dscp: 48 }, 4, ["0/1 c0000000"]],
    ["DSCP 0 is a value", { dscp: 0 }, 6, ["0/1 00000000", "41/67 00000000"]],
    ["a device, with its zero octet", { bindToDevice: "eth0" }, 4, ["1/25 6574683000"]],
    ["user timeout, in milliseconds (RFC 5482)", { tcpUserTimeout: 2.5 }, 4, ["6/18 c4090000"]],
    ["the device comes first", { tcpUserTimeout: 1, bindToDevice: "lo" }, 4, ["1/25 6c6f00", "6/18 e8030000"]],
  ])("%s", (_name, given, version, expected) => {
    expect(lines(connectionCalls(options(given), "192.0.2.2", version))).toEqual(expected);
  });

  test.each<[string, string, 4 | 6, string]>([
    ["IPv4", "192.0.2.2", 4, `02000000c0000202${zeros(120)}`],
    ["IPv6", "2001:db8::2", 6, `0a0000000000000020010db8${zeros(11)}02${zeros(104)}`],
    ["IPv6 with a zone", "fe80::2%eth0", 6, `0a00000000000000fe80${zeros(13)}02${zeros(104)}`],
    ["IPv4 on a socket of IPv6", "192.0.2.2", 6, `0a00${zeros(16)}ffffc0000202${zeros(104)}`],
  ])("TCP MD5 key (RFC 2385) for %s: tcp_md5sig", (_name, remote, version, address) => {
    const [call, ...none] = connectionCalls(options({ md5Password: "secret" }), remote, version);
    expect([call!.value.length, none.length]).toEqual([216, 0]);
    expect(lines([call!])).toEqual([`6/14 ${address}0000060000000000${KEY}${zeros(74)}`]);
  });

  test("a key of 80 octets fills the structure to its end, as octets of UTF-8", () => {
    const [call] = connectionCalls(options({ md5Password: "é".repeat(40) }), "192.0.2.2", 4);
    expect(toHex(call!.value.subarray(130))).toBe(`500000000000${"c3a9".repeat(40)}`);
  });

  test("a socket that listens has the keys of its peers and of prefixes, and a TTL that TTL security lets through", () => {
    const key = options({ md5Password: "secret" });
    const rule = { remote: "192.0.2.0/24", localAddress: null, options: key };
    const prefix = `02000000c0000200${zeros(120)}0118`;
    expect(lines(listenerCalls(rule, "0.0.0.0"))).toEqual([`6/32 ${prefix}060000000000${KEY}${zeros(74)}`]);
    expect(lines(forgetCalls(rule, "0.0.0.0"))).toEqual([`6/32 ${prefix}${zeros(86)}`]);
    expect(lines(listenerCalls({ ...rule, options: options({ ttlSecurity: 1, dscp: 48 }) }, "::"))).toEqual([
      "0/2 ff000000",
      "41/16 ff000000",
    ]);
  });

  test("a key of link-local addresses is one of the addresses alone: the kernel does not look at their zone", () => {
    const rule = { remote: "fe80::%eth0/10", localAddress: null, options: options({ md5Password: "secret" }) };
    const [call] = listenerCalls(rule, "::");
    expect(lines([call!])).toEqual([`6/32 0a00000000000000fe80${zeros(118)}010a060000000000${KEY}${zeros(74)}`]);
  });

  test("a socket that a peer cannot reach has no key of it", () => {
    const rule = { remote: "2001:db8::2", localAddress: "2001:db8::1", options: options({ md5Password: "secret" }) };
    expect(listenerCalls(rule, "0.0.0.0")).toEqual([]);
    expect(listenerCalls(rule, "2001:db8::9")).toEqual([]);
    expect(listenerCalls(rule, "2001:db8::1")).toHaveLength(1);
    expect(listenerCalls(rule, "::")).toHaveLength(1);
  });
});
