// The plans of all routers that know more families than unicast, by the routers' names.
import { birdFamilies } from "./bird.ts";
import { exabgpFamilies } from "./exabgp.ts";
import { frrFamilies } from "./frr.ts";
import { gobgpFamilies } from "./gobgp.ts";
import { openbgpdFamilies } from "./openbgpd.ts";
import type { FamilyPlan } from "./plan.ts";

export const PLANS: Readonly<Record<string, FamilyPlan>> = {
  BIRD: birdFamilies,
  FRR: frrFamilies,
  GoBGP: gobgpFamilies,
  OpenBGPD: openbgpdFamilies,
  ExaBGP: exabgpFamilies,
};
