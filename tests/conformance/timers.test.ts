// The timers of a peer over many attempts: damping (IdleHoldTimer), backoff (ConnectRetryTimer), their resets, and jitter as
// RFC 4271 section 10 has it: 0.75 to 1.0, on connect-retry, keepalive and delay-open, never on hold and idle-hold. Then the
// SendHoldTimer of RFC 9687.
import { describe, expect, it } from "vitest";
import type { ConnId } from "../../packages/core/src/session/io.ts";
import { messagesTo, ofType, PeerDriver } from "../support/peer-driver.ts";
import { keepalive, message, notification, open } from "../support/wire.ts";

const HEADER_ERROR = message(4, new Uint8Array(0), { marker: new Uint8Array(16) });

/** A session attempt that ends with a fault of the peer; how long the peer is held in Idle then, in milliseconds. */
function faultyAttempt(d: PeerDriver): number {
  if (d.view.state === "Idle") {
    if (d.view.started) d.advance(d.view.idleHoldDeadline! - d.now);
    else d.start();
  }
  const conn = d.connect();
  d.say(conn, HEADER_ERROR);
  expect(d.view.state).toBe("Idle");
  const idle = ofType(d.outputs, "idle").at(-1)!;
  expect(idle.until).toBe(d.view.idleHoldDeadline);
  return idle.until! - d.now;
}

describe("DampPeerOscillations (8.1.1)", () => {
  it("doubles the idle hold time for each error in a row, up to its ceiling, without jitter", () => {
    const d = new PeerDriver({ idleHoldTime: 5, idleHoldTimeMax: 120 });
    const waits = Array.from({ length: 7 }, () => faultyAttempt(d) / 1000);
    expect(waits).toEqual([5, 10, 20, 40, 80, 120, 120]);
  });

  it("FALSE: the same time each time", () => {
    const d = new PeerDriver({ dampPeerOscillations: false });
    expect(Array.from({ length: 4 }, () => faultyAttempt(d) / 1000)).toEqual([5, 5, 5, 5]);
  });

  it("counts hold timer expiries like errors", () => {
    const d = new PeerDriver({ holdTime: 3 });
    expect(faultyAttempt(d)).toBe(5_000);
    d.advance(5_000);
    const conn = d.connect();
    d.say(conn, open({ holdTime: 3 }), keepalive());
    d.advance(3_000);
    expect(d.view.idleHoldDeadline! - d.now).toBe(10_000);
  });

  it.each([
    ["Maximum Number of Prefixes Reached", 1, "Idle"],
    ["Out of Resources", 8, "Idle"],
    ["Administrative Reset", 4, "Active"],
  ])("after a Cease/%s by the application", (_name, subcode, state) => {
    const d = new PeerDriver();
    const conn = d.establish();
    d.feed({ type: "fail", conn, notification: { code: 6, subcode, data: new Uint8Array(0) } });
    expect(d.view.state).toBe(state);
    expect(d.view.idleHoldDeadline === null).toBe(state === "Active");
  });

  it("is forgotten on a start", () => {
    const d = new PeerDriver();
    faultyAttempt(d);
    faultyAttempt(d);
    d.stop();
    d.start();
    expect(faultyAttempt(d)).toBe(5_000);
    expect(d.view.connectRetryCounter).toBe(1);
  });

  it("is forgotten after a session that lasted", () => {
    const d = new PeerDriver({ holdTime: 0 });
    faultyAttempt(d);
    expect(faultyAttempt(d)).toBe(10_000);
    d.advance(10_000);
    const conn = d.connect();
    d.say(conn, open({ holdTime: 0 }), keepalive());
    d.advance(3_600_000);
    d.say(conn, HEADER_ERROR);
    expect(d.view.idleHoldDeadline! - d.now).toBe(5_000);
  });

  it("is not forgotten after a session that did not last", () => {
    const d = new PeerDriver();
    faultyAttempt(d);
    d.advance(5_000);
    const conn = d.connect();
    d.say(conn, open(), keepalive(), HEADER_ERROR);
    expect(d.view.idleHoldDeadline! - d.now).toBe(10_000);
  });

  it.each([
    ["a received NOTIFICATION", notification(6, 2)],
    ["a received Cease/Out of Resources", notification(6, 8)],
    ["a received error", notification(2, 2)],
  ])("is not for %s", (_name, bytes) => {
    const d = new PeerDriver();
    for (let i = 0; i < 5; i += 1) {
      const conn = d.reach("inbound");
      d.say(conn, open(), keepalive(), bytes);
      expect(d.view).toMatchObject({ state: "Active", idleHoldDeadline: null });
    }
    expect(ofType(d.outputs, "idle")).toEqual([]);
    // The first error of the peer's own making is the first.
    d.advance(d.view.connectRetryDeadline! - d.now);
    expect(faultyAttempt(d)).toBe(5_000);
  });

  it("in Idle hold nothing is accepted and nothing is dialled; afterwards both", () => {
    const d = new PeerDriver();
    faultyAttempt(d);
    const refused = d.accept();
    expect(d.connection(refused)).toBeUndefined();
    expect(ofType(d.advance(4_999), "dial")).toEqual([]);
    expect(ofType(d.advance(1), "dial")).toHaveLength(1);
    const conn = d.accept();
    expect(d.connection(conn)?.state).toBe("OpenSent");
  });
});

