// What a peer is asked for: filters of any length, in messages that fit.
import {
  decodeRouteFilters,
  multiprotocol,
  negotiate,
  outboundRouteFiltering,
  type Capability,
  type RouteFilters,
  type Session,
} from "@bgpwire/core";
import { expect, it } from "vitest";
import { planPolicy } from "../config/policy.ts";
import type { Reporter } from "../output/reporter.ts";
import { sendFilters } from "./peer-filter.ts";

const IPV4 = { afi: 1, safi: 1 };

function open(identifier: string, direction: "send" | "receive") {
  const filtering = outboundRouteFiltering([{ ...IPV4, types: [{ type: 64, direction }] }]);
  const capabilities: Capability[] = [multiprotocol(1, 1), filtering];
  return { version: 4, myAs: 65001, holdTime: 90, identifier, capabilities };
}

/** Asks a peer that takes filters, or sends its own. What was said of it, and what went out. */
async function ask(orfPrefixes: readonly string[], there: "send" | "receive", replaced = false) {
  const sent: (RouteFilters | null)[] = [];
  const told: string[] = [];
  let room = 1;
  const session = {
    peer: { id: "192.0.2.2" },
    conn: 0,
    negotiated: negotiate(open("192.0.2.1", "send"), open("192.0.2.2", there)),
    sendRouteRefresh(afi: number, safi: number, subtype: number, body: Uint8Array) {
      if (room === 0) return { status: "blocked" };
      room -= 1;
      expect(body.length).toBeLessThan(4096 - 23);
      sent.push(decodeRouteFilters({ afi, safi, subtype, body }));
      return { status: "sent", credit: 0 };
    },
    writable: async () => void (room += 1),
  } as unknown as Session;
  const reporter = { report: (event: { type: string }) => void told.push(event.type) } as unknown as Reporter;
  const policy = planPolicy("here", { address: "192.0.2.2", as: 65002, orfPrefixes }, [IPV4], false);
  await sendFilters(session, policy.filters, reporter, replaced);
  return { sent, told };
}

it("a filter that takes the place of another is preceded by the removal of all entries, in a message of its own", async () => {
  const { sent } = await ask(["10.0.0.0/8^-"], "receive", true);
  expect(sent.map((one) => [one?.when, one?.filters])).toMatchObject([
    [2, [{ entries: [{ action: "removeAll" }] }]],
    [1, [{ entries: [{ action: "add", prefix: "10.0.0.0/8" }] }]],
  ]);
});

it("a long filter goes out in parts, of which the last asks for the routes", async () => {
  const rules = Array.from({ length: 250 }, (_, i) => `10.0.${i}.0/24^-`);
  const { sent, told } = await ask(rules, "receive");
  expect(sent.map((one) => one?.when)).toEqual([2, 2, 1]);
  const entries = sent.flatMap((one) =>
    one!.filters.flatMap((filter) => (filter.name === "raw" ? [] : filter.entries)),
  );
  expect(entries).toHaveLength(250);
  expect(entries.at(-1)).toEqual({
    action: "add",
    match: "permit",
    sequence: 1250,
    prefix: "10.0.249.0/24",
    maxLength: 32,
  });
  expect(told).toEqual(["refresh", "refresh", "refresh"]);
});

it("a peer that takes no filters gets none, which is said", async () => {
  expect(await ask(["10.0.0.0/8"], "send")).toEqual({ sent: [], told: ["policy"] });
});
