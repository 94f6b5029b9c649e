// `bgpwire replay` as its user meets it: the real command, a capture, and a speaker that takes what is played.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Bgp4mpSubtype,
  encodeMrtRecord,
  indexedPeer,
  MrtType,
  TableDumpV2Subtype,
  type MrtFields,
} from "@bgpwire/capture";
import { bytesOf, encodeMessage, MessageType, toHex, type PeerOptions, type Session } from "@bgpwire/core";
import {
  asPath,
  attributeNamed,
  contextOf,
  createContext,
  decodeUpdate,
  endOfRib,
  formatAsPath,
  mergeAs4,
  origin,
  packUpdates,
  routesOf,
  type ContextOptions,
} from "@bgpwire/decoder";
import { createSpeaker } from "@bgpwire/transport-node";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { openBody } from "../support/wire.ts";
import { RunningCommand } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "bgpwire-replay-"));
const endings: (() => Promise<unknown>)[] = [];

afterAll(() => rmSync(folder, { recursive: true }));
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

/** A capture of these records. */
function capture(name: string, ...records: readonly MrtFields[]): string {
  const file = join(folder, name);
  writeFileSync(file, Buffer.concat(records.map(encodeMrtRecord)));
  return file;
}

const AS = 4_200_000_007;

/** What a collector in AS 65000 has of a session, to which the sender's address and AS number belong. */
function session(seconds: number, peerAddress: string, subtype: number) {
  return {
    type: MrtType.Bgp4mp,
    subtype,
    seconds,
    microseconds: null,
    peerAs: AS,
    localAs: 65_000,
    interfaceIndex: 0,
    peerAddress,
    localAddress: "192.0.2.1",
  } as const;
}

function message(seconds: number, type: number, body: Uint8Array, from: string = "192.0.2.7"): MrtFields {
  return {
    ...session(seconds, from, Bgp4mpSubtype.MessageAs4),
    kind: "bgp4mpMessage",
    message: encodeMessage(type, body),
  };
}

const ATTRIBUTES = [origin("igp"), asPath([AS, 65_010])];

function updates(prefixes: readonly string[], options: ContextOptions = {}): Uint8Array {
  const announce = prefixes.map((prefix) => (options.addPath === undefined ? prefix : { prefix, pathId: 5 }));
  const [body] = packUpdates({ announce, attributes: ATTRIBUTES, nextHop: "192.0.2.9" }, createContext(options));
  return body!;
}

const [X, Y, Z] = [updates(["198.51.100.0/24"]), updates(["203.0.113.0/24"]), updates(["10.0.0.0/8", "10.1.0.0/16"])];
const update = (seconds: number, body: Uint8Array, from?: string): MrtFields =>
  message(seconds, MessageType.Update, body, from);

/** A speaker that waits for the replay. */
async function router(options: Partial<PeerOptions> = {}) {
  const bodies: Uint8Array[] = [];
  const sessions: Session[] = [];
  const speaker = createSpeaker({ routerId: "192.0.2.1", listen: [{ address: "127.0.0.1", port: 0 }] });
  speaker.addPeer(
    { remoteAddress: "127.0.0.1", localAs: 65_000, remoteAs: "any", passive: true, ...options },
    {
      onEstablished(up) {
        sessions.push(up);
        return (body) => void bodies.push(bytesOf(body).slice());
      },
    },
  );
  endings.push(() => speaker.stop());
  await speaker.start();
  return { to: `127.0.0.1:${speaker.listeners[0]!.port}`, bodies, sessions };
}

function start(...args: string[]): RunningCommand {
  const command = new RunningCommand(["replay", ...args]);
  endings.push(() => command.kill());
  return command;
}

/** Plays a file to its end. @returns what the router got, in hexadecimal, and the session it got it on */
async function played(file: string, args: readonly string[] = [], options: Partial<PeerOptions> = {}) {
  const { to, bodies, sessions } = await router(options);
  const { code, stderr } = await start(file, "--to", to, "--speed", "max", "--once", ...args).ended;
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(sessions).toHaveLength(1);
  return { bodies: bodies.map(toHex), negotiated: sessions[0]!.negotiated };
}

