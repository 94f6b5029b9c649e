// The registry of everything, and contexts that know it.
import { checkFields, ConfigError, type Negotiated } from "@bgpwire/core";
import { ATTRIBUTES } from "./attribute/table.ts";
import { DecodeContext, type ContextOptions, type Registry, type SessionKind } from "./context.ts";
import { FAMILIES } from "./nlri/table.ts";
import { receiveOptions, sendOptions, type SessionOptions } from "./session-options.ts";
import { REASONS } from "./verdict/reasons.ts";
import { RULES } from "./verdict/rules.ts";

/** Everything this package knows. */
export const STANDARD: Registry = { attributes: ATTRIBUTES, families: FAMILIES, rules: RULES, reasons: REASONS };

const CONTEXT_FIELDS: Readonly<Record<keyof ContextOptions, true>> = {
  session: true,
  localAs: true,
  peerAs: true,
  fourOctetAs: true,
  addPath: true,
  extendedNextHop: true,
  multipleLabels: true,
  disabledFamilies: true,
  maxMessage: true,
  overrides: true,
};
const SESSIONS: Readonly<Record<SessionKind, true>> = {
  ebgp: true,
  "ebgp-oad": true,
  ibgp: true,
  confed: true,
  unknown: true,
};

/**
 * Makes a context that knows every attribute and family of this package.
 *
 * @throws ConfigError `invalid-value` with the field
 * @example createContext({ session: "ebgp", peerAs: 65002, addPath: [{ afi: 1, safi: 1 }] })
 * @example createContext({ overrides: { "as-path-set": "withdraw" } }) // RFC 9774
 */
export function createContext(options: ContextOptions = {}): DecodeContext {
  checkFields(options, CONTEXT_FIELDS, "the options of a context");
  const { session = "unknown", localAs = null, peerAs = null } = options;
  if (!Object.hasOwn(SESSIONS, session)) {
    throw invalid("session", `${JSON.stringify(session)} is not one of ${Object.keys(SESSIONS).join(", ")}`);
  }
  checkAs("localAs", localAs);
  checkAs("peerAs", peerAs);
  return new DecodeContext(options, STANDARD);
}

/**
 * The context of what the peer of a session sends.
 *
 * @param options `session: "confed"` for a peer in another member AS of our confederation and `"ebgp-oad"` for one in another
 * AS under our administration: no OPEN says either
 * @throws ConfigError `invalid-value` with the field
 * @example onEstablished: ({ negotiated }) => (body) => decodeUpdate(body, contextOf(negotiated))
 */
export function contextOf(negotiated: Negotiated, options: SessionOptions = {}): DecodeContext {
  checkNegotiated(negotiated);
  return createContext({ ...receiveOptions(negotiated), ...options });
}

/**
 * The context of what we send to the peer of a session: for `encodeUpdate`, `packUpdates` and `RouteWriter`.
 *
 * @param options as of `contextOf`
 * @throws ConfigError `invalid-value` with the field
 * @example packUpdates(routes, sendContextOf(session.negotiated))
 */
export function sendContextOf(negotiated: Negotiated, options: SessionOptions = {}): DecodeContext {
  checkNegotiated(negotiated);
  return createContext({ ...sendOptions(negotiated), ...options });
}

function checkNegotiated(negotiated: Negotiated | undefined): void {
  if (Array.isArray(negotiated?.addPath)) return;
  throw invalid("negotiated", "is not what a session has agreed on; give session.negotiated");
}

function checkAs(field: string, value: unknown): void {
  if (value === null || (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff_ffff)) return;
  throw invalid(field, `${JSON.stringify(value)} is not an AS number from 0 to 4294967295, nor null`);
}

function invalid(field: string, message: string): ConfigError {
  return new ConfigError("invalid-value", field, message);
}
