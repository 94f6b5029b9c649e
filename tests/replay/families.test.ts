// Recorded sessions of real routers for routes of every family (`pnpm run record`), read without a router: what they were told,
// what we announced and what they passed on of it has to be there as it was configured.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { negotiate, type OpenMessage } from "@bgpwire/core";
import { contextOf } from "@bgpwire/decoder";
import type { FamilyRoute } from "../interop/families/plan.ts";
import { PLANS } from "../interop/families/plans.ts";
import { OUR_ROUTES } from "../interop/families/routes.ts";
import { asSeen, keyOf, readSeen, type Seen } from "../interop/families/seen.ts";
import { messagesIn, openIn } from "../support/foreign/message.ts";
import { streamsOf } from "../support/foreign/pcap.ts";

/** Addresses of the namespace of the interop suite: the router, who announces to it, and who gets what it passes on. */
const [ROUTER, SENDER, RECEIVER] = ["192.0.2.2", "192.0.2.1", "192.0.2.3"] as const;

/** All UPDATEs of a recording, read as the two OPENs say, by `sender>receiver`. */
function recording(name: string): Map<string, Seen[]> {
  const file = new URL(`../fixtures/recorded/${name.toLowerCase()}-families.pcap`, import.meta.url);
  const parts = streamsOf(new Uint8Array(readFileSync(file)));
  const messages = new Map(parts.map((part) => [part.name, messagesIn(part.bytes)]));
  const openOf = (stream: string): OpenMessage | null => openIn(messages.get(stream) ?? []);
  const found = new Map<string, Seen[]>();
  for (const part of parts) {
    const [sent, received] = [openOf(part.name), openOf(part.reverse)];
    if (sent === null || received === null) continue;
    const context = contextOf(negotiate(received, sent));
    const direction = part.name.replaceAll(/:\d+(?=>|$)/g, "");
    const updates = messages.get(part.name)!.filter((message) => message[18] === 2);
    const seen = updates.map((message) => readSeen(message.subarray(19), context));
    found.set(direction, [...(found.get(direction) ?? []), ...seen]);
  }
  return found;
}

function announced(seen: readonly Seen[] | undefined): FamilyRoute[] {
  return (seen ?? []).flatMap((update) => update.announced);
}

describe.each(Object.entries(PLANS))("the recorded families of %s", (name, plan) => {
  const seen = recording(name);
  const offered = (route: FamilyRoute): boolean => plan.sessions.some((session) => session.includes(route.family));
  const ours = Object.entries(OUR_ROUTES).filter(([id, route]) => offered(route) && !(id in plan.excluded));

  test("what the router was told comes as it was told", () => {
    const got = announced(seen.get(`${ROUTER}>${SENDER}`));
    const told = Object.values(plan.announces).map(({ route }) => route);
    for (const route of [...told, ...Object.values(plan.bridge?.routes ?? {})])
      expect(got).toContainEqual(asSeen(route));
  });

  test("what we announced is read as it was made", () => {
    const got = announced(seen.get(`${SENDER}>${ROUTER}`));
    for (const [, route] of ours) expect(got).toContainEqual(asSeen(route));
  });

  test.skipIf(plan.passesOn === null)("what the router passed on, and its withdrawal, are our routes", () => {
    const passed = seen.get(`${ROUTER}>${RECEIVER}`) ?? [];
    const withdrawn = passed.flatMap((update) => update.withdrawn);
    for (const [id, route] of ours) {
      expect(announced(passed)).toContainEqual(asSeen({ ...route, ...plan.passesOn?.[id] }));
      expect(withdrawn).toContain(keyOf(route.family, route.nlri));
    }
  });

  test("each of our routes that it takes has a way to be shown", () => {
    expect(Object.keys(plan.shows)).toEqual(expect.arrayContaining(ours.map(([id]) => id)));
  });
});
