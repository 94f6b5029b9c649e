// The peers of a monitored router: what their Peer Ups say of how the messages of each of their tables are read.
import {
  capabilitiesNamed,
  decodeOpen,
  encodeCapability,
  familiesOf,
  MAX_MESSAGE,
  MessageType,
  negotiate,
  toHex,
  type Capability,
  type Family,
  type Negotiated,
  type OpenMessage,
  type Slice,
} from "@bgpwire/core";
import { receiveOptions, sendOptions, type ContextOptions } from "@bgpwire/decoder";
import type { Direction, Endpoint, Rib } from "../event.ts";
import { UpdateContext } from "../update-context.ts";
import { BmpPeerFlag, BmpPeerType } from "./numbers.ts";
import { pduBody, pduType } from "../bytes/pdu.ts";
import { Remembered } from "../bytes/remember.ts";
import type { BmpPeerHeader } from "./peer-header.ts";
import type { PeerUpMessage } from "./peer-up.ts";

/** Most peers that are remembered. Of more, the one whose Peer Up is the oldest is read as if it had had none. */
export const MAX_BMP_PEERS = 4096;

/** Most tables of all peers that are remembered, with `MAX_GUESS_KEPT` each. Of more, the one that came first is looked at anew. */
export const MAX_BMP_TABLES = 8192;

/**
 * Most octets of OPENs that are remembered of all peers, and of those behind the tables: with `MAX_BMP_PEERS` peers there is room for
 * hundreds for each. Of more, the oldest gives way in the same way.
 */
export const MAX_BMP_OPENS = 0x40_0000;

/** The same of many routers that share what they remember, as in a capture with the BMP of all of them. Their tables are no more. */
export const MAX_BMP_PEERS_TOGETHER = 0x1_0000;
/** And the octets of their OPENs. */
export const MAX_BMP_OPENS_TOGETHER = 0x100_0000;

/** The longest OPEN: "it is never extended" (RFC 8654 section 4). */
const LONGEST_OPEN = MAX_MESSAGE;

/** Most Peer Ups that go with each other: four tables of a peer, families of a Loc-RIB. */
const MAX_UPS = 64;

/**
 * Gives sessions their numbers, from 0. Routers that share one have no number in common.
 *
 * @example const numbers = new BmpSessionNumbers(); // for every `new BmpStation(numbers)` of a server
 */
export class BmpSessionNumbers {
  #next = 0;

  /** The next number. */
  take(): number {
    this.#next += 1;
    return this.#next - 1;
  }
}

/** What a Peer Up says. */
interface Up {
  /** The L and O flags that it came with. */
  readonly view: number;
  readonly router: Endpoint;
  readonly remotePort: number;
  readonly sent: OpenMessage;
  readonly negotiated: Negotiated;
  /** Of both OPENs. */
  readonly octets: number;
}

/** How a table of a peer is read, or its session. */
interface Reading {
  direction: Direction;
  readonly updates: UpdateContext;
}

interface Peer {
  readonly session: number;
  /** Another one after each Peer Up: how its tables are read has to be looked at anew. */
  readonly generation: number;
  /** RFC 7854 has one for a peer. Some routers send one for each of its tables, and for families of a Loc-RIB (RFC 9069 section 6.1.1). */
  readonly ups: readonly Up[];
  /** Peer Downs that are still to come. */
  left: number;
}

/** What is remembered of the peers of one router, or of many together. */
export class BmpPeerMemory {
  readonly peers: Remembered<string, Peer>;
  readonly readings: Remembered<string, Reading>;
  #generations = 0;
  #routers = 0;

  /** @param together it is shared by many routers */
  constructor(together: boolean = false) {
    const opens = together ? MAX_BMP_OPENS_TOGETHER : MAX_BMP_OPENS;
    this.peers = new Remembered(together ? MAX_BMP_PEERS_TOGETHER : MAX_BMP_PEERS, opens);
    this.readings = new Remembered(MAX_BMP_TABLES, opens);
  }

  /** A number that no other router has. */
  newRouter(): number {
    this.#routers += 1;
    return this.#routers;
  }

  newGeneration(): number {
    this.#generations += 1;
    return this.#generations;
  }
}

/** The peers of one router. */
export class BmpPeers {
  readonly #numbers: BmpSessionNumbers;
  readonly #memory: BmpPeerMemory;
  readonly #router: number;

  constructor(numbers: BmpSessionNumbers, memory: BmpPeerMemory) {
    this.#numbers = numbers;
    this.#memory = memory;
    this.#router = memory.newRouter();
  }

