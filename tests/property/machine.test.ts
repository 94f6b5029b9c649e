// P1 to P12 of the core over arbitrary lives of one peer machine (tests/support/scenario.ts). P9, two machines joined by
// links, is in tests/simulation/two-machines.test.ts; P11, the bytes of each NOTIFICATION, in
// tests/conformance/notifications.test.ts. FC_RUNS multiplies the number of runs.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Capability } from "../../packages/core/src/message/capability.ts";
import { PeerMachine } from "../../packages/core/src/peer/machine.ts";
import { readNaively } from "../support/naive-framer.ts";
import { endpoints, ofType, PeerDriver, saidTo, writtenTo } from "../support/peer-driver.ts";
import type { Scenario } from "../support/scenario.ts";
import { aMessage, Life, scenarios } from "../support/scenario.ts";
import { Watcher } from "../support/watcher.ts";
import { capability, concat, keepalive, messagesIn, notification, open, text, u32, update } from "../support/wire.ts";

const RUNS = Number(process.env["FC_RUNS"] ?? 1);
/** For machines that do a lot beside. */
const SLOW = { timeout: 60_000 * Math.max(1, RUNS) };
const runs = (count: number): { numRuns: number } => ({ numRuns: count * RUNS });

/** Lives a scenario with a watcher at every output. */
function watched(scenario: Scenario): Life {
  const watcher = new Watcher(scenario.options.passive === true);
  return new Life(scenario, watcher).live(scenario.steps);
}

describe("P1, P5, P6, P7, P8, P13 over arbitrary lives", SLOW, () => {
  it("nothing throws, nothing comes after a NOTIFICATION or a close, one session at a time", () => {
    fc.assert(
      fc.property(scenarios, (scenario) => void watched(scenario)),
      runs(1500),
    );
  });

  it("such lives get everywhere", () => {
    // Else the properties above would say little.
    const reached = new Map<string, number>();
    for (const scenario of fc.sample(scenarios, { numRuns: 1000, seed: 7 })) {
      const life = new Life(scenario, {
        observe: (_machine, output) => {
          if (output === null) return;
          const what =
            output.type === "state" ? output.to : output.type === "ended" ? output.reason.cause : output.type;
          const also = output.type === "stale" ? [output.action, output.cause] : [];
          for (const one of [what, ...also]) reached.set(one, (reached.get(one) ?? 0) + 1);
        },
      });
      life.live(scenario.steps);
    }
    for (const what of [
      "Connect Active OpenSent OpenConfirm Established Idle",
      "up down update refresh ask dial cancelDial dialFailed idle notified open endOfRib selection",
      "mark longLived drop",
      "restartTime staleTime stalePathTime forwardingState notNegotiated endOfRib consecutiveRestart",
      "beginOfRefresh endOfRefresh stopped",
      "remote local transport timer administrative collision application bfd",
    ].flatMap((line) => line.split(" "))) {
      expect([what, reached.get(what) ?? 0]).toEqual([what, expect.any(Number)]);
      expect(reached.get(what) ?? 0, `${what} is reached`).toBeGreaterThan(2);
    }
  });

  it("P1: no octets at any time make anything throw", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }),
        fc.constantFrom("OpenSent", "OpenConfirm", "Established"),
        (chunks, state) => {
          const d = new PeerDriver();
          const conn = state === "OpenSent" ? d.reach("outbound") : d.confirm();
          if (state === "Established") d.say(conn, keepalive());
          for (const chunk of chunks) d.say(conn, chunk);
          const all = concat(...chunks);
          const { messages, fault } = readNaively(all, false);
          if (messages.length === 0 && fault !== null) {
            expect(d.view.lastSent).toEqual({ ...fault, data: Uint8Array.from(fault.data) });
          }
        },
      ),
      runs(500),
    );
  });
});

/** A pure function from an index to a value in [0, 1), so that a variation is reproducible. */
function noise(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return ((state >>> 8) & 0xffff) / 0x1_0000;
  };
}

