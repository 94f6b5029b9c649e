import { gobgp } from "./routers/gobgp.ts";
import { interopSuite } from "./suite.ts";

await interopSuite(gobgp);
