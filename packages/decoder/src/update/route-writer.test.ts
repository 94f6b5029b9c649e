// What RouteWriter sends, message by message, in what order, and what it refuses.
import {
  addPath,
  ConfigError,
  enhancedRouteRefresh,
  extendedMessage,
  extendedNextHop,
  multiprotocol,
  negotiate,
  toHex,
  type Capability,
  type Negotiated,
  type SendResult,
} from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import { asPath } from "../attribute/as-path.ts";
import { communities } from "../attribute/communities.ts";
import { localPref } from "../attribute/local-pref.ts";
import { origin } from "../attribute/origin.ts";
import type { Nlri, NlriKind } from "../nlri/model.ts";
import { contextOf, sendContextOf } from "../standard.ts";
import { parseNlri } from "../text/nlri-text.ts";
import { decodeUpdate } from "./decode.ts";
import { packUpdates } from "./pack.ts";
import { RouteWriter, type Route } from "./route-writer.ts";
import { routesOf } from "./routes.ts";

const IPV4 = { afi: 1, safi: 1 };
const IPV6 = { afi: 2, safi: 1 };
const VPN = { afi: 1, safi: 128 };

/** Both ends of a session, as an open that has these capabilities on both sides makes them. */
function session(...capabilities: readonly Capability[]): { ours: Negotiated; theirs: Negotiated } {
  const open = (as: number, identifier: string) => ({
    version: 4,
    myAs: as,
    holdTime: 90,
    identifier,
    capabilities: [{ name: "fourOctetAs", code: 65, as } as const, ...capabilities],
  });
  const [a, b] = [open(65001, "192.0.2.1"), open(65001, "192.0.2.2")];
  return { ours: negotiate(a, b), theirs: negotiate(b, a) };
}

function nameOf(route: object): string {
  const { prefix, macAddress, labels, pathId } = route as Record<string, unknown>;
  const told = Array.isArray(labels) && labels.length > 0 ? ` labels ${labels.join()}` : "";
  return `${String(prefix ?? macAddress)}${told}${pathId === undefined ? "" : ` path ${String(pathId)}`}`;
}

/** A writer, and what it has sent in words: one line for each message. */
function writing(capabilities: readonly Capability[] = [multiprotocol(1, 1), multiprotocol(2, 1)]) {
  const { ours, theirs } = session(...capabilities);
  const context = contextOf(theirs);
  const bodies: Uint8Array[] = [];
  const lines: string[] = [];
  const sink = {
    negotiated: ours,
    /** Messages that may still go out. */
    room: Number.POSITIVE_INFINITY,
    refused: 0,
    after: null as SendResult | null,
    sendUpdate(body: Uint8Array): SendResult {
      if (sink.after !== null) return sink.after;
      if (sink.room <= 0) {
        sink.refused += 1;
        return { status: "blocked" };
      }
      sink.room -= 1;
      bodies.push(body.slice());
      lines.push(describeBody(body));
      return { status: "sent", credit: 1 };
    },
    sendRouteRefresh(afi: number, safi: number, subtype = 0): SendResult {
      if (sink.room <= 0) return { status: "blocked" };
      sink.room -= 1;
      lines.push(`refresh ${afi}/${safi} ${subtype}`);
      return { status: "sent", credit: 1 };
    },
    waiting: null as (() => void) | null,
    writable: () => new Promise<void>((resolve) => void (sink.waiting = resolve)),
  };
  function describeBody(body: Uint8Array): string {
    const { update, issues, action } = decodeUpdate(body, context);
    expect([issues, action]).toEqual([[], "none"]);
    const { announced, withdrawn, endOfRib } = routesOf(update);
    if (endOfRib !== null) return `end ${endOfRib.afi}/${endOfRib.safi}`;
    const pref = update.attributes.find((one) => one.name === "localPref")?.value;
    return [
      ...(announced.length > 0 ? [`${pref ?? ""}+ ${announced.map(nameOf).join(", ")}`] : []),
      ...(withdrawn.length > 0 ? [`- ${withdrawn.map(nameOf).join(", ")}`] : []),
    ].join(" ");
  }
  return { writer: new RouteWriter(sink, sendContextOf(ours)), sink, lines, bodies };
}

