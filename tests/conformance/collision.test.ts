// RFC 4271 section 6.8 with RFC 6286 section 2.3, case by case: which of two connections stays must depend on who dialled
// and who is dominant, never on which OPEN came first.
import { describe, expect, it } from "vitest";
import type { ConnId } from "../../packages/core/src/session/io.ts";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import { comparable, ofType, PeerDriver, saidTo } from "../support/peer-driver.ts";
import type { OpenFields } from "../support/wire.ts";
import { keepalive, notification, open, update } from "../support/wire.ts";

interface Dominance {
  readonly name: string;
  readonly options: Partial<PeerOptions>;
  readonly theirs: OpenFields;
  /** Whose connection stays. */
  readonly winner: "outbound" | "inbound";
}

const BIG = 4_200_000_000;

const DOMINANCE: readonly Dominance[] = [
  { name: "our identifier is higher", options: { routerId: "10.0.0.3" }, theirs: {}, winner: "outbound" },
  { name: "the peer's identifier is higher", options: { routerId: "10.0.0.1" }, theirs: {}, winner: "inbound" },
  {
    name: "6.8: identifiers are unsigned, ours has the highest bit",
    options: { routerId: "200.0.0.1" },
    theirs: { identifier: "10.0.0.2" },
    winner: "outbound",
  },
  {
    name: "6.8: identifiers are unsigned, the peer's has the highest bit",
    options: { routerId: "10.0.0.1" },
    theirs: { identifier: "200.0.0.1" },
    winner: "inbound",
  },
  {
    name: "6.8: identifiers are numbers, not text",
    options: { routerId: "9.255.255.255" },
    theirs: { identifier: "10.0.0.0" },
    winner: "inbound",
  },
  {
    name: "RFC 6286: same identifier, our AS is larger",
    options: { routerId: "10.0.0.2", localAs: 65003 },
    theirs: {},
    winner: "outbound",
  },
  {
    name: "RFC 6286: same identifier, the peer's AS is larger",
    options: { routerId: "10.0.0.2", localAs: 65001 },
    theirs: {},
    winner: "inbound",
  },
  {
    name: "RFC 6286: same identifier, our AS needs four octets",
    options: { routerId: "10.0.0.2", localAs: BIG },
    theirs: {},
    winner: "outbound",
  },
  {
    name: "RFC 6286: same identifier, the peer's AS needs four octets",
    options: { routerId: "10.0.0.2", remoteAs: BIG },
    theirs: { as: BIG },
    winner: "inbound",
  },
];

/** Both connections in OpenSent. */
function both(options: Partial<PeerOptions> = {}): { d: PeerDriver; ours: ConnId; theirs: ConnId } {
  const d = new PeerDriver(options);
  const ours = d.reach("outbound");
  const theirs = d.accept();
  expect(d.view.connections.map((c) => c.state)).toEqual(["OpenSent", "OpenSent"]);
  return { d, ours, theirs };
}

const lastSaid = (d: PeerDriver, conn: ConnId): string | undefined => saidTo(d.outputs, conn).at(-1);

