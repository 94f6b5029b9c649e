// Options of a peer's sockets between the speaker and its transport: who is told what and when, and that a key goes nowhere else.
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ConfigError } from "../../packages/core/src/fault.ts";
import type { SocketOptions } from "../../packages/core/src/session/socket-options.ts";
import type { SpeakerOptions } from "../../packages/core/src/speaker/speaker-options.ts";
import type { SocketRule } from "../../packages/core/src/speaker/socket-calls.ts";
import { PeerMachine } from "../../packages/core/src/peer/machine.ts";
import { Recording } from "../support/recording.ts";
import { OPTIONS, SpeakerDriver } from "../support/speaker-driver.ts";

const KEY = "secret";
const OCTETS = new TextEncoder().encode(KEY);

/** A transport with options of sockets, and what it was told: a line for each time. */
function withSockets(options: Partial<SpeakerOptions> = {}): { d: SpeakerDriver; told: string[]; refuse: Set<string> } {
  const d = new SpeakerDriver(options);
  const told: string[] = [];
  const refuse = new Set<string>();
  Object.assign(d.transport, {
    socketOptions: {
      check: ({ bindToDevice }: SocketOptions) => {
        if (refuse.has(bindToDevice ?? "")) throw new ConfigError("invalid-value", "bindToDevice", "is not there");
      },
      protect: (rules: readonly SocketRule[]) => {
        const keys = rules.map(({ remote, options: { md5Password } }) => `${remote} ${text(md5Password)}`);
        told.push(keys.join(", "));
        if (keys.some((key) => refuse.has(key))) throw new Error("no memory for more");
      },
    },
  });
  return { d, told, refuse };
}

function text(octets: Uint8Array | null): string {
  return octets === null ? "none" : new TextDecoder().decode(octets);
}

describe("options of a peer's sockets", () => {
  test("without a transport that has them are an error, and there is no peer", () => {
    const d = new SpeakerDriver();
    expect(() => d.add({ dscp: 48 })).toThrow(
      new ConfigError(
        "invalid-value",
        "dscp",
        "this transport cannot set options of sockets; those of Node.js, Bun and Deno can, on Linux",
      ),
    );
    expect(d.speaker.peers()).toEqual([]);
    expect(() =>
      d.speaker.addListenRange({ prefix: "192.0.2.0/24", localAs: 1, remoteAs: 2, md5Password: KEY }),
    ).toThrow("md5Password: this transport");
    d.add();
    expect(() => d.speaker.changePeer("192.0.2.2", { ttl: 1 })).toThrow("ttl: this transport");
    expect(d.speaker.changePeer("192.0.2.2", { ttl: undefined })).toBe("kept");
  });

  test("go with each dial, in their newest form", async () => {
    const { d } = withSockets();
    d.add({ md5Password: KEY, ttlSecurity: 1 });
    await d.speaker.start();
    expect(d.transport.targets[0]!.socketOptions).toMatchObject({ md5Password: OCTETS, ttlSecurity: 1, ttl: null });
    expect(d.speaker.changePeer("192.0.2.2", { md5Password: undefined, ttlSecurity: undefined })).toBe("kept");
    d.transport.dialled.events!.failed("refused");
    d.transport.advance(60_000);
    expect(d.transport.targets[1]).not.toHaveProperty("socketOptions");
  });

  test("go to the connection that was accepted for the peer, and to no stranger's", async () => {
    const { d } = withSockets({ listen: [{ address: "192.0.2.1", port: 179 }] });
    d.add({ dscp: 48, passive: true });
    await d.speaker.start();
    expect(d.listener.connect("192.0.2.9").options).toEqual([]);
    expect(d.listener.connect("192.0.2.2").options).toMatchObject([{ dscp: 48 }]);
  });

  test("the sockets that listen are told of each change, and of none where no peer has any", () => {
    const { d, told } = withSockets();
    d.add({ remoteAddress: "192.0.2.3" });
    d.speaker.deletePeer("192.0.2.3");
    expect(told).toEqual([]);
    d.add({ md5Password: KEY });
    d.speaker.changePeer("192.0.2.2", { md5Password: "new" });
    const range = { localAs: 65001, remoteAs: 65002, md5Password: "all" };
    d.speaker.addListenRange({ prefix: "198.51.100.7/24", ...range });
    d.speaker.changeListenRange("198.51.100.0/24", { md5Password: undefined, ttlSecurity: 3 });
    d.speaker.deleteListenRange("198.51.100.0/24");
    d.speaker.deletePeer("192.0.2.2");
    expect(told).toEqual([
      "192.0.2.2 secret",
      "192.0.2.2 new",
      "192.0.2.2 new, 198.51.100.0/24 all",
      "192.0.2.2 new, 198.51.100.0/24 none",
      "192.0.2.2 new",
      "",
    ]);
  });

  test("that the system refuses leave no peer behind", async () => {
    const { d, told, refuse } = withSockets();
    await d.speaker.start();
    refuse.add("eth9").add("192.0.2.2 secret");
    expect(() => d.add({ bindToDevice: "eth9" })).toThrow("bindToDevice: is not there");
    expect(told).toEqual([]);
    expect(() => d.add({ md5Password: KEY })).toThrow("no memory for more");
    expect(told).toEqual(["192.0.2.2 secret", ""]);
    expect(d.speaker.peers()).toEqual([]);
  });

  test("peers with one address have one key", () => {
    const { d } = withSockets();
    d.add({ md5Password: KEY, localAddress: "192.0.2.1" });
    expect(() => d.add({ md5Password: "other", localAddress: "192.0.2.11" })).toThrow(
      "md5Password: is not that of the other peer at 192.0.2.2; give both the same",
    );
    expect(() => d.add({ localAddress: "192.0.2.11" })).toThrow("md5Password: is not that");
    // Neither does the zone of a link-local address make a difference to the kernel.
    d.add({ md5Password: KEY, remoteAddress: "fe80::2%eth0" });
    expect(() => d.add({ md5Password: "other", remoteAddress: "fe80::2%eth1" })).toThrow("md5Password: is not that");
    d.add({ md5Password: KEY, localAddress: "192.0.2.11" });
    expect(() => d.speaker.changePeer("192.0.2.2", { md5Password: "other" })).toThrow("md5Password: is not that");
  });
});

test("a key is in no event, no view, no snapshot and no input log", async () => {
  const recording = new Recording();
  const { d } = withSockets({ recorder: recording.recorder });
  const { peer, session } = await d.up({ md5Password: KEY, dscp: 48 });
  d.speaker.changePeer("192.0.2.2", { md5Password: `${KEY}-2` });
  const machine = new PeerMachine({ ...OPTIONS, md5Password: KEY }, { routerId: "192.0.2.1", seed: 1 });
  const everything = [d.events, d.heard, peer, peer.view(), session.peer, machine.snapshot()];
  // As whoever prints them would see it: the text, or its octets.
  const octets = new RegExp([...OCTETS].join(",\\s*"));
  for (const one of everything) {
    const printed = inspect(one, { depth: Infinity });
    expect(printed).not.toContain(KEY);
    expect(printed).not.toMatch(octets);
  }
  const log = new TextDecoder("latin1").decode(recording.file);
  expect(log).not.toContain(KEY);
  expect(log).toContain("dscp");
});