const PATH = [origin("igp"), asPath([])];

function route(nlri: Nlri | string, preference = 100, more: Partial<Route> = {}): Route {
  const nextHop = typeof nlri === "string" && nlri.includes(":") ? "2001:db8::1" : "192.0.2.1";
  return { nlri, attributes: [...PATH, localPref(preference)], nextHop, ...more };
}

test("routes that share their attributes share messages, whatever call they came in, in the order of their age", () => {
  const { writer, lines } = writing();
  writer.announce([route("10.0.0.0/24"), route("10.0.1.0/24", 200)]);
  writer.announce(route("10.0.2.0/24"));
  writer.announce(route("2001:db8:1::/48"));
  expect(writer.pending).toBe(4);
  expect(writer.pump()).toBe("sent");
  expect(lines).toEqual(["100+ 10.0.0.0/24, 10.0.2.0/24", "100+ 2001:db8:1::/48", "200+ 10.0.1.0/24"]);
  expect(writer.pending).toBe(0);
  expect(writer.pump()).toBe("sent");
  expect(lines).toHaveLength(3);
});

test("the messages are those of packUpdates, octet for octet", () => {
  const { writer, bodies, sink } = writing();
  const prefixes = Array.from({ length: 3000 }, (_, i) => `10.${i >> 8}.${i & 0xff}.0/24`);
  const { attributes, nextHop } = route("10.0.0.0/24");
  writer.announce(prefixes.map((nlri) => ({ nlri, attributes, nextHop: nextHop! })));
  writer.pump();
  const context = sendContextOf(sink.negotiated);
  const packed = packUpdates({ announce: prefixes, attributes, nextHop: nextHop! }, context);
  expect(bodies.map(toHex)).toEqual(packed.map(toHex));
  bodies.length = 0;
  writer.withdraw(prefixes);
  writer.pump();
  expect(bodies.map(toHex)).toEqual(packUpdates({ withdraw: prefixes }, context).map(toHex));
});

test("RFC 8654: longer messages where both sides have them", () => {
  const { writer, bodies } = writing([multiprotocol(1, 1), extendedMessage()]);
  const { attributes, nextHop } = route("10.0.0.0/24");
  writer.announce(
    Array.from({ length: 10_000 }, (_, i) => ({
      nlri: `10.${i >> 8}.${i & 0xff}.0/24`,
      attributes,
      nextHop: nextHop!,
    })),
  );
  writer.pump();
  expect(bodies).toHaveLength(1);
  expect(bodies[0]!.length).toBeGreaterThan(40_000);
});

test("a group of routes is all of them with the same attributes", () => {
  const { writer, lines } = writing();
  const { attributes, nextHop } = route("10.0.0.0/24");
  writer.announce([
    { nlri: ["10.0.0.0/24", { prefix: "10.0.1.0/24" }], attributes, nextHop: nextHop! },
    { nlri: new Set(["10.0.2.0/24"]), attributes, nextHop: nextHop! },
    { nlri: [], attributes, nextHop: nextHop! },
  ]);
  writer.pump();
  expect(lines).toEqual(["100+ 10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24"]);
  const bad = { nlri: ["10.0.0.0/24", "10.0.0.0/40"], attributes, nextHop: nextHop! };
  expect(() => writer.announce(bad)).toThrow(/^nlri\[1\]\.prefix: 10\.0\.0\.0\/40: /);
  expect(() => writer.announce([bad, bad])).toThrow(/^routes\[0\]\.nlri\[1\]\.prefix: /);
  expect(writer.pending).toBe(0);
});

test("what was announced can be withdrawn as it is: a route, a group, a list of them", () => {
  const { writer, lines } = writing();
  const { attributes, nextHop } = route("10.0.0.0/24");
  const group = { nlri: new Set(["10.0.1.0/24", "10.0.2.0/24"]), attributes, nextHop: nextHop! };
  writer.withdraw(route("10.0.0.0/24"));
  writer.withdraw(group);
  writer.withdraw([{ nlri: ["2001:db8:1::/48"], family: { afi: 2, safi: 1 } }, "10.0.3.0/24"]);
  writer.pump();
  expect(lines).toEqual(["- 10.0.0.0/24, 10.0.1.0/24, 10.0.2.0/24, 10.0.3.0/24", "- 2001:db8:1::/48"]);
  const bad = { nlri: ["10.0.0.0/24", "10.0.0.0/40"] };
  expect(() => writer.withdraw(bad)).toThrow(/^nlri\[1\]\.prefix: 10\.0\.0\.0\/40: /);
  expect(() => writer.withdraw(["10.0.9.0/24", bad])).toThrow(/^routes\[1\]\.nlri\[1\]\.prefix: /);
  expect(writer.pending).toBe(0);
});

