// The plugin face: what a user's callbacks are told, what their answers do, and what their failures cost.
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../packages/core/src/fault.ts";
import { dynamicCapability, multiprotocol, type Capability } from "../../packages/core/src/message/capability.ts";
import type { CapabilityChange } from "../../packages/core/src/message/capability-message.ts";
import { maximumPrefixes } from "../../packages/core/src/message/notification.ts";
import type { Notification } from "../../packages/core/src/message/notification.ts";
import type { Opening, Plugin, Session } from "../../packages/core/src/speaker/plugin.ts";
import { settled } from "../support/scripted-transport.ts";
import { IPV6_UNICAST, SpeakerDriver } from "../support/speaker-driver.ts";
import {
  capability,
  concat,
  keepalive,
  message,
  messagesIn,
  notification,
  open,
  routeRefresh,
  text,
  update,
  usualCapabilities,
} from "../support/wire.ts";

/** A promise that the test settles. */
function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve!: (value: T) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

const REFUSAL: Notification = { code: 2, subcode: 7, data: Uint8Array.of(1, 2, 3) };
const MALFORMED: Notification = { code: 3, subcode: 5, data: Uint8Array.of(0x40, 1, 2, 0, 0) };

/** Two running peers whose dials have succeeded and whose OPENs are awaited; the second one is healthy. */
async function sickAndHealthy(sick: Partial<Plugin>) {
  const d = new SpeakerDriver();
  d.add({}, d.plugin("sick", sick));
  d.add({ remoteAddress: "192.0.2.3" }, d.plugin("healthy"));
  await d.speaker.start();
  const [link, other] = d.transport.links as [(typeof d.transport.links)[0], (typeof d.transport.links)[0]];
  link.connect();
  other.connect();
  return { d, link, other, peer: d.speaker.getPeer("192.0.2.2")! };
}

describe("a session", () => {
  test.each([
    [30, 30_000, true],
    [0.5, 500, true],
    [null, null, false],
  ])("ended by its user with an idle hold time of %s", async (idleHoldTime, wait, started) => {
    const d = new SpeakerDriver();
    const { peer, link, session } = await d.up();
    const refused = { idleHoldTime: -1 };
    expect(() => session.close(REFUSAL, refused)).toThrow("idleHoldTime: -1 is not accepted; give a number of seconds");
    expect(() => session.close(REFUSAL, { idleHold: 1 } as never)).toThrow(/did you mean idleHoldTime/);
    expect(peer.state).toBe("Established");
    session.close(maximumPrefixes({ afi: 1, safi: 1, limit: 9 }), { idleHoldTime });
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/1 00010100000009");
    const { state, idleHoldDeadline, ...view } = peer.view();
    expect([state, view.started]).toEqual(["Idle", started]);
    expect(idleHoldDeadline === null ? null : idleHoldDeadline - view.since).toBe(wait);
    peer.enable();
    expect(peer.state).toBe("Connect");
  });

  test("comes up, hears UPDATEs and goes", async () => {
    const d = new SpeakerDriver();
    const { link, peer } = await d.up();
    expect(link.said).toEqual(["OPEN", "KEEPALIVE"]);
    expect(peer.state).toBe("Established");
    link.say(update("0000 0000"), keepalive(), update("0001 0800 00"));
    link.events!.closed("ECONNRESET");
    expect(d.heard).toEqual(["up", "update 00000000", "update 0001080000", "close transport"]);
    expect(d.eventsOf("pluginError")).toEqual([]);
  });

  test("without a plugin negotiates from the options and drops UPDATEs", async () => {
    const d = new SpeakerDriver();
    const peer = d.speaker.addPeer({ remoteAddress: "192.0.2.2", localAs: 65001, remoteAs: 65002 });
    await d.speaker.start();
    const link = d.transport.dialled.connect().establish();
    link.say(update());
    expect(peer.state).toBe("Established");
    expect(peer.view().counters.received.update).toBe(1);
  });

  test("knows its peer, its connection, its ends and what was negotiated", async () => {
    const d = new SpeakerDriver();
    const { peer, session, link } = await d.up();
    expect(session.peer).toBe(peer);
    expect(session.conn).toBe(2);
    expect(session.endpoints).toBe(link.endpoints);
    expect(session.negotiated).toMatchObject({ localAs: 65001, remoteAs: 65002, holdTime: 90, sessionType: "ebgp" });
    expect(peer.view().negotiated).toBe(session.negotiated);
  });

  test("hands an UPDATE over as the slice it arrived in, without a copy", async () => {
    const d = new SpeakerDriver();
    let seen: Uint8Array | null = null;
    const { link } = await d.up({}, d.plugin("", { onEstablished: () => (slice) => void (seen = slice.buffer) }));
    const chunk = concat(update("0000 0000"), keepalive());
    link.events!.bytes(chunk);
    expect(seen).toBe(chunk);
  });
});

