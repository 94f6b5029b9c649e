import { bird } from "./routers/bird.ts";
import { interopSuite } from "./suite.ts";

await interopSuite(bird);
