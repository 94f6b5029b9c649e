// Capability Codes (IANA registry capability-codes), deprecated ones included because they are still on the wire.
import { keyOf } from "./name.ts";

/** Codes of the capabilities of an OPEN, 0 to 255. */
export const CapabilityCode = {
  Multiprotocol: 1,
  RouteRefresh: 2,
  OutboundRouteFiltering: 3,
  /** Multiple routes to a destination; deprecated (RFC 8277). */
  MultipleRoutes: 4,
  ExtendedNextHop: 5,
  ExtendedMessage: 6,
  Bgpsec: 7,
  MultipleLabels: 8,
  BgpRole: 9,
  GracefulRestart: 64,
  FourOctetAs: 65,
  /** Dynamic Capability as first drafted; deprecated. */
  DynamicCapabilityDeprecated: 66,
  DynamicCapability: 67,
  Multisession: 68,
  AddPath: 69,
  EnhancedRouteRefresh: 70,
  LongLivedGracefulRestart: 71,
  RoutingPolicyDistribution: 72,
  Fqdn: 73,
  BfdStrict: 74,
  SoftwareVersion: 75,
  PathsLimit: 76,
  /** draft-ietf-idr-linklocal-capability. */
  LinkLocalNextHop: 77,
  /** Prestandard (RFC 8810). */
  RouteRefreshCisco: 128,
  /** Prestandard Routing Policy Distribution and outbound route filtering (RFC 8810). */
  RoutingPolicyDistributionPrestandard: 129,
  /** Prestandard (RFC 8810). */
  OutboundRouteFilteringCisco: 130,
  /** Prestandard (RFC 8810). */
  MultisessionCisco: 131,
  /** Prestandard (RFC 8810). */
  FqdnPrestandard: 184,
  /** Prestandard OPERATIONAL message (RFC 8810). */
  OperationalPrestandard: 185,
} as const;

/** The key of `CapabilityCode`, or "capability 99". */
export function capabilityName(code: number): string {
  return keyOf(CapabilityCode, code) ?? `capability ${code}`;
}
