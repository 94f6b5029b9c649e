// The queue under every way of cutting a stream into chunks.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ByteQueue } from "./byte-queue.ts";

test("gives the octets of a stream in order, however it is cut and whatever is asked for or passed over", () => {
  const steps = fc.array(fc.record({ take: fc.integer({ min: 0, max: 9 }), skip: fc.boolean() }));
  const chunks = fc.array(fc.uint8Array({ maxLength: 7 }), { maxLength: 30 });
  fc.assert(
    fc.property(chunks, steps, (chunks, steps) => {
      const whole = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
      const queue = new ByteQueue();
      const waiting = [...chunks];
      for (const { take, skip } of steps) {
        const { offset } = queue;
        if (skip) {
          queue.skip(take);
        } else {
          while (!queue.require(take) && waiting.length > 0) queue.push(waiting.shift()!);
          const there = Math.min(take, Math.max(0, whole.length - offset));
          expect(queue.require(take)).toBe(there === take);
          if (there < take) return;
          for (let ahead = 0; ahead < queue.available; ahead += 1)
            expect(queue.peek(ahead)).toBe(whole[offset + ahead]);
          expect(queue.buffer.subarray(queue.at, queue.at + take)).toEqual(whole.subarray(offset, offset + take));
          queue.skip(take);
        }
        expect(queue.offset).toBe(offset + take);
      }
    }),
  );
});

test("a record inside one chunk is read where it lies, and one that straddles chunks is copied alone", () => {
  const queue = new ByteQueue();
  const [one, two] = [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6, 7, 8)];
  queue.push(one);
  expect(queue.require(3) && queue.buffer).toBe(one);
  queue.skip(3);
  queue.push(two);
  expect(queue.require(2)).toBe(true);
  expect([...queue.buffer]).toEqual([4, 5]);
  queue.skip(2);
  expect(queue.require(3)).toBe(true);
  expect(queue.buffer.buffer).toBe(two.buffer);
});

test("octets that were read can be read again, from within the chunk or behind its end", () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 7 }), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(chunks, fc.nat(9), fc.nat(9), fc.nat(9), (chunks, take, ahead, back) => {
      const whole = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
      const queue = new ByteQueue();
      for (const chunk of chunks) queue.push(chunk);
      if (!queue.require(take)) return;
      const { buffer, at } = queue;
      queue.skip(take);
      // Looking ahead may open the next chunk.
      queue.require(ahead);
      const again = Math.min(back, take);
      queue.unread(buffer, at + take - again, at + take);
      expect([queue.offset, queue.available]).toEqual([take - again, whole.length - take + again]);
      expect(queue.require(queue.available)).toBe(true);
      expect(queue.buffer.slice(queue.at, queue.at + queue.available)).toEqual(whole.slice(take - again));
    }),
  );
});
