// BGP Message Types (IANA registry bgp-parameters-1).
import { keyOf } from "./name.ts";

/** RFC 4271 section 4.1 and RFC 2918 section 3; 6 is draft-ietf-idr-dynamic-cap's, and not in the registry. */
export const MessageType = {
  Open: 1,
  Update: 2,
  Notification: 3,
  Keepalive: 4,
  RouteRefresh: 5,
  Capability: 6,
} as const;

/** The registry's name, or "message type 9". @example messageTypeName(5) // "ROUTE-REFRESH" */
export function messageTypeName(type: number): string {
  const key = keyOf(MessageType, type);
  return key === null ? `message type ${type}` : key.replace("teR", "te-R").toUpperCase();
}
