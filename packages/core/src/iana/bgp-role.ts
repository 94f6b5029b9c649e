// BGP Role Value (RFC 9234 section 4.1).
import { keyOf } from "./name.ts";

/** The role of the speaker that says it, on one session. */
export const BgpRole = {
  Provider: 0,
  RS: 1,
  RSClient: 2,
  Customer: 3,
  Peer: 4,
} as const;

/** The key of `BgpRole`, or "role 9". */
export function bgpRoleName(role: number): string {
  return keyOf(BgpRole, role) ?? `role ${role}`;
}
