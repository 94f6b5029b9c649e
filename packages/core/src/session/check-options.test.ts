// The checks of PeerOptions: what is accepted, what it becomes, and one clear error for each mistake.
import { describe, expect, test } from "vitest";
import { ConfigError } from "../fault.ts";
import { addPath, bgpRole, gracefulRestart, multiprotocol } from "../message/capability.ts";
import type { Capability } from "../message/capability.ts";
import { resolvePeerOptions } from "./check-options.ts";
import type { PeerSettings } from "./check-options.ts";
import type { PeerOptions } from "./options.ts";

const BASE = { remoteAddress: "192.0.2.2", localAs: 65001, remoteAs: 65002 } as const;

function resolve(more: Record<string, unknown> = {}): PeerSettings {
  return resolvePeerOptions({ ...BASE, ...more } as PeerOptions, "192.0.2.1");
}

function error(more: Record<string, unknown>): ConfigError {
  try {
    resolve(more);
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown;
    throw thrown;
  }
  throw new Error("nothing was refused");
}

/** Refused as this field, with this in the message. */
function refused(more: Record<string, unknown>, field: string, text: string): void {
  const { code, field: where, message } = error(more);
  expect(code).toBe("invalid-value");
  expect(where).toBe(field);
  expect(message).toContain(text);
  expect(message.startsWith(`${field}: `)).toBe(true);
}

describe("defaults", () => {
  test("the three required fields are enough", () => {
    expect(resolve()).toEqual({
      remoteAddress: "192.0.2.2",
      remotePort: 179,
      localAddress: null,
      localAs: 65001,
      remoteAs: [{ from: 65002, to: 65002 }],
      routerId: "192.0.2.1",
      passive: false,
      enabled: true,
      holdTime: 90,
      minimumHoldTime: 0,
      sendHoldTime: null,
      connectRetryTime: 5_000,
      connectRetryTimeMax: 60_000,
      idleHoldTime: 5_000,
      idleHoldTimeMax: 120_000,
      dampPeerOscillations: true,
      delayOpenTime: 0,
      openHoldTime: 240_000,
      collisionDetectEstablishedState: false,
      collisionHoldTime: 2_000,
      sendNotificationWithoutOpen: true,
      capabilities: [
        { name: "multiprotocol", code: 1, afi: 1, safi: 1 },
        { name: "routeRefresh", code: 2 },
      ],
      fourOctetAs: true,
      gracefulRestart: null,
      longLivedGracefulRestart: [],
      stalePathTime: 180_000,
      bfdHoldTime: 30_000,
      requiredCapabilities: [],
      askOpenParameters: false,
      askOpenVerdict: false,
      sendHighWaterMark: 262_144,
      socketOptions: null,
    });
  });

  test("a field that is undefined has its default", () => {
    expect(resolve({ holdTime: undefined, localAddress: undefined, passive: undefined })).toEqual(resolve());
  });

  test("a long time lifts the default ceiling of its backoff", () => {
    const settings = resolve({ connectRetryTime: 90, idleHoldTime: 200 });
    expect(settings.connectRetryTimeMax).toBe(90_000);
    expect(settings.idleHoldTimeMax).toBe(200_000);
  });
});

test("settings are frozen and share nothing with the options", () => {
  const value = Uint8Array.of(1);
  const capabilities = [
    { name: "raw", code: 200, value },
    { name: "addPath", code: 69, entries: [{ afi: 1, safi: 1, direction: "both" }] },
  ];
  const remoteAs = [{ from: 1, to: 2 }];
  const settings = resolve({ capabilities, remoteAs });
  value[0] = 9;
  remoteAs[0]!.to = 9;
  capabilities.pop();
  expect(settings.capabilities).toEqual([
    { name: "raw", code: 200, value: Uint8Array.of(1) },
    { name: "addPath", code: 69, entries: [{ afi: 1, safi: 1, direction: "both" }] },
  ]);
  expect(settings.remoteAs).toEqual([{ from: 1, to: 2 }]);
  expect(Object.isFrozen(settings)).toBe(true);
  expect(Object.isFrozen(settings.capabilities)).toBe(true);
  expect(Object.isFrozen(settings.capabilities[1])).toBe(true);
  expect(Object.isFrozen(settings.remoteAs)).toBe(true);
  // What the caller handed over stays the caller's.
  expect(Object.isFrozen(capabilities)).toBe(false);
  expect(Object.isFrozen(capabilities[0])).toBe(false);
});

