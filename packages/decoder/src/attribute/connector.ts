// Connector (RFC 6037 section 5.2.1, deprecated): optional transitive, which PE a route of a multicast VPN is from, as routers
// of Cisco said it before VRF Route Import.
import { RD_OCTETS, readRouteDistinguisher, writeRouteDistinguisher } from "../nlri/route-distinguisher.ts";
import { writeHex, writeIPv4 } from "../bytes/write.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { fieldsRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it. RFC 6037 does not say what follows; the attribute has no effect on the choice of routes. */
// prettier-ignore
export const CONNECTOR_RULES: RuleTable<"connector-malformed"> = /* @__PURE__ */ ruleTable({
  "connector-malformed": ["RFC 7606 section 2", "discard", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
});

/**
 * Connector (RFC 6037 section 5.2.1, deprecated): optional transitive, which PE a route of a multicast VPN is from, as routers of
 * Cisco said it before VRF Route Import.
 */
export interface ConnectorAttribute extends AttributeHeader {
  readonly name: "connector";
  readonly code: 20;
  /** 1: an address of IPv4. */
  readonly type: number;
  /** In front of the address, where there is one: routers of Cisco send it, of which RFC 6037 says nothing. */
  readonly routeDistinguisher?: string;
  /** For type 1 the address, for others digits of the octets. */
  readonly value: string;
}

/** Makes a Connector. @param address of the PE @example connector("192.0.2.1") */
export function connector(address: string): ConnectorAttribute {
  return { name: "connector", code: 20, type: 1, value: address };
}

/** How Connector (RFC 6037 section 5.2.1, deprecated) is checked and read: a row for registries and `attributeHandler`. */
export const CONNECTOR: AttributeRow<ConnectorAttribute> = /* @__PURE__ */ fieldsRow<ConnectorAttribute>({
  code: 20,
  name: "connector",
  flags: OPTIONAL_TRANSITIVE,
  malformed: CONNECTOR_RULES["connector-malformed"],
  read: (reader) => {
    const type = reader.u16("Connector Type");
    if (type !== 1) {
      return { name: "connector", code: 20, type, value: reader.hex("Connector Value", reader.remaining) };
    }
    const routeDistinguisher =
      reader.remaining === RD_OCTETS + 4 ? readRouteDistinguisher(reader, "Route Distinguisher") : null;
    const value = reader.ipv4("IPv4 Address of PE");
    return { name: "connector", code: 20, type, ...(routeDistinguisher !== null && { routeDistinguisher }), value };
  },
  write: ({ type, routeDistinguisher, value }, writer) => {
    writer.u16(type);
    if (type !== 1) {
      writeHex(value, value.length / 2, "connector", writer);
      return;
    }
    if (routeDistinguisher !== undefined) writeRouteDistinguisher(routeDistinguisher, writer);
    writeIPv4(value, "connector", writer);
  },
});
