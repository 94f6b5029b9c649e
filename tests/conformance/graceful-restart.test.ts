// Graceful restart, section by section: RFC 4724 with RFC 8538, long-lived (RFC 9494), and the stale marking of a refresh
// (RFC 7313). The routes are the user's; what is tested is what the machine says of them, and when.
import { describe, expect, it } from "vitest";
import type { ConnId, PeerOutput } from "../../packages/core/src/session/io.ts";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import { messagesTo, ofType, PeerDriver, saidTo } from "../support/peer-driver.ts";
import {
  capability,
  keepalive,
  notification,
  open,
  routeRefresh,
  text,
  update,
  usualCapabilities,
} from "../support/wire.ts";

const IPV4 = { afi: 1, safi: 1 } as const;
const IPV6 = { afi: 2, safi: 1 } as const;

const BOTH: Partial<PeerOptions> = {
  capabilities: [
    { name: "multiprotocol", code: 1, ...IPV4 },
    { name: "multiprotocol", code: 1, ...IPV6 },
    { name: "routeRefresh", code: 2 },
    { name: "enhancedRouteRefresh", code: 70 },
  ],
};

/** Ours: helps, and restarts with IPv4. */
const HELPS: Partial<PeerOptions> = { ...BOTH, gracefulRestart: { restartTime: 100, families: [IPV4] } };
const WITHOUT_N: Partial<PeerOptions> = { ...BOTH, gracefulRestart: { notification: false } };
const LONG_LIVED: Partial<PeerOptions> = {
  ...HELPS,
  longLivedGracefulRestart: [
    { ...IPV4, staleTime: 1000 },
    { ...IPV6, staleTime: 1000 },
  ],
};

const MULTIPROTOCOL = [capability(1, "0001 00 01"), capability(1, "0002 00 01")];
const BASE = [...MULTIPROTOCOL, ...usualCapabilities(65002).slice(1)];
const ENHANCED = capability(70);

/** OPEN of a peer with capability 64: flags and time in four digits, then families. */
function peerSays(restart: string | null, ...more: readonly Uint8Array[]): Uint8Array {
  return open({ capabilities: [...BASE, ...(restart === null ? [] : [capability(64, restart)]), ...more] });
}

/** Restart time 120 s, both families with the F bit. */
const R120 = "0078 0001 01 80 0002 01 80";
const N120 = "4078 0001 01 80 0002 01 80";

const END_OF_RIB_4 = update("0000 0000");
const END_OF_RIB_6 = update("0000 0006 80 0f 03 0002 01");

/** A session with a peer that says this; it came up long enough ago. */
function session(
  options: Partial<PeerOptions>,
  says: Uint8Array,
  ...said: readonly Uint8Array[]
): { d: PeerDriver; conn: ConnId } {
  const d = new PeerDriver({ passive: true, idleHoldTime: 0, ...options });
  d.start();
  const conn = again(d, says, ...said);
  d.advance(5_000);
  return { d, conn };
}

/** The peer connects and comes up. */
function again(d: PeerDriver, says: Uint8Array, ...said: readonly Uint8Array[]): ConnId {
  const conn = d.accept();
  d.say(conn, says, keepalive(), ...said);
  expect(d.connection(conn)?.state).toBe("Established");
  return conn;
}

/** What is retained, with seconds until something more is said; null is nothing. */
function retained(d: PeerDriver, outputs: readonly PeerOutput[] = d.outputs): string | null {
  const down = ofType(outputs, "down").at(-1);
  if (down === undefined) throw new Error(`no down:\n${d.log.join("\n")}`);
  return (
    down.retained
      ?.map((r) => `${r.afi}/${r.safi} ${r.until === null ? "never" : (r.until - d.now) / 1000}`)
      .join(", ") ?? null
  );
}

/** What is said of stale routes. */
function stale(outputs: readonly PeerOutput[]): string[] {
  return ofType(outputs, "stale").map((o) => `${o.action} ${o.afi}/${o.safi} ${o.cause}`);
}

const BOTH_FAMILIES = "1/1 120, 2/1 120";

interface Ending {
  readonly name: string;
  readonly end: (d: PeerDriver, conn: ConnId) => PeerOutput[];
  /** Are routes retained: without the N bit on one side, and with it on both? */
  readonly plain: boolean;
  readonly graceful: boolean;
  /** The NOTIFICATION that we send to a peer with the N bit. */
  readonly said?: string;
}

const cease = (subcode: number): { code: number; subcode: number; data: Uint8Array } => ({
  code: 6,
  subcode,
  data: new Uint8Array(0),
});

