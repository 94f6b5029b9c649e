// Is the peer's OPEN acceptable to us? The checks of RFC 4271 section 6.2 that need our configuration; those that need
// only the bytes are in message/open.ts. The order is the order in which faults are reported.
import { AS_TRANS } from "../iana/as-number.ts";
import { NotificationCode, OpenMessageError } from "../iana/notification-code.ts";
import { BgpRole } from "../iana/bgp-role.ts";
import { ByteWriter } from "../bytes/writer.ts";
import type { Fault } from "../fault.ts";
import { fault } from "../fault.ts";
import { encodeCapability } from "../message/capability.ts";
import type { Capability } from "../message/capability.ts";
import type { OpenMessage } from "../message/open.ts";
import type { PeerSettings } from "../session/check-options.ts";
import { asNumberOf, capabilitiesNamed } from "../session/negotiated.ts";

/** The first reason to refuse this OPEN, or null. `known` is the identifier another live connection of this peer showed. */
export function checkOpen(
  settings: PeerSettings,
  local: OpenMessage,
  remote: OpenMessage,
  known: string | null,
): Fault | null {
  return (
    checkAs(settings, remote) ??
    checkIdentifier(local, remote, known) ??
    checkHoldTime(settings, remote) ??
    checkRole(settings, local, remote) ??
    checkRequired(settings, local, remote)
  );
}

/** RFC 4271 6.2 with RFC 6793 4.2.1 and RFC 7607: the AS number must be one that we expect, and never 0 or AS_TRANS. */
function checkAs(settings: PeerSettings, remote: OpenMessage): Fault | null {
  const as = asNumberOf(remote);
  // In the two-octet field it has been found by `decodeOpen`.
  if (as === 0) return badPeerAs("AS 0 is reserved (RFC 7607)");
  if (as === AS_TRANS) return badPeerAs("AS_TRANS is nobody's own");
  const expected = settings.remoteAs;
  if (expected !== "any" && !expected.some((range) => as >= range.from && as <= range.to)) {
    const wanted = expected.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
    return badPeerAs(`AS ${as} instead of ${wanted}`);
  }
  return null;
}

function badPeerAs(reason: string): Fault {
  return fault(NotificationCode.OpenMessageError, OpenMessageError.BadPeerAs, `bad peer AS: ${reason}`);
}

/** RFC 6286 section 2.2: on an internal session the identifiers differ. Two connections of one peer show the same one. */
function checkIdentifier(local: OpenMessage, remote: OpenMessage, known: string | null): Fault | null {
  if (remote.identifier === local.identifier && asNumberOf(remote) === asNumberOf(local)) {
    return badIdentifier(`${remote.identifier} is ours too`);
  }
  if (known !== null && known !== remote.identifier) {
    return badIdentifier(`${remote.identifier}, but another connection of this peer said ${known}`);
  }
  return null;
}

function badIdentifier(reason: string): Fault {
  return fault(NotificationCode.OpenMessageError, OpenMessageError.BadBgpIdentifier, `bad BGP identifier: ${reason}`);
}

/** RFC 4271 6.2: a system may refuse hold times it does not like; 0 is below any minimum, since it means for ever. */
function checkHoldTime(settings: PeerSettings, remote: OpenMessage): Fault | null {
  if (settings.minimumHoldTime === 0 || remote.holdTime >= settings.minimumHoldTime) return null;
  return fault(
    NotificationCode.OpenMessageError,
    OpenMessageError.UnacceptableHoldTime,
    `hold time ${remote.holdTime} s is below the minimum of ${settings.minimumHoldTime} s`,
  );
}

/** RFC 9234 section 4.2, table 2: which role may face which. */
const ROLE_PAIRS: Readonly<Record<number, number>> = {
  [BgpRole.Provider]: BgpRole.Customer,
  [BgpRole.Customer]: BgpRole.Provider,
  [BgpRole.RS]: BgpRole.RSClient,
  [BgpRole.RSClient]: BgpRole.RS,
  [BgpRole.Peer]: BgpRole.Peer,
};

/** The capability's number; the registry's table would be half a kilobyte of every bundle. */
const ROLE_CODE = 9;

/** RFC 9234 section 4.2, on external sessions only. Requiring capability 9 is its strict mode. */
function checkRole(settings: PeerSettings, local: OpenMessage, remote: OpenMessage): Fault | null {
  if (asNumberOf(local) === asNumberOf(remote)) return null;
  const ours = capabilitiesNamed(local.capabilities, "role")[0];
  const theirs = capabilitiesNamed(remote.capabilities, "role");
  const first = theirs[0];
  if (first !== undefined && theirs.some((c) => c.role !== first.role))
    return roleMismatch("the peer claims several roles");
  if (ours === undefined) return null;
  if (first === undefined) {
    return settings.requiredCapabilities.includes(ROLE_CODE) ? roleMismatch("the peer claims no role") : null;
  }
  return ROLE_PAIRS[ours.role] === first.role ? null : roleMismatch(`ours is ${ours.role}, the peer's ${first.role}`);
}

function roleMismatch(reason: string): Fault {
  return fault(NotificationCode.OpenMessageError, OpenMessageError.RoleMismatch, `role mismatch: ${reason}`);
}

/** RFC 5492 section 3 and 5: name the capabilities that are missing, encoded as in an OPEN. */
function checkRequired(settings: PeerSettings, local: OpenMessage, remote: OpenMessage): Fault | null {
  const missing = settings.requiredCapabilities.filter((code) => !remote.capabilities.some((c) => c.code === code));
  if (missing.length === 0) return null;
  const data = new ByteWriter();
  for (const code of missing) {
    const ours = local.capabilities.filter((c: Capability) => c.code === code).map(encodeCapability);
    for (const value of ours.length > 0 ? ours : [new Uint8Array(0)]) {
      data.u8(code);
      data.u8(value.length);
      data.bytes(value);
    }
  }
  return fault(
    NotificationCode.OpenMessageError,
    OpenMessageError.UnsupportedCapability,
    `the peer lacks capability ${missing.join(", ")}`,
    data.finish(),
  );
}
