// P11: every NOTIFICATION the core sends, byte-exact. A peer does what must be answered; what is written is compared with
// the whole message, header included, as the RFC of each row has it. Then the rules that hold for all of them: it is the
// only one on its connection and the last thing said there, and the connection is closed with `flush`.
import { describe, expect, it } from "vitest";
import type { Capability } from "../../packages/core/src/message/capability.ts";
import type { Notification } from "../../packages/core/src/message/notification.ts";
import { shutdownNotification } from "../../packages/core/src/message/notification.ts";
import type { ConnId } from "../../packages/core/src/session/io.ts";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import { LOCAL, messagesTo, ofType, PeerDriver, saidTo } from "../support/peer-driver.ts";
import {
  capability,
  concat,
  hex,
  keepalive,
  message,
  notification,
  open,
  openBody,
  routeRefresh,
  text,
  u16,
  u32,
  update,
  usualCapabilities,
} from "../support/wire.ts";

type Reach = "OpenSent" | "OpenConfirm" | "Established";

interface Case {
  /** RFC and section. */
  readonly ref: string;
  readonly state: Reach;
  readonly options?: Partial<PeerOptions>;
  /** Capabilities of the peer's good OPEN, where the state needs one; default the usual ones. */
  readonly theirs?: readonly Uint8Array[];
  /** What the peer says; or what happens otherwise. */
  readonly when: Uint8Array | ((d: PeerDriver, conn: ConnId) => void);
  readonly sent: Uint8Array;
}

function reach(d: PeerDriver, state: Reach, theirs?: readonly Uint8Array[]): ConnId {
  const fields = theirs ? { capabilities: theirs } : {};
  if (state === "OpenSent") return d.reach("outbound");
  return state === "OpenConfirm" ? d.confirm("outbound", fields) : d.establish("outbound", fields);
}

const EXTENDED: readonly Capability[] = [
  { name: "multiprotocol", code: 1, afi: 1, safi: 1 },
  { name: "extendedMessage", code: 6 },
];
const role = (local: number): Partial<PeerOptions> => ({
  capabilities: [
    { name: "multiprotocol", code: 1, afi: 1, safi: 1 },
    { name: "role", code: 9, role: local },
  ],
});
const withCapabilities = (...more: readonly Uint8Array[]): Uint8Array[] => [...usualCapabilities(65002), ...more];
const header = (length: number, type: number): Uint8Array => message(type, new Uint8Array(0), { length });

/** RFC 4271 6.1: a length that must not be, in a header alone: the body is not waited for. */
function badLength(name: string, type: number, length: number, state: Reach = "Established"): [string, Case] {
  return [
    `1/2 ${name}`,
    { ref: "RFC 4271 section 6.1", state, when: header(length, type), sent: notification(1, 2, u16(length)) },
  ];
}

