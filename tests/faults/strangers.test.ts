// Crowds that connect and say nothing: strangers, and whoever sits at the address of a peer. What they can hold is bounded, and
// neither a session nor the way in of a peer is theirs to take.
import { describe, expect, test } from "vitest";
import type { Probe } from "../support/driver-probe.ts";
import { dial } from "../support/driver-probe.ts";
import { FaultWorld, ROUTER, type RawPeer, TROUBLE } from "../support/fault-world.ts";
import type { MemoryHost } from "../support/memory-network.ts";
import { until } from "../support/real-time.ts";
import { SocketPeer } from "../support/socket-peer.ts";
import { MANY_ADDRESSES, openDescriptors, SocketWorld, TROUBLE as SOCKET_TROUBLE } from "../support/socket-world.ts";

const CROWD = 400;

/** Connections that are said nothing on and never closed. */
function crowd(host: MemoryHost, size: number = CROWD): Probe[] {
  const transport = host.transport();
  return Array.from({ length: size }, () => dial(transport, { address: ROUTER, port: 179 }));
}

/** Connects twice a second for twenty seconds; most sockets of the speaker at any time. */
async function siege(world: FaultWorld, host: MemoryHost, say: (peer: RawPeer) => void): Promise<number> {
  let most = 0;
  for (let i = 0; i < 40; i += 1) {
    for (let j = 0; j < 6; j += 1) say(await world.dial(host));
    await world.pass(0.5);
    most = Math.max(most, world.sockets);
  }
  return most;
}

/** Longer than any linger. */
const LATER = 5;

test("strangers are told so, 64 at a time, and the rest is cut; nothing is left of them", async () => {
  const world = await FaultWorld.make();
  const strangers = crowd(world.network.host("198.51.100.1"));
  await world.pass(0.5);
  expect(world.sockets).toBe(64);
  await world.pass(LATER);
  expect(world.sockets).toBe(0);
  expect(strangers.every(({ ended }) => ended)).toBe(true);
  expect(strangers.filter(({ received }) => received === 21).length).toBe(64);
  await world.over();
});

test("the session of a peer lives through a crowd at its own address, and only a few of that are kept", async () => {
  const world = await FaultWorld.make();
  const peer = world.addTrouble();
  (await world.dial()).establish();
  await world.pass(1);
  const silent = crowd(world.trouble);
  await world.pass(0.5);
  // The session, four that may still show an OPEN, eight whose last words are on their way.
  expect([peer.state, world.sockets]).toEqual(["Established", 13]);
  await world.pass(LATER);
  expect([peer.state, world.sockets]).toEqual(["Established", 5]);
  expect(silent.filter(({ ended }) => !ended).length).toBe(4);
  expect(world.events.filter((event) => event.type === "state" && event.to === "Idle")).toEqual([]);
  await world.over();
});

test("a peer gets in although its address keeps on connecting and says nothing", async () => {
  const world = await FaultWorld.make();
  const peer = world.addTrouble();
  let most = 0;
  for (let i = 0; i < 20; i += 1) {
    crowd(world.trouble, 20);
    await world.pass(0.5);
    most = Math.max(most, world.sockets);
  }
  crowd(world.trouble, 20);
  const raw = (await world.dial()).establish();
  crowd(world.trouble, 3);
  await world.pass(LATER);
  expect(peer.state).toBe("Established");
  expect(raw.heard.slice(0, 2)).toEqual(["OPEN", "KEEPALIVE"]);
  expect(most).toBeLessThanOrEqual(12);
});

describe("few sockets are left behind by whoever comes again and again", () => {
  test("to a peer that is held in Idle", async () => {
    const world = await FaultWorld.make();
    world.addTrouble({ enabled: false });
    expect(await siege(world, world.trouble, () => {})).toBe(8);
  });

  test("with garbage", async () => {
    const world = await FaultWorld.make();
    world.addTrouble({ idleHoldTime: 0, dampPeerOscillations: false });
    expect(await siege(world, world.trouble, (raw) => raw.say(new Uint8Array(19)))).toBe(8);
  });

  test("from a listen range, in which peers come and go", async () => {
    const world = await FaultWorld.make();
    world.speaker.addListenRange({ prefix: "192.0.2.0/29", localAs: 65001, remoteAs: 65002, limit: 2 });
    expect(await siege(world, world.trouble, (raw) => raw.say(new Uint8Array(19)))).toBe(10);
    await world.pass(LATER);
    expect([world.sockets, world.speaker.getPeer(TROUBLE)]).toEqual([0, null]);
  });
});

test.skipIf(!MANY_ADDRESSES)("a crowd on real sockets holds no more file descriptors than that", async () => {
  // Longer than the test: nothing is let go of because of its time.
  const world = await SocketWorld.make({ linger: 60 });
  const peer = world.addTrouble();
  const friend = (await world.dial()).establish();
  await until(() => peer.state === "Established", "the session");
  const before = openDescriptors();
  const silent = Array.from({ length: CROWD }, (_, i) =>
    SocketPeer.towards(world.port, i % 2 === 0 ? SOCKET_TROUBLE : `127.0.1.${1 + (i % 200)}`),
  );
  await until(() => silent.every(({ ended, octets }) => ended || octets > 0), "an answer to everybody");
  await world.bystander.exchange();
  // The crowd's own ends are descriptors of this process too.
  const held = (): number => openDescriptors() - before - silent.filter(({ socket }) => !socket.destroyed).length;
  await until(() => held() <= 64 + 4 + 8, "the bound");
  expect([peer.state, friend.ended]).toEqual(["Established", false]);
  for (const { socket } of silent) socket.destroy();
  await until(() => openDescriptors() <= before, "the descriptors from before");
  friend.socket.destroy();
  await world.stop();
});
