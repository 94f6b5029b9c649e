// Who speaks to whom in an MRT file, made once and not for each record.
import { normaliseAddress, type Family } from "@bgpwire/core";
import { createContext, STANDARD, type ContextOptions, type DecodeContext } from "@bgpwire/decoder";
import { OctetMap } from "../bytes/octet-map.ts";
import type { Direction, Endpoint } from "../event.ts";
import { familiesOfSet, misreadFamilies } from "./path-identifiers.ts";
import { addressAt, asAt } from "./view.ts";

/** Directions and peers that are remembered. When there are more, all are forgotten, and their sessions get other numbers. */
export const MAX_MRT_SESSIONS: number = 0x1_0000;

/**
 * UPDATEs of a direction that are looked at for path identifiers, from the beginning of a session on and from the last one that shows
 * that it is not as was thought.
 */
export const LOOKED_AT = 256;

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

/** A direction of a session as records have it that say the same of its messages. */
interface Known {
  direction: Direction;
  /** Families of which the records do not say rightly whether they have path identifiers, as a set. */
  wrong: number;
  /** UPDATEs that are still to be looked at. */
  left: number;
}

/** The directions, peers and contexts of one file. */
export class MrtSessions {
  readonly #options: ContextOptions;
  readonly #contexts: (DecodeContext | undefined)[] = [];
  readonly #directions = new OctetMap<Known>();
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
    return this.#context(fourOctetAs, addPath, false, 0);
  }

  /** How routes of tables are read: in those there are a router's own routes, which nobody sent, with neither path nor next hop. */
  tableContext(fourOctetAs: boolean, addPath: boolean): DecodeContext {
    return this.#context(fourOctetAs, addPath, true, 0);
  }

  /** @param wrong families of which `addPath` is not right, as a set */
  #context(fourOctetAs: boolean, addPath: boolean, ofTable: boolean, wrong: number): DecodeContext {
    const index = (fourOctetAs ? 2 : 0) + (addPath ? 1 : 0) + (ofTable ? 4 : 0) + 8 * wrong;
    this.#contexts[index] ??= createContext({
      ...this.#options,
      ...(ofTable && { overrides: { "missing-well-known": "off", ...this.#options.overrides } }),
      fourOctetAs,
      ...(addPath || wrong !== 0 ? { addPath: pathFamilies(addPath, wrong) } : {}),
    });
    return this.#contexts[index];
  }

  /**
   * The direction of a message.
   *
   * @param start of AS numbers and addresses in `buffer`, which tell sessions apart
   * @param begins whether the message, or the change of state, is of one that begins, which may agree on other things
   */
  direction(buffer: Uint8Array, start: number, end: number, session: MrtSession, begins: boolean = false): Direction {
    const known = this.#known(buffer, start, end, session);
    if (begins) known.left = LOOKED_AT;
    return known.direction;
  }

  /**
   * The direction of an UPDATE, whose octets can show that the record does not say rightly which families have path identifiers.
   *
   * @param body its first octet, behind the header of the message; it ends before `bodyEnd`
   */
  directionOfUpdate(
    buffer: Uint8Array,
    start: number,
    end: number,
    session: MrtSession,
    body: number,
    bodyEnd: number,
  ): Direction {
    const known = this.#known(buffer, start, end, session);
    if (known.left === 0 || this.#options.addPath !== undefined) return known.direction;
    known.left -= 1;
    const { fourOctetAs, addPath } = session;
    const misread = misreadFamilies(buffer, body, bodyEnd, addPath ? ~known.wrong : known.wrong);
    if (misread !== 0) {
      known.wrong ^= misread;
      known.left = LOOKED_AT;
      const context = this.#context(fourOctetAs, addPath, false, known.wrong);
      known.direction = { ...known.direction, context, guessed: known.wrong !== 0 };
    }
    return known.direction;
  }

  #known(buffer: Uint8Array, start: number, end: number, session: MrtSession): Known {
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
    const made: Known = { direction, wrong: 0, left: LOOKED_AT };
    this.#directions.add(buffer, start, end, kind, made);
    return made;
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

/** The families with path identifiers, where records say that all or none have, and are wrong about some. */
function pathFamilies(addPath: boolean, wrong: number): Family[] {
  const others = familiesOfSet(wrong);
  if (!addPath) return others;
  const all = STANDARD.families.map(({ afi, safi }) => ({ afi, safi }));
  return all.filter(({ afi, safi }) => !others.some((family) => family.afi === afi && family.safi === safi));
}

/** @param address of a record, which is one */
export function endpoint(address: string | null, as: number | null, bgpIdentifier: string | null = null): Endpoint {
  return { address: normaliseAddress(address ?? NO_ADDRESS)!, port: null, as, bgpIdentifier };
}
