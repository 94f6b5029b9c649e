// The CAPABILITY message, by which a peer changes its capabilities while a session is up: the form of draft-ietf-idr-dynamic-cap-02,
// which FRR has. Later revisions have another, with sequence numbers; it is not this one.
import { ByteReader } from "../bytes/reader.ts";
import type { Slice } from "../bytes/slice.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { failed, fault, ok, type Result } from "../fault.ts";
import { NotificationCode } from "../iana/notification-code.ts";
import { decodeCapability, encodeCapability, type Capability } from "./capability.ts";

/** One capability that its sender has from now on, or not any more. Of `multiprotocol` it is about one family. */
export interface CapabilityChange {
  readonly action: "advertise" | "remove";
  readonly capability: Capability;
}

/** The action is the index. */
const ACTIONS = ["advertise", "remove"] as const;

/**
 * Decodes the body of a CAPABILITY message. Values that are not of their format are `raw`, as in an OPEN.
 *
 * Faults: an action that is neither 0 nor 1, or a length beyond the end, is answered with Cease without a subcode, as FRR does: the
 * code that the draft had for these errors, 7, is that of ROUTE-REFRESH now (RFC 7313).
 */
export function decodeCapabilityMessage(slice: Slice): Result<readonly CapabilityChange[]> {
  const reader = new ByteReader(slice.buffer, slice.start, slice.end);
  const changes: CapabilityChange[] = [];
  do {
    const action = reader.u8();
    const code = reader.u8();
    const value = reader.take(reader.u8());
    const known = ACTIONS[action];
    if (known === undefined || reader.overrun) {
      const what = known === undefined ? `action ${action}` : `the length of capability ${code}`;
      return failed(fault(NotificationCode.Cease, 0, `malformed CAPABILITY: ${what}`));
    }
    changes.push({ action: known, capability: decodeCapability(code, value) });
  } while (reader.remaining > 0);
  return ok(changes);
}

/**
 * Encodes the body of a CAPABILITY message.
 *
 * @throws ConfigError `invalid-value` when a number does not fit its field, or a value has more than 255 octets
 * @example encodeCapabilityMessage([{ action: "advertise", capability: multiprotocol(Afi.IPv6, Safi.Unicast) }])
 */
export function encodeCapabilityMessage(changes: readonly CapabilityChange[]): Uint8Array {
  const writer = new ByteWriter(8 * changes.length);
  for (const { action, capability } of changes) {
    writer.u8(ACTIONS.indexOf(action));
    writer.u8(capability.code);
    writer.lengthU8(() => writer.bytes(encodeCapability(capability)));
  }
  return writer.finish();
}
