// Every message of BMP in the captures, and messages of every kind that we write, field by field against Wireshark's reading.
import { BmpReader, encodeBmpMessage, type BmpMessage } from "@bgpwire/capture";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BMP_MESSAGES } from "../support/arbitrary-bmp.ts";
import { absent } from "../support/corpus.ts";
import { bmpFields } from "../support/foreign/bmp-fields.ts";
import { bmpStreams } from "../support/foreign/corpora.ts";
import { readBmpWithTshark, tsharkVersion } from "../support/foreign/tshark.ts";

const version = tsharkVersion();
const CI = process.env["CI"] !== undefined;
/** The tables are about this version. */
const usable = version?.startsWith("4.0.") === true;

/** Where Wireshark 4.0 and this package do not say the same, and why. */
interface Difference {
  readonly fields: RegExp;
  readonly when: (message: BmpMessage) => boolean;
  readonly why: string;
  /** What it says is the beginning of what we say. */
  readonly beginning?: true;
}

const EXPLAINED: readonly Difference[] = [
  {
    fields: /^bmp_(unused|peer(_up)?_(ip|ipv6)_addr)$/,
    when: (message) => "peer" in message && message.peer.type === 3 && (message.peer.flags & 0x80) !== 0,
    why: "it takes the F flag of a Loc-RIB for the V flag, which RFC 9069 section 5.1 has not there",
  },
  {
    fields: /^bmp_init_/,
    when: ({ kind }) => kind === "peerUp",
    why: "it does not look into the TLVs of Peer Up",
  },
  {
    fields: /^bmp_stats_/,
    when: (message) => message.kind === "statisticsReport" && message.statistics.some(({ name }) => name === "raw"),
    why: "it looks no further behind statistics that it does not know",
    beginning: true,
  },
  {
    fields: /^bmp_route_policy_/,
    when: ({ kind }) => kind === "unknown",
    why: "it reads draft-xu-grow-bmp-route-policy-attr-trace under a type that is not assigned",
  },
  {
    fields: /^bmp_term_/,
    when: (message) => message.kind === "termination" && (message.tlvs.length > 1 || message.tlvs[0]?.name === "raw"),
    why: "it reads the first TLV of Termination alone, and takes each type but 0 for the reason",
  },
  {
    fields: /^bmp_(init|term)_info$/,
    when: (message) =>
      "tlvs" in message && message.tlvs?.some((tlv) => !("text" in tlv) || !PRINTABLE.test(tlv.text)) === true,
    why: "it writes text that cannot be printed in its own way, and octets as text",
  },
];

/** What no program shows other than as it is. */
const PRINTABLE = /^[ -~]*$/;

interface Case {
  readonly source: string;
  readonly message: BmpMessage;
  readonly octets: Uint8Array;
}

interface Comparison {
  readonly differences: string[];
  /** Values that are compared. */
  values: number;
  messages: number;
  readonly explained: Set<Difference>;
}

async function compare(cases: readonly Case[]): Promise<Comparison> {
  const comparison: Comparison = { differences: [], values: 0, messages: 0, explained: new Set() };
  await readBmpWithTshark(
    cases.map(({ octets }) => octets),
    (index, { fields }) => {
      comparison.messages += 1;
      const { message, octets } = cases[index]!;
      const ours = bmpFields(message, octets.length);
      for (const name of new Set([...ours.keys(), ...fields.keys()])) {
        // BGP, and what it calls data.
        if (!name.startsWith("bmp_")) continue;
        const own = ours.get(name) ?? [];
        const theirs = (fields.get(name) ?? []).filter((value) => value !== null);
        comparison.values += own.length;
        if (equal(own, theirs)) continue;
        const why = EXPLAINED.find(({ fields, when }) => fields.test(name) && when(message));
        if (why !== undefined && (why.beginning !== true || equal(own.slice(0, theirs.length), theirs))) {
          comparison.explained.add(why);
          continue;
        }
        const values = `ours ${JSON.stringify(own)}, theirs ${JSON.stringify(theirs)}`;
        comparison.differences.push(`${cases[index]!.source} ${message.kind} ${name}: ${values}`.slice(0, 300));
      }
    },
  );
  return comparison;
}

function equal(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Messages of the captures, each once; of Route Monitoring, of which only the per-peer header is compared, one for each peer. */
function captured(): Case[] {
  const found = new Map<string, Case>();
  for (const { file, bytes } of bmpStreams()) {
    const reader = new BmpReader();
    reader.push(bytes);
    reader.end();
    for (let message = reader.next(); message !== null; message = reader.next()) {
      const octets = bytes.subarray(reader.offset, reader.offset + reader.length);
      const compared = message.kind === "routeMonitoring" ? octets.subarray(5, 40) : octets;
      const key = Buffer.from(compared).toString("latin1");
      if (message.kind !== "problem") found.set(key, { source: `${file} ${reader.offset}`, message, octets });
    }
  }
  return [...found.values()];
}

const PATIENCE = 300_000;

describe.skipIf(!usable && !CI)(`tshark 4.0, here ${version ?? "none"} (skipped without it)`, () => {
  test.skipIf(absent("bmp"))(
    "captures (skipped where they are absent)",
    async ({ annotate }) => {
      const cases = captured();
      const { differences, values, messages, explained } = await compare(cases);
      await annotate(`${messages} messages, ${values} values`);
      expect(differences).toEqual([]);
      expect(messages).toBe(cases.length);
      expect(EXPLAINED.filter((difference) => explained.has(difference)).length).toBe(4);
    },
    PATIENCE,
  );

  test(
    "messages of every kind as we write them",
    async () => {
      const cases = Object.values(BMP_MESSAGES)
        .flatMap((messages) => fc.sample(messages, { numRuns: 200, seed: 1 }))
        .filter(({ version }) => version === 3)
        .map((message, index) => ({ source: `#${index}`, message, octets: encodeBmpMessage(message) }));
      const { differences, messages, explained } = await compare(cases);
      expect(differences).toEqual([]);
      expect(messages).toBe(cases.length);
      // All but the one about a type of messages that only captures have.
      expect(EXPLAINED.filter((difference) => !explained.has(difference)).map(({ fields }) => fields)).toEqual([
        /^bmp_route_policy_/,
      ]);
    },
    PATIENCE,
  );
});