describe("a session", { timeout: 30_000 }, () => {
  const two = capture("two.mrt", update(1, X), update(2, Z, "192.0.2.8"), update(3, Y), update(9000, X));

  it("of whoever has the most UPDATEs is played octet for octet, as its sender", async () => {
    const { bodies, negotiated } = await played(two);
    expect(bodies).toEqual([X, Y, X].map(toHex));
    expect(negotiated).toMatchObject({ remoteAs: AS, remoteIdentifier: "192.0.2.7" });
    expect(negotiated.families).toEqual([{ afi: 1, safi: 1 }]);
  });

  it("is that of --from, and --as and --router-id are ours", async () => {
    const { bodies, negotiated } = await played(two, [
      "--from",
      "192.0.2.8",
      "--as",
      "65007",
      "--router-id",
      "10.9.8.7",
    ]);
    expect(bodies).toEqual([toHex(Z)]);
    expect(negotiated).toMatchObject({ remoteAs: 65_007, remoteIdentifier: "10.9.8.7" });
  });

  it("has the OPEN of the capture", async () => {
    const open = openBody({ as: AS, identifier: "10.0.0.7", holdTime: 33 });
    const { negotiated } = await played(capture("open.mrt", message(1, MessageType.Open, open), update(2, X)));
    expect(negotiated).toMatchObject({ remoteAs: AS, remoteIdentifier: "10.0.0.7", holdTime: 33, routeRefresh: true });
  });

  it("begins anew where the session did", async () => {
    const down = {
      ...session(2, "192.0.2.7", Bgp4mpSubtype.StateChangeAs4),
      kind: "bgp4mpStateChange",
      oldState: 6,
      newState: 1,
    } as const;
    const { bodies } = await played(capture("down.mrt", update(1, X), down, update(3, Y), update(4, Z)));
    expect(bodies).toEqual([Y, Z].map(toHex));
  });

  it("is packed anew for a router that knows two octets of an AS number alone", async () => {
    const { bodies, negotiated } = await played(capture("old.mrt", update(1, Z)), [], { fourOctetAs: false });
    const { update: read } = decodeUpdate(Buffer.from(bodies[0]!, "hex"), contextOf(negotiated));
    expect(formatAsPath(attributeNamed(read.attributes, "asPath")!.segments)).toBe("23456 65010");
    expect(formatAsPath(attributeNamed(mergeAs4(read.attributes), "asPath")!.segments)).toBe(`${AS} 65010`);
    expect(routesOf(read).announced.map((route) => "prefix" in route && route.prefix)).toEqual([
      "10.0.0.0/8",
      "10.1.0.0/16",
    ]);
  });

  it("is packed anew for a router that takes no path identifiers", async () => {
    const withPath = updates(["198.51.100.0/24"], { addPath: [{ afi: 1, safi: 1 }] });
    const record = { ...update(1, withPath), subtype: Bgp4mpSubtype.MessageAs4Addpath } as MrtFields;
    expect((await played(capture("paths.mrt", record))).bodies).toEqual([toHex(X)]);
  });

  it("is played without what cannot be packed anew", async () => {
    const [body] = packUpdates(
      { announce: ["10.0.0.0/8"], attributes: ATTRIBUTES, nextHop: "192.0.2.9" },
      createContext(),
    );
    // NEXT_HOP is taken out, and the lengths say so.
    const without = Uint8Array.from([...body!.subarray(0, 4), ...body!.subarray(4, -9), ...body!.subarray(-2)]);
    without[3] = body![3]! - 7;
    const { to, bodies } = await router({ fourOctetAs: false });
    const command = start(capture("hop.mrt", update(1, without), update(2, X)), "--to", to, "--speed", "max");
    const { text } = await command.saw("note", {}, (note) => note.text.startsWith("played: "));
    expect(text).toMatch(/^played: 1 UPDATEs in .* s; 1 cannot be sent on this session$/);
    await expect.poll(() => bodies.length).toBe(1);
  });

  it("that ends before everything has been sent is exit code 1", async () => {
    const { to, bodies, sessions } = await router();
    // At this pace the last of three would come after nine seconds.
    const command = start(two, "--to", to, "--speed", "1000");
    await expect.poll(() => bodies.length, { timeout: 20_000 }).toBe(2);
    sessions[0]!.close({ code: 6, subcode: 2, data: new Uint8Array(0) });
    const { code, stdout } = await command.ended;
    expect(code).toBe(1);
    expect(stdout).not.toContain("played: ");
    expect(bodies).toHaveLength(2);
  });

  it("that is played stays until it is told to stop", async () => {
    const { to } = await router();
    const command = start(capture("one.mrt", update(1, X)), "--to", to);
    await command.saw("note", {}, ({ text }) => text.startsWith("played: 1 UPDATEs in "));
    command.child.kill("SIGINT");
    expect((await command.ended).code).toBe(0);
  });
});

