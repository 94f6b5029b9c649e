// Routes and next hops under Wireshark's names: a row for each kind of route.
import type { MpReachNlriAttribute, MpUnreachNlriAttribute, Nlri, NlriKind, NlriOfKind } from "@bgpwire/decoder";
import type { Fields } from "./fields.ts";
import { addEvpnRoute } from "./evpn.ts";
import { addFlow } from "./flowspec.ts";
import { addLabeledRoute } from "./labeled.ts";
import { addLinkStateRoute } from "./link-state.ts";
import { addMvpnRoute } from "./mvpn.ts";
import { addPrefix, prefixField, type Place } from "./prefixes.ts";

type Writers = { readonly [K in NlriKind]?: (nlri: NlriOfKind[K], fields: Fields, place: Place) => boolean | void };

const WRITERS: Writers = {
  evpn: (nlri, fields, { withVnis }) => addEvpnRoute(nlri, fields, withVnis),
  linkState: addLinkStateRoute,
  flowspec: addFlow,
  vpnFlowspec: addFlow,
  labeledPrefix: addLabeledRoute,
  labeledVpnPrefix: addLabeledRoute,
  // draft-mpmz-bess-mup-safi, which Wireshark 4.0 does not know.
  mup: () => {},
  mvpn: addMvpnRoute,
  routeTarget: (nlri, fields) => {
    if (nlri.name !== "routeTarget") return false;
    const { originAs, routeTarget } = nlri;
    if (routeTarget.name !== "routeTarget") return false;
    const administrator = routeTarget.format === "ipv4" ? routeTarget.address : routeTarget.as;
    // Origin AS and route target (RFC 4684 section 4).
    fields.add("bgp.prefix_length", 96);
    fields.add("bgp.originating_as", originAs);
    fields.add("bgp.community_prefix", `${administrator}:${routeTarget.value}`);
    return true;
  },
  vpls: (nlri, fields) => {
    if (nlri.name !== "labelBlock" || nlri.tlvs !== undefined) return false;
    // RFC 4761 section 3.2.2.
    fields.add("bgp.vplsad.length", 17);
    fields.add("bgp.vplsad.rd", nlri.routeDistinguisher);
    fields.add("bgp.vplsbgp.ce_id", nlri.veId);
    fields.add("bgp.vplsbgp.labelblock.offset", nlri.veBlockOffset);
    fields.add("bgp.vplsbgp.labelblock.size", nlri.veBlockSize);
    fields.add("bgp.vplsbgp.labelblock.base", `${nlri.labelBase} (bottom)`);
    return true;
  },
  // RFC 9830 section 2.1.
  srPolicy: (nlri, fields) => {
    if (!("endpoint" in nlri)) return false;
    const { distinguisher, color, endpoint } = nlri;
    const version = endpoint.includes(":") ? 6 : 4;
    fields.add("bgp.sr_policy_nlri_length", version === 6 ? 192 : 96);
    fields.bytes("bgp.sr_policy_nlri_distinguisher", octetsOfU32(distinguisher));
    fields.bytes("bgp.sr_policy_nlri_policy_color", octetsOfU32(color));
    fields.add(`bgp.sr_policy_nlri_endpoint_ipv${version}`, endpoint);
    return true;
  },
  prefix: (nlri, fields, place) => addPrefix(nlri, fields, prefixField(place)),
};

/**
 * Tells the routes of an attribute.
 *
 * @param withVnis their labels are VNIs
 * @returns false where there are no words for one of them
 */
export function addRoutes(
  attribute: MpReachNlriAttribute | MpUnreachNlriAttribute,
  fields: Fields,
  withVnis: boolean,
): boolean {
  if (attribute.kind === "raw") return false;
  const write = WRITERS[attribute.kind] as ((nlri: Nlri, fields: Fields, place: Place) => boolean | void) | undefined;
  if (write === undefined) return false;
  const { afi, safi, name } = attribute;
  let complete = true;
  for (const nlri of attribute.nlri) {
    complete = write(nlri, fields, { afi, safi, name, withVnis }) !== false && complete;
  }
  return complete;
}

function octetsOfU32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}
