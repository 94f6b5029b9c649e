// What tcpdump's own tests expect it to print about messages: a third reading, also of what Wireshark 4.0 does not know.
import { decodeOpen, type Capability } from "@bgpwire/core";
import { decodeUpdate, UpdateView, type Nlri, type PathAttribute } from "@bgpwire/decoder";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { absent, DATA } from "../support/corpus.ts";
import { captureMessages, filesIn } from "../support/foreign/corpora.ts";
import { bodyOf, typeOf, type ForeignMessage } from "../support/foreign/message.ts";

const EXPECTED = "pcap/tcpdump/expected/";

/** Lines of the expected text that are compared, and what is compared of them; the first that matches counts. */
const LINES: readonly (readonly [line: RegExp, fact: (groups: readonly string[]) => string])[] = [
  [/^\t {2}Version (\d+), my AS (\d+), Holdtime (\d+)s, ID (\S+)/, (groups) => `open ${groups.join(" ")}`],
  [/^\t {6}[\w ()-]+ \((\d+)\), length: (\d+)$/, ([code, length]) => `capability ${code} ${length}`],
  [
    /^\t\tAFI .* \((\d+)\), SAFI .* \((\d+)\), Send\/Receive: (\w+)/,
    (groups) => `path ids ${groups.join(" ").toLowerCase()}`,
  ],
  [/^\t\tAFI .* \((\d+)\), SAFI .* \((\d+)\), Count: (\d+)/, (groups) => `labels ${groups.join(" ")}`],
  [/^\t\tAFI .* \((\d+)\), SAFI .* \((\d+)\)$/, (groups) => `family ${groups.join(" ")}`],
  [/^\t\t 4 Byte AS (\d+)$/, ([as]) => `as ${as}`],
  [/^\t\tRestart Flags: \[(.*)\], Restart Time (\d+)s/, ([flags, time]) => `restart ${flags} ${time}`],
  [
    /^\t\tVersion (\d+), Direction (\w+) \(\d\), AFI .*\((\d+)\)/,
    (groups) => `bgpsec ${groups.join(" ").toLowerCase()}`,
  ],
  [/^\t\tRole name .* \((\d+)\)/, ([role]) => `role ${role}`],
  [
    /^\t {2}(?! )[\w ()-]+ \((\d+)\), length: (\d+), Flags \[(\w+)\]: ?(.*)$/,
    ([code, length, flags, text]) =>
      `attribute ${code} ${length} ${flags}${TEXTS.has(code!) ? ` ${text!.trim().toLowerCase()}` : ""}`,
  ],
  [/^\t {4}OTC (\d+)/, ([as]) => `otc ${as}`],
  [/^\t {4}(\d+:\d+:\d+(?:, \d+:\d+:\d+)*)\s*$/, ([list]) => `large ${list}`],
  [/^\t {4}AIGP TLV \(1\), length 11, metric (\d+)/, ([metric]) => `metric ${metric}`],
  [
    /^\t +(?:RD: (\S+) \(.*\), )?([\da-f.:]+\/\d+)(?:, label:([\d, ]+) \(bottom\))?(?:\s+Path Id: (\d+))?$/,
    ([distinguisher = "", prefix, labels = "", path = ""]) =>
      `route ${distinguisher} ${prefix} ${labels.replaceAll(" ", "")} ${path}`,
  ],
];

/** Attributes of which the text behind the flags is compared: ORIGIN, AS_PATH, NEXT_HOP, … */
const TEXTS: ReadonlySet<string> = new Set(["1", "2", "3", "4", "5", "9", "10", "17"]);

/** What tcpdump prints of each message. */
function theirs(file: string): string[][] {
  const messages: string[][] = [];
  for (const line of readFileSync(DATA + file, "utf8").split("\n")) {
    const header = /^\t(Open|Update) Message \(\d\), length: (\d+)/.exec(line);
    if (header !== null) messages.push([`${header[1]} ${header[2]}`]);
    else if (/^\t[A-Z]/.test(line)) messages.push([]);
    for (const [pattern, fact] of LINES) {
      const groups = pattern.exec(line);
      if (groups === null) continue;
      messages.at(-1)!.push(fact(groups.slice(1)));
      break;
    }
  }
  return messages.filter((facts) => facts[0]?.match(/^(Open|Update)/));
}

/** What we read in a message, in the same words. */
function ours(message: ForeignMessage): string[] {
  const { bytes } = message;
  if (typeOf(message) === 1) {
    const open = decodeOpen({ buffer: bytes, start: 19, end: bytes.length }, false);
    if (!open.ok) return [`Open ${bytes.length}`];
    const { version, myAs, holdTime, identifier, capabilities } = open.value;
    const first = `open ${version} ${myAs} ${holdTime} ${identifier}`;
    return [`Open ${bytes.length}`, first, ...capabilities.flatMap(capabilityFacts)];
  }
  const view = new UpdateView(message.context).read(bodyOf(message));
  const { update } = decodeUpdate(bodyOf(message), message.context);
  const attributes = update.attributes.flatMap((attribute, index) => {
    const flags = view.flags(index);
    const letters = [...FLAGS].filter((_, bit) => (flags & (0x80 >> bit)) !== 0).join("");
    const length = view.valueEnd(index) - view.valueStart(index);
    return [`attribute ${attribute.code} ${length} ${letters}${textOf(attribute)}`, ...attributeFacts(attribute)];
  });
  return [`Update ${bytes.length}`, ...update.withdrawn.map(routeFact), ...attributes, ...update.nlri.map(routeFact)];
}

