// Peers that read slowly, in pieces, or not at all: what waits for them is bounded, what they get is whole and in order, and
// nobody else waits.
import type { Plugin, Session } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import { numbered, numberIn } from "../support/bystander.ts";
import { FaultWorld, type RawPeer } from "../support/fault-world.ts";
import { pass, until } from "../support/real-time.ts";
import { MANY_ADDRESSES, SocketWorld } from "../support/socket-world.ts";
import { keepalive, messagesIn, update } from "../support/wire.ts";

/** A plugin that sends numbered UPDATEs of every length whenever there is room, up to a number. */
class Flood {
  sent = 0;
  statuses: string[] = [];
  readonly plugin: Plugin;

  constructor(count: number) {
    this.plugin = { onEstablished: (session) => void this.#send(session, count) };
  }

  async #send(session: Session, count: number): Promise<void> {
    while (this.sent < count) {
      const { status } = session.sendUpdate(numbered(this.sent, (this.sent * 37) % 4077));
      if (this.statuses.at(-1) !== status) this.statuses.push(status);
      if (status === "sent") this.sent += 1;
      else if (status === "blocked") await session.writable();
      else return;
    }
  }
}

/** Numbers of the UPDATEs in a stream, which has to consist of whole messages. */
function numbersIn(stream: Uint8Array): number[] {
  return messagesIn(stream).flatMap(({ type, body }) => (type === 2 ? [numberIn(body)] : []));
}

/** A peer that says KEEPALIVE every second and reads so many milliseconds of each. */
async function readNowAndThen(world: FaultWorld, raw: RawPeer, seconds: number, open: number): Promise<void> {
  for (let i = 0; i < seconds; i += 1) {
    raw.say(keepalive());
    if (open > 0) raw.probe.link!.resume();
    await world.network.time.pass(open);
    raw.probe.link!.pause();
    await world.pass((1000 - open) / 1000);
  }
}

describe("in virtual time", () => {
  test.each([
    ["a window of one octet", { window: 1, segment: 1 }, 20],
    ["a window of 18 octets, less than a header", { window: 18, segment: 7 }, 50],
    ["a window of 1000 octets, in segments of 536", { window: 1000, segment: 536 }, 200],
  ])("partial writes: %s carries all messages whole, both ways", async (_, options, count) => {
    const world = await FaultWorld.make(options);
    const flood = new Flood(count);
    let heard = 0;
    const peer = world.addTrouble(
      {},
      {
        onEstablished: (session) => {
          flood.plugin.onEstablished!(session);
          return ({ buffer, start }) => {
            expect(numberIn(buffer, start)).toBe(heard);
            heard += 1;
          };
        },
      },
    );
    const raw = (await world.dial()).establish({ holdTime: 0 });
    for (let i = 0; i < count; i += 1) raw.say(update(numbered(i, i * 7)));
    const arrived = (): boolean => raw.probe.received === peer.view().counters.sent.octets;
    await world.until(() => heard === count && flood.sent === count && arrived(), "all UPDATEs");
    expect(numbersIn(raw.probe.bytesReceived)).toEqual(Array.from({ length: count }, (_none, i) => i));
    await world.pass(1);
  });

  test("a slow reader keeps its session, and its window what waits for it", async () => {
    const world = await FaultWorld.make({ window: 5000 });
    const flood = new Flood(100_000);
    const peer = world.addTrouble({ holdTime: 9, sendHoldTime: 10, sendHighWaterMark: 20_000 }, flood.plugin);
    const raw = (await world.dial()).establish();
    await readNowAndThen(world, raw, 120, 5);
    expect(peer.state).toBe("Established");
    const waiting = peer.view().counters.sent.octets - raw.probe.received;
    expect(waiting).toBeLessThan(20_000 + 5000 + 4096 + 19 * 120);
    const numbers = numbersIn(wholeOf(raw.probe.bytesReceived));
    expect(numbers.length).toBeGreaterThan(100);
    expect(numbers).toEqual(numbers.map((_, i) => i));
  });

  test("a window that stays closed ends the session with 8/0 (RFC 9687), although KEEPALIVEs come", async () => {
    const world = await FaultWorld.make({ window: 5000 });
    const flood = new Flood(100_000);
    const peer = world.addTrouble({ holdTime: 9, sendHoldTime: 30 }, flood.plugin);
    const raw = await world.dial();
    raw.establish();
    await world.pass(0.01);
    raw.probe.link!.pause();
    await readNowAndThen(world, raw, 25, 0);
    expect([peer.state, flood.statuses]).toEqual(["Established", ["sent", "blocked"]]);
    await readNowAndThen(world, raw, 10, 0);
    expect(world.ends).toEqual(["nothing could be sent for the send hold time (RFC 9687)"]);
    expect(flood.statuses).toEqual(["sent", "blocked", "closed"]);
    expect(world.sockets).toBe(0);
    await world.over();
  });

  test("a window that opens again in time loses nothing", async () => {
    const world = await FaultWorld.make({ window: 5000 });
    const flood = new Flood(500);
    world.addTrouble({ holdTime: 9, sendHoldTime: 30 }, flood.plugin);
    const raw = await world.dial();
    raw.establish();
    raw.probe.link!.pause();
    for (let i = 0; i < 5; i += 1) {
      await readNowAndThen(world, raw, 20, 0);
      await readNowAndThen(world, raw, 1, 20);
    }
    raw.probe.link!.resume();
    await world.until(() => flood.sent === 500, "all sent");
    await world.pass(5);
    const numbers = numbersIn(raw.probe.bytesReceived);
    expect([numbers.length, numbers]).toEqual([500, numbers.map((_, i) => i)]);
    expect(world.ends).toEqual([]);
  });
});

