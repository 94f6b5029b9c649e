// RFC 4271 section 8 as a table: every event of section 8.1 (and event 29 of RFC 9687) in every state of section 8.2.2,
// with what the text says must happen. The machine has one FSM per TCP connection and one peer that dials, listens and
// waits, so Idle, Connect and Active come in the two situations that differ: waiting in Idle for a start or for the
// IdleHoldTimer; in Connect and Active without and with a TCP connection (that is, with the DelayOpenTimer running).
// OpenSent, OpenConfirm and Established are gone through for the connection we dialled and for the one we accepted.
//
// Where the design departs from the letter of 8.2.2, the row says so with the word "Design".
import { describe, expect, it } from "vitest";
import type { Cause, ConnId, PeerOutput, State } from "../../packages/core/src/session/io.ts";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import { endpoints, ofType, PeerDriver, saidTo, writtenTo } from "../support/peer-driver.ts";
import { hex, keepalive, message, notification, open, routeRefresh, update } from "../support/wire.ts";

const EVENTS = [
  "1 ManualStart",
  "2 ManualStop",
  "3 AutomaticStart",
  "4 ManualStart_with_PassiveTcpEstablishment",
  "5 AutomaticStart_with_PassiveTcpEstablishment",
  "6 AutomaticStart_with_DampPeerOscillations",
  "7 AutomaticStart_with_DampPeerOscillations_and_PassiveTcpEstablishment",
  "8 AutomaticStop",
  "9 ConnectRetryTimer_Expires",
  "10 HoldTimer_Expires",
  "11 KeepaliveTimer_Expires",
  "12 DelayOpenTimer_Expires",
  "13 IdleHoldTimer_Expires",
  "14 TcpConnection_Valid",
  "15 Tcp_CR_Invalid",
  "16 Tcp_CR_Acked",
  "17 TcpConnectionConfirmed",
  "18 TcpConnectionFails",
  "19 BGPOpen",
  "20 BGPOpen with DelayOpenTimer running",
  "21 BGPHeaderErr",
  "22 BGPOpenMsgErr",
  "23 OpenCollisionDump",
  "24 NotifMsgVerErr",
  "25 NotifMsg",
  "26 KeepAliveMsg",
  "27 UpdateMsg",
  "28 UpdateMsgErr",
  "29 SendHoldTimer_Expires",
] as const;
type Event = (typeof EVENTS)[number];

/** What an event must lead to. Everything that is left out is not looked at. */
interface Row {
  /** Section and deciding words. */
  readonly ref: string;
  readonly options?: Partial<PeerOptions>;
  /** Leads a new machine to the situation in another way; the connection that the row speaks of. */
  readonly arrange?: (d: PeerDriver) => ConnId;
  /** The peer's state before the event, where another connection is further than the one the row speaks of. */
  readonly from?: State;
  /** Makes the event happen. */
  readonly when: (d: PeerDriver, conn: ConnId) => void;
  /** The peer's state afterwards. */
  readonly to: State;
  /** All states told on the way; default: `to` if it is another state, else none; null: not looked at. */
  readonly via?: readonly State[] | null;
  /** Cause of the first change told. */
  readonly cause?: Cause;
  /** Messages written to the connection by the event; default none. */
  readonly sent?: readonly string[];
  /** Has the connection ended? Default: it has, exactly when `to` is Idle or Active. */
  readonly ended?: boolean;
  /** Does the ConnectRetryTimer run? */
  readonly retry?: boolean;
  /** Does the IdleHoldTimer run? */
  readonly idleHold?: boolean;
  /** Milliseconds on the connection's HoldTimer; null: it does not run. */
  readonly hold?: number | null;
  /** Does the connection's KeepaliveTimer run? */
  readonly keepalive?: boolean;
  /** By how much the ConnectRetryCounter grows; "zero": it is zero afterwards. */
  readonly counter?: number | "zero";
  /** Nothing at all happens. */
  readonly ignored?: boolean;
  readonly also?: (d: PeerDriver, conn: ConnId, news: readonly PeerOutput[]) => void;
}

/** An event that cannot arise in a situation, why, and what shows it. */
interface Never {
  readonly never: string;
  readonly proof?: (d: PeerDriver, conn: ConnId) => void;
}

interface Situation {
  readonly state: State;
  readonly options?: Partial<PeerOptions>;
  /** Leads a new machine there; the connection that the rows speak of. */
  readonly reach: (d: PeerDriver) => ConnId;
  readonly rows: Readonly<Record<Event, Row | Never>>;
}

const NO_CONNECTION = 99;
const HEADER_ERROR = message(4, new Uint8Array(0), { marker: new Uint8Array(16) });
const BAD_OPEN = open({ holdTime: 1 });
const MAX_PREFIXES = { code: 6, subcode: 1, data: new Uint8Array(0) };
const MALFORMED_LIST = { code: 3, subcode: 1, data: new Uint8Array(0) };

const start = (d: PeerDriver): void => void d.start();
const startAutomatically = (d: PeerDriver): void => void d.start(true);
const stop = (d: PeerDriver): void => void d.stop();
const fail = (d: PeerDriver, conn: ConnId): void => void d.feed({ type: "fail", conn, notification: MAX_PREFIXES });
const eof = (d: PeerDriver, conn: ConnId): void => void d.feed({ type: "eof", conn });
const say =
  (bytes: Uint8Array) =>
  (d: PeerDriver, conn: ConnId): void =>
    void d.say(conn, bytes);

/** Lets time pass up to and including a deadline of the view. */
const expire =
  (deadline: (d: PeerDriver, conn: ConnId) => number | null | undefined) =>
  (d: PeerDriver, conn: ConnId): void => {
    const at = deadline(d, conn);
    if (typeof at !== "number") throw new Error("the timer does not run");
    d.advance(at - d.now);
  };
const expireRetry = expire((d) => d.view.connectRetryDeadline);
const expireIdleHold = expire((d) => d.view.idleHoldDeadline);
const expireHold = expire((d, conn) => d.connection(conn)?.holdDeadline);
const expireKeepalive = expire((d, conn) => d.connection(conn)?.keepaliveDeadline);

// Why an event cannot arise, with its proof.
const NO_RETRY: Never = {
  never: "the ConnectRetryTimer is stopped",
  proof: (d) => expect(d.view.connectRetryDeadline).toBeNull(),
};
const NO_HOLD: Never = {
  never: "the HoldTimer starts with the TCP connection",
  proof: (d) => expect(d.view.connections).toEqual([]),
};
const NO_KEEPALIVE: Never = {
  never: "the KeepaliveTimer starts with the peer's OPEN",
  proof: (d) => expect(d.view.connections.filter((c) => c.keepaliveDeadline !== null)).toEqual([]),
};
const NO_DELAY: Never = { never: "the DelayOpenTimer runs only between TCP and our OPEN" };
const NO_IDLE_HOLD: Never = {
  never: "the IdleHoldTimer runs only in Idle after an error",
  proof: (d) => expect(d.view.idleHoldDeadline).toBeNull(),
};
const NO_TRACKING: Never = {
  never: "TrackTcpState is FALSE (8.1.1): a SYN is not seen, only the TCP connection that comes of it (16, 17)",
};
const NO_INVALID: Never = {
  never: "TrackTcpState is FALSE (8.1.1): what comes from a wrong address is not given to this peer",
};
const NO_DIAL: Never = { never: "nothing is being dialled", proof: (d) => expect(d.view.dialling).toBeNull() };
const NO_TCP: Never = { never: "there is no TCP connection", proof: (d) => expect(d.view.connections).toEqual([]) };
const OPEN_WHILE_DELAYED: Never = { never: "with the DelayOpenTimer running an OPEN is event 20" };
const OPEN_NOT_DELAYED: Never = { never: "without the DelayOpenTimer an OPEN is event 19" };
const NOT_DECODED: Never = {
  never: "an UPDATE is looked into only in Established; here it is event 27, good or bad",
};
const NO_SEND_HOLD: Never = { never: "RFC 9687 section 4.3: the SendHoldTimer runs only in Established" };