/** A source that counts how far it was asked. */
function counting(count: number) {
  const source = {
    asked: 0,
    stopped: false,
    *routes(): Generator<Route> {
      try {
        for (; source.asked < count; source.asked += 1) {
          yield route(`10.${source.asked >> 8}.${source.asked & 255}.0/24`, source.asked >> 10);
        }
      } finally {
        source.stopped = true;
      }
    },
  };
  return source;
}

describe("a source of routes", () => {
  test("is asked as there is room, so that few of its routes wait", () => {
    const { writer, sink, bodies } = writing();
    const source = counting(20_000);
    writer.announceFrom(source.routes());
    writer.endOfRib(IPV4);
    expect([source.asked, writer.pending]).toEqual([0, 0]);
    sink.room = 0;
    expect(writer.pump()).toBe("blocked");
    expect(writer.pump()).toBe("blocked");
    expect(writer.pending).toBe(4096);
    let most = 0;
    do {
      sink.room = 1;
      most = Math.max(most, writer.pending);
    } while (writer.pump() === "blocked");
    expect(most).toBe(4096);
    expect([source.asked, source.stopped]).toEqual([20_000, true]);
    // As full as those of one call: 20 sets of attributes, 1024 routes of each, of which a message has 1013.
    expect(bodies).toHaveLength(40);
    expect(bodies.at(-1)).toHaveLength(4);
  });

  test("does not starve while other routes change", () => {
    const { writer, sink } = writing();
    const source = counting(9000);
    writer.announceFrom(source.routes());
    for (let turn = 0; !source.stopped; turn += 1) {
      expect(turn).toBeLessThan(100);
      writer.announce([1, 2, 3, 4].map((n) => route(`172.16.${n}.0/24`, 1000 + turn)));
      sink.room = 1;
      writer.pump();
    }
  });

  test("says what is so when it is asked", () => {
    const { writer, sink, lines } = writing([multiprotocol(1, 1)]);
    const table = new Map([1, 2, 3].map((n) => [`10.0.${n}.0/24`, n]));
    function* routes(): Generator<Route> {
      for (const [prefix, preference] of table) yield route(prefix, preference);
    }
    writer.announceFrom(routes());
    writer.endOfRib();
    table.set("10.0.2.0/24", 9);
    table.delete("10.0.3.0/24");
    writer.withdraw("10.0.3.0/24");
    sink.room = 2;
    writer.pump();
    writer.announce(route("10.0.8.0/24", 5));
    sink.room = 9;
    writer.pump();
    expect(lines).toEqual(["- 10.0.3.0/24", "1+ 10.0.1.0/24", "9+ 10.0.2.0/24", "end 1/1", "5+ 10.0.8.0/24"]);
  });

  test("tells of what cannot be sent, and goes on", () => {
    const { writer, lines } = writing();
    const told: string[] = [];
    const routes = ["10.0.1.0/24", "10.0.2.0/40", "10.0.3.0/24"].map((prefix) => route(prefix));
    writer.announceFrom(routes, ({ nlri }, { message }) => told.push(`${nlri as string} ${message}`));
    expect(writer.pump()).toBe("sent");
    expect(told).toEqual([expect.stringMatching(/^10\.0\.2\.0\/40 prefix: /)]);
    expect(lines).toEqual(["100+ 10.0.1.0/24, 10.0.3.0/24"]);
  });

  test("ends where it throws, and what came before is sent", () => {
    const { writer, lines } = writing([multiprotocol(1, 1)]);
    const { attributes, nextHop } = route("10.0.0.0/24");
    writer.announceFrom([{ nlri: ["10.0.1.0/24", "10.0.2.0/40", "10.0.3.0/24"], attributes, nextHop: nextHop! }]);
    writer.endOfRib();
    expect(() => writer.pump()).toThrow(/^prefix: 10\.0\.2\.0\/40/);
    expect(writer.pump()).toBe("sent");
    expect(lines).toEqual(["100+ 10.0.1.0/24", "end 1/1"]);
  });

  test("is stopped with the session, and by the next refresh of the family", () => {
    const { writer, sink } = writing([multiprotocol(1, 1), enhancedRouteRefresh()]);
    const [first, second, third] = [counting(5000), counting(5000), counting(5000)];
    sink.room = 0;
    writer.refresh(IPV4, first.routes());
    writer.pump();
    writer.refresh(IPV4, second.routes());
    expect([first.stopped, second.stopped]).toEqual([true, false]);
    writer.announceFrom(third.routes());
    sink.room = 6;
    writer.pump();
    expect(second.asked).toBeGreaterThan(0);
    sink.after = { status: "closed" };
    writer.pump();
    expect([second.stopped, third.asked]).toEqual([true, 0]);
    const late = counting(1);
    writer.announceFrom(late.routes());
    expect([writer.pump(), late.asked]).toEqual(["closed", 0]);
  });
});

