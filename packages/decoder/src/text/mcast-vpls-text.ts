// The text of MCAST-VPLS routes: "[3][65000:100][198.51.100.1][239.1.2.3][192.0.2.1]", and of leaves of them and of VPLS A-D routes,
// "[4][65000:100/1][192.0.2.2]".
import { decimal } from "../bytes/integers.ts";
import type {
  McastVplsLeafAutoDiscoveryRoute,
  McastVplsNlri,
  McastVplsSPmsiAutoDiscoveryRoute,
  VplsEdge,
} from "../nlri/mcast-vpls.ts";
import { isRouteDistinguisher } from "../nlri/route-distinguisher.ts";
import type { NlriText } from "./nlri-text.ts";
import { ipv4Value } from "./prefix-text.ts";
import { routeKeyText, routeText } from "./route-text.ts";
import { ADDRESS_TEXT, OPTIONAL_ADDRESS_TEXT, ROUTE_DISTINGUISHER_TEXT, type ValueText } from "./value-text.ts";

const ORIGINATOR = ["originatingRouterAddress", ADDRESS_TEXT] as const;

const KEYS: NlriText<McastVplsSPmsiAutoDiscoveryRoute> = /* @__PURE__ */ routeText<McastVplsSPmsiAutoDiscoveryRoute>([
  {
    routeType: 3,
    name: "sPmsiAutoDiscovery",
    fields: [
      ["routeDistinguisher", ROUTE_DISTINGUISHER_TEXT],
      ["multicastSource", OPTIONAL_ADDRESS_TEXT],
      ["multicastGroup", OPTIONAL_ADDRESS_TEXT],
      ORIGINATOR,
    ],
  },
]);

const NLRI_KEY = /* @__PURE__ */ routeKeyText(KEYS);

const KEY: ValueText<McastVplsLeafAutoDiscoveryRoute["routeKey"]> = {
  format: (key) => (key.name === "vplsEdge" ? `${key.routeDistinguisher}/${key.veId}` : NLRI_KEY.format(key)),
  parse: (text) => parseEdge(text) ?? NLRI_KEY.parse(text),
};

function parseEdge(text: string): VplsEdge | undefined {
  const slash = text.lastIndexOf("/");
  const routeDistinguisher = text.slice(0, Math.max(slash, 0));
  if (!isRouteDistinguisher(routeDistinguisher)) return undefined;
  const id = text.slice(slash + 1);
  const veId = ipv4Value(id) >= 0 ? id : decimal(id, 0xffff);
  return veId === -1 ? undefined : { name: "vplsEdge", routeDistinguisher, veId };
}

const LEAF: NlriText<McastVplsLeafAutoDiscoveryRoute> = /* @__PURE__ */ routeText<McastVplsLeafAutoDiscoveryRoute>([
  { routeType: 4, name: "leafAutoDiscovery", fields: [["routeKey", KEY], ORIGINATOR] },
]);

/** By route type: each is of one of the two tables. */
export const MCAST_VPLS_TEXT: NlriText<McastVplsNlri> = {
  format: (nlri) => (nlri.name === "leafAutoDiscovery" ? LEAF.format(nlri) : KEYS.format(nlri)),
  parse: (text) => KEYS.parse(text) ?? LEAF.parse(text),
};
