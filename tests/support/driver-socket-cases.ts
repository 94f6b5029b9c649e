// The driver suite, third part: sessions whose sockets have options (TCP MD5, RFC 2385; TTL security, RFC 5082) between two
// speakers of the driver, where it can set them. Foreign routers are in tests/interop.
import { Speaker, type PeerOptions, type Transport } from "@bgpwire/core";
import { check, same } from "./driver-probe.ts";
import type { DriverCase, DriverUnderTest } from "./driver-suite.ts";
import { NO_SOCKET_OPTIONS } from "./no-socket-options.ts";

/** Milliseconds without a session after which none comes: two dials that nobody answers, and more. */
const SILENCE = 1500;

const SERVER = { localAs: 65001, remoteAs: 65002 } as const;
const CLIENT = { localAs: 65002, remoteAs: 65001, connectRetryTime: 0.2, idleHoldTime: 0.2 } as const;
const KEYED = { md5Password: "secret" };

/** The side that listens and the one that dials. */
interface Sides {
  /** Where the one listens; the dialled address unless told. */
  readonly listen?: string;
  readonly address?: string;
  readonly one: Partial<PeerOptions>;
  readonly other: Partial<PeerOptions>;
  /** The side that listens adds its peer when it runs already. */
  readonly late?: boolean;
  /** As a listen range. */
  readonly range?: string;
}

/** Two speakers that may come to have a session. */
interface Pair {
  readonly up: () => boolean;
  /** For the messages of a case that fails. */
  readonly log: readonly string[];
  stop(): Promise<void>;
}

