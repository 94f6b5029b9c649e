// Options of sockets across all peers: whether the transport has them, and what the sockets that listen are to know.
import { invalid } from "../session/check-field.ts";
import type { PeerOptions } from "../session/options.ts";
import { checkSocketOptions, SOCKET_FIELDS } from "../session/socket-options.ts";
import type { SpeakerMachine } from "./speaker-machine.ts";
import type { Transport } from "./transport.ts";

export class SocketRules {
  readonly #transport: Transport;
  readonly #machine: Pick<SpeakerMachine<unknown>, "socketRules">;
  /** Some peer has had some. */
  #asked: boolean = false;

  constructor(transport: Transport, machine: Pick<SpeakerMachine<unknown>, "socketRules">) {
    this.#transport = transport;
    this.#machine = machine;
  }

  /** @throws ConfigError `invalid-value` for options, of a peer or range to come, that the transport does not have. Costs nothing where there are none. */
  check(options: Partial<PeerOptions>): void {
    if (typeof options !== "object" || options === null) return;
    const checked = checkSocketOptions(options);
    if (checked === null) return;
    this.#asked = true;
    const { socketOptions } = this.#transport;
    if (socketOptions === undefined) {
      const field = SOCKET_FIELDS.find((name) => options[name] !== undefined)!;
      throw invalid(
        field,
        "this transport cannot set options of sockets; those of Node.js, Bun and Deno can, on Linux",
      );
    }
    socketOptions.check(checked);
  }

  /** Peers have come, gone or changed. */
  tell(): void {
    if (this.#asked) this.#transport.socketOptions?.protect(this.#machine.socketRules());
  }
}
