// Both formats of packet captures, written here by hand, in either byte order; and what is broken in them.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeUtf8, encodeUtf8 } from "@bgpwire/core";
import { readAll, type Problem } from "../stream/record-reader.ts";
import { PcapReader } from "./reader.ts";
import { MAX_PCAPNG_BLOCK, MAX_PCAP_PACKET, type PcapRecord } from "./record.ts";

/** Numbers in one byte order, and octets. */
function octets(
  little: boolean,
  ...parts: (readonly [bits: 16 | 32 | 64, value: number | bigint] | Uint8Array)[]
): Uint8Array {
  return join(
    ...parts.map((part) => {
      if (part instanceof Uint8Array) return part;
      const [bits, value] = part;
      const bytes = new Uint8Array(bits / 8);
      const view = new DataView(bytes.buffer);
      if (bits === 16) view.setUint16(0, Number(value), little);
      if (bits === 32) view.setUint32(0, Number(value), little);
      if (bits === 64) view.setBigInt64(0, BigInt(value), little);
      return bytes;
    }),
  );
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}

/** A pcap file: magic number, header length of packets, and packets as [seconds, fraction, octets, original length]. */
function pcap(
  little: boolean,
  magic: number,
  ...packets: (readonly [number, number, Uint8Array, number?])[]
): Uint8Array {
  const header = octets(little, [32, magic], [16, 2], [16, 4], [32, 0], [32, 0], [32, 1000], [32, 0x5000_0071]);
  const extra = magic === 0xa1b2_cd34 ? [octets(little, [32, 7], [16, 0x0800], [16, 0])] : [];
  return join(
    header,
    ...packets.map(([seconds, fraction, bytes, original = bytes.length]) =>
      octets(little, [32, seconds], [32, fraction], [32, bytes.length], [32, original], ...extra, bytes),
    ),
  );
}

/** A block of pcapng. */
function block(little: boolean, type: number, body: Uint8Array): Uint8Array {
  const pad = new Uint8Array(-body.length & 3);
  const length = 12 + body.length + pad.length;
  return octets(little, [32, type], [32, length], body, pad, [32, length]);
}

function option(little: boolean, type: number, value: Uint8Array): Uint8Array {
  return octets(little, [16, type], [16, value.length], value, new Uint8Array(-value.length & 3));
}

function section(little: boolean, options: Uint8Array = new Uint8Array(0), minor: number = 0): Uint8Array {
  return block(little, 0x0a0d_0d0a, octets(little, [32, 0x1a2b_3c4d], [16, 1], [16, minor], [64, -1n], options));
}

function face(little: boolean, linkType: number, snapLength: number, ...options: Uint8Array[]): Uint8Array {
  return block(little, 1, octets(little, [16, linkType], [16, 0], [32, snapLength], ...options));
}

function enhanced(
  little: boolean,
  id: number,
  time: bigint,
  bytes: Uint8Array,
  original: number = bytes.length,
): Uint8Array {
  const pad = new Uint8Array(-bytes.length & 3);
  const fields = octets(
    little,
    [32, id],
    [32, time >> 32n],
    [32, time & 0xffff_ffffn],
    [32, bytes.length],
    [32, original],
  );
  return block(little, 6, join(fields, bytes, pad, option(little, 1, text("a comment")), option(little, 0, text(""))));
}

function text(value: string): Uint8Array {
  return encodeUtf8(value);
}

const [ONE, TWO] = [text("one"), text("twoo")];

/** What matters of records: packets as a line, the others by their kind. */
function told(file: Uint8Array, pieces?: number): string[] {
  return readAll(new PcapReader(), file, pieces).map(tell);
}

function tell(record: PcapRecord | Problem): string {
  if (record.kind === "problem") return `${record.offset}: ${record.reason} (${record.skipped})`;
  if (record.kind !== "packet") return record.kind;
  const { seconds, nanoseconds, linkType, originalLength, buffer, start, end } = record;
  return [seconds, nanoseconds, linkType, originalLength, decodeUtf8(buffer.subarray(start, end))].join(" ");
}

