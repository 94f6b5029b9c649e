// The options of graceful restart, checked and complete.
import type { Capability } from "../message/capability.ts";
import { checkBoolean, checkFields, checkInteger, checkObject, checkSeconds, invalid, show } from "./check-field.ts";
import type { Millis } from "./io.ts";
import { familiesOf, includesFamily } from "./negotiated.ts";
import type { GracefulRestartOptions, LongLivedGracefulRestartOptions, RestartFamily } from "./options.ts";

/** `GracefulRestartOptions`, checked and complete. */
export interface GracefulRestartSettings {
  /** Seconds, as on the wire. */
  readonly restartTime: number;
  readonly families: readonly Required<RestartFamily>[];
  readonly notification: boolean;
  readonly restarting: boolean;
  readonly selectionDeferralTime: Millis;
  readonly helper: boolean;
  /** Seconds. */
  readonly restartTimeMax: number;
}

/** One family of `PeerOptions.longLivedGracefulRestart`, checked and complete; times in seconds. */
export type LongLivedSettings = Required<LongLivedGracefulRestartOptions>;

/** RFC 4724 section 3: twelve bits of seconds. */
const MAX_RESTART_TIME = 4095;
/** RFC 9494 section 3.1: 24 bits of seconds. */
const MAX_STALE_TIME = 0xff_ffff;

/** @param offered the capabilities of every OPEN; null where they are asked for later */
export function checkGracefulRestart(
  value: GracefulRestartOptions | undefined,
  holdTime: number,
  offered: readonly Capability[] | null,
): GracefulRestartSettings | null {
  if (value === undefined) return null;
  const name = "gracefulRestart";
  checkObject(value, name, `the options of ${name}`);
  const given: GracefulRestartOptions = value;
  checkMade(name, 64, offered);
  const seconds = (field: "restartTime" | "restartTimeMax", fallback: number): number =>
    checkInteger(`${name}.${field}`, given[field], fallback, 0, MAX_RESTART_TIME);
  const is = (field: "notification" | "restarting" | "helper", fallback: boolean): boolean =>
    checkBoolean(`${name}.${field}`, given[field], fallback);
  const settings: GracefulRestartSettings = {
    // RFC 4724 section 4: "A suggested default for the Restart Time is a value less than or equal to the HOLDTIME".
    restartTime: seconds("restartTime", Math.min(holdTime || 120, MAX_RESTART_TIME)),
    families: checkFamilies(`${name}.families`, given.families ?? [], offered, () => ({})),
    notification: is("notification", true),
    restarting: is("restarting", false),
    selectionDeferralTime: checkSeconds(`${name}.selectionDeferralTime`, given.selectionDeferralTime, 360),
    helper: is("helper", true),
    restartTimeMax: seconds("restartTimeMax", MAX_RESTART_TIME),
  };
  checkFields(value, settings, `the options of ${name}`, name);
  return Object.freeze(settings);
}

/** @param restarts is there `gracefulRestart`? RFC 9494 section 4.1: its capability "MUST also be advertised" */
export function checkLongLived(
  value: readonly LongLivedGracefulRestartOptions[] | undefined,
  restarts: boolean,
  offered: readonly Capability[] | null,
): readonly LongLivedSettings[] {
  const name = "longLivedGracefulRestart";
  if (value === undefined) return NONE;
  if (!restarts) throw invalid(name, "needs gracefulRestart beside it (RFC 9494 section 4.1)");
  checkMade(name, 71, offered);
  return checkFamilies(name, value, offered, ({ staleTime, staleTimeMax }, field) => ({
    staleTime: checkInteger(`${field}.staleTime`, staleTime, null, 0, MAX_STALE_TIME),
    staleTimeMax: checkInteger(`${field}.staleTimeMax`, staleTimeMax, MAX_STALE_TIME, 0, MAX_STALE_TIME),
  }));
}

const NONE: readonly LongLivedSettings[] = Object.freeze([]);

/** A capability that is made of options cannot be given besides. */
function checkMade(name: string, code: number, offered: readonly Capability[] | null): void {
  if (offered?.some((capability) => capability.code === code) === true) {
    throw invalid("capabilities", `capability ${code} is made of ${name}; leave one of both out`);
  }
}

/** @param rest what a family has beside its numbers and its F bit */
function checkFamilies<T extends object>(
  name: string,
  value: unknown,
  offered: readonly Capability[] | null,
  rest: (given: Partial<LongLivedGracefulRestartOptions>, field: string) => T,
): readonly (Required<RestartFamily> & T)[] {
  if (!Array.isArray(value)) throw invalid(name, `${show(value)} is not a list of families { afi, safi }`);
  const families: (Required<RestartFamily> & T)[] = [];
  for (const [i, item] of value.entries()) {
    const field = `${name}[${i}]`;
    const { afi, safi, forwardingState } = (item ?? {}) as Partial<RestartFamily>;
    const family = {
      afi: checkInteger(`${field}.afi`, afi, null, 0, 0xffff),
      safi: checkInteger(`${field}.safi`, safi, null, 0, 0xff),
      forwardingState: checkBoolean(`${field}.forwardingState`, forwardingState, false),
      ...rest(item, field),
    };
    checkFields(item, family, `the options of ${name}`, field);
    if (includesFamily(families, family)) throw invalid(field, "is given twice");
    if (offered !== null && !includesFamily(familiesOf(offered), family)) {
      throw invalid(field, "is not offered in capabilities");
    }
    families.push(Object.freeze(family));
  }
  return Object.freeze(families);
}
