// The peers of a BMP stream that is written: who they are in it, and what their Peer Ups have said.
import { parseIPv6, type Slice } from "@bgpwire/core";
import { withoutZone } from "../convert/address.ts";
import type { ConversionNotes } from "../convert/notes.ts";
import { SessionOpens } from "../convert/session-opens.ts";
import type { Direction, Endpoint, PeerInstance } from "../event.ts";
import { BmpPeerFlag, BmpPeerType } from "./numbers.ts";
import { MAX_BMP_PEERS } from "./peers.ts";

/** A session in the stream, seen from the router. */
export interface WrittenPeer {
  readonly session: number;
  /** As the capture has it. */
  readonly known: PeerInstance | undefined;
  /** Both ends, with what was told of them last. */
  end: Endpoint;
  router: Endpoint;
  /** What tells it from others in the stream; null until it is up. */
  key: string | null;
  /** As in the per-peer header. */
  instance: PeerInstance;
  readonly address: string;
  as: number;
  bgpIdentifier: string;
  /** Peer Ups without a Peer Down. */
  ups: number;
  /** It is over, though its connection may still have to end. */
  over: boolean;
  /** It came up with its OPENs, as in BMP: what is of no table was mirrored. */
  readonly mirrored: boolean;
  /** Side 0 is the peer, side 1 the router. */
  readonly opens: SessionOpens;
}

const GLOBAL: PeerInstance = { type: BmpPeerType.GlobalInstance, distinguisher: "0:0" };

/** Remembers `MAX_BMP_PEERS` peers. Of more, the oldest is as if it had never been up. */
export class WrittenPeers {
  readonly #notes: ConversionNotes;
  readonly #peers = new Map<number, WrittenPeer>();
  /** Sessions by what tells them apart in the stream. */
  readonly #keys = new Map<string, number>();
  #distinguishers = 0;

  constructor(notes: ConversionNotes) {
    this.#notes = notes;
  }

  get(session: number): WrittenPeer | undefined {
    return this.#peers.get(session);
  }

  /** A session that is new in the stream. @param end of its peer @param router the other end */
  add({ session, instance }: Direction, end: Endpoint, router: Endpoint, mirrored: boolean): WrittenPeer {
    if (this.#peers.size >= MAX_BMP_PEERS) this.remove(this.#peers.keys().next().value!);
    const written: WrittenPeer = {
      session,
      known: instance,
      end,
      router,
      key: null,
      instance: instance ?? GLOBAL,
      address: withoutZone(end.address),
      as: end.as ?? 0,
      bgpIdentifier: end.bgpIdentifier ?? UNKNOWN_IDENTIFIER,
      ups: 0,
      over: false,
      mirrored,
      // How wide AS numbers are a flag of the header says.
      opens: new SessionOpens({ asNumbers: false }),
    };
    this.#peers.set(session, written);
    return written;
  }

  /** A session comes up, of which AS number and BGP Identifier are known now. */
  up(peer: WrittenPeer): void {
    if (peer.key !== null) return;
    peer.instance = this.#instanceFor(peer);
    peer.key = keyOf(peer);
    this.#keys.set(peer.key, peer.session);
  }

  remove(session: number): void {
    const peer = this.#peers.get(session);
    if (peer === undefined) return;
    this.#peers.delete(session);
    if (peer.key !== null && this.#keys.get(peer.key) === session) this.#keys.delete(peer.key);
  }

  /**
   * RFC 7854 section 4.2: of a Local Instance Peer the distinguisher is "a unique, locally defined value". A peer that another session
   * has already with another router gets one.
   */
  #instanceFor(peer: WrittenPeer): PeerInstance {
    const wanted = peer.known ?? GLOBAL;
    const other = this.#keys.get(keyOf({ ...peer, instance: wanted }));
    const before = other === undefined ? undefined : this.#peers.get(other);
    // One with the same router takes the place of the one before, as where its Peer Down is missing.
    if (before === undefined || before.router.address === peer.router.address) return wanted;
    this.#notes.madeUp("distinguishers, of peers with one address and several routers");
    this.#distinguishers += 1;
    const isLocRib = wanted.type === BmpPeerType.LocRibInstance;
    const type = isLocRib ? BmpPeerType.LocRibInstance : BmpPeerType.LocalInstance;
    return { type, distinguisher: `0:${this.#distinguishers}` };
  }
}

const UNKNOWN_IDENTIFIER = "0.0.0.0";

type PeerIdentity = Pick<WrittenPeer, "instance" | "address" | "bgpIdentifier">;

/** As `BmpPeers` tells peers apart. */
function keyOf({ instance, address, bgpIdentifier }: PeerIdentity): string {
  const { type, distinguisher } = instance;
  return `${type} ${distinguisher} ${type === BmpPeerType.LocRibInstance ? bgpIdentifier : address}`;
}

/** The V flag, where the address is one of IPv6. */
export function versionFlag({ instance, address }: WrittenPeer): number {
  return instance.type !== BmpPeerType.LocRibInstance && parseIPv6(address) !== null && address.includes(":")
    ? BmpPeerFlag.V
    : 0;
}

/** A slice of octets that are all of it. */
export function whole(buffer: Uint8Array): Slice {
  return { buffer, start: 0, end: buffer.length };
}
