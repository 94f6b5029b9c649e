// The public face of @bgpwire/decoder.

// The session an UPDATE belongs to
export { DecodeContext, type ContextOptions, type Registry, type SessionKind } from "./context.ts";
export { guessOptions, type GuessedOptions } from "./guess.ts";
export { receiveOptions, sendOptions, type SessionOptions } from "./session-options.ts";
export { contextOf, createContext, sendContextOf, STANDARD } from "./standard.ts";
export { UNICAST } from "./unicast.ts";

// Objects
export { mergeAs4, splitAs4 } from "./update/as4.ts";
export { decodeUpdate, type DecodedUpdate } from "./update/decode.ts";
export { encodeAttribute, encodeUpdate } from "./update/encode.ts";
export { endOfRib } from "./update/end-of-rib.ts";
export { toJson, updateFromJson, type Json } from "./update/json.ts";
export {
  attributeNamed,
  type AttributeNamed,
  type PathAttribute,
  type RawAttribute,
  type Update,
} from "./update/model.ts";
export { UpdateReader } from "./update/reader.ts";
export type { GivenNextHop } from "./update/frame.ts";
export { hasPrefixes, PrefixCounter, type PrefixCrossing, type PrefixLimit } from "./update/prefix-counter.ts";
export { LimitedRouteWriter } from "./update/limited-route-writer.ts";
export { packUpdates, type RouteBatch } from "./update/pack.ts";
export type { OnRefused } from "./update/route-source.ts";
export {
  RouteWriter,
  type PumpResult,
  type Route,
  type RouteGroup,
  type RouteName,
  type RouteNames,
  type RouteSink,
} from "./update/route-writer.ts";
export { routesOf, type AnnouncedRoute, type Routes, type WithdrawnRoute } from "./update/routes.ts";

// A decoder of one's own
export {
  createUpdateDecoder,
  type AttributeHandler,
  type AttributesHandler,
  type NlriHandler,
  type NlriListHandler,
  type ReachHandler,
  type RoutesHandler,
  type UnknownHandler,
  type UpdateDecoder,
  type UpdateHandlers,
} from "./update/compose.ts";
export {
  asPathHandler,
  attributeHandler,
  communitiesHandler,
  ipv4NumberHandler,
  ipv4NumberListHandler,
  ipv4PrefixHandler,
  ipv6NumberHandler,
  ipv6NumberListHandler,
  ipv6PrefixHandler,
  nextHopHandler,
  nlriHandler,
  nlriListHandler,
  numberHandler,
} from "./update/handlers.ts";
export { u32At } from "./bytes/integers.ts";
export { numberList } from "./bytes/view.ts";

// Ranges of bytes
export { NlriCursor, UpdateView } from "./update/view.ts";

// Trees of fields
export { dissect } from "./dissect/dissect.ts";
export type { DissectedField } from "./dissect/tree.ts";

// Verdicts
export type { Action } from "./verdict/action.ts";
export type { Issue, Verdict } from "./verdict/issue.ts";
export type { Rule, RuleData, RuleKind, RuleTable } from "./verdict/rule.ts";
export { REASONS } from "./verdict/reasons.ts";
export { RULES, type RuleName } from "./verdict/rules.ts";

