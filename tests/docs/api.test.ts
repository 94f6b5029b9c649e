// docs/api is what the packages offer.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { apiReports, REPORTS } from "../../scripts/api.ts";

test("docs/api has what each package offers", { timeout: 300_000 }, () => {
  const reports = apiReports();
  expect(readdirSync(REPORTS).sort()).toEqual([...reports.keys()].sort());
  for (const [file, report] of reports) {
    const renew = `docs/api/${file} differs from what the package offers. If that is meant, run: pnpm run api`;
    expect(report, renew).toBe(readFileSync(join(REPORTS, file), "utf8"));
    // Fields may speak for themselves; what is exported has a docstring.
    expect([...report.matchAll(/^\/\/ @public \(undocumented\)\nexport .*$/gm)].map(String)).toEqual([]);
  }
});
