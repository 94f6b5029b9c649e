// Our reading of an UPDATE in the words of ExaBGP's JSON, which its test files have beside the octets.
import { Afi, familyName, Safi, type Family } from "@bgpwire/core";
import {
  isRawNlri,
  type AttributeNamed,
  type MpReachNlriAttribute,
  type Nlri,
  type NlriKind,
  type NlriOfKind,
  type PathAttribute,
  type Update,
} from "@bgpwire/decoder";

/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

type AttributeName = Exclude<PathAttribute["name"], "raw" | "mpReachNlri" | "mpUnreachNlri">;
type AttributeWriters = {
  readonly [N in AttributeName]?: (attribute: AttributeNamed<N>) => readonly [name: string, value: Json];
};

const SEGMENTS = {
  sequence: "as-sequence",
  set: "as-set",
  confedSequence: "as-confed-sequence",
  confedSet: "as-confed-set",
};

type ServiceTlv = Extract<
  AttributeNamed<"prefixSid">["tlvs"][number],
  { readonly name: "srv6L3Service" | "srv6L2Service" }
>;

/** The SIDs of a service. */
function sidsOf({ subTlvs }: ServiceTlv): Json {
  return subTlvs.flatMap((sub) => {
    if (sub.name === "raw") return [];
    const structure = sub.subSubTlvs.find((one) => one.name !== "raw");
    return {
      sid: sub.srv6Sid,
      flags: ((sub.reserved ?? 0) >> 8) & 0xff,
      endpoint_behavior: sub.endpointBehavior,
      structure: structure && {
        "locator-block-length": structure.locatorBlockLength,
        "locator-node-length": structure.locatorNodeLength,
        "function-length": structure.functionLength,
        "argument-length": structure.argumentLength,
        "transposition-length": structure.transpositionLength,
        "transposition-offset": structure.transpositionOffset,
      },
    };
  });
}

function prefixSidJson({ tlvs }: AttributeNamed<"prefixSid">): Json {
  const json: Record<string, Json> = {};
  for (const tlv of tlvs) {
    if (tlv.name === "labelIndex") json["sr-label-index"] = tlv.labelIndex;
    if (tlv.name === "originatorSrgb") json["sr-srgbs"] = tlv.srgb.map((one) => [one.firstLabel, one.numberOfLabels]);
    if (tlv.name === "srv6L3Service") json["l3-service"] = sidsOf(tlv);
    if (tlv.name === "srv6L2Service") json["l2-service"] = sidsOf(tlv);
  }
  return json;
}

/** The SR Policy of a TUNNEL_ENCAPSULATION: as much of it as the vectors have. */
function srPolicyJson({ tunnels }: AttributeNamed<"tunnelEncapsulation">): Json {
  const json: Record<string, Json> = {};
  const lists: Json[] = [];
  for (const sub of tunnels.find((tunnel) => tunnel.tunnelType === 15)?.subTlvs ?? []) {
    if (sub.name === "preference") json["preference"] = sub.preference;
    if (sub.name === "bindingSid") json["binding-sid"] = { type: "mpls", label: sub.srMplsSid!.label };
    if (sub.name === "srv6BindingSid") json["srv6-binding-sid"] = sub.srv6BindingSid;
    if (sub.name === "srPolicyName") json["policy-name"] = sub.symbolicName;
    if (sub.name === "srPolicyCandidatePathName") json["candidate-path-name"] = sub.symbolicName;
    if (sub.name === "segmentList") lists.push(segmentListJson(sub.subTlvs));
  }
  return { ...json, "segment-lists": lists };
}

type SegmentListSubTlvs = Extract<
  AttributeNamed<"tunnelEncapsulation">["tunnels"][number]["subTlvs"][number],
  { readonly name: "segmentList" }
>["subTlvs"];

function segmentListJson(subTlvs: SegmentListSubTlvs): Json {
  const segments: Json[] = [];
  let weight: Json = null;
  for (const sub of subTlvs) {
    if (sub.name === "weight") weight = sub.weight;
    if (sub.name === "segmentTypeA") {
      const { label, trafficClass, bottomOfStack, ttl } = sub.srMplsSid;
      segments.push({ type: "A", label, tc: trafficClass, s: bottomOfStack === true, ttl });
    }
    if (sub.name === "segmentTypeB") {
      const structure = sub.endpointBehaviorAndSidStructure;
      segments.push({
        type: "B",
        sid: sub.srv6Sid,
        "endpoint-behavior": structure && {
          behavior: structure.endpointBehavior,
          "lb-length": structure.locatorBlockLength,
          "ln-length": structure.locatorNodeLength,
          "fun-length": structure.functionLength,
          "arg-length": structure.argumentLength,
        },
      });
    }
  }
  return { weight, segments };
}