/** Milliseconds between dials that all fail at once. */
function gaps(d: PeerDriver, count: number): number[] {
  const found: number[] = [];
  d.start();
  while (found.length < count) {
    d.failDial();
    const at = d.now;
    d.advance(d.view.connectRetryDeadline! - d.now);
    expect(d.view.dialling).not.toBeNull();
    found.push(d.now - at);
  }
  return found;
}

describe("ConnectRetryTimer (section 8 and 10)", () => {
  it("backs off for each failure in a row, up to its ceiling, jittered between 0.75 and 1.0", () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const d = new PeerDriver({ connectRetryTime: 5, connectRetryTimeMax: 60 }, { seed });
      const base = [5, 10, 20, 40, 60, 60, 60];
      gaps(d, base.length).forEach((gap, i) => {
        expect(gap).toBeGreaterThanOrEqual(750 * base[i]!);
        expect(gap).toBeLessThanOrEqual(1000 * base[i]!);
      });
    }
  });

  it("the jitter is spread over its range and differs by seed", () => {
    const factors = Array.from({ length: 400 }, (_, seed) => gaps(new PeerDriver({}, { seed }), 1)[0]! / 5000);
    expect(Math.min(...factors)).toBeLessThan(0.76);
    expect(Math.max(...factors)).toBeGreaterThan(0.99);
    const mean = factors.reduce((sum, f) => sum + f, 0) / factors.length;
    expect(mean).toBeGreaterThan(0.86);
    expect(mean).toBeLessThan(0.89);
    expect(new Set(factors).size).toBeGreaterThan(390);
  });

  it("a dial without an answer is given up and made again", () => {
    const d = new PeerDriver();
    d.start();
    const news = d.advance(5_000);
    expect(news.map((o) => o.type)).toEqual(["cancelDial", "dial"]);
    expect(d.view.connectRetryCounter).toBe(1);
  });

  it("ConnectRetryCounter is zero again once established, and on stop", () => {
    const d = new PeerDriver();
    d.start();
    d.failDial();
    d.advance(5_000);
    d.failDial();
    expect(d.view.connectRetryCounter).toBe(2);
    const conn = d.accept();
    d.say(conn, open(), keepalive());
    expect(d.view.connectRetryCounter).toBe(0);
    d.feed({ type: "eof", conn });
    expect(d.view.connectRetryCounter).toBe(1);
    d.stop();
    expect(d.view.connectRetryCounter).toBe(0);
  });

  it("PassiveTcpEstablishment: never dials, whatever happens", () => {
    const d = new PeerDriver({ passive: true });
    d.start();
    for (const bytes of [HEADER_ERROR, notification(6, 7), notification(6, 4)]) {
      const conn = d.accept();
      d.say(conn, open(), bytes);
      d.advance(300_000);
      expect(d.view.state).toBe("Active");
    }
    d.feed({ type: "reset" });
    d.advance(300_000);
    expect(ofType(d.outputs, "dial")).toEqual([]);
  });

  it("dials to the configured port from the configured address", () => {
    const d = new PeerDriver({ remotePort: 1790, localAddress: "192.0.2.1" });
    expect(ofType(d.start(), "dial")).toMatchObject([{ address: "192.0.2.2", port: 1790, localAddress: "192.0.2.1" }]);
  });
});

