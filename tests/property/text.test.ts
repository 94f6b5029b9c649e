// Text forms against independent implementations: the host's UTF-8, its reading of addresses, and the URL standard's
// writing of IPv6.
import { isIPv4, isIPv6 } from "node:net";
import { expect, test } from "vitest";
import * as fc from "fast-check";
import { normaliseAddress } from "../../packages/core/src/address/address.ts";
import { formatIPv4, parseIPv4 } from "../../packages/core/src/address/ipv4.ts";
import { formatIPv6, parseIPv6 } from "../../packages/core/src/address/ipv6.ts";
import { formatPrefix, parsePrefix, prefixContains } from "../../packages/core/src/address/prefix.ts";
import { fromHex, toHex } from "../../packages/core/src/bytes/hex.ts";
import { decodeUtf8, encodeUtf8 } from "../../packages/core/src/bytes/utf8.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function hostDecode(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

test("UTF-8 is read as the host reads it, valid or not", () => {
  const edges = fc.constantFrom(
    0x00,
    0x7f,
    0x80,
    0x8f,
    0x90,
    0x9f,
    0xa0,
    0xbf,
    0xc0,
    0xc1,
    0xc2,
    0xdf,
    0xe0,
    0xed,
    0xef,
  );
  const lead = fc.constantFrom(0xf0, 0xf3, 0xf4, 0xf5, 0xff);
  const bytes = fc.array(fc.oneof(edges, lead, fc.nat(255)), { maxLength: 12 }).map((list) => Uint8Array.from(list));
  fc.assert(
    fc.property(bytes, (bytes) => {
      const text = decodeUtf8(bytes);
      expect(text).toBe(hostDecode(bytes));
      if (text !== null) expect(encodeUtf8(text)).toEqual(bytes);
    }),
    { numRuns: 5000 },
  );
});

test("UTF-8 is written as the host writes it, lone surrogates too", () => {
  const codeUnits = fc.array(fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd800, max: 0xdfff })), { maxLength: 12 });
  fc.assert(
    fc.property(codeUnits, (units) => {
      const text = String.fromCharCode(...units);
      expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
    }),
    { numRuns: 2000 },
  );
});

test("hexadecimal is the host's", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(toHex(bytes)).toBe(Buffer.from(bytes).toString("hex"));
      expect(fromHex(toHex(bytes))).toEqual(bytes);
    }),
  );
});

/** Something near an address: right characters, often in a wrong order. */
const nearIPv4 = fc
  .array(fc.constantFrom("0", "1", "25", "255", "256", "01", ".", ".", "."), { maxLength: 9 })
  .map((p) => p.join(""));
const nearIPv6 = fc
  .array(fc.constantFrom("0", "1", "ffff", "abcd", "12345", "::", ":", ":", ":", ":", "1.2.3.4"), { maxLength: 16 })
  .map((parts) => parts.join(""));

test("what is an IPv4 address is what the host says", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), nearIPv4), (text) => {
      expect(parseIPv4(text) !== null).toBe(isIPv4(text));
    }),
    { numRuns: 3000 },
  );
});

test("what is an IPv6 address is what the host says", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV6(), nearIPv6), (text) => {
      expect(parseIPv6(text) !== null).toBe(isIPv6(text));
    }),
    { numRuns: 5000 },
  );
});

test("IPv4 addresses come back from their text", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), (value) => {
      expect(parseIPv4(formatIPv4(value))).toBe(value);
    }),
  );
});

/** Sixteen octets with long runs of zeros. */
const ipv6Octets = fc
  .array(fc.oneof(fc.constant(0), fc.constant(0), fc.constantFrom(1, 0xff, 0xffff), fc.nat(0xffff)), {
    minLength: 8,
    maxLength: 8,
  })
  .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255])));

test("IPv6 addresses come back from their text, which is the URL standard's (RFC 5952)", () => {
  fc.assert(
    fc.property(ipv6Octets, (octets) => {
      const text = formatIPv6(octets);
      expect(parseIPv6(text)).toEqual(octets);
      if (!text.includes(".")) expect(`[${text}]`).toBe(new URL(`http://[${text}]`).hostname);
    }),
    { numRuns: 3000 },
  );
});

test("an address is normalised once and for all", () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const once = normaliseAddress(text)!;
      expect(normaliseAddress(once)).toBe(once);
      expect(normaliseAddress(text.toUpperCase())).toBe(once);
    }),
    { numRuns: 1000 },
  );
});

test("a prefix keeps every octet that was on the wire, bits behind its length too", () => {
  const cases = fc.oneof(
    fc.tuple(fc.constant(4 as const), fc.nat(32), fc.uint8Array({ minLength: 4, maxLength: 4 })),
    fc.tuple(fc.constant(6 as const), fc.nat(128), fc.uint8Array({ minLength: 16, maxLength: 16 })),
  );
  fc.assert(
    fc.property(cases, ([version, length, octets]) => {
      const wire = octets.subarray(0, Math.ceil(length / 8));
      const text = formatPrefix(version, wire, length);
      const prefix = parsePrefix(text)!;
      expect(prefix).toMatchObject({ version, length });
      expect(prefix.bytes.subarray(0, wire.length)).toEqual(wire);
      expect(prefix.bytes.subarray(wire.length).every((octet) => octet === 0)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

/** The 32 bits of a number as text. */
function bits(value: number): string {
  return value.toString(2).padStart(32, "0");
}

test("a prefix contains what agrees with it in its leading bits", () => {
  const cases = fc.tuple(fc.integer({ min: 0, max: 0xffff_ffff }), fc.nat(32), fc.nat(33), fc.nat(0xffff_ffff));
  fc.assert(
    fc.property(cases, ([network, length, flipped, noise]) => {
      const address = flipped > 31 ? noise >>> 0 : (network ^ (1 << (31 - flipped))) >>> 0;
      const expected = bits(network).slice(0, length) === bits(address).slice(0, length);
      expect(prefixContains(`${formatIPv4(network)}/${length}`, formatIPv4(address))).toBe(expected);
      expect(prefixContains(`::ffff:${formatIPv4(network)}/${96 + length}`, "::1")).toBe(false);
    }),
    { numRuns: 2000 },
  );
});
