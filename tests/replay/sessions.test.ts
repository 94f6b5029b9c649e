// Every captured session that is whole, with our FSM in the part of each side: it comes into the states that the capture shows,
// sends the same OPEN and NOTIFICATION, KEEPALIVEs as RFC 4271 sections 4.4 and 10 have them, and keeps alive what was alive.
// Where it differs, a row below says why.
import { readdirSync, readFileSync } from "node:fs";
import { PcapEvents, readAll, replay, sessionsOf, type SideReplay } from "@bgpwire/capture";
import { describe, expect, test } from "vitest";
import { absent, DATA } from "../support/corpus.ts";
import { filesIn } from "../support/foreign/corpora.ts";

const RECORDED = new URL("../fixtures/recorded/", import.meta.url);

type Replayed = Extract<SideReplay, { replayed: true }>;

/** All sides of all sessions of a file. */
function replayFile(path: string | URL): SideReplay[] {
  const events = readAll(new PcapEvents(), new Uint8Array(readFileSync(path)));
  return [...sessionsOf(events).values()].flatMap((session) => replay(session).sides);
}

/** What one side does differently, without the times, which another recording would have others of. */
function differencesOf({ differences }: Replayed): string[] {
  return differences.map(({ kind, expected, got }) => `${kind}: ${expected} | ${got}`.replace(/\d+\.\d{3} s/g, "T"));
}

const CROSSING = "what it sent before it had the NOTIFICATION was captured after it";
const BUSY = "it had messages to send before it came to the UPDATE that ended the session";
const CLOSED_BOTH = "both sides ended the session at once, and their NOTIFICATIONs met";
const UNWELCOME_AS = "it was configured for another AS number than the one it met, which its OPEN does not tell";
const COLLISION = "it gave this connection up for another one with the same router, which is a session of its own here";
const WORDS = "ExaBGP puts words into the data of its NOTIFICATION";
const MADE_UP = "somebody made this session up, of two OPENs and no more";

const NO_CONFIRM = "state: nothing that shows OpenConfirm | OpenConfirm";
const NOT_UP = "state: nothing that shows Established | Established";

