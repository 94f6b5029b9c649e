// docs/coverage.md is what the tables of the code say.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { coverage } from "../../scripts/coverage.ts";

test("docs/coverage.md is current: pnpm run coverage writes it", async () => {
  const document = readFileSync(new URL("../../docs/coverage.md", import.meta.url), "utf8");
  expect(document).toBe(await coverage());
  // A table whose codec has no generator says so.
  expect(document).not.toContain("| NO |");
});
