// The driver suite, first part: a Transport keeps its promises, one case for each.
import type { Endpoints, Link, Listener, Transport } from "@bgpwire/core";
import { ascii, check, dial, firstFault, Probe, same, serve, stream, textOf } from "./driver-probe.ts";
import type { DriverCase, DriverUnderTest } from "./driver-suite.ts";

const MEGABYTE = 1_048_576;

/** Both ends of a new connection. */
interface Connection {
  readonly client: Probe & { link: Link };
  readonly server: Probe & { link: Link };
  readonly listener: Listener;
}

export function transportCases(driver: DriverUnderTest): DriverCase[] {
  const { until, pass, addresses } = driver;
  const { ipv4, otherIPv4, ipv6, linkLocal } = addresses;
  const cases: DriverCase[] = [];
  const add = (name: string, run: () => Promise<void>, skip: string | null = null): void => {
    cases.push({ name, skip, run });
  };

  async function connect(
    clientTransport: Transport = driver.transport(),
    serverTransport: Transport = driver.transport(),
    onAccept: (probe: Probe, link: Link) => void = () => {},
  ): Promise<Connection> {
    const { listener, accepted } = await serve(serverTransport, { address: ipv4, port: 0 }, onAccept);
    const client = dial(clientTransport, listener);
    await until(() => client.up && accepted.length > 0, "a connection");
    return { client, server: accepted[0]! as Connection["server"], listener };
  }

  async function release({ client, server, listener }: Connection): Promise<void> {
    client.link.close("abort");
    server.link.close("abort");
    await until(() => client.has("gone") && server.has("gone"), "both ends gone");
    await listener.close();
  }

  /** A connection to an address, and what both ends say of it. */
  async function meet(listenOn: string, dialTo: string, localAddress?: string): Promise<[Endpoints, Endpoints]> {
    const { listener, accepted } = await serve(driver.transport(), { address: listenOn, port: 0 });
    const client = dial(
      driver.transport(),
      { address: dialTo, port: listener.port },
      { ...(localAddress && { localAddress }) },
    );
    await until(() => (client.up && accepted.length > 0) || client.ended, "a connection");
    same(client.reasons, [], "reasons of failure");
    const server = accepted[0]!;
    await release({ client, server: server as Connection["server"], listener });
    return [client.endpoints!, server.endpoints!];
  }

  // Addresses.

  add("both sides agree on their ends: IPv4", async () => {
    const ends = await meet(ipv4, ipv4);
    mirrored(ends);
    same(ends[0].remoteAddress, ipv4, "remote address");
  });

  add(
    "both sides agree on their ends: IPv6",
    async () => {
      const ends = await meet(ipv6!, ipv6!);
      mirrored(ends);
      same(ends[0].remoteAddress, ipv6, "remote address");
    },
    only(ipv6 !== null, "no IPv6 on this machine"),
  );

  add("0.0.0.0 accepts on every IPv4 address", async () => {
    mirrored(await meet("0.0.0.0", ipv4));
    mirrored(await meet("0.0.0.0", otherIPv4));
  });

  add(
    "`::` accepts both versions, and calls IPv4 addresses by their own names",
    async () => {
      mirrored(await meet("::", ipv6!));
      const ends = await meet("::", ipv4);
      mirrored(ends);
      same([ends[1].localAddress, ends[1].remoteAddress], [ipv4, ipv4], "addresses without ::ffff:");
    },
    only(ipv6 !== null, "no IPv6 on this machine"),
  );

  add(
    "the zone of a link-local address is kept on both sides",
    async () => {
      const ends = await meet(linkLocal!, linkLocal!);
      mirrored(ends);
      same([ends[0].remoteAddress, ends[1].remoteAddress], [linkLocal, linkLocal], "addresses with zones");
    },
    only(linkLocal !== null, "no link-local address on this machine"),
  );

  add(
    "a dial comes from the source address it asks for",
    async () => {
      const ends = await meet(ipv4, ipv4, otherIPv4);
      mirrored(ends);
      same(ends[1].remoteAddress, otherIPv4, "the address that the server sees");
    },
    only(driver.sourceAddress, "the platform cannot choose a source address"),
  );

  add("a source address that cannot be had fails the dial, and says so", async () => {
    const { listener, accepted } = await serve(driver.transport(), { address: ipv4, port: 0 });
    const client = dial(driver.transport(), listener, { localAddress: "203.0.113.77" });
    await until(() => client.ended, "the failure");
    same(client.events, ["failed"], "events");
    check(/203\.0\.113\.77/.test(client.reasons[0]!), `the reason names the address: ${client.reasons[0]}`);
    same(accepted.length, 0, "connections");
    await listener.close();
  });

  // Listening.

  add("port 0 lets the system choose, several addresses listen side by side, and each accepts", async () => {
    const transport = driver.transport();
    const places = [ipv4, otherIPv4, ...(ipv6 === null ? [] : [ipv6])];
    const servers = await Promise.all(places.map((address) => serve(transport, { address, port: 0 })));
    same(
      servers.map(({ listener }) => listener.address),
      places,
      "addresses of the listeners",
    );
    for (const { listener } of servers) check(listener.port > 0, `port ${listener.port}`);
    const clients = servers.map(({ listener }) => dial(driver.transport(), listener));
    await until(() => servers.every(({ accepted }) => accepted.length === 1), "a connection to each");
    await until(() => clients.every(({ up }) => up), "a connection from each");
    for (const client of clients) client.link.close("abort");
    for (const { accepted } of servers) accepted[0]!.link!.close("abort");
    await Promise.all(servers.map(({ listener }) => listener.close()));
  });

  add("an address in use is refused with its name, port and reason", async () => {
    const { listener } = await serve(driver.transport(), { address: ipv4, port: 0 });
    const error = await failureOf(driver.transport().listen(listener, () => new Probe()));
    same(error.message, `cannot listen on ${ipv4}:${listener.port}: it is in use (EADDRINUSE)`, "message");
    same((error as { code?: unknown }).code, "EADDRINUSE", "code");
    await listener.close();
  });

  add("an address of another machine is refused with its name and reason", async () => {
    const error = await failureOf(driver.transport().listen({ address: "203.0.113.77", port: 0 }, () => new Probe()));
    same(
      error.message,
      "cannot listen on 203.0.113.77:0: it is not an address of this machine (EADDRNOTAVAIL)",
      "message",
    );
  });

  add("closing a listener frees its port at once, and its connections live on", async () => {
    const connection = await connect();
    const { client, server, listener } = connection;
    await listener.close();
    await listener.close();
    const refused = dial(driver.transport(), listener);
    await until(() => refused.ended, "a refusal");
    same(refused.events, ["failed"], "events of the dial");
    const second = await serve(driver.transport(), listener);
    client.link.write(ascii("still here"));
    await until(() => server.received === 10, "bytes on the old connection");
    await release(connection);
    await second.listener.close();
  });

  add("a port is free again right after its connections were closed by the side that listened", async () => {
    const first = await connect();
    first.server.link.close("flush");
    await until(() => first.client.has("eof"), "the end");
    first.client.link.close("flush");
    await until(() => first.server.has("gone"), "the server's end gone");
    await first.listener.close();
    const second = await serve(driver.transport(), first.listener);
    const client = dial(driver.transport(), first.listener);
    await until(() => client.up && second.accepted.length === 1, "a connection to the same port");
    await release({ client, server: second.accepted[0] as Connection["server"], listener: second.listener });
  });

  add("an accepted link may be written to and closed before accept returns", async () => {
    const connection = await connect(driver.transport(), driver.transport(), (_, link) => {
      link.write(ascii("go away"));
      link.close("flush");
      link.write(ascii("never sent"));
    });
    const { client, server } = connection;
    await until(() => client.has("eof"), "the end");
    same(textOf(client.bytesReceived), "go away", "what arrived");
    client.link.close("flush");
    await until(() => client.has("gone") && server.has("gone"), "both ends gone");
    same(server.events, ["gone"], "events of the server");
    same(server.early, 0, "events from inside accept");
    await connection.listener.close();
  });

  add("two hundred connections at once are kept apart", async () => {
    const { listener, accepted } = await serve(driver.transport(), { address: ipv4, port: 0 }, (probe, link) => {
      probe.onBytes = (chunk) => link.write(chunk);
    });
    const transport = driver.transport();
    const clients = Array.from({ length: 200 }, () => dial(transport, listener));
    await until(() => clients.every(({ up }) => up), "all connections");
    for (const [i, { link }] of clients.entries()) link.write(ascii(`I am ${i}`));
    await until(() => clients.every(({ received }, i) => received === `I am ${i}`.length), "all echoes");
    for (const [i, client] of clients.entries()) same(textOf(client.bytesReceived), `I am ${i}`, "echo");
    for (const { link } of clients) link.close("flush");
    await until(() => accepted.every((probe) => probe.has("eof")), "all ends");
    for (const { link } of accepted) link!.close("flush");
    await until(() => [...clients, ...accepted].every((probe) => probe.has("gone")), "all gone");
    await listener.close();
  });

  // Bytes.

  add("what is written arrives in order, from both sides, and chunks stay as they were", async () => {
    const connection = await connect();
    const { client, server } = connection;
    for (const { link } of [client, server]) {
      for (let i = 0; i < 30_000; i += 1) {
        link.write(stream(i * 23, 23));
        if (i % 10_000 === 9999) await pass(1);
      }
    }
    await until(() => client.received === 690_000 && server.received === 690_000, "all bytes");
    same([firstFault(client.chunks), firstFault(server.chunks)], [-1, -1], "first fault");
    await until(() => client.unsentOctets === 0 && server.unsentOctets === 0, "nothing unsent");
    same(client.early + server.early, 0, "events from inside a call");
    await release(connection);
  });

  add("what is written or closed in answer to `unsent`, however soon after it, leaves", async () => {
    const connection = await connect(driver.transport({ linger: 86_400 }));
    const { client, server } = connection;
    const MOST = 12;
    let hops = 0;
    // The answer comes 0, 1, 2 … steps of promises after the report: between any two steps of the driver's own.
    client.onUnsent = (octets) => {
      const wait = hops;
      hops += 1;
      if (octets > 0 || wait > MOST) return;
      void (async () => {
        for (let hop = 0; hop < wait; hop += 1) await Promise.resolve();
        if (wait < MOST) client.link.write(ascii("x"));
        else client.link.close("flush");
      })();
    };
    client.link.write(ascii("x"));
    await until(() => server.has("eof"), "the end");
    same(server.received, MOST + 1, "bytes");
    server.link.close("flush");
    await until(() => client.has("gone") && server.has("gone"), "both ends gone");
    await connection.listener.close();
  });

  add("chunks are plain Uint8Arrays", async () => {
    const connection = await connect();
    connection.client.link.write(ascii("x"));
    await until(() => connection.server.received === 1, "a byte");
    same(Object.getPrototypeOf(connection.server.chunks[0]) === Uint8Array.prototype, true, "plain");
    await release(connection);
  });

  add("many small messages of one turn leave together", async () => {
    const connection = await connect();
    const { client, server } = connection;
    for (let i = 0; i < 1000; i += 1) client.link.write(stream(i * 19, 19));
    await until(() => server.received === 19_000, "all bytes");
    same(firstFault(server.chunks), -1, "first fault");
    check(server.chunks.length <= 3, `few chunks: ${server.chunks.length}`);
    await release(connection);
  });

  add("one message of 4 MB and one of none", async () => {
    const connection = await connect();
    const { client, server } = connection;
    client.link.write(new Uint8Array(0));
    client.link.write(stream(0, 4 * MEGABYTE));
    await until(() => server.received === 4 * MEGABYTE, "all bytes");
    same(firstFault(server.chunks), -1, "first fault");
    await until(() => client.unsentOctets === 0, "nothing unsent");
    await release(connection);
  });

  add("50 MB there and back, with back-pressure both ways", async () => {
    const TOTAL = 50 * MEGABYTE;
    const HIGH = 256 * 1024;
    const MESSAGE = 4096;
    // The server sends back what comes and stops reading while it has too much unsent.
    const connection = await connect(driver.transport(), driver.transport(), (probe, link) => {
      let waiting = 0;
      let most = 0;
      probe.onBytes = (chunk) => {
        link.write(chunk);
        waiting += chunk.length;
        most = Math.max(most, waiting);
        if (waiting > HIGH) link.pause();
      };
      probe.onUnsent = (octets) => {
        check(octets <= waiting, `${octets} unsent of ${waiting}`);
        waiting = octets;
        if (waiting <= HIGH / 2) link.resume();
      };
    });
    const { client, server } = connection;
    let [sent, waiting, chunks] = [0, 0, 0];
    const fill = (): void => {
      for (; sent < TOTAL && waiting < HIGH; sent += MESSAGE, waiting += MESSAGE)
        client.link.write(stream(sent, MESSAGE));
    };
    // The client stops reading now and then, and compares as it goes rather than keep all.
    client.onBytes = (chunk) => {
      const expected = stream(client.received - chunk.length, chunk.length);
      check(equal(chunk, expected), `octets before ${client.received} are as sent`);
      client.chunks.length = 0;
      server.chunks.length = 0;
      chunks += 1;
      if (chunks % 100 !== 0) return;
      client.link.pause();
      void pass(1).then(() => client.link.resume());
    };
    client.onUnsent = (octets) => {
      waiting = octets;
      fill();
    };
    fill();
    await until(() => client.received === TOTAL, "everything back", 120_000);
    await until(() => waiting === 0, "nothing unsent");
    await release(connection);
  });

  add("a paused reader gets nothing, the writer's bytes stay unsent, and all arrive after the resume", async () => {
    const TOTAL = 32 * MEGABYTE;
    const connection = await connect(driver.transport(), driver.transport(), (_, link) => link.pause());
    const { client, server } = connection;
    for (let sent = 0; sent < TOTAL; sent += MEGABYTE) client.link.write(stream(sent, MEGABYTE));
    let last = -1;
    while (last !== client.unsentOctets) {
      last = client.unsentOctets ?? TOTAL;
      await pass(200);
    }
    check(last > 0, "something is unsent");
    same(server.received, 0, "bytes while paused");
    server.link.resume();
    await until(() => server.received > MEGABYTE, "bytes after the resume");
    server.link.pause();
    const { received } = server;
    await pass(50);
    same(server.received, received, "bytes after the second pause");
    server.link.resume();
    await until(() => server.received === TOTAL, "all bytes");
    same(firstFault(server.chunks), -1, "first fault");
    await until(() => client.unsentOctets === 0, "nothing unsent");
    await release(connection);
  });

  // Ends.

  add("flush: what is pending arrives before the end, both ends are gone, and nothing else is said", async () => {
    const { client, server, listener } = await connect();
    client.link.write(stream(0, 8 * MEGABYTE));
    client.link.close("flush");
    await until(() => server.has("eof"), "the end");
    same(server.received, 8 * MEGABYTE, "bytes");
    same(firstFault(server.chunks), -1, "first fault");
    server.link.close("flush");
    await until(() => client.has("gone") && server.has("gone"), "both ends gone");
    await pass(20);
    same(
      [client.events, server.events],
      [
        ["connected", "gone"],
        ["eof", "gone"],
      ],
      "events",
    );
    await listener.close();
  });

  add("flush: the last words arrive although the peer was sending and nobody had read it (no reset)", async () => {
    const connection = await connect(driver.transport(), driver.transport(), (_, link) => link.pause());
    const { client, server } = connection;
    client.link.write(stream(0, 32 * MEGABYTE));
    await pass(50);
    server.link.write(ascii("last words"));
    server.link.close("flush");
    await until(() => client.ended, "the end");
    same(client.events, ["connected", "eof"], "events of the client");
    same(textOf(client.bytesReceived), "last words", "what arrived");
    client.link.close("abort");
    await until(() => client.has("gone") && server.has("gone"), "both ends gone");
    same([server.events, server.received], [["gone"], 0], "what the server was told after it closed");
    await connection.listener.close();
  });

  add("flush: a peer that never closes is waited for a bounded time", async () => {
    const connection = await connect(driver.transport(), driver.transport({ linger: 0.05 }));
    const { client, server } = connection;
    server.link.write(ascii("bye"));
    server.link.close("flush");
    await until(() => server.has("gone"), "the server's end gone", 10_000);
    same(textOf(client.bytesReceived), "bye", "what arrived");
    await release(connection);
  });

  add("flush: a peer that never reads is waited for a bounded time", async () => {
    const connection = await connect(driver.transport(), driver.transport({ linger: 0.05 }));
    const { client, server } = connection;
    client.link.pause();
    server.link.write(new Uint8Array(32 * MEGABYTE));
    server.link.close("flush");
    await until(() => server.has("gone"), "the server's end gone", 10_000);
    await release(connection);
  });

  add("abort ends the waiting of a flush", async () => {
    const connection = await connect(driver.transport(), driver.transport({ linger: 86_400 }));
    const { server } = connection;
    server.link.close("flush");
    await pass(100);
    same(server.events, [], "events while the peer keeps its end open");
    server.link.close("abort");
    await until(() => server.has("gone"), "the server's end gone", 10_000);
    await release(connection);
  });

  add("abort: gone at once, nothing more is told, and the peer learns of the end", async () => {
    const { client, server, listener } = await connect();
    let flooding = true;
    server.onUnsent = (octets) => {
      if (flooding && octets === 0) server.link.write(new Uint8Array(65_536));
    };
    server.link.write(new Uint8Array(65_536));
    await until(() => client.received > MEGABYTE, "a flood");
    client.link.close("abort");
    const { received } = client;
    await until(() => client.has("gone"), "the client's end gone");
    await until(() => server.ended, "the server learns of it");
    flooding = false;
    await pass(20);
    same([client.received, client.events], [received, ["connected", "gone"]], "what came after the abort");
    server.link.close("abort");
    await until(() => server.has("gone"), "the server's end gone");
    await listener.close();
  });

  add("calls after a close are ignored, a second close too, and gone is told once", async () => {
    const connection = await connect();
    const { client, server } = connection;
    client.link.close("abort");
    client.link.close("flush");
    client.link.close("abort");
    client.link.write(ascii("x"));
    client.link.pause();
    client.link.resume();
    await until(() => client.has("gone"), "gone");
    client.link.write(ascii("x"));
    client.link.close("abort");
    client.link.close("flush");
    await pass(20);
    same([client.events, client.early], [["connected", "gone"], 0], "events of the client");
    same(server.received, 0, "bytes at the server");
    await release(connection);
  });

  add("an end in order is told once, and our side stays open until it is closed", async () => {
    const { client, server, listener } = await connect(driver.transport({ linger: 86_400 }));
    client.link.close("flush");
    await until(() => server.has("eof"), "the end");
    server.link.write(stream(0, MEGABYTE));
    await pass(50);
    same([server.events, client.events], [["eof"], ["connected"]], "events");
    server.link.close("flush");
    await until(() => client.has("gone") && server.has("gone"), "both ends gone");
    same(
      [server.events, client.events],
      [
        ["eof", "gone"],
        ["connected", "gone"],
      ],
      "events",
    );
    same(client.received, 0, "bytes told after the close");
    await listener.close();
  });

  // Some platforms send a FIN before the RST, and the first of the two counts.
  add("a reset is told once, as closed or eof, and closing after it is harmless", async () => {
    const { client, server, listener } = await connect();
    server.link.pause();
    client.link.write(stream(0, MEGABYTE));
    await pass(50);
    server.link.close("abort");
    await until(() => client.ended, "the reset");
    const [, end] = client.events;
    check(end === "eof" || (end === "closed" && client.reasons[0]!.length > 0), `the end is told: ${end}`);
    client.link.write(ascii("to nobody"));
    client.link.close("flush");
    same(client.events, ["connected", end], "events from inside close");
    await until(() => client.has("gone") && server.has("gone"), "both ends gone");
    await pass(20);
    same(client.events, ["connected", end, "gone"], "events");
    await listener.close();
  });

  add("what the peer said before it reset is delivered, although a write of ours fails first", async () => {
    const { client, server, listener } = await connect();
    server.link.pause();
    client.link.write(ascii("unread"));
    await pass(50);
    server.link.write(ascii("because"));
    // Enough for the bytes to leave, too little for anybody to be told of bytes: then the reset, and a write into it.
    for (let i = 0; i < 20; i += 1) await Promise.resolve();
    server.link.close("abort");
    client.link.write(ascii("more"));
    await until(() => client.ended, "the end");
    same(textOf(client.bytesReceived), "because", "what arrived");
    client.link.close("abort");
    await until(() => client.has("gone") && server.has("gone"), "both ends gone");
    await listener.close();
  });

  // Dialling.

  add("a refused dial fails once, later, with a reason", async () => {
    const { listener } = await serve(driver.transport(), { address: ipv4, port: 0 });
    await listener.close();
    const client = dial(driver.transport(), listener);
    same(client.early, 0, "events from inside dial");
    await until(() => client.ended, "the failure");
    await pass(20);
    same(client.events, ["failed"], "events");
    check(/refused/i.test(client.reasons[0]!), `the reason: ${client.reasons[0]}`);
  });

  add("what is no address fails later too, and is not looked up", async () => {
    for (const address of ["localhost", "999.1.1.1", ""]) {
      const client = dial(driver.transport(), { address, port: 179 });
      same(client.early, 0, "events from inside dial");
      await until(() => client.ended, "the failure");
      same(client.events, ["failed"], "events");
      check(/is not an address/.test(client.reasons[0]!), `the reason: ${client.reasons[0]}`);
    }
  });

  add("a cancelled dial says nothing but that it is gone", async () => {
    const { listener, accepted } = await serve(driver.transport(), { address: ipv4, port: 0 });
    const client = dial(driver.transport(), listener);
    client.link.write(ascii("never sent"));
    client.link.close("flush");
    await until(() => client.has("gone"), "gone");
    await pass(50);
    same([client.events, client.early], [["gone"], 0], "events");
    for (const { link } of accepted) link!.close("abort");
    await listener.close();
  });

  const noBlackHole = only(driver.blackHole !== null, "no place that does not answer");

  add(
    "a dial that nobody answers fails after its time",
    async () => {
      const hole = await driver.blackHole!();
      const transport = driver.transport();
      const start = transport.now();
      const client = dial(transport, hole, { timeout: 300 });
      await until(() => client.ended, "the failure");
      check(transport.now() - start >= 299, "not before its time");
      same([client.events, client.reasons], [["failed"], ["no answer within 0.3 s"]], "events");
      await hole.close();
    },
    noBlackHole,
  );

  add(
    "a dial that nobody answers can be given up",
    async () => {
      const hole = await driver.blackHole!();
      const client = dial(driver.transport(), hole, { timeout: 1000 });
      await pass(20);
      client.link.close("abort");
      await until(() => client.has("gone"), "gone");
      await pass(1200);
      same(client.events, ["gone"], "events");
      await hole.close();
    },
    noBlackHole,
  );

  // Time and chance.

  add("wakes once, not before its time and not from inside the call", async () => {
    const transport = driver.transport();
    const woken: number[] = [];
    const at = transport.now() + 30;
    transport.wake(at, () => woken.push(transport.now()));
    same(woken, [], "before");
    await until(() => woken.length > 0, "the wake-up");
    check(woken[0]! >= at, `${woken[0]} is not before ${at}`);
    await pass(50);
    same(woken.length, 1, "wake-ups");
  });

  add("a deadline in the past wakes soon", async () => {
    const transport = driver.transport();
    let woken = 0;
    transport.wake(transport.now() - 1000, () => (woken += 1));
    same(woken, 0, "wake-ups from inside the call");
    await until(() => woken > 0, "the wake-up");
  });

  add("there is one timer: a new deadline takes the place of the old, and null disarms", async () => {
    const transport = driver.transport();
    const woken: string[] = [];
    transport.wake(transport.now() + 10, () => woken.push("replaced"));
    transport.wake(transport.now() + 20, () => woken.push("kept"));
    await until(() => woken.length > 0, "the wake-up");
    transport.wake(transport.now() + 10, () => woken.push("disarmed"));
    transport.wake(null, () => woken.push("null"));
    await pass(50);
    same(woken, ["kept"], "wake-ups");
  });

  add("a deadline beyond 2^31 ms does not wake now", async () => {
    const transport = driver.transport();
    let woken = 0;
    transport.wake(transport.now() + 2 ** 31 + 1000, () => (woken += 1));
    await pass(100);
    same(woken, 0, "wake-ups");
    transport.wake(null, () => {});
  });

  add(
    "what came while the program stood still is delivered before a wake-up that was due meanwhile",
    async () => {
      const order: string[] = [];
      const connection = await connect();
      const { client, server } = connection;
      const transport = driver.transport();
      client.onBytes = (chunk) => {
        order.push(textOf(chunk));
        if (order.length > 1) return;
        transport.wake(transport.now() + 10, () => order.push("woken"));
        server.link.write(ascii("second"));
        void (async () => {
          // The driver's own steps, until the kernel has it. The event loop makes none.
          for (let hop = 0; hop < 20; hop += 1) await Promise.resolve();
          driver.stall!(40);
        })();
      };
      server.link.write(ascii("first"));
      await until(() => order.length === 3, "all three");
      same(order, ["first", "second", "woken"], "the order");
      await release(connection);
    },
    only(driver.stall !== null, "time is virtual"),
  );

  add("the clock goes forward and seeds are 32-bit integers, each its own", async () => {
    const transport = driver.transport();
    const before = transport.now();
    await pass(20);
    check(transport.now() > before, "time has passed");
    const seeds = Array.from({ length: 4 }, () => transport.seed());
    for (const seed of seeds) check(seed === (seed | 0) || seed === seed >>> 0, `${seed} is a 32-bit integer`);
    same(new Set(seeds).size, 4, "different seeds");
  });

  add("an AbortController tells its listeners and keeps the reason", async () => {
    const { signal, abort } = bound(driver.transport().abortController());
    let told = 0;
    signal.addEventListener("abort", () => (told += 1), { once: true });
    same(signal.aborted, false, "aborted before");
    abort("why");
    same([signal.aborted, signal.reason, told], [true, "why", 1], "after");
  });

  return cases;
}

/** The reason to skip, where something is not present. */
function only(present: boolean, reason: string): string | null {
  return present ? null : reason;
}

function mirrored([client, server]: [Endpoints, Endpoints]): void {
  same(
    [client.localAddress, client.localPort, client.remoteAddress, client.remotePort],
    [server.remoteAddress, server.remotePort, server.localAddress, server.localPort],
    "the ends of the two sides",
  );
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error("did not reject");
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, i) => octet === b[i]);
}

type Controller = ReturnType<Transport["abortController"]>;

function bound(controller: Controller): { readonly signal: Controller["signal"]; abort(reason: unknown): void } {
  return { signal: controller.signal, abort: (reason) => controller.abort(reason) };
}
