// What any driver must do, whatever it drives: sockets of Node.js or of Deno, a network in memory, the next one. A driver
// proves itself by passing every case; what its platform cannot do is skipped by name.
//
// Nothing here knows a platform or a test runner. `until` and `pass` are the driver's, because time may be virtual.
import type { Millis, Transport } from "@bgpwire/core";
import { speakerCases } from "./driver-speaker-cases.ts";
import { socketCases } from "./driver-socket-cases.ts";
import { transportCases } from "./driver-transport-cases.ts";

/** A driver and the machine it runs on. */
export interface DriverUnderTest {
  readonly name: string;
  /** A new transport. All transports of one case reach each other. */
  transport(options?: { readonly linger?: number }): Transport;
  /** Waits until a condition holds; fails, saying what never came, after `limit` milliseconds (30 s unless told). */
  until(condition: () => boolean, what: string, limit?: Millis): Promise<void>;
  /** Lets time pass. */
  pass(milliseconds: Millis): Promise<void>;
  /** Lets nothing run for a while, neither events nor timers; null where time is virtual. */
  readonly stall: ((milliseconds: Millis) => void) | null;
  /** Addresses of this machine; null where it has none. A link-local one carries its zone. */
  readonly addresses: {
    readonly ipv4: string;
    readonly otherIPv4: string;
    readonly ipv6: string | null;
    readonly linkLocal: string | null;
  };
  /** The platform lets a dial choose its source address. */
  readonly sourceAddress: boolean;
  /** Somewhere that neither accepts nor refuses; null where the platform knows no such place. */
  readonly blackHole: (() => Promise<BlackHole>) | null;
}

export interface BlackHole {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface DriverCase {
  readonly name: string;
  /** Why it cannot be run on this driver, or null. */
  readonly skip: string | null;
  run(): Promise<void>;
}

/** All cases for one driver, to be run one after another. */
export function driverSuite(driver: DriverUnderTest): DriverCase[] {
  return [...transportCases(driver), ...speakerCases(driver), ...socketCases(driver)];
}
