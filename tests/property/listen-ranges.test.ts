// Listen ranges against a naive model: whatever comes, goes and changes, a stranger is a peer of the longest prefix that has its
// address, a prefix never has more peers than its limit lets in, and what has gone is counted no more.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { parseAddress } from "../../packages/core/src/address/address.ts";
import { parseZonedPrefix } from "../../packages/core/src/address/prefix.ts";
import type { PeerEntry } from "../../packages/core/src/speaker/peer-entry.ts";
import { SpeakerMachine } from "../../packages/core/src/speaker/speaker-machine.ts";

const PREFIXES =
  "0.0.0.0/0 10.0.0.0/8 10.0.0.0/15 10.1.0.0/16 10.1.2.0/23 10.1.2.3/32 ::/0 2001:db8::/32 fe80::/10 fe80::%eth0/10 fe80::%eth1/10 fe80::/64 fe80::%eth0/64".split(
    " ",
  );
const ADDRESSES =
  "10.0.0.1 10.1.2.3 10.1.2.4 10.1.3.1 10.2.0.1 192.0.2.1 2001:db8::1 2001:db9::1 fe80::1%eth0 fe80::1%eth1 fe80::1%eth2 fe80:1::1%eth0 fe80:1::1%eth1".split(
    " ",
  );

type Step =
  | { readonly do: "add" | "limit"; readonly prefix: string; readonly limit: number }
  | { readonly do: "delete"; readonly prefix: string }
  | { readonly do: "connect"; readonly address: string }
  | { readonly do: "close"; readonly nth: number };

const prefix = fc.constantFrom(...PREFIXES);
const limit = fc.integer({ min: 1, max: 3 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant("add" as const), prefix, limit }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("limit" as const), prefix, limit }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), prefix }) },
    {
      weight: 8,
      arbitrary: fc.record({ do: fc.constant("connect" as const), address: fc.constantFrom(...ADDRESSES) }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant("close" as const), nth: fc.nat(20) }) },
  ),
  { minLength: 5, maxLength: 60 },
);

function bits(octets: Uint8Array): string {
  return [...octets].map((one) => one.toString(2).padStart(8, "0")).join("");
}

/** Bit by bit. */
function contains(range: string, address: string): boolean {
  const { bytes, length, zone } = parseZonedPrefix(range)!;
  const other = parseAddress(address)!;
  if (other.bytes.length !== bytes.length || (zone !== "" && zone !== other.zone)) return false;
  return bits(bytes).slice(0, length) === bits(other.bytes).slice(0, length);
}

/** The longest first, and before one as long that of a zone. */
function rank(range: string): number {
  return 2 * parseZonedPrefix(range)!.length + (range.includes("%") ? 1 : 0);
}

/** Of those that have it, the one to ask. */
function nearest(ranges: readonly string[], address: string): string | null {
  return ranges.filter((range) => contains(range, address)).sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

interface Connected {
  readonly address: string;
  readonly range: string;
  readonly peer: PeerEntry<null>;
  readonly conn: number;
}

test("peers of listen ranges are those of a naive model", () => {
  let rejected = 0;
  let made = 0;
  fc.assert(
    fc.property(steps, (life) => {
      const machine = new SpeakerMachine<null>({ routerId: "10.255.0.1", seed: 1 });
      machine.start(0);
      const limits = new Map<string, number>();
      let connected: Connected[] = [];
      const drain = (): void => {
        while (machine.poll() !== null);
      };
      for (const [now, step] of life.entries()) {
        if (step.do === "add" && !limits.has(step.prefix)) {
          const options = { prefix: step.prefix, limit: step.limit, localAs: 65001, remoteAs: "any" } as const;
          expect(machine.addRange(options, () => null)).toBe(step.prefix);
          limits.set(step.prefix, step.limit);
        } else if (step.do === "limit" && limits.has(step.prefix)) {
          machine.changeRange(now, step.prefix, { limit: step.limit });
          limits.set(step.prefix, step.limit);
        } else if (step.do === "delete" && limits.delete(step.prefix)) {
          machine.deleteRange(now, step.prefix);
          connected = connected.filter(({ range }) => range !== step.prefix);
        } else if (step.do === "close" && connected.length > 0) {
          const [gone] = connected.splice(step.nth % connected.length, 1);
          machine.handle(now, gone!.peer, { type: "closed", conn: gone!.conn, reason: "reset" });
        } else if (step.do === "connect") {
          const { address } = step;
          const localAddress = address.includes(":") ? "2001:db8::9" : "10.255.0.1";
          const { peer, ...accepted } = machine.accept(now, {
            localAddress,
            localPort: 179,
            remoteAddress: address,
            remotePort: 40_000 + now,
          });
          const before = connected.find((one) => one.address === address);
          const range = before?.range ?? nearest([...limits.keys()], address);
          const has = new Set(connected.filter((one) => one.range === range).map((one) => one.address)).size;
          const wanted = range !== null && (before !== undefined || has < limits.get(range)!);
          expect(peer !== null, `${address} of ${range}, which has ${has}`).toBe(wanted);
          if (peer === null) rejected += 1;
          else {
            if (before === undefined) made += 1;
            else expect(peer).toBe(before.peer);
            expect(peer.range?.prefix).toBe(range);
            connected.push({ address, range: range!, peer, conn: (accepted as { conn: number }).conn });
          }
        }
        drain();
        // Connections that have not shown their OPEN are bounded; of more the oldest goes.
        connected = connected.filter(({ peer, conn }) =>
          peer.machine.view().connections.some((connection) => connection.conn === conn),
        );
        const peers = new Map(connected.map((one) => [one.address, one.range]));
        expect(
          machine
            .list()
            .map(({ remoteAddress }) => remoteAddress)
            .sort(),
        ).toEqual([...peers.keys()].sort());
        for (const range of machine.ranges()) {
          expect(range.peers).toBe([...peers.values()].filter((one) => one === range.prefix).length);
          expect(range.limit).toBe(limits.get(range.prefix));
        }
      }
    }),
    { numRuns: 300 },
  );
  expect(Math.min(rejected, made)).toBeGreaterThan(100);
});
