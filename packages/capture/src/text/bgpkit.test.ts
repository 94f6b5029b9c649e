// Lines of bgpkit-parser 0.23, as its Display writes them.
import { encodeMessage } from "@bgpwire/core";
import {
  aggregator,
  asPath,
  communities,
  createContext,
  encodeUpdate,
  localPref,
  multiExitDisc,
  nextHop,
  origin,
  type Update,
} from "@bgpwire/decoder";
import { expect, test } from "vitest";
import { EventFilter } from "../filter/filter.ts";
import { EventReading } from "../reading.ts";
import { bgpkitLines } from "./bgpkit.ts";

const context = createContext();

function reading(update: Partial<Update>): EventReading {
  const buffer = encodeMessage(2, encodeUpdate(update, context));
  const sender = { address: "192.0.2.1", port: null, as: 65001, bgpIdentifier: null };
  const receiver = { address: "192.0.2.2", port: null, as: null, bgpIdentifier: null };
  const direction = { session: 0, sender, receiver, context, guessed: false, rib: null };
  const at = { seconds: 1_771_774_200, nanoseconds: 125_000_000, offset: 0 };
  return new EventReading({ kind: "message", ...at, direction, type: 2, buffer, start: 0, end: buffer.length });
}

test("announced routes with their attributes come before withdrawn ones without", () => {
  const attributes = [
    origin("igp"),
    asPath("65001 65010 {65020 65021}"),
    nextHop("192.0.2.1"),
    multiExitDisc(7),
    localPref(200),
    aggregator(65020, "198.51.100.1"),
    communities(["65001:1", "no-export"]),
  ];
  const update = { withdrawn: [{ prefix: "10.9.0.0/16" }], attributes, nlri: [{ prefix: "10.0.0.0/8" }] };
  expect(bgpkitLines(reading(update))).toEqual([
    "A|1771774200.125|192.0.2.1|65001|10.0.0.0/8|65001 65010 {65020,65021}|IGP|192.0.2.1|200|7|65001:1 no-export|false|65020|198.51.100.1",
    "W|1771774200.125|192.0.2.1|65001|10.9.0.0/16|||||||false||",
  ]);
});

test("a filter leaves the routes that it wants", () => {
  const filter = new EventFilter({ prefixes: [{ prefix: "10.0.0.0/8", match: "exact" }] });
  const update = { withdrawn: [{ prefix: "10.9.0.0/16" }, { prefix: "10.0.0.0/8" }] };
  expect(bgpkitLines(reading(update), filter)).toEqual(["W|1771774200.125|192.0.2.1|65001|10.0.0.0/8|||||||false||"]);
});
