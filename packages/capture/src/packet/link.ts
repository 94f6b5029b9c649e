// Where the IP packet begins in a frame of each link layer.
import { u16At } from "../bytes/integers.ts";
import { u32In } from "../pcap/byte-order.ts";
import { LinkType } from "../pcap/link-type.ts";

/** Where IP begins in the frame `[at, end)`; -1 where it carries something else, or not enough of it was captured to know. */
type FindIp = (buffer: Uint8Array, at: number, end: number) => number;

const LINKS: ReadonlyMap<number, FindIp> = new Map<number, FindIp>([
  [LinkType.Null, afterNull],
  [LinkType.Loop, afterNull],
  // Two addresses of six octets.
  [LinkType.Ethernet, (buffer, at, end) => afterEtherType(buffer, at + 12, end)],
  [LinkType.Ppp, afterPpp],
  [LinkType.PppHdlc, afterHdlc],
  [LinkType.PppEther, afterPppoe],
  [LinkType.CiscoHdlc, afterHdlc],
  [LinkType.Raw, atVersion],
  [LinkType.RawBsd, atVersion],
  [LinkType.RawOpenBsd, atVersion],
  [LinkType.IPv4, atVersion],
  [LinkType.IPv6, atVersion],
  // Packet type, ARPHRD_ type, length of the address and the address in eight octets.
  [LinkType.LinuxSll, (buffer, at, end) => afterEtherType(buffer, at + 14, end)],
  [LinkType.LinuxSll2, afterSll2],
  [LinkType.JuniperEther, afterJuniper],
]);

/** Whether frames of this link layer can be read. */
export function knowsLink(linkType: number): boolean {
  return LINKS.has(linkType);
}

/** Where IP begins in the frame `[start, end)`; -1 where it does not. */
export function findIp(linkType: number, buffer: Uint8Array, start: number, end: number): number {
  return LINKS.get(linkType)?.(buffer, start, end) ?? -1;
}

/** The version of what is here is 4 or 6. */
function atVersion(buffer: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1;
  const version = buffer[at]! >> 4;
  return version === 4 || version === 6 ? at : -1;
}

const EtherType = { IPv4: 0x0800, IPv6: 0x86dd, Mpls: 0x8847, MplsUpstream: 0x8848, PppoeSession: 0x8864 } as const;

/** IEEE 802.1Q and 802.1ad, and what was there before the latter. */
const TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100, 0x9200]);

/** IEEE 802.3: up to here it is a length, and LLC follows. */
const LONGEST = 1500;

/** Behind an EtherType, and whatever tags, labels and session stand between it and IP. */
function afterEtherType(buffer: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next + 2 <= end && TAGS.has(u16At(buffer, next))) next += 4;
  if (next + 2 > end) return -1;
  const type = u16At(buffer, next);
  next += 2;
  if (type <= LONGEST) return afterLlc(buffer, next, end);
  switch (type) {
    case EtherType.IPv4:
    case EtherType.IPv6:
      return atVersion(buffer, next, end);
    case EtherType.Mpls:
    case EtherType.MplsUpstream:
      return afterMpls(buffer, next, end);
    case EtherType.PppoeSession:
      return afterPppoe(buffer, next, end);
    default:
      return -1;
  }
}

/** RFC 1042: LLC with SNAP, an organization of zeros, and an EtherType. */
function afterLlc(buffer: Uint8Array, at: number, end: number): number {
  const isSnap =
    at + 8 <= end && u16At(buffer, at) === 0xaaaa && u16At(buffer, at + 2) === 0x0300 && u16At(buffer, at + 4) === 0;
  return isSnap && u16At(buffer, at + 6) > LONGEST ? afterEtherType(buffer, at + 6, end) : -1;
}

/** RFC 3032 section 2.1: labels up to the one with the S bit. What is below them nothing says but its first octet. */
function afterMpls(buffer: Uint8Array, at: number, end: number): number {
  let next = at;
  while (next + 4 <= end && (buffer[next + 2]! & 1) === 0) next += 4;
  return next + 4 <= end ? atVersion(buffer, next + 4, end) : -1;
}

