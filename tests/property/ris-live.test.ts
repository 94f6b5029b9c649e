// RIS Live: messages come back from what is written of them, with their octets and without, and no line does any harm.
import {
  captureEvents,
  EventReading,
  readAll,
  RisLiveEvents,
  risLiveOf,
  type CaptureEvent,
  type MessageEvent,
} from "@bgpwire/capture";
import { encodeMessage, encodeNotification, encodeOpen, encodeUtf8, toHex } from "@bgpwire/core";
import { createContext, encodeUpdate } from "@bgpwire/decoder";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { notifications, opens } from "../support/arbitrary-messages.ts";
import { mutatedUpdates, nlri, wellFormedUpdates } from "../support/arbitrary-updates.ts";

interface Fields {
  readonly [name: string]: unknown;
  readonly announcements?: readonly { readonly next_hop: string; readonly prefixes: readonly string[] }[];
  readonly withdrawals?: readonly string[];
}

const context = createContext();
const address = fc.constantFrom("192.0.2.1", "2001:db8::1");
const times = fc.record({ seconds: fc.nat({ max: 0xffff_ffff }), milliseconds: fc.nat({ max: 999 }) });

const messages = fc
  .oneof(
    fc.tuple(fc.constant(1), opens.map(encodeOpen)),
    fc.tuple(
      fc.constant(2),
      fc.oneof(mutatedUpdates, wellFormedUpdates).map(({ body }) => body),
    ),
    fc.tuple(
      fc.constant(3),
      notifications.map((one) => encodeNotification(one)),
    ),
    fc.tuple(fc.constantFrom(1, 2, 3, 4), fc.uint8Array({ maxLength: 60 })),
  )
  .map(([type, body]) => encodeMessage(type, body));

const events = fc.tuple(messages, address, times).map(([buffer, address, time]) => eventOf(buffer, address, time));

function eventOf(
  buffer: Uint8Array,
  address: string = "192.0.2.1",
  { seconds, milliseconds }: { readonly seconds: number; readonly milliseconds: number } = {
    seconds: 0,
    milliseconds: 0,
  },
): MessageEvent {
  const sender = { address, port: null, as: 65_001, bgpIdentifier: null };
  const direction = { session: 0, sender, receiver: sender, context, guessed: false, rib: null };
  const at = { seconds, nanoseconds: milliseconds * 1e6, offset: 0 };
  return { kind: "message", ...at, direction, type: buffer[18]!, buffer, start: 0, end: buffer.length };
}

/** Events of what is written of an event, but for the name of the collector. */
function readAgain(line: string): CaptureEvent[] {
  return readAll(new RisLiveEvents(), encodeUtf8(line)).slice(1);
}

function octetsOf(event: CaptureEvent): string {
  if (event.kind !== "message") throw new Error(`a message was expected, not ${JSON.stringify(event)}`);
  return toHex(event.buffer.subarray(event.start, event.end));
}

function fieldsOf(event: CaptureEvent): Fields {
  const { raw: _raw, id: _id, ...fields } = (JSON.parse(risLiveOf(new EventReading(event))!) as { data: Fields }).data;
  return fields;
}

test("a message comes back with its octets, its time and who sent it", () => {
  fc.assert(
    fc.property(events, (event) => {
      const line = risLiveOf(new EventReading(event))!;
      expect(line).not.toMatch(/[\r\n]/);
      const [again, ...others] = readAgain(line);
      expect(others).toEqual([]);
      expect(octetsOf(again!)).toBe(octetsOf(event));
      const { seconds, nanoseconds, direction } = again as MessageEvent;
      expect({ seconds, nanoseconds }).toEqual({ seconds: event.seconds, nanoseconds: event.nanoseconds });
      expect(direction.sender).toMatchObject({ address: event.direction.sender.address, as: 65_001 });
    }),
    { numRuns: 500 },
  );
});