/** As much of a stream as is whole messages. */
function wholeOf(stream: Uint8Array): Uint8Array {
  let end = 0;
  for (let length = 0; end + 19 <= stream.length; end += length) {
    length = (stream[end + 16]! << 8) | stream[end + 17]!;
    if (end + length > stream.length) break;
  }
  return stream.subarray(0, end);
}

describe.skipIf(!MANY_ADDRESSES)("over real sockets", () => {
  test("a peer that stops reading closes its window; all that was sent arrives whole when it reads again", async () => {
    const COUNT = 10_000;
    const world = await SocketWorld.make();
    const flood = new Flood(COUNT);
    const peer = world.addTrouble({}, flood.plugin);
    const raw = await world.dial();
    raw.socket.pause();
    raw.establish();
    // More than the buffers of two kernels hold: it is blocked for good.
    for (let before = -1; before !== flood.sent || flood.statuses.at(-1) !== "blocked";) {
      before = flood.sent;
      for (let i = 0; i < 5; i += 1) await world.bystander.exchange();
    }
    expect(flood.sent).toBeLessThan(COUNT);
    expect(peer.state).toBe("Established");
    raw.socket.resume();
    await until(() => flood.sent === COUNT, "all sent");
    await until(() => raw.octets === peer.view().counters.sent.octets, "all received");
    const numbers = raw.messages.flatMap(({ type, body }) => (type === 2 ? [numberIn(body)] : []));
    expect([numbers.length, numbers.findIndex((number, i) => number !== i)]).toEqual([COUNT, -1]);
    await world.stop();
  });

  test("a peer that never reads again is given up after the send hold time, although its KEEPALIVEs come", async () => {
    const world = await SocketWorld.make();
    const flood = new Flood(1_000_000);
    world.addTrouble({ holdTime: 3, sendHoldTime: 3.1 }, flood.plugin);
    const raw = await world.dial();
    raw.socket.pause();
    raw.establish();
    while (flood.statuses.at(-1) !== "closed") {
      raw.say(keepalive());
      for (let i = 0; i < 5; i += 1) {
        await pass(100);
        await world.bystander.exchange();
      }
    }
    expect(flood.statuses).toContain("blocked");
    expect(world.ends).toEqual(["nothing could be sent for the send hold time (RFC 9687)"]);
    await world.stop();
  });
});