it("a table is played with routes that are alike in one UPDATE, and ended by End-of-RIB", async () => {
  const header = { type: MrtType.TableDumpV2, seconds: 1, microseconds: null } as const;
  const attributes = X.subarray(4, 4 + X[2]! * 256 + X[3]!);
  const rib = (sequence: number, nlri: Uint8Array): MrtFields => ({
    ...header,
    kind: "rib",
    subtype: TableDumpV2Subtype.RibIpv4Unicast,
    sequence,
    family: { afi: 1, safi: 1 },
    nlri,
    entries: [{ peerIndex: 0, originatedTime: 1, pathId: null, attributes }],
  });
  const table = capture(
    "table.mrt",
    {
      ...header,
      kind: "peerIndexTable",
      subtype: TableDumpV2Subtype.PeerIndexTable,
      collectorBgpIdentifier: "192.0.2.1",
      viewName: "",
      peers: [indexedPeer("192.0.2.7", AS, "10.0.0.7")],
    },
    rib(0, Uint8Array.of(8, 10)),
    rib(1, Uint8Array.of(16, 10, 1)),
  );
  const { bodies, negotiated } = await played(table);
  expect(bodies).toEqual([Z, endOfRib({ afi: 1, safi: 1 })].map(toHex));
  expect(negotiated).toMatchObject({ remoteAs: AS, remoteIdentifier: "10.0.0.7" });
}, 30_000);

describe("what cannot be played", () => {
  const good = capture("good.mrt", update(1, X));
  const six = capture("six.mrt", {
    ...session(1, "2001:db8::7", Bgp4mpSubtype.MessageAs4),
    kind: "bgp4mpMessage",
    localAddress: "2001:db8::1",
    message: encodeMessage(MessageType.Update, X),
  });
  const empty = capture("empty.mrt", message(1, MessageType.Keepalive, new Uint8Array(0)));
  const text = join(folder, "text");
  writeFileSync(text, "no capture at all");
  const to = ["--to", "127.0.0.1:9"];

  it.each<[string[], RegExp]>([
    [[good], /^bgpwire: no router: give --to HOST:PORT\n$/],
    [[join(folder, "none"), ...to], /none: cannot be opened: there is no such file \(ENOENT\)/],
    [[text, ...to], /text: no capture of a known format: it begins with 6e6f/],
    [[empty, ...to], /empty\.mrt: there is no UPDATE and no route in it$/m],
    [
      [good, ...to, "--from", "192.0.2.8"],
      /^bgpwire: --from "192\.0\.2\.8": .*good\.mrt has nothing of it, but of 192\.0\.2\.7 \(1\)$/m,
    ],
    [[good, ...to, "--from", "me"], /^bgpwire: --from: "me" is not accepted; give an IPv4 or IPv6 address$/m],
    [
      [good, "--to", "127.0.0.1:70000"],
      /^bgpwire: --to: "127\.0\.0\.1:70000" is not accepted; give HOST:PORT, an IPv6 address in brackets$/m,
    ],
    [[good, ...to, "--speed", "0"], /^bgpwire: --speed: "0" is not accepted; give a number above 0, or max$/m],
    [[good, ...to, "--as", "0"], /^bgpwire: --as: "0" is not accepted; give a whole number from 1 to 4294967295$/m],
    [[six, ...to], /^bgpwire: --router-id: .*six\.mrt does not tell the BGP Identifier of 2001:db8::7; give one$/m],
  ])("%j is one clear message and exit code 2", async (args, said) => {
    const { code, stdout, stderr } = await start(...args).ended;
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  });
});
