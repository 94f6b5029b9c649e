// What a router tells beside sessions and routes, from an event back to its message. The values of an event can come from JSON that
// anybody wrote, and are looked at before they are believed.
import { ConfigError } from "@bgpwire/core";
import { updateFromJson, type Json } from "@bgpwire/decoder";
import type { InformationEvent } from "../event.ts";
import type { InitiationMessage, InitiationTlv, TerminationMessage, TerminationTlv } from "./information.ts";
import { BmpCounter, BmpFamilyGauge, BmpGauge } from "./numbers.ts";
import type { BmpPeerHeader } from "./peer-header.ts";
import type { PeerTlv } from "./peer-up.ts";
import type { BmpStatistic, StatisticsReportMessage } from "./statistics.ts";
import type { BmpRawTlv } from "./tlv.ts";

type Values = Readonly<Record<string, unknown>>;

const VERSION = 3;

/** @throws ConfigError `invalid-value` where the values are not those of "initiation" */
export function initiationOf(event: InformationEvent): InitiationMessage {
  return { kind: "initiation", version: VERSION, tlvs: tlvsOf(event, isInitiationTlv) };
}

/** @throws ConfigError `invalid-value` where the values are not those of "termination" */
export function terminationOf(event: InformationEvent): TerminationMessage {
  return { kind: "termination", version: VERSION, tlvs: tlvsOf(event, isTerminationTlv) };
}

/** The TLVs of a Peer Up or a Peer Down. @throws ConfigError `invalid-value` where they are none */
export function peerTlvsOf(event: InformationEvent): readonly PeerTlv[] {
  return tlvsOf(event, isPeerTlv);
}

/** @throws ConfigError `invalid-value` where the values are not those of "statistics" */
export function statisticsOf(event: InformationEvent): StatisticsReportMessage {
  const { peer, statistics } = valuesOf(event);
  if (!isPeerHeader(peer) || !isListOf(statistics, isStatistic)) throw wrong(event);
  return { kind: "statisticsReport", version: VERSION, peer, statistics };
}

/** Every `{ hex }` as octets. */
function valuesOf({ values }: InformationEvent): Values {
  const read: unknown = updateFromJson(values as Json);
  return isObject(read) ? read : {};
}

function tlvsOf<T>(event: InformationEvent, isOne: (value: unknown) => value is T): readonly T[] {
  const { tlvs } = valuesOf(event);
  if (!isListOf(tlvs, isOne)) throw wrong(event);
  return tlvs;
}

function wrong({ name }: InformationEvent): ConfigError {
  return new ConfigError("invalid-value", "values", `they are not those of "${name}"`);
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null;
}

function isListOf<T>(value: unknown, isOne: (value: unknown) => value is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isOne);
}

function isInitiationTlv(value: unknown): value is InitiationTlv {
  return isRaw(value) || isText(value, ["string", "sysDescr", "sysName"]);
}

function isTerminationTlv(value: unknown): value is TerminationTlv {
  if (isObject(value) && value["name"] === "reason") return value["type"] === 1 && typeof value["code"] === "number";
  return isRaw(value) || isText(value, ["string"]);
}

function isPeerTlv(value: unknown): value is PeerTlv {
  return isRaw(value) || isText(value, ["string", "vrfTableName", "adminLabel"]);
}

/** An enterprise's own is of version 4 alone, in which nothing is written. */
function isRaw(value: unknown): value is BmpRawTlv {
  if (!isObject(value) || typeof value["type"] !== "number") return false;
  return value["name"] === "raw" && value["enterprise"] === undefined && value["value"] instanceof Uint8Array;
}

function isText(value: unknown, names: readonly string[]): boolean {
  if (!isObject(value) || typeof value["type"] !== "number") return false;
  return typeof value["name"] === "string" && names.includes(value["name"]) && typeof value["text"] === "string";
}

function isStatistic(value: unknown): value is BmpStatistic {
  if (isRaw(value)) return true;
  if (!isObject(value) || typeof value["type"] !== "number" || typeof value["name"] !== "string") return false;
  const { name, value: counted, afi, safi } = value;
  if (Object.hasOwn(BmpCounter, name)) return typeof counted === "number";
  if (Object.hasOwn(BmpGauge, name)) return typeof counted === "string";
  const ofFamily = Object.hasOwn(BmpFamilyGauge, name) && typeof afi === "number" && typeof safi === "number";
  return ofFamily && typeof counted === "string";
}

function isPeerHeader(value: unknown): value is BmpPeerHeader {
  if (!isObject(value)) return false;
  const numbers = ["type", "flags", "as", "seconds", "microseconds"];
  const texts = ["distinguisher", "address", "bgpIdentifier"];
  return numbers.every((key) => typeof value[key] === "number") && texts.every((key) => typeof value[key] === "string");
}