const ENDINGS: readonly Ending[] = [
  {
    name: "TCP is reset",
    end: (d, conn) => d.feed({ type: "closed", conn, reason: "ECONNRESET" }),
    plain: true,
    graceful: true,
  },
  { name: "TCP is closed", end: (d, conn) => d.feed({ type: "eof", conn }), plain: true, graceful: true },
  { name: "the peer's Cease/4", end: (d, conn) => d.say(conn, notification(6, 4)), plain: false, graceful: true },
  { name: "the peer's Cease/2", end: (d, conn) => d.say(conn, notification(6, 2)), plain: false, graceful: true },
  { name: "the peer's 3/1", end: (d, conn) => d.say(conn, notification(3, 1)), plain: false, graceful: true },
  { name: "the peer's 3/9", end: (d, conn) => d.say(conn, notification(3, 9)), plain: false, graceful: true },
  {
    name: "the peer's Hard Reset",
    end: (d, conn) => d.say(conn, notification(6, 9, "0604")),
    plain: false,
    graceful: false,
  },
  {
    name: "an empty Hard Reset of the peer",
    end: (d, conn) => d.say(conn, notification(6, 9)),
    plain: false,
    graceful: false,
  },
  { name: "our hold timer", end: (d) => d.advance(85_000), plain: false, graceful: true, said: "NOTIFICATION 4/0" },
  {
    name: "a broken header",
    end: (d, conn) => d.say(conn, new Uint8Array(19)),
    plain: false,
    graceful: true,
    said: "NOTIFICATION 1/1",
  },
  {
    name: "a refused UPDATE",
    end: (d, conn) => d.feed({ type: "fail", conn, notification: { code: 3, subcode: 1, data: new Uint8Array(0) } }),
    plain: false,
    graceful: true,
    said: "NOTIFICATION 3/1",
  },
  {
    name: "a reset by the operator",
    end: (d) => d.feed({ type: "reset" }),
    plain: false,
    graceful: true,
    said: "NOTIFICATION 6/4",
  },
  {
    name: "too many prefixes",
    end: (d, conn) => d.feed({ type: "fail", conn, notification: cease(1) }),
    plain: false,
    graceful: false,
    said: "NOTIFICATION 6/9 0601",
  },
  {
    name: "want of resources",
    end: (d, conn) => d.feed({ type: "fail", conn, notification: cease(8) }),
    plain: false,
    graceful: true,
    said: "NOTIFICATION 6/8",
  },
  {
    name: "a Cease of no subcode",
    end: (d, conn) => d.feed({ type: "fail", conn, notification: cease(0) }),
    plain: false,
    graceful: true,
    said: "NOTIFICATION 6/0",
  },
  {
    name: "a stop by the operator",
    end: (d) => d.stop(),
    plain: false,
    graceful: false,
    said: "NOTIFICATION 6/9 0602",
  },
  {
    name: "de-configuration",
    end: (d) => d.stop(cease(3)),
    plain: false,
    graceful: false,
    said: "NOTIFICATION 6/9 0603",
  },
  {
    name: "a stop without a word",
    end: (d) => d.feed({ type: "stop", notification: null }),
    plain: false,
    graceful: false,
  },
];

describe("RFC 4724 section 5 and RFC 8538 section 4: which endings retain", () => {
  describe.each(ENDINGS)("$name", ({ end, plain, graceful, said }) => {
    it(`without the N bit: ${plain ? "retained" : "not"}`, () => {
      for (const [ours, theirs] of [
        [WITHOUT_N, N120],
        [HELPS, R120],
      ] as const) {
        const { d, conn } = session(ours, peerSays(theirs));
        const news = end(d, conn);
        expect(retained(d, news)).toBe(plain ? BOTH_FAMILIES : null);
        if (said !== undefined) expect(saidTo(news, conn).at(-1)).toBe(said.replace(/6\/9 060/, "6/"));
      }
    });

    it(`with the N bit on both sides: ${graceful ? "retained" : "not"}`, () => {
      const { d, conn } = session(HELPS, peerSays(N120));
      expect(d.view.negotiated?.gracefulNotification).toBe(true);
      const news = end(d, conn);
      expect(retained(d, news)).toBe(graceful ? BOTH_FAMILIES : null);
      if (said !== undefined) expect(saidTo(news, conn).at(-1)).toBe(said);
      expect(stale(news)).toEqual([]);
    });

    it("never without capability 64, nor without families in it, nor where we do not help", () => {
      const cases: readonly (readonly [Partial<PeerOptions>, string | null])[] = [
        [HELPS, null],
        [HELPS, "4078"],
        [BOTH, N120],
        [{ ...BOTH, gracefulRestart: { helper: false } }, N120],
        [HELPS, "4000 0001 01 80"],
      ];
      for (const [ours, theirs] of cases) {
        const { d, conn } = session(ours, peerSays(theirs));
        end(d, conn);
        expect(retained(d)).toBeNull();
        expect(d.view.stale).toEqual([]);
      }
    });
  });

  it("not where the application lets the peer come again only when it is started", () => {
    const { d, conn } = session(HELPS, peerSays(N120));
    const news = d.feed({ type: "fail", conn, notification: cease(8), idleHoldTime: null });
    expect(stale(news)).toEqual(["drop 1/1 stopped", "drop 2/1 stopped"]);
    expect(d.view.stale).toEqual([]);
  });

  it("RFC 8538 section 6: a Hard Reset is told as such, with what is in it", () => {
    const { d } = session(HELPS, peerSays(N120));
    d.stop({ code: 6, subcode: 2, data: Uint8Array.of(2, 0x6f, 0x6b) });
    const down = ofType(d.outputs, "down")[0]!;
    expect(down.reason.notification).toEqual({ code: 6, subcode: 9, data: Uint8Array.of(6, 2, 2, 0x6f, 0x6b) });
  });
});