/** Cuts octets into chunks of this size on average. */
function splitter(seed: number, mean: number): (bytes: Uint8Array) => Uint8Array[] {
  const next = noise(seed);
  return (bytes: Uint8Array): Uint8Array[] => {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const size = 1 + Math.floor(next() * 2 * mean);
      chunks.push(bytes.slice(at, at + size));
      at += size;
    }
    return chunks;
  };
}

describe("P2: splitting the byte stream anywhere changes nothing", SLOW, () => {
  it("over arbitrary lives", () => {
    fc.assert(
      fc.property(scenarios, fc.integer(), fc.constantFrom(0, 3, 20, 100), (scenario, seed, mean) => {
        const whole = new Life(scenario).live(scenario.steps);
        const split = new Life(scenario, { split: splitter(seed, mean) }).live(scenario.steps);
        expect(split.outputs).toEqual(whole.outputs);
      }),
      runs(500),
    );
  });

  it("and the messages are those that a naive framer finds", () => {
    const extended: Capability[] = [
      { name: "multiprotocol", code: 1, afi: 1, safi: 1 },
      { name: "extendedMessage", code: 6 },
    ];
    const stream = fc
      .array(
        fc.oneof(
          { weight: 6, arbitrary: aMessage.filter((m) => m[18] === 2 || m[18] === 4) },
          { weight: 1, arbitrary: fc.integer({ min: 4000, max: 9000 }).map((size) => update(new Uint8Array(size))) },
          { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 30 }) },
        ),
        { maxLength: 12 },
      )
      .map((list) => concat(...list));
    fc.assert(
      fc.property(stream, fc.boolean(), fc.integer(), fc.constantFrom(3, 30, 1000), (bytes, large, seed, mean) => {
        const d = new PeerDriver(large ? { capabilities: extended } : {});
        const conn = d.establish("outbound", {
          capabilities: [capability(1, "0001 00 01"), capability(6), capability(65, u32(65002))],
        });
        const from = d.outputs.length;
        for (const chunk of splitter(seed, mean)(bytes)) d.say(conn, chunk);
        const news = d.outputs.slice(from);
        const { messages, fault, rest } = readNaively(bytes, large);
        const updates = messages.filter((m) => m.type === 2).map((m) => text(m.body));
        expect(ofType(news, "update").map((u) => text(u.buffer.slice(u.start, u.end)))).toEqual(updates);
        const said = messagesIn(writtenTo(news, conn)).map((m) => text(m.bytes));
        expect(said).toEqual(
          fault === null ? [] : [text(notification(fault.code, fault.subcode, Uint8Array.from(fault.data)))],
        );
        if (fault === null) expect(rest).toBeLessThan(65535);
      }),
      runs(250),
    );
  });

  it("chunks are never written to, and what was handed out stays as it was", () => {
    fc.assert(
      fc.property(fc.array(aMessage, { maxLength: 10 }), fc.integer(), fc.nat(60), (list, seed, mean) => {
        const d = new PeerDriver();
        const conn = d.establish();
        const chunks = splitter(seed, mean)(concat(...list));
        const before = chunks.map(text);
        const updates: { u: { buffer: Uint8Array; start: number; end: number }; as: string }[] = [];
        for (const chunk of chunks) {
          for (const u of ofType(d.feed({ type: "bytes", conn, chunk }), "update")) {
            updates.push({ u, as: text(u.buffer.slice(u.start, u.end)) });
          }
        }
        expect(chunks.map(text)).toEqual(before);
        expect(updates.map(({ u }) => text(u.buffer.slice(u.start, u.end)))).toEqual(updates.map(({ as }) => as));
      }),
      runs(200),
    );
  });
});

