// Capabilities of the OPEN message (RFC 5492): one typed value per code with a defined format, raw bytes for the rest.
// Types, decoder, encoder and constructors all stand in the order of the IANA registry.
import { equalBytes } from "../bytes/hex.ts";
import { ByteReader } from "../bytes/reader.ts";
import { copyOf } from "../bytes/slice.ts";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";
import { ByteWriter, fitting } from "../bytes/writer.ts";

/** An address family with its subsequent family, as numbers of the IANA registries. */
export interface Family {
  readonly afi: number;
  readonly safi: number;
}

/**
 * One capability. `code` is the number on the wire; `name` tells the arms apart. A capability with an unknown code, or a
 * known one whose value is not of the defined format, is `raw` and keeps its bytes: RFC 5492 has no error for it.
 *
 * `bare` marks a software version without a length octet of its own (revision 15 of its draft; 00 has one).
 * `reserved` holds the bits that a format reserves and a receiver ignores; absent where they are zero, as they are to be.
 */
export type Capability =
  | {
      readonly name: "multiprotocol";
      readonly code: 1;
      readonly afi: number;
      readonly safi: number;
      readonly reserved?: number;
    }
  | { readonly name: "routeRefresh"; readonly code: 2 }
  | { readonly name: "outboundRouteFiltering"; readonly code: 3 | 130; readonly entries: readonly OrfEntry[] }
  | { readonly name: "multipleRoutes"; readonly code: 4 }
  | { readonly name: "extendedNextHop"; readonly code: 5; readonly entries: readonly ExtendedNextHopEntry[] }
  | { readonly name: "extendedMessage"; readonly code: 6 }
  | {
      readonly name: "bgpsec";
      readonly code: 7;
      readonly version: number;
      readonly direction: "send" | "receive";
      readonly afi: number;
      readonly reserved?: number;
    }
  | { readonly name: "multipleLabels"; readonly code: 8; readonly entries: readonly MultipleLabelsEntry[] }
  | { readonly name: "role"; readonly code: 9; readonly role: number }
  | {
      readonly name: "gracefulRestart";
      readonly code: 64;
      readonly restarting: boolean;
      readonly notification: boolean;
      /** Seconds, 0 to 4095. */
      readonly restartTime: number;
      readonly families: readonly GracefulRestartFamily[];
      readonly reserved?: number;
    }
  | { readonly name: "fourOctetAs"; readonly code: 65; readonly as: number }
  | { readonly name: "dynamicCapability"; readonly code: 67 | 66; readonly capabilities: readonly number[] }
  | {
      readonly name: "multisession";
      readonly code: 68 | 131;
      readonly flags: number;
      readonly capabilities: readonly number[];
    }
  | { readonly name: "addPath"; readonly code: 69; readonly entries: readonly AddPathEntry[] }
  | { readonly name: "enhancedRouteRefresh"; readonly code: 70 }
  | {
      readonly name: "longLivedGracefulRestart";
      readonly code: 71;
      readonly families: readonly LongLivedGracefulRestartFamily[];
    }
  | { readonly name: "routingPolicyDistribution"; readonly code: 72; readonly entries: readonly RoutingPolicyEntry[] }
  | { readonly name: "fqdn"; readonly code: 73 | 184; readonly hostName: string; readonly domainName: string }
  | { readonly name: "bfdStrict"; readonly code: 74 }
  | { readonly name: "softwareVersion"; readonly code: 75; readonly version: string; readonly bare?: true }
  | { readonly name: "pathsLimit"; readonly code: 76; readonly entries: readonly PathsLimitEntry[] }
  | { readonly name: "linkLocalNextHop"; readonly code: 77 }
  | { readonly name: "routeRefreshCisco"; readonly code: 128 }
  | { readonly name: "operational"; readonly code: 185 }
  | { readonly name: "raw"; readonly code: number; readonly value: Uint8Array };

/** What the sender of a capability can do: 1, 2 or 3 on the wire in RFC 5291 as in RFC 7911. */
export type Direction = "receive" | "send" | "both";

/** RFC 5291 section 5 (code 3) and its pre-standard twin 130. */
export interface OrfEntry extends Family {
  readonly types: readonly { readonly type: number; readonly direction: Direction }[];
  readonly reserved?: number;
}

/** RFC 8950 section 4: NLRI of this family may carry a next hop of `nextHopAfi`. */
export interface ExtendedNextHopEntry extends Family {
  readonly nextHopAfi: number;
}

/** RFC 8277 section 2.1: how many labels the sender can process. */
export interface MultipleLabelsEntry extends Family {
  readonly count: number;
}

