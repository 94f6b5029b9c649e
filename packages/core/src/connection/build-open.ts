// Our OPEN, from the peer's settings and the capabilities that were asked for.
import { AS_TRANS } from "../iana/as-number.ts";
import { fourOctetAs } from "../message/capability.ts";
import type { Capability } from "../message/capability.ts";
import type { OpenMessage } from "../message/open.ts";
import type { PeerSettings } from "../session/check-options.ts";

/**
 * RFC 4271 4.2 and RFC 6793 4.2.1: capability 65 is always ours to say, with the local AS, whatever the list holds; a
 * number above 65535 appears as AS_TRANS in the two-octet field.
 */
export function buildOpen(settings: PeerSettings, capabilities: readonly Capability[]): OpenMessage {
  const others = capabilities.filter((c) => c.code !== 65);
  return {
    version: 4,
    myAs: settings.localAs > 0xffff ? AS_TRANS : settings.localAs,
    holdTime: settings.holdTime,
    identifier: settings.routerId,
    capabilities: settings.fourOctetAs ? others.concat(fourOctetAs(settings.localAs)) : others,
  };
}
