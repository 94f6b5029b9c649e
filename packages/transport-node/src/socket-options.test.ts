// Sessions whose sockets have options, between two speakers of this driver: TCP MD5 (RFC 2385) in both roles, TTL security
// (RFC 5082), and what the kernel says of the sockets. Foreign routers are in tests/interop.
import { ConfigError, type PeerOptions, type SpeakerEvent } from "@bgpwire/core";
import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { createSpeaker, nodeTransport } from "./index.ts";

const speakers: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(speakers.splice(0).map((speaker) => speaker.stop()));
});

/** Why this machine has no TCP MD5, or null. */
function noMd5(): string | null {
  try {
    nodeTransport().socketOptions!.check({
      md5Password: Uint8Array.of(1),
      ttlSecurity: null,
      ttl: null,
      dscp: null,
      bindToDevice: null,
      tcpUserTimeout: null,
    });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const why = noMd5();
const linux = process.platform === "linux";

interface Sides {
  readonly listen?: string;
  readonly address?: string;
  readonly one: Partial<PeerOptions>;
  readonly other: Partial<PeerOptions>;
  /** The side that listens adds its peer when it runs already. */
  readonly late?: boolean;
  /** As a listen range. */
  readonly range?: string;
}

/** The side that listens and the one that dials. Resolves with whether a session came up within a second and a half. */
async function session({
  listen = "127.0.0.1",
  address = "127.0.0.1",
  one,
  other,
  late,
  range,
}: Sides): Promise<boolean> {
  const log: SpeakerEvent[] = [];
  let up!: (is: boolean) => void;
  const done = new Promise<boolean>((resolve) => {
    up = resolve;
  });
  const listening = createSpeaker({
    routerId: "192.0.2.1",
    listen: [{ address: listen, port: 0 }],
    onEvent: (event) => log.push(event),
  });
  const dialling = createSpeaker({ routerId: "192.0.2.2", connectTimeout: 0.7, onEvent: (event) => log.push(event) });
  speakers.push(listening, dialling);
  const passive = { remoteAddress: address, localAs: 65001, remoteAs: 65002, passive: true, ...one };
  const plugin = { onEstablished: () => up(true) };
  const add = (): void => {
    const { remoteAddress: _a, passive: _p, ...rest } = passive;
    if (range === undefined) listening.addPeer(passive, plugin);
    else listening.addListenRange({ prefix: range, ...rest }, plugin);
  };
  if (late !== true) add();
  await listening.start();
  if (late === true) add();
  const remotePort = listening.listeners[0]!.port;
  dialling.addPeer({
    remoteAddress: address,
    remotePort,
    localAs: 65002,
    remoteAs: 65001,
    connectRetryTime: 0.2,
    ...other,
  });
  await dialling.start();
  const timer = setTimeout(() => up(false), 1500);
  const result = await done;
  clearTimeout(timer);
  // Whoever prints events does not print a key, as text or as octets.
  expect(inspect(log, { depth: Infinity })).not.toMatch(/secret|115,\s+101,\s+99/);
  return result;
}

const KEYED = { md5Password: "secret" };

describe.skipIf(why !== null)(`TCP MD5 signatures (RFC 2385)${why === null ? "" : ` (${why})`}`, () => {
  test("one key on both sides: a session", async () => {
    expect(await session({ one: KEYED, other: KEYED })).toBe(true);
  });
  test("a peer that is added while the socket listens", async () => {
    expect(await session({ one: KEYED, other: KEYED, late: true })).toBe(true);
  });
  test("a peer of IPv4 on a socket that listens on ::", async () => {
    expect(await session({ listen: "::", one: KEYED, other: KEYED })).toBe(true);
  });
  test("a peer of IPv6", async () => {
    expect(await session({ listen: "::1", address: "::1", one: KEYED, other: KEYED })).toBe(true);
  });
  test("a listen range has one key for all of its prefix", async () => {
    expect(await session({ range: "127.0.0.0/8", one: KEYED, other: KEYED })).toBe(true);
  });

  // Each waits until it is clear that nothing comes, so all at once.
  test("another key, or one on one side only: no session", async () => {
    const results = await Promise.all([
      session({ one: KEYED, other: { md5Password: "guess" } }),
      session({ one: KEYED, other: {} }),
      session({ one: {}, other: KEYED }),
      session({ range: "127.0.0.0/8", one: KEYED, other: {} }),
    ]);
    expect(results).toEqual([false, false, false, false]);
  });

  test("a key that is taken away or changed counts for the next connection", async () => {
    const listening = createSpeaker({ routerId: "192.0.2.1", listen: [{ address: "127.0.0.1", port: 0 }] });
    speakers.push(listening);
    let sessions = 0;
    const peer = { remoteAddress: "127.0.0.1", localAs: 65001, remoteAs: 65002, passive: true, idleHoldTime: 0 };
    listening.addPeer({ ...peer, ...KEYED }, { onEstablished: () => void (sessions += 1) });
    await listening.start();
    const { port } = listening.listeners[0]!;
    for (const [key, nth] of [["secret"], ["other"], [undefined]].map(([key], i) => [key, i + 1] as const)) {
      if (nth > 1) listening.changePeer("127.0.0.1", { md5Password: key });
      const dialling = createSpeaker({ routerId: "192.0.2.2" });
      const given = {
        remoteAddress: "127.0.0.1",
        remotePort: port,
        localAs: 65002,
        remoteAs: 65001,
        connectRetryTime: 0.2,
      };
      dialling.addPeer(key === undefined ? given : { ...given, md5Password: key });
      await dialling.start();
      await expect.poll(() => sessions, { timeout: 5000 }).toBe(nth);
      await dialling.stop();
    }
  });
});

describe.skipIf(why !== null && !linux)("other options of the socket", () => {
  test.skipIf(why?.includes("koffi"))(
    "TTL security (RFC 5082) on both sides, on IPv4, IPv6 and IPv4 on ::",
    async () => {
      const one = { ttlSecurity: 1 };
      const results = await Promise.all([
        session({ one, other: one }),
        session({ listen: "::", one, other: one }),
        session({ listen: "::1", address: "::1", one, other: one }),
      ]);
      expect(results).toEqual([true, true, true]);
    },
  );

  test.skipIf(why?.includes("koffi"))("a peer that sends less than 255 is not heard (RFC 5082 section 3)", async () => {
    const results = await Promise.all([
      session({ one: { ttlSecurity: 1 }, other: { ttl: 254 } }),
      session({ one: { ttl: 254 }, other: { ttlSecurity: 1 } }),
      session({ listen: "::", one: { ttlSecurity: 1 }, other: { ttl: 254 } }),
      session({ one: { ttlSecurity: 2 }, other: { ttl: 254 } }),
    ]);
    expect(results).toEqual([false, false, false, true]);
  });
});

test.skipIf(!linux || (why?.includes("koffi") ?? false))(
  "what this machine cannot do is an error of the peer's options",
  () => {
    const speaker = createSpeaker({ routerId: "192.0.2.1" });
    const peer = { remoteAddress: "192.0.2.2", localAs: 65001, remoteAs: 65002 };
    expect(() => speaker.addPeer({ ...peer, bindToDevice: "no-such-device" })).toThrow(
      new ConfigError("invalid-value", "bindToDevice", "there is no such network device (ENODEV)"),
    );
    expect(speaker.peers()).toEqual([]);
  },
);

test.skipIf(why !== null)("a socket with keys that cannot be bound says why, as any other", async () => {
  const first = createSpeaker({ routerId: "192.0.2.1", listen: [{ address: "127.0.0.1", port: 0 }] });
  speakers.push(first);
  await first.start();
  const { port } = first.listeners[0]!;
  const start = (address: string): Promise<void> => {
    const second = createSpeaker({ routerId: "192.0.2.1", listen: [{ address, port }] });
    second.addPeer({ remoteAddress: "192.0.2.2", localAs: 65001, remoteAs: 65002, ...KEYED });
    return second.start();
  };
  await expect(start("127.0.0.1")).rejects.toThrow(`cannot listen on 127.0.0.1:${port}: it is in use (EADDRINUSE)`);
  await expect(start("2001:db8::1")).rejects.toThrow("it is not an address of this machine (EADDRNOTAVAIL)");
});

test.skipIf(why !== null)("peers with one address have one key", () => {
  const speaker = createSpeaker({ routerId: "192.0.2.1" });
  const peer = { remoteAddress: "192.0.2.2", localAs: 65001, remoteAs: 65002, ...KEYED };
  speaker.addPeer(peer);
  expect(() => speaker.addPeer({ ...peer, localAddress: "192.0.2.1", md5Password: "another" })).toThrow(
    "md5Password: is not that of the other peer at 192.0.2.2; give both the same",
  );
  speaker.addPeer({ ...peer, localAddress: "192.0.2.1" });
});
