// An UPDATE as plain values: strings, numbers, arrays and discriminated unions. Bytes appear only where something stays raw;
// `toJson` writes them as text.
import type { As4AggregatorAttribute, AggregatorAttribute } from "../attribute/aggregator.ts";
import type { AigpAttribute } from "../attribute/aigp.ts";
import type { AsPathAttribute } from "../attribute/as-path.ts";
import type { AsPathlimitAttribute } from "../attribute/as-pathlimit.ts";
import type { As4PathAttribute } from "../attribute/as4-path.ts";
import type { AtomicAggregateAttribute } from "../attribute/atomic-aggregate.ts";
import type { AttrSetAttribute } from "../attribute/attr-set.ts";
import type { BfdDiscriminatorAttribute } from "../attribute/bfd-discriminator.ts";
import type { BgpLsAttribute } from "../attribute/bgp-ls.ts";
import type { BgpsecPathAttribute } from "../attribute/bgpsec-path.ts";
import type { BierAttribute } from "../attribute/bier.ts";
import type { ClusterListAttribute } from "../attribute/cluster-list.ts";
import type { CommunitiesAttribute } from "../attribute/communities.ts";
import type { CommunityContainerAttribute } from "../attribute/community-container.ts";
import type { ConnectorAttribute } from "../attribute/connector.ts";
import type { DomainPathAttribute } from "../attribute/domain-path.ts";
import type { EntropyLabelCapabilityAttribute } from "../attribute/entropy-label-capability.ts";
import type { ExtendedCommunitiesAttribute } from "../attribute/extended-communities.ts";
import type { Ipv6ExtendedCommunitiesAttribute } from "../attribute/ipv6-extended-communities.ts";
import type { LargeCommunitiesAttribute } from "../attribute/large-communities.ts";
import type { LocalPrefAttribute } from "../attribute/local-pref.ts";
import type { MpReachNlriAttribute } from "../attribute/mp-reach-nlri.ts";
import type { MpUnreachNlriAttribute } from "../attribute/mp-unreach-nlri.ts";
import type { MultiExitDiscAttribute } from "../attribute/multi-exit-disc.ts";
import type { NextHopAttribute } from "../attribute/next-hop.ts";
import type { NextHopCharacteristicsAttribute } from "../attribute/next-hop-characteristics.ts";
import type { OnlyToCustomerAttribute } from "../attribute/only-to-customer.ts";
import type { OriginAttribute } from "../attribute/origin.ts";
import type { OriginatorIdAttribute } from "../attribute/originator-id.ts";
import type { PeDistinguisherLabelsAttribute } from "../attribute/pe-distinguisher-labels.ts";
import type { PmsiTunnelAttribute } from "../attribute/pmsi-tunnel.ts";
import type { PrefixSidAttribute } from "../attribute/prefix-sid.ts";
import type { SfpAttribute } from "../attribute/sfp.ts";
import type { TrafficEngineeringAttribute } from "../attribute/traffic-engineering.ts";
import type { TunnelEncapsulationAttribute } from "../attribute/tunnel-encapsulation.ts";
import type { PrefixNlri } from "../nlri/model.ts";

/**
 * An attribute that stays bytes: its code is not known, or an issue speaks of it.
 *
 * Only the arms with a name of their own are to be acted upon: of each of them there is at most one in a decoded UPDATE,
 * well-formed and allowed on the session.
 */
export interface RawAttribute {
  readonly name: "raw";
  /** 0 to 255. */
  readonly code: number;
  /** The flags octet without the Extended Length bit. */
  readonly flags: number;
  readonly extendedLength?: true;
  readonly value: Uint8Array;
  /** An issue speaks of it: malformed, twice there, or not allowed. It is neither used nor passed on. */
  readonly rejected?: true;
}

/** A path attribute; `name` tells the arms apart, `code` is the number on the wire. */
export type PathAttribute =
  | OriginAttribute
  | AsPathAttribute
  | NextHopAttribute
  | MultiExitDiscAttribute
  | LocalPrefAttribute
  | AtomicAggregateAttribute
  | AggregatorAttribute
  | CommunitiesAttribute
  | OriginatorIdAttribute
  | ClusterListAttribute
  | MpReachNlriAttribute
  | MpUnreachNlriAttribute
  | ExtendedCommunitiesAttribute
  | As4PathAttribute
  | As4AggregatorAttribute
  | ConnectorAttribute
  | AsPathlimitAttribute
  | PmsiTunnelAttribute
  | TunnelEncapsulationAttribute
  | TrafficEngineeringAttribute
  | Ipv6ExtendedCommunitiesAttribute
  | AigpAttribute
  | PeDistinguisherLabelsAttribute
  | EntropyLabelCapabilityAttribute
  | BgpLsAttribute
  | LargeCommunitiesAttribute
  | BgpsecPathAttribute
  | CommunityContainerAttribute
  | OnlyToCustomerAttribute
  | DomainPathAttribute
  | SfpAttribute
  | BfdDiscriminatorAttribute
  | NextHopCharacteristicsAttribute
  | PrefixSidAttribute
  | BierAttribute
  | AttrSetAttribute
  | RawAttribute;

/** The arm of a name. @example AttributeNamed<"asPath"> */
export type AttributeNamed<N extends PathAttribute["name"]> = Extract<PathAttribute, { name: N }>;

/** The body of an UPDATE (RFC 4271 section 4.3). */
export interface Update {
  /** Withdrawn Routes: IPv4 unicast. */
  readonly withdrawn: readonly PrefixNlri[];
  /** In the order of the wire. */
  readonly attributes: readonly PathAttribute[];
  /** Network Layer Reachability Information: IPv4 unicast. */
  readonly nlri: readonly PrefixNlri[];
  /** Octets of Withdrawn Routes from the first that does not parse. */
  readonly withdrawnRest?: Uint8Array;
  /** Octets of Path Attributes from the first that does not fit. */
  readonly attributesRest?: Uint8Array;
  /** Octets of NLRI from the first that does not parse. */
  readonly nlriRest?: Uint8Array;
  /** The whole body, where its length fields do not fit it; all else is empty then. */
  readonly raw?: Uint8Array;
}

/** The first attribute of a name. @example attributeNamed(update.attributes, "asPath")?.segments */
export function attributeNamed<N extends PathAttribute["name"]>(
  attributes: readonly PathAttribute[],
  name: N,
): AttributeNamed<N> | undefined {
  return attributes.find((attribute): attribute is AttributeNamed<N> => attribute.name === name);
}