describe("P3: extra ticks change nothing", SLOW, () => {
  it("over arbitrary lives", () => {
    fc.assert(
      fc.property(scenarios, fc.integer(), (scenario, seed) => {
        const next = noise(seed);
        const plain = new Life(scenario).live(scenario.steps);
        const ticked = new Life(scenario, {
          extraTicks: (from, to) => Array.from({ length: 5 }, () => from + next() * (to - from)),
        }).live(scenario.steps);
        expect(ticked.outputs).toEqual(plain.outputs);
      }),
      runs(400),
    );
  });

  it("a tick that is late sends one KEEPALIVE, not as many as were due", () => {
    const d = new PeerDriver({ holdTime: 0xffff, sendHoldTime: 0 });
    const conn = d.establish("outbound", { holdTime: 0xffff });
    d.now += 60_000_000;
    const said = saidTo(d.feed({ type: "tick" }), conn);
    expect(said).toEqual(["KEEPALIVE"]);
    expect(d.machine.deadline()).toBeGreaterThan(d.now);
  });

  it("at equal times what was received comes first, then hold, then keepalive", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    // A process that slept past both deadlines, with a KEEPALIVE waiting in the socket.
    d.now += 120_000;
    d.machine.handle(d.now, { type: "tick" });
    d.machine.handle(d.now, { type: "bytes", conn, chunk: keepalive() });
    expect(saidTo(d.drain(), conn)).toEqual(["KEEPALIVE"]);
    expect(d.view.state).toBe("Established");
    d.now += 120_000;
    expect(saidTo(d.feed({ type: "tick" }), conn)).toEqual(["NOTIFICATION 4/0"]);
  });
});

describe("P4: snapshot and restore anywhere is bit-exact", SLOW, () => {
  it("between any two polls of arbitrary lives", () => {
    fc.assert(
      fc.property(scenarios, fc.integer(), fc.constantFrom(0.05, 0.5, 1), (scenario, seed, often) => {
        const next = noise(seed);
        const plain = new Life(scenario).live(scenario.steps);
        const restored = new Life(scenario, { restore: () => next() < often }).live(scenario.steps);
        expect(restored.outputs).toEqual(plain.outputs);
        expect(restored.results).toEqual(plain.results);
        expect(restored.machine.view()).toEqual(plain.machine.view());
        expect(restored.machine.deadline()).toBe(plain.machine.deadline());
      }),
      runs(300),
    );
  });

  it("a kept snapshot does not change when the machine goes on", () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const half = Math.floor(scenario.steps.length / 2);
        const life = new Life(scenario).live(scenario.steps.slice(0, half));
        const kept = life.machine.snapshot();
        const copy = structuredClone(kept);
        life.live(scenario.steps.slice(half));
        expect(kept).toEqual(copy);
      }),
      runs(200),
    );
  });

  it("nor in the middle of a message, and any number of machines may go on from it", () => {
    for (const cut of [1, 10, 18, 19, 22, 30]) {
      const d = new PeerDriver();
      const conn = d.establish();
      const bytes = update("0000 0000 18 c00002 18 c00003");
      d.say(conn, bytes.subarray(0, cut));
      const kept = d.machine.snapshot();
      const copy = structuredClone(kept);
      const twins = [0, 1].map(() => PeerMachine.restore(d.options, d.environment, kept));
      d.say(conn, bytes.subarray(cut, cut + 3));
      expect(kept).toEqual(copy);
      for (const twin of twins) {
        twin.handle(d.now, { type: "bytes", conn, chunk: bytes.slice(cut) });
        const output = twin.poll();
        if (output?.type !== "update") throw new Error(`${output?.type ?? "nothing"} instead of an update`);
        expect(text(output.buffer.slice(output.start, output.end))).toBe(text(bytes.slice(19)));
      }
    }
  });

  it("a restored session's agreement is frozen like the first one", () => {
    const d = new PeerDriver();
    d.establish();
    const restored = PeerMachine.restore(d.options, d.environment, structuredClone(d.machine.snapshot()));
    expect(Object.isFrozen(restored.view().negotiated)).toBe(true);
    expect(Object.isFrozen(restored.view().negotiated!.remoteOpen.capabilities)).toBe(true);
  });
});

