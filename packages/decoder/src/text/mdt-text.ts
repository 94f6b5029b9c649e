// Text of MDT routes: "65000:100 192.0.2.1 group=232.0.0.1".
import type { MdtNlri } from "../nlri/mdt.ts";
import { isRouteDistinguisher } from "../nlri/route-distinguisher.ts";
import type { NlriText } from "./nlri-text.ts";
import { ipv4Value } from "./prefix-text.ts";

export const MDT_TEXT: NlriText<MdtNlri> = {
  format: ({ routeDistinguisher, address, groupAddress }) => `${routeDistinguisher} ${address} group=${groupAddress}`,
  parse: (text) => {
    const [, routeDistinguisher, address, groupAddress] = /^(\S+) (\S+) group=(\S+)$/.exec(text) ?? [];
    if (routeDistinguisher === undefined || address === undefined || groupAddress === undefined) return null;
    if (!isRouteDistinguisher(routeDistinguisher) || ipv4Value(address) < 0 || ipv4Value(groupAddress) < 0) return null;
    return { routeDistinguisher, address, groupAddress };
  },
};
