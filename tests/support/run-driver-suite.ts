// Hands the driver suite to vitest, one test for each case.
import { describe, test } from "vitest";
import { driverSuite, type DriverUnderTest } from "./driver-suite.ts";

/** Milliseconds for one case; the largest moves 100 MB through loopback on a busy machine. */
const TIMEOUT = 120_000;

/** @param without parts of the names of cases that are left to other drivers */
export function runDriverSuite(driver: DriverUnderTest, without: readonly string[] = []): void {
  describe(`driver suite: ${driver.name}`, () => {
    for (const { name, skip, run } of driverSuite(driver)) {
      if (without.some((part) => name.includes(part))) continue;
      if (skip === null) test(name, { timeout: TIMEOUT }, run);
      else test.skip(`${name} (${skip})`);
    }
  });
}
