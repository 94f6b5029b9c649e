// Reassembly of one direction (RFC 9293 section 3.4): the oracle is the stream that was cut into segments.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Captured } from "../event.ts";
import { Allowance } from "../stream/allowance.ts";
import { MAX_TCP_DISTANCE, MAX_TCP_WAITING, MAX_TCP_WAITING_SEGMENTS, TcpStream, type StreamSink } from "./stream.ts";

/** A stream whose octets tell where in it they stand, for streams of less than 64 KiB. */
function streamOf(length: number): Uint8Array {
  return new Uint8Array(length).map((_, i) => (i * 7 + (i >> 8) * 31) & 0xff);
}

/** Puts down what it is given, and where in the stream each octet has to be. */
class Recorder implements StreamSink {
  /** Where the next octet stands. */
  position = 0;
  midway = false;
  readonly delivered = new Set<number>();
  /** "12 octets at 3 by 7": how many, from where, and the offset of the packet. */
  readonly told: string[] = [];
  readonly #stream: Uint8Array;

  constructor(stream: Uint8Array, position: number = 0) {
    this.#stream = stream;
    this.position = position;
  }

  beginMidway(): void {
    this.midway = true;
  }

  octets(buffer: Uint8Array, start: number, end: number, captured: Captured): void {
    expect(end).toBeGreaterThan(start);
    expect(buffer.subarray(start, end)).toEqual(this.#stream.subarray(this.position, this.position + end - start));
    this.told.push(`${end - start} octets at ${this.position} by ${captured.offset}`);
    for (let i = 0; i < end - start; i += 1) this.delivered.add(this.position + i);
    this.position += end - start;
  }

  gap(octets: number | null, captured: Captured): void {
    this.told.push(`${octets} missing at ${this.position} by ${captured.offset}`);
    this.position += octets ?? 0;
  }
}

function at(offset: number): Captured {
  return { seconds: 0, nanoseconds: 0, offset };
}

/** A stream under test and what is needed to feed it. */
class Bench {
  readonly allowance: Allowance;
  readonly recorder: Recorder;
  readonly stream: TcpStream;
  readonly #octets: Uint8Array;
  readonly #initial: number;
  #packets = 0;

  constructor(octets: Uint8Array, initial: number, limit: number = 1e9) {
    this.#octets = octets;
    this.#initial = initial;
    this.allowance = new Allowance(limit);
    this.recorder = new Recorder(octets);
    this.stream = new TcpStream(this.allowance, this.recorder);
  }

