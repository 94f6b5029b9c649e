// BGP messages of every capture, foreign and our own, as tshark finds them: by direction their times, types and lengths, in order.
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { toHex } from "@bgpwire/core";
import { PcapEvents, readAll, type CaptureEvent } from "@bgpwire/capture";
import type { DecodeContext } from "@bgpwire/decoder";
import { absent, DATA } from "../support/corpus.ts";
import { filesIn } from "../support/foreign/corpora.ts";
import { tsharkVersion } from "../support/foreign/tshark.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/recorded/", import.meta.url));

/** Captures by name, with their paths. */
function captures(): Map<string, string> {
  const ours = readdirSync(FIXTURES).filter((file) => file.endsWith(".pcap"));
  const foreign = absent("pcap") ? [] : filesIn("pcap").filter((file) => /\.pcap(ng)?$/.test(file));
  return new Map([
    ...ours.map((file): [string, string] => [`fixtures/${file}`, FIXTURES + file]),
    ...foreign.map((file): [string, string] => [file, DATA + file]),
  ]);
}

const ALL = captures();

const MARKER = "a marker that is not all ones: Wireshark goes on by the length there, and we look for the next marker";
const FRAGMENT = "a fragment of a packet of which the others are missing: Wireshark shows what is in it all the same";

/** Captures of which tshark says something else, and why: all of them were made to be broken. */
const DIFFERENT: Readonly<Record<string, string>> = {
  "pcap/malformed/pcapplusplus/6fda21d7ebaa0391434f17eecf25b1d7c58633f96b6906183c626cbdfc35b325.pcap": MARKER,
  "pcap/malformed/pcapplusplus/a7a658b6e51576eafe7990dbc35c5bfff991d914c9ead914e26e3bfc3e88221c.pcap": MARKER,
  "pcap/malformed/pcapplusplus/adb739b5829aacedbec6cf3969413997d23b6f2e3350ddf0b1cc3b4d1c335a95.pcap": MARKER,
  "pcap/malformed/pcapplusplus/clusterfuzz-testcase-minimized-FuzzTarget-5643903448645632.pcap": MARKER,
  "pcap/malformed/tcpdump/bgp-aigp-oobr.pcap": MARKER,
  "pcap/malformed/tcpdump/bgp-as-path-oobr.pcap": MARKER,
  "pcap/malformed/tcpdump/bgp-bgp_capabilities_print-oobr-1.pcap": FRAGMENT,
  "pcap/malformed/tcpdump/bgp-bgp_capabilities_print-oobr-2.pcap": FRAGMENT,
  "pcap/malformed/tcpdump/bgp-ub.pcap": MARKER,
  "pcap/malformed/tcpdump/bgp_mp_reach_nlri-oobr.pcap": MARKER,
  "pcap/malformed/tcpdump/bgp_mvpn_6_and_7_oobr.pcap": MARKER,
  "pcap/malformed/tcpdump/bgp_pmsi_tunnel-oobr.pcap": FRAGMENT,
  "pcap/malformed/tcpdump/bgp_vpn_rt-oobr.pcap": MARKER,
};

interface Messages {
  /** "seconds.nanoseconds type length" of every message, by direction. */
  readonly [direction: string]: readonly string[];
}

function eventsOf(path: string, pieces?: number, ports?: readonly number[]): CaptureEvent[] {
  const file = new Uint8Array(readFileSync(path));
  return readAll(new PcapEvents(ports === undefined ? {} : { ports }), file, pieces);
}

function ours(path: string): Messages {
  const found: Record<string, string[]> = {};
  for (const event of eventsOf(path)) {
    // What BMP has of other sessions has a file of tests of its own.
    if (event.kind !== "message" || event.direction.rib !== null) continue;
    const { seconds, nanoseconds, type, start, end, direction } = event;
    const [from, to] = [direction.sender, direction.receiver].map(({ address, port }) => `${address} ${port}`);
    const messages = (found[`${from} > ${to}`] ??= []);
    messages.push(`${seconds}.${String(nanoseconds).padStart(9, "0")} ${type} ${end - start}`);
  }
  return found;
}

const run = promisify(execFile);

const FIELDS = [
  "frame.time_epoch",
  "ip.src",
  "ipv6.src",
  "tcp.srcport",
  "ip.dst",
  "ipv6.dst",
  "tcp.dstport",
  "bgp.type",
  "bgp.length",
];

