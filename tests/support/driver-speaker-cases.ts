// The driver suite, second part: sessions of whole speakers over the driver.
import { Cease, NotificationCode, shutdownText, Speaker } from "@bgpwire/core";
import type { CloseReason, PeerOptions, Plugin, Session, SpeakerEvent, SpeakerOptions } from "@bgpwire/core";
import { check, dial, same, serve } from "./driver-probe.ts";
import type { DriverCase, DriverUnderTest } from "./driver-suite.ts";

const SERVER = { localAs: 65001, remoteAs: 65002 } as const;
const CLIENT = { localAs: 65002, remoteAs: 65001 } as const;

/** Quick retries, so that a case need not wait for a session to come again. */
const QUICK: Partial<PeerOptions> = { connectRetryTime: 0.2, idleHoldTime: 0.2, dampPeerOscillations: false };

/** One speaker with what happened to it. */
interface Site {
  readonly speaker: Speaker;
  readonly events: SpeakerEvent[];
}

/** A plugin with what happened to its sessions. */
class Watcher {
  readonly sessions: Session[] = [];
  readonly reasons: CloseReason[] = [];
  updates = 0;
  readonly plugin: Plugin = {
    onEstablished: (session) => {
      this.sessions.push(session);
      return (update) => {
        this.updates += 1;
        return this.onUpdate(update.buffer, update.start, session);
      };
    },
    onClose: (_, reason) => {
      this.reasons.push(reason);
    },
  };
  onUpdate: (buffer: Uint8Array, start: number, session: Session) => Promise<void> | void = () => {};

  get up(): boolean {
    return this.sessions.length > this.reasons.length;
  }

  get session(): Session {
    return this.sessions.at(-1)!;
  }
}

