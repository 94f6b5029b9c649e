// MRT files that benches read whole: captures of collectors, or one that was made.
import { existsSync } from "node:fs";
import { readCapture } from "./mrt.ts";

/** A file that is there, without compression; or why it is not. */
export type Loaded =
  | { readonly name: string; readonly mrt: Uint8Array }
  | { readonly name: string; readonly why: string };

/** A file, decompressed as its name says. */
export function capture(file: URL, name: string): Loaded {
  if (!existsSync(file)) return { name, why: `${file.pathname} is not there` };
  return { name, mrt: readCapture(file) };
}
