// The seam at which a session can be written down: every call into a peer machine that changes it, with its time, and
// everything the machine gave, in order. Made again in this order on a fresh machine, the same calls give the same outputs.
import type { CapabilityChange } from "../message/capability-message.ts";
import type { ConnId, Millis, PeerInput, PeerOutput, SendResult } from "../session/io.ts";
import type { PeerOptions } from "../session/options.ts";
import type { Environment } from "./machine.ts";

/** One call into a peer machine, and what came of it. */
export type MachineCall =
  /** `new PeerMachine(options, environment)`. */
  | {
      readonly type: "made";
      /** The peer's id in its speaker, for people. */
      readonly id: string;
      readonly options: PeerOptions;
      readonly environment: Environment;
    }
  /** `PeerMachine.restore` with the snapshot of that moment and these options, which are whole. */
  | { readonly type: "changed"; readonly options: PeerOptions }
  /** `handle`. An input that the machine refused, as a mistake of the caller, is a `tick`: it has moved the time. */
  | { readonly type: "input"; readonly now: Millis; readonly input: PeerInput }
  | {
      readonly type: "sendUpdate";
      readonly now: Millis;
      readonly conn: ConnId;
      readonly body: Uint8Array;
      readonly result: SendResult;
    }
  | {
      readonly type: "sendRouteRefresh";
      readonly now: Millis;
      readonly conn: ConnId;
      readonly afi: number;
      readonly safi: number;
      readonly subtype: number;
      readonly body: Uint8Array;
      readonly result: SendResult;
    }
  | {
      readonly type: "sendCapabilities";
      readonly now: Millis;
      readonly conn: ConnId;
      readonly changes: readonly CapabilityChange[];
      readonly result: SendResult;
    }
  /** `poll`; null where nothing more was to be done. */
  | { readonly type: "output"; readonly output: PeerOutput | null }
  /** The peer was deleted, and nothing more comes of it. */
  | { readonly type: "removed" };

/**
 * Is told of every call into the peer machines of a speaker, right after it. `now` may be negative infinity: time stands still.
 *
 * What it is given is shared: it must not change it, and octets of a `sendUpdate` or `sendRouteRefresh` are the caller's again once `record` returns.
 */
export interface Recorder {
  /** @param peer counts the machines of the speaker from 0; a peer that comes again has another number */
  record(peer: number, call: MachineCall): void;
}
