// Reads the configuration file. It is YAML 1.2, of which JSON is a part, so both kinds of file are read by one parser,
// which also knows the line of every value: people who write router configurations want comments, programs want JSON.
import { readFileSync } from "node:fs";
import { isMap, isScalar, LineCounter, parseDocument, type Document } from "yaml";
import { checkFile, type Problem } from "./check.ts";
import { systemReason } from "../output/describe.ts";
import { InputError, pathText } from "./input-error.ts";
import type { FileConfig } from "./model.ts";

/**
 * Reads and checks a file.
 *
 * @throws InputError `FILE:LINE:COLUMN: PATH: …` for the first thing that is wrong
 */
export function readConfigFile(path: string): FileConfig {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new InputError(`${path}: cannot be read: ${systemReason(error)}`);
  }
  return parseConfig(path, text);
}

/** Checks the text of a file. @param name how to call it in messages */
export function parseConfig(name: string, text: string): FileConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors[0];
  if (broken !== undefined) throw new InputError(`${name}:${position(lines, broken.pos[0])}: ${broken.message}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new InputError(`${name}: ${(error as Error).message}`); // aliases that multiply beyond the limit
  }
  const problem = checkFile(value ?? {});
  if (problem === null) return (value ?? {}) as FileConfig;
  const offset = offsetOf(document, problem);
  const where = offset === null ? name : `${name}:${position(lines, offset)}`;
  const path = pathText(problem.path);
  throw new InputError(path === "" ? `${where}: ${problem.message}` : `${where}: ${path}: ${problem.message}`);
}

function position(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${line}:${col}`;
}

/** Where the offending value starts; for a missing one, where the object that lacks it does. */
function offsetOf(document: Document.Parsed, problem: Problem): number | null {
  if (problem.unknownField) {
    const parent = document.getIn(problem.path.slice(0, -1), true);
    const field = problem.path.at(-1);
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && item.key.value === field);
      if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? null;
    }
  }
  for (let length = problem.path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(problem.path.slice(0, length), true);
    const range = (node as { range?: readonly number[] | null } | null | undefined)?.range;
    if (range?.[0] !== undefined) return range[0];
  }
  return null;
}
