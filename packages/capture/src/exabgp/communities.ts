// Extended communities in ExaBGP's words.
import type { ExtendedCommunity } from "@bgpwire/decoder";
import type { Json } from "./json.ts";

/** One of them; null where there are no words for it. */
export function exabgpCommunity(community: ExtendedCommunity): Json {
  const string = textOf(community);
  if (string === null) return null;
  return community.name === "interfaceSet" ? { string, transitive: community.transitive } : { string };
}

function textOf(community: ExtendedCommunity): string | null {
  switch (community.name) {
    case "routeTarget":
      return `target:${administered(community)}`;
    case "routeOrigin":
      // ExaBGP reads the value of four octets as an address.
      if (community.format === "as2") return `origin:${community.as}:${dotted(community.value)}`;
      return `origin:${administered(community)}`;
    case "mupDirectSegment":
      return `mup:${administered(community)}`;
    case "redirect":
      return `redirect:${administered(community)}`;
    case "redirectToIp":
      return `${community.copy ? "copy" : "redirect"}-to-nexthop-ietf ${community.address}`;
    case "redirectToNextHop":
      return `${community.copy ? "copy" : "redirect"}-to-nexthop`;
    case "trafficRateBytes":
      return `rate-limit:${community.rate}`;
    case "trafficRatePackets":
      return `rate-limit:${community.rate}:packets`;
    case "trafficAction":
      return `action ${[community.sample && "sample", community.terminal && "terminal"].filter(Boolean).join("-")}`;
    case "trafficMarking":
      return `mark ${community.dscp}`;
    case "layer2Info": {
      const flags = (community.controlWord ? 2 : 0) | (community.sequenced ? 1 : 0);
      return `l2info:${community.encapsType}:${flags}:${community.mtu}:${community.preference}`;
    }
    case "interfaceSet": {
      const direction = [community.input && "input", community.output && "output"].filter(Boolean).join("-");
      return `interface-set:${direction}:${community.as}:${community.group}`;
    }
    default:
      return null;
  }
}

function administered(community: { readonly format: string; readonly value: number } & object): string {
  const administrator = "address" in community ? community.address : "as" in community ? community.as : "";
  return `${String(administrator)}:${community.value}`;
}

/** A number of four octets as an address. */
export function dotted(value: number): string {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff].join(".");
}