/** RFC 4724 section 3. */
export interface GracefulRestartFamily extends Family {
  readonly forwardingPreserved: boolean;
  readonly reserved?: number;
}

/** RFC 9494 section 3.1; stale time in seconds, 0 to 16777215. */
export interface LongLivedGracefulRestartFamily extends Family {
  readonly forwardingPreserved: boolean;
  readonly staleTime: number;
  readonly reserved?: number;
}

/** RFC 7911 section 4: what the sender of the capability can do. */
export interface AddPathEntry extends Family {
  readonly direction: Direction;
}

/** draft-ietf-idr-rpd: whether the sender takes routing policies for this family, or has some to send. */
export interface RoutingPolicyEntry extends Family {
  readonly direction: Direction;
}

/** draft-ietf-idr-bgp-add-path-paths-limit: most paths per prefix the sender wants to receive. */
export interface PathsLimitEntry extends Family {
  readonly limit: number;
}

const DIRECTIONS: readonly Direction[] = ["receive", "send", "both"];

/**
 * Decodes the value of a capability. Total and lossless: whatever would not encode to the same bytes again (a wrong
 * length, text that is not UTF-8, a direction that does not exist) is `raw`, which is also what RFC 7911 section 4 wants
 * of such a direction: "the capability SHOULD be treated as not understood and ignored". Raw bytes are a copy.
 *
 * @example decodeCapability(65, Uint8Array.of(0, 0, 0xfd, 0xe9)) // { name: "fourOctetAs", code: 65, as: 65001 }
 */
export function decodeCapability(code: number, value: Uint8Array): Capability {
  const capability = readValue(code, new ByteReader(value));
  // A value that is too short reads as zeros and one that is too long leaves octets over: neither encodes to itself.
  if (capability === null || !equalBytes(encodeCapability(capability), value))
    return rawCapability(code, copyOf(value));
  return capability;
}

/** The typed value, which counts only if it encodes to the same bytes; null for what has no type. */
function readValue(code: number, reader: ByteReader): Capability | null {
  switch (code) {
    case 1: {
      const afi = reader.u16();
      const reserved = reader.u8();
      return { name: "multiprotocol", code: 1, afi, safi: reader.u8(), ...reservedBits(reserved) };
    }
    case 2:
      return { name: "routeRefresh", code: 2 };
    case 3:
    case 130: {
      const entries = list(reader, () => {
        const afi = reader.u16();
        const reserved = reader.u8();
        const safi = reader.u8();
        const types = reader.sub(2 * reader.u8());
        return {
          afi,
          safi,
          types: list(types, () => ({ type: types.u8(), direction: direction(types.u8()) })),
          ...reservedBits(reserved),
        };
      });
      return { name: "outboundRouteFiltering", code: code === 3 ? 3 : 130, entries };
    }
    case 4:
      return { name: "multipleRoutes", code: 4 };
    case 5: {
      const entries = list(reader, () => ({ afi: reader.u16(), safi: reader.u16(), nextHopAfi: reader.u16() }));
      return { name: "extendedNextHop", code: 5, entries };
    }
    case 6:
      return { name: "extendedMessage", code: 6 };
    case 7: {
      const first = reader.u8();
      return {
        name: "bgpsec",
        code: 7,
        version: first >> 4,
        direction: (first & 0x08) === 0 ? "receive" : "send",
        afi: reader.u16(),
        ...reservedBits(first & 0x07),
      };
    }
    case 8: {
      const entries = list(reader, () => ({ afi: reader.u16(), safi: reader.u8(), count: reader.u8() }));
      return { name: "multipleLabels", code: 8, entries };
    }
    case 9:
      return { name: "role", code: 9, role: reader.u8() };
    case 64: {
      const first = reader.u16();
      return {
        name: "gracefulRestart",
        code: 64,
        restarting: (first & 0x8000) !== 0,
        notification: (first & 0x4000) !== 0,
        restartTime: first & 0x0fff,
        families: list(reader, () => ({ afi: reader.u16(), safi: reader.u8(), ...familyFlags(reader.u8()) })),
        ...reservedBits((first >> 12) & 0x03),
      };
    }
    case 65:
      return { name: "fourOctetAs", code: 65, as: reader.u32() };
    case 66:
    case 67:
      return { name: "dynamicCapability", code: code === 67 ? 67 : 66, capabilities: list(reader, () => reader.u8()) };
    case 68:
    case 131:
      return {
        name: "multisession",
        code: code === 68 ? 68 : 131,
        flags: reader.u8(),
        capabilities: list(reader, () => reader.u8()),
      };
    case 69:
      return { name: "addPath", code: 69, entries: directions(reader) };
    case 70:
      return { name: "enhancedRouteRefresh", code: 70 };
    case 71: {
      const families = list(reader, () => ({
        afi: reader.u16(),
        safi: reader.u8(),
        ...familyFlags(reader.u8()),
        staleTime: reader.u24(),
      }));
      return { name: "longLivedGracefulRestart", code: 71, families };
    }
    case 72:
      return { name: "routingPolicyDistribution", code: 72, entries: directions(reader) };
    case 73:
    case 184: {
      const hostName = decodeUtf8(reader.take(reader.u8()));
      const domainName = decodeUtf8(reader.take(reader.u8()));
      if (hostName === null || domainName === null) return null;
      return { name: "fqdn", code: code === 73 ? 73 : 184, hostName, domainName };
    }
    case 74:
      return { name: "bfdStrict", code: 74 };
    case 75: {
      // Revision 00 of the draft has a length octet before the text, revision 15 has not; both are in use.
      const value = reader.take(reader.remaining);
      const counted = value[0] === value.length - 1;
      const version = decodeUtf8(counted ? value.subarray(1) : value);
      if (version === null || version === "") return null;
      return counted
        ? { name: "softwareVersion", code: 75, version }
        : { name: "softwareVersion", code: 75, version, bare: true };
    }
    case 76: {
      const entries = list(reader, () => ({ afi: reader.u16(), safi: reader.u8(), limit: reader.u16() }));
      return { name: "pathsLimit", code: 76, entries };
    }
    case 77:
      return { name: "linkLocalNextHop", code: 77 };
    case 128:
      return { name: "routeRefreshCisco", code: 128 };
    case 185:
      return { name: "operational", code: 185 };
    default:
      return null;
  }
}

