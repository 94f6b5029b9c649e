// Who speaks to whom in an MRT file, made once and not for each record.
import { normaliseAddress } from "@bgpwire/core";
import { createContext, STANDARD, type ContextOptions, type DecodeContext } from "@bgpwire/decoder";
import { OctetMap } from "../bytes/octet-map.ts";
import type { Direction, Endpoint } from "../event.ts";
import { addressAt, asAt } from "./view.ts";

/** Directions and peers that are remembered. When there are more, all are forgotten, and their sessions get other numbers. */
export const MAX_MRT_SESSIONS: number = 0x1_0000;

/** What stands for the address of a session of which the record does not tell it. */
const NO_ADDRESS = "0.0.0.0";

/** A session as a record tells it, and what the subtype says of the message. */
export interface MrtSession {
  readonly peerAddress: string | null;
  readonly peerAs: number;
  readonly localAddress: string | null;
  readonly localAs: number | null;
  readonly local: boolean;
  readonly fourOctetAs: boolean;
  readonly addPath: boolean;
}

/** The directions, peers and contexts of one file. */
export class MrtSessions {
  readonly #options: ContextOptions;
  readonly #contexts: (DecodeContext | undefined)[] = [];
  readonly #directions = new OctetMap<Direction>();
  readonly #peers = new OctetMap<Endpoint>();
  readonly #numbers = new Map<string, number>();
  #count = 0;

  constructor(options: ContextOptions) {
    this.#options = options;
  }

  /**
   * How UPDATEs are read. RFC 8050 section 2: the subtype says how NLRI are to be parsed, which is how each of the message is,
   * whatever its family.
   */
  context(fourOctetAs: boolean, addPath: boolean): DecodeContext {
    return this.#context(fourOctetAs, addPath, false);
  }

  /** How routes of tables are read: in those there are a router's own routes, which nobody sent, with neither path nor next hop. */
  tableContext(fourOctetAs: boolean, addPath: boolean): DecodeContext {
    return this.#context(fourOctetAs, addPath, true);
  }

  #context(fourOctetAs: boolean, addPath: boolean, ofTable: boolean): DecodeContext {
    const index = (fourOctetAs ? 2 : 0) + (addPath ? 1 : 0) + (ofTable ? 4 : 0);
    this.#contexts[index] ??= createContext({
      ...this.#options,
      ...(ofTable && { overrides: { "missing-well-known": "off", ...this.#options.overrides } }),
      fourOctetAs,
      ...(addPath ? { addPath: STANDARD.families.map(({ afi, safi }) => ({ afi, safi })) } : {}),
    });
    return this.#contexts[index];
  }

  /** The direction of a message. @param start of AS numbers and addresses in `buffer`, which tell sessions apart */
  direction(buffer: Uint8Array, start: number, end: number, session: MrtSession): Direction {
    const kind = (session.fourOctetAs ? 1 : 0) + (session.addPath ? 2 : 0) + (session.local ? 4 : 0);
    const known = this.#directions.get(buffer, start, end, kind);
    if (known !== undefined) return known;
    const peer = endpoint(session.peerAddress, session.peerAs);
    const own = endpoint(session.localAddress, session.localAs);
    const direction: Direction = {
      session: this.#numberOf(peer, own),
      sender: session.local ? own : peer,
      receiver: session.local ? peer : own,
      context: this.context(session.fourOctetAs, session.addPath),
      guessed: false,
      rib: null,
    };
    if (this.#directions.size === MAX_MRT_SESSIONS) this.#directions.clear();
    this.#directions.add(buffer, start, end, kind, direction);
    return direction;
  }

  /** A peer of a table whose records have its address and its AS number in `[start, end)`. */
  peer(buffer: Uint8Array, start: number, end: number, ipv6: boolean): Endpoint {
    const known = this.#peers.get(buffer, start, end, ipv6 ? 1 : 0);
    if (known !== undefined) return known;
    const as = start + (ipv6 ? 16 : 4);
    const peer = endpoint(addressAt(buffer, start, ipv6), asAt(buffer, as, end - as));
    if (this.#peers.size === MAX_MRT_SESSIONS) this.#peers.clear();
    this.#peers.add(buffer, start, end, ipv6 ? 1 : 0, peer);
    return peer;
  }

  /** Both directions, and records that write AS numbers in other ways, are of one session. */
  #numberOf(peer: Endpoint, own: Endpoint): number {
    const key = `${peer.address} ${peer.as} ${own.address} ${own.as}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    if (this.#numbers.size === MAX_MRT_SESSIONS) this.#numbers.clear();
    const number = this.#count;
    this.#count += 1;
    this.#numbers.set(key, number);
    return number;
  }
}

/** @param address of a record, which is one */
export function endpoint(address: string | null, as: number | null, bgpIdentifier: string | null = null): Endpoint {
  return { address: normaliseAddress(address ?? NO_ADDRESS)!, port: null, as, bgpIdentifier };
}