/** Every side that differs: its file and address, in which way, and why. A row is for one session. */
const EXPLAINED: readonly (readonly [file: string, address: string, differences: readonly string[], why: string])[] = [
  ["pcap/arkime/arkime_synthetic.pcap", "10.4.10.100", [NO_CONFIRM], MADE_UP],
  ["pcap/arkime/arkime_synthetic.pcap", "10.4.10.1", [NO_CONFIRM], MADE_UP],
  [
    "recorded/bird.pcap",
    "192.0.2.2",
    ["end: 1 more messages, to T | the end at T: received Cease/Administrative Shutdown"],
    CROSSING,
  ],
  [
    "recorded/bird.pcap",
    "192.0.2.2",
    ["end: 2 more messages, to T | the end at T: received Cease/Administrative Shutdown"],
    CROSSING,
  ],
  [
    "recorded/bird.pcap",
    "192.0.2.2",
    ['end: 1 more messages, to T | the end at T: received Cease/Administrative Shutdown: "switch 7 is replaced"'],
    CROSSING,
  ],
  [
    "recorded/bird.pcap",
    "192.0.2.2",
    ["end: 1 more messages, to T | the end at T: the length fields do not fit the message"],
    BUSY,
  ],
  [
    "recorded/bird.pcap",
    "192.0.2.1",
    [NO_CONFIRM, NOT_UP, "notification: OPEN Message Error/Bad Peer AS | none (the peer closed the connection)"],
    UNWELCOME_AS,
  ],
  [
    "recorded/bird.pcap",
    "192.0.2.1",
    ["notification: Cease/Administrative Shutdown | none (received Cease/Administrative Shutdown)"],
    CLOSED_BOTH,
  ],
  [
    "recorded/bird.pcap",
    "192.0.2.1",
    [
      NO_CONFIRM,
      NOT_UP,
      "notification: Cease/Connection Collision Resolution | none (received Cease/Connection Collision Resolution)",
    ],
    COLLISION,
  ],
  [
    "recorded/bird.pcap",
    "192.0.2.1",
    ["notification: Cease/Connection Collision Resolution | none (received Cease/Connection Collision Resolution)"],
    COLLISION,
  ],
  ["recorded/bird.pcap", "192.0.2.2", [NO_CONFIRM, NOT_UP], COLLISION],
  [
    "recorded/corebgp.pcap",
    "192.0.2.1",
    [NO_CONFIRM, "notification: OPEN Message Error/Bad Peer AS | none (192.0.2.1 closed the connection)", NOT_UP],
    UNWELCOME_AS,
  ],
  [
    "recorded/corebgp.pcap",
    "192.0.2.2",
    ["end: 1 more messages, to T | the end at T: received OPEN Message Error/Bad Peer AS"],
    CROSSING,
  ],
  ["recorded/corebgp.pcap", "192.0.2.1", [NO_CONFIRM, NOT_UP], COLLISION],
  ["recorded/corebgp.pcap", "192.0.2.2", [NO_CONFIRM], COLLISION],
  ["recorded/corebgp.pcap", "192.0.2.1", ["end: 1 more messages, to T | the end at T: received Cease"], CROSSING],
  [
    "recorded/exabgp.pcap",
    "192.0.2.2",
    [
      "notification: UPDATE Message Error/Malformed Attribute List (data 696e76616c696420746f74616c207061746820617474726962757465206c656e…) | UPDATE Message Error/Malformed Attribute List (the length fields do not fit the message)",
    ],
    WORDS,
  ],
  [
    "recorded/exabgp.pcap",
    "192.0.2.1",
    [NO_CONFIRM, "notification: OPEN Message Error/Bad Peer AS | none (192.0.2.1 closed the connection)", NOT_UP],
    UNWELCOME_AS,
  ],
  [
    "recorded/exabgp.pcap",
    "192.0.2.2",
    ["end: 1 more messages, to T | the end at T: received OPEN Message Error/Bad Peer AS"],
    CROSSING,
  ],
  ["recorded/exabgp.pcap", "192.0.2.2", [NO_CONFIRM], COLLISION],
  ["recorded/exabgp.pcap", "192.0.2.1", [NO_CONFIRM], COLLISION],
  [
    "recorded/exabgp.pcap",
    "192.0.2.2",
    ["end: 1 more messages, to T | the end at T: received Cease/Connection Collision Resolution"],
    CROSSING,
  ],
  ["recorded/exabgp.pcap", "192.0.2.2", [NO_CONFIRM, NOT_UP], COLLISION],
  [
    "recorded/frr.pcap",
    "192.0.2.1",
    [NO_CONFIRM, NOT_UP, "notification: OPEN Message Error/Bad Peer AS | none (the peer closed the connection)"],
    UNWELCOME_AS,
  ],
  [
    "recorded/frr.pcap",
    "192.0.2.2",
    [
      NO_CONFIRM,
      "notification: Cease/Connection Collision Resolution | none (received Cease/Connection Collision Resolution)",
    ],
    COLLISION,
  ],
  ["recorded/frr.pcap", "192.0.2.1", [NO_CONFIRM], COLLISION],
  [
    "recorded/frr.pcap",
    "192.0.2.2",
    [
      NO_CONFIRM,
      NOT_UP,
      "notification: Cease/Connection Collision Resolution | none (received Cease/Connection Collision Resolution)",
    ],
    COLLISION,
  ],
  [
    "recorded/gobgp.pcap",
    "192.0.2.1",
    [NO_CONFIRM, NOT_UP, "notification: OPEN Message Error/Bad Peer AS | none (the peer closed the connection)"],
    UNWELCOME_AS,
  ],
  [
    "recorded/gobgp.pcap",
    "192.0.2.1",
    ["notification: Cease/Administrative Shutdown | none (received Cease/Peer De-configured)"],
    CLOSED_BOTH,
  ],
  [
    "recorded/openbgpd.pcap",
    "192.0.2.1",
    [NO_CONFIRM, NOT_UP, "notification: OPEN Message Error/Bad Peer AS | none (the peer closed the connection)"],
    UNWELCOME_AS,
  ],
  [
    "recorded/openbgpd.pcap",
    "192.0.2.1",
    [
      'notification: Cease/Administrative Shutdown | none (received Cease/Administrative Shutdown: "bgpd shutting down")',
    ],
    CLOSED_BOTH,
  ],
];

