// The components of flow specifications by type: a row says what it is called and how its value is read and written. Types 1 to 13
// are those of the registry "Flow Spec Component Types" of IANA (RFC 8955 section 4.2.2, RFC 8956 section 3), 14 to 24 those of
// older revisions of draft-ietf-idr-flowspec-l2vpn, which is what speakers have that know them.
import { ConfigError } from "@bgpwire/core";
import type { FlagBits } from "../bytes/flags.ts";
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { MAC_OCTETS, readMac, writeMac } from "../text/mac-address.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import {
  readBitmaskMatches,
  readNumericMatches,
  writeBitmaskMatches,
  writeNumericMatches,
  type BitmaskMatch,
  type NumericMatch,
  type ValueOctets,
} from "./flowspec-operators.ts";
import { readIPv4Prefix, readIPv6Pattern, writeIPv4Prefix, writeIPv6Pattern } from "./flowspec-prefix.ts";

/**
 * What can be wrong with a flow specification. Section 10 of RFC 8955 leaves the consequence to RFC 7606: where lengths do not
 * agree NLRI cannot be parsed, which resets; where they do, treat-as-withdraw is enough.
 * Whether a specification is valid beside the unicast route of its destination (section 6) takes the table of those.
 */
// prettier-ignore
export const FLOWSPEC_RULES: RuleTable<"flowspec-nlri" | "flowspec-component-type" | "flowspec-component-order" | "flowspec-value-length" | "flowspec-sfc-classifier"> = /* @__PURE__ */ ruleTable({
  "flowspec-nlri": ["RFC 7606 section 5.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "flowspec-component-type": ["RFC 8955 section 4.2", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "flowspec-component-order": ["RFC 8955 section 4.2", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "flowspec-value-length": ["RFC 8955 section 4.2.2", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
  "flowspec-sfc-classifier": ["RFC 9015 section 7.4", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
});

/** Control bits of TCP (RFC 9293 section 3.1); those of octet 13 of the header are in `reserved`. */
export const TCP_FLAGS = {
  fin: 0x01,
  syn: 0x02,
  rst: 0x04,
  psh: 0x08,
  ack: 0x10,
  urg: 0x20,
  ece: 0x40,
  cwr: 0x80,
} as const;

/** What is known of fragments (RFC 8955 section 4.2.2.12): Don't Fragment, Is a Fragment other than the first, First, Last. */
export const FRAGMENT_BITS = { df: 0x01, isf: 0x02, ff: 0x04, lf: 0x08 } as const;

/** RFC 8956 section 3.6: packets of IPv6 have no Don't Fragment, and its bit is reserved. */
const { df: _, ...IPV6_FRAGMENT_BITS } = FRAGMENT_BITS;

type TcpFlagName = keyof typeof TCP_FLAGS;
type FragmentBitName = keyof typeof FRAGMENT_BITS;

/** What a packet is to match: all components that are there (RFC 8955 section 4.2). */
export interface FlowspecComponents {
  /** Type 1: "192.0.2.0/24", "2001:db8::/32"; with bits left out in front "::1234:5678:9a00:0/64-104" (RFC 8956 section 3.1). */
  readonly destinationPrefix?: string;
  /** Type 2, as type 1. */
  readonly sourcePrefix?: string;
  /** Type 3: IP protocol, in IPv6 the upper-layer protocol. */
  readonly protocol?: readonly NumericMatch[];
  /** Type 4: source or destination port. */
  readonly port?: readonly NumericMatch[];
  /** Type 5. */
  readonly destinationPort?: readonly NumericMatch[];
  /** Type 6. */
  readonly sourcePort?: readonly NumericMatch[];
  /** Type 7: of ICMP, in IPv6 of ICMPv6. */
  readonly icmpType?: readonly NumericMatch[];
  /** Type 8. */
  readonly icmpCode?: readonly NumericMatch[];
  /** Type 9. */
  readonly tcpFlags?: readonly BitmaskMatch<TcpFlagName>[];
  /** Type 10: octets of the IP packet. */
  readonly packetLength?: readonly NumericMatch[];
  /** Type 11: 0 to 63. */
  readonly dscp?: readonly NumericMatch[];
  /** Type 12; there is no `df` in IPv6. */
  readonly fragment?: readonly BitmaskMatch<FragmentBitName>[];
  /** Type 13, IPv6 alone: 20 bits. */
  readonly flowLabel?: readonly NumericMatch[];
  /** Type 14, L2VPN alone as all that follow. */
  readonly ethernetType?: readonly NumericMatch[];
  /** Type 15: "00:11:22:33:44:55". */
  readonly sourceMac?: string;
  /** Type 16. */
  readonly destinationMac?: string;
  /** Type 17: destination service access point of LLC. */
  readonly dsap?: readonly NumericMatch[];
  /** Type 18: source service access point of LLC. */
  readonly ssap?: readonly NumericMatch[];
  /** Type 19: control field of LLC. */
  readonly control?: readonly NumericMatch[];
  /** Type 20: Sub-Network Access Protocol. */
  readonly snap?: readonly NumericMatch[];
  /** Type 21: of the outer VLAN tag, 12 bits. */
  readonly vlanId?: readonly NumericMatch[];
  /** Type 22: priority code point of the outer VLAN tag, 0 to 7. */
  readonly vlanPcp?: readonly NumericMatch[];
  /** Type 23. */
  readonly innerVlanId?: readonly NumericMatch[];
  /** Type 24. */
  readonly innerVlanPcp?: readonly NumericMatch[];
}

/** A component of flow specifications, such as `destinationPort` (RFC 8955 section 4.2.2). */
export type FlowspecComponentName = keyof FlowspecComponents;

/** What is known of one type of component. */
interface FlowspecComponentRow<N extends FlowspecComponentName = FlowspecComponentName> {
  readonly type: number;
  readonly name: N;
  /** What the document calls it. */
  readonly label: string;
  // Methods, because a row of one component stands where a row of any is asked for.
  /** Reads what is behind the type; null where it is nothing that an object can have, a rule where it is wrong. */
  read(reader: FieldReader): Required<FlowspecComponents>[N] | Rule | null;
  /** Writes what is behind the type. @throws ConfigError where it does not fit */
  write(value: Required<FlowspecComponents>[N], writer: OctetWriter): void;
}

/** Components whose values are numbers, as against prefixes, MAC addresses and bits. */
type NumericComponentName = {
  readonly [N in FlowspecComponentName]: Required<FlowspecComponents>[N] extends readonly NumericMatch[] ? N : never;
}[FlowspecComponentName];

function numeric<N extends NumericComponentName>(
  type: number,
  name: N,
  label: string,
  least: ValueOctets = 1,
  most: ValueOctets = 8,
): FlowspecComponentRow {
  const sizes = { least, most };
  const row: FlowspecComponentRow<NumericComponentName> = {
    type,
    name,
    label,
    read: (reader) => readNumericMatches(reader, sizes) ?? FLOWSPEC_RULES["flowspec-value-length"],
    write: (value, writer) => writeNumericMatches(value, sizes, name, writer),
  };
  return row as FlowspecComponentRow;
}

function bitmask<N extends string>(
  type: number,
  name: "tcpFlags" | "fragment",
  label: string,
  most: ValueOctets,
  bits: FlagBits<N>,
): FlowspecComponentRow {
  const sizes = { least: 1, most } as const;
  const row = {
    type,
    name,
    label,
    read: (reader: FieldReader) => readBitmaskMatches(reader, sizes, bits) ?? FLOWSPEC_RULES["flowspec-value-length"],
    write: (value: readonly BitmaskMatch<N>[], writer: OctetWriter) =>
      writeBitmaskMatches(value, sizes, bits, name, writer),
  };
  return row as unknown as FlowspecComponentRow;
}

function ipv4Prefix(type: number, name: "destinationPrefix" | "sourcePrefix", label: string): FlowspecComponentRow {
  const row: FlowspecComponentRow<typeof name> = {
    type,
    name,
    label,
    read: (reader) => readIPv4Prefix(reader) || FLOWSPEC_RULES["flowspec-nlri"],
    write: writeIPv4Prefix,
  };
  return row as FlowspecComponentRow;
}

function ipv6Prefix(type: number, name: "destinationPrefix" | "sourcePrefix", label: string): FlowspecComponentRow {
  const row: FlowspecComponentRow<typeof name> = {
    type,
    name,
    label,
    read: (reader) => {
      const text = readIPv6Pattern(reader);
      return text === "" ? FLOWSPEC_RULES["flowspec-nlri"] : text;
    },
    write: (value, writer) => writeIPv6Pattern(value, name, writer),
  };
  return row as FlowspecComponentRow;
}

/** Type, "MAC Address length", MAC address. */
function mac(type: number, name: "sourceMac" | "destinationMac", label: string): FlowspecComponentRow {
  const row: FlowspecComponentRow<typeof name> = {
    type,
    name,
    label,
    read: (reader) => {
      const octets = reader.u8("MAC Address length");
      return octets === MAC_OCTETS ? readMac(reader, "MAC Address") : FLOWSPEC_RULES["flowspec-nlri"];
    },
    write: (value, writer) => {
      writer.u8(MAC_OCTETS);
      writeMac(value, name, writer);
    },
  };
  return row as FlowspecComponentRow;
}

/** Those that IPv4 and IPv6 have alike but for the bits of fragments, RFC 8955 sections 4.2.2.3 to 4.2.2.12. */
const ip = (fragmentBits: FlagBits<string>): readonly FlowspecComponentRow[] => [
  numeric(3, "protocol", "IP Protocol"),
  numeric(4, "port", "Port"),
  numeric(5, "destinationPort", "Destination Port"),
  numeric(6, "sourcePort", "Source Port"),
  numeric(7, "icmpType", "ICMP Type"),
  numeric(8, "icmpCode", "ICMP Code"),
  // "MUST be encoded as 1- or 2-octet bitmask".
  bitmask(9, "tcpFlags", "TCP Flags", 2, TCP_FLAGS),
  numeric(10, "packetLength", "Packet Length"),
  // "MUST be encoded as single octet", as those of Fragment.
  numeric(11, "dscp", "DSCP", 1, 1),
  bitmask(12, "fragment", "Fragment", 1, fragmentBits),
];

/** Rows by type, in the order of their types. */
export type FlowspecComponentTable = ReadonlyMap<number, FlowspecComponentRow>;

function table(rows: readonly FlowspecComponentRow[]): FlowspecComponentTable {
  return new Map(rows.map((row) => [row.type, row]));
}

export const IPV4_COMPONENTS: FlowspecComponentTable = /* @__PURE__ */ table([
  ipv4Prefix(1, "destinationPrefix", "Destination Prefix"),
  ipv4Prefix(2, "sourcePrefix", "Source Prefix"),
  ...ip(FRAGMENT_BITS),
]);

/** RFC 8956 section 3. Flow labels "SHOULD be encoded as 4-octet quantities". */
export const IPV6_COMPONENTS: FlowspecComponentTable = /* @__PURE__ */ table([
  ipv6Prefix(1, "destinationPrefix", "Destination IPv6 Prefix"),
  ipv6Prefix(2, "sourcePrefix", "Source IPv6 Prefix"),
  ...ip(IPV6_FRAGMENT_BITS),
  numeric(13, "flowLabel", "Flow Label", 4),
]);

/** Of the components of IP those that are the same in both versions. */
export const L2VPN_COMPONENTS: FlowspecComponentTable = /* @__PURE__ */ table([
  ...ip(FRAGMENT_BITS),
  numeric(14, "ethernetType", "Ethernet Type"),
  mac(15, "sourceMac", "Source MAC"),
  mac(16, "destinationMac", "Destination MAC"),
  numeric(17, "dsap", "DSAP in LLC"),
  numeric(18, "ssap", "SSAP in LLC"),
  numeric(19, "control", "Control Field in LLC"),
  numeric(20, "snap", "SNAP"),
  numeric(21, "vlanId", "VLAN ID"),
  numeric(22, "vlanPcp", "VLAN PCP"),
  numeric(23, "innerVlanId", "Inner VLAN ID"),
  numeric(24, "innerVlanPcp", "Inner VLAN PCP"),
]);

/** The names of all components of all families. */
const COMPONENT_NAMES: ReadonlySet<string> = /* @__PURE__ */ new Set(
  [IPV6_COMPONENTS, L2VPN_COMPONENTS].flatMap((components) => [...components.values()].map(({ name }) => name)),
);

/** @throws ConfigError `invalid-value` where a component is none of the family's */
export function checkComponentNames(nlri: object, components: FlowspecComponentTable): void {
  for (const name of Object.keys(nlri)) {
    if (!COMPONENT_NAMES.has(name)) continue;
    if ([...components.values()].some((row) => row.name === name)) continue;
    throw new ConfigError("invalid-value", name, "is no component of flow specifications of this family");
  }
}
