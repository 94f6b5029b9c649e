// How the UPDATEs of one direction are read: as the OPENs say, and where those are missing, or do not say how it is, as the UPDATEs
// themselves do.
import { Afi, AttributeCode, bytesOf, copyOf, Safi, type Family, type Slice } from "@bgpwire/core";
import { guessOptions, RULES, type ContextOptions, type DecodeContext, type Issue } from "@bgpwire/decoder";
import { issuesOf, sharedContext } from "./shared-context.ts";

/** After how many UPDATEs a guess is made, which are kept until the last. A dozen tell nearly always. */
const GUESSED_AT: readonly number[] = [1, 4, 12];

/**
 * Octets of them that are kept at most for a direction: 8 KiB. One that does not fit is not kept, but is asked where it is the one
 * after which a guess is made.
 */
export const MAX_GUESS_KEPT = 0x2000;

/** How many UPDATEs that cannot be read are looked into: there are those that no context can read, and senders that do both. */
const MOST_DOUBTS = 64;

/** The longest body of an End-of-RIB (RFC 4724 section 2), which tells nothing. */
const END_OF_RIB = 11;

/** Attributes with AS numbers that have two octets or four. */
const WITH_AS_NUMBERS: ReadonlySet<number | null> = new Set([AttributeCode.AsPath, AttributeCode.Aggregator]);

/**
 * The context of one direction. What is not known is guessed from its first dozen UPDATEs. What is known holds until there is an
 * UPDATE that cannot be read, but can with AS numbers of the other width, or with path identifiers where there were to be none or
 * the other way round: routers that are monitored make OPENs up, and a capture may have those of another session.
 *
 * @example
 * const reading = new UpdateContext({ fourOctetAs: true });
 * reading.see(body); // before the UPDATE is read
 * const { context, guessed } = reading;
 */
export class UpdateContext {
  /** The same object while nothing speaks against it. */
  context: DecodeContext;
  /** Something in it is taken from the UPDATEs. */
  guessed: boolean;
  readonly #known: ContextOptions;
  /** UPDATEs that are kept; null when no more guess is to be made. */
  #kept: Uint8Array[] | null;
  #keptOctets = 0;
  #count = 0;
  #doubts = 0;

  /** @param known what OPENs say; without `fourOctetAs` or without `addPath` that is guessed */
  constructor(known: ContextOptions) {
    this.#known = known;
    this.context = sharedContext(known);
    this.guessed = known.fourOctetAs === undefined || known.addPath === undefined;
    this.#kept = this.guessed ? [] : null;
  }

  /** Takes another UPDATE into account. @param update its body */
  see(update: Slice): void {
    if (update.end - update.start <= END_OF_RIB) return;
    if (this.#kept !== null) this.#guess(this.#kept, bytesOf(update));
    if (this.#doubts === MOST_DOUBTS) return;
    const wrong = unreadable(this.context, update);
    if (wrong.length > 0) this.#doubt(update, wrong);
  }

  #guess(kept: Uint8Array[], update: Uint8Array): void {
    this.#count += 1;
    if (GUESSED_AT.includes(this.#count)) this.#guessFrom([...kept, update]);
    if (this.#count === GUESSED_AT.at(-1)) this.#kept = null;
    if (this.#keptOctets + update.length > MAX_GUESS_KEPT) return;
    kept.push(copyOf(update));
    this.#keptOctets += update.length;
  }

  #guessFrom(updates: readonly Uint8Array[]): void {
    const { fourOctetAs = true, addPath = [] } = guessOptions(updates, this.#known).options;
    if (fourOctetAs !== this.context.fourOctetAs || !sameFamilies(addPath, this.context.addPath)) {
      this.context = sharedContext({ ...this.#known, fourOctetAs, addPath });
    }
  }

  /** Tries the other way of what cannot be read. */
  #doubt(update: Slice, wrong: readonly Issue[]): void {
    this.#doubts += 1;
    const { addPath } = this.context;
    const families = wrong.map(familyOf).filter((family) => family !== null);
    const fourOctetAs = this.context.fourOctetAs !== wrong.some(({ attribute }) => WITH_AS_NUMBERS.has(attribute));
    const other = addPath.filter((family) => !includes(families, family));
    other.push(...families.filter((family) => !includes(addPath, family)));
    const context = sharedContext({ ...this.#known, fourOctetAs, addPath: other });
    if (unreadable(context, update).length >= wrong.length) return;
    this.context = context;
    this.guessed = true;
  }
}

/** What in an UPDATE cannot be read. */
function unreadable(context: DecodeContext, update: Slice): Issue[] {
  const issues = issuesOf(context, update);
  return issues.length === 0 ? [] : issues.filter(({ name }) => RULES[name].kind !== "meaning");
}

/** The family whose routes an issue is about. */
function familyOf({ name, family }: Issue): Family | null {
  return name === "nlri" || name === "withdrawn-routes" ? { afi: Afi.IPv4, safi: Safi.Unicast } : family;
}

function includes(families: readonly Family[], { afi, safi }: Family): boolean {
  return families.some((family) => family.afi === afi && family.safi === safi);
}

function sameFamilies(one: readonly Family[], other: readonly Family[]): boolean {
  return one.length === other.length && one.every((family) => includes(other, family));
}
