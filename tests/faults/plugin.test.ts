// Plugins that throw, answer nonsense, never answer, take very long or flood: they cost their own session at most.
import { dynamicCapability, multiprotocol, routeRefresh as routeRefreshes } from "@bgpwire/core";
import type { Notification, PeerOptions, Plugin, Session, SpeakerOptions } from "@bgpwire/core";
import { describe, expect, test, vi } from "vitest";
import { scriptedBystander } from "../support/bystander.ts";
import { type ScriptedLink, settled } from "../support/scripted-transport.ts";
import { SpeakerDriver } from "../support/speaker-driver.ts";
import { unhandledRejections } from "../support/unhandled-rejections.ts";
import {
  capability,
  concat,
  hex,
  keepalive,
  message,
  routeRefresh,
  u16,
  update,
  usualCapabilities,
} from "../support/wire.ts";

/** A proxy of which everything that is asked throws. */
const hostile: object = new Proxy(function nothing() {}, {
  get: () => {
    throw new Error("get");
  },
  apply: () => {
    throw new Error("apply");
  },
  getPrototypeOf: () => {
    throw new Error("getPrototypeOf");
  },
  ownKeys: () => {
    throw new Error("ownKeys");
  },
});

/** Whatever can be thrown, or given as an answer. */
const THINGS: Record<string, () => unknown> = {
  "an error": () => new Error("from the plugin"),
  nothing: () => undefined,
  null: () => null,
  "a symbol": () => Symbol("s"),
  "a big integer": () => 10n,
  "an object without a text": () => Object.create(null) as unknown,
  "an object whose text throws": () => ({
    toString: () => {
      throw new Error("toString");
    },
  }),
  "an object that holds itself": () => {
    const circle: Record<string, unknown> = { code: 6 };
    circle["self"] = circle;
    return circle;
  },
  "a proxy that throws": () => hostile,
  "a list of nothing": () => [null],
  "a list of itself": () => {
    const list: unknown[] = [];
    list.push(list);
    return list;
  },
  "a number": () => Number.NaN,
  "a text": () => "capabilities",
  "a NOTIFICATION that fits no message": () => ({ code: 6, subcode: 2, data: new Uint8Array(70_000) }),
  "a NOTIFICATION that changes": () => {
    let code = 0;
    return {
      get code() {
        code += 100;
        return code;
      },
      subcode: 1,
      data: new Uint8Array(0),
    };
  },
  "a promise whose then throws": () => ({
    // oxlint-disable-next-line unicorn/no-thenable
    get then() {
      throw new Error("then");
    },
  }),
  "a promise that is kept twice and broken": () => ({
    // oxlint-disable-next-line unicorn/no-thenable
    then: (kept: (value: unknown) => void, broken: (error: unknown) => void) => {
      kept("one");
      kept("two");
      broken("three");
      throw new Error("four");
    },
  }),
};

/** How the callback behaves. */
const WAYS: Record<string, (thing: () => unknown) => () => unknown> = {
  throws: (thing) => () => {
    throw thing();
  },
  rejects: (thing) => () => Promise.reject(thing()),
  "gives back": (thing) => thing,
  promises: (thing) => () => Promise.resolve(thing()),
};

/** All of them, and the handler that `onEstablished` gives: one that is new does not compile without a line here. */
const CALLBACKS = namesOf({
  getCapabilities: true,
  onOpenMessage: true,
  onEstablished: true,
  onUpdate: true,
  onRouteRefresh: true,
  onEndOfRib: true,
  onClose: true,
  onStateChange: true,
  onStale: true,
  onSelection: true,
  onCapabilities: true,
} satisfies Record<keyof Plugin | "onUpdate", true>);

/** Those of the options whose values are functions. */
type CallbackOf<T> = {
  [K in keyof T]-?: NonNullable<T[K]> extends (...args: never) => unknown ? K : never;
}[keyof T];

/** Callbacks of a speaker, likewise. Its recorder is an object: tests/speaker/recording.test.ts. */
const SPEAKER_CALLBACKS = namesOf({ onEvent: true } satisfies Record<CallbackOf<SpeakerOptions>, true>);

