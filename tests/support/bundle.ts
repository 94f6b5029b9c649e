// A program and all it imports as one script, from the sources, as one ships it to where no packages are.
import { rolldown } from "rolldown";

/** @param external what the place itself offers to import */
export async function bundled(file: string, format: "iife" | "esm", external: readonly string[] = []): Promise<string> {
  const build = await rolldown({ input: file, platform: "browser", external: [...external] });
  const { output } = await build.generate({ format });
  await build.close();
  return output[0].code;
}
