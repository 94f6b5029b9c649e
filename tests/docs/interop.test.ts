// The table of families in tests/interop/README.md is what the plans say.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { FamilyPlan } from "../interop/families/plan.ts";
import { PLANS } from "../interop/families/plans.ts";
import { OUR_ROUTES } from "../interop/families/routes.ts";

/** How many routes of ours a router takes, and how many it is told to announce; nothing where it does not know the family. */
function played(plan: FamilyPlan, family: string): string {
  if (!plan.sessions.some((session) => session.includes(family))) return "";
  const ours = Object.entries(OUR_ROUTES).filter(
    ([name, route]) => route.family === family && !(name in plan.excluded),
  );
  const told = Object.values(plan.announces).map(({ route }) => route);
  const theirs = [...told, ...Object.values(plan.bridge?.routes ?? {})].filter((route) => route.family === family);
  return `${ours.length} / ${theirs.length}`;
}

test("tests/interop/README.md has the table of families as the plans have it", () => {
  const document = readFileSync(new URL("../interop/README.md", import.meta.url), "utf8");
  const lines = document.split("\n").filter((line) => line.startsWith("|"));
  const [head, , ...rows] = lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const families = [...new Set(Object.values(PLANS).flatMap(({ sessions }) => sessions.flat()))].sort();
  expect(head).toEqual(["Family", ...Object.keys(PLANS)]);
  expect(rows.map(([family]) => family)).toEqual(families.map((family) => `\`${family}\``));
  for (const [i, family] of families.entries()) {
    expect(rows[i]!.slice(1), family).toEqual(Object.values(PLANS).map((plan) => played(plan, family)));
  }
});
