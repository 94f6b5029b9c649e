// What is no BGP, or no BGP yet, in place of an OPEN: it costs its own connection and nobody's session, whoever says it.
import { describe, expect, test } from "vitest";
import { ascii } from "../support/driver-probe.ts";
import { FaultWorld } from "../support/fault-world.ts";
import { concat, hex, keepalive, message, notification, open, routeRefresh, update } from "../support/wire.ts";

/** The beginning of TLS: a record of 512 octets with a ClientHello. */
const CLIENT_HELLO = concat(hex("16 0301 0200 01 0001fc 0303"), new Uint8Array(506).fill(0x5a));

/** What is said first, and how it is answered after our OPEN (RFC 4271 sections 6.1 and 6.2, RFC 6608). */
const FIRST_WORDS: readonly (readonly [string, Uint8Array, string | null])[] = [
  ["HTTP", ascii("GET / HTTP/1.1\r\nHost: router\r\n\r\n"), "NOTIFICATION 1/1"],
  ["SSH", ascii("SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), "NOTIFICATION 1/1"],
  ["TLS", CLIENT_HELLO, "NOTIFICATION 1/1"],
  ["zeros", new Uint8Array(19), "NOTIFICATION 1/1"],
  ["ones", new Uint8Array(19).fill(0xff), "NOTIFICATION 1/2 ffff"],
  ["ones without end", new Uint8Array(1_000_000).fill(0xff), "NOTIFICATION 1/2 ffff"],
  ["a megabyte of nothing", new Uint8Array(1_000_000), "NOTIFICATION 1/1"],
  ["a length of 0", message(1, new Uint8Array(10), { length: 0 }), "NOTIFICATION 1/2 0000"],
  ["a length of 18", message(4, new Uint8Array(0), { length: 18 }), "NOTIFICATION 1/2 0012"],
  ["an OPEN of 65,535 octets", message(1, new Uint8Array(65_516)), "NOTIFICATION 1/2 ffff"],
  ["a KEEPALIVE of 20 octets", message(4, new Uint8Array(1)), "NOTIFICATION 1/2 0014"],
  ["a message of type 0", message(0, new Uint8Array(10)), "NOTIFICATION 1/3 00"],
  ["a message of type 255", message(255, new Uint8Array(10)), "NOTIFICATION 1/3 ff"],
  ["an OPEN of BGP-3", open({ version: 3 }), "NOTIFICATION 2/1 0004"],
  ["an OPEN of another AS", open({ as: 65_003 }), "NOTIFICATION 2/2"],
  ["an OPEN whose parameters are longer than it", open({ rawParameters: hex("ff") }), "NOTIFICATION 2/0"],
  ["an OPEN with a hold time of a second", open({ holdTime: 1 }), "NOTIFICATION 2/6"],
  ["a KEEPALIVE", keepalive(), "NOTIFICATION 5/1 04"],
  ["an UPDATE", update(), "NOTIFICATION 5/1 02"],
  ["a ROUTE-REFRESH", routeRefresh(), "NOTIFICATION 5/1 05"],
  ["a NOTIFICATION", notification(6, 2), null],
  ["a NOTIFICATION without an end", message(3, new Uint8Array(1), { length: 20 }), "NOTIFICATION 1/2 0014"],
  ["two OPENs", concat(open(), open()), "NOTIFICATION 5/2 01"],
];

/** Seconds until the linger is over, and the time in Idle that comes before the peer may try again. */
const OVER = 10;

describe.each(["inbound", "outbound"] as const)("said first, on an %s connection", (direction) => {
  test.each(FIRST_WORDS)("%s", async (_, words, answer) => {
    const world = await FaultWorld.make();
    const peer = world.addTrouble({ passive: direction === "inbound", dampPeerOscillations: false });
    const raw = direction === "inbound" ? await world.dial() : await world.dialled();
    raw.say(words);
    await world.pass(1);
    expect(raw.heard[0]).toBe("OPEN");
    expect(raw.heard.slice(1).filter((one) => one !== "KEEPALIVE")).toEqual(answer === null ? [] : [answer]);
    expect(peer.view().connections).toEqual([]);
    await world.pass(OVER);
    expect(world.sockets).toBe(0);
    // It is welcome once it speaks BGP.
    (direction === "inbound" ? await world.dial() : await world.dialled()).establish();
    await world.pass(1);
    expect(peer.state).toBe("Established");
    await world.over();
  });
});

test("none of it touches the session of the peer from whose address it comes", async () => {
  const world = await FaultWorld.make();
  const peer = world.addTrouble();
  (await world.dial()).establish();
  await world.pass(1);
  const whole = concat(open(), keepalive());
  // A second session, cut off at any octet, is no better.
  const cut = Array.from({ length: whole.length }, (_, length) => whole.subarray(0, length + 1));
  for (const words of [...FIRST_WORDS.map(([, said]) => said), ...cut]) {
    (await world.dial()).say(words);
    await world.network.time.pass(100);
    expect(peer.state).toBe("Established");
  }
  await world.pass(OVER);
  expect(world.events.filter((event) => event.type === "state" && event.from === "Established")).toEqual([]);
  await world.over();
});

test("a stranger's words are not even looked at", async () => {
  const world = await FaultWorld.make();
  const host = world.network.host("198.51.100.1");
  for (const [, words] of FIRST_WORDS) {
    const raw = await world.dial(host);
    raw.say(words);
    await world.pass(1);
    expect(raw.heard).toEqual(["NOTIFICATION 6/5"]);
  }
  await world.over();
  expect(world.sockets).toBe(0);
  expect(new Set(world.events.map(({ type }) => type))).toEqual(new Set(["rejected", "state", "open"]));
});

test("noise at random, at every moment of a session, ends that session in order", async () => {
  const world = await FaultWorld.make();
  const peer = world.addTrouble({ idleHoldTime: 0, dampPeerOscillations: false });
  const moments = [concat(), open(), concat(open(), keepalive()), concat(open(), keepalive(), update())];
  let random = 1;
  const octet = (): number => {
    random = (Math.imul(random, 0x5851f42d) + 0x14057b7e) | 0;
    return random >>> 24;
  };
  for (let i = 0; i < 200; i += 1) {
    const noise = Uint8Array.from({ length: 1 + octet() }, octet);
    // Half of it has a header, so that it is a message.
    const words = i % 2 === 0 ? noise : message(1 + (octet() % 5), noise);
    const raw = await world.dial();
    raw.say(moments[i % 4]!, words, words);
    await world.network.time.pass(200);
    raw.probe.link!.close("flush");
    await world.network.time.pass(200);
    expect(peer.view().connections, `round ${i}`).toEqual([]);
    if (i % 20 === 0) await world.bystander.exchange();
  }
  await world.over();
  expect(world.sockets).toBe(0);
});
