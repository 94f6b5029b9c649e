// Routes of every family as text that parses back. A kind of route is a row of the table.
import { fromHex, parsePrefix, toHex } from "@bgpwire/core";
import { decimal } from "../bytes/integers.ts";
import { isRawNlri, type NlriKind, type NlriOfKind, type RawNlri, type ReadNlriOfKind } from "../nlri/model.ts";
import { CAR_TEXT, VPN_CAR_TEXT } from "./car-text.ts";
import { EVPN_TEXT } from "./evpn-text.ts";
import { FLOWSPEC_TEXT, VPN_FLOWSPEC_TEXT } from "./flowspec-text.ts";
import { LABELED_PREFIX_TEXT, LABELED_VPN_PREFIX_TEXT, VPN_PREFIX_TEXT } from "./labeled-text.ts";
import { LINK_STATE_TEXT, VPN_LINK_STATE_TEXT } from "./link-state-text.ts";
import { MCAST_VPLS_TEXT } from "./mcast-vpls-text.ts";
import { MDT_TEXT } from "./mdt-text.ts";
import { MUP_TEXT } from "./mup-text.ts";
import { MVPN_TEXT } from "./mvpn-text.ts";
import { ROUTE_TARGET_TEXT } from "./route-target-text.ts";
import { ADDRESS_TEXT } from "./value-text.ts";
import { SFC_TEXT } from "./sfc-text.ts";
import { SR_POLICY_TEXT } from "./sr-policy-text.ts";
import { VPLS_TEXT } from "./vpls-text.ts";

/** How the routes of a kind are written, but for their path identifier and but for raw ones. */
export interface NlriText<N> {
  format(nlri: N): string;
  /** @returns null when the text is none */
  parse(text: string): N | null;
}

const NLRI_TEXT: { readonly [K in NlriKind]: NlriText<ReadNlriOfKind[K]> } = {
  prefix: {
    format: (nlri) => nlri.prefix,
    parse: (text) => (parsePrefix(text) === null ? null : { prefix: text }),
  },
  mvpn: MVPN_TEXT,
  mup: MUP_TEXT,
  car: CAR_TEXT,
  vpnCar: VPN_CAR_TEXT,
  srPolicy: SR_POLICY_TEXT,
  evpn: EVPN_TEXT,
  sfc: SFC_TEXT,
  linkState: LINK_STATE_TEXT,
  vpnLinkState: VPN_LINK_STATE_TEXT,
  labeledPrefix: LABELED_PREFIX_TEXT,
  labeledVpnPrefix: LABELED_VPN_PREFIX_TEXT,
  vpnPrefix: VPN_PREFIX_TEXT,
  encapsulation: {
    format: (nlri) => nlri.endpointAddress,
    parse: (text) => {
      const endpointAddress = ADDRESS_TEXT.parse(text);
      return endpointAddress === undefined ? null : { endpointAddress };
    },
  },
  mdt: MDT_TEXT,
  routeTarget: ROUTE_TARGET_TEXT,
  vpls: VPLS_TEXT,
  mcastVpls: MCAST_VPLS_TEXT,
  flowspec: FLOWSPEC_TEXT,
  vpnFlowspec: VPN_FLOWSPEC_TEXT,
};

/** Through unknown, as the compiler would else compare every route with every other. */
function textOf<K extends NlriKind>(kind: K): NlriText<NlriOfKind[K]> {
  return NLRI_TEXT[kind] as unknown as NlriText<NlriOfKind[K]>;
}

const PATH_ID = " path-id=";

/**
 * Text of a route; one that stayed bytes is hexadecimal, and a path identifier stands at the end.
 *
 * @example formatNlri("prefix", { prefix: "203.0.113.0/24", pathId: 7 }) // "203.0.113.0/24 path-id=7"
 */
export function formatNlri<K extends NlriKind>(kind: K, nlri: NlriOfKind[K] | RawNlri): string {
  const path = nlri.pathId === undefined ? "" : PATH_ID + nlri.pathId;
  if (isRawNlri(nlri)) return `0x${toHex(nlri.value)}${path}`;
  return textOf(kind).format(nlri) + path;
}

/**
 * The route of a text that `formatNlri` gives.
 *
 * @returns null when the text is none of this kind
 * @example parseNlri("prefix", "203.0.113.0/24")
 */
export function parseNlri<K extends NlriKind>(kind: K, text: string): NlriOfKind[K] | RawNlri | null {
  const at = text.lastIndexOf(PATH_ID);
  const pathId = at < 0 ? null : decimal(text.slice(at + PATH_ID.length), 0xffff_ffff);
  if (pathId !== null && pathId < 0) return null;
  const nlri = parseAlone(kind, at < 0 ? text : text.slice(0, at));
  return nlri === null || pathId === null ? nlri : { ...nlri, pathId };
}

function parseAlone<K extends NlriKind>(kind: K, text: string): NlriOfKind[K] | RawNlri | null {
  // One word: the text of a route may begin with a route distinguisher of digits.
  if (!/^0x\S*$/.test(text)) return textOf(kind).parse(text);
  const value = fromHex(text.slice(2));
  return value === null ? null : { name: "raw", value };
}