/** Records and problems follow each other without a gap, and records are in the file as they say. */
function expectWhole(file: Uint8Array, pieces?: number): void {
  let offset = 0;
  for (const record of readAll(new PcapReader(), file, pieces)) {
    expect(record.offset).toBe(offset);
    if (record.kind === "problem") {
      offset += record.skipped!;
    } else {
      const raw = record.buffer.subarray(record.recordStart, record.recordEnd);
      expect(raw).toEqual(file.subarray(offset, offset + raw.length));
      offset += raw.length;
    }
  }
  expect(offset).toBe(file.length);
}

describe.each([
  ["little-endian", true],
  ["big-endian", false],
])("%s", (_name, little) => {
  test.each([
    ["microseconds", 0xa1b2_c3d4, 5, 5000],
    ["nanoseconds", 0xa1b2_3c4d, 5, 5],
    ["microseconds, with longer headers", 0xa1b2_cd34, 5, 5000],
  ])("draft-ietf-opsawg-pcap section 4: %s", (_unit, magic, fraction, nanoseconds) => {
    const file = pcap(little, magic, [1, fraction, ONE], [0xffff_ffff, 999_999, TWO, 1500]);
    const last = magic === 0xa1b2_3c4d ? 999_999 : 999_999_000;
    expect(told(file)).toEqual(["fileHeader", `1 ${nanoseconds} 113 3 one`, `4294967295 ${last} 113 1500 twoo`]);
    expect(readAll(new PcapReader(), file)[0]).toMatchObject({ littleEndian: little, snapLength: 1000, linkType: 113 });
    expectWhole(file);
  });

  test("draft-ietf-opsawg-pcap section 5: a fraction of more than a second is some of the next seconds", () => {
    expect(told(pcap(little, 0xa1b2_c3d4, [1, 2_500_000, ONE]))[1]).toBe("3 500000000 113 3 one");
  });

  test("pcap files that were appended to each other", () => {
    const file = join(pcap(little, 0xa1b2_c3d4, [1, 2, ONE]), pcap(!little, 0xa1b2_3c4d, [1, 2, TWO]));
    expect(told(file)).toEqual(["fileHeader", "1 2000 113 3 one", "fileHeader", "1 2 113 4 twoo"]);
    expectWhole(file);
  });

  test("draft-ietf-opsawg-pcapng sections 4.1 to 4.3: a section, its interfaces and their packets", () => {
    const file = join(
      section(
        little,
        join(option(little, 2, text("a\0b")), option(little, 3, text("OS")), option(little, 4, text("x"))),
      ),
      face(little, 1, 0, option(little, 2, text("eth0")), option(little, 3, text("uplink"))),
      face(little, 113, 96, option(little, 9, Uint8Array.of(9)), option(little, 14, octets(little, [64, 1_000_000]))),
      enhanced(little, 0, 3_000_005n, ONE),
      enhanced(little, 1, 4_000_000_006n, TWO, 1500),
    );
    const records = readAll(new PcapReader(), file);
    expect(records.map(tell)).toEqual([
      "section",
      "interface",
      "interface",
      "3 5000 1 3 one",
      "1000004 6 113 1500 twoo",
    ]);
    expect(records[0]).toMatchObject({ littleEndian: little, hardware: "a", operatingSystem: "OS", application: "x" });
    expect(records[1]).toMatchObject({
      id: 0,
      name: "eth0",
      description: "uplink",
      unitsPerSecond: 1_000_000n,
      timeOffset: 0,
    });
    expect(records[2]).toMatchObject({
      id: 1,
      name: null,
      snapLength: 96,
      unitsPerSecond: 1_000_000_000n,
      timeOffset: 1_000_000,
    });
    expectWhole(file);
  });

  test("section 4.4: a Simple Packet Block is of the first interface, has no time, and is as long as it may be", () => {
    const simple = block(little, 3, octets(little, [32, 1500], text("four")));
    const file = join(section(little), face(little, 1, 3), face(little, 2, 0), simple);
    expect(told(file).at(-1)).toBe("0 0 1 1500 fou");
    expect(
      told(join(section(little), face(little, 1, 0), block(little, 3, octets(little, [32, 2], text("two"))))).at(-1),
    ).toBe("0 0 1 2 tw");
  });

  test("appendix A: an obsolete Packet Block, whose interface has 16 bits", () => {
    const fields = octets(little, [16, 0], [16, 0xffff], [32, 0], [32, 7], [32, 3], [32, 3], ONE);
    expect(told(join(section(little), face(little, 1, 0), block(little, 2, fields))).at(-1)).toBe("0 7000 1 3 one");
  });

  test("section 3.1: other blocks are there with their body", () => {
    const file = join(section(little), block(little, 0xbad, text("anything")), block(little, 0x8000_0001, text("")));
    const [, block1, block2] = readAll(new PcapReader(), file);
    expect(block1).toMatchObject({ kind: "block", type: 0xbad, littleEndian: little });
    expect(block2).toMatchObject({ kind: "block", type: 0x8000_0001 });
    expectWhole(file);
  });

  test("section 3.4: the next section may be in the other byte order and has interfaces of its own", () => {
    const file = join(
      section(little),
      face(little, 1, 0),
      section(!little, undefined, 2),
      face(!little, 9, 0),
      enhanced(!little, 0, 0n, ONE),
    );
    expect(told(file)).toEqual(["section", "interface", "section", "interface", "0 0 9 3 one"]);
  });

  test("section 3.4: a section of another version is passed over", () => {
    const other = section(little, undefined, 1);
    const file = join(other, face(little, 1, 0), enhanced(little, 0, 0n, ONE), section(little), face(little, 1, 0));
    expect(told(file)).toEqual(["0: a section of version 1.1 (28)", "block", "block", "section", "interface"]);
  });
});