export function speakerCases(driver: DriverUnderTest): DriverCase[] {
  const { until, pass, addresses } = driver;
  const { ipv4, ipv6, linkLocal } = addresses;
  const cases: DriverCase[] = [];
  const add = (name: string, run: () => Promise<void>, skip: string | null = null): void => {
    cases.push({ name, skip, run });
  };

  function site(identifier: number, options: Partial<SpeakerOptions> = {}, linger?: number): Site {
    const events: SpeakerEvent[] = [];
    const routerId = `10.0.0.${identifier}`;
    const speaker = new Speaker(
      { routerId, onEvent: (event) => events.push(event), ...options },
      driver.transport(linger === undefined ? {} : { linger }),
    );
    return { speaker, events };
  }

  async function settled(promise: Promise<unknown>, what: string, limit?: number): Promise<void> {
    let done = false;
    const failure = promise.then(
      () => null,
      (error: unknown) => error,
    );
    void failure.then(() => (done = true));
    await until(() => done, what, limit);
    const error = await failure;
    if (error !== null) throw error;
  }

  /** A server, started, that waits for a client at each of these addresses. */
  async function serverFor(places: readonly string[], options: Partial<SpeakerOptions> = {}) {
    const server = site(1, { listen: places.map((address) => ({ address, port: 0 })), ...options });
    const watchers = places.map((address) => {
      const watcher = new Watcher();
      server.speaker.addPeer({ ...SERVER, ...QUICK, remoteAddress: address, passive: true }, watcher.plugin);
      return watcher;
    });
    await settled(server.speaker.start(), "the server's start");
    return { ...server, watchers };
  }

  /** A client, started, that dials one of a server's listeners. */
  async function clientOf(server: Speaker, place: string, more: Partial<SpeakerOptions & PeerOptions> = {}) {
    const { port } = server.listeners.find(({ address }) => address === place)!;
    const client = site(2, more);
    const watcher = new Watcher();
    const { holdTime = 90 } = more;
    const options = { ...CLIENT, ...QUICK, remoteAddress: place, remotePort: port, holdTime };
    client.speaker.addPeer(options, watcher.plugin);
    await settled(client.speaker.start(), "the client's start");
    return { ...client, watcher };
  }

  async function stopAll(...sites: readonly { readonly speaker: Speaker }[]): Promise<void> {
    await settled(Promise.all(sites.map(({ speaker }) => speaker.stop())), "all stopped");
  }

  async function session(place: string): Promise<void> {
    const server = await serverFor([place]);
    const client = await clientOf(server.speaker, place);
    const [at] = server.watchers as [Watcher];
    await until(() => at.up && client.watcher.up, "a session");
    const [a, b] = [at.session.endpoints, client.watcher.session.endpoints];
    same([a.localAddress, a.localPort], [b.remoteAddress, b.remotePort], "the ends of the two sides");
    same([b.localAddress, b.localPort], [a.remoteAddress, a.remotePort], "the ends of the two sides");
    same(b.remoteAddress, place, "remote address");
    const told = client.events.map((event) => (event.type === "state" ? event.to : event.type));
    same(told.slice(0, 6), ["Connect", "open", "OpenSent", "open", "OpenConfirm", "Established"], "events");
    await stopAll(server, client);
  }

  add("a session over IPv4", async () => session(ipv4));

  add("a session over IPv6", async () => session(ipv6!), ipv6 === null ? "no IPv6 on this machine" : null);

  add(
    "a session over link-local addresses",
    async () => session(linkLocal!),
    linkLocal === null ? "no link-local address on this machine" : null,
  );

  add("100,000 UPDATEs each way arrive in order", async () => {
    const COUNT = 100_000;
    const server = await serverFor([ipv4]);
    const client = await clientOf(server.speaker, ipv4);
    const watchers = [server.watchers[0]!, client.watcher];
    for (const watcher of watchers) expectInOrder(watcher);
    await until(() => watchers.every(({ up }) => up), "a session");
    const sent = Promise.all(watchers.map(({ session }) => send(session, COUNT)));
    await until(() => watchers.every(({ updates }) => updates === COUNT), "all UPDATEs", 100_000);
    await settled(sent, "all sent");
    same(
      watchers.map(({ reasons }) => reasons.length),
      [0, 0],
      "sessions that ended",
    );
    await stopAll(server, client);
  });

  add("two that dial each other end up with one session", async () => {
    const sites = [
      site(1, { listen: [{ address: ipv4, port: 0 }] }),
      site(2, { listen: [{ address: ipv4, port: 0 }] }),
    ];
    const [a, b] = sites as [Site, Site];
    await settled(Promise.all(sites.map(({ speaker }) => speaker.start())), "both started");
    const watchers = [new Watcher(), new Watcher()] as const;
    const portOf = ({ speaker }: Site): number => speaker.listeners[0]!.port;
    a.speaker.addPeer({ ...SERVER, ...QUICK, remoteAddress: ipv4, remotePort: portOf(b) }, watchers[0].plugin);
    b.speaker.addPeer({ ...CLIENT, ...QUICK, remoteAddress: ipv4, remotePort: portOf(a) }, watchers[1].plugin);
    await until(() => watchers.every(({ up }) => up), "a session");
    await pass(500);
    for (const { speaker } of sites) {
      const { state, connections } = speaker.peers()[0]!.view();
      same([state, connections.length], ["Established", 1], "the peer");
    }
    const [x, y] = [watchers[0].session.endpoints, watchers[1].session.endpoints];
    same([x.localPort, x.remotePort], [y.remotePort, y.localPort], "the one connection");
    await stopAll(a, b);
  });

  add(
    "a dial waits while as many as there may be are under way, and has all of its time then",
    async () => {
      const hole = await driver.blackHole!();
      const server = await serverFor([ipv6!]);
      const { port } = server.speaker.listeners[0]!;
      const client = site(2, { maximumDials: 1, connectTimeout: 0.3 });
      const silent = { ...CLIENT, remoteAddress: hole.address, remotePort: hole.port, connectRetryTime: 60 };
      client.speaker.addPeer(silent);
      client.speaker.addPeer({ ...CLIENT, remoteAddress: ipv6!, remotePort: port, connectRetryTime: 0.01 });
      await settled(client.speaker.start(), "the start");
      await until(() => server.watchers[0]!.up, "a session");
      const told = client.events.map((event) => (event.type === "state" ? event.to : event.type));
      const order = told.filter((what) => ["Connect", "dialFailed", "OpenSent"].includes(what));
      same(order, ["Connect", "Connect", "dialFailed", "OpenSent"], "events");
      await stopAll(server, client);
      await hole.close();
    },
    driver.blackHole === null ? "no place that does not answer" : ipv6 === null ? "no IPv6 on this machine" : null,
  );

  add("a stranger is told Cease/Connection Rejected", async () => {
    const server = await serverFor([]);
    await stopAll(server);
    const lonely = site(1, { listen: [{ address: ipv4, port: 0 }] });
    await settled(lonely.speaker.start(), "the start");
    const stranger = dial(driver.transport(), lonely.speaker.listeners[0]!);
    await until(() => stranger.has("eof"), "the end");
    const message = stranger.bytesReceived;
    same([...message.subarray(16)], [0, 21, 3, NotificationCode.Cease, Cease.ConnectionRejected], "what arrived");
    stranger.link.close("flush");
    await until(() => stranger.has("gone"), "gone");
    await stopAll(lonely);
  });

  add(
    "stop tells every peer Cease/Administrative Shutdown with the text, and a stopped speaker starts again",
    async () => {
      const places = ipv6 === null ? [ipv4] : [ipv4, ipv6];
      const server = await serverFor(places);
      const clients = await Promise.all(places.map((place) => clientOf(server.speaker, place)));
      await until(
        () => [...server.watchers, ...clients.map(({ watcher }) => watcher)].every(({ up }) => up),
        "sessions",
      );
      const { listeners } = server.speaker;
      await settled(server.speaker.stop("maintenance"), "the stop");
      same([server.speaker.running, server.speaker.listeners.length], [false, 0], "after the stop");
      await until(() => clients.every(({ watcher }) => watcher.reasons.length === 1), "the clients know");
      for (const { watcher } of clients) {
        const { cause, notification } = watcher.reasons[0]!;
        same([cause, notification?.code, notification?.subcode], ["remote", 6, 2], "reason at the client");
        same(shutdownText(notification!), "maintenance", "text");
      }
      // The same ports again, so that the clients, which go on dialling, find it.
      const again = site(1, { listen: listeners });
      const watchers = places.map((remoteAddress) => {
        const watcher = new Watcher();
        again.speaker.addPeer({ ...SERVER, ...QUICK, remoteAddress, passive: true }, watcher.plugin);
        return watcher;
      });
      await settled(again.speaker.start(), "another speaker on the same ports");
      await until(() => watchers.every(({ up }) => up), "sessions with it");
      await stopAll(again);
      await settled(server.speaker.start(), "the second start of the first");
      same(server.speaker.listeners.length, places.length, "listeners");
      await stopAll(server, ...clients);
    },
  );

  add("start fails as a whole where one address cannot be bound, and may be tried again", async () => {
    const other = await serve(driver.transport(), { address: ipv4, port: 0 });
    const { speaker } = site(1, { listen: [{ address: ipv4, port: 0 }, other.listener] });
    let failure: unknown = null;
    await settled(
      speaker.start().catch((error: unknown) => (failure = error)),
      "the failure",
    );
    check(failure instanceof Error && /it is in use \(EADDRINUSE\)/.test(failure.message), `the reason: ${failure}`);
    same([speaker.running, speaker.listeners.length], [false, 0], "after the failure");
    await other.listener.close();
    await settled(speaker.start(), "the second start");
    same(speaker.listeners.length, 2, "listeners");
    await stopAll({ speaker });
  });

  add("an AbortSignal stops a speaker", async () => {
    const { signal, abort } = controllerOf(driver);
    const server = await serverFor([ipv4], { signal });
    const client = await clientOf(server.speaker, ipv4);
    await until(() => server.watchers[0]!.up && client.watcher.up, "a session");
    abort();
    await until(() => client.watcher.reasons.length === 1, "the client knows");
    const { notification } = client.watcher.reasons[0]!;
    same([notification?.code, notification?.subcode], [6, 2], "what the client was told");
    await settled(server.speaker.stop(), "the stop");
    same(server.speaker.running, false, "running");
    await stopAll(client);
  });

  // The back-pressure of a plugin that waits reaches the peer, and stop does not wait for it.
  add("stop is done within its bound although a peer does not read", async () => {
    const server = await serverFor([ipv4]);
    server.watchers[0]!.onUpdate = () => new Promise<void>(() => {});
    const client = await clientOf(server.speaker, ipv4, { stopTimeout: 0.3 });
    await until(() => client.watcher.up, "a session");
    void send(client.watcher.session, Infinity).catch(() => {});
    await until(() => server.watchers[0]!.updates > 0, "an UPDATE");
    await pass(300);
    same(server.watchers[0]!.updates, 1, "UPDATEs handed to a plugin that has not done with the first");
    await settled(client.speaker.stop(), "the stop", 10_000);
    await stopAll(server);
  });

  const twoClients = ipv6 === null ? "no IPv6 on this machine, so no second address" : null;

  add(
    "a plugin that throws costs its own session and no other",
    async () => {
      const server = await serverFor([ipv4, ipv6!]);
      const [bad, good] = server.watchers as [Watcher, Watcher];
      bad.onUpdate = () => {
        throw new Error("from the plugin");
      };
      const clients = [await clientOf(server.speaker, ipv4), await clientOf(server.speaker, ipv6!)] as const;
      await until(() => bad.up && good.up && clients.every(({ watcher }) => watcher.up), "sessions");
      await settled(send(clients[0].watcher.session, 1), "one UPDATE");
      await until(() => clients[0].watcher.reasons.length === 1, "the end of the first session");
      same(clients[0].watcher.reasons[0]!.notification?.code, NotificationCode.Cease, "what its peer is told");
      const errors = server.events.filter(({ type }) => type === "pluginError");
      same(errors.length, 1, "plugin errors told");
      await settled(send(clients[1].watcher.session, 1000), "UPDATEs sent");
      await until(() => good.updates === 1000, "UPDATEs of the second session");
      same(good.reasons.length, 0, "ends of the second session");
      await stopAll(server, ...clients);
    },
    twoClients,
  );

  add(
    "a plugin that is stuck holds up its own session and no other",
    async () => {
      const server = await serverFor([ipv4, ipv6!]);
      const [stuck, good] = server.watchers as [Watcher, Watcher];
      const stuckAt = deferred();
      stuck.onUpdate = () => stuckAt.promise;
      const clients = [await clientOf(server.speaker, ipv4), await clientOf(server.speaker, ipv6!)] as const;
      await until(() => stuck.up && good.up && clients.every(({ watcher }) => watcher.up), "sessions");
      const sent = send(clients[0].watcher.session, 300_000);
      await until(() => stuck.updates === 1, "the UPDATE it is stuck at");
      await settled(send(clients[1].watcher.session, 10_000), "UPDATEs sent");
      await until(() => good.updates === 10_000, "UPDATEs of the second session");
      same(stuck.updates, 1, "UPDATEs handed to the stuck plugin");
      stuck.onUpdate = () => {};
      stuckAt.resolve();
      await settled(sent, "all sent");
      await until(() => stuck.updates === 300_000, "all UPDATEs once it is free");
      same([stuck.reasons.length, good.reasons.length], [0, 0], "sessions that ended");
      await stopAll(server, ...clients);
    },
    twoClients,
  );

  return cases;
}

/** Sends numbered UPDATEs as fast as the session takes them. */
async function send(session: Session, count: number): Promise<void> {
  const body = new Uint8Array(60);
  const view = new DataView(body.buffer);
  for (let i = 0; i < count;) {
    view.setUint32(4, i);
    const { status } = session.sendUpdate(body);
    if (status === "sent") i += 1;
    else if (status === "blocked") await session.writable();
    else throw new Error(`UPDATE ${i}: ${status}`);
  }
}

/** Fails unless UPDATEs come with the numbers that `send` gives. */
function expectInOrder(watcher: Watcher): void {
  watcher.onUpdate = (buffer, start) => {
    const number = new DataView(buffer.buffer, buffer.byteOffset + start).getUint32(4);
    check(number === watcher.updates - 1, `UPDATE ${number} comes as the ${watcher.updates}th`);
  };
}

function controllerOf(driver: DriverUnderTest) {
  const controller = driver.transport().abortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

function deferred(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
