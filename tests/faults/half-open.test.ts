// Half-open connections: the other end is gone, and nobody says so. Each state has a timer that finds it out (RFC 4271 section
// 8.2.2), and no session of another peer is the worse for it.
import { describe, expect, test } from "vitest";
import { FaultWorld } from "../support/fault-world.ts";
import { keepalive, open, update } from "../support/wire.ts";

/** What is said before the host vanishes, the state that this leads to, and how the speaker finds out. */
const MOMENTS = [
  ["OpenSent", [], "hold timer expired: no OPEN came"],
  ["OpenSent, in the middle of the OPEN", [open().subarray(0, 25)], "hold timer expired: no OPEN came"],
  ["OpenConfirm", [open({ holdTime: 3 })], "hold timer expired: no KEEPALIVE came after the OPEN"],
  ["Established", [open({ holdTime: 3 }), keepalive()], "hold timer expired: nothing came for 3 s"],
  [
    "Established, in the middle of an UPDATE",
    [open({ holdTime: 3 }), keepalive(), update().subarray(0, 21)],
    "hold timer expired: nothing came for 3 s",
  ],
] as const;

/** Seconds until a hold timer has expired, and until the linger is over in which the last words are sent into nothing. */
const FOUND_OUT = 14;

describe.each(["inbound", "outbound"] as const)("a peer that vanishes from an %s connection", (direction) => {
  test.each(MOMENTS)("in %s", async (moment, said, reason) => {
    const world = await FaultWorld.make();
    const peer = world.addTrouble({ passive: direction === "inbound", openHoldTime: 10 });
    const raw = direction === "inbound" ? await world.dial() : await world.dialled();
    raw.say(...said);
    await world.pass(1);
    expect(peer.state).toBe(moment.split(",")[0]);
    // Its host is cut off: no FIN, no reset, no answer to what is sent to it.
    world.network.partition(world.router, world.trouble);
    await world.pass(FOUND_OUT);
    expect(world.ends).toEqual([reason]);
    expect(world.sockets).toBe(0);
    await world.over();
  });
});

test("a dial that nobody answers is given up and made again, again and again", async () => {
  const world = await FaultWorld.make({}, { connectTimeout: 2 });
  world.network.partition(world.router, world.trouble);
  const peer = world.addTrouble({ passive: false, connectRetryTimeMax: 5 });
  for (let i = 0; i < 10; i += 1) await world.pass(10);
  const dials = world.events.filter(({ type }) => type === "dialFailed");
  expect(dials.length).toBeGreaterThan(10);
  expect([peer.state, world.sockets]).toEqual(["Active", 0]);
});

test("a host that has crashed and is back gets its new session once a KEEPALIVE of ours has found the old one dead", async () => {
  const world = await FaultWorld.make();
  const peer = world.addTrouble();
  (await world.dial()).establish();
  await world.pass(1);
  world.trouble.crash();
  await world.pass(1);
  (await world.dial()).establish();
  // The one that seems to be up is kept (RFC 4271 section 6.8), and so is the peer out.
  await world.pass(1);
  expect(world.ends).toEqual(["another connection of this peer won"]);
  await world.until(() => world.ends.length === 2, "the end of the old session");
  expect(world.ends[1]).toMatch(/reset/);
  const raw = (await world.dial()).establish();
  await world.pass(1);
  expect([peer.state, raw.heard]).toEqual(["Established", ["OPEN", "KEEPALIVE"]]);
  expect(world.sockets).toBe(1);
});

test("one octet of an UPDATE a second does not keep a session up (RFC 4271 section 8.2.2: it takes a message)", async () => {
  const world = await FaultWorld.make();
  world.addTrouble();
  const raw = (await world.dial()).establish({ holdTime: 6 });
  const slow = update(new Uint8Array(100));
  for (const octet of slow.subarray(0, 5)) {
    raw.say(Uint8Array.of(octet));
    await world.pass(1);
  }
  expect(world.ends).toEqual([]);
  for (const octet of slow.subarray(5, 10)) {
    raw.say(Uint8Array.of(octet));
    await world.pass(1);
  }
  expect(world.ends).toEqual(["hold timer expired: nothing came for 6 s"]);
});

test("a peer that vanishes while we send it more than its window holds: sends say closed, and nothing waits for it", async () => {
  const world = await FaultWorld.make({ window: 10_000 });
  const told: string[] = [];
  world.addTrouble(
    {},
    {
      onEstablished: (session) => {
        void (async () => {
          for (;;) {
            const { status } = session.sendUpdate(new Uint8Array(1000));
            if (told.at(-1) !== status) told.push(status);
            if (status === "closed") return;
            if (status === "blocked") await session.writable();
          }
        })();
      },
    },
  );
  const raw = await world.dial();
  raw.establish({ holdTime: 3 });
  raw.probe.link!.pause();
  await world.pass(1);
  expect(told).toEqual(["sent", "blocked"]);
  world.network.partition(world.router, world.trouble);
  await world.pass(FOUND_OUT);
  expect(told).toEqual(["sent", "blocked", "closed"]);
  expect([world.ends, world.sockets]).toEqual([["hold timer expired: nothing came for 3 s"], 0]);
});
