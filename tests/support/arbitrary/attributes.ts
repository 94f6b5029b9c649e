// Generators of attributes that have a file of their own, by code.
import type { AttributeGenerator } from "./base.ts";
import { pmsiTunnel } from "./pmsi-tunnel.ts";
import { prefixSid } from "./prefix-sid.ts";

export const MORE_ATTRIBUTES: Readonly<Record<number, AttributeGenerator>> = {
  22: pmsiTunnel,
  40: prefixSid,
};
