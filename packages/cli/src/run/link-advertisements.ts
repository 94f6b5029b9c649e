// Router Advertisements on the links that a configuration asks for, so that unnumbered peers there learn our address.
import { ConfigError } from "@bgpwire/core";
import { advertiseRouter } from "@bgpwire/transport-node";
import { InputError } from "../config/input-error.ts";

export class LinkAdvertisements {
  readonly #ends = new Map<string, () => void>();

  /**
   * Begins on links that are new. Those of before go on until `keep`.
   *
   * @throws InputError where the system does not let us
   */
  begin(devices: readonly string[]): void {
    for (const device of devices) {
      if (this.#ends.has(device)) continue;
      try {
        this.#ends.set(device, advertiseRouter(device));
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        throw new InputError(`routerAdvertisements on ${device}: ${error.message.slice("device: ".length)}`);
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
