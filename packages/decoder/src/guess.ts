// What a session must have agreed on, guessed from its UPDATEs: for captures that begin after the OPENs. Nothing else in this
// package guesses.
import { Afi, AttributeCode, Safi, type Family, type Slice } from "@bgpwire/core";
import { u16At } from "./bytes/integers.ts";
import { DecodeContext, type ContextOptions, type Registry } from "./context.ts";
import { familyKey } from "./nlri/row.ts";
import { STANDARD } from "./standard.ts";
import { NlriCursor, UpdateView } from "./update/view.ts";

/** What `guessOptions` found. */
export interface GuessedOptions {
  /** Complete options of a context, the guesses among them. */
  readonly options: ContextOptions;
  /** What nothing in the UPDATEs tells: both ways read as well. `fourOctetAs`, and names of families. */
  readonly unclear: readonly ("fourOctetAs" | Family)[];
}

/** How badly UPDATEs read one way: those with an error, then what is readable but nobody sends. */
interface Misreading {
  readonly errors: number;
  readonly oddities: number;
}

/**
 * Guesses the width of AS numbers and the families with path identifiers from UPDATEs of one direction of one session. Each
 * is read both ways, and the way that reads worse is not taken: more errors, or else more bits behind the length of prefixes and
 * more default routes beside others. Where both read as well, the answer is that of a plain session today, four octets and no
 * path identifiers, and is `unclear`.
 *
 * @param updates bodies of UPDATEs, without message header; a dozen tell nearly always
 * @param known options that need no guess
 * @example
 * const { options, unclear } = guessOptions(bodies, { session: "ebgp" });
 * const context = createContext(options);
 */
export function guessOptions(
  updates: readonly (Uint8Array | Slice)[],
  known: ContextOptions = {},
  registry: Registry = STANDARD,
): GuessedOptions {
  const unclear: ("fourOctetAs" | Family)[] = [];
  let options = known;

  if (known.fourOctetAs === undefined) {
    const four = misreading(updates, { ...options, fourOctetAs: true }, registry, null);
    const two = misreading(updates, { ...options, fourOctetAs: false }, registry, null);
    if (four.errors === two.errors) unclear.push("fourOctetAs");
    options = { ...options, fourOctetAs: four.errors <= two.errors };
  }

  if (known.addPath === undefined) {
    const addPath: Family[] = [];
    for (const family of familiesIn(updates, options, registry)) {
      const without = misreading(updates, { ...options, addPath: [] }, registry, family);
      const withIt = misreading(updates, { ...options, addPath: [family] }, registry, family);
      const difference = without.errors - withIt.errors || without.oddities - withIt.oddities;
      if (difference === 0) unclear.push(family);
      if (difference > 0) addPath.push(family);
    }
    options = { ...options, addPath };
  }
  return { options, unclear };
}

/** Families of which there are routes. */
function familiesIn(updates: readonly (Uint8Array | Slice)[], options: ContextOptions, registry: Registry): Family[] {
  const view = new UpdateView(new DecodeContext(options, { ...registry, families: [] }));
  const found = new Map<number, Family>();
  for (const update of updates) {
    view.read(update);
    if (view.withdrawnStart < view.withdrawnEnd || view.nlriStart < view.nlriEnd) {
      found.set(familyKey(Afi.IPv4, Safi.Unicast), { afi: Afi.IPv4, safi: Safi.Unicast });
    }
    for (const code of [AttributeCode.MpReachNlri, AttributeCode.MpUnreachNlri]) {
      const index = view.find(code);
      if (index < 0) continue;
      const at = view.valueStart(index);
      const family = { afi: u16At(view.buffer, at), safi: view.buffer[at + 2]! };
      found.set(familyKey(family.afi, family.safi), family);
    }
  }
  return [...found.values()];
}

/** How badly UPDATEs read with these options. @param family the one whose routes count; null: paths and aggregators count */
function misreading(
  updates: readonly (Uint8Array | Slice)[],
  options: ContextOptions,
  registry: Registry,
  family: Family | null,
): Misreading {
  const view = new UpdateView(new DecodeContext(options, registry));
  let errors = 0;
  let oddities = 0;
  for (const update of updates) {
    view.read(update);
    const { issues } = view.verdict();
    if (family === null) {
      errors += issues.filter(({ attribute }) => attribute === 2 || attribute === 7).length;
      continue;
    }
    const classic = family.afi === Afi.IPv4 && family.safi === Safi.Unicast;
    errors += issues.filter((issue) => {
      // What is missing beside routes says nothing of how they are read.
      if (registry.rules[issue.name]!.kind === "meaning") return false;
      if (issue.name === "nlri" || issue.name === "withdrawn-routes") return classic;
      return issue.family?.afi === family.afi && issue.family.safi === family.safi;
    }).length;
    const cursors = [view.withdrawn(), view.announced(), view.unreach(), view.reach()];
    for (const cursor of cursors) if (isOf(cursor, family)) oddities += odditiesIn(cursor);
  }
  return { errors, oddities };
}

function isOf({ family }: NlriCursor, { afi, safi }: Family): boolean {
  return family !== null && family.afi === afi && family.safi === safi;
}

/** Prefixes with bits behind their length, and default routes beside others: what path identifiers look like as prefixes. */
function odditiesIn(cursor: NlriCursor): number {
  if (cursor.kind !== "prefix") return 0;
  let oddities = 0;
  let defaults = 0;
  let routes = 0;
  while (cursor.next()) {
    routes += 1;
    const bits = cursor.buffer[cursor.start]!;
    if (bits === 0) defaults += 1;
    else if (((cursor.buffer[cursor.end - 1]! << (bits & 7 || 8)) & 0xff) !== 0) oddities += 1;
  }
  return routes > 1 ? oddities + defaults : oddities;
}
