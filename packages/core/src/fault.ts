// What can be wrong with a peer's bytes, as data: a fault is the NOTIFICATION that answers it plus a reason for people.
// Decoders return results; nothing a peer sends makes the core throw.

/**
 * A protocol error found in received bytes, or a reason of our own to end a session.
 *
 * `code`, `subcode` and `data` are exactly what the NOTIFICATION that answers it carries (RFC 4271 section 4.5);
 * `reason` is for logs and people and never leaves the machine.
 */
export interface Fault {
  /** NOTIFICATION error code, 1 to 255. */
  readonly code: number;
  /** NOTIFICATION error subcode, 0 to 255. */
  readonly subcode: number;
  /** NOTIFICATION data; not aliased to the received bytes. */
  readonly data: Uint8Array;
  /** One sentence for people, in English, with the offending value in it. */
  readonly reason: string;
}

/** The outcome of a total function over a peer's bytes: a value, or the fault that says why there is none. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

const NO_DATA = new Uint8Array(0);

/** Makes a fault. @example fault(2, 6, "hold time 1 s is not allowed") */
export function fault(code: number, subcode: number, reason: string, data: Uint8Array = NO_DATA): Fault {
  return { code, subcode, data, reason };
}

/** The successful result. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** The failed result. */
export function failed<T>(why: Fault): Result<T> {
  return { ok: false, fault: why };
}

/** Stable names of what a caller can do wrong. A test compares `code`, never the message. */
export type ConfigErrorCode =
  | "invalid-value"
  | "peer-exists"
  | "peer-not-found"
  | "already-started"
  | "not-started"
  | "unknown-connection";

/**
 * A mistake of the caller: bad configuration or a call out of order. The only thing the core ever throws.
 *
 * @example
 * try { speaker.addPeer({ remoteAddress: "nonsense", … }) } catch (error) { error.code === "invalid-value"; error.field === "remoteAddress" }
 */
export class ConfigError extends Error {
  readonly code: ConfigErrorCode;
  /** Path of the offending field, such as `holdTime` or `peers[2].remoteAddress`; empty where there is none. */
  readonly field: string;

  constructor(code: ConfigErrorCode, field: string, message: string) {
    super(field === "" ? message : `${field}: ${message}`);
    this.name = "ConfigError";
    this.code = code;
    this.field = field;
  }
}
