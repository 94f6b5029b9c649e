// BFD that somebody else runs: what it says ends sessions with Cease/BFD Down (RFC 9384), decides over routes that would outlive
// them (RFC 5882 section 4.3), and opens the gate of strict mode (draft-ietf-idr-bgp-bfd-strict-mode).
import { describe, expect, test } from "vitest";
import { bfdStrict } from "../../packages/core/src/message/capability.ts";
import { unwrapHardReset } from "../../packages/core/src/message/notification.ts";
import { PeerMachine } from "../../packages/core/src/peer/machine.ts";
import type { BfdStatus, ConnId, PeerOutput } from "../../packages/core/src/session/io.ts";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import { comparable, messagesTo, ofType, PeerDriver, saidTo } from "../support/peer-driver.ts";
import { capability, keepalive, notification, open, text, update, usualCapabilities } from "../support/wire.ts";

function bfd(d: PeerDriver, status: BfdStatus, controlPlaneIndependent?: boolean): PeerOutput[] {
  return d.feed({ type: "bfd", status, ...(controlPlaneIndependent !== undefined && { controlPlaneIndependent }) });
}

describe("BFD down (RFC 9384)", () => {
  test("ends a session at once with Cease/10, and the peer may come again without damping", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    bfd(d, "up");
    const news = bfd(d, "down");
    expect(text(messagesTo(news, conn).at(-1)!.bytes)).toBe(text(notification(6, 10)));
    expect(ofType(news, "down")).toMatchObject([
      { retained: null, reason: { cause: "bfd", notification: { code: 6, subcode: 10 } } },
    ]);
    expect(ofType(news, "state")[0]).toMatchObject({ from: "Established", to: "Idle", cause: "BfdDown" });
    expect(d.view).toMatchObject({ bfd: "down", idleHoldDeadline: null, connectRetryCounter: 0 });
    // Without strict mode BGP comes up without BFD, and what is said again changes nothing.
    d.advance(10_000);
    const again = d.connect();
    d.say(again, open(), keepalive());
    expect(d.connection(again)?.state).toBe("Established");
    expect(bfd(d, "down")).toEqual([]);
    bfd(d, "up");
    expect(saidTo(bfd(d, "down"), again)).toEqual(["NOTIFICATION 6/10"]);
  });

  test("ends one in OpenConfirm too, and none whose OPEN has not come", () => {
    const d = new PeerDriver();
    const confirming = d.confirm();
    const waiting = d.accept();
    expect(ofType(bfd(d, "down"), "ended")).toMatchObject([{ conn: confirming }]);
    expect(d.connection(waiting)?.state).toBe("OpenSent");
  });

  test("is nothing to an idle peer, and stays what BFD has said", () => {
    const d = new PeerDriver();
    expect(bfd(d, "down")).toEqual([]);
    d.establish();
    expect(d.view).toMatchObject({ state: "Established", bfd: "down" });
    d.stop();
    expect(d.view.bfd).toBe("down");
  });

  test("administratively down ends nothing", () => {
    const d = new PeerDriver();
    d.establish();
    bfd(d, "up");
    expect(bfd(d, "adminDown")).toEqual([]);
    expect(d.view).toMatchObject({ state: "Established", bfd: "adminDown" });
  });

  test("a word that is none is a mistake of the caller", () => {
    const d = new PeerDriver();
    expect(() => d.feed({ type: "bfd", status: "Down" as BfdStatus })).toThrow(
      'status: "Down" is none; give "up", "down" or "adminDown"',
    );
  });
});

const IPV4 = { afi: 1, safi: 1 } as const;
/** Capability 64: restart time 120 s, IPv4 unicast with its state preserved; with and without the N bit. */
const N120 = open({ capabilities: [...usualCapabilities(65002), capability(64, "4078 0001 01 80")] });
const R120 = open({ capabilities: [...usualCapabilities(65002), capability(64, "0078 0001 01 80")] });

function helping(says: Uint8Array): { d: PeerDriver; conn: ConnId } {
  const d = new PeerDriver({ passive: true, gracefulRestart: { families: [IPV4] } });
  d.start();
  const conn = d.accept();
  d.say(conn, says, keepalive(), update("0000 0000"));
  d.advance(5_000);
  bfd(d, "up");
  return { d, conn };
}

