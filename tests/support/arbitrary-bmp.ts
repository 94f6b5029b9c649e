// Generators of BMP messages for property tests: messages that encode to octets which decode to them.
import {
  BmpCounter,
  BmpFamilyGauge,
  BmpGauge,
  GROUP_INDEX,
  type BmpMessage,
  type BmpPeerHeader,
  type BmpRawTlv,
  type BmpStatistic,
  type BmpTextTlv,
  type RouteMonitoringTlv,
} from "@bgpwire/capture";
import { encodeMessage, formatIPv4, formatIPv6, type Slice } from "@bgpwire/core";
import { routeDistinguisherText } from "@bgpwire/decoder";
import * as fc from "fast-check";
import { capabilities } from "./arbitrary-messages.ts";

const u8 = fc.integer({ min: 0, max: 0xff });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const u64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }).map(String);
const octets = fc.uint8Array({ maxLength: 20 });
const text = fc.string({ unit: "binary", maxLength: 20 });
const ipv4 = u32.map(formatIPv4);
const ipv6 = fc.uint8Array({ minLength: 16, maxLength: 16 }).map(formatIPv6);
const version = fc.constantFrom(3, 4);

/** A BGP message with header, with octets of something else around it. */
function pdu(type: fc.Arbitrary<number>): fc.Arbitrary<Slice> {
  return fc.tuple(type, fc.uint8Array({ maxLength: 60 })).map(([type, body]) => {
    const message = encodeMessage(type, body);
    const buffer = new Uint8Array(message.length + 3).fill(0xff);
    buffer.set(message, 2);
    return { buffer, start: 2, end: 2 + message.length };
  });
}

/** A per-peer header and an address of the same version. */
const peers: fc.Arbitrary<{ readonly peer: BmpPeerHeader; readonly localAddress: string }> = fc
  .tuple(
    fc.record({
      type: fc.oneof(fc.constantFrom(0, 1, 2, 3), u8),
      flags: u8,
      distinguisher: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((octets) => routeDistinguisherText(octets, 0)),
      as: u32,
      bgpIdentifier: ipv4,
      seconds: u32,
      microseconds: u32,
    }),
    ipv4,
    ipv6,
    ipv4,
    ipv6,
  )
  .map(([fields, fourPeer, sixPeer, fourLocal, sixLocal]) => {
    const six = fields.type !== 3 && (fields.flags & 0x80) !== 0;
    return { peer: { ...fields, address: six ? sixPeer : fourPeer }, localAddress: six ? sixLocal : fourLocal };
  });
const peer = peers.map((one) => one.peer);

/** A TLV of a type that nothing is known of, with an enterprise number where the version has one. */
function raw(version: number): fc.Arbitrary<BmpRawTlv> {
  const own = { name: fc.constant("raw" as const), value: octets };
  const unknown = fc.record({ ...own, type: fc.integer({ min: 100, max: 0x7fff }) });
  const enterprise = fc.record({ ...own, type: fc.integer({ min: 0x8000, max: 0xfffe }), enterprise: u32 });
  const high = fc.record({ ...own, type: fc.integer({ min: 0xf000, max: 0xffff }) });
  return fc.oneof(unknown, version === 4 ? enterprise : high);
}

/** One object with the fields of several. */
function joined<T extends object>(...parts: readonly fc.Arbitrary<object>[]): fc.Arbitrary<T> {
  return fc.tuple(...parts).map((all) => Object.assign({}, ...all) as T);
}

function textTlv<N extends string>(types: Readonly<Record<number, N>>): fc.Arbitrary<BmpTextTlv<N>> {
  const entries = Object.entries(types).map(([type, name]) => ({ name, type: Number(type) }));
  return joined(fc.constantFrom(...entries), fc.record({ text }));
}

function list<T>(version: number, item: fc.Arbitrary<T>): fc.Arbitrary<(T | BmpRawTlv)[]> {
  return fc.array(fc.oneof({ weight: 3, arbitrary: item }, raw(version)), { maxLength: 4 });
}

const PEER_TEXTS = { 0: "string", 3: "vrfTableName", 4: "adminLabel" } as const;

/** A name and type of a registry. */
function entryOf(types: Readonly<Record<string, number>>): fc.Arbitrary<object> {
  return fc.constantFrom(...Object.entries(types)).map(([name, type]) => ({ name, type }));
}

const statistic: fc.Arbitrary<BmpStatistic> = fc.oneof(
  joined<BmpStatistic>(entryOf(BmpCounter), fc.record({ value: u32 })),
  joined<BmpStatistic>(entryOf(BmpGauge), fc.record({ value: u64 })),
  joined<BmpStatistic>(entryOf(BmpFamilyGauge), fc.record({ afi: u16, safi: u8, value: u64 })),
);

/** Numbers of the TLVs of Route Monitoring in each revision of the draft. */
const REVISIONS = [
  { group: 1, vrfTableName: 2, statelessParsing: 3, bgpMessage: 4, sequenceNumber: 5, extendedFlags: 6, timestamp: 7 },
  { sequenceNumber: 1, extendedFlags: 2, timestamp: 3, group: 4, vrfTableName: 5, statelessParsing: 6, bgpMessage: 7 },
  { statelessParsing: 1, group: 2, vrfTableName: 3, bgpMessage: 4, pathStatus: 5 },
  { bgpMessage: 1, group: 2, vrfTableName: 3, statelessParsing: 4 },
] as const;

type Fields = { readonly [N in Exclude<RouteMonitoringTlv["name"], "bgpMessage" | "raw">]: fc.Arbitrary<object> };

