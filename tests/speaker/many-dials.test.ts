// Many peers that are dialled: those that start together take turns, and those that fail together do not stay together.
import { describe, expect, test } from "vitest";
import type { PeerOptions } from "../../packages/core/src/session/options.ts";
import type { Peer } from "../../packages/core/src/speaker/plugin.ts";
import { SpeakerDriver } from "../support/speaker-driver.ts";

const PEERS = 1000;

function address(index: number): string {
  return `198.18.${index >> 8}.${index & 0xff}`;
}

/** A running speaker with many peers that nobody answers, none of them dialled more than once yet. */
async function crowd(count: number = PEERS): Promise<SpeakerDriver> {
  const d = new SpeakerDriver();
  for (let i = 0; i < count; i += 1) d.add({ remoteAddress: address(i) });
  await d.speaker.start();
  return d;
}

/** Makes all dials of this moment. */
function dialAll(d: SpeakerDriver): void {
  while (d.transport.wakeAt !== null && d.transport.wakeAt <= d.transport.time) d.transport.fire();
}

/** Every dial fails as soon as it is made, for a while. Gives the times of the dials of each address, from now on. */
function refuse(d: SpeakerDriver, milliseconds: number): Map<string, number[]> {
  const { transport } = d;
  const start = transport.time;
  const times = new Map<string, number[]>();
  let failed = 0;
  for (;;) {
    for (; failed < transport.links.length; failed += 1) {
      const { events, endpoints } = transport.links[failed]!;
      const of = times.get(endpoints.remoteAddress) ?? [];
      times.set(endpoints.remoteAddress, of);
      of.push(transport.time - start);
      events!.failed("ECONNREFUSED");
    }
    if (transport.wakeAt === null || transport.wakeAt > start + milliseconds) return times;
    transport.time = Math.max(transport.time, transport.wakeAt);
    transport.fire();
  }
}

describe("peers that start together", () => {
  test("are dialled a hundred in a turn of the event loop, each once, in order", async () => {
    const d = await crowd();
    expect(d.transport.targets).toHaveLength(100);
    expect(d.transport.wakeAt).toBe(d.transport.time);
    d.transport.fire();
    expect(d.transport.targets).toHaveLength(200);
    dialAll(d);
    expect(d.transport.targets.map((target) => target.address)).toEqual(
      Array.from({ length: PEERS }, (_, i) => address(i)),
    );
  });

  test("keep nobody else from being heard meanwhile", async () => {
    const d = await crowd();
    d.transport.links[0]!.connect().establish();
    expect(d.heard).toEqual(["up"]);
    expect(d.transport.targets).toHaveLength(100);
  });

  test("are not dialled any more once they are stopped, deleted or have connected themselves", async () => {
    const d = new SpeakerDriver({ listen: [{ address: "192.0.2.1", port: 179 }] });
    const peers = Array.from({ length: 103 }, (_, i) => d.add({ remoteAddress: address(i) }));
    await d.speaker.start();
    peers[100]!.disable();
    d.speaker.deletePeer(address(101));
    d.listener.connect(address(102)).establish();
    dialAll(d);
    expect(d.transport.targets).toHaveLength(100);
  });
});

/** Indexes of the peers in the order in which they were dialled. */
function dialled(d: SpeakerDriver): number[] {
  return d.transport.targets.map((target) => {
    const [, , high, low] = target.address.split(".").map(Number);
    return 256 * high! + low!;
  });
}

/** A running speaker that dials three at a time, and peers of which none answers. */
async function fewAtATime(count: number, options: Partial<PeerOptions> = {}): Promise<SpeakerDriver> {
  const d = new SpeakerDriver({ maximumDials: 3, listen: [{ address: "192.0.2.1", port: 179 }] });
  for (let i = 0; i < count; i += 1) d.add({ remoteAddress: address(i), ...options });
  await d.speaker.start();
  return d;
}

/** An hour: no dial is given up meanwhile. */
const PATIENT: Partial<PeerOptions> = { connectRetryTime: 3600, connectRetryTimeMax: 3600 };

