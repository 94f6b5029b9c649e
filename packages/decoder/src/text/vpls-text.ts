// Text of routes of VPLS: "65000:100 192.0.2.1" for a member, "65000:100 ve=1 offset=1 size=8 label-base=800000" for a block of
// labels.
import { decimal } from "../bytes/integers.ts";
import { isRouteDistinguisher } from "../nlri/route-distinguisher.ts";
import type { VplsNlri } from "../nlri/vpls.ts";
import type { NlriText } from "./nlri-text.ts";
import { ipv4Value } from "./prefix-text.ts";

const LABEL_BLOCK = /^ve=(\d+) offset=(\d+) size=(\d+) label-base=(\d+)(?: label-bits=(\d+))?$/;

function parseLabelBlock(routeDistinguisher: string, text: string): VplsNlri | null {
  const numbers = LABEL_BLOCK.exec(text)?.slice(1);
  if (numbers === undefined) return null;
  const [ve, offset, size, base, bits] = numbers as [string, string, string, string, string | undefined];
  const [veId, veBlockOffset, veBlockSize] = [ve, offset, size].map((one) => decimal(one, 0xffff)) as [
    number,
    number,
    number,
  ];
  const labelBase = decimal(base, 0xf_ffff);
  const labelBits = bits === undefined ? 0 : decimal(bits, 0xf);
  if (Math.min(veId, veBlockOffset, veBlockSize, labelBase, labelBits) < 0) return null;
  return {
    name: "labelBlock",
    routeDistinguisher,
    veId,
    veBlockOffset,
    veBlockSize,
    labelBase,
    ...(bits !== undefined && { labelBits }),
  };
}

export const VPLS_TEXT: NlriText<VplsNlri> = {
  format: (nlri) => {
    if (nlri.name === "autoDiscovery") return `${nlri.routeDistinguisher} ${nlri.peAddress}`;
    const { routeDistinguisher, veId, veBlockOffset, veBlockSize, labelBase, labelBits } = nlri;
    const text = `${routeDistinguisher} ve=${veId} offset=${veBlockOffset} size=${veBlockSize} label-base=${labelBase}`;
    return labelBits === undefined ? text : `${text} label-bits=${labelBits}`;
  },
  parse: (text) => {
    const space = text.indexOf(" ");
    const routeDistinguisher = text.slice(0, Math.max(space, 0));
    if (!isRouteDistinguisher(routeDistinguisher)) return null;
    const rest = text.slice(space + 1);
    if (ipv4Value(rest) >= 0) return { name: "autoDiscovery", routeDistinguisher, peAddress: rest };
    return parseLabelBlock(routeDistinguisher, rest);
  },
};