const HEADER: [string, Case][] = [
  ...[0, 7, 15].map((at): [string, Case] => {
    const marker = new Uint8Array(16).fill(0xff);
    marker[at] = 0xfe;
    return [
      `1/1 marker octet ${at} is not all ones`,
      {
        ref: "RFC 4271 section 6.1",
        state: "OpenSent",
        when: message(1, openBody(), { marker }),
        sent: notification(1, 1),
      },
    ];
  }),
  [
    "1/1 in Established",
    {
      ref: "RFC 4271 section 6.1",
      state: "Established",
      when: message(4, hex(""), { marker: new Uint8Array(16) }),
      sent: notification(1, 1),
    },
  ],
  badLength("length 0", 4, 0),
  badLength("length 18", 2, 18),
  badLength("length 4097", 2, 4097),
  badLength("length 65535", 2, 65535),
  badLength("OPEN of 28 octets", 1, 28, "OpenSent"),
  badLength("OPEN of 4097 octets", 1, 4097, "OpenSent"),
  badLength("UPDATE of 22 octets", 2, 22),
  badLength("NOTIFICATION of 20 octets", 3, 20),
  badLength("KEEPALIVE of 20 octets", 4, 20),
  badLength("KEEPALIVE of 4096 octets", 4, 4096),
  badLength("ROUTE-REFRESH of 22 octets", 5, 22),
  [
    "1/2 ROUTE-REFRESH of 24 octets without ORF",
    {
      ref: "core.md; RFC 2918 section 3: one <AFI, SAFI>",
      state: "Established",
      when: message(5, hex("0001 00 01 00")),
      sent: notification(1, 2, "0018"),
    },
  ],
  [
    "1/2 UPDATE of 4097 octets, where we can but did not say extended messages",
    {
      ref: "RFC 8654 section 5: MUST NOT accept a BGP Extended Message",
      state: "Established",
      theirs: withCapabilities(capability(6)),
      when: header(4097, 2),
      sent: notification(1, 2, "1001"),
    },
  ],
  [
    "1/2 OPEN of 4097 octets, although extended messages are offered",
    {
      ref: "RFC 8654 section 4: all messages except for OPEN and KEEPALIVE",
      state: "OpenSent",
      options: { capabilities: EXTENDED },
      when: header(4097, 1),
      sent: notification(1, 2, "1001"),
    },
  ],
  [
    "1/2 KEEPALIVE of 4097 octets, although extended messages are agreed",
    {
      ref: "RFC 8654 section 4: all messages except for OPEN and KEEPALIVE",
      state: "Established",
      options: { capabilities: EXTENDED },
      theirs: withCapabilities(capability(6)),
      when: header(4097, 4),
      sent: notification(1, 2, "1001"),
    },
  ],
  ...[0, 6, 255].map((type): [string, Case] => [
    `1/3 type ${type}`,
    {
      ref: "RFC 4271 section 6.1",
      state: "Established",
      when: header(19, type),
      sent: notification(1, 3, Uint8Array.of(type)),
    },
  ]),
  [
    "1/3 in OpenSent",
    { ref: "RFC 4271 section 6.1", state: "OpenSent", when: header(23, 9), sent: notification(1, 3, "09") },
  ],
];

const openCase = (
  name: string,
  ref: string,
  when: Uint8Array,
  sent: Uint8Array,
  more: Partial<Case> = {},
): [string, Case] => [name, { ref, state: "OpenSent", when, sent, ...more }];
const noCapabilities = { capabilities: [] };

