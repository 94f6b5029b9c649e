// MRT (RFC 6396, RFC 8050) as far as BGP is in it: the messages of BGP4MP, and the path attributes of routing tables, which are
// made UPDATEs again so that they can be read as such.
import { Afi, Safi, type Family } from "@bgpwire/core";
import { createContext, type DecodeContext } from "@bgpwire/decoder";
import { contextOrGuess, type ForeignMessage } from "./message.ts";

const HEADER = 12;

/** RFC 6396 section 4. */
const TABLE_DUMP = 12;
const TABLE_DUMP_V2 = 13;
const BGP4MP = 16;
const BGP4MP_ET = 17;

/** RFC 6396 section 4.4 and RFC 8050 section 3: subtypes that hold a message, and what they say of it. */
const MESSAGES: Readonly<Record<number, { readonly fourOctetAs: boolean; readonly addPath: boolean }>> = {
  1: { fourOctetAs: false, addPath: false },
  4: { fourOctetAs: true, addPath: false },
  6: { fourOctetAs: false, addPath: false },
  7: { fourOctetAs: true, addPath: false },
  8: { fourOctetAs: false, addPath: true },
  9: { fourOctetAs: true, addPath: true },
  10: { fourOctetAs: false, addPath: true },
  11: { fourOctetAs: true, addPath: true },
};

/** BGP4MP_ENTRY, a table in BGP4MP that OpenBGPD once wrote and RFC 6396 deprecates. */
const ENTRY = 2;

/** RFC 6396 section 4.3.2 and RFC 8050 section 4. */
const RIBS: Readonly<Record<number, { readonly family: Family; readonly addPath: boolean }>> = {
  2: { family: { afi: Afi.IPv4, safi: Safi.Unicast }, addPath: false },
  3: { family: { afi: Afi.IPv4, safi: Safi.Multicast }, addPath: false },
  4: { family: { afi: Afi.IPv6, safi: Safi.Unicast }, addPath: false },
  5: { family: { afi: Afi.IPv6, safi: Safi.Multicast }, addPath: false },
  8: { family: { afi: Afi.IPv4, safi: Safi.Unicast }, addPath: true },
  9: { family: { afi: Afi.IPv4, safi: Safi.Multicast }, addPath: true },
  10: { family: { afi: Afi.IPv6, safi: Safi.Unicast }, addPath: true },
  11: { family: { afi: Afi.IPv6, safi: Safi.Multicast }, addPath: true },
};

const UNICAST_AND_MULTICAST: readonly Family[] = Object.values(RIBS)
  .filter((rib) => rib.addPath)
  .map((rib) => rib.family);

/** One context for each pair of AS width and ADD-PATH. */
const CONTEXTS: readonly DecodeContext[] = [false, true].flatMap((fourOctetAs) =>
  [[], UNICAST_AND_MULTICAST].map((addPath) => createContext({ fourOctetAs, addPath })),
);

function contextFor(fourOctetAs: boolean, addPath: boolean): DecodeContext {
  return CONTEXTS[(fourOctetAs ? 2 : 0) + (addPath ? 1 : 0)]!;
}

/** Gives every BGP message of a file, and every route of a table as an UPDATE. */
export function* mrtMessages(file: Uint8Array, source: string): Generator<ForeignMessage> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let count = 0;
  for (let at = 0; at + HEADER <= file.length;) {
    const type = view.getUint16(at + 4);
    const subtype = view.getUint16(at + 6);
    const body = at + HEADER + (type === BGP4MP_ET ? 4 : 0);
    const end = endOfRecord(file, view, at, body);
    const records =
      type === BGP4MP || type === BGP4MP_ET
        ? bgp4mp(file, view, body, end, subtype)
        : type === TABLE_DUMP_V2
          ? tableDumpV2(file, view, body, end, subtype)
          : type === TABLE_DUMP
            ? tableDump(file, view, body, end, subtype)
            : [];
    for (const { bytes, context } of records) {
      count += 1;
      yield { source: `${source} #${count}`, bytes, context };
    }
    at = end;
  }
}

/** The extended form has microseconds before the message, which its length "includes" (RFC 6396 section 3), though not for all. */
function endOfRecord(file: Uint8Array, view: DataView, at: number, body: number): number {
  const end = at + HEADER + view.getUint32(at + 8);
  const without = end + body - at - HEADER;
  return without !== end && without <= file.length && plausible(view, without) && !plausible(view, end) ? without : end;
}

/** Does a record begin here, or the file end? */
function plausible(view: DataView, at: number): boolean {
  if (at + HEADER > view.byteLength) return at === view.byteLength;
  const type = view.getUint16(at + 4);
  return type === BGP4MP || type === BGP4MP_ET;
}

type Found = Omit<ForeignMessage, "source">;

/** RFC 6396 section 4.4.2: two AS numbers, an interface, an address family, two addresses, and the message. */
function bgp4mp(file: Uint8Array, view: DataView, start: number, end: number, subtype: number): Found[] {
  if (subtype === ENTRY) return bgp4mpEntry(file, view, start, end);
  const kind = MESSAGES[subtype];
  if (kind === undefined) return [];
  const family = start + (kind.fourOctetAs ? 8 : 4) + 2;
  const message = family + 2 + (view.getUint16(family) === Afi.IPv6 ? 32 : 8);
  const bytes = file.subarray(message, end);
  // Older than RFC 8050, routers have written path identifiers without saying so.
  return [{ bytes, context: contextOrGuess(bytes, contextFor(kind.fourOctetAs, kind.addPath)) }];
}

