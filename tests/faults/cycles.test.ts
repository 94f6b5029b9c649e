// Ten thousand sessions that come and go, for every reason there is, leave nothing behind: no memory, no file descriptor, no
// socket. CYCLES=n makes as many over real sockets.
import type { Notification, Peer, Plugin, Session } from "@bgpwire/core";
import { expect, test } from "vitest";
import { FaultWorld } from "../support/fault-world.ts";
import { inUse } from "../support/memory.ts";
import { until } from "../support/real-time.ts";
import { SocketPeer } from "../support/socket-peer.ts";
import { MANY_ADDRESSES, openDescriptors, SocketWorld, TROUBLE } from "../support/socket-world.ts";
import { notification, open, update } from "../support/wire.ts";

const CYCLES = 10_000;
const SOCKET_CYCLES = Number(process.env["CYCLES"] ?? 1500);

/** Octets that may be in use after all cycles beyond those after the first half. A session alone has some thousands. */
const SLACK = 1_000_000;

const CEASE: Notification = { code: 6, subcode: 4, data: new Uint8Array(0) };

/** Sessions of a peer, one after another. */
class Sessions {
  up: Session | null = null;
  count = 0;
  #changed: () => void = () => {};
  readonly plugin: Plugin = {
    onEstablished: (session) => {
      this.up = session;
      this.count += 1;
      // What many programs do with one.
      session.signal.addEventListener("abort", () => {});
      this.#changed();
      return () => {};
    },
    onClose: () => {
      this.up = null;
      this.#changed();
    },
  };

  /** The next time that a session comes up, or ends. */
  async change(): Promise<void> {
    await new Promise<void>((resolve) => (this.#changed = resolve));
  }
}

/** Ends of a session, by the speaker and by whoever is at the other end. */
interface End {
  readonly ours?: (session: Session, peer: Peer) => void;
  readonly theirs?: "eof" | "reset" | Uint8Array;
}

/** The beginning of an UPDATE, which ends nothing; the connection breaks then. */
const PART = update().subarray(0, 20);

const RESET: End = { ours: (_, peer) => peer.reset("again") };

const ENDS: readonly End[] = [
  { ours: (session) => session.close(CEASE) },
  RESET,
  { theirs: notification(6, 4) },
  { theirs: "eof" },
  { theirs: "reset" },
  { theirs: new Uint8Array(40) },
  { theirs: open() },
  { theirs: PART },
];

/** Fails unless no more is in use than before, but for the slack. */
async function expectFlat(before: Awaited<ReturnType<typeof inUse>>): Promise<void> {
  const after = await inUse();
  expect(after.objects - before.objects, "octets of objects").toBeLessThan(SLACK);
  expect(after.buffers - before.buffers, "octets of buffers").toBeLessThan(SLACK);
}

test(`${CYCLES} sessions in virtual time`, { timeout: 120_000 }, async () => {
  const world = await FaultWorld.make({ linger: 100 });
  const { time } = world.network;
  const sessions = new Sessions();
  const quick = { connectRetryTime: 0.1, connectRetryTimeMax: 0.1, idleHoldTime: 0.1, dampPeerOscillations: false };
  const peer = world.addTrouble(quick, sessions.plugin);
  let before = await inUse();
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    if (cycle === CYCLES / 2) before = await inUse();
    const raw = (await world.dial()).establish();
    await time.until(() => sessions.up !== null, `session ${cycle}`);
    const { ours, theirs } = ENDS[cycle % ENDS.length]!;
    sessions.up!.sendUpdate(new Uint8Array(100));
    raw.say(update());
    if (ours !== undefined) ours(sessions.up!, peer);
    else if (theirs === "eof") raw.probe.link!.close("flush");
    else if (theirs === "reset") world.network.breakConnections(world.router, world.trouble);
    else raw.say(theirs!);
    if (theirs === PART) raw.probe.link!.close("abort");
    await time.until(() => sessions.up === null, `the end of session ${cycle}`);
    raw.probe.link!.close("abort");
    await time.pass(200);
    world.events.length = 0;
  }
  expect([sessions.count, peer.view().counters.established]).toEqual([CYCLES, CYCLES]);
  await expectFlat(before);
  await world.over();
  expect(world.sockets).toBe(0);
});

test.skipIf(!MANY_ADDRESSES).each([
  [SOCKET_CYCLES, "accepted"],
  [Math.round(SOCKET_CYCLES / 3), "dialled"],
] as const)("%d sessions over real sockets that are %s", { timeout: 600_000 }, async (cycles, direction) => {
  const world = await SocketWorld.make();
  const sessions = new Sessions();
  const passive = direction === "accepted";
  // After a reset the speaker waits for a second before it dials.
  const ends = passive ? ENDS : ENDS.filter((end) => end !== RESET);
  const quick = { connectRetryTime: 0.005, connectRetryTimeMax: 0.005, idleHoldTime: 0 };
  let raw: SocketPeer | null = null;
  world.place.onPeer = (dialled) => {
    raw = dialled.establish();
    // That of a dial that took too long is nobody's any more.
    dialled.socket.on("end", () => dialled.socket.destroy());
  };
  let up = sessions.change();
  const peer = world.addTrouble({ ...quick, passive }, sessions.plugin);
  let before = await inUse();
  let descriptors = 0;
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    if (cycle === Math.floor(cycles / 2)) {
      before = await inUse();
      descriptors = openDescriptors();
    }
    if (passive) raw = SocketPeer.towards(world.port, TROUBLE).establish();
    await up;
    const down = sessions.change();
    const { ours, theirs } = ends[cycle % ends.length]!;
    if (ours !== undefined) ours(sessions.up!, peer);
    else if (theirs === "eof") raw!.socket.end();
    else if (theirs === "reset") raw!.reset();
    else raw!.say(theirs!);
    if (theirs === PART) raw!.reset();
    await down;
    up = sessions.change();
    raw!.socket.destroy();
    world.place.peers.length = 0;
    world.events.length = 0;
    if (cycle % 100 === 0) await world.bystander.exchange();
  }
  expect(sessions.count).toBeGreaterThanOrEqual(cycles);
  world.speaker.deletePeer(TROUBLE);
  await expectFlat(before);
  await until(() => openDescriptors() <= descriptors, `no more than ${descriptors} file descriptors`);
  await world.stop();
});
