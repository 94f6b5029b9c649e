// What a router tells beside sessions and routes, from an event back to its message. The values of an event can come from JSON that
// anybody wrote, and are looked at before they are believed.
import { ConfigError } from "@bgpwire/core";
import { updateFromJson, type Json } from "@bgpwire/decoder";
import type { InformationEvent } from "../event.ts";
import type { InitiationMessage, TerminationMessage } from "./information.ts";
import type { BmpPeerHeader } from "./peer-header.ts";
import type { PeerTlv } from "./peer-up.ts";
import type { StatisticsReportMessage } from "./statistics.ts";

type Values = Readonly<Record<string, unknown>>;

const VERSION = 3;

/** @throws ConfigError `invalid-value` where the values are not those of "initiation" */
export function initiationOf(event: InformationEvent): InitiationMessage {
  return { kind: "initiation", version: VERSION, tlvs: tlvsOf<InitiationMessage["tlvs"][number]>(event) };
}

/** @throws ConfigError `invalid-value` where the values are not those of "termination" */
export function terminationOf(event: InformationEvent): TerminationMessage {
  return { kind: "termination", version: VERSION, tlvs: tlvsOf<TerminationMessage["tlvs"][number]>(event) };
}

/** The TLVs of a Peer Up or a Peer Down. @throws ConfigError `invalid-value` where they are none */
export function peerTlvsOf(event: InformationEvent): readonly PeerTlv[] {
  return tlvsOf<PeerTlv>(event);
}

/** @throws ConfigError `invalid-value` where the values are not those of "statistics" */
export function statisticsOf(event: InformationEvent): StatisticsReportMessage {
  const { peer, statistics } = valuesOf(event);
  if (!isPeerHeader(peer) || !isListOf(statistics, isStatistic)) throw wrong(event);
  const read = statistics as unknown as StatisticsReportMessage["statistics"];
  return { kind: "statisticsReport", version: VERSION, peer, statistics: read };
}

/** Every `{ hex }` as octets. */
function valuesOf({ values }: InformationEvent): Values {
  return updateFromJson(values as Json) as unknown as Values;
}

function tlvsOf<T>(event: InformationEvent): readonly T[] {
  const { tlvs } = valuesOf(event);
  if (!isListOf(tlvs, isTlv)) throw wrong(event);
  return tlvs as unknown as readonly T[];
}

function wrong({ name }: InformationEvent): ConfigError {
  return new ConfigError("invalid-value", "values", `they are not those of "${name}"`);
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null;
}

function isListOf(value: unknown, isOne: (value: Values) => boolean): value is readonly Values[] {
  return Array.isArray(value) && value.every((one) => isObject(one) && isOne(one));
}

/** Octets, text or a code; an enterprise's own is of version 4 alone, in which nothing is written. */
function isTlv({ name, type, text, code, value, enterprise }: Values): boolean {
  if (typeof type !== "number" || enterprise !== undefined) return false;
  if (name === "raw") return ArrayBuffer.isView(value);
  return name === "reason" ? typeof code === "number" : typeof text === "string";
}

function isStatistic({ name, type, value }: Values): boolean {
  if (typeof type !== "number") return false;
  return name === "raw" ? ArrayBuffer.isView(value) : typeof value === "number" || typeof value === "string";
}

function isPeerHeader(value: unknown): value is BmpPeerHeader {
  if (!isObject(value)) return false;
  const numbers = ["type", "flags", "as", "seconds", "microseconds"];
  const texts = ["distinguisher", "address", "bgpIdentifier"];
  return numbers.every((key) => typeof value[key] === "number") && texts.every((key) => typeof value[key] === "string");
}
