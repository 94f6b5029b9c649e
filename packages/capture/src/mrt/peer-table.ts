// Tables of peers in TABLE_DUMP_V2: who they are (RFC 6396 section 4.3.1), and where (RFC 6397).
import { decodeUtf8, encodeUtf8, formatIPv4 } from "@bgpwire/core";
import { u16At, u32At } from "../bytes/integers.ts";
import type { FieldWriter } from "../bytes/field-writer.ts";
import { addressAt, asAt, MRT_HEADER, MrtView, writeAs, type MrtHeader } from "./view.ts";

/** Bits of Peer Type (RFC 6396 figure 7). */
const PEER_IPV6 = 1;
const PEER_AS4 = 2;

/** A peer of the collector. */
export interface IndexedPeer {
  /** The Peer Type field, of which two bits say how address and AS number are written. */
  readonly peerType: number;
  /** Dotted text. */
  readonly bgpIdentifier: string;
  readonly address: string;
  readonly as: number;
}

/** What `encodeMrtRecord` makes a PEER_INDEX_TABLE from. */
export interface PeerIndexTableFields extends MrtHeader {
  readonly kind: "peerIndexTable";
  /** Dotted text. */
  readonly collectorBgpIdentifier: string;
  /** Empty where there is none. */
  readonly viewName: string;
  readonly peers: readonly IndexedPeer[];
}

/** Makes a peer with the Peer Type that it needs, AS numbers in four octets. */
export function indexedPeer(address: string, as: number, bgpIdentifier: string): IndexedPeer {
  return { peerType: PEER_AS4 | (address.includes(":") ? PEER_IPV6 : 0), bgpIdentifier, address, as };
}

/** The peers that RIB entries refer to by their place, from 0 (RFC 6396 section 4.3.1). */
export class PeerIndexTableRecord extends MrtView implements PeerIndexTableFields {
  readonly kind = "peerIndexTable";

  get collectorBgpIdentifier(): string {
    return formatIPv4(u32At(this.buffer, this.start + MRT_HEADER));
  }

  get viewName(): string {
    return viewNameIn(this.buffer, this.start)!;
  }

  get peers(): IndexedPeer[] {
    const { buffer } = this;
    const peers: IndexedPeer[] = [];
    for (let at = peersStart(buffer, this.start); at < this.end; at = peerEnd(buffer, at)) {
      const peerType = buffer[at]!;
      const ipv6 = (peerType & PEER_IPV6) !== 0;
      peers.push({
        peerType,
        bgpIdentifier: formatIPv4(u32At(buffer, at + 1)),
        address: addressAt(buffer, at + 5, ipv6),
        as: asAt(buffer, at + (ipv6 ? 21 : 9), (peerType & PEER_AS4) === 0 ? 2 : 4),
      });
    }
    return peers;
  }
}

function viewNameIn(buffer: Uint8Array, start: number): string | null {
  const name = start + MRT_HEADER + 6;
  return decodeUtf8(buffer.subarray(name, name + u16At(buffer, name - 2)));
}

/** Behind collector, view name and peer count. */
function peersStart(buffer: Uint8Array, start: number): number {
  return start + MRT_HEADER + 8 + u16At(buffer, start + MRT_HEADER + 4);
}

function peerEnd(buffer: Uint8Array, at: number): number {
  const peerType = buffer[at]!;
  return at + 5 + ((peerType & PEER_IPV6) === 0 ? 4 : 16) + ((peerType & PEER_AS4) === 0 ? 2 : 4);
}

/** What is wrong with a record, as a clause. */
export function faultInPeerIndexTable(buffer: Uint8Array, start: number, end: number): string | null {
  if (start + MRT_HEADER + 8 > end) return "the record ends before the peers";
  let at = peersStart(buffer, start);
  if (at > end) return "the record ends within the view name";
  if (viewNameIn(buffer, start) === null) return "the view name is not UTF-8";
  const count = u16At(buffer, at - 2);
  for (let i = 0; i < count; i += 1) {
    at = at < end ? peerEnd(buffer, at) : end + 1;
    if (at > end) return `peer ${i} of ${count} is cut off`;
  }
  return at === end ? null : `${end - at} octets are behind the ${count} peers`;
}

