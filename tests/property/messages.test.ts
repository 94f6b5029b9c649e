// Messages: what is encoded decodes to itself, what decodes encodes to itself, and no octets make anything throw (P1).
import { expect, test } from "vitest";
import * as fc from "fast-check";
import { toHex } from "../../packages/core/src/bytes/hex.ts";
import { CapabilityCode } from "../../packages/core/src/iana/capability-code.ts";
import {
  decodeCapability,
  encodeCapability,
  equalCapability,
  type Capability,
} from "../../packages/core/src/message/capability.ts";
import {
  decodeCapabilityMessage,
  encodeCapabilityMessage,
} from "../../packages/core/src/message/capability-message.ts";
import {
  decodeNotification,
  encodeNotification,
  hardReset,
  notificationText,
  shutdownNotification,
  shutdownText,
  unwrapHardReset,
} from "../../packages/core/src/message/notification.ts";
import { decodeOpen, encodeOpen } from "../../packages/core/src/message/open.ts";
import { decodeRouteFilters, encodeRouteFilters } from "../../packages/core/src/message/route-filters.ts";
import { decodeRouteRefresh, encodeRouteRefresh } from "../../packages/core/src/message/route-refresh.ts";
import {
  capabilities,
  capabilityChanges,
  notifications,
  opens,
  routeFilters,
  routeRefreshes,
  TYPED_CAPABILITIES,
} from "../support/arbitrary-messages.ts";

/** A body somewhere inside a larger buffer, as the framer gives it. */
function slice(body: Uint8Array): { buffer: Uint8Array; start: number; end: number } {
  const buffer = new Uint8Array(body.length + 5).fill(0xa5);
  buffer.set(body, 3);
  return { buffer, start: 3, end: 3 + body.length };
}

const octets = fc.uint8Array({ maxLength: 400 });

/** Codes of the registry whose format no document has, and why. */
const WITHOUT_FORMAT: Readonly<Record<number, string>> = {
  129: "RFC 8810 section 3: of two prestandard features, neither of which says how it looked",
};

test("every code of the registry has a typed form, or nobody knows its format", () => {
  const codes = [...Object.keys(TYPED_CAPABILITIES), ...Object.keys(WITHOUT_FORMAT)].map(Number);
  expect(codes.sort((a, b) => a - b)).toEqual(Object.values(CapabilityCode).sort((a, b) => a - b));
});

test.each(Object.entries(TYPED_CAPABILITIES))("capability %s decodes from its encoding", (code, typed) => {
  fc.assert(
    fc.property(typed as fc.Arbitrary<Capability>, (capability) => {
      expect(capability.code).toBe(Number(code));
      expect(decodeCapability(capability.code, encodeCapability(capability))).toEqual(capability);
    }),
    { numRuns: 100 },
  );
});

test("P1: any octets under any code are a capability that encodes to them", () => {
  fc.assert(
    fc.property(fc.nat(255), fc.uint8Array({ maxLength: 255 }), (code, value) => {
      const capability = decodeCapability(code, value);
      expect(capability.code).toBe(code);
      expect(toHex(encodeCapability(capability))).toBe(toHex(value));
    }),
    { numRuns: 2000 },
  );
});

