// What is not installed: a named skip where a user runs the suite, a failure in CI.
import { test } from "vitest";
import { insideNamespace, namespaceCommand } from "./namespace.ts";

/** Says in the place of tests why they do not run. */
export function absent(why: string): void {
  if (process.env["CI"]) {
    test(why, () => {
      throw new Error(why);
    });
  } else test.skip(why, () => {});
}

/** Why this process is not in the namespace that the suite needs; null where it is. */
export function outside(): string | null {
  if (insideNamespace()) return null;
  const entered = namespaceCommand([]);
  return "reason" in entered ? entered.reason : "run it as `pnpm run interop`, which enters a namespace of its own";
}
