// The driver suite as JSON lines, for runtimes without a test runner: one line for each case.
import { driverSuite, type DriverCase, type DriverUnderTest } from "./driver-suite.ts";

/** @param part runs only the cases with this in their names */
export async function printDriverSuite(
  driver: DriverUnderTest,
  part: string = "",
  suite: (driver: DriverUnderTest) => DriverCase[] = driverSuite,
): Promise<void> {
  for (const { name, skip, run } of suite(driver)) {
    if (!name.includes(part)) continue;
    const failure = skip === null ? await run().then(() => null, String) : null;
    console.log(JSON.stringify({ name, skip, failure }));
  }
}
