// What `bgpwire convert` is asked for, from its flags.
import type { EventFilter } from "@bgpwire/capture";
import { inputFiles } from "../capture/read.ts";
import { InputError, quote } from "../config/input-error.ts";
import { filterOf, type FilterFlags } from "../decode/options.ts";
import { TARGETS, type TargetName } from "./targets.ts";

/** The flags as they were given. */
export interface ConvertFlags extends FilterFlags {
  readonly output?: string;
  readonly to?: string;
  readonly force?: boolean;
  readonly progress?: boolean;
}

/** What is to be done. */
export interface ConvertOptions {
  readonly files: readonly string[];
  /** A path, or `-` for standard output. */
  readonly output: string;
  readonly target: TargetName;
  readonly gzip: boolean;
  /** Whether a file may be there already. */
  readonly force: boolean;
  /** Null where everything is wanted. */
  readonly filter: EventFilter | null;
  readonly progress: boolean;
}

/** @throws InputError for a flag that is not accepted */
export function convertOptions(files: readonly string[], flags: ConvertFlags): ConvertOptions {
  const output = flags.output ?? "-";
  return {
    files: inputFiles(files),
    output,
    target: targetOf(output, flags.to),
    gzip: output.endsWith(".gz"),
    force: flags.force === true,
    filter: filterOf(flags),
    progress: flags.progress !== false,
  };
}

function targetOf(output: string, given: string | undefined): TargetName {
  const names = Object.keys(TARGETS) as TargetName[];
  const all = names.join(", ");
  if (given !== undefined) {
    const target = names.find((name) => name === given);
    if (target !== undefined) return target;
    throw new InputError(`--to: ${quote(given)} is not accepted; give one of ${all}`);
  }
  if (output === "-") throw new InputError(`--to: give one of ${all}, or -o FILE with a name that tells it`);
  const plain = output.toLowerCase().replace(/\.gz$/, "");
  const target = names.find((name) => TARGETS[name].extensions.some((extension) => plain.endsWith(extension)));
  if (target !== undefined) return target;
  const extensions = names.flatMap((name) => TARGETS[name].extensions).join(", ");
  throw new InputError(`-o: ${quote(output)} does not tell the format; end it in one of ${extensions}, or give --to`);
}
