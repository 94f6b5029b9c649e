#!/usr/bin/env node
// The command's entry: arguments in, exit code out.
import { main } from "./program.ts";

// Help that is not read to its end, as by `bgpwire run --help | head`, is no failure. What else is written has a sink that knows more.
process.stdout.on("error", () => {});
process.exitCode = await main(process.argv.slice(2));
// Whatever still keeps the process (a standard input that stays open) does not matter any more.
setTimeout(() => process.exit(), 500).unref();
