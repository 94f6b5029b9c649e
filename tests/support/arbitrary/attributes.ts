// Generators of attributes that have a file of their own, by code.
import type { AttributeGenerator } from "./base.ts";
import { BGP_LS_ATTRIBUTE } from "./bgp-ls.ts";
import { bgpsecPath } from "./bgpsec-path.ts";
import { bier } from "./bier.ts";
import { communityContainer } from "./community-container.ts";
import { ipv6ExtendedCommunities } from "./ipv6-extended-communities.ts";
import { nextHopCharacteristics } from "./next-hop-characteristics.ts";
import { pmsiTunnel } from "./pmsi-tunnel.ts";
import { prefixSid } from "./prefix-sid.ts";
import { sfp } from "./sfp.ts";
import {
  aigp,
  asPathlimit,
  bfdDiscriminator,
  connector,
  domainPath,
  entropyLabelCapability,
  onlyToCustomer,
  peDistinguisherLabels,
  trafficEngineering,
} from "./small-attributes.ts";
import { tunnelEncapsulation } from "./tunnel-encapsulation.ts";

export const MORE_ATTRIBUTES: Readonly<Record<number, AttributeGenerator>> = {
  20: connector,
  21: asPathlimit,
  22: pmsiTunnel,
  23: tunnelEncapsulation,
  24: trafficEngineering,
  25: ipv6ExtendedCommunities,
  26: aigp,
  27: peDistinguisherLabels,
  28: entropyLabelCapability,
  29: BGP_LS_ATTRIBUTE,
  33: bgpsecPath,
  34: communityContainer,
  35: onlyToCustomer,
  36: domainPath,
  37: sfp,
  38: bfdDiscriminator,
  39: nextHopCharacteristics,
  40: prefixSid,
  41: bier,
};
