// Answers in pieces over real connections: what a slow reader costs, and one that goes away.
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { inPieces, PIECE, sendPieces, Turns } from "./pieces.ts";

const endings: (() => unknown)[] = [];
afterEach(() => {
  for (const end of endings.splice(0).reverse()) end();
});

/** A server whose answers are rows without an end, how many were made, and whether that is over; and a client that does not read. */
async function endless(): Promise<{
  made: () => number;
  ended: () => boolean;
  response: ServerResponse;
  client: Socket;
}> {
  let made = 0;
  let ended = false;
  function* rows(): Generator<string> {
    try {
      for (;;) {
        made += 1;
        yield "x".repeat(1024);
      }
    } finally {
      ended = true;
    }
  }
  const turns = new Turns();
  const server = createServer((_request, response) => void sendPieces(response, inPieces(rows()), turns));
  endings.push(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1").pause();
  client.on("error", () => {});
  endings.push(() => client.destroy());
  client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const [, response] = (await once(server, "request")) as [unknown, ServerResponse];
  return { made: () => made, ended: () => ended, response, client };
}

/** Resolves when a number has stayed the same over many turns of the event loop. */
async function settled(count: () => number): Promise<number> {
  for (let before = -1; before !== count();) {
    before = count();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return count();
}

describe("an answer in pieces", () => {
  it("is made as it is read, and holds no more than a piece and what the socket holds", async () => {
    const { made, response, client } = await endless();
    const first = await settled(made);
    expect(response.writableLength).toBeLessThan(4 * PIECE);
    let read = 0;
    client.on("data", (chunk: Buffer) => {
      read += chunk.length;
      if (read > 10_000_000) client.pause();
    });
    client.resume();
    await expect.poll(() => read, { timeout: 10_000 }).toBeGreaterThan(10_000_000);
    const second = await settled(made);
    expect(second).toBeGreaterThan(first);
    expect(response.writableLength).toBeLessThan(4 * PIECE);
  });

  it("ends with its reader, whether it waits or not", async () => {
    const waiting = await endless();
    await settled(waiting.made);
    waiting.client.destroy();
    await expect.poll(waiting.ended).toBe(true);

    const reading = await endless();
    reading.client.resume().once("data", () => reading.client.destroy());
    await expect.poll(reading.ended).toBe(true);
    const { made } = reading;
    expect(await settled(made)).toBe(made());
  });

  it("leaves a turn of the event loop to others after each piece, one for all readers", async () => {
    const turns = new Turns();
    const order: string[] = [];
    let loops = 0;
    const tick = (): void => {
      loops += 1;
      if (order.length < 8) setImmediate(tick);
    };
    setImmediate(tick);
    const reader = async (name: string): Promise<void> => {
      for (let i = 0; i < 4; i++) {
        await turns.next();
        order.push(name);
      }
    };
    await Promise.all([reader("a"), reader("b")]);
    expect(order.join("")).toBe("abababab");
    expect(loops).toBeGreaterThanOrEqual(7);
  });
});

it("rows are gathered into pieces, whole and in order, and rows without text count too", () => {
  const rows = Array.from({ length: 3000 }, (_, i) => `${i} `.repeat(i % 100));
  const pieces = [...inPieces(rows)];
  expect(pieces.join("")).toBe(rows.join(""));
  for (const piece of pieces) expect(piece.length).toBeLessThan(PIECE + 500);
  expect([...inPieces(Array.from({ length: 1000 }, () => ""))].length).toBeGreaterThan(2);
});