/** Behind the header of BGP4MP_MESSAGE: view, status, time, family, next hop, prefix and attributes. */
function bgp4mpEntry(file: Uint8Array, view: DataView, start: number, end: number): Found[] {
  const addresses = view.getUint16(start + 6) === Afi.IPv6 ? 32 : 8;
  const entry = start + 8 + addresses;
  const afi = view.getUint16(entry + 8);
  const safi = file[entry + 10]!;
  const nextHop = entry + 12;
  const prefix = nextHop + file[entry + 11]!;
  const attributes = prefix + 1 + ((file[prefix]! + 7) >> 3);
  if (attributes + 2 > end) return [];
  const block = file.subarray(attributes + 2, attributes + 2 + view.getUint16(attributes));
  return [
    routeAsUpdate(
      { afi, safi },
      block,
      file.subarray(prefix, attributes),
      file.subarray(nextHop, prefix),
      contextFor(false, false),
    ),
  ];
}

/** RFC 6396 section 4.3: a prefix, and for each peer that has it the attributes, AS numbers always in four octets. */
function tableDumpV2(file: Uint8Array, view: DataView, start: number, end: number, subtype: number): Found[] {
  const rib = RIBS[subtype];
  if (rib === undefined) return [];
  const prefix = start + 4;
  const prefixEnd = prefix + 1 + ((file[prefix]! + 7) >> 3);
  const found: Found[] = [];
  for (let at = prefixEnd + 2; at + 8 <= end;) {
    const lengthAt = at + 6 + (rib.addPath ? 4 : 0);
    const attributes = lengthAt + 2;
    const attributesEnd = attributes + view.getUint16(lengthAt);
    const nlri = Buffer.concat([file.subarray(at + 6, lengthAt), file.subarray(prefix, prefixEnd)]);
    found.push(
      routeAsUpdate(rib.family, file.subarray(attributes, attributesEnd), nlri, null, contextFor(true, rib.addPath)),
    );
    at = attributesEnd;
  }
  return found;
}

/** RFC 6396 section 4.2: one route with AS numbers of two octets. */
function tableDump(file: Uint8Array, view: DataView, start: number, end: number, subtype: number): Found[] {
  const octets = subtype === Afi.IPv6 ? 16 : 4;
  const prefix = start + 4;
  const bits = file[prefix + octets]!;
  const lengthAt = prefix + octets + 1 + 1 + 4 + octets + 2;
  const attributes = file.subarray(lengthAt + 2, Math.min(lengthAt + 2 + view.getUint16(lengthAt), end));
  const nlri = Uint8Array.of(bits, ...file.subarray(prefix, prefix + ((bits + 7) >> 3)));
  return [routeAsUpdate({ afi: subtype, safi: Safi.Unicast }, attributes, nlri, null, contextFor(false, false))];
}

/**
 * A route of a table as the UPDATE that would announce it. RFC 6396 section 4.3.4: of MP_REACH_NLRI "only the Next Hop Address
 * Length and Next Hop Address fields" are there; some writers keep all of it.
 *
 * @param nextHop of a route of a family of MP_REACH_NLRI that has none among its attributes
 */
function routeAsUpdate(
  family: Family,
  attributes: Uint8Array,
  nlri: Uint8Array,
  nextHop: Uint8Array | null,
  context: DecodeContext,
): Found {
  const isClassic = family.afi === Afi.IPv4 && family.safi === Safi.Unicast;
  const parts: Uint8Array[] = [];
  let reach = false;
  for (let at = 0; at + 3 <= attributes.length;) {
    const long = (attributes[at]! & 0x10) !== 0;
    const start = at + (long ? 4 : 3);
    const end = start + (long ? (attributes[at + 2]! << 8) | attributes[at + 3]! : attributes[at + 2]!);
    if (attributes[at + 1] === 14) {
      const value = attributes.subarray(start, end);
      // The abbreviated form begins with a length, the full one with the zero of an AFI.
      const hop = value[0] === 0 ? value.subarray(4, 4 + value[3]!) : value.subarray(1);
      if (!isClassic) parts.push(mpReach(family, hop, nlri));
      reach = true;
    } else {
      parts.push(attributes.subarray(at, end));
    }
    at = end;
  }
  if (!reach && !isClassic && nextHop !== null) parts.push(mpReach(family, nextHop, nlri));
  const block = Buffer.concat(parts);
  const classic = isClassic ? nlri : new Uint8Array(0);
  const length = 19 + 4 + block.length + classic.length;
  const header = Buffer.alloc(23, 0xff);
  header.writeUInt16BE(length, 16);
  header[18] = 2;
  header.writeUInt16BE(0, 19);
  header.writeUInt16BE(block.length, 21);
  return { bytes: new Uint8Array(Buffer.concat([header, block, classic])), context };
}

function mpReach({ afi, safi }: Family, nextHop: Uint8Array, nlri: Uint8Array): Uint8Array {
  const length = 5 + nextHop.length + nlri.length;
  return Uint8Array.of(0x90, 14, length >> 8, length, afi >> 8, afi, safi, nextHop.length, ...nextHop, 0, ...nlri);
}