const OPEN: [string, Case][] = [
  ...[0, 3, 5, 255].map((version) =>
    openCase(`2/1 version ${version}`, "RFC 4271 section 6.2", open({ version }), notification(2, 1, "0004")),
  ),
  openCase("2/2 AS 0", "RFC 7607 section 2", open({ myAs: 0, ...noCapabilities }), notification(2, 2), {
    options: { remoteAs: "any" },
  }),
  openCase(
    "2/2 AS 0 in capability 65",
    "RFC 7607 section 2",
    open({ myAs: 23456, capabilities: usualCapabilities(0) }),
    notification(2, 2),
    { options: { remoteAs: "any" } },
  ),
  openCase(
    "2/2 AS 0 in the field, whatever capability 65 says",
    "RFC 7607 section 2: zero as the peer AS in an OPEN",
    open({ myAs: 0 }),
    notification(2, 2),
  ),
  openCase("2/2 another AS", "RFC 4271 section 6.2", open({ as: 65003 }), notification(2, 2)),
  openCase(
    "2/2 another AS, no capability 65",
    "RFC 4271 section 6.2",
    open({ myAs: 65003, ...noCapabilities }),
    notification(2, 2),
  ),
  openCase(
    "2/2 AS_TRANS without capability 65",
    "core.md; RFC 6793 section 4.2.1: an OLD speaker has a two-octet AS number",
    open({ myAs: 23456, ...noCapabilities }),
    notification(2, 2),
    { options: { remoteAs: "any" } },
  ),
  openCase(
    "2/2 another AS in capability 65",
    "RFC 6793 section 4.1: MUST use the AS number in the Capability Value field",
    open({ myAs: 65002, capabilities: usualCapabilities(65003) }),
    notification(2, 2),
  ),
  openCase("2/2 outside of all ranges", "core.md", open({ as: 65010 }), notification(2, 2), {
    options: {
      remoteAs: [
        { from: 65002, to: 65009 },
        { from: 65011, to: 65020 },
      ],
    },
  }),
  openCase("2/3 identifier 0", "RFC 6286 section 2.2", open({ identifier: "0.0.0.0" }), notification(2, 3)),
  openCase(
    "2/3 our identifier on an internal session",
    "RFC 6286 section 2.2",
    open({ as: LOCAL.as, identifier: LOCAL.identifier }),
    notification(2, 3),
    { options: { remoteAs: LOCAL.as } },
  ),
  openCase(
    "2/4 unknown optional parameter",
    "RFC 4271 section 6.2",
    open({ rawParameters: hex("04 63 02 0000") }),
    notification(2, 4),
  ),
  openCase(
    "2/4 the deprecated authentication parameter",
    "RFC 4271 section 6.2, RFC 5492 section 6",
    open({ rawParameters: hex("03 01 01 00") }),
    notification(2, 4),
  ),
  openCase(
    "2/4 type 255 behind another parameter",
    "RFC 9072 section 3: MUST be treated as an unrecognized Optional Parameter",
    open({ rawParameters: hex("06 02 02 02 00 ff 00") }),
    notification(2, 4),
  ),
  openCase(
    "2/0 a parameter that is longer than all of them",
    "RFC 4271 section 6.2",
    open({ rawParameters: hex("04 02 03 02 00") }),
    notification(2, 0),
  ),
  openCase(
    "2/0 a parameter without its length",
    "RFC 4271 section 6.2",
    open({ rawParameters: hex("05 02 02 02 00 02") }),
    notification(2, 0),
  ),
  openCase(
    "2/0 a capability that is longer than its parameter",
    "RFC 4271 section 6.2, RFC 5492 section 4",
    open({ rawParameters: hex("06 02 04 41 04 0000") }),
    notification(2, 0),
  ),
  openCase(
    "2/0 a capability without its length",
    "RFC 4271 section 6.2, RFC 5492 section 4",
    open({ rawParameters: hex("05 02 03 02 00 02") }),
    notification(2, 0),
  ),
  openCase(
    "2/0 parameters longer than the message",
    "RFC 4271 section 6.2",
    open({ rawParameters: hex("05 02 02 02 00") }),
    notification(2, 0),
  ),
  openCase(
    "2/0 parameters shorter than the message",
    "RFC 4271 sections 4.1 and 6.2: padding is not allowed",
    open({ rawParameters: hex("04 02 02 02 00 00") }),
    notification(2, 0),
  ),
  openCase(
    "2/0 extended parameters longer than the message",
    "RFC 9072 section 2",
    open({ rawParameters: hex("ff ff 0006 02 0002 0200") }),
    notification(2, 0),
  ),
  openCase("2/6 hold time 1", "RFC 4271 section 6.2", open({ holdTime: 1 }), notification(2, 6)),
  openCase("2/6 hold time 2", "RFC 4271 section 6.2", open({ holdTime: 2 }), notification(2, 6)),
  openCase("2/6 below the configured minimum", "RFC 4271 section 6.2", open({ holdTime: 29 }), notification(2, 6), {
    options: { minimumHoldTime: 30 },
  }),
  openCase(
    "2/7 route refresh is required",
    "RFC 5492 section 5: encoded in the same way as in the OPEN message",
    open({ capabilities: [capability(1, "0001 00 01"), capability(65, u32(65002))] }),
    notification(2, 7, "02 00"),
    { options: { requiredCapabilities: [2] } },
  ),
  openCase(
    "2/7 four-octet AS numbers are required",
    "RFC 5492 section 5",
    open({ capabilities: [capability(1, "0001 00 01"), capability(2)] }),
    notification(2, 7, "41 04 0000fde9"),
    { options: { requiredCapabilities: [65] } },
  ),
  openCase(
    "2/7 lists the set of capabilities",
    "RFC 5492 section 5: MUST list the set of capabilities",
    open({ capabilities: [capability(65, u32(65002))] }),
    notification(2, 7, "02 00 01 04 0001 00 01"),
    { options: { requiredCapabilities: [2, 1, 65] } },
  ),
  ...[
    [0, 0],
    [0, 1],
    [0, 2],
    [0, 4],
    [1, 1],
    [1, 3],
    [1, 0],
    [2, 2],
    [2, 4],
    [3, 3],
    [3, 2],
    [4, 0],
    [4, 3],
    [4, 5],
    [4, 255],
  ].map(([ours, theirs]) =>
    openCase(
      `2/11 role ${ours} faces role ${theirs}`,
      "RFC 9234 section 4.2",
      open({ capabilities: withCapabilities(capability(9, Uint8Array.of(theirs!))) }),
      notification(2, 11),
      { options: role(ours!) },
    ),
  ),
  openCase(
    "2/11 several roles that differ",
    "RFC 9234 section 4.2: not all of them have the same value",
    open({ capabilities: withCapabilities(capability(9, "03"), capability(9, "04")) }),
    notification(2, 11),
    { options: role(0) },
  ),
];