/** The values of our capabilities with this code. */
function hexOf(d: PeerDriver, conn: ConnId, code: number): string[] {
  const { body } = messagesTo(d.outputs, conn)[0]!;
  const values: string[] = [];
  for (let at = 12; at < body.length; at += 2 + body[at + 1]!) {
    if (body[at] === code) values.push(text(body.subarray(at + 2, at + 2 + body[at + 1]!)));
  }
  return values;
}

function capabilityOf(options: Partial<PeerOptions>, code: number): string[] {
  const d = new PeerDriver(options);
  const conn = d.reach("outbound");
  return hexOf(d, conn, code);
}

describe("RFC 4724 section 3: the capability", () => {
  it.each<[string, PeerOptions["gracefulRestart"], string[]]>([
    ["none", undefined, []],
    ["only helping; the hold time is the default restart time", {}, ["405a"]],
    ["without the N bit", { notification: false, restartTime: 4095 }, ["0fff"]],
    ["with a family", { restartTime: 0, families: [IPV4] }, ["400000010100"]],
    ["with the F bit", { restartTime: 1, families: [{ ...IPV4, forwardingState: true }] }, ["400100010180"]],
    ["restarting", { restartTime: 1, restarting: true, families: [IPV6] }, ["c00100020100"]],
  ])("%s", (_, gracefulRestart, values) => {
    expect(capabilityOf({ ...BOTH, ...(gracefulRestart && { gracefulRestart }) }, 64)).toEqual(values);
  });

  it("RFC 9494 section 3.1: the long-lived one", () => {
    const options: Partial<PeerOptions> = {
      ...BOTH,
      gracefulRestart: {},
      longLivedGracefulRestart: [
        { ...IPV4, staleTime: 0xfffffe, forwardingState: true },
        { ...IPV6, staleTime: 1 },
      ],
    };
    expect(capabilityOf(options, 71)).toEqual(["00010180fffffe00020100000001"]);
  });

  it("RFC 8538 section 4: once a session was up, nothing has restarted and the F bit is set", () => {
    const { d, conn } = session(LONG_LIVED, peerSays(R120));
    d.feed({ type: "eof", conn });
    const next = again(d, peerSays(R120));
    expect(hexOf(d, conn, 64)).toEqual(["406400010100"]);
    expect(hexOf(d, next, 64)).toEqual(["406400010180"]);
    expect(hexOf(d, next, 71)).toEqual(["000101800003e8000201800003e8"]);
  });

  it("what a plugin offers has no say in it, as with capability 65", () => {
    const d = new PeerDriver({ ...HELPS, askOpenParameters: true });
    const conn = d.reach("outbound");
    d.feed({
      type: "openParameters",
      conn,
      capabilities: [
        { name: "gracefulRestart", code: 64, restarting: true, notification: false, restartTime: 9, families: [] },
      ],
    });
    expect(hexOf(d, conn, 64)).toEqual(["406400010100"]);
  });
});