describe("while the session has no room", () => {
  test("the newest state of a route is what is sent, once", () => {
    const { writer, sink, lines } = writing();
    sink.room = 0;
    writer.announce([route("10.0.0.0/24"), route("10.0.1.0/24")]);
    expect(writer.pump()).toBe("blocked");
    writer.announce(route("10.0.0.0/24", 200));
    writer.withdraw("10.0.1.0/24");
    writer.withdraw({ nlri: "10.0.2.0/24" });
    writer.announce(route("10.0.2.0/24", 200));
    expect(writer.pending).toBe(3);
    sink.room = 9;
    expect(writer.pump()).toBe("sent");
    expect(lines).toEqual(["- 10.0.1.0/24", "200+ 10.0.0.0/24, 10.0.2.0/24"]);
  });

  test("entries are as many as routes, however often they change", () => {
    const { writer, sink } = writing();
    sink.room = 0;
    for (let i = 0; i < 5000; i += 1) {
      writer.announce(route(`10.0.${i % 7}.0/24`, i));
      if (i % 3 === 0) writer.withdraw(`10.0.${i % 5}.0/24`);
      expect(writer.pending).toBeLessThanOrEqual(7);
    }
    sink.room = 99;
    writer.pump();
    expect(writer.pending).toBe(0);
  });

  test("a message that was refused is not made again while nothing changes", () => {
    const { writer, sink, lines } = writing();
    sink.room = 0;
    writer.announce(route("10.0.0.0/24"));
    for (let i = 0; i < 3; i += 1) expect(writer.pump()).toBe("blocked");
    expect(sink.refused).toBe(3);
    sink.room = 1;
    expect(writer.pump()).toBe("sent");
    expect(lines).toEqual(["100+ 10.0.0.0/24"]);
  });

  test("a route that changes again and again keeps its turn", () => {
    const { writer, sink, lines } = writing();
    sink.room = 0;
    writer.announce([route("10.0.0.0/24", 1), route("10.0.1.0/24", 2), route("10.0.2.0/24", 3)]);
    writer.announce(route("10.0.0.0/24", 3));
    sink.room = 1;
    expect(writer.pump()).toBe("blocked");
    expect(lines).toEqual(["3+ 10.0.0.0/24, 10.0.2.0/24"]);
  });

  test("flush waits for room, and sends what came meanwhile", async () => {
    const { writer, sink, lines } = writing();
    sink.room = 1;
    writer.announce([route("10.0.0.0/24", 1), route("10.0.1.0/24", 2)]);
    const flushed = writer.flush();
    writer.announce(route("10.0.2.0/24", 2));
    expect(writer.flush()).toBe(flushed);
    sink.room = 9;
    sink.waiting!();
    await flushed;
    expect(lines).toEqual(["1+ 10.0.0.0/24", "2+ 10.0.1.0/24, 10.0.2.0/24"]);
    await writer.flush();
  });

  test("flush ends when the session does, and nothing is kept or taken any more", async () => {
    const { writer, sink, lines } = writing();
    sink.room = 0;
    writer.announce(route("10.0.0.0/24"));
    const flushed = writer.flush();
    sink.after = { status: "closed" };
    sink.waiting!();
    await flushed;
    writer.announce(route("10.0.0.0/24"));
    writer.endOfRib();
    expect([writer.pending, writer.pump(), lines]).toEqual([0, "closed", []]);
  });

  test("flush needs a session that says when it is writable", async () => {
    const { sink } = writing();
    const { negotiated, sendUpdate } = sink;
    sink.room = 0;
    const writer = new RouteWriter({ negotiated, sendUpdate }, sendContextOf(negotiated));
    writer.announce(route("10.0.0.0/24"));
    await expect(writer.flush()).rejects.toThrow("writable: is missing");
  });
});

