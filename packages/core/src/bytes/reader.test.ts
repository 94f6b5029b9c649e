// ByteReader: integers in network order, and what happens at the end of the bytes.
import { expect, test } from "vitest";
import { ByteReader } from "./reader.ts";

const BYTES = Uint8Array.of(0x01, 0xff, 0xfe, 0x80, 0x00, 0x00, 0x01, 0x0a, 0x0b);

test("integers are read in network order and unsigned", () => {
  const reader = new ByteReader(BYTES);
  expect(reader.u8()).toBe(0x01);
  expect(reader.u16()).toBe(0xfffe);
  expect(reader.u32()).toBe(0x8000_0001);
  expect(reader.position).toBe(7);
  expect(reader.remaining).toBe(2);
  expect(reader.overrun).toBe(false);
  expect(new ByteReader(Uint8Array.of(0xff, 0xee, 0xdd)).u24()).toBe(0xff_eedd);
});

test("take gives a view of the same memory", () => {
  const view = new ByteReader(BYTES, 7).take(2);
  expect([...view]).toEqual([0x0a, 0x0b]);
  expect(view.buffer).toBe(BYTES.buffer);
});

test.each([
  ["u8", (r: ByteReader) => r.u8(), 0],
  ["u16", (r: ByteReader) => r.u16(), 1],
  ["u24", (r: ByteReader) => r.u24(), 2],
  ["u32", (r: ByteReader) => r.u32(), 3],
])("%s past the end gives 0, is remembered, and ends the reader", (_name, read, available) => {
  const reader = new ByteReader(BYTES, 0, available);
  expect(read(reader)).toBe(0);
  expect(reader.overrun).toBe(true);
  expect(reader.remaining).toBe(0);
  expect(reader.u8()).toBe(0);
  expect(reader.take(0).length).toBe(0);
  expect(reader.overrun).toBe(true);
});

test("take, skip and sub past the end give nothing and are remembered", () => {
  for (const act of [(r: ByteReader) => r.take(3), (r: ByteReader) => r.skip(3), (r: ByteReader) => r.sub(3)]) {
    const reader = new ByteReader(BYTES, 7);
    act(reader);
    expect(reader.overrun).toBe(true);
    expect(reader.remaining).toBe(0);
  }
  expect(new ByteReader(BYTES, 7).take(3).length).toBe(0);
  expect(new ByteReader(BYTES, 7).sub(3).remaining).toBe(0);
});

test("a sub-reader cannot leave its range and its overrun is its own", () => {
  const reader = new ByteReader(BYTES);
  const sub = reader.sub(2);
  expect(sub.u32()).toBe(0);
  expect(sub.overrun).toBe(true);
  expect(reader.overrun).toBe(false);
  expect(reader.u8()).toBe(0xfe);
});

test("bounds beyond the buffer are the buffer's", () => {
  expect(new ByteReader(BYTES, 0, 100).remaining).toBe(BYTES.length);
  expect(new ByteReader(BYTES, 100).remaining).toBe(0);
});