async function theirs(path: string): Promise<Messages> {
  const fields = FIELDS.flatMap((field) => ["-e", field]);
  const options = ["-n", "-r", path, "-Y", "bgp", "-T", "fields", "-E", "separator=;", ...fields];
  // It complains of files that are cut off, and gives what it has all the same.
  const { stdout } = await run("tshark", options, { maxBuffer: 1 << 28 }).catch((failed: { stdout: string }) => failed);
  const found: Record<string, string[]> = {};
  for (const line of stdout.split("\n").filter((line) => line !== "")) {
    const [time, from4, from6, fromPort, to4, to6, toPort, types, lengths] = line.split(";") as string[];
    const messages = (found[`${from4 || from6} ${fromPort} > ${to4 || to6} ${toPort}`] ??= []);
    const [type, length] = [types!.split(","), lengths!.split(",")];
    for (const [i, octets] of length.entries()) messages.push(`${time} ${type[i]} ${octets}`);
  }
  return found;
}

/** Captures that can be put one behind the other, as no two of them have a connection between the same addresses and ports. */
function groups(): string[][] {
  const found: { readonly paths: string[]; readonly connections: Set<string> }[] = [];
  for (const [name, path] of ALL) {
    // mergecap does not take one that is cut off or worse.
    if (name in DIFFERENT || eventsOf(path).some(({ kind }) => kind === "problem")) continue;
    const connections = Object.keys(ours(path)).map((direction) => direction.split(" > ").sort().join());
    let group = found.find((group) => !connections.some((connection) => group.connections.has(connection)));
    if (group === undefined) found.push((group = { paths: [], connections: new Set() }));
    group.paths.push(path);
    for (const connection of connections) group.connections.add(connection);
  }
  return found.map(({ paths }) => paths);
}

const withoutTshark = tsharkVersion() === null && process.env["CI"] === undefined;

describe.skipIf(withoutTshark)("beside tshark (skipped without it)", () => {
  test("every message of every capture whose packets can be read", async () => {
    const directory = mkdtempSync(join(tmpdir(), "bgpwire-"));
    try {
      for (const [index, paths] of groups().entries()) {
        const merged = join(directory, `${index}`);
        await run("mergecap", ["-a", "-w", merged, ...paths]);
        expect(Object.assign({}, ...paths.map(ours))).toEqual(await theirs(merged));
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  }, 300_000);

  test.each(Object.entries(DIFFERENT).filter(([name]) => ALL.has(name)))("%s: %s", async (name) => {
    const path = ALL.get(name)!;
    expect(ours(path)).not.toEqual(await theirs(path));
  });
});

test("where Wireshark goes on by the length, a gap is told, and in fragments there is nothing to read", () => {
  for (const [name, why] of Object.entries(DIFFERENT)) {
    if (!ALL.has(name)) continue;
    const kinds = new Set(eventsOf(ALL.get(name)!).map(({ kind }) => kind));
    expect({ name, kinds: [...kinds].filter((kind) => kind === "gap" || kind === "up") }).toEqual({
      name,
      kinds: why === MARKER ? ["up", "gap"] : [],
    });
  }
});

/** All ports, so that whatever TCP carries is read as BGP. */
const PORTS = Array.from({ length: 0xffff }, (_, i) => i + 1);

test.skipIf(absent("bmp"))(
  "BGP within BMP, as the most confusing thing that can be taken for it, is found by its markers",
  () => {
    const files = filesIn("bmp").filter((file) => /\.pcap(ng)?$/.test(file));
    const events = files.flatMap((file) => eventsOf(DATA + file, undefined, PORTS));
    expect(events.filter(({ kind }) => kind === "message").length).toBeGreaterThan(10_000);
    expect(events.filter(({ kind }) => kind === "gap").length).toBeGreaterThan(1000);
  },
);

/** An event as text: ranges as their octets, its context by what it was made from. */
function line(event: CaptureEvent): string {
  return JSON.stringify(event, (key, value: unknown) => {
    if (value === null || typeof value !== "object") return value;
    if ("buffer" in value) {
      const { buffer, start, end, ...rest } = value as { buffer: Uint8Array; start: number; end: number };
      return { ...rest, octets: toHex(buffer.subarray(start, end)) };
    }
    if (key !== "context") return value;
    const { fourOctetAs, addPath } = value as DecodeContext;
    return { fourOctetAs, addPath };
  });
}

test.each([...ALL])("%s: the same however it is cut", (_name, path) => {
  expect(eventsOf(path, 997).map(line)).toEqual(eventsOf(path).map(line));
});
