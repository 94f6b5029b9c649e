// Flow specifications under Wireshark's names. Octets are put together once more here, as Wireshark shows all of them.
import { parseIPv6 } from "@bgpwire/core";
import type { BitmaskMatch, FlowspecNlri, NumericMatch, RawNlri, VpnFlowspecNlri } from "@bgpwire/decoder";
import { distinguisherOctets, octetsOf, type Fields } from "./fields.ts";
import { masked, type Place } from "./prefixes.ts";

const FLOW = "bgp.flowspec_nlri";

/** Types of components that are numbers (RFC 8955 section 4.2.2, RFC 8956 section 3). */
const NUMERIC = {
  protocol: 3,
  port: 4,
  destinationPort: 5,
  sourcePort: 6,
  icmpType: 7,
  icmpCode: 8,
  packetLength: 10,
  dscp: 11,
  flowLabel: 13,
} as const;
const BITMASKS = { tcpFlags: 9, fragment: 12 } as const;

const OPERATORS: readonly string[] = ["false", "=", ">", ">=", "<", "<=", "!=", "true"];

const TCP = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10, urg: 0x20, ece: 0x40, cwr: 0x80 };
const FRAGMENT = { df: 1, isf: 2, ff: 4, lf: 8 };

/** Tells a route. @returns false where there are no words for it */
export function addFlow(nlri: FlowspecNlri | VpnFlowspecNlri | RawNlri, fields: Fields, place: Place): boolean {
  if ("value" in nlri) return false;
  // Wireshark 4.0 knows no flow specifications of L2VPN.
  if (place.afi === 25) return true;
  const octets: number[] = [];
  if ("routeDistinguisher" in nlri) {
    const distinguisher = distinguisherOctets(nlri.routeDistinguisher);
    if (distinguisher[1] !== 0) return false;
    const [as, number] = nlri.routeDistinguisher.split(":").map(Number) as [number, number];
    fields.add("bgp.flowspec_route_distinguisher_type", 0);
    fields.add("bgp.flowspec_route_distinguisher_admin_as_num_2", as);
    fields.hex("bgp.flowspec_route_distinguisher_asnum_4", number, 8);
    octets.push(...distinguisher);
  }
  for (const [name, value] of Object.entries(nlri)) {
    switch (name) {
      case "destinationPrefix":
      case "sourcePrefix":
        octets.push(...addPrefix(name, value as string, fields));
        break;
      case "protocol":
      case "port":
      case "destinationPort":
      case "sourcePort":
      case "icmpType":
      case "icmpCode":
      case "packetLength":
      case "dscp":
      case "flowLabel":
        octets.push(...addNumbers(name, value as readonly NumericMatch[], fields));
        break;
      case "tcpFlags":
      case "fragment":
        octets.push(...addBits(name, value as readonly BitmaskMatch<string>[], fields));
        break;
      case "routeDistinguisher":
      case "extendedLength":
        break;
      default:
        return false;
    }
  }
  const long = octets.length >= 240 || nlri.extendedLength === true;
  fields.add(`${FLOW}.length`, octets.length);
  const length = long ? [0xf0 | (octets.length >> 8), octets.length & 0xff] : [octets.length];
  fields.bytes(FLOW, Uint8Array.from([...length, ...octets]));
  return true;
}

/** @returns the octets of the component */
function addPrefix(name: "destinationPrefix" | "sourcePrefix", text: string, fields: Fields): readonly number[] {
  const type = name === "destinationPrefix" ? 1 : 2;
  const field = name === "destinationPrefix" ? "dst" : "src";
  const [address, range] = text.split("/") as [string, string];
  fields.add(`${FLOW}.filter_type`, type);
  if (!address.includes(":")) {
    fields.add("bgp.prefix_length", range);
    fields.add(`${FLOW}.${field}_prefix_filter`, masked(address, Number(range)));
    return [type, Number(range), ...octetsOf(address).slice(0, Math.ceil(Number(range) / 8))];
  }
  // RFC 8956 section 3.1: the bits from the offset to the length.
  const [from, to] = (range.includes("-") ? range : `0-${range}`).split("-").map(Number) as [number, number];
  const bits = [...parseIPv6(address)!].map((octet) => octet.toString(2).padStart(8, "0")).join("");
  const pattern = bits.slice(from, to).match(/.{1,8}/g) ?? [];
  const octets = pattern.map((octet) => Number.parseInt(octet.padEnd(8, "0"), 2));
  fields.add(`${FLOW}.ipv6_pref_length`, to);
  fields.add(`${FLOW}.ipv6_pref_offset`, from);
  fields.add(`${FLOW}.${field}_ipv6_pref`, address);
  return [type, to, from, ...octets];
}

