// Generators of BGP messages for property tests: values first, as random bytes never find the deep faults.
import * as fc from "fast-check";
import { formatIPv4 } from "../../packages/core/src/address/ipv4.ts";
import { formatPrefix } from "../../packages/core/src/address/prefix.ts";
import type { Capability, Direction } from "../../packages/core/src/message/capability.ts";
import { encodeMessage } from "../../packages/core/src/message/header.ts";
import { encodeNotification, type Notification } from "../../packages/core/src/message/notification.ts";
import { encodeOpen, type OpenMessage } from "../../packages/core/src/message/open.ts";
import type { PrefixFilterEntry, PrefixRule, RouteFilter } from "../../packages/core/src/message/route-filters.ts";
import type { CapabilityChange } from "../../packages/core/src/message/capability-message.ts";
import { encodeRouteRefresh, type RouteRefresh } from "../../packages/core/src/message/route-refresh.ts";

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u24 = fc.integer({ min: 0, max: 0xff_ffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });

/** Numbers of real families more often than others. */
const afi = fc.oneof(fc.constantFrom(1, 2, 25, 16388), u16);
const safi = fc.oneof(fc.constantFrom(1, 2, 4, 70, 128, 133), u8);

const direction: fc.Arbitrary<Direction> = fc.constantFrom("receive", "send", "both");

/** Text with no lone surrogates (they have no UTF-8), up to this many UTF-8 octets. */
function text(octets: number): fc.Arbitrary<string> {
  return fc.string({ unit: "binary", maxLength: Math.floor(octets / 4) });
}

/** Bits that a format reserves: mostly absent, else 1 to `most`. */
function reserved(most: number): fc.Arbitrary<{ reserved?: number }> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    fc.record({ reserved: fc.integer({ min: 1, max: most }) }),
  );
}

/** A record with optional reserved bits beside its own fields. */
function withReserved<T extends object>(value: fc.Arbitrary<T>, most: number): fc.Arbitrary<T & { reserved?: number }> {
  return fc.tuple(value, reserved(most)).map(([fields, bits]) => Object.assign({}, fields, bits));
}

function list<T>(item: fc.Arbitrary<T>, maxLength: number): fc.Arbitrary<T[]> {
  return fc.array(item, { maxLength });
}

type TypedCapability = Exclude<Capability, { name: "raw" }>;

/** A capability of a name and code with the fields of it. */
function capability<N extends string, C extends number, F extends object>(
  name: N,
  code: C,
  fields: fc.Arbitrary<F>,
): fc.Arbitrary<F & { name: N; code: C }> {
  return fields.map((one) => ({ ...one, name, code }));
}

/** One that says all by being there. */
function flag<N extends string, C extends number>(name: N, code: C): fc.Arbitrary<{ name: N; code: C }> {
  return fc.constant({ name, code });
}

const orf = fc.record({
  entries: list(withReserved(fc.record({ afi, safi, types: list(fc.record({ type: u8, direction }), 5) }), 0xff), 4),
});
const codes = fc.record({ capabilities: list(u8, 10) });
const sessions = fc.record({ flags: u8, capabilities: list(u8, 10) });
const directions = fc.record({ entries: list(fc.record({ afi, safi, direction }), 8) });
const names = fc.record({ hostName: text(64), domainName: text(64) });

