// What of a message that is as it should be stays octets, where there could be fields.
import { decodeOpen } from "@bgpwire/core";
import type { DecodedUpdate } from "@bgpwire/decoder";
import { typeOf, type ForeignMessage } from "./message.ts";

/**
 * For each such part the attribute or capability, what it lies in, and its number: `raw 99`, `bgpLs raw 1099`,
 * `mpReachNlri 27/1`. An issue explains octets by itself, so that only an UPDATE without one has any here.
 *
 * @param decoded null where the message is no UPDATE
 */
export function undecodedIn(message: ForeignMessage, decoded: DecodedUpdate | null): ReadonlySet<string> {
  const found = new Set<string>();
  if (decoded !== null) {
    const { update, issues } = decoded;
    if (issues.length === 0)
      for (const part of [update.withdrawn, update.attributes, update.nlri]) collect(part, "", found);
  } else if (typeOf(message) === 1) {
    const open = decodeOpen({ buffer: message.bytes, start: 19, end: message.bytes.length }, false);
    if (open.ok) collect(open.value.capabilities, "", found);
  }
  return found;
}

/** The decoder's values have octets only where they know of nothing better. */
function collect(value: unknown, within: string, found: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) {
    // Of numbers and texts there are many.
    if (typeof value[0] === "object") for (const one of value) collect(one, within, found);
    return;
  }
  const { name } = value as { readonly name?: string };
  const path = name === undefined ? within : `${within} ${name}`.trimStart();
  for (const part of Object.values(value)) {
    if (part instanceof Uint8Array) found.add(`${path} ${numberOf(value, part)}`);
    else if (typeof part === "object") collect(part, path, found);
  }
}

/** By which a registry would know it. */
function numberOf(value: object, octets: Uint8Array): string {
  const { code, afi, safi, type } = value as { readonly [number: string]: number | undefined };
  if (afi !== undefined) return `${afi}/${safi}`;
  // Routes and extended communities begin with theirs.
  return String(code ?? type ?? `0x${Buffer.from(octets.subarray(0, 2)).toString("hex")}`);
}