function addNumbers(name: keyof typeof NUMERIC, list: readonly NumericMatch[], fields: Fields): readonly number[] {
  const octets: number[] = [NUMERIC[name]];
  fields.add(`${FLOW}.filter_type`, NUMERIC[name]);
  for (const [i, match] of list.entries()) {
    const value = Number(match.value);
    const least = name === "flowLabel" ? 4 : value <= 0xff ? 1 : value <= 0xffff ? 2 : 4;
    const size = match.octets ?? least;
    const operator = OPERATORS.indexOf(match.operator);
    const bits = addOperator(match, operator, size, i === list.length - 1, fields);
    if (name === "dscp") {
      // A numeric operator (RFC 8955 section 4.2.2.11), of which Wireshark shows the bits of a bitmask operator.
      addBitmaskOperator(operator, fields);
      fields.hex(`${FLOW}.val_dsfield`, value, 2);
    } else {
      fields.flags(operator, { [`${FLOW}.op.lt`]: 4, [`${FLOW}.op.gt`]: 2, [`${FLOW}.op.equal`]: 1 });
      fields.add(`${FLOW}.dec_val_${size * 8}`, value);
    }
    octets.push(bits, ...octetsOfNumber(value, size));
  }
  return octets;
}

function addBits(
  name: keyof typeof BITMASKS,
  list: readonly BitmaskMatch<string>[],
  fields: Fields,
): readonly number[] {
  const octets: number[] = [BITMASKS[name]];
  fields.add(`${FLOW}.filter_type`, BITMASKS[name]);
  for (const [i, match] of list.entries()) {
    const named: Readonly<Record<string, number>> = name === "tcpFlags" ? TCP : FRAGMENT;
    const { reserved = 0, ...bits } = match.bits as Readonly<Record<string, true>> & { readonly reserved?: number };
    const value = Object.keys(bits).reduce((sum, bit) => sum | named[bit]!, reserved);
    const size = match.octets ?? (value <= 0xff ? 1 : 2);
    const operator = (match.not === true ? 2 : 0) | (match.match === true ? 1 : 0);
    const first = addOperator(match, operator, size, i === list.length - 1, fields);
    addBitmaskOperator(operator, fields);
    if (name === "tcpFlags") {
      fields.hex(`${FLOW}.val_tcp.flags`, value, 2);
      const names = {
        cwr: "cwr",
        ece: "ecn",
        urg: "urg",
        ack: "ack",
        psh: "push",
        rst: "reset",
        syn: "syn",
        fin: "fin",
      };
      for (const [bit, field] of Object.entries(names))
        fields.add(`${FLOW}.val_tcp.flags.${field}`, bits[bit] === true);
    } else {
      fields.hex(`${FLOW}.val_frag`, value, 2);
      for (const bit of ["lf", "ff", "isf", "df"]) fields.add(`${FLOW}.val_frag_${bit}`, bits[bit] === true);
    }
    octets.push(first, ...octetsOfNumber(value, size));
  }
  return octets;
}

/** RFC 8955 section 4.2.1. @returns the octet of the operator */
function addOperator(
  match: { readonly and?: true; readonly reserved?: number },
  operator: number,
  size: number,
  last: boolean,
  fields: Fields,
): number {
  const and = match.and === true || ((match.reserved ?? 0) & 0x40) !== 0;
  const length = Math.log2(size);
  const bits = (last ? 0x80 : 0) | (and ? 0x40 : 0) | (length << 4) | operator;
  fields.hex(`${FLOW}.opflags`, bits, 2);
  fields.add(`${FLOW}.op.eol`, last);
  fields.add(`${FLOW}.op.and`, and);
  fields.add(`${FLOW}.op.val_len`, length);
  fields.add(`${FLOW}.op.un_bit4`, false);
  return bits;
}

function addBitmaskOperator(operator: number, fields: Fields): void {
  fields.flags(operator, { [`${FLOW}.op.un_bit5`]: 4, [`${FLOW}.op.flg_not`]: 2, [`${FLOW}.op.flg_match`]: 1 });
}

function octetsOfNumber(value: number, size: number): readonly number[] {
  return [...Buffer.from(value.toString(16).padStart(2 * size, "0"), "hex")];
}
