// Text of Route Target memberships: "default", "65000 target:65000:100", and "65000 0x0002fde8/64" for a prefix of route targets.
import { decimal } from "../bytes/integers.ts";
import { formatExtendedCommunity, parseExtendedCommunity } from "../community/extended-community.ts";
import type { RouteTargetNlri } from "../nlri/route-target.ts";
import type { NlriText } from "./nlri-text.ts";

const DEFAULT = "default";
const PREFIX = /^0x((?:[\da-f]{2})*)\/(\d+)$/;

function parseMembership(originAs: number, text: string): RouteTargetNlri | null {
  const [, routeTarget, bits] = PREFIX.exec(text) ?? [];
  if (routeTarget === undefined || bits === undefined) {
    const community = parseExtendedCommunity(text);
    return community === null ? null : { name: "routeTarget", originAs, routeTarget: community };
  }
  const length = decimal(bits, 95);
  if (length < 32 || Math.ceil((length - 32) / 8) !== routeTarget.length / 2) return null;
  return { name: "routeTargetPrefix", originAs, length, routeTarget };
}

export const ROUTE_TARGET_TEXT: NlriText<RouteTargetNlri> = {
  format: (nlri) => {
    if (nlri.name === "defaultRouteTarget") return DEFAULT;
    if (nlri.name === "routeTarget") return `${nlri.originAs} ${formatExtendedCommunity(nlri.routeTarget)}`;
    return `${nlri.originAs} 0x${nlri.routeTarget}/${nlri.length}`;
  },
  parse: (text) => {
    if (text === DEFAULT) return { name: "defaultRouteTarget" };
    const space = text.indexOf(" ");
    const originAs = decimal(text, 0xffff_ffff, 0, space);
    return originAs < 0 ? null : parseMembership(originAs, text.slice(space + 1));
  },
};
