import { frr } from "./routers/frr.ts";
import { interopSuite } from "./suite.ts";

await interopSuite(frr);