/** Sides that are replayed in each file; in all others no session is whole. */
const SIDES: Readonly<Record<string, number>> = {
  "pcap/arkime/arkime_synthetic.pcap": 2,
  "pcap/hbgp/trace-20200213.pcapng": 12,
  "pcap/hbgp/trace-20200218.pcapng": 12,
  "pcap/isdx/arp_bgp.pcap": 8,
  "pcap/netgauze/bgp-multi-sources-open.pcap": 8,
  "pcap/netgauze/bgp.pcap": 2,
  "pcap/netgauze/multiple-sessions-traffic.pcap": 20,
  "pcap/ryu/bgp4-open.pcap": 1,
  "pcap/tcpdump/bgp-4byte-asn.pcap": 8,
  "pcap/tcpdump/bgp-bgpsec.pcap": 4,
  "pcap/tcpdump/bgp-enhanced-route-refresh.pcapng": 1,
  "pcap/tcpdump/bgp-evpn.pcap": 1,
  "pcap/tcpdump/bgp-extended-msg.pcapng": 1,
  "pcap/tcpdump/bgp-extended-optional-parameters-length.pcapng": 1,
  "pcap/tcpdump/bgp-lu-multiple-labels.pcap": 4,
  "pcap/traffic-reproducer/bgp.pcap": 2,
  "recorded/bird-families.pcap": 12,
  "recorded/bird.pcap": 54,
  "recorded/corebgp.pcap": 38,
  "recorded/exabgp-families.pcap": 8,
  "recorded/exabgp.pcap": 52,
  "recorded/frr-families.pcap": 28,
  "recorded/frr.pcap": 54,
  "recorded/gobgp-families.pcap": 36,
  "recorded/gobgp.pcap": 48,
  "recorded/openbgpd-families.pcap": 8,
  "recorded/openbgpd.pcap": 50,
};

/** Why others are not. */
const NOT_REPLAYABLE = [
  /^the capture has no message of [\da-f:.]+$/,
  /^the first message of [\da-f:.]+ is (UPDATE|NOTIFICATION|KEEPALIVE|ROUTE-REFRESH), not its OPEN$/,
  /^(\d+|some) octets of [\da-f:.]+ are missing or are no messages$/,
  /^the OPEN of [\da-f:.]+: version 255$/,
];

const unused = new Set(EXPLAINED);

/** Takes the row of a side that differs. */
function isExplained(file: string, side: Replayed): boolean {
  const differences = differencesOf(side);
  if (differences.length === 0) return true;
  for (const row of unused) {
    const [name, address, lines] = row;
    if (name === file && address === side.endpoint.address && lines.join("\n") === differences.join("\n")) {
      return unused.delete(row);
    }
  }
  return false;
}

function check(file: string, path: string | URL): void {
  const sides = replayFile(path);
  const replayed = sides.filter((side) => side.replayed);
  const differing = replayed.filter((side) => !isExplained(file, side));
  expect(differing.map((side) => [side.endpoint.address, differencesOf(side)])).toEqual([]);
  expect(replayed).toHaveLength(SIDES[file] ?? 0);
  const others = sides.flatMap((side) => (side.replayed ? [] : [side.reason]));
  expect(others.filter((reason) => !NOT_REPLAYABLE.some((known) => known.test(reason)))).toEqual([]);
}

const recorded = readdirSync(RECORDED).filter((name) => name.endsWith(".pcap"));
const foreign = absent("pcap") ? [] : filesIn("pcap").filter((name) => /\.(pcap|pcapng|cap)$/.test(name));

describe("our sessions with real routers", () => {
  test.each(recorded)("%s", (name) => check(`recorded/${name}`, new URL(name, RECORDED)));
});

describe.skipIf(absent("pcap"))("the captures of others", () => {
  test.each(foreign)("%s", (name) => check(name, DATA + name));
});

test("every row is of a session", () => {
  const rows = [...unused].filter(([file]) => !file.startsWith("pcap/") || foreign.length > 0);
  expect(rows).toEqual([]);
});