describe("RFC 4724 section 4.2: the receiving speaker", () => {
  it("if the session is not re-established within the Restart Time, the stale routes go", () => {
    const { d, conn } = session(HELPS, peerSays(R120));
    d.feed({ type: "eof", conn });
    expect(d.view.stale.map((s) => s.until! - d.now)).toEqual([120_000, 120_000]);
    expect(stale(d.advance(119_999))).toEqual([]);
    expect(stale(d.advance(1))).toEqual(["drop 1/1 restartTime", "drop 2/1 restartTime"]);
    expect(d.view.stale).toEqual([]);
    expect(stale(d.advance(1_000_000))).toEqual([]);
  });

  it("our own bounds on the peer's Restart Time", () => {
    const { d, conn } = session({ ...BOTH, gracefulRestart: { restartTimeMax: 7 } }, peerSays(R120));
    d.feed({ type: "eof", conn });
    expect(retained(d)).toBe("1/1 7, 2/1 7");
    const bounded = session({ ...HELPS, stalePathTime: 50 }, peerSays(R120));
    bounded.d.feed({ type: "eof", conn: bounded.conn });
    expect(stale(bounded.d.advance(50_000))).toEqual(["drop 1/1 stalePathTime", "drop 2/1 stalePathTime"]);
  });

  it("only families that were in the capability and that the session carries", () => {
    const { d, conn } = session(HELPS, peerSays("0078 0001 01 80 0001 02 80"));
    d.feed({ type: "eof", conn });
    expect(retained(d)).toBe("1/1 120");
  });

  it("End-of-RIB: what is still stale of its family goes", () => {
    const { d, conn } = session(HELPS, peerSays(R120));
    d.feed({ type: "eof", conn });
    d.advance(60_000);
    const next = again(d, peerSays(R120));
    expect(stale(d.say(next, update("0000 0000 18 c00002")))).toEqual([]);
    const news = d.say(next, END_OF_RIB_6);
    expect(news.map((o) => o.type)).toEqual(["update", "endOfRib", "stale"]);
    expect(stale(news)).toEqual(["drop 2/1 endOfRib"]);
    expect(stale(d.say(next, END_OF_RIB_4, END_OF_RIB_4))).toEqual(["drop 1/1 endOfRib"]);
    expect(d.view.stale).toEqual([]);
  });

  it("the stale timer of RFC 8538 section 4.1 runs on while the peer is back; 0 is no bound", () => {
    for (const [stalePathTime, dropped] of [
      [180, ["drop 1/1 stalePathTime", "drop 2/1 stalePathTime"]],
      [0, []],
    ] as const) {
      const { d, conn } = session({ ...HELPS, holdTime: 0, stalePathTime }, peerSays(R120));
      d.feed({ type: "eof", conn });
      d.advance(60_000);
      again(d, peerSays(R120));
      expect(stale(d.advance(119_999))).toEqual([]);
      expect(stale(d.advance(1))).toEqual(dropped);
      expect(d.view.stale.map((s) => s.until)).toEqual(stalePathTime === 0 ? [null, null] : []);
    }
  });

  it.each<[string, string | null, string[]]>([
    ["the F bit is not set", "0078 0001 01 00 0002 01 80", ["drop 1/1 forwardingState"]],
    ["a family is missing", "0078 0002 01 80", ["drop 1/1 notNegotiated"]],
    ["no family is in it", "0078", ["drop 1/1 notNegotiated", "drop 2/1 notNegotiated"]],
    ["the capability is missing", null, ["drop 1/1 notNegotiated", "drop 2/1 notNegotiated"]],
    ["all is well", R120, []],
  ])("the new OPEN: %s", (_, says, dropped) => {
    const { d, conn } = session(HELPS, peerSays(R120));
    d.feed({ type: "eof", conn });
    const before = d.outputs.length;
    again(d, peerSays(says));
    expect(stale(d.outputs.slice(before))).toEqual(dropped);
  });

  it("the new OPEN: a family that the session does not carry any more", () => {
    const { d, conn } = session(HELPS, peerSays(R120));
    d.feed({ type: "eof", conn });
    const before = d.outputs.length;
    again(d, open({ capabilities: [...usualCapabilities(65002), capability(64, R120)] }));
    expect(stale(d.outputs.slice(before))).toEqual(["drop 2/1 notNegotiated"]);
  });

  it("consecutive restarts: what is stale still goes, unless both have the N bit (RFC 8538 section 4.1)", () => {
    for (const [says, dropped] of [
      [R120, ["drop 2/1 consecutiveRestart"]],
      [N120, []],
    ] as const) {
      const { d, conn } = session(HELPS, peerSays(says));
      d.feed({ type: "eof", conn });
      const next = again(d, peerSays(says), END_OF_RIB_4);
      const news = d.feed({ type: "eof", conn: next });
      expect(stale(news)).toEqual(dropped);
      expect(retained(d, news)).toBe(BOTH_FAMILIES);
      const order = news.map((o) => o.type).filter((type) => type === "stale" || type === "down");
      expect(order.at(-1)).toBe("down");
    }
  });

  it("nor where they may be long-lived stale (RFC 9494 section 4.2)", () => {
    const says = peerSays(R120, capability(71, "0001 01 80 000e10"));
    const { d, conn } = session(LONG_LIVED, says);
    d.feed({ type: "eof", conn });
    const news = d.feed({ type: "eof", conn: again(d, says) });
    expect(stale(news)).toEqual(["drop 2/1 consecutiveRestart"]);
  });

  it("with the N bit what is stale for longer is not stale for ever", () => {
    const { d, conn } = session(HELPS, peerSays(N120));
    d.feed({ type: "eof", conn });
    d.advance(100_000);
    d.feed({ type: "eof", conn: again(d, peerSays(N120)) });
    expect(retained(d)).toBe("1/1 80, 2/1 80");
  });

  it("an operator who stops the peer waits for nothing", () => {
    const { d, conn } = session(HELPS, peerSays(R120));
    d.feed({ type: "eof", conn });
    expect(stale(d.stop())).toEqual(["drop 1/1 stopped", "drop 2/1 stopped"]);
    expect(d.machine.deadline()).toBeNull();
  });

  it("a reset while the peer is away changes nothing", () => {
    const { d, conn } = session(HELPS, peerSays(R120));
    d.feed({ type: "eof", conn });
    expect(stale(d.feed({ type: "reset" }))).toEqual([]);
    expect(d.view.stale).toHaveLength(2);
  });
});

