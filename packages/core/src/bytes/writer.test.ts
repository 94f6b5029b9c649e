// ByteWriter: network order, lengths filled in afterwards, and no silent wrapping.
import { expect, test } from "vitest";
import { ConfigError } from "../fault.ts";
import { toHex } from "./hex.ts";
import { ByteWriter } from "./writer.ts";

test("integers are written in network order", () => {
  const writer = new ByteWriter(1);
  writer.u8(0x01);
  writer.u16(0x0203);
  writer.u24(0x04_0506);
  writer.u32(0xfffe_fdfc);
  writer.bytes(Uint8Array.of(0xaa, 0xbb));
  expect(writer.length).toBe(12);
  expect(toHex(writer.finish())).toBe("010203040506fffefdfcaabb");
});

test("a length field counts what is written inside, nested too", () => {
  const writer = new ByteWriter();
  writer.lengthU16(() => {
    writer.u8(2);
    writer.lengthU8(() => writer.u32(7));
  });
  writer.u8(0xee);
  expect(toHex(writer.finish())).toBe("0006" + "02" + "04" + "00000007" + "ee");
});

test("growing keeps what was written", () => {
  const writer = new ByteWriter(1);
  for (let i = 0; i < 1000; i += 1) writer.u8(i & 0xff);
  const bytes = writer.finish();
  expect(bytes.length).toBe(1000);
  expect(bytes.every((byte, i) => byte === (i & 0xff))).toBe(true);
});

test.each([
  ["u8", (w: ByteWriter, n: number) => w.u8(n), 0xff],
  ["u16", (w: ByteWriter, n: number) => w.u16(n), 0xffff],
  ["u24", (w: ByteWriter, n: number) => w.u24(n), 0xff_ffff],
  ["u32", (w: ByteWriter, n: number) => w.u32(n), 0xffff_ffff],
])("%s takes its largest value and refuses what does not fit", (_name, write, largest) => {
  write(new ByteWriter(), largest);
  for (const bad of [largest + 1, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => write(new ByteWriter(), bad)).toThrow(ConfigError);
  }
});

test("a length field refuses content longer than it can say", () => {
  const full = new ByteWriter();
  full.lengthU8(() => full.bytes(new Uint8Array(255)));
  expect(full.finish()[0]).toBe(255);
  const over = new ByteWriter();
  expect(() => over.lengthU8(() => over.bytes(new Uint8Array(256)))).toThrow(ConfigError);
  const wide = new ByteWriter();
  expect(() => wide.lengthU16(() => wide.bytes(new Uint8Array(65536)))).toThrow(ConfigError);
});
