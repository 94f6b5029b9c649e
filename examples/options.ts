// How the programs here read their options: what is wrong with them is one line, and exit code 2.
import { parseArgs } from "node:util";
import { addressVersion, normaliseAddress, parseIPv4, parsePrefix } from "@bgpwire/core";

/** What an option takes: in words, and as a value of its text, which is null where there is none. */
interface Kind<T> {
  readonly accepts: string;
  read(text: string): T | null;
}

/** An option, and what it is where it is not given. */
interface Option<T> {
  readonly multiple: boolean;
  readonly otherwise: readonly string[];
  value(name: string, texts: readonly string[]): T;
}

export const text: Kind<string> = { accepts: "a text", read: (given) => given || null };
export const address: Kind<string> = { accepts: "an IPv4 or IPv6 address", read: normaliseAddress };
export const ipv4: Kind<string> = {
  accepts: "an IPv4 address",
  read: (given) => (parseIPv4(given) === null ? null : given),
};
export const ipv6: Kind<string> = {
  accepts: "an IPv6 address",
  read: (given) => (addressVersion(given) === 6 ? normaliseAddress(given) : null),
};
export const prefix: Kind<string> = {
  accepts: "a prefix such as 203.0.113.0/24",
  read: (given) => (parsePrefix(given) === null ? null : given),
};
export const identifier: Kind<string> = {
  accepts: "an identifier such as 192.0.2.1, not 0.0.0.0",
  read: (given) => (parseIPv4(given) ? given : null),
};
export const url: Kind<string> = {
  accepts: "an address such as http://127.0.0.1:8080/health",
  read: (given) => (/^https?:/.test(given) && URL.canParse(given) ? given : null),
};
export const seconds: Kind<number> = {
  accepts: "a number of seconds from 0.01 to 86400",
  read: (given) =>
    /^\d{1,5}(\.\d+)?$/.test(given) && Number(given) >= 0.01 && Number(given) <= 86_400 ? Number(given) : null,
};
export const port: Kind<number> = wholeNumber(0, 65_535);
/** AS_TRANS stands for others (RFC 6793) and is nobody's. */
export const asNumber: Kind<number> = {
  accepts: "an AS number from 1 to 4294967295, but not 23456",
  read: (given) => (given === "23456" ? null : wholeNumber(1, 4_294_967_295).read(given)),
};

export function wholeNumber(least: number, most: number): Kind<number> {
  const read = (given: string): number | null =>
    /^\d{1,10}$/.test(given) && Number(given) >= least && Number(given) <= most ? Number(given) : null;
  return { accepts: `a whole number from ${least} to ${most}`, read };
}

/** An option with one value. */
export function one<T>(kind: Kind<T>, otherwise: string): Option<T> {
  return { multiple: false, otherwise: [otherwise], value: (name, texts) => valueOf(name, kind, texts[0]!) };
}

/** An option that may be left out. */
export function optional<T>(kind: Kind<T>): Option<T | null> {
  const value = (name: string, [given]: readonly string[]): T | null =>
    given === undefined ? null : valueOf(name, kind, given);
  return { multiple: false, otherwise: [], value };
}

/** An option that may be given many times, each time with another value. */
export function many<T>(kind: Kind<T>, ...otherwise: readonly string[]): Option<readonly T[]> {
  const value = (name: string, texts: readonly string[]): readonly T[] => {
    const values = texts.map((given) => valueOf(name, kind, given));
    const again = values.find((given, i) => values.indexOf(given) < i);
    return again === undefined ? values : fail(`--${name}: ${String(again)} is given twice`);
  };
  return { multiple: true, otherwise, value };
}

/** The options of this process. Where they are wrong it says so, and ends. */
export function readOptions<T extends Record<string, unknown>>(options: { readonly [K in keyof T]: Option<T[K]> }): T {
  const entries = Object.entries<Option<unknown>>(options);
  const known = entries.map(([name, { multiple }]) => [name, { type: "string" as const, multiple }] as const);
  let given: Readonly<Record<string, unknown>>;
  try {
    given = parseArgs({ options: Object.fromEntries(known) }).values;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const names = entries.map(([name]) => `--${name}`).join(", ");
    const [, unknown] = /^Unknown option '(\S+)'/.exec(message) ?? [];
    return fail(
      code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" ? `there is no option ${unknown}; there are ${names}` : message,
    );
  }
  const values = entries.map(([name, { otherwise, value }]) => {
    const texts = given[name] === undefined ? otherwise : [given[name]].flat().map(String);
    return [name, value(name, texts)] as const;
  });
  return Object.fromEntries(values) as T;
}

/** Says what is wrong, and ends. @param code 2 where the options are, 1 for everything else */
export function fail(message: string, code: number = 2): never {
  console.error(message);
  process.exit(code);
}

function valueOf<T>(name: string, kind: Kind<T>, given: string): T {
  return kind.read(given) ?? fail(`--${name}: ${JSON.stringify(given)} is not accepted; give ${kind.accepts}`);
}