/** Capabilities that decode to themselves, by code: the build fails where one is missing. */
export const TYPED_CAPABILITIES: {
  readonly [C in TypedCapability["code"]]: fc.Arbitrary<TypedCapability & { readonly code: C }>;
} = {
  1: capability("multiprotocol", 1, withReserved(fc.record({ afi, safi }), 0xff)),
  2: flag("routeRefresh", 2),
  3: capability("outboundRouteFiltering", 3, orf),
  4: flag("multipleRoutes", 4),
  5: capability(
    "extendedNextHop",
    5,
    fc.record({ entries: list(fc.record({ afi, safi: fc.oneof(safi, u16), nextHopAfi: afi }), 8) }),
  ),
  6: flag("extendedMessage", 6),
  7: capability(
    "bgpsec",
    7,
    withReserved(
      fc.record({
        version: fc.integer({ min: 0, max: 15 }),
        direction: fc.constantFrom("send" as const, "receive" as const),
        afi,
      }),
      7,
    ),
  ),
  8: capability("multipleLabels", 8, fc.record({ entries: list(fc.record({ afi, safi, count: u8 }), 8) })),
  9: capability("role", 9, fc.record({ role: u8 })),
  64: capability(
    "gracefulRestart",
    64,
    withReserved(
      fc.record({
        restarting: fc.boolean(),
        notification: fc.boolean(),
        restartTime: fc.integer({ min: 0, max: 4095 }),
        families: list(withReserved(fc.record({ afi, safi, forwardingPreserved: fc.boolean() }), 0x7f), 8),
      }),
      3,
    ),
  ),
  65: capability("fourOctetAs", 65, fc.record({ as: u32 })),
  66: capability("dynamicCapability", 66, codes),
  67: capability("dynamicCapability", 67, codes),
  68: capability("multisession", 68, sessions),
  69: capability("addPath", 69, directions),
  70: flag("enhancedRouteRefresh", 70),
  71: capability(
    "longLivedGracefulRestart",
    71,
    fc.record({
      families: list(
        withReserved(fc.record({ afi, safi, forwardingPreserved: fc.boolean(), staleTime: u24 }), 0x7f),
        8,
      ),
    }),
  ),
  72: capability("routingPolicyDistribution", 72, directions),
  73: capability("fqdn", 73, names),
  74: flag("bfdStrict", 74),
  75: capability(
    "softwareVersion",
    75,
    fc.oneof(
      fc.record({ version: text(64).filter((version) => version !== "") }),
      // Without a length octet, text whose first octet happens to be one would read as the other form.
      fc.record({ version: text(60).map((version) => `~${version}`), bare: fc.constant(true as const) }),
    ),
  ),
  76: capability("pathsLimit", 76, fc.record({ entries: list(fc.record({ afi, safi, limit: u16 }), 8) })),
  77: flag("linkLocalNextHop", 77),
  128: flag("routeRefreshCisco", 128),
  130: capability("outboundRouteFiltering", 130, orf),
  131: capability("multisession", 131, sessions),
  184: capability("fqdn", 184, names),
  185: flag("operational", 185),
};

/** A capability of a code without a type. */
const rawCapabilities: fc.Arbitrary<Capability> = fc.record({
  name: fc.constant("raw" as const),
  code: u8.filter((code) => !Object.hasOwn(TYPED_CAPABILITIES, code)),
  value: fc.uint8Array({ maxLength: 64 }),
});

/** Any capability that an OPEN can carry and that decodes to itself, one code as likely as another. */
export const capabilities: fc.Arbitrary<Capability> = fc.oneof<fc.Arbitrary<Capability>[]>(
  rawCapabilities,
  ...Object.values(TYPED_CAPABILITIES),
);

/** Any OPEN that is valid without regard to configuration; some need the extended format of RFC 9072. */
export const opens: fc.Arbitrary<OpenMessage> = fc.record({
  version: fc.constant(4),
  myAs: fc.integer({ min: 1, max: 0xffff }),
  holdTime: u16.filter((seconds) => seconds !== 1 && seconds !== 2),
  identifier: fc.integer({ min: 1, max: 0xffff_ffff }).map(formatIPv4),
  capabilities: list(capabilities, 15),
});

/** Any NOTIFICATION, known codes more often than others. */
export const notifications: fc.Arbitrary<Notification> = fc.record({
  code: fc.oneof(fc.integer({ min: 1, max: 9 }), u8),
  subcode: fc.oneof(fc.integer({ min: 0, max: 12 }), u8),
  data: fc.uint8Array({ maxLength: 300 }),
});

/** Outbound route filters as RFC 5291 section 4 lays them out, their entries random octets. */
const filters: fc.Arbitrary<Uint8Array> = fc
  .tuple(u8, fc.array(fc.tuple(u8, fc.uint8Array({ maxLength: 20 })), { minLength: 1, maxLength: 4 }))
  .map(([when, groups]) =>
    Uint8Array.from([when, ...groups.flatMap(([type, entries]) => [type, 0, entries.length, ...entries])]),
  );

