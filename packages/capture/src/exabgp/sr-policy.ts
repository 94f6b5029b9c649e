// SR Policies in ExaBGP's words.
import type { AttributeNamed } from "@bgpwire/decoder";
import type { Json } from "./json.ts";

/** The SR Policy of a TUNNEL_ENCAPSULATION: as much of it as the vectors have. */
export function exabgpSrPolicy({ tunnels }: AttributeNamed<"tunnelEncapsulation">): Json {
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
