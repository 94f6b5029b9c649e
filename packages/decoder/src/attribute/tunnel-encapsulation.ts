// TUNNEL_ENCAPSULATION (RFC 9012, before it RFC 5512): optional transitive, the tunnels through which the destinations are
// reached, each with what its sender has to know; or the candidate path of an SR Policy (RFC 9830).
import { Afi, Safi } from "@bgpwire/core";
import type { FieldReader } from "../bytes/reader.ts";
import { readTlvs, tlvTable, writeTlvs, type RawTlv, type TlvTable } from "../bytes/tlv.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { stronger } from "../compiled.ts";
import type { DecodeContext } from "../context.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ENCAPSULATIONS, type Encapsulation } from "../tunnel/encapsulation.ts";
import { isMalformed, SR_POLICY_SUB_TLVS, type SrPolicySubTlv } from "../tunnel/sr-policy.ts";
import { COMMON_SUB_TLVS, isMalformedEndpoint, type CommonSubTlv } from "../tunnel/sub-tlvs.ts";
import { TunnelType, tunnelTypeName } from "../tunnel/tunnel-type.ts";
import type { Offsets } from "../update/offsets.ts";
import { announces } from "../update/parts.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import { fieldsRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/**
 * What can be wrong with it. For each external session its filtering "MUST be enabled by default" (RFC 9012 section 11): an SR
 * Policy from there has no tunnel, unless `tunnel-encapsulation-external` is overridden.
 */