describe("getCapabilities", () => {
  test("gives the capabilities of the OPEN, per connection", async () => {
    const d = new SpeakerDriver();
    const openings: Opening[] = [];
    const peer = d.add(
      {},
      {
        getCapabilities(opening) {
          openings.push(opening);
          return [IPV6_UNICAST];
        },
      },
    );
    await d.speaker.start();
    const link = d.transport.dialled.connect();
    const body = messagesIn(link.writes[0]!)[0]!.body;
    expect(text(body)).toContain("01040002" + "0001");
    expect(text(body)).toContain("4104" + "0000fde9");
    expect(openings).toEqual([{ peer, conn: 2, direction: "outbound", endpoints: link.endpoints }]);
    link.events!.closed("ECONNRESET");
    d.transport.advance(5_000);
    d.transport.dialled.connect();
    expect(openings.map((o) => o.conn)).toEqual([2, 4]);
  });

  test("is told of an accepted connection as inbound", async () => {
    const d = new SpeakerDriver({ listen: [{ address: "192.0.2.1", port: 179 }] });
    const openings: Opening[] = [];
    d.add({ passive: true }, { getCapabilities: (opening) => (openings.push(opening), []) });
    await d.speaker.start();
    const link = d.listener.connect();
    expect(openings).toEqual([expect.objectContaining({ conn: 1, direction: "inbound", endpoints: link.endpoints })]);
  });

  test("may answer later: the OPEN waits for it", async () => {
    const later = deferred<readonly Capability[]>();
    const { link, other } = await sickAndHealthy({ getCapabilities: () => later.promise });
    expect(link.said).toEqual([]);
    expect(other.said).toEqual(["OPEN"]);
    later.resolve([]);
    await settled();
    expect(link.said).toEqual(["OPEN"]);
  });

  test("that never answers costs only its own peer", async () => {
    const { d, link, other, peer } = await sickAndHealthy({ getCapabilities: () => new Promise<never>(() => {}) });
    link.say(open());
    other.establish();
    other.say(update());
    expect(d.heard).toEqual(["healthy up", "healthy update 00000000"]);
    expect(peer.state).toBe("Connect");
    // RFC 4271 8.2.2: the large hold timer ends it.
    d.transport.advance(80_000);
    other.say(keepalive());
    d.transport.advance(80_000);
    other.say(keepalive());
    d.transport.advance(80_001);
    expect(link.closed).toBe(true);
    expect(other.closed).toBe(false);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no"))],
    ["answers nonsense", () => [65] as never],
    ["answers nonsense later", () => Promise.resolve("caps") as never],
    ["answers what fits no OPEN", () => [{ name: "multiprotocol", code: 1, afi: 70_000, safi: 1 } as const]],
    [
      "answers what fits no OPEN later",
      async () => [{ name: "raw", code: 200, value: new Uint8Array(70_000) } as const],
    ],
    ["claims another AS number", () => [{ name: "fourOctetAs", code: 65, as: 7 } as const]],
  ] as const)("that %s costs only its own connection", async (_how, getCapabilities) => {
    const { d, link, other } = await sickAndHealthy({ getCapabilities });
    await settled();
    other.establish();
    expect(link.closed).toBe(true);
    expect(other.closed).toBe(false);
    expect(d.eventsOf("pluginError")).toEqual([
      expect.objectContaining({
        callback: "getCapabilities",
        peer: d.speaker.getPeer("192.0.2.2"),
        error: expect.any(Error),
      }),
    ]);
    expect(d.heard).toEqual(["healthy up"]);
  });

  test("whose answer comes when its connection is gone is not listened to", async () => {
    const answers = [deferred<readonly Capability[]>(), deferred<readonly Capability[]>()];
    let asked = 0;
    const { d, link, other } = await sickAndHealthy({ getCapabilities: () => answers[asked++]!.promise });
    link.events!.closed("ECONNRESET");
    d.transport.advance(10_000);
    const second = d.transport.dialled.connect();
    answers[0]!.resolve([IPV6_UNICAST]);
    await settled();
    expect(second.said).toEqual([]);
    answers[1]!.resolve([]);
    await settled();
    expect(second.said).toEqual(["OPEN"]);
    expect(asked).toBe(2);
    expect(other.said).toEqual(["OPEN"]);
    expect(d.eventsOf("pluginError")).toEqual([]);
  });

  test("whose nonsense comes when its connection is gone is nobody's trouble", async () => {
    const later = deferred<readonly Capability[]>();
    const { d, peer } = await sickAndHealthy({ getCapabilities: () => later.promise });
    peer.disable();
    later.resolve("caps" as never);
    await settled();
    expect(d.eventsOf("pluginError")).toEqual([]);
  });

  test("that rejects when its connection is gone is still told", async () => {
    const later = deferred<readonly Capability[]>();
    const { d, link } = await sickAndHealthy({ getCapabilities: () => later.promise });
    link.events!.closed("ECONNRESET");
    later.reject(new Error("too late"));
    await settled();
    expect(d.eventsOf("pluginError")).toHaveLength(1);
  });
});