/** Bits that an index may have of those TLVs that may not have any. */
const INDEX: Readonly<Record<string, number>> = {
  vrfTableName: GROUP_INDEX - 1,
  statelessParsing: 0,
  sequenceNumber: 0,
  extendedFlags: 0,
};

/** What each has beside type and index. */
const FIELDS: Fields = {
  group: fc.record({ members: fc.array(fc.integer({ min: 1, max: GROUP_INDEX - 1 }), { minLength: 1, maxLength: 4 }) }),
  vrfTableName: fc.record({ text: fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 30 }) }),
  statelessParsing: fc.record({ capability: capabilities }),
  pathStatus: fc.record({ status: u32, reason: fc.option(u16) }),
  sequenceNumber: fc.record({ value: u64 }),
  extendedFlags: fc.record({ flags: fc.uint8Array({ minLength: 1, maxLength: 4 }) }),
  timestamp: fc.record({ timestampType: u8, seconds: u32, microseconds: fc.option(u32) }),
};

/** TLVs of version 4 under the numbers of one revision, the place of the UPDATE among them. */
const indexedTlvs: fc.Arbitrary<RouteMonitoringTlv[]> = fc
  .constantFrom(...REVISIONS)
  .chain(({ bgpMessage, ...types }) => {
    const item = fc.constantFrom(...Object.entries(types)).chain(([name, type]) =>
      joined<RouteMonitoringTlv>(
        fc.constant({ name, type }),
        u16.map((number) => ({ index: name === "group" ? number | GROUP_INDEX : number & (INDEX[name] ?? 0xffff) })),
        FIELDS[name as keyof Fields],
      ),
    );
    const unknown = joined<RouteMonitoringTlv>(raw(4), fc.record({ index: u16 }));
    const place: RouteMonitoringTlv = { name: "bgpMessage", type: bgpMessage, index: 0 };
    const some = fc.array(fc.oneof({ weight: 3, arbitrary: item }, unknown), { maxLength: 3 });
    return fc.tuple(some, some).map(([before, behind]) => before.concat([place], behind));
  });

const trailingTlvs: fc.Arbitrary<RouteMonitoringTlv[]> = list(
  3,
  joined<RouteMonitoringTlv>(fc.constant({ name: "pathStatus", type: 60002 }), FIELDS.pathStatus),
);

const update = pdu(fc.constant(2));

/** Messages by kind: the build fails where one is missing. */
export const BMP_MESSAGES: { readonly [K in BmpMessage["kind"]]: fc.Arbitrary<BmpMessage> } = {
  routeMonitoring: fc.tuple(peer, update, fc.oneof(indexedTlvs, trailingTlvs)).map(([peer, message, tlvs]) => ({
    kind: "routeMonitoring",
    version: tlvs.some((tlv) => tlv.name === "bgpMessage") ? 4 : 3,
    peer,
    message,
    tlvs,
  })),
  statisticsReport: fc.tuple(version, fc.boolean()).chain(([version, contained]) =>
    fc.record({
      kind: fc.constant("statisticsReport" as const),
      version: fc.constant(version),
      peer,
      statistics: list(version, statistic),
      ...(version === 4 && contained && { tlvs: fc.array(raw(4), { maxLength: 3 }) }),
    }),
  ),
  peerDown: version.chain((version) =>
    fc
      .tuple(peer, u8, pdu(fc.constant(3)), u16, list(version, textTlv(PEER_TEXTS)))
      .map(([peer, any, message, event, tlvs]) => {
        const reason = any % 8;
        const notification = reason === 1 || reason === 3 ? message : null;
        const fsmEvent = reason === 2 ? event : null;
        return {
          kind: "peerDown",
          version,
          peer,
          reason,
          notification,
          fsmEvent,
          tlvs: version === 4 || reason === 6 ? tlvs : [],
        };
      }),
  ),
  peerUp: version.chain((version) =>
    fc
      .tuple(peers, u16, u16, pdu(fc.constant(1)), pdu(fc.constant(1)), list(version, textTlv(PEER_TEXTS)))
      .map(([{ peer, localAddress }, localPort, remotePort, sentOpen, receivedOpen, tlvs]) => ({
        kind: "peerUp",
        version,
        peer,
        localAddress,
        localPort,
        remotePort,
        sentOpen,
        receivedOpen,
        tlvs,
      })),
  ),
  initiation: version.chain((version) =>
    fc.record({
      kind: fc.constant("initiation" as const),
      version: fc.constant(version),
      tlvs: list(version, textTlv({ 0: "string", 1: "sysDescr", 2: "sysName" } as const)),
    }),
  ),
  termination: version.chain((version) => {
    const reason = fc.record({ name: fc.constant("reason" as const), type: fc.constant(1 as const), code: u16 });
    return fc.record({
      kind: fc.constant("termination" as const),
      version: fc.constant(version),
      tlvs: list(version, fc.oneof(reason, textTlv({ 0: "string" } as const))),
    });
  }),
  routeMirroring: version.chain((version) => {
    const information = fc.record({
      name: fc.constant("information" as const),
      type: fc.constant(1 as const),
      code: u16,
    });
    const message = fc.record({
      name: fc.constant("bgpMessage" as const),
      type: fc.constant(0 as const),
      message: pdu(u8),
    });
    return fc.record({
      kind: fc.constant("routeMirroring" as const),
      version: fc.constant(version),
      peer,
      tlvs: list(version, fc.oneof(information, message)),
    });
  }),
  unknown: fc.record({
    kind: fc.constant("unknown" as const),
    version,
    type: fc.integer({ min: 7, max: 255 }),
    body: pdu(u8),
  }),
};

/** Any message. */
export const bmpMessages: fc.Arbitrary<BmpMessage> = fc.oneof(...Object.values(BMP_MESSAGES));
