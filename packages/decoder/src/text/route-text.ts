// The text of routes that have a type: the type and its fields in brackets, in the order of the wire, then what is no part of
// the route's key as name=value.
//
//   [2][65000:1][00:00:00:00:00:00:00:00:00:00][0][00:11:22:33:44:55][192.0.2.1] label1=10010
//
// A table says what each type has. A route in brackets inside of a route is one that is its key.
import { fromHex, toHex } from "@bgpwire/core";
import type { RawNlri } from "../nlri/model.ts";
import type { TypedRoute } from "../nlri/typed-route.ts";
import type { NlriText } from "./nlri-text.ts";
import type { ValueText } from "./value-text.ts";

/** What the text of one type has. */
interface RouteTextRow<N extends TypedRoute = TypedRoute> {
  readonly routeType: N["routeType"];
  readonly name: N["name"];
  /** In brackets. */
  readonly fields: readonly FieldText<N>[];
  /** Behind them, in any order; those that a route need not have are `optional`. */
  readonly values?: readonly NamedText<N>[];
}

/** A row for each type of a union. */
type RowOf<N> = N extends TypedRoute ? RouteTextRow<N> : never;

type Property<N> = Exclude<keyof N, keyof TypedRoute>;

type FieldText<N> = {
  readonly [P in Property<N>]-?: readonly [property: P, text: ValueText<Exclude<N[P], undefined>>];
}[Property<N>];

type NamedText<N> = {
  readonly [P in Property<N>]-?: readonly [
    property: P,
    name: string,
    text: ValueText<Exclude<N[P], undefined>>,
    optional?: "optional",
  ];
}[Property<N>];

// As the loops below see them, which know no type.
type AnyField = readonly [property: string, text: ValueText<unknown>];
type AnyNamed = readonly [property: string, name: string, text: ValueText<unknown>, optional?: "optional"];
type Values = Record<string, unknown>;

/** The text of a family whose routes are these. */
export function routeText<N extends TypedRoute>(rows: readonly RowOf<N>[]): NlriText<N> {
  const table = new Map(rows.map((row) => [row.routeType as number, row as RouteTextRow]));
  return {
    format: (nlri) => {
      const row = table.get(nlri.routeType);
      const values = nlri as unknown as Values;
      let text = `[${nlri.routeType}]`;
      for (const [property, field] of (row?.fields ?? []) as readonly AnyField[]) {
        text += `[${field.format(values[property])}]`;
      }
      for (const [property, name, field] of (row?.values ?? []) as readonly AnyNamed[]) {
        if (values[property] !== undefined) text += ` ${name}=${field.format(values[property])}`;
      }
      return text;
    },
    parse: (text) => {
      const parts = split(text);
      const row = table.get(Number(parts?.brackets[0] ?? Number.NaN));
      if (parts === null || row === undefined || parts.brackets[0] !== String(row.routeType)) return null;
      return parseRow(row, parts) as N | null;
    },
  };
}

function parseRow(row: RouteTextRow, { brackets, named }: Parts): object | null {
  const fields = row.fields as readonly AnyField[];
  if (brackets.length !== 1 + fields.length) return null;
  const route: Values = { name: row.name, routeType: row.routeType };
  for (const [i, [property, field]] of fields.entries()) {
    const value = field.parse(brackets[1 + i]!);
    if (value === undefined) return null;
    route[property] = value;
  }
  let left = named.size;
  for (const [property, name, field, optional] of (row.values ?? []) as readonly AnyNamed[]) {
    const text = named.get(name);
    if (text === undefined && optional !== undefined) continue;
    const value = text === undefined ? undefined : field.parse(text);
    if (value === undefined) return null;
    route[property] = value;
    left -= 1;
  }
  return left === 0 ? route : null;
}

interface Parts {
  readonly brackets: readonly string[];
  readonly named: ReadonlyMap<string, string>;
}

/** The parts of a text; null where brackets do not match, or a name is there twice. */
function split(text: string): Parts | null {
  const brackets: string[] = [];
  let at = 0;
  while (text[at] === "[") {
    const end = closing(text, at);
    if (end < 0) return null;
    brackets.push(text.slice(at + 1, end));
    at = end + 1;
  }
  const named = new Map<string, string>();
  if (at === text.length) return { brackets, named };
  if (text[at] !== " ") return null;
  for (const part of text.slice(at + 1).split(" ")) {
    const equals = part.indexOf("=");
    const name = part.slice(0, equals);
    if (equals < 1 || named.has(name)) return null;
    named.set(name, part.slice(equals + 1));
  }
  return { brackets, named };
}

/** Where the bracket that opens at `at` is closed, or -1. */
function closing(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i += 1) {
    if (text[i] === "[") depth += 1;
    else if (text[i] === "]") depth -= 1;
    if (depth === 0) return i;
  }
  return -1;
}

/** A route as a part of another one: its text, or the octets of one that is not known. */
export function routeKeyText<N extends TypedRoute>(routes: NlriText<N>): ValueText<N | RawNlri> {
  return {
    format: (key) => (key.name === "raw" ? `0x${toHex((key as RawNlri).value)}` : routes.format(key as N)),
    parse: (text) => {
      if (!text.startsWith("0x")) return routes.parse(text) ?? undefined;
      const value = fromHex(text.slice(2));
      return value === null ? undefined : { name: "raw", value };
    },
  };
}
