import { openbgpd } from "./routers/openbgpd.ts";
import { interopSuite } from "./suite.ts";

await interopSuite(openbgpd);
