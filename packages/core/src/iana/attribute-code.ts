// BGP Path Attributes (IANA registry bgp-parameters-2), deprecated ones included because they are still on the wire.
import { keyOf } from "./name.ts";

/** Type codes of path attributes, 0 to 255. */
export const AttributeCode = {
  Origin: 1,
  AsPath: 2,
  NextHop: 3,
  MultiExitDisc: 4,
  LocalPref: 5,
  AtomicAggregate: 6,
  Aggregator: 7,
  Communities: 8,
  OriginatorId: 9,
  ClusterList: 10,
  /** Deprecated (RFC 6938). */
  Dpa: 11,
  /** Deprecated (RFC 6938). */
  Advertiser: 12,
  /** Deprecated (RFC 6938). */
  RcidPath: 13,
  MpReachNlri: 14,
  MpUnreachNlri: 15,
  ExtendedCommunities: 16,
  As4Path: 17,
  As4Aggregator: 18,
  /** SAFI Specific Attribute; deprecated. */
  SafiSpecificAttribute: 19,
  /** Deprecated (RFC 6037). */
  Connector: 20,
  /** Deprecated. */
  AsPathlimit: 21,
  PmsiTunnel: 22,
  TunnelEncapsulation: 23,
  TrafficEngineering: 24,
  Ipv6ExtendedCommunities: 25,
  Aigp: 26,
  PeDistinguisherLabels: 27,
  /** BGP Entropy Label Capability; deprecated (RFC 7447). */
  EntropyLabelCapability: 28,
  BgpLs: 29,
  LargeCommunity: 32,
  BgpsecPath: 33,
  /** BGP Community Container (draft-ietf-idr-wide-bgp-communities). */
  CommunityContainer: 34,
  /** RFC 9234. */
  OnlyToCustomer: 35,
  /** D-PATH (RFC 10039). */
  DomainPath: 36,
  Sfp: 37,
  BfdDiscriminator: 38,
  /** BGP Next Hop Dependent Characteristics (draft-ietf-idr-nhc). */
  NextHopCharacteristics: 39,
  PrefixSid: 40,
  /** RFC 9793. */
  Bier: 41,
  /** draft-ietf-idr-5g-edge-service-metadata. */
  EdgeMetadata: 42,
  AttrSet: 128,
  /** Reserved for development (RFC 2042). */
  Development: 255,
} as const;

/** The key of `AttributeCode` in the registry's way of writing, or "attribute 99". @example attributeName(2) // "AS_PATH" */
export function attributeName(code: number): string {
  const key = keyOf(AttributeCode, code);
  return key === null ? `attribute ${code}` : key.replace(/(?!^)[A-Z]/g, "_$&").toUpperCase();
}