describe("RFC 4724 section 4.2: the peer connects again while its session looks Established", () => {
  it("the previous TCP session is simply closed, and the new one retained", () => {
    const { d, conn } = session(HELPS, peerSays(R120));
    const before = d.outputs.length;
    const next = again(d, peerSays("8078 0001 01 80 0002 01 80"));
    const news = d.outputs.slice(before);
    expect(saidTo(news, conn)).toEqual([]);
    expect(ofType(news, "close").map((o) => o.conn)).toEqual([conn]);
    expect(retained(d, news)).toBe("1/1 120, 2/1 120");
    expect(ofType(news, "down")[0]).toMatchObject({ conn, reason: { cause: "transport", notification: null } });
    expect(ofType(news, "up").map((o) => o.conn)).toEqual([next]);
    expect(d.view.connections).toHaveLength(1);
    // Section 5: "sets ConnectRetryCounter to zero".
    d.advance(2_000);
    const third = d.accept();
    expect(d.view).toMatchObject({ connections: [{ conn: third, state: "OpenSent" }], connectRetryCounter: 0 });
  });

  it.each<[string, Partial<PeerOptions>, string | null]>([
    ["no capability of the peer", HELPS, null],
    ["no family in it", HELPS, "4078"],
    ["none of ours", BOTH, R120],
    ["we do not help", { ...BOTH, gracefulRestart: { helper: false } }, R120],
  ])("not with %s: RFC 4271 section 6.8 as ever", (_, ours, theirs) => {
    const { d, conn } = session(ours, peerSays(theirs));
    const next = d.accept();
    d.say(next, peerSays(theirs));
    expect(saidTo(d.outputs, next).at(-1)).toBe("NOTIFICATION 6/7");
    expect(d.connection(conn)?.state).toBe("Established");
  });

  it("not at the moment the session comes up: that is the other connection of a collision", () => {
    const d = new PeerDriver(HELPS);
    const conn = d.establish("outbound", { capabilities: [...BASE, capability(64, R120)] });
    d.accept();
    expect(d.connection(conn)?.state).toBe("Established");
    d.advance(2_000);
    d.accept();
    expect(d.connection(conn)).toBeUndefined();
  });
});

/** Both families are long-lived stale. */
function away(): PeerDriver {
  const { d, conn } = session(
    { ...LONG_LIVED, holdTime: 0 },
    peerSays("0078", capability(71, "0001 01 80 000e10 0002 01 80 000e10")),
  );
  d.feed({ type: "eof", conn });
  d.advance(1_000_000);
  return d;
}

describe("RFC 9494 section 4.2: long-lived stale routes", () => {
  const LL = capability(71, "0001 01 80 000e10 0002 01 00 000e10");

  it("begin once the Restart Time ends, with a time for each family", () => {
    const { d, conn } = session({ ...LONG_LIVED, stalePathTime: 0 }, peerSays("0078 0001 01 80", LL));
    const news = d.feed({ type: "eof", conn });
    // A Restart Time of zero, for a family that capability 64 does not list: at once.
    expect(retained(d, news)).toBe("1/1 120, 2/1 0");
    expect(stale(news)).toEqual(["longLived 2/1 restartTime"]);
    expect(ofType(news, "stale")[0]!.until).toBe(d.now + 3_600_000);
    const order = news.map((o) => o.type).filter((type) => type === "stale" || type === "down");
    expect(order).toEqual(["down", "stale"]);
    expect(stale(d.advance(120_000))).toEqual(["longLived 1/1 restartTime"]);
    expect(stale(d.advance(3_480_000))).toEqual(["drop 2/1 staleTime"]);
    expect(stale(d.advance(120_000))).toEqual(["drop 1/1 staleTime"]);
  });

  it("a time can be bounded, and needs our own configuration for the family", () => {
    const ours: Partial<PeerOptions> = {
      ...HELPS,
      longLivedGracefulRestart: [{ ...IPV4, staleTime: 1, staleTimeMax: 10 }],
    };
    const { d, conn } = session(ours, peerSays(R120, LL));
    d.feed({ type: "eof", conn });
    expect(stale(d.advance(120_000))).toEqual(["longLived 1/1 restartTime", "drop 2/1 restartTime"]);
    expect(stale(d.advance(10_000))).toEqual(["drop 1/1 staleTime"]);
  });

  it("section 4.5: without capability 64 capability 71 is ignored", () => {
    const { d, conn } = session(LONG_LIVED, peerSays(null, LL));
    d.feed({ type: "eof", conn });
    expect(retained(d)).toBeNull();
  });

  it.each<[string, string, string[]]>([
    ["all is well, though capability 64 lists nothing", "0001 01 80 000e10 0002 01 80 000e10", []],
    ["the F bit is not set", "0001 01 80 000e10 0002 01 00 000e10", ["drop 2/1 forwardingState"]],
    ["a family is missing", "0001 01 80 000e10", ["drop 2/1 notNegotiated"]],
  ])("the new OPEN: %s", (_, longLived, dropped) => {
    const d = away();
    const before = d.outputs.length;
    again(d, peerSays("0078", capability(71, longLived)));
    expect(stale(d.outputs.slice(before))).toEqual(dropped);
  });

  it("the new OPEN: section 5, the F bit of capability 64 is not set where that of 71 is", () => {
    const d = away();
    const before = d.outputs.length;
    again(d, peerSays("0078 0001 01 00", capability(71, "0001 01 80 000e10 0002 01 80 000e10")));
    expect(stale(d.outputs.slice(before))).toEqual(["drop 1/1 forwardingState"]);
  });

  it("does not begin once the peer is back: the stale timer ends what it does not tell again", () => {
    const says = peerSays(R120, LL);
    const { d, conn } = session({ ...LONG_LIVED, holdTime: 0 }, says);
    d.feed({ type: "eof", conn });
    again(d, says);
    expect(stale(d.advance(180_000))).toEqual(["drop 1/1 stalePathTime", "drop 2/1 stalePathTime"]);
  });

  it("the timer continues to run once the session has re-established, until End-of-RIB", () => {
    const d = away();
    const conn = again(d, peerSays("0078", LL));
    expect(stale(d.say(conn, END_OF_RIB_4))).toEqual(["drop 1/1 endOfRib"]);
    const late = away();
    again(late, peerSays("0078", capability(71, "0001 01 80 000e10 0002 01 80 000e10")));
    expect(stale(late.advance(2_600_000))).toEqual(["drop 1/1 staleTime", "drop 2/1 staleTime"]);
  });

  it("consecutive restarts: they stay, and their timer is not updated", () => {
    const d = away();
    const conn = again(d, peerSays("0078", capability(71, "0001 01 80 000e10 0002 01 80 000e10")));
    const news = d.feed({ type: "eof", conn });
    expect(stale(news)).toEqual([]);
    expect(retained(d, news)).toBe("1/1 2600, 2/1 2600");
  });

  it("a session that ends before End-of-RIB, its timer having expired, leaves nothing of the family", () => {
    const d = away();
    const conn = again(d, peerSays("0078", capability(71, "0001 01 80 000e10 0002 01 80 000e10")), END_OF_RIB_6);
    d.advance(2_600_000);
    expect(d.view.stale).toEqual([]);
    d.feed({ type: "eof", conn });
    expect(retained(d)).toBe("2/1 0");
  });
});

