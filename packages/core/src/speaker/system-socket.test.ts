// Sockets made by calls of the C library: the octets they are given, and how a connection comes about.
import { describe, expect, test } from "vitest";
import { toHex } from "../bytes/hex.ts";
import { checkSocketOptions } from "../session/socket-options.ts";
import { SocketProtection } from "./socket-protection.ts";
import { SystemDial, type SystemCalls } from "./system-socket.ts";
import type { DialTarget } from "./transport.ts";

const TARGET: DialTarget = { address: "192.0.2.2", port: 179, localAddress: null, timeout: 1000 };

/** A C library of which each `connect` ends with the next of these, "" for success. */
function system(connects: readonly string[] = ["EINPROGRESS"], fails: readonly string[] = []) {
  const calls: string[] = [];
  const left = [...connects];
  let error = "";
  const call =
    (name: string, result: number) =>
    (...args: readonly (number | Uint8Array)[]): number => {
      calls.push(`${name} ${args.map((arg) => (typeof arg === "number" ? arg : toHex(arg))).join(" ")}`);
      error =
        name === "connect"
          ? left.shift()!
          : (fails.find((one) => one.startsWith(`${name} `)) ?? "").slice(name.length + 1);
      return error === "" ? result : -1;
    };
  const fake: SystemCalls = {
    socket: call("socket", 7),
    bind: call("bind", 0),
    connect: call("connect", 0),
    close: call("close", 0),
    setsockopt: call("setsockopt", 0),
    if_nametoindex: (name) => (toHex(name) === "6574683000" ? 3 : 0),
    lastError: () => error,
  };
  return { system: fake, calls };
}

// A sockaddr begins in the byte order of this machine, which is little-endian wherever these tests run.
const IPV4 = `020000b3c0000202${"00".repeat(8)}`;
const LINK_LOCAL = `0a0000b300000000fe80${"00".repeat(13)}0203000000`;

describe("a connection made by system calls", () => {
  test("is looked at with the call that began it, until it is there", () => {
    const { system: fake, calls } = system(["EINPROGRESS", "EALREADY", "", "EISCONN"]);
    const dial = new SystemDial(fake, TARGET);
    // AF_INET; a stream that does not block and is closed on exec.
    expect(calls).toEqual(["socket 2 526337 0", `connect 7 ${IPV4} 16`]);
    expect([dial.connected(), dial.connected(), dial.connected()]).toEqual([false, true, true]);
    expect(calls).not.toContain("close 7");
  });

  test("that is refused says so, with the address", () => {
    const { system: fake } = system(["EINPROGRESS", "ECONNREFUSED"]);
    const dial = new SystemDial(fake, TARGET);
    expect(() => dial.connected()).toThrow("cannot connect to 192.0.2.2:179: ECONNREFUSED");
  });

  test("has its options and its source address before it begins, and a zone is the index of its device", () => {
    const { system: fake, calls } = system();
    const options = checkSocketOptions({ ttl: 9 })!;
    const dial = new SystemDial(
      fake,
      { ...TARGET, address: "fe80::2%eth0", localAddress: "fe80::2%3", socketOptions: options },
      (fd) => calls.push(`hook ${fd}`),
    );
    expect(dial.fd).toBe(7);
    expect(calls).toEqual([
      "socket 10 526337 0",
      "setsockopt 7 0 2 09000000 4",
      "setsockopt 7 41 16 09000000 4",
      `bind 7 ${LINK_LOCAL.replace("00b3", "0000")} 28`,
      "hook 7",
      `connect 7 ${LINK_LOCAL} 28`,
    ]);
  });

  test.each<[string, Partial<DialTarget>, string[], string]>([
    ["no address", { address: "localhost" }, [], "localhost is not an address"],
    [
      "a source address of another machine",
      { localAddress: "192.0.2.9" },
      ["bind EADDRNOTAVAIL"],
      "cannot bind to 192.0.2.9: EADDRNOTAVAIL",
    ],
    ["a device that is not there", { address: "fe80::2%eth9" }, [], "there is no network device eth9"],
    ["no descriptor left", {}, ["socket EMFILE"], "socket: EMFILE"],
  ])("with %s fails, and no descriptor is left", (_name, target, fails, message) => {
    const { system: fake, calls } = system(["EINPROGRESS"], fails);
    expect(() => new SystemDial(fake, { ...TARGET, ...target })).toThrow(message);
    const opened = calls.filter((call) => call.startsWith("socket ")).length - (message.includes("EMFILE") ? 1 : 0);
    expect(calls.filter((call) => call === "close 7")).toHaveLength(opened);
  });
});

test("options of sockets need Linux", () => {
  const protection = new SocketProtection({ name: "Node.js on win32", linux: false, calls: () => system().system });
  expect(() => protection.check(checkSocketOptions({ dscp: 1 })!)).toThrow(
    "dscp: needs Linux; this is Node.js on win32",
  );
});

test("a listener whose descriptor is not told is a matter only where a peer has options", () => {
  const protection = new SocketProtection({ name: "", linux: true, calls: () => system().system });
  protection.add({ fd: null }, "192.0.2.1");
  protection.protect([]);
  expect(() =>
    protection.protect([{ remote: "192.0.2.2", localAddress: null, options: checkSocketOptions({ ttlSecurity: 1 })! }]),
  ).toThrow("the runtime does not tell the descriptor of its socket");
});