/** Items up to the reader's end; each reads at least one octet, or overruns. */
function list<T>(reader: ByteReader, item: () => T): T[] {
  const items: T[] = [];
  while (reader.remaining > 0) items.push(item());
  return items;
}

/** Families, each with what the sender can do. */
function directions(reader: ByteReader): AddPathEntry[] {
  return list(reader, () => ({ afi: reader.u16(), safi: reader.u8(), direction: direction(reader.u8()) }));
}

/** A direction that does not exist becomes `both`, which encodes to something else and so makes the capability raw. */
function direction(value: number): Direction {
  return DIRECTIONS[value - 1] ?? "both";
}

function reservedBits(bits: number): { reserved?: number } {
  return bits === 0 ? {} : { reserved: bits };
}

/** "Flags for Address Family" of RFC 4724 section 3 and RFC 9494 section 3.1. */
function familyFlags(flags: number): { forwardingPreserved: boolean; reserved?: number } {
  return { forwardingPreserved: (flags & 0x80) !== 0, ...reservedBits(flags & 0x7f) };
}

/**
 * Encodes the value of a capability, without its code and length.
 *
 * @throws ConfigError `invalid-value` when a number does not fit its field. More than 255 octets do not fit an OPEN, but
 *   only `encodeOpen` refuses them.
 */
export function encodeCapability(capability: Capability): Uint8Array {
  const writer = new ByteWriter(16);
  writeValue(capability, writer);
  return writer.finish();
}