it("RFC 9494 section 4.2: a stale time that has run out while the peer was away counts for nothing afterwards", () => {
  const d = away();
  expect(stale(d.advance(2_600_000))).toEqual(["drop 1/1 staleTime", "drop 2/1 staleTime"]);
  d.feed({ type: "eof", conn: again(d, peerSays(R120)) });
  expect(retained(d)).toBe(BOTH_FAMILIES);
});

function refreshes(restart: string | null): Uint8Array {
  return peerSays(restart, ENHANCED);
}

describe("RFC 7313 section 4: a refresh with a beginning and an end", () => {
  it("BoRR marks all routes of the family as stale, EoRR removes those that still are", () => {
    const { d, conn } = session(BOTH, refreshes(null));
    expect(stale(d.say(conn, routeRefresh(1, 1, 1)))).toEqual(["mark 1/1 beginOfRefresh"]);
    expect(stale(d.say(conn, update("0000 0000 18 c00002"), END_OF_RIB_4))).toEqual([]);
    expect(stale(d.say(conn, routeRefresh(2, 1, 2), routeRefresh(1, 1, 2)))).toEqual(["drop 1/1 endOfRefresh"]);
    expect(stale(d.say(conn, routeRefresh(1, 1, 2)))).toEqual([]);
  });

  it("a second BoRR marks once more what has been told since, and one EoRR ends both", () => {
    const { d, conn } = session({ ...BOTH, stalePathTime: 0 }, refreshes(null));
    const marks = d.say(conn, routeRefresh(1, 1, 1), update("0000 0000 18 c00002"), routeRefresh(1, 1, 1));
    expect(stale(marks)).toEqual(["mark 1/1 beginOfRefresh", "mark 1/1 beginOfRefresh"]);
    expect(ofType(marks, "stale").map(({ until }) => until)).toEqual([null, null]);
    expect(d.view.stale).toHaveLength(1);
    expect(stale(d.say(conn, routeRefresh(1, 1, 2)))).toEqual(["drop 1/1 endOfRefresh"]);
    expect(d.view.stale).toEqual([]);
  });

  it("nothing of a family that the session does not carry", () => {
    const { d, conn } = session(BOTH, open({ capabilities: [...usualCapabilities(65002), ENHANCED] }));
    expect(stale(d.say(conn, routeRefresh(2, 1, 1), routeRefresh(2, 1, 2)))).toEqual([]);
  });

  it("an upper bound on how long they are retained", () => {
    const { d, conn } = session({ ...BOTH, holdTime: 0, stalePathTime: 60 }, refreshes(null));
    d.say(conn, routeRefresh(1, 1, 1));
    expect(stale(d.advance(60_000))).toEqual(["drop 1/1 stalePathTime"]);
  });

  it("from a peer with graceful restart, BoRR is ignored before End-of-RIB of the family", () => {
    const { d, conn } = session(HELPS, refreshes(R120));
    expect(stale(d.say(conn, routeRefresh(1, 1, 1), END_OF_RIB_6, routeRefresh(1, 1, 2)))).toEqual([]);
    expect(stale(d.say(conn, END_OF_RIB_4, routeRefresh(1, 1, 1)))).toEqual(["mark 1/1 beginOfRefresh"]);
  });

  it("EoRR without BoRR says nothing of what a restart made stale", () => {
    const { d, conn } = session(HELPS, refreshes(R120));
    d.feed({ type: "eof", conn });
    expect(stale(d.say(again(d, refreshes(R120)), routeRefresh(1, 1, 1), routeRefresh(1, 1, 2)))).toEqual([]);
  });

  it("the session ends within a refresh: all is stale then", () => {
    const { d, conn } = session(HELPS, refreshes(R120), END_OF_RIB_4);
    d.say(conn, routeRefresh(1, 1, 1));
    const news = d.feed({ type: "eof", conn });
    expect([stale(news), retained(d, news)]).toEqual([[], BOTH_FAMILIES]);
    expect(stale(d.say(again(d, refreshes(R120)), END_OF_RIB_4))).toEqual(["drop 1/1 endOfRib"]);
  });

  it("nothing without capability 70", () => {
    const { d, conn } = session(BOTH, peerSays(null));
    expect(stale(d.say(conn, routeRefresh(1, 1, 1), routeRefresh(1, 1, 2)))).toEqual([]);
  });
});

