// The text of EVPN routes, in the order of their types.
import { MULTICAST_REPORT_FLAGS } from "../nlri/evpn-multicast.ts";
import type { EvpnLeafAutoDiscoveryRoute, EvpnNlri, EvpnRoute } from "../nlri/evpn.ts";
import type { NlriText } from "./nlri-text.ts";
import { routeKeyText, routeText } from "./route-text.ts";
import {
  ADDRESS_TEXT,
  colonsText,
  EXTENDED_COMMUNITY_TEXT,
  flagsText,
  numberText,
  OPTIONAL_ADDRESS_TEXT,
  PREFIX_TEXT,
  ROUTE_DISTINGUISHER_TEXT,
} from "./value-text.ts";

const RD = ["routeDistinguisher", ROUTE_DISTINGUISHER_TEXT] as const;
const ESI = ["ethernetSegmentIdentifier", /* @__PURE__ */ colonsText(10)] as const;
const TAG = ["ethernetTagId", /* @__PURE__ */ numberText(0xffff_ffff)] as const;
const MAC = ["macAddress", /* @__PURE__ */ colonsText(6)] as const;
const SOURCE = ["multicastSource", OPTIONAL_ADDRESS_TEXT] as const;
const GROUP = ["multicastGroup", OPTIONAL_ADDRESS_TEXT] as const;
const ORIGINATOR = ["originatingRouterAddress", ADDRESS_TEXT] as const;
const LABEL = /* @__PURE__ */ numberText(0xff_ffff);
const FLAGS = ["flags", "flags", /* @__PURE__ */ flagsText(MULTICAST_REPORT_FLAGS)] as const;

const KEYS: NlriText<EvpnRoute> = /* @__PURE__ */ routeText<EvpnRoute>([
  {
    routeType: 1,
    name: "ethernetAutoDiscovery",
    fields: [RD, ESI, TAG],
    values: [["mplsLabel", "label", LABEL]],
  },
  {
    routeType: 2,
    name: "macIpAdvertisement",
    fields: [RD, ESI, TAG, MAC, ["ipAddress", OPTIONAL_ADDRESS_TEXT]],
    values: [
      ["mplsLabel1", "label1", LABEL],
      ["mplsLabel2", "label2", LABEL, "optional"],
    ],
  },
  { routeType: 3, name: "inclusiveMulticastEthernetTag", fields: [RD, TAG, ORIGINATOR] },
  { routeType: 4, name: "ethernetSegment", fields: [RD, ESI, ORIGINATOR] },
  {
    routeType: 5,
    name: "ipPrefix",
    fields: [RD, ESI, TAG, ["prefix", PREFIX_TEXT], ["gatewayAddress", ADDRESS_TEXT]],
    values: [["mplsLabel", "label", LABEL]],
  },
  {
    routeType: 6,
    name: "selectiveMulticastEthernetTag",
    fields: [RD, TAG, SOURCE, GROUP, ORIGINATOR],
    values: [FLAGS],
  },
  {
    routeType: 7,
    name: "multicastMembershipReportSynch",
    fields: [RD, ESI, TAG, SOURCE, GROUP, ORIGINATOR],
    values: [FLAGS],
  },
  {
    routeType: 8,
    name: "multicastLeaveSynch",
    fields: [RD, ESI, TAG, SOURCE, GROUP, ORIGINATOR],
    values: [
      ["reserved", "reserved", /* @__PURE__ */ numberText(0xffff_ffff), "optional"],
      ["maximumResponseTime", "maximum-response-time", /* @__PURE__ */ numberText(0xff)],
      FLAGS,
    ],
  },
  { routeType: 9, name: "perRegionIPmsiAutoDiscovery", fields: [RD, TAG, ["regionId", EXTENDED_COMMUNITY_TEXT]] },
  { routeType: 10, name: "sPmsiAutoDiscovery", fields: [RD, TAG, SOURCE, GROUP, ORIGINATOR] },
]);

const LEAF: NlriText<EvpnLeafAutoDiscoveryRoute> = /* @__PURE__ */ routeText<EvpnLeafAutoDiscoveryRoute>([
  {
    routeType: 11,
    name: "leafAutoDiscovery",
    fields: [["routeKey", /* @__PURE__ */ routeKeyText(KEYS)], ORIGINATOR],
  },
]);

/** By route type: each is of one of the two tables. */
export const EVPN_TEXT: NlriText<EvpnNlri> = {
  format: (nlri) => (nlri.name === "leafAutoDiscovery" ? LEAF.format(nlri) : KEYS.format(nlri)),
  parse: (text) => KEYS.parse(text) ?? LEAF.parse(text),
};