test("families take turns, a message each, and withdrawals of any go first", () => {
  const { writer, sink, lines } = writing();
  sink.room = 0;
  writer.announce([1, 2, 3].map((n) => route(`10.0.${n}.0/24`, n)));
  writer.announce([1, 2].map((n) => route(`2001:db8:${n}::/48`, n)));
  writer.withdraw("2001:db8:9::/48");
  sink.room = 9;
  writer.pump();
  expect(lines).toEqual([
    "- 2001:db8:9::/48",
    "1+ 10.0.1.0/24",
    "1+ 2001:db8:1::/48",
    "2+ 10.0.2.0/24",
    "2+ 2001:db8:2::/48",
    "3+ 10.0.3.0/24",
  ]);
});

test("what waits of a family that is not carried any more is dropped, and one that has come can be announced", () => {
  const { writer, sink, lines } = writing();
  const [both, ipv4] = [sink.negotiated, session(multiprotocol(1, 1)).ours];
  sink.room = 0;
  writer.announce([route("2001:db8:1::/48"), route("10.0.0.0/24")]);
  writer.endOfRib();
  // What was refused is of the family that goes.
  expect([writer.pump(), sink.refused]).toEqual(["blocked", 1]);
  sink.negotiated = ipv4;
  sink.room = Infinity;
  expect(() => writer.pump()).not.toThrow();
  expect(lines).toEqual(["100+ 10.0.0.0/24", "end 1/1"]);
  expect(writer.pending).toBe(0);
  expect(() => writer.announce(route("2001:db8:1::/48"))).toThrow(/ipv6-unicast is none of this session/);
  sink.negotiated = both;
  writer.announce(route("2001:db8:1::/48"));
  writer.endOfRib({ afi: 2, safi: 1 });
  expect(writer.pump()).toBe("sent");
  expect(lines.slice(2)).toEqual(["100+ 2001:db8:1::/48", "end 2/1"]);
});

describe("RFC 4724 section 2: End-of-RIB", () => {
  test("of each family of the session, also where there is no route", () => {
    const { writer, lines } = writing();
    writer.announce(route("10.0.0.0/24"));
    writer.endOfRib();
    writer.pump();
    expect(lines).toEqual(["end 2/1", "100+ 10.0.0.0/24", "end 1/1"]);
  });

  test("comes when the initial routes have gone as they are by then, and does not wait for those that came later", () => {
    const { writer, sink, lines } = writing([multiprotocol(1, 1)]);
    sink.room = 0;
    writer.announce([route("10.0.0.0/24", 1), route("10.0.1.0/24", 2), route("10.0.2.0/24", 3)]);
    writer.endOfRib(IPV4);
    writer.announce([route("10.0.9.0/24", 4), route("10.0.0.0/24", 5)]);
    writer.withdraw("10.0.1.0/24");
    sink.room = 3;
    writer.pump();
    writer.announce(route("10.0.8.0/24", 6));
    sink.room = 9;
    writer.pump();
    expect(lines).toEqual([
      "- 10.0.1.0/24",
      "5+ 10.0.0.0/24",
      "3+ 10.0.2.0/24",
      "end 1/1",
      "4+ 10.0.9.0/24",
      "6+ 10.0.8.0/24",
    ]);
  });
});

