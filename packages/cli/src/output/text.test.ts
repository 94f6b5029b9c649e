import pc from "picocolors";
import { describe, expect, it } from "vitest";
import type { RunEvent } from "./events.ts";
import { createReporter } from "./reporter.ts";
import { createSink, type OutputStream } from "./sink.ts";
import { eventText } from "./text.ts";

const TIME = new Date(2026, 10, 21, 9, 5, 3, 42);
const plain = pc.createColors(false);

function text(event: RunEvent): string {
  return eventText(event, TIME, plain);
}

const UPDATE = {
  type: "update",
  peer: "192.0.2.2",
  connection: 1,
  direction: "received",
  announced: [],
  withdrawn: [],
  endOfRib: null,
  attributes: {},
  action: "none",
  issues: [],
} as const;

describe("an event as text", () => {
  it("tells all of a peer, one thing a line", () => {
    const counters = { open: 1, update: 2, notification: 0, keepalive: 3, routeRefresh: 0, capability: 0, octets: 99 };
    const details = {
      id: "192.0.2.2",
      dynamic: true,
      range: "192.0.2.0/24",
      group: "transit",
      state: "Established",
      remoteAs: 65_002,
      families: ["ipv4-unicast"],
      sinceMs: 5000,
      updatesReceived: 2,
      updatesSent: 2,
      lastClose: null,
      bfd: "adminDown" as const,
      awaitsBfd: false,
      sessions: 3,
      messages: { received: counters, sent: counters },
      session: {
        local: "192.0.2.1:179",
        remote: "192.0.2.2:1025",
        localAs: 65_001,
        remoteIdentifier: "192.0.2.2",
        holdTime: 90,
      },
      lastSent: null,
      stale: [{ family: "ipv4-unicast", seconds: 12 }],
      lastReceived: { code: 6, subcode: 4, name: "Cease/Administrative Reset", text: "once\nmore", data: "" },
    };
    const lines = text({ type: "peer", peer: "192.0.2.2", details }).split("\n");
    expect(lines.map((line) => line.slice("09:05:03.042  ".length))).toEqual([
      "192.0.2.2  Established for 5 s  AS 65002  ipv4-unicast  UPDATEs 2 in 2 out  group transit  dynamic, of 192.0.2.0/24  BFD administratively down",
      "  session 192.0.2.1:179 – 192.0.2.2:1025, local AS 65001, identifier 192.0.2.2, hold time 90",
      "  sessions 3",
      "  received: open 1, update 2, notification 0, keepalive 3, routeRefresh 0, capability 0, octets 99",
      "  sent: open 1, update 2, notification 0, keepalive 3, routeRefresh 0, capability 0, octets 99",
      "  stale: ipv4-unicast for 12.0 s",
      '  last NOTIFICATION received: 6/4 Cease/Administrative Reset "once\\nmore"',
    ]);
  });

  it("has no time where somebody has just asked", () => {
    expect(eventText({ type: "note", peer: "192.0.2.2", text: "here" }, null, plain)).toBe("192.0.2.2  here");
  });

  it("is one line with time, peer and what happened", () => {
    const event: RunEvent = {
      ...UPDATE,
      announced: [{ family: "ipv4-unicast", prefix: "10.0.0.0/8", pathId: 3, nextHop: "192.0.2.9" }],
      withdrawn: [{ family: "ipv4-unicast", prefix: "11.0.0.0/8" }],
      attributes: { origin: "igp", asPath: "", med: 0, communities: ["65001:1", "no-export"] },
    };
    expect(text(event)).toBe(
      "09:05:03.042  192.0.2.2  UPDATE received: − 11.0.0.0/8  + 10.0.0.0/8 (path 3)  next hop 192.0.2.9  origin igp  empty AS path  MED 0  communities 65001:1 no-export",
    );
  });

  it("names eight routes and counts the rest", () => {
    const withdrawn = Array.from({ length: 11 }, (_, i) => ({ family: "ipv4-unicast", prefix: `10.${i}.0.0/16` }));
    expect(text({ ...UPDATE, withdrawn })).toMatch(/10\.7\.0\.0\/16 and 3 more$/);
  });

  it("says what RFC 7606 makes of a malformed UPDATE", () => {
    const event = { ...UPDATE, action: "withdraw", issues: ["ORIGIN has length 2"] };
    expect(text(event)).toMatch(/UPDATE received: no routes {2}withdraw: ORIGIN has length 2$/);
  });

  it("says what becomes of stale routes", () => {
    const family = "ipv4-unicast";
    expect(text({ type: "retained", peer: "p", connection: 1, families: [{ family, seconds: 120 }] })).toMatch(
      /p {2}stale: ipv4-unicast is retained for 120\.0 s$/,
    );
    const stale = { type: "stale", peer: "p", family } as const;
    expect(text({ ...stale, action: "longLived", cause: "restartTime", seconds: 3600 })).toMatch(
      /stale: ipv4-unicast is long-lived stale for 3600\.0 s \(restartTime\)$/,
    );
    expect(text({ ...stale, action: "drop", cause: "endOfRib", seconds: null })).toMatch(
      /stale: ipv4-unicast is dropped \(endOfRib\)$/,
    );
    expect(text({ type: "selection", peer: "p", family, cause: "endOfRib" })).toMatch(
      /p {2}ipv4-unicast may be told \(endOfRib\)$/,
    );
  });

  it("lets nothing through that a terminal would act on", () => {
    const hostile = "\u001B[2Jbye\r\n\u009B31m\u202Eevil";
    const events: RunEvent[] = [
      { type: "closed", peer: "p", connection: 1, cause: "remote", text: hostile, notification: null },
      {
        type: "notification",
        peer: "p",
        connection: 1,
        direction: "received",
        code: 6,
        subcode: 2,
        name: "Cease",
        text: hostile,
        data: "",
      },
      { type: "error", peer: null, text: hostile },
      { type: "dialFailed", peer: "p", connection: 1, text: hostile, repeated: false },
      { type: "rejected", local: "a", remote: "b", text: hostile },
      {
        type: "open",
        peer: "p",
        connection: 1,
        direction: "received",
        version: 4,
        myAs: 1,
        as: 1,
        holdTime: 90,
        identifier: "192.0.2.2",
        capabilities: [{ code: 73, name: "fqdn", value: hostile }],
      },
    ];
    for (const event of events) {
      // oxlint-disable-next-line no-control-regex
      expect(text(event)).not.toMatch(/[\p{Cc}\u202E]/u);
      expect(text(event)).toContain("bye");
    }
  });
});

