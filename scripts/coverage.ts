// Writes docs/coverage.md: everything the packages decode and encode, row by row, from the tables of the code itself and from
// the generators of its property tests. `pnpm run coverage`; a test holds the document to be what this writes.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as fc from "fast-check";
import { AttributeCode, attributeName, CapabilityCode, capabilityName, familyName } from "@bgpwire/core";
import { createContext, isRawNlri, REASONS, RULES, STANDARD } from "@bgpwire/decoder";
import { CHANGEABLE } from "../packages/core/src/session/revise.ts";
import { capabilities } from "../tests/support/arbitrary-messages.ts";
import { attributeGenerators, familyGenerators } from "../tests/support/arbitrary-updates.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DECODER = join(ROOT, "packages/decoder/src");
const DOCUMENT = join(ROOT, "docs/coverage.md");

/** A file and what it exports. */
interface Source {
  readonly path: string;
  readonly text: string;
  readonly exports: Readonly<Record<string, unknown>>;
  /** Documents that its head names. */
  readonly documents: string;
}

/** A row of a table of TLVs. */
interface TlvRow {
  readonly type: number;
  readonly name: string;
}

/** A row of a table of extended communities. */
interface CommunityRow {
  readonly name: string;
  readonly types: readonly number[];
  readonly word: string;
}

/** The sources of the decoder, loaded. */
export function sourcesOfDecoder(): Promise<Source[]> {
  return sourcesIn(DECODER);
}

async function sourcesIn(directory: string): Promise<Source[]> {
  const paths = readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .sort();
  return Promise.all(
    paths.map(async (path) => {
      const text = readFileSync(join(directory, path), "utf8");
      const exports = (await import(pathToFileURL(join(directory, path)).href)) as Record<string, unknown>;
      return { path: join(directory, path), text, exports, documents: documentsIn(headOf(text)) };
    }),
  );
}

/** The comment that a file begins with. */
function headOf(text: string): string {
  return /^(?:\/\/.*\n)+/.exec(text)?.[0].replaceAll(/\n?\/\/ ?/g, " ") ?? "";
}