const fail = (notification: Notification) => (d: PeerDriver, conn: ConnId) =>
  void d.feed({ type: "fail", conn, notification });
const octets = (code: number, subcode: number, data = ""): Notification => ({ code, subcode, data: hex(data) });

const OTHERS: [string, Case][] = [
  [
    "3/x the decoder's verdict, data as it is",
    {
      ref: "RFC 4271 section 6.3; core.md: data = the whole attribute with its flags octet",
      state: "Established",
      when: fail(octets(3, 5, "40 01 02 0000")),
      sent: notification(3, 5, "40 01 02 0000"),
    },
  ],
  [
    "3/1 without data",
    { ref: "RFC 4271 section 6.3", state: "Established", when: fail(octets(3, 1)), sent: notification(3, 1) },
  ],
  [
    "4/0 no OPEN within openHoldTime",
    {
      ref: "RFC 4271 sections 6.5 and 8.2.2",
      state: "OpenSent",
      options: { openHoldTime: 60 },
      when: (d) => d.advance(60_000),
      sent: notification(4, 0),
    },
  ],
  ...(["OpenConfirm", "Established"] as const).map((state): [string, Case] => [
    `4/0 nothing within the hold time in ${state}`,
    { ref: "RFC 4271 section 6.5", state, when: (d) => d.advance(90_000), sent: notification(4, 0) },
  ]),
  ...(
    [
      ["OpenSent", "UPDATE", update(), 1, "02"],
      ["OpenSent", "KEEPALIVE", keepalive(), 1, "04"],
      ["OpenSent", "ROUTE-REFRESH", routeRefresh(), 1, "05"],
      ["OpenConfirm", "OPEN", open(), 2, "01"],
      ["OpenConfirm", "UPDATE", update(), 2, "02"],
      ["OpenConfirm", "ROUTE-REFRESH", routeRefresh(), 2, "05"],
      ["Established", "OPEN", open(), 3, "01"],
    ] as const
  ).map(([state, name, when, subcode, data]): [string, Case] => [
    `5/${subcode} ${name} in ${state}`,
    { ref: "RFC 6608 section 4", state, when, sent: notification(5, subcode, data) },
  ]),
  ...(
    [
      [1, "0001 01 00000064", "RFC 4486 section 4: AFI, SAFI, upper bound"],
      [2, "", "RFC 4486 section 4"],
      [3, "", "RFC 4486 section 4"],
      [4, "", "RFC 4486 section 4"],
      [5, "", "RFC 4486 section 4"],
      [6, "", "RFC 4486 section 4"],
      [8, "", "RFC 4486 section 4"],
      [9, "06 02 03 627965", "RFC 8538 section 3.1: encapsulates another NOTIFICATION"],
      [10, "", "RFC 9384 section 3"],
    ] as const
  ).flatMap(([subcode, data, ref]): [string, Case][] => [
    [
      `6/${subcode} by stop`,
      {
        ref,
        state: "Established",
        when: (d) => d.stop(octets(6, subcode, data)),
        sent: notification(6, subcode, data),
      },
    ],
    [
      `6/${subcode} by fail`,
      { ref, state: "Established", when: fail(octets(6, subcode, data)), sent: notification(6, subcode, data) },
    ],
  ]),
  [
    "6/2 by stop without a word",
    { ref: "RFC 4486 section 4", state: "Established", when: (d) => d.stop(), sent: notification(6, 2) },
  ],
  [
    "6/4 by reset without a word",
    {
      ref: "RFC 4486 section 4",
      state: "Established",
      when: (d) => d.feed({ type: "reset" }),
      sent: notification(6, 4),
    },
  ],
  [
    "6/2 with a text",
    {
      ref: "RFC 9003 section 2",
      state: "Established",
      when: (d) => d.stop(shutdownNotification(2, "über 2 h")),
      sent: notification(6, 2, "09 c3bc62657220322068"),
    },
  ],
  [
    "6/4 with a text",
    {
      ref: "RFC 9003 section 2",
      state: "OpenConfirm",
      when: (d) => d.feed({ type: "reset", notification: shutdownNotification(4, "back soon") }),
      sent: notification(6, 4, "09 6261636b20736f6f6e"),
    },
  ],
  [
    "the application's verdict on the OPEN",
    {
      ref: "io.ts: openVerdict",
      state: "OpenSent",
      options: { askOpenVerdict: true },
      when: (d, conn) => {
        d.say(conn, open());
        d.feed({ type: "openVerdict", conn, reject: octets(2, 2, "0102") });
      },
      sent: notification(2, 2, "0102"),
    },
  ],
  ...[
    ["BoRR", 1, "00"],
    ["EoRR", 2, "0000"],
  ].map(([name, subtype, tail]): [string, Case] => {
    const wrong = message(5, concat(u16(1), Uint8Array.of(Number(subtype), 1), hex(String(tail))));
    return [
      `7/1 ${name} of the wrong length`,
      {
        ref: "RFC 7313 section 5: the complete ROUTE-REFRESH message",
        state: "Established",
        options: {
          capabilities: [
            { name: "multiprotocol", code: 1, afi: 1, safi: 1 },
            { name: "routeRefresh", code: 2 },
            { name: "enhancedRouteRefresh", code: 70 },
          ],
        },
        theirs: withCapabilities(capability(70)),
        when: wrong,
        sent: notification(7, 1, wrong),
      },
    ];
  }),
];

