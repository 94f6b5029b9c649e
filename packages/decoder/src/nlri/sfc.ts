// Service Function Chaining (RFC 9015 section 3): AFI 31, SAFI 9. Routes are two octets of type, two of length, and what the type
// has.
import { Afi, Safi } from "@bgpwire/core";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { twoOctetLength } from "./framing.ts";
import { ANY_NEXT_HOP } from "./next-hop.ts";
import { readRouteDistinguisher, writeRouteDistinguisher } from "./route-distinguisher.ts";
import { routeFamily } from "./route-family.ts";
import type { RowOfKind } from "./row.ts";
import {
  readTypedRoute,
  routeTypeTable,
  writeTypedRoute,
  type RouteTypeRow,
  type RouteTypeTable,
  type TypedRoute,
} from "./typed-route.ts";

/** What can be wrong with its routes. */
// prettier-ignore
export const SFC_RULES: RuleTable<"sfc-nlri"> = /* @__PURE__ */ ruleTable({
  "sfc-nlri": ["RFC 7606 section 5.3", "reset", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "route"],
});

/** Service Function Instance Route (section 3.1): where a service function is. */
export interface ServiceFunctionInstanceRoute extends TypedRoute {
  readonly name: "serviceFunctionInstance";
  readonly routeType: 1;
  readonly routeDistinguisher: string;
  /** SFT: what the function can do, 0 to 65535. */
  readonly serviceFunctionType: number;
}

const SERVICE_FUNCTION_INSTANCE: RouteTypeRow<ServiceFunctionInstanceRoute> = {
  routeType: 1,
  name: "serviceFunctionInstance",
  read: (reader) => ({
    name: "serviceFunctionInstance",
    routeType: 1,
    routeDistinguisher: readRouteDistinguisher(reader),
    serviceFunctionType: reader.u16("Service Function Type"),
  }),
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writer.u16(nlri.serviceFunctionType);
  },
};

/** Service Function Path Route (section 3.2); the path itself is in the SFP attribute. */
export interface ServiceFunctionPathRoute extends TypedRoute {
  readonly name: "serviceFunctionPath";
  readonly routeType: 2;
  readonly routeDistinguisher: string;
  /** SPI: what packets on the path have in their NSH, 0 to 16777215. */
  readonly servicePathIdentifier: number;
}

const SERVICE_FUNCTION_PATH: RouteTypeRow<ServiceFunctionPathRoute> = {
  routeType: 2,
  name: "serviceFunctionPath",
  read: (reader) => ({
    name: "serviceFunctionPath",
    routeType: 2,
    routeDistinguisher: readRouteDistinguisher(reader),
    servicePathIdentifier: reader.u24("Service Path Identifier"),
  }),
  write: (nlri, writer) => {
    writeRouteDistinguisher(nlri.routeDistinguisher, writer);
    writer.u24(nlri.servicePathIdentifier);
  },
};

/** A route of SFC; `name` tells the arms apart, `routeType` is the number on the wire. */
export type SfcNlri = ServiceFunctionInstanceRoute | ServiceFunctionPathRoute;

const ROUTES: RouteTypeTable<SfcNlri> = /* @__PURE__ */ routeTypeTable<SfcNlri>([
  SERVICE_FUNCTION_INSTANCE,
  SERVICE_FUNCTION_PATH,
]);

/** Section 3: the next hop is "a loopback address of the advertising SFF". */
export const SFC: RowOfKind<"sfc"> = /* @__PURE__ */ routeFamily({
  afi: Afi.BgpSfc,
  safi: Safi.BgpSfc,
  kind: "sfc",
  nextHop: ANY_NEXT_HOP,
  extent: twoOctetLength(2),
  malformed: SFC_RULES["sfc-nlri"],
  read: (reader) => readTypedRoute(reader, ROUTES, 2),
  write: (nlri, writer) => writeTypedRoute(nlri, ROUTES, writer, 2),
});
