// Clocks that jump. The time of day is not asked at all; where the monotonic clock has jumped, because the machine was
// suspended or the process stopped, what the kernel has received counts first, and who was silent all the while ends in order.
import { afterEach, describe, expect, test, vi } from "vitest";
import { scriptedBystander } from "../support/bystander.ts";
import { until } from "../support/real-time.ts";
import { MANY_ADDRESSES, SocketWorld } from "../support/socket-world.ts";
import { SpeakerDriver } from "../support/speaker-driver.ts";
import { keepalive } from "../support/wire.ts";

const HOUR = 3_600_000;

afterEach(() => {
  vi.useRealTimers();
});

test.skipIf(!MANY_ADDRESSES)("the time of day may be anything", async () => {
  const world = await SocketWorld.make({ holdTime: 3 });
  const { bystander } = world;
  vi.useFakeTimers({ toFake: ["Date"] });
  for (const time of ["2100-01-01", "1970-01-01", "2038-01-19T03:14:08Z", "0001-01-01"]) {
    vi.setSystemTime(new Date(time));
    await bystander.exchange();
  }
  // And KEEPALIVEs go on, a second from one to the next.
  const before = bystander.keepalives;
  await until(() => bystander.keepalives > before, "a KEEPALIVE");
  vi.useRealTimers();
  await world.stop();
});

describe.each([
  ["minutes", 10 * 60_000],
  ["a night", 8 * HOUR],
  ["longer than a timer of the platform can be", 40 * 24 * HOUR],
  ["a century", 100 * 365 * 24 * HOUR],
])("a machine that was suspended for %s", (_, suspended) => {
  test("keeps the session whose KEEPALIVE has come, ends the silent ones with 4/0, and dials again", async () => {
    const d = new SpeakerDriver();
    const checkBystander = await scriptedBystander(d);
    const bystander = d.transport.dialled;
    const peers = [3, 4, 5, 6, 7].map((last) => d.add({ remoteAddress: `192.0.2.${last}` }));
    const [silent, confirming, opening, , idle] = d.transport.links.slice(1);
    silent!.connect().establish();
    confirming!.connect().establish();
    opening!.connect();
    // The fourth dial is under way. The fifth peer is held in Idle.
    idle!.connect().say(keepalive());
    expect(peers.map(({ state }) => state)).toEqual(["Established", "Established", "OpenSent", "Connect", "Idle"]);
    const { wakes } = d.transport;

    d.transport.time += suspended;
    // What the kernel has comes before the timer, which the suite of drivers proves.
    bystander.say(keepalive());
    confirming!.events!.eof();
    d.transport.advance(0);

    checkBystander();
    expect(silent!.said.at(-1)).toBe("NOTIFICATION 4/0");
    expect(confirming!.said).toEqual(["OPEN", "KEEPALIVE"]);
    expect(opening!.said).toEqual(["OPEN", "NOTIFICATION 4/0"]);
    expect([silent!.closes, confirming!.closes, opening!.closes]).toEqual([["flush"], ["abort"], ["flush"]]);
    // One KEEPALIVE, however many it slept through; a dial for each of the three that have no connection.
    expect(bystander.said.filter((one) => one === "KEEPALIVE").length).toBe(2);
    expect(d.transport.links.length).toBe(9);
    expect(d.transport.wakes - wakes).toBeLessThan(20);

    // All are there again after a while.
    for (let i = 0; i < 6; i += 1) {
      d.transport.advance(10_000);
      bystander.say(keepalive());
      for (const link of d.transport.links) if (!link.closed && link.writes.length === 0) link.connect().establish();
    }
    expect(peers.map(({ state }) => state)).toEqual(peers.map(() => "Established"));
    checkBystander();
  });
});

test("a clock that goes back changes nothing that is under way", async () => {
  const d = new SpeakerDriver();
  const checkBystander = await scriptedBystander(d);
  const bystander = d.transport.dialled;
  const { peer, link, session } = await d.up();
  for (let i = 0; i < 50; i += 1) {
    d.transport.advance(4000);
    d.transport.time -= 1000;
    bystander.say(keepalive());
    link.say(keepalive());
    session.sendRouteRefresh(1, 1);
    link.taken();
    d.transport.fire();
    checkBystander();
  }
  expect([peer.state, link.closed]).toEqual(["Established", false]);
});