const FLAGS = "OTPE";

function capabilityFacts(capability: Capability): string[] {
  switch (capability.name) {
    case "multiprotocol":
      return ["capability 1 4", `family ${capability.afi} ${capability.safi}`];
    case "addPath": {
      const list = capability.entries.map(({ afi, safi, direction }) => `path ids ${afi} ${safi} ${direction}`);
      return [`capability 69 ${4 * list.length}`, ...list];
    }
    case "multipleLabels": {
      const list = capability.entries.map(({ afi, safi, count }) => `labels ${afi} ${safi} ${count}`);
      return [`capability 8 ${4 * list.length}`, ...list];
    }
    case "fourOctetAs":
      return ["capability 65 4", `as ${capability.as}`];
    case "gracefulRestart": {
      const { restarting, notification, restartTime, families } = capability;
      const flags = [restarting && "R", notification && "N"].filter(Boolean).join(", ") || "none";
      return [`capability 64 ${2 + 4 * families.length}`, `restart ${flags} ${restartTime}`];
    }
    case "bgpsec":
      return ["capability 7 3", `bgpsec ${capability.version} ${capability.direction} ${capability.afi}`];
    case "role":
      return ["capability 9 1", `role ${capability.role}`];
    case "longLivedGracefulRestart":
      return [`capability 71 ${7 * capability.families.length}`];
    case "fqdn":
      return [`capability 73 ${2 + capability.hostName.length + capability.domainName.length}`];
    default:
      return [`capability ${capability.code} 0`];
  }
}

/** What tcpdump has behind the flags. */
function textOf(attribute: PathAttribute): string {
  switch (attribute.name) {
    case "origin":
      return ` ${attribute.value}`;
    case "asPath":
    case "as4Path": {
      const segments = attribute.segments.map(({ asNumbers }) => asNumbers.join(" "));
      return ` ${segments.join(" ") || "empty"}`;
    }
    case "nextHop":
      return ` ${attribute.address}`;
    case "multiExitDisc":
    case "localPref":
      return ` ${attribute.value}`;
    case "originatorId":
      return ` ${attribute.identifier}`;
    case "clusterList":
      return ` ${attribute.clusterIds.join(", ")}`;
    default:
      return "";
  }
}

/** What tcpdump has in the lines below. */
function attributeFacts(attribute: PathAttribute): string[] {
  switch (attribute.name) {
    case "onlyToCustomer":
      return [`otc ${attribute.as}`];
    case "aigp":
      return attribute.tlvs.map((tlv) => (tlv.name === "raw" ? "" : `metric ${tlv.metric}`));
    case "largeCommunities": {
      const list = attribute.communities.map((one) => `${one.globalAdministrator}:${one.localData1}:${one.localData2}`);
      return [`large ${list.join(", ")}`];
    }
    case "mpReachNlri":
    case "mpUnreachNlri":
      return attribute.kind === "raw" ? [] : (attribute.nlri as readonly Nlri[]).filter(isTold).map(routeFact);
    default:
      return [];
  }
}

/** tcpdump knows no EVPN, and no more than one label. */
function isTold(nlri: Nlri): boolean {
  return "prefix" in nlri && !("routeType" in nlri) && !("labels" in nlri && nlri.labels.length > 1);
}

function routeFact(nlri: Nlri): string {
  if (!("prefix" in nlri)) return "";
  const distinguisher = "routeDistinguisher" in nlri ? nlri.routeDistinguisher : "";
  // RFC 8277 section 2.4: in a withdrawn route, something else stands in their place.
  const labels = "labels" in nlri ? (nlri.labels.length === 0 ? "524288" : nlri.labels.join(",")) : "";
  return `route ${distinguisher} ${nlri.prefix} ${labels} ${nlri.pathId ?? ""}`;
}

/** A capture that puts into one message what can be there once, and what MP_REACH_NLRI cannot be: to us that is one fault. */
const NONSENSE = "bgp-addpath.pcap";

/** Captures with what tcpdump prints of them, as far as it can read them. */
function pairs(): { readonly capture: string; readonly text: string }[] {
  const rows = readFileSync(`${DATA}${EXPECTED}TESTLIST`, "utf8").split("\n");
  return rows.flatMap((row) => {
    const [, capture, text, options] = row.trim().split(/\s+/);
    if (capture === NONSENSE) return [];
    const isThere = capture !== undefined && text !== undefined && existsSync(`${DATA}${EXPECTED}${text}`);
    if (!isThere || options !== "-v" || !existsSync(`${DATA}pcap/tcpdump/${capture}`)) return [];
    return capture.startsWith("bgp") ? [{ capture: `pcap/tcpdump/${capture}`, text: EXPECTED + text }] : [];
  });
}

describe.skipIf(absent("pcap"))("tcpdump's expectations (skipped where they are absent)", () => {
  const all = absent("pcap") ? [] : pairs();

  test.each(all)("$capture", ({ capture, text }) => {
    const messages = captureMessages(capture).filter((message) => typeOf(message) <= 2);
    expect(messages.map((message) => ours(message).join("\n")).sort()).toEqual(
      theirs(text)
        .map((facts) => facts.join("\n"))
        .sort(),
    );
  });

  test("there are as many of them as there were", () => {
    expect(all.length).toBeGreaterThan(20);
    expect(filesIn(EXPECTED).length).toBeGreaterThan(all.length);
  });
});