describe("onOpenMessage", () => {
  test("sees the decoded OPEN and the negotiated result", async () => {
    const d = new SpeakerDriver();
    const seen: unknown[] = [];
    const plugin = d.plugin("", {
      onOpenMessage: (opening, message, negotiated) =>
        void seen.push(opening.conn, message.identifier, negotiated.holdTime),
    });
    await d.up({}, plugin).catch(() => {});
    expect(seen).toEqual([2, "10.0.0.2", 90]);
    expect(d.heard).toEqual(["up"]);
  });

  test("speaks of the same opening as getCapabilities", async () => {
    const d = new SpeakerDriver();
    const openings: Opening[] = [];
    await d.up(
      {},
      d.plugin("", {
        getCapabilities: (opening) => (openings.push(opening), []),
        onOpenMessage: (opening) => void openings.push(opening),
      }),
    );
    expect(openings).toHaveLength(2);
    expect(openings[0]).toBe(openings[1]);
  });

  test("refuses the peer with the NOTIFICATION it returns, byte for byte", async () => {
    const { d, link, other, peer } = await sickAndHealthy({ onOpenMessage: () => REFUSAL });
    link.say(open());
    other.establish();
    expect(link.said).toEqual(["OPEN", "NOTIFICATION 2/7 010203"]);
    expect(link.closes).toEqual(["flush"]);
    expect(peer.view().lastClose).toMatchObject({ cause: "application", notification: REFUSAL });
    expect(d.heard).toEqual(["healthy up"]);
  });

  test("may accept later", async () => {
    const later = deferred<null>();
    const { d, link } = await sickAndHealthy({ onOpenMessage: () => later.promise });
    link.say(open(), keepalive());
    expect(link.said).toEqual(["OPEN"]);
    expect(link.paused).toBe(true);
    later.resolve(null);
    await settled();
    expect(link.said).toEqual(["OPEN", "KEEPALIVE"]);
    expect(link.paused).toBe(false);
    expect(d.heard).toEqual(["sick up"]);
  });

  test("may refuse later", async () => {
    const later = deferred<Notification>();
    const { link } = await sickAndHealthy({ onOpenMessage: () => later.promise });
    link.say(open());
    later.resolve(REFUSAL);
    await settled();
    expect(link.said).toEqual(["OPEN", "NOTIFICATION 2/7 010203"]);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no"))],
    ["answers nonsense", () => true as never],
    ["answers a NOTIFICATION with code 0", () => ({ code: 0, subcode: 0, data: new Uint8Array(0) })],
  ] as const)("that %s costs only its own connection: Cease/Out of Resources", async (_how, onOpenMessage) => {
    const { d, link, other } = await sickAndHealthy({ onOpenMessage });
    link.say(open());
    await settled();
    other.establish();
    expect(link.said).toEqual(["OPEN", "NOTIFICATION 6/8"]);
    expect(d.eventsOf("pluginError")).toHaveLength(1);
    expect(d.heard).toEqual(["healthy up"]);
  });
});

describe("onEstablished", () => {
  test("may return no handler: UPDATEs are read and dropped", async () => {
    const d = new SpeakerDriver();
    const peer = d.add({}, d.plugin("", { onEstablished: () => null }));
    await d.speaker.start();
    const link = d.transport.dialled.connect().establish();
    link.say(update(), update());
    expect(peer.view().counters.received.update).toBe(2);
    expect(link.paused).toBe(false);
  });

  test("may send at once", async () => {
    const d = new SpeakerDriver();
    d.add({}, d.plugin("", { onEstablished: (session) => void session.sendUpdate(Uint8Array.of(0, 0, 0, 0)) }));
    await d.speaker.start();
    const link = d.transport.dialled.connect().establish();
    expect(link.said).toEqual(["OPEN", "KEEPALIVE", "UPDATE 00000000"]);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["returns what is no handler", () => 5 as never],
    ["returns a promise", () => Promise.resolve(() => null) as never],
    ["returns a promise that rejects", () => Promise.reject(new Error("no")) as never],
  ] as const)("that %s costs only its own session", async (_how, onEstablished) => {
    const { d, link, other } = await sickAndHealthy({ onEstablished });
    link.establish();
    other.establish();
    await settled();
    expect(link.said).toEqual(["OPEN", "KEEPALIVE", "NOTIFICATION 6/8"]);
    expect(d.heard).toEqual(["sick close application", "healthy up"]);
    expect(d.eventsOf("pluginError")).toEqual([expect.objectContaining({ callback: "onEstablished" })]);
  });
});

/** A plugin whose handler answers UPDATE n with `answers[n]`. */
function answering(d: SpeakerDriver, ...answers: (() => unknown)[]): Plugin {
  return d.plugin("", {
    onEstablished: (session) => {
      d.sessions.push(session);
      let n = 0;
      return ((slice) => {
        d.heard.push(`update ${text(slice.buffer.subarray(slice.start, slice.end))}`);
        return answers[n++]?.();
      }) as ReturnType<NonNullable<Plugin["onEstablished"]>>;
    },
  });
}