describe("BFD down and graceful restart (RFC 5882 section 4.3)", () => {
  test.each([
    ["shares its fate with the control plane, N bits: a NOTIFICATION like others (RFC 8538)", N120, false, 10, true],
    ["shares its fate, no N bits: a NOTIFICATION retains nothing (RFC 4724)", R120, false, 10, false],
    ["is independent of it, N bits: a Hard Reset with Cease/10 in it (RFC 9384 section 4)", N120, true, 9, false],
    ["is independent of it, no N bits", R120, true, 10, false],
  ])("of a session, where BFD %s", (_name, says, independent, subcode, retained) => {
    const { d } = helping(says);
    const [down] = ofType(bfd(d, "down", independent), "down");
    expect(down!.retained !== null).toBe(retained);
    expect(d.view.lastSent).toMatchObject({ code: 6, subcode });
    if (subcode === 9) expect(unwrapHardReset(d.view.lastSent!)).toMatchObject({ code: 6, subcode: 10 });
    expect(d.view.stale).toHaveLength(retained ? 1 : 0);
  });

  test.each([
    ["goes on where BFD shares its fate (section 4.3.2)", false, []],
    ["is aborted where BFD does not (section 4.3.1)", true, [{ action: "drop", ...IPV4, cause: "bfdDown" }]],
  ])("a restart that has begun %s", (_name, independent, stale) => {
    const { d, conn } = helping(R120);
    d.feed({ type: "eof", conn });
    expect(d.view.stale).toHaveLength(1);
    expect(ofType(bfd(d, "down", independent), "stale")).toMatchObject(stale);
    expect(d.view.stale).toHaveLength(1 - stale.length);
  });
});

/** Our side asks for strict mode. */
const STRICT: Partial<PeerOptions> = { capabilities: [{ name: "multiprotocol", code: 1, ...IPV4 }, bfdStrict()] };

/** A peer that asks for it too. */
function strictly(holdTime = 90): Uint8Array {
  return open({ holdTime, capabilities: [...usualCapabilities(65002), capability(74)] });
}

function waiting(options: Partial<PeerOptions> = {}, says: Uint8Array = strictly()): { d: PeerDriver; conn: ConnId } {
  const d = new PeerDriver({ ...STRICT, ...options });
  const conn = d.reach("outbound");
  d.say(conn, says);
  return { d, conn };
}