export function socketCases(driver: DriverUnderTest): DriverCase[] {
  const { until, pass, addresses } = driver;
  const { ipv4, ipv6 } = addresses;
  const noMd5 = whyNot(driver.transport(), { md5Password: Uint8Array.of(1) });
  const noTtl = whyNot(driver.transport(), { ttlSecurity: 1 });
  const noIPv6 = ipv6 === null ? "no IPv6 on this machine" : null;
  const cases: DriverCase[] = [];
  const add = (name: string, run: () => Promise<void>, skip: string | null): void => {
    cases.push({ name, skip, run });
  };

  async function start({ address = ipv4, listen = address, one, other, late, range }: Sides): Promise<Pair> {
    const log: string[] = [];
    let sessions = 0;
    const site = (identifier: number, options: object = {}): Speaker => {
      const routerId = `192.0.2.${identifier}`;
      const onEvent = (event: object): void => void log.push(`${identifier} ${JSON.stringify(event)}`);
      return new Speaker({ routerId, connectTimeout: 0.7, onEvent, ...options }, driver.transport());
    };
    const listening = site(1, { listen: [{ address: listen, port: 0 }] });
    const dialling = site(2);
    const plugin = { onEstablished: () => void (sessions += 1) };
    const addPeer = (): void => {
      if (range === undefined) {
        listening.addPeer({ remoteAddress: address, ...SERVER, passive: true, ...one }, plugin);
      } else {
        listening.addListenRange({ prefix: range, ...SERVER, ...one }, plugin);
      }
    };
    if (late !== true) addPeer();
    await listening.start();
    if (late === true) addPeer();
    const remotePort = listening.listeners[0]!.port;
    dialling.addPeer({ remoteAddress: address, remotePort, ...CLIENT, ...other });
    await dialling.start();
    const stop = async (): Promise<void> => void (await Promise.all([listening.stop(), dialling.stop()]));
    return { up: () => sessions > 0, log, stop };
  }

  async function comesUp(sides: Sides): Promise<void> {
    const { up, log, stop } = await start(sides);
    try {
      await until(up, "a session", 10_000).catch((error: Error) => {
        throw new Error(`${error.message}\n${log.join("\n")}`);
      });
    } finally {
      await stop();
    }
  }

  /** Waits until it is clear that nothing comes, so for all of them at once. */
  async function comeUp(...all: readonly Sides[]): Promise<boolean[]> {
    const pairs = await Promise.all(all.map(start));
    await pass(SILENCE);
    const results = pairs.map(({ up }) => up());
    await Promise.all(pairs.map(({ stop }) => stop()));
    return results;
  }

  const signed = { one: KEYED, other: KEYED };
  add("TCP MD5 over IPv4", async () => comesUp(signed), noMd5);
  add("TCP MD5 over IPv6", async () => comesUp({ ...signed, address: ipv6! }), noMd5 ?? noIPv6);
  add(
    "TCP MD5 of a peer of IPv4 on a socket that listens on ::",
    async () => comesUp({ ...signed, listen: "::" }),
    noMd5 ?? noIPv6,
  );
  add(
    "TCP MD5 of a peer that is added while the socket listens",
    async () => comesUp({ ...signed, late: true }),
    noMd5,
  );
  add(
    "TCP MD5 with one key for all of a listen range",
    async () => comesUp({ ...signed, range: "127.0.0.0/8" }),
    noMd5,
  );

  add(
    "TCP MD5 with two keys, or with one on one side only: no session",
    async () => {
      const results = await comeUp(
        { one: KEYED, other: { md5Password: "guess" } },
        { one: KEYED, other: {} },
        { one: KEYED, other: {}, late: true },
        { one: {}, other: KEYED },
        { range: "127.0.0.0/8", one: KEYED, other: {} },
      );
      same(results, [false, false, false, false, false], "sessions");
    },
    noMd5,
  );

  add(
    "TCP MD5: a key that is taken away or changed counts for the next connection",
    async () => {
      const listening = new Speaker(
        { routerId: "192.0.2.1", listen: [{ address: ipv4, port: 0 }] },
        driver.transport(),
      );
      let sessions = 0;
      const peer = { remoteAddress: ipv4, ...SERVER, passive: true, idleHoldTime: 0, ...KEYED };
      listening.addPeer(peer, { onEstablished: () => void (sessions += 1) });
      await listening.start();
      const remotePort = listening.listeners[0]!.port;
      for (const [i, md5Password] of ["secret", "other", undefined].entries()) {
        if (i > 0) listening.changePeer(ipv4, { md5Password });
        const dialling = new Speaker({ routerId: "192.0.2.2" }, driver.transport());
        const key = md5Password === undefined ? {} : { md5Password };
        dialling.addPeer({ remoteAddress: ipv4, remotePort, ...CLIENT, ...key });
        await dialling.start();
        await until(() => sessions === i + 1, `a session with the key ${md5Password}`, 10_000);
        await dialling.stop();
      }
      await listening.stop();
    },
    noMd5,
  );

  add(
    "a socket with keys that cannot be bound says why, as any other",
    async () => {
      const first = await driver.transport().listen({ address: ipv4, port: 0 }, () => {
        throw new Error("nobody comes");
      });
      const { port } = first;
      const messageAt = async (address: string): Promise<string> => {
        const second = new Speaker({ routerId: "192.0.2.1", listen: [{ address, port }] }, driver.transport());
        second.addPeer({ remoteAddress: "192.0.2.2", ...SERVER, ...KEYED });
        return second.start().then(
          () => "it was bound",
          (error: Error) => error.message,
        );
      };
      same(
        [await messageAt(ipv4), await messageAt("203.0.113.77")],
        [
          `cannot listen on ${ipv4}:${port}: it is in use (EADDRINUSE)`,
          `cannot listen on 203.0.113.77:${port}: it is not an address of this machine (EADDRNOTAVAIL)`,
        ],
        "messages",
      );
      await first.close();
    },
    noMd5,
  );

  const near = { one: { ttlSecurity: 1 }, other: { ttlSecurity: 1 } };
  add("TTL security over IPv4", async () => comesUp(near), noTtl);
  add("TTL security over IPv6", async () => comesUp({ ...near, address: ipv6! }), noTtl ?? noIPv6);
  add(
    "TTL security of a peer of IPv4 on a socket that listens on ::",
    async () => comesUp({ ...near, listen: "::" }),
    noTtl ?? noIPv6,
  );
  add(
    "TTL security of a peer that is added while the socket listens",
    async () => comesUp({ ...near, late: true }),
    noTtl,
  );

  add(
    "a peer that sends less than 255 is not heard (RFC 5082 section 3)",
    async () => {
      const results = await comeUp(
        { one: { ttlSecurity: 1 }, other: { ttl: 254 } },
        { one: { ttl: 254 }, other: { ttlSecurity: 1 } },
        { listen: ipv6 === null ? ipv4 : "::", one: { ttlSecurity: 1 }, other: { ttl: 254 } },
      );
      same(results, [false, false, false], "sessions");
      await comesUp({ one: { ttlSecurity: 2 }, other: { ttl: 254 } });
    },
    noTtl,
  );

  add(
    "every other option of the socket, with TCP MD5, on both sides",
    async () => {
      const all = { ...KEYED, ttl: 64, dscp: 48, tcpUserTimeout: 30, bindToDevice: "lo" };
      await comesUp({ one: all, other: all });
    },
    noMd5 ?? whyNot(driver.transport(), { bindToDevice: "lo" }),
  );

  add(
    "a dial with options that nobody listens for fails with a reason",
    async () => {
      const { address, port, close } = await driver.transport().listen({ address: ipv4, port: 0 }, () => {
        throw new Error("nobody comes");
      });
      await close();
      const log: string[] = [];
      const speaker = new Speaker(
        {
          routerId: "192.0.2.2",
          onEvent: (event) => void (event.type === "dialFailed" && log.push(event.reason)),
        },
        driver.transport(),
      );
      speaker.addPeer({ remoteAddress: address, remotePort: port, ...CLIENT, dscp: 48 });
      await speaker.start();
      await until(() => log.length > 1, "two failures");
      check(/refused/i.test(log[0]!), `the reason: ${log[0]}`);
      await speaker.stop();
    },
    noTtl,
  );

  add(
    "an option that this machine does not have is an error of the peer's options",
    async () => {
      const speaker = new Speaker({ routerId: "192.0.2.1" }, driver.transport());
      const peer = { remoteAddress: "192.0.2.2", ...SERVER, bindToDevice: "no-such-device" };
      let message = "";
      try {
        speaker.addPeer(peer);
      } catch (error) {
        message = (error as Error).message;
      }
      same(message, "bindToDevice: there is no such network device (ENODEV)", "message");
      same(speaker.peers().length, 0, "peers");
    },
    noTtl,
  );

  return cases;
}

/** Why a driver cannot set an option on this machine, or null. */
function whyNot({ socketOptions }: Transport, option: object): string | null {
  if (socketOptions === undefined) return "the driver has no options of sockets";
  try {
    socketOptions.check({ ...NO_SOCKET_OPTIONS, ...option });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
