#!/usr/bin/env node
// The command's entry: arguments in, exit code out.
import { main } from "./program.ts";

process.exitCode = await main(process.argv.slice(2));
// Whatever still keeps the process (a standard input that stays open) does not matter any more.
setTimeout(() => process.exit(), 500).unref();
