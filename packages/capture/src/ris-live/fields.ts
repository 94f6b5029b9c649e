// Messages of BGP made from what RIS Live says of them, where it does not have their octets.
import {
  addressVersion,
  AS_TRANS,
  ConfigError,
  encodeNotification,
  encodeOpen,
  fourOctetAs,
  fromHex,
  gracefulRestart,
  multiprotocol,
  parseFamily,
  rawCapability,
  routeRefresh,
  routeRefreshCisco,
  type Capability,
  type Family,
} from "@bgpwire/core";
import {
  aggregator,
  communities,
  createContext,
  multiExitDisc,
  origin,
  packUpdates,
  type AsPathSegment,
  type DecodeContext,
  type Json,
  type Origin,
  type PathAttribute,
} from "@bgpwire/decoder";
import type { JsonObject } from "../json/fields.ts";
import { isObject } from "./reader.ts";

/** How messages are written that RIS Live has no octets of: its AS numbers are the real ones, and it has no path identifiers. */
export const WRITTEN: DecodeContext = /* @__PURE__ */ createContext({ maxMessage: 65535 });

/** Most AS numbers of a segment (RFC 4271 section 4.3). */
const LONGEST_SEGMENT = 255;

/**
 * Bodies of UPDATEs that say what the fields say: withdrawals, and announcements of each next hop, as they fit messages. Without any
 * routes it is an End-of-RIB.
 *
 * @throws ConfigError `invalid-value` where a field is not of its form
 */
export function updatesOf(data: JsonObject): Uint8Array[] {
  const attributes = attributesOf(data);
  const bodies = packUpdates({ withdraw: textsOf(data, "withdrawals") }, WRITTEN);
  for (const { nextHop, linkLocalNextHop, prefixes } of announcementsOf(data)) {
    const hop = linkLocalNextHop === null ? nextHop : { nextHop, linkLocalNextHop };
    bodies.push(...packUpdates({ announce: prefixes, attributes, nextHop: hop }, WRITTEN));
  }
  return bodies.length === 0 ? [new Uint8Array(4)] : bodies;
}

interface Announcement {
  readonly nextHop: string;
  linkLocalNextHop: string | null;
  readonly prefixes: readonly string[];
}

/**
 * Both addresses of a next hop (RFC 2545 section 3) stand with a comma between; until 2022 the link-local one had the same routes
 * once more behind it.
 */
function announcementsOf(data: JsonObject): Announcement[] {
  const found: Announcement[] = [];
  for (const announcement of listOf(data, "announcements")) {
    if (!isObject(announcement)) throw invalid("announcements", announcement);
    const prefixes = textsOf(announcement, "prefixes");
    const addresses = String(announcement["next_hop"]).split(",").map(addressOf);
    const last = found.at(-1);
    const [first] = addresses as [string];
    if (last !== undefined && addresses.length === 1 && isLinkLocal(first) && sameTexts(last.prefixes, prefixes)) {
      last.linkLocalNextHop = first;
      continue;
    }
    const nextHop = addresses.find((address) => !isLinkLocal(address)) ?? first;
    const linkLocalNextHop = addresses.find((address) => address !== nextHop) ?? null;
    found.push({ nextHop, linkLocalNextHop, prefixes });
  }
  return found;
}

/** As it is: what is IPv4 within IPv6 is to stay so (RFC 4798 section 2). */
function addressOf(text: string): string {
  const address = text.trim();
  if (addressVersion(address) === null) throw invalid("next_hop", text);
  return address;
}

/** RFC 4291 section 2.5.6. */
function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address);
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, i) => text === other[i]);
}

function attributesOf(data: JsonObject): PathAttribute[] {
  const attributes: PathAttribute[] = [
    { name: "asPath", code: 2, segments: segmentsOf(listOf(data, "path")) },
    communities(listOf(data, "community").map(communityOf)),
  ];
  const { origin: how, med, aggregator: who } = data;
  // There has been "unknown" where there was no ORIGIN.
  if (typeof how === "string" && how !== "unknown") attributes.push(origin(how.toLowerCase() as Origin));
  if (med !== undefined) attributes.push(multiExitDisc(med as number));
  if (who !== undefined) attributes.push(aggregatorOf(who));
  return attributes.filter((attribute) => attribute.name !== "communities" || attribute.communities.length > 0);
}