test.each([
  // The octet of if_tsresol, if_tsoffset, units; seconds and nanoseconds.
  [0, 0n, 7n, 7, 0],
  [3, 0n, 7_009n, 7, 9_000_000],
  [6, -5n, 7_000_009n, 2, 9000],
  [9, 0n, 1_600_000_000_123_456_789n, 1_600_000_000, 123_456_789],
  [12, 0n, 7_000_000_009_999n, 7, 9],
  [0x80 | 10, 0n, 1536n, 1, 500_000_000],
  [0x80 | 32, 0n, 0x7_8000_0000n, 7, 500_000_000],
  [127, 0n, 0xffff_ffff_ffff_ffffn, 0, 0],
  [6, -8n, 7_000_009n, 0, 0],
  [6, 0x1_0000_0000n, 9n, 0xffff_ffff, 999_999_999],
  [0, 0n, 0xffff_ffff_ffff_ffffn, 0xffff_ffff, 999_999_999],
])(
  "draft-ietf-opsawg-pcapng section 4.2: if_tsresol %i and if_tsoffset %s",
  (resolution, offset, units, seconds, nanoseconds) => {
    const options = [option(true, 9, Uint8Array.of(resolution)), option(true, 14, octets(true, [64, offset]))];
    const file = join(section(true), face(true, 1, 0, ...options), enhanced(true, 0, units, ONE));
    expect(told(file).at(-1)).toBe(`${seconds} ${nanoseconds} 1 3 one`);
  },
);

test("every time of every interface in whole nanoseconds is what exact arithmetic makes of it", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 9 }),
      fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }),
      (resolution, units) => {
        const options = option(true, 9, Uint8Array.of(resolution));
        const file = join(section(true), face(true, 1, 0, options), enhanced(true, 0, units, ONE));
        const perSecond = 10n ** BigInt(resolution);
        const seconds = units / perSecond;
        const nanoseconds = ((units % perSecond) * 1_000_000_000n) / perSecond;
        const expected = seconds > 0xffff_ffffn ? "4294967295 999999999" : `${seconds} ${nanoseconds}`;
        expect(told(file).at(-1)).toBe(`${expected} 1 3 one`);
      },
    ),
  );
});

const NOW = 1_600_000_000;
const CLASSIC = pcap(true, 0xa1b2_c3d4, [NOW, 1, ONE], [NOW, 2, TWO], [NOW, 3, ONE], [NOW, 4, TWO]);
const NEXT = join(
  section(true),
  face(true, 1, 0),
  enhanced(true, 0, 1n, ONE),
  enhanced(true, 0, 2n, TWO),
  enhanced(true, 0, 3n, ONE),
);

