// Input logs as captures: the events of a recorded session, the same live and from the file, and what they are for MRT.
import {
  captureEvents,
  InputLogEvents,
  readAll,
  replayInputLog,
  SessionEvents,
  type CaptureEvent,
} from "@bgpwire/capture";
import { MessageType } from "@bgpwire/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { entriesOf, recordedLife } from "../support/recording.ts";
import { scenarios, type Step } from "../support/scenario.ts";
import { capability, concat, keepalive, notification, open, text, u16, u32, update } from "../support/wire.ts";

const RUNS = Number(process.env["FC_RUNS"] ?? 1);

/** 2026-02-22 08:46:40.123250 UTC, the time of the recording's clock at 1000000. */
const SECONDS = 1_771_750_000;

const SESSION: readonly Step[] = [
  { do: "start", automatic: false },
  { do: "dialled", ok: true },
  { do: "say", on: 0, bytes: open().subarray(0, 10) },
  { do: "wait", ms: 1500 },
  { do: "say", on: 0, bytes: concat(open().subarray(10), keepalive(), update()) },
  { do: "send", on: 0, octets: 4 },
  { do: "say", on: 0, bytes: notification(6, 2) },
];

function eventsOf(steps: readonly Step[], options = {}): CaptureEvent[] {
  const { file } = recordedLife({ options, seed: 1, drains: true, steps });
  return readAll(new InputLogEvents(), file);
}

/** One line for what an event says. */
function line(event: CaptureEvent): string {
  if (!("direction" in event)) return event.kind;
  const from =
    event.mrt === undefined ? "" : event.mrt.subtype === 6 || event.mrt.subtype === 7 ? " sent" : " received";
  switch (event.kind) {
    case "message":
      return `message ${event.type}${from}`;
    case "state":
      return `state ${event.oldState} ${event.newState}`;
    case "down":
      return `down ${event.reason}`;
    default:
      return event.kind;
  }
}

describe("the events of a session", () => {
  it("are its messages in both directions, its states and its connection", () => {
    const events = eventsOf(SESSION);
    expect(events.map(line)).toEqual([
      "state 1 2",
      "up",
      "message 1 sent",
      "state 2 4",
      "message 1 received",
      "message 4 received",
      "message 2 received",
      "message 4 sent",
      "state 4 5",
      "state 5 6",
      "message 2 sent",
      "message 3 received",
      "state 6 1",
      "down received Cease/Administrative Shutdown",
      "state 1 3",
    ]);
    // What happens before the connection is of its session too.
    expect(new Set(events.map((event) => ("direction" in event ? event.direction.session : null)))).toEqual(
      new Set([0]),
    );
    const [, up, sent, , received] = events;
    expect(up).toMatchObject({ seconds: SECONDS, nanoseconds: 123_250_000 });
    if (sent?.kind !== "message" || received?.kind !== "message") throw new Error();
    expect(sent.direction.sender).toEqual({ address: "192.0.2.1", port: 40_002, as: 65001, bgpIdentifier: "10.0.0.1" });
    expect(sent.direction.receiver).toMatchObject({ address: "192.0.2.2", port: 179, as: 65002 });
    // It was whole with its second chunk.
    expect(received).toMatchObject({ seconds: SECONDS + 1, nanoseconds: 623_250_000 });
    expect(received.direction.sender).toMatchObject({ address: "192.0.2.2", as: 65002, bgpIdentifier: "10.0.0.2" });
    expect(text(received.buffer.subarray(received.start, received.end))).toBe(text(open()));
  });

  it("are read as both OPENs say", () => {
    const addPath = capability(69, concat(u16(1), Uint8Array.of(1, 3)));
    const fourOctets = capability(65, u32(65002));
    const said = open({ capabilities: [capability(1, "00010001"), fourOctets, addPath] });
    const options = {
      capabilities: [
        { name: "multiprotocol", code: 1, afi: 1, safi: 1 },
        { name: "addPath", code: 69, entries: [{ afi: 1, safi: 1, direction: "receive" }] },
      ],
    };
    const events = eventsOf(
      [...SESSION.slice(0, 2), { do: "say", on: 0, bytes: concat(said, keepalive(), update()) }, ...SESSION.slice(5)],
      options,
    );
    const updates = events.flatMap((event) =>
      event.kind === "message" && event.type === MessageType.Update ? [event] : [],
    );
    expect(updates.map(({ direction }) => direction.context.addPath)).toEqual([[{ afi: 1, safi: 1 }], []]);
  });

  it("of a two-octet speaker are such for MRT as well", () => {
    const events = eventsOf([
      ...SESSION.slice(0, 2),
      { do: "say", on: 0, bytes: concat(open({ capabilities: [] }), keepalive(), update()) },
    ]);
    const received = events.findLast((event) => event.kind === "message" && event.type === MessageType.Update);
    expect(received).toMatchObject({ mrt: { type: 17, subtype: 1 }, direction: { context: { fourOctetAs: false } } });
  });
});

it("the same come live and from the file, whatever the session", () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const { file } = recordedLife(scenario);
      const live: CaptureEvent[] = [];
      const sessions = new SessionEvents(
        { time: 1_771_750_000_123.25, now: 1_000_000 },
        (event) => void live.push(event),
      );
      expect(replayInputLog(file, sessions).difference).toBeNull();
      const read = readAll(captureEvents(), file);
      expect(read.map((event) => Object.assign(event, { offset: 0 }))).toEqual(live);
    }),
    { numRuns: 60 * RUNS },
  );
});

it("a log that does not replay is a problem at that entry, and the end", () => {
  const { file } = recordedLife({ options: {}, seed: 1, drains: true, steps: SESSION });
  const entries = entriesOf(file);
  const told = entries.findLastIndex(
    (entry) => entry.kind === "call" && entry.call.type === "output" && entry.call.output?.type === "notified",
  );
  const said = entries.findLastIndex(
    (entry) => entry.kind === "call" && entry.call.type === "input" && entry.call.input.type === "bytes",
  );
  const changed = file.slice();
  // The subcode of the NOTIFICATION with which the entry ends. The session is over all the same, but not for that.
  changed[entries[said + 1]!.offset - 1] = 4;
  const events = readAll(new InputLogEvents(), changed);
  expect(events.slice(-2).map(line)).toEqual(["state 6 1", "problem"]);
  const reason = `entry ${told}, of 192.0.2.2, does not replay as it was recorded`;
  expect(events.at(-1)).toEqual({ kind: "problem", offset: entries[told]!.offset, reason, skipped: null });
});