/** Numbers are a sequence, lists among them sets. */
function segmentsOf(path: readonly Json[]): AsPathSegment[] {
  const segments: { readonly type: "sequence" | "set"; readonly asNumbers: number[] }[] = [];
  for (const part of path) {
    if (Array.isArray(part)) {
      segments.push({ type: "set", asNumbers: part as number[] });
      continue;
    }
    const last = segments.at(-1);
    if (last?.type === "sequence" && last.asNumbers.length < LONGEST_SEGMENT) last.asNumbers.push(part as number);
    else segments.push({ type: "sequence", asNumbers: [part as number] });
  }
  return segments.filter(({ asNumbers }) => asNumbers.length > 0);
}

function communityOf(pair: Json): number {
  const [as, value] = (Array.isArray(pair) ? pair : []) as readonly Json[];
  if (!isU16(as) || !isU16(value)) throw invalid("community", pair);
  return as * 0x1_0000 + value;
}

function isU16(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffff;
}

function aggregatorOf(text: Json): PathAttribute {
  const [, as, address] = (typeof text === "string" ? /^(\d{1,10}):([\d.]+)$/.exec(text) : null) ?? [];
  if (as === undefined || address === undefined) throw invalid("aggregator", text);
  return aggregator(Number(as), address);
}

/**
 * The body of an OPEN with those capabilities that the fields say wholly.
 *
 * @throws ConfigError `invalid-value` where a field is not of its form
 */
export function openOf(data: JsonObject): Uint8Array {
  const { version, asn, hold_time: holdTime, router_id: identifier, capabilities = {} } = data;
  if (!isObject(capabilities)) throw invalid("capabilities", capabilities);
  const as = asn as number;
  return encodeOpen({
    version: version as number,
    myAs: as > 0xffff ? AS_TRANS : as,
    holdTime: holdTime as number,
    identifier: String(identifier),
    capabilities: Object.entries(capabilities).flatMap(([code, value]) => capabilitiesOf(Number(code), value)),
  });
}

function capabilitiesOf(code: number, value: Json): Capability[] {
  const fields = isObject(value) ? value : {};
  const octets = typeof fields["raw"] === "string" ? fromHex(fields["raw"]) : null;
  if (octets !== null) return [rawCapability(code, octets)];
  if (code === 2) return [routeRefresh()];
  if (code === 65) return [fourOctetAs(fields["asn4"] as number)];
  if (code === 128) return [routeRefreshCisco()];
  if (code === 64) return [gracefulRestartOf(fields)];
  if (code !== 1) return [];
  const families = listOf(fields, "families").map(familyOf);
  return families.flatMap((family) => (family === null ? [] : [multiprotocol(family.afi, family.safi)]));
}

/** The N flag (RFC 8538) has no words. */
function gracefulRestartOf(fields: JsonObject): Capability {
  const { time, "restart flags": restart, "address family flags": flags } = fields;
  const families = Object.entries(isObject(flags) ? flags : {}).flatMap(([name, of]) => {
    const family = familyOf(name);
    return family === null ? [] : [Object.assign(family, { forwardingPreserved: hasWords(of) })];
  });
  return gracefulRestart({ restarting: hasWords(restart), restartTime: time as number, families });
}

function hasWords(list: Json | undefined): boolean {
  return Array.isArray(list) && list.length > 0;
}

/** The family of text such as "ipv6/unicast". */
function familyOf(text: Json): Family | null {
  return parseFamily(String(text).replace("/", "-"));
}

/**
 * The body of a NOTIFICATION. Data are text with a character for each octet; until 2022 they were hexadecimal digits, those of
 * code and subcode before them.
 *
 * @throws ConfigError `invalid-value` where a field is not of its form
 */
export function notificationOf({ notification }: JsonObject): Uint8Array {
  if (!isObject(notification)) throw invalid("notification", notification ?? null);
  const { code, subcode, data = "" } = notification;
  const octets = octetsOf(String(data));
  const isWhole = octets[0] === code && octets[1] === subcode;
  return encodeNotification({
    code: code as number,
    subcode: subcode as number,
    data: isWhole ? octets.subarray(2) : octets,
  });
}

function octetsOf(text: string): Uint8Array {
  const octets = /^(?:[\dA-F]{2})+$/.test(text) ? fromHex(text) : null;
  return octets ?? Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function listOf(data: JsonObject, field: string): readonly Json[] {
  const list = data[field] ?? [];
  if (!Array.isArray(list)) throw invalid(field, list);
  return list as readonly Json[];
}

function textsOf(data: JsonObject, field: string): readonly string[] {
  return listOf(data, field).map((text) => {
    if (typeof text !== "string") throw invalid(field, text);
    return text;
  });
}

function invalid(field: string, value: Json): ConfigError {
  return new ConfigError("invalid-value", field, `${JSON.stringify(value).slice(0, 100)} is not of its form`);
}