const IGNORED = { ignored: true, sent: [] } as const;

/** Row: a start event outside Idle. "The start events (Events 1, 3-7) are ignored in the … state." */
function startIgnored(to: State, when: (d: PeerDriver) => void, options?: Partial<PeerOptions>): Row {
  const row: Row = { ref: `8.2.2 ${to}: start events (1, 3-7) are ignored`, when, to, ended: false, ...IGNORED };
  return options ? { ...row, options } : row;
}

function startsIgnored(to: State): Pick<Record<Event, Row>, (typeof EVENTS)[0 | 2 | 3 | 4 | 5 | 6]> {
  return {
    "1 ManualStart": startIgnored(to, start),
    "3 AutomaticStart": startIgnored(to, startAutomatically, { dampPeerOscillations: false }),
    "4 ManualStart_with_PassiveTcpEstablishment": startIgnored(to, start),
    "5 AutomaticStart_with_PassiveTcpEstablishment": startIgnored(to, startAutomatically, {
      dampPeerOscillations: false,
    }),
    "6 AutomaticStart_with_DampPeerOscillations": startIgnored(to, startAutomatically),
    "7 AutomaticStart_with_DampPeerOscillations_and_PassiveTcpEstablishment": startIgnored(to, startAutomatically),
  };
}

/** Outcome: stopped by the administrator. ConnectRetryCounter zero, no timer, Idle until a start. */
const STOPPED = { to: "Idle", cause: "ManualStop", retry: false, idleHold: false, counter: "zero" } as const;

/** Outcome: an error of the peer or a timer. Counter up by one, damping: Idle until the IdleHoldTimer expires. */
const HELD = { to: "Idle", retry: false, idleHold: true, counter: 1 } as const;

/**
 * Outcome: the peer or the network ended it. Design: through Idle at once into Active by an automatic start that leaves
 * the counter alone; the retry timer runs, inbound connections are welcome.
 */
const RESTARTED = { to: "Active", via: ["Idle", "Active"], retry: true, idleHold: false } as const;

const aliveIn =
  (state: State) =>
  (d: PeerDriver, conn: ConnId): void =>
    expect(d.connection(conn)?.state).toBe(state);

// ---------------------------------------------------------------------------------------------------------------- Idle

const GONE = "8.2.2 Idle: any other event does not cause change; the connection does not exist any more";

function idleRows(situation: "stopped" | "holding"): Record<Event, Row | Never> {
  const holding = situation === "holding";
  const stays = { to: "Idle", retry: false, idleHold: holding, ...IGNORED } as const;
  const resources =
    "8.2.2 Idle: ConnectRetryCounter to zero, starts the ConnectRetryTimer, initiates a TCP connection, changes to Connect";
  const listens =
    "8.2.2 Idle: ConnectRetryCounter to zero, listens for a connection, changes to Active; passive, so it never dials";
  const toConnect: Omit<Row, "ref" | "when"> = {
    to: "Connect",
    retry: true,
    idleHold: false,
    also: (d, _conn, news) => {
      expect(ofType(news, "dial")).toMatchObject([{ address: "192.0.2.2", port: 179, localAddress: null }]);
      expect(d.view.dialling).toBe(ofType(news, "dial")[0]!.conn);
    },
  };
  const toActive: Omit<Row, "ref" | "when"> = {
    to: "Active",
    idleHold: false,
    also: (d) => {
      expect(ofType(d.advance(600_000), "dial")).toEqual([]);
      expect(d.view.state).toBe("Active");
    },
  };
  const undamped = { dampPeerOscillations: false };
  const passive = { passive: true };
  // Design: an administrator's start ends the wait; an automatic one has to wait for the IdleHoldTimer, which is what it
  // is for ("the length of time the BGP peer is held in the Idle state prior to allowing the next automatic restart").
  const automatic = (row: Row): Row =>
    holding
      ? {
          ...stays,
          ref: "8.1.1 IdleHoldTime: held in Idle prior to allowing the next automatic restart",
          when: row.when,
        }
      : row;
  return {
    "1 ManualStart": { ref: resources, when: start, cause: "ManualStart", counter: "zero", ...toConnect },
    "2 ManualStop": {
      ref: "8.2.2 Idle: ManualStop is ignored. Design: it also ends the wait for an automatic restart",
      when: stop,
      to: "Idle",
      retry: false,
      idleHold: false,
      also: (d) => expect(ofType(d.advance(3_600_000), "state")).toEqual([]),
    },
    "3 AutomaticStart": automatic({
      ref: resources,
      options: undamped,
      when: startAutomatically,
      cause: "AutomaticStart",
      counter: "zero",
      ...toConnect,
    }),
    "4 ManualStart_with_PassiveTcpEstablishment": {
      ref: listens,
      options: passive,
      when: start,
      cause: "ManualStart",
      counter: "zero",
      ...toActive,
    },
    "5 AutomaticStart_with_PassiveTcpEstablishment": automatic({
      ref: listens,
      options: { ...undamped, ...passive },
      when: startAutomatically,
      cause: "AutomaticStart",
      counter: "zero",
      ...toActive,
    }),
    "6 AutomaticStart_with_DampPeerOscillations": automatic({
      ref: "8.2.2 Idle: used to prevent peer oscillations; with nothing to damp, as event 3",
      when: startAutomatically,
      cause: "AutomaticStart",
      counter: "zero",
      ...toConnect,
    }),
    "7 AutomaticStart_with_DampPeerOscillations_and_PassiveTcpEstablishment": automatic({
      ref: "8.2.2 Idle: used to prevent peer oscillations; with nothing to damp, as event 5",
      options: passive,
      when: startAutomatically,
      cause: "AutomaticStart",
      counter: "zero",
      ...toActive,
    }),
    "8 AutomaticStop": { ref: "8.2.2 Idle: AutomaticStop is ignored", when: fail, ...stays },
    "9 ConnectRetryTimer_Expires": NO_RETRY,
    "10 HoldTimer_Expires": NO_HOLD,
    "11 KeepaliveTimer_Expires": NO_KEEPALIVE,
    "12 DelayOpenTimer_Expires": NO_DELAY,
    "13 IdleHoldTimer_Expires": holding
      ? {
          ref: "8.1.3 event 13: completed waiting for the back-off period; restarts, counter kept",
          when: expireIdleHold,
          cause: "IdleHoldTimer_Expires",
          counter: 0,
          ...toConnect,
        }
      : NO_IDLE_HOLD,
    "14 TcpConnection_Valid": NO_TRACKING,
    "15 Tcp_CR_Invalid": NO_INVALID,
    "16 Tcp_CR_Acked": {
      ref: "8.2.2 Idle: any other event does not cause change; the dial had been cancelled",
      when: (d, conn) => d.feed({ type: "connected", conn, endpoints: endpoints(conn) }),
      ...stays,
    },
    "17 TcpConnectionConfirmed": {
      ref: "8.2.2 Idle: refuses all incoming BGP connections for this peer; RFC 4486 section 4: Connection Rejected",
      when: (d) => d.accept(),
      to: "Idle",
      retry: false,
      idleHold: holding,
      also: (d, _conn, news) => {
        const conn = d.inputs.findLast((i) => i.input.type === "accepted")!.input as { conn: ConnId };
        expect(saidTo(news, conn.conn)).toEqual(["NOTIFICATION 6/5"]);
        expect(ofType(news, "close")).toEqual([{ type: "close", conn: conn.conn, mode: "flush" }]);
        expect(d.view.connections).toEqual([]);
      },
    },
    "18 TcpConnectionFails": { ref: GONE, when: eof, ...stays },
    "19 BGPOpen": { ref: GONE, when: say(open()), ...stays },
    "20 BGPOpen with DelayOpenTimer running": NO_DELAY,
    "21 BGPHeaderErr": { ref: GONE, when: say(HEADER_ERROR), ...stays },
    "22 BGPOpenMsgErr": { ref: GONE, when: say(BAD_OPEN), ...stays },
    "23 OpenCollisionDump": { never: "there is no connection to dump", proof: NO_TCP.proof! },
    "24 NotifMsgVerErr": { ref: GONE, when: say(notification(2, 1, "0004")), ...stays },
    "25 NotifMsg": { ref: GONE, when: say(notification(6, 2)), ...stays },
    "26 KeepAliveMsg": { ref: GONE, when: say(keepalive()), ...stays },
    "27 UpdateMsg": { ref: GONE, when: say(update()), ...stays },
    "28 UpdateMsgErr": NOT_DECODED,
    "29 SendHoldTimer_Expires": NO_SEND_HOLD,
  };
}