describe("6.8: two connections, one OPEN after the other", () => {
  const orders = ["outbound", "inbound"] as const;
  const cases = DOMINANCE.flatMap((dominance) => orders.map((first) => ({ dominance, first })));

  it.each(cases.map((c) => [c.dominance.name, c.first, c] as const))(
    "%s; the OPEN of the %s one comes first",
    (_n, _f, c) => {
      const { d, ours, theirs } = both(c.dominance.options);
      const [first, second] = c.first === "outbound" ? [ours, theirs] : [theirs, ours];
      const [winner, loser] = c.dominance.winner === "outbound" ? [ours, theirs] : [theirs, ours];
      d.say(first, open(c.dominance.theirs));
      d.say(second, open(c.dominance.theirs));
      expect(d.view.connections).toMatchObject([{ conn: winner, state: "OpenConfirm" }]);
      expect(lastSaid(d, loser)).toBe("NOTIFICATION 6/7");
      expect(lastSaid(d, winner)).toBe("KEEPALIVE");
      expect(ofType(d.outputs, "ended")).toMatchObject([{ conn: loser, reason: { cause: "collision" } }]);
      expect(ofType(d.outputs, "up")).toEqual([]);
      d.say(winner, keepalive());
      expect(ofType(d.outputs, "up")).toMatchObject([{ conn: winner }]);
      expect(d.view).toMatchObject({ state: "Established", connectRetryCounter: 0, idleHoldDeadline: null });
    },
  );

  it.each(cases.map((c) => [c.dominance.name, c.first, c] as const))(
    "%s; the %s one is Established: it stays whoever dominates",
    (_n, _f, c) => {
      const { d, ours, theirs } = both(c.dominance.options);
      const [first, second] = c.first === "outbound" ? [ours, theirs] : [theirs, ours];
      d.say(first, open(c.dominance.theirs), keepalive());
      d.advance(2_000);
      expect(d.connection(first)?.state).toBe("Established");
      d.say(second, open(c.dominance.theirs));
      expect(d.view.connections).toMatchObject([{ conn: first, state: "Established" }]);
      expect(lastSaid(d, second)).toBe("NOTIFICATION 6/7");
      expect(ofType(d.outputs, "down")).toEqual([]);
    },
  );

  it.each(cases.map((c) => [c.dominance.name, c.first, c] as const))(
    "%s; the %s one is Established, CollisionDetectEstablishedState: the dominant side's stays",
    (_n, _f, c) => {
      const { d, ours, theirs } = both({ ...c.dominance.options, collisionDetectEstablishedState: true });
      const [first, second] = c.first === "outbound" ? [ours, theirs] : [theirs, ours];
      const [winner, loser] = c.dominance.winner === "outbound" ? [ours, theirs] : [theirs, ours];
      d.say(first, open(c.dominance.theirs), keepalive());
      d.advance(2_000);
      d.say(second, open(c.dominance.theirs));
      expect(d.view.connections.map((v) => v.conn)).toEqual([winner]);
      expect(lastSaid(d, loser)).toBe("NOTIFICATION 6/7");
      expect(ofType(d.outputs, "down").map((o) => o.conn)).toEqual(loser === first ? [first] : []);
      if (winner === second) {
        d.say(second, keepalive());
        expect(ofType(d.outputs, "up").map((o) => o.conn)).toEqual([first, second]);
      }
    },
  );
});

describe("core.md: same direction, the newer one wins", () => {
  it("the older is a stale half-open", () => {
    const d = new PeerDriver({ passive: true });
    d.start();
    const old = d.accept();
    d.say(old, open());
    const fresh = d.accept();
    d.say(fresh, open());
    expect(d.view.connections).toMatchObject([{ conn: fresh, state: "OpenConfirm" }]);
    expect(lastSaid(d, old)).toBe("NOTIFICATION 6/7");
  });

  it("also when the OPEN of the older one comes last", () => {
    const d = new PeerDriver({ passive: true });
    d.start();
    const old = d.accept();
    const fresh = d.accept();
    d.say(fresh, open());
    d.say(old, open());
    expect(d.view.connections).toMatchObject([{ conn: fresh, state: "OpenConfirm" }]);
    expect(lastSaid(d, old)).toBe("NOTIFICATION 6/7");
  });

  it("an Established one stays, unless CollisionDetectEstablishedState", () => {
    for (const detect of [false, true]) {
      const d = new PeerDriver({ passive: true, collisionDetectEstablishedState: detect });
      d.start();
      const old = d.accept();
      d.say(old, open(), keepalive());
      const fresh = d.accept();
      d.say(fresh, open());
      expect(d.view.connections.map((c) => c.conn)).toEqual([detect ? fresh : old]);
      expect(lastSaid(d, detect ? old : fresh)).toBe("NOTIFICATION 6/7");
    }
  });
});

