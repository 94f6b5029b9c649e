// Routes of every family that the router can be configured for, in both directions: between it and two internal peers of ours,
// whose routes it reflects. What it sends is decoded and compared with what it was told; what we send is compared with what it
// shows and with what it passes on.
import { expect } from "vitest";
import { contextOf, endOfRib, toJson } from "@bgpwire/decoder";
import { familyName, type Negotiated } from "@bgpwire/core";
import type { FamilyPlan, FamilyRoute, Shown } from "../families/plan.ts";
import { OUR_ROUTES } from "../families/routes.ts";
import { asSeen, bodiesOf, keyOf, numbersOf, readSeen, withdrawalOf } from "../families/seen.ts";
import type { Router } from "../routers/router.ts";
import type { Bench } from "../support/bench.ts";
import { FamilySpeaker } from "../support/family-speaker.ts";
import { ADDRESSES } from "../support/namespace.ts";
import { until } from "../support/until.ts";
import type { Scenarios } from "./scenario.ts";

const AS = 65001;

/** A router between two internal peers of ours. */
interface Reflector {
  readonly router: Router;
  readonly sender: FamilySpeaker;
  readonly receiver: FamilySpeaker;
  /** The same on both sides. */
  readonly negotiated: Negotiated;
}

interface Options {
  readonly bridge?: boolean;
  readonly addPath?: boolean;
}

function planOf(bench: Bench): FamilyPlan {
  const { families: plan, name } = bench.kind;
  if (plan === undefined) throw new Error(`${name} has no plan for families`);
  return plan;
}

async function reflector(bench: Bench, families: readonly string[], options: Options = {}): Promise<Reflector> {
  const { bridge = false, addPath = false } = options;
  const { ours, router: localAddress, other } = ADDRESSES[4];
  const peers = [ours, other].map((address) => ({
    address,
    port: bench.ourPort,
    asn: AS,
    localAddress,
    passive: true,
    families,
    client: true,
    addPath,
  }));
  const router = await bench.startRouter({ peers, routerAs: AS, bridge });
  await router.tell?.(planOf(bench).preparation ?? []);
  const speakers = peers.map(
    ({ address }) =>
      new FamilySpeaker({
        address,
        port: bench.ourPort,
        families: families.map(numbersOf),
        addPath,
        peer: {
          remoteAddress: localAddress,
          remotePort: bench.routerPort,
          localAddress: address,
          localAs: AS,
          remoteAs: AS,
          connectRetryTime: 0.5,
          idleHoldTime: 0.5,
        },
      }),
  );
  for (const speaker of speakers) {
    bench.atEnd(() => speaker.stop());
    await speaker.start();
  }
  const [sender, receiver] = speakers as [FamilySpeaker, FamilySpeaker];
  const negotiated = await sender.established();
  await receiver.established();
  return { router, sender, receiver, negotiated };
}

const ROUTE_TARGETS = "ipv4-rtc";
const EVERY_TARGET: FamilyRoute = {
  family: ROUTE_TARGETS,
  nlri: { name: "defaultRouteTarget" },
  nextHop: "192.0.2.3",
  attributes: [],
};

/** Asks for the routes of all VPNs, where the router sends them only to those who do (RFC 4684). */
function subscribe(speaker: FamilySpeaker, negotiated: Negotiated, offered: readonly string[]): void {
  if (!offered.includes(ROUTE_TARGETS)) return;
  for (const body of bodiesOf(EVERY_TARGET, negotiated)) speaker.send(body);
  speaker.send(endOfRib(numbersOf(ROUTE_TARGETS)));
}

/** Waits until all of these routes have come to the speaker. */
async function come(speaker: FamilySpeaker, negotiated: Negotiated, routes: Named<FamilyRoute>): Promise<void> {
  const context = contextOf(negotiated);
  await until("the routes to come", () => {
    const seen = speaker.bodies.flatMap((body) => readSeen(body, context).announced);
    const missing = entries(routes).filter(
      ([, route]) => !seen.some((one) => agrees(() => expect(one).toEqual(asSeen(route)))),
    );
    if (missing.length === 0) return true;
    const families = new Set(missing.map(([, route]) => route.family));
    return fail(
      missing,
      seen.filter(({ family }) => families.has(family)),
    );
  });
}

/** Waits until the withdrawals of all of these routes have come to the speaker. */
async function go(speaker: FamilySpeaker, negotiated: Negotiated, routes: Named<FamilyRoute>): Promise<void> {
  const context = contextOf(negotiated);
  await until("the routes to go", () => {
    const gone = new Set(speaker.bodies.flatMap((body) => readSeen(body, context).withdrawn));
    const left = Object.values(routes).map(({ family, nlri }) => keyOf(family, nlri));
    const missing = left.filter((key) => !gone.has(key));
    return missing.length === 0 || fail(missing, [...gone]);
  });
}

