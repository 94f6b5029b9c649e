// The hooks that get at the system's sockets, and what is true of a socket at that moment.
import { spawnSync } from "node:child_process";
import { fstatSync, readFileSync } from "node:fs";
import { Socket } from "node:net";
import type { Endpoints, Link, LinkEvents } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import { nodeTransport, type NodeTransportOptions } from "./index.ts";
import { rawSocket, readNow } from "./raw-socket.ts";

const linux = process.platform === "linux";
const ADDRESS = "127.0.0.1";

/** One link's events, by name. */
class Log implements LinkEvents {
  readonly names: string[] = [];
  reason = "";
  connected(): void {
    this.names.push("connected");
  }
  failed(reason: string): void {
    this.names.push("failed");
    this.reason = reason;
  }
  bytes(): void {
    this.names.push("bytes");
  }
  eof(): void {
    this.names.push("eof");
  }
  closed(): void {
    this.names.push("closed");
  }
  unsent(): void {}
  gone(): void {
    this.names.push("gone");
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

/** What came of a dial, before it was let go of. */
interface Met {
  readonly names: readonly string[];
  readonly reason: string;
  /** How many connections the speaker that listens has heard of. */
  readonly accepted: number;
}

/** Connects one transport with options to itself, and lets go again. */
async function connection(options: NodeTransportOptions, timeout = 5000): Promise<Met> {
  const transport = nodeTransport(options);
  const accepted: Log[] = [];
  const links: Link[] = [];
  const listener = await transport.listen({ address: ADDRESS, port: 0 }, (link) => {
    const log = new Log();
    accepted.push(log);
    links.push(link);
    return log;
  });
  const client = new Log();
  const { port } = listener;
  links.push(transport.dial({ address: ADDRESS, port, localAddress: null, timeout }, client));
  await until(() => client.names.includes("failed") || (client.names.includes("connected") && accepted.length > 0));
  const names = [...client.names];
  for (const link of links) link.close("abort");
  await listener.close();
  return { names, reason: client.reason, accepted: accepted.length };
}

/** Whether the kernel lists this socket as one with a peer. */
function hasPeer(fd: number): boolean {
  const { ino } = fstatSync(fd);
  const rows = readFileSync("/proc/self/net/tcp", "utf8").split("\n");
  // Columns: slot, local, remote, state (0A listens), queues, timer, retransmits, uid, timeout, inode.
  return rows.some((row) => {
    const columns = row.trim().split(/\s+/);
    return columns[9] === String(ino) && columns[3] !== "0A";
  });
}

function refuse(words: string): never {
  throw new Error(words);
}

describe("raw sockets", () => {
  test("a socket that has no handle yet has no descriptor, and there is nothing to read", () => {
    const socket = new Socket();
    expect(rawSocket(socket)).toEqual({ fd: null });
    expect(readNow(socket)).toBeNull();
  });

  test.skipIf(!linux)("onDial comes between bind and connect", async () => {
    const seen: unknown[] = [];
    const met = await connection({
      onDial: ({ fd }, { address }) => seen.push(fstatSync(fd!).isSocket(), hasPeer(fd!), address),
    });
    expect(met.names).toEqual(["connected"]);
    expect(seen).toEqual([true, false, ADDRESS]);
  });

  test.skipIf(!linux)("onListen gets the listening socket, onAccept a connected one with its endpoints", async () => {
    const seen: string[] = [];
    let ends: Endpoints | null = null;
    await connection({
      onListen: ({ fd }, { address }) => seen.push(`listen ${hasPeer(fd!)} ${address}`),
      onAccept: ({ fd }, endpoints) => {
        seen.push(`accept ${hasPeer(fd!)}`);
        ends = endpoints;
      },
    });
    expect(seen).toEqual([`listen false ${ADDRESS}`, "accept true"]);
    expect(ends).toMatchObject({ localAddress: ADDRESS, remoteAddress: ADDRESS });
  });

  test("onDial that throws fails the dial with its words", async () => {
    const met = await connection({ onDial: () => refuse("no key for this peer") });
    expect(met.names).toEqual(["failed"]);
    expect(met.reason).toBe("no key for this peer");
  });

  test("onListen that throws rejects the listen with its words, and the port is free", async () => {
    let port = 0;
    const transport = nodeTransport();
    const first = await transport.listen({ address: ADDRESS, port }, () => new Log());
    ({ port } = first);
    await first.close();
    await expect(
      nodeTransport({ onListen: () => refuse("no permission") }).listen({ address: ADDRESS, port }, () => new Log()),
    ).rejects.toThrow("no permission");
    const again = await transport.listen({ address: ADDRESS, port }, () => new Log());
    await again.close();
  });

  test("onAccept that throws cuts the connection, and the speaker never hears of it", async () => {
    let calls = 0;
    const transport = nodeTransport({
      onAccept: () => {
        calls += 1;
        refuse("not today");
      },
    });
    const accepted: Log[] = [];
    const listener = await transport.listen({ address: ADDRESS, port: 0 }, () => {
      accepted.push(new Log());
      return accepted[0]!;
    });
    const client = new Log();
    const link = transport.dial({ address: ADDRESS, port: listener.port, localAddress: null, timeout: 5000 }, client);
    await until(() => client.names.includes("eof") || client.names.includes("closed"));
    link.close("abort");
    expect([calls, accepted.length]).toEqual([1, 0]);
    await listener.close();
  });

  test("linger is a number of seconds", () => {
    for (const linger of [-1, Number.NaN, "2" as unknown as number]) {
      expect(() => nodeTransport({ linger })).toThrow(
        expect.objectContaining({ code: "invalid-value", field: "linger" }),
      );
    }
  });
});

/** Sets the key of RFC 2385 for a peer, by a program that gets the descriptor as its number 3. */
function setMd5(fd: number, key: string): boolean {
  const script = `
import socket, struct, sys
key = sys.argv[2].encode()
peer = struct.pack("=HH4s120x", socket.AF_INET, 0, socket.inet_aton(sys.argv[1]))
option = peer + struct.pack("=BBHi80s", 0, 0, len(key), 0, key)
socket.socket(fileno=3).setsockopt(socket.IPPROTO_TCP, 14, option)
`;
  const { status } = spawnSync("python3", ["-c", script, ADDRESS, key], { stdio: ["ignore", "ignore", "ignore", fd] });
  return status === 0;
}

async function md5Works(): Promise<boolean> {
  if (!linux) return false;
  let works = false;
  const onListen: NodeTransportOptions["onListen"] = ({ fd }) => {
    works = fd !== null && setMd5(fd, "probe");
  };
  const listener = await nodeTransport({ onListen }).listen({ address: ADDRESS, port: 0 }, () => new Log());
  await listener.close();
  return works;
}

const md5 = await md5Works();

describe.skipIf(!md5)(
  `TCP MD5 signatures (RFC 2385) by the hooks${md5 ? "" : " (no Python, or no such option here)"}`,
  () => {
    test("with one key on both sides there is a connection", async () => {
      const met = await connection({
        onListen: ({ fd }) => setMd5(fd!, "secret"),
        onDial: ({ fd }) => setMd5(fd!, "secret"),
      });
      expect([met.names, met.accepted]).toEqual([["connected"], 1]);
    });

    test("with two keys there is none: the signature of the SYN itself is wrong", async () => {
      const met = await connection(
        {
          onListen: ({ fd }) => setMd5(fd!, "secret"),
          onDial: ({ fd }) => setMd5(fd!, "guess"),
        },
        300,
      );
      expect([met.names, met.accepted]).toEqual([["failed"], 0]);
      expect(met.reason).toBe("no answer within 0.3 s");
    });
  },
);