// ------------------------------------------------------------------------------------------- Connect and Active, no TCP

const DIALLING: Record<Event, Row | Never> = {
  ...startsIgnored("Connect"),
  "2 ManualStop": {
    ref: "8.2.2 Connect, event 2: drops the TCP connection, counter to zero, stops the ConnectRetryTimer, Idle",
    when: stop,
    ...STOPPED,
    also: (_d, _conn, news) => expect(ofType(news, "cancelDial")).toEqual([{ type: "cancelDial", conn: 2 }]),
  },
  "8 AutomaticStop": { never: "it is the verdict on an UPDATE, and there is no connection" },
  "9 ConnectRetryTimer_Expires": {
    ref: "8.2.2 Connect, event 9: drops the TCP connection, restarts the ConnectRetryTimer, initiates a TCP connection, stays",
    when: expireRetry,
    to: "Connect",
    retry: true,
    idleHold: false,
    also: (d, conn, news) => {
      const order = news.filter((o) => o.type === "cancelDial" || o.type === "dial").map((o) => [o.type, o.conn]);
      expect(order).toEqual([
        ["cancelDial", conn],
        ["dial", d.view.dialling],
      ]);
      expect(d.view.dialling).not.toBe(conn);
    },
  },
  "10 HoldTimer_Expires": NO_HOLD,
  "11 KeepaliveTimer_Expires": NO_KEEPALIVE,
  "12 DelayOpenTimer_Expires": NO_DELAY,
  "13 IdleHoldTimer_Expires": NO_IDLE_HOLD,
  "14 TcpConnection_Valid": NO_TRACKING,
  "15 Tcp_CR_Invalid": NO_INVALID,
  "16 Tcp_CR_Acked": {
    ref: "8.2.2 Connect, event 16: stops the ConnectRetryTimer, sends an OPEN, HoldTimer to a large value (4 minutes), OpenSent",
    when: (d) => d.connect(),
    to: "OpenSent",
    cause: "Tcp_CR_Acked",
    sent: ["OPEN"],
    retry: false,
    hold: 240_000,
    keepalive: false,
  },
  "17 TcpConnectionConfirmed": {
    ref: "8.2.1: for each incoming connection a state machine of its own; 8.2.2 Connect, event 17: OPEN, OpenSent",
    when: (d) => d.accept(),
    to: "OpenSent",
    cause: "TcpConnectionConfirmed",
    also: (d, _conn, news) => {
      expect(saidTo(news, 1)).toEqual(["OPEN"]);
      expect(d.connection(1)).toMatchObject({
        state: "OpenSent",
        holdDeadline: d.now + 240_000,
        keepaliveDeadline: null,
      });
    },
  },
  "18 TcpConnectionFails": {
    ref: "8.2.2 Connect, event 18, DelayOpenTimer not running: Idle. Design: counter up, for the backoff; restarts itself",
    when: (d) => d.failDial(),
    cause: "TcpConnectionFails",
    ...RESTARTED,
    counter: 1,
    also: (d, conn, news) => {
      expect(ofType(news, "dialFailed")).toMatchObject([{ conn }]);
      expect(d.view.dialling).toBeNull();
    },
  },
  "19 BGPOpen": NO_TCP,
  "20 BGPOpen with DelayOpenTimer running": NO_TCP,
  "21 BGPHeaderErr": NO_TCP,
  "22 BGPOpenMsgErr": NO_TCP,
  "23 OpenCollisionDump": NO_TCP,
  "24 NotifMsgVerErr": NO_TCP,
  "25 NotifMsg": NO_TCP,
  "26 KeepAliveMsg": NO_TCP,
  "27 UpdateMsg": NO_TCP,
  "28 UpdateMsgErr": NO_TCP,
  "29 SendHoldTimer_Expires": NO_SEND_HOLD,
};

const LISTENING: Record<Event, Row | Never> = {
  ...startsIgnored("Active"),
  "2 ManualStop": {
    ref: "8.2.2 Active, event 2: counter to zero, stops the ConnectRetryTimer, Idle",
    when: stop,
    ...STOPPED,
  },
  "8 AutomaticStop": { never: "it is the verdict on an UPDATE, and there is no connection" },
  "9 ConnectRetryTimer_Expires": {
    ref: "8.2.2 Active, event 9: restarts the ConnectRetryTimer, initiates a TCP connection, Connect",
    when: expireRetry,
    to: "Connect",
    cause: "ConnectRetryTimer_Expires",
    retry: true,
    also: (d, _conn, news) => expect(ofType(news, "dial")).toMatchObject([{ conn: d.view.dialling }]),
  },
  "10 HoldTimer_Expires": NO_HOLD,
  "11 KeepaliveTimer_Expires": NO_KEEPALIVE,
  "12 DelayOpenTimer_Expires": NO_DELAY,
  "13 IdleHoldTimer_Expires": NO_IDLE_HOLD,
  "14 TcpConnection_Valid": NO_TRACKING,
  "15 Tcp_CR_Invalid": NO_INVALID,
  "16 Tcp_CR_Acked": NO_DIAL,
  "17 TcpConnectionConfirmed": {
    ref: "8.2.2 Active, event 17: ConnectRetryTimer to zero, sends the OPEN, HoldTimer to a large value (4 minutes), OpenSent",
    when: (d) => d.accept(),
    to: "OpenSent",
    cause: "TcpConnectionConfirmed",
    also: (d, _conn, news) => {
      expect(saidTo(news, 1)).toEqual(["OPEN"]);
      expect(d.connection(1)).toMatchObject({ holdDeadline: d.now + 240_000, keepaliveDeadline: null });
    },
  },
  "18 TcpConnectionFails": NO_TCP,
  "19 BGPOpen": NO_TCP,
  "20 BGPOpen with DelayOpenTimer running": NO_TCP,
  "21 BGPHeaderErr": NO_TCP,
  "22 BGPOpenMsgErr": NO_TCP,
  "23 OpenCollisionDump": NO_TCP,
  "24 NotifMsgVerErr": NO_TCP,
  "25 NotifMsg": NO_TCP,
  "26 KeepAliveMsg": NO_TCP,
  "27 UpdateMsg": NO_TCP,
  "28 UpdateMsgErr": NO_TCP,
  "29 SendHoldTimer_Expires": NO_SEND_HOLD,
};

// ------------------------------------------------------------------------------------ Connect and Active, DelayOpen runs