/** A rule about IPv6 prefixes with lengths that fit together, bits behind its own length at random. */
const prefixRule: fc.Arbitrary<PrefixRule> = fc
  .record({
    match: fc.constantFrom("permit" as const, "deny" as const),
    sequence: u32,
    octets: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    lengths: fc.tuple(fc.nat(128), fc.nat(128), fc.nat(128)).map((list) => list.toSorted((a, b) => a - b)),
    given: fc.tuple(fc.boolean(), fc.boolean()),
  })
  .map(({ match, sequence, octets, lengths, given: [shortest, longest] }) => {
    const [length = 0, minLength = 0, maxLength = 0] = lengths;
    // A length of 0 is none.
    return Object.assign(
      { match, sequence, prefix: formatPrefix(6, octets, length) },
      shortest && minLength > 0 && { minLength },
      longest && maxLength > 0 && { maxLength },
    );
  });

const filterEntry: fc.Arbitrary<PrefixFilterEntry> = fc.oneof(
  withReserved(fc.record({ action: fc.constant("removeAll" as const) }), 0x3f),
  withReserved(
    fc
      .tuple(fc.constantFrom("add" as const, "remove" as const), prefixRule)
      .map(([action, rule]) => Object.assign({ action }, rule)),
    0x1f,
  ),
);

/** Filters of IPv6 prefixes. */
export const routeFilters: fc.Arbitrary<RouteFilter> = fc.record({
  name: fc.constant("prefixes" as const),
  type: fc.constantFrom(64 as const, 128 as const),
  entries: list(filterEntry, 5),
});

/** Any well-formed ROUTE-REFRESH: plain, BoRR, EoRR, filters, unknown subtypes. */
export const routeRefreshes: fc.Arbitrary<RouteRefresh> = fc.oneof(
  fc.record({ afi, safi, subtype: fc.integer({ min: 0, max: 2 }), body: fc.constant(new Uint8Array(0)) }),
  fc.record({ afi, safi, subtype: fc.constant(0), body: filters }),
  fc.record({ afi, safi, subtype: fc.integer({ min: 3, max: 255 }), body: fc.uint8Array({ maxLength: 20 }) }),
);

/** Changes of a CAPABILITY message. */
export const capabilityChanges: fc.Arbitrary<readonly CapabilityChange[]> = fc.array(
  fc.record({ action: fc.constantFrom("advertise" as const, "remove" as const), capability: capabilities }),
  { minLength: 1, maxLength: 6 },
);

/** Any message the framer accepts, header included; bodies of UPDATEs are random octets. */
export const messages: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.constant(encodeMessage(4, new Uint8Array(0))),
  fc.uint8Array({ minLength: 4, maxLength: 100 }).map((body) => encodeMessage(2, body)),
  fc.integer({ min: 4, max: 4096 - 19 }).map((length) => encodeMessage(2, new Uint8Array(length).fill(length))),
  opens.map((open) => encodeMessage(1, encodeOpen(open))),
  notifications.map((notification) => encodeMessage(3, encodeNotification(notification))),
  routeRefreshes.map((refresh) => encodeMessage(5, encodeRouteRefresh(refresh))),
);

/** A header that breaks one rule of RFC 4271 section 6.1, or any of them. */
export const brokenHeaders: fc.Arbitrary<Uint8Array> = fc
  .record({
    marker: fc.oneof({ weight: 4, arbitrary: fc.constant(-1) }, fc.integer({ min: 0, max: 15 })),
    length: fc.oneof(fc.constantFrom(0, 18, 19, 20, 22, 23, 28, 29, 4096, 4097, 65535), u16),
    type: fc.oneof(fc.integer({ min: 0, max: 6 }), u8),
  })
  .map(({ marker, length, type }) => {
    const header = encodeMessage(type, new Uint8Array(0));
    header.set([length >> 8, length & 0xff], 16);
    if (marker >= 0) header[marker] = 0xfe;
    return header;
  });

/** The stream cut at random places, into pieces of one octet too, some of them empty. */
export function splits(stream: Uint8Array): fc.Arbitrary<Uint8Array[]> {
  const cut = fc.oneof(
    fc.integer({ min: 0, max: stream.length }),
    fc.integer({ min: 0, max: Math.min(60, stream.length) }),
  );
  return fc.array(cut, { maxLength: 40 }).map((cuts) => {
    const at = [0, ...cuts.sort((a, b) => a - b), stream.length];
    return at.slice(1).map((end, i) => stream.slice(at[i]!, end));
  });
}