describe("the UPDATE handler", () => {
  test("ends the session with the NOTIFICATION it returns, before the next UPDATE is looked at", async () => {
    const d = new SpeakerDriver();
    const { link, peer } = await d.up(
      {},
      answering(
        d,
        () => null,
        () => MALFORMED,
      ),
    );
    link.say(update("0000 0000"), update("0001 0800 00"), update("0000 0000"));
    expect(d.heard).toEqual(["update 00000000", "update 0001080000", "close application"]);
    expect(link.said.at(-1)).toBe("NOTIFICATION 3/5 4001020000");
    expect(peer.view().lastSent).toEqual(MALFORMED);
  });

  test("that returns a promise holds back the next UPDATE until it settles", async () => {
    const d = new SpeakerDriver();
    const first = deferred<void>();
    const { link } = await d.up(
      {},
      answering(d, () => first.promise),
    );
    link.say(update("0000 0000"), update("0001 0800 00"));
    await settled();
    expect(d.heard).toEqual(["update 00000000"]);
    expect(link.flow).toEqual(["pause"]);
    first.resolve();
    await settled();
    expect(d.heard).toEqual(["update 00000000", "update 0001080000"]);
    expect(link.flow).toEqual(["pause", "resume"]);
  });

  test("that takes its time does not make the hold timer expire, nor stop our KEEPALIVEs", async () => {
    const d = new SpeakerDriver();
    const first = deferred<void>();
    const { link } = await d.up(
      { sendHoldTime: 0 },
      answering(d, () => first.promise),
    );
    link.say(update());
    const before = link.writes.length;
    d.transport.advance(1_000_000);
    expect(link.closed).toBe(false);
    expect(link.writes.length - before).toBeGreaterThan(30);
    link.taken();
    first.resolve();
    await settled();
    // Reading goes on with 10 s of grace, and then the timer counts again.
    d.transport.advance(9_999);
    expect(link.closed).toBe(false);
    d.transport.advance(1);
    expect(link.said.at(-1)).toBe("NOTIFICATION 4/0");
  });

  test("may refuse an UPDATE later", async () => {
    const d = new SpeakerDriver();
    const first = deferred<Notification>();
    const { link } = await d.up(
      {},
      answering(d, () => first.promise),
    );
    link.say(update("0000 0000"), update("0001 0800 00"));
    first.resolve(MALFORMED);
    await settled();
    expect(d.heard).toEqual(["update 00000000", "close application"]);
    expect(link.said.at(-1)).toBe("NOTIFICATION 3/5 4001020000");
  });

  test("whose promise settles after the session is over is not listened to", async () => {
    const d = new SpeakerDriver();
    const first = deferred<Notification>();
    const { link, peer } = await d.up(
      {},
      answering(d, () => first.promise),
    );
    link.say(update());
    peer.disable();
    const said = link.said;
    first.resolve(MALFORMED);
    await settled();
    expect(link.said).toEqual(said);
    expect(d.heard).toEqual(["update 00000000", "close administrative"]);
  });

  test("that waits holds back its own session only", async () => {
    const d = new SpeakerDriver();
    const { link } = await d.up(
      {},
      answering(d, () => new Promise<void>(() => {})),
    );
    const other = await d.up({ remoteAddress: "192.0.2.3" }, d.plugin("other"));
    link.say(update());
    other.link.say(update());
    other.link.say(update());
    expect(d.heard).toEqual(["other up", "update 00000000", "other update 00000000", "other update 00000000"]);
    expect(other.link.flow).toEqual([]);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no"))],
    ["answers nonsense", () => "fine"],
    ["answers nonsense later", () => Promise.resolve(true)],
  ])("that %s costs only its own session", async (_how, answer) => {
    const d = new SpeakerDriver();
    const { link, peer } = await d.up({ sendHoldTime: 0 }, answering(d, answer));
    const other = await d.up({ remoteAddress: "192.0.2.3" }, d.plugin("other"));
    link.say(update("0000 0000"), update("0001 0800 00"));
    await settled();
    other.link.say(update());
    expect(d.heard).toEqual(["other up", "update 00000000", "close application", "other update 00000000"]);
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/8");
    expect(peer.view().lastClose?.text).toContain("onUpdate failed");
    expect(d.eventsOf("pluginError")).toEqual([expect.objectContaining({ callback: "onUpdate", peer })]);
  });
});