function delayedRows(state: "Connect" | "Active"): Record<Event, Row | Never> {
  const other = `8.2.2 ${state}, any other event (8, 10-11, 13, 19, 23, 25-28): drops the TCP connection, counter up, damping, Idle`;
  return {
    ...startsIgnored(state),
    "2 ManualStop": {
      ref:
        state === "Active"
          ? "8.2.2 Active, event 2: DelayOpenTimer running and SendNOTIFICATIONwithoutOPEN: Cease; counter to zero, Idle"
          : "8.2.2 Connect, event 2: drops the TCP connection, counter to zero, Idle",
      when: stop,
      sent: state === "Active" ? ["NOTIFICATION 6/2"] : [],
      ...STOPPED,
    },
    "8 AutomaticStop": {
      ref: `${other}; no NOTIFICATION is named. Maximum prefixes: damped`,
      when: fail,
      cause: "AutomaticStop",
      ...HELD,
    },
    "9 ConnectRetryTimer_Expires":
      state === "Connect"
        ? NO_RETRY
        : {
            ref: "8.2.1: the peer's own FSM goes on as long as the incoming connection has not shown who it is",
            when: expireRetry,
            to: "Connect",
            ended: false,
            also: (d, conn) => {
              aliveIn("Active")(d, conn);
              expect(d.view.dialling).not.toBeNull();
            },
          },
    "10 HoldTimer_Expires": {
      ref: `${other}; here only because the wait for the OPEN is set shorter than DelayOpenTime`,
      options: { openHoldTime: 1, delayOpenTime: 30 },
      when: expireHold,
      cause: "HoldTimer_Expires",
      sent: [],
      ...HELD,
    },
    "11 KeepaliveTimer_Expires": NO_KEEPALIVE,
    "12 DelayOpenTimer_Expires": {
      ref: `8.2.2 ${state}, event 12: sends an OPEN message, HoldTimer to a large value (4 minutes), OpenSent`,
      // Jitter of section 10: between 0.75 and 1.0 of the 5 seconds. The dial of our own stays away.
      options: { connectRetryTime: 60 },
      when: (d) => {
        expect(d.advance(3_749)).toEqual([]);
        const deadline = d.machine.deadline()!;
        expect(deadline - d.now).toBeLessThanOrEqual(1_251);
        d.advance(deadline - d.now);
      },
      to: "OpenSent",
      cause: "DelayOpenTimer_Expires",
      sent: ["OPEN"],
      hold: 240_000,
      keepalive: false,
    },
    "13 IdleHoldTimer_Expires": NO_IDLE_HOLD,
    "14 TcpConnection_Valid": NO_TRACKING,
    "15 Tcp_CR_Invalid": NO_INVALID,
    "16 Tcp_CR_Acked": NO_DIAL,
    "17 TcpConnectionConfirmed": {
      ref: "8.2.1: for each incoming connection a state machine of its own, with a DelayOpenTimer of its own",
      when: (d) => d.accept(),
      to: state,
      ended: false,
      also: (d, conn, news) => {
        expect(ofType(news, "write")).toEqual([]);
        expect(d.connection(conn)?.state).toBe(state);
        expect(d.view.connections.find((c) => c.conn !== conn)?.state).toBe("Active");
      },
    },
    "18 TcpConnectionFails":
      state === "Connect"
        ? {
            ref: "8.2.2 Connect, event 18, DelayOpenTimer running: restarts the ConnectRetryTimer, listens, Active",
            when: eof,
            to: "Active",
            cause: "TcpConnectionFails",
            retry: true,
            idleHold: false,
          }
        : {
            ref: "8.2.2 Active, event 18: restarts the ConnectRetryTimer, counter up, Idle. Design: restarts itself",
            when: eof,
            to: "Active",
            via: null,
            idleHold: false,
            counter: 1,
          },
    "19 BGPOpen": OPEN_WHILE_DELAYED,
    "20 BGPOpen with DelayOpenTimer running": {
      ref: `8.2.2 ${state}, event 20: sends an OPEN, sends a KEEPALIVE, KeepaliveTimer, HoldTimer to the negotiated value, OpenConfirm`,
      when: say(open({ holdTime: 30 })),
      to: "OpenConfirm",
      cause: "BGPOpen",
      sent: ["OPEN", "KEEPALIVE"],
      retry: false,
      hold: 30_000,
      keepalive: true,
      also: (d, conn) => expect(saidTo(d.advance(6_000), conn)).toEqual([]),
    },
    "21 BGPHeaderErr": {
      ref: `8.2.2 ${state}, event 21: SendNOTIFICATIONwithoutOPEN: NOTIFICATION with the appropriate code, counter up, damping, Idle`,
      when: say(HEADER_ERROR),
      cause: "BGPHeaderErr",
      sent: ["NOTIFICATION 1/1"],
      ...HELD,
    },
    "22 BGPOpenMsgErr": {
      ref: `8.2.2 ${state}, event 22: SendNOTIFICATIONwithoutOPEN: NOTIFICATION with the appropriate code, counter up, damping, Idle`,
      when: say(BAD_OPEN),
      cause: "BGPOpenMsgErr",
      sent: ["NOTIFICATION 2/6"],
      ...HELD,
    },
    "23 OpenCollisionDump":
      state === "Connect"
        ? { never: "6.8: a collision cannot be detected with connections in Connect; evicted are only accepted ones" }
        : {
            ref: "core.md: several inbound connections, bounded, oldest evicted with Cease/7",
            when: (d) => {
              for (let i = 0; i < 4; i += 1) d.accept();
            },
            to: "Active",
            sent: ["NOTIFICATION 6/7"],
            ended: true,
            idleHold: false,
            also: (d) => expect(d.view.connections).toHaveLength(4),
          },
    "24 NotifMsgVerErr": {
      ref: `8.2.2 ${state}, event 24, DelayOpenTimer running: drops the TCP connection, Idle; the counter is left alone`,
      when: say(notification(2, 1, "0004")),
      ...RESTARTED,
      via: null,
      counter: 0,
    },
    "25 NotifMsg": {
      ref: `${other}. Design: a received NOTIFICATION is not damped`,
      when: say(notification(6, 5)),
      ...RESTARTED,
      via: null,
      counter: 1,
    },
    "26 KeepAliveMsg": {
      ref: `${other}; no NOTIFICATION is named, and RFC 6608 has no subcode for ${state}`,
      when: say(keepalive()),
      ...HELD,
    },
    "27 UpdateMsg": { ref: `${other}; no NOTIFICATION is named`, when: say(update()), ...HELD },
    "28 UpdateMsgErr": NOT_DECODED,
    "29 SendHoldTimer_Expires": NO_SEND_HOLD,
  };
}

// ------------------------------------------------------------------------------------------------------------ OpenSent

type Direction = "outbound" | "inbound";