function check({ state, options, theirs, when, sent }: Case): void {
  const d = new PeerDriver(options);
  const conn = reach(d, state, theirs);
  if (when instanceof Uint8Array) d.say(conn, when);
  else when(d, conn);
  const all = messagesTo(d.outputs, conn);
  const said = all.filter((m) => m.type === 3).map((m) => text(m.bytes));
  expect(said).toEqual([text(sent)]);
  expect(text(all.at(-1)!.bytes)).toBe(text(sent));
  expect(ofType(d.outputs, "close")).toEqual([{ type: "close", conn, mode: "flush" }]);
  const [told, ...more] = ofType(d.outputs, "notified");
  expect(more).toEqual([]);
  expect(told).toMatchObject({ conn, direction: "sent" });
  const { code, subcode, data } = told!.notification;
  expect(text(notification(code, subcode, data))).toBe(text(sent));
  expect(d.view.lastSent).toEqual(told!.notification);
  expect(ofType(d.outputs, "ended")[0]!.reason.notification).toEqual(told!.notification);
  // The connection is gone: whatever still comes of it is not answered.
  const before = d.outputs.length;
  d.say(conn, open(), keepalive(), update());
  d.feed({ type: "eof", conn });
  expect(d.outputs.length).toBe(before);
}

describe("RFC 4271 section 6.1: message header errors", () => {
  it.each(HEADER)("%s", (_name, row) => check(row));
});

describe("RFC 4271 section 6.2: OPEN message errors", () => {
  it.each(OPEN)("%s", (_name, row) => check(row));
});

describe("UPDATE, hold timer, FSM, Cease, ROUTE-REFRESH", () => {
  it.each(OTHERS)("%s", (_name, row) => check(row));
});