test("P1: a capability with some octets changed still encodes to its octets", () => {
  fc.assert(
    fc.property(capabilities, fc.array(fc.tuple(fc.nat(255), fc.nat(255)), { maxLength: 3 }), (capability, changes) => {
      const value = encodeCapability(capability).slice();
      for (const [at, octet] of changes) if (value.length > 0) value[at % value.length] = octet;
      const decoded = decodeCapability(capability.code, value);
      expect(toHex(encodeCapability(decoded))).toBe(toHex(value));
      expect(equalCapability(decoded, { name: "raw", code: capability.code, value })).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test("an OPEN decodes from its encoding, and encodes to the same octets again", () => {
  fc.assert(
    fc.property(opens, (open) => {
      const body = encodeOpen(open);
      const decoded = decodeOpen(slice(body));
      expect(decoded).toEqual({ ok: true, value: open });
      expect(toHex(encodeOpen(open))).toBe(toHex(body));
    }),
    { numRuns: 500 },
  );
});

test("however an OPEN groups its capabilities, and in either format, it decodes to the same", () => {
  fc.assert(
    fc.property(opens, fc.boolean(), fc.infiniteStream(fc.boolean()), (open, extended, together) => {
      const parameters: number[][] = [];
      for (const capability of open.capabilities) {
        const value = encodeCapability(capability);
        const triple = [capability.code, value.length, ...value];
        const last = parameters.at(-1);
        if (last !== undefined && last.length + triple.length <= 255 && together.next().value === true)
          last.push(...triple);
        else parameters.push(triple);
      }
      const octets = parameters.flatMap((p) =>
        extended ? [2, p.length >> 8, p.length & 255, ...p] : [2, p.length, ...p],
      );
      fc.pre(extended || (octets.length <= 255 && parameters.every((p) => p.length <= 255)));
      const fixed = encodeOpen({ ...open, capabilities: [] }).subarray(0, 9);
      const lengths = extended ? [255, 255, octets.length >> 8, octets.length & 255] : [octets.length];
      expect(decodeOpen(slice(Uint8Array.from([...fixed, ...lengths, ...octets])))).toEqual({ ok: true, value: open });
    }),
    { numRuns: 500 },
  );
});

test("P1: any octets are an OPEN or one of the faults of RFC 4271 section 6.2", () => {
  const fixed = fc
    .tuple(fc.constant([4, 0xfd, 0xe9, 0, 90, 192, 0, 2, 1]), octets)
    .map(([a, b]) => Uint8Array.of(...a, ...b));
  fc.assert(
    fc.property(fc.oneof(octets, fixed), (body) => {
      const decoded = decodeOpen(slice(body));
      if (decoded.ok) {
        expect(decodeOpen(slice(encodeOpen(decoded.value)))).toEqual(decoded);
        return;
      }
      const { code, subcode } = decoded.fault;
      expect(["2/0", "2/1", "2/2", "2/3", "2/4", "2/6", "1/2"]).toContain(`${code}/${subcode}`);
    }),
    { numRuns: 2000 },
  );
});

test("a changed OPEN decodes or is a fault, and never throws", () => {
  fc.assert(
    fc.property(
      opens,
      fc.array(fc.tuple(fc.nat(5000), fc.nat(255)), { minLength: 1, maxLength: 3 }),
      (open, changes) => {
        const body = encodeOpen(open).slice();
        for (const [at, octet] of changes) body[at % body.length] = octet;
        const decoded = decodeOpen(slice(body));
        if (decoded.ok) expect(decodeOpen(slice(encodeOpen(decoded.value)))).toEqual(decoded);
      },
    ),
    { numRuns: 1000 },
  );
});

test("a CAPABILITY message decodes from its encoding", () => {
  fc.assert(
    fc.property(capabilityChanges, (changes) => {
      const body = encodeCapabilityMessage(changes);
      expect(decodeCapabilityMessage(slice(body))).toEqual({ ok: true, value: changes });
    }),
    { numRuns: 300 },
  );
});

test("P1: any octets are a CAPABILITY message that encodes to them, or Cease", () => {
  const shaped = fc
    .array(fc.tuple(fc.nat(2), fc.nat(255), fc.uint8Array({ maxLength: 9 })), { minLength: 1, maxLength: 5 })
    .map((list) => Uint8Array.from(list.flatMap(([action, code, value]) => [action, code, value.length, ...value])));
  fc.assert(
    fc.property(fc.oneof(octets, shaped), (body) => {
      const decoded = decodeCapabilityMessage(slice(body));
      if (decoded.ok) expect(toHex(encodeCapabilityMessage(decoded.value))).toBe(toHex(body));
      else expect([decoded.fault.code, decoded.fault.subcode]).toEqual([6, 0]);
    }),
    { numRuns: 1000 },
  );
});

test("a NOTIFICATION decodes from its encoding, wraps and unwraps, and is one line of text", () => {
  fc.assert(
    fc.property(notifications, (notification) => {
      expect(decodeNotification(slice(encodeNotification(notification)))).toEqual(notification);
      expect(unwrapHardReset(hardReset(notification))).toEqual(notification);
      // eslint-disable-next-line no-control-regex
      expect(notificationText(notification)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      expect(shutdownText(hardReset(notification))).toBe(shutdownText(notification));
    }),
    { numRuns: 1000 },
  );
});

test("P1: any octets are a NOTIFICATION or none, and have a text", () => {
  fc.assert(
    fc.property(octets, (body) => {
      const notification = decodeNotification(slice(body));
      if (body.length < 2) expect(notification).toBeNull();
      else {
        expect(toHex(encodeNotification(notification!))).toBe(toHex(body));
        expect(notificationText(notification!).length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 1000 },
  );
});

test("RFC 9003: a shutdown text arrives whole or cut at its end, within its limit", () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(text, fc.integer({ min: 4, max: 255 }), (text, limit) => {
      const notification = shutdownNotification(2, text, limit);
      const arrived = shutdownText(notification)!;
      expect(text.startsWith(arrived)).toBe(true);
      expect(notification.data.length).toBeLessThanOrEqual(1 + limit);
      // Not one character more would have fitted.
      const next = Array.from(text.slice(arrived.length)).at(0);
      if (next !== undefined) expect(Buffer.byteLength(arrived + next)).toBeGreaterThan(limit);
    }),
    { numRuns: 1000 },
  );
});

test("a ROUTE-REFRESH decodes from its encoding", () => {
  fc.assert(
    fc.property(routeRefreshes, (refresh) => {
      expect(decodeRouteRefresh(slice(encodeRouteRefresh(refresh)))).toEqual({ ok: true, value: refresh });
    }),
    { numRuns: 1000 },
  );
});

test("filters of prefixes decode from their encoding", () => {
  fc.assert(
    fc.property(fc.nat(255), fc.array(routeFilters, { maxLength: 4 }), (when, list) => {
      const value = { when, filters: [...list, { name: "raw" as const, type: 1, octets: Uint8Array.of(when) }] };
      const body = encodeRouteFilters(value);
      expect(decodeRouteFilters({ afi: 2, safi: 1, subtype: 0, body })).toEqual(value);
    }),
    { numRuns: 500 },
  );
});

test("P1: any octets that are filters of a ROUTE-REFRESH encode to them, prefixes or not", () => {
  const entries = fc.oneof(
    fc.uint8Array({ maxLength: 30 }),
    // Nearly an entry, so that what is behind its first octet is looked at.
    fc
      .tuple(
        fc.nat(255),
        fc.uint8Array({ minLength: 4, maxLength: 4 }),
        fc.array(fc.nat(40), { minLength: 3, maxLength: 9 }),
      )
      .map(([first, sequence, rest]) => Uint8Array.of(first, ...sequence, ...rest)),
  );
  const groups = fc.array(fc.tuple(fc.oneof(fc.constantFrom(64, 128), fc.nat(255)), entries), {
    minLength: 1,
    maxLength: 3,
  });
  fc.assert(
    fc.property(fc.nat(255), groups, fc.constantFrom(1, 2, 25), (when, list, afi) => {
      const body = Uint8Array.of(when, ...list.flatMap(([type, octets]) => [type, 0, octets.length, ...octets]));
      expect(toHex(encodeRouteFilters(decodeRouteFilters({ afi, safi: 1, subtype: 0, body })!))).toBe(toHex(body));
    }),
    { numRuns: 2000 },
  );
});

test("P1: any octets are a ROUTE-REFRESH that encodes to them, or 1/2 or 7/1", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (body) => {
      const refresh = decodeRouteRefresh(slice(body));
      if (refresh.ok) expect(toHex(encodeRouteRefresh(refresh.value))).toBe(toHex(body));
      else expect(["1/2", "7/1"]).toContain(`${refresh.fault.code}/${refresh.fault.subcode}`);
      expect(decodeRouteRefresh(slice(body), false).ok || body.length !== 4).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
