// What rules about several parts of a message ask of it, once everything in it has been found: attributes by their code, what
// is in those that are lists, and which routes are announced.
import type { DecodeContext } from "../context.ts";
import { reachNlriStart } from "../attribute/mp-reach-nlri.ts";
import { u16At } from "../bytes/integers.ts";
import { familyIn } from "../compiled.ts";
import type { Nlri } from "../nlri/model.ts";
import { IPV4, MP_REACH_CODE, UNICAST_SAFI } from "../numbers.ts";
import type { Offsets } from "./offsets.ts";

/** The index of the attribute of a code that is to be used; -1 where there is none. */
export function usable(message: Offsets, code: number): number {
  const index = message.find(code);
  return index < 0 || message.rejected(index) ? -1 : index;
}

/** Whether there is an attribute of a code that is to be used. */
export function has(message: Offsets, code: number): boolean {
  return usable(message, code) >= 0;
}

/** How many elements of `octets` octets there are of a kind in an attribute that is a list of them; 0 without the attribute. */
export function count(
  message: Offsets,
  code: number,
  octets: number,
  isIt: (buffer: Uint8Array, at: number) => boolean,
): number {
  const index = usable(message, code);
  if (index < 0) return 0;
  const end = message.valueEnd(index) - octets;
  let found = 0;
  for (let at = message.valueStart(index); at <= end; at += octets) if (isIt(message.buffer, at)) found += 1;
  return found;
}

/** Whether routes of a family of a kind are announced. */
export function announces(message: Offsets, isIt: (afi: number, safi: number) => boolean): boolean {
  if (message.attributesEnd < message.end && isIt(IPV4, UNICAST_SAFI)) return true;
  const reach = usable(message, MP_REACH_CODE);
  if (reach < 0) return false;
  const { buffer } = message;
  const value = message.valueStart(reach);
  return reachNlriStart(buffer, value) < message.valueEnd(reach) && isIt(u16At(buffer, value), buffer[value + 2]!);
}

/** A route of any kind, of which some have a name. */
export type SomeNlri = Nlri & { readonly name?: string };

/**
 * Whether MP_REACH_NLRI has a route of a kind; not where its family is not known.
 *
 * @param mayBe what its first octet says: only routes that may be of the kind are read
 */
export function someRoute(
  message: Offsets,
  context: DecodeContext,
  isIt: (route: SomeNlri) => boolean,
  mayBe: (first: number) => boolean = () => true,
): boolean {
  const reach = usable(message, MP_REACH_CODE);
  if (reach < 0) return false;
  const { buffer } = message;
  const value = message.valueStart(reach);
  const { row, addPath } = familyIn(context, u16At(buffer, value), buffer[value + 2]!);
  if (row === null) return false;
  const end = message.valueEnd(reach);
  for (let next = reachNlriStart(buffer, value); next < end;) {
    const at = addPath ? next + 4 : next;
    next = row.next(buffer, at);
    if (mayBe(buffer[at]!) && isIt(row.decode(buffer, at, next, context.compiled.announced))) return true;
  }
  return false;
}