function openSentRows(direction: Direction): Record<Event, Row | Never> {
  const other =
    "8.2.2 OpenSent, any other event (9, 11-13, 20, 25-28): Finite State Machine Error, counter up, damping, Idle";
  return {
    ...startsIgnored("OpenSent"),
    "2 ManualStop": {
      ref: "8.2.2 OpenSent, event 2: Cease, counter to zero, Idle; RFC 4486: Administrative Shutdown",
      when: stop,
      sent: ["NOTIFICATION 6/2"],
      ...STOPPED,
    },
    "8 AutomaticStop": {
      ref: "8.2.2 OpenSent, event 8: Cease, counter up, (optionally) damping, Idle. Maximum prefixes: damped",
      when: fail,
      cause: "AutomaticStop",
      sent: ["NOTIFICATION 6/1"],
      ...HELD,
    },
    "9 ConnectRetryTimer_Expires":
      direction === "outbound"
        ? NO_RETRY
        : {
            ref: "8.2.1: the peer's own FSM goes on as long as the incoming connection has not shown who it is",
            when: expireRetry,
            to: "OpenSent",
            ended: false,
            also: (d) => expect(d.view.dialling).not.toBeNull(),
          },
    "10 HoldTimer_Expires": {
      ref: "8.2.2 OpenSent, event 10: Hold Timer Expired, counter up, damping, Idle",
      // Dials of our own would count as well.
      options: { connectRetryTime: 1_000, connectRetryTimeMax: 1_000 },
      when: expireHold,
      cause: "HoldTimer_Expires",
      sent: ["NOTIFICATION 4/0"],
      ...HELD,
    },
    "11 KeepaliveTimer_Expires": NO_KEEPALIVE,
    "12 DelayOpenTimer_Expires": NO_DELAY,
    "13 IdleHoldTimer_Expires": NO_IDLE_HOLD,
    "14 TcpConnection_Valid": NO_TRACKING,
    "15 Tcp_CR_Invalid": NO_INVALID,
    "16 Tcp_CR_Acked":
      direction === "outbound"
        ? NO_DIAL
        : {
            ref: "8.2.2 OpenSent, event 16: a second TCP connection is tracked until an OPEN is received",
            // The dial was on its way when the peer's connection came.
            arrange: (d) => {
              d.start();
              return d.accept();
            },
            when: (d) => d.connect(),
            to: "OpenSent",
            ended: false,
            also: (d) => expect(d.view.connections.map((c) => c.state)).toEqual(["OpenSent", "OpenSent"]),
          },
    "17 TcpConnectionConfirmed": {
      ref: "8.2.2 OpenSent, event 17: a second TCP connection is tracked until an OPEN is received",
      when: (d) => d.accept(),
      to: "OpenSent",
      ended: false,
      also: (d, conn) => {
        expect(d.connection(conn)?.state).toBe("OpenSent");
        expect(d.view.connections.map((c) => c.state)).toEqual(["OpenSent", "OpenSent"]);
      },
    },
    "18 TcpConnectionFails": {
      ref: "8.2.2 OpenSent, event 18: restarts the ConnectRetryTimer, continues to listen, Active. Design: counter up, for the backoff",
      when: eof,
      to: "Active",
      cause: "TcpConnectionFails",
      retry: true,
      idleHold: false,
      counter: 1,
    },
    "19 BGPOpen": {
      ref: "8.2.2 OpenSent, event 19: ConnectRetryTimer to zero, KEEPALIVE, KeepaliveTimer, HoldTimer negotiated, OpenConfirm",
      when: say(open({ holdTime: 30 })),
      to: "OpenConfirm",
      cause: "BGPOpen",
      sent: ["KEEPALIVE"],
      retry: false,
      hold: 30_000,
      keepalive: true,
    },
    "20 BGPOpen with DelayOpenTimer running": OPEN_NOT_DELAYED,
    "21 BGPHeaderErr": {
      ref: "8.2.2 OpenSent, event 21: NOTIFICATION with the appropriate code, counter up, damping, Idle",
      when: say(HEADER_ERROR),
      cause: "BGPHeaderErr",
      sent: ["NOTIFICATION 1/1"],
      ...HELD,
    },
    "22 BGPOpenMsgErr": {
      ref: "8.2.2 OpenSent, event 22: NOTIFICATION with the appropriate code, counter up, damping, Idle",
      when: say(BAD_OPEN),
      cause: "BGPOpenMsgErr",
      sent: ["NOTIFICATION 2/6"],
      ...HELD,
    },
    "23 OpenCollisionDump":
      direction === "outbound"
        ? {
            ref: "6.8: a collision with an Established connection closes the newly created one, with Cease",
            // The peer's connection comes up first, then the OPEN arrives on ours.
            arrange: (d) => {
              const ours = d.reach("outbound");
              const theirs = d.accept();
              d.say(theirs, open(), keepalive());
              d.advance(5_000);
              expect(d.connection(theirs)?.state).toBe("Established");
              return ours;
            },
            from: "Established",
            when: say(open()),
            to: "Established",
            sent: ["NOTIFICATION 6/7"],
            ended: true,
            also: (_d, _conn, news) => expect(ofType(news, "down")).toEqual([]),
          }
        : {
            ref: "core.md: several inbound connections in OpenSent, bounded, oldest evicted with Cease/7",
            when: (d) => {
              for (let i = 0; i < 4; i += 1) d.accept();
            },
            to: "OpenSent",
            sent: ["NOTIFICATION 6/7"],
            ended: true,
            also: (d) => expect(d.view.connections).toHaveLength(4),
          },
    "24 NotifMsgVerErr": {
      ref: "8.2.2 OpenSent, event 24: drops the TCP connection, Idle; the counter is left alone",
      when: say(notification(2, 1, "0004")),
      cause: "NotifMsgVerErr",
      ...RESTARTED,
      counter: 0,
    },
    "25 NotifMsg": {
      ref: `${other}; but 6.4: the receiver cannot use a NOTIFICATION to report back. Design: not answered, not damped`,
      when: say(notification(6, 5)),
      cause: "NotifMsg",
      ...RESTARTED,
      counter: 1,
    },
    "26 KeepAliveMsg": {
      ref: `${other}; RFC 6608 section 4: subcode 1, the type of the unexpected message`,
      when: say(keepalive()),
      cause: "KeepAliveMsg",
      sent: ["NOTIFICATION 5/1 04"],
      ...HELD,
    },
    "27 UpdateMsg": {
      ref: `${other}; RFC 6608 section 4: subcode 1, the type of the unexpected message`,
      when: say(update()),
      cause: "UpdateMsg",
      sent: ["NOTIFICATION 5/1 02"],
      ...HELD,
    },
    "28 UpdateMsgErr": NOT_DECODED,
    "29 SendHoldTimer_Expires": NO_SEND_HOLD,
  };
}

// --------------------------------------------------------------------------------------------------------- OpenConfirm

/**
 * Options with which a connection of this direction loses a collision: the peer's identifier is 10.0.0.2, so it dominates
 * over our usual 10.0.0.1, and we dominate with 10.0.0.9.
 */
function losing(direction: Direction): Partial<PeerOptions> {
  return direction === "outbound" ? {} : { routerId: "10.0.0.9" };
}

/** Both sides connected at once, both connections are in OpenSent; the one of this direction. */
function collide(d: PeerDriver, direction: Direction): ConnId {
  const ours = d.reach("outbound");
  const theirs = d.accept();
  return direction === "outbound" ? ours : theirs;
}

/** The other one of two connections. */
function sibling(d: PeerDriver, conn: ConnId): ConnId {
  const other = d.view.connections.find((c) => c.conn !== conn);
  if (!other) throw new Error("there is no second connection");
  return other.conn;
}

