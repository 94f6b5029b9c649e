// Ends and directions of sessions, and the contexts their UPDATEs are read with, as JSON and back.
import { ConfigError } from "@bgpwire/core";
import { createContext, type ContextOptions, type DecodeContext, type Json } from "@bgpwire/decoder";
import type { Direction, Endpoint, PeerInstance, Rib } from "../event.ts";
import { addressIn, identifierOrNull, numberIn, numberOrNull, objectIn, textIn, type JsonObject } from "./fields.ts";

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

/** The end of what `endpointJson` gave. @throws ConfigError `invalid-value` where it is none */
export function endpointFrom(json: JsonObject): Endpoint {
  return {
    address: addressIn(json, "address"),
    port: numberOrNull(json, "port", 0xffff),
    as: numberOrNull(json, "as", 0xffff_ffff),
    bgpIdentifier: identifierOrNull(json, "bgpIdentifier"),
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

const RIBS: readonly Rib[] = ["adjRibIn", "adjRibInPost", "adjRibOut", "adjRibOutPost", "locRib"];

/** The direction in an event of JSON. @throws ConfigError `invalid-value` where there is none */
export function directionFrom(json: JsonObject, contexts: Contexts): Direction {
  const rib = json["rib"] === undefined ? null : RIBS.find((one) => one === json["rib"]);
  if (rib === undefined) throw new ConfigError("invalid-value", "rib", `${JSON.stringify(json["rib"])} is no table`);
  return {
    session: numberIn(json, "session", Number.MAX_SAFE_INTEGER),
    sender: endpointFrom(objectIn(json, "from")),
    receiver: endpointFrom(objectIn(json, "to")),
    context: contexts.of(objectIn(json, "context")),
    guessed: json["guessed"] === true,
    rib,
    ...(json["instance"] !== undefined && { instance: instanceFrom(objectIn(json, "instance")) }),
  };
}

function instanceFrom(json: JsonObject): PeerInstance {
  return { type: numberIn(json, "type", 0xff), distinguisher: textIn(json, "distinguisher") };
}