describe("onRouteRefresh", () => {
  test("is told the family, the subtype and the filters", async () => {
    const d = new SpeakerDriver();
    const seen: unknown[] = [];
    const { link, session } = await d.up(
      {},
      d.plugin("", {
        onEstablished: (up) => void d.sessions.push(up),
        onRouteRefresh: (about, refresh) => void seen.push(about, refresh),
      }),
    );
    link.say(routeRefresh(1, 1));
    link.say(message(5, Uint8Array.of(0, 1, 0, 1, 2, 64, 0, 1, 128)));
    const plain = { afi: 1, safi: 1, subtype: 0, body: new Uint8Array(0) };
    expect(seen).toEqual([session, plain, session, { ...plain, body: Uint8Array.of(2, 64, 0, 1, 128) }]);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no")) as never],
  ] as const)("that %s costs its session", async (_how, onRouteRefresh) => {
    const d = new SpeakerDriver();
    const { link } = await d.up({}, d.plugin("", { onRouteRefresh }));
    link.say(routeRefresh(1, 1));
    await settled();
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/8");
    expect(d.eventsOf("pluginError")).toEqual([expect.objectContaining({ callback: "onRouteRefresh" })]);
  });
});

const CAPABLE = [multiprotocol(1, 1), dynamicCapability()];
const dynamicOpen = open({ capabilities: [...usualCapabilities(65002), capability(67)] });
const IPV6_COMES = message(6, Uint8Array.of(0, 1, 4, 0, 2, 0, 1));

/** A session that has capability 67 on both sides. */
async function dynamicSession(d: SpeakerDriver, plugin: Plugin) {
  d.add({ capabilities: CAPABLE }, plugin);
  await d.speaker.start();
  const link = d.transport.dialled.connect();
  link.say(dynamicOpen);
  link.say(keepalive());
  return { link, session: d.sessions.at(-1)! };
}

function fails(): never {
  throw new Error("no");
}

describe("capabilities that change (draft-ietf-idr-dynamic-cap-02)", () => {
  const IPV6: CapabilityChange = { action: "advertise", capability: multiprotocol(2, 1) };

  test("those of the peer are told by onCapabilities, with what was agreed before; ours hold when sendCapabilities returns", async () => {
    const d = new SpeakerDriver();
    const seen: unknown[] = [];
    const plugin = d.plugin("", {
      onCapabilities: (session, changes, before) => {
        seen.push(changes, before.families.length, session.negotiated.families.length);
        seen.push(session.sendCapabilities([IPV6]).status, session.negotiated.families.length);
      },
    });
    const { link, session } = await dynamicSession(d, plugin);
    const { negotiated } = session;
    link.say(IPV6_COMES);
    expect(seen).toEqual([[IPV6], 1, 1, "sent", 2]);
    expect(link.said.at(-1)).toBe("CAPABILITY 00010400020001");
    expect(session.negotiated.families).toEqual([
      { afi: 1, safi: 1 },
      { afi: 2, safi: 1 },
    ]);
    expect(negotiated.families).toHaveLength(1);
    expect(d.eventsOf("capabilities")).toMatchObject([
      { direction: "received", changes: [IPV6], families: [{}] },
      { direction: "sent", changes: [IPV6], families: [{}, {}] },
    ]);
    link.say(notification(6, 2));
    expect(session.sendCapabilities([IPV6])).toEqual({ status: "closed" });
    expect(session.negotiated.families).toHaveLength(2);
  });

  test.each([
    ["none", []],
    ["no list", IPV6],
    ["nothing in it", [null]],
    ["an action that is none", [{ ...IPV6, action: "revoke" }]],
    ["no capability", [{ action: "remove" }]],
    ["another AS number", [{ action: "advertise", capability: { name: "fourOctetAs", code: 65, as: 1 } }]],
  ])("what are no changes is refused: %s", async (_name, changes) => {
    const d = new SpeakerDriver();
    const { session, link } = await dynamicSession(d, d.plugin());
    const said = link.said.length;
    expect(() => session.sendCapabilities(changes as never)).toThrow(/^changes/);
    expect(link.said).toHaveLength(said);
  });

  test("closed for a peer without capability 67", async () => {
    const d = new SpeakerDriver();
    const { session } = await d.up({ capabilities: CAPABLE });
    expect(session.sendCapabilities([IPV6])).toEqual({ status: "closed" });
  });

  test("onCapabilities that throws costs its session", async () => {
    const d = new SpeakerDriver();
    const { link } = await dynamicSession(d, d.plugin("", { onCapabilities: fails }));
    link.say(IPV6_COMES);
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/8");
    expect(d.eventsOf("pluginError")).toEqual([expect.objectContaining({ callback: "onCapabilities" })]);
  });
});

async function reasonOf(end: (d: SpeakerDriver, up: Awaited<ReturnType<SpeakerDriver["up"]>>) => void) {
  const d = new SpeakerDriver();
  const reasons: unknown[] = [];
  const up = await d.up({}, d.plugin("", { onClose: (_session, reason) => void reasons.push(reason) }));
  end(d, up);
  expect(reasons).toHaveLength(1);
  return reasons[0];
}