function openConfirmRows(direction: Direction): Record<Event, Row | Never> {
  const other =
    "8.2.2 OpenConfirm, any other event (9, 12-13, 20, 27-28): Finite State Machine Error, counter up, damping, Idle";
  return {
    ...startsIgnored("OpenConfirm"),
    "2 ManualStop": {
      ref: "8.2.2 OpenConfirm, event 2: Cease, counter to zero, Idle; RFC 4486: Administrative Shutdown",
      when: stop,
      sent: ["NOTIFICATION 6/2"],
      ...STOPPED,
    },
    "8 AutomaticStop": {
      ref: "8.2.2 OpenConfirm, event 8: Cease, counter up, (optionally) damping, Idle. Maximum prefixes: damped",
      when: fail,
      cause: "AutomaticStop",
      sent: ["NOTIFICATION 6/1"],
      ...HELD,
    },
    "9 ConnectRetryTimer_Expires": NO_RETRY,
    "10 HoldTimer_Expires": {
      ref: "8.2.2 OpenConfirm, event 10: before a KEEPALIVE is received: Hold Timer Expired, counter up, damping, Idle",
      when: (d, conn) => {
        expect(d.connection(conn)?.holdDeadline).toBe(d.now + 90_000);
        expireHold(d, conn);
      },
      cause: "HoldTimer_Expires",
      // At the end of the hold time KEEPALIVEs of ours have gone out too.
      sent: ["KEEPALIVE", "KEEPALIVE", "KEEPALIVE", "NOTIFICATION 4/0"],
      ...HELD,
    },
    "11 KeepaliveTimer_Expires": {
      ref: "8.2.2 OpenConfirm, event 11: sends a KEEPALIVE, restarts the KeepaliveTimer, remains",
      when: expireKeepalive,
      to: "OpenConfirm",
      ended: false,
      sent: ["KEEPALIVE"],
      keepalive: true,
    },
    "12 DelayOpenTimer_Expires": NO_DELAY,
    "13 IdleHoldTimer_Expires": NO_IDLE_HOLD,
    "14 TcpConnection_Valid": NO_TRACKING,
    "15 Tcp_CR_Invalid": NO_INVALID,
    "16 Tcp_CR_Acked":
      direction === "outbound"
        ? NO_DIAL
        : {
            ref: "8.2.2 OpenConfirm, events 16 and 17: needs to track the second connection",
            arrange: (d) => {
              d.start();
              const conn = d.accept();
              d.say(conn, open());
              return conn;
            },
            when: (d) => d.connect(),
            to: "OpenConfirm",
            ended: false,
            also: (d) => expect(d.view.connections.map((c) => c.state)).toEqual(["OpenConfirm", "OpenSent"]),
          },
    "17 TcpConnectionConfirmed": {
      ref: "8.2.2 OpenConfirm, events 16 and 17: needs to track the second connection",
      when: (d) => d.accept(),
      to: "OpenConfirm",
      ended: false,
      also: (d, conn) => {
        aliveIn("OpenConfirm")(d, conn);
        expect(d.view.connections).toHaveLength(2);
      },
    },
    "18 TcpConnectionFails": {
      ref: "8.2.2 OpenConfirm, event 18: counter up, Idle. Design: restarts itself",
      when: eof,
      cause: "TcpConnectionFails",
      ...RESTARTED,
      counter: 1,
    },
    "19 BGPOpen": {
      ref: "8.2.2 OpenConfirm, event 19 is the collision function, for other connections; on this one RFC 6608: OPEN is unexpected",
      when: say(open()),
      cause: "BGPOpen",
      sent: ["NOTIFICATION 5/2 01"],
      ...HELD,
    },
    "20 BGPOpen with DelayOpenTimer running": OPEN_NOT_DELAYED,
    "21 BGPHeaderErr": {
      ref: "8.2.2 OpenConfirm, event 21: NOTIFICATION with the appropriate code, counter up, damping, Idle",
      when: say(HEADER_ERROR),
      cause: "BGPHeaderErr",
      sent: ["NOTIFICATION 1/1"],
      ...HELD,
    },
    "22 BGPOpenMsgErr": {
      ref: "RFC 6608 section 4: an OPEN is unexpected in OpenConfirm whatever is in it; subcode 2, its type",
      when: say(BAD_OPEN),
      sent: ["NOTIFICATION 5/2 01"],
      ...HELD,
    },
    "23 OpenCollisionDump": {
      ref: "8.2.2 OpenConfirm, event 23: Cease; 6.8: the connection initiated by the higher identifier stays, the peer with it",
      options: losing(direction),
      arrange: (d) => {
        const conn = collide(d, direction);
        d.say(conn, open());
        return conn;
      },
      when: (d, conn) => d.say(sibling(d, conn), open()),
      to: "OpenConfirm",
      ended: true,
      sent: ["NOTIFICATION 6/7"],
      idleHold: false,
      counter: 0,
      also: (d) => expect(d.view.connections.map((c) => c.state)).toEqual(["OpenConfirm"]),
    },
    "24 NotifMsgVerErr": {
      ref: "8.2.2 OpenConfirm, event 24: drops the TCP connection, Idle; the counter is left alone",
      when: say(notification(2, 1, "0004")),
      cause: "NotifMsgVerErr",
      ...RESTARTED,
      counter: 0,
    },
    "25 NotifMsg": {
      ref: "8.2.2 OpenConfirm, event 25: counter up, Idle. Design: not damped, restarts itself",
      when: say(notification(6, 4)),
      cause: "NotifMsg",
      ...RESTARTED,
      counter: 1,
    },
    "26 KeepAliveMsg": {
      ref: "8.2.2 OpenConfirm, event 26: restarts the HoldTimer, Established",
      when: (d, conn) => {
        d.advance(1_000);
        d.say(conn, keepalive());
      },
      to: "Established",
      cause: "KeepAliveMsg",
      hold: 90_000,
      keepalive: true,
      retry: false,
      counter: "zero",
      also: (_d, conn, news) => expect(ofType(news, "up")).toMatchObject([{ conn }]),
    },
    "27 UpdateMsg": {
      ref: `${other}; RFC 6608 section 4: subcode 2, the type of the unexpected message`,
      when: say(update()),
      cause: "UpdateMsg",
      sent: ["NOTIFICATION 5/2 02"],
      ...HELD,
    },
    "28 UpdateMsgErr": NOT_DECODED,
    "29 SendHoldTimer_Expires": NO_SEND_HOLD,
  };
}

// --------------------------------------------------------------------------------------------------------- Established

/** The session that was up is over, for this reason. */
const downBy =
  (cause: string) =>
  (_d: PeerDriver, conn: ConnId, news: readonly PeerOutput[]): void => {
    expect(ofType(news, "down")).toMatchObject([{ conn, reason: { cause } }]);
    expect(ofType(news, "ended")).toMatchObject([{ conn, reason: { cause } }]);
  };