describe("RFC 7313 section 4.1: a refresh", () => {
  const ENHANCED = [multiprotocol(1, 1), enhancedRouteRefresh()];

  test("is framed by BoRR and EoRR, and what changes meanwhile is in it", () => {
    const { writer, sink, lines } = writing(ENHANCED);
    sink.room = 0;
    writer.withdraw("10.0.7.0/24");
    writer.refresh(IPV4, [route("10.0.0.0/24", 1), route("10.0.1.0/24", 2)]);
    writer.announce(route("10.0.1.0/24", 3));
    sink.room = 9;
    writer.pump();
    expect(lines).toEqual(["refresh 1/1 1", "- 10.0.7.0/24", "1+ 10.0.0.0/24", "3+ 10.0.1.0/24", "refresh 1/1 2"]);
  });

  test("begins anew where another is under way", () => {
    const { writer, sink, lines } = writing(ENHANCED);
    sink.room = 2;
    writer.refresh(IPV4, [route("10.0.0.0/24", 1), route("10.0.1.0/24", 2)]);
    writer.pump();
    writer.refresh(IPV4, [route("10.0.0.0/24", 1), route("10.0.1.0/24", 2)]);
    sink.room = 9;
    writer.pump();
    expect(lines).toEqual([
      "refresh 1/1 1",
      "1+ 10.0.0.0/24",
      "refresh 1/1 1",
      "2+ 10.0.1.0/24",
      "1+ 10.0.0.0/24",
      "refresh 1/1 2",
    ]);
  });

  test("has no BoRR before End-of-RIB", () => {
    const { writer, lines } = writing(ENHANCED);
    writer.announce(route("10.0.0.0/24"));
    writer.endOfRib();
    writer.refresh(IPV4, [route("10.0.0.0/24")]);
    writer.pump();
    expect(lines).toEqual(["100+ 10.0.0.0/24", "end 1/1"]);
  });

  test("is the routes alone without the capability", () => {
    const { writer, lines } = writing([multiprotocol(1, 1)]);
    writer.refresh(IPV4, [route("10.0.0.0/24")]);
    writer.pump();
    expect(lines).toEqual(["100+ 10.0.0.0/24"]);
  });
});

