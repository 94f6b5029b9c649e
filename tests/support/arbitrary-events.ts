// Events of captures, of every kind: what readers give, and what a line of JSON can say beside that.
import type { CaptureEvent, MessageEvent } from "@bgpwire/capture";
import {
  encodeCapabilityMessage,
  encodeMessage,
  encodeNotification,
  encodeOpen,
  encodeRouteRefresh,
  type Slice,
} from "@bgpwire/core";
import * as fc from "fast-check";
import { brokenHeaders, capabilityChanges, notifications, opens, routeRefreshes } from "./arbitrary-messages.ts";
import { contexts, mutatedUpdates, wellFormedUpdates } from "./arbitrary-updates.ts";

const at = {
  seconds: fc.integer({ min: 0, max: 0xffff_ffff }),
  nanoseconds: fc.integer({ min: 0, max: 999_999_999 }),
  offset: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
};

const mrt = fc.record({ type: fc.integer({ min: 0, max: 65_535 }), subtype: fc.integer({ min: 0, max: 65_535 }) });

const octets = fc.uint8Array({ maxLength: 60 });
const slices = octets.map((buffer): Slice => ({ buffer, start: 0, end: buffer.length }));

const endpoints = fc.record({
  address: fc.oneof(fc.ipV4(), fc.constant("2001:db8::1")),
  port: fc.option(fc.integer({ min: 0, max: 65_535 })),
  as: fc.option(fc.integer({ min: 0, max: 0xffff_ffff })),
  bgpIdentifier: fc.option(fc.ipV4()),
});

const instances = fc.record({
  type: fc.integer({ min: 1, max: 255 }),
  distinguisher: fc.constantFrom("0:0", "65000:1"),
});

const directions = fc.record(
  {
    session: fc.nat(),
    sender: endpoints,
    receiver: endpoints,
    context: contexts,
    guessed: fc.boolean(),
    rib: fc.option(fc.constantFrom("adjRibIn", "adjRibInPost", "adjRibOut", "adjRibOutPost", "locRib")),
    instance: instances,
  },
  { requiredKeys: ["session", "sender", "receiver", "context", "guessed", "rib"] },
);

/** Messages as they are on the wire: of every type, sound and not, with headers that are as they should be and not. */
const messages = fc.oneof(
  fc.tuple(fc.constant(1), opens.map(encodeOpen)),
  fc.tuple(fc.constant(1), octets),
  fc.tuple(
    fc.constant(2),
    mutatedUpdates.map(({ body }) => body),
  ),
  fc.tuple(
    fc.constant(3),
    notifications.map((one) => encodeNotification(one)),
  ),
  fc.tuple(fc.constant(3), octets),
  fc.tuple(fc.constant(4), fc.uint8Array({ maxLength: 2 })),
  fc.tuple(fc.constant(5), routeRefreshes.map(encodeRouteRefresh)),
  fc.tuple(fc.constant(5), octets),
  fc.tuple(fc.constant(6), capabilityChanges.map(encodeCapabilityMessage)),
  fc.tuple(fc.constant(6), octets),
  fc.tuple(fc.integer({ min: 0, max: 255 }), octets),
);

const wire = fc.oneof(
  { weight: 9, arbitrary: messages.map(([type, body]) => encodeMessage(type, body)) },
  { weight: 1, arbitrary: brokenHeaders },
);

const messageEvents = fc
  .tuple(fc.record({ ...at, mrt, direction: directions }), wire)
  .map(([rest, message]) => messageEvent(rest, message));

/** UPDATEs as their direction reads them. */
export const updateEvents: fc.Arbitrary<CaptureEvent> = fc
  .tuple(fc.record({ ...at, direction: directions }), wellFormedUpdates)
  .map(([{ direction, ...rest }, { body, context }]) =>
    messageEvent({ ...rest, direction: Object.assign(direction, { context }) }, encodeMessage(2, body)),
  );

function messageEvent(rest: Omit<MessageEvent, "kind" | "type" | keyof Slice>, message: Uint8Array): CaptureEvent {
  return { kind: "message", ...rest, type: message[18] ?? 0, buffer: message, start: 0, end: message.length };
}

const otherEvents: fc.Arbitrary<CaptureEvent> = fc.oneof(
  fc.record({
    kind: fc.constant("route" as const),
    ...at,
    peer: endpoints,
    originated: at.seconds,
    family: fc.record({ afi: fc.constantFrom(1, 2, 25), safi: fc.constantFrom(1, 2, 128) }),
    nlri: slices,
    pathId: fc.option(fc.integer({ min: 0, max: 0xffff_ffff })),
    attributes: slices,
    context: contexts,
  }),
  fc.record({
    kind: fc.constant("state" as const),
    ...at,
    direction: directions,
    oldState: fc.integer({ min: 0, max: 65_535 }),
    newState: fc.integer({ min: 0, max: 65_535 }),
  }),
  fc.record({
    kind: fc.constant("up" as const),
    ...at,
    direction: directions,
    sentOpen: fc.option(slices),
    receivedOpen: fc.option(slices),
  }),
  fc.record({
    kind: fc.constant("down" as const),
    ...at,
    direction: directions,
    reason: fc.string(),
    notification: fc.option(slices),
  }),
  fc.record({
    kind: fc.constant("gap" as const),
    ...at,
    direction: directions,
    octets: fc.option(fc.nat()),
  }),
  fc.record({
    kind: fc.constant("information" as const),
    ...at,
    name: fc.string(),
    values: fc.dictionary(
      fc.string({ minLength: 1 }).filter((key) => !key.startsWith("__")),
      fc.oneof(fc.integer(), fc.string()),
    ),
  }),
  fc.record({
    kind: fc.constant("problem" as const),
    offset: at.offset,
    reason: fc.string(),
    skipped: fc.option(fc.nat()),
  }),
);

/** Any event. */
export const captureEvents: fc.Arbitrary<CaptureEvent> = fc.oneof(messageEvents, updateEvents, otherEvents);
