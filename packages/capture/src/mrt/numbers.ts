// Types and subtypes of MRT (IANA registry mrt).

/** RFC 6396 section 5.3. Types up to 10 are deprecated (appendix B). */
export const MrtType = {
  Null: 0,
  Start: 1,
  Die: 2,
  IAmDead: 3,
  PeerDown: 4,
  Bgp: 5,
  Rip: 6,
  Idrp: 7,
  Ripng: 8,
  Bgp4plus: 9,
  Bgp4plus01: 10,
  Ospfv2: 11,
  TableDump: 12,
  TableDumpV2: 13,
  Bgp4mp: 16,
  Bgp4mpEt: 17,
  Isis: 32,
  IsisEt: 33,
  Ospfv3: 48,
  Ospfv3Et: 49,
} as const;

/** RFC 6396 section 5.4: of BGP, BGP4PLUS and BGP4PLUS_01. */
export const BgpSubtype = {
  Null: 0,
  Update: 1,
  PrefUpdate: 2,
  StateChange: 3,
  Sync: 4,
  Open: 5,
  Notify: 6,
  Keepalive: 7,
} as const;

/** RFC 6396 section 5.5, and two that were never registered: with AS numbers of four octets. */
export const TableDumpSubtype = {
  AfiIpv4: 1,
  AfiIpv6: 2,
  AfiIpv4As4: 3,
  AfiIpv6As4: 4,
} as const;

/** RFC 6396 section 5.6, RFC 6397 section 4.1 and RFC 8050 section 5.2. */
export const TableDumpV2Subtype = {
  PeerIndexTable: 1,
  RibIpv4Unicast: 2,
  RibIpv4Multicast: 3,
  RibIpv6Unicast: 4,
  RibIpv6Multicast: 5,
  RibGeneric: 6,
  GeoPeerTable: 7,
  RibIpv4UnicastAddpath: 8,
  RibIpv4MulticastAddpath: 9,
  RibIpv6UnicastAddpath: 10,
  RibIpv6MulticastAddpath: 11,
  RibGenericAddpath: 12,
} as const;

/** RFC 6396 section 5.7 and RFC 8050 section 5.1: of BGP4MP and BGP4MP_ET. */
export const Bgp4mpSubtype = {
  StateChange: 0,
  Message: 1,
  /** Deprecated, as the next one is (RFC 6396 appendix B.2.6). */
  Entry: 2,
  Snapshot: 3,
  MessageAs4: 4,
  StateChangeAs4: 5,
  MessageLocal: 6,
  MessageAs4Local: 7,
  MessageAddpath: 8,
  MessageAs4Addpath: 9,
  MessageLocalAddpath: 10,
  MessageAs4LocalAddpath: 11,
} as const;

/** The subtypes of each type that has them; the others have none, and their subtype is to be 0. */
const SUBTYPES: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  [MrtType.Bgp]: BgpSubtype,
  [MrtType.Bgp4plus]: BgpSubtype,
  [MrtType.Bgp4plus01]: BgpSubtype,
  [MrtType.TableDump]: TableDumpSubtype,
  [MrtType.TableDumpV2]: TableDumpV2Subtype,
  [MrtType.Bgp4mp]: Bgp4mpSubtype,
  [MrtType.Bgp4mpEt]: Bgp4mpSubtype,
};

/** The registry's name, or "MRT type 99". @example mrtTypeName(17) // "BGP4MP_ET" */
export function mrtTypeName(type: number): string {
  return nameIn(MrtType, type)?.replace("SPFV", "SPFv").replace("S01", "S_01") ?? `MRT type ${type}`;
}

/**
 * What a record is, by the registry's names of its type and, where there are some, its subtype.
 *
 * @example mrtRecordName(17, 4) // "BGP4MP_ET MESSAGE_AS4"
 * @example mrtRecordName(13, 99) // "TABLE_DUMP_V2 subtype 99"
 * @example mrtRecordName(32, 0) // "ISIS"
 */
export function mrtRecordName(type: number, subtype: number): string {
  const subtypes = SUBTYPES[type];
  if (subtypes === undefined) return mrtTypeName(type);
  return `${mrtTypeName(type)} ${nameIn(subtypes, subtype) ?? `subtype ${subtype}`}`;
}

/** "MessageAs4" as the registry writes it: "MESSAGE_AS4". */
function nameIn(table: Readonly<Record<string, number>>, value: number): string | null {
  for (const key in table) if (table[key] === value) return key.replaceAll(/(?!^)(?=[A-Z])/g, "_").toUpperCase();
  return null;
}
