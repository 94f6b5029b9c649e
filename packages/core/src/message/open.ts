// The OPEN message (RFC 4271 section 4.2) with the extended optional parameters of RFC 9072, both ways.
import type { Capability } from "./capability.ts";

/** A decoded OPEN. */
export interface OpenMessage {
  /** 4 on every session that comes up. */
  readonly version: number;
  /** The two-octet "My Autonomous System": AS_TRANS (23456) where the real number needs four. */
  readonly myAs: number;
  /** Seconds: 0 or 3 to 65535. */
  readonly holdTime: number;
  /** BGP Identifier, dotted. */
  readonly identifier: string;
  /** In the order of the wire, duplicates kept. */
  readonly capabilities: readonly Capability[];
}