describe("onClose", () => {
  test("tells a NOTIFICATION of the peer with its text (RFC 9003)", async () => {
    const data = "0b 6d61696e74656e616e6365".replaceAll(" ", "");
    expect(await reasonOf((_d, { link }) => link.say(notification(6, 2, data)))).toMatchObject({
      cause: "remote",
      notification: { code: 6, subcode: 2 },
      text: 'received Cease/Administrative Shutdown: "maintenance"',
    });
  });

  test("tells a lost connection", async () => {
    expect(await reasonOf((_d, { link }) => link.events!.closed("ECONNRESET"))).toEqual({
      cause: "transport",
      notification: null,
      text: "ECONNRESET",
    });
    expect(await reasonOf((_d, { link }) => link.events!.eof())).toMatchObject({
      cause: "transport",
      notification: null,
    });
  });

  test("tells an expired timer", async () => {
    expect(await reasonOf((d) => d.transport.advance(90_000))).toMatchObject({
      cause: "timer",
      notification: { code: 4, subcode: 0 },
    });
  });

  test("tells an administrator's act", async () => {
    expect(await reasonOf((_d, { peer }) => peer.disable("upgrade"))).toMatchObject({
      cause: "administrative",
      notification: { code: 6, subcode: 2, data: Uint8Array.from([7, ...new TextEncoder().encode("upgrade")]) },
    });
  });

  test("tells an error of the peer's", async () => {
    expect(await reasonOf((_d, { link }) => link.say(open()))).toMatchObject({
      cause: "local",
      notification: { code: 5, subcode: 3, data: Uint8Array.of(1) },
    });
  });

  test("tells the application's own verdict", async () => {
    expect(await reasonOf((_d, { session }) => session.close(MALFORMED))).toMatchObject({
      cause: "application",
      notification: MALFORMED,
    });
  });

  test("comes once the session is dead: sends say closed, the signal is aborted with the reason", async () => {
    const d = new SpeakerDriver();
    const seen: unknown[] = [];
    const { session, link } = await d.up(
      {},
      d.plugin("", {
        onClose: (dead, reason) => {
          seen.push(dead.sendUpdate(new Uint8Array(4)).status, dead.sendRouteRefresh(1, 1).status);
          seen.push(dead.signal.aborted, dead.signal.reason === reason);
          dead.close(MALFORMED);
        },
      }),
    );
    const { signal } = session;
    expect(signal.aborted).toBe(false);
    link.events!.closed("ECONNRESET");
    expect(seen).toEqual(["closed", "closed", true, true]);
    expect(session.signal).toBe(signal);
  });

  test("a signal asked for afterwards is aborted already", async () => {
    const d = new SpeakerDriver();
    const { session, link } = await d.up();
    link.events!.closed("ECONNRESET");
    expect(session.signal.aborted).toBe(true);
    expect(session.signal.reason).toMatchObject({ cause: "transport" });
  });

  test("is not called for a connection that was never up", async () => {
    const { d, link } = await sickAndHealthy({});
    link.say(notification(6, 5));
    expect(d.heard).toEqual([]);
    expect(d.eventsOf("ended")).toEqual([
      expect.objectContaining({ reason: expect.objectContaining({ cause: "remote" }) }),
    ]);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no")) as never],
  ] as const)("that %s is told and costs nothing more", async (_how, onClose) => {
    const d = new SpeakerDriver();
    const { link } = await d.up({}, d.plugin("", { onClose }));
    link.events!.closed("ECONNRESET");
    await settled();
    expect(d.eventsOf("pluginError")).toEqual([expect.objectContaining({ callback: "onClose" })]);
    d.transport.advance(10_000);
    d.transport.dialled.connect().establish();
    expect(d.heard).toEqual(["up", "up"]);
  });
});

describe("onStateChange", () => {
  test("is told every change with its cause and connection", async () => {
    const d = new SpeakerDriver();
    const seen: string[] = [];
    const { peer } = await d.up(
      {},
      d.plugin("", {
        onStateChange: (about, { from, to, cause, conn }) => {
          expect(about.state).toBe(to);
          seen.push(`${from} ${to} ${cause} ${conn}`);
        },
      }),
    );
    expect(seen).toEqual([
      "Idle Connect AutomaticStart null",
      "Connect OpenSent Tcp_CR_Acked 2",
      "OpenSent OpenConfirm BGPOpen 2",
      "OpenConfirm Established KeepAliveMsg 2",
    ]);
    expect(d.eventsOf("state").map((e) => `${e.from} ${e.to} ${e.cause} ${e.conn}`)).toEqual(seen);
    expect(peer.state).toBe("Established");
  });

  test("that throws is told and costs nothing", async () => {
    const d = new SpeakerDriver();
    const { peer } = await d.up(
      {},
      d.plugin("", {
        onStateChange: () => {
          throw new Error("no");
        },
      }),
    );
    expect(peer.state).toBe("Established");
    expect(d.eventsOf("pluginError")).toHaveLength(4);
  });
});

