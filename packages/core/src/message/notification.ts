// The NOTIFICATION message (RFC 4271 section 4.5), its names, and the text of RFC 9003.

/** A NOTIFICATION. */
export interface Notification {
  /** Error code, 1 to 255. */
  readonly code: number;
  /** Error subcode, 0 to 255. */
  readonly subcode: number;
  readonly data: Uint8Array;
}
