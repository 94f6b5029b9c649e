import { PassThrough } from "node:stream";
import { once } from "node:events";
import { expect, it } from "vitest";
import { readLines } from "./lines.ts";

async function linesOf(...chunks: (string | Buffer)[]): Promise<(string | null)[]> {
  const stream = new PassThrough();
  const lines: (string | null)[] = [];
  readLines(stream, (line) => void lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await once(stream, "end");
  return lines;
}

it("puts lines together from pieces, with either line end and a last line without one", async () => {
  expect(await linesOf("he", "lp\r\nshow", " peers\n\nlast")).toEqual(["help", "show peers", "", "last"]);
});

it("keeps a character that is split between two pieces", async () => {
  const bytes = Buffer.from("ü\n");
  expect(await linesOf(bytes.subarray(0, 1), bytes.subarray(1))).toEqual(["ü"]);
});

it("gives null for a line that is too long, and goes on with the next", async () => {
  const long = "x".repeat(40_000);
  expect(await linesOf(long, long, long, "\nhelp\n")).toEqual([null, "help"]);
});

it("lets a line that takes its time hold back those behind it, and the end", async () => {
  const stream = new PassThrough();
  const told: string[] = [];
  const free: (() => void)[] = [];
  let over = false;
  readLines(
    stream,
    (line) => {
      told.push(line!);
      return line!.startsWith("slow") ? new Promise((done) => void free.push(done)) : undefined;
    },
    { onEnd: () => (over = true) },
  );
  stream.write("a\nslow 1\nb\nslow 2\nslow 3\n");
  stream.end("c");
  for (const expected of [["a", "slow 1"], ["b", "slow 2"], ["slow 3"], ["c"]]) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(told.splice(0)).toEqual(expected);
    expect(over).toBe(expected[0] === "c");
    free.shift()?.();
  }
});
