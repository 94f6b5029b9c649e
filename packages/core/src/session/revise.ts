// An OPEN after a CAPABILITY message (draft-ietf-idr-dynamic-cap-02): which capabilities may change while a session is up.
import { fault, type Fault } from "../fault.ts";
import { Cease, NotificationCode } from "../iana/notification-code.ts";
import { encodeCapability, multiprotocol, type Capability } from "../message/capability.ts";
import type { CapabilityChange } from "../message/capability-message.ts";
import type { OpenMessage } from "../message/open.ts";
import { capabilitiesNamed, familiesOf } from "./negotiated.ts";

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
  const others = capabilities.filter(({ code }) => !CHANGEABLE.has(code));
  const list = new Map<number, Capability>();
  // The family that silence stands for (RFC 4760 section 8) does not go because another comes.
  for (const { afi, safi } of familiesOf(capabilities)) list.set(256 + 256 * afi + safi, multiprotocol(afi, safi));
  for (const c of capabilities) if (c.code !== 1 && CHANGEABLE.has(c.code)) list.set(c.code, c);
  for (const { action, capability } of changes) {
    const { code, name } = capability;
    const key = name === "multiprotocol" ? 256 + 256 * capability.afi + capability.safi : code;
    if (!CHANGEABLE.has(code) || key === 1) continue;
    if (action === "remove") list.delete(key);
    // A value that is not of its format is not understood, as in an OPEN.
    else if (name !== "raw") list.set(key, capability);
  }
  const all = [...list.values(), ...others];
  if (capabilitiesNamed(all, "multiprotocol").length === 0)
    return cease(Cease.OtherConfigurationChange, "no address family is left");
  const octets = all.reduce((sum, capability) => sum + 2 + encodeCapability(capability).length, 0);
  if (octets > MAX_OCTETS) return cease(Cease.OutOfResources, "more capabilities than an OPEN has room for");
  return { ...open, capabilities: all };
}

function cease(subcode: number, reason: string): Fault {
  return fault(NotificationCode.Cease, subcode, reason);
}
