// What `bgpwire decode` is asked for, from its flags; which events and which format `bgpwire bmp` too.
import { ConfigError, parseFamily, type Family } from "@bgpwire/core";
import { EVENT_TYPES, EventFilter, parseTime, type EventType, type FilterOptions, type Time } from "@bgpwire/capture";
import { inputFiles } from "../capture/read.ts";
import { InputError } from "../config/input-error.ts";
import { FORMATS, type FormatName } from "./formats.ts";

/** The flags that say which events are wanted, as they were given. */
export interface FilterFlags {
  readonly prefix: readonly string[];
  readonly moreSpecific: readonly string[];
  readonly lessSpecific: readonly string[];
  readonly peer: readonly string[];
  readonly as: readonly string[];
  readonly originAs: readonly string[];
  readonly path: readonly string[];
  readonly community: readonly string[];
  readonly family: readonly string[];
  readonly type: readonly string[];
  readonly since?: string;
  readonly until?: string;
}

/** The flags that say what is printed, as they were given. */
export interface PrintFlags extends FilterFlags {
  readonly format: string;
}

/** The flags as they were given. */
export interface DecodeFlags extends PrintFlags {
  readonly follow?: boolean;
  readonly progress?: boolean;
}

/** What is to be printed. */
export interface PrintOptions {
  readonly format: FormatName;
  /** Null where everything is wanted. */
  readonly filter: EventFilter | null;
}

/** What is to be done. */
export interface DecodeOptions extends PrintOptions {
  readonly files: readonly string[];
  readonly follow: boolean;
  readonly progress: boolean;
}

/** @throws InputError for a flag that is not accepted */
export function printOptions(flags: PrintFlags): PrintOptions {
  const format = flags.format as FormatName;
  if (!Object.hasOwn(FORMATS, format)) {
    throw new InputError(`--format: "${format}" is not accepted; give one of ${Object.keys(FORMATS).join(", ")}`);
  }
  return { format, filter: filterOf(flags) };
}

/** @throws InputError for a flag that is not accepted */
export function decodeOptions(files: readonly string[], flags: DecodeFlags): DecodeOptions {
  const print = printOptions(flags);
  const given = inputFiles(files);
  if (flags.follow === true && given.length > 1)
    throw new InputError("--follow: give one file; several cannot be followed");
  return {
    ...print,
    files: given,
    follow: flags.follow === true,
    progress: flags.progress !== false,
  };
}

/** @returns null where everything is wanted. @throws InputError for a flag that is not accepted */
export function filterOf(flags: FilterFlags): EventFilter | null {
  const prefixes = [
    ...flags.prefix.map((prefix) => ({ prefix, match: "exact" as const })),
    ...flags.moreSpecific.map((prefix) => ({ prefix, match: "moreSpecific" as const })),
    ...flags.lessSpecific.map((prefix) => ({ prefix, match: "lessSpecific" as const })),
  ];
  const options: FilterOptions = {
    prefixes,
    peers: flags.peer,
    peerAs: flags.as.map((text) => asNumber("--as", text)),
    originAs: flags.originAs.map((text) => asNumber("--origin-as", text)),
    asPaths: flags.path,
    communities: flags.community,
    families: flags.family.map(family),
    types: flags.type.map(eventType),
    ...(flags.since !== undefined && { since: time("--since", flags.since) }),
    ...(flags.until !== undefined && { until: time("--until", flags.until) }),
  };
  const asks = Object.values(options).some((value) => !Array.isArray(value) || value.length > 0);
  if (!asks) return null;
  // One by one, so that a mistake has the name of its flag.
  for (const prefix of flags.prefix) check("--prefix", { prefixes: [{ prefix, match: "exact" }] });
  for (const prefix of flags.moreSpecific) check("--more-specific", { prefixes: [{ prefix, match: "exact" }] });
  for (const prefix of flags.lessSpecific) check("--less-specific", { prefixes: [{ prefix, match: "exact" }] });
  for (const peer of flags.peer) check("--peer", { peers: [peer] });
  for (const path of flags.path) check("--path", { asPaths: [path] });
  for (const community of flags.community) check("--community", { communities: [community] });
  return new EventFilter(options);
}

function check(flag: string, options: FilterOptions): void {
  try {
    void new EventFilter(options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new InputError(`${flag}: ${error.message.slice(error.field.length + 2)}`);
  }
}

function asNumber(flag: string, text: string): number {
  const value = /^(?:0|[1-9]\d{0,9})$/.test(text) ? Number(text) : Number.NaN;
  if (value <= 0xffff_ffff) return value;
  throw new InputError(`${flag}: "${text}" is not accepted; give an AS number from 0 to 4294967295`);
}

function family(text: string): Family {
  const family = parseFamily(text);
  if (family !== null) return family;
  throw new InputError(
    `--family: "${text}" is not accepted; give an address family such as ipv4-unicast or l2vpn-evpn`,
  );
}

function eventType(text: string): EventType {
  const type = EVENT_TYPES.find((one) => one === text);
  if (type !== undefined) return type;
  throw new InputError(`--type: "${text}" is not accepted; give one of ${EVENT_TYPES.join(", ")}`);
}

/**
 * A time in UTC: ISO 8601, whole or as far as the day, minute or second; or seconds since 1970. Four digits alone are none: whoever
 * gives them means a year.
 */
function time(flag: string, text: string): Time {
  if (/^(?!\d{4}$)\d{1,10}(?:\.\d{1,9})?$/.test(text)) {
    const [seconds, decimals = ""] = text.split(".");
    if (Number(seconds) <= 0xffff_ffff)
      return { seconds: Number(seconds), nanoseconds: Number(decimals.padEnd(9, "0")) };
  }
  const [, day, clock = "00:00:00"] = /^(\d{4}-\d\d-\d\d)(?:[T ](.*?))?Z?$/.exec(text) ?? [];
  const whole = /^\d\d:\d\d$/.test(clock) ? `${clock}:00` : clock;
  const found = day === undefined ? null : parseTime(`${day}T${whole}Z`);
  if (found !== null) return found;
  throw new InputError(
    `${flag}: "${text}" is not accepted; give a time in UTC such as 2026-02-22T15:30, or seconds since 1970`,
  );
}
