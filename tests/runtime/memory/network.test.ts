// What the network in memory can do that sockets cannot on demand: partitions, lost resets, crashes, any delay; and whole
// speakers that find each other again after all of it.
import { Speaker, type Session } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import { ascii, dial, firstFault, type Probe, serve, stream, textOf } from "../../support/driver-probe.ts";
import {
  memoryNetwork,
  type MemoryHost,
  type MemoryNetwork,
  type NetworkOptions,
} from "../../support/memory-network.ts";

const A = "192.0.2.1";
const B = "192.0.2.2";

interface World {
  readonly network: MemoryNetwork;
  readonly a: MemoryHost;
  readonly b: MemoryHost;
}

function world(options: NetworkOptions = {}): World {
  const network = memoryNetwork(options);
  return { network, a: network.host(A), b: network.host(B) };
}

/** A connection from a to b. */
async function connected({ network, a, b }: World): Promise<[Probe, Probe]> {
  const { listener, accepted } = await serve(b.transport(), { address: B, port: 0 });
  const client = dial(a.transport(), listener);
  await network.time.until(() => client.up && accepted.length === 1, "a connection");
  return [client, accepted[0]!];
}

describe("the network in memory", () => {
  test("the handshake takes its round trips: the dialler knows after two delays, the listener after three", async () => {
    const { network, a, b } = world({ delay: () => 10 });
    const { listener, accepted } = await serve(b.transport(), { address: B, port: 0 });
    const start = network.time.now;
    const client = dial(a.transport(), listener);
    await network.time.until(() => client.up, "the dialler");
    expect(network.time.now - start).toBe(20);
    await network.time.until(() => accepted.length === 1, "the listener");
    expect(network.time.now - start).toBe(30);
  });

  test("whatever the delays, nothing overtakes", async () => {
    let turn = 0;
    const delays = [90, 3, 40, 1, 70, 0];
    const here = world({ delay: () => delays[turn++ % delays.length]! });
    const [client, server] = await connected(here);
    for (let i = 0; i < 200; i += 1) {
      client.link!.write(stream(i * 100, 100));
      await here.network.time.pass(7);
    }
    client.link!.close("flush");
    await here.network.time.until(() => server.has("eof"), "the end");
    expect([server.received, firstFault(server.chunks)]).toEqual([20_000, -1]);
  });

  test("what is sent across a partition arrives after it, in order, the end too", async () => {
    const here = world();
    const [client, server] = await connected(here);
    here.network.partition(here.a, here.b);
    client.link!.write(ascii("one "));
    await here.network.time.pass(60_000);
    client.link!.write(ascii("two"));
    client.link!.close("flush");
    // Longer than the linger: the socket is gone, and its kernel goes on trying.
    await here.network.time.pass(60_000);
    expect([client.events, server.received]).toEqual([["connected", "gone"], 0]);
    here.network.heal(here.a, here.b);
    await here.network.time.until(() => server.has("eof"), "the end");
    expect(textOf(server.bytesReceived)).toBe("one two");
  });

  test("a reset in a partition is lost: the other end learns when it sends", async () => {
    const here = world();
    const [client, server] = await connected(here);
    server.link!.pause();
    client.link!.write(ascii("never read"));
    await here.network.time.pass(10);
    here.network.partition(here.a, here.b);
    server.link!.close("abort");
    await here.network.time.pass(10);
    here.network.heal(here.a, here.b);
    await here.network.time.pass(3_600_000);
    expect(client.events).toEqual(["connected"]);
    client.link!.write(ascii("hello?"));
    await here.network.time.until(() => client.has("closed"), "the reset");
  });

  test("a crash is told to nobody: the other end learns when it sends", async () => {
    const here = world();
    const [client, server] = await connected(here);
    here.b.crash();
    await here.network.time.pass(3_600_000);
    expect([client.events, server.events]).toEqual([["connected"], []]);
    client.link!.write(ascii("hello?"));
    await here.network.time.until(() => client.has("closed"), "the reset");
    expect(server.events).toEqual([]);
  });

  test("a connection that breaks is told to both", async () => {
    const here = world();
    const [client, server] = await connected(here);
    client.link!.write(ascii("lost"));
    here.network.breakConnections(here.a, here.b);
    await here.network.time.pass(10);
    expect([client.events, server.events, server.received]).toEqual([["connected", "closed"], ["closed"], 0]);
  });

  test("a dial into a partition succeeds when that ends in time, and else fails", async () => {
    const { network, a, b } = world();
    const { listener } = await serve(b.transport(), { address: B, port: 0 });
    network.partition(a, b);
    const patient = dial(a.transport(), listener, { timeout: 60_000 });
    const hasty = dial(a.transport(), listener, { timeout: 5000 });
    await network.time.pass(6000);
    expect([patient.events, hasty.events]).toEqual([[], ["failed"]]);
    network.heal(a, b);
    await network.time.until(() => patient.up, "the connection");
  });
});