function writeValue(capability: Capability, writer: ByteWriter): void {
  switch (capability.name) {
    case "multiprotocol":
      writer.u16(capability.afi);
      writer.u8(capability.reserved ?? 0);
      writer.u8(capability.safi);
      return;
    case "outboundRouteFiltering":
      for (const entry of capability.entries) {
        writer.u16(entry.afi);
        writer.u8(entry.reserved ?? 0);
        writer.u8(entry.safi);
        writer.u8(entry.types.length);
        for (const { type, direction } of entry.types) {
          writer.u8(type);
          writer.u8(DIRECTIONS.indexOf(direction) + 1);
        }
      }
      return;
    case "extendedNextHop":
      for (const entry of capability.entries) {
        writer.u16(entry.afi);
        writer.u16(entry.safi);
        writer.u16(entry.nextHopAfi);
      }
      return;
    case "bgpsec": {
      const bit = capability.direction === "send" ? 0x08 : 0;
      writer.u8((fitting(capability.version, 0x0f) << 4) | bit | fitting(capability.reserved ?? 0, 0x07));
      writer.u16(capability.afi);
      return;
    }
    case "multipleLabels":
      for (const entry of capability.entries) {
        writer.u16(entry.afi);
        writer.u8(entry.safi);
        writer.u8(entry.count);
      }
      return;
    case "role":
      writer.u8(capability.role);
      return;
    case "gracefulRestart": {
      const bits = (capability.restarting ? 0x8000 : 0) | (capability.notification ? 0x4000 : 0);
      const reserved = fitting(capability.reserved ?? 0, 0x03) << 12;
      writer.u16(bits | reserved | fitting(capability.restartTime, 0x0fff));
      for (const family of capability.families) {
        writer.u16(family.afi);
        writer.u8(family.safi);
        writeFamilyFlags(family, writer);
      }
      return;
    }
    case "fourOctetAs":
      writer.u32(capability.as);
      return;
    case "dynamicCapability":
      for (const code of capability.capabilities) writer.u8(code);
      return;
    case "multisession":
      writer.u8(capability.flags);
      for (const code of capability.capabilities) writer.u8(code);
      return;
    case "addPath":
    case "routingPolicyDistribution":
      for (const entry of capability.entries) {
        writer.u16(entry.afi);
        writer.u8(entry.safi);
        writer.u8(DIRECTIONS.indexOf(entry.direction) + 1);
      }
      return;
    case "longLivedGracefulRestart":
      for (const family of capability.families) {
        writer.u16(family.afi);
        writer.u8(family.safi);
        writeFamilyFlags(family, writer);
        writer.u24(family.staleTime);
      }
      return;
    case "fqdn":
      writer.lengthU8(() => writer.bytes(encodeUtf8(capability.hostName)));
      writer.lengthU8(() => writer.bytes(encodeUtf8(capability.domainName)));
      return;
    case "softwareVersion":
      if (capability.bare === true) writer.bytes(encodeUtf8(capability.version));
      else writer.lengthU8(() => writer.bytes(encodeUtf8(capability.version)));
      return;
    case "pathsLimit":
      for (const entry of capability.entries) {
        writer.u16(entry.afi);
        writer.u8(entry.safi);
        writer.u16(entry.limit);
      }
      return;
    case "raw":
      writer.bytes(capability.value);
      return;
    case "routeRefresh":
    case "multipleRoutes":
    case "extendedMessage":
    case "enhancedRouteRefresh":
    case "bfdStrict":
    case "linkLocalNextHop":
    case "routeRefreshCisco":
    case "operational":
      // Their presence is all they say.
      return;
  }
}

function writeFamilyFlags(family: GracefulRestartFamily, writer: ByteWriter): void {
  writer.u8((family.forwardingPreserved ? 0x80 : 0) | fitting(family.reserved ?? 0, 0x7f));
}

/** Whether both are the same on the wire: one code and the same octets, raw or not. */
export function equalCapability(a: Capability, b: Capability): boolean {
  return a.code === b.code && equalBytes(encodeCapability(a), encodeCapability(b));
}

/** RFC 4760 section 8: NLRI of this family. @example multiprotocol(Afi.IPv6, Safi.Unicast) */
export function multiprotocol(afi: number, safi: number): Capability {
  return { name: "multiprotocol", code: 1, afi, safi };
}

/** RFC 2918 section 2: takes and sends ROUTE-REFRESH. */
export function routeRefresh(): Capability {
  return { name: "routeRefresh", code: 2 };
}

/** RFC 5291 section 5: outbound route filters, by family. */
export function outboundRouteFiltering(entries: readonly OrfEntry[]): Capability {
  return { name: "outboundRouteFiltering", code: 3, entries };
}

/** RFC 3107 section 5: more than one route to a prefix, told apart by their labels. RFC 8277 has taken it back. */
export function multipleRoutes(): Capability {
  return { name: "multipleRoutes", code: 4 };
}

/** RFC 8950 section 4. @example extendedNextHop([{ afi: Afi.IPv4, safi: Safi.Unicast, nextHopAfi: Afi.IPv6 }]) */
export function extendedNextHop(entries: readonly ExtendedNextHopEntry[]): Capability {
  return { name: "extendedNextHop", code: 5, entries };
}

/** RFC 8654 section 3: takes messages of up to 65535 octets. */
export function extendedMessage(): Capability {
  return { name: "extendedMessage", code: 6 };
}

/** RFC 8205 section 2.1, one direction of one address family. The only version is 0. */
export function bgpsec(direction: "send" | "receive", afi: number, version: number = 0): Capability {
  return { name: "bgpsec", code: 7, version, direction, afi };
}

/** RFC 8277 section 2.1: most labels per prefix we can take, by family; 255 is no limit, 0 and 1 must not be sent. */
export function multipleLabels(entries: readonly MultipleLabelsEntry[]): Capability {
  return { name: "multipleLabels", code: 8, entries };
}

