// Ready-made handlers for `createUpdateDecoder`: values of attributes and routes as objects, text or numbers.
import { decodeSegments, type AsPathSegment } from "../attribute/as-path.ts";
import type { AttributeRow } from "../attribute/row.ts";
import { u32At } from "../bytes/integers.ts";
import { numberList } from "../bytes/view.ts";
import { decodeNlri } from "../nlri/fields.ts";
import type { Nlri } from "../nlri/model.ts";
import { nextPrefix } from "../nlri/prefix.ts";
import type { FamilyRow } from "../nlri/row.ts";
import { ipv4PrefixText, ipv4Text, ipv6PrefixText, ipv6Text } from "../text/prefix-text.ts";
import type { AttributeHandler, NlriHandler, NlriListHandler } from "./compose.ts";
import type { PathAttribute } from "./model.ts";

/**
 * A handler that gets the attribute's object.
 *
 * @param row the attribute: ORIGIN, AS_PATH, …
 * @example attributeHandler(COMMUNITIES, (route, { communities }) => route.communities = communities)
 */
export function attributeHandler<T, A extends PathAttribute>(
  row: AttributeRow<A>,
  handler: (into: T, attribute: A) => void,
): AttributeHandler<T> {
  return (into, buffer, start, end, context) => handler(into, row.decode(buffer, start, end, context));
}

/**
 * A handler that gets the object of a route, and its path identifier or -1.
 *
 * @param row the family: EVPN, IPV4_FLOWSPEC, …
 */
export function nlriHandler<T, N extends Nlri>(
  row: FamilyRow<N>,
  handler: (into: T, nlri: N, pathId: number) => void,
): NlriHandler<T> {
  return (into, buffer, start, end, pathId, place) => handler(into, row.decode(buffer, start, end, place), pathId);
}

/** A handler that gets the objects of all routes of a field at once, each with its path identifier if there are any. */
export function nlriListHandler<T, N extends Nlri>(
  row: FamilyRow<N>,
  handler: (into: T, nlri: readonly N[]) => void,
): NlriListHandler<T> {
  return {
    list: (into, buffer, start, end, addPath, place) =>
      handler(into, decodeNlri(row, buffer, start, end, addPath, place)),
  };
}

/** A handler that gets the text of an IPv4 prefix, and its path identifier or -1. */
export function ipv4PrefixHandler<T>(handler: (into: T, prefix: string, pathId: number) => void): NlriHandler<T> {
  return (into, buffer, start, _end, pathId) => handler(into, ipv4PrefixText(buffer, start), pathId);
}

/** A handler that gets the text of an IPv6 prefix, and its path identifier or -1. */
export function ipv6PrefixHandler<T>(handler: (into: T, prefix: string, pathId: number) => void): NlriHandler<T> {
  return (into, buffer, start, _end, pathId) => handler(into, ipv6PrefixText(buffer, start), pathId);
}

/**
 * A handler that gets an IPv4 prefix as numbers, without text being made: the network, 0 to 4294967295, with the bits
 * behind the length as they are on the wire; the length; the path identifier or -1.
 *
 * @example ipv4NumberHandler((table, network, length) => table.add(network, length))
 */
export function ipv4NumberHandler<T>(
  handler: (into: T, network: number, length: number, pathId: number) => void,
): NlriHandler<T> {
  return (into, buffer, start, end, pathId) => handler(into, u32Up(buffer, start + 1, end), buffer[start]!, pathId);
}

/** A handler that gets an IPv6 prefix as four numbers of 32 bits, its length, and its path identifier or -1. */
export function ipv6NumberHandler<T>(
  handler: (into: T, a: number, b: number, c: number, d: number, length: number, pathId: number) => void,
): NlriHandler<T> {
  return (into, buffer, start, end, pathId) => {
    const a = u32Up(buffer, start + 1, end);
    const b = u32Up(buffer, start + 5, end);
    const c = u32Up(buffer, start + 9, end);
    handler(into, a, b, c, u32Up(buffer, start + 13, end), buffer[start]!, pathId);
  };
}

/**
 * A handler that gets all IPv4 prefixes of a field at once, two numbers each in turn: network and length. With ADD-PATH they
 * are three, with the path identifier behind.
 *
 * @example ipv4NumberListHandler((route, numbers) => (route.announced = numbers))
 */
export function ipv4NumberListHandler<T>(
  handler: (into: T, numbers: readonly number[], addPath: boolean) => void,
): NlriListHandler<T> {
  return {
    list: (into, buffer, start, end, addPath) =>
      handler(into, addPath ? pathNumbersOf(1, buffer, start, end) : ipv4NumbersOf(buffer, start, end), addPath),
  };
}