/** Small numbers by a seed (xorshift). */
function dice(seed: number): (sides: number) => number {
  let x = (seed * 0x9e3779b1) | 1;
  return (sides) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % sides;
  };
}

interface Life {
  readonly speaker: Speaker;
  readonly up: Set<Session>;
}

function live(host: MemoryHost, own: string, other: string, log: string[]): Life {
  const up = new Set<Session>();
  const onEvent = (event: { readonly type: string; readonly to?: string }): void => {
    log.push(`${own} ${event.type} ${event.to ?? ""}`);
  };
  const speaker = new Speaker({ routerId: own, listen: [{ address: own, port: 179 }], onEvent }, host.transport());
  const [localAs, remoteAs] = own === A ? [65001, 65002] : [65002, 65001];
  speaker.addPeer(
    { localAs, remoteAs, remoteAddress: other, holdTime: 9 },
    {
      onEstablished: (session) => void up.add(session),
      onClose: (session) => void up.delete(session),
    },
  );
  void speaker.start();
  return { speaker, up };
}

/** Faults one after another, then peace. Gives what both speakers told. */
async function history(seed: number): Promise<string[]> {
  const roll = dice(seed);
  const { network, a, b } = world({ seed, delay: () => roll(200) });
  const log: string[] = [];
  let [left, right] = [live(a, A, B, log), live(b, B, A, log)];
  for (let fault = 0; fault < 12; fault += 1) {
    await network.time.pass(roll(30_000));
    log.push(`fault at ${network.time.now}`);
    switch (roll(5)) {
      case 0:
        network.partition(a, b);
        break;
      case 1:
        network.heal(a, b);
        break;
      case 2:
        network.breakConnections();
        break;
      case 3:
        a.crash();
        left = live(a, A, B, log);
        break;
      case 4:
        b.crash();
        right = live(b, B, A, log);
        break;
    }
  }
  network.heal(a, b);
  const agreed = (): boolean => {
    const ends = [left, right].map(({ up }) => [...up].map(({ endpoints }) => endpoints));
    const [[x], [y]] = ends as [(typeof ends)[0], (typeof ends)[0]];
    return x !== undefined && x.localPort === y?.remotePort && x.remotePort === y.localPort;
  };
  await network.time.until(agreed, `one session (seed ${seed})`, 600_000);
  await network.time.pass(300_000);
  expect(agreed(), `seed ${seed}: the session lasts`).toBe(true);
  for (const { speaker, up } of [left, right]) {
    const { state, connections } = speaker.peers()[0]!.view();
    expect([state, connections.length, up.size], `seed ${seed}`).toEqual(["Established", 1, 1]);
  }
  let stopped = false;
  void Promise.all([left.speaker.stop(), right.speaker.stop()]).then(() => (stopped = true));
  await network.time.until(() => stopped, `the stop (seed ${seed})`, 60_000);
  expect(network.ends.length, `seed ${seed}: sockets left`).toBe(0);
  return log;
}

describe("speakers on the network in memory", () => {
  test("find each other again after partitions, breaks and crashes: 150 histories", { timeout: 120_000 }, async () => {
    for (let seed = 1; seed <= 150; seed += 1) await history(seed);
  });

  test("the same seed is the same history", async () => {
    const [first, second] = [await history(42), await history(42)];
    expect(first.length).toBeGreaterThan(50);
    expect(second).toEqual(first);
  });
});