describe("DelayOpen (8.1.1)", () => {
  it("waits 0.75 to 1.0 of DelayOpenTime for the peer's OPEN", () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const d = new PeerDriver({ delayOpenTime: 8, passive: true }, { seed });
      const conn = d.reach("inbound");
      expect(ofType(d.advance(5_999), "write")).toEqual([]);
      expect(ofType(d.advance(2_001), "write").map((o) => o.conn)).toEqual([conn]);
    }
  });
});

const UPDATE = new Uint8Array(4);

describe("KeepaliveTimer (sections 4.4, 8.2.2 and 10)", () => {
  it("8.2.2 Established: an UPDATE of ours restarts it, with a new random value each time", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    const intervals = new Set<number>();
    for (let i = 0; i < 20; i += 1) {
      d.advance(1_000);
      d.machine.sendUpdate(d.now, conn, UPDATE);
      d.drain();
      intervals.add(d.connection(conn)!.keepaliveDeadline! - d.now);
    }
    expect(Math.min(...intervals)).toBeGreaterThanOrEqual(22_500);
    expect(Math.max(...intervals)).toBeLessThanOrEqual(30_000);
    expect(intervals.size).toBe(20);
  });

  it("8.2.2 Established: a ROUTE-REFRESH does not, as the peer's HoldTimer does not restart with it either", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    let since = 0;
    for (let i = 0; i < 300; i += 1) {
      d.say(conn, keepalive());
      expect(d.machine.sendRouteRefresh(d.now, conn, 1, 1).status).toBe("sent");
      const types = messagesTo([...d.drain(), ...d.advance(1_000)], conn).map(({ type }) => type);
      since = types.includes(4) ? 0 : since + 1;
      expect(since).toBeLessThanOrEqual(30);
    }
  });

  it("an UPDATE restarts nothing where the hold time is zero", () => {
    const d = new PeerDriver({ holdTime: 0 });
    const conn = d.establish();
    d.machine.sendUpdate(d.now, conn, UPDATE);
    d.drain();
    expect(d.connection(conn)!.keepaliveDeadline).toBeNull();
  });
});

/** Seconds until a session ends whose peer talks on, but takes nothing of what we write, an UPDATE to begin with. */
function secondsOfBlockage(d: PeerDriver, conn: ConnId, most: number): number | null {
  let unsent = 0;
  const write = (news: ReturnType<PeerDriver["drain"]>): void => {
    for (const { bytes } of ofType(news, "write")) unsent += bytes.length;
    d.feed({ type: "unsent", conn, bytes: unsent });
  };
  d.feed({ type: "unsent", conn, bytes: 0 });
  d.machine.sendUpdate(d.now, conn, UPDATE);
  write(d.drain());
  for (let seconds = 1; seconds <= most; seconds += 1) {
    d.say(conn, keepalive());
    write(d.advance(1_000));
    if (d.connection(conn) === undefined) return seconds;
  }
  return null;
}