describe("sending", () => {
  test("an UPDATE goes out as it is, its bytes copied", async () => {
    const d = new SpeakerDriver();
    const { session, link } = await d.up();
    const body = Uint8Array.of(0, 1, 0, 0, 0);
    expect(session.sendUpdate(body)).toMatchObject({ status: "sent" });
    body.fill(9);
    expect(link.said.at(-1)).toBe("UPDATE 0001000000");
  });

  test("a body that no message of this session can hold is refused with the limit", async () => {
    const d = new SpeakerDriver();
    const { session, link } = await d.up();
    expect(session.sendUpdate(new Uint8Array(4078))).toEqual({ status: "too-long", limit: 4077 });
    expect(link.said.at(-1)).toBe("KEEPALIVE");
    expect(session.sendUpdate(new Uint8Array(4077))).toMatchObject({ status: "sent" });
  });

  test("a body that is no bytes is the caller's mistake", async () => {
    const d = new SpeakerDriver();
    const { session } = await d.up();
    expect(() => session.sendUpdate([0, 0, 0, 0] as never)).toThrow(ConfigError);
  });

  test("restarts the KEEPALIVE timer", async () => {
    const d = new SpeakerDriver();
    const { session, link, peer } = await d.up();
    d.transport.advance(22_000);
    const before = peer.view().connections[0]!.keepaliveDeadline!;
    session.sendUpdate(new Uint8Array(4));
    // A third of 90 seconds, jittered anew.
    expect(peer.view().connections[0]!.keepaliveDeadline! - before).toBeGreaterThan(10_000);
    expect(link.said.at(-1)).toBe("UPDATE 00000000");
  });

  test("says blocked at the high-water mark and resolves writable when there is room", async () => {
    const d = new SpeakerDriver();
    const { session, link } = await d.up({ sendHighWaterMark: 1000 });
    link.taken();
    let sent = 0;
    while (session.sendUpdate(new Uint8Array(81)).status === "sent") sent += 1;
    expect(sent).toBe(10);
    const order: string[] = [];
    const room = session.writable().then(() => order.push("writable"));
    void session.writable().then(() => order.push("writable too"));
    await settled();
    expect(order).toEqual([]);
    link.events!.unsent(600);
    await settled();
    expect(order).toEqual([]);
    link.events!.unsent(500);
    await room;
    await settled();
    expect(order).toEqual(["writable", "writable too"]);
    await session.writable();
    expect(session.sendUpdate(new Uint8Array(81)).status).toBe("sent");
  });

  test("writable resolves at once where there is room, and when the session ends", async () => {
    const d = new SpeakerDriver();
    const { session, peer } = await d.up({ sendHighWaterMark: 100 });
    await session.writable();
    while (session.sendUpdate(new Uint8Array(81)).status === "sent");
    const room = session.writable();
    peer.disable();
    await room;
    await session.writable();
    expect(session.sendUpdate(new Uint8Array(4)).status).toBe("closed");
  });

  test("a ROUTE-REFRESH goes out where it was agreed", async () => {
    const d = new SpeakerDriver();
    const { session, link } = await d.up();
    expect(session.sendRouteRefresh(1, 1).status).toBe("sent");
    expect(link.said.at(-1)).toBe("ROUTE-REFRESH 00010001");
    expect(session.sendRouteRefresh(2, 1).status).toBe("closed");
    // Filters (RFC 5291) were not agreed; what are none is the caller's mistake.
    expect(session.sendRouteRefresh(1, 1, 0, Uint8Array.of(1, 64, 0, 1, 128)).status).toBe("closed");
    for (const wrong of [new Uint8Array(0), Uint8Array.of(1, 64, 0, 2, 128), "filters" as never]) {
      expect(() => session.sendRouteRefresh(1, 1, 0, wrong)).toThrow(/^filters: filters are the octets/);
    }
  });

  test("close ends the session with a NOTIFICATION; what is none is the caller's mistake", async () => {
    const d = new SpeakerDriver();
    const { session, link } = await d.up();
    expect(() => session.close({ code: 6, subcode: 2 } as never)).toThrow(/NOTIFICATION/);
    expect(link.closed).toBe(false);
    session.close({ code: 6, subcode: 1, data: new Uint8Array(0) });
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/1");
    expect(link.closes).toEqual(["flush"]);
  });
});

/** A session whose handler does this with the first UPDATE. */
async function during(act: (d: SpeakerDriver, session: Session) => void) {
  const d = new SpeakerDriver();
  const up = await d.up(
    {},
    d.plugin("", {
      onEstablished: (session) => {
        d.sessions.push(session);
        let first = true;
        return (slice) => {
          d.heard.push(`update ${text(slice.buffer.subarray(slice.start, slice.end))}`);
          if (first) {
            first = false;
            act(d, session);
            d.heard.push("handler returns");
          }
        };
      },
    }),
  );
  return { d, ...up };
}

