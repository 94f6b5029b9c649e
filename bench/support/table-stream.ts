// A full table as one peer tells it: the IPv4 prefixes of a real one with path attributes of a real dump, packed into UPDATEs, as one
// stream of octets in which only the first AS number of each path is another for each peer.
import { AttributeCode, Afi } from "@bgpwire/core";
import { MrtEvents, readAll } from "@bgpwire/capture";
import { fullTable } from "./full-table.ts";

/** Octets of a message (RFC 4271 section 4), and what an UPDATE has before its attributes and routes. */
const MAX_MESSAGE = 4096;
const BEFORE = 23;
/** Most routes of an UPDATE: the dump's attributes are dealt out to more prefixes than they had, and few large UPDATEs would be too easy. */
const ROUTES_AN_UPDATE = 6;

/** The stream, and where in it the AS numbers stand that are the peer's own. */
export interface TableStream {
  readonly octets: Uint8Array;
  readonly ownAs: readonly number[];
  readonly routes: number;
  readonly updates: number;
}

/** As many routes of the table, or why there are none. */
export function tableStream(count: number): TableStream | { readonly why: string } {
  const table = fullTable();
  if ("why" in table) return { why: table.why };
  const groups = new Map<string, Uint8Array[]>();
  const seen = new Set<string>();
  for (const event of readAll(new MrtEvents(), table.mrt, 65_536)) {
    if (seen.size === count) break;
    if (event.kind !== "route" || event.family.afi !== Afi.IPv4) continue;
    const nlri = octetsOf(event.nlri);
    const key = latin1(nlri);
    if (seen.has(key) || !isUnicast(nlri)) continue;
    seen.add(key);
    const attributes = latin1(octetsOf(event.attributes));
    const group = groups.get(attributes);
    if (group === undefined) groups.set(attributes, [nlri]);
    else group.push(nlri);
  }
  const messages: Uint8Array[] = [];
  const ownAs: number[] = [];
  let at = 0;
  for (const [text, routes] of groups) {
    const attributes = Buffer.from(text, "latin1");
    const as = firstAs(attributes);
    const room = MAX_MESSAGE - BEFORE - attributes.length;
    for (let i = 0; i < routes.length;) {
      const start = i;
      let octets = 0;
      const most = Math.min(routes.length, start + ROUTES_AN_UPDATE);
      while (i < most && octets + routes[i]!.length <= room) octets += routes[i++]!.length;
      const message = update(attributes, routes.slice(start, i));
      if (as !== null) ownAs.push(at + BEFORE + as);
      messages.push(message);
      at += message.length;
    }
  }
  return { octets: Buffer.concat(messages), ownAs, routes: seen.size, updates: messages.length };
}

/** BIRD takes no routes to loopback, multicast and reserved addresses. */
function isUnicast([length, first]: Uint8Array): boolean {
  return length !== 0 && first !== undefined && first > 0 && first < 224 && first !== 127;
}

function octetsOf({ buffer, start, end }: { buffer: Uint8Array; start: number; end: number }): Uint8Array {
  return buffer.subarray(start, end);
}

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString("latin1");
}

function update(attributes: Uint8Array, routes: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat([attributes, ...routes]);
  const head = Buffer.alloc(BEFORE, 0xff);
  head.writeUInt16BE(BEFORE + body.length, 16);
  head[18] = 2;
  head.writeUInt16BE(0, 19);
  head.writeUInt16BE(attributes.length, 21);
  return Buffer.concat([head, body]);
}

/** Where the first AS number of AS_PATH (RFC 4271 section 4.3) stands in these attributes; null for an empty path. */
function firstAs(attributes: Uint8Array): number | null {
  for (let at = 0; at < attributes.length;) {
    const extended = (attributes[at]! & 0x10) !== 0;
    const length = extended ? (attributes[at + 2]! << 8) | attributes[at + 3]! : attributes[at + 2]!;
    const value = at + (extended ? 4 : 3);
    if (attributes[at + 1] === AttributeCode.AsPath) return length === 0 ? null : value + 2;
    at = value + length;
  }
  return null;
}
