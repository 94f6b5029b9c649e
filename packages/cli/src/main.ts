#!/usr/bin/env node
// The command's entry: arguments in, exit code out.
import * as nodeModule from "node:module";

// What Node.js compiled is kept for the next start, which then takes a third of the time. It has to be said before the rest is read.
// NODE_COMPILE_CACHE says where (else the folder for temporary files), NODE_DISABLE_COMPILE_CACHE=1 that it is not to be.
nodeModule.enableCompileCache?.();
const { main } = await import("./program.ts");

// Help that is not read to its end, as by `bgpwire run --help | head`, is no failure. What else is written has a sink that knows more.
process.stdout.on("error", () => {});
process.exitCode = await main(process.argv.slice(2));
// Whatever still keeps the process (a standard input that stays open) does not matter any more.
setTimeout(() => process.exit(), 500).unref();