  sequence(position: number): number {
    return (this.#initial + 1 + position) >>> 0;
  }

  synchronise(): void {
    expect(this.stream.synchronise(this.#initial, 0)).toBe(true);
  }

  /** The octets `[from, to)`, of which all or only the first were captured, in the midst of other octets. */
  add(from: number, to: number, captured: number = to - from): void {
    const buffer = new Uint8Array(captured + 10).fill(0xee);
    buffer.set(this.#octets.subarray(from, from + captured), 5);
    this.#packets += 1;
    this.stream.add(this.sequence(from), to - from, buffer, 5, 5 + captured, at(this.#packets));
    buffer.fill(0xdd);
  }

  end(): void {
    this.#packets += 1;
    this.stream.end(this.sequence(this.#octets.length), at(this.#packets));
  }
}

const LENGTH = 2000;

/** Sequence numbers that wrap round early, late and not at all. */
const initials = fc.oneof(fc.nat(0xffff_ffff), fc.integer({ min: 0xffff_ffff - LENGTH, max: 0xffff_ffff }));

/** Segments that cover all of a stream, then some lost, some there twice, some overlapping others, and all in disorder. */
const segments = fc
  .record({
    cuts: fc.uniqueArray(fc.integer({ min: 1, max: LENGTH - 1 }), { maxLength: 30 }),
    lost: fc.array(fc.nat(30), { maxLength: 6 }),
    more: fc.array(fc.tuple(fc.nat(LENGTH - 1), fc.integer({ min: 1, max: 400 })), { maxLength: 10 }),
    order: fc.infiniteStream(fc.nat(12)),
  })
  .map(({ cuts, lost, more, order }) => {
    const edges = [0, ...cuts.sort((a, b) => a - b), LENGTH];
    const all = edges.slice(1).map((to, i): readonly [number, number] => [edges[i]!, to]);
    const kept = all.filter((_, i) => !lost.includes(i));
    const extra = more.map(([from, octets]): readonly [number, number] => [from, Math.min(LENGTH, from + octets)]);
    // Each is moved back by a few places.
    const keys = [...kept, ...extra].map((segment, i) => ({ segment, key: i + order.next().value! }));
    return keys.sort((a, b) => a.key - b.key).map(({ segment }) => segment);
  });

test("whatever was lost, sent again or came in disorder: what was captured is given once and in order, and the rest is missing", () => {
  fc.assert(
    fc.property(initials, segments, fc.boolean(), (initial, list, closes) => {
      const bench = new Bench(streamOf(LENGTH), initial);
      bench.synchronise();
      const captured = new Set<number>();
      for (const [from, to] of list) {
        bench.add(from, to);
        for (let i = from; i < to; i += 1) captured.add(i);
      }
      if (closes) bench.end();
      bench.stream.flush();
      expect(bench.recorder.delivered).toEqual(captured);
      expect(bench.recorder.position).toBe(closes ? LENGTH : Math.max(0, ...list.map(([, to]) => to)));
      expect(bench.stream.finished).toBe(closes);
      expect(bench.allowance.used).toBe(0);
    }),
    { numRuns: 200 },
  );
});

test("with packets that were cut off, and acknowledgments: nothing is given twice, and what is given is where it has to be", () => {
  const acks = fc.array(fc.tuple(fc.nat(40), fc.nat(LENGTH)), { maxLength: 10 });
  fc.assert(
    fc.property(initials, segments, fc.nat(300), acks, fc.nat(3000), (initial, list, snap, acks, limit) => {
      const bench = new Bench(streamOf(LENGTH), initial, limit);
      bench.synchronise();
      for (const [index, [from, to]] of list.entries()) {
        bench.add(from, to, Math.min(to - from, snap));
        for (const [after, position] of acks) if (after === index) bench.stream.acknowledge(bench.sequence(position));
        expect(bench.allowance.used).toBeLessThanOrEqual(limit);
      }
      bench.end();
      bench.stream.flush();
      expect(bench.recorder.position).toBe(LENGTH);
      expect(bench.stream.finished).toBe(true);
      expect(bench.allowance.used).toBe(0);
    }),
    { numRuns: 200 },
  );
});

describe("what is given, by which packet", () => {
  test("in order it is each segment, by itself", () => {
    const bench = new Bench(streamOf(30), 0);
    bench.synchronise();
    bench.add(0, 10);
    bench.add(10, 20);
    expect(bench.recorder.told).toEqual(["10 octets at 0 by 1", "10 octets at 10 by 2"]);
  });

  test("what waited is given with the packet that it waited for", () => {
    const bench = new Bench(streamOf(40), 0);
    bench.synchronise();
    bench.add(20, 30);
    bench.add(10, 20);
    bench.add(0, 10);
    expect(bench.recorder.told).toEqual(["10 octets at 0 by 3", "10 octets at 10 by 3", "10 octets at 20 by 3"]);
  });

  test("what waited in vain is given with its own", () => {
    const bench = new Bench(streamOf(40), 0);
    bench.synchronise();
    bench.add(20, 30);
    bench.add(10, 20);
    bench.add(35, 40);
    bench.stream.flush();
    expect(bench.recorder.told).toEqual([
      "10 missing at 0 by 2",
      "10 octets at 10 by 2",
      "10 octets at 20 by 2",
      "5 missing at 30 by 3",
      "5 octets at 35 by 3",
    ]);
  });

  test("of a segment that is sent again with more, the rest is given", () => {
    const bench = new Bench(streamOf(40), 0);
    bench.synchronise();
    bench.add(0, 10);
    bench.add(0, 10);
    bench.add(5, 15);
    expect(bench.recorder.told).toEqual(["10 octets at 0 by 1", "5 octets at 10 by 3"]);
  });

  test("what was cut off when it was captured is missing at once", () => {
    const bench = new Bench(streamOf(40), 0);
    bench.synchronise();
    bench.add(0, 20, 5);
    bench.add(0, 20, 5);
    bench.add(10, 30, 12);
    expect(bench.recorder.told).toEqual([
      "5 octets at 0 by 1",
      "15 missing at 5 by 1",
      "2 octets at 20 by 3",
      "8 missing at 22 by 3",
    ]);
  });
});

describe("when it is given up that something comes", () => {
  test("when the receiver has acknowledged what is behind it", () => {
    const bench = new Bench(streamOf(60), 0xffff_fff0);
    bench.synchronise();
    bench.add(20, 30);
    bench.add(40, 50);
    bench.stream.acknowledge(bench.sequence(19));
    expect(bench.recorder.told).toEqual([]);
    bench.stream.acknowledge(bench.sequence(39));
    expect(bench.recorder.told).toEqual(["20 missing at 0 by 1", "10 octets at 20 by 1"]);
    // The other way round: the acknowledgment was captured before.
    bench.stream.acknowledge(bench.sequence(60));
    bench.add(55, 60);
    expect(bench.recorder.told.slice(2)).toEqual([
      "10 missing at 30 by 2",
      "10 octets at 40 by 2",
      "5 missing at 50 by 3",
      "5 octets at 55 by 3",
    ]);
  });

  test("when the FIN is acknowledged", () => {
    const bench = new Bench(streamOf(60), 7);
    bench.synchronise();
    bench.add(0, 10);
    bench.end();
    bench.stream.acknowledge(bench.sequence(10));
    expect(bench.stream.finished).toBe(false);
    bench.stream.acknowledge(bench.sequence(61));
    expect(bench.recorder.told).toEqual(["10 octets at 0 by 1", "50 missing at 10 by 2"]);
    expect(bench.stream.finished).toBe(true);
  });

  test(`when more than ${MAX_TCP_WAITING} octets wait`, () => {
    const octets = new Uint8Array(2 * MAX_TCP_WAITING);
    const bench = new Bench(octets, 7);
    bench.synchronise();
    const step = 0x1_0000;
    for (let from = step; from < MAX_TCP_WAITING + step; from += step) bench.add(from, from + step);
    expect(bench.allowance.used).toBe(MAX_TCP_WAITING);
    expect(bench.recorder.told).toEqual([]);
    bench.add(MAX_TCP_WAITING + 2 * step, MAX_TCP_WAITING + 3 * step);
    expect(bench.recorder.told[0]).toBe(`${step} missing at 0 by 1`);
    expect(bench.recorder.position).toBe(MAX_TCP_WAITING + step);
    expect(bench.allowance.used).toBe(step);
  });

  test(`when more than ${MAX_TCP_WAITING_SEGMENTS} segments wait`, () => {
    const bench = new Bench(streamOf(3 * MAX_TCP_WAITING_SEGMENTS), 7);
    bench.synchronise();
    for (let i = 1; i <= MAX_TCP_WAITING_SEGMENTS; i += 1) bench.add(2 * i, 2 * i + 1);
    expect(bench.recorder.told).toEqual([]);
    bench.add(2 * MAX_TCP_WAITING_SEGMENTS + 2, 2 * MAX_TCP_WAITING_SEGMENTS + 3);
    expect(bench.recorder.told).toEqual(["2 missing at 0 by 1", "1 octets at 2 by 1"]);
  });

  test("when others have used up what may be kept", () => {
    const bench = new Bench(streamOf(100), 7, 10);
    bench.synchronise();
    bench.allowance.take(5);
    bench.add(20, 30);
    expect(bench.recorder.told).toEqual(["20 missing at 0 by 1", "10 octets at 20 by 1"]);
    expect(bench.allowance.used).toBe(5);
  });
});

describe("where a stream begins", () => {
  test("midway, with the first segment that was captured", () => {
    const bench = new Bench(streamOf(40), 100);
    bench.recorder.position = 10;
    bench.add(10, 20);
    bench.add(0, 10);
    bench.add(20, 30);
    expect(bench.recorder.midway).toBe(true);
    expect(bench.recorder.told).toEqual(["10 octets at 10 by 1", "10 octets at 20 by 3"]);
  });

  test("a SYN that was captured behind the first octets is of the same connection, and sent again too", () => {
    const bench = new Bench(streamOf(40), 0xffff_ffff);
    bench.add(0, 10);
    bench.synchronise();
    bench.synchronise();
    expect(bench.stream.synchronise(5, 0)).toBe(false);
  });

  test("one that cannot be before them is of another connection", () => {
    const bench = new Bench(streamOf(40), 100);
    bench.add(0, 10);
    expect(bench.stream.synchronise(bench.sequence(10), 0)).toBe(false);
    expect(bench.stream.synchronise(bench.sequence(-2 * MAX_TCP_DISTANCE), 0)).toBe(false);
  });

  test("octets of a SYN come behind it, and what comes next counts it, or in captures made by hand does not", () => {
    for (const counted of [0, 1]) {
      const octets = streamOf(30);
      const recorder = new Recorder(octets);
      const stream = new TcpStream(new Allowance(100), recorder);
      stream.synchronise(0xffff_fffa, 10);
      stream.add(0xffff_fffb, 10, octets, 0, 10, at(1));
      stream.add(4 + counted, 10, octets, 10, 20, at(2));
      stream.add(14 + counted, 10, octets, 20, 30, at(3));
      expect(recorder.delivered.size).toBe(30);
    }
  });
});

test("sequence numbers that no stream has are another one, behind a gap of which nobody knows how long it is", () => {
  const octets = streamOf(40);
  const recorder = new Recorder(octets);
  const stream = new TcpStream(new Allowance(100), recorder);
  stream.add(0, 10, octets, 0, 10, at(1));
  stream.add(15, 5, octets, 15, 20, at(2));
  stream.add(20 + MAX_TCP_DISTANCE, 10, octets, 20, 30, at(3));
  expect(recorder.told).toEqual([
    "10 octets at 0 by 1",
    "5 missing at 10 by 2",
    "5 octets at 15 by 2",
    "null missing at 20 by 3",
    "10 octets at 20 by 3",
  ]);
});

test("behind the FIN nothing is given", () => {
  const bench = new Bench(streamOf(10), 3);
  bench.synchronise();
  bench.end();
  expect(bench.stream.finished).toBe(false);
  bench.add(0, 10);
  expect(bench.stream.finished).toBe(true);
  bench.add(10, 20);
  expect(bench.recorder.told).toEqual(["10 octets at 0 by 2"]);
});