function establishedRows(direction: Direction): Record<Event, Row | Never> {
  return {
    ...startsIgnored("Established"),
    "2 ManualStop": {
      ref: "8.2.2 Established, event 2: Cease, deletes all routes, counter to zero, Idle; RFC 4486: Administrative Shutdown",
      when: stop,
      sent: ["NOTIFICATION 6/2"],
      ...STOPPED,
      also: downBy("administrative"),
    },
    "8 AutomaticStop": {
      ref: "8.2.2 Established, event 8: Cease, counter up, (optionally) damping, Idle. Maximum prefixes: damped",
      when: fail,
      cause: "AutomaticStop",
      sent: ["NOTIFICATION 6/1"],
      ...HELD,
      also: downBy("application"),
    },
    "9 ConnectRetryTimer_Expires": NO_RETRY,
    "10 HoldTimer_Expires": {
      ref: "8.2.2 Established, event 10: Hold Timer Expired, counter up, damping, Idle",
      when: expireHold,
      cause: "HoldTimer_Expires",
      sent: ["KEEPALIVE", "KEEPALIVE", "KEEPALIVE", "NOTIFICATION 4/0"],
      ...HELD,
      also: downBy("timer"),
    },
    "11 KeepaliveTimer_Expires": {
      ref: "8.2.2 Established, event 11: sends a KEEPALIVE, restarts the KeepaliveTimer",
      when: expireKeepalive,
      to: "Established",
      ended: false,
      sent: ["KEEPALIVE"],
      keepalive: true,
    },
    "12 DelayOpenTimer_Expires": NO_DELAY,
    "13 IdleHoldTimer_Expires": NO_IDLE_HOLD,
    "14 TcpConnection_Valid": NO_TRACKING,
    "15 Tcp_CR_Invalid": NO_INVALID,
    "16 Tcp_CR_Acked": NO_DIAL,
    "17 TcpConnectionConfirmed": {
      ref: "8.2.2 Established, events 16 and 17: the second connection SHALL be tracked until it sends an OPEN message",
      when: (d) => d.accept(),
      to: "Established",
      ended: false,
      also: (d, conn, news) => {
        aliveIn("Established")(d, conn);
        expect(d.view.connections).toHaveLength(2);
        expect(ofType(news, "down")).toEqual([]);
      },
    },
    "18 TcpConnectionFails": {
      ref: "8.2.2 Established, event 18: deletes all routes, counter up, Idle. Design: restarts itself",
      when: eof,
      cause: "TcpConnectionFails",
      ...RESTARTED,
      counter: 1,
      also: downBy("transport"),
    },
    "19 BGPOpen": {
      ref: "8.2.2 Established, event 19 is the collision function, for other connections; on this one RFC 6608: OPEN is unexpected",
      when: say(open()),
      cause: "BGPOpen",
      sent: ["NOTIFICATION 5/3 01"],
      ...HELD,
      also: downBy("local"),
    },
    "20 BGPOpen with DelayOpenTimer running": OPEN_NOT_DELAYED,
    "21 BGPHeaderErr": {
      ref: "8.2.2 Established, any other event (…, 21, …): FSM Error; but 6.1: all header errors MUST be Message Header Errors",
      when: say(HEADER_ERROR),
      cause: "BGPHeaderErr",
      sent: ["NOTIFICATION 1/1"],
      ...HELD,
      also: downBy("local"),
    },
    "22 BGPOpenMsgErr": {
      ref: "8.2.2 Established, any other event (…, 22): FSM Error; RFC 6608 section 4: subcode 3, its type",
      when: say(BAD_OPEN),
      sent: ["NOTIFICATION 5/3 01"],
      ...HELD,
      also: downBy("local"),
    },
    "23 OpenCollisionDump": {
      ref: "8.2.2 Established, event 19 and 23 with CollisionDetectEstablishedState: Cease, deletes all routes",
      options: { collisionDetectEstablishedState: true, ...losing(direction) },
      arrange: (d) => {
        const conn = collide(d, direction);
        d.say(conn, open(), keepalive());
        d.advance(5_000);
        expect(d.connection(conn)?.state).toBe("Established");
        return conn;
      },
      when: (d, conn) => d.say(sibling(d, conn), open()),
      to: "OpenConfirm",
      via: ["Idle", "OpenConfirm"],
      ended: true,
      sent: ["NOTIFICATION 6/7"],
      idleHold: false,
      also: (d, conn, news) => {
        downBy("collision")(d, conn, news);
        expect(d.view.connections.map((c) => c.state)).toEqual(["OpenConfirm"]);
      },
    },
    "24 NotifMsgVerErr": {
      ref: "8.2.2 Established, events 24 and 25: deletes all routes, counter up, Idle. Design: not damped, restarts itself",
      when: say(notification(2, 1, "0004")),
      cause: "NotifMsgVerErr",
      ...RESTARTED,
      counter: 1,
      also: downBy("remote"),
    },
    "25 NotifMsg": {
      ref: "8.2.2 Established, events 24 and 25: deletes all routes, counter up, Idle. Design: not damped, restarts itself",
      when: say(notification(6, 4)),
      cause: "NotifMsg",
      ...RESTARTED,
      counter: 1,
      also: downBy("remote"),
    },
    "26 KeepAliveMsg": {
      ref: "8.2.2 Established, event 26: restarts its HoldTimer, remains",
      when: (d, conn) => {
        d.advance(1_000);
        d.say(conn, keepalive());
      },
      to: "Established",
      ended: false,
      hold: 90_000,
    },
    "27 UpdateMsg": {
      ref: "8.2.2 Established, event 27: processes the message, restarts its HoldTimer, remains",
      when: (d, conn) => {
        d.advance(1_000);
        d.say(conn, update("0000 0000 18 c00002"));
      },
      to: "Established",
      ended: false,
      hold: 90_000,
      also: (_d, conn, news) => {
        const [only, ...more] = ofType(news, "update");
        expect(more).toEqual([]);
        expect(only?.conn).toBe(conn);
        expect(only!.buffer.slice(only!.start, only!.end)).toEqual(hex("0000 0000 18 c00002"));
      },
    },
    "28 UpdateMsgErr": {
      ref: "8.2.2 Established, event 28: NOTIFICATION with an Update error, deletes all routes, counter up, damping, Idle",
      when: (d, conn) => void d.feed({ type: "fail", conn, notification: MALFORMED_LIST }),
      cause: "UpdateMsgErr",
      sent: ["NOTIFICATION 3/1"],
      ...HELD,
      also: downBy("application"),
    },
    "29 SendHoldTimer_Expires": {
      ref: "RFC 9687 section 4.3: (optionally) Send Hold Timer Expired, counter up, damping, Idle",
      options: { holdTime: 9, sendHoldTime: 20 },
      when: (d, conn) => {
        // The peer keeps talking, but takes nothing: what we write from now on stays unsent.
        const from = d.outputs.length;
        d.feed({ type: "unsent", conn, bytes: 0 });
        for (let s = 0; s < 24; s += 1) {
          d.advance(1_000);
          d.feed({ type: "unsent", conn, bytes: writtenTo(d.outputs.slice(from), conn).length });
          d.say(conn, keepalive());
        }
      },
      cause: "SendHoldTimer_Expires",
      ...HELD,
      also: (d, conn, news) => {
        const said = saidTo(news, conn);
        expect(said.at(-1)).toBe("NOTIFICATION 8/0");
        expect(said.slice(0, -1).every((m) => m === "KEEPALIVE")).toBe(true);
        downBy("timer")(d, conn, news);
      },
    },
  };
}

// ------------------------------------------------------------------------------------------------------------ the table

function talking(state: State, rows: (direction: Direction) => Record<Event, Row | Never>): Record<string, Situation> {
  const reach = (direction: Direction) => (d: PeerDriver) => {
    if (state === "OpenSent") return d.reach(direction);
    return state === "OpenConfirm" ? d.confirm(direction) : d.establish(direction);
  };
  return {
    [`${state}, we dialled`]: { state, reach: reach("outbound"), rows: rows("outbound") },
    [`${state}, we accepted`]: { state, reach: reach("inbound"), rows: rows("inbound") },
  };
}

const SITUATIONS: Readonly<Record<string, Situation>> = {
  "Idle, waiting for a start": {
    state: "Idle",
    // A dial was on its way and is cancelled.
    reach: (d) => {
      d.start();
      const conn = d.view.dialling ?? NO_CONNECTION;
      d.stop();
      return conn;
    },
    rows: idleRows("stopped"),
  },
  "Idle, the IdleHoldTimer runs": {
    state: "Idle",
    reach: (d) => {
      const conn = d.reach(d.options.passive ? "inbound" : "outbound");
      d.say(conn, HEADER_ERROR);
      return conn;
    },
    rows: idleRows("holding"),
  },
  "Connect, dialling": {
    state: "Connect",
    reach: (d) => {
      d.start();
      return d.dialling;
    },
    rows: DIALLING,
  },
  "Connect, the DelayOpenTimer runs": {
    state: "Connect",
    options: { delayOpenTime: 5 },
    reach: (d) => d.reach("outbound"),
    rows: delayedRows("Connect"),
  },
  "Active, listening": {
    state: "Active",
    reach: (d) => {
      d.start();
      d.failDial();
      return NO_CONNECTION;
    },
    rows: LISTENING,
  },
  "Active, the DelayOpenTimer runs": {
    state: "Active",
    options: { delayOpenTime: 5 },
    reach: (d) => d.reach("inbound"),
    rows: delayedRows("Active"),
  },
  ...talking("OpenSent", openSentRows),
  ...talking("OpenConfirm", openConfirmRows),
  ...talking("Established", establishedRows),
};