/** RFC 9234 section 4.1: our role on an eBGP session. @example bgpRole(BgpRole.Customer) */
export function bgpRole(role: number): Capability {
  return { name: "role", code: 9, role };
}

/**
 * RFC 4724 section 3 with the N flag of RFC 8538.
 *
 * @param options `restartTime` in seconds, 0 to 4095; `restarting` (R) when we have just restarted; `notification` (N)
 *   when routes are to be kept over a NOTIFICATION too. Default: time 0, no flags, no families.
 */
export function gracefulRestart(options: {
  readonly restartTime?: number;
  readonly restarting?: boolean;
  readonly notification?: boolean;
  readonly families?: readonly GracefulRestartFamily[];
}): Capability {
  const { restartTime = 0, restarting = false, notification = false, families = [] } = options;
  return { name: "gracefulRestart", code: 64, restarting, notification, restartTime, families };
}

/** RFC 6793 section 3: our AS number in four octets. */
export function fourOctetAs(as: number): Capability {
  return { name: "fourOctetAs", code: 65, as };
}

/**
 * draft-ietf-idr-dynamic-cap: CAPABILITY messages may change what we have while the session is up.
 *
 * @param capabilities codes of those that may change, as later revisions have it, whose messages a session does not have. Default
 *   none: the form that FRR has, of which `Negotiated.dynamicCapability` tells
 */
export function dynamicCapability(capabilities: readonly number[] = []): Capability {
  return { name: "dynamicCapability", code: 67, capabilities };
}

/** draft-ietf-idr-bgp-multisession: flags, and codes of the capabilities that tell sessions apart. */
export function multisession(flags: number, capabilities: readonly number[]): Capability {
  return { name: "multisession", code: 68, flags, capabilities };
}

/** RFC 7911 section 4; all families go into one capability. @example addPath([{ afi: 1, safi: 1, direction: "both" }]) */
export function addPath(entries: readonly AddPathEntry[]): Capability {
  return { name: "addPath", code: 69, entries };
}

/** RFC 7313 section 3.1: marks beginning and end of a refresh. */
export function enhancedRouteRefresh(): Capability {
  return { name: "enhancedRouteRefresh", code: 70 };
}

/** RFC 9494 section 3.1; goes with `gracefulRestart` only. */
export function longLivedGracefulRestart(families: readonly LongLivedGracefulRestartFamily[]): Capability {
  return { name: "longLivedGracefulRestart", code: 71, families };
}

/** draft-ietf-idr-rpd: routing policies as routes, by family. */
export function routingPolicyDistribution(entries: readonly RoutingPolicyEntry[]): Capability {
  return { name: "routingPolicyDistribution", code: 72, entries };
}

/** draft-walton-bgp-hostname-capability: the names of this host, for people. */
export function fqdn(hostName: string, domainName: string = ""): Capability {
  return { name: "fqdn", code: 73, hostName, domainName };
}

/** draft-ietf-idr-bgp-bfd-strict-mode: wait for BFD before the session comes up. */
export function bfdStrict(): Capability {
  return { name: "bfdStrict", code: 74 };
}

/**
 * draft-abraitis-bgp-version-capability: the version of this software, for people; at least one octet, and 64 at most
 * are asked for. Written with the length octet of revision 00: older routers expect it, newer ones read both forms.
 */
export function softwareVersion(version: string): Capability {
  return { name: "softwareVersion", code: 75, version };
}

/** draft-abraitis-idr-addpath-paths-limit: most paths per prefix we want, by family. */
export function pathsLimit(entries: readonly PathsLimitEntry[]): Capability {
  return { name: "pathsLimit", code: 76, entries };
}

/** draft-ietf-idr-linklocal-capability: takes IPv6 next hops that are link-local alone. */
export function linkLocalNextHop(): Capability {
  return { name: "linkLocalNextHop", code: 77 };
}

/** The route refresh of Cisco before RFC 2918 (RFC 8810 section 3), whose messages have type 128: only to be read or shown. */
export function routeRefreshCisco(): Capability {
  return { name: "routeRefreshCisco", code: 128 };
}

/** draft-ietf-idr-operational-message, under the number that ExaBGP has for it (RFC 8810 section 3): takes OPERATIONAL messages. */
export function operational(): Capability {
  return { name: "operational", code: 185 };
}

/** Any capability by its number, 0 to 255, and its value, at most 255 octets. */
export function rawCapability(code: number, value: Uint8Array): Capability {
  return { name: "raw", code, value };
}