describe("one route takes the place of another", () => {
  test("RFC 7911 section 3: each path identifier is a route of its own, where the session has them", () => {
    const paths = [7, 8].map((pathId) => route({ prefix: "10.0.0.0/24", pathId }, pathId));
    const alone = writing();
    alone.writer.announce(paths);
    alone.writer.pump();
    expect(alone.lines).toEqual(["8+ 10.0.0.0/24"]);
    const both = writing([multiprotocol(1, 1), addPath([{ ...IPV4, direction: "both" }])]);
    both.writer.announce(paths);
    both.writer.withdraw({ nlri: { prefix: "10.0.0.0/24", pathId: 7 } });
    both.writer.pump();
    expect(both.lines).toEqual(["- 10.0.0.0/24 path 7", "8+ 10.0.0.0/24 path 8"]);
  });

  test("RFC 4271 section 4.3: bits behind the length are irrelevant", () => {
    const { writer, lines } = writing();
    writer.announce([route("10.0.0.0/22", 1), route("10.0.3.0/22", 2)]);
    writer.pump();
    expect(lines).toEqual(["2+ 10.0.3.0/22"]);
  });

  test("RFC 8277 section 2.4: whatever its labels", () => {
    const { writer, lines } = writing([multiprotocol(VPN.afi, VPN.safi)]);
    const one = (label: number, routeDistinguisher = "65000:1"): Route => ({
      ...route({ routeDistinguisher, prefix: "10.0.0.0/23", labels: [label] }),
      family: VPN,
    });
    writer.announce([one(16), one(17), one(18, "65000:2")]);
    writer.pump();
    expect(lines).toEqual(["100+ 10.0.0.0/23 labels 17, 10.0.0.0/23 labels 18"]);
    writer.announce(one(19));
    writer.withdraw(one(20));
    writer.pump();
    expect(lines.slice(1)).toEqual(["- 10.0.0.0/23"]);
  });

  const esi = ["[00:00:00:00:00:00:00:00:00:01]", "[00:00:00:00:00:00:00:00:00:02]"];
  const mac = "[00:11:22:33:44:55]";
  const flow = "[198.51.100.1][239.1.2.3][192.0.2.1]";
  const block = "65000:1 ve=1 offset=2";
  const mup = "[3][65000:1][10.0.0.1/32] teid=1 qfi=9 endpoint=192.0.2.1";
  /** What is told with a route, and what it is about: a change of the former takes its place, one of the latter is another route. */
  // prettier-ignore
  test.each<[string, NlriKind, [afi: number, safi: number], one: string, newer: string, others: string[]]>([
    ["RFC 7432 section 7.1", "evpn", [25, 70], `[1][65000:1]${esi[0]}[0] label=1`, `[1][65000:1]${esi[0]}[0] label=2`,
      [`[1][65000:1]${esi[1]}[0] label=1`, `[1][65000:1]${esi[0]}[1] label=1`, `[1][65000:2]${esi[0]}[0] label=1`]],
    ["RFC 7432 section 7.2", "evpn", [25, 70], `[2][65000:1]${esi[0]}[0]${mac}[192.0.2.1] label1=1`, `[2][65000:1]${esi[1]}[0]${mac}[192.0.2.1] label1=3 label2=4`,
      [`[2][65000:1]${esi[0]}[0]${mac}[192.0.2.2] label1=1`, `[2][65000:1]${esi[0]}[1]${mac}[192.0.2.1] label1=1`, `[2][65000:1]${esi[0]}[0]${mac}[*] label1=1`]],
    ["RFC 9136 section 3.1", "evpn", [25, 70], `[5][65000:1]${esi[0]}[0][10.0.0.0/24][0.0.0.0] label=1`, `[5][65000:1]${esi[1]}[0][10.0.0.0/24][192.0.2.1] label=2`,
      [`[5][65000:1]${esi[0]}[1][10.0.0.0/24][0.0.0.0] label=1`, `[5][65000:1]${esi[0]}[0][10.0.0.0/25][0.0.0.0] label=1`, `[5][65000:1]${esi[0]}[0][10.0.0.1/24][0.0.0.0] label=1`]],
    ["RFC 9136 section 3.1: IPv6", "evpn", [25, 70], `[5][65000:1]${esi[0]}[0][2001:db8::/64][::] label=1`, `[5][65000:1]${esi[1]}[0][2001:db8::/64][2001:db8::1] label=2`,
      [`[5][65000:1]${esi[0]}[0][2001:db8::1/64][::] label=1`]],
    ["RFC 9251 section 9.1", "evpn", [25, 70], `[6][65000:1][0]${flow} flags=version3`, `[6][65000:1][0]${flow} flags=version3+excludeGroup`,
      [`[6][65000:1][1]${flow} flags=version3`, "[6][65000:1][0][198.51.100.1][239.1.2.3][192.0.2.2] flags=version3"]],
    ["RFC 9251 section 9.2", "evpn", [25, 70], `[7][65000:1]${esi[0]}[0]${flow} flags=version3`, `[7][65000:1]${esi[0]}[0]${flow} flags=version3+excludeGroup`,
      [`[7][65000:1]${esi[1]}[0]${flow} flags=version3`]],
    ["RFC 9251 section 9.3", "evpn", [25, 70], `[8][65000:1]${esi[0]}[0]${flow} maximum-response-time=1 flags=version3`, `[8][65000:1]${esi[0]}[0]${flow} reserved=1 maximum-response-time=2 flags=version3+excludeGroup`,
      ["[8][65000:1][00:00:00:00:00:00:00:00:00:01][0][198.51.100.1][239.1.2.3][192.0.2.2] maximum-response-time=1 flags=version3"]],
    ["RFC 4761 section 3.5", "vpls", [25, 65], `${block} size=8 label-base=16`, `${block} size=10 label-base=800000 tlvs=circuit-status:0010`,
      ["65000:2 ve=1 offset=2 size=8 label-base=16", "65000:1 ve=2 offset=2 size=8 label-base=16", "65000:1 ve=1 offset=3 size=8 label-base=16", "65000:1 0.1.0.2"]],
    ["RFC 9871 section 2.9.1", "car", [1, 83], "[1][10.0.0.0/24][7] tlvs=label:16", "[1][10.0.0.0/24][7] tlvs=label:17+label-index:1",
      ["[1][10.0.0.0/24][8] tlvs=label:16", "[2][10.0.0.0/24] tlvs=label:16"]],
    ["draft-ietf-bess-mup-safi section 3.1", "mup", [1, 85], mup, "[3][65000:1][10.0.0.1/32] teid=2 qfi=8 endpoint=192.0.2.2 source=198.51.100.1",
      ["[3][65000:1][10.0.0.2/32] teid=1 qfi=9 endpoint=192.0.2.1", "[3][65000:2][10.0.0.1/32] teid=1 qfi=9 endpoint=192.0.2.1"]],
  ])("%s, %s", (_section, kind, [afi, safi], one, newer, others) => {
    const pending = (...texts: string[]): number => {
      const { writer } = writing([multiprotocol(afi, safi)]);
      for (const text of texts) {
        const nlri = parseNlri(kind, text);
        expect(nlri, text).not.toBeNull();
        writer.announce({ ...route(nlri!), family: { afi, safi } });
      }
      return writer.pending;
    };
    expect(pending(one, newer)).toBe(1);
    for (const other of others) expect(pending(one, other), other).toBe(2);
  });
});