describe("strict mode (draft-ietf-idr-bgp-bfd-strict-mode)", () => {
  test("holds a session in OpenSent, without a KEEPALIVE, until BFD is up", () => {
    const { d, conn } = waiting();
    expect(d.connection(conn)).toMatchObject({ state: "OpenSent", awaitsBfd: true, keepaliveDeadline: null });
    d.advance(60_000);
    expect(saidTo(d.outputs, conn)).toEqual(["OPEN"]);
    const news = bfd(d, "up");
    expect(saidTo(news, conn)).toEqual(["KEEPALIVE"]);
    expect(ofType(news, "state")).toMatchObject([{ from: "OpenSent", to: "OpenConfirm", cause: "BfdUp" }]);
    expect(d.connection(conn)).toMatchObject({ awaitsBfd: false, holdDeadline: d.now + 90_000 });
    d.say(conn, keepalive());
    expect(d.view).toMatchObject({ state: "Established", negotiated: { bfdStrict: true } });
  });

  test("lets a session come up at once where BFD is up, or administratively down, already", () => {
    for (const status of ["up", "adminDown"] as const) {
      const d = new PeerDriver(STRICT);
      bfd(d, status);
      const conn = d.establish("outbound", { capabilities: [...usualCapabilities(65002), capability(74)] });
      expect(saidTo(d.outputs, conn)).toEqual(["OPEN", "KEEPALIVE"]);
    }
  });

  test.each([
    ["we do not have the capability", {}, strictly()],
    ["the peer does not have the capability", STRICT, open()],
  ])("does not hold where %s", (_name, options, says) => {
    const d = new PeerDriver(options);
    const conn = d.reach("outbound");
    d.say(conn, says, keepalive());
    expect(d.view).toMatchObject({ state: "Established", bfd: null, negotiated: { bfdStrict: false } });
  });

  test("administratively down ends the wait too", () => {
    const { d, conn } = waiting();
    expect(ofType(bfd(d, "adminDown"), "state")).toMatchObject([{ to: "OpenConfirm", cause: "BfdAdminDown" }]);
    expect(d.connection(conn)?.state).toBe("OpenConfirm");
  });

  test("down goes on with the wait", () => {
    const { d, conn } = waiting();
    expect(bfd(d, "down")).toEqual([]);
    expect(d.connection(conn)).toMatchObject({ state: "OpenSent", awaitsBfd: true });
  });

  test("a peer whose BFD is up before ours has confirmed already, and its KEEPALIVEs do not prolong the wait", () => {
    const { d, conn } = waiting();
    const { holdDeadline } = d.connection(conn)!;
    d.advance(30_000);
    d.say(conn, keepalive());
    expect(d.connection(conn)).toMatchObject({ state: "OpenSent", holdDeadline });
    const news = bfd(d, "up");
    expect(saidTo(news, conn)).toEqual(["KEEPALIVE"]);
    expect(ofType(news, "state").map(({ to }) => to)).toEqual(["OpenConfirm", "Established"]);
    d.say(conn, update("0000 0000"));
    expect(d.view.state).toBe("Established");
  });

  test("the wait ends with the hold time", () => {
    const { d, conn } = waiting();
    expect(ofType(d.advance(89_999), "ended")).toEqual([]);
    const news = d.advance(1);
    expect(saidTo(news, conn)).toEqual(["NOTIFICATION 4/0"]);
    expect(ofType(news, "ended")[0]!.reason.text).toBe("hold timer expired: BFD did not come up");
  });

  test("the wait ends with Cease/10 after BfdHoldTime where the hold time is 0", () => {
    for (const [options, seconds] of [
      [{}, 30],
      [{ bfdHoldTime: 2.5 }, 2.5],
    ] as const) {
      const { d, conn } = waiting(options, strictly(0));
      expect(d.connection(conn)?.holdDeadline).toBeNull();
      d.say(conn, keepalive());
      expect(ofType(d.advance(1000 * seconds - 1), "ended")).toEqual([]);
      const news = d.advance(1);
      expect(saidTo(news, conn)).toEqual(["NOTIFICATION 6/10"]);
      expect(ofType(news, "ended")).toMatchObject([{ reason: { cause: "bfd", text: "BFD did not come up" } }]);
      expect(d.view).toMatchObject({ connectRetryCounter: 1 });
      // The time of a wait that has ended well does not run on.
      const good = waiting(options, strictly(0));
      bfd(good.d, "up");
      good.d.say(good.conn, keepalive());
      expect(ofType(good.d.advance(1_000_000), "ended")).toEqual([]);
    }
  });

  test.each([
    ["UPDATE", update("0000 0000"), "NOTIFICATION 5/1 02"],
    ["a second OPEN", strictly(), "NOTIFICATION 5/1 01"],
  ])("%s in between is out of place (RFC 6608)", (_name, message, said) => {
    const { d, conn } = waiting();
    d.say(conn, keepalive());
    expect(saidTo(d.say(conn, message), conn)).toEqual([said]);
  });

  test("of two connections the one that the dominant side dialled waits, the other goes (RFC 4271 section 6.8)", () => {
    const { d, conn } = waiting();
    const inbound = d.accept();
    const news = d.say(inbound, strictly());
    // The peer's identifier is the higher one.
    expect(saidTo(news, conn)).toEqual(["NOTIFICATION 6/7"]);
    expect(d.view.connections).toMatchObject([{ conn: inbound, awaitsBfd: true }]);
    bfd(d, "up");
    d.say(inbound, keepalive());
    expect(d.view.state).toBe("Established");
  });

  test("goes on from a snapshot", () => {
    const { d, conn } = waiting({}, strictly(0));
    d.say(conn, keepalive());
    const restored = PeerMachine.restore(d.options, d.environment, d.machine.snapshot());
    const outputsOf = (machine: PeerMachine): string[] => {
      const list: string[] = [];
      machine.handle(d.now + 5, { type: "bfd", status: "up" });
      for (let one = machine.poll(); one !== null; one = machine.poll()) list.push(comparable(one));
      return list;
    };
    const [ours, again] = [outputsOf(d.machine), outputsOf(restored)];
    expect(again).toEqual(ours);
    expect(restored.view().state).toBe("Established");
  });
});