describe("core.md: what a collision leaves alone", () => {
  it("a sibling still in OpenSent lives on when another becomes Established", () => {
    const { d, ours, theirs } = both();
    d.say(theirs, open(), keepalive());
    d.advance(10_000);
    expect(d.connection(theirs)?.state).toBe("Established");
    expect(d.connection(ours)?.state).toBe("OpenSent");
    expect(saidTo(d.outputs, ours)).toEqual(["OPEN"]);
  });

  it("a sibling in OpenSent that never shows its OPEN goes by its hold timer; the session does not notice", () => {
    const { d, ours, theirs } = both({ openHoldTime: 20 });
    d.say(theirs, open({ holdTime: 0 }), keepalive());
    d.advance(20_000);
    expect(lastSaid(d, ours)).toBe("NOTIFICATION 4/0");
    expect(d.view).toMatchObject({ state: "Established", idleHoldDeadline: null });
    expect(ofType(d.outputs, "down")).toEqual([]);
  });

  it("an error on one connection does not send the peer to Idle while another one lives", () => {
    const { d, ours, theirs } = both();
    d.say(ours, open({ holdTime: 1 }));
    expect(lastSaid(d, ours)).toBe("NOTIFICATION 2/6");
    expect(d.view).toMatchObject({ state: "OpenSent", idleHoldDeadline: null });
    d.say(theirs, open(), keepalive());
    expect(d.view.state).toBe("Established");
  });

  it("the loser's end does not show in the winner's state", () => {
    const { d, ours, theirs } = both();
    d.say(theirs, open());
    const from = d.outputs.length;
    d.say(ours, open());
    expect(ofType(d.outputs.slice(from), "state")).toEqual([]);
    expect(d.view.state).toBe("OpenConfirm");
  });

  it("a dial still under way is given up once a session is up", () => {
    const d = new PeerDriver({ collisionHoldTime: 0 });
    d.start();
    const { dialling } = d;
    const conn = d.accept();
    const news = d.say(conn, open(), keepalive());
    expect(ofType(news, "cancelDial")).toEqual([{ type: "cancelDial", conn: dialling }]);
    expect(d.view).toMatchObject({ state: "Established", dialling: null, connectRetryDeadline: null });
    expect(ofType(d.advance(80_000), "dial")).toEqual([]);
  });

  it("several inbound connections wait in OpenSent, at most four; the oldest makes room with Cease/7", () => {
    const d = new PeerDriver({ passive: true });
    d.start();
    const all = Array.from({ length: 6 }, () => d.accept());
    expect(d.view.connections.map((c) => c.conn)).toEqual(all.slice(2));
    expect(all.slice(0, 2).map((conn) => lastSaid(d, conn))).toEqual(["NOTIFICATION 6/7", "NOTIFICATION 6/7"]);
    // A rebooted peer is not locked out by what it left behind.
    d.say(all[5]!, open(), keepalive());
    expect(d.connection(all[5]!)?.state).toBe("Established");
  });

  it("the one with a valid OPEN is never evicted", () => {
    const d = new PeerDriver({ passive: true });
    d.start();
    const first = d.accept();
    d.say(first, open());
    for (let i = 0; i < 10; i += 1) d.accept();
    expect(d.connection(first)?.state).toBe("OpenConfirm");
  });
});

