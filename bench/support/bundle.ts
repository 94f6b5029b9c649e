// Bundles a program that uses a part of the packages, from the sources, as one does who ships it to a browser.
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const ENTRY = fileURLToPath(new URL("entry.js", import.meta.url));

/** A bundle: its minified code, and the files it is made of, relative to the folder of the packages. */
export interface Bundle {
  readonly code: Uint8Array;
  readonly files: readonly string[];
}

/**
 * @param imports names, or `*` for all
 * @param platform what the program may import beside the packages: nothing, or the modules of Node.js
 */
export async function bundle(from: string, imports: string, platform: "neutral" | "node" = "neutral"): Promise<Bundle> {
  const source = imports === "*" ? `export * from "${from}";` : `export { ${imports} } from "${from}";`;
  const build = await rolldown({
    input: "bench:entry",
    cwd: ROOT,
    platform,
    treeshake: true,
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === "bench:entry" ? ENTRY : null),
        load: (id) => (id === ENTRY ? source : null),
      },
    ],
    // How long it takes is nobody's fault on a busy machine.
    checks: { pluginTimings: false },
    onLog: (level, log) => {
      if (level === "warn") throw new Error(log.message);
    },
  });
  const { output } = await build.generate({ format: "esm", minify: true, comments: { annotation: false } });
  await build.close();
  const { code, modules } = output[0];
  const used = Object.entries(modules).filter(([, { renderedLength }]) => renderedLength > 0);
  const files = used.map(([file]) => file.slice(ROOT.length + "packages/".length)).toSorted();
  return { code: new TextEncoder().encode(code), files };
}
