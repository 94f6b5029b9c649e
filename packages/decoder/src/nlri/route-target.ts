// Route Target membership (RFC 4684 section 4): AFI 1, SAFI 132. Which routes of VPNs a speaker wants, as a prefix of 0 to 96
// bits over an AS number and a route target.
import { Afi, ConfigError, Safi } from "@bgpwire/core";
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { writeHex } from "../bytes/write.ts";
import { EXTENDED_COMMUNITY, type ExtendedCommunity } from "../community/extended-community.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { bitLength } from "./framing.ts";
import type { NlriHeader } from "./model.ts";
import { ANY_NEXT_HOP } from "./next-hop.ts";
import { routeFamily } from "./route-family.ts";
import type { RowOfKind } from "./row.ts";

/** What can be wrong with a route. */
// prettier-ignore
export const ROUTE_TARGET_RULES: RuleTable<"route-target-membership-length"> = /* @__PURE__ */ ruleTable({
  "route-target-membership-length": ["RFC 4684 section 4", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
});

/** All routes of VPNs. */
export interface DefaultRouteTarget extends NlriHeader {
  readonly name: "defaultRouteTarget";
}

/** Routes that carry a route target. */
export interface RouteTargetMembership extends NlriHeader {
  readonly name: "routeTarget";
  /** 0 to 4294967295. */
  readonly originAs: number;
  readonly routeTarget: ExtendedCommunity;
}

/** Routes that carry one of the route targets with these bits first. */
export interface RouteTargetPrefix extends NlriHeader {
  readonly name: "routeTargetPrefix";
  /** 0 to 4294967295. */
  readonly originAs: number;
  /** Of the whole prefix in bits, those of the origin AS among them: 32 to 95. */
  readonly length: number;
  /** The octets of the route target as far as they are in the prefix, in hexadecimal digits; bits behind its end are kept. */
  readonly routeTarget: string;
}

/** A membership; `name` tells the arms apart. */
export type RouteTargetNlri = DefaultRouteTarget | RouteTargetMembership | RouteTargetPrefix;

/** RFC 4684 section 4: "the minimum prefix length is 32 bits. As the origin-as field cannot be interpreted as a prefix". */
const LEAST_BITS = 32;
const MOST_BITS = 96;

function read(reader: FieldReader): RouteTargetNlri {
  const length = reader.u8("Length");
  if (length === 0) return { name: "defaultRouteTarget" };
  if (length < LEAST_BITS) reader.fail();
  const originAs = reader.u32("origin as");
  if (length < MOST_BITS) {
    const routeTarget = reader.hex("route target", reader.remaining);
    return { name: "routeTargetPrefix", originAs, length, routeTarget };
  }
  const start = reader.at;
  const routeTarget = EXTENDED_COMMUNITY.read(reader);
  reader.group("route target", start);
  return { name: "routeTarget", originAs, routeTarget };
}

function write(nlri: RouteTargetNlri, writer: OctetWriter): void {
  switch (nlri.name) {
    case "defaultRouteTarget":
      writer.u8(0);
      break;
    case "routeTarget":
      writer.u8(MOST_BITS);
      writer.u32(nlri.originAs);
      EXTENDED_COMMUNITY.write(nlri.routeTarget, writer);
      break;
    case "routeTargetPrefix": {
      const { length } = nlri;
      if (!Number.isInteger(length) || length < LEAST_BITS || length >= MOST_BITS) {
        throw new ConfigError("invalid-value", "length", `${length} is not ${LEAST_BITS} to ${MOST_BITS - 1}`);
      }
      writer.u8(length);
      writer.u32(nlri.originAs);
      writeHex(nlri.routeTarget, Math.ceil((length - LEAST_BITS) / 8), "routeTarget", writer);
    }
  }
}

/** The family ipv4-rtc (RFC 4684 section 4): a row for registries and `nlriHandler`. */
export const ROUTE_TARGET_CONSTRAINT: RowOfKind<"routeTarget"> = /* @__PURE__ */ routeFamily({
  afi: Afi.IPv4,
  safi: Safi.RouteTargetConstraint,
  kind: "routeTarget",
  nextHop: ANY_NEXT_HOP,
  extent: bitLength(MOST_BITS),
  malformed: ROUTE_TARGET_RULES["route-target-membership-length"],
  read,
  write,
});