/** Degrees of WGS84; both null where the place is private, which is not-a-number in the record. */
export interface Place {
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** Where a peer is. */
export interface PlacedPeer extends Place {
  readonly peerType: number;
  readonly bgpIdentifier: string;
}

/** What `encodeMrtRecord` makes a GEO_PEER_TABLE from. */
export interface GeoPeerTableFields extends MrtHeader {
  readonly kind: "geoPeerTable";
  readonly collectorBgpIdentifier: string;
  readonly collector: Place;
  /** In the order of the PEER_INDEX_TABLE. */
  readonly peers: readonly PlacedPeer[];
}

const PLACED_PEER_OCTETS = 13;

/** Where collector and peers are (RFC 6397 section 4.1). */
export class GeoPeerTableRecord extends MrtView implements GeoPeerTableFields {
  readonly kind = "geoPeerTable";

  get collectorBgpIdentifier(): string {
    return formatIPv4(u32At(this.buffer, this.start + MRT_HEADER));
  }

  get collector(): Place {
    return placeAt(this.buffer, this.start + MRT_HEADER + 4);
  }

  get peers(): PlacedPeer[] {
    const { buffer } = this;
    const peers: PlacedPeer[] = [];
    for (let at = this.start + MRT_HEADER + 14; at < this.end; at += PLACED_PEER_OCTETS) {
      peers.push({
        peerType: buffer[at]!,
        bgpIdentifier: formatIPv4(u32At(buffer, at + 1)),
        ...placeAt(buffer, at + 5),
      });
    }
    return peers;
  }
}

function placeAt(buffer: Uint8Array, at: number): Place {
  const view = new DataView(buffer.buffer, buffer.byteOffset + at, 8);
  return { latitude: degrees(view.getFloat32(0)), longitude: degrees(view.getFloat32(4)) };
}

function degrees(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function writePlace({ latitude, longitude }: Place, writer: FieldWriter): void {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat32(0, latitude ?? Number.NaN);
  view.setFloat32(4, longitude ?? Number.NaN);
  writer.bytes(new Uint8Array(view.buffer));
}

/** What is wrong with a record, as a clause. */
export function faultInGeoPeerTable(buffer: Uint8Array, start: number, end: number): string | null {
  const peers = start + MRT_HEADER + 14;
  if (peers > end) return "the record ends before the peers";
  const count = u16At(buffer, peers - 2);
  return peers + count * PLACED_PEER_OCTETS === end ? null : `${count} peers are not ${end - peers} octets`;
}

export function writePeerIndexTable(fields: PeerIndexTableFields, writer: FieldWriter): void {
  writer.ipv4("collectorBgpIdentifier", fields.collectorBgpIdentifier);
  writer.counted("viewName", encodeUtf8(fields.viewName));
  writer.u16("peers", fields.peers.length);
  for (const { peerType, bgpIdentifier, address, as } of fields.peers) {
    writer.u8("peerType", peerType);
    writer.ipv4("bgpIdentifier", bgpIdentifier);
    writer.address("address", address, (peerType & PEER_IPV6) !== 0);
    writeAs(writer, "as", as, (peerType & PEER_AS4) === 0 ? 2 : 4);
  }
}

export function writeGeoPeerTable(fields: GeoPeerTableFields, writer: FieldWriter): void {
  writer.ipv4("collectorBgpIdentifier", fields.collectorBgpIdentifier);
  writePlace(fields.collector, writer);
  writer.u16("peers", fields.peers.length);
  for (const peer of fields.peers) {
    writer.u8("peerType", peer.peerType);
    writer.ipv4("bgpIdentifier", peer.bgpIdentifier);
    writePlace(peer, writer);
  }
}
