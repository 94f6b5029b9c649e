// The text of MCAST-VPN routes, in the order of their types.
import type { MvpnLeafAutoDiscoveryRoute, MvpnNlri, MvpnRoute } from "../nlri/mvpn.ts";
import type { NlriText } from "./nlri-text.ts";
import { routeKeyText, routeText } from "./route-text.ts";
import { ADDRESS_TEXT, numberText, OPTIONAL_ADDRESS_TEXT, ROUTE_DISTINGUISHER_TEXT } from "./value-text.ts";

const RD = ["routeDistinguisher", ROUTE_DISTINGUISHER_TEXT] as const;
const SOURCE_AS = ["sourceAs", /* @__PURE__ */ numberText(0xffff_ffff)] as const;
const SOURCE = ["multicastSource", OPTIONAL_ADDRESS_TEXT] as const;
const GROUP = ["multicastGroup", OPTIONAL_ADDRESS_TEXT] as const;
const ORIGINATOR = ["originatingRouterAddress", ADDRESS_TEXT] as const;

const KEYS: NlriText<MvpnRoute> = /* @__PURE__ */ routeText<MvpnRoute>([
  { routeType: 1, name: "intraAsIPmsiAutoDiscovery", fields: [RD, ORIGINATOR] },
  { routeType: 2, name: "interAsIPmsiAutoDiscovery", fields: [RD, SOURCE_AS] },
  { routeType: 3, name: "sPmsiAutoDiscovery", fields: [RD, SOURCE, GROUP, ORIGINATOR] },
  { routeType: 5, name: "sourceActiveAutoDiscovery", fields: [RD, SOURCE, GROUP] },
  { routeType: 6, name: "sharedTreeJoin", fields: [RD, SOURCE_AS, SOURCE, GROUP] },
  { routeType: 7, name: "sourceTreeJoin", fields: [RD, SOURCE_AS, SOURCE, GROUP] },
]);

const LEAF: NlriText<MvpnLeafAutoDiscoveryRoute> = /* @__PURE__ */ routeText<MvpnLeafAutoDiscoveryRoute>([
  {
    routeType: 4,
    name: "leafAutoDiscovery",
    fields: [["routeKey", /* @__PURE__ */ routeKeyText(KEYS)], ORIGINATOR],
  },
]);

/** By route type: each is of one of the two tables. */
export const MVPN_TEXT: NlriText<MvpnNlri> = {
  format: (nlri) => (nlri.name === "leafAutoDiscovery" ? LEAF.format(nlri) : KEYS.format(nlri)),
  parse: (text) => KEYS.parse(text) ?? LEAF.parse(text),
};