class FakeStream implements OutputStream {
  readonly isTTY: boolean;
  written = "";
  full = false;
  readonly listeners = new Map<string, (error: NodeJS.ErrnoException) => void>();
  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }
  write(text: string): boolean {
    this.written += text;
    return !this.full;
  }
  once(event: "drain", listener: () => void): void {
    this.listeners.set(event, listener);
  }
  on(event: "error", listener: (error: NodeJS.ErrnoException) => void): void {
    this.listeners.set(event, listener);
  }
}

describe("a sink", () => {
  it.each([
    ["a terminal", true, {}, true],
    ["a pipe", false, {}, false],
    ["a pipe in CI", false, { CI: "true", FORCE_COLOR: "1" }, false],
    ["NO_COLOR", true, { NO_COLOR: "1" }, false],
    ["an empty NO_COLOR", true, { NO_COLOR: "" }, true],
    ["a dumb terminal", true, { TERM: "dumb" }, false],
  ])("colours only on a terminal: %s", (_, isTTY, env, coloured) => {
    const sink = createSink(new FakeStream(isTTY), env, () => {});
    expect(sink.colours.red("x") !== "x").toBe(coloured);
  });

  it("says when there is no room, and when there is again", async () => {
    const stream = new FakeStream(false);
    const sink = createSink(stream, {}, () => {});
    sink.line("a");
    expect(sink.room()).toBeNull();
    stream.full = true;
    sink.line("b");
    const room = sink.room();
    expect(room).not.toBeNull();
    stream.listeners.get("drain")!(new Error("unused"));
    await room;
    expect(sink.room()).toBeNull();
  });

  it("goes quiet when nobody reads any more, tells it once and lets waiters go", async () => {
    const stream = new FakeStream(false);
    let gone = 0;
    const sink = createSink(stream, {}, () => (gone += 1));
    stream.full = true;
    sink.line("a");
    const room = sink.room();
    for (let i = 0; i < 2; i++) stream.listeners.get("error")!(Object.assign(new Error("EPIPE"), { code: "EPIPE" }));
    await room;
    sink.line("b");
    expect([gone, stream.written]).toEqual([1, "a\n"]);
  });
});

it("writes JSON lines with time and level first, of the level that is wanted", () => {
  const stream = new FakeStream(false);
  const reporter = createReporter(
    createSink(stream, {}, () => {}),
    "json",
    "info",
    () => new Date(Date.UTC(2026, 10, 21)),
  );
  reporter.report({
    type: "refresh",
    peer: "a",
    connection: 0,
    direction: "sent",
    family: "a",
    subtype: "end",
    when: null,
    filters: [],
  });
  reporter.report({ type: "stopped" });
  expect(stream.written).toBe('{"time":"2026-11-21T00:00:00.000Z","level":"info","type":"stopped"}\n');
});
