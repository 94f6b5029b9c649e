// What a file tells beside sessions and routes, from an event back to its record. The values of an event can come from JSON that anybody
// wrote, and are looked at before they are believed.
import { ConfigError } from "@bgpwire/core";
import type { InformationEvent } from "../event.ts";
import type { Bgp4mpSnapshotFields } from "./bgp4mp.ts";
import { Bgp4mpSubtype, MrtType, TableDumpV2Subtype } from "./numbers.ts";
import type { GeoPeerTableFields, IndexedPeer, PeerIndexTableFields, Place, PlacedPeer } from "./peer-table.ts";

type Values = Readonly<Record<string, unknown>>;

/** @throws ConfigError `invalid-value` where the values are not those of "peerIndexTable" */
export function peerIndexTableOf({ seconds, values }: InformationEvent): PeerIndexTableFields {
  const { collectorBgpIdentifier, viewName, peers } = values;
  if (typeof collectorBgpIdentifier !== "string" || typeof viewName !== "string" || !isListOf(peers, isIndexedPeer)) {
    throw wrong("peerIndexTable");
  }
  const type = { type: MrtType.TableDumpV2, subtype: TableDumpV2Subtype.PeerIndexTable };
  return { kind: "peerIndexTable", ...type, seconds, microseconds: null, collectorBgpIdentifier, viewName, peers };
}

/** @throws ConfigError `invalid-value` where the values are not those of "geoPeerTable" */
export function geoPeerTableOf({ seconds, values }: InformationEvent): GeoPeerTableFields {
  const { collectorBgpIdentifier, collector, peers } = values;
  if (typeof collectorBgpIdentifier !== "string" || !isObject(collector) || !isPlace(collector)) {
    throw wrong("geoPeerTable");
  }
  if (!isListOf(peers, isPlacedPeer)) throw wrong("geoPeerTable");
  const type = { type: MrtType.TableDumpV2, subtype: TableDumpV2Subtype.GeoPeerTable };
  return { kind: "geoPeerTable", ...type, seconds, microseconds: null, collectorBgpIdentifier, collector, peers };
}

/** @throws ConfigError `invalid-value` where the values are not those of "snapshot" */
export function snapshotOf({ seconds, nanoseconds, mrt, values }: InformationEvent): Bgp4mpSnapshotFields {
  const { view, fileName } = values;
  if (typeof view !== "number" || typeof fileName !== "string") throw wrong("snapshot");
  const extended = mrt?.type === MrtType.Bgp4mpEt;
  return {
    kind: "bgp4mpSnapshot",
    type: extended ? MrtType.Bgp4mpEt : MrtType.Bgp4mp,
    subtype: Bgp4mpSubtype.Snapshot,
    seconds,
    microseconds: extended ? Math.floor(nanoseconds / 1000) : null,
    view,
    fileName,
  };
}

function wrong(name: string): ConfigError {
  return new ConfigError("invalid-value", "values", `they are not those of "${name}"`);
}

function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null;
}

function isListOf<T>(value: unknown, isOne: (value: Values) => value is Values & T): value is readonly T[] {
  return Array.isArray(value) && value.every((one) => isObject(one) && isOne(one));
}

function isIndexedPeer(peer: Values): peer is Values & IndexedPeer {
  const numbers = typeof peer["peerType"] === "number" && typeof peer["as"] === "number";
  return numbers && typeof peer["bgpIdentifier"] === "string" && typeof peer["address"] === "string";
}

function isPlacedPeer(peer: Values): peer is Values & PlacedPeer {
  return typeof peer["peerType"] === "number" && typeof peer["bgpIdentifier"] === "string" && isPlace(peer);
}

function isPlace(place: Values): place is Values & Place {
  return isDegrees(place["latitude"]) && isDegrees(place["longitude"]);
}

function isDegrees(value: unknown): boolean {
  return value === null || typeof value === "number";
}
