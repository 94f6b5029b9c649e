// The text of BGP CAR routes, in the order of their types; in VPNs the route distinguisher comes first.
import { fromHex, parseIPv6, toHex } from "@bgpwire/core";
import { decimal } from "../bytes/integers.ts";
import type { CarLabelIndexTlv, CarLabelTlv, CarSrv6SidTlv, CarTlv } from "../nlri/car-tlv.ts";
import type { CarNlri, VpnCarNlri } from "../nlri/car.ts";
import type { NlriText } from "./nlri-text.ts";
import { routeText } from "./route-text.ts";
import { tlvsText, type TlvTextRow } from "./tlvs-text.ts";
import { numberText, PREFIX_TEXT, ROUTE_DISTINGUISHER_TEXT, type ValueText } from "./value-text.ts";

/** Labels, each with its low four bits behind a slash where they are odd. */
const LABEL: TlvTextRow<CarLabelTlv> = {
  type: 1,
  name: "label",
  word: "label",
  format: ({ labels, labelBits }) =>
    labels.map((label, i) => (labelBits === undefined ? String(label) : `${label}/${labelBits[i]}`)).join(","),
  parse: (text) => {
    const parts = text.split(",").map((part) => part.split("/"));
    const labels = parts.map(([label]) => decimal(label!, 0xf_ffff));
    const plain = parts.every((part) => part.length === 1);
    const bits = plain ? [] : parts.map(([, low = "", ...more]) => (more.length > 0 ? -1 : decimal(low, 0xf)));
    if (labels.includes(-1) || bits.includes(-1)) return undefined;
    return plain ? { labels } : { labels, labelBits: bits };
  },
};

const LABEL_INDEX: TlvTextRow<CarLabelIndexTlv> = {
  type: 2,
  name: "labelIndex",
  word: "label-index",
  format: ({ labelIndex, flags }) =>
    flags === undefined ? String(labelIndex) : `${labelIndex}/0x${flags.toString(16)}`,
  parse: (text) => {
    const [, index, digits] = /^(\d+)(?:\/0x([\da-f]{1,6}))?$/.exec(text) ?? [];
    const labelIndex = decimal(index ?? "", 0xffff_ffff);
    if (labelIndex < 0) return undefined;
    return digits === undefined ? { labelIndex } : { labelIndex, flags: Number.parseInt(digits, 16) };
  },
};

const SRV6_SID: TlvTextRow<CarSrv6SidTlv> = {
  type: 3,
  name: "srv6Sid",
  word: "srv6-sid",
  format: ({ sids = [], transposed }) => (transposed === undefined ? sids.join(",") : `0x${transposed}`),
  parse: (text) => {
    if (text.startsWith("0x")) {
      const octets = fromHex(text.slice(2));
      return octets === null || octets.length === 0 ? undefined : { transposed: toHex(octets) };
    }
    const sids = text.split(",");
    return sids.every((sid) => parseIPv6(sid) !== null) ? { sids } : undefined;
  },
};

/** Octets. */
const OCTETS: ValueText<Uint8Array> = {
  format: (value) => `0x${toHex(value)}`,
  parse: (text) => (text.startsWith("0x") ? (fromHex(text.slice(2)) ?? undefined) : undefined),
};

const RD = ["routeDistinguisher", ROUTE_DISTINGUISHER_TEXT] as const;
const PREFIX = ["prefix", PREFIX_TEXT] as const;
const COLOR = ["color", /* @__PURE__ */ numberText(0xffff_ffff)] as const;
const TLVS = [
  "tlvs",
  "tlvs",
  /* @__PURE__ */ tlvsText<CarTlv>([LABEL, LABEL_INDEX, SRV6_SID], ["transitive", "reserved"]),
  "optional",
] as const;
const REST = ["tlvsRest", "tlvs-rest", OCTETS, "optional"] as const;

export const CAR_TEXT: NlriText<CarNlri> = /* @__PURE__ */ routeText<CarNlri>([
  { routeType: 1, name: "colorAwareRoute", fields: [PREFIX, COLOR], values: [TLVS, REST] },
  { routeType: 2, name: "ipPrefix", fields: [PREFIX], values: [TLVS, REST] },
]);

export const VPN_CAR_TEXT: NlriText<VpnCarNlri> = /* @__PURE__ */ routeText<VpnCarNlri>([
  { routeType: 1, name: "colorAwareRoute", fields: [RD, PREFIX, COLOR], values: [TLVS, REST] },
  { routeType: 2, name: "ipPrefix", fields: [RD, PREFIX], values: [TLVS, REST] },
]);
