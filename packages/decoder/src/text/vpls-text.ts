// Text of routes of VPLS: "65000:100 192.0.2.1" for a member, "65000:100 ve=1 offset=1 size=8 label-base=800000" for a block of
// labels, and behind it the TLVs of RFC 6624, such as " tlvs=circuit-status:0010+2:12:0x0ab0".
import { fromHex, toHex } from "@bgpwire/core";
import { decimal } from "../bytes/integers.ts";
import { isRouteDistinguisher } from "../nlri/route-distinguisher.ts";
import type { VplsNlri } from "../nlri/vpls.ts";
import type { VplsTlv } from "../nlri/vpls-tlv.ts";
import type { NlriText } from "./nlri-text.ts";
import { ipv4Value } from "./prefix-text.ts";

const LABEL_BLOCK = /^ve=(\d+) offset=(\d+) size=(\d+) label-base=(\d+)(?: label-bits=(\d+))?(?: tlvs=(\S+))?$/;
const TLV = /^(?:circuit-status:([01]*)|(\d+):(\d+):0x([\da-f]*))$/;

function formatTlv(tlv: VplsTlv): string {
  if (tlv.name === "circuitStatusVector") return `circuit-status:${tlv.status}`;
  return `${tlv.type}:${tlv.bits}:0x${toHex(tlv.value)}`;
}

/** @returns null when the text is none */
function parseTlv(text: string): VplsTlv | null {
  const [, status, type = "", bits = "", digits = ""] = TLV.exec(text) ?? [];
  if (status !== undefined) return { name: "circuitStatusVector", type: 1, status };
  const tlv = { type: decimal(type, 0xff), bits: decimal(bits, 0xffff), value: fromHex(digits) };
  if (tlv.type < 0 || tlv.value === null || tlv.value.length !== (tlv.bits + 7) >> 3) return null;
  return { name: "raw", ...tlv, value: tlv.value };
}

function parseLabelBlock(routeDistinguisher: string, text: string): VplsNlri | null {
  const numbers = LABEL_BLOCK.exec(text)?.slice(1);
  if (numbers === undefined) return null;
  const [ve, offset, size, base, bits, list] = numbers as [string, string, string, string, string?, string?];
  const [veId, veBlockOffset, veBlockSize] = [ve, offset, size].map((one) => decimal(one, 0xffff)) as [
    number,
    number,
    number,
  ];
  const labelBase = decimal(base, 0xf_ffff);
  const labelBits = bits === undefined ? 0 : decimal(bits, 0xf);
  const tlvs = list?.split("+").map(parseTlv) ?? [];
  if (Math.min(veId, veBlockOffset, veBlockSize, labelBase, labelBits) < 0 || tlvs.includes(null)) return null;
  return {
    name: "labelBlock",
    routeDistinguisher,
    veId,
    veBlockOffset,
    veBlockSize,
    labelBase,
    ...(bits !== undefined && { labelBits }),
    ...(tlvs.length > 0 && { tlvs: tlvs as VplsTlv[] }),
  };
}

export const VPLS_TEXT: NlriText<VplsNlri> = {
  format: (nlri) => {
    if (nlri.name === "autoDiscovery") return `${nlri.routeDistinguisher} ${nlri.peAddress}`;
    const { routeDistinguisher, veId, veBlockOffset, veBlockSize, labelBase, labelBits, tlvs } = nlri;
    const bits = labelBits === undefined ? "" : ` label-bits=${labelBits}`;
    const rest = tlvs === undefined ? "" : ` tlvs=${tlvs.map(formatTlv).join("+")}`;
    const block = `ve=${veId} offset=${veBlockOffset} size=${veBlockSize} label-base=${labelBase}`;
    return `${routeDistinguisher} ${block}${bits}${rest}`;
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