/** Routes with their next hops, whatever the order and the messages. */
function routesOf(fields: readonly Fields[]): { readonly announced: string[]; readonly withdrawn: string[] } {
  const announced = fields
    .flatMap(({ announcements = [] }) => announcements)
    .flatMap(({ next_hop, prefixes }) => prefixes.map((prefix) => `${prefix} ${next_hop}`));
  return { announced: announced.toSorted(), withdrawn: fields.flatMap((one) => one.withdrawals ?? []).toSorted() };
}

const withdrawn = fc.array(
  nlri(4, false).map(({ value }) => value),
  { maxLength: 5 },
);

test("an UPDATE made from fields says the same in fields", () => {
  const updates = fc.oneof(
    wellFormedUpdates.map(({ body }) => body),
    withdrawn.map((withdrawn) => encodeUpdate({ withdrawn }, context)),
  );
  fc.assert(
    fc.property(updates, (body) => {
      const fields = fieldsOf(eventOf(encodeMessage(2, body)));
      // NEXT_HOP may not be what the next hop in MP_REACH_NLRI may (RFC 4271 section 6.3).
      fc.pre(fields.announcements!.every(({ next_hop }) => !/^(?:0|127|2[2-5]\d)\./.test(next_hop)));
      const again = readAgain(JSON.stringify({ type: "ris_message", data: fields })).map(fieldsOf);
      expect(routesOf(again)).toEqual(routesOf([fields]));
      for (const one of again.filter(({ announcements }) => announcements!.length > 0)) {
        expect({ ...one, announcements: [], withdrawals: [] }).toEqual({
          ...fields,
          announcements: [],
          withdrawals: [],
        });
      }
    }),
    { numRuns: 500 },
  );
});

test("whatever stands in the fields gives messages, information or problems, however the lines are cut", () => {
  const keys = `timestamp peer peer_asn host type raw direction state path community origin med aggregator announcements
    withdrawals version asn hold_time router_id capabilities notification`.split(/\s+/);
  const types = fc.constantFrom("UPDATE", "OPEN", "NOTIFICATION", "KEEPALIVE", "STATE");
  const right = fc
    .oneof(
      opens.map(encodeOpen).map((body) => encodeMessage(1, body)),
      messages,
    )
    .map((buffer) => {
      return fieldsOf(eventOf(buffer)) as object;
    });
  const wrong = fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 3 });
  const data = fc.tuple(right, types, wrong).map(([right, type, wrong]) => Object.assign(right, { type }, wrong));
  const line = fc.oneof(
    { weight: 5, arbitrary: data.map((data) => JSON.stringify({ type: "ris_message", data })) },
    fc.json(),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), fc.integer({ min: 1, max: 50 }), (lines, pieces) => {
      const stream = encodeUtf8(lines.map((line) => `${line}\n`).join(""));
      const all = readAll(new RisLiveEvents(), stream).map(plain);
      expect(readAll(new RisLiveEvents(), stream, pieces).map(plain)).toEqual(all);
    }),
    { numRuns: 1000 },
  );
});

test("as Server-Sent Events a stream says the same, whatever stands between its data", () => {
  const between = fc.array(fc.constantFrom(": comment", "id: 7", "retry: 1000", "event: ris_message", ""), {
    maxLength: 3,
  });
  const lines = fc.array(fc.tuple(events, between), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(lines, fc.constantFrom("\n", "\r\n"), fc.integer({ min: 1, max: 60 }), (lines, end, pieces) => {
      const written = lines.map(([event]) => risLiveOf(new EventReading(event))!);
      const expected = readAll(new RisLiveEvents(), encodeUtf8(written.map((line) => `${line}\n`).join("")));
      const stream = lines.flatMap(([, between], index) => [...between, `data: ${written[index]}`, ""]);
      const found = readAll(captureEvents(), encodeUtf8(stream.map((line) => line + end).join("")), pieces);
      expect(found.map(withoutOffset)).toEqual(expected.map(withoutOffset));
    }),
    { numRuns: 200 },
  );
});

function withoutOffset(event: CaptureEvent): unknown {
  return Object.assign(plain(event) as object, { offset: 0 });
}

function plain(event: CaptureEvent): unknown {
  return event.kind === "message" ? { ...event, buffer: octetsOf(event), start: 0, end: 0 } : { ...event };
}
