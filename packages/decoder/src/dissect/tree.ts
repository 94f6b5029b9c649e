// Fields as they were read, made into a tree: what lies within a range is a part of it, and every octet belongs to a field.
import {
  afiName,
  attributeName,
  bgpRoleName,
  capabilityName,
  messageTypeName,
  notificationCodeName,
  safiName,
  toHex,
} from "@bgpwire/core";
import { AttributeFlag } from "../attribute/row.ts";
import { pmsiTunnelTypeName } from "../attribute/pmsi-tunnel-identifier.ts";
import { endpointBehaviorName } from "../segment-routing/endpoint-behavior.ts";
import { tunnelTypeName } from "../tunnel/tunnel-type.ts";
import { formatCommunity } from "../community/community.ts";
import type { Trace } from "../bytes/reader.ts";

/** A field of a message, or a group of fields. */
export interface DissectedField {
  /** The name in the document that defines it. */
  readonly label: string;
  /** From the first octet of the message. */
  readonly offset: number;
  /** In octets; never 0. */
  readonly length: number;
  /** What it says, as people write it; null for a group that has no text of its own. */
  readonly value: string | null;
  /** Its parts, in order, which cover all of it; none where it has no parts. */
  readonly children: readonly DissectedField[];
  /** What is wrong with it, each with the rule that says so; absent where nothing is. */
  readonly faults?: readonly string[];
}

/** Names of numbers, by the label of the field. */
const NAMES: Readonly<Record<string, (value: number) => string>> = {
  Action: (value) => ["advertise", "remove"][value] ?? "unknown",
  "Address Family Identifier": afiName,
  "Attribute Flags": attributeFlagsText,
  "Attribute Type Code": attributeName,
  "Capability Code": capabilityName,
  "Endpoint Behavior": endpointBehaviorName,
  Community: formatCommunity,
  "Error code": notificationCodeName,
  "Message Subtype": (value) => ["request", "BoRR", "EoRR"][value] ?? "unknown",
  "Next Hop AFI": afiName,
  ORIGIN: (value) => ["IGP", "EGP", "INCOMPLETE"][value] ?? "undefined",
  "Path Segment Type": (value) => SEGMENT_TYPES[value] ?? "unknown",
  "PMSI Tunnel Type": pmsiTunnelTypeName,
  Role: bgpRoleName,
  "SRv6 Endpoint Behavior": endpointBehaviorName,
  "Send/Receive": (value) => ["", "receive", "send", "both"][value] ?? "unknown",
  "Subsequent Address Family Identifier": safiName,
  "Tunnel Type": tunnelTypeName,
  Type: messageTypeName,
};

/** RFC 4271 section 4.3, RFC 5065 section 3. */
const SEGMENT_TYPES = ["", "AS_SET", "AS_SEQUENCE", "AS_CONFED_SEQUENCE", "AS_CONFED_SET"];

function attributeFlagsText(flags: number): string {
  const names = [
    (flags & AttributeFlag.Optional) === 0 ? "well-known" : "optional",
    (flags & AttributeFlag.Transitive) === 0 ? "non-transitive" : "transitive",
    ...((flags & AttributeFlag.Partial) === 0 ? [] : ["partial"]),
    ...((flags & AttributeFlag.ExtendedLength) === 0 ? [] : ["extended length"]),
  ];
  return names.join(", ");
}

interface Entry {
  label: string;
  readonly start: number;
  readonly end: number;
  value: string | null;
  /** Read, not named. */
  readonly leaf: boolean;
  readonly order: number;
  readonly children: Entry[];
  readonly faults: string[];
}

/** Collects fields of one message. */
export class FieldTree implements Trace {
  readonly #buffer: Uint8Array;
  readonly #start: number;
  readonly #entries: Entry[] = [];
  /** The first field of each range, which is asked for once per fault. */
  readonly #byRange = new Map<number, Entry>();

