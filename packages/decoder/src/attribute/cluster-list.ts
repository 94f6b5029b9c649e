// CLUSTER_LIST (RFC 4456 section 8): optional non-transitive, the clusters a reflected route has passed.
import { writeIPv4 } from "../bytes/write.ts";
import { isExternal } from "../compiled.ts";
import { ATTRIBUTE_LENGTH_ERROR, UNSPECIFIC } from "../numbers.ts";
import { ipv4Text } from "../text/prefix-text.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { attributeRow, OPTIONAL_NON_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. */
// prettier-ignore
export const CLUSTER_LIST_RULES: RuleTable<"cluster-list-external" | "cluster-list-length"> = /* @__PURE__ */ ruleTable({
  "cluster-list-external": ["RFC 7606 section 7.10", "discard", UNSPECIFIC, "nothing", "meaning"],
  "cluster-list-length": ["RFC 7606 section 7.10", "withdraw", ATTRIBUTE_LENGTH_ERROR, "attribute", "syntax"],
});

/** CLUSTER_LIST (RFC 4456 section 8): optional non-transitive, the clusters a reflected route has passed. */
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

/** How CLUSTER_LIST (RFC 4456 section 8) is checked and read: a row for registries and `attributeHandler`. */
export const CLUSTER_LIST: AttributeRow<ClusterListAttribute> = /* @__PURE__ */ attributeRow<ClusterListAttribute>({
  code: 10,
  name: "clusterList",
  flags: OPTIONAL_NON_TRANSITIVE,
  octets: 4,
  multiple: true,
  lengthRule: CLUSTER_LIST_RULES["cluster-list-length"],
  refuse: (context) => (isExternal(context) ? CLUSTER_LIST_RULES["cluster-list-external"] : null),
  decode: (buffer, start, end) => {
    const clusterIds: string[] = [];
    for (let at = start; at < end; at += 4) clusterIds.push(ipv4Text(buffer, at));
    return { name: "clusterList", code: 10, clusterIds };
  },
  encode: (attribute, writer) => {
    for (const id of attribute.clusterIds) writeIPv4(id, "clusterList", writer);
  },
});