function namesOf<K extends string>(names: Record<K, true>): K[] {
  return Object.keys(names) as K[];
}

/** Graceful restart of the peer, so that its routes become stale, and are to go after five seconds. */
const RESTARTS = capability(64, concat(u16(5), Uint8Array.of(0, 1, 1, 0)));

/** And of ours: routes of the family are selected once the peer has told its own. */
const RESTARTING = { restarting: true, families: [{ afi: 1, safi: 1 }] } as const;

/** A CAPABILITY message (draft-ietf-idr-dynamic-cap-02). */
const IPV6_COMES = message(6, hex("00 01 04 0002 0001"));

/** What our side is for that. */
const OURS: Partial<PeerOptions> = {
  gracefulRestart: RESTARTING,
  capabilities: [multiprotocol(1, 1), routeRefreshes(), dynamicCapability()],
};

/** A whole life of a session: every callback is called. */
function live(link: ScriptedLink, d: SpeakerDriver): void {
  link.connect();
  link.establish({ capabilities: [...usualCapabilities(65002), RESTARTS, capability(67)] });
  link.say(update("0002 0801 0000"), routeRefresh(), IPV6_COMES, update());
  link.events!.closed("the connection was reset");
  d.transport.advance(1);
}

describe.each(CALLBACKS)("%s", (callback) => {
  test.each(Object.keys(WAYS))("that %s anything costs its own session at most", async (way) => {
    for (const [what, thing] of Object.entries(THINGS)) {
      const d = new SpeakerDriver();
      const checkBystander = await scriptedBystander(d);
      const behave = vi.fn(WAYS[way]!(thing));
      const plugin: Plugin =
        callback === "onUpdate" ? { onEstablished: () => behave as () => void } : { [callback]: behave };
      const peer = d.add(OURS, plugin);
      const first = d.transport.dialled;
      live(first, d);
      await settled();
      checkBystander();
      d.transport.advance(20_000);
      await settled();
      checkBystander();
      expect(behave, what).toHaveBeenCalled();
      // The connection has ended, in order, and the peer goes on.
      expect([first.closes.length, peer.view().connections.length], what).toEqual([1, 0]);
      expect(d.transport.dialled, `${what}: dials again`).not.toBe(first);
    }
  });
});

describe.each(SPEAKER_CALLBACKS)("%s of a speaker", (callback) => {
  test.each(Object.keys(WAYS))("that %s anything costs nobody a session", async (way) => {
    await unhandledRejections(async () => {
      for (const [what, thing] of Object.entries(THINGS)) {
        const behave = vi.fn(WAYS[way]!(thing));
        const d = new SpeakerDriver({ [callback]: behave });
        const checkBystander = await scriptedBystander(d);
        const peer = d.add(OURS);
        live(d.transport.dialled, d);
        const heard = ["up", "update 000208010000", "update 00000000", "close transport"];
        expect([d.heard, peer.state], what).toEqual([heard, "Active"]);
        expect(behave.mock.calls.length, what).toBeGreaterThan(10);
        checkBystander();
      }
    });
  });
});

function never(): Promise<never> {
  return new Promise<never>(() => {});
}

describe("never answers", () => {
  test.each(["getCapabilities", "onOpenMessage"])(
    "%s: the hold timer for OPENs ends the connection",
    async (callback) => {
      const d = new SpeakerDriver();
      const checkBystander = await scriptedBystander(d);
      const peer = d.add({ openHoldTime: 20 }, { [callback]: never });
      d.transport.dialled.connect().establish();
      d.transport.advance(19_000);
      expect(peer.view().connections.length).toBe(1);
      checkBystander();
      d.transport.advance(2000);
      expect(peer.view().connections.length).toBe(0);
      checkBystander();
    },
  );

  test("the handler of UPDATEs: no octet more than its chunk is taken, and the others go on", async () => {
    const d = new SpeakerDriver();
    const checkBystander = await scriptedBystander(d);
    d.add({}, { onEstablished: () => never });
    const link = d.transport.dialled.connect().establish();
    link.say(update(), update());
    expect(link.paused).toBe(true);
    for (let i = 0; i < 100; i += 1) {
      d.transport.advance(10_000);
      link.taken();
      checkBystander();
    }
    expect([link.closed, link.said.filter((one) => one === "KEEPALIVE").length > 30]).toEqual([false, true]);
  });
});

