// PMSI_TUNNEL (RFC 6514 section 5): optional transitive, the tunnel on which multicast traffic of a VPN travels.
import { ConfigError } from "@bgpwire/core";
import { flagsOf, flagsValue, type FlagBits, type Flags } from "../bytes/flags.ts";
import type { FieldReader } from "../bytes/reader.ts";
import { readTlvValue, writeTlvValue } from "../bytes/tlv.ts";
import { ATTRIBUTE_LENGTH_ERROR, OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { COMPOSITE_TUNNEL, isComposable, PMSI_TUNNELS, type PmsiTunnel } from "./pmsi-tunnel-identifier.ts";
import { fieldsRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. RFC 6514 says so where the Partial bit is set; RFC 7606 section 7 counts it among what need not be revised. */
// prettier-ignore
export const PMSI_TUNNEL_RULES: RuleTable<"pmsi-tunnel-length" | "pmsi-tunnel-type" | "pmsi-tunnel-identifier"> = /* @__PURE__ */ ruleTable({
  "pmsi-tunnel-length": ["RFC 6514 section 5", "withdraw", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
  "pmsi-tunnel-type": ["RFC 6514 section 5", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
  "pmsi-tunnel-identifier": ["RFC 6514 section 5", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
});

/**
 * Bits of the Flags field: L of RFC 6514 section 5; U and BM of RFC 9574 section 4, which ask not to be flooded with unknown
 * unicast, or with broadcast and multicast; LIR-pF of RFC 8534 section 2; Extension of RFC 7902 section 3.
 */
const FLAGS: FlagBits<PmsiFlag> = {
  leafInformationRequired: 0x01,
  pruneUnknown: 0x02,
  pruneBroadcastAndMulticast: 0x04,
  leafInformationRequiredPerFlow: 0x20,
  extension: 0x40,
};

type PmsiFlag =
  | "leafInformationRequired"
  | "pruneUnknown"
  | "pruneBroadcastAndMulticast"
  | "leafInformationRequiredPerFlow"
  | "extension";

/** RFC 9574 section 4: bits 3 and 4. */
const ASSISTED_REPLICATION_TYPE = 0x18;

/** The Flags field by its bits, and the tunnel. */
export interface PmsiTunnelAttribute extends AttributeHeader, Flags<PmsiFlag> {
  readonly name: "pmsiTunnel";
  readonly code: 22;
  /** The role in assisted replication (RFC 9574): 1 AR-REPLICATOR, 2 AR-LEAF, 3 reserved; absent where it is 0, none. */
  readonly assistedReplicationType?: number;
  /**
   * The field of 24 bits. An MPLS label stands in the high-order 20 of them: `mplsLabel >>> 4`; a VNI takes them all (RFC 8365
   * section 5.1.3). 0 is no label.
   */
  readonly mplsLabel: number;
  /**
   * The label, likewise of 24 bits, on which the sender receives by ingress replication what it sends through the tunnel: there
   * exactly in a composite tunnel (RFC 8317 section 6.2).
   */
  readonly compositeTunnelLabel?: number;
  readonly tunnel: PmsiTunnel;
}

/**
 * Makes a PMSI_TUNNEL.
 *
 * @param mplsLabel the field of 24 bits: an MPLS label shifted left by four, or a VNI
 * @param options what else is set
 * @example pmsiTunnel({ name: "ingressReplication", type: 6, tunnelEndpoint: "192.0.2.1" }, 10100)
 * @example pmsiTunnel({ name: "noTunnelInformation", type: 0 }, 0, { leafInformationRequired: true })
 */
export function pmsiTunnel(
  tunnel: PmsiTunnel,
  mplsLabel: number,
  options: Omit<PmsiTunnelAttribute, "name" | "code" | "tunnel" | "mplsLabel"> = {},
): PmsiTunnelAttribute {
  return { name: "pmsiTunnel", code: 22, ...options, mplsLabel, tunnel };
}

/** How PMSI_TUNNEL (RFC 6514 section 5) is checked and read: a row for registries and `attributeHandler`. */
export const PMSI_TUNNEL: AttributeRow<PmsiTunnelAttribute> = /* @__PURE__ */ fieldsRow<PmsiTunnelAttribute>({
  code: 22,
  name: "pmsiTunnel",
  flags: OPTIONAL_TRANSITIVE,
  malformed: PMSI_TUNNEL_RULES["pmsi-tunnel-length"],
  read: (reader) => {
    const flags = reader.u8("Flags");
    const type = reader.u8("PMSI Tunnel Type");
    const mplsLabel = reader.u24("MPLS Label");
    if (reader.failed) return null;
    const composite = (type & COMPOSITE_TUNNEL) !== 0 && isComposable(type & ~COMPOSITE_TUNNEL);
    const compositeTunnelLabel = composite ? reader.u24("Composite Tunnel MPLS Label") : 0;
    const tunnel = readTunnel(reader, composite ? type & ~COMPOSITE_TUNNEL : type);
    const assistedReplicationType = (flags & ASSISTED_REPLICATION_TYPE) >> 3;
    return {
      name: "pmsiTunnel",
      code: 22,
      ...flagsOf(flags & ~ASSISTED_REPLICATION_TYPE, FLAGS),
      ...(assistedReplicationType !== 0 && { assistedReplicationType }),
      mplsLabel,
      ...(composite && { compositeTunnelLabel }),
      tunnel,
    };
  },
  write: (attribute, writer) => {
    const { assistedReplicationType = 0, compositeTunnelLabel, tunnel } = attribute;
    if (![0, 1, 2, 3].includes(assistedReplicationType)) {
      throw new ConfigError("invalid-value", "assistedReplicationType", `${assistedReplicationType} is not 0 to 3`);
    }
    if (compositeTunnelLabel !== undefined && !isComposable(tunnel.type)) {
      throw new ConfigError("invalid-value", "compositeTunnelLabel", `tunnel type ${tunnel.type} cannot be composite`);
    }
    writer.u8(flagsValue(attribute, FLAGS, "pmsiTunnel") | (assistedReplicationType << 3));
    writer.u8(compositeTunnelLabel === undefined ? tunnel.type : COMPOSITE_TUNNEL | tunnel.type);
    writer.u24(attribute.mplsLabel);
    if (compositeTunnelLabel !== undefined) writer.u24(compositeTunnelLabel);
    writeTlvValue(tunnel, PMSI_TUNNELS, "pmsiTunnel", writer);
  },
});

/** RFC 6514 section 5: what it must not be is an undefined type, or an identifier that is none of its type. */
function readTunnel(reader: FieldReader, type: number): PmsiTunnel {
  const tunnel = readTlvValue(reader.sub("Tunnel Identifier", reader.remaining), type, PMSI_TUNNELS);
  if (tunnel.name === "raw") {
    reader.fail(PMSI_TUNNEL_RULES[PMSI_TUNNELS.has(type) ? "pmsi-tunnel-identifier" : "pmsi-tunnel-type"]);
  }
  return tunnel;
}
