// The public face of @bgpwire/core.

// Bytes
export { ByteReader } from "./bytes/reader.ts";
export { ByteWriter } from "./bytes/writer.ts";
export { bytesOf, copyOf, type Slice } from "./bytes/slice.ts";
export { equalBytes, fromHex, toHex } from "./bytes/hex.ts";
export { decodeUtf8, encodeUtf8 } from "./bytes/utf8.ts";

// IANA registries
export { Afi, afiName } from "./iana/afi.ts";
export { AS_TRANS } from "./iana/as-number.ts";
export { AttributeCode, attributeName } from "./iana/attribute-code.ts";
export { BgpRole, bgpRoleName } from "./iana/bgp-role.ts";
export { CapabilityCode, capabilityName } from "./iana/capability-code.ts";
export { familyName, parseFamily } from "./iana/family.ts";
export { MessageType, messageTypeName } from "./iana/message-type.ts";
export {
  Cease,
  FsmError,
  MessageHeaderError,
  NotificationCode,
  notificationCodeName,
  notificationSubcodeName,
  OpenMessageError,
  RouteRefreshError,
  UpdateMessageError,
} from "./iana/notification-code.ts";
export { Safi, safiName } from "./iana/safi.ts";

// Addresses
export { addressVersion, normaliseAddress } from "./address/address.ts";
export { withZone } from "./address/zone.ts";
export { formatIPv4, parseIPv4 } from "./address/ipv4.ts";
export { formatIPv6, parseIPv6 } from "./address/ipv6.ts";
export { formatPrefix, parsePrefix, parseZonedPrefix, prefixContains, type ParsedPrefix } from "./address/prefix.ts";

// Messages
export {
  addPath,
  bfdStrict,
  bgpRole,
  bgpsec,
  decodeCapability,
  dynamicCapability,
  encodeCapability,
  enhancedRouteRefresh,
  equalCapability,
  extendedMessage,
  extendedNextHop,
  fourOctetAs,
  fqdn,
  gracefulRestart,
  linkLocalNextHop,
  longLivedGracefulRestart,
  multipleLabels,
  multipleRoutes,
  multiprotocol,
  multisession,
  operational,
  outboundRouteFiltering,
  pathsLimit,
  rawCapability,
  routeRefresh,
  routeRefreshCisco,
  routingPolicyDistribution,
  softwareVersion,
  type AddPathEntry,
  type Capability,
  type Direction,
  type ExtendedNextHopEntry,
  type Family,
  type GracefulRestartFamily,
  type LongLivedGracefulRestartFamily,
  type MultipleLabelsEntry,
  type OrfEntry,
  type PathsLimitEntry,
  type RoutingPolicyEntry,
} from "./message/capability.ts";
export {
  decodeCapabilityMessage,
  encodeCapabilityMessage,
  type CapabilityChange,
} from "./message/capability-message.ts";
export { newFramer, nextMessage, pushChunk, type FramerState } from "./message/framer.ts";
export { encodeKeepalive, encodeMessage, HEADER_LENGTH, MAX_EXTENDED_MESSAGE, MAX_MESSAGE } from "./message/header.ts";
export {
  asNotification,
  decodeNotification,
  encodeNotification,
  hardReset,
  maximumPrefixes,
  notificationText,
  prefixBoundOf,
  shutdownNotification,
  shutdownText,
  unwrapHardReset,
  type Notification,
  type PrefixBound,
} from "./message/notification.ts";
export { decodeOpen, encodeOpen, type OpenMessage } from "./message/open.ts";
export {
  decodeRouteFilters,
  encodeRouteFilters,
  OrfType,
  WhenToRefresh,
  type PrefixFilterEntry,
  type PrefixRule,
  type RouteFilter,
  type RouteFilters,
} from "./message/route-filters.ts";
export { decodeRouteRefresh, encodeRouteRefresh, RefreshSubtype, type RouteRefresh } from "./message/route-refresh.ts";

// Faults
export { ConfigError, failed, fault, ok, type ConfigErrorCode, type Fault, type Result } from "./fault.ts";

// Sessions: what is configured, what goes in and comes out, what was agreed
export { checkFields, checkObject } from "./session/check-field.ts";
export { resolvePeerOptions, type PeerSettings } from "./session/check-options.ts";
export type * from "./session/io.ts";
export type { GracefulRestartSettings, LongLivedSettings } from "./session/check-restart.ts";
export type {
  AsRange,
  GracefulRestartOptions,
  LongLivedGracefulRestartOptions,
  PeerChanges,
  PeerOptions,
  RestartFamily,
} from "./session/options.ts";
export {
  asNumberOf,
  capabilitiesNamed,
  familiesOf,
  includesFamily,
  negotiate,
  type Negotiated,
  type NegotiatedAddPath,
  type NegotiatedRouteFilter,
} from "./session/negotiated.ts";
export { PeerFilters } from "./session/peer-filters.ts";

// One peer
export { PeerMachine, type Environment, type PeerSnapshot } from "./peer/machine.ts";
export type { MachineCall, Recorder } from "./peer/recorder.ts";

// Many peers
export type { ListenRangeChanges, ListenRangeOptions } from "./speaker/listen-range.ts";
export type { MakeContext, PeerEntry } from "./speaker/peer-entry.ts";
export type {
  AfterClose,
  ListenRangeView,
  Opening,
  Peer,
  Plugin,
  Session,
  SpeakerEvent,
  UpdateHandler,
} from "./speaker/plugin.ts";
export {
  SpeakerMachine,
  type Acceptance,
  type Polled,
  type SpeakerEnvironment,
  type SpeakerOutput,
} from "./speaker/speaker-machine.ts";
export type { SpeakerOptions } from "./speaker/speaker-options.ts";
export { Speaker } from "./speaker/speaker.ts";
export type {
  AbortSignalLike,
  DialTarget,
  Link,
  LinkEvents,
  Listener,
  ListenTarget,
  SocketOptionsDriver,
  Transport,
} from "./speaker/transport.ts";

// For drivers
export { listenError } from "./speaker/listen-error.ts";
export type { SocketOptions } from "./session/socket-options.ts";
export {
  connectionCalls,
  forgetCalls,
  listenerCalls,
  type SocketCall,
  type SocketRule,
} from "./speaker/socket-calls.ts";
export { SocketProtection, type SocketPlatform } from "./speaker/socket-protection.ts";
export {
  makeSocketCalls,
  setSocketOptions,
  socketName,
  SystemDial,
  type SystemCalls,
} from "./speaker/system-socket.ts";
export { Outbox } from "./speaker/outbox.ts";
export { StreamLink, type ByteStream } from "./speaker/stream-link.ts";
export { WakeTimer, type Timers } from "./speaker/wake-timer.ts";
