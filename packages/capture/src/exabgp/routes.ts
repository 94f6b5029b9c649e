// Routes in ExaBGP's words: a row for each kind.
import { toHex } from "@bgpwire/core";
import {
  isRawNlri,
  type LabeledPrefixNlri,
  type Nlri,
  type NlriKind,
  type NlriOfKind,
  type RawNlri,
} from "@bgpwire/decoder";
import { dotted } from "./communities.ts";
import { exabgpFlowspec } from "./flowspec.ts";
import type { Json } from "./json.ts";
import { exabgpLinkStateRoute } from "./link-state.ts";

type Writers = { readonly [K in NlriKind]?: (nlri: NlriOfKind[K], nextHop: string) => Json };

const MUP_NAMES = {
  interworkSegmentDiscovery: "InterworkSegmentDiscoveryRoute",
  directSegmentDiscovery: "DirectSegmentDiscoveryRoute",
  type1SessionTransformed: "Type1SessionTransformedRoute",
  type2SessionTransformed: "Type2SessionTransformedRoute",
};

function mupFields(nlri: Exclude<NlriOfKind["mup"], RawNlri>): Readonly<Record<string, Json>> {
  switch (nlri.name) {
    case "interworkSegmentDiscovery":
      return prefixFields(nlri.prefix);
    case "directSegmentDiscovery":
      return { ip: nlri.address };
    case "type1SessionTransformed": {
      const { prefix, teid, qfi, endpointAddress, sourceAddress } = nlri;
      return {
        ...prefixFields(prefix),
        teid: String(teid),
        qfi: String(qfi),
        endpoint_ip_len: bitsOf(endpointAddress),
        endpoint_ip: endpointAddress,
        // As Python writes no octets.
        source_ip_len: sourceAddress ? bitsOf(sourceAddress) : 0,
        source_ip: sourceAddress ?? "b''",
      };
    }
    case "type2SessionTransformed": {
      const { endpointAddress, teid, teidLength } = nlri;
      // ExaBGP reads the octets that are there as one number.
      const shift = 32 - 8 * Math.ceil(teidLength / 8);
      return {
        endpoint_len: bitsOf(endpointAddress) + teidLength,
        endpoint_ip: endpointAddress,
        teid: String(shift === 32 ? 0 : teid >>> shift),
      };
    }
  }
}

function prefixFields(prefix: string): Readonly<Record<string, Json>> {
  const [address, bits] = prefix.split("/") as [string, string];
  return { prefix_ip: address, prefix_ip_len: Number(bits) };
}

function bitsOf(address: string): number {
  return address.includes(":") ? 128 : 32;
}

const MVPN_NAMES: Readonly<Record<string, string>> = {
  sourceActiveAutoDiscovery: "Source Active A-D Route",
  sharedTreeJoin: "C-Multicast Shared Tree Join route",
  sourceTreeJoin: "C-Multicast Source Tree Join route",
};

const WRITERS: Writers = {
  evpn: (nlri) => {
    if (nlri.name !== "macIpAdvertisement") return null;
    const { routeDistinguisher, ethernetSegmentIdentifier, ethernetTagId, macAddress, ipAddress, mplsLabel1 } = nlri;
    return {
      code: 2,
      parsed: true,
      name: "MAC/IP advertisement",
      rd: routeDistinguisher,
      esi: /[^0:]/.test(ethernetSegmentIdentifier) ? ethernetSegmentIdentifier : "-",
      "ethernet-tag": ethernetTagId,
      mac: macAddress.toUpperCase(),
      ...(ipAddress !== null && { ip: ipAddress }),
      label: [[mplsLabel1 >>> 4]],
    };
  },
  flowspec: exabgpFlowspec,
  vpnFlowspec: exabgpFlowspec,
  srPolicy: (nlri) => {
    if (!("endpoint" in nlri)) return null;
    return { distinguisher: nlri.distinguisher, color: nlri.color, endpoint: nlri.endpoint };
  },
  labeledPrefix: (nlri) => ("prefix" in nlri ? { nlri: nlri.prefix, label: labels(nlri) } : null),
  labeledVpnPrefix: (nlri) =>
    "prefix" in nlri ? { nlri: nlri.prefix, label: labels(nlri), rd: nlri.routeDistinguisher } : null,
  linkState: exabgpLinkStateRoute,
  mup: (nlri) => {
    if (nlri.name === "raw") return null;
    const { name, routeType, routeDistinguisher } = nlri;
    return { name: MUP_NAMES[name], arch: 1, code: routeType, rd: routeDistinguisher, ...mupFields(nlri) };
  },
  mvpn: (nlri) => {
    if (!("multicastSource" in nlri)) return null;
    const name = MVPN_NAMES[nlri.name];
    if (name === undefined) return null;
    return {
      code: nlri.routeType,
      parsed: true,
      name,
      rd: nlri.routeDistinguisher,
      ...("sourceAs" in nlri && { "source-as": String(nlri.sourceAs) }),
      source: nlri.multicastSource,
      group: nlri.multicastGroup,
    };
  },
  vpls: (nlri) =>
    nlri.name === "labelBlock"
      ? {
          rd: nlri.routeDistinguisher,
          endpoint: nlri.veId,
          base: nlri.labelBase,
          offset: nlri.veBlockOffset,
          size: nlri.veBlockSize,
        }
      : null,
  prefix: ({ prefix }) => ({ nlri: prefix }),
};

function hexOf({ value }: RawNlri): string {
  return toHex(value).toUpperCase();
}

/** Each label, and all of its field: in a withdrawn route what RFC 8277 section 2.4 has in its place. */
function labels({ labels: list, compatibility }: LabeledPrefixNlri): Json {
  if (list.length === 0) return [[(compatibility ?? 0x80_0000) >>> 4, compatibility ?? 0x80_0000]];
  return list.map((label, i) => [label, label * 16 + (i === list.length - 1 ? 1 : 0)]);
}

/** A route; null where there are no words for it. */
export function exabgpRoute(kind: NlriKind, nlri: Nlri, nextHop: string): Json {
  const write = WRITERS[kind] as ((nlri: Nlri, nextHop: string) => Json) | undefined;
  const flowspec = kind === "flowspec" || kind === "vpnFlowspec";
  // Of what it cannot read, ExaBGP has the type and all octets.
  if (isRawNlri(nlri) && !flowspec) return { code: nlri.value[0]!, parsed: false, raw: hexOf(nlri) };
  if (write === undefined) return null;
  const route = write(nlri, nextHop);
  return nlri.pathId === undefined || route === null
    ? route
    : { ...(route as Readonly<Record<string, Json>>), "path-information": dotted(nlri.pathId) };
}