  /** @param start where the message begins */
  constructor(buffer: Uint8Array, start: number) {
    this.#buffer = buffer;
    this.#start = start;
  }

  field(label: string, start: number, end: number, value: number | string | Uint8Array | null): void {
    this.#add(label, start, end, value === null ? null : textOf(label, value), value !== null);
  }

  /** A group with a text of its own. */
  group(label: string, start: number, end: number, value: string | null = null): void {
    this.#add(label, start, end, value, false);
  }

  /** Says what is wrong with the field of just this range, which becomes one if it is none yet. */
  fault(start: number, end: number, fault: string): void {
    if (start >= end) return;
    const entry = this.#byRange.get(rangeKey(start, end)) ?? this.#add("octets", start, end, null, false);
    entry?.faults.push(fault);
  }

  #add(label: string, start: number, end: number, value: string | null, leaf: boolean): Entry | null {
    if (start >= end) return null;
    const entry = { label, start, end, value, leaf, order: this.#entries.length, children: [], faults: [] };
    this.#entries.push(entry);
    const key = rangeKey(start, end);
    if (!this.#byRange.has(key)) this.#byRange.set(key, entry);
    return entry;
  }

  /** The tree below the field that is the whole message. */
  build(label: string, end: number, value: string | null): DissectedField {
    const root: Entry = {
      label,
      start: this.#start,
      end,
      value,
      leaf: false,
      order: -1,
      children: [],
      faults: [],
    };
    const path = [root];
    for (const entry of this.#entries.sort(before)) {
      while (path.length > 1 && entry.start >= path.at(-1)!.end) path.pop();
      const parent = path.at(-1)!;
      // A field that was read twice, once as a part of another, is shown as it was read first.
      if (entry.end > parent.end || (parent.leaf && entry.leaf)) continue;
      parent.children.push(entry);
      path.push(entry);
    }
    return this.#finish(root);
  }

  #finish(entry: Entry): DissectedField {
    const children: DissectedField[] = [];
    let at = entry.start;
    for (const child of entry.children) {
      if (child.start > at) children.push(this.#octets(at, child.start));
      children.push(this.#finish(child));
      at = child.end;
    }
    if (children.length > 0 && at < entry.end) children.push(this.#octets(at, entry.end));
    const { label, start, end } = entry;
    const [only] = children;
    // A group that is all one part is that part.
    if (entry.value === null && entry.order >= 0 && only !== undefined && only.length === end - start) {
      return withFaults(only, entry.faults);
    }
    // A group without parts is a field that nobody has read: its octets are all there is to say.
    const value = entry.value ?? (children.length === 0 ? toHex(this.#buffer.subarray(start, end)) : null);
    return withFaults({ label, offset: start - this.#start, length: end - start, value, children }, entry.faults);
  }

  /** Octets between fields. */
  #octets(start: number, end: number): DissectedField {
    const value = toHex(this.#buffer.subarray(start, end));
    return { label: "octets", offset: start - this.#start, length: end - start, value, children: [] };
  }
}

function withFaults(field: DissectedField, faults: readonly string[]): DissectedField {
  return faults.length === 0 ? field : { ...field, faults: [...faults, ...(field.faults ?? [])] };
}

/** One number for a range. */
function rangeKey(start: number, end: number): number {
  return start * 2 ** 26 + end;
}

/** Outer fields first, groups before what is in them, and else in the order in which they were read. */
function before(a: Entry, b: Entry): number {
  if (a.start !== b.start) return a.start - b.start;
  if (a.end !== b.end) return b.end - a.end;
  if (a.leaf !== b.leaf) return a.leaf ? 1 : -1;
  return a.order - b.order;
}

function textOf(label: string, value: number | string | Uint8Array): string {
  if (typeof value === "string") return value;
  if (typeof value !== "number") return toHex(value);
  const nameOf = NAMES[label];
  return nameOf === undefined ? String(value) : `${value} (${nameOf(value)})`;
}
