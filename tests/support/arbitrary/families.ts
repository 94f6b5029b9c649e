// Generators of families that have a file of their own, in the order of their numbers.
import type { FamilyGenerator } from "./base.ts";

export const MORE_FAMILIES: readonly FamilyGenerator[] = [];
