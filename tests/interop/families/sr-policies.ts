// SR Policies that we announce (RFC 9830): candidate paths of both versions.
import { tunnelEncapsulation, type SrPolicyNlri } from "@bgpwire/decoder";
import { NEXT_HOP_4, NEXT_HOP_6, route, type FamilyRoute } from "./plan.ts";

/** Whom a policy is for: a route target in IPv4-address format (RFC 9830 section 4.2.1). */
const HEADEND = "target:192.0.2.1:0";

type SubTlvs = Parameters<typeof tunnelEncapsulation>[0][number]["subTlvs"];

function policy(nlri: SrPolicyNlri, subTlvs: SubTlvs): FamilyRoute {
  const version = nlri.endpoint.includes(":") ? 6 : 4;
  const nextHop = version === 4 ? NEXT_HOP_4 : NEXT_HOP_6;
  return route(
    `ipv${version}-sr-policy`,
    nlri,
    nextHop,
    [HEADEND],
    [tunnelEncapsulation([{ tunnelType: 15, subTlvs }])],
  );
}

function label(value: number): { readonly label: number; readonly trafficClass: number; readonly ttl: number } {
  return { label: value, trafficClass: 0, ttl: 0 };
}

/** A path over labels. */
function labels(weight: number, ...values: readonly number[]): SubTlvs[number] {
  const segments = values.map((value) => ({ name: "segmentTypeA", type: 1, srMplsSid: label(value) }) as const);
  return { name: "segmentList", type: 128, subTlvs: [{ name: "weight", type: 9, weight }, ...segments] };
}

/** Of a SID with a block of 40 bits, a node of 24 and a function of 16. */
const STRUCTURE = { locatorBlockLength: 40, locatorNodeLength: 24, functionLength: 16, argumentLength: 0 } as const;
const END = { endpointBehavior: 1, ...STRUCTURE } as const;
const END_B6_ENCAPS = { endpointBehavior: 14, ...STRUCTURE } as const;

export const SR_POLICIES = {
  "SR policy IPv4": policy({ distinguisher: 1, color: 100, endpoint: "192.0.2.8" }, [
    { name: "preference", type: 12, preference: 200 },
    { name: "bindingSid", type: 13, sFlag: true, srMplsSid: label(16016) },
    { name: "priority", type: 15, priority: 7 },
    { name: "explicitNullLabelPolicy", type: 14, enlp: 4 },
    labels(5, 16000, 16001),
    labels(1, 16002),
  ]),
  // Another candidate path of the same policy.
  "SR policy IPv4, the other path": policy({ distinguisher: 2, color: 100, endpoint: "192.0.2.8" }, [
    { name: "preference", type: 12, preference: 100 },
    { name: "bindingSid", type: 13, iFlag: true, srv6Sid: "2001:db8:7::9" },
    labels(1, 16003, 16004, 16005),
  ]),
  "SR policy IPv4 without binding SID": policy({ distinguisher: 1, color: 102, endpoint: "192.0.2.8" }, [
    { name: "bindingSid", type: 13, iFlag: true },
    labels(1, 16006),
  ]),
  "SR policy IPv4 with names": policy({ distinguisher: 3, color: 101, endpoint: "192.0.2.8" }, [
    labels(1, 16006),
    { name: "srPolicyCandidatePathName", type: 129, symbolicName: "ams-lon-1" },
    { name: "srPolicyName", type: 130, symbolicName: "ams-lon" },
  ]),
  "SR policy IPv6": policy({ distinguisher: 2, color: 200, endpoint: "2001:db8::8" }, [
    { name: "preference", type: 12, preference: 100 },
    {
      name: "srv6BindingSid",
      type: 20,
      sFlag: true,
      srv6BindingSid: "2001:db8:7::1",
      endpointBehaviorAndSidStructure: END_B6_ENCAPS,
    },
    {
      name: "segmentList",
      type: 128,
      subTlvs: [
        { name: "weight", type: 9, weight: 5 },
        { name: "segmentTypeB", type: 13, srv6Sid: "2001:db8:7::2" },
        { name: "segmentTypeB", type: 13, bFlag: true, srv6Sid: "2001:db8:7::3", endpointBehaviorAndSidStructure: END },
      ],
    },
    { name: "srPolicyName", type: 130, symbolicName: "green" },
  ]),
};
