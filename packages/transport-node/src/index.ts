// BGP over the sockets of Node.js 20 and later, and of Bun, which offers the same.
import { ConfigError, SocketProtection, Speaker, WakeTimer, type SpeakerOptions, type Transport } from "@bgpwire/core";
import { performance } from "node:perf_hooks";
import { dial } from "./dial.ts";
import { listen } from "./listen.ts";
import type { NodeTransportOptions } from "./options.ts";
import { socketPlatform } from "./system-calls.ts";

export { dialRouters } from "./dial-routers.ts";
export { advertiseRouter } from "./router-advertisement.ts";
export type { NodeTransportOptions, RawSocket } from "./options.ts";

const now = (): number => performance.now();

/** On Node.js an immediate comes after a round of reads; on Deno and Bun, which this driver serves too, the timer before it does. */
const afterReads = (action: () => void): void => void setTimeout(setImmediate, 0, action);

/**
 * Sockets, clock, timer and randomness of Node.js or Bun, for one speaker.
 *
 * @throws ConfigError `invalid-value` with the field
 */
export function nodeTransport(options: NodeTransportOptions = {}): Transport {
  const { linger: seconds = 2 } = options;
  if (typeof seconds !== "number" || !(seconds >= 0)) {
    throw new ConfigError("invalid-value", "linger", `${String(seconds)} is not a number of seconds`);
  }
  const linger = 1000 * seconds;
  const timer = new WakeTimer({ now, setTimeout, clearTimeout, afterReads });
  const protection = new SocketProtection(socketPlatform);
  return {
    now,
    seed: () => globalThis.crypto.getRandomValues(new Int32Array(1))[0]!,
    wake: (at, wakeUp) => timer.wake(at, wakeUp),
    dial: (target, events) => dial(target, events, linger, options),
    listen: (target, accept) => listen(target, accept, linger, options, protection),
    socketOptions: protection,
    abortController: () => new AbortController(),
  };
}

/**
 * A speaker on the sockets of Node.js or Bun.
 *
 * @throws ConfigError `invalid-value` with the field
 * @example
 * const speaker = createSpeaker({ routerId: "192.0.2.1", listen: [{ address: "192.0.2.1", port: 179 }] });
 */
export function createSpeaker(options: SpeakerOptions & NodeTransportOptions): Speaker {
  // Of no options at all the speaker says what is missing.
  const driver = { ...options };
  const { onDial: _onDial, onListen: _onListen, onAccept: _onAccept, linger: _linger, ...own } = driver;
  return new Speaker(own, nodeTransport(driver));
}
