// What goes on beside the sessions on the links that a configuration names, such as Router Advertisements: begun and ended as
// configurations come and go.
import { ConfigError } from "@bgpwire/core";
import { InputError } from "../config/input-error.ts";

export class LinkTasks {
  readonly #named: (device: string) => string;
  readonly #start: (device: string) => () => void;
  readonly #ends = new Map<string, () => void>();

  /**
   * @param named says for messages what it is
   * @param start begins it, and returns what ends it
   */
  constructor(named: (device: string) => string, start: (device: string) => () => void) {
    this.#named = named;
    this.#start = start;
  }

  /**
   * Begins on links that are new. Those of before go on until `keep`.
   *
   * @throws InputError where the system does not let us
   */
  begin(devices: readonly string[]): void {
    for (const device of devices) {
      if (this.#ends.has(device)) continue;
      try {
        this.#ends.set(device, this.#start(device));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        throw new InputError(`${this.#named(device)}: ${error.message.slice("device: ".length)}`);
      }
    }
  }

  /** Ends on all other links. */
  keep(devices: readonly string[]): void {
    for (const [device, end] of this.#ends) {
      if (devices.includes(device)) continue;
      end();
      this.#ends.delete(device);
    }
  }
}