// prettier-ignore
export const TUNNEL_ENCAPSULATION_RULES: RuleTable<"tunnel-encapsulation-framing" | "tunnel-encapsulation-no-tunnel" | "tunnel-egress-endpoint" | "tunnel-no-egress-endpoint" | "tunnel-encapsulation-external" | "sr-policy-several" | "sr-policy-sub-tlv"> = /* @__PURE__ */ ruleTable({
  "tunnel-encapsulation-framing": ["RFC 9012 section 13", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "tunnel-encapsulation-no-tunnel": ["RFC 9012 section 13", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "tunnel-egress-endpoint": ["RFC 9012 section 13", "none", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "tunnel-no-egress-endpoint": ["RFC 9012 section 13", "none", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "tunnel-encapsulation-external": ["RFC 9012 section 11", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "sr-policy-several": ["RFC 9830 section 2.2", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "sr-policy-sub-tlv": ["RFC 9830 section 5", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
});

/**
 * A property of a tunnel; `name` tells the arms apart, `type` is the number on the wire. Of those that must not be there more
 * than once, the first counts. One that is not known for the type of the tunnel, or malformed, is `raw` and counts as absent.
 */
export type TunnelSubTlv = Encapsulation | CommonSubTlv | SrPolicySubTlv | RawTlv;

/** A tunnel. Several may be of one type. */
export interface Tunnel {
  /** 0 to 65535; `tunnelTypeName` gives the name. */
  readonly tunnelType: number;
  readonly subTlvs: readonly TunnelSubTlv[];
  /**
   * Its Tunnel Egress Endpoint is malformed: "the entire TLV MUST be ignored and MUST be removed" before the route is passed
   * on (RFC 9012 section 13). Where it has none or several though the family of the routes asks for exactly one, as the section
   * says, an issue tells so; addresses that must not be in it are left to the receiver.
   */
  readonly ignored?: true;
}

/**
 * TUNNEL_ENCAPSULATION (RFC 9012, before it RFC 5512): optional transitive, the tunnels through which the destinations are
 * reached, each with what its sender has to know; or the candidate path of an SR Policy (RFC 9830).
 */
export interface TunnelEncapsulationAttribute extends AttributeHeader {
  readonly name: "tunnelEncapsulation";
  readonly code: 23;
  /** In any order. */
  readonly tunnels: readonly Tunnel[];
}

/**
 * Makes a TUNNEL_ENCAPSULATION.
 *
 * @example
 * tunnelEncapsulation([{ tunnelType: 8, subTlvs: [{ name: "tunnelEgressEndpoint", type: 6, address: "192.0.2.1" }] }])
 */
export function tunnelEncapsulation(tunnels: readonly Tunnel[]): TunnelEncapsulationAttribute {
  return { name: "tunnelEncapsulation", code: 23, tunnels };
}

/** @table */
export const COMMON_TUNNEL_SUB_TLVS: TlvTable<TunnelSubTlv> = /* @__PURE__ */ tlvTable<TunnelSubTlv>(COMMON_SUB_TLVS);

/** Sub-TLVs of tunnel types that have some of their own. */
const TABLES: ReadonlyMap<number, TlvTable<TunnelSubTlv>> = /* @__PURE__ */ new Map<number, TlvTable<TunnelSubTlv>>([
  [
    TunnelType.SrPolicy,
    /* @__PURE__ */ new Map([...COMMON_TUNNEL_SUB_TLVS, ...SR_POLICY_SUB_TLVS]) as TlvTable<TunnelSubTlv>,
  ],
  .../* @__PURE__ */ [...ENCAPSULATIONS].map(
    ([tunnelType, row]) => [tunnelType, tlvTable<TunnelSubTlv>([row, ...COMMON_SUB_TLVS])] as const,
  ),
]);

/** How TUNNEL_ENCAPSULATION (RFC 9012, before it RFC 5512) is checked and read: a row for registries and `attributeHandler`. */
export const TUNNEL_ENCAPSULATION: AttributeRow<TunnelEncapsulationAttribute> =
  /* @__PURE__ */ fieldsRow<TunnelEncapsulationAttribute>({
    code: 23,
    name: "tunnelEncapsulation",
    flags: OPTIONAL_TRANSITIVE,
    malformed: TUNNEL_ENCAPSULATION_RULES["tunnel-encapsulation-framing"],
    refuse: (context) =>
      context.session === "ebgp" ? TUNNEL_ENCAPSULATION_RULES["tunnel-encapsulation-external"] : null,
    judgeMessage,
    read: (reader, context) => {
      const tunnels: Tunnel[] = [];
      while (reader.remaining > 0) tunnels.push(readTunnel(reader));
      if (reader.failed) return null;
      const fault = faultOf(tunnels, context);
      if (fault !== null) reader.fail(fault);
      return tunnelEncapsulation(tunnels);
    },
    write: ({ tunnels }, writer) => {
      for (const tunnel of tunnels) writeTunnel(tunnel, writer);
    },
  });

function readTunnel(reader: FieldReader): Tunnel {
  const start = reader.at;
  const tunnelType = reader.u16("Tunnel Type");
  const value = reader.sub("Value", reader.u16("Length"));
  const subTlvs = readTlvs(value, "tunnel", TABLES.get(tunnelType) ?? COMMON_TUNNEL_SUB_TLVS);
  // "The final octet of a TLV MUST also be the final octet of its final sub-TLV."
  if (value.failed) reader.fail();
  reader.group(tunnelTypeName(tunnelType), start);
  return { tunnelType, subTlvs, ...(isIgnored(tunnelType, subTlvs) && { ignored: true }) };
}

function writeTunnel({ tunnelType, subTlvs }: Tunnel, writer: OctetWriter): void {
  writer.u16(tunnelType);
  const lengthAt = writer.reserve(2);
  writeTlvs(subTlvs, "tunnel", TABLES.get(tunnelType) ?? COMMON_TUNNEL_SUB_TLVS, "tunnelEncapsulation", writer);
  writer.setU16(lengthAt, writer.length - lengthAt - 2);
}

/** RFC 9012 section 13. In an SR Policy the sub-TLV means nothing (RFC 9830 section 2.3). */
function isIgnored(tunnelType: number, subTlvs: readonly TunnelSubTlv[]): boolean {
  if (tunnelType === TunnelType.SrPolicy) return false;
  return subTlvs.some((one) => one.type === 6 && one.name === "raw" && isMalformedEndpoint(one.value));
}

/**
 * RFC 9012 section 13: with routes of these families "a TLV that does not contain exactly one Tunnel Egress Endpoint sub-TLV MUST
 * be treated as if it contained a malformed" one. One of an address family that is not known counts as absent.
 */
function judgeMessage(message: Offsets, index: number, context: DecodeContext): readonly Rule[] {
  if (!announces(message, needsEndpoint)) return [];
  const start = message.valueStart(index);
  const { tunnels } = TUNNEL_ENCAPSULATION.decode(message.buffer, start, message.valueEnd(index), context);
  const left = tunnels.filter((tunnel) => tunnel.ignored !== true);
  const valid = left.filter(({ subTlvs }) => subTlvs.filter((one) => one.name === "tunnelEgressEndpoint").length === 1);
  if (valid.length === left.length) return [];
  const name = valid.length === 0 ? "tunnel-encapsulation-no-tunnel" : "tunnel-no-egress-endpoint";
  return [TUNNEL_ENCAPSULATION_RULES[name]];
}

/** Section 6: 1/1, 2/1, 1/4, 2/4, 1/128, 2/128 and 25/70. Others are "outside the scope of this document". */
function needsEndpoint(afi: number, safi: number): boolean {
  if (afi === Afi.L2VPN) return safi === Safi.Evpn;
  const ip = afi === Afi.IPv4 || afi === Afi.IPv6;
  return ip && (safi === Safi.Unicast || safi === Safi.LabeledUnicast || safi === Safi.Vpn);
}

/** What is wrong with tunnels that could be read. */
function faultOf(tunnels: readonly Tunnel[], context: DecodeContext): Rule | null {
  const policies = tunnels.filter((tunnel) => tunnel.tunnelType === TunnelType.SrPolicy);
  const ignored = tunnels.filter((tunnel) => tunnel.ignored === true).length;
  const found: (keyof typeof TUNNEL_ENCAPSULATION_RULES)[] = [];
  if (ignored === tunnels.length) found.push("tunnel-encapsulation-no-tunnel");
  else if (ignored > 0) found.push("tunnel-egress-endpoint");
  if (policies.length > 1) found.push("sr-policy-several");
  if (policies.some((policy) => policy.subTlvs.some((one) => isMalformed(one, SR_POLICY_SUB_TLVS)))) {
    found.push("sr-policy-sub-tlv");
  }
  let fault: Rule | null = null;
  for (const name of found) fault = stronger(context, fault, TUNNEL_ENCAPSULATION_RULES[name]);
  return fault;
}
