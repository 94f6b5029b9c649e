// UPDATEs of others: test vectors of ExaBGP and OpenDaylight, captures of hbgp, crash corpora of bio-rd and GoBGP. Nothing may
// throw, no octet may be lost, the tiers agree, and what is known to be good has no issue.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { absent, DATA } from "../support/corpus.ts";
import { fromHex, toHex } from "@bgpwire/core";
import {
  createContext,
  createUpdateDecoder,
  decodeUpdate,
  encodeUpdate,
  routesOf,
  STANDARD,
  UpdateView,
  type DecodeContext,
} from "@bgpwire/decoder";

const MARKER = Buffer.alloc(16, 0xff);

function filesIn(directory: string): string[] {
  return readdirSync(DATA + directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`);
}

/** Bodies of the UPDATEs among whole messages. */
function bodiesIn(bytes: Buffer): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = bytes.indexOf(MARKER); at >= 0; at = bytes.indexOf(MARKER, at + 1)) {
    if (at + 19 > bytes.length || bytes[at + 18] !== 2) continue;
    const end = at + bytes.readUInt16BE(at + 16);
    if (end >= at + 23 && end <= bytes.length) found.push(new Uint8Array(bytes.subarray(at + 19, end)));
  }
  return found;
}

/** Octets of a text in which there are hexadecimal digits with white space or colons between them. */
function octetsOf(text: string): Buffer {
  return Buffer.from(fromHex(text.replaceAll(/[\s:]/g, "")) ?? []);
}

/** Messages of ExaBGP's test files: whole ones, mostly behind `raw:`, and bodies behind a line that says "update". */
function exabgp(): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (const file of filesIn("exabgp")) {
    const lines = readFileSync(file, "latin1").split("\n");
    for (const line of lines) {
      const digits = /F{32}[0-9A-F:\s]*$/i.exec(line)?.[0];
      if (digits !== undefined) found.push(...bodiesIn(octetsOf(digits)));
    }
    const body = lines[0]!.startsWith("update ") ? octetsOf(lines[1]!) : Buffer.alloc(0);
    if (body.length > 0 && !body.includes(MARKER)) found.push(new Uint8Array(body));
  }
  return found;
}

/** Messages in the files of a directory: binary ones, and texts of nothing but hexadecimal digits. */
function messagesIn(directory: string): Uint8Array[] {
  return filesIn(directory).flatMap((file) => {
    const bytes = readFileSync(file);
    return bodiesIn(file.endsWith(".txt") ? octetsOf(bytes.toString("latin1")) : bytes);
  });
}

/** Whole files as bodies, with and without what would be their header. */
function files(directory: string): Uint8Array[] {
  return filesIn(directory).flatMap((file) => {
    const bytes = new Uint8Array(readFileSync(file));
    return [bytes, bytes.subarray(19)];
  });
}

const EVERY_FAMILY = STANDARD.families.map(({ afi, safi }) => ({ afi, safi }));

/** The sessions the messages may have been sent on; the files do not say which. */
const CONTEXTS: readonly DecodeContext[] = [true, false].flatMap((fourOctetAs) =>
  [[], EVERY_FAMILY].flatMap((addPath) =>
    (["unknown", "ebgp", "ibgp", "confed"] as const).map((session) => createContext({ session, fourOctetAs, addPath })),
  ),
);

const counter = createUpdateDecoder<{ routes: number }>({
  withdrawn: (into) => void (into.routes += 1),
  announced: (into) => void (into.routes += 1),
});

/** Decodes with every tier. @returns whether there is a session on which nothing is wrong with the message */
function survives(body: Uint8Array): boolean {
  let good = false;
  for (const context of CONTEXTS) {
    const { update, ...verdict } = decodeUpdate(body, context);
    expect(toHex(encodeUpdate(update, context))).toBe(toHex(body));
    expect(new UpdateView(context).read(body).verdict()).toEqual(verdict);
    const into = { routes: 0 };
    expect(counter.decode(body, context, into)).toEqual(verdict);
    const classic = verdict.action === "reset" ? 0 : update.withdrawn.length + update.nlri.length;
    expect(into.routes).toBe(classic);
    expect(() => routesOf(update, verdict.issues)).not.toThrow();
    good ||= verdict.issues.length === 0;
  }
  return good;
}

/** The messages with which something is wrong on every session, and what that is where nothing is known of the sender. */
function faults(bodies: readonly Uint8Array[]): string[] {
  return bodies
    .filter((body) => !survives(body))
    .map((body) => {
      const names = decodeUpdate(body, createContext()).issues.map((issue) => issue.name);
      return `${toHex(body)} ${names.join(" ")}`;
    })
    .sort();
}

/** Each body once. */
function unique(bodies: readonly Uint8Array[]): Uint8Array[] {
  return [...new Map(bodies.map((body) => [toHex(body), body])).values()];
}

describe.skipIf(absent("exabgp"))("ExaBGP's vectors (skipped where they are absent)", () => {
  test("are read and written back, and nothing is wrong with them but what its configuration asks for", () => {
    const bodies = unique(exabgp());
    expect(bodies.length).toBeGreaterThan(150);
    expect(faults(bodies)).toEqual([
      // An attribute 0x99 made up by conf-generic-attribute, without the Optional bit.
      "0000001c40010100400200400304c0a8016440050400000064609904000000642065656565 unrecognized-well-known",
      "0000001d40010100400200400304c0a80164400504000000647099000400000064206f6f6f6f unrecognized-well-known",
      // NEXT_HOP 255.255.255.255.
      "0000003040010100400200400304ffffffff40050400000064c020180000000100000002000000030000000a0000000b0000000c200a000007 next-hop-address",
      // An IPv4 next hop of an IPv6 route, which RFC 4798 has written as IPv4-mapped.
      "0000003240010100400200400304aaaaaaaa40050400000064800e1a00020104aaaaaaaa0080deadbeefdeadbeefdeadbeefdeadbeef mp-reach-next-hop",
    ]);
  });
});

describe.skipIf(absent("bgpraw"))("raw messages of other projects (skipped where they are absent)", () => {
  test("OpenDaylight's are read and written back, and nothing is wrong but what it tests for", () => {
    const bodies = unique(messagesIn("bgpraw/opendaylight"));
    expect(bodies.length).toBeGreaterThan(20);
    expect(faults(bodies)).toEqual([
      // ORIGIN of two octets, which makes nonsense of all that follows.
      "0000001a400102004003040a000002400e00010104ffffffff00180a0001180a0002 origin-length attribute-flags attribute-overrun missing-well-known missing-well-known",
      // MP_REACH_NLRI marked well-known, and no AS_PATH.
      "0000001b400101004003040a000002400e0d00010104ffffffff00180a0001180a0002 mp-flags missing-well-known",
    ]);
  });

  test("hbgp's are read and written back, and nothing is wrong with them", () => {
    const bodies = unique(messagesIn("bgpraw/hbgp"));
    expect(bodies.length).toBeGreaterThan(0);
    expect(faults(bodies)).toEqual([]);
  });

  test.each(["bio-rd-corpus", "gobgp-testdata"])("%s: what crashed others is survived", (project) => {
    const bodies = unique([...messagesIn(`bgpraw/${project}`), ...files(`bgpraw/${project}`)]);
    expect(bodies.length).toBeGreaterThan(10);
    for (const body of bodies) survives(body);
  });
});