/** Waits until the router shows all of these routes as it has to. */
async function shows(router: Router, peer: string, routes: Named<FamilyRoute>, expected: Named<Shown>): Promise<void> {
  for (const family of new Set(entries(routes).map(([, route]) => route.family))) {
    await until(`the router to show ${family}`, async () => {
      const shown = (await router.shown?.(peer, family)) ?? [];
      const missing = entries(routes)
        .filter(([, route]) => route.family === family)
        .map(([name]) => [name, expected[name] ?? null] as const)
        .filter(([, pattern]) => pattern === null || !shown.some((one) => isLike(one, pattern)));
      return missing.length === 0 || fail(missing, shown);
    });
  }
}

function isLike(shown: unknown, pattern: Shown): boolean {
  if (!Array.isArray(pattern)) return agrees(() => expect(shown).toMatchObject(pattern));
  return pattern.every((text) => String(shown).includes(text));
}

function agrees(expectation: () => void): boolean {
  try {
    expectation();
    return true;
  } catch {
    return false;
  }
}

function fail(missing: unknown, seen: unknown): never {
  throw new Error(
    `missing\n${JSON.stringify(toJson(missing), null, 1)}\namong\n${JSON.stringify(toJson(seen), null, 1)}`,
  );
}

type Named<T> = Readonly<Record<string, T>>;
const { entries } = Object;

function pick<T>(named: Named<T>, choose: (name: string, value: T) => boolean): Named<T> {
  return Object.fromEntries(entries(named).filter(([name, value]) => choose(name, value)));
}

export const families = {
  "families from the router": async (bench) => {
    const plan = planOf(bench);
    for (const offered of plan.sessions) {
      const { router, sender, negotiated } = await reflector(bench, offered);
      const announced = pick(plan.announces, (_, { route }) => offered.includes(route.family));
      subscribe(sender, negotiated, offered);
      await router.tell?.(Object.values(announced).flatMap(({ told }) => told));
      const routes = entries(announced).map(([name, { route }]) => [name, route] as const);
      await come(sender, negotiated, Object.fromEntries(routes));
      await bench.endSessions();
    }
  },

  "EVPN of a bridge": async (bench) => {
    const { bridge } = planOf(bench);
    if (bridge === undefined) throw new Error(`${bench.kind.name} has no plan for a bridge`);
    const { router, sender, negotiated } = await reflector(bench, ["l2vpn-evpn"], { bridge: true });
    await router.tell?.(bridge.told);
    await come(sender, negotiated, bridge.routes);
  },

  "families to the router": async (bench) => {
    const plan = planOf(bench);
    for (const offered of plan.sessions) {
      const reflecting = await reflector(bench, offered);
      const { router, sender, receiver, negotiated } = reflecting;
      const routes = ourRoutes(plan, offered);
      subscribe(receiver, negotiated, offered);
      announce(reflecting, routes);
      await shows(router, ADDRESSES[4].ours, routes, plan.shows);
      if (plan.passesOn !== null) await come(receiver, negotiated, passedOn(plan, routes));
      for (const route of Object.values(routes)) for (const body of withdrawalOf(route, negotiated)) sender.send(body);
      if (plan.ignoresWithdrawals !== undefined) await sender.stop();
      if (plan.passesOn !== null) await go(receiver, negotiated, routes);
      // Nothing of all this was a reason to end the session.
      if (plan.ignoresWithdrawals === undefined) expect(sender.ends).toEqual([]);
      await bench.endSessions();
    }
  },

  "families with ADD-PATH": async (bench) => {
    const plan = planOf(bench);
    const sessions = plan.sessions.map((session) => session.filter((family) => plan.addPath.includes(family)));
    for (const offered of sessions) {
      const reflecting = await reflector(bench, offered, { addPath: true });
      const { receiver, negotiated } = reflecting;
      const both = negotiated.addPath.filter(({ send, receive }) => send && receive);
      expect(both.map(familyName).sort()).toEqual([...offered].sort());
      const routes = ourRoutes(plan, offered);
      subscribe(receiver, negotiated, offered);
      announce(reflecting, routes);
      await come(receiver, negotiated, passedOn(plan, routes));
      await bench.endSessions();
    }
  },
} satisfies Scenarios;

/** Those a router takes. */
function ourRoutes(plan: FamilyPlan, offered: readonly string[]): Named<FamilyRoute> {
  return pick(OUR_ROUTES, (name, { family }) => offered.includes(family) && !(name in plan.excluded));
}

function announce({ sender, negotiated }: Reflector, routes: Named<FamilyRoute>): void {
  for (const route of Object.values(routes)) for (const body of bodiesOf(route, negotiated)) sender.send(body);
}

/** What a router makes of them for others. */
function passedOn(plan: FamilyPlan, routes: Named<FamilyRoute>): Named<FamilyRoute> {
  const passed = entries(routes).map(([name, route]) => [name, { ...route, ...plan.passesOn?.[name] }] as const);
  return Object.fromEntries(passed);
}
