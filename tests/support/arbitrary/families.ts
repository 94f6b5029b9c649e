// Generators of families that have a file of their own, in the order of their numbers.
import type { FamilyGenerator } from "./base.ts";
import { BGP_LS, BGP_LS_SPF } from "./bgp-ls.ts";

export const MORE_FAMILIES: readonly FamilyGenerator[] = [BGP_LS, BGP_LS_SPF];