describe("addresses", () => {
  test("texts are normalised", () => {
    expect(resolve({ remoteAddress: "2001:DB8:0::0:1", localAddress: "2001:db8::2" })).toMatchObject({
      remoteAddress: "2001:db8::1",
      localAddress: "2001:db8::2",
    });
    expect(resolve({ remoteAddress: "::ffff:192.0.2.9" }).remoteAddress).toBe("192.0.2.9");
    expect(resolve({ remoteAddress: "FE80::1%eth0" }).remoteAddress).toBe("fe80::1%eth0");
  });

  test.each([
    undefined,
    null,
    5,
    "",
    "router1",
    "192.0.2",
    "192.0.2.2:179",
    "0.0.0.0",
    "::",
    "224.0.0.5",
    "ff02::1",
    "255.255.255.255",
  ])("remote address %j is refused", (remoteAddress) => refused({ remoteAddress }, "remoteAddress", "is not "));

  test("what only looks like multicast is accepted", () => {
    expect(resolve({ remoteAddress: "ff::1" }).remoteAddress).toBe("ff::1");
    expect(resolve({ remoteAddress: "2001:db8::ff02" }).remoteAddress).toBe("2001:db8::ff02");
    expect(resolve({ remoteAddress: "240.0.0.1" }).remoteAddress).toBe("240.0.0.1");
  });

  test("a link-local remote address needs a zone (RFC 4007 section 6)", () => {
    refused({ remoteAddress: "fe80::1" }, "remoteAddress", "zone");
    refused({ remoteAddress: "feb0::1" }, "remoteAddress", "zone");
    expect(resolve({ remoteAddress: "fec0::1" }).remoteAddress).toBe("fec0::1");
  });

  test("the local address must be of the same version", () => {
    refused({ localAddress: "2001:db8::1" }, "localAddress", "not IPv4");
    refused({ remoteAddress: "2001:db8::1", localAddress: "192.0.2.1" }, "localAddress", "not IPv6");
    refused({ localAddress: "here" }, "localAddress", '"here"');
  });

  test("a link-local local address is in the zone of the remote one (RFC 4007 section 6)", () => {
    const remoteAddress = "fe80::1%eth0";
    for (const localAddress of ["fe80::2", "FE80::2%eth0"]) {
      expect(resolve({ remoteAddress, localAddress }).localAddress).toBe("fe80::2%eth0");
    }
    expect(resolve({ remoteAddress, localAddress: "2001:db8::2" }).localAddress).toBe("2001:db8::2");
    refused({ remoteAddress, localAddress: "fe80::2%eth1" }, "localAddress", "not in the zone");
    refused({ remoteAddress: "2001:db8::1", localAddress: "fe80::2%eth0" }, "localAddress", "is link-local, but");
  });

  test.each([0, 65536, 1.5, "179", null, Number.NaN])("port %j is refused", (remotePort) =>
    refused({ remotePort }, "remotePort", "from 1 to 65535"),
  );
});

describe("BGP identifiers", () => {
  test("a peer's own identifier overrides the speaker's", () => {
    expect(resolve({ routerId: "203.0.113.7" }).routerId).toBe("203.0.113.7");
  });

  test("RFC 6286 section 2.1: any non-zero number, not only unicast addresses", () => {
    expect(resolve({ routerId: "255.255.255.255" }).routerId).toBe("255.255.255.255");
    expect(resolve({ routerId: "0.0.0.1" }).routerId).toBe("0.0.0.1");
  });

  test.each(["0.0.0.0", "1.2.3", "01.2.3.4", "2001:db8::1", "", 16909060, null])(
    "identifier %j is refused",
    (routerId) => {
      if (routerId !== null) refused({ routerId }, "routerId", "BGP identifier");
      // A missing identifier is the speaker's, and that is checked as well.
      expect(() => resolvePeerOptions(BASE, routerId as string)).toThrow(ConfigError);
    },
  );
});

