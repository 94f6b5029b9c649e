// Flow specifications in ExaBGP's words.
import type { BitmaskMatch, FlowspecComponents, NlriOfKind, NumericMatch } from "@bgpwire/decoder";
import type { Json } from "./json.ts";

type Route = NlriOfKind["flowspec"] | NlriOfKind["vpnFlowspec"];

const PROTOCOLS: Readonly<Record<number, string>> = { 1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6" };
const ICMP_TYPES: Readonly<Record<number, string>> = { 0: "echo-reply", 3: "unreachable", 8: "echo-request" };
const BITS: Readonly<Record<string, string>> = {
  psh: "push",
  df: "dont-fragment",
  isf: "is-fragment",
  ff: "first-fragment",
  lf: "last-fragment",
};

/** Pairs that AND holds together are one text. */
function grouped<M extends { readonly and?: true }>(list: readonly M[], text: (match: M) => string): string[] {
  const groups: string[] = [];
  for (const match of list) {
    if (match.and === true) groups.push(`${groups.pop()}&${text(match)}`);
    else groups.push(text(match));
  }
  return groups;
}

function numbers(list: readonly NumericMatch[], names: Readonly<Record<number, string>> = {}): string[] {
  return grouped(list, ({ operator, value }) => operator + (names[Number(value)] ?? value));
}

function masks(list: readonly BitmaskMatch<string>[]): string[] {
  return grouped(list, ({ not, match, bits }) => {
    const names = Object.keys(bits).map((name) => BITS[name] ?? name);
    return (not === true ? "!" : "") + (match === true ? "=" : "") + names.join("+");
  });
}

/** Address, length and offset. */
function pattern(prefix: string): string[] {
  const [address, range] = prefix.split("/");
  const [offset, length] = range!.includes("-") ? range!.split("-") : ["0", range];
  return [`${address}/${length}/${offset}`];
}

function words(route: FlowspecComponents): Record<string, string[]> {
  const { destinationPrefix: to, sourcePrefix: from } = route;
  const six = (to ?? from ?? "").includes(":");
  const version = six ? "ipv6" : "ipv4";
  return {
    ...(to !== undefined && { [`destination-${version}`]: six ? pattern(to) : [to] }),
    ...(from !== undefined && { [`source-${version}`]: six ? pattern(from) : [from] }),
    ...(route.protocol !== undefined && { [six ? "next-header" : "protocol"]: numbers(route.protocol, PROTOCOLS) }),
    ...(route.port !== undefined && { port: numbers(route.port) }),
    ...(route.destinationPort !== undefined && { "destination-port": numbers(route.destinationPort) }),
    ...(route.sourcePort !== undefined && { "source-port": numbers(route.sourcePort) }),
    ...(route.icmpType !== undefined && { "icmp-type": numbers(route.icmpType, ICMP_TYPES) }),
    ...(route.icmpCode !== undefined && { "icmp-code": numbers(route.icmpCode) }),
    ...(route.tcpFlags !== undefined && { "tcp-flags": masks(route.tcpFlags) }),
    ...(route.packetLength !== undefined && { "packet-length": numbers(route.packetLength) }),
    ...(route.dscp !== undefined && { [six ? "traffic-class" : "dscp"]: numbers(route.dscp) }),
    ...(route.fragment !== undefined && { fragment: masks(route.fragment) }),
    ...(route.flowLabel !== undefined && { "flow-label": numbers(route.flowLabel) }),
  };
}

/** @returns null for what stays bytes */
export function exabgpFlowspec(route: Route): Json {
  if ("name" in route) return null;
  const components = words(route);
  const rd = "routeDistinguisher" in route ? route.routeDistinguisher : null;
  const parts = Object.entries(components).map(([word, list]) =>
    list.length === 1 && !list[0]!.includes("&") ? ` ${word} ${list[0]}` : ` ${word} [ ${list.join(" ")} ]`,
  );
  return {
    ...components,
    ...(rd !== null && { rd }),
    string: `flow${parts.join("")}${rd === null ? "" : ` rd ${rd}`}`,
  };
}
