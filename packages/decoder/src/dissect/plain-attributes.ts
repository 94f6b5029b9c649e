// Attributes whose decoder works on the octets themselves, field by field, in the order of their codes.
import type { FieldReader } from "../bytes/reader.ts";
import { EXTENDED_COMMUNITY } from "../community/extended-community.ts";
import { IPV6_EXTENDED_COMMUNITY } from "../community/ipv6-extended-community.ts";
import type { DecodeContext } from "../context.ts";

type ReadAttribute = (reader: FieldReader, context: DecodeContext) => void;

/** By attribute code. A test holds every such attribute to be here. */
export const PLAIN_ATTRIBUTES: Readonly<Record<number, ReadAttribute>> = {
  1: (reader) => void reader.u8("ORIGIN"),
  2: (reader, context) => readSegments(reader, context.compiled.asSize),
  3: (reader) => void reader.ipv4("NEXT_HOP"),
  4: (reader) => void reader.u32("MULTI_EXIT_DISC"),
  5: (reader) => void reader.u32("LOCAL_PREF"),
  6: () => {},
  7: (reader, context) => {
    asNumber(reader, context.compiled.asSize);
    reader.ipv4("Aggregator IP Address");
  },
  8: (reader) => each(reader, () => reader.u32("Community")),
  9: (reader) => void reader.ipv4("ORIGINATOR_ID"),
  10: (reader) => each(reader, () => reader.ipv4("CLUSTER_ID")),
  16: (reader) => each(reader, () => EXTENDED_COMMUNITY.read(reader)),
  17: (reader) => readSegments(reader, 4),
  18: (reader) => {
    asNumber(reader, 4);
    reader.ipv4("Aggregator IP Address");
  },
  21: (reader) => {
    reader.u8("Upper Bound");
    reader.u32("AS Number");
  },
  25: (reader) => each(reader, () => IPV6_EXTENDED_COMMUNITY.read(reader)),
  32: (reader) => {
    each(reader, () => {
      const start = reader.at;
      reader.u32("Global Administrator");
      reader.u32("Local Data Part 1");
      reader.u32("Local Data Part 2");
      reader.group("Large Community", start);
    });
  },
  35: (reader) => void reader.u32("AS Number"),
};

/** Repeats to the end of the value. */
function each(reader: FieldReader, read: () => unknown): void {
  while (reader.remaining > 0 && !reader.failed) read();
}

/** RFC 4271 section 4.3. */
function readSegments(reader: FieldReader, asSize: 2 | 4): void {
  each(reader, () => {
    const start = reader.at;
    reader.u8("Path Segment Type");
    for (let left = reader.u8("Path Segment Length"); left > 0 && !reader.failed; left -= 1) asNumber(reader, asSize);
    reader.group("Path Segment", start);
  });
}

function asNumber(reader: FieldReader, asSize: 2 | 4): void {
  if (asSize === 4) reader.u32("AS Number");
  else reader.u16("AS Number");
}
