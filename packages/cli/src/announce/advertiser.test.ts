// What the peer's filters (RFC 5291) do to what is announced: routes that are not wanted any more are withdrawn.
import {
  bytesOf,
  encodeRouteFilters,
  multiprotocol,
  negotiate,
  outboundRouteFiltering,
  type PrefixFilterEntry,
  type Session,
} from "@bgpwire/core";
import { contextOf, decodeUpdate, routesOf } from "@bgpwire/decoder";
import { expect, it } from "vitest";
import type { Reporter } from "../output/reporter.ts";
import { Advertiser } from "./advertiser.ts";
import { Offer } from "./offer.ts";
import { OwnRoutes } from "./own-routes.ts";

const IPV4 = { afi: 1, safi: 1 };
const IMMEDIATE = 1;
const DEFER = 2;

const prefixes = (routes: readonly object[]): string[] => routes.map((one) => (one as { prefix: string }).prefix);

it("routes wait for the first filter, follow each one that is to hold at once, and are withdrawn when it does not let them through", async () => {
  const open = (identifier: string, direction: "send" | "receive") => {
    const capabilities = [multiprotocol(1, 1), outboundRouteFiltering([{ ...IPV4, types: [{ type: 64, direction }] }])];
    return { version: 4, myAs: 65001, holdTime: 90, identifier, capabilities };
  };
  const negotiated = negotiate(open("192.0.2.1", "receive"), open("192.0.2.2", "send"));
  const said: string[] = [];
  const session = {
    peer: { id: "192.0.2.2" },
    conn: 0,
    endpoints: { localAddress: "192.0.2.1", localPort: 179, remoteAddress: "192.0.2.2", remotePort: 179 },
    negotiated,
    sendUpdate(body: Uint8Array) {
      const { update, issues } = decodeUpdate(
        bytesOf({ buffer: body, start: 0, end: body.length }),
        contextOf(negotiated),
      );
      const { announced, withdrawn } = routesOf(update, issues);
      said.push(...prefixes(announced).map((one) => `+${one}`), ...prefixes(withdrawn).map((one) => `-${one}`));
      if (announced.length + withdrawn.length === 0) said.push("end");
      return { status: "sent", credit: 1 };
    },
  } as unknown as Session;
  const routes = new OwnRoutes();
  const add = (prefix: string): void =>
    routes.set({ prefix, pathId: 1, attributes: { nextHop: "192.0.2.1", origin: "igp", asPath: "" } });
  for (const prefix of ["10.0.0.0/8", "192.0.2.0/24"]) add(prefix);
  const advertiser = new Advertiser(
    session,
    new Offer(session, routes, true),
    { report: () => {} } as unknown as Reporter,
    () => {},
  );

  /** What the peer's filter makes us say. */
  async function filter(when: number, ...entries: PrefixFilterEntry[]): Promise<string[]> {
    const body = encodeRouteFilters({ when, filters: [{ name: "prefixes", type: 64, entries }] });
    advertiser.refresh({ ...IPV4, subtype: 0, body });
    return spoken();
  }

  async function spoken(): Promise<string[]> {
    await new Promise(setImmediate);
    return said.splice(0);
  }

  const permit = { action: "add", match: "permit" } as const;
  advertiser.announceAll([IPV4]);
  advertiser.changed("10.0.0.0/8", [1]);
  expect(await spoken()).toEqual([]);
  expect(await filter(DEFER, { ...permit, sequence: 5, prefix: "10.0.0.0/8" })).toEqual([]);
  expect(await filter(IMMEDIATE, { ...permit, sequence: 10, prefix: "10.1.0.0/16" })).toEqual(["+10.0.0.0/8", "end"]);
  for (const prefix of ["10.1.0.0/16", "203.0.113.0/24"]) {
    add(prefix);
    advertiser.changed(prefix, [1]);
  }
  expect(await spoken()).toEqual(["+10.1.0.0/16"]);
  const other = await filter(IMMEDIATE, { action: "removeAll" }, { ...permit, sequence: 5, prefix: "192.0.2.0/24" });
  expect(other.sort()).toEqual(["+192.0.2.0/24", "-10.0.0.0/8", "-10.1.0.0/16", "-203.0.113.0/24"]);
  const tellers: Uint8Array[] = [];
  advertiser.tellAll((update) => tellers.push(update));
  expect(tellers).toHaveLength(2);
  expect((await filter(IMMEDIATE, { action: "removeAll" })).sort()).toEqual([
    "+10.0.0.0/8",
    "+10.1.0.0/16",
    "+192.0.2.0/24",
    "+203.0.113.0/24",
  ]);
});
