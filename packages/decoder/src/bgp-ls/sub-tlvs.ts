// TLVs of BGP-LS and the sub-TLVs in them: two octets of type and two of length all over (RFC 9552 section 5.1).
import { readTlvs, writeTlvs, type RawTlv, type Tlv, type TlvTable } from "../bytes/tlv.ts";
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import type { Rule } from "../verdict/rule.ts";
import { BGP_LS_RULES } from "./rules.ts";

/** Reads TLVs up to the reader's end; one that does not fit is a fault of the whole attribute or NLRI. */
export function readBgpLsTlvs<T extends Tlv>(
  reader: FieldReader,
  table: TlvTable<T>,
  overrun: Rule = BGP_LS_RULES["bgp-ls-tlv"],
): (T | RawTlv)[] {
  return readTlvs(reader, "2+2", table, overrun);
}

/** Writes TLVs. @throws ConfigError where one is not of the table or does not fit */
export function writeBgpLsTlvs<T extends Tlv>(
  list: readonly (T | RawTlv)[],
  table: TlvTable<T>,
  writer: OctetWriter,
): void {
  writeTlvs(list, "2+2", table, "bgpLs", writer);
}