describe("SendHoldTimer (RFC 9687)", () => {
  it.each([
    [90, 90, 480],
    [300, 90, 480],
    [300, 300, 600],
    [300, 0, null],
  ])(
    "section 6: the greater of 8 minutes or 2 times the negotiated HoldTime; ours %s, theirs %s",
    (ours, theirs, expected) => {
      const d = new PeerDriver({ holdTime: ours });
      const conn = d.establish("outbound", { holdTime: theirs });
      expect(secondsOfBlockage(d, conn, 1_000)).toBe(expected);
      if (expected !== null) expect(d.view.lastSent).toMatchObject({ code: 8, subcode: 0 });
    },
  );

  it("section 4.1: is configured for each peer; 0 is none", () => {
    const times = [91, 1_000, 0].map((sendHoldTime) => {
      const d = new PeerDriver({ sendHoldTime });
      return secondsOfBlockage(d, d.establish(), 1_000);
    });
    expect(times).toEqual([91, 1_000, null]);
  });

  it("section 1: a peer that takes anything at all has processed it; the timer starts anew", () => {
    const d = new PeerDriver({ sendHoldTime: 100 });
    const conn = d.establish();
    d.machine.sendUpdate(d.now, conn, new Uint8Array(1_000));
    d.drain();
    for (let unsent = 1_000; unsent > 990; unsent -= 1) {
      d.feed({ type: "unsent", conn, bytes: unsent });
      d.say(conn, keepalive());
      d.advance(60_000);
      expect(d.connection(conn)?.state).toBe("Established");
    }
    d.say(conn, keepalive());
    d.advance(60_000);
    expect(d.connection(conn)).toBeUndefined();
    expect(d.view.lastSent).toMatchObject({ code: 8 });
  });

  it("section 4.3: with nothing to send it does not run, and it runs only in Established", () => {
    const d = new PeerDriver({ holdTime: 300, sendHoldTime: 301 });
    const conn = d.confirm("outbound", { holdTime: 300 });
    d.feed({ type: "unsent", conn, bytes: 100 });
    d.advance(299_000);
    d.say(conn, keepalive());
    d.feed({ type: "unsent", conn, bytes: 0 });
    const deadlines = [d.connection(conn)!.holdDeadline!, d.connection(conn)!.keepaliveDeadline!];
    expect(d.machine.deadline()).toBe(Math.min(...deadlines));
    d.advance(299_000);
    expect(d.connection(conn)?.state).toBe("Established");
  });
});

describe("questions to the application", () => {
  it("our OPEN waits for its capabilities, and says them", () => {
    const d = new PeerDriver({ askOpenParameters: true });
    const conn = d.reach("outbound");
    expect(ofType(d.outputs, "ask")).toMatchObject([{ question: "openParameters", conn }]);
    expect(ofType(d.outputs, "write")).toEqual([]);
    expect(d.connection(conn)?.state).toBe("Connect");
    // The peer need not wait for us: what it says is read once we have spoken.
    d.say(conn, open());
    expect(d.connection(conn)?.state).toBe("Connect");
    const news = d.feed({ type: "openParameters", conn, capabilities: [{ name: "extendedMessage", code: 6 }] });
    const sent = ofType(news, "open").find((o) => o.direction === "sent")!;
    expect(sent.open.capabilities.map((c) => c.code)).toContain(6);
    expect(d.connection(conn)?.state).toBe("OpenConfirm");
  });

  it("KEEPALIVE waits for the verdict on the OPEN", () => {
    const d = new PeerDriver({ askOpenVerdict: true });
    const conn = d.reach("outbound");
    d.say(conn, open(), keepalive());
    expect(ofType(d.outputs, "ask")).toMatchObject([
      { question: "openVerdict", conn, open: { myAs: 65002 }, negotiated: { remoteAs: 65002, holdTime: 90 } },
    ]);
    expect(d.connection(conn)?.state).toBe("OpenSent");
    d.feed({ type: "openVerdict", conn, reject: null });
    expect(d.connection(conn)?.state).toBe("Established");
  });

  it("an application that never answers costs only this connection, after openHoldTime", () => {
    for (const options of [{ askOpenParameters: true }, { askOpenVerdict: true }]) {
      const d = new PeerDriver({ ...options, openHoldTime: 30 });
      const conn = d.reach("outbound");
      d.say(conn, open());
      d.advance(60_000);
      expect(d.connection(conn)).toBeUndefined();
    }
  });

  it("an answer that is late, doubled or about nothing is ignored", () => {
    const d = new PeerDriver({ askOpenVerdict: true });
    const conn = d.reach("outbound");
    expect(d.feed({ type: "openVerdict", conn, reject: null })).toEqual([]);
    d.say(conn, open());
    d.feed({ type: "openVerdict", conn, reject: null });
    expect(d.feed({ type: "openVerdict", conn, reject: null })).toEqual([]);
    expect(d.feed({ type: "openVerdict", conn: 77, reject: null })).toEqual([]);
    expect(d.feed({ type: "openParameters", conn, capabilities: [] })).toEqual([]);
    expect(d.connection(conn)?.state).toBe("OpenConfirm");
  });
});
