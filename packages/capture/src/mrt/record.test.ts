// Records of MRT as RFC 6396, RFC 6397 and RFC 8050 have them: read, written, and what is wrong with those that are not so.
import { ConfigError, bytesOf, encodeKeepalive, fromHex, toHex, type Slice } from "@bgpwire/core";
import { expect, test } from "vitest";
import { readAll } from "../stream/record-reader.ts";
import { mrtRecordName, MrtType, mrtTypeName } from "./numbers.ts";
import { indexedPeer } from "./peer-table.ts";
import { MrtReader } from "./reader.ts";
import { encodeMrtRecord, type MrtFields, type MrtRecord } from "./record.ts";

function octets(text: string): Uint8Array {
  return fromHex(text.replaceAll(/\s/g, ""))!;
}

/** The only record of a file. */
function recordIn(file: Uint8Array): MrtRecord {
  const [record, ...more] = readAll(new MrtReader(), file);
  expect(more).toEqual([]);
  if (record === undefined || record.kind === "problem") throw new Error(record?.reason ?? "nothing");
  return record;
}

/** Plain values: what is octets is hexadecimal digits. */
function plain(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return toHex(value as Uint8Array);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if ("buffer" in value) return toHex(bytesOf(value as Slice));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

/** What a record has of the fields it was made from. */
function fieldsOf(record: MrtRecord, fields: MrtFields): unknown {
  return plain(Object.fromEntries(Object.keys(fields).map((key) => [key, record[key as keyof MrtRecord]])));
}

const TIME = { seconds: 1_300_475_700, microseconds: null };
const FINE_TIME = { seconds: 1_300_475_700, microseconds: 999_999 };
const SESSION = { peerAs: 65001, localAs: 65002, interfaceIndex: 7 };
const LARGE_SESSION = { peerAs: 4_200_000_001, localAs: 65002, interfaceIndex: 7 };
const IPV4 = { peerAddress: "192.0.2.1", localAddress: "192.0.2.2" };
const IPV6 = { peerAddress: "2001:db8::1", localAddress: "fe80::2" };
const NOWHERE = { interfaceIndex: 0, peerAddress: null, localAddress: null };
const MESSAGE = encodeKeepalive();
const KEEPALIVE = toHex(MESSAGE);
const ATTRIBUTES = octets("40010100");
const IPV4_ADDRESSES = "c0000201 c0000202";
const IPV6_ADDRESSES = "20010db8000000000000000000000001 fe800000000000000000000000000002";
const { Bgp, Bgp4plus, Ospfv2, TableDump, TableDumpV2, Bgp4mp, Bgp4mpEt, Isis, IsisEt, Ospfv3, Ospfv3Et } = MrtType;
const [IPV4_UNICAST, IPV6_MULTICAST] = [
  { afi: 1, safi: 1 },
  { afi: 2, safi: 2 },
];

/** Every kind of record, with the octets behind its header. */
const RECORDS: Readonly<Record<string, readonly [fields: MrtFields, body: string]>> = {
  "RFC 6396 section 4.4.1: BGP4MP_STATE_CHANGE": [
    { kind: "bgp4mpStateChange", type: Bgp4mp, subtype: 0, ...TIME, ...SESSION, ...IPV4, oldState: 5, newState: 6 },
    `fde9 fdea 0007 0001 ${IPV4_ADDRESSES} 0005 0006`,
  ],
  "RFC 6396 section 4.4.2: BGP4MP_MESSAGE": [
    { kind: "bgp4mpMessage", type: Bgp4mp, subtype: 1, ...TIME, ...SESSION, ...IPV6, message: MESSAGE },
    `fde9 fdea 0007 0002 ${IPV6_ADDRESSES} ${KEEPALIVE}`,
  ],
  "RFC 6396 section 4.4.3: BGP4MP_MESSAGE_AS4": [
    { kind: "bgp4mpMessage", type: Bgp4mp, subtype: 4, ...TIME, ...LARGE_SESSION, ...IPV4, message: MESSAGE },
    `fa56ea01 0000fdea 0007 0001 ${IPV4_ADDRESSES} ${KEEPALIVE}`,
  ],
  "RFC 6396 section 4.4.4: BGP4MP_STATE_CHANGE_AS4 with an extended timestamp": [
    {
      kind: "bgp4mpStateChange",
      type: Bgp4mpEt,
      subtype: 5,
      ...FINE_TIME,
      ...LARGE_SESSION,
      ...IPV6,
      oldState: 1,
      newState: 2,
    },
    `000f423f fa56ea01 0000fdea 0007 0002 ${IPV6_ADDRESSES} 0001 0002`,
  ],
  "RFC 6396 section 4.4.5: BGP4MP_MESSAGE_LOCAL": [
    { kind: "bgp4mpMessage", type: Bgp4mp, subtype: 6, ...TIME, ...SESSION, ...IPV4, message: MESSAGE },
    `fde9 fdea 0007 0001 ${IPV4_ADDRESSES} ${KEEPALIVE}`,
  ],
  "RFC 8050 section 3: BGP4MP_MESSAGE_AS4_LOCAL_ADDPATH with an extended timestamp": [
    { kind: "bgp4mpMessage", type: Bgp4mpEt, subtype: 11, ...FINE_TIME, ...SESSION, ...IPV4, message: MESSAGE },
    `000f423f 0000fde9 0000fdea 0007 0001 ${IPV4_ADDRESSES} ${KEEPALIVE}`,
  ],
  "a message behind which there are more octets": [
    {
      kind: "bgp4mpMessage",
      type: Bgp4mp,
      subtype: 1,
      ...TIME,
      ...SESSION,
      ...IPV4,
      message: Uint8Array.of(...MESSAGE, 1, 2),
    },
    `fde9 fdea 0007 0001 ${IPV4_ADDRESSES} ${KEEPALIVE} 0102`,
  ],
  "a message of Zebra without interface and addresses": [
    { kind: "bgp4mpMessage", type: Bgp4mp, subtype: 1, ...TIME, ...SESSION, ...NOWHERE, message: MESSAGE },
    `fde9 fdea ${KEEPALIVE}`,
  ],
  "a state change of Zebra without interface and addresses": [
    { kind: "bgp4mpStateChange", type: Bgp4mp, subtype: 0, ...TIME, ...SESSION, ...NOWHERE, oldState: 3, newState: 4 },
    "fde9 fdea 0003 0004",
  ],
  "RFC 6396 appendix B.2.6.1: BGP4MP_ENTRY": [
    {
      kind: "bgp4mpEntry",
      type: Bgp4mp,
      subtype: 2,
      ...TIME,
      ...SESSION,
      ...IPV4,
      view: 1,
      status: 2,
      timeLastChange: 3,
      afi: 1,
      safi: 1,
      nextHop: octets("c0000203"),
      nlri: octets("0a0a40"),
      attributes: ATTRIBUTES,
    },
    `fde9 fdea 0007 0001 ${IPV4_ADDRESSES} 0001 0002 00000003 0001 01 04 c0000203 0a 0a40 0004 40010100`,
  ],
  "RFC 6396 appendix B.2.6.2: BGP4MP_SNAPSHOT": [
    { kind: "bgp4mpSnapshot", type: Bgp4mp, subtype: 3, ...TIME, view: 1, fileName: "/a" },
    "0001 2f61 00",
  ],
  "RFC 6396 section 4.2: TABLE_DUMP of IPv4": [
    {
      kind: "tableDump",
      type: TableDump,
      subtype: 1,
      ...TIME,
      view: 1,
      sequence: 2,
      entries: [
        {
          prefix: "10.0.0.0",
          prefixLength: 8,
          status: 1,
          originatedTime: 3,
          peerAddress: "192.0.2.1",
          peerAs: 65001,
          attributes: ATTRIBUTES,
        },
      ],
    },
    "0001 0002 0a000000 08 01 00000003 c0000201 fde9 0004 40010100",
  ],
  "RFC 6396 section 4.2: TABLE_DUMP of IPv6": [
    {
      kind: "tableDump",
      type: TableDump,
      subtype: 2,
      ...TIME,
      view: 1,
      sequence: 2,
      entries: [
        {
          prefix: "2001:db8::",
          prefixLength: 32,
          status: 1,
          originatedTime: 3,
          peerAddress: "fe80::1",
          peerAs: 65001,
          attributes: new Uint8Array(0),
        },
      ],
    },
    "0001 0002 20010db8000000000000000000000000 20 01 00000003 fe800000000000000000000000000001 fde9 0000",
  ],
  "RFC 6396 section 4.3.1: PEER_INDEX_TABLE": [
    {
      kind: "peerIndexTable",
      type: TableDumpV2,
      subtype: 1,
      ...TIME,
      collectorBgpIdentifier: "192.0.2.9",
      viewName: "ö",
      peers: [
        indexedPeer("192.0.2.1", 65001, "10.0.0.1"),
        indexedPeer("2001:db8::1", 4_200_000_001, "10.0.0.2"),
        { peerType: 0xf0, bgpIdentifier: "10.0.0.3", address: "192.0.2.3", as: 65003 },
      ],
    },
    `c0000209 0002 c3b6 0003 02 0a000001 c0000201 0000fde9 03 0a000002 20010db8000000000000000000000001 fa56ea01
     f0 0a000003 c0000203 fdeb`,
  ],
  "RFC 6396 section 4.3.2: RIB_IPV4_UNICAST": [
    {
      kind: "rib",
      type: TableDumpV2,
      subtype: 2,
      ...TIME,
      sequence: 9,
      family: IPV4_UNICAST,
      nlri: octets("0a0a40"),
      entries: [
        { peerIndex: 1, originatedTime: 2, pathId: null, attributes: ATTRIBUTES },
        { peerIndex: 3, originatedTime: 4, pathId: null, attributes: new Uint8Array(0) },
      ],
    },
    "00000009 0a 0a40 0002 0001 00000002 0004 40010100 0003 00000004 0000",
  ],
  "RFC 8050 section 4.1: RIB_IPV6_MULTICAST_ADDPATH": [
    {
      kind: "rib",
      type: TableDumpV2,
      subtype: 11,
      ...TIME,
      sequence: 9,
      family: IPV6_MULTICAST,
      nlri: octets("00"),
      entries: [{ peerIndex: 1, originatedTime: 2, pathId: 0xffff_ffff, attributes: ATTRIBUTES }],
    },
    "00000009 00 0001 0001 00000002 ffffffff 0004 40010100",
  ],
  "RFC 6396 section 4.3.3: RIB_GENERIC": [
    {
      kind: "rib",
      type: TableDumpV2,
      subtype: 6,
      ...TIME,
      sequence: 9,
      family: { afi: 1, safi: 4 },
      nlri: octets("20 000641 0a"),
      entries: [{ peerIndex: 1, originatedTime: 2, pathId: null, attributes: ATTRIBUTES }],
    },
    "00000009 0001 04 20 000641 0a 0001 0001 00000002 0004 40010100",
  ],
  "RFC 8050 section 4.2: RIB_GENERIC_ADDPATH": [
    {
      kind: "rib",
      type: TableDumpV2,
      subtype: 12,
      ...TIME,
      sequence: 9,
      family: IPV4_UNICAST,
      nlri: octets("00000005 08 0a"),
      entries: [{ peerIndex: 1, originatedTime: 2, pathId: null, attributes: ATTRIBUTES }],
    },
    "00000009 0001 01 00000005 08 0a 0001 0001 00000002 0004 40010100",
  ],
  "RFC 6397 section 4.1: GEO_PEER_TABLE": [
    {
      kind: "geoPeerTable",
      type: TableDumpV2,
      subtype: 7,
      ...TIME,
      collectorBgpIdentifier: "192.0.2.9",
      collector: { latitude: 52.5, longitude: -13.25 },
      peers: [
        { peerType: 2, bgpIdentifier: "10.0.0.1", latitude: null, longitude: null },
        { peerType: 3, bgpIdentifier: "10.0.0.2", latitude: -0.5, longitude: 180 },
      ],
    },
    "c0000209 42520000 c1540000 0002 02 0a000001 7fc00000 7fc00000 03 0a000002 bf000000 43340000",
  ],
  "RFC 6396 appendix B.2.1.2: BGP_UPDATE of BGP": [
    {
      kind: "bgpMessage",
      type: Bgp,
      subtype: 1,
      ...TIME,
      peerAs: 1,
      localAs: 2,
      ...IPV4,
      contents: octets("00000000"),
    },
    "0001 c0000201 0002 c0000202 00000000",
  ],
  "RFC 6396 appendix B.2.5: BGP_KEEPALIVE of BGP4PLUS": [
    { kind: "bgpMessage", type: Bgp4plus, subtype: 7, ...TIME, peerAs: 1, localAs: 2, ...IPV6, contents: octets("") },
    "0001 20010db8000000000000000000000001 0002 fe800000000000000000000000000002",
  ],
  "RFC 6396 appendix B.2.1.4: BGP_STATE_CHANGE": [
    {
      kind: "bgpStateChange",
      type: Bgp,
      subtype: 3,
      ...TIME,
      peerAs: 1,
      peerAddress: "192.0.2.1",
      oldState: 6,
      newState: 1,
    },
    "0001 c0000201 0006 0001",
  ],
  "RFC 6396 appendix B.2.1.5: BGP_SYNC": [
    { kind: "bgpSync", type: Bgp, subtype: 4, ...TIME, view: 1, fileName: "" },
    "0001 00",
  ],
  "RFC 6396 section 4.1: OSPFv2": [
    {
      kind: "ospf",
      type: Ospfv2,
      subtype: 0,
      ...TIME,
      remoteAddress: "192.0.2.1",
      localAddress: "224.0.0.5",
      packet: octets("0201"),
    },
    "c0000201 e0000005 0201",
  ],
  "RFC 6396 section 4.6: OSPFv3 over IPv4 with an extended timestamp": [
    {
      kind: "ospf",
      type: Ospfv3Et,
      subtype: 0,
      ...FINE_TIME,
      remoteAddress: "192.0.2.1",
      localAddress: "224.0.0.5",
      packet: octets("0301"),
    },
    "000f423f 0001 c0000201 e0000005 0301",
  ],
  "RFC 6396 section 4.6: OSPFv3": [
    {
      kind: "ospf",
      type: Ospfv3,
      subtype: 0,
      ...TIME,
      remoteAddress: "fe80::1",
      localAddress: "ff02::5",
      packet: octets("0301"),
    },
    "0002 fe800000000000000000000000000001 ff020000000000000000000000000005 0301",
  ],
  "RFC 6396 section 4.5: IS-IS": [
    { kind: "isis", type: Isis, subtype: 0, ...TIME, pdu: octets("831b0100") },
    "831b0100",
  ],
  "RFC 6396 section 4.5: IS-IS with an extended timestamp": [
    { kind: "isis", type: IsisEt, subtype: 0, ...FINE_TIME, pdu: octets("831b0100") },
    "000f423f 831b0100",
  ],
  "a subtype that is not known": [
    { kind: "other", type: Bgp4mpEt, subtype: 12, ...FINE_TIME, message: octets("0102") },
    "000f423f 0102",
  ],
  "RFC 6396 section 4.3.3: RIB_GENERIC of a family that is not known": [
    { kind: "other", type: TableDumpV2, subtype: 6, ...TIME, message: octets("00000009 0001 63 00") },
    "00000009 0001 63 00",
  ],
};

test.each(Object.entries(RECORDS))("%s", (_name, [fields, body]) => {
  const file = encodeMrtRecord(fields);
  const digits = body.replaceAll(/\s/g, "");
  const [seconds, type, subtype, length] = [fields.seconds, fields.type, fields.subtype, digits.length / 2];
  const header = new DataView(new ArrayBuffer(12));
  header.setUint32(0, seconds);
  header.setUint16(4, type);
  header.setUint16(6, subtype);
  header.setUint32(8, length);
  expect(toHex(file)).toBe(toHex(new Uint8Array(header.buffer)) + digits);
  const record = recordIn(file);
  expect(fieldsOf(record, fields)).toEqual(plain(fields));
  expect(encodeMrtRecord(record)).toEqual(file);
});

test("what a message's subtype says of it", () => {
  const said = Array.from({ length: 12 }, (_, subtype) => {
    if ([0, 2, 3, 5].includes(subtype)) return "";
    const fields: MrtFields = {
      ...TIME,
      ...SESSION,
      ...IPV4,
      kind: "bgp4mpMessage",
      type: 16,
      subtype,
      message: MESSAGE,
    };
    const record = recordIn(encodeMrtRecord(fields));
    if (record.kind !== "bgp4mpMessage") throw new Error(record.kind);
    return [record.fourOctetAs && "as4", record.local && "local", record.addPath && "addPath"]
      .filter(Boolean)
      .join(" ");
  });
  expect(said).toEqual([
    "",
    "",
    "",
    "",
    "as4",
    "",
    "local",
    "as4 local",
    "addPath",
    "as4 addPath",
    "local addPath",
    "as4 local addPath",
  ]);
});

test("RFC 6396 figure 16: BGP4MP_MESSAGE_AS4", () => {
  const record = recordIn(
    octets(`4d83ae74 0010 0004 00000052 0000fbf0 0000fbf1 0000 0001 c0000255 c6336404 ffffffffffffffffffffffffffffffff
      003e 02 0000 001f 40010102 40020e 0203 0000fbf0 0000fbff 0000fbf6 400304c6336455 c00804fbf0000e 18cb0071`),
  );
  expect(record).toMatchObject({
    kind: "bgp4mpMessage",
    peerAs: 64496,
    localAs: 64497,
    interfaceIndex: 0,
    peerAddress: "192.0.2.85",
    localAddress: "198.51.100.4",
    message: { start: 32, end: 94 },
  });
});

test("RFC 6396 figure 18: PEER_INDEX_TABLE", () => {
  const record = recordIn(
    octets(`4d83ae74 000d 0001 00000022 c6336404 0000 0002
      02 c6336405 c6336405 00010005 02 c0000221 c0000221 00010006`),
  );
  expect(record).toMatchObject({
    kind: "peerIndexTable",
    collectorBgpIdentifier: "198.51.100.4",
    viewName: "",
    peers: [
      { bgpIdentifier: "198.51.100.5", address: "198.51.100.5", as: 65541 },
      { bgpIdentifier: "192.0.2.33", address: "192.0.2.33", as: 65542 },
    ],
  });
});

test("RFC 6396 figure 19: RIB_IPV6_UNICAST", () => {
  const record = recordIn(
    octets(
      `4d83ae74 000d 0004 00000057 0000002a 20 20010db8 0001 000f 4d83ae74 0044
      40010100 5002000e 0203 0000fbf0 0000fbff 0000fbf6 800e2b 0002 01 20 20010db8000d00ff0000000000000187
      fe800000000000000212f2fffe9f1b00 000000 20 20010db8`.replace("000000 20", "0000 20"),
    ),
  );
  expect(record).toMatchObject({
    kind: "rib",
    sequence: 42,
    family: { afi: 2, safi: 1 },
    nlri: { start: 16, end: 21 },
    entries: [{ peerIndex: 15, originatedTime: 0x4d83ae74, attributes: { start: 31, end: 99 } }],
  });
});

test("TABLE_DUMP as the first collector of RIPE wrote it: many entries, view and sequence number not counted", () => {
  const entry = "08 01 00000003 c0000201 fde9 0004 40010100";
  const file = octets(`387a7a18 000c 0001 0000002c 0000 0000 0a000000 ${entry} 0b000000 ${entry}`);
  const next = encodeMrtRecord({ kind: "isis", type: Isis, subtype: 0, ...TIME, pdu: octets("83") });
  const [record, second] = readAll(new MrtReader(), Uint8Array.of(...file, ...next));
  expect(record).toMatchObject({ kind: "tableDump", uncounted: 4, end: file.length });
  expect(encodeMrtRecord(record as MrtRecord)).toEqual(file);
  expect(second).toMatchObject({ kind: "isis", offset: file.length });
});

test("a Length that does not count the microseconds, as the first files of BGP4MP_ET have it", () => {
  const records: MrtFields[] = [
    { kind: "bgp4mpMessage", type: 17, subtype: 4, ...FINE_TIME, ...SESSION, ...IPV4, message: MESSAGE, uncounted: 4 },
    {
      kind: "bgp4mpStateChange",
      type: 17,
      subtype: 5,
      ...FINE_TIME,
      ...SESSION,
      ...IPV4,
      oldState: 1,
      newState: 2,
      uncounted: 4,
    },
  ];
  const file = Uint8Array.from(records.flatMap((fields) => [...encodeMrtRecord(fields)]));
  const read = readAll(new MrtReader(), file) as MrtRecord[];
  expect(read.map((record, i) => fieldsOf(record, records[i]!))).toEqual(records.map(plain));
});

/** What is wrong with a record of a type and subtype, by the octets behind its header. */
const WRONG: readonly (readonly [type: number, subtype: number, body: string, reason: string])[] = [
  [17, 4, "000f42", "BGP4MP_ET MESSAGE_AS4: the record ends before its microseconds"],
  [16, 1, "fde9fdea0007", "BGP4MP MESSAGE: the record ends among AS numbers and interface"],
  [16, 1, "fde9 fdea 0007 0001 c0000201 c000", "BGP4MP MESSAGE: the record ends among the addresses"],
  [
    16,
    4,
    `0000fde9 0000fdea 0007 0019 ${IPV4_ADDRESSES}`,
    "BGP4MP MESSAGE_AS4: addresses are of family 25, not 1 or 2",
  ],
  [16, 1, `fde9fdea00070001 ${IPV4_ADDRESSES} ffff`, "BGP4MP MESSAGE: 2 octets are no message"],
  [
    16,
    1,
    `fde9fdea00070001 ${IPV4_ADDRESSES} ${KEEPALIVE.replace("ff", "fe")}`,
    "BGP4MP MESSAGE: no message begins with its marker",
  ],
  [
    16,
    1,
    `fde9fdea00070001 ${IPV4_ADDRESSES} ${KEEPALIVE.replace("0013", "0014")}`,
    "BGP4MP MESSAGE: a message of 20 octets is cut off after 19",
  ],
  [
    16,
    1,
    `fde9fdea00070001 ${IPV4_ADDRESSES} ${KEEPALIVE.replace("0013", "0012")}`,
    "BGP4MP MESSAGE: a message cannot have 18 octets",
  ],
  [16, 0, `fde9fdea00070001 ${IPV4_ADDRESSES} 0001`, "BGP4MP STATE_CHANGE: 2 octets are not two states"],
  [16, 2, `fde9fdea00070001 ${IPV4_ADDRESSES} 0001`, "BGP4MP ENTRY: the record ends before the attributes"],
  [
    16,
    2,
    `fde9fdea00070001 ${IPV4_ADDRESSES} 0001 0002 00000003 0001 01 00 00 0004 40`,
    "BGP4MP ENTRY: 1 octets of attributes are said to be 4",
  ],
  [16, 3, "00012f", "BGP4MP SNAPSHOT: the file name is none"],
  [12, 1, "00010002", "TABLE_DUMP AFI_IPV4: there is no entry"],
  [12, 1, "00010002 0a000000 08 01 00000003 c0000201 fde9 0008 40010100 00", "TABLE_DUMP AFI_IPV4: entry 1 is cut off"],
  [12, 1, "00010002 0a000000 21 01 00000003 c0000201 fde9 0000", "TABLE_DUMP AFI_IPV4: a prefix cannot have 33 bits"],
  [13, 1, "c0000209 0000", "TABLE_DUMP_V2 PEER_INDEX_TABLE: the record ends before the peers"],
  [13, 1, "c0000209 0009 0000", "TABLE_DUMP_V2 PEER_INDEX_TABLE: the record ends within the view name"],
  [13, 1, "c0000209 0001 ff 0000", "TABLE_DUMP_V2 PEER_INDEX_TABLE: the view name is not UTF-8"],
  [13, 1, "c0000209 0000 0001 02 0a000001", "TABLE_DUMP_V2 PEER_INDEX_TABLE: peer 0 of 1 is cut off"],
  [13, 1, "c0000209 0000 0000 01", "TABLE_DUMP_V2 PEER_INDEX_TABLE: 1 octets are behind the 0 peers"],
  [13, 7, "c0000209 42520000 c1540000 0001", "TABLE_DUMP_V2 GEO_PEER_TABLE: 1 peers are not 0 octets"],
  [13, 7, "c0000209", "TABLE_DUMP_V2 GEO_PEER_TABLE: the record ends before the peers"],
  [13, 2, "00000009", "TABLE_DUMP_V2 RIB_IPV4_UNICAST: the record ends before the prefix"],
  [13, 2, "00000009 21 0a", "TABLE_DUMP_V2 RIB_IPV4_UNICAST: the NLRI does not parse"],
  [13, 6, "00000009 0001 04 ff 000641", "TABLE_DUMP_V2 RIB_GENERIC: the NLRI does not parse"],
  [13, 2, "00000009 08 0a", "TABLE_DUMP_V2 RIB_IPV4_UNICAST: the record ends before the entries"],
  [13, 2, "00000009 08 0a 0001 0001 00000002 0005 40010100", "TABLE_DUMP_V2 RIB_IPV4_UNICAST: entry 0 of 1 is cut off"],
  [13, 2, "00000009 08 0a 0000 00", "TABLE_DUMP_V2 RIB_IPV4_UNICAST: 1 octets are behind the 0 entries"],
  [5, 1, "0001 c0000201", "BGP UPDATE: the record ends among AS numbers and addresses"],
  [5, 3, "0001 c0000201 0006", "BGP STATE_CHANGE: 8 octets are not an AS number, an address and two states"],
  [5, 4, "0001", "BGP SYNC: the file name is none"],
  [11, 0, "c0000201 e00000", "OSPFv2: the record ends among the addresses"],
  [48, 0, "00", "OSPFv3: the record ends before the addresses"],
  [48, 0, "0003 00", "OSPFv3: addresses are of family 3, not 1 or 2"],
];

test.each(WRONG)("type %i, subtype %i, %s: %4$s", (type, subtype, body, reason) => {
  const message = octets(body);
  const header = Uint8Array.of(0, 0, 0, 0, 0, type, 0, subtype, 0, 0, 0, message.length);
  const next = encodeMrtRecord({ kind: "isis", type: Isis, subtype: 0, ...TIME, pdu: octets("83") });
  const [problem, record] = readAll(new MrtReader(), Uint8Array.of(...header, ...message, ...next));
  expect(problem).toEqual({ kind: "problem", offset: 0, reason, skipped: 12 + message.length });
  expect(record).toMatchObject({ kind: "isis", offset: 12 + message.length });
});

test.each([
  ["subtype: BGP4MP STATE_CHANGE is no", { subtype: 0, message: Uint8Array.of(0, 1, 0, 2) }],
  ["subtype: TABLE_DUMP_V2 subtype 99 is no", { type: 13, subtype: 99 }],
  ["bgp4mpMessage: 3 octets are no message", { message: Uint8Array.of(1, 2, 3) }],
  ["peerAs: 70000 is not 0 to 65535", { peerAs: 70_000 }],
  ["seconds: -1 is not 0 to 4294967295", { seconds: -1 }],
  ['peerAddress: "nowhere" is no IPv4 address', { peerAddress: "nowhere" }],
  ['localAddress: "192.0.2.1" is no IPv6 address', { peerAddress: "::1", localAddress: "192.0.2.1" }],
])("what cannot be written: %s", (message, change) => {
  const fields: MrtFields = {
    kind: "bgp4mpMessage",
    type: 16,
    subtype: 1,
    ...TIME,
    ...SESSION,
    ...IPV4,
    message: MESSAGE,
    ...change,
  };
  expect(() => encodeMrtRecord(fields)).toThrow(ConfigError);
  expect(() => encodeMrtRecord(fields)).toThrow(message);
});

test("more attributes than their length can say", () => {
  const entry = { peerIndex: 0, originatedTime: 0, pathId: null, attributes: new Uint8Array(0x1_0000) };
  const fields = {
    type: 13,
    subtype: 2,
    ...TIME,
    sequence: 0,
    family: IPV4_UNICAST,
    nlri: octets("00"),
    entries: [entry],
  };
  expect(() => encodeMrtRecord({ kind: "rib", ...fields })).toThrow("attributes: 65536 octets are more than 65535");
});

test.each([
  [0, "NULL"],
  [3, "I_AM_DEAD"],
  [10, "BGP4PLUS_01"],
  [11, "OSPFv2"],
  [13, "TABLE_DUMP_V2"],
  [17, "BGP4MP_ET"],
  [49, "OSPFv3_ET"],
  [64, "MRT type 64"],
])("IANA registry mrt: type %i is %s", (type, name) => {
  expect(mrtTypeName(type)).toBe(name);
});

test.each([
  [16, 9, "BGP4MP MESSAGE_AS4_ADDPATH"],
  [13, 8, "TABLE_DUMP_V2 RIB_IPV4_UNICAST_ADDPATH"],
  [13, 13, "TABLE_DUMP_V2 subtype 13"],
  [33, 5, "ISIS_ET"],
])("IANA registry mrt: %i/%i is %s", (type, subtype, name) => {
  expect(mrtRecordName(type, subtype)).toBe(name);
});