/** The same for IPv6: four numbers of 32 bits, the length, and with ADD-PATH the path identifier. */
export function ipv6NumberListHandler<T>(
  handler: (into: T, numbers: readonly number[], addPath: boolean) => void,
): NlriListHandler<T> {
  return {
    list: (into, buffer, start, end, addPath) =>
      handler(into, addPath ? pathNumbersOf(4, buffer, start, end) : ipv6NumbersOf(buffer, start, end), addPath),
  };
}

function ipv4NumbersOf(buffer: Uint8Array, start: number, end: number): number[] {
  const second = nextPrefix(buffer, start);
  const network = u32Up(buffer, start + 1, second);
  // Most fields are one prefix: no counting, and no list that is filled afterwards.
  if (second === end) return [network, buffer[start]!];
  let count = 1;
  for (let at = second; at < end; at = nextPrefix(buffer, at)) count += 1;
  const numbers = new Array<number>(2 * count);
  numbers[0] = network;
  numbers[1] = buffer[start]!;
  for (let i = 2, at = second; at < end; i += 2) {
    const next = nextPrefix(buffer, at);
    numbers[i] = u32Up(buffer, at + 1, next);
    numbers[i + 1] = buffer[at]!;
    at = next;
  }
  return numbers;
}

function ipv6NumbersOf(buffer: Uint8Array, start: number, end: number): number[] {
  const numbers = new Array<number>(5 * prefixes(buffer, start, end, 0));
  for (let i = 0, at = start; at < end; i += 5) {
    const next = nextPrefix(buffer, at);
    numbers[i] = u32Up(buffer, at + 1, next);
    numbers[i + 1] = u32Up(buffer, at + 5, next);
    numbers[i + 2] = u32Up(buffer, at + 9, next);
    numbers[i + 3] = u32Up(buffer, at + 13, next);
    numbers[i + 4] = buffer[at]!;
    at = next;
  }
  return numbers;
}

/** @param words of 32 bits in an address */
function pathNumbersOf(words: 1 | 4, buffer: Uint8Array, start: number, end: number): number[] {
  const numbers = new Array<number>((words + 2) * prefixes(buffer, start, end, 4));
  for (let i = 0, at = start; at < end;) {
    const next = nextPrefix(buffer, at + 4);
    for (let word = 0; word < words; word += 1) numbers[i++] = u32Up(buffer, at + 5 + 4 * word, next);
    numbers[i++] = buffer[at + 4]!;
    numbers[i++] = u32At(buffer, at);
    at = next;
  }
  return numbers;
}

/** How many prefixes there are. @param skip octets in front of each */
function prefixes(buffer: Uint8Array, start: number, end: number, skip: 0 | 4): number {
  let count = 0;
  for (let at = start; at < end; at = nextPrefix(buffer, at + skip)) count += 1;
  return count;
}

/** Four octets, of which those from `end` on are zero. */
function u32Up(buffer: Uint8Array, at: number, end: number): number {
  if (at + 4 <= end) return u32At(buffer, at);
  const a = at < end ? buffer[at]! : 0;
  const b = at + 1 < end ? buffer[at + 1]! : 0;
  const c = at + 2 < end ? buffer[at + 2]! : 0;
  return ((a << 24) | (b << 16) | (c << 8)) >>> 0;
}

/** A handler that gets the number in an attribute of four octets: MULTI_EXIT_DISC, LOCAL_PREF, or NEXT_HOP as a number. */
export function numberHandler<T>(handler: (into: T, value: number) => void): AttributeHandler<T> {
  return (into, buffer, start) => handler(into, u32At(buffer, start));
}

/** A handler that gets the segments of AS_PATH, without an object of the attribute around them. */
export function asPathHandler<T>(handler: (into: T, segments: readonly AsPathSegment[]) => void): AttributeHandler<T> {
  return (into, buffer, start, end, context) =>
    handler(into, decodeSegments(buffer, start, end, context.compiled.asSize));
}

/** A handler that gets the numbers of COMMUNITIES, without an object of the attribute around them. */
export function communitiesHandler<T>(handler: (into: T, communities: readonly number[]) => void): AttributeHandler<T> {
  return (into, buffer, start, end) => handler(into, numberList(buffer, start, end));
}

/**
 * A handler that gets the text of a next hop, and that of the link-local one behind it or null (RFC 2545), both without route
 * distinguisher (RFC 4364 section 4.3.2). Where there is none, as with flow specifications, it is not called.
 */
export function nextHopHandler<T>(
  handler: (into: T, nextHop: string, linkLocalNextHop: string | null) => void,
): AttributeHandler<T> {
  return (into, buffer, start, end) => {
    const octets = end - start;
    if (octets === 0) return;
    const at = octets === 12 || octets === 24 || octets === 48 ? start + 8 : start;
    const nextHop = octets === 4 || octets === 12 ? ipv4Text(buffer, at) : ipv6Text(buffer, at);
    handler(into, nextHop, octets >= 32 ? ipv6Text(buffer, end - 16) : null);
  };
}
