import { describe, expect, it } from "vitest";
import { parseAnnouncement, parsePeer, parseStation } from "./spec.ts";

describe("--peer", () => {
  it.each([
    ["192.0.2.2,as=65002", { address: "192.0.2.2", as: 65_002 }],
    ["192.0.2.2:1790,as=65002", { address: "192.0.2.2", port: 1790, as: 65_002 }],
    ["[2001:db8::2]:1790,as=any", { address: "2001:db8::2", port: 1790, as: "any" }],
    ["[2001:db8::2],as=1", { address: "2001:db8::2", as: 1 }],
    ["2001:db8::2,as=1", { address: "2001:db8::2", as: 1 }],
    ["fe80::2%eth0,as=65002", { address: "fe80::2%eth0", as: 65_002 }],
    ["[fe80::2%eth0]:1790,as=external", { address: "fe80::2%eth0", port: 1790, as: "external" }],
    ["fe80::%eth0/64,as=internal", { address: "fe80::%eth0/64", as: "internal" }],
    ["%eth0,as=any,router-advertisements", { address: "%eth0", as: "any", routerAdvertisements: true }],
    ["192.0.2.2,as=1,dynamic-capability", { address: "192.0.2.2", as: 1, dynamicCapability: true }],
    ["192.0.2.2,as=1,bfd-strict,bfd-hold=5", { address: "192.0.2.2", as: 1, bfdStrict: true, bfdHoldTime: 5 }],
    ["10.0.0.0/8,as=64512-65534,limit=7", { address: "10.0.0.0/8", as: "64512-65534", limit: 7 }],
    [
      "192.0.2.2,as=1,passive,local=192.0.2.1,hold=0,damping=off,local-as=7,retry=0.5",
      {
        address: "192.0.2.2",
        as: 1,
        passive: true,
        localAddress: "192.0.2.1",
        holdTime: 0,
        damping: false,
        localAs: 7,
        connectRetryTime: 0.5,
      },
    ],
    [
      "192.0.2.2,as=1,graceful-restart=90,restarting,long-lived-stale-time=3600,stale-path-time=0",
      {
        address: "192.0.2.2",
        as: 1,
        gracefulRestart: 90,
        restarting: true,
        longLivedStaleTime: 3600,
        stalePathTime: 0,
      },
    ],
    [
      "192.0.2.2,as=1,ttl-security=1,dscp=48,device=eth0,user-timeout=2.5",
      { address: "192.0.2.2", as: 1, ttlSecurity: 1, dscp: 48, bindToDevice: "eth0", tcpUserTimeout: 2.5 },
    ],
    ["192.0.2.2,as=1,ttl=64", { address: "192.0.2.2", as: 1, ttl: 64 }],
    [
      "192.0.2.2,as=1,max-prefix=ipv4-unicast:1000/80%,ipv6-vpn:5,max-prefix-action=30",
      { address: "192.0.2.2", as: 1, maxPrefixes: ["ipv4-unicast:1000/80%", "ipv6-vpn:5"], maxPrefixAction: 30 },
    ],
    [
      "192.0.2.2,as=1,max-prefix=ipv4-unicast:0 ipv6-unicast:4294967295/100,max-prefix-action=warn",
      {
        address: "192.0.2.2",
        as: 1,
        maxPrefixes: ["ipv4-unicast:0", "ipv6-unicast:4294967295/100"],
        maxPrefixAction: "warn",
      },
    ],
    [
      "192.0.2.2,as=1,family=ipv4-unicast,family=ipv6-unicast,add-path=both",
      { address: "192.0.2.2", as: 1, families: ["ipv4-unicast", "ipv6-unicast"], addPath: "both" },
    ],
    [
      "192.0.2.2,as=1,family=ipv4-unicast,ipv6-unicast,passive=no",
      { address: "192.0.2.2", as: 1, families: ["ipv4-unicast", "ipv6-unicast"], passive: false },
    ],
  ])("reads %s", (text, value) => {
    expect(parsePeer(text)).toEqual(value);
  });

  it.each([
    ["", /"" is not accepted; start with ADDRESS/],
    ["router.example,as=1", /"router\.example" is not accepted; start with ADDRESS/],
    ["192.0.2.2:99999,as=1", /is not accepted; start with ADDRESS/],
    ["192.0.2.2:0,as=1", /port: 0 is not accepted; give a whole number from 1 to 65535/],
    ["192.0.2.2", /as: is missing; give a whole number from 1 to 4294967295, "any"/],
    ["192.0.2.2,as=1,ttl-security=255", /ttl-security: 255 is not accepted; give a whole number of hops from 1 to 254/],
    ["192.0.2.2,as=0", /as: 0 is not accepted/],
    ["192.0.2.2,as=23456", /as: 23456 is not accepted/],
    ["192.0.2.2,as=4294967296", /as: 4294967296 is not accepted/],
    ["192.0.2.2,as=10-1", /as: "10-1" is not accepted/],
    ["192.0.2.2,as=1,as=2", /as is given twice/],
    [
      "192.0.2.2,as=1,max-prefix=1000",
      /max-prefix\[0\]: "1000" is not accepted; give a family whose routes are prefixes/,
    ],
    ["192.0.2.2,as=1,max-prefix=l2vpn-evpn:1000", /max-prefix\[0\]: "l2vpn-evpn:1000" is not accepted/],
    ["192.0.2.2,as=1,max-prefix=ipv4-unicast:4294967296", /max-prefix\[0\]: .* is not accepted/],
    ["192.0.2.2,as=1,max-prefix=ipv4-unicast:10/0%", /max-prefix\[0\]: .* is not accepted/],
    ["192.0.2.2,as=1,max-prefix=ipv4-unicast:10/101%", /max-prefix\[0\]: .* is not accepted/],
    ["192.0.2.2,as=1,max-prefix=", /max-prefix: \[\] is not accepted; give a list of at least one limit/],
    [
      "192.0.2.2,as=1,max-prefix-action=sometimes",
      /max-prefix-action: "sometimes" is not accepted; give "stop", "warn" or/,
    ],
    ["192.0.2.2,as=1,max-prefix-action=86401", /max-prefix-action: 86401 is not accepted/],
    ["192.0.2.2,as", /as needs a value: as=…/],
    ["192.0.2.2,as=1,hold=2", /hold: 2 is not accepted; give 0 or a whole number of seconds from 3 to 65535/],
    ["192.0.2.2,as=1,hold=ninety", /hold: "ninety" is not accepted/],
    ["192.0.2.2,as=1,family=ipv5", /family\[0\]: "ipv5" is not accepted; give an address family/],
    ["192.0.2.2,as=1,family=", /family: \[\] is not accepted/],
    ["192.0.2.2,as=1,damping=maybe", /damping: "maybe" is not accepted; give on or off/],
    ["192.0.2.2,as=1,add-path=all", /add-path: "all" is not accepted; give "receive", "send" or "both"/],
    ["192.0.2.2,as=1,colour=red", /"colour=red" is not accepted; there are as, group, port,/],
    ["192.0.2.2,as=1,,passive", /"" is not accepted/],
    ["192.0.2.2,as=1,__proto__=1", /"__proto__=1" is not accepted/],
  ])("refuses %j", (text, message) => {
    expect(() => parsePeer(text)).toThrow(message);
  });
});

