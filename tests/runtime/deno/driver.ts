// The driver suite under Deno: one JSON line for the runtime, then one for each case. Run by driver.test.ts.
//
//     deno run -A tests/runtime/deno/driver.ts [node | options] [part of a name]
//
// `node` takes the driver of Node.js instead, which serves under Deno too; `options` is the first part of the suite on the
// sockets that have options, which are not Deno's own.
import { denoDriver } from "../../support/deno-driver.ts";
import { nodeDriver } from "../../support/node-driver.ts";
import { transportCases } from "../../support/driver-transport-cases.ts";
import { optionsDriver } from "../../support/options-driver.ts";
import { printDriverSuite } from "../../support/print-driver-suite.ts";

const [which, ...rest] = process.argv.slice(2);
const driver = which === "node" ? { ...nodeDriver, blackHole: denoDriver.blackHole } : denoDriver;

const { Deno } = globalThis as unknown as { readonly Deno: { readonly version: { readonly deno: string } } };
console.log(JSON.stringify({ runtime: "deno", version: Deno.version.deno, driver: driver.name }));
if (which === "options") await printDriverSuite(optionsDriver(denoDriver), rest[0], transportCases);
else await printDriverSuite(driver, which === "node" ? rest[0] : which);
// A case that failed may have left something open.
process.exit(0);