describe("takes very long", () => {
  test.each(["getCapabilities", "onOpenMessage", "onEstablished", "onUpdate", "onRouteRefresh", "onStateChange"])(
    "%s, longer than the hold time of all: whose KEEPALIVEs wait in the kernel is not called silent",
    async (callback) => {
      const d = new SpeakerDriver();
      const checkBystander = await scriptedBystander(d);
      const bystander = d.transport.dialled;
      const block = (): void => void (d.transport.time += 200_000);
      const blocking: Plugin =
        callback === "onUpdate"
          ? { onEstablished: () => block }
          : callback === "getCapabilities"
            ? { getCapabilities: () => [block()].flatMap(() => []) }
            : { [callback]: block };
      d.add({}, blocking);
      d.transport.dialled.connect().establish().say(update(), routeRefresh());
      // What waited in the kernel comes before the timer, which the suite of drivers proves.
      bystander.say(keepalive());
      d.transport.fire();
      checkBystander();
    },
  );
});

describe("floods", () => {
  /** UPDATEs of 1019 octets, header included. */
  const body = new Uint8Array(1000);

  test.each([
    ["onEstablished", (flood: (session: Session) => void): Plugin => ({ onEstablished: flood })],
    [
      "the handler of UPDATEs",
      (flood: (session: Session) => void): Plugin => ({ onEstablished: () => (_, session) => flood(session) }),
    ],
    ["onRouteRefresh", (flood: (session: Session) => void): Plugin => ({ onRouteRefresh: flood })],
    ["onEndOfRib", (flood: (session: Session) => void): Plugin => ({ onEndOfRib: flood })],
    ["onStateChange, another peer's session", null],
  ] as const)("%s, deaf to what send says: what waits is bounded by the high-water mark", async (_, pluginOf) => {
    const d = new SpeakerDriver();
    const checkBystander = await scriptedBystander(d);
    const statuses = { sent: 0, blocked: 0 };
    let victim: Session | null = null;
    const flood = (session: Session): void => {
      for (let i = 0; i < 100_000; i += 1) statuses[session.sendUpdate(body).status as "sent" | "blocked"] += 1;
    };
    if (pluginOf !== null) {
      d.add({ sendHighWaterMark: 50_000 }, pluginOf(flood));
    } else {
      d.add({ sendHighWaterMark: 50_000 }, { onEstablished: (session) => void (victim = session) });
      const link = d.transport.dialled.connect().establish();
      d.add({ remoteAddress: "192.0.2.3" }, { onStateChange: () => flood(victim!) });
      expect(link.closed).toBe(false);
    }
    const link = pluginOf === null ? d.transport.links.at(-2)! : d.transport.dialled.connect().establish();
    link.say(update("0002 0801 0000"), routeRefresh(), update());
    // 19 octets of a KEEPALIVE count too.
    expect(statuses.sent).toBeLessThanOrEqual(50);
    expect(statuses.sent + statuses.blocked).toBeGreaterThanOrEqual(100_000);
    checkBystander();
    expect(link.closed).toBe(false);
  });

  test("closes, resets and refusals without end are one end", async () => {
    const d = new SpeakerDriver();
    const checkBystander = await scriptedBystander(d);
    const cease: Notification = { code: 6, subcode: 4, data: new Uint8Array(0) };
    const peer = d.add(
      {},
      {
        onEstablished: (session) => () => {
          for (let i = 0; i < 10_000; i += 1) session.close(cease);
          return cease;
        },
      },
    );
    const link = d.transport.dialled.connect().establish();
    link.say(update(), update());
    expect([link.closes, link.said.at(-1)]).toEqual([["flush"], "NOTIFICATION 6/4"]);
    for (let i = 0; i < 10_000; i += 1) peer.reset();
    expect(d.eventsOf("ended").length).toBe(1);
    checkBystander();
  });
});
