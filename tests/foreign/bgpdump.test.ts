// Every MRT file beside the checkout, and those that routers of ours wrote, as bgpdump prints them: line by line the same, or a
// table says what bgpdump has wrong.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encodeMessage, fromHex, MessageType } from "@bgpwire/core";
import { BgpdumpWriter, encodeMrtRecord, MrtEvents, readAll, type MrtFields, type MrtOptions } from "@bgpwire/capture";
import { afterAll, describe, expect, test } from "vitest";
import { absent } from "../support/corpus.ts";
import { filesIn, hasBzip2, unpacked } from "../support/foreign/corpora.ts";

const CI = process.env["CI"] !== undefined;
/** "bgpdump version 1.6.2" among what it says when it gets no file; null where it is not installed. */
const VERSION =
  /bgpdump version (\S+)/.exec(spawnSync("bgpdump", [], { encoding: "latin1" }).stderr ?? "")?.[1] ?? null;
const usable = VERSION?.startsWith("1.6.") ?? false;

const directory = mkdtempSync(join(tmpdir(), "bgpwire-bgpdump-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** What bgpdump prints. */
function theirs(file: Uint8Array): string[] {
  const path = join(directory, "file.mrt");
  writeFileSync(path, file);
  const { stdout } = spawnSync("bgpdump", ["-m", path], { encoding: "latin1", maxBuffer: 1 << 30 });
  return stdout.split("\n").slice(0, -1);
}

function ours(file: Uint8Array, options: MrtOptions = {}): string[] {
  const pieces: Uint8Array[] = [];
  const lines = new BgpdumpWriter((piece) => void pieces.push(piece));
  for (const event of readAll(new MrtEvents(options), file, 65_536)) lines.add(event);
  lines.flush();
  return Buffer.concat(pieces).toString("latin1").split("\n").slice(0, -1);
}

/** The first lines that differ, each with its number. */
function differences(mine: readonly string[], other: readonly string[]): string[] {
  const found: string[] = [];
  for (let i = 0; i < Math.max(mine.length, other.length) && found.length < 3; i += 1) {
    if (mine[i] !== other[i]) found.push(`${i + 1}: ${mine[i]} and not ${other[i]}`);
  }
  return found;
}

/** A file that bgpdump does not print as it is, and why. */
interface Misread {
  readonly why: string;
  /**
   * How many of its lines are right, and what follows is missing; or what can be said of its lines: that they are those of messages
   * read as their records say, or nothing.
   */
  readonly right: number | "as recorded" | null;
}

const OLD_BIRD: Misread = {
  why: "BIRD before RFC 8050 wrote path identifiers and did not say so: bgpdump takes prefixes of 253 bits out of them, and goes on",
  right: null,
};

/** There the octets of path identifiers and IPv4 prefixes are other prefixes. */
const UNSAID: Misread = {
  why: "path identifiers that the records do not tell of: bgpdump takes them for default routes",
  right: "as recorded",
};

const MISREAD: Readonly<Record<string, Misread>> = {
  "mrt/bgpkit-parser/bview.20000111.0032.gz": {
    why: "TABLE_DUMP with many routes in a record, whose length leaves out four octets: bgpdump reads the first route and is lost",
    right: 1,
  },
  "mrt/ripe-ncc-bgpdump/updates.et-header.2015.first.gz": {
    why: "BGP4MP_ET whose length leaves out the microseconds: bgpdump takes the end of a record for the next one",
    right: 79,
  },
  "mrt/mrtparse/00961c362b.mrt": OLD_BIRD,
  "mrt/mrtparse/bird6_bgp": OLD_BIRD,
  "mrt/bgpipe/sample.mrt": UNSAID,
  "mrt/mrtparse/4dcc22787b.mrt": UNSAID,
  "mrt/mrtparse/985f1e4250.mrt": UNSAID,
  "mrt/mrtparse/bird_bgp": UNSAID,
};

function octets(digits: string): Uint8Array {
  return fromHex(digits.replaceAll(/\s/g, ""))!;
}

const TIME = { seconds: 100, microseconds: null };
const SESSION = { peerAs: 65001, peerAddress: "192.0.2.1", localAs: 65002, localAddress: "192.0.2.2" };

/** The body of an UPDATE without withdrawn routes. */
function body(attributes: string, nlri: string): Uint8Array {
  const block = octets(attributes);
  return Uint8Array.of(0, 0, block.length >> 8, block.length, ...block, ...octets(nlri));
}

function message(subtype: number, update: Uint8Array): MrtFields {
  const bgp = encodeMessage(MessageType.Update, update);
  return { kind: "bgp4mpMessage", type: 16, subtype, ...TIME, ...SESSION, interfaceIndex: 0, message: bgp };
}

const ORIGIN_AND_PATH = "40010100 40020602010000fde9";
const ATTRIBUTES = `${ORIGIN_AND_PATH} 400304c0000209`;
const ROUTE = "100|A|192.0.2.1|65001|10.0.0.0/8";
const MANY = Array.from({ length: 800 }, () => "65001:65000").join(" ");

/** What bgpdump has wrong: a record, the lines that say what is in it, and those that bgpdump prints; null for those at random. */
const ERRORS: Readonly<Record<string, readonly [MrtFields, mine: readonly string[], other: readonly string[] | null]>> =
  {
    "a message that the local side sent with path identifiers is said to be from the local side": [
      message(11, body(ATTRIBUTES, "00000007 080a")),
      [`BGP4MP_LOCAL_AP|${ROUTE}|7|65001|IGP|192.0.2.9|0|0||NAG||`],
      ["BGP4MP_AP|100|A|192.0.2.2|65002|10.0.0.0/8|7|65001|IGP|192.0.2.9|0|0||NAG||"],
    ],
    "IPv6 routes that the local side withdrew: the IPv4 address of the peer is printed as one of IPv6": [
      message(7, body("800f06 0002 01 102001", "")),
      ["BGP4MP_LOCAL|100|W|192.0.2.1|65001|2001::/16"],
      ["BGP4MP_LOCAL|100|W|c000:201::|65001|2001::/16"],
    ],
    "MULTI_EXIT_DISC and LOCAL_PREF of IPv4 routes in MP_REACH_NLRI are printed as if they had a sign": [
      message(4, body(`${ORIGIN_AND_PATH} 800404ffffffff 800e0b 0001 01 04 c0000209 00 080a`, "")),
      [`BGP4MP|${ROUTE}|65001|IGP|192.0.2.9|0|4294967295||NAG||`],
      [`BGP4MP|${ROUTE}|65001|IGP|192.0.2.9|0|-1||NAG||`],
    ],
    "a next hop that is neither 4 nor 16 nor 32 octets long takes five fields with it": [
      message(4, body(`${ORIGIN_AND_PATH} 800e08 0002 01 00 00 102001`, "")),
      ["BGP4MP|100|A|192.0.2.1|65001|2001::/16|65001|IGP||0|0||NAG||"],
      ["BGP4MP|100|A|192.0.2.1|65001|2001::/16||NAG||"],
    ],
    "COMMUNITIES without a community is whatever is in memory": [
      message(4, body(`${ATTRIBUTES} c00800`, "080a")),
      [`BGP4MP|${ROUTE}|65001|IGP|192.0.2.9|0|0||NAG||`],
      null,
    ],
    "communities end after 8191 characters": [
      message(4, body(`${ATTRIBUTES} d0080c80 ${"fde9fde8".repeat(800)}`, "080a")),
      [`BGP4MP|${ROUTE}|65001|IGP|192.0.2.9|0|0|${MANY}|NAG||`],
      [`BGP4MP|${ROUTE}|65001|IGP|192.0.2.9|0|0|${MANY.slice(0, 8190)}|NAG||`],
    ],
    "a prefix that is longer than an address is printed, and memory behind it overwritten": [
      message(4, body(ATTRIBUTES, "080a 210a00000100")),
      [`BGP4MP|${ROUTE}|65001|IGP|192.0.2.9|0|0||NAG||`],
      [
        `BGP4MP|${ROUTE}|65001|IGP|192.0.2.9|0|0||NAG||`,
        "BGP4MP|100|A|192.0.2.1|65001|10.0.0.1/33|65001|IGP|192.0.2.9|0|0||NAG||",
      ],
    ],
    "a path identifier without a route has the default route": [
      message(9, body(ATTRIBUTES, "0000")),
      [],
      ["BGP4MP_AP|100|A|192.0.2.1|65001|0.0.0.0/0|0|65001|IGP|192.0.2.9|0|0||NAG||"],
    ],
    "RFC 6793 section 6: confederation segments in AS4_PATH are not discarded": [
      message(1, body("40010100 400208 0203 fde9 5ba0 5ba0 c01110 0301 0000fde9 0202 fa56ea01 fa56ea02", "080a")),
      [`BGP4MP|${ROUTE}|65001 4200000001 4200000002|IGP|255.255.255.255|0|0||NAG||`],
      [`BGP4MP|${ROUTE}|(65001) 4200000001 4200000002|IGP|255.255.255.255|0|0||NAG||`],
    ],
    "RFC 6793 section 4.2.3: a path of several segments is merged from its first one again and again": [
      message(1, body("40010100 40020c 0301 fde8 0203 fde9 5ba0 5ba0 c0110a 0202 fa56ea01 fa56ea02", "080a")),
      [`BGP4MP|${ROUTE}|(65000) 65001 4200000001 4200000002|IGP|255.255.255.255|0|0||NAG||`],
      [`BGP4MP|${ROUTE}|(65000) (65000) 4200000001 4200000002|IGP|255.255.255.255|0|0||NAG||`],
    ],
    "type BGP: the bar before the communities is missing": [
      {
        kind: "bgpMessage",
        type: 5,
        subtype: 1,
        ...TIME,
        ...SESSION,
        contents: body("40010100 4002040201fde9 c00804fde90001", "080a"),
      },
      [`BGP|${ROUTE}|65001|IGP|255.255.255.255|0|0|65001:1|NAG||`],
      [`BGP|${ROUTE}|65001|IGP|255.255.255.255|0|065001:1|NAG||`],
    ],
    "TABLE_DUMP of IPv6 with AS numbers of four octets: addresses are printed as those of IPv4": [
      {
        kind: "tableDump",
        type: 12,
        subtype: 4,
        ...TIME,
        view: 0,
        sequence: 0,
        entries: [
          {
            prefix: "2001:db8::",
            prefixLength: 32,
            status: 1,
            originatedTime: 1,
            peerAddress: "2001:db8::1",
            peerAs: 65001,
            attributes: octets(ATTRIBUTES),
          },
        ],
      },
      ["TABLE_DUMP|100|B|2001:db8::1|65001|2001:db8::/32|65001|IGP|192.0.2.9|0|0||NAG||"],
      ["TABLE_DUMP|100|B|32.1.13.184|65001|32.1.13.184/32|65001|IGP|192.0.2.9|0|0||NAG||"],
    ],
  };

describe.skipIf(!usable && !CI)(`bgpdump 1.6, here ${VERSION ?? "none"} (skipped without it)`, () => {
  const files = absent("mrt") ? [] : filesIn("mrt").filter((file) => !file.includes("prefix-lists"));

  describe.skipIf(absent("mrt") || !hasBzip2())("MRT files (skipped where they, or bzip2, are absent)", () => {
    test.each(files.filter((file) => !Object.hasOwn(MISREAD, file)))("%s", (file) => {
      const octets = unpacked(file);
      expect(differences(ours(octets), theirs(octets))).toEqual([]);
    });

    test.each(Object.entries(MISREAD))("%s, which bgpdump has wrong", (file, { right }) => {
      const octets = unpacked(file);
      const [mine, other] = [ours(octets), theirs(octets)];
      expect(other).not.toEqual(mine);
      if (typeof right === "number") {
        expect(other).toEqual(mine.slice(0, right));
        return;
      }
      if (right === "as recorded") {
        expect(differences(ours(octets, { addPath: [] }), other)).toEqual([]);
        return;
      }
      // Its routes are what the router had.
      const prefixes = mine.flatMap((line) => (line.startsWith("BGP4MP_AP|") ? [line.split("|")[5]!] : []));
      expect(prefixes.length).toBeGreaterThan(10);
      expect(prefixes.filter((prefix) => !/^(?:fd[\da-f:]+\/64|::\/0)$/.test(prefix))).toEqual([]);
    });
  });

  const RECORDED = fileURLToPath(new URL("../fixtures/recorded/", import.meta.url));
  const recorded = readdirSync(RECORDED).filter((file) => file.endsWith(".mrt"));

  test.each(recorded)("recorded/%s", (file) => {
    const octets = readFileSync(RECORDED + file);
    expect(differences(ours(octets), theirs(octets))).toEqual([]);
  });

  test.each(Object.entries(ERRORS))("an error of bgpdump: %s", (_why, [record, mine, other]) => {
    const file = encodeMrtRecord(record);
    expect(ours(file)).toEqual(mine);
    if (other === null) expect(theirs(file)).not.toEqual(mine);
    else expect(theirs(file)).toEqual(other);
  });
});
