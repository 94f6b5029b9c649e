// An OPEN after a CAPABILITY message (draft-ietf-idr-dynamic-cap-02): which capabilities may change while a session is up.
import { fault, type Fault } from "../fault.ts";
import { Cease, NotificationCode } from "../iana/notification-code.ts";
import { encodeCapability, multiprotocol, type Capability, type Family } from "../message/capability.ts";
import type { CapabilityChange } from "../message/capability-message.ts";
import type { OpenMessage } from "../message/open.ts";
import { familiesOf } from "./negotiated.ts";

/**
 * Families, route refresh, graceful restart, long-lived graceful restart, limits of paths: none of them says how octets are read,
 * so it does not matter at which of them a change takes effect.
 */
export const CHANGEABLE: ReadonlySet<number> = /* @__PURE__ */ new Set([1, 2, 64, 71, 76]);

/** Octets of capabilities that every OPEN has room for, so that the list cannot grow for ever, and can be told as an OPEN. */
const MAX_OCTETS = 4000;

/** The OPEN as it would be now, or why the session cannot go on with it. A change of any other capability changes nothing. */
export function revised(open: OpenMessage, changes: readonly CapabilityChange[]): OpenMessage | Fault {
  const { capabilities } = open;
  // With the family that silence stands for (RFC 4760 section 8): it does not go because another comes.
  const families = new Map(familiesOf(capabilities).map((one) => [keyOf(one), multiprotocol(one.afi, one.safi)]));
  /** By code, what takes the place of all with it. */
  const replaced = new Map<number, readonly Capability[]>();
  for (const { action, capability } of changes) {
    const { code, name } = capability;
    // A value that is not of its format is not understood, as in an OPEN.
    if (!CHANGEABLE.has(code) || (name === "raw" && (code === 1 || action === "advertise"))) continue;
    if (name !== "multiprotocol") replaced.set(code, action === "remove" ? [] : [capability]);
    else if (action === "remove") families.delete(keyOf(capability));
    else families.set(keyOf(capability), capability);
  }
  const others = capabilities.filter(({ code }) => code !== 1 && !replaced.has(code));
  const all = [...families.values(), ...others, ...[...replaced.values()].flat()];
  if (families.size === 0) return cease(Cease.OtherConfigurationChange, "no address family is left");
  const octets = all.reduce((sum, capability) => sum + 2 + encodeCapability(capability).length, 0);
  if (octets > MAX_OCTETS) return cease(Cease.OutOfResources, "more capabilities than an OPEN has room for");
  return { ...open, capabilities: all };
}

function keyOf({ afi, safi }: Family): number {
  return 256 * afi + safi;
}

function cease(subcode: number, reason: string): Fault {
  return fault(NotificationCode.Cease, subcode, reason);
}
