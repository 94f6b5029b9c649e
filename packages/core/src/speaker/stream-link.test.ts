// What no real network does on demand; all else of StreamLink is proven by the driver suite, on Deno's sockets and through WebSockets.
import { expect, test } from "vitest";
import { StreamLink, type ByteStream } from "./stream-link.ts";
import type { LinkEvents } from "./transport.ts";

const ENDPOINTS = { localAddress: "192.0.2.1", localPort: 50_000, remoteAddress: "192.0.2.2", remotePort: 179 };

interface Bench {
  readonly link: StreamLink<() => void>;
  readonly stream: ByteStream;
  /** What was told and done, in order. */
  readonly told: string[];
  /** Runs the timer that is armed. */
  fire(): void;
}

/** A link on a stream that never ends and takes at most three octets at once. */
function bench(): Bench {
  const told: string[] = [];
  let armed: (() => void) | null = null;
  const timers = {
    now: () => 0,
    setTimeout: (action: () => void) => (armed = action),
    clearTimeout: () => void (armed = null),
  };
  const tell =
    (name: string) =>
    (...what: readonly unknown[]): void =>
      void told.push([name, ...what.filter((part) => typeof part !== "object")].join(" "));
  const events = Object.fromEntries(
    ["connected", "failed", "bytes", "eof", "closed", "unsent", "gone"].map((name) => [name, tell(name)]),
  ) as unknown as LinkEvents;
  const link = new StreamLink(timers, 1000);
  link.events = events;
  const stream: ByteStream = {
    read: () => new Promise(() => {}),
    write: async (bytes) => Math.min(bytes.length, 3),
    closeWrite: async () => {},
    close: tell("cut"),
  };
  return { link, stream, told, fire: () => armed?.() };
}

async function settled(): Promise<void> {
  for (let step = 0; step < 40; step += 1) await Promise.resolve();
}

test("a dial that comes up after its time is cut and has failed", () => {
  const { link, stream, told, fire } = bench();
  link.dialling(3000, () => told.push("cancelled"));
  fire();
  link.connected(stream, ENDPOINTS);
  expect(told).toEqual(["cancelled", "cut", "failed no answer within 3 s"]);
});

test("a dial that comes up after it was closed is cut and gone", async () => {
  const { link, stream, told } = bench();
  link.dialling(3000, () => told.push("cancelled"));
  link.close("flush");
  link.connected(stream, ENDPOINTS);
  await settled();
  expect(told).toEqual(["cancelled", "cut", "gone"]);
});

test("what the platform takes in parts is told in parts, and a flush ends with the linger", async () => {
  const { link, stream, told, fire } = bench();
  link.connected(stream, ENDPOINTS);
  link.write(Uint8Array.of(1, 2, 3, 4));
  link.write(Uint8Array.of(5, 6, 7, 8));
  await settled();
  link.close("flush");
  await settled();
  expect(told).toEqual(["connected", "unsent 5", "unsent 2", "unsent 0"]);
  fire();
  await settled();
  expect(told.slice(4)).toEqual(["cut", "gone"]);
});
