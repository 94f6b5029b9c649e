// What is read of the kernel's answers. That they have routers in them is seen in tests/interop/unnumbered.test.ts.
import { fromHex, type SystemCalls } from "@bgpwire/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createSpeaker, dialRouters } from "./index.ts";
import { readNeighbours, routersOnLink } from "./neighbour-table.ts";
import { socketPlatform } from "./system-calls.ts";

/** A neighbour as Linux 6.18 on x86 tells it: header, entry, NDA_DST, NDA_LLADDR, NDA_PROBES. */
function neighbour({ state = "0400", flags = "80", device = "05000000", address = `fe80${"0".repeat(27)}b` } = {}) {
  const body = `0a000000${device}${state}${flags}01 14000100${address} 0a000200b666913bd0e40000 0800040000000000`;
  return `44000000 1c00 0200 01000000 00000000 ${body}`;
}

const DONE = "14000000 0300 0200 01000000 00000000 00000000";

function octets(text: string): Uint8Array {
  return fromHex(text.replaceAll(" ", ""))!;
}

function read(...messages: readonly string[]): [string[], boolean] {
  const routers: string[] = [];
  const goesOn = readNeighbours(octets(messages.join("")), 5, routers);
  return [routers, goesOn];
}

test("of a dump the routers of the device are taken that may be reached, and have a link-local address", () => {
  const others = [
    neighbour({ flags: "00" }),
    neighbour({ device: "06000000" }),
    neighbour({ state: "2000" }),
    neighbour({ state: "0100" }),
    neighbour({ address: `20010db8${"0".repeat(24)}` }),
  ];
  expect(read(neighbour(), ...others, neighbour({ address: `febf${"0".repeat(27)}c` }))).toEqual([
    ["fe80::b", "febf::c"],
    true,
  ]);
  expect(read(neighbour(), DONE, neighbour())).toEqual([["fe80::b"], false]);
});

test("an answer that is none ends the reading", () => {
  expect(read()).toEqual([[], false]);
  expect(read(neighbour().replace("4400", "4500"))).toEqual([[], false]);
  expect(read(neighbour().replace("4400", "0f00"))).toEqual([[], false]);
  expect(read(neighbour().replace("14000100", "00000100"))).toEqual([[], true]);
});

test("no octets make it throw, or read for ever", () => {
  const pieces = fc.array(fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant(octets(neighbour()))));
  fc.assert(
    fc.property(pieces, fc.nat(200), fc.nat(255), (parts, at, value) => {
      const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
      if (bytes.length > 0) bytes[at % bytes.length] = value;
      const routers: string[] = [];
      readNeighbours(bytes, 5, routers);
      expect(routers.length).toBeLessThanOrEqual(bytes.length / 68);
    }),
  );
});

function systemCalls(): SystemCalls | null {
  try {
    return socketPlatform.linux ? socketPlatform.calls() : null;
  } catch {
    return null;
  }
}

const system = systemCalls();
const why = system === null ? " (no foreign function interface, or not Linux)" : "";

test.skipIf(system === null)(`the kernel tells its whole table, and loopback has no routers${why}`, () => {
  const index = system!.if_nametoindex(new TextEncoder().encode("lo\0"));
  expect(index).toBeGreaterThan(0);
  expect(routersOnLink(system!, index)).toEqual([]);
});

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

test.skipIf(system === null)(`dialling the routers of a link keeps the process alive until it is ended${why}`, () => {
  const before = timers();
  const stop = dialRouters(createSpeaker({ routerId: "192.0.2.1" }), "no-such");
  expect(timers()).toBe(before + 1);
  stop();
  expect(timers()).toBe(before);
});
