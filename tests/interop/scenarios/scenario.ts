// A scenario: one thing a router and we do together, the same for every router.
import type { Bench } from "../support/bench.ts";

export type Scenario = (bench: Bench) => Promise<void>;

export type Scenarios = Readonly<Record<string, Scenario>>;
