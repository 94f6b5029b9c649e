// The driver suite as JSON lines, for runtimes without a test runner: one line for each case.
import { driverSuite, type DriverUnderTest } from "./driver-suite.ts";

/** @param part runs only the cases with this in their names */
export async function printDriverSuite(driver: DriverUnderTest, part: string = ""): Promise<void> {
  for (const { name, skip, run } of driverSuite(driver)) {
    if (!name.includes(part)) continue;
    const failure = skip === null ? await run().then(() => null, String) : null;
    console.log(JSON.stringify({ name, skip, failure }));
  }
}
