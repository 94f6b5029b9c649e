// Socket options as calls of setsockopt(2) on Linux: level, name and octets, and which of them which socket gets. This is all
// that a driver has to know of them; it makes the calls.
//
// Numbers and structures are those of Linux's user interface: asm-generic/socket.h, linux/in.h, linux/in6.h, linux/tcp.h.
import { addressVersion, parseAddress } from "../address/address.ts";
import { parseZonedPrefix } from "../address/prefix.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import type { SocketOptions } from "../session/socket-options.ts";

/** One call of setsockopt(2). */
export interface SocketCall {
  /** The field of `PeerOptions` that it is for. */
  readonly option: keyof SocketOptions;
  readonly level: number;
  readonly name: number;
  /** In the byte order of this machine. */
  readonly value: Uint8Array;
}

/** A peer, or all peers of a prefix, with options for the sockets that accept them. */
export interface SocketRule {
  /** An address or a prefix, as it was normalised. */
  readonly remote: string;
  /** Peers reach only this address of ours; null is any. */
  readonly localAddress: string | null;
  readonly options: SocketOptions;
}

const SOL_SOCKET = { level: 1, bindToDevice: 25 } as const;
const IPPROTO_IP = { level: 0, typeOfService: 1, ttl: 2, minimumTtl: 21 } as const;
const IPPROTO_TCP = { level: 6, md5: 14, userTimeout: 18, md5Extended: 32 } as const;
const IPPROTO_IPV6 = { level: 41, hopLimit: 16, trafficClass: 67, minimumHopLimit: 73 } as const;

const AF_INET = 2;
const AF_INET6 = 10;

/** `struct tcp_md5sig`: the peer as a sockaddr_storage of 128 octets, then what follows, the key last. */
const MD5 = { size: 216, flags: 128, prefixLength: 129, keyLength: 130, key: 136 } as const;
const MD5_FLAG_PREFIX = 1;

/**
 * The calls for a connection, which dials or was accepted.
 *
 * @param remote the peer's address
 * @param version of the socket: one of IPv6 that listens on `::` accepts IPv4 too, and then needs the options of both
 */
export function connectionCalls(options: SocketOptions, remote: string, version: 4 | 6): SocketCall[] {
  const { md5Password, ttlSecurity, ttl, dscp, bindToDevice, tcpUserTimeout } = options;
  const calls: SocketCall[] = [];
  const number = (option: keyof SocketOptions, level: number, name: number, value: number): void => {
    calls.push({ option, level, name, value: integer(value) });
  };
  // First, because the others may depend on where the connection goes.
  if (bindToDevice !== null) {
    const value = encodeUtf8(`${bindToDevice}\0`);
    calls.push({ option: "bindToDevice", level: SOL_SOCKET.level, name: SOL_SOCKET.bindToDevice, value });
  }
  if (ttlSecurity !== null) {
    // RFC 5082 section 3: send 255; over n hops (the peer's own link is one) at least 256 - n is left of it.
    for (const one of hopNames(version)) {
      number("ttlSecurity", one.level, one.ttl, 255);
      number("ttlSecurity", one.level, one.minimum, 256 - ttlSecurity);
    }
  }
  if (ttl !== null) for (const one of hopNames(version)) number("ttl", one.level, one.ttl, ttl);
  if (dscp !== null) {
    // RFC 2474 section 3: the upper six bits of the octet.
    number("dscp", IPPROTO_IP.level, IPPROTO_IP.typeOfService, dscp << 2);
    if (version === 6) number("dscp", IPPROTO_IPV6.level, IPPROTO_IPV6.trafficClass, dscp << 2);
  }
  if (tcpUserTimeout !== null) number("tcpUserTimeout", IPPROTO_TCP.level, IPPROTO_TCP.userTimeout, tcpUserTimeout);
  if (md5Password !== null) calls.push(...md5Call(remote, version, md5Password));
  return calls;
}

/**
 * The calls for a socket that listens, so that it accepts a peer at all: the key for its SYNs, and a TTL of the SYN-ACK that
 * its TTL security lets through, which then all SYN-ACKs of this socket have. None for a peer of another IP version.
 *
 * @param address where it listens
 */
export function listenerCalls({ remote, localAddress, options }: SocketRule, address: string): SocketCall[] {
  const version = addressVersion(address)!;
  const any = address === "::" || address === "0.0.0.0";
  if (localAddress !== null && !any && localAddress !== address) return [];
  const calls = options.md5Password === null ? [] : md5Call(remote, version, options.md5Password);
  if (options.ttlSecurity !== null) {
    for (const { level, ttl } of hopNames(version)) {
      calls.push({ option: "ttlSecurity", level, name: ttl, value: integer(255) });
    }
  }
  return calls;
}

/** The calls that take the key of a peer away from a socket that listens. */
export function forgetCalls({ remote, options }: SocketRule, address: string): SocketCall[] {
  return options.md5Password === null ? [] : md5Call(remote, addressVersion(address)!, new Uint8Array(0));
}

function hopNames(version: 4 | 6): { readonly level: number; readonly ttl: number; readonly minimum: number }[] {
  const ipv4 = { level: IPPROTO_IP.level, ttl: IPPROTO_IP.ttl, minimum: IPPROTO_IP.minimumTtl };
  const ipv6 = { level: IPPROTO_IPV6.level, ttl: IPPROTO_IPV6.hopLimit, minimum: IPPROTO_IPV6.minimumHopLimit };
  return version === 4 ? [ipv4] : [ipv4, ipv6];
}

/** Sets the key of RFC 2385 for a peer, or for all of a prefix; an empty one takes it away. */
function md5Call(remote: string, version: 4 | 6, key: Uint8Array): SocketCall[] {
  const prefix = parseZonedPrefix(remote);
  // The kernel finds keys by addresses alone, whatever the zone.
  const bytes = prefix?.bytes ?? parseAddress(remote)!.bytes;
  if (version === 4 && bytes.length === 16) return [];
  const value = new Uint8Array(MD5.size);
  value.set(integer16(version === 4 ? AF_INET : AF_INET6), 0);
  if (version === 4) {
    value.set(bytes, 4);
  } else if (bytes.length === 16) {
    value.set(bytes, 8);
  } else {
    // A peer of IPv4 on a socket of IPv6 (RFC 4291 section 2.5.5.2).
    value.set([0xff, 0xff], 18);
    value.set(bytes, 20);
  }
  if (prefix !== null) {
    value[MD5.flags] = MD5_FLAG_PREFIX;
    value[MD5.prefixLength] = prefix.length;
  }
  value.set(integer16(key.length), MD5.keyLength);
  value.set(key, MD5.key);
  const name = prefix === null ? IPPROTO_TCP.md5 : IPPROTO_TCP.md5Extended;
  return [{ option: "md5Password", level: IPPROTO_TCP.level, name, value }];
}

function integer(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

function integer16(value: number): Uint8Array {
  return new Uint8Array(Uint16Array.of(value).buffer);
}
