// Segments in frames of every link layer, below tags and labels, behind extension headers, and out of fragments.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, parseIPv6, toHex } from "@bgpwire/core";
import { LinkType } from "../pcap/link-type.ts";
import type { PcapPacket } from "../pcap/record.ts";
import { Allowance } from "../stream/allowance.ts";
import { encodeSegment, type SegmentFields } from "./encode.ts";
import { SegmentReader } from "./segment.ts";

function octets(hex: string): Uint8Array {
  return fromHex(hex)!;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

const COMMON = {
  sourcePort: 40_000,
  destinationPort: 179,
  sequence: 0xffff_fffe,
  acknowledgment: 7,
  flags: 0x18,
  window: 1000,
  options: new Uint8Array(0),
  payload: octets("0102030405"),
};

const FIELDS4: SegmentFields = { ...COMMON, source: octets("c0000201"), destination: octets("c0000202") };
const FIELDS6: SegmentFields = { ...COMMON, source: parseIPv6("2001:db8::1")!, destination: parseIPv6("2001:db8::2")! };
const IPV4 = encodeSegment(FIELDS4, 1);
const IPV6 = encodeSegment(FIELDS6, 1);

const LIMIT = 100_000;

function newReader(): SegmentReader {
  return new SegmentReader(new Allowance(LIMIT));
}

/** A packet in the midst of others, whose octets are not its own. */
function packetOf(
  linkType: number,
  frame: Uint8Array,
  originalLength: number = frame.length,
  seconds: number = 0,
): PcapPacket {
  const buffer = join(new Uint8Array(3).fill(0x45), frame, new Uint8Array(100).fill(0x45));
  const range = { start: 3, end: 3 + frame.length, recordStart: 0, recordEnd: buffer.length };
  return { kind: "packet", seconds, nanoseconds: 0, offset: 0, buffer, ...range, linkType, originalLength };
}

/** What is read of a segment, in one line; null where there is none. */
function told(reader: SegmentReader, packet: PcapPacket): string | null {
  if (!reader.read(packet)) return null;
  const { sourcePort, destinationPort, sequence, acknowledgment, flags, buffer, start, end, length } = reader;
  const ends = `${reader.sourceAddress()} ${sourcePort} > ${reader.destinationAddress()} ${destinationPort}`;
  return `${ends}: ${sequence} ${acknowledgment} ${flags} ${toHex(buffer.subarray(start, end))} of ${length}`;
}

const TOLD4 = "192.0.2.1 40000 > 192.0.2.2 179: 4294967294 7 24 0102030405 of 5";
const TOLD6 = "2001:db8::1 40000 > 2001:db8::2 179: 4294967294 7 24 0102030405 of 5";

const MACS = "00005e005301 00005e005302";

test.each([
  ["BSD loopback, little-endian", LinkType.Null, "02000000", IPV4],
  ["BSD loopback, big-endian", LinkType.Null, "00000002", IPV4],
  ["BSD loopback of FreeBSD", LinkType.Null, "1c000000", IPV6],
  ["OpenBSD loopback", LinkType.Loop, "00000018", IPV6],
  ["Ethernet", LinkType.Ethernet, `${MACS} 0800`, IPV4],
  ["Ethernet with IPv6", LinkType.Ethernet, `${MACS} 86dd`, IPV6],
  ["IEEE 802.1Q", LinkType.Ethernet, `${MACS} 8100 0064 0800`, IPV4],
  ["IEEE 802.1ad", LinkType.Ethernet, `${MACS} 88a8 0064 8100 0065 86dd`, IPV6],
  ["three tags, as they were before", LinkType.Ethernet, `${MACS} 9100 0064 9200 0065 8100 0066 0800`, IPV4],
  ["RFC 1042: Ethernet with LLC and SNAP", LinkType.Ethernet, `${MACS} 0035 aaaa03 000000 0800`, IPV4],
  ["RFC 3032: MPLS", LinkType.Ethernet, `${MACS} 8847 00010040 00020140`, IPV4],
  ["RFC 3032: MPLS with IPv6 below", LinkType.Ethernet, `${MACS} 8848 00020140`, IPV6],
  ["RFC 2516: PPPoE", LinkType.Ethernet, `${MACS} 8864 11000001002f 0021`, IPV4],
  ["PPPoE alone", LinkType.PppEther, "11000001002f 0057", IPV6],
  ["RFC 1661: PPP", LinkType.Ppp, "0021", IPV4],
  ["RFC 1661 section 6.5: PPP with its protocol compressed", LinkType.Ppp, "21", IPV4],
  ["RFC 1662: PPP with address and control", LinkType.Ppp, "ff03 0057", IPV6],
  ["RFC 3032 section 4.3: PPP with MPLS", LinkType.Ppp, "ff03 0281 00020140", IPV4],
  ["PPP in HDLC framing", LinkType.PppHdlc, "ff03 0021", IPV4],
  ["Cisco HDLC in the place of PPP", LinkType.PppHdlc, "0f00 0800", IPV4],
  ["RFC 1547: Cisco HDLC", LinkType.CiscoHdlc, "8f00 86dd", IPV6],
  ["raw IP", LinkType.Raw, "", IPV4],
  ["raw IP with IPv6", LinkType.Raw, "", IPV6],
  ["raw IP by its old number", LinkType.RawBsd, "", IPV4],
  ["raw IP by that of OpenBSD", LinkType.RawOpenBsd, "", IPV4],
  ["IPv4", LinkType.IPv4, "", IPV4],
  ["IPv6", LinkType.IPv6, "", IPV6],
  ["Linux cooked", LinkType.LinuxSll, "0000 0001 0006 00005e0053010000 0800", IPV4],
  ["Linux cooked with a tag", LinkType.LinuxSll, "0000 0001 0006 00005e0053010000 8100 0064 86dd", IPV6],
  ["Linux cooked, version 2", LinkType.LinuxSll2, "86dd 0000 00000001 0001 00 06 00005e0053010000", IPV6],
  [
    "Linux cooked, version 2, with a tag",
    LinkType.LinuxSll2,
    "8100 0000 00000001 0001 00 06 00005e0053010000 0064 0800",
    IPV4,
  ],
  [
    "Linux cooked, version 2, with MPLS",
    LinkType.LinuxSll2,
    "8847 0000 00000001 0001 00 06 00005e0053010000 00020140",
    IPV4,
  ],
  ["Junos", LinkType.JuniperEther, `4d4743 00 ${MACS} 0800`, IPV4],
  ["Junos with extensions", LinkType.JuniperEther, `4d4743 81 0003 010203 ${MACS} 86dd`, IPV6],
  ["Junos without header of the link", LinkType.JuniperEther, "4d4743 02 00000002", IPV4],
])("%s", (_name, linkType, link, ip) => {
  const frame = join(octets(link), ip);
  expect(told(newReader(), packetOf(linkType, frame))).toBe(ip === IPV4 ? TOLD4 : TOLD6);
  // Octets of the link behind it, as of a short frame of Ethernet, are none of it.
  expect(told(newReader(), packetOf(linkType, join(frame, octets("0000"))))).toBe(ip === IPV4 ? TOLD4 : TOLD6);
  // Wherever it is cut off, nothing is taken from behind the cut.
  for (let length = 0; length < frame.length; length += 1) {
    const known = frame.length - length;
    const rest = told(newReader(), packetOf(linkType, frame.subarray(0, length), frame.length));
    const text = ip === IPV4 ? TOLD4 : TOLD6;
    expect(rest).toBe(known > 5 ? null : text.replace("0102030405", "0102030405".slice(0, 10 - 2 * known)));
  }
});

test.each([
  ["a link layer that is not known", 147, IPV4],
  ["ARP", LinkType.Ethernet, join(octets(`${MACS} 0806`), IPV4)],
  ["LLC without SNAP", LinkType.Ethernet, join(octets(`${MACS} 0035 fefe03 000000 0800`), IPV4)],
  ["MPLS with something else below", LinkType.Ethernet, join(octets(`${MACS} 8847 00020140 00`), IPV4)],
  ["another protocol of PPP", LinkType.Ppp, join(octets("c021"), IPV4)],
  ["another address family", LinkType.Null, join(octets("07000000"), IPV4)],
  [
    "another protocol of Linux cooked",
    LinkType.LinuxSll2,
    join(octets("0806 0000 00000001 0001 00 06 00005e0053010000"), IPV4),
  ],
  ["another number than that of Junos", LinkType.JuniperEther, join(octets(`4d4744 00 ${MACS} 0800`), IPV4)],
  ["IP version 5", LinkType.Raw, join(octets("55"), IPV4.subarray(1))],
])("no segment: %s", (_name, linkType, frame) => {
  expect(told(newReader(), packetOf(linkType, frame))).toBeNull();
});

/** The packet with other octets at some place. */
function patched(packet: Uint8Array, at: number, hex: string): Uint8Array {
  const copy = new Uint8Array(packet);
  copy.set(octets(hex), at);
  return copy;
}

describe("IPv4 (RFC 791)", () => {
  test("options stand before the payload", () => {
    const packet = patched(join(IPV4.subarray(0, 20), octets("01010101"), IPV4.subarray(20)), 0, "46c00031");
    expect(told(newReader(), packetOf(LinkType.Raw, packet))).toBe(TOLD4);
  });

  test("a length of zero is all of the frame, as the card was to cut it up", () => {
    expect(told(newReader(), packetOf(LinkType.Raw, patched(IPV4, 2, "0000")))).toBe(TOLD4);
  });

  test.each([
    ["a header of 16 octets", 0, "44"],
    ["a length below that of the header", 2, "0013"],
    ["UDP", 9, "11"],
    ["a TCP header of 16 octets", 32, "40"],
    ["a TCP header longer than the packet", 32, "70"],
  ])("no segment: %s", (_name, at, hex) => {
    expect(told(newReader(), packetOf(LinkType.Raw, patched(IPV4, at, hex)))).toBeNull();
  });

  test("RFC 4302: behind an Authentication Header", () => {
    const header = octets("06 04 0000 00000001 00000001 000000000000000000000000");
    const packet = patched(join(IPV4.subarray(0, 20), header, IPV4.subarray(20)), 2, "0045");
    packet[9] = 51;
    expect(told(newReader(), packetOf(LinkType.Raw, packet))).toBe(TOLD4);
  });

  test("what was captured of a segment, and how long it was", () => {
    const packet = packetOf(LinkType.Raw, IPV4.subarray(0, -3), IPV4.length);
    expect(told(newReader(), packet)).toBe(TOLD4.replace("0102030405", "0102"));
  });
});

/** The packet with extension headers. */
function withHeaders(first: number, headers: string): Uint8Array {
  const packet = join(IPV6.subarray(0, 40), octets(headers), IPV6.subarray(40));
  packet[6] = first;
  packet[5] = packet.length - 40;
  return packet;
}

describe("IPv6 (RFC 8200)", () => {
  test.each([
    ["hop-by-hop options", 0, "0600 050200000100"],
    ["a routing header", 43, "0602 040100000000 20010db8000000000000000000000003"],
    ["destination options", 60, "0600 010400000000"],
    ["several of them", 0, "3c00 010400000000 0600 010400000000"],
    ["RFC 6946: a fragment that is the whole", 44, "0600 0000 00000001"],
  ])("section 4: behind %s", (_name, first, headers) => {
    expect(told(newReader(), packetOf(LinkType.Raw, withHeaders(first, headers)))).toBe(TOLD6);
  });

  test("RFC 2675: a length of zero is all of the frame", () => {
    expect(told(newReader(), packetOf(LinkType.Raw, patched(withHeaders(0, "0600 c20400000021"), 4, "0000")))).toBe(
      TOLD6,
    );
  });

  test("an extension header that reaches beyond the packet", () => {
    expect(told(newReader(), packetOf(LinkType.Raw, withHeaders(60, "06ff 010400000000")))).toBeNull();
  });

  test("RFC 4291 section 2.5.5.2: IPv4-mapped addresses are IPv4", () => {
    const mapped = { source: parseIPv6("::ffff:192.0.2.1")!, destination: parseIPv6("::ffff:192.0.2.2")! };
    const packet = encodeSegment({ ...COMMON, ...mapped }, 0);
    expect(told(newReader(), packetOf(LinkType.Raw, packet))).toBe(TOLD4);
  });
});

describe("fragments (RFC 791 section 3.2, RFC 8200 section 4.5)", () => {
  const payload = new Uint8Array(100).map((_, i) => i);
  const whole4 = encodeSegment({ ...FIELDS4, payload }, 77);
  const whole6 = encodeSegment({ ...FIELDS6, payload }, 0);
  const expected4 = TOLD4.replace("0102030405 of 5", `${toHex(payload)} of 100`);
  const expected6 = TOLD6.replace("0102030405 of 5", `${toHex(payload)} of 100`);

  /** The octets `[from, to)` of the payload of IP as a fragment. */
  const fragment = (whole: Uint8Array, from: number, to: number): Uint8Array => {
    const isIPv4 = whole === whole4;
    const header = isIPv4 ? 20 : 40;
    const more = header + to < whole.length;
    const field = isIPv4 ? (from >> 3) | (more ? 0x2000 : 0) : from | (more ? 1 : 0);
    const fragmentHeader = isIPv4 ? new Uint8Array(0) : Uint8Array.of(6, 0, field >> 8, field, 0, 0, 0, 1);
    const packet = join(whole.subarray(0, header), fragmentHeader, whole.subarray(header + from, header + to));
    if (isIPv4) packet.set([0, packet.length], 2);
    if (isIPv4) packet.set([field >> 8, field], 6);
    if (!isIPv4) packet.set([0, packet.length - 40, 44], 4);
    return packet;
  };

  test.each([
    ["IPv4", whole4, expected4],
    ["IPv6", whole6, expected6],
  ])("%s: in any order, several times, and overlapping", (_name, whole, expected) => {
    const length = whole.length - (whole === whole4 ? 20 : 40);
    const piece = fc.tuple(fc.integer({ min: 0, max: 14 }), fc.integer({ min: 1, max: 15 })).map(([from, octets]) => {
      return [from * 8, Math.min((from + octets) * 8, length)] as const;
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const reader = newReader();
        const there = new Set<number>();
        for (const [from, to] of pieces) {
          const read = told(reader, packetOf(LinkType.Raw, fragment(whole, from, to)));
          if (from === 0 && to === length) {
            expect(read).toBe(expected);
            continue;
          }
          for (let at = from; at < to; at += 8) there.add(at);
          const isWhole = there.size === Math.ceil(length / 8);
          expect(read).toBe(isWhole ? expected : null);
          if (isWhole) there.clear();
        }
      }),
    );
  });

  test("those of different packets, and those with more than a minute between them, are kept apart", () => {
    const reader = newReader();
    const [one, two] = [fragment(whole4, 0, 64), fragment(whole4, 64, 120)];
    expect(told(reader, packetOf(LinkType.Raw, one, one.length, 100))).toBeNull();
    expect(told(reader, packetOf(LinkType.Raw, patched(two, 4, "0001"), two.length, 100))).toBeNull();
    expect(told(reader, packetOf(LinkType.Raw, two, two.length, 161))).toBeNull();
    expect(told(reader, packetOf(LinkType.Raw, one, one.length, 161))).toBe(expected4);
  });

  test("one that was not captured whole does not make a whole", () => {
    const reader = newReader();
    expect(told(reader, packetOf(LinkType.Raw, fragment(whole4, 0, 64)))).toBeNull();
    expect(told(reader, packetOf(LinkType.Raw, fragment(whole4, 64, 120).subarray(0, -1), 76))).toBeNull();
    expect(told(reader, packetOf(LinkType.Raw, fragment(whole4, 64, 120)))).toBe(expected4);
  });

  test("no more is kept than is allowed: what waits longest is given up", () => {
    const allowance = new Allowance(1000);
    const reader = new SegmentReader(allowance);
    const first = fragment(whole4, 0, 64);
    for (let id = 0; id < 1000; id += 1) {
      reader.read(packetOf(LinkType.Raw, patched(first, 4, id.toString(16).padStart(4, "0"))));
      expect(allowance.used).toBe(Math.min(15, id + 1) * 64);
    }
    const last = fragment(whole4, 64, 120);
    expect(told(reader, packetOf(LinkType.Raw, patched(last, 4, "03d8")))).toBeNull();
    expect(told(reader, packetOf(LinkType.Raw, patched(last, 4, "03e7")))).toBe(expected4);
  });

  test("a packet of more fragments than any link makes is given up", () => {
    const allowance = new Allowance(LIMIT);
    const reader = new SegmentReader(allowance);
    const first = fragment(whole4, 0, 8);
    for (let i = 0; i < 256; i += 1) reader.read(packetOf(LinkType.Raw, first));
    expect(allowance.used).toBe(256 * 8);
    reader.read(packetOf(LinkType.Raw, first));
    expect(allowance.used).toBe(0);
  });

  test("a fragment that ends behind the longest packet", () => {
    const packet = patched(fragment(whole4, 64, 120), 6, "1fff");
    const allowance = new Allowance(LIMIT);
    expect(told(new SegmentReader(allowance), packetOf(LinkType.Raw, packet))).toBeNull();
    expect(allowance.used).toBe(0);
  });
});

