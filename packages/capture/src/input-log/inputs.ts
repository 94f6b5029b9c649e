// The inputs of a peer machine as lists of their fields, in an order that is part of the format, and how each is checked when
// it is read.
import type { PeerInput } from "@bgpwire/core";

/** Is this value one that the field can have? */
type Check = (value: unknown) => boolean;

type InputOf<T extends PeerInput["type"]> = Extract<PeerInput, { readonly type: T }>;
type Fields = {
  readonly [T in PeerInput["type"]]: readonly (readonly [Exclude<keyof InputOf<T>, "type"> & string, Check])[];
};

const CONN = ["conn", isWhole] as const;

const INPUT_FIELDS: Fields = {
  start: [["automatic", optional(isBoolean)]],
  stop: [["notification", optional((value) => value === null || isNotification(value))]],
  reset: [["notification", optional(isNotification)]],
  tick: [],
  connected: [CONN, ["endpoints", isEndpoints]],
  accepted: [CONN, ["endpoints", isEndpoints]],
  dialFailed: [CONN, ["reason", isText]],
  dialWaits: [CONN, ["on", isBoolean]],
  bytes: [CONN, ["chunk", isBytes]],
  eof: [CONN],
  closed: [CONN, ["reason", isText]],
  unsent: [CONN, ["bytes", isWhole]],
  openParameters: [CONN, ["capabilities", Array.isArray]],
  openVerdict: [CONN, ["reject", (value) => value === null || isNotification(value)]],
  fail: [CONN, ["notification", isNotification], ["reason", optional(isText)], ["idleHoldTime", optional(isTime)]],
  read: [CONN, ["on", isBoolean]],
  bfd: [
    ["status", isBfdStatus],
    ["controlPlaneIndependent", optional(isBoolean)],
  ],
};

/** The values of an input's fields. */
export function inputValues(input: PeerInput): unknown[] {
  const values: Readonly<Record<string, unknown>> = { ...input };
  return INPUT_FIELDS[input.type].map(([name]) => values[name]);
}

/** Is there an input of this name? */
export function isInputType(name: string): name is PeerInput["type"] {
  return Object.hasOwn(INPUT_FIELDS, name);
}

/** An input from the values of its fields; or why not, as a clause. */
export function inputFrom(type: PeerInput["type"], values: readonly unknown[]): PeerInput | string {
  const fields: Fields[keyof Fields] = INPUT_FIELDS[type];
  // An optional field that came later is not in older logs.
  if (values.length > fields.length) return `${type} has ${values.length} fields, not ${fields.length}`;
  const input: Record<string, unknown> = { type };
  for (const [i, [name, check]] of fields.entries()) {
    const value = values[i];
    if (!check(value)) return `${type} has no ${name} that can be`;
    if (value !== undefined) input[name] = value;
  }
  return input as PeerInput;
}

export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isBytes(value);
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}

function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

function isBfdStatus(value: unknown): boolean {
  return value === "up" || value === "down" || value === "adminDown";
}

function isTime(value: unknown): boolean {
  return value === null || (typeof value === "number" && Number.isFinite(value) && value >= 0);
}

function isNotification(value: unknown): boolean {
  return isObject(value) && isWhole(value["code"]) && isWhole(value["subcode"]) && isBytes(value["data"]);
}

function isEndpoints(value: unknown): boolean {
  return (
    isObject(value) &&
    isText(value["localAddress"]) &&
    isWhole(value["localPort"]) &&
    isText(value["remoteAddress"]) &&
    isWhole(value["remotePort"])
  );
}
