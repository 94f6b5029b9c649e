import { corebgp } from "./routers/corebgp.ts";
import { interopSuite } from "./suite.ts";

await interopSuite(corebgp);
