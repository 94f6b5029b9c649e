// What must be known of a session to read its UPDATEs: one frozen value, made from the two OPENs, from an MRT record's
// subtype or by hand. Nothing in it is ever guessed from the bytes.
import {
  AS_TRANS,
  ConfigError,
  MAX_MESSAGE,
  type ExtendedNextHopEntry,
  type Family,
  type MultipleLabelsEntry,
} from "@bgpwire/core";
import { IPV4, UNICAST_SAFI } from "./numbers.ts";
import type { AttributeRow } from "./attribute/row.ts";
import {
  SPEC_CHECK,
  SPEC_LENGTH,
  SPEC_MULTIPLE,
  SPEC_OCTETS_SHIFT,
  SPEC_SPECIAL,
  UNKNOWN_FAMILY,
  type Compiled,
  type FamilyInContext,
} from "./compiled.ts";
import { familyKey, type FamilyRow } from "./nlri/row.ts";
import { STRENGTH_OFF, strengthOf, type Action } from "./verdict/action.ts";
import type { RuleTable } from "./verdict/rule.ts";
import type { RuleName } from "./verdict/rules.ts";

/**
 * Who sent the UPDATE: a peer of another AS, of another AS under one administration with ours (draft-uttaro-idr-bgp-oad), of
 * our own AS, of another member AS of our confederation (RFC 5065), or somebody, as in a capture. Nothing is held against an
 * `unknown` sender that only his place could forbid.
 */
export type SessionKind = "ebgp" | "ebgp-oad" | "ibgp" | "confed" | "unknown";

/** What a context is made from. */
export interface ContextOptions {
  /** Default `unknown`. */
  readonly session?: SessionKind;
  /** The receiver's AS number. Default null: not known. */
  readonly localAs?: number | null;
  /** The sender's AS number. Default null: not known. */
  readonly peerAs?: number | null;
  /** AS_PATH and AGGREGATOR carry four octets per AS (RFC 6793 section 4.1). Default true. */
  readonly fourOctetAs?: boolean;
  /** Families whose NLRI carry path identifiers in this direction (RFC 7911). Default none. */
  readonly addPath?: readonly Family[];
  /** Families whose next hop may be of another one (RFC 8950), or `any`. Default `any`. */
  readonly extendedNextHop?: readonly ExtendedNextHopEntry[] | "any";
  /**
   * Families whose NLRI may carry several labels, and how many the receiver takes (RFC 8277 section 2.1; 255 is any number,
   * 0 and 1 are void), or `any`: labels are read up to the one with the bottom-of-stack bit. Elsewhere there is exactly one,
   * whatever its bit (section 2.2). Default `any`.
   */
  readonly multipleLabels?: readonly MultipleLabelsEntry[] | "any";
  /**
   * Families whose routes are ignored because an error has disabled them (RFC 4760 section 7). Default none; `UpdateReader`
   * keeps the list.
   */
  readonly disabledFamilies?: readonly Family[];
  /** Longest message that may be sent, header included: 4096, or 65535 after RFC 8654. Default 4096. */
  readonly maxMessage?: number;
  /**
   * What is done about an error instead of what the verdict table says. `off` is for rules of meaning only: bytes that
   * cannot be read stay an issue, though `none` takes its consequence away.
   */
  readonly overrides?: Readonly<Partial<Record<RuleName, Action | "off">>>;
}

/**
 * Which attributes and families are known. The well-known attributes of RFC 4271 (1, 2, 3, 5, 6) and the two of RFC 4760 (14,
 * 15) have to be: every speaker must recognize the former, and the latter carry routes. Others that are left out stay raw.
 */
export interface Registry {
  readonly attributes: readonly AttributeRow[];
  readonly families: readonly FamilyRow[];
  /** The rules by name that a context can override. */
  readonly rules: RuleTable<string>;
  /** What issues say to people. Default none: an issue then has the name of its rule for its reason. */
  readonly reasons?: Readonly<Partial<Record<RuleName, string>>>;
}

/**
 * How one direction of one session is read and written. Frozen; make another one for other options.
 *
 * @example new DecodeContext({ session: "ebgp", fourOctetAs: false }, UNICAST)
 * @example createContext({ session: "ebgp", fourOctetAs: false }) // knows everything
 */
export class DecodeContext {
  /** Keeps a spread copy, which would lack what is compiled, from passing as a context. */
  declare private readonly nominal: undefined;
  // Declared alone: the constructor sets them, and a field by itself would set them once more.
  declare readonly session: SessionKind;
  declare readonly localAs: number | null;
  declare readonly peerAs: number | null;
  declare readonly fourOctetAs: boolean;
  declare readonly addPath: readonly Family[];
  declare readonly extendedNextHop: readonly ExtendedNextHopEntry[] | "any";
  declare readonly multipleLabels: readonly MultipleLabelsEntry[] | "any";
  declare readonly disabledFamilies: readonly Family[];
  declare readonly maxMessage: number;
  declare readonly overrides: Readonly<Partial<Record<RuleName, Action | "off">>>;
  /** @internal Not enumerable: it is no option, and would drown those that are when a context is printed. */
  declare readonly compiled: Compiled;

