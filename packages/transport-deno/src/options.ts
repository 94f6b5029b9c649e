// What a user may ask of the Deno driver.

/** What a user may ask of this driver. */
export interface DenoTransportOptions {
  /** Seconds from closing a connection in order to cutting it, while the last bytes leave and the peer closes. Default 2. */
  readonly linger?: number;
}