function check(situation: Situation, row: Row): void {
  const d = new PeerDriver({ ...situation.options, ...row.options });
  const conn = (row.arrange ?? situation.reach)(d);
  const before = d.view;
  const initial = row.from ?? situation.state;
  expect(before.state).toBe(initial);
  const from = d.outputs.length;
  row.when(d, conn);
  const news = d.outputs.slice(from);
  const { view } = d;
  const connection = d.connection(conn);

  expect(view.state, row.ref).toBe(row.to);
  const told = ofType(news, "state");
  const via = row.via === undefined ? (row.to === initial ? [] : [row.to]) : row.via;
  if (via !== null) expect(told.map((s) => s.to)).toEqual(via);
  told.forEach((s, i) => expect(s.from).toBe(i === 0 ? initial : told[i - 1]!.to));
  if (row.cause !== undefined) expect(told[0]?.cause).toBe(row.cause);
  expect(saidTo(news, conn)).toEqual(row.also && row.sent === undefined ? expect.anything() : (row.sent ?? []));

  const existed = before.connections.some((c) => c.conn === conn);
  if (existed) {
    const ended = row.ended ?? (row.to === "Idle" || row.to === "Active");
    expect(connection === undefined).toBe(ended);
    expect(ofType(news, "ended").map((o) => o.conn)).toEqual(ended ? [conn] : []);
    expect(ofType(news, "close").map((o) => o.conn)).toEqual(ended ? [conn] : []);
  }
  if (row.retry !== undefined) expect(view.connectRetryDeadline !== null).toBe(row.retry);
  if (row.idleHold !== undefined) expect(view.idleHoldDeadline !== null).toBe(row.idleHold);
  if (row.hold !== undefined) {
    expect((connection?.holdDeadline ?? null) === null ? null : connection!.holdDeadline! - d.now).toBe(row.hold);
  }
  if (row.keepalive !== undefined) expect((connection?.keepaliveDeadline ?? null) !== null).toBe(row.keepalive);
  if (row.counter === "zero") expect(view.connectRetryCounter).toBe(0);
  else if (row.counter !== undefined) expect(view.connectRetryCounter - before.connectRetryCounter).toBe(row.counter);
  if (row.to === "Idle" && situation.state !== "Idle") {
    expect(ofType(news, "idle").map((o) => o.until)).toEqual([view.idleHoldDeadline]);
  }
  if (row.ignored) {
    expect(news).toEqual([]);
    expect(view).toEqual(before);
  }
  row.also?.(d, conn, news);
}

describe.each(Object.entries(SITUATIONS))("RFC 4271 section 8.2.2: %s", (_name, situation) => {
  it.each(EVENTS)("event %s", (event) => {
    const row = situation.rows[event];
    if ("never" in row) {
      const d = new PeerDriver(situation.options);
      const conn = situation.reach(d);
      expect(d.view.state).toBe(situation.state);
      row.proof?.(d, conn);
    } else check(situation, row);
  });
});

it("covers every event in every state", () => {
  const states = new Set(Object.values(SITUATIONS).map((s) => s.state));
  expect([...states]).toEqual(["Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established"]);
  for (const { rows } of Object.values(SITUATIONS))
    expect(Object.keys(rows).toSorted()).toEqual([...EVENTS].toSorted());
});

describe("beyond the 29 events", () => {
  it.each([
    ["OpenSent", 1, "NOTIFICATION 5/1 05"],
    ["OpenConfirm", 2, "NOTIFICATION 5/2 05"],
  ] as const)("RFC 6608: ROUTE-REFRESH is unexpected in %s", (state, _subcode, expected) => {
    const d = new PeerDriver();
    const conn = state === "OpenSent" ? d.reach("outbound") : d.confirm();
    expect(saidTo(d.say(conn, routeRefresh()), conn)).toEqual([expected]);
  });

  it.each([
    ["24: a version error is 2/1", "NotifMsgVerErr", notification(2, 1, "0004"), 0],
    ["25: 2/2 is none", "NotifMsg", notification(2, 2), 1],
    ["25: 1/1 is none", "NotifMsg", notification(1, 1), 1],
    ["25: 6/7 is a collision, which counts for nothing", "NotifMsg", notification(6, 7), 0],
    ["25: 6/6 is none", "NotifMsg", notification(6, 6), 1],
    ["25: 3/7 is none", "NotifMsg", notification(3, 7), 1],
  ] as const)("8.1.5, event %s", (_name, cause, bytes, counter) => {
    const d = new PeerDriver();
    const news = d.say(d.reach("outbound"), bytes);
    expect(ofType(news, "state")[0]).toMatchObject({ from: "OpenSent", to: "Idle", cause });
    expect(d.view.connectRetryCounter).toBe(counter);
  });

  it("6.4: a NOTIFICATION that came is told, with what is not known in it, and stays to be seen", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    const news = d.say(conn, notification(99, 7, "0102"));
    const received = { code: 99, subcode: 7, data: hex("0102") };
    expect(ofType(news, "notified")).toEqual([
      { type: "notified", conn, direction: "received", notification: received },
    ]);
    expect(ofType(news, "ended")).toMatchObject([{ reason: { cause: "remote", notification: received } }]);
    expect(d.view).toMatchObject({ lastReceived: received, lastSent: null });
    expect(ofType(news, "close")).toEqual([{ type: "close", conn, mode: "flush" }]);
    d.say(d.establish("inbound"), HEADER_ERROR);
    expect(d.view).toMatchObject({ lastReceived: received, lastSent: { code: 1, subcode: 1 } });
  });

  it("a connection that the peer has closed is not flushed, unless something is said on it", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    expect(ofType(d.feed({ type: "eof", conn }), "close")).toEqual([{ type: "close", conn, mode: "abort" }]);
    const half = d.establish("inbound");
    d.machine.handle(d.now, { type: "bytes", conn: half, chunk: HEADER_ERROR });
    expect(ofType(d.feed({ type: "eof", conn: half }), "close")).toEqual([
      { type: "close", conn: half, mode: "flush" },
    ]);
  });

  it("8.2.2 Idle after an error: the dial that is under way beside the connection is given up", () => {
    const d = new PeerDriver();
    d.start();
    const { dialling } = d;
    const news = d.say(d.accept(), HEADER_ERROR);
    expect(ofType(news, "cancelDial")).toEqual([{ type: "cancelDial", conn: dialling }]);
    expect(d.view).toMatchObject({ state: "Idle", dialling: null, connectRetryDeadline: null });
    expect(d.feed({ type: "connected", conn: dialling, endpoints: endpoints(dialling) })).toEqual([]);
  });

  it("RFC 2918: ROUTE-REFRESH in Established is handed on and restarts nothing else", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    const news = d.say(conn, routeRefresh());
    expect(ofType(news, "refresh")).toMatchObject([{ conn, afi: 1, safi: 1, subtype: 0 }]);
    expect(d.view.state).toBe("Established");
  });

  it("a machine is Idle before its first start and says nothing for itself", () => {
    const d = new PeerDriver();
    expect(d.view).toMatchObject({ state: "Idle", started: false, connectRetryCounter: 0 });
    expect(d.machine.deadline()).toBeNull();
    expect(d.advance(3_600_000)).toEqual([]);
  });

  it("8.1.1 SendNOTIFICATIONwithoutOPEN FALSE: nothing is said before our OPEN", () => {
    const silent = { sendNotificationWithoutOpen: false };
    const delayed = new PeerDriver({ ...silent, delayOpenTime: 5 });
    const conn = delayed.reach("inbound");
    const news = delayed.say(conn, HEADER_ERROR);
    expect(ofType(news, "write")).toEqual([]);
    expect(ofType(news, "notified")).toEqual([]);
    expect(ofType(news, "close")).toMatchObject([{ conn }]);

    const idle = new PeerDriver(silent);
    const refused = idle.accept();
    expect(ofType(idle.outputs, "write")).toEqual([]);
    expect(ofType(idle.outputs, "close")).toMatchObject([{ conn: refused }]);
  });

  it("8.2.2 OpenSent, event 19: a negotiated hold time of zero starts neither HoldTimer nor KeepaliveTimer", () => {
    const d = new PeerDriver();
    const conn = d.confirm("outbound", { holdTime: 0 });
    expect(d.connection(conn)).toMatchObject({ holdDeadline: null, keepaliveDeadline: null });
    d.say(conn, keepalive());
    expect(d.view.state).toBe("Established");
    expect(d.advance(86_400_000)).toEqual([]);
  });

  it("reset: Cease/4 and a start at once", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    const news = d.feed({ type: "reset" });
    expect(saidTo(news, conn)).toEqual(["NOTIFICATION 6/4"]);
    expect(ofType(news, "down")).toMatchObject([{ reason: { cause: "administrative" } }]);
    expect(d.view.started).toBe(true);
    expect(["Connect", "Active"]).toContain(d.view.state);
    expect(d.view.idleHoldDeadline).toBeNull();
  });
});
