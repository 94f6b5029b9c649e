// Fields of JSON that anybody may have written, looked at before they are believed.
import { ConfigError, normaliseAddress, parseIPv4 } from "@bgpwire/core";
import type { Json } from "@bgpwire/decoder";

/** An object of JSON. */
export type JsonObject = { readonly [key: string]: Json };

function refused(field: string, value: Json | undefined, wanted: string): ConfigError {
  return new ConfigError("invalid-value", field, `${JSON.stringify(value) ?? "nothing"} is not ${wanted}`);
}

/** @throws ConfigError `invalid-value`, as the others do, where the field is none */
export function objectIn(json: JsonObject, field: string): JsonObject {
  const value = json[field];
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw refused(field, value, "an object");
}

export function textIn(json: JsonObject, field: string): string {
  const value = json[field];
  if (typeof value === "string") return value;
  throw refused(field, value, "text");
}

/** A whole number from 0 to `limit`. */
export function numberIn(json: JsonObject, field: string, limit: number): number {
  const value = json[field];
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= limit) return value;
  throw refused(field, value, `a whole number from 0 to ${limit}`);
}

/** The same, or null where there is none. */
export function numberOrNull(json: JsonObject, field: string, limit: number): number | null {
  return json[field] === undefined || json[field] === null ? null : numberIn(json, field, limit);
}

export function addressIn(json: JsonObject, field: string): string {
  const value = json[field];
  if (typeof value === "string" && normaliseAddress(value) !== null) return value;
  throw refused(field, value, "an address");
}

/** Dotted text, or null where there is none. */
export function identifierOrNull(json: JsonObject, field: string): string | null {
  const value = json[field];
  if (value === undefined) return null;
  if (typeof value === "string" && parseIPv4(value) !== null) return value;
  throw refused(field, value, "a dotted number");
}
