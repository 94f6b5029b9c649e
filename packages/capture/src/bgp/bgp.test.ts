// Files of BGP messages: cut by their headers, found again by their markers, read as one side of a session.
import {
  addPath,
  encodeKeepalive,
  encodeMessage,
  encodeOpen,
  fourOctetAs,
  fromHex,
  MessageType,
  type Capability,
} from "@bgpwire/core";
import { asPath, createContext, encodeUpdate, origin, type ContextOptions } from "@bgpwire/decoder";
import { describe, expect, test } from "vitest";
import type { CaptureEvent, MessageEvent } from "../event.ts";
import { GUESSED_FROM } from "../pcap/session.ts";
import { readAll } from "../stream/record-reader.ts";
import { BgpEvents } from "./events.ts";
import { BgpReader } from "./reader.ts";

const KEEPALIVE = encodeKeepalive();
const IPV4_UNICAST = { afi: 1, safi: 1 };

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

function open(as: number, ...capabilities: Capability[]): Uint8Array {
  const fields = { version: 4, myAs: as, holdTime: 90, identifier: "10.0.0.1", capabilities };
  return encodeMessage(MessageType.Open, encodeOpen(fields));
}

function update(context: ContextOptions, number: number = 1): Uint8Array {
  const attributes = [origin("igp"), asPath([64_500, 64_501 + number])];
  const nlri = [{ prefix: `10.${number}.1.0/24`, pathId: 1 }];
  return encodeMessage(MessageType.Update, encodeUpdate({ attributes, nlri }, createContext(context)));
}

/** "type length at offset" of messages, and problems. */
function records(stream: Uint8Array, pieces?: number): string[] {
  return readAll(new BgpReader(), stream, pieces).map((record) =>
    record.kind === "problem"
      ? `${record.skipped} at ${record.offset}: ${record.reason}`
      : `${record.buffer[record.start + 18]} ${record.end - record.start} at ${record.offset}`,
  );
}

describe("a stream", () => {
  test.each([1, 10, 19, 1000])("of messages, in pieces of %d octets", (pieces) => {
    expect(records(join(KEEPALIVE, open(65_001), KEEPALIVE), pieces)).toEqual([
      "4 19 at 0",
      "1 29 at 19",
      "4 19 at 48",
    ]);
  });

  test("has wrong messages in it too, where they follow others", () => {
    const unknown = fromHex(`${"ff".repeat(16)}001409ee`)!;
    expect(records(join(KEEPALIVE, unknown, KEEPALIVE))).toEqual(["4 19 at 0", "9 20 at 19", "4 19 at 39"]);
  });

  test("goes on behind what is no message", () => {
    const junk = fromHex(`0102${"ff".repeat(7)}`)!;
    for (const pieces of [1, 7, 1000]) {
      expect(records(join(KEEPALIVE, junk, KEEPALIVE, KEEPALIVE), pieces)).toEqual([
        "4 19 at 0",
        "9 at 19: octets that are no BGP message",
        "4 19 at 28",
        "4 19 at 47",
      ]);
    }
  });

  test("ends within a message, whose octets may have been others", () => {
    const long = update({}).subarray(0, 19);
    long[16] = 0xf0;
    const length = 0xf000 + long[17]!;
    expect(records(join(long, Uint8Array.of(0, 0), KEEPALIVE))).toEqual([
      `21 at 0: the stream ends within a message of ${length} octets`,
      "4 19 at 21",
    ]);
    expect(records(join(KEEPALIVE, KEEPALIVE.subarray(0, 18)))).toEqual([
      "4 19 at 0",
      "18 at 19: the stream ends within a header",
    ]);
  });
});

function events(...messages: readonly Uint8Array[]): CaptureEvent[] {
  return readAll(new BgpEvents(), join(...messages));
}

function messagesIn(all: readonly CaptureEvent[]): MessageEvent[] {
  return all.filter((event) => event.kind === "message");
}

describe("events", () => {
  test("are of one session, whose sender is told by its OPEN, at the places of the messages", () => {
    const all = events(open(65_001, fourOctetAs(70_000)), KEEPALIVE);
    expect(all.map(({ kind, offset }) => `${kind} ${offset}`)).toEqual(["up 0", "message 0", "message 37"]);
    const [, opened] = messagesIn(all);
    expect(opened).toMatchObject({
      seconds: 0,
      nanoseconds: 0,
      direction: {
        session: 0,
        sender: { address: "0.0.0.0", port: null, as: 70_000, bgpIdentifier: "10.0.0.1" },
        receiver: { address: "0.0.0.0", port: null, as: null, bgpIdentifier: null },
        guessed: true,
        rib: null,
      },
    });
  });

  test("have UPDATEs that are read as they show, within what the OPEN allows", () => {
    const sends = addPath([{ ...IPV4_UNICAST, direction: "send" }]);
    const opens = [open(65_001), open(65_001, fourOctetAs(65_001)), open(65_001, fourOctetAs(65_001), sends)];
    const told = opens.map((first) => {
      const written = { fourOctetAs: first !== opens[0], addPath: first === opens[2] ? [IPV4_UNICAST] : [] };
      const messages = Array.from({ length: GUESSED_FROM }, (_, i) => update(written, i));
      const { fourOctetAs: width, addPath: paths } = messagesIn(events(first, ...messages)).at(-1)!.direction.context;
      return [width, paths];
    });
    expect(told).toEqual([
      [false, []],
      [true, []],
      [true, [IPV4_UNICAST]],
    ]);
  });

  test("of a file that begins behind the OPEN, and of which a piece is none", () => {
    const all = events(update({}, 1), fromHex("010203")!, update({}, 2));
    expect(all.map(({ kind }) => kind)).toEqual(["up", "problem", "message", "message"]);
    expect(all[1]).toEqual({
      kind: "problem",
      offset: update({}, 1).length,
      reason: "octets that are no BGP message",
      skipped: 3,
    });
  });

  test("of an OPEN behind others are of another session", () => {
    const all = events(open(65_001), update({}, 1), open(65_002), update({}, 2));
    const sessions = messagesIn(all).map(({ direction }) => [direction.session, direction.sender.as]);
    expect(sessions).toEqual([
      [0, 65_001],
      [0, 65_001],
      [1, 65_002],
      [1, 65_002],
    ]);
  });
});
