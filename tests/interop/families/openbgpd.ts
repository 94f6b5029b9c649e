// OpenBGPD 7.7: VPNs of both versions. Outside OpenBSD it has no `mpe` interface and cannot announce any of its own; it shows
// no labels. That it got them right is seen in what it passes on.
import { changed, partial, type FamilyPlan, type Shown } from "./plan.ts";
import { OUR_ROUTES } from "./routes.ts";

function entry(prefix: string, nextHop: string, communities: readonly string[]): Shown {
  return { prefix, true_nexthop: nextHop, extended_communities: communities };
}

const NEXT_HOP_4 = "192.0.2.77";
const NEXT_HOP_6 = "2001:db8::77";

export const openbgpdFamilies: FamilyPlan = {
  sessions: [["ipv4-unicast", "ipv6-unicast", "ipv4-vpn", "ipv6-vpn"]],
  addPath: [],
  announces: {},
  shows: {
    "VPN-IPv4, distinguisher of type 0": entry("rd 65001:4000000000 10.22.0.0/24", NEXT_HOP_4, ["rt 65001:8"]),
    "VPN-IPv4, distinguisher of type 1": entry("rd 192.0.2.9:7 10.22.1.0/25", NEXT_HOP_4, ["rt 192.0.2.9:11"]),
    "VPN-IPv4, distinguisher of type 2": entry("rd 4200000001:7 10.22.2.3/32", NEXT_HOP_4, ["rt 4200000001:7"]),
    // What it does not know it shows without all of its value.
    "VPN-IPv4 with communities": {
      ...entry("rd 65001:1 10.22.3.0/24", NEXT_HOP_4, [
        "[12] 0x8",
        "[11] 0x64",
        "ort 0x200",
        "odi 2560:66048",
        "srcas 65001:0",
        "soo 65001:2",
        "rt 65001:8",
        "[4] 0x4004000000000000",
        "ori 192.0.2.2:0",
        "vrfri 192.0.2.9:5",
      ]),
      attributes: [{}, {}, { type: "Unknown Attribute #26", data: "01000b000000000000004d" }],
    },
    "VPN-IPv6": entry("rd 65001:4000000000 2001:db8:22::/48", NEXT_HOP_6, ["rt 65001:8"]),
    "VPN-IPv6 over SRv6": {
      ...entry("rd 65001:7 2001:db8:23::/48", NEXT_HOP_6, ["rt 65001:8"]),
      attributes: [
        {},
        {},
        {
          type: "Unknown Attribute #40",
          data: "0500220001001e0020010db800050000000000000000000000001200010006281810001040",
        },
      ],
    },
  },
  // It does not know AIGP either, which is not transitive.
  passesOn: {
    "VPN-IPv4 with communities": changed(OUR_ROUTES["VPN-IPv4 with communities"], "aigp", () => null),
    "VPN-IPv6 over SRv6": changed(OUR_ROUTES["VPN-IPv6 over SRv6"], "prefixSid", partial),
  },
  ignoresWithdrawals: "7.7 keeps a VPN route that is withdrawn, whatever stands in place of the label",
  excluded: {},
};