/** What an UPDATE ends. */
function markers(body: string): string[] {
  const { d, conn } = session(BOTH, peerSays(null));
  return ofType(d.say(conn, update(body)), "endOfRib").map((o) => `${o.afi}/${o.safi}`);
}

describe("RFC 4724 section 2: End-of-RIB", () => {
  it.each([
    ["0000 0000", "1/1"],
    ["0000 0006 80 0f 03 0002 01", "2/1"],
    ["0000 0006 80 0f 03 0001 01", "1/1"],
    ["0000 0007 90 0f 0003 0002 01", "2/1"],
  ])("%s ends %s", (body, family) => {
    expect(markers(body)).toEqual([family]);
  });

  it.each([
    ["a withdrawn route", "0004 18 c00002 0000"],
    ["the default route", "0000 0000 00"],
    ["a withdrawn default route", "0001 00 0000"],
    ["a withdrawn default route of IPv6", "0000 0007 80 0f 04 0002 01 00"],
    ["another attribute", "0000 0006 80 0e 03 0002 01"],
    ["an attribute of the wrong kind", "0000 0006 40 0f 03 0002 01"],
    ["a family the session does not carry", "0000 0006 80 0f 03 0019 46"],
    ["lengths that lie", "0001 0000"],
    ["a length of attributes that lies", "0000 0005 80 0f 03 0002 01"],
    ["a length of withdrawn routes that lies", "0100 0006 80 0f 03 0002 01"],
    ["a length of the attribute that lies", "0000 0006 80 0f 04 0002 01"],
    ["a long length of the attribute that lies", "0000 0007 90 0f 0103 0002 01"],
    ["something behind the attribute", "0000 0008 80 0f 03 0002 01 0000"],
    ["an attribute that is cut off", "0000 0005 80 0f 03 0002"],
  ])("%s does not", (_, body) => {
    expect(markers(body)).toEqual([]);
  });
});

function selections(outputs: readonly PeerOutput[]): string[] {
  return ofType(outputs, "selection").map((o) => `${o.afi}/${o.safi} ${o.cause}`);
}

/** Does our OPEN have the R bit? */
function restartState(d: PeerDriver, conn: ConnId): boolean {
  const sent = ofType(d.outputs, "open").find((o) => o.conn === conn && o.direction === "sent")!;
  return sent.open.capabilities.some((c) => c.name === "gracefulRestart" && c.restarting);
}