describe("a bound on dials under way (maximumDials)", () => {
  test("lets the next one begin when one is answered or fails, in the order in which they were wanted", async () => {
    const d = await fewAtATime(8, PATIENT);
    const { links } = d.transport;
    expect(dialled(d)).toEqual([0, 1, 2]);
    links[1]!.connect();
    expect(dialled(d)).toEqual([0, 1, 2, 3]);
    links[3]!.events!.failed("ECONNREFUSED");
    links[0]!.events!.closed("ECONNRESET");
    expect(dialled(d)).toEqual([0, 1, 2, 3, 4, 5]);
    d.transport.unreachable = new Error("EINVAL");
    links[2]!.connect();
    expect(d.eventsOf("dialFailed").map(({ peer }) => peer.id)).toEqual([3, 0, 6, 7].map(address));
    expect(d.transport.wakeAt).toBeGreaterThan(d.transport.time);
  });

  test("is 1000 unless told otherwise, so that most speakers never notice", async () => {
    const d = await crowd(1002);
    dialAll(d);
    expect(dialled(d)).toHaveLength(1000);
    d.transport.links[7]!.connect();
    dialAll(d);
    expect(dialled(d).at(-1)).toBe(1000);
  });

  test("stops the ConnectRetryTimer of those who wait: it begins with the dial, and no failure is counted before", async () => {
    const d = await fewAtATime(5);
    const waiting = d.speaker.getPeer(address(4))!;
    const first = d.speaker.getPeer(address(0))!.view();
    expect(waiting.view()).toMatchObject({ state: "Connect", dialling: 2, connectRetryDeadline: null });
    expect(first.connectRetryDeadline).toBeGreaterThan(d.transport.time);
    d.transport.advance(3700);
    expect(dialled(d)).toEqual([0, 1, 2]);
    // All three have taken too long.
    d.transport.advance(1400);
    expect(dialled(d).slice(0, 5)).toEqual([0, 1, 2, 3, 4]);
    const { connectRetryCounter, connectRetryDeadline, dialling } = waiting.view();
    expect([connectRetryCounter, dialling]).toEqual([0, 2]);
    expect(connectRetryDeadline).toBeGreaterThan(d.transport.time + 5000 * 0.75 - 1400);
  });

  test("passes the places around: of many who never answer, none is dialled twice more often than another", async () => {
    const d = await fewAtATime(20);
    d.transport.advance(3_600_000);
    const order = dialled(d);
    expect(order.length).toBeGreaterThan(200);
    const rounds = order.slice(0, order.length - (order.length % 20));
    for (let at = 0; at < rounds.length; at += 20) {
      const all = Array.from({ length: 20 }, (_, i) => i);
      expect(rounds.slice(at, at + 20).toSorted((a, b) => a - b)).toEqual(all);
    }
    const open = d.transport.links.filter(({ closed }) => !closed);
    expect(open).toHaveLength(3);
    // Who waits costs no wake-up: one for each dial that has taken too long.
    expect(d.transport.wakes).toBeLessThan(3 * order.length);
  });

  test("gives the place of a peer that is stopped, deleted or has connected itself to the next", async () => {
    const d = await fewAtATime(12, PATIENT);
    const peer = (index: number): Peer => d.speaker.getPeer(address(index))!;
    // Of those who wait, and of those under way.
    peer(3).disable();
    d.speaker.deletePeer(address(4));
    d.listener.connect(address(5)).establish();
    expect(dialled(d)).toEqual([0, 1, 2]);
    peer(0).disable();
    d.speaker.deletePeer(address(1));
    d.listener.connect(address(2)).establish();
    expect(dialled(d)).toEqual([0, 1, 2, 6, 7, 8]);
    // Who comes back is the last.
    peer(3).enable();
    for (const index of [6, 7, 8]) peer(index).disable();
    expect(dialled(d).slice(6)).toEqual([9, 10, 11]);
    peer(9).disable();
    expect(dialled(d).slice(9)).toEqual([3]);
    await d.speaker.stop();
    expect(d.transport.links.every(({ closed, endpoints }) => closed || endpoints.remoteAddress === address(5))).toBe(
      true,
    );
  });

  test("keeps nothing of peers that are stopped and started again while they wait", async () => {
    const d = await fewAtATime(5, PATIENT);
    const peer = d.speaker.getPeer(address(3))!;
    for (let i = 0; i < 1000; i += 1) {
      peer.disable();
      peer.enable();
    }
    for (const index of [0, 1, 2]) d.speaker.deletePeer(address(index));
    expect(dialled(d)).toEqual([0, 1, 2, 4, 3]);
  });

  test.each([[0], [-1], [1.5], [1_000_001], ["3"]])("is not %j", (maximumDials) => {
    expect(() => new SpeakerDriver({ maximumDials: maximumDials as number })).toThrow(
      `maximumDials: ${JSON.stringify(maximumDials)} is not accepted; give a whole number from 1 to 1000000`,
    );
  });
});

describe("peers that fail together", () => {
  test("are dialled again spread over the jitter of the ConnectRetryTimer (RFC 4271 section 10)", async () => {
    const d = await crowd();
    const times = [...refuse(d, 5000).values()];
    expect(times).toHaveLength(PEERS);
    const again = times.map(([, second]) => second!);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const time of again) {
      expect(time).toBeGreaterThanOrEqual(3750);
      expect(time).toBeLessThanOrEqual(5000);
      tenths[Math.min(9, Math.floor((time - 3750) / 125))]! += 1;
    }
    for (const count of tenths) expect(count).toBeGreaterThan(50);
  });

  test("are dialled ever less often, up to a most: an hour of them is few dials", async () => {
    const d = await crowd(100);
    const times = [...refuse(d, 3_600_000).values()];
    // 5, 5, 10, 20 and 40 seconds and then a minute each, all with their jitter.
    for (const dials of times) {
      expect(dials.length).toBeGreaterThanOrEqual(60);
      expect(dials.length).toBeLessThanOrEqual(86);
    }
  });
});
