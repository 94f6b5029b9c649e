// Generators of attributes that have a file of their own, by code.
import type { AttributeGenerator } from "./base.ts";

export const MORE_ATTRIBUTES: Readonly<Record<number, AttributeGenerator>> = {};
