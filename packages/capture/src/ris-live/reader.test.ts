// Lines of RIS Live in each form in which its stream is had, https://ris-live.ripe.net/manual/
import { encodeUtf8 } from "@bgpwire/core";
import { expect, test } from "vitest";
import { readAll } from "../stream/record-reader.ts";
import { LONGEST_RIS_LIVE_LINE, RisLiveReader } from "./reader.ts";

const DATA = { timestamp: 1553625081.88, peer: "195.66.224.59", peer_asn: "24931", type: "KEEPALIVE" };

function records(text: string): unknown[] {
  return readAll(new RisLiveReader(), encodeUtf8(text), 5);
}

test("messages of the WebSocket and of the stream have a type around them", () => {
  const line = `${JSON.stringify({ type: "ris_message", data: DATA })}\n`;
  expect(records(line)).toEqual([{ kind: "message", data: DATA, offset: 0, length: line.length }]);
});

test("data may stand alone", () => {
  expect(records(JSON.stringify(DATA))).toMatchObject([{ kind: "message", data: DATA }]);
});

test("of Server-Sent Events the data count", () => {
  const line = JSON.stringify({ type: "ris_message", data: DATA });
  expect(records(`: comment\nevent: ris_message\nid: 1\nretry: 5\ndata: ${line}\n\n`)).toMatchObject([
    { kind: "message", data: DATA, offset: 44 },
  ]);
});

test("the name of an event is the type of what has none", () => {
  const stream = `event: ris_message\ndata: {"peer":"::"}
event: ris_error\ndata: {"message":"Unknown"}\n\ndata: {"message":"Unknown"}\n\n`;
  expect(records(stream.replaceAll("\n", "\r\n"))).toMatchObject([
    { kind: "message", data: { peer: "::" } },
    { kind: "control", type: "ris_error", data: { message: "Unknown" } },
    { kind: "problem", reason: "a line that is no message of RIS Live" },
  ]);
});

test("what the server says of itself is told apart", () => {
  expect(records('{"type":"ris_error","data":{"message":"Unknown command type"}}\n{"type":"pong"}\n')).toMatchObject([
    { kind: "control", type: "ris_error", data: { message: "Unknown command type" } },
    { kind: "control", type: "pong", data: null },
  ]);
});

test("a line that is none of them is a problem, and the next one is read", () => {
  const offset = 33;
  expect(records(`{"type":"ris_message","data":{"é\n[1]\n7\n{"type":5}\n{"type":"pong"}`)).toEqual([
    { kind: "problem", offset: 0, reason: "a line that is no message of RIS Live", skipped: offset + 1 },
    { kind: "problem", offset: offset + 1, reason: "a line that is no message of RIS Live", skipped: 4 },
    { kind: "problem", offset: offset + 5, reason: "a line that is no message of RIS Live", skipped: 2 },
    { kind: "problem", offset: offset + 7, reason: "a line that is no message of RIS Live", skipped: 11 },
    { kind: "control", type: "pong", data: null, offset: offset + 18, length: 15 },
  ]);
});

test("a line that is too long is a problem, of which nothing is held", () => {
  const line = `{"type":"${"x".repeat(LONGEST_RIS_LIVE_LINE)}"}\n`;
  expect(readAll(new RisLiveReader(), encodeUtf8(`${line}{"type":"pong"}\n`), 65_536)).toMatchObject([
    { kind: "problem", offset: 0, skipped: line.length },
    { kind: "control", type: "pong" },
  ]);
});
