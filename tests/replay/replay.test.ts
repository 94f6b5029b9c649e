// `replay` on sessions that are made up, row by row.
import {
  replay,
  sessionsOf,
  type CaptureEvent,
  type Direction,
  type Endpoint,
  type SideReplay,
} from "@bgpwire/capture";
import { ConfigError, MessageType, type PeerOptions } from "@bgpwire/core";
import { createContext } from "@bgpwire/decoder";
import { describe, expect, it } from "vitest";
import {
  capability,
  keepalive,
  notification,
  open,
  routeRefresh,
  update,
  usualCapabilities,
  type OpenFields,
} from "../support/wire.ts";

const A: Endpoint = { address: "192.0.2.1", port: 40000, as: 65001, bgpIdentifier: "10.0.0.1" };
const B: Endpoint = { address: "192.0.2.2", port: 179, as: 65002, bgpIdentifier: "10.0.0.2" };
const context = createContext();

/** A captured session from rows of seconds, sender and message; "gap" and "close" stand for themselves. */
type Row = readonly [seconds: number, sender: "A" | "B", what: Uint8Array | "gap" | "close"];

function captured(rows: readonly Row[], session = 0): CaptureEvent[] {
  const direction = (sender: "A" | "B"): Direction => ({
    session,
    sender: sender === "A" ? A : B,
    receiver: sender === "A" ? B : A,
    context,
    guessed: false,
    rib: null,
  });
  const events: CaptureEvent[] = [
    {
      kind: "up",
      seconds: 1000,
      nanoseconds: 0,
      offset: 0,
      direction: direction("A"),
      sentOpen: null,
      receivedOpen: null,
    },
  ];
  for (const [time, sender, what] of rows) {
    const seconds = 1000 + Math.floor(time);
    const nanoseconds = Math.round((time % 1) * 1e9);
    const at = { seconds, nanoseconds, offset: 0, direction: direction(sender) };
    if (what === "gap") events.push({ kind: "gap", ...at, octets: 7 });
    else if (what === "close") events.push({ kind: "down", ...at, reason: "closed", notification: null });
    else events.push({ kind: "message", ...at, type: what[18]!, buffer: what, start: 0, end: what.length });
  }
  return events;
}

const openA = (fields: OpenFields = {}): Uint8Array => open({ as: 65001, identifier: "10.0.0.1", ...fields });
const openB = (fields: OpenFields = {}): Uint8Array => open({ as: 65002, identifier: "10.0.0.2", ...fields });

/** Up in half a second. */
const OPENING: readonly Row[] = [
  [0.1, "A", openA()],
  [0.2, "B", openB()],
  [0.3, "B", keepalive()],
  [0.4, "A", keepalive()],
];

type Replayed = Extract<SideReplay, { replayed: true }>;

function sides(rows: readonly Row[], configure?: Partial<PeerOptions>): [SideReplay, SideReplay] {
  const { sides: both } = replay(captured(rows), configure === undefined ? {} : { configure: () => configure });
  return [both[0]!, both[1]!];
}

function played(side: SideReplay): Replayed {
  if (!side.replayed) throw new Error(side.reason);
  return side;
}

/** Differences of a side, one line each. */
function differences(side: SideReplay): string[] {
  return played(side).differences.map(({ kind, expected, got }) => `${kind}: ${expected} | ${got}`);
}

describe("a session without trouble", () => {
  const rows: Row[] = [...OPENING, [1, "A", update()], [1.5, "B", routeRefresh()], [2, "B", "close"]];

  it("has no differences, and the states of both sides with their times", () => {
    const [a, b] = sides(rows).map(played);
    expect(a!.differences).toEqual([]);
    expect(b!.differences).toEqual([]);
    expect(a!.states.map(({ time, state, cause }) => [time, state, cause])).toEqual([
      [0, "Connect", "ManualStart"],
      [100, "OpenSent", "Tcp_CR_Acked"],
      [200, "OpenConfirm", "BGPOpen"],
      [300, "Established", "KeepAliveMsg"],
      [2000, "Idle", "TcpConnectionFails"],
    ]);
    // The OPEN of A is there when B sends its own, so that it answers at once.
    expect(b!.states.map(({ time, state }) => [time, state])).toEqual([
      [0, "Active"],
      [200, "OpenSent"],
      [200, "OpenConfirm"],
      [400, "Established"],
      [2000, "Idle"],
    ]);
    expect(b!.capturedStates).toEqual([
      { time: 200, state: "OpenSent" },
      { time: 300, state: "OpenConfirm" },
      { time: 400, state: "Established" },
    ]);
    expect([a!.announced, b!.announced]).toEqual([1, 1]);
    expect(a!.end).toMatchObject({ time: 2000, reason: { cause: "transport" } });
  });

  it("has what the FSM sent beside what the capture shows", () => {
    const [a] = sides(rows).map(played);
    expect(a!.sent).toEqual([
      { time: 100, type: MessageType.Open, bytes: openA() },
      { time: 200, type: MessageType.Keepalive, bytes: keepalive() },
    ]);
    expect(a!.capturedSent).toEqual([
      { time: 100, type: MessageType.Open, bytes: openA() },
      { time: 400, type: MessageType.Keepalive, bytes: keepalive() },
    ]);
  });

  it("is found among the events of others", () => {
    const both = [...captured(OPENING, 0), ...captured(rows, 1)];
    expect([...sessionsOf(both).keys()]).toEqual([0, 1]);
    expect(replay(sessionsOf(both).get(1)!).session).toBe(1);
    expect(() => replay([])).toThrow(ConfigError);
  });
});