const ATTRIBUTES: AttributeWriters = {
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
  tunnelEncapsulation: (attribute) => ["tunnel-encap", { "sr-policy": srPolicyJson(attribute) }],
  prefixSid: (attribute) => ["bgp-prefix-sid", prefixSidJson(attribute)],
  largeCommunities: ({ communities }) => [
    "large-community",
    communities.map((one) => [one.globalAdministrator, one.localData1, one.localData2]),
  ],
};

type Writers = { readonly [K in NlriKind]?: (nlri: NlriOfKind[K]) => Json };

const NLRI: Writers = {
  prefix: ({ prefix }) => ({ nlri: prefix }),
};

/** ExaBGP's names of families. */
const FAMILIES: Readonly<Record<string, string>> = {
  "ipv4-unicast": "ipv4 unicast",
  "ipv4-labeled-unicast": "ipv4 nlri-mpls",
  "ipv6-unicast": "ipv6 unicast",
};

/** `neighbor.message.update` as ExaBGP would write it. */
export class ExabgpReading {
  readonly attribute: Record<string, Json> = {};
  /** Routes by family and next hop. */
  readonly announce: Record<string, Record<string, Json[]>> = {};
  /** Routes by family. */
  readonly withdraw: Record<string, Json[]> = {};
  /** What of our reading has no words here. */
  readonly untold: string[] = [];

  constructor(update: Update) {
    for (const attribute of update.attributes) this.#add(attribute);
    const { "next-hop": nextHop, ...others } = this.attribute;
    for (const nlri of update.withdrawn) this.#withdraw("prefix", IPV4_UNICAST, nlri);
    for (const nlri of update.nlri) this.#announce("prefix", IPV4_UNICAST, String(nextHop), nlri);
    // The next hop stands with the routes, where there are any.
    if (Object.keys(this.announce).length > 0) this.attribute = others;
  }

  get json(): Json {
    return { attribute: this.attribute, announce: this.announce, withdraw: this.withdraw };
  }

  #add(attribute: PathAttribute): void {
    if (attribute.name === "mpReachNlri" || attribute.name === "mpUnreachNlri") {
      if (attribute.kind === "raw") this.untold.push(familyName(attribute));
      else if (attribute.name === "mpUnreachNlri") {
        for (const nlri of attribute.nlri) this.#withdraw(attribute.kind, attribute, nlri);
      } else {
        for (const nlri of attribute.nlri) this.#announce(attribute.kind, attribute, nextHopOf(attribute), nlri);
      }
      return;
    }
    const write = attribute.name === "raw" ? undefined : (ATTRIBUTES[attribute.name] as AttributeWriter | undefined);
    if (write === undefined) {
      this.untold.push(`attribute ${attribute.code}`);
      return;
    }
    const [name, value] = write(attribute);
    this.attribute[name] = value;
  }

  #announce(kind: NlriKind, family: Family, nextHop: string, nlri: Nlri): void {
    ((this.announce[nameOf(family)] ??= {})[nextHop] ??= []).push(this.#route(kind, family, nlri));
  }

  #withdraw(kind: NlriKind, family: Family, nlri: Nlri): void {
    (this.withdraw[nameOf(family)] ??= []).push(this.#route(kind, family, nlri));
  }

  #route(kind: NlriKind, family: Family, nlri: Nlri): Json {
    const write = NLRI[kind] as ((nlri: Nlri) => object) | undefined;
    if (write === undefined || isRawNlri(nlri)) {
      this.untold.push(familyName(family));
      return null;
    }
    return { ...write(nlri), ...(nlri.pathId !== undefined && { "path-information": dotted(nlri.pathId) }) };
  }
}

type AttributeWriter = (attribute: PathAttribute) => readonly [name: string, value: Json];

const IPV4_UNICAST: Family = { afi: Afi.IPv4, safi: Safi.Unicast };

function nameOf(family: Family): string {
  const name = familyName(family);
  return FAMILIES[name] ?? name;
}

function nextHopOf(attribute: Exclude<MpReachNlriAttribute, { kind: "raw" }>): string {
  return attribute.nextHop ?? "no-nexthop";
}

/** A number of four octets as ExaBGP writes path identifiers. */
function dotted(value: number): string {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff].join(".");
}