/** RFC 2516 section 4: version, type, code, session and length. */
function afterPppoe(buffer: Uint8Array, at: number, end: number): number {
  return afterPpp(buffer, at + 6, end);
}

/** The protocols of RFC 1332, RFC 5072 and RFC 3032 section 4.3. */
const PppProtocol = { IPv4: 0x0021, IPv6: 0x0057, Mpls: 0x0281, MplsUpstream: 0x0283 } as const;

/** RFC 1661 section 2, with or without address and control of RFC 1662 section 3.1; the protocol may be compressed (section 6.5). */
function afterPpp(buffer: Uint8Array, at: number, end: number): number {
  let next = at;
  if (next + 2 <= end && u16At(buffer, next) === 0xff03) next += 2;
  if (next + 2 > end) return -1;
  const compressed = (buffer[next]! & 1) !== 0;
  const protocol = compressed ? buffer[next]! : u16At(buffer, next);
  next += compressed ? 1 : 2;
  switch (protocol) {
    case PppProtocol.IPv4:
    case PppProtocol.IPv6:
      return atVersion(buffer, next, end);
    case PppProtocol.Mpls:
    case PppProtocol.MplsUpstream:
      return afterMpls(buffer, next, end);
    default:
      return -1;
  }
}

/** RFC 1547 section 4.3.1: Cisco's address 0x0f or 0x8f, control and an EtherType. Else it is PPP's 0xff. */
function afterHdlc(buffer: Uint8Array, at: number, end: number): number {
  if (at >= end) return -1;
  return buffer[at] === 0x0f || buffer[at] === 0x8f ? afterEtherType(buffer, at + 2, end) : afterPpp(buffer, at, end);
}

/** AF_INET of every system, and AF_INET6 of NetBSD and OpenBSD, FreeBSD, Darwin and Linux. */
const ADDRESS_FAMILIES: ReadonlySet<number> = new Set([2, 10, 24, 28, 30]);

/** The address family in four octets, in the byte order of whoever captured. */
function afterNull(buffer: Uint8Array, at: number, end: number): number {
  if (at + 4 > end) return -1;
  const isIp = ADDRESS_FAMILIES.has(u32In(buffer, at, true)) || ADDRESS_FAMILIES.has(u32In(buffer, at, false));
  return isIp ? atVersion(buffer, at + 4, end) : -1;
}

/** The EtherType comes first, then 18 octets; but for tags, which stand behind them with the EtherType of what they tag. */
function afterSll2(buffer: Uint8Array, at: number, end: number): number {
  if (at + 20 > end) return -1;
  const type = u16At(buffer, at);
  if (TAGS.has(type)) return afterEtherType(buffer, at + 22, end);
  if (type === EtherType.Mpls || type === EtherType.MplsUpstream) return afterMpls(buffer, at + 20, end);
  return type === EtherType.IPv4 || type === EtherType.IPv6 ? atVersion(buffer, at + 20, end) : -1;
}

/** Flags of Junos: the frame's own header was taken away; extensions follow. */
const JUNIPER_NO_L2 = 0x02;
const JUNIPER_EXTENSIONS = 0x80;

/** "MGC", flags, and extensions with their length before them. */
function afterJuniper(buffer: Uint8Array, at: number, end: number): number {
  if (at + 6 > end || u16At(buffer, at) !== 0x4d47 || buffer[at + 2] !== 0x43) return -1;
  const flags = buffer[at + 3]!;
  const frame = (flags & JUNIPER_EXTENSIONS) === 0 ? at + 4 : at + 6 + u16At(buffer, at + 4);
  return (flags & JUNIPER_NO_L2) === 0 ? afterEtherType(buffer, frame + 12, end) : atVersion(buffer, frame + 4, end);
}
