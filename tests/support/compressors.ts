// The compressors of the system, where they are installed.
import { spawnSync } from "node:child_process";

/** Programs with the options of all of them: -1 to -9, -c, -d. */
export type Compressor = "bzip2" | "gzip" | "xz" | "zstd";

/** Is it missing, so that its tests are to be skipped? In CI never: there the tests fail on it. */
export function lacks(compressor: Compressor): boolean {
  return process.env["CI"] === undefined && spawnSync(compressor, ["--version"], { input: "" }).error !== undefined;
}

export function compress(compressor: Compressor, octets: Uint8Array, level = 6): Uint8Array {
  return run(compressor, ["-c", `-${level}`], octets);
}

export function decompress(compressor: Compressor, file: Uint8Array): Uint8Array {
  return run(compressor, ["-dc"], file);
}

function run(compressor: Compressor, options: readonly string[], input: Uint8Array): Uint8Array {
  const { error, status, stdout, stderr } = spawnSync(compressor, options, { input, maxBuffer: 1 << 30 });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${compressor} ${options.join(" ")}: ${stderr.toString()}`);
  return new Uint8Array(stdout);
}
