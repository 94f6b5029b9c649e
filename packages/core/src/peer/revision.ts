// Capabilities that change while a session is up (draft-ietf-idr-dynamic-cap-02), and what follows for the families that go.
import type { Connection } from "../connection/state.ts";
import { ConfigError, type Fault } from "../fault.ts";
import { MessageType } from "../iana/message-type.ts";
import {
  decodeCapabilityMessage,
  encodeCapabilityMessage,
  type CapabilityChange,
} from "../message/capability-message.ts";
import type { OpenMessage } from "../message/open.ts";
import type { ConnId, Millis, SendResult } from "../session/io.ts";
import { includesFamily, isFamily, negotiate } from "../session/negotiated.ts";
import { revised } from "../session/revise.ts";
import type { Context } from "./context.ts";
import { endDeferral } from "./deferral.ts";
import { notCarried } from "./retention.ts";
import { CLOSED, submit } from "./sending.ts";
import { emit, find } from "./tell.ts";

/** See `Owner.capabilities`. */
export function received(p: Context, c: Connection): Fault | null {
  const changes = decodeCapabilityMessage(c.framer);
  if (!changes.ok) return changes.fault;
  const open = revised(c.remoteOpen!, changes.value);
  if ("reason" in open) return open;
  hold(p, c, "received", changes.value, c.localOpen!, open);
  return null;
}

/** See `PeerMachine.sendCapabilities`. */
export function sendCapabilities(
  p: Context,
  now: Millis,
  conn: ConnId,
  changes: readonly CapabilityChange[],
): SendResult {
  const c = find(p, conn);
  if (c?.negotiated?.dynamicCapability !== true) return CLOSED;
  const body = encodeCapabilityMessage(changes);
  const open = revised(c.localOpen!, changes);
  if ("reason" in open) throw new ConfigError("invalid-value", "changes", open.reason);
  const result = submit(p, now, conn, MessageType.Capability, body);
  if (result.status === "sent") hold(p, c, "sent", changes, open, c.remoteOpen!);
  return result;
}

/** What both OPENs would say now holds from here on. */
function hold(
  p: Context,
  c: Connection,
  direction: "sent" | "received",
  changes: readonly CapabilityChange[],
  localOpen: OpenMessage,
  remoteOpen: OpenMessage,
): void {
  const { families } = c.negotiated!;
  const negotiated = negotiate(localOpen, remoteOpen);
  Object.assign(c, { localOpen, remoteOpen, negotiated });
  emit(p, { type: "capabilities", conn: c.id, direction, changes, negotiated });
  for (const family of families) {
    if (includesFamily(negotiated.families, family)) continue;
    const same = isFamily(family);
    c.complete = c.complete.filter((one) => !same(one));
    notCarried(p, family);
    endDeferral(p, "notNegotiated", family);
  }
}
