// Every message of every corpus, field by field, against Wireshark's reading: where the two differ, a table says why, and the fields
// that nobody compares have their names and reasons in another.
import { decodeCapabilityMessage, encodeCapability, encodeMessage } from "@bgpwire/core";
import { createContext, decodeUpdate, dissect, type DissectedField } from "@bgpwire/decoder";
import { beforeAll, describe, expect, test } from "vitest";
import { absent } from "../support/corpus.ts";
import { uniqueMessages } from "../support/foreign/corpora.ts";
import { vpnIPv6Label } from "../support/foreign/fields/labeled.ts";
import { fieldsOf } from "../support/foreign/fields/messages.ts";
import { bodyOf, typeOf, type ForeignMessage } from "../support/foreign/message.ts";
import { ekName, readWithTshark, showWithTshark, tsharkVersion, type Reading } from "../support/foreign/tshark.ts";
import { ELSEWHERE, EXPLAINED, hasVpnPaths, NOT_COMPARED } from "./tshark-differences.ts";

const version = tsharkVersion();
const CI = process.env["CI"] !== undefined;
/** The tables are about this version: another one reads more, and other things wrong. */
const usable = version?.startsWith("4.0.") === true;

/** What one corpus showed. */
class Comparison {
  messages = 0;
  /** Values that were compared. */
  values = 0;
  /** Fields of messages with which nothing is wrong. */
  readonly seen = new Set<string>();
  readonly compared = new Set<string>();
  readonly differences: string[] = [];
  readonly explained = new Set<number>();

  add(message: ForeignMessage, reading: Reading): void {
    this.messages += 1;
    const { fields, complete } = fieldsOf(message);
    const ours = new Map([...fields.values].map(([name, values]) => [ekName(name), values]));
    for (const name of ours.keys()) this.compared.add(name);
    for (const name of new Set([...ours.keys(), ...reading.fields.keys()])) {
      const theirs = (reading.fields.get(name) ?? []).filter((value) => value !== null);
      const own = ours.get(name) ?? [];
      if (reading.scattered.has(name)) for (const values of [own, theirs]) values.sort();
      const row = EXPLAINED.findIndex(
        ({ files, fields, when }) => files.test(message.source) && fields.test(name) && (when?.(message) ?? true),
      );
      if (complete && theirs.length > 0 && row < 0) this.seen.add(name);
      if (Object.hasOwn(NOT_COMPARED, name)) continue;
      this.values += own.length;
      if (complete ? equal(own, theirs) : isPartOf(own, theirs)) continue;
      if (row >= 0) this.explained.add(row);
      else this.differences.push(`${message.source}\n  ${name}\n  ours   ${short(own)}\n  theirs ${short(theirs)}`);
    }
  }
}

function short(values: readonly unknown[]): string {
  return JSON.stringify(values).slice(0, 200);
}

