// A program and all it imports as one script, from the sources, as one ships it to where no packages are.
import { rolldown } from "rolldown";

/** What was bundled already: several cases of a test run the same program. */
const bundles = new Map<string, Promise<string>>();

/** @param external what the place itself offers to import */
export async function bundled(file: string, format: "iife" | "esm", external: readonly string[] = []): Promise<string> {
  const key = JSON.stringify([file, format, external]);
  const made = bundles.get(key) ?? bundle(file, format, external);
  bundles.set(key, made);
  return made;
}

async function bundle(file: string, format: "iife" | "esm", external: readonly string[]): Promise<string> {
  const build = await rolldown({ input: file, platform: "browser", external: [...external] });
  const { output } = await build.generate({ format });
  await build.close();
  return output[0].code;
}
