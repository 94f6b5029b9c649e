// Time and back-pressure between the speaker and its transport: one timer for all, late wake-ups, reading and not reading.
import { describe, expect, test } from "vitest";
import { settled } from "../support/scripted-transport.ts";
import type { PeerHandle } from "../../packages/core/src/speaker/peer-handle.ts";
import { SpeakerDriver } from "../support/speaker-driver.ts";
import { concat, keepalive, open, update } from "../support/wire.ts";

describe("the timer", () => {
  test("is one for all peers, set to the earliest deadline", async () => {
    const d = new SpeakerDriver();
    d.add({ connectRetryTime: 40, connectRetryTimeMax: 40 });
    d.add({ remoteAddress: "192.0.2.3", connectRetryTime: 4 });
    await d.speaker.start();
    const start = d.transport.time;
    // RFC 4271 section 10: the jitter is 0.75 to 1.0.
    expect(d.transport.wakeAt).toBeGreaterThanOrEqual(start + 3_000);
    expect(d.transport.wakeAt).toBeLessThanOrEqual(start + 4_000);
  });

  test("is left alone while the deadline only moves away", async () => {
    const d = new SpeakerDriver();
    const { link } = await d.up();
    const before = d.transport.wakes;
    for (let i = 0; i < 100; i += 1) {
      d.transport.time += 10;
      link.say(keepalive(), update());
    }
    expect(d.transport.wakes).toBe(before);
  });

  test("that fires early does nothing but be set again", async () => {
    const d = new SpeakerDriver();
    const { link } = await d.up();
    d.transport.advance(5_000);
    const at = d.transport.wakeAt!;
    const said = link.said;
    d.transport.time += 10;
    d.transport.fire();
    expect(link.said).toEqual(said);
    expect(d.transport.wakeAt).toBe(at);
  });

  test("is off while nothing is due, ever", async () => {
    const d = new SpeakerDriver();
    d.add({ passive: true });
    await d.speaker.start();
    expect(d.transport.wakeAt).toBeNull();
    expect(d.transport.wakes).toBe(0);
  });

  test("hold time 0 needs no timer", async () => {
    const d = new SpeakerDriver();
    const { link } = await d.up({ holdTime: 0 });
    expect(d.transport.wakeAt).toBeNull();
    d.transport.advance(1_000_000);
    expect(link.said).toEqual(["OPEN", "KEEPALIVE"]);
  });
});

// That these bytes come before the wake-up is the driver's part, which the driver suite proves.
describe("a program that was busy for longer than the hold time", () => {
  test("does not call a peer silent whose KEEPALIVE came before the wake-up", async () => {
    const d = new SpeakerDriver();
    const { link, peer } = await d.up();
    d.transport.time += 200_000;
    link.say(keepalive());
    d.transport.fire();
    expect(peer.state).toBe("Established");
    expect(link.said).toEqual(["OPEN", "KEEPALIVE", "KEEPALIVE"]);
    d.transport.advance(90_000);
    expect(link.said.at(-1)).toBe("NOTIFICATION 4/0");
  });

  test("calls it silent where nothing has come", async () => {
    const d = new SpeakerDriver();
    const { link } = await d.up();
    d.transport.time += 200_000;
    d.transport.fire();
    expect(link.said.at(-1)).toBe("NOTIFICATION 4/0");
  });

  test("may send and report progress before that", async () => {
    const d = new SpeakerDriver();
    const { link, session, peer } = await d.up();
    d.transport.time += 200_000;
    expect(session.sendUpdate(new Uint8Array(4)).status).toBe("sent");
    expect(link.said.at(-1)).toBe("UPDATE 00000000");
    link.taken();
    expect(session.sendRouteRefresh(1, 1).status).toBe("sent");
    link.taken();
    link.say(keepalive());
    d.transport.fire();
    expect(peer.state).toBe("Established");
  });

  test("sends one KEEPALIVE, not as many as it missed", async () => {
    const d = new SpeakerDriver();
    const { link } = await d.up();
    link.say(keepalive());
    d.transport.time += 85_000;
    d.transport.fire();
    expect(link.said).toEqual(["OPEN", "KEEPALIVE", "KEEPALIVE"]);
  });
});

