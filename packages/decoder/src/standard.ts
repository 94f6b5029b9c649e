// The registry of everything, and contexts that know it.
import type { Negotiated } from "@bgpwire/core";
import { ATTRIBUTES } from "./attribute/table.ts";
import { DecodeContext, type ContextOptions, type Registry } from "./context.ts";
import { FAMILIES } from "./nlri/table.ts";
import { receiveOptions, sendOptions, type SessionOptions } from "./session-options.ts";
import { REASONS } from "./verdict/reasons.ts";
import { RULES } from "./verdict/rules.ts";

/** Everything this package knows. */
export const STANDARD: Registry = { attributes: ATTRIBUTES, families: FAMILIES, rules: RULES, reasons: REASONS };

/**
 * Makes a context that knows every attribute and family of this package.
 *
 * @throws ConfigError `invalid-value`
 * @example createContext({ session: "ebgp", peerAs: 65002, addPath: [{ afi: 1, safi: 1 }] })
 * @example createContext({ overrides: { "as-path-set": "withdraw" } }) // RFC 9774
 */
export function createContext(options: ContextOptions = {}): DecodeContext {
  return new DecodeContext(options, STANDARD);
}

/**
 * The context of what the peer of a session sends.
 *
 * @param options `session: "confed"` for a peer in another member AS of our confederation and `"ebgp-oad"` for one in another
 * AS under our administration: no OPEN says either
 */
export function contextOf(negotiated: Negotiated, options: SessionOptions = {}): DecodeContext {
  return createContext({ ...receiveOptions(negotiated), ...options });
}

/** The context of what we send to the peer of a session: for `encodeUpdate` and `packUpdates`. */
export function sendContextOf(negotiated: Negotiated, options: SessionOptions = {}): DecodeContext {
  return createContext({ ...sendOptions(negotiated), ...options });
}