describe("core.md: up is held back for a bounded time while a sibling is unresolved", () => {
  it("until collisionHoldTime is over", () => {
    const { d, theirs } = both({ collisionHoldTime: 2 });
    d.say(theirs, open(), keepalive());
    expect(d.view.state).toBe("OpenConfirm");
    expect(ofType(d.advance(1_999), "up")).toEqual([]);
    expect(ofType(d.advance(1), "up")).toMatchObject([{ conn: theirs }]);
    expect(ofType(d.outputs, "state").at(-1)).toMatchObject({ to: "Established", cause: "CollisionHoldTimer_Expires" });
  });

  it.each([
    ["UPDATE", update(new Uint8Array(4))],
    ["NOTIFICATION", notification(6, 2)],
    ["KEEPALIVE", keepalive()],
    ["OPEN", open()],
  ])("not at all where collisionHoldTime is 0, whether the next %s comes with the KEEPALIVE or after it", (_, next) => {
    const [together, apart] = [both({ collisionHoldTime: 0 }), both({ collisionHoldTime: 0 })];
    together.d.say(together.theirs, open(), keepalive(), next);
    apart.d.say(apart.theirs, open(), keepalive());
    expect(apart.d.view.state).toBe("Established");
    apart.d.say(apart.theirs, next);
    expect(apart.d.outputs.map(comparable)).toEqual(together.d.outputs.map(comparable));
  });

  it("until the sibling is gone", () => {
    const { d, ours, theirs } = both();
    d.say(theirs, open(), keepalive());
    const news = d.feed({ type: "closed", conn: ours, reason: "ECONNRESET" });
    expect(ofType(news, "up")).toMatchObject([{ conn: theirs }]);
    // Nothing is left of the timer.
    expect(ofType(d.advance(10_000), "state")).toEqual([]);
  });

  it("until the sibling has lost", () => {
    const { d, ours, theirs } = both();
    d.say(theirs, open(), keepalive());
    expect(ofType(d.say(ours, open()), "up")).toMatchObject([{ conn: theirs }]);
    expect(lastSaid(d, ours)).toBe("NOTIFICATION 6/7");
  });

  it("and not at all when the sibling wins", () => {
    const { d, ours, theirs } = both({ routerId: "10.0.0.9" });
    d.say(theirs, open(), keepalive());
    d.say(ours, open(), keepalive());
    expect(ofType(d.outputs, "up").map((o) => o.conn)).toEqual([ours]);
    expect(lastSaid(d, theirs)).toBe("NOTIFICATION 6/7");
    expect(ofType(d.outputs, "down")).toEqual([]);
  });

  it("with collisionHoldTime 0 not at all", () => {
    const { d, theirs } = both({ collisionHoldTime: 0 });
    expect(ofType(d.say(theirs, open(), keepalive()), "up")).toMatchObject([{ conn: theirs }]);
  });

  it("a NOTIFICATION that comes meanwhile ends it: it was never up", () => {
    const { d, ours, theirs } = both();
    d.say(theirs, open(), keepalive());
    d.say(theirs, notification(6, 7));
    expect(d.connection(theirs)).toBeUndefined();
    d.say(ours, open(), keepalive());
    expect(ofType(d.outputs, "up").map((o) => o.conn)).toEqual([ours]);
    expect(ofType(d.outputs, "down")).toEqual([]);
  });

  it("an UPDATE that comes meanwhile says which one the peer has chosen", () => {
    const { d, ours, theirs } = both({ routerId: "10.0.0.9" });
    d.say(theirs, open(), keepalive());
    const news = d.say(theirs, update("0004 18 c00002 0000"));
    expect(news.map((o) => o.type)).toEqual(["state", "up", "update"]);
    expect(d.connection(theirs)?.state).toBe("Established");
    // Established stays, although we dominate.
    d.say(ours, open());
    expect(lastSaid(d, ours)).toBe("NOTIFICATION 6/7");
    expect(ofType(d.outputs, "down")).toEqual([]);
  });

  it("KEEPALIVEs that come meanwhile keep the hold timer from expiring", () => {
    const { d, theirs } = both({ holdTime: 3, collisionHoldTime: 10 });
    d.say(theirs, open({ holdTime: 3 }), keepalive());
    for (let s = 0; s < 10; s += 1) {
      d.advance(1_000);
      d.say(theirs, keepalive());
    }
    expect(d.connection(theirs)?.state).toBe("Established");
  });
});

describe("core.md: after a Cease/7 in either direction", () => {
  it.each([
    ["we dominate", "10.0.0.9", 0, 250],
    ["the peer dominates: it dials first", "10.0.0.1", 1_000, 2_000],
  ])("redial soon, no damping; %s", (_name, routerId, least, most) => {
    const d = new PeerDriver({ routerId });
    // The identifier of the peer is known from a session that was up.
    const first = d.establish("outbound");
    d.feed({ type: "closed", conn: first, reason: "ECONNRESET" });
    const conn = d.confirm("inbound");
    d.say(conn, notification(6, 7));
    expect(d.view).toMatchObject({ state: "Active", idleHoldDeadline: null });
    const wait = d.view.connectRetryDeadline! - d.now;
    expect(wait).toBeGreaterThanOrEqual(least);
    expect(wait).toBeLessThanOrEqual(most);
    const dials = ofType(d.advance(most), "dial");
    expect(dials).toHaveLength(1);
  });

  it("a dial that is under way keeps its time", () => {
    const d = new PeerDriver();
    d.start();
    const { connectRetryDeadline } = d.view;
    const conn = d.accept();
    d.say(conn, open(), notification(6, 7));
    expect(d.view).toMatchObject({ state: "Connect", dialling: 2, connectRetryDeadline });
  });

  it("a passive peer does not dial then either", () => {
    const d = new PeerDriver({ passive: true });
    d.start();
    const conn = d.confirm("inbound");
    d.say(conn, notification(6, 7));
    expect(ofType(d.advance(600_000), "dial")).toEqual([]);
    expect(d.view.state).toBe("Active");
  });
});