describe("RFC 4724 section 4.1: the restarting speaker", () => {
  const RESTARTS: Partial<PeerOptions> = {
    ...BOTH,
    gracefulRestart: {
      restartTime: 100,
      families: [{ ...IPV4, forwardingState: true }],
      restarting: true,
      selectionDeferralTime: 60,
    },
  };

  it("defers route selection until End-of-RIB, and has the R bit until then", () => {
    const { d, conn } = session(RESTARTS, peerSays(R120));
    expect(restartState(d, conn)).toBe(true);
    expect(d.view.deferred).toEqual([IPV4, IPV6]);
    expect(selections(d.say(conn, END_OF_RIB_6))).toEqual(["2/1 endOfRib"]);
    d.feed({ type: "eof", conn });
    const next = again(d, peerSays(R120));
    expect(restartState(d, next)).toBe(true);
    expect(selections(d.say(next, END_OF_RIB_6, END_OF_RIB_4))).toEqual(["1/1 endOfRib"]);
    d.feed({ type: "eof", conn: next });
    expect(restartState(d, again(d, peerSays(R120)))).toBe(false);
    expect(d.outputs.filter((o) => o.type === "selection")).toHaveLength(2);
  });

  it.each<[string, string | null, string[]]>([
    ["has the R bit too", "8078 0001 01 80", ["1/1 restartState", "2/1 restartState"]],
    ["has no capability 64", null, ["1/1 notNegotiated", "2/1 notNegotiated"]],
  ])("does not wait for a peer that %s", (_, says, expected) => {
    const { d } = session(RESTARTS, peerSays(says));
    expect(selections(d.outputs)).toEqual(expected);
  });

  it("nor is it forgotten of a family that is not offered before the application is asked", () => {
    const gracefulRestart = { families: [IPV4, IPV6], restarting: true };
    const d = new PeerDriver({ askOpenParameters: true, gracefulRestart });
    expect(d.view.deferred).toEqual([IPV4, IPV6]);
  });

  it("nor for a family that the session does not carry", () => {
    const d = new PeerDriver({ ...RESTARTS, passive: true });
    d.start();
    again(d, open({ capabilities: [...usualCapabilities(65002), capability(64, R120)] }));
    expect(selections(d.outputs)).toEqual(["2/1 notNegotiated"]);
  });

  it("nor for longer than the Selection_Deferral_Timer, which runs from the start", () => {
    const d = new PeerDriver({ ...RESTARTS, passive: true });
    d.start();
    expect(selections(d.advance(59_999))).toEqual([]);
    expect(selections(d.advance(1))).toEqual(["1/1 selectionDeferralTime", "2/1 selectionDeferralTime"]);
    expect(d.machine.deadline()).toBeNull();
  });

  it("which ends what is left, and starts once", () => {
    const { d, conn } = session(RESTARTS, peerSays(R120), END_OF_RIB_6);
    // An OPEN in Established is an error: Idle, and from there again.
    expect(d.say(conn, open()).some((o) => o.type === "state" && o.cause === "IdleHoldTimer_Expires")).toBe(true);
    expect(selections(d.advance(54_999))).toEqual([]);
    expect(selections(d.advance(1))).toEqual(["1/1 selectionDeferralTime"]);
  });

  it("nor for one that is stopped", () => {
    const { d } = session(RESTARTS, peerSays(R120));
    expect(selections(d.stop())).toEqual(["1/1 stopped", "2/1 stopped"]);
  });

  it("a speaker that did not restart defers nothing", () => {
    const { d, conn } = session(HELPS, peerSays(R120), END_OF_RIB_4);
    expect([selections(d.outputs), restartState(d, conn)]).toEqual([[], false]);
  });
});

/** What a mistake is told as. */
function refused(options: Partial<PeerOptions>): string {
  try {
    return `accepted: ${JSON.stringify(new PeerDriver({ ...BOTH, ...options }).machine.settings)}`;
  } catch (error) {
    return String((error as Error).message);
  }
}

describe("the options", () => {
  const six4 = {
    name: "gracefulRestart",
    code: 64,
    restarting: false,
    notification: false,
    restartTime: 0,
    families: [],
  } as const;

  it.each<[Partial<PeerOptions>, string]>([
    [
      { gracefulRestart: { restartTime: 4096 } },
      "gracefulRestart.restartTime: 4096 is not accepted; give a whole number from 0 to 4095",
    ],
    [
      { gracefulRestart: { restartTimes: 1 } as object },
      "gracefulRestart.restartTimes: is none of the options of gracefulRestart; did you mean restartTime?",
    ],
    [
      { gracefulRestart: { families: [{ afi: 1 } as never] } },
      "gracefulRestart.families[0].safi: undefined is not accepted; give a whole number from 0 to 255",
    ],
    [{ gracefulRestart: { families: [IPV4, IPV4] } }, "gracefulRestart.families[1]: is given twice"],
    [
      { gracefulRestart: { families: [{ afi: 1, safi: 2 }] } },
      "gracefulRestart.families[0]: is not offered in capabilities",
    ],
    [
      { gracefulRestart: {}, capabilities: [six4] },
      "capabilities: capability 64 is made of gracefulRestart; leave one of both out",
    ],
    [
      { longLivedGracefulRestart: [] },
      "longLivedGracefulRestart: needs gracefulRestart beside it (RFC 9494 section 4.1)",
    ],
    [
      { gracefulRestart: {}, longLivedGracefulRestart: [{ ...IPV4, staleTime: 0x1000000 }] },
      "longLivedGracefulRestart[0].staleTime: 16777216 is not accepted; give a whole number from 0 to 16777215",
    ],
    [
      { gracefulRestart: {}, longLivedGracefulRestart: [IPV4 as never] },
      "longLivedGracefulRestart[0].staleTime: undefined is not accepted; give a whole number from 0 to 16777215",
    ],
    [{ gracefulRestart: null as never }, "gracefulRestart: null is not an object with the options of gracefulRestart"],
    [
      { gracefulRestart: { families: [7 as never] } },
      "gracefulRestart.families[0].afi: undefined is not accepted; give a whole number from 0 to 65535",
    ],
    [{ stalePathTime: -1 }, "stalePathTime: -1 is not accepted; give a number of seconds, 0 or more"],
  ])("%j", (options, message) => {
    expect(refused(options)).toBe(message);
  });

  it("an explicit capability 64 without the option is the user's own affair", () => {
    expect(refused({ capabilities: [six4] })).toMatch(/^accepted/);
    const { d, conn } = session({ capabilities: [six4] }, peerSays(R120));
    d.feed({ type: "eof", conn });
    expect(retained(d)).toBeNull();
  });
});
