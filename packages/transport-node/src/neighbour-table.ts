// Who the routers of a link are, from the kernel's table of neighbours (rtnetlink of Linux). The kernel has read their Router
// Advertisements, and holds a neighbour for a router only after the checks of RFC 4861 section 6.1.2: from a link-local address,
// hop limit 255, a good checksum, lengths that fit. So no advertisement is read here.
import { formatIPv6, type SystemCalls } from "@bgpwire/core";
import { readSync, writeSync } from "node:fs";
import { endianness } from "node:os";

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0x800;
const SOCK_CLOEXEC = 0x8_0000;
const NETLINK_ROUTE = 0;

/** `struct nlmsghdr`: length, type, flags, sequence, port. */
const HEADER = 16;
/** `struct ndmsg`: family, padding, index of the device, state, flags, type. */
const ENTRY = 12;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const RTM_NEWNEIGH = 28;
const RTM_GETNEIGH = 30;
const NLM_F_REQUEST_DUMP = 0x301;
const NDA_DST = 1;
const AF_INET6 = 10;
const NUD_INCOMPLETE_FAILED = 0x21;
const NTF_ROUTER = 0x80;

/** Reads of one dump, of some 16 KB each: far more than the most neighbours that a kernel keeps. */
const MOST_READS = 4096;

const LITTLE = endianness() === "LE";

/**
 * Link-local addresses of the routers on a link, without zone, in the order of the kernel.
 *
 * @param index of the device
 * @throws Error of the system
 */
export function routersOnLink(system: SystemCalls, index: number): string[] {
  const fd = system.socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (fd < 0) throw new Error(`no socket for the table of neighbours (${system.lastError()})`);
  try {
    writeSync(fd, request());
    const routers: string[] = [];
    const buffer = new Uint8Array(65_536);
    // The kernel answers before it returns, a piece for each read.
    for (let reads = 0; reads < MOST_READS; reads += 1) {
      const octets = readSync(fd, buffer);
      if (!readNeighbours(buffer.subarray(0, octets), index, routers)) break;
    }
    return routers;
  } finally {
    system.close(fd);
  }
}

/** A dump of all neighbours of IPv6. */
function request(): Uint8Array {
  const bytes = new Uint8Array(HEADER + ENTRY);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length, LITTLE);
  view.setUint16(4, RTM_GETNEIGH, LITTLE);
  view.setUint16(6, NLM_F_REQUEST_DUMP, LITTLE);
  bytes[HEADER] = AF_INET6;
  return bytes;
}

/** Collects routers of a device from a piece of a dump. False where it is the last piece, or does not read as one. */
export function readNeighbours(bytes: Uint8Array, index: number, routers: string[]): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + HEADER <= bytes.length;) {
    const length = view.getUint32(at, LITTLE);
    const type = view.getUint16(at + 4, LITTLE);
    if (type === NLMSG_DONE || type === NLMSG_ERROR || length < HEADER || at + length > bytes.length) return false;
    if (type === RTM_NEWNEIGH && length >= HEADER + ENTRY) {
      const address = routerIn(view, at + HEADER, at + length, index);
      if (address !== null) routers.push(formatIPv6(address));
    }
    at += aligned(length);
  }
  return bytes.length > 0;
}

/** The address of an entry, where it is a router's of this device that can be reached as far as is known. */
function routerIn(view: DataView, start: number, end: number, index: number): Uint8Array | null {
  const state = view.getUint16(start + 8, LITTLE);
  const router = (view.getUint8(start + 10) & NTF_ROUTER) !== 0;
  if (!router || view.getInt32(start + 4, LITTLE) !== index || (state & NUD_INCOMPLETE_FAILED) !== 0) return null;
  for (let at = start + ENTRY; at + 4 <= end;) {
    const length = view.getUint16(at, LITTLE);
    if (length < 4 || at + length > end) return null;
    if (view.getUint16(at + 2, LITTLE) === NDA_DST && length === 20) {
      const address = new Uint8Array(view.buffer, view.byteOffset + at + 4, 16);
      return isLinkLocal(address) ? address : null;
    }
    at += aligned(length);
  }
  return null;
}

/** RFC 4291 section 2.5.6. */
function isLinkLocal(address: Uint8Array): boolean {
  return address[0] === 0xfe && (address[1]! & 0xc0) === 0x80;
}

/** Messages and attributes begin at multiples of four. */
function aligned(length: number): number {
  return (length + 3) & ~3;
}
