// Generators of attributes that have a file of their own, by code.
import type { AttributeGenerator } from "./base.ts";
import { BGP_LS_ATTRIBUTE } from "./bgp-ls.ts";
import { bier } from "./bier.ts";
import { communityContainer } from "./community-container.ts";
import { ipv6ExtendedCommunities } from "./ipv6-extended-communities.ts";
import { nextHopCharacteristics } from "./next-hop-characteristics.ts";
import { pmsiTunnel } from "./pmsi-tunnel.ts";
import { prefixSid } from "./prefix-sid.ts";
import { sfp } from "./sfp.ts";
import { tunnelEncapsulation } from "./tunnel-encapsulation.ts";

export const MORE_ATTRIBUTES: Readonly<Record<number, AttributeGenerator>> = {
  22: pmsiTunnel,
  23: tunnelEncapsulation,
  25: ipv6ExtendedCommunities,
  29: BGP_LS_ATTRIBUTE,
  34: communityContainer,
  37: sfp,
  39: nextHopCharacteristics,
  40: prefixSid,
  41: bier,
};
