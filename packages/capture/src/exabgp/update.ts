// An UPDATE in the words of ExaBGP's JSON.
import { Afi, familyName, Safi, toHex, type Family } from "@bgpwire/core";
import {
  AttributeFlag,
  encodeAttribute,
  formatNlri,
  type DecodeContext,
  type MpReachNlriAttribute,
  type Nlri,
  type NlriKind,
  type PathAttribute,
  type Update,
} from "@bgpwire/decoder";
import { exabgpAttribute } from "./attributes.ts";
import type { Json } from "./json.ts";
import { exabgpRoute } from "./routes.ts";

/** ExaBGP's names of families. */
const FAMILIES: Readonly<Record<string, string>> = {
  "ipv4-unicast": "ipv4 unicast",
  "ipv4-multicast": "ipv4 multicast",
  "ipv4-labeled-unicast": "ipv4 nlri-mpls",
  "ipv4-mup": "ipv4 mup",
  "ipv6-mup": "ipv6 mup",
  "ipv4-mcast-vpn": "ipv4 mcast-vpn",
  "ipv4-vpn": "ipv4 mpls-vpn",
  "ipv4-flowspec": "ipv4 flow",
  "ipv4-vpn-flowspec": "ipv4 flow-vpn",
  "ipv4-sr-policy": "ipv4 sr-policy",
  "ipv6-unicast": "ipv6 unicast",
  "ipv6-multicast": "ipv6 multicast",
  "ipv6-labeled-unicast": "ipv6 nlri-mpls",
  "ipv6-mcast-vpn": "ipv6 mcast-vpn",
  "ipv6-vpn": "ipv6 mpls-vpn",
  "ipv6-flowspec": "ipv6 flow",
  "ipv6-vpn-flowspec": "ipv6 flow-vpn",
  "ipv6-sr-policy": "ipv6 sr-policy",
  "l2vpn-evpn": "l2vpn evpn",
  "l2vpn-vpls": "l2vpn vpls",
  "bgp-ls": "bgp-ls bgp-ls",
};

/** `neighbor.message.update` as ExaBGP would write it. */
export class ExabgpReading {
  readonly attribute: Record<string, Json> = {};
  /** Routes by family and next hop. */
  readonly announce: Record<string, Record<string, Json[]>> = {};
  /** Routes by family. */
  readonly withdraw: Record<string, Json[]> = {};
  /** What has no words of ExaBGP's: attributes stand as their octets, routes as the decoder's text. */
  readonly untold: string[] = [];
  readonly #context: DecodeContext;

  /** @param context that the update was decoded with */
  constructor(update: Update, context: DecodeContext) {
    this.#context = context;
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
      if (attribute.kind === "raw") this.#addOctets(familyName(attribute), attribute);
      else if (attribute.name === "mpUnreachNlri") {
        for (const nlri of attribute.nlri) this.#withdraw(attribute.kind, attribute, nlri);
      } else {
        for (const nlri of attribute.nlri) this.#announce(attribute.kind, attribute, nextHopOf(attribute), nlri);
      }
      return;
    }
    const told = exabgpAttribute(attribute);
    if (told === undefined || hasNull(told[1])) this.#addOctets(`attribute ${attribute.code}`, attribute);
    else this.attribute[told[0]] = told[1];
  }

  /** An attribute as ExaBGP has those that it does not know. */
  #addOctets(what: string, attribute: PathAttribute): void {
    this.untold.push(what);
    const octets = encodeAttribute(attribute, this.#context);
    const [flags, code] = octets;
    const value = octets.subarray((flags! & AttributeFlag.ExtendedLength) === 0 ? 3 : 4);
    this.attribute[`attribute-0x${hexOctet(code!)}-0x${hexOctet(flags!)}`] = `0x${toHex(value).toUpperCase()}`;
  }

  #announce(kind: NlriKind, family: Family, nextHop: string, nlri: Nlri): void {
    ((this.announce[exabgpFamily(family)] ??= {})[nextHop] ??= []).push(this.#route(kind, family, nlri, nextHop));
  }

  #withdraw(kind: NlriKind, family: Family, nlri: Nlri): void {
    (this.withdraw[exabgpFamily(family)] ??= []).push(this.#route(kind, family, nlri, ""));
  }

  #route(kind: NlriKind, family: Family, nlri: Nlri, nextHop: string): Json {
    const route = exabgpRoute(kind, nlri, nextHop);
    if (!hasNull(route)) return route;
    this.untold.push(familyName(family));
    return { string: formatNlri(kind, nlri) };
  }
}

/** Is there something without words in it? */
function hasNull(value: Json | undefined): boolean {
  return value === null || (typeof value === "object" && Object.values(value).some(hasNull));
}

function hexOctet(octet: number): string {
  return octet.toString(16).toUpperCase().padStart(2, "0");
}

const IPV4_UNICAST: Family = { afi: Afi.IPv4, safi: Safi.Unicast };

/** A family in ExaBGP's words; one that it does not know in ours, parted at the same place. */
export function exabgpFamily(family: Family): string {
  const name = familyName(family);
  return FAMILIES[name] ?? name.replace(/-(?=[^-]*$)/, " ");
}

function nextHopOf(attribute: Exclude<MpReachNlriAttribute, { kind: "raw" }>): string {
  return attribute.nextHop ?? "no-nexthop";
}