/** When A sends its KEEPALIVEs, up to this second. */
function keepaliveTimes(holdTime: number, until: number): number[] {
  const rows: Row[] = [
    [0, "A", openA({ holdTime })],
    [0, "B", openB({ holdTime: 240 })],
    [0, "B", keepalive()],
    [0, "A", keepalive()],
  ];
  for (let at = 1; at <= until; at += 1) rows.push([at, "B", keepalive()]);
  const side = played(sides(rows)[0]);
  expect(side.differences).toEqual([]);
  return side.sent.filter(({ type }) => type === MessageType.Keepalive).map(({ time }) => time);
}

describe("RFC 4271 sections 4.4 and 10: KEEPALIVEs on virtual time", () => {
  it("go out at between three quarters and the whole of a third of the hold time", () => {
    const sent = keepaliveTimes(90, 3600);
    const gaps = sent.slice(1).map((time, index) => time - sent[index]!);
    expect(gaps.length).toBeGreaterThanOrEqual(119);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(22_500);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(30_000);
    expect(new Set(gaps).size).toBeGreaterThan(1);
  });

  it("are never less than a second apart, and but one with hold time zero", () => {
    const sent = keepaliveTimes(3, 60);
    for (const [index, time] of sent.slice(1).entries()) expect(time - sent[index]!).toBe(1000);
    expect(keepaliveTimes(0, 3600)).toEqual([0]);
  });
});

describe("NOTIFICATIONs", () => {
  it.each<[string, Row[], Partial<PeerOptions>?]>([
    ["4/0 after silence", [...OPENING, [90.6, "A", notification(4, 0)], [90.7, "A", "close"]]],
    ["4/0 of a router that is early", [...OPENING, [89.5, "A", notification(4, 0)], [89.6, "A", "close"]]],
    ["3/1 for an UPDATE", [...OPENING, [1, "B", update("00ff 0000")], [1.1, "A", notification(3, 1)]]],
    ["1/3 for a type", [...OPENING, [1, "B", keepalive().fill(9, 18)], [1.1, "A", notification(1, 3, "09")]]],
    ["5/3 for an OPEN", [...OPENING, [1, "B", openB()], [1.1, "A", notification(5, 3, "01")]]],
    [
      "2/6 for a hold time",
      [
        [0, "A", openA()],
        [1, "B", openB({ holdTime: 1 })],
        [1.1, "A", notification(2, 6)],
      ],
    ],
    [
      "2/2 where another AS is expected",
      [
        [0, "A", openA()],
        [1, "B", openB()],
        [1.1, "A", notification(2, 2)],
      ],
      { remoteAs: 65009 },
    ],
    ["6/2 by decision", [...OPENING, [9, "A", notification(6, 2, "02 6869")], [9.1, "A", "close"]]],
    ["6/4 by decision", [...OPENING, [9, "A", notification(6, 4)], [9.1, "A", "close"]]],
    ["6/1 by decision", [...OPENING, [9, "A", notification(6, 1, "000101 00000064")], [9.1, "A", "close"]]],
  ])("are the same: %s", (_, rows, configure) => {
    const [a] = sides(rows, configure);
    expect(differences(a)).toEqual([]);
    const last = played(a).sent.at(-1)!;
    expect(last.bytes).toEqual(rows.find(([, sender, what]) => sender === "A" && what[18] === 3)![2]);
  });

  it("that only one of both sent are told", () => {
    const expects = sides([
      [0, "A", openA()],
      [1, "B", openB()],
      [1.1, "A", notification(2, 2)],
    ])[0];
    expect(differences(expects)).toEqual([
      "state: nothing that shows OpenConfirm | OpenConfirm",
      "notification: OPEN Message Error/Bad Peer AS | none",
    ]);
    const silent: Row[] = [...OPENING, [100, "A", update()], [101, "B", keepalive()]];
    expect(differences(sides(silent)[0])).toEqual([
      "notification: none | Hold Timer Expired (hold timer expired: nothing came for 90 s)",
      "end: 1 more messages, to 100.000 s | the end at 90.300 s: hold timer expired: nothing came for 90 s",
    ]);
  });

  it("that are the same at another time are told", () => {
    const late: Row[] = [...OPENING, [94, "A", notification(4, 0)], [94.1, "A", "close"]];
    expect(differences(sides(late)[0])).toEqual(["notification-time: Hold Timer Expired at 94.000 s | at 90.300 s"]);
  });
});

