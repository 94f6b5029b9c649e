// BGP-LS in ExaBGP's words.
import type { AttributeNamed, NlriOfKind } from "@bgpwire/decoder";
import type { Json } from "./json.ts";

type AttributeTlv = AttributeNamed<"bgpLs">["tlvs"][number];
type Route = Exclude<NlriOfKind["linkState"], { readonly name: "raw" }>;
type Descriptor = Route["descriptors"][number];

/** TLVs of which ExaBGP keeps the octets, as "generic-lsid-266". */
const GENERIC: ReadonlySet<string> = new Set(["nodeMsd", "srLocalBlock", "applicationSpecificLinkAttributes"]);

/** The attribute, where each TLV has a key; null where there are no words for one. */
export function exabgpLinkState({ tlvs }: AttributeNamed<"bgpLs">): Json {
  const result: Record<string, Json> = {};
  for (const tlv of tlvs) {
    if (GENERIC.has(tlv.name)) continue;
    if (tlv.name === "srCapabilities") {
      result["sr-capability-flags"] = flags(tlv.flags, "IV");
      result["sids"] = tlv.ranges.map(({ rangeSize, first }) => [rangeSize, "label" in first ? first.label : null]);
      continue;
    }
    const told = tellTlv(tlv);
    if (told === null) return null;
    const [key, value] = told;
    // Those that can be there more than once are lists.
    const before = result[key];
    result[key] = Array.isArray(before) ? [...(before as Json[]), ...(value as Json[])] : value;
  }
  return result;
}

function tellTlv(tlv: AttributeTlv): readonly [key: string, value: Json] | null {
  switch (tlv.name) {
    case "nodeFlagBits":
      return ["node-flags", flags(tlv.value, "OTEBRV")];
    case "nodeName":
      return ["node-name", tlv.value];
    case "isisAreaIdentifier":
      return ["area-ids", [String(BigInt(`0x${tlv.value.replaceAll(".", "")}`))]];
    case "ipv4RouterIdOfLocalNode":
    case "ipv6RouterIdOfLocalNode":
      return ["local-router-ids", [tlv.value]];
    case "ipv4RouterIdOfRemoteNode":
    case "ipv6RouterIdOfRemoteNode":
      return ["remote-router-ids", [tlv.value]];
    case "administrativeGroup":
      return ["admin-group-mask", tlv.value];
    case "maximumLinkBandwidth":
      return ["maximum-link-bandwidth", tlv.value];
    case "maximumReservableLinkBandwidth":
      return ["maximum-reservable-link-bandwidth", tlv.value];
    case "unreservedBandwidth":
      return ["unreserved-bandwidth", tlv.value];
    case "teDefaultMetric":
      return ["te-metric", tlv.value];
    case "igpMetric":
      return ["igp-metric", tlv.metric];
    case "linkLocalRemoteIdentifiers":
      return ["link-local-remote-identifiers", { "local-id": tlv.local, "remote-id": tlv.remote }];
    case "adjacencySid": {
      const sid = "label" in tlv.sid ? tlv.sid.label : null;
      return [
        "sr-adjs",
        [{ flags: flags(tlv.flags, "FBVLSP"), sids: [sid], weight: tlv.weight, "undecoded-sids": [] }],
      ];
    }
    case "srv6EndXSid":
    case "isisSrv6LanEndXSid": {
      const [structure] = tlv.subTlvs;
      if (structure?.name !== "srv6SidStructure") return null;
      const told = {
        flags: flags(tlv.flags, "BSP"),
        behavior: tlv.endpointBehavior,
        algorithm: tlv.algorithm,
        weight: tlv.weight,
        sid: tlv.sid,
        "srv6-sid-structure": {
          loc_block_len: structure.locatorBlockLength,
          loc_node_len: structure.locatorNodeLength,
          func_len: structure.functionLength,
          arg_len: structure.argumentLength,
        },
      };
      if (tlv.name === "srv6EndXSid") return ["srv6-endx", [told]];
      return ["srv6-lan-endx-isis", [{ ...told, "neighbor-id": tlv.neighborId.replaceAll(".", "") }]];
    }
    case "unidirectionalLinkDelay":
      return ["unidirectional-link-delay", { "delay-us": tlv.value, anomalous: tlv.anomalous }];
    case "minMaxUnidirectionalLinkDelay": {
      const { minimum, maximum, anomalous } = tlv;
      return ["minmax-unidirectional-link-delay", { "min-delay-us": minimum, "max-delay-us": maximum, anomalous }];
    }
    case "unidirectionalDelayVariation":
      return ["unidirectional-delay-variation", tlv.value];
    case "prefixMetric":
      return ["prefix-metric", tlv.value];
    case "prefixAttributeFlags":
      return ["sr-prefix-attribute-flags", flags(Number.parseInt(tlv.value, 16), "XRN")];
    case "srAlgorithm":
      return ["sr-algorithms", tlv.value];
    default:
      return null;
  }
}