describe("where more than one connection takes part", () => {
  it("2/3 RFC 4271 6.8, core.md: the identifier changed between the two connections of one peer", () => {
    const d = new PeerDriver();
    const first = d.confirm("outbound", { identifier: "10.0.0.2" });
    const second = d.accept();
    d.say(second, open({ identifier: "10.0.0.3" }));
    expect(
      messagesTo(d.outputs, second)
        .map((m) => text(m.bytes))
        .at(-1),
    ).toBe(text(notification(2, 3)));
    expect(d.connection(first)?.state).toBe("OpenConfirm");
    // Also where another, which has not shown any, stands before the one that has.
    const third = new PeerDriver();
    third.reach("outbound");
    third.say(third.accept(), open());
    expect(saidTo(third.say(third.accept(), open({ identifier: "10.0.0.3" })), 3)).toEqual(["NOTIFICATION 2/3"]);
  });

  it("6/5 RFC 4486 section 4: a connection accepted in Idle", () => {
    const d = new PeerDriver();
    const conn = d.accept();
    expect(messagesTo(d.outputs, conn).map((m) => text(m.bytes))).toEqual([text(notification(6, 5))]);
    expect(ofType(d.outputs, "close")).toEqual([{ type: "close", conn, mode: "flush" }]);
  });

  it("6/7 RFC 4271 6.8, RFC 4486 section 4: the loser of a collision", () => {
    const d = new PeerDriver();
    const ours = d.confirm("outbound");
    const theirs = d.accept();
    d.say(theirs, open());
    // 10.0.0.2 is higher than our 10.0.0.1: the connection it initiated stays.
    expect(text(messagesTo(d.outputs, ours).at(-1)!.bytes)).toBe(text(notification(6, 7)));
    expect(d.view.connections).toMatchObject([{ conn: theirs, state: "OpenConfirm" }]);
  });

  it("8/0 RFC 9687 section 6: nothing could be sent for the send hold time; no data", () => {
    const d = new PeerDriver({ holdTime: 9, sendHoldTime: 20 });
    const conn = d.establish();
    let unsent = 0;
    for (let s = 0; s < 30 && d.connection(conn); s += 1) {
      d.say(conn, keepalive());
      for (const write of ofType(d.advance(1_000), "write")) unsent += write.bytes.length;
      d.feed({ type: "unsent", conn, bytes: unsent });
    }
    expect(text(messagesTo(d.outputs, conn).at(-1)!.bytes)).toBe(text(notification(8, 0)));
  });
});

describe("the length of a NOTIFICATION", () => {
  const offered: Capability[] = [...EXTENDED, { name: "enhancedRouteRefresh", code: 70 }];

  it.each([4075, 4076, 70_000])("RFC 8654 section 5: MUST NOT exceed 4096 octets; %s octets of data", (size) => {
    const d = new PeerDriver({ capabilities: offered });
    const conn = d.establish();
    const data = new Uint8Array(size).fill(7);
    d.feed({ type: "fail", conn, notification: { code: 3, subcode: 5, data } });
    const bytes = messagesTo(d.outputs, conn).at(-1)!.bytes;
    expect(text(bytes)).toBe(text(notification(3, 5, data.subarray(0, 4075))));
  });

  it.each([
    ["to a peer that takes 65535 octets", [capability(6)], 65535 - 21, 65535 - 21],
    ["as much as fits 65535 octets", [capability(6)], 65535, 65535 - 21],
    ["as much as fits 4096 octets, which is what the peer takes", [], 65535, 4096 - 21],
  ])("RFC 7313 section 5: MUST contain the complete ROUTE-REFRESH message; %s", (_name, more, length, answered) => {
    const d = new PeerDriver({ capabilities: offered });
    const conn = d.establish("outbound", { capabilities: withCapabilities(...more, capability(70)) });
    const wrong = message(5, concat(hex("0001 01 01"), new Uint8Array(length - 23)));
    d.say(conn, wrong);
    const bytes = messagesTo(d.outputs, conn).at(-1)!.bytes;
    expect(text(bytes)).toBe(text(notification(7, 1, wrong.subarray(0, answered))));
  });
});

