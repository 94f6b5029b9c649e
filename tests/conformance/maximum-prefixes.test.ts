// Too many prefixes (RFC 4271 section 6.7, RFC 4486 section 4): the NOTIFICATION octet for octet, inside a Hard Reset where both
// sides have the N bit (RFC 8538 section 5.1), and how long the peer is held in Idle then, bit-exactly over a snapshot.
import { describe, expect, test } from "vitest";
import { maximumPrefixes, notificationText, prefixBoundOf } from "../../packages/core/src/message/notification.ts";
import { PeerMachine } from "../../packages/core/src/peer/machine.ts";
import { SpeakerMachine } from "../../packages/core/src/speaker/speaker-machine.ts";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import { messagesTo, ofType, PeerDriver } from "../support/peer-driver.ts";
import { capability, keepalive, notification, open, text, usualCapabilities } from "../support/wire.ts";

const TOO_MANY = maximumPrefixes({ afi: 2, safi: 1, limit: 70_000 });
/** AFI 2, SAFI 1, and the bound in four octets. */
const DATA = "0002010001 1170".replaceAll(" ", "");

/** An established session that its application ends for too many prefixes. */
function ended(idleHoldTime: number | null | undefined, options: Partial<PeerOptions> = {}) {
  const d = new PeerDriver(options);
  const conn = d.establish();
  d.feed({ type: "fail", conn, notification: TOO_MANY, ...(idleHoldTime !== undefined && { idleHoldTime }) });
  return { d, conn };
}

describe("Cease/Maximum Number of Prefixes Reached (RFC 4486 section 4)", () => {
  test("says family and bound", () => {
    const { d, conn } = ended(30_000);
    expect(text(messagesTo(d.outputs, conn).at(-1)!.bytes)).toBe(text(notification(6, 1, DATA)));
    expect(ofType(d.outputs, "down")).toMatchObject([{ reason: { cause: "application", notification: TOO_MANY } }]);
  });

  test("inside a Hard Reset where both sides have the N bit (RFC 8538 section 5.1), so that nothing is retained", () => {
    const d = new PeerDriver({ gracefulRestart: {} });
    const capabilities = [...usualCapabilities(65002), capability(64, "4078 0001 01 00".replaceAll(" ", ""))];
    const conn = d.establish("outbound", { capabilities });
    d.feed({ type: "fail", conn, notification: TOO_MANY, idleHoldTime: 30_000 });
    const { lastSent } = d.view;
    expect(lastSent).toMatchObject({ code: 6, subcode: 9 });
    expect(prefixBoundOf(lastSent!)).toEqual({ afi: 2, safi: 1, limit: 70_000 });
    expect(notificationText(lastSent!)).toBe(
      "Cease/Hard Reset: Cease/Maximum Number of Prefixes Reached: more than 70000 of ipv6-unicast",
    );
    expect(ofType(d.outputs, "down")).toMatchObject([{ retained: null }]);
  });

  test.each([
    ["without data", 6, 1, ""],
    ["with other data", 6, 1, "000201000111"],
    ["another subcode", 6, 2, DATA],
    ["another code", 3, 1, DATA],
  ])("%s says nothing of a bound", (_name, code, subcode, data) => {
    const octets = Uint8Array.from(data.match(/../g) ?? [], (two) => Number.parseInt(two, 16));
    expect(prefixBoundOf({ code, subcode, data: octets })).toBeNull();
  });
});

