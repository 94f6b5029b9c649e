// The connection to a station, on loopback: what is sent, when it is given up, and that it comes back.
import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { BmpSender, type BmpSession, type CaptureEvent } from "@bgpwire/capture";
import { multiprotocol, negotiate, type OpenMessage } from "@bgpwire/core";
import { afterEach, expect, test } from "vitest";
import { listenBmp } from "./listen.ts";
import { BmpSending } from "./send.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

function open(myAs: number, identifier: string): OpenMessage {
  return { version: 4, myAs, holdTime: 90, identifier, capabilities: [multiprotocol(1, 1)] };
}

const SESSION: BmpSession = {
  endpoints: { localAddress: "192.0.2.1", localPort: 179, remoteAddress: "192.0.2.2", remotePort: 40000 },
  negotiated: negotiate(open(65001, "192.0.2.1"), open(65002, "192.0.2.2")),
};
const ROUTER = { sysName: "r1", sysDescr: "bgpwire" };

/** A server that does what it is told with each connection. */
async function serve(accept: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    endings.push(() => socket.destroy());
    accept(socket);
  }).listen(0, "127.0.0.1");
  endings.push(() => server.close());
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

/** A value that comes once. */
function promised<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}

test("a station has the whole story of a router, Termination and all", async () => {
  const events: CaptureEvent[] = [];
  const closed = promised<string>();
  const station = await listenBmp(
    { address: "127.0.0.1", port: 0 },
    { onEvent: (_, event) => events.push(event), onClosed: (_, reason) => closed.resolve(reason) },
  );
  endings.push(() => station.close());
  const sender = new BmpSender(ROUTER);
  sender.up(SESSION, null);
  const connected = promised<readonly BmpSession[]>();
  const sending = new BmpSending(sender, { host: "localhost", port: station.port }, { onConnected: connected.resolve });
  expect(await connected.promise).toEqual([SESSION]);
  sender.update(SESSION, "adjRibIn", new Uint8Array(4), null);
  sender.down(SESSION, { cause: "transport", notification: null, text: "" }, null);
  await sending.stop("bye");
  expect(await closed.promise).toBe('the router ends the session: administratively closed: "bye"');
  expect(events.map((event) => ("name" in event ? event.name : event.kind))).toEqual([
    "initiation",
    "up",
    "message",
    "down",
    "termination",
  ]);
});

test("RFC 7854 section 3.2: attempts to connect are subject to backoff, until a connection has lasted", async () => {
  let patience = 0;
  const { server, port } = await serve((socket) => {
    if (patience === 0) socket.destroy();
    else setTimeout(() => socket.destroy(), patience);
  });
  const waits: number[] = [];
  const dropped = promised<void>();
  const refused = promised<void>();
  const again = promised<void>();
  const target = { host: "127.0.0.1", port, retryTime: 0.01, retryTimeMax: 0.04 };
  const sending = new BmpSending(new BmpSender(ROUTER), target, {
    onDisconnected(reason, retryIn) {
      waits.push(retryIn);
      if (waits.length === 4) dropped.resolve();
      if (reason.includes("ECONNREFUSED")) refused.resolve();
      if (waits.length > 4 && retryIn === 0.01) again.resolve();
    },
  });
  endings.push(() => sending.stop());
  await dropped.promise;
  server.close();
  await refused.promise;
  expect(waits.slice(0, 4)).toEqual([0.01, 0.02, 0.04, 0.04]);
  expect(waits.at(-1)).toBe(0.04);
  patience = 200;
  server.listen(port, "127.0.0.1");
  await again.promise;
});

test("a station that reads nothing costs its connection and no more memory than the limit, and the next begins anew", async () => {
  const first: number[] = [];
  let reads = false;
  const { port } = await serve((socket) => {
    if (reads) socket.once("data", (chunk: Buffer) => first.push(chunk[5]!));
    else socket.pause();
  });
  const sender = new BmpSender({ ...ROUTER, limit: 100_000 });
  sender.up(SESSION, null);
  const gone = promised<string>();
  let feeding = promised<void>();
  const sending = new BmpSending(
    sender,
    { host: "127.0.0.1", port, retryTime: 0.01 },
    { onConnected: () => feeding.resolve(), onDisconnected: gone.resolve },
  );
  endings.push(() => sending.stop());
  await feeding.promise;
  feeding = promised();
  const update = new Uint8Array(4000);
  let given = 0;
  // What the system takes itself is some megabytes.
  for (; !sender.overflowed && given < 20_000; given += 1) {
    sender.update(SESSION, "adjRibIn", update, null);
    expect(sender.waiting).toBeLessThanOrEqual(100_000);
    if (given % 20 === 0) await new Promise(setImmediate);
  }
  expect(await gone.promise).toBe("the station takes less than there is to tell");
  reads = true;
  await feeding.promise;
  while (first.length === 0) await new Promise(setImmediate);
  expect(first).toEqual([4]);
});

test("a retry time that is none is said so", () => {
  const target = { host: "127.0.0.1", port: 1 };
  expect(() => new BmpSending(new BmpSender(ROUTER), { ...target, port: 0 })).toThrow(
    "port: 0 is not a whole number from 1 to 65535",
  );
  expect(() => new BmpSending(new BmpSender(ROUTER), { ...target, retryTime: 0 })).toThrow(
    "retryTime: 0 is not a number of seconds above 0",
  );
  expect(() => new BmpSending(new BmpSender(ROUTER), { ...target, retryTime: 9, retryTimeMax: 1 })).toThrow(
    "retryTimeMax: 1 is less than retryTime",
  );
});