test.each([
  ["pcap", CLASSIC],
  ["pcapng", NEXT],
])(
  "%s: however the file is cut into chunks and whatever is wrong in it, the records are the same, and all octets are accounted for",
  (_name, file) => {
    const damage = fc.array(fc.tuple(fc.integer({ min: 4, max: file.length - 1 }), fc.nat(255)), { maxLength: 3 });
    fc.assert(
      fc.property(damage, fc.nat(file.length), fc.integer({ min: 1, max: 40 }), (damage, length, pieces) => {
        const broken = new Uint8Array(file);
        for (const [at, value] of damage) broken[at] = value;
        const torn = broken.subarray(0, length);
        const whole = told(torn);
        expect(told(torn, pieces)).toEqual(whole);
        if (torn.length >= 4) expectWhole(torn, pieces);
      }),
      { numRuns: 500 },
    );
  },
);

test("a file that is no capture", () => {
  expect(told(text("MZ and so on"))).toEqual(["0: a file that begins with 4d5a2061 is no capture (null)"]);
  expect(told(text("MZ"))).toEqual(["0: a file that begins with 4d5a is no capture (null)"]);
  expect(told(new Uint8Array(0))).toEqual([]);
});

test("a pcap file of another version", () => {
  const file = new Uint8Array(CLASSIC);
  file[4] = 3;
  expect(told(file)).toEqual([`0: version 3.4 of pcap (${file.length})`]);
});

test("a packet that is cut off", () => {
  expect(told(CLASSIC.subarray(0, -1)).at(-1)).toBe(
    `${CLASSIC.length - 20}: a record of which the file has 19 octets (19)`,
  );
  expect(told(NEXT.subarray(0, -4)).at(-1)).toMatch(/a record of which the file has 52 octets \(52\)$/);
});

test("behind a packet that is too long the next one is found", () => {
  const file = new Uint8Array(CLASSIC);
  file.set(octets(true, [32, MAX_PCAP_PACKET + 1]), 24 + 19 + 8);
  expect(told(file)).toEqual([
    "fileHeader",
    `${NOW} 1000 113 3 one`,
    `43: a packet of ${MAX_PCAP_PACKET + 1} octets (20)`,
    `${NOW} 3000 113 3 one`,
    `${NOW} 4000 113 4 twoo`,
  ]);
});

test("behind a block that is none the next packet is found", () => {
  const at = section(true).length + face(true, 1, 0).length;
  const broken = (value: number, where: number): string[] => {
    const file = new Uint8Array(NEXT);
    file.set(octets(true, [32, value]), at + where);
    return told(file).slice(2);
  };
  const rest = ["0 2000 1 4 twoo", "0 3000 1 3 one"];
  expect(broken(51, 4)).toEqual([`${at}: a block of 51 octets (56)`, ...rest]);
  expect(broken(MAX_PCAPNG_BLOCK + 4, 4)).toEqual([`${at}: a block of ${MAX_PCAPNG_BLOCK + 4} octets (56)`, ...rest]);
  expect(broken(8, 52)).toEqual([`${at}: a block of 56 octets that ends as one of 8 (56)`, ...rest]);
  expect(broken(1, 8)).toEqual([`${at}: a packet of interface 1, of which there are 1 (56)`, ...rest]);
  expect(broken(25, 20)).toEqual([`${at}: a packet of 25 octets in a block of 44 (56)`, ...rest]);
});

test.each([
  ["a section of no byte order", block(true, 0x0a0d_0d0a, text("0123456789abcdef")), "a section of no byte order"],
  [
    "a section without all its fields",
    block(true, 0x0a0d_0d0a, octets(true, [32, 0x1a2b_3c4d])),
    "a section header of 4 octets",
  ],
  ["an interface without all its fields", block(true, 1, text("four")), "an interface description of 4 octets"],
  ["a packet without all its fields", block(true, 6, text("four")), "a packet block of 4 octets"],
  ["a simple packet without its field", block(true, 3, text("")), "a packet block of 0 octets"],
  ["a simple packet of no interface", block(true, 3, text("four")), "a packet of interface 0, of which there are 0"],
])("%s", (_name, bad, reason) => {
  expect(told(join(section(true), bad, section(false)))).toEqual([
    "section",
    `28: ${reason} (${bad.length})`,
    "section",
  ]);
});

test("options that are cut off are left out, and what is not UTF-8 is no text", () => {
  const bad = join(option(true, 2, Uint8Array.of(0xff)), octets(true, [16, 3], [16, 100], [32, 0]));
  const [, described] = readAll(new PcapReader(), join(section(true), face(true, 1, 0, bad)));
  expect(described).toMatchObject({ kind: "interface", name: null, description: null });
});