describe("RFC 4271 section 6.4: a NOTIFICATION is never answered", () => {
  const received: [string, Uint8Array][] = [
    ["with unknown code and subcode", notification(200, 99, "010203")],
    ["with code 0", notification(0, 0)],
    ["of a Cease with a broken text", notification(6, 2, "ff 41")],
    ["of a hard reset with nothing in it", notification(6, 9)],
  ];
  const states: Reach[] = ["OpenSent", "OpenConfirm", "Established"];
  it.each(states.flatMap((state) => received.map(([name, bytes]) => [name, state, bytes] as const)))(
    "%s in %s",
    (_name, state, bytes) => {
      const d = new PeerDriver();
      const conn = reach(d, state);
      const before = d.outputs.length;
      const news = d.say(conn, bytes);
      expect(d.outputs.length).toBeGreaterThan(before);
      expect(ofType(news, "write")).toEqual([]);
      expect(ofType(news, "close")).toHaveLength(1);
      expect(ofType(news, "ended")).toMatchObject([{ conn, reason: { cause: "remote" } }]);
      expect(d.view.state).toBe("Active");
    },
  );

  it.each([0, 1, 2])("a truncated NOTIFICATION is a header error like any other: %s octets of body", (octetsOfBody) => {
    const d = new PeerDriver();
    const conn = reach(d, "Established");
    const bytes = message(3, new Uint8Array(octetsOfBody).fill(6));
    const said = messagesTo(d.say(conn, bytes), conn).map((m) => text(m.bytes));
    // 6.1 wants Bad Message Length for a length below 21; with 21 it is a whole NOTIFICATION.
    expect(said).toEqual(octetsOfBody < 2 ? [text(notification(1, 2, u16(19 + octetsOfBody)))] : []);
  });
});

describe("OPENs that are not refused", () => {
  const accepted: [string, Partial<PeerOptions>, Uint8Array][] = [
    ["RFC 6286: our identifier on an external session", {}, open({ identifier: LOCAL.identifier })],
    ["no capabilities at all", {}, open(noCapabilities)],
    ["a peer without capability 65", {}, open({ capabilities: [capability(1, "0001 00 01")] })],
    [
      "RFC 5492 section 3: capabilities nobody knows",
      {},
      open({ capabilities: withCapabilities(capability(200, "010203")) }),
    ],
    [
      "RFC 5492 section 4: the same capability twice",
      {},
      open({ capabilities: withCapabilities(...usualCapabilities(65002)) }),
    ],
    [
      "RFC 5492 section 4: several capabilities parameters",
      {},
      open({ rawParameters: hex("12 02 06 0104 00010001 02 00 02 06 4104 0000fdea") }),
    ],
    [
      "RFC 9072 section 2: extended parameters although short",
      {},
      open({ rawParameters: hex("ff ff 0009 02 0006 4104 0000fdea") }),
    ],
    [
      "RFC 9072 section 3: extended parameters with another non-extended length",
      {},
      open({ rawParameters: hex("01 ff 0009 02 0006 4104 0000fdea") }),
    ],
    ["RFC 9072: extended parameters of length 0", {}, open({ rawParameters: hex("ff ff 0000") })],
    [
      "RFC 6793 section 4.1: capability 65 in lieu of the field",
      {},
      open({ myAs: 1, capabilities: usualCapabilities(65002) }),
    ],
    ["hold time 0", {}, open({ holdTime: 0 })],
    ["hold time 3", {}, open({ holdTime: 3 })],
    ["hold time 65535", {}, open({ holdTime: 65535 })],
    ["exactly the minimum hold time", { minimumHoldTime: 30 }, open({ holdTime: 30 })],
    ["RFC 9234 section 4.2: no role from the peer", role(0), open()],
    ["RFC 9234: a role although we have none", {}, open({ capabilities: withCapabilities(capability(9, "00")) })],
    [
      "RFC 9234 section 4.2: the same role twice",
      role(0),
      open({ capabilities: withCapabilities(capability(9, "03"), capability(9, "03")) }),
    ],
    ["a four-octet AS", { remoteAs: 4_200_000_000 }, open({ as: 4_200_000_000 })],
    ["inside of a range", { remoteAs: [{ from: 65000, to: 65010 }] }, open()],
    [
      "inside of one of several ranges",
      {
        remoteAs: [
          { from: 64512, to: 64600 },
          { from: 65002, to: 65002 },
        ],
      },
      open(),
    ],
    ["any AS", { remoteAs: "any" }, open({ as: 64999 })],
    [
      "over 255 octets of capabilities",
      {},
      open({
        capabilities: withCapabilities(...Array.from({ length: 6 }, () => capability(200, new Uint8Array(200)))),
      }),
    ],
  ];
  it.each(accepted)("%s", (_name, options, bytes) => {
    const d = new PeerDriver(options);
    const conn = d.reach("outbound");
    const said = messagesTo(d.say(conn, bytes), conn).map((m) => m.type);
    expect(said).toEqual([4]);
    expect(d.view.state).toBe("OpenConfirm");
  });

  it.each([
    [0, 3],
    [3, 0],
    [1, 2],
    [2, 1],
    [4, 4],
  ])("RFC 9234 table 2: role %s may face role %s", (ours, theirs) => {
    const d = new PeerDriver(role(ours));
    d.confirm("outbound", { capabilities: withCapabilities(capability(9, Uint8Array.of(theirs))) });
    expect(d.view.state).toBe("OpenConfirm");
  });

  it("RFC 9234 section 4.1: roles are for external sessions", () => {
    const d = new PeerDriver({ ...role(0), remoteAs: LOCAL.as });
    d.confirm("outbound", { as: LOCAL.as, capabilities: [...usualCapabilities(LOCAL.as), capability(9, "00")] });
    expect(d.view.state).toBe("OpenConfirm");
  });
});

