// The configuration of a speaker, checked and complete.
import { normaliseAddress } from "../address/address.ts";
import { ConfigError } from "../fault.ts";
import { checkFields, checkInteger, checkObject, checkSeconds, show } from "../session/check-field.ts";
import { checkRouterId } from "../session/check-options.ts";
import type { Recorder } from "../peer/recorder.ts";
import type { Millis } from "../session/io.ts";
import type { SpeakerEvent } from "./plugin.ts";
import type { AbortSignalLike, ListenTarget } from "./transport.ts";

/**
 * What a speaker is made of; whatever is of one peer stands in `PeerOptions`.
 *
 * @example { routerId: "192.0.2.1", listen: [{ address: "::", port: 179 }], onEvent: (event) => log(event) }
 */
export interface SpeakerOptions {
  /** BGP Identifier, dotted, not 0.0.0.0. A peer may have its own. */
  readonly routerId: string;
  /** Where to accept connections. Default: nowhere, so that every session is dialled. */
  readonly listen?: readonly ListenTarget[];
  /**
   * Gets every event, in order, while it is carried out. What it throws does not touch a session: the platform reports it
   * as an unhandled rejection, because an error in a log handler should neither be hidden nor cost a router its routes.
   */
  readonly onEvent?: (event: SpeakerEvent) => void;
  /**
   * Is told of every call into the machines of the peers, so that all sessions can be replayed; `InputLogRecorder` of
   * @bgpwire/capture makes a file of it. What it throws ends the recording, and the platform reports it as an unhandled rejection.
   */
  readonly recorder?: Recorder;
  /** Seconds that `stop` waits for the last bytes to leave before it cuts the connections. Default 5. */
  readonly stopTimeout?: number;
  /** Seconds after which a dial that has not been answered fails. Default 30. */
  readonly connectTimeout?: number;
  /**
   * Most dials under way at a time, so most descriptors of connections that are not up yet, 1 to 1,000,000. Default 1000. The
   * others wait in the order in which they were wanted; a peer that waits is in Connect and accepts connections as ever, and
   * its ConnectRetryTimer starts when its dial does. A peer that does not answer has its place until that timer or
   * `connectTimeout` is over, so fewer places make others wait longer.
   */
  readonly maximumDials?: number;
  /** Stops the speaker when it is aborted. */
  readonly signal?: AbortSignalLike;
}

/** `SpeakerOptions`, checked and complete. */
export interface SpeakerSettings {
  readonly routerId: string;
  readonly listen: readonly ListenTarget[];
  readonly onEvent: ((event: SpeakerEvent) => void) | null;
  readonly recorder: Recorder | null;
  readonly stopTimeout: Millis;
  readonly connectTimeout: Millis;
  readonly maximumDials: number;
  readonly signal: AbortSignalLike | null;
}

const SPEAKER_FIELDS: Readonly<Record<keyof SpeakerOptions, true>> = {
  routerId: true,
  listen: true,
  onEvent: true,
  recorder: true,
  stopTimeout: true,
  connectTimeout: true,
  maximumDials: true,
  signal: true,
};

/** @throws ConfigError `invalid-value` with the field */
export function resolveSpeakerOptions(options: SpeakerOptions): SpeakerSettings {
  checkFields(options, SPEAKER_FIELDS, "the options of a speaker");
  const { onEvent, recorder } = options;
  if (onEvent !== undefined && typeof onEvent !== "function") {
    throw new ConfigError("invalid-value", "onEvent", `${show(onEvent)} is not a function`);
  }
  if (recorder !== undefined && typeof recorder?.record !== "function") {
    throw new ConfigError("invalid-value", "recorder", `${show(recorder)} is not an object with a function record`);
  }
  return Object.freeze<SpeakerSettings>({
    routerId: checkRouterId("routerId", options.routerId),
    listen: checkListen(options.listen),
    onEvent: onEvent ?? null,
    recorder: recorder ?? null,
    stopTimeout: checkSeconds("stopTimeout", options.stopTimeout, 5),
    connectTimeout: checkSeconds("connectTimeout", options.connectTimeout, 30, 0.001),
    maximumDials: checkInteger("maximumDials", options.maximumDials, 1000, 1, 1_000_000),
    signal: options.signal ?? null,
  });
}

/** @throws ConfigError `invalid-value` with the field */
export function checkListen(listen: readonly ListenTarget[] = []): readonly ListenTarget[] {
  if (!Array.isArray(listen))
    throw new ConfigError("invalid-value", "listen", `${show(listen)} is not a list of { address, port }`);
  return Object.freeze(listen.map((target: ListenTarget, i) => checkTarget(target, `listen[${i}]`)));
}

function checkTarget(target: unknown, path: string): ListenTarget {
  // More than these is no mistake: the `listeners` of another speaker are places to listen as well.
  checkObject(target, path, "address and port");
  const { address, port } = target as Partial<ListenTarget>;
  const normalised = typeof address === "string" ? normaliseAddress(address) : null;
  if (normalised === null) {
    throw new ConfigError("invalid-value", `${path}.address`, `${show(address)} is not an IPv4 or IPv6 address`);
  }
  return Object.freeze({ address: normalised, port: checkInteger(`${path}.port`, port, 179, 0, 65535) });
}
