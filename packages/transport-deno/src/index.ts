// BGP over Deno's own sockets.
import { ConfigError, SocketProtection, Speaker, WakeTimer, type SpeakerOptions, type Transport } from "@bgpwire/core";
import { dial } from "./dial.ts";
import { listen } from "./listen.ts";
import type { DenoTransportOptions } from "./options.ts";
import { platform, timers } from "./platform.ts";
import { socketPlatform } from "./system-calls.ts";

export type { DenoTransportOptions } from "./options.ts";

/**
 * Sockets, clock, timer and randomness of Deno, for one speaker. Needs `--allow-net`. A source address of one's own choice
 * (`localAddress`) and options of the socket are no matter of Deno's API: for them sockets are made by system calls, on Linux with
 * `--allow-ffi`. Deno does not tell the zone of a link-local address on connections that a listener without one accepts.
 *
 * @throws ConfigError `invalid-value` with the field
 */
export function denoTransport(options: DenoTransportOptions = {}): Transport {
  const { linger: seconds = 2 } = options;
  if (typeof seconds !== "number" || !(seconds >= 0)) {
    throw new ConfigError("invalid-value", "linger", `${String(seconds)} is not a number of seconds`);
  }
  const linger = 1000 * seconds;
  const timer = new WakeTimer(timers);
  const protection = new SocketProtection(socketPlatform);
  return {
    now: () => timers.now(),
    seed: () => platform.crypto.getRandomValues(new Int32Array(1))[0]!,
    wake: (at, wakeUp) => timer.wake(at, wakeUp),
    dial: (target, events) => dial(target, events, linger),
    listen: (target, accept) => listen(target, accept, linger, protection),
    socketOptions: protection,
    abortController: () => new platform.AbortController(),
  };
}

/**
 * A speaker on Deno's sockets.
 *
 * @throws ConfigError `invalid-value` with the field
 * @example
 * const speaker = createSpeaker({ routerId: "192.0.2.1", listen: [{ address: "192.0.2.1", port: 179 }] });
 */
export function createSpeaker(options: SpeakerOptions & DenoTransportOptions): Speaker {
  // Of no options at all the speaker says what is missing.
  const driver = { ...options };
  const { linger: _linger, ...own } = driver;
  return new Speaker(own, denoTransport(driver));
}
