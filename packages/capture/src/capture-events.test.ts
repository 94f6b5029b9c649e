// A capture is read by what is in it, however it is cut.
import { encodeUtf8, fromHex } from "@bgpwire/core";
import { expect, test } from "vitest";
import { captureEvents } from "./capture-events.ts";
import { encodeOpenBmpMessage } from "./openbmp/message.ts";
import { readAll } from "./stream/record-reader.ts";

/** A change of state in MRT (RFC 6396 section 4.4.1): Established to Idle. */
const STATE_CHANGE = fromHex("6500000000100000" + "00000014" + "fde9fdea00000001" + "c0000201c0000202" + "00060001")!;

test.each([1, 7, 4096])("MRT, in pieces of %d octets", (pieces) => {
  expect(readAll(captureEvents(), STATE_CHANGE, pieces)).toMatchObject([{ kind: "state", oldState: 6, newState: 1 }]);
});

test("a packet capture", () => {
  const file = fromHex("a1b2c3d4000200040000000000000000" + "0000ffff00000065")!;
  expect(readAll(captureEvents(), file, 7)).toMatchObject([{ kind: "information", name: "pcapFile" }]);
});

test("BMP behind headers of OpenBMP", () => {
  const initiation = fromHex("030000000c" + "04" + "00020002" + "7231")!;
  const file = encodeOpenBmpMessage({
    kind: "openbmp",
    seconds: 1,
    microseconds: 0,
    objectType: 12,
    collector: { adminId: "collector1", hash: "00".repeat(16) },
    router: { address: "192.0.2.1", hash: "00".repeat(16), group: "" },
    rows: 1,
    data: { buffer: initiation, start: 0, end: initiation.length },
  });
  expect(readAll(captureEvents(), file, 7)).toMatchObject([{ kind: "information", seconds: 1, name: "initiation" }]);
});

test("nothing but BGP messages", () => {
  const keepalive = fromHex(`${"ff".repeat(16)}001304`)!;
  expect(readAll(captureEvents(), keepalive, 7)).toMatchObject([
    { kind: "up" },
    { kind: "message", type: 4, offset: 0 },
  ]);
});

test("lines of our own JSON", () => {
  const line = '{"type":"problem","offset":7,"reason":"torn","skipped":null}\n';
  expect(readAll(captureEvents(), encodeUtf8(line.repeat(2)), 9)).toEqual([
    { kind: "problem", offset: 7, reason: "torn", skipped: null },
    { kind: "problem", offset: 7, reason: "torn", skipped: null },
  ]);
});

test("what is no capture is one problem, and an empty file is none", () => {
  expect(readAll(captureEvents(), encodeUtf8("#!/bin/sh\n"))).toEqual([
    {
      kind: "problem",
      offset: 0,
      reason: "no capture of a known format: it begins with 23212f62696e2f73680a",
      skipped: null,
    },
  ]);
  expect(readAll(captureEvents(), new Uint8Array(0))).toEqual([]);
});