/** RFCs and drafts of a text, each once. */
function documentsIn(text: string): string {
  const found = text.match(/RFCs? \d+|draft-[a-z0-9-]+/g) ?? [];
  return [...new Set(found)].join(", ");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A link from the document to a file. */
function link(path: string): string {
  return `[${basename(path)}](${relative(dirname(DOCUMENT), path)})`;
}

/** The tests beside a source, or those of the folder's table. */
function testsOf(path: string): string {
  const own = path.replace(/\.ts$/, ".test.ts");
  if (existsSync(own)) return link(own);
  const shared = join(dirname(path), "table.test.ts");
  return existsSync(shared) ? link(shared) : "";
}

/** The file in which a row of a table is made. */
function sourceOf(sources: readonly Source[], row: unknown): Source {
  const found = sources.find(
    ({ path, exports }) => !path.endsWith("/table.ts") && Object.values(exports).includes(row),
  );
  if (found === undefined) throw new Error("a row of a table that no file exports");
  return found;
}

function attributeRows(sources: readonly Source[]): string[][] {
  const known = new Map(STANDARD.attributes.map((row) => [row.code, row]));
  return Object.values(AttributeCode).map((code) => {
    const row = known.get(code);
    if (row === undefined) return [String(code), attributeName(code), "", "raw, as octets", "", ""];
    const { path, documents } = sourceOf(sources, row);
    const property = code in attributeGenerators ? "yes" : "NO";
    return [String(code), attributeName(code), documents, `\`${row.name}\``, property, testsOf(path)];
  });
}

function familyRows(sources: readonly Source[]): string[][] {
  return STANDARD.families.map((row) => {
    const { path, documents } = sourceOf(sources, row);
    const name = familyName(row);
    const generator = familyGenerators.find((one) => familyName(one) === name);
    return [
      `${row.afi}/${row.safi}`,
      name,
      documents,
      `\`${row.kind}\``,
      generator === undefined ? "NO" : "yes",
      testsOf(path),
    ];
  });
}

/** Kinds of routes that have several types, and which the generators make. */
function routeTypeRows(): string[][] {
  const context = createContext();
  const found = new Map<string, Map<string, number>>();
  for (const generator of familyGenerators) {
    for (const { value } of fc.sample(generator.nlri(context, false), { numRuns: 400, seed: 1 })) {
      if (isRawNlri(value)) continue;
      const { name, routeType } = value as { name?: string; routeType?: number };
      if (name === undefined) continue;
      const names = found.get(generator.kind) ?? new Map<string, number>();
      found.set(generator.kind, names.set(name, routeType ?? 0));
    }
  }
  return [...found].flatMap(([kind, names]) =>
    [...names]
      .sort(([, a], [, b]) => a - b)
      .map(([name, type]) => [`\`${kind}\``, type === 0 ? "" : String(type), `\`${name}\``]),
  );
}

/** A table that a file exports. */
interface ExportedTable<R> {
  readonly table: string;
  readonly source: Source;
  readonly rows: readonly R[];
}

/** What a file exports, by name: the order of a module's exports is not the same in every loader. */
function exportsOf({ exports }: Source): [string, unknown][] {
  return Object.entries(exports).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Every table of TLVs that a file exports. */
export function tlvTables(sources: readonly Source[]): ExportedTable<TlvRow>[] {
  return sources.flatMap((source) =>
    exportsOf(source)
      .filter(([, value]) => value instanceof Map && isTlvTable(value))
      .map(([table, value]) => ({ table, source, rows: [...(value as Map<number, TlvRow>).values()] })),
  );
}

function tlvRows(sources: readonly Source[]): string[][] {
  return tlvTables(sources).flatMap(({ table: name, source: { path, text, documents }, rows }) =>
    rows.map((row) => [
      `\`${name}\``,
      String(row.type),
      `\`${row.name}\``,
      documentsNear(text, row.name) || documents,
      link(path),
    ]),
  );
}

function isTlvTable(value: Map<unknown, unknown>): boolean {
  const [first] = value.values();
  return typeof first === "object" && first !== null && "type" in first && "name" in first && "read" in first;
}

/** Documents of the comment above the type that has a name. */
function documentsNear(text: string, name: string): string {
  const at = text.indexOf(`readonly name: "${name}"`);
  const comment = at < 0 ? -1 : text.lastIndexOf("/**", at);
  const closer = at < 0 ? -1 : text.lastIndexOf("}\n", at);
  return comment > closer ? documentsIn(text.slice(comment, at)) : "";
}

/** Every table of extended communities that a file exports. */
export function communityTables(sources: readonly Source[]): ExportedTable<CommunityRow>[] {
  return sources.flatMap((source) =>
    exportsOf(source).flatMap(([table, value]) =>
      Array.isArray(value) && isCommunityRow(value[0]) ? [{ table, source, rows: value as CommunityRow[] }] : [],
    ),
  );
}

function communityRows(sources: readonly Source[]): string[][] {
  return communityTables(sources).flatMap(({ source: { path, documents }, rows }) =>
    rows.map((row) => [
      row.types.map((type) => `0x${type.toString(16).padStart(4, "0")}`).join(" "),
      `\`${row.name}\``,
      `\`${row.word}\``,
      documents,
      link(path),
    ]),
  );
}

function isCommunityRow(value: unknown): value is CommunityRow {
  return typeof value === "object" && value !== null && "types" in value && "word" in value;
}

function capabilityRows(): string[][] {
  const typed = new Map<number, string>(
    fc
      .sample(capabilities, { numRuns: 4000, seed: 1 })
      .filter((one) => one.name !== "raw")
      .map((one) => [one.code, one.name] as const),
  );
  return Object.values(CapabilityCode).map((code) => {
    const name = typed.get(code);
    const object = name === undefined ? "raw, as octets" : `\`${name}\``;
    return [String(code), capabilityName(code), object, CHANGEABLE.has(code) ? "yes" : ""];
  });
}

function ruleRows(): string[][] {
  return Object.values(RULES).map((rule) => [
    `\`${rule.name}\``,
    rule.reference,
    rule.action,
    `3/${rule.subcode}`,
    REASONS[rule.name],
  ]);
}

/** The document. */
export async function coverage(): Promise<string> {
  const sources = await sourcesOfDecoder();
  return `# Coverage

What the packages decode and encode, from the tables of the code. Written by \`pnpm run coverage\`; a test holds it to be
current. Everything here goes both ways, and \`encode(decode(bytes))\` is \`bytes\`; what is not here passes through as octets.

"Generated" is a generator of the property tests: it writes the octets by itself, and the decoder must find in them what was
meant, write the same octets, and survive any damage to them.

## Path attributes

${table(["code", "attribute", "document", "object", "generated", "unit tests"], attributeRows(sources))}

## Address families

${table(["AFI/SAFI", "family", "document", "kind of route", "generated", "unit tests"], familyRows(sources))}

### Types of routes

${table(["kind", "type", "object"], routeTypeRows())}

## Extended communities

${table(["type and sub-type", "object", "text begins with", "document", "source"], communityRows(sources))}

## TLVs

${table(["table", "type", "object", "document", "source"], tlvRows(sources))}

## Capabilities

The last column has those that a CAPABILITY message changes while a session is up (draft-ietf-idr-dynamic-cap-02); of all others the
application is told.

${table(["code", "capability", "object", "changes in a session"], capabilityRows())}

## Errors

Every rule is broken by a message in [update-errors.test.ts](../tests/conformance/update-errors.test.ts), on every kind of
session and in every place of a message. A context can override each.

${table(["rule", "document", "action", "subcode", "what is wrong"], ruleRows())}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(DOCUMENT, await coverage());