// Path attributes: a maker and a row of the table each
export {
  AGGREGATOR,
  aggregator,
  AS4_AGGREGATOR,
  as4Aggregator,
  type AggregatorAttribute,
  type As4AggregatorAttribute,
} from "./attribute/aggregator.ts";
export { AIGP, aigp, type AigpAttribute, type AigpTlv } from "./attribute/aigp.ts";
export { AS4_PATH, as4Path, type As4PathAttribute } from "./attribute/as4-path.ts";
export {
  AS_PATH,
  asPath,
  asPathNumbers,
  type AsPathAttribute,
  type AsPathSegment,
  type AsPathSegmentType,
} from "./attribute/as-path.ts";
export { AS_PATHLIMIT, asPathlimit, type AsPathlimitAttribute } from "./attribute/as-pathlimit.ts";
export { ATOMIC_AGGREGATE, atomicAggregate, type AtomicAggregateAttribute } from "./attribute/atomic-aggregate.ts";
export { BGP_LS_ATTRIBUTE, bgpLs, type BgpLsAttribute } from "./attribute/bgp-ls.ts";
export { ATTR_SET, attrSet, type AttrSetAttribute } from "./attribute/attr-set.ts";
export { BIER, bier, type BierAttribute } from "./attribute/bier.ts";
export {
  BFD_DISCRIMINATOR,
  bfdDiscriminator,
  type BfdDiscriminatorAttribute,
  type BfdDiscriminatorTlv,
} from "./attribute/bfd-discriminator.ts";
export {
  BGPSEC_PATH,
  bgpsecPath,
  type BgpsecPathAttribute,
  type SecurePathSegment,
  type SignatureBlock,
  type SignatureSegment,
} from "./attribute/bgpsec-path.ts";
export { CLUSTER_LIST, clusterList, type ClusterListAttribute } from "./attribute/cluster-list.ts";
export { COMMUNITIES, communities, type CommunitiesAttribute } from "./attribute/communities.ts";
export {
  COMMUNITY_CONTAINER,
  communityContainer,
  type CommunityContainer,
  type CommunityContainerAttribute,
  type RawCommunityContainer,
  type WideCommunity,
} from "./attribute/community-container.ts";
export { CONNECTOR, connector, type ConnectorAttribute } from "./attribute/connector.ts";
export { DOMAIN_PATH, domainPath, type Domain, type DomainPathAttribute } from "./attribute/domain-path.ts";
export {
  ENTROPY_LABEL_CAPABILITY,
  entropyLabelCapability,
  type EntropyLabelCapabilityAttribute,
} from "./attribute/entropy-label-capability.ts";
export {
  EXTENDED_COMMUNITIES,
  extendedCommunities,
  type ExtendedCommunitiesAttribute,
} from "./attribute/extended-communities.ts";
export {
  IPV6_EXTENDED_COMMUNITIES,
  ipv6ExtendedCommunities,
  type Ipv6ExtendedCommunitiesAttribute,
} from "./attribute/ipv6-extended-communities.ts";
export { LARGE_COMMUNITY, largeCommunities, type LargeCommunitiesAttribute } from "./attribute/large-communities.ts";
export { LOCAL_PREF, localPref, type LocalPrefAttribute } from "./attribute/local-pref.ts";
export {
  MP_REACH_NLRI,
  mpReachNlri,
  type MpReachNlriAttribute,
  type MpReachOf,
  type MpReachRaw,
} from "./attribute/mp-reach-nlri.ts";
export {
  MP_UNREACH_NLRI,
  mpUnreachNlri,
  type MpUnreachNlriAttribute,
  type MpUnreachOf,
  type MpUnreachRaw,
} from "./attribute/mp-unreach-nlri.ts";
export { MULTI_EXIT_DISC, multiExitDisc, type MultiExitDiscAttribute } from "./attribute/multi-exit-disc.ts";
export {
  NEXT_HOP_CHARACTERISTICS,
  nextHopCharacteristics,
  type Characteristic,
  type NextHopCharacteristicsAttribute,
} from "./attribute/next-hop-characteristics.ts";
export { NEXT_HOP, nextHop, type NextHopAttribute } from "./attribute/next-hop.ts";
export { ONLY_TO_CUSTOMER, onlyToCustomer, type OnlyToCustomerAttribute } from "./attribute/only-to-customer.ts";
export { ORIGIN, origin, type Origin, type OriginAttribute } from "./attribute/origin.ts";
export { ORIGINATOR_ID, originatorId, type OriginatorIdAttribute } from "./attribute/originator-id.ts";
export {
  PE_DISTINGUISHER_LABELS,
  peDistinguisherLabels,
  type PeDistinguisherLabel,
  type PeDistinguisherLabelsAttribute,
} from "./attribute/pe-distinguisher-labels.ts";
export { PMSI_TUNNEL, pmsiTunnel, type PmsiTunnelAttribute } from "./attribute/pmsi-tunnel.ts";
export { pmsiTunnelTypeName, type PmsiTunnel } from "./attribute/pmsi-tunnel-identifier.ts";
export { PREFIX_SID, prefixSid, type PrefixSidAttribute, type PrefixSidTlv } from "./attribute/prefix-sid.ts";
export {
  TRAFFIC_ENGINEERING,
  trafficEngineering,
  type SwitchingCapability,
  type TrafficEngineeringAttribute,
} from "./attribute/traffic-engineering.ts";
export {
  TUNNEL_ENCAPSULATION,
  tunnelEncapsulation,
  type Tunnel,
  type TunnelEncapsulationAttribute,
  type TunnelSubTlv,
} from "./attribute/tunnel-encapsulation.ts";
export { SFP, sfp, type SfpAttribute, type SfpTlv } from "./attribute/sfp.ts";
export { AttributeFlag, type AttributeHeader, type AttributeRow } from "./attribute/row.ts";