  /** Takes a Peer Up. @returns the session, from the peer to the router */
  up(message: PeerUpMessage): Direction {
    const key = this.#keyOf(message.peer);
    const known = this.#memory.peers.get(key);
    const up = upOf(message);
    const others = known !== undefined && up !== null && goesWith(up, known.ups, message.peer) ? known : null;
    const peer = this.#peer(up === null ? [] : [...(others?.ups ?? []), up], others?.session);
    this.#memory.peers.set(key, peer, octetsOf(peer));
    return this.session(message.peer);
  }

  /** Takes a Peer Down. @returns the session that is over */
  down(header: BmpPeerHeader): Direction {
    const direction = this.session(header);
    const key = this.#keyOf(header);
    const peer = this.#memory.peers.get(key)!;
    peer.left -= 1;
    if (peer.left <= 0) this.#memory.peers.delete(key);
    return direction;
  }

  /** The session of a peer. @param message one that was sent over it */
  session(header: BmpPeerHeader, message: Slice | null = null): Direction {
    return this.#read(header, null, [], message);
  }

  /** A table of a peer. @param stateless capabilities that a message itself has for it; none: those of the Peer Up count */
  table(header: BmpPeerHeader, stateless: readonly Capability[], message: Slice): Direction {
    return this.#read(header, ribOf(header), stateless, message);
  }

  #read(header: BmpPeerHeader, rib: Rib | null, stateless: readonly Capability[], message: Slice | null): Direction {
    const peer = this.#peerOf(header);
    const flags = header.flags & (BmpPeerFlag.A | BmpPeerFlag.O);
    const key = `${peer.generation} ${rib} ${flags} ${stateless.map(capabilityText).join(" ")}`;
    let reading = this.#memory.readings.get(key);
    if (reading === undefined) {
      reading = readingOf(header, peer, rib, stateless);
      this.#memory.readings.set(key, reading, key.length + octetsOf(peer));
    }
    if (message !== null && pduType(message) === MessageType.Update) reading.updates.see(pduBody(message));
    const { context, guessed } = reading.updates;
    if (context !== reading.direction.context) reading.direction = { ...reading.direction, context, guessed };
    return reading.direction;
  }

  #peerOf(header: BmpPeerHeader): Peer {
    const key = this.#keyOf(header);
    const known = this.#memory.peers.get(key);
    if (known !== undefined) return known;
    const peer = this.#peer([]);
    this.#memory.peers.set(key, peer, 0);
    return peer;
  }

  #peer(ups: readonly Up[], session: number = this.#numbers.take()): Peer {
    return { session, generation: this.#memory.newGeneration(), ups, left: ups.length };
  }

  #keyOf(header: BmpPeerHeader): string {
    return `${this.#router} ${keyOf(header)}`;
  }
}

function octetsOf({ ups }: Peer): number {
  return ups.reduce((sum, { octets }) => sum + octets, 0);
}

/**
 * RFC 7854 section 4.2: type and distinguisher tell peers with the same address apart. RFC 9069 section 6.1.1: a Loc-RIB is known
 * by "the peer header distinguisher and BGP ID".
 */
function keyOf(header: BmpPeerHeader): string {
  const { type, distinguisher, address, bgpIdentifier } = header;
  return `${type} ${distinguisher} ${isLocRib(header) ? bgpIdentifier : address}`;
}

function isLocRib({ type }: BmpPeerHeader): boolean {
  return type === BmpPeerType.LocRibInstance;
}

/** Which table a message is about. */
export function ribOf(header: BmpPeerHeader): Rib {
  if (isLocRib(header)) return "locRib";
  const post = (header.flags & BmpPeerFlag.L) !== 0;
  if ((header.flags & BmpPeerFlag.O) !== 0) return post ? "adjRibOutPost" : "adjRibOut";
  return post ? "adjRibInPost" : "adjRibIn";
}

/** L and O, which a Loc-RIB does not have. */
function viewOf(header: BmpPeerHeader): number {
  return isLocRib(header) ? 0 : header.flags & (BmpPeerFlag.L | BmpPeerFlag.O);
}

/** What a Peer Up says; null where its OPENs cannot be read. */
function upOf({ peer, localAddress, localPort, remotePort, sentOpen, receivedOpen }: PeerUpMessage): Up | null {
  if (sentOpen === null || receivedOpen === null) return null;
  const lengths = [sentOpen, receivedOpen].map(({ start, end }) => end - start);
  if (lengths.some((length) => length > LONGEST_OPEN)) return null;
  const sent = decodeOpen(pduBody(sentOpen), false);
  const received = decodeOpen(pduBody(receivedOpen), false);
  if (!sent.ok || !received.ok) return null;
  const negotiated = negotiate(sent.value, received.value);
  const { localAs, localIdentifier } = negotiated;
  const router = { address: localAddress, port: portOf(localPort), as: localAs, bgpIdentifier: localIdentifier };
  return { view: viewOf(peer), router, remotePort, sent: sent.value, negotiated, octets: lengths[0]! + lengths[1]! };
}

