// The Node.js driver passes the suite.
import { nodeDriver } from "../../support/node-driver.ts";
import { runDriverSuite } from "../../support/run-driver-suite.ts";

runDriverSuite(nodeDriver);