describe("AS numbers", () => {
  test.each([1, 65535, 65536, 4294967295])("local AS %j is accepted", (localAs) => {
    expect(resolve({ localAs }).localAs).toBe(localAs);
  });

  test.each([undefined, 0, -1, 4294967296, 1.5, "65001", null, Number.NaN])("local AS %j is refused", (localAs) =>
    refused({ localAs }, "localAs", "from 1 to 4294967295"),
  );

  test("AS_TRANS is nobody's (RFC 6793 section 9)", () => {
    refused({ localAs: 23456 }, "localAs", "AS_TRANS");
    refused({ remoteAs: 23456 }, "remoteAs", "AS_TRANS");
  });

  test("a 2-octet speaker has a 2-octet number", () => {
    expect(resolve({ localAs: 65535, fourOctetAs: false }).fourOctetAs).toBe(false);
    refused({ localAs: 65536, fourOctetAs: false }, "localAs", "fourOctetAs");
  });

  test("the peer's number may be one, ranges, or any", () => {
    expect(resolve({ remoteAs: 4200000000 }).remoteAs).toEqual([{ from: 4200000000, to: 4200000000 }]);
    expect(resolve({ remoteAs: "any" }).remoteAs).toBe("any");
    expect(resolve({ remoteAs: "internal" }).remoteAs).toEqual([{ from: 65001, to: 65001 }]);
    expect(resolve({ remoteAs: "external" }).remoteAs).toEqual([
      { from: 1, to: 65000 },
      { from: 65002, to: 4294967295 },
    ]);
    expect(resolve({ remoteAs: "external", localAs: 1 }).remoteAs).toEqual([{ from: 2, to: 4294967295 }]);
    const remoteAs = [
      { from: 64512, to: 65534 },
      { from: 7, to: 7 },
    ];
    expect(resolve({ remoteAs }).remoteAs).toEqual(remoteAs);
  });

  test.each([undefined, null, 0, -3, 4294967296, "65002", "all", [], {}])("remote AS %j is refused", (remoteAs) =>
    refused({ remoteAs }, "remoteAs", "is not accepted"),
  );

  test("a bad range is named by its place", () => {
    refused(
      {
        remoteAs: [
          { from: 1, to: 2 },
          { from: 9, to: 3 },
        ],
      },
      "remoteAs[1]",
      "{ from: 9, to: 3 }",
    );
    refused({ remoteAs: [{ from: 0, to: 2 }] }, "remoteAs[0]", "1 <= from");
    refused({ remoteAs: [65002] }, "remoteAs[0]", "65002");
    refused({ remoteAs: [null] }, "remoteAs[0]", "null");
  });
});

describe("times", () => {
  test.each([0, 3, 65535])("hold time %j is accepted (RFC 4271 section 4.2)", (holdTime) => {
    expect(resolve({ holdTime, sendHoldTime: 0 }).holdTime).toBe(holdTime);
  });

  test.each([1, 2, -1, 65536, 3.5, "90", null, Number.POSITIVE_INFINITY])("hold time %j is refused", (holdTime) =>
    refused({ holdTime }, "holdTime", "0 or whole seconds from 3 to 65535"),
  );

  test("the minimum hold time is one that our own proposal meets", () => {
    expect(resolve({ minimumHoldTime: 90 }).minimumHoldTime).toBe(90);
    refused({ minimumHoldTime: 2 }, "minimumHoldTime", "3 to 65535");
    refused({ minimumHoldTime: 91 }, "minimumHoldTime", "above our own hold time of 90");
    refused({ minimumHoldTime: 30, holdTime: 0 }, "minimumHoldTime", "above");
  });

  test("the send hold time is off or above the hold time (RFC 9687 section 4.4)", () => {
    expect(resolve({ sendHoldTime: 0 }).sendHoldTime).toBe(0);
    expect(resolve({ sendHoldTime: 90.5 }).sendHoldTime).toBe(90_500);
    refused({ sendHoldTime: 90 }, "sendHoldTime", "RFC 9687");
    expect(resolve({ sendHoldTime: 1, holdTime: 0 }).sendHoldTime).toBe(1_000);
  });

  test("seconds become milliseconds and may be fractions", () => {
    expect(
      resolve({
        connectRetryTime: 0.25,
        connectRetryTimeMax: 0.5,
        idleHoldTime: 0,
        idleHoldTimeMax: 0,
        delayOpenTime: 1.5,
        openHoldTime: 2,
        collisionHoldTime: 0.1,
      }),
    ).toMatchObject({
      connectRetryTime: 250,
      connectRetryTimeMax: 500,
      idleHoldTime: 0,
      idleHoldTimeMax: 0,
      delayOpenTime: 1_500,
      openHoldTime: 2_000,
      collisionHoldTime: 100,
    });
  });

  const times = [
    "sendHoldTime",
    "connectRetryTime",
    "connectRetryTimeMax",
    "idleHoldTime",
    "idleHoldTimeMax",
    "delayOpenTime",
    "openHoldTime",
    "collisionHoldTime",
  ];
  test.each(times)("%s must be a finite number that is not negative", (field) => {
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, "5", null])
      refused({ [field]: value }, field, "seconds");
  });

  test("waiting no time at all for the next dial, or for an OPEN, is refused", () => {
    refused({ connectRetryTime: 0 }, "connectRetryTime", "0.001 or more");
    refused({ openHoldTime: 0 }, "openHoldTime", "0.001 or more");
  });

  test("a ceiling below its time is refused", () => {
    refused({ connectRetryTimeMax: 4 }, "connectRetryTimeMax", "below connectRetryTime, which is 5 s");
    refused({ idleHoldTime: 9, idleHoldTimeMax: 8 }, "idleHoldTimeMax", "below idleHoldTime, which is 9 s");
  });
});

