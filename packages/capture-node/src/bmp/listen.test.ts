// A station that listens, on loopback: whom it closes, and that nobody costs it more than it has.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { BmpWriter } from "@bgpwire/capture";
import { afterEach, expect, test, vi } from "vitest";
import { listenBmp, type BmpListenOptions } from "./listen.ts";
import type { BmpHandlers } from "./router-connection.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const end of endings.splice(0).toReversed()) await end();
});

const INITIATION = new BmpWriter({ sysName: "r1", sysDescr: "bgpwire" }).initiation();

async function listening(handlers: BmpHandlers, options: Partial<BmpListenOptions> = {}): Promise<number> {
  const listener = await listenBmp({ address: "127.0.0.1", port: 0, ...options }, handlers);
  endings.push(() => listener.close());
  return listener.port;
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1")
    .on("error", () => {})
    .resume();
  endings.push(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

test("closes a connection without Initiation after a minute, and not one that has sent it", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const closed: string[] = [];
  let told!: () => void;
  const initiation = new Promise<void>((resolve) => (told = resolve));
  const port = await listening({ onEvent: () => told(), onClosed: (_, reason) => closed.push(reason) });
  const [silent, router] = [await connected(port), await connected(port)];
  router.write(INITIATION);
  await initiation;
  vi.advanceTimersByTime(60_000);
  await once(silent, "close");
  expect(closed).toEqual(["no Initiation within 60 s"]);
  expect(router.destroyed).toBe(false);
});

test("reads no more of a router than its events are taken", async () => {
  let octets = 0;
  let release!: () => void;
  const held = new Promise<void>((resolve) => (release = resolve));
  const port = await listening({
    onChunk(_, chunk) {
      octets += chunk.length;
      return null;
    },
    onEvent() {},
    onSettled: () => held,
  });
  const router = await connected(port);
  const most = Buffer.concat(Array.from({ length: 10_000 }, () => INITIATION));
  let sent = 0;
  // Until nobody takes more: the system here and there, and one chunk of the station.
  while (router.write(most) && sent < 1000) {
    sent += 1;
    await new Promise(setImmediate);
  }
  await new Promise(setImmediate);
  expect(octets).toBeLessThanOrEqual(65_536);
  release();
  while (octets < most.length) await new Promise(setImmediate);
});

test("a handler that throws ends its connection, and no other", async () => {
  const closed: string[] = [];
  const events: string[] = [];
  const port = await listening({
    onEvent({ station }, { kind }) {
      events.push(kind);
      if (station.router?.sysName === "r2") throw new Error("no room");
    },
    onClosed: (_, reason) => closed.push(reason),
  });
  const [one, other] = [await connected(port), await connected(port)];
  other.write(new BmpWriter({ sysName: "r2", sysDescr: "bgpwire" }).initiation());
  await once(other, "close");
  expect(closed).toEqual(["no room"]);
  one.write(INITIATION);
  while (events.length < 2) await new Promise(setImmediate);
  expect(one.destroyed).toBe(false);
});

test("a number of routers that is none, and an address that is taken, are said so", async () => {
  const port = await listening({ onEvent() {} });
  expect(() => listenBmp({ address: "127.0.0.1", port: 0, maxRouters: 0 }, { onEvent() {} })).toThrow(
    "maxRouters: 0 is not a whole number from 1 on",
  );
  expect(() => listenBmp({ address: "127.0.0.1", port: 99_999 }, { onEvent() {} })).toThrow(
    "port: 99999 is not a whole number from 0 to 65535",
  );
  await expect(listenBmp({ address: "127.0.0.1", port }, { onEvent() {} })).rejects.toMatchObject({
    code: "EADDRINUSE",
  });
});
