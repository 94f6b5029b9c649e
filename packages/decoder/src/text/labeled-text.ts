// Text of routes with labels and of routes in VPNs: "65000:100 203.0.113.0/24 labels=100,200".
import { parsePrefix } from "@bgpwire/core";
import { decimal } from "../bytes/integers.ts";
import type { LabeledPrefixNlri, LabeledVpnPrefixNlri, VpnPrefixNlri } from "../nlri/model.ts";
import { isRouteDistinguisher } from "../nlri/route-distinguisher.ts";
import type { NlriText } from "./nlri-text.ts";

function formatLabeled({ prefix, labels, labelBits, compatibility }: LabeledPrefixNlri): string {
  let text = prefix;
  if (labels.length > 0) text += ` labels=${labels.join(",")}`;
  if (labelBits !== undefined) text += ` label-bits=${labelBits.join(",")}`;
  if (compatibility !== undefined) text += ` compatibility=0x${compatibility.toString(16).padStart(6, "0")}`;
  return text;
}

/** In the order in which `formatLabeled` writes them. */
const LABELED = /^(\S+)(?: labels=([\d,]+))?(?: label-bits=([\d,]+))?(?: compatibility=0x([\da-f]{6}))?$/;

function parseLabeled(text: string): LabeledPrefixNlri | null {
  const [, prefix, labelsText, bitsText, compatibilityText] = LABELED.exec(text) ?? [];
  if (prefix === undefined || parsePrefix(prefix) === null) return null;
  const labels = parseNumbers(labelsText, 0xf_ffff);
  const labelBits = parseNumbers(bitsText, 0xf);
  if (labels === null || labelBits === null) return null;
  return {
    prefix,
    labels,
    ...(bitsText !== undefined && { labelBits }),
    ...(compatibilityText !== undefined && { compatibility: Number.parseInt(compatibilityText, 16) }),
  };
}

/** Numbers with commas between them; none where there is no text. */
function parseNumbers(text: string | undefined, most: number): number[] | null {
  const numbers = text === undefined ? [] : text.split(",").map((one) => decimal(one, most));
  return numbers.includes(-1) ? null : numbers;
}

/** The route distinguisher and what is behind it. */
export function parseDistinguished<N extends object>(
  text: string,
  parseRest: (rest: string) => N | null,
): (N & { readonly routeDistinguisher: string }) | null {
  const space = text.indexOf(" ");
  const routeDistinguisher = text.slice(0, Math.max(space, 0));
  const rest = isRouteDistinguisher(routeDistinguisher) ? parseRest(text.slice(space + 1)) : null;
  return rest === null ? null : { routeDistinguisher, ...rest };
}

export const LABELED_PREFIX_TEXT: NlriText<LabeledPrefixNlri> = { format: formatLabeled, parse: parseLabeled };

export const LABELED_VPN_PREFIX_TEXT: NlriText<LabeledVpnPrefixNlri> = {
  format: (nlri) => `${nlri.routeDistinguisher} ${formatLabeled(nlri)}`,
  parse: (text) => parseDistinguished(text, parseLabeled),
};

export const VPN_PREFIX_TEXT: NlriText<VpnPrefixNlri> = {
  format: (nlri) => `${nlri.routeDistinguisher} ${nlri.prefix}`,
  parse: (text) => parseDistinguished(text, (prefix) => (parsePrefix(prefix) === null ? null : { prefix })),
};