describe("the OPEN", () => {
  it("is compared octet for octet where it is grouped and in the order that ours has", () => {
    const longOpen = openA({
      capabilities: [capability(2), capability(73, "01 61 01 62"), ...usualCapabilities(65001)],
    });
    const rows = OPENING.map((row, index): Row => (index === 0 ? [0.1, "A", longOpen] : row));
    expect(played(sides(rows)[0]).sent[0]!.bytes).toEqual(longOpen);
    expect(differences(sides(rows, { holdTime: 30 })[0])[0]).toMatch(/^open: ffff.*005a.* \| ffff.*001e/);
  });

  it("says the same where it is in another order", () => {
    const capabilities = usualCapabilities(65001).toReversed();
    const rows = OPENING.map((row, index): Row => (index === 0 ? [0.1, "A", openA({ capabilities })] : row));
    const [a] = sides(rows);
    expect(differences(a)).toEqual([]);
    expect(played(a).sent[0]!.bytes).not.toEqual(openA({ capabilities }));
    expect(differences(sides(rows, { holdTime: 30 })[0])).toHaveLength(1);
  });
});

it("an UPDATE that a side sent before it can be Established is told", () => {
  const rows: Row[] = [
    [0, "A", openA()],
    [0.1, "B", openB()],
    [0.2, "A", keepalive()],
    [0.3, "A", update()],
    [0.4, "B", keepalive()],
  ];
  expect(differences(sides(rows)[0])).toEqual(["unsent: UPDATE | closed"]);
});

describe("what cannot be replayed is told with the reason", () => {
  it.each<[string, Row[]]>([
    [
      "the capture has no message of 192.0.2.1",
      [
        [0, "B", openB()],
        [1, "B", keepalive()],
      ],
    ],
    [
      "the first message of 192.0.2.1 is UPDATE, not its OPEN",
      [
        [0, "A", update()],
        [1, "B", keepalive()],
      ],
    ],
    [
      "the capture has no message of 192.0.2.2",
      [
        [0, "A", openA()],
        [1, "A", keepalive()],
      ],
    ],
    [
      "the first message of 192.0.2.2 is KEEPALIVE, not its OPEN",
      [
        [0, "A", openA()],
        [1, "B", keepalive()],
        [2, "A", keepalive()],
      ],
    ],
    [
      "the first message of 192.0.2.2 is ROUTE-REFRESH, not its OPEN",
      [
        [0, "A", openA()],
        [1, "B", routeRefresh()],
      ],
    ],
    ["7 octets of 192.0.2.2 are missing or are no messages", [...OPENING, [1, "B", "gap"]]],
    [
      "the OPEN of 192.0.2.1: version 3",
      [
        [0, "A", openA().fill(3, 19, 20)],
        [1, "B", openB()],
      ],
    ],
    [
      "our machine cannot be 192.0.2.1: holdTime: 2 is not accepted",
      [
        [0, "A", openA({ holdTime: 2 })],
        [1, "B", openB()],
      ],
    ],
  ])("%s", (reason, rows) => {
    const [a] = sides(rows);
    expect(a).toMatchObject({ replayed: false, endpoint: { address: A.address } });
    expect((a as { reason: string }).reason.startsWith(reason)).toBe(true);
  });

  it("a side that met silence or a refusal is replayed", () => {
    for (const rows of [
      [
        [0, "A", openA()],
        [1, "A", "close"],
      ],
      [
        [0, "A", openA()],
        [1, "B", notification(6, 5)],
      ],
      [
        [0, "A", openA()],
        [1, "B", update()],
        [2, "A", notification(5, 1, "02")],
      ],
    ] as Row[][]) {
      expect(differences(sides(rows)[0])).toEqual([]);
    }
  });
});