// Link state: what is in BGP-LS
export type { LinkStateDescriptor, NodeDescriptor } from "./bgp-ls/descriptors.ts";
export { FlexibleAlgorithmFlag } from "./bgp-ls/flexible-algorithm.ts";
export { LinkProtection, MplsProtocol, type Bandwidth } from "./bgp-ls/link.ts";
export { LinkApplication, type LinkAttributeTlv } from "./bgp-ls/link-parts.ts";
export { NodeFlag } from "./bgp-ls/node.ts";
export { IgpPrefixFlag } from "./bgp-ls/prefix.ts";
export { LinkStateProtocol, linkStateProtocolName } from "./bgp-ls/protocol.ts";
export { PeerSidFlag, type SidLabel } from "./bgp-ls/segment-routing.ts";
export { SpfStatus } from "./bgp-ls/spf.ts";
export {
  SrBidirectionalFlag,
  SrConstraintFlag,
  SrDisjointFlag,
  SrMetricConstraintFlag,
} from "./bgp-ls/sr-constraints.ts";
export { SrBindingSidFlag, SrCandidatePathFlag, Srv6BindingSidFlag } from "./bgp-ls/sr-policy.ts";
export { SrSegmentFlag, SrSegmentListFlag, SrSegmentListMetricFlag, type PolicySid } from "./bgp-ls/sr-segment-list.ts";
export { Srv6PeerSidFlag } from "./bgp-ls/srv6.ts";
export { bgpLsTlvName, BgpLsTlvType, type BgpLsTlv } from "./bgp-ls/tlvs.ts";

