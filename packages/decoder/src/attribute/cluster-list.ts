// CLUSTER_LIST (RFC 4456 section 8): optional non-transitive, the clusters a reflected route has passed.
import { ipv4Text } from "../text/prefix-text.ts";
import { RULES } from "../verdict/rules.ts";
import { encodeIPv4 } from "./next-hop.ts";
import { attributeRow, OPTIONAL_NON_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

export interface ClusterListAttribute extends AttributeHeader {
  readonly name: "clusterList";
  readonly code: 10;
  /** CLUSTER_IDs, dotted, the latest first. */
  readonly clusterIds: readonly string[];
}

/** Makes a CLUSTER_LIST. @example clusterList(["192.0.2.1"]) */
export function clusterList(clusterIds: readonly string[]): ClusterListAttribute {
  return { name: "clusterList", code: 10, clusterIds };
}

export const CLUSTER_LIST: AttributeRow<ClusterListAttribute> = /* @__PURE__ */ attributeRow<ClusterListAttribute>({
  code: 10,
  name: "clusterList",
  flags: OPTIONAL_NON_TRANSITIVE,
  flagsRule: RULES["attribute-flags"],
  length: { octets: 4, multiple: true, rule: RULES["cluster-list-length"] },
  refuse: (context) => (context.session === "ebgp" ? RULES["cluster-list-external"] : null),
  decode: (buffer, start, end) => {
    const clusterIds: string[] = [];
    for (let at = start; at < end; at += 4) clusterIds.push(ipv4Text(buffer, at));
    return { name: "clusterList", code: 10, clusterIds };
  },
  encode: (attribute, writer) => {
    for (const id of attribute.clusterIds) encodeIPv4(id, "clusterList", writer);
  },
});
