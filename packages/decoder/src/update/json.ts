// Updates as JSON. The objects are plain already; only bytes that stayed raw need a text form: { "hex": "0a0b" }.
import { fromHex, toHex } from "@bgpwire/core";
import type { Update } from "./model.ts";

/** What JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * A copy of any value of this package (an update, a decoded update, an issue, an attribute) in which bytes are
 * `{ hex: "0a0b" }`, so that `JSON.stringify` loses nothing.
 *
 * @example JSON.stringify(toJson(update))
 */
export function toJson(value: unknown): Json {
  if (value === null || typeof value === "boolean" || typeof value === "number" || typeof value === "string")
    return value;
  if (value instanceof Uint8Array) return { hex: toHex(value) };
  if (Array.isArray(value)) return value.map(toJson);
  const result: Record<string, Json> = {};
  for (const [key, inner] of Object.entries(value as object)) if (inner !== undefined) result[key] = toJson(inner);
  return result;
}

/**
 * The update of what `toJson` gave, after `JSON.parse`: every `{ hex }` becomes bytes again. The rest is taken as it is;
 * `encodeUpdate` refuses what is no update.
 *
 * @example encodeUpdate(updateFromJson(JSON.parse(text)), context)
 */
export function updateFromJson(json: Json): Update {
  return fromJson(json) as unknown as Update;
}

function fromJson(json: Json): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json)) return json.map(fromJson);
  const entries = Object.entries(json as Record<string, Json>);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && only[0] === "hex" && typeof only[1] === "string") {
    const bytes = fromHex(only[1]);
    if (bytes !== null) return bytes;
  }
  return Object.fromEntries(entries.map(([key, inner]) => [key, fromJson(inner)]));
}
