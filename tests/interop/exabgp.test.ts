import { exabgp } from "./routers/exabgp.ts";
import { interopSuite } from "./suite.ts";

await interopSuite(exabgp);
