// Flow specifications (RFC 8955, RFC 8956, draft-ietf-idr-flowspec-l2vpn): which packets something is to be done with. SAFI 133, and
// with a route distinguisher SAFI 134; what is to be done is in extended communities.
import { Afi, AttributeCode, ConfigError, Safi } from "@bgpwire/core";
import { u16At } from "../bytes/integers.ts";
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import type { Offsets } from "../update/offsets.ts";
import { count } from "../update/parts.ts";
import type { Rule } from "../verdict/rule.ts";
import {
  checkComponentNames,
  FLOWSPEC_RULES,
  IPV4_COMPONENTS,
  IPV6_COMPONENTS,
  L2VPN_COMPONENTS,
  type FlowspecComponents,
  type FlowspecComponentTable,
} from "./flowspec-components.ts";
import { FLOWSPEC_EXTENDED_LENGTH, flowspecLength } from "./framing.ts";
import type { NlriHeader } from "./model.ts";
import { OPTIONAL_NEXT_HOP, OPTIONAL_VPN_NEXT_HOP } from "./next-hop.ts";
import { readRouteDistinguisher, writeRouteDistinguisher } from "./route-distinguisher.ts";
import { routeFamily } from "./route-family.ts";
import type { RowOfKind } from "./row.ts";

/**
 * A flow specification: at least one component. Components that are out of order, twice there or not known make it malformed, so
 * that an object has each of them by its name.
 */
export interface FlowspecNlri extends NlriHeader, FlowspecComponents {
  /** The length is in two octets, though one could have it (RFC 8955 section 4.1); absent where it is in as few as it can be. */
  readonly extendedLength?: true;
}

/** A flow specification for the traffic of a VPN (RFC 8955 section 8). */
export interface VpnFlowspecNlri extends FlowspecNlri {
  /** Such as "65000:100"; `parseRouteDistinguisher` takes it apart. */
  readonly routeDistinguisher: string;
}

const LONGEST_SHORT = 239;
const LONGEST = 0xfff;

function read<N extends FlowspecNlri>(reader: FieldReader, components: FlowspecComponentTable, vpn: boolean): N | null {
  const extended = reader.buffer[reader.at]! >= FLOWSPEC_EXTENDED_LENGTH;
  const octets = extended ? Number(reader.text("length", 2, lengthText)) : reader.u8("length");
  const value = reader.sub("NLRI value", octets);
  const nlri: Record<string, unknown> = {};
  if (vpn) nlri["routeDistinguisher"] = readRouteDistinguisher(value, "Route Distinguisher");
  if (value.remaining === 0) value.fail(FLOWSPEC_RULES["flowspec-nlri"]);
  const representable = readComponents(value, components, nlri);
  if (value.failed) reader.fail(value.fault);
  if (!representable) return null;
  if (extended && octets <= LONGEST_SHORT) nlri["extendedLength"] = true;
  return nlri as N;
}

/** Twelve bits. */
function lengthText(buffer: Uint8Array, at: number): string {
  return String(u16At(buffer, at) & LONGEST);
}

/** @returns whether an object can have what was read */
function readComponents(
  reader: FieldReader,
  components: FlowspecComponentTable,
  nlri: Record<string, unknown>,
): boolean {
  let last = 0;
  let representable = true;
  while (reader.remaining > 0) {
    const start = reader.at;
    const type = reader.u8("type");
    const row = components.get(type);
    const rule = headerFault(type, last, row !== undefined);
    if (row === undefined || rule !== null) {
      reader.rest("component");
      reader.fail(rule);
      break;
    }
    const value = row.read(reader);
    if (isRule(value)) {
      reader.rest("value");
      reader.fail(value);
    }
    reader.group(row.label, start);
    if (value === null) representable = false;
    nlri[row.name] = value;
    last = type;
  }
  return representable;
}

/** Section 4.2: "strict type ordering by increasing numerical order", "exactly once", no "unknown component type". */
function headerFault(type: number, last: number, known: boolean): Rule | null {
  if (!known) return FLOWSPEC_RULES["flowspec-component-type"];
  return type <= last ? FLOWSPEC_RULES["flowspec-component-order"] : null;
}

function isRule(value: unknown): value is Rule {
  return typeof value === "object" && value !== null && "reference" in value;
}

function write(nlri: FlowspecNlri, writer: OctetWriter, components: FlowspecComponentTable, vpn: boolean): void {
  checkComponentNames(nlri, components);
  const lengthAt = writer.reserve(1);
  if (vpn) writeRouteDistinguisher((nlri as VpnFlowspecNlri).routeDistinguisher, writer);
  const start = writer.length;
  for (const row of components.values()) {
    const value = nlri[row.name];
    if (value === undefined) continue;
    writer.u8(row.type);
    row.write(value as never, writer);
  }
  if (writer.length === start)
    throw new ConfigError("invalid-value", "nlri", "is a flow specification without component");
  writeLength(writer, lengthAt, nlri.extendedLength === true);
}