describe("P10: replaying a recorded input log gives byte-identical outputs", SLOW, () => {
  it("over arbitrary lives", () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const first = new Life(scenario).live(scenario.steps);
        const replay = new Life(scenario);
        for (const call of structuredClone(first.calls)) {
          replay.now = Math.max(replay.now, call.now);
          replay.call(call);
        }
        expect(replay.outputs).toEqual(first.outputs);
        expect(replay.results).toEqual(first.results);
      }),
      runs(300),
    );
  });

  it("another seed changes times, nothing else that matters", () => {
    const lives = [1, 2].map((seed) => {
      const d = new PeerDriver({}, { seed });
      const conn = d.establish();
      const times: number[] = [];
      while (times.length < 2) {
        d.advance(d.machine.deadline()! - d.now);
        times.push(d.now);
      }
      return { times, said: saidTo(d.outputs, conn) };
    });
    expect(lives[0]!.said).toEqual(lives[1]!.said);
    expect(lives[0]!.times).not.toEqual(lives[1]!.times);
  });
});

/** Counts the octets that typed arrays copy while `work` runs. */
function octetsCopied(work: () => void): number {
  const prototype = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
  const { set, slice, copyWithin } = prototype;
  let octets = 0;
  prototype.set = function (this: Uint8Array, from: ArrayLike<number>, at?: number) {
    octets += from.length;
    set.call(this, from, at);
  };
  prototype.slice = function (this: Uint8Array, from?: number, to?: number) {
    const result = slice.call(this, from, to);
    octets += result.length;
    return result;
  };
  prototype.copyWithin = function (this: Uint8Array, target: number, from: number, to?: number) {
    octets += (to ?? this.length) - from;
    return copyWithin.call(this, target, from, to) as typeof this;
  };
  try {
    work();
  } finally {
    Object.assign(prototype, { set, slice, copyWithin });
  }
  return octets;
}

describe("P12: work per input byte is bounded", SLOW, () => {
  it("polls and outputs over arbitrary lives", () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const life = new Life(scenario).live(scenario.steps);
        let octets = 0;
        for (const c of life.calls) if (c.call === "handle" && c.input.type === "bytes") octets += c.input.chunk.length;
        // One call is one transition of at most five connections; one message has at least 19 octets.
        expect(life.polls).toBeLessThanOrEqual(40 * life.calls.length + 10 * Math.ceil(octets / 19));
      }),
      runs(200),
    );
  });

  const long = concat(...Array.from({ length: 200 }, () => update(new Uint8Array(4077))));

  it.each([1, 2, 18, 19, 1000, 4095, 4097, 65_536])(
    "chunks of %s octets: each octet is copied at most once",
    (size) => {
      const d = new PeerDriver();
      const conn = d.establish();
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < long.length; at += size) chunks.push(long.slice(at, at + size));
      let updates = 0;
      const copied = octetsCopied(() => {
        for (const chunk of chunks) {
          d.machine.handle(d.now, { type: "bytes", conn, chunk });
          for (let o = d.machine.poll(); o !== null; o = d.machine.poll()) if (o.type === "update") updates += 1;
        }
      });
      expect(updates).toBe(200);
      // The header of a message that straddles chunks may be copied twice: before and after its length is known.
      expect(copied).toBeLessThanOrEqual(long.length + 200 * 19);
    },
  );

  it("messages inside one chunk are not copied", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    expect(octetsCopied(() => void d.feed({ type: "bytes", conn, chunk: long }))).toBeLessThan(200);
    const updates = ofType(d.outputs, "update");
    expect(updates).toHaveLength(200);
    for (const u of updates) expect(u.buffer).toBe(long);
  });

  it("a hundred thousand chunks of one octet, queued before the first poll", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    const stream = concat(...Array.from({ length: 5000 }, () => update()));
    for (let at = 0; at < stream.length; at += 1) {
      d.machine.handle(d.now, { type: "bytes", conn, chunk: stream.subarray(at, at + 1) });
    }
    let updates = 0;
    for (let o = d.machine.poll(); o !== null; o = d.machine.poll()) if (o.type === "update") updates += 1;
    expect(updates).toBe(5000);
  });

  it("accepted connections that say nothing are bounded", () => {
    const d = new PeerDriver({ passive: true });
    d.start();
    for (let i = 0; i < 1000; i += 1) d.accept();
    expect(d.view.connections.length).toBeLessThanOrEqual(4);
    expect(ofType(d.outputs, "ended")).toHaveLength(996);
  });
});

