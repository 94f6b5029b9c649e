// BGP Wide Communities (draft-ietf-idr-wide-bgp-communities section 4): what is asked for, by whom, of whom, with which
// parameters. Targets and parameters are lists of atoms (section 5), which are lists of plain values.
import { ConfigError, decodeUtf8, encodeUtf8, parsePrefix } from "@bgpwire/core";
import { readFloat32, writeFloat32OrDigits, type Float32 } from "../bytes/float.ts";
import type { FieldReader } from "../bytes/reader.ts";
import { readTlvs, tlvTable, writeTlvs, type RawTlv, type Tlv, type TlvRow, type TlvTable } from "../bytes/tlv.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ipv4PrefixText, ipv6PrefixText } from "../text/prefix-text.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";

/** What can be wrong with it, and with the attribute it is in. */
// prettier-ignore
export const COMMUNITY_CONTAINER_RULES: RuleTable<"community-container-malformed"> = /* @__PURE__ */ ruleTable({
  "community-container-malformed": ["draft-ietf-idr-wide-bgp-communities section 8.1", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
});

const MALFORMED = COMMUNITY_CONTAINER_RULES["community-container-malformed"];

/** Numbers of four octets: AS numbers, integers, classes of neighbours (1: peer, 2: customer, 3: upstream), other classes. */
interface NumbersAtom extends Tlv {
  readonly name: "asNumbers" | "integers" | "neighborClasses" | "userClasses";
  readonly type: 1 | 4 | 6 | 7;
  readonly values: readonly number[];
}

interface PrefixesAtom extends Tlv {
  readonly name: "ipv4Prefixes" | "ipv6Prefixes";
  readonly type: 2 | 3;
  readonly prefixes: readonly string[];
}

interface FloatsAtom extends Tlv {
  readonly name: "floats";
  readonly type: 5;
  readonly values: readonly Float32[];
}

interface StringAtom extends Tlv {
  readonly name: "string";
  readonly type: 8;
  readonly text: string;
}

/** A list of plain values; of a type that is not known, and a string that is no UTF-8, `raw`. */
export type WideCommunityAtom = NumbersAtom | PrefixesAtom | FloatsAtom | StringAtom | RawTlv;

/** Whom the community is for, whom it is not for, or what it is to do (section 4.4). */
interface AtomsTlv extends Tlv {
  readonly name: "targets" | "excludeTargets" | "parameters";
  readonly type: 1 | 2 | 3;
  readonly atoms: readonly WideCommunityAtom[];
}

/** A part of a wide community; `raw` where its type is not known. */
export type WideCommunityTlv = AtomsTlv | RawTlv;

/** What is in a container of type 1. */
export interface WideCommunityFields {
  /** Community Value; from 2147483648 on as registered with IANA, below as the context AS has it. */
  readonly community: number;
  /** Who sends it. */
  readonly sourceAs: number;
  /** Who says what it means. */
  readonly contextAs: number;
  /** Of each type at most one. */
  readonly tlvs: readonly WideCommunityTlv[];
}

function numbers(name: NumbersAtom["name"], type: NumbersAtom["type"], label: string): TlvRow<NumbersAtom> {
  return {
    name,
    type,
    label,
    malformed: MALFORMED,
    read: (reader) => ({ name, type, values: someOf(reader, () => reader.u32(label)) }),
    write: ({ values }, writer) => {
      for (const value of values) writer.u32(value);
    },
  };
}

/** "The minimum Length of this Atom is 4 octets": without any the reader fails. */
function someOf<V>(reader: FieldReader, read: () => V): V[] {
  const list = [read()];
  while (reader.remaining > 0) list.push(read());
  return list;
}

function prefixes(version: 4 | 6): TlvRow<PrefixesAtom> {
  const name = `ipv${version}Prefixes` as const;
  const type = version === 4 ? 2 : 3;
  const mostBits = version === 4 ? 32 : 128;
  const text = version === 4 ? ipv4PrefixText : ipv6PrefixText;
  return {
    name,
    type,
    label: `IPv${version} Prefix List`,
    malformed: MALFORMED,
    read: (reader) => {
      const list: string[] = [];
      while (reader.remaining > 0) {
        const bits = reader.buffer[reader.at]!;
        if (bits > mostBits) return null;
        list.push(reader.text("Prefix", 1 + ((bits + 7) >> 3), text));
        if (reader.failed) return null;
      }
      return { name, type, prefixes: list };
    },
    write: (atom, writer) => {
      for (const prefix of atom.prefixes) writePrefix(prefix, version, writer);
    },
  };
}

function writePrefix(text: string, version: 4 | 6, writer: OctetWriter): void {
  const prefix = parsePrefix(text);
  if (prefix === null || prefix.version !== version) {
    throw new ConfigError("invalid-value", "prefixes", `"${text}" is no IPv${version} prefix`);
  }
  writer.u8(prefix.length);
  writer.bytes(prefix.bytes.subarray(0, (prefix.length + 7) >> 3));
}

const FLOATS: TlvRow<FloatsAtom> = {
  name: "floats",
  type: 5,
  label: "IEEE Floating Point Number List",
  malformed: MALFORMED,
  read: (reader) => ({
    name: "floats",
    type: 5,
    values: someOf(reader, () => readFloat32(reader, "IEEE Floating Point Number")),
  }),
  write: ({ values }, writer) => {
    for (const value of values) writeFloat32OrDigits(value, "floats", writer);
  },
};

const STRING: TlvRow<StringAtom> = {
  name: "string",
  type: 8,
  label: "UTF-8 String",
  // Section 5.7: truncated and improperly formed strings are no error.
  read: (reader) => {
    const text = decodeUtf8(reader.rest("UTF-8 String"));
    return text === null ? null : { name: "string", type: 8, text };
  },
  write: ({ text }, writer) => writer.bytes(encodeUtf8(text)),
};

/** @table */
export const WIDE_COMMUNITY_ATOMS: TlvTable<WideCommunityAtom> = /* @__PURE__ */ tlvTable<WideCommunityAtom>([
  /* @__PURE__ */ numbers("asNumbers", 1, "Autonomous System Number"),
  /* @__PURE__ */ prefixes(4),
  /* @__PURE__ */ prefixes(6),
  /* @__PURE__ */ numbers("integers", 4, "Integer32"),
  FLOATS,
  /* @__PURE__ */ numbers("neighborClasses", 6, "Neighbor Class"),
  /* @__PURE__ */ numbers("userClasses", 7, "User-defined Class"),
  STRING,
]);

function atoms(name: AtomsTlv["name"], type: AtomsTlv["type"], label: string): TlvRow<AtomsTlv> {
  return {
    name,
    type,
    label,
    malformed: MALFORMED,
    read: (reader) => ({ name, type, atoms: readTlvs(reader, "1+2", WIDE_COMMUNITY_ATOMS) }),
    write: (tlv, writer) => writeTlvs(tlv.atoms, "1+2", WIDE_COMMUNITY_ATOMS, "atoms", writer),
  };
}

/** @table */
export const WIDE_COMMUNITY_TLVS: TlvTable<WideCommunityTlv> = /* @__PURE__ */ tlvTable<WideCommunityTlv>([
  /* @__PURE__ */ atoms("targets", 1, "BGP Wide Community Targets TLV"),
  /* @__PURE__ */ atoms("excludeTargets", 2, "BGP Wide Community Exclude Targets TLV"),
  /* @__PURE__ */ atoms("parameters", 3, "BGP Wide Community Parameters TLV"),
]);

/** Reads what is behind the header of a container of type 1. */
export function readWideCommunity(reader: FieldReader): WideCommunityFields {
  const community = reader.u32("Community Value");
  const sourceAs = reader.u32("Source AS Number");
  const contextAs = reader.u32("Context AS Number");
  const tlvs = readTlvs(reader, "1+2", WIDE_COMMUNITY_TLVS);
  // Section 4.4: "A given Sub-Type MUST NOT appear more than once."
  if (new Set(tlvs.map((tlv) => tlv.type)).size < tlvs.length) reader.fail();
  return { community, sourceAs, contextAs, tlvs };
}

/** Writes it. @throws ConfigError where a part does not fit its field */
export function writeWideCommunity(fields: WideCommunityFields, writer: OctetWriter): void {
  writer.u32(fields.community);
  writer.u32(fields.sourceAs);
  writer.u32(fields.contextAs);
  writeTlvs(fields.tlvs, "1+2", WIDE_COMMUNITY_TLVS, "tlvs", writer);
}
