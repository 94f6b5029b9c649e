// Path attributes in ExaBGP's words.
import type { AttributeNamed, PathAttribute } from "@bgpwire/decoder";
import { exabgpCommunity } from "./communities.ts";
import type { Json } from "./json.ts";
import { exabgpLinkState } from "./link-state.ts";
import { exabgpSrPolicy } from "./sr-policy.ts";

type AttributeName = Exclude<PathAttribute["name"], "raw" | "mpReachNlri" | "mpUnreachNlri">;
type Writers = {
  readonly [N in AttributeName]?: (attribute: AttributeNamed<N>) => readonly [name: string, value: Json];
};

const SEGMENTS = {
  sequence: "as-sequence",
  set: "as-set",
  confedSequence: "as-confed-sequence",
  confedSet: "as-confed-set",
};

const WRITERS: Writers = {
  origin: ({ value }) => ["origin", value],
  asPath: ({ segments }) => [
    "as-path",
    Object.fromEntries(segments.map(({ type, asNumbers }, i) => [i, { element: SEGMENTS[type], value: asNumbers }])),
  ],
  nextHop: ({ address }) => ["next-hop", address],
  multiExitDisc: ({ value }) => ["med", value],
  localPref: ({ value }) => ["local-preference", value],
  atomicAggregate: () => ["atomic-aggregate", true],
  aggregator: ({ as, address }) => ["aggregator", `${as}:${address}`],
  communities: ({ communities }) => ["community", communities.map((one) => [one >>> 16, one & 0xffff])],
  originatorId: ({ identifier }) => ["originator-id", identifier],
  clusterList: ({ clusterIds }) => ["cluster-list", clusterIds],
  tunnelEncapsulation: (attribute) => ["tunnel-encap", { "sr-policy": exabgpSrPolicy(attribute) }],
  extendedCommunities: ({ communities }) => ["extended-community", communities.map(exabgpCommunity)],
  ipv6ExtendedCommunities: ({ communities }) => [
    "extended-community-ipv6",
    communities.map((one) =>
      one.name === "redirectToIp" ? { string: `redirect-to-nexthop-ietf ${one.address}` } : null,
    ),
  ],
  bgpLs: (attribute) => ["bgp-ls", exabgpLinkState(attribute)],
  largeCommunities: ({ communities }) => [
    "large-community",
    communities.map((one) => [one.globalAdministrator, one.localData1, one.localData2]),
  ],
  prefixSid: (attribute) => ["bgp-prefix-sid", prefixSid(attribute)],
};

/** An attribute; undefined where there are no words for it. */
export function exabgpAttribute(attribute: PathAttribute): readonly [name: string, value: Json] | undefined {
  if (attribute.name === "raw" || attribute.name === "mpReachNlri" || attribute.name === "mpUnreachNlri")
    return undefined;
  const write = WRITERS[attribute.name] as ((attribute: PathAttribute) => readonly [string, Json]) | undefined;
  return write?.(attribute);
}

function prefixSid({ tlvs }: AttributeNamed<"prefixSid">): Json {
  const result: Record<string, Json> = {};
  for (const tlv of tlvs) {
    switch (tlv.name) {
      case "labelIndex":
        result["sr-label-index"] = tlv.labelIndex;
        break;
      case "originatorSrgb":
        result["sr-srgbs"] = tlv.srgb.map((range) => [range.firstLabel, range.numberOfLabels]);
        break;
      case "srv6L3Service":
        result["l3-service"] = tlv.subTlvs.map((sid) => (sid.name === "raw" ? null : serviceSid(sid)));
        break;
      default:
        return null;
    }
  }
  return result;
}

type Service = Extract<
  AttributeNamed<"prefixSid">["tlvs"][number],
  { readonly name: "srv6L3Service" | "srv6L2Service" }
>;
type ServiceSid = Exclude<Service["subTlvs"][number], { readonly name: "raw" }>;

function serviceSid({ srv6Sid, endpointBehavior, reserved = 0, subSubTlvs }: ServiceSid): Json {
  const [structure] = subSubTlvs;
  return {
    sid: srv6Sid,
    flags: (reserved >>> 8) & 0xff,
    endpoint_behavior: endpointBehavior,
    ...(structure?.name === "srv6SidStructure" && {
      structure: {
        "locator-block-length": structure.locatorBlockLength,
        "locator-node-length": structure.locatorNodeLength,
        "function-length": structure.functionLength,
        "argument-length": structure.argumentLength,
        "transposition-length": structure.transpositionLength,
        "transposition-offset": structure.transpositionOffset,
      },
    }),
  };
}
