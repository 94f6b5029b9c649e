// Which runtime this is: Node.js, or one that offers its modules.

/** For people, and for the few places where runtimes differ. */
export const RUNTIME: { readonly name: "Node.js" | "Bun" | "Deno"; readonly version: string } = runtime(
  process.versions,
);

function runtime({ bun, deno, node }: Record<string, string | undefined>): typeof RUNTIME {
  if (bun !== undefined) return { name: "Bun", version: bun };
  if (deno !== undefined) return { name: "Deno", version: deno };
  return { name: "Node.js", version: String(node) };
}
