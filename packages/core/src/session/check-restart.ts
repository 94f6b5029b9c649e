// The options of graceful restart, checked and complete.
import type { Capability, Family } from "../message/capability.ts";
import { checkBoolean, checkFields, checkInteger, checkSeconds, invalid, isInteger, show } from "./check-field.ts";
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

const RESTART_FIELDS: Readonly<Record<keyof GracefulRestartOptions, true>> = {
  restartTime: true,
  families: true,
  notification: true,
  restarting: true,
  selectionDeferralTime: true,
  helper: true,
  restartTimeMax: true,
};

const FAMILY_FIELDS = { afi: true, safi: true, forwardingState: true } as const;
const LONG_LIVED_FIELDS = { ...FAMILY_FIELDS, staleTime: true, staleTimeMax: true } as const;

/** RFC 4724 section 3: twelve bits of seconds. */
const MAX_RESTART_TIME = 4095;
/** RFC 9494 section 3.1: 24 bits of seconds. */
const MAX_STALE_TIME = 0xff_ffff;
/** RFC 4724 section 4: "A suggested default for the Restart Time is a value less than or equal to the HOLDTIME". */
const DEFAULT_RESTART_TIME = 120;

/** @param offered the capabilities of every OPEN; null where they are asked for later */
export function checkGracefulRestart(
  value: GracefulRestartOptions | undefined,
  holdTime: number,
  offered: readonly Capability[] | null,
): GracefulRestartSettings | null {
  if (value === undefined) return null;
  checkFields(value, RESTART_FIELDS, "gracefulRestart");
  const longest = Math.min(holdTime === 0 ? DEFAULT_RESTART_TIME : holdTime, MAX_RESTART_TIME);
  const { restartTime, families, notification, restarting, selectionDeferralTime, helper, restartTimeMax } = value;
  checkOffered("gracefulRestart", 64, offered);
  return Object.freeze<GracefulRestartSettings>({
    restartTime: checkInteger("gracefulRestart.restartTime", restartTime, longest, 0, MAX_RESTART_TIME),
    families: checkFamilies("gracefulRestart.families", families ?? [], FAMILY_FIELDS, offered),
    notification: checkBoolean("gracefulRestart.notification", notification, true),
    restarting: checkBoolean("gracefulRestart.restarting", restarting, false),
    selectionDeferralTime: checkSeconds("gracefulRestart.selectionDeferralTime", selectionDeferralTime, 360),
    helper: checkBoolean("gracefulRestart.helper", helper, true),
    restartTimeMax: checkInteger(
      "gracefulRestart.restartTimeMax",
      restartTimeMax,
      MAX_RESTART_TIME,
      0,
      MAX_RESTART_TIME,
    ),
  });
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
  checkOffered(name, 71, offered);
  return Object.freeze(
    checkFamilies(name, value, LONG_LIVED_FIELDS, offered).map((family, i) => {
      const { staleTime, staleTimeMax } = value[i]!;
      if (staleTime === undefined) throw invalid(`${name}[${i}].staleTime`, "is missing; give seconds");
      return Object.freeze({
        ...family,
        staleTime: checkInteger(`${name}[${i}].staleTime`, staleTime, 0, 0, MAX_STALE_TIME),
        staleTimeMax: checkInteger(`${name}[${i}].staleTimeMax`, staleTimeMax, MAX_STALE_TIME, 0, MAX_STALE_TIME),
      });
    }),
  );
}

const NONE: readonly LongLivedSettings[] = Object.freeze([]);

/** A capability that is made of options cannot be given besides. */
function checkOffered(name: string, code: number, offered: readonly Capability[] | null): void {
  const at = offered?.findIndex((capability) => capability.code === code) ?? -1;
  if (at >= 0) throw invalid(`capabilities[${at}]`, `capability ${code} is made of ${name}; leave one of both out`);
}

function checkFamilies(
  name: string,
  value: unknown,
  fields: Readonly<Record<string, true>>,
  offered: readonly Capability[] | null,
): readonly Required<RestartFamily>[] {
  if (!Array.isArray(value)) throw invalid(name, `${show(value)} is not a list of families { afi, safi }`);
  const families: Required<RestartFamily>[] = [];
  for (const [i, item] of value.entries()) {
    const field = `${name}[${i}]`;
    checkFields(item, fields, field);
    const { afi, safi, forwardingState } = item as RestartFamily;
    if (!isInteger(afi, 0, 0xffff) || !isInteger(safi, 0, 0xff)) {
      throw invalid(field, `${show(item)} is not a family; give afi from 0 to 65535 and safi from 0 to 255`);
    }
    const family: Family = { afi, safi };
    if (includesFamily(families, family)) throw invalid(field, `${show(family)} is given twice`);
    if (offered !== null && !includesFamily(familiesOf(offered), family)) {
      throw invalid(field, `${show(family)} is not offered in capabilities`);
    }
    const preserved = checkBoolean(`${field}.forwardingState`, forwardingState, false);
    families.push(Object.freeze({ ...family, forwardingState: preserved }));
  }
  return Object.freeze(families);
}