describe("the time in Idle", () => {
  test("is the one that was asked for, whatever damping would have, and then the peer runs again", () => {
    const { d } = ended(30_000, { idleHoldTimeMax: 10 });
    expect(d.view).toMatchObject({ state: "Idle", started: true, idleHoldDeadline: d.now + 30_000 });
    expect(ofType(d.outputs, "idle")).toMatchObject([{ until: d.now + 30_000 }]);
    expect(d.connection(d.accept())).toBeUndefined();
    expect(ofType(d.advance(29_999), "dial")).toEqual([]);
    expect(ofType(d.advance(1), "dial")).toHaveLength(1);
  });

  test("does not count as an error in a row", () => {
    const { d } = ended(1_000);
    d.advance(1_000);
    const conn = d.connect();
    d.say(conn, open(), keepalive());
    d.feed({ type: "fail", conn, notification: TOO_MANY });
    expect(d.view.idleHoldDeadline! - d.now).toBe(5_000);
  });

  test("null lasts until a start", () => {
    const { d } = ended(null);
    expect(d.view).toMatchObject({ state: "Idle", started: false, idleHoldDeadline: null });
    expect(ofType(d.outputs, "idle")).toMatchObject([{ until: null }]);
    expect(ofType(d.advance(86_400_000), "dial")).toEqual([]);
    expect(d.connection(d.accept())).toBeUndefined();
    d.start();
    expect(d.view.state).toBe("Connect");
  });

  test("goes for an error and for any other Cease as well", () => {
    for (const [code, subcode] of [
      [3, 1],
      [6, 4],
    ] as const) {
      const d = new PeerDriver();
      const conn = d.establish();
      d.feed({ type: "fail", conn, notification: { code, subcode, data: new Uint8Array(0) }, idleHoldTime: 7_000 });
      expect(d.view).toMatchObject({ state: "Idle", idleHoldDeadline: d.now + 7_000 });
    }
  });

  test("holds the peer's other connections too", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    const other = d.accept();
    expect(d.connection(other)?.state).toBe("OpenSent");
    d.feed({ type: "fail", conn, notification: TOO_MANY, idleHoldTime: 30_000 });
    expect(d.view.connections).toEqual([]);
    expect(d.view.state).toBe("Idle");
    expect(text(messagesTo(d.outputs, other).at(-1)!.bytes)).toBe(text(notification(6, 5)));
  });

  test("goes on from a snapshot", () => {
    for (const [idleHoldTime, dials] of [
      [30_000, 1],
      [null, 0],
    ] as const) {
      const { d } = ended(idleHoldTime);
      const before = PeerMachine.restore(d.options, d.environment, d.machine.snapshot());
      const deadline = before.deadline();
      expect(deadline).toBe(idleHoldTime === null ? null : d.now + idleHoldTime);
      before.handle(d.now + 30_000, { type: "tick" });
      const outputs = Array.from({ length: 9 }, () => before.poll());
      expect(outputs.filter((one) => one?.type === "dial")).toHaveLength(dials);
    }
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("%d is refused", (idleHoldTime) => {
    const d = new PeerDriver();
    const conn = d.establish();
    expect(() => d.feed({ type: "fail", conn, notification: TOO_MANY, idleHoldTime })).toThrow(/idleHoldTime/);
    expect(d.view.state).toBe("Established");
  });
});

describe("a peer of a listen range", () => {
  const FROM = { localAddress: "192.0.2.1", localPort: 179, remoteAddress: "198.51.100.7", remotePort: 40_000 };
  const OPEN = open({ identifier: "198.51.100.7" });

  /** A machine whose one dynamic peer is held in Idle. */
  function held(idleHoldTime: number | null | undefined) {
    const machine = new SpeakerMachine<null>({ routerId: "192.0.2.1", seed: 1 });
    const drain = (): string[] => {
      const types: string[] = [];
      for (let one = machine.poll(); one !== null; one = machine.poll()) types.push(one.output.type);
      return types;
    };
    machine.addRange({ prefix: "198.51.100.0/24", localAs: 65001, remoteAs: 65002, limit: 1 }, () => null);
    machine.start(0);
    const { peer, conn } = machine.accept(0, FROM) as {
      peer: NonNullable<ReturnType<typeof machine.get>>;
      conn: number;
    };
    machine.handle(0, peer, { type: "bytes", conn, chunk: OPEN });
    machine.handle(0, peer, { type: "bytes", conn, chunk: keepalive() });
    drain();
    expect(peer.machine.view().state).toBe("Established");
    machine.handle(0, peer, {
      type: "fail",
      conn,
      notification: TOO_MANY,
      ...(idleHoldTime !== undefined && { idleHoldTime }),
    });
    return { machine, peer, drain };
  }

  test("is kept for its time, refused meanwhile, and goes then", () => {
    const { machine, peer, drain } = held(30_000);
    expect(drain()).not.toContain("removed");
    expect(machine.get("198.51.100.7")).toBe(peer);
    expect(machine.deadline()).toBe(30_000);
    // Refused by the peer itself, and by the limit, which it takes part in.
    expect(machine.accept(10_000, FROM).peer).toBe(peer);
    expect(drain()).toEqual(expect.arrayContaining(["write", "close", "ended"]));
    expect(machine.accept(10_000, { ...FROM, remoteAddress: "198.51.100.8" }).peer).toBeNull();
    machine.tick(30_000);
    expect(drain()).toContain("removed");
    expect(machine.get("198.51.100.7")).toBeNull();
    expect(machine.accept(30_000, { ...FROM, remoteAddress: "198.51.100.8" }).peer).not.toBeNull();
  });

  test("is kept until it is enabled", () => {
    const { machine, peer, drain } = held(null);
    drain();
    expect(machine.deadline()).toBeNull();
    machine.enable(86_400_000, peer);
    expect(drain()).toContain("removed");
  });

  test("goes at once where nothing is asked for", () => {
    expect(held(undefined).drain()).toContain("removed");
  });
});