describe("--announce", () => {
  it("reads every key", () => {
    const text =
      "198.51.100.0/24,next-hop=192.0.2.1,origin=egp,as-path=65010 {65011 65012},med=5,local-pref=200," +
      "communities=65001:1,65001:2 no-export,large-communities=65001:1:2,path-id=9";
    expect(parseAnnouncement(text)).toEqual({
      prefix: "198.51.100.0/24",
      nextHop: "192.0.2.1",
      origin: "egp",
      asPath: "65010 {65011 65012}",
      med: 5,
      localPref: 200,
      communities: ["65001:1", "65001:2", "no-export"],
      largeCommunities: ["65001:1:2"],
      pathId: 9,
    });
  });

  it("takes quotation marks around a value", () => {
    expect(parseAnnouncement('10.0.0.0/8,next-hop=192.0.2.1,as-path="1 2"').asPath).toBe("1 2");
  });

  it.each([
    ["10.0.0.0,next-hop=192.0.2.1", /prefix: "10\.0\.0\.0" is not accepted; give an IPv4 or IPv6 prefix/],
    ["10.0.0.0/33,next-hop=192.0.2.1", /prefix: "10\.0\.0\.0\/33" is not accepted/],
    ["10.0.0.0/8", /next-hop: is missing; give an IPv4 or IPv6 address/],
    ["10.0.0.0/8,next-hop=here", /next-hop: "here" is not accepted/],
    ["10.0.0.0/8,next-hop=192.0.2.1,as-path=65010 x", /as-path: "65010 x" is not accepted; give AS numbers/],
    ["10.0.0.0/8,next-hop=192.0.2.1,as-path=65010 0", /as-path: "65010 0" is not accepted/],
    ["10.0.0.0/8,next-hop=192.0.2.1,as-path=(65010) 1", /as-path: "\(65010\) 1" is not accepted/],
    ["10.0.0.0/8,next-hop=192.0.2.1,communities=65536:1", /communities\[0\]: "65536:1" is not accepted/],
    ["10.0.0.0/8,next-hop=192.0.2.1,large-communities=1:2", /large-communities\[0\]: "1:2" is not accepted/],
    ["10.0.0.0/8,next-hop=192.0.2.1,med=-1", /med: "-1" is not accepted; give a whole number from 0 to 4294967295/],
    ["10.0.0.0/8,next-hop=192.0.2.1,med=1.5", /med: 1\.5 is not accepted/],
    ["10.0.0.0/8,next-hop=192.0.2.1,origin=here", /origin: "here" is not accepted; give "igp", "egp" or "incomplete"/],
  ])("refuses %s", (text, message) => {
    expect(() => parseAnnouncement(text)).toThrow(message);
  });
});

describe("--bmp", () => {
  it.each([
    ["192.0.2.9:11019", { host: "192.0.2.9", port: 11019 }],
    ["[2001:db8::9]:1790", { host: "2001:db8::9", port: 1790 }],
    [
      "station.example:5000,retry=0.5,statistics=0",
      { host: "station.example", port: 5000, retryTime: 0.5, statisticsTime: 0 },
    ],
  ])("reads %s", (text, value) => {
    expect(parseStation(text)).toEqual(value);
  });

  it.each([
    ["192.0.2.9", /"192\.0\.2\.9" is not accepted; start with HOST:PORT/],
    ["192.0.2.9:0", /port: 0 is not accepted; give a whole number from 1 to 65535/],
    ["-x:1", /host: "-x" is not accepted; give a host name, an IPv4 or an IPv6 address/],
    ["192.0.2.9:1,retry=0", /retry: 0 is not accepted; give a number of seconds from 0\.1 to 3600/],
    ["192.0.2.9:1,every=1", /"every=1" is not accepted; there are retry, statistics/],
  ])("says what is wrong with %s", (text, message) => {
    expect(() => parseStation(text)).toThrow(message);
  });
});