// Address families
export {
  BGP_LS,
  BGP_LS_SPF,
  BGP_LS_VPN,
  LinkStateNlriType,
  type LinkStateNlri,
  type LinkStateNlriName,
  type VpnLinkStateNlri,
} from "./nlri/link-state.ts";
export {
  IPV4_FLOWSPEC,
  IPV4_VPN_FLOWSPEC,
  IPV6_FLOWSPEC,
  IPV6_VPN_FLOWSPEC,
  L2VPN_FLOWSPEC,
  L2VPN_VPN_FLOWSPEC,
  type FlowspecNlri,
  type VpnFlowspecNlri,
} from "./nlri/flowspec.ts";
export type { FlowspecComponentName, FlowspecComponents } from "./nlri/flowspec-components.ts";
export type { BitmaskMatch, NumericMatch, NumericOperator } from "./nlri/flowspec-operators.ts";
export { IPV4_MULTICAST, IPV4_UNICAST, IPV6_MULTICAST, IPV6_UNICAST } from "./nlri/prefix.ts";
export { IPV4_ENCAPSULATION, IPV6_ENCAPSULATION, type EncapsulationNlri } from "./nlri/encapsulation.ts";
export { IPV4_MDT, type MdtNlri } from "./nlri/mdt.ts";
export {
  ROUTE_TARGET_CONSTRAINT,
  type DefaultRouteTarget,
  type RouteTargetMembership,
  type RouteTargetNlri,
  type RouteTargetPrefix,
} from "./nlri/route-target.ts";
export { VPLS, type VplsAutoDiscovery, type VplsLabelBlock, type VplsNlri } from "./nlri/vpls.ts";
export {
  MCAST_VPLS,
  type McastVplsLeafAutoDiscoveryRoute,
  type McastVplsNlri,
  type McastVplsSPmsiAutoDiscoveryRoute,
  type VplsEdge,
} from "./nlri/mcast-vpls.ts";
export type { CircuitStatusVectorTlv, RawVplsTlv, VplsTlv } from "./nlri/vpls-tlv.ts";
export {
  IPV4_CLASSFUL_TRANSPORT,
  IPV4_LABELED_UNICAST,
  IPV4_VPN,
  IPV6_CLASSFUL_TRANSPORT,
  IPV6_LABELED_UNICAST,
  IPV6_VPN,
} from "./nlri/labeled-prefix.ts";
export { IPV4_VPN_MULTICAST, IPV6_VPN_MULTICAST } from "./nlri/vpn-prefix.ts";
export type { LabelStack } from "./nlri/label-stack.ts";
export {
  isRawNlri,
  type LabeledPrefixNlri,
  type LabeledVpnPrefixNlri,
  type NextHopOfKind,
  type Nlri,
  type NlriKind,
  type NlriOfKind,
  type PrefixNlri,
  type RawNlri,
  type VpnPrefixNlri,
} from "./nlri/model.ts";
export {
  IPV4_CAR,
  IPV4_VPN_CAR,
  IPV6_CAR,
  IPV6_VPN_CAR,
  type CarIpPrefixRoute,
  type CarNlri,
  type ColorAwareRoute,
  type VpnCarIpPrefixRoute,
  type VpnCarNlri,
  type VpnColorAwareRoute,
} from "./nlri/car.ts";
export type { CarLabelIndexTlv, CarLabelTlv, CarSrv6SidTlv, CarTlv, CarValues, RawCarTlv } from "./nlri/car-tlv.ts";
export { EVPN, type EvpnLeafAutoDiscoveryRoute, type EvpnNlri, type EvpnRoute } from "./nlri/evpn.ts";
export type {
  EvpnSPmsiAutoDiscoveryRoute,
  InclusiveMulticastEthernetTagRoute,
  MulticastLeaveSynchRoute,
  MulticastMembershipReportSynchRoute,
  MulticastReportFlags,
  PerRegionIPmsiAutoDiscoveryRoute,
  SelectiveMulticastEthernetTagRoute,
} from "./nlri/evpn-multicast.ts";
export type {
  EthernetAutoDiscoveryRoute,
  EthernetSegmentRoute,
  IpPrefixRoute,
  MacIpAdvertisementRoute,
} from "./nlri/evpn-unicast.ts";
export {
  formatEthernetSegmentIdentifier,
  parseEthernetSegmentIdentifier,
  SINGLE_HOMED_ESI,
  type EthernetSegmentIdentifier,
} from "./nlri/ethernet-segment.ts";
export {
  IPV4_MUP,
  IPV6_MUP,
  type DirectSegmentDiscoveryRoute,
  type InterworkEndpointTlv,
  type InterworkSegmentDiscoveryRoute,
  type MupNlri,
  type MupTlv,
  type SessionParametersTlv,
  type SourceAddressTlv,
  type Type1SessionTransformedRoute,
  type Type2SessionTransformedRoute,
} from "./nlri/mup.ts";
export {
  IPV4_MVPN,
  IPV6_MVPN,
  type InterAsIPmsiAutoDiscoveryRoute,
  type IntraAsIPmsiAutoDiscoveryRoute,
  type MvpnLeafAutoDiscoveryRoute,
  type MvpnNlri,
  type MvpnRoute,
  type MvpnSPmsiAutoDiscoveryRoute,
  type SharedTreeJoinRoute,
  type SourceActiveAutoDiscoveryRoute,
  type SourceTreeJoinRoute,
} from "./nlri/mvpn.ts";
export type { NextHop, NextHopFormat, OptionalNextHop, OptionalVpnNextHop, VpnNextHop } from "./nlri/next-hop.ts";
export { SFC, type ServiceFunctionInstanceRoute, type ServiceFunctionPathRoute, type SfcNlri } from "./nlri/sfc.ts";
export { IPV4_SR_POLICY, IPV6_SR_POLICY, type SrPolicyNlri } from "./nlri/sr-policy.ts";
export {
  encodeRouteDistinguisher,
  parseRouteDistinguisher,
  routeDistinguisherText,
  type RouteDistinguisher,
} from "./nlri/route-distinguisher.ts";
export type { FamilyRow, NlriPlace, RowOfKind } from "./nlri/row.ts";

// Tunnels and segment routing
export type { Segment } from "./tunnel/segments.ts";
export { tunnelTypeName } from "./tunnel/tunnel-type.ts";
export { endpointBehaviorName } from "./segment-routing/endpoint-behavior.ts";

// Lists of TLVs
export { tlvNamed, type RawTlv, type Tlv } from "./bytes/tlv.ts";

// Text
export { formatCommunity, parseCommunity, WellKnownCommunity } from "./community/community.ts";
export {
  formatExtendedCommunity,
  parseExtendedCommunity,
  type ExtendedCommunity,
  type ExtendedCommunityNamed,
} from "./community/extended-community.ts";
export {
  formatIpv6ExtendedCommunity,
  parseIpv6ExtendedCommunity,
  type Ipv6ExtendedCommunity,
} from "./community/ipv6-extended-community.ts";
export type { WideCommunityAtom, WideCommunityTlv } from "./community/wide-community.ts";
export { formatLargeCommunity, parseLargeCommunity, type LargeCommunity } from "./community/large-community.ts";
export { formatAsPath, parseAsPath } from "./text/as-path.ts";
export { formatNlri, parseNlri } from "./text/nlri-text.ts";
