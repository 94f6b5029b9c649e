// BGP Error (Notification) Codes and their subcodes (IANA registries bgp-parameters-3 to -8 and those of RFC 6608, 7313).

/** Error codes of a NOTIFICATION. */
export const NotificationCode = {
  MessageHeaderError: 1,
  OpenMessageError: 2,
  UpdateMessageError: 3,
  HoldTimerExpired: 4,
  FsmError: 5,
  Cease: 6,
  RouteRefreshError: 7,
  /** RFC 9687. */
  SendHoldTimerExpired: 8,
  /** RFC 9815. */
  LossOfLsdbSynchronization: 9,
} as const;

/** RFC 4271 section 6.1. */
export const MessageHeaderError = {
  Unspecific: 0,
  ConnectionNotSynchronized: 1,
  BadMessageLength: 2,
  BadMessageType: 3,
} as const;

/** RFC 4271 section 6.2. */
export const OpenMessageError = {
  Unspecific: 0,
  UnsupportedVersionNumber: 1,
  BadPeerAs: 2,
  BadBgpIdentifier: 3,
  UnsupportedOptionalParameter: 4,
  UnacceptableHoldTime: 6,
  /** RFC 5492 section 3. */
  UnsupportedCapability: 7,
  /** RFC 9234 section 4.2. */
  RoleMismatch: 11,
} as const;

/** RFC 4271 section 6.3. */
export const UpdateMessageError = {
  Unspecific: 0,
  MalformedAttributeList: 1,
  UnrecognizedWellKnownAttribute: 2,
  MissingWellKnownAttribute: 3,
  AttributeFlagsError: 4,
  AttributeLengthError: 5,
  InvalidOrigin: 6,
  InvalidNextHop: 8,
  OptionalAttributeError: 9,
  InvalidNetworkField: 10,
  MalformedAsPath: 11,
} as const;

/** RFC 6608 section 3. */
export const FsmError = {
  Unspecified: 0,
  UnexpectedMessageInOpenSent: 1,
  UnexpectedMessageInOpenConfirm: 2,
  UnexpectedMessageInEstablished: 3,
} as const;

/** RFC 4486 section 3, RFC 8538 section 3, RFC 9384. */
export const Cease = {
  MaximumPrefixesReached: 1,
  AdministrativeShutdown: 2,
  PeerDeconfigured: 3,
  AdministrativeReset: 4,
  ConnectionRejected: 5,
  OtherConfigurationChange: 6,
  ConnectionCollisionResolution: 7,
  OutOfResources: 8,
  HardReset: 9,
  BfdDown: 10,
} as const;

/** RFC 7313 section 5. */
export const RouteRefreshError = {
  InvalidMessageLength: 1,
} as const;

/** By error code: the registry's name of the code, then those of subcodes 1, 2, …; "" where none is assigned. */
const NAMES: readonly (readonly string[])[] = [
  [],
  ["Message Header Error", "Connection Not Synchronized", "Bad Message Length", "Bad Message Type"],
  [
    "OPEN Message Error",
    "Unsupported Version Number",
    "Bad Peer AS",
    "Bad BGP Identifier",
    "Unsupported Optional Parameter",
    "",
    "Unacceptable Hold Time",
    "Unsupported Capability",
    "",
    "",
    "",
    "Role Mismatch",
  ],
  [
    "UPDATE Message Error",
    "Malformed Attribute List",
    "Unrecognized Well-known Attribute",
    "Missing Well-known Attribute",
    "Attribute Flags Error",
    "Attribute Length Error",
    "Invalid ORIGIN Attribute",
    "",
    "Invalid NEXT_HOP Attribute",
    "Optional Attribute Error",
    "Invalid Network Field",
    "Malformed AS_PATH",
  ],
  ["Hold Timer Expired"],
  [
    "Finite State Machine Error",
    "Receive Unexpected Message in OpenSent State",
    "Receive Unexpected Message in OpenConfirm State",
    "Receive Unexpected Message in Established State",
  ],
  [
    "Cease",
    "Maximum Number of Prefixes Reached",
    "Administrative Shutdown",
    "Peer De-configured",
    "Administrative Reset",
    "Connection Rejected",
    "Other Configuration Change",
    "Connection Collision Resolution",
    "Out of Resources",
    "Hard Reset",
    "BFD Down",
  ],
  ["ROUTE-REFRESH Message Error", "Invalid Message Length"],
  ["Send Hold Timer Expired"],
  ["Loss of LSDB Synchronization"],
];

/** The registry's name of an error code, or "code 99". @example notificationCodeName(6) // "Cease" */
export function notificationCodeName(code: number): string {
  return NAMES[code]?.[0] ?? `code ${code}`;
}

/**
 * The registry's name of a subcode, or "subcode 99"; "" for 0, which says nothing more than the code does.
 *
 * @example notificationSubcodeName(6, 2) // "Administrative Shutdown"
 */
export function notificationSubcodeName(code: number, subcode: number): string {
  if (subcode === 0) return "";
  return NAMES[code]?.[subcode] || `subcode ${subcode}`;
}