describe("reading", () => {
  test("goes on while the application keeps up: no pause, no resume", async () => {
    const d = new SpeakerDriver();
    const { link } = await d.up();
    for (let i = 0; i < 50; i += 1) link.say(update(), update());
    expect(link.flow).toEqual([]);
  });

  test("stops while a question is open and there is more to read", async () => {
    const d = new SpeakerDriver();
    let accept!: (value: null) => void;
    d.add({}, d.plugin("", { onOpenMessage: () => new Promise<null>((resolve) => (accept = resolve)) }));
    await d.speaker.start();
    const link = d.transport.dialled.connect();
    link.say(open(), keepalive());
    expect(link.flow).toEqual(["pause"]);
    accept(null);
    await settled();
    expect(link.flow).toEqual(["pause", "resume"]);
  });

  test("a chunk that comes after the pause is kept, in order", async () => {
    const d = new SpeakerDriver();
    const waits: (() => void)[] = [];
    const { link } = await d.up(
      {},
      d.plugin("", {
        onEstablished: () => (slice) => {
          d.heard.push(`${slice.end - slice.start}`);
          return new Promise<void>((resolve) => waits.push(resolve));
        },
      }),
    );
    link.say(update("0000 0000"));
    link.say(update("0001 0800 00"), update("0002 0801 0000"));
    for (let i = 0; i < 3; i += 1) {
      waits[i]!();
      await settled();
    }
    expect(d.heard).toEqual(["4", "5", "6"]);
  });

  test("a message cut at every octet is whole again, however late the rest", async () => {
    const d = new SpeakerDriver();
    const { link } = await d.up();
    const bytes = concat(update("0001 0800 00"), keepalive(), update());
    for (const byte of bytes) link.say(Uint8Array.of(byte));
    expect(d.heard).toEqual(["up", "update 0001080000", "update 00000000"]);
  });
});

test("connections that are gone are forgotten", async () => {
  const d = new SpeakerDriver();
  const peer = d.add();
  await d.speaker.start();
  const { links } = peer as PeerHandle;
  // Dials without an answer, dials that fail, sessions that end.
  d.transport.advance(1_000_000);
  for (let i = 0; i < 10; i += 1) {
    d.transport.dialled.events!.failed("ECONNREFUSED");
    d.transport.advance(60_000);
  }
  for (let i = 0; i < 10; i += 1) {
    d.transport.dialled.connect().establish().events!.closed("ECONNRESET");
    d.transport.advance(10_000);
  }
  expect(d.heard.filter((line) => line === "up")).toHaveLength(10);
  expect(links.size).toBeLessThanOrEqual(1);
});

describe("many peers", () => {
  test("one peer's flood is worked off in one pump, and the other peers' turns come between", async () => {
    const d = new SpeakerDriver();
    const busy = await d.up({}, d.plugin("busy"));
    const other = await d.up({ remoteAddress: "192.0.2.3" }, d.plugin("other"));
    // The handler of the busy one makes work for the other: it must not wait until all 500 are through.
    let otherAt = -1;
    let seen = 0;
    const peer = await d.up(
      { remoteAddress: "192.0.2.4" },
      d.plugin("", {
        onEstablished: () => () => {
          seen += 1;
          if (seen === 1) other.session.sendUpdate(new Uint8Array(4));
          if (otherAt < 0 && other.link.said.at(-1)?.startsWith("UPDATE") === true) otherAt = seen;
        },
      }),
    );
    peer.link.say(...Array.from({ length: 500 }, () => update()));
    expect(seen).toBe(500);
    expect(otherAt).toBe(2);
    expect(busy.link.closed).toBe(false);
  });
});