  /**
   * @param registry which attributes and families are known; a program that names only those it needs is that much smaller
   * @throws ConfigError `invalid-value`
   */
  constructor(options: ContextOptions, registry: Registry) {
    this.session = options.session ?? "unknown";
    this.localAs = options.localAs ?? null;
    this.peerAs = options.peerAs ?? null;
    this.fourOctetAs = options.fourOctetAs ?? true;
    this.addPath = frozen(options.addPath ?? []);
    this.extendedNextHop = frozen(options.extendedNextHop ?? "any");
    this.multipleLabels = frozen(options.multipleLabels ?? "any");
    this.disabledFamilies = frozen(options.disabledFamilies ?? []);
    this.maxMessage = options.maxMessage ?? MAX_MESSAGE;
    this.overrides = Object.freeze({ ...options.overrides });
    if (!Number.isInteger(this.maxMessage) || this.maxMessage < MAX_MESSAGE || this.maxMessage > 0xffff) {
      throw new ConfigError("invalid-value", "maxMessage", `${this.maxMessage} is not 4096 to 65535`);
    }
    const overrides = compileOverrides(this.overrides, registry.rules);
    const rows = compileRows(registry);
    const families = compileFamilies(registry, this);
    const firstAs = (overrides.get("as-path-first-as") ?? STRENGTH_OFF) === STRENGTH_OFF ? -1 : wireAs(this);
    const compiled: Compiled = {
      registry,
      rows,
      specs: Int32Array.from(rows, (row) => specOf(row, this, overrides)),
      overrides,
      asSize: this.fourOctetAs ? 4 : 2,
      firstAs,
      plainPaths: this.fourOctetAs && this.session !== "confed" && firstAs < 0,
      families,
      announced: { context: this, withdrawn: false },
      withdrawn: { context: this, withdrawn: true },
      ipv4AddPath: this.addPath.some((family) => family.afi === IPV4 && family.safi === UNICAST_SAFI),
      depth: 0,
      inner: null,
      scratch: null,
      writer: null,
    };
    Object.defineProperty(this, "compiled", { value: compiled });
    Object.freeze(this);
  }
}

/** A list of one's own, or `any`. */
function frozen<L extends readonly unknown[] | "any">(list: L): L {
  return list === "any" ? list : (Object.freeze([...list]) as unknown as L);
}

function compileOverrides(options: DecodeContext["overrides"], rules: RuleTable<string>): Map<RuleName, number> {
  const overrides = new Map<RuleName, number>();
  for (const [name, action] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) throw new ConfigError("invalid-value", `overrides.${name}`, "is no rule of the registry");
    const strength = strengthOf(action);
    // What cannot be read cannot be accepted.
    if (strength === STRENGTH_OFF && (action !== "off" || rule.kind !== "meaning")) {
      throw new ConfigError(
        "invalid-value",
        `overrides.${name}`,
        `"${action}" is no action, nor "off" for a rule of meaning`,
      );
    }
    overrides.set(rule.name, strength);
  }
  return overrides;
}

/** The peer's AS number as this session's paths have it; -1 where it is not known. */
function wireAs(context: DecodeContext): number {
  if (context.peerAs === null) return -1;
  return !context.fourOctetAs && context.peerAs > 0xffff ? AS_TRANS : context.peerAs;
}

/** Attributes that cannot be left out. */
const INDISPENSABLE: readonly number[] = [1, 2, 3, 5, 6, 14, 15];

function compileRows(registry: Registry): (AttributeRow | null)[] {
  const rows = Array.from<AttributeRow | null>({ length: 256 }).fill(null);
  for (const row of registry.attributes) rows[row.code] = row;
  for (const code of INDISPENSABLE) {
    if (rows[code] === null) throw new ConfigError("invalid-value", "registry", `attribute ${code} cannot be left out`);
  }
  return rows;
}

function specOf(row: AttributeRow | null, context: DecodeContext, overrides: Compiled["overrides"]): number {
  if (row === null) return SPEC_SPECIAL;
  let spec = row.flags | (row.octets << SPEC_OCTETS_SHIFT);
  if (row.octets >= 0) spec |= SPEC_LENGTH;
  if (row.multiple) spec |= SPEC_MULTIPLE;
  if (row.check !== null) spec |= SPEC_CHECK;
  const refusal = row.refuse === null ? null : row.refuse(context);
  if (refusal !== null && (overrides.get(refusal.name) ?? refusal.strength) > STRENGTH_OFF) spec |= SPEC_SPECIAL;
  return spec;
}

function compileFamilies(registry: Registry, context: DecodeContext): Map<number, FamilyInContext> {
  const { addPath, extendedNextHop, multipleLabels, disabledFamilies } = context;
  const families = new Map<number, FamilyInContext>();
  for (const row of registry.families) {
    const isIt = (family: Family): boolean => family.afi === row.afi && family.safi === row.safi;
    families.set(familyKey(row.afi, row.safi), {
      row,
      addPath: addPath.some(isIt),
      extendedNextHop: extendedNextHop === "any" || extendedNextHop.some(isIt),
      mostLabels: mostLabels(multipleLabels === "any" ? ANY_NUMBER : (multipleLabels.find(isIt)?.count ?? 1)),
      disabled: disabledFamilies.some(isIt),
    });
  }
  // One that is not known can be disabled too.
  for (const { afi, safi } of disabledFamilies) {
    const key = familyKey(afi, safi);
    if (!families.has(key)) families.set(key, { ...UNKNOWN_FAMILY, disabled: true });
  }
  return families;
}

/** The Count of RFC 8277 section 2.1 that is no limit. */
const ANY_NUMBER = 255;

/** How many labels a Count allows: 0 and 1 "MUST be ignored". */
function mostLabels(count: number): number {
  if (count === ANY_NUMBER) return Number.POSITIVE_INFINITY;
  return Math.max(count, 1);
}