/** Bits by letter, the highest first, and those without letter as a number. */
function flags(value: number, letters: string): Json {
  const bits = [...letters].map((letter, i) => [letter, (value >> (7 - i)) & 1] as const);
  return { ...Object.fromEntries(bits), RSV: value & (0xff >> letters.length) };
}

const TYPES: Readonly<Record<string, string>> = {
  node: "bgpls-node",
  link: "bgpls-link",
  ipv4TopologyPrefix: "bgpls-prefix-v4",
};

/** A route. @param nextHop ExaBGP has it once more in routes other than links */
export function exabgpLinkStateRoute(route: NlriOfKind["linkState"], nextHop: string): Json {
  if (route.name === "raw") return null;
  const { descriptors } = route;
  const common = {
    "ls-nlri-type": TYPES[route.name],
    "l3-routing-topology": Number(route.identifier),
    "protocol-id": route.protocolId,
  };
  if (route.name === "link") {
    const topologies = descriptors.flatMap((one) => (one.name === "multiTopologyIdentifier" ? one.topologies : []));
    return {
      ...common,
      "local-node-descriptors": node(descriptors, "localNodeDescriptors"),
      "remote-node-descriptors": node(descriptors, "remoteNodeDescriptors"),
      "interface-addresses": valuesOf(descriptors, "ipv4InterfaceAddress"),
      "neighbor-addresses": valuesOf(descriptors, "ipv4NeighborAddress"),
      "multi-topology-ids": topologies.map(({ mtId }) => mtId),
      "link-identifiers": descriptors.flatMap((one) =>
        one.name === "linkLocalRemoteIdentifiers" ? [{ "link-local-id": one.local, "link-remote-id": one.remote }] : [],
      ),
    };
  }
  const prefixes = valuesOf(descriptors, "ipReachabilityInformation");
  return {
    ...common,
    "node-descriptors": node(descriptors, "localNodeDescriptors"),
    ...(prefixes.length > 0 && { "ip-reachability-tlv": prefixes[0]!, "ip-reach-prefix": prefixes[0]! }),
    nexthop: nextHop,
  };
}

type NodeName = "localNodeDescriptors" | "remoteNodeDescriptors";

function node(descriptors: readonly Descriptor[], name: NodeName): Json {
  return descriptors
    .flatMap((one) => (one.name === name ? one.descriptors : []))
    .map<Json>((one) => {
      switch (one.name) {
        case "autonomousSystem":
          return { "autonomous-system": one.value };
        case "bgpLsIdentifier":
          return { "bgp-ls-identifier": String(one.value) };
        case "ospfAreaId":
          return { "ospf-area-id": one.value };
        case "igpRouterId":
          return routerId(one.value);
        default:
          return null;
      }
    });
}

/** Digits of a system with what is behind it, or a dotted number with that of the designated router. */
function routerId(id: string): Json {
  const [router, designated] = id.split(":");
  if (/^(\d{1,3}\.){3}\d{1,3}$/.test(router!)) {
    return { "router-id": router!, ...(designated !== undefined && { "designated-router-id": designated }) };
  }
  const digits = id.replaceAll(".", "");
  return { "router-id": digits, ...(digits.length > 12 && { psn: String(Number(digits.slice(12))) }) };
}

type ValueName = "ipv4InterfaceAddress" | "ipv4NeighborAddress" | "ipReachabilityInformation";

function valuesOf(descriptors: readonly Descriptor[], name: ValueName): string[] {
  return descriptors.flatMap((one) => (one.name === name ? [one.value] : []));
}