describe("what cannot be sent on this session is the caller's mistake, and nothing of the call is noted", () => {
  const huge = communities(Array.from({ length: 1016 }, (_, i) => i));
  test.each<[string, readonly Route[], string, RegExp]>([
    [
      "a family that is not negotiated",
      [route("10.0.0.0/24"), { ...route("10.0.0.0/24"), family: { afi: 1, safi: 2 } }],
      "routes[1].family",
      /10\.0\.0\.0\/24: ipv4-multicast is none of this session, which has ipv4-unicast, ipv6-unicast/,
    ],
    ["a family that is not known", [{ ...route("10.0.0.0/24"), family: { afi: 99, safi: 1 } }], "family", /not known/],
    ["a text that is no prefix", [route("10.0.0.0/24"), route("10.0.0.0/33")], "routes[1].prefix", /10\.0\.0\.0\/33/],
    ["no next hop", [{ nlri: "10.0.0.0/24", attributes: PATH }], "nextHop", /without a next hop/],
    [
      "an IPv6 next hop of IPv4",
      [route("10.0.0.0/24", 1, { nextHop: "2001:db8::1" })],
      "nextHop",
      /no next hop of ipv4/,
    ],
    [
      "attributes that leave no room",
      [route("10.0.0.0/24"), { ...route("10.0.1.0/24"), attributes: [...PATH, localPref(1), huge] }],
      "routes[1].attributes",
      /10\.0\.1\.0\/24: the attributes leave no room for a route in a message of 4096 octets/,
    ],
  ])("%s", (_what, routes, field, message) => {
    const { writer } = writing();
    const announce = (): void => writer.announce(routes.length === 1 ? routes[0]! : routes);
    expect(announce).toThrow(ConfigError);
    expect(announce).toThrow(message);
    expect(announce).toThrow(expect.objectContaining({ field }));
    expect(writer.pending).toBe(0);
  });

  test("of withdraw, endOfRib and refresh too", () => {
    const { writer } = writing([multiprotocol(1, 1)]);
    expect(() => writer.withdraw(["10.0.0.0/24", "2001:db8::/32"])).toThrow(/routes\[1\]\.family: 2001:db8::\/32/);
    expect(() => writer.endOfRib(IPV6)).toThrow(/ipv6-unicast is none of this session/);
    expect(() => writer.refresh(IPV6, [])).toThrow(/ipv6-unicast is none of this session/);
    expect(writer.pending).toBe(0);
  });

  test("RFC 8950: an IPv6 next hop where it is agreed", () => {
    const entry = { ...IPV4, nextHopAfi: 2 };
    const { writer, lines } = writing([multiprotocol(1, 1), extendedNextHop([entry])]);
    writer.announce(route("10.0.0.0/24", 1, { nextHop: "2001:db8::1" }));
    writer.pump();
    writer.withdraw("10.0.0.0/24");
    writer.pump();
    expect(lines).toEqual(["1+ 10.0.0.0/24", "- 10.0.0.0/24"]);
  });
});