/** RFC 7854 section 4.10: zero "if no TCP session actually exists". */
function portOf(port: number): number | null {
  return port === 0 ? null : port;
}

/** Whether a Peer Up is one more of what others speak of: another table of the same connection, other families of a Loc-RIB. */
function goesWith(up: Up, ups: readonly Up[], header: BmpPeerHeader): boolean {
  const sameConnection = ups.every(
    ({ router, remotePort }) =>
      router.address === up.router.address && router.port === up.router.port && remotePort === up.remotePort,
  );
  if (!sameConnection || ups.length === MAX_UPS) return false;
  if (!isLocRib(header)) return ups.every(({ view }) => view !== up.view);
  const families = familiesOf(up.sent.capabilities);
  return ups.every(({ sent }) => familiesOf(sent.capabilities).every((family) => !includes(families, family)));
}

function includes(families: readonly Family[], { afi, safi }: Family): boolean {
  return families.some((family) => family.afi === afi && family.safi === safi);
}

function capabilityText(capability: Capability): string {
  return `${capability.code}:${toHex(encodeCapability(capability))}`;
}

/** Families of all ADD-PATH capabilities, whatever their direction. */
function pathsIn(capabilities: readonly Capability[]): Family[] {
  return capabilitiesNamed(capabilities, "addPath").flatMap(({ entries }) =>
    entries.map(({ afi, safi }) => ({ afi, safi })),
  );
}

function readingOf(header: BmpPeerHeader, peer: Peer, rib: Rib | null, stateless: readonly Capability[]): Reading {
  const up = peer.ups.find(({ view }) => view === viewOf(header)) ?? peer.ups[0];
  const updates = new UpdateContext(contextOptions(header, peer, up, rib, stateless));
  const { context, guessed } = updates;
  const told = { ...endpointsOf(header, up), context, guessed, rib, ...instanceOf(header) };
  return { direction: { session: peer.session, ...told }, updates };
}

/** RFC 8671 section 5.2: next hops that are not known yet, or routes of the router itself, have zero. */
const OWN_ROUTES = { "next-hop-address": "off" } as const;

/**
 * How messages are read. Where the router itself has made the UPDATEs, or applied policy to them, nothing is held against them
 * that only the kind of the session forbids.
 *
 * @returns options without `addPath` where nothing says which families have path identifiers
 */
function contextOptions(
  header: BmpPeerHeader,
  peer: Peer,
  up: Up | undefined,
  rib: Rib | null,
  stateless: readonly Capability[],
): ContextOptions {
  const told = stateless.length > 0 && { addPath: pathsIn(stateless) };
  // RFC 9069 section 5.2: of ADD-PATH in a Loc-RIB "the presence of the capability indicates enough".
  const locRibPaths = up && peer.ups.flatMap(({ sent }) => pathsIn(sent.capabilities));
  // RFC 9069 section 5.4.1: a Loc-RIB "MUST use a 4-byte ASN encoding". RFC 7854 section 4.2: the A flag has no significance for
  // what is mirrored.
  const fourOctetAs = rib === "locRib" || (header.flags & BmpPeerFlag.A) === 0;
  const out = (header.flags & BmpPeerFlag.O) !== 0;
  const session = up === undefined ? {} : out ? sendOptions(up.negotiated) : receiveOptions(up.negotiated);
  if (rib === null) return session;
  if (rib === "adjRibIn" || rib === "adjRibOutPost") return { ...session, fourOctetAs, ...told };
  const paths = rib === "locRib" ? locRibPaths : session.addPath;
  return { fourOctetAs, overrides: OWN_ROUTES, ...(paths !== undefined && { addPath: paths }), ...told };
}

/** What of a header is not its peer's address. */
function instanceOf({ type, distinguisher }: BmpPeerHeader): Pick<Direction, "instance"> {
  const isGlobal = type === BmpPeerType.GlobalInstance && distinguisher === "0:0";
  return isGlobal ? {} : { instance: { type, distinguisher } };
}

function endpointsOf(header: BmpPeerHeader, up: Up | undefined): Pick<Direction, "sender" | "receiver"> {
  const { address, as, bgpIdentifier } = header;
  const peer: Endpoint = { address, port: portOf(up?.remotePort ?? 0), as, bgpIdentifier };
  // What the table says is what the router itself has chosen.
  if (isLocRib(header)) return { sender: peer, receiver: peer };
  const unknown = { address: address.includes(":") ? "::" : "0.0.0.0", port: null, as: null, bgpIdentifier: null };
  const router = up?.router ?? unknown;
  const out = (header.flags & BmpPeerFlag.O) !== 0;
  return out ? { sender: router, receiver: peer } : { sender: peer, receiver: router };
}