function equal(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Offsets at which a field begins or ends. */
function edgesOf({ offset, length, children }: DissectedField, into: Set<number>): Set<number> {
  into.add(offset).add(offset + length);
  for (const child of children) edgesOf(child, into);
  return into;
}

/** Messages that have between them a few of every field, below every other: the others are like them. */
function manifold(messages: readonly ForeignMessage[]): ForeignMessage[] {
  const counts = new Map<string, number>();
  const isNew = (field: DissectedField, path: string): boolean => {
    const here = `${path}/${field.label}`;
    const count = (counts.get(here) ?? 0) + 1;
    counts.set(here, count);
    // Not `some`: all of it counts.
    return field.children.filter((child) => isNew(child, here)).length > 0 || count <= FEW;
  };
  const sound = messages.filter((message) => fieldsOf(message).complete && !/malformed|bio-rd/.test(message.source));
  return sound.filter((message) => isNew(dissect(message.bytes, message.context), ""));
}

const FEW = 5;

/** What Wireshark's labels for people are to say of a message of an IPv6 VPN that it can read. */
function labelsOf(message: ForeignMessage): string[] {
  if (typeOf(message) !== 2) return [];
  return decodeUpdate(bodyOf(message), message.context).update.attributes.flatMap((attribute) => {
    if (attribute.name !== "mpReachNlri" && attribute.name !== "mpUnreachNlri") return [];
    if (attribute.afi !== 2 || attribute.kind !== "labeledVpnPrefix" || hasVpnPaths(message)) return [];
    return attribute.nlri.flatMap((nlri) => vpnIPv6Label(nlri, attribute) ?? []);
  });
}

/** Do these stand in the others, in their order? What we reject is not told, while Wireshark goes on. */
function isPartOf(part: readonly unknown[], whole: readonly unknown[]): boolean {
  let at = 0;
  for (const value of whole) if (at < part.length && part[at] === value) at += 1;
  return at === part.length;
}

async function compare(messages: readonly ForeignMessage[]): Promise<Comparison> {
  const comparison = new Comparison();
  await readWithTshark(messages, (index, reading) => comparison.add(messages[index]!, reading));
  return comparison;
}

const CAPTURES: readonly string[] = ["pcap", "bmp", "exabgp", "bgpraw", "rislive"];
/** Routing tables repeat themselves: one message in so many will do. With `MRT_STEP=1` it is all of them, for some minutes. */
const MRT_STEP = Number(process.env["MRT_STEP"] ?? 40);
/** Milliseconds: a busy machine may take its time. */
const PATIENCE = 900_000;

describe.skipIf(!usable && !CI)(`tshark 4.0, here ${version ?? "none"} (skipped without it)`, () => {
  describe.skipIf(CAPTURES.some(absent))("captures and vectors (skipped where they are absent)", () => {
    let captures: readonly ForeignMessage[];
    let comparison: Comparison;
    beforeAll(async () => {
      captures = uniqueMessages(CAPTURES);
      comparison = await compare(captures);
    }, PATIENCE);

    test("every field of every message is what Wireshark says, or the table says why not", async ({ annotate }) => {
      const { messages, values, seen, compared } = comparison;
      await annotate(`${messages} messages, ${seen.size} fields seen, ${compared.size} compared, ${values} values`);
      expect(comparison.differences).toEqual([]);
      expect(messages).toBeGreaterThan(7000);
    });

    test("every field that Wireshark shows is compared, or the table says why not", () => {
      const { seen, compared } = comparison;
      expect([...seen].filter((name) => !compared.has(name)).sort()).toEqual(Object.keys(NOT_COMPARED).sort());
    });

    test("routes of IPv6 VPNs, which Wireshark has no fields for, are what its labels say", async () => {
      const messages = captures.filter((message) => labelsOf(message).length > 0);
      const shown = await showWithTshark(messages);
      const differences = messages.filter((message, index) => {
        const labels = shown[index]!.filter((field) => field.name === "bgp.label_stack").map((field) => field.label);
        return !equal(labels, labelsOf(message));
      });
      expect(differences.map((message) => message.source)).toEqual([]);
      expect(messages.length).toBeGreaterThan(200);
    });

    test("fields lie where Wireshark has them, or the table says why not", async ({ annotate }) => {
      const messages = manifold(captures);
      const shown = await showWithTshark(messages);
      const found = new Map<string, string>();
      let fields = 0;
      for (const [index, message] of messages.entries()) {
        const edges = edgesOf(dissect(message.bytes, message.context), new Set([0]));
        fields += shown[index]!.length;
        for (const { name, offset, length, label } of shown[index]!) {
          // Remarks have no octets; and in places Wireshark points behind the message.
          if (length === 0 || offset + length > message.bytes.length) continue;
          if (edges.has(offset) && edges.has(offset + length)) continue;
          found.set(name, `${message.source} ${offset} ${length} ${label}`);
        }
      }
      await annotate(`${messages.length} messages, ${fields} fields`);
      expect([...found].filter(([name]) => !Object.hasOwn(ELSEWHERE, name))).toEqual([]);
      expect(Object.keys(ELSEWHERE).filter((name) => !found.has(name))).toEqual([]);
    });

    test("every difference in the table is there", () => {
      const unused = EXPLAINED.filter((_, row) => !comparison.explained.has(row));
      expect(unused.filter(({ files }) => !files.source.includes("mrt"))).toEqual([]);
    });
  });

  test("a CAPABILITY message says what Wireshark says, which looks for the action behind the length, where FRR has it before the code", async () => {
    const written = encodeMessage(6, Uint8Array.of(0, 1, 4, 0, 2, 0, 1, 1, 65, 4, 0, 0, 0xfd, 0xe9));
    const changes = decodeCapabilityMessage({ buffer: written, start: 19, end: written.length });
    if (!changes.ok) return expect.fail(changes.fault.reason);
    const moved = changes.value.flatMap(({ action, capability }) => {
      const value = encodeCapability(capability);
      return [capability.code, value.length, action === "advertise" ? 0 : 1].concat([...value]);
    });
    const messages = [written, encodeMessage(6, Uint8Array.from(moved))].map((bytes, i) => ({
      source: `CAPABILITY ${i}`,
      bytes,
      context: createContext(),
    }));
    const readings: Reading[] = [];
    await readWithTshark(messages, (index, reading) => void (readings[index] = reading));
    const [asWritten, asMoved] = readings.map(
      ({ fields }) =>
        (name: string) =>
          fields.get(ekName(name)),
    );
    expect(asWritten!("bgp.cap.type")).toEqual(["0", "2", "1"]);
    expect(asMoved!("_ws.expert")).toBeUndefined();
    const cap = (name: string): unknown => asMoved!(`bgp.cap.${name}`);
    expect([cap("type"), cap("length"), cap("action")]).toEqual([
      ["1", "65"],
      ["4", "4"],
      ["0", "1"],
    ]);
    expect([cap("mp.afi"), cap("mp.safi"), cap("4as")]).toEqual([["2"], ["1"], ["65001"]]);
  });

  describe.skipIf(absent("mrt"))("routing tables and updates of collectors (skipped where they are absent)", () => {
    test(
      "every field of every message is what Wireshark says, or the table says why not",
      async ({ annotate }) => {
        const comparison = await compare(uniqueMessages(["mrt"], MRT_STEP));
        const { messages, values, seen, compared } = comparison;
        await annotate(`${messages} messages, ${seen.size} fields seen, ${compared.size} compared, ${values} values`);
        expect(comparison.differences).toEqual([]);
        expect([...seen].filter((name) => !compared.has(name) && !Object.hasOwn(NOT_COMPARED, name))).toEqual([]);
        expect(messages).toBeGreaterThan(10_000);
      },
      PATIENCE,
    );
  });
});