describe("capabilities", () => {
  test.each<[string, Capability, Capability]>([
    ["role (RFC 9234 section 4.1)", bgpRole(0), bgpRole(3)],
    ["graceful restart (RFC 4724 section 3)", gracefulRestart({ restartTime: 1 }), gracefulRestart({})],
    ["ADD-PATH (RFC 7911 section 4)", addPath([]), addPath([{ afi: 1, safi: 1, direction: "both" }])],
  ])("of %s there is one", (_name, one, another) => {
    const families = [multiprotocol(1, 1), multiprotocol(2, 1)];
    expect(resolve({ capabilities: [...families, one] }).capabilities).toHaveLength(3);
    refused({ capabilities: [...families, one, another] }, "capabilities[3]", `second capability ${one.code}`);
  });

  test("none at all is a choice", () => {
    expect(resolve({ capabilities: [] }).capabilities).toEqual([]);
  });

  test("a bad one is named by its place", () => {
    refused({ capabilities: "refresh" }, "capabilities", "not a list");
    refused({ capabilities: [{ name: "routeRefresh", code: 2 }, 65] }, "capabilities[1]", "65");
    refused({ capabilities: [{ code: 2 }] }, "capabilities[0]", "name");
    refused({ capabilities: [{ name: "raw", code: 256, value: new Uint8Array(0) }] }, "capabilities[0]", "0 to 255");
  });

  test("capability 65 with another AS number is refused", () => {
    refused({ capabilities: [{ name: "fourOctetAs", code: 65, as: 7 }] }, "capabilities[0]", "local AS 65001");
    expect(resolve({ capabilities: [{ name: "fourOctetAs", code: 65, as: 65001 }] }).capabilities).toHaveLength(1);
  });

  test("required ones are codes", () => {
    expect(resolve({ requiredCapabilities: [9, 65] }).requiredCapabilities).toEqual([9, 65]);
    refused({ requiredCapabilities: 65 }, "requiredCapabilities", "not a list");
    refused({ requiredCapabilities: [65, 300] }, "requiredCapabilities[1]", "300");
  });
});

test.each([
  "passive",
  "enabled",
  "dampPeerOscillations",
  "collisionDetectEstablishedState",
  "sendNotificationWithoutOpen",
  "fourOctetAs",
  "askOpenParameters",
  "askOpenVerdict",
])("%s is true or false", (field) => {
  expect(resolve({ [field]: true })).toMatchObject({ [field]: true });
  expect(resolve({ [field]: false })).toMatchObject({ [field]: false });
  refused({ [field]: "yes" }, field, "true or false");
});

test("the send high-water mark is a whole number of bytes", () => {
  expect(resolve({ sendHighWaterMark: 1 }).sendHighWaterMark).toBe(1);
  refused({ sendHighWaterMark: 0 }, "sendHighWaterMark", "1 or more");
  refused({ sendHighWaterMark: 1.5 }, "sendHighWaterMark", "1.5");
});

describe("unknown fields", () => {
  test("the nearest known one is suggested", () => {
    refused({ holdtime: 90 }, "holdtime", "did you mean holdTime?");
    refused({ remoteAdress: "192.0.2.2" }, "remoteAdress", "did you mean remoteAddress?");
    refused({ connectRetryTimes: 5 }, "connectRetryTimes", "did you mean connectRetryTime?");
  });

  test("where nothing is near, all there are are listed", () => {
    const { message } = error({ colour: "red" });
    expect(message).toMatch(
      /^colour: is none of the options of a peer; there are remoteAddress, remotePort, .*, capabilities,/,
    );
  });

  test("inherited names are no fields", () => {
    refused({ toString: 1 }, "toString", "is none of");
  });
});

test.each([undefined, null, 5, "192.0.2.2", []])("options that are %j are refused", (options) => {
  expect(() => resolvePeerOptions(options as unknown as PeerOptions, "192.0.2.1")).toThrow(
    /^options: .* is not an object with the options of a peer$/,
  );
});
