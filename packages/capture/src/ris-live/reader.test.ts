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
  const stream = `event: ris_message\ndata: {"peer":"::"}\n
event: ris_error\ndata: {"message":"Unknown"}\n\ndata: {"message":"Unknown"}\n\n`;
  expect(records(stream.replaceAll("\n", "\r\n"))).toMatchObject([
    { kind: "message", data: { peer: "::" } },
    { kind: "control", type: "ris_error", data: { message: "Unknown" } },
    { kind: "problem", reason: "a line that is no message of RIS Live" },
  ]);
});

test("lines of data are joined with an end of line (HTML standard, section 9.2.6), up to an empty line or the end", () => {
  const whole = JSON.stringify(DATA, null, 2).split("\n");
  const lines = [
    `data:${whole[0]}`,
    ": comment",
    ...whole.slice(1).map((line) => `data: ${line}`),
    "event: ris_message",
  ];
  const [record] = records(`id: 7\n${lines.join("\n")}\n\n`) as [{ length: number }];
  expect(record).toMatchObject({ kind: "message", data: DATA, offset: 6 });
  expect(record.length).toBe(lines.filter((line) => line.startsWith("data")).join("\n").length + 1);
  expect(records(lines.join("\n"))).toMatchObject([{ kind: "message", data: DATA, offset: 0 }]);
  // One space behind the colon is none of the text, a second is; data without a text are an empty line of it.
  expect(records('event: a\ndata\ndata:\ndata:  {"x":"\ndata:y"}\n\n')).toMatchObject([{ kind: "problem", offset: 9 }]);
  expect(records('event: a\ndata\ndata:  {"x":\ndata:1}\n\ndata: 1\n\n')).toMatchObject([
    { kind: "control", type: "a", data: { x: 1 }, offset: 9 },
    { kind: "problem" },
  ]);
});

test("an object behind another is the next event where the lines between were left out", () => {
  const line = `data: ${JSON.stringify(DATA)}\n`;
  const message = { kind: "message", data: DATA, length: line.length };
  expect(records(line.repeat(3))).toEqual([0, 1, 2].map((i) => Object.assign({ offset: i * line.length }, message)));
});

test("data of more lines than are read are a problem, of which nothing is held", () => {
  const line = `data: ${"x".repeat(99)}\n`;
  const count = Math.ceil(LONGEST_RIS_LIVE_LINE / 100) + 1;
  const stream = encodeUtf8(`${line.repeat(count)}\ndata: {"type":"pong"}\n\n`);
  expect(readAll(new RisLiveReader(), stream, 65_536)).toMatchObject([
    { kind: "problem", offset: 0, skipped: count * line.length, reason: expect.stringContaining("characters of data") },
    { kind: "control", type: "pong" },
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
