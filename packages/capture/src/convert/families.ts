// Which families an UPDATE has routes of, without reading any of them.
import { Afi, AttributeCode, Safi, type Family, type Slice } from "@bgpwire/core";
import { u16At } from "../bytes/integers.ts";
import { attributeEnd, valueStart } from "../mrt/attributes.ts";

const IPV4_UNICAST: Family = { afi: Afi.IPv4, safi: Safi.Unicast };

/**
 * The families of the routes in an UPDATE, each once: IPv4 unicast for those in fields of their own, and those of MP_REACH_NLRI and
 * MP_UNREACH_NLRI. What is cut off ends the list.
 *
 * @param update its body
 */
export function familiesIn({ buffer, start, end }: Slice): readonly Family[] {
  const families: Family[] = [];
  if (end - start < 4) return families;
  const withdrawn = u16At(buffer, start);
  const attributes = start + 2 + withdrawn;
  if (attributes + 2 > end) return families;
  const nlri = attributes + 2 + u16At(buffer, attributes);
  if (withdrawn > 0 || nlri < end) families.push(IPV4_UNICAST);
  const limit = Math.min(nlri, end);
  for (let at = attributes + 2; at + 3 <= limit; at = attributeEnd(buffer, at)) {
    const code = buffer[at + 1];
    if (code !== AttributeCode.MpReachNlri && code !== AttributeCode.MpUnreachNlri) continue;
    const value = valueStart(buffer, at);
    if (value + 3 > limit) break;
    const family = { afi: u16At(buffer, value), safi: buffer[value + 2]! };
    if (!includesFamily(families, family)) families.push(family);
  }
  return families;
}

/** Whether a family is in a list. */
export function includesFamily(families: readonly Family[], { afi, safi }: Family): boolean {
  return families.some((family) => family.afi === afi && family.safi === safi);
}
