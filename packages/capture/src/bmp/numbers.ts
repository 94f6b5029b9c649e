// Numbers of BMP (IANA registries of bmp-parameters): RFC 7854, RFC 8671, RFC 9069 and RFC 9972.

/** BMP Message Types. */
export const BmpMessageType = {
  RouteMonitoring: 0,
  StatisticsReport: 1,
  PeerDownNotification: 2,
  PeerUpNotification: 3,
  Initiation: 4,
  Termination: 5,
  RouteMirroring: 6,
} as const;

/** BMP Peer Types. */
export const BmpPeerType = {
  GlobalInstance: 0,
  RdInstance: 1,
  LocalInstance: 2,
  /** RFC 9069 section 4.1. */
  LocRibInstance: 3,
} as const;

/** BMP Peer Flags; V, L, A and O are those of peer types 0 to 2, F is that of a Loc-RIB. */
export const BmpPeerFlag = {
  /** The peer's address is an IPv6 one. */
  V: 0x80,
  /** Post-policy. */
  L: 0x40,
  /** AS_PATH has two octets for each AS number. */
  A: 0x20,
  /** Adj-RIB-Out (RFC 8671 section 4). */
  O: 0x10,
  /** The Loc-RIB is filtered (RFC 9069 section 4.2). */
  F: 0x80,
} as const;

/** BMP Peer Down Reason Codes. */
export const BmpPeerDownReason = {
  LocalNotification: 1,
  LocalFsmEvent: 2,
  RemoteNotification: 3,
  RemoteNoData: 4,
  PeerDeConfigured: 5,
  /** RFC 9069 section 5.3. */
  LocalTlvData: 6,
} as const;

/** BMP Termination Message Reason Codes. */
export const BmpTerminationReason = {
  AdministrativelyClosed: 0,
  Unspecified: 1,
  OutOfResources: 2,
  RedundantConnection: 3,
  PermanentlyAdministrativelyClosed: 4,
} as const;

/** BMP Route Mirroring Information Codes. */
export const BmpMirroringCode = {
  ErroredPdu: 0,
  MessagesLost: 1,
} as const;

/** BMP Statistics Types whose value is a counter of 32 bits, which wraps round (RFC 7854 section 4.8). */
export const BmpCounter = {
  prefixesRejectedByInboundPolicy: 0,
  duplicatePrefixAdvertisements: 1,
  duplicateWithdraws: 2,
  updatesInvalidatedByClusterListLoop: 3,
  updatesInvalidatedByAsPathLoop: 4,
  updatesInvalidatedByOriginatorId: 5,
  updatesInvalidatedByAsConfedLoop: 6,
  updatesTreatedAsWithdraw: 11,
  prefixesTreatedAsWithdraw: 12,
  duplicateUpdates: 13,
} as const;

/** BMP Statistics Types whose value is a gauge of 64 bits (RFC 7854 section 4.8, RFC 8671 section 6.2, RFC 9972 section 3). */
export const BmpGauge = {
  adjRibInRoutes: 7,
  locRibRoutes: 8,
  prePolicyAdjRibOutRoutes: 14,
  postPolicyAdjRibOutRoutes: 15,
  prePolicyAdjRibInRoutes: 18,
  postPolicyAdjRibInRoutes: 20,
  /** What is left before a maximum number of prefixes (RFC 4271 section 6.7). */
  leftBeforeRouteThreshold: 29,
  leftBeforeLicenseThreshold: 31,
  prePolicyAdjRibInAsPathTooLong: 33,
  prePolicyAdjRibOutAsPathTooLong: 39,
} as const;

/** BMP Statistics Types whose value is a gauge of one family. */
export const BmpFamilyGauge = {
  adjRibInRoutesOfFamily: 9,
  locRibRoutesOfFamily: 10,
  prePolicyAdjRibOutRoutesOfFamily: 16,
  postPolicyAdjRibOutRoutesOfFamily: 17,
  prePolicyAdjRibInRoutesOfFamily: 19,
  postPolicyAdjRibInRoutesOfFamily: 21,
  prePolicyAdjRibInRejectedOfFamily: 22,
  postPolicyAdjRibInAcceptedOfFamily: 23,
  suppressedByDampingOfFamily: 26,
  staleByGracefulRestartOfFamily: 27,
  staleByLongLivedGracefulRestartOfFamily: 28,
  leftBeforeRouteThresholdOfFamily: 30,
  leftBeforeLicenseThresholdOfFamily: 32,
  prePolicyAdjRibInAsPathTooLongOfFamily: 34,
  /** Route origins as the RPKI has them (RFC 6811). */
  postPolicyAdjRibInOriginInvalidOfFamily: 35,
  postPolicyAdjRibInOriginValidOfFamily: 36,
  postPolicyAdjRibInOriginNotFoundOfFamily: 37,
  prePolicyAdjRibOutRejectedOfFamily: 38,
  prePolicyAdjRibOutAsPathTooLongOfFamily: 40,
  postPolicyAdjRibOutOriginInvalidOfFamily: 41,
  postPolicyAdjRibOutOriginValidOfFamily: 42,
  postPolicyAdjRibOutOriginNotFoundOfFamily: 43,
} as const;