/** Section 4.1: one octet below 240, else two, the most significant nibble of which is 0xf. */
function writeLength(writer: OctetWriter, lengthAt: number, extended: boolean): void {
  const octets = writer.length - lengthAt - 1;
  if (octets > LONGEST) {
    throw new ConfigError(
      "invalid-value",
      "nlri",
      `is a flow specification of ${octets} octets, at most ${LONGEST} fit`,
    );
  }
  if (octets <= LONGEST_SHORT && !extended) {
    writer.setU8(lengthAt, octets);
    return;
  }
  writer.reserve(1);
  writer.buffer.copyWithin(lengthAt + 2, lengthAt + 1, writer.length - 1);
  writer.setU16(lengthAt, (FLOWSPEC_EXTENDED_LENGTH << 8) | octets);
}

/**
 * RFC 9015 section 7.4: its community "advertised with any other Traffic Filtering Action Extended Community MUST be treated as
 * malformed".
 */
function judgeMessage(message: Offsets): readonly Rule[] {
  if (count(message, AttributeCode.ExtendedCommunities, 8, isSfcClassifier) === 0) return [];
  const others =
    count(message, AttributeCode.ExtendedCommunities, 8, isFilteringAction) +
    count(message, AttributeCode.Ipv6ExtendedCommunities, 20, isIpv6Redirect);
  return others === 0 ? [] : [FLOWSPEC_RULES["flowspec-sfc-classifier"]];
}

function isSfcClassifier(buffer: Uint8Array, at: number): boolean {
  return u16At(buffer, at) === 0x800d;
}

/** Types and sub-types of RFC 8955 section 7, table 7. */
const FILTERING_ACTIONS: ReadonlySet<number> = /* @__PURE__ */ new Set([
  0x8006, 0x8007, 0x8008, 0x8009, 0x800c, 0x8108, 0x8208,
]);

function isFilteringAction(buffer: Uint8Array, at: number): boolean {
  return FILTERING_ACTIONS.has(u16At(buffer, at));
}

/** RFC 8956 section 6.1. */
function isIpv6Redirect(buffer: Uint8Array, at: number): boolean {
  return u16At(buffer, at) === 0x000d;
}

function flowspecRow(afi: number, components: FlowspecComponentTable): RowOfKind<"flowspec"> {
  return routeFamily({
    afi,
    safi: Safi.Flowspec,
    kind: "flowspec",
    nextHop: OPTIONAL_NEXT_HOP,
    extent: flowspecLength,
    malformed: FLOWSPEC_RULES["flowspec-nlri"],
    judgeMessage,
    read: (reader) => read(reader, components, false),
    write: (nlri, writer) => write(nlri, writer, components, false),
  });
}

function vpnFlowspecRow(afi: number, components: FlowspecComponentTable): RowOfKind<"vpnFlowspec"> {
  return routeFamily({
    afi,
    safi: Safi.VpnFlowspec,
    kind: "vpnFlowspec",
    nextHop: OPTIONAL_VPN_NEXT_HOP,
    extent: flowspecLength,
    malformed: FLOWSPEC_RULES["flowspec-nlri"],
    judgeMessage,
    read: (reader) => read<VpnFlowspecNlri>(reader, components, true),
    write: (nlri, writer) => write(nlri, writer, components, true),
  });
}

/** The family ipv4-flowspec (RFC 8955, RFC 8956, draft-ietf-idr-flowspec-l2vpn): a row for registries and `nlriHandler`. */
export const IPV4_FLOWSPEC: RowOfKind<"flowspec"> = /* @__PURE__ */ flowspecRow(Afi.IPv4, IPV4_COMPONENTS);
/** The family ipv4-vpn-flowspec (RFC 8955, RFC 8956, draft-ietf-idr-flowspec-l2vpn): a row for registries and `nlriHandler`. */
export const IPV4_VPN_FLOWSPEC: RowOfKind<"vpnFlowspec"> = /* @__PURE__ */ vpnFlowspecRow(Afi.IPv4, IPV4_COMPONENTS);
/** The family ipv6-flowspec (RFC 8955, RFC 8956, draft-ietf-idr-flowspec-l2vpn): a row for registries and `nlriHandler`. */
export const IPV6_FLOWSPEC: RowOfKind<"flowspec"> = /* @__PURE__ */ flowspecRow(Afi.IPv6, IPV6_COMPONENTS);
/** The family ipv6-vpn-flowspec (RFC 8955, RFC 8956, draft-ietf-idr-flowspec-l2vpn): a row for registries and `nlriHandler`. */
export const IPV6_VPN_FLOWSPEC: RowOfKind<"vpnFlowspec"> = /* @__PURE__ */ vpnFlowspecRow(Afi.IPv6, IPV6_COMPONENTS);
/** The family l2vpn-flowspec (RFC 8955, RFC 8956, draft-ietf-idr-flowspec-l2vpn): a row for registries and `nlriHandler`. */
export const L2VPN_FLOWSPEC: RowOfKind<"flowspec"> = /* @__PURE__ */ flowspecRow(Afi.L2VPN, L2VPN_COMPONENTS);
/** The family l2vpn-vpn-flowspec (RFC 8955, RFC 8956, draft-ietf-idr-flowspec-l2vpn): a row for registries and `nlriHandler`. */
export const L2VPN_VPN_FLOWSPEC: RowOfKind<"vpnFlowspec"> = /* @__PURE__ */ vpnFlowspecRow(Afi.L2VPN, L2VPN_COMPONENTS);
