// PREFIX_SID with a service over SRv6 (RFC 9252).
import { prefixSid, type PathAttribute } from "@bgpwire/decoder";

/** One SRv6 SID: its behaviour, then the lengths of its structure in the order of RFC 9252 section 3.2.1. */
export function service(
  srv6Sid: string,
  endpointBehavior: number,
  lengths: readonly [number, number, number, number, number, number],
): PathAttribute {
  const [
    locatorBlockLength,
    locatorNodeLength,
    functionLength,
    argumentLength,
    transpositionLength,
    transpositionOffset,
  ] = lengths;
  const structure = {
    name: "srv6SidStructure",
    type: 1,
    locatorBlockLength,
    locatorNodeLength,
    functionLength,
    argumentLength,
    transpositionLength,
    transpositionOffset,
  } as const;
  const sid = { name: "srv6SidInformation", type: 1, srv6Sid, endpointBehavior, subSubTlvs: [structure] } as const;
  return prefixSid([{ name: "srv6L3Service", type: 5, subTlvs: [sid] }]);
}