test("whatever stands in a packet, nothing is read from behind it", () => {
  const frame = fc.tuple(fc.constantFrom(...Object.values(LinkType)), fc.uint8Array({ maxLength: 120 }));
  fc.assert(
    fc.property(frame, ([linkType, bytes]) => {
      const reader = newReader();
      if (!reader.read(packetOf(linkType, bytes))) return;
      expect(reader.start).toBeLessThanOrEqual(reader.end);
      expect(reader.end).toBeLessThanOrEqual(3 + bytes.length);
    }),
  );
});

test("the keys of both directions of a connection are each other's reverse, and other connections have others", () => {
  const keyOf = (fields: Partial<SegmentFields>): string[] => {
    const reader = newReader();
    reader.read(packetOf(LinkType.Raw, encodeSegment({ ...FIELDS4, ...fields }, 1)));
    return [reader.flow(), reader.reverseFlow()];
  };
  const { source, destination, sourcePort, destinationPort } = FIELDS4;
  const back = { source: destination, destination: source, sourcePort: destinationPort, destinationPort: sourcePort };
  expect(keyOf(back)).toEqual(keyOf({}).toReversed());
  const keys = [{}, back, { sourcePort: 1 }, { source: octets("c0000203") }, { ...FIELDS6 }].map(
    (fields) => keyOf(fields)[0],
  );
  expect(new Set(keys).size).toBe(5);
});

/** The sum of words in one's complement arithmetic. */
function total(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
  return ((sum & 0xffff) + (sum >>> 16)) & 0xffff;
}

test("RFC 1071: the checksums of encoded segments add up", () => {
  expect(total(IPV4.subarray(0, 20))).toBe(0xffff);
  expect(total(join(IPV4.subarray(12, 20), octets("0006 0019"), IPV4.subarray(20)))).toBe(0xffff);
  expect(total(join(IPV6.subarray(8, 40), octets("0006 0019"), IPV6.subarray(40)))).toBe(0xffff);
});
