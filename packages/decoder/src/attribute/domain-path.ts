// BGP Domain Path, D-PATH (RFC 10039 section 4): optional transitive, the domains of EVPN and IP VPN that a route has passed, so
// that gateways between them see loops.
import { Afi, ConfigError, Safi } from "@bgpwire/core";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import type { Offsets } from "../update/offsets.ts";
import { announces } from "../update/parts.ts";
import { ruleTable, type Rule, type RuleTable } from "../verdict/rule.ts";
import { fieldsRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const DOMAIN_PATH_RULES: RuleTable<"domain-path-malformed" | "domain-path-family"> = /* @__PURE__ */ ruleTable({
  "domain-path-malformed": ["RFC 10039 section 4", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
  "domain-path-family": ["RFC 10039 section 4", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "meaning"],
});

/** A domain, and the family by which a route came from it. */
export interface Domain {
  /** The four and two octets of DOMAIN-ID. */
  readonly globalAdministrator: number;
  readonly localAdministrator: number;
  /** ISF_SAFI_TYPE: 0 the gateway's own, 70 EVPN, 128 IP VPN; others are no error. */
  readonly isfSafiType: number;
}

/**
 * BGP Domain Path, D-PATH (RFC 10039 section 4): optional transitive, the domains of EVPN and IP VPN that a route has passed, so
 * that gateways between them see loops.
 */
export interface DomainPathAttribute extends AttributeHeader {
  readonly name: "domainPath";
  readonly code: 36;
  /** Domain segments, the latest first: 1 to 255 domains each. */
  readonly segments: readonly (readonly Domain[])[];
}

/**
 * Makes a D-PATH.
 *
 * @example domainPath([[{ globalAdministrator: 65000, localAdministrator: 1, isfSafiType: 70 }]])
 */
export function domainPath(segments: readonly (readonly Domain[])[]): DomainPathAttribute {
  return { name: "domainPath", code: 36, segments };
}

/** Section 4: "associated with an unsupported AFI/SAFI, the "treat-as-withdraw" procedure MUST be applied". */
function judgeMessage(message: Offsets): readonly Rule[] {
  return announces(message, isOther) ? [DOMAIN_PATH_RULES["domain-path-family"]] : [];
}

/** Neither IP VPN nor EVPN. */
function isOther(afi: number, safi: number): boolean {
  if (safi === Safi.Vpn) return afi !== Afi.IPv4 && afi !== Afi.IPv6;
  return afi !== Afi.L2VPN || safi !== Safi.Evpn;
}

/** How BGP Domain Path, D-PATH (RFC 10039 section 4) is checked and read: a row for registries and `attributeHandler`. */
export const DOMAIN_PATH: AttributeRow<DomainPathAttribute> = /* @__PURE__ */ fieldsRow<DomainPathAttribute>({
  code: 36,
  name: "domainPath",
  flags: OPTIONAL_TRANSITIVE,
  malformed: DOMAIN_PATH_RULES["domain-path-malformed"],
  judgeMessage,
  read: (reader) => {
    const segments: Domain[][] = [];
    // Less than eight octets, one segment of one domain, are malformed.
    do {
      const start = reader.at;
      const count = reader.u8("Domain Segment Length");
      if (count === 0) return null;
      const domains: Domain[] = [];
      while (domains.length < count && !reader.failed) {
        domains.push({
          globalAdministrator: reader.u32("Global Administrator"),
          localAdministrator: reader.u16("Local Administrator"),
          isfSafiType: reader.u8("ISF_SAFI_TYPE"),
        });
      }
      segments.push(domains);
      reader.group("Domain Segment", start);
    } while (reader.remaining > 0);
    return domainPath(segments);
  },
  write: ({ segments }, writer) => {
    for (const domains of segments) {
      if (domains.length === 0) throw new ConfigError("invalid-value", "domainPath", "a segment without domain");
      writer.u8(domains.length);
      for (const { globalAdministrator, localAdministrator, isfSafiType } of domains) {
        writer.u32(globalAdministrator);
        writer.u16(localAdministrator);
        writer.u8(isfSafiType);
      }
    }
  },
});