describe("calls from inside callbacks", () => {
  test("a peer deleted in its own handler hears nothing more but its end, after the handler", async () => {
    const { d, link } = await during((d) => d.speaker.deletePeer("192.0.2.2"));
    link.say(update("0000 0000"), update("0001 0800 00"));
    expect(d.heard).toEqual(["update 00000000", "handler returns", "close administrative"]);
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/3");
    expect(d.speaker.getPeer("192.0.2.2")).toBeNull();
  });

  test("a peer deleted and added again in its handler is a new one", async () => {
    const { d, link } = await during((d) => {
      d.speaker.deletePeer("192.0.2.2");
      d.add({}, d.plugin("new"));
    });
    link.say(update());
    d.transport.dialled.connect().establish();
    expect(d.heard).toEqual(["update 00000000", "handler returns", "close administrative", "new up"]);
    expect(d.speaker.peers()).toHaveLength(1);
  });

  test("disable, reset and close in the handler end the session after it", async () => {
    for (const [act, said] of [
      [(_d: SpeakerDriver, s: Session) => s.peer.disable(), "NOTIFICATION 6/2"],
      [(_d: SpeakerDriver, s: Session) => s.peer.reset(), "NOTIFICATION 6/4"],
      [(_d: SpeakerDriver, s: Session) => s.close(MALFORMED), "NOTIFICATION 3/5 4001020000"],
    ] as const) {
      const { d, link } = await during(act);
      link.say(update("0000 0000"), update("0001 0800 00"));
      expect(d.heard.slice(0, 2)).toEqual(["update 00000000", "handler returns"]);
      expect(d.heard[2]).toMatch(/^close/);
      expect(d.heard).toHaveLength(3);
      expect(link.said.at(-1)).toBe(said);
    }
  });

  test("sends in the handler go out in order, after it", async () => {
    let link!: Awaited<ReturnType<typeof during>>["link"];
    const it = await during((_d, session) => {
      const before = link.writes.length;
      session.sendUpdate(Uint8Array.of(0, 0, 0, 0));
      session.sendUpdate(Uint8Array.of(0, 1, 0, 0, 0));
      expect(link.writes.length).toBe(before);
    });
    link = it.link;
    link.say(update());
    expect(it.d.eventsOf("pluginError")).toEqual([]);
    expect(link.said.slice(-2)).toEqual(["UPDATE 00000000", "UPDATE 0001000000"]);
  });

  test("one peer's handler may act upon every other peer", async () => {
    let other!: Session;
    const it = await during((d) => {
      other.sendUpdate(new Uint8Array(4));
      other.peer.reset("go");
      d.add({ remoteAddress: "192.0.2.4" });
      for (const peer of d.speaker.peers()) if (peer.id !== "192.0.2.2") d.speaker.deletePeer(peer.id);
    });
    const second = await it.d.up({ remoteAddress: "192.0.2.3" }, it.d.plugin("other"));
    other = second.session;
    it.link.say(update());
    expect(second.link.said).toEqual(["OPEN", "KEEPALIVE", "UPDATE 00000000", "NOTIFICATION 6/4 02676f"]);
    expect(it.d.speaker.peers().map((p) => p.id)).toEqual(["192.0.2.2"]);
    expect(it.d.heard).toEqual(["other up", "update 00000000", "handler returns", "other close administrative"]);
  });

  test("onClose may add, onStateChange may disable", async () => {
    const d = new SpeakerDriver();
    const { link } = await d.up(
      {},
      d.plugin("", {
        onClose: () => {
          d.speaker.deletePeer("192.0.2.2");
          d.add(
            { remoteAddress: "192.0.2.3" },
            d.plugin("next", {
              onStateChange: (peer, { to }) => {
                if (to === "OpenSent") peer.disable();
              },
            }),
          );
        },
      }),
    );
    link.events!.closed("ECONNRESET");
    const next = d.transport.dialled.connect();
    expect(next.said).toEqual(["OPEN", "NOTIFICATION 6/2"]);
    expect(d.speaker.getPeer("192.0.2.3")!.state).toBe("Idle");
  });

  test("the whole speaker may be stopped", async () => {
    let stopped!: Promise<void>;
    const { d, link } = await during((d) => {
      stopped = d.speaker.stop("bye");
    });
    link.say(update("0000 0000"), update("0001 0800 00"));
    await stopped;
    expect(d.heard).toEqual(["update 00000000", "handler returns", "close administrative"]);
    expect(link.said.at(-1)).toBe("NOTIFICATION 6/2 03627965");
  });

  test("the object a plugin is keeps its `this`", async () => {
    class Counting implements Plugin {
      ups = 0;
      downs = 0;
      onEstablished(): void {
        this.ups += 1;
      }
      onClose(): void {
        this.downs += 1;
      }
    }
    const d = new SpeakerDriver();
    const plugin = new Counting();
    d.add({}, plugin);
    await d.speaker.start();
    d.transport.dialled.connect().establish().events!.closed("x");
    expect([plugin.ups, plugin.downs]).toEqual([1, 1]);
  });
});
