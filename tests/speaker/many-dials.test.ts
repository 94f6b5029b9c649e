// Many peers that are dialled: those that start together take turns, and those that fail together do not stay together.
import { describe, expect, test } from "vitest";
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