describe("messages that are not refused", () => {
  it("RFC 8654: 65535 octets where we offered extended messages", () => {
    const d = new PeerDriver({ capabilities: EXTENDED });
    const conn = d.establish("outbound", { capabilities: withCapabilities(capability(6)) });
    const body = concat(hex("0000 0000"), new Uint8Array(65535 - 23));
    expect(ofType(d.say(conn, update(body)), "update")).toMatchObject([{ conn }]);
    expect(d.view.state).toBe("Established");
  });

  it("4096 octets without extended messages", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    const news = d.say(conn, update(concat(hex("0000 0000"), new Uint8Array(4096 - 23))));
    expect(ofType(news, "update")).toHaveLength(1);
  });

  it("RFC 2918 section 4: ROUTE-REFRESH of a family that was not offered is ignored", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    expect(d.say(conn, routeRefresh(2, 1))).toEqual([]);
    expect(d.view.state).toBe("Established");
  });

  it("RFC 7313 section 5: a message subtype other than 0, 1 or 2 is ignored", () => {
    const capabilities: Capability[] = [
      { name: "multiprotocol", code: 1, afi: 1, safi: 1 },
      { name: "routeRefresh", code: 2 },
      { name: "enhancedRouteRefresh", code: 70 },
    ];
    const d = new PeerDriver({ capabilities });
    const conn = d.establish("outbound", { capabilities: withCapabilities(capability(70)) });
    expect(ofType(d.say(conn, routeRefresh(1, 1, 1), routeRefresh(1, 1, 2)), "refresh").map((r) => r.subtype)).toEqual([
      1, 2,
    ]);
    expect(d.say(conn, routeRefresh(1, 1, 3), routeRefresh(1, 1, 255))).toEqual([]);
    expect(d.view.state).toBe("Established");
  });

  it("RFC 2918 section 3, RFC 7313 section 5: without capability 70 the octet is reserved and ignored by the receiver", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    expect(ofType(d.say(conn, routeRefresh(1, 1, 1)), "refresh")).toMatchObject([{ conn, subtype: 0 }]);
    const filters = hex("01 40 0001 80");
    const news = d.say(conn, message(5, concat(hex("0001 01 01"), filters)));
    expect(ofType(news, "refresh")).toMatchObject([{ conn, subtype: 0, body: filters }]);
  });
});