describe("back-pressure", SLOW, () => {
  it("rule 2: UPDATE 2 is not parsed before UPDATE 1 has been refused", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    d.machine.handle(d.now, { type: "bytes", conn, chunk: concat(update(), update(), update()) });
    const first = d.machine.poll();
    expect(first).toMatchObject({ type: "update", conn });
    const refusal = { code: 3, subcode: 1, data: new Uint8Array(0) };
    const news = d.feed({ type: "fail", conn, notification: refusal });
    expect(ofType(news, "update")).toEqual([]);
    expect(saidTo(news, conn)).toEqual(["NOTIFICATION 3/1"]);
  });

  it("a connection that is gone, or that never was, is not read", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    expect(d.machine.wantsRead(conn)).toBe(true);
    d.stop();
    expect([d.machine.wantsRead(conn), d.machine.wantsRead(1001)]).toEqual([false, false]);
  });

  it("rule 3: control inputs come before buffered octets", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    d.machine.handle(d.now, { type: "bytes", conn, chunk: concat(update(), update()) });
    d.machine.handle(d.now, { type: "stop" });
    const news = d.drain();
    expect(ofType(news, "update")).toEqual([]);
    expect(d.view.state).toBe("Idle");
  });

  it("deadline is now while poll still has work", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    d.machine.handle(d.now, { type: "bytes", conn, chunk: concat(update(), update()) });
    expect(d.machine.deadline()).toBe(d.now);
    d.machine.poll();
    expect(d.machine.deadline()).toBe(d.now);
    d.drain();
    expect(d.machine.deadline()).toBeGreaterThan(d.now);
  });

  it("rule 7: while the application does not read, nothing is read and the hold timer is suspended", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    d.feed({ type: "read", conn, on: false });
    expect(d.machine.wantsRead(conn)).toBe(false);
    expect(d.connection(conn)?.holdDeadline).toBeNull();
    expect(ofType(d.say(conn, update()), "update")).toEqual([]);
    // Our own KEEPALIVEs go out all the time, and the kernel takes them.
    for (let minute = 0; minute < 60; minute += 1) {
      d.advance(60_000);
      d.feed({ type: "unsent", conn, bytes: 0 });
    }
    expect(d.view.state).toBe("Established");
    d.machine.handle(d.now, { type: "read", conn, on: true });
    expect(ofType(d.drain(), "update")).toHaveLength(1);
    expect(d.machine.wantsRead(conn)).toBe(true);
    expect(d.view.state).toBe("Established");
  });

  it("what was received before the end of the stream is still handed on after a pause", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    d.feed({ type: "read", conn, on: false });
    d.say(conn, update(), update());
    d.feed({ type: "eof", conn });
    expect(d.view.state).toBe("Established");
    const news = d.feed({ type: "read", conn, on: true });
    expect(news.map((o) => o.type).filter((type) => type === "update" || type === "down")).toEqual([
      "update",
      "update",
      "down",
    ]);
  });

  it("and so is a verdict that was awaited when the stream ended", () => {
    const d = new PeerDriver({ askOpenVerdict: true });
    const conn = d.reach("outbound");
    d.say(conn, open(), keepalive(), update());
    d.feed({ type: "eof", conn });
    const news = d.feed({ type: "openVerdict", conn, reject: null });
    const told = new Set(["up", "update", "down", "ended"]);
    expect(news.map((o) => o.type).filter((type) => told.has(type))).toEqual(["up", "update", "down", "ended"]);
  });

  it("rule 7: on resume there are 10 s of grace", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    d.advance(85_000);
    d.feed({ type: "read", conn, on: false });
    d.advance(60_000);
    d.feed({ type: "read", conn, on: true });
    expect(d.connection(conn)?.holdDeadline).toBe(d.now + 10_000);
    d.advance(9_999);
    expect(d.view.state).toBe("Established");
    expect(saidTo(d.advance(1), conn).at(-1)).toBe("NOTIFICATION 4/0");
  });

  it("P8 holds through a pause: hold time 0 agreed while the application does not read", () => {
    const d = new PeerDriver({ askOpenVerdict: true });
    const conn = d.reach("outbound");
    d.say(conn, open({ holdTime: 0 }));
    d.feed({ type: "read", conn, on: false });
    d.feed({ type: "openVerdict", conn, reject: null });
    d.feed({ type: "read", conn, on: true });
    d.say(conn, keepalive());
    expect(d.view.state).toBe("Established");
    expect(d.connection(conn)).toMatchObject({ holdDeadline: null, keepaliveDeadline: null });
  });

  it("sendUpdate: credit, blocked, writable", () => {
    const d = new PeerDriver({ sendHighWaterMark: 1000 });
    const conn = d.establish();
    d.feed({ type: "unsent", conn, bytes: 0 });
    const body = new Uint8Array(481);
    expect(d.machine.sendUpdate(d.now, conn, body)).toEqual({ status: "sent", credit: 500 });
    expect(d.machine.sendUpdate(d.now, conn, body)).toEqual({ status: "sent", credit: 0 });
    expect(d.machine.sendUpdate(d.now, conn, body)).toEqual({ status: "blocked" });
    expect(ofType(d.drain(), "write")).toHaveLength(2);
    d.feed({ type: "unsent", conn, bytes: 1000 });
    expect(d.machine.sendUpdate(d.now, conn, body)).toEqual({ status: "blocked" });
    expect(ofType(d.feed({ type: "unsent", conn, bytes: 0 }), "writable")).toEqual([{ type: "writable", conn }]);
    expect(d.machine.sendUpdate(d.now, conn, body)).toMatchObject({ status: "sent" });
    expect(d.machine.sendUpdate(d.now, 1001, body)).toEqual({ status: "closed" });
  });

  it("rule 6: KEEPALIVE and NOTIFICATION pass without credit", () => {
    const d = new PeerDriver({ sendHighWaterMark: 1 });
    const conn = d.establish();
    d.feed({ type: "unsent", conn, bytes: 50_000 });
    expect(d.machine.sendUpdate(d.now, conn, new Uint8Array(4))).toEqual({ status: "blocked" });
    expect(saidTo(d.advance(30_000), conn)).toEqual(["KEEPALIVE"]);
    expect(saidTo(d.stop(), conn)).toEqual(["NOTIFICATION 6/2"]);
  });

  it("8.2.2 Established: an UPDATE restarts the KeepaliveTimer", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    const before = d.connection(conn)!.keepaliveDeadline!;
    d.advance(10_000);
    d.machine.sendUpdate(d.now, conn, new Uint8Array(4));
    d.drain();
    expect(d.connection(conn)!.keepaliveDeadline).toBeGreaterThan(before);
  });

  it("the octets handed to sendUpdate are copied", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    const body = Uint8Array.of(0, 0, 0, 0);
    d.machine.sendUpdate(d.now, conn, body);
    body.fill(0xff);
    expect(saidTo(d.drain(), conn)).toEqual(["UPDATE 00000000"]);
  });

  it("a clock that goes back stands still", () => {
    const d = new PeerDriver();
    const conn = d.establish();
    const before = d.connection(conn)!;
    d.machine.handle(d.now - 500_000, { type: "bytes", conn, chunk: keepalive() });
    d.drain();
    expect(d.connection(conn)).toEqual(before);
  });

  it("a mistake of the caller is told: an accepted connection with a number that is even or in use", () => {
    const d = new PeerDriver();
    d.start();
    const conn = d.accept();
    for (const number of [2, conn]) {
      expect(() => d.machine.handle(d.now, { type: "accepted", conn: number, endpoints: endpoints(number) })).toThrow(
        expect.objectContaining({ code: "unknown-connection" }),
      );
    }
  });
});
