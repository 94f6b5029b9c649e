// Ends and directions of sessions, and the contexts their UPDATEs are read with, as JSON and back.
import { createContext, type ContextOptions, type DecodeContext, type Json } from "@bgpwire/decoder";
import type { Direction, Endpoint, PeerInstance, Rib } from "../event.ts";

/** An object of JSON. */
export type JsonObject = { readonly [key: string]: Json };

/** An end of a session; what is not known is left out. */
export function endpointJson(endpoint: Endpoint): JsonObject {
  const { address, port, as, bgpIdentifier } = endpoint;
  return {
    address,
    ...(port !== null && { port }),
    ...(as !== null && { as }),
    ...(bgpIdentifier !== null && { bgpIdentifier }),
  };
}

/** The end of what `endpointJson` gave. */
export function endpointFrom(json: JsonObject): Endpoint {
  return {
    address: json["address"] as string,
    port: (json["port"] as number | undefined) ?? null,
    as: (json["as"] as number | undefined) ?? null,
    bgpIdentifier: (json["bgpIdentifier"] as string | undefined) ?? null,
  };
}

/** Options that a context has when nobody gives any; those are left out. */
const DEFAULTS: DecodeContext = /* @__PURE__ */ createContext();

const OPTIONS = [
  "session",
  "localAs",
  "peerAs",
  "fourOctetAs",
  "addPath",
  "extendedNextHop",
  "multipleLabels",
  "disabledFamilies",
  "maxMessage",
  "overrides",
] as const satisfies readonly (keyof ContextOptions)[];

/** The options of a context, as `createContext` takes them. */
export function contextJson(context: DecodeContext): JsonObject {
  const json: Record<string, Json> = {};
  for (const option of OPTIONS) {
    const text = JSON.stringify(context[option]);
    if (text !== JSON.stringify(DEFAULTS[option])) json[option] = JSON.parse(text) as Json;
  }
  return json;
}

/** Contexts of JSON, each made once. */
export class Contexts {
  readonly #made = new Map<string, DecodeContext>();

  /** @throws ConfigError where the options are none */
  of(json: Json): DecodeContext {
    const text = JSON.stringify(json);
    const known = this.#made.get(text);
    if (known !== undefined) return known;
    const context = createContext(json as ContextOptions);
    this.#made.set(text, context);
    return context;
  }
}

/** A direction, as fields beside those of its event. */
export function directionJson(direction: Direction): JsonObject {
  const { session, sender, receiver, context, guessed, rib, instance } = direction;
  return {
    session,
    from: endpointJson(sender),
    to: endpointJson(receiver),
    ...(rib !== null && { rib }),
    ...(instance !== undefined && { instance: { ...instance } }),
    ...(guessed && { guessed }),
    context: contextJson(context),
  };
}

/** The direction in an event of JSON. */
export function directionFrom(json: JsonObject, contexts: Contexts): Direction {
  const instance = json["instance"] as PeerInstance | undefined;
  return {
    session: json["session"] as number,
    sender: endpointFrom(json["from"] as JsonObject),
    receiver: endpointFrom(json["to"] as JsonObject),
    context: contexts.of(json["context"]!),
    guessed: json["guessed"] === true,
    rib: (json["rib"] as Rib | undefined) ?? null,
    ...(instance !== undefined && { instance }),
  };
}
