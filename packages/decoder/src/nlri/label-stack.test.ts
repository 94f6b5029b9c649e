// Label stacks: the octets of RFC 8277 figures 2 and 3 by hand.
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "@bgpwire/core";
import { OctetWriter } from "../bytes/writer.ts";
import { labelBitsAt, labelsAt, labelStackEnd, writeLabels, type LabelStack } from "./label-stack.ts";

function octetsOf(stack: LabelStack): string {
  const writer = new OctetWriter();
  writeLabels(stack, writer);
  return toHex(writer.copy());
}

describe("RFC 8277 sections 2.2 and 2.3: label, Rsrv, S", () => {
  test.each([
    ["one label", "000641", [100], null],
    ["the largest", "fffff1", [1048575], null],
    ["implicit null (RFC 3032 section 2.1)", "000031", [3], null],
    ["two labels", "000640000c81", [100, 200], null],
    ["three", "000640000c80fffff1", [100, 200, 1048575], null],
    ["Rsrv", "00064f", [100], [15]],
    ["no bottom of stack", "000640", [100], [0]],
    ["Rsrv in the first of two", "00064e000c81", [100, 200], [14, 1]],
    ["Rsrv in the last of two", "000640000c83", [100, 200], [0, 3]],
  ])("%s", (_, hex, labels, labelBits) => {
    const buffer = fromHex(`ff${hex}ff`)!;
    expect(labelsAt(buffer, 1, buffer.length - 1)).toEqual(labels);
    expect(labelBitsAt(buffer, 1, buffer.length - 1)).toEqual(labelBits);
    expect(octetsOf(labelBits === null ? { labels } : { labels, labelBits })).toBe(hex);
  });

  test.each([
    ["000641", 3],
    ["000640000c81c63364", 6],
    ["000640000c80c63365", 9],
    ["000640", -1],
    ["0006400001", -1],
    ["0001", -1],
    ["", -1],
  ])("the stack in %s ends at %i", (hex, end) => {
    expect(labelStackEnd(fromHex(hex)!, 0, hex.length / 2)).toBe(end);
  });
});

test.each([
  [{ labels: [1048576] }, "labels: 1048576 is not 0 to 1048575"],
  [{ labels: [-1] }, "labels: -1 is not 0 to 1048575"],
  [{ labels: [1.5] }, "labels: 1.5 is not 0 to 1048575"],
  [{ labels: [1], labelBits: [16] }, "labelBits: 16 is not 0 to 15"],
  [{ labels: [1, 2], labelBits: [1] }, "labelBits: 1 for 2 labels"],
])("%j is refused", (stack, message) => {
  expect(() => octetsOf(stack)).toThrow(message);
});
