// Captures and vectors of others, beside the checkout. They are read from there when present and never copied.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where they lie, with a slash at the end. */
export const DATA: string = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

/** Is this folder of them missing, so that its tests are to be skipped? In CI never: there the tests fail on it. */
export function absent(directory: string): boolean {
  return process.env["CI"] === undefined && !existsSync(DATA + directory);
}
