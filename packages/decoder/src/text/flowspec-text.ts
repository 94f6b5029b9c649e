// Text of flow specifications: components with semicolons between them, in any order when they are read.
//
//   dst 192.0.2.0/24; proto =6; dst-port =80,>=8000&<=8080; tcp-flags syn&!ack; length >1000
//   dst 2001:db8::/32; src ::1234:5678:9a00:0/64-104; flow-label =7
//   65000:100 ether-type =2048; src-mac 00:11:22:33:44:55
//
// A component is its word and a list of pairs, with a comma for OR and & for AND, which goes first. Numbers are compared by = > >=
// < <= != or match always (true) or never (false). Bits are names with plus signs: "syn+ack" any of them is set, "=syn+ack" all of
// them, "!" before it the contrary. What is odd on the wire stands behind a pair, "/2" for octets of a value that could have
// fewer and "~8" for reserved bits of its operator, and at the end: "extended-length".
import { parsePrefix } from "@bgpwire/core";
import {
  FRAGMENT_BITS,
  TCP_FLAGS,
  type FlowspecComponentName,
  type FlowspecComponents,
} from "../nlri/flowspec-components.ts";
import type { BitmaskMatch, NumericMatch, NumericOperator, ValueOctets } from "../nlri/flowspec-operators.ts";
import { parseIPv6Pattern } from "../nlri/flowspec-prefix.ts";
import type { FlowspecNlri, VpnFlowspecNlri } from "../nlri/flowspec.ts";
import { decimal } from "../bytes/integers.ts";
import type { Flags } from "../bytes/flags.ts";
import { parseDistinguished } from "./labeled-text.ts";
import type { NlriText } from "./nlri-text.ts";
import { colonsText, flagsText, type ValueText } from "./value-text.ts";

type Odd = Pick<NumericMatch, "octets" | "reserved">;

function oddText({ octets, reserved }: Odd): string {
  return (octets === undefined ? "" : `/${octets}`) + (reserved === undefined ? "" : `~${reserved}`);
}

/** A pair without what is odd about it, and that. */
const PAIR = /^([^/~]+)(?:\/([1248]))?(?:~([1-9]\d?))?$/;

function parseOdd(octets: string | undefined, reserved: string | undefined): Odd {
  return {
    ...(octets !== undefined && { octets: Number(octets) as ValueOctets }),
    ...(reserved !== undefined && { reserved: Number(reserved) }),
  };
}

/** How one pair without AND is written. */
interface PairText<M> {
  format(match: M): string;
  /** @returns null when the text is none */
  parse(text: string): M | null;
}

/** Pairs with a comma or an & between them. */
function listText<M extends Odd & { readonly and?: true }>(pair: PairText<M>): ValueText<readonly M[]> {
  return {
    format: (list) =>
      list
        .map((match, i) => `${i === 0 ? "" : match.and === true ? "&" : ","}${pair.format(match)}${oddText(match)}`)
        .join(""),
    parse: (text) => {
      const list: M[] = [];
      for (const [, separator, one] of text.matchAll(/(^|[,&])([^,&]*)/g)) {
        const [, plain, octets, reserved] = PAIR.exec(one!) ?? [];
        const match = plain === undefined ? null : pair.parse(plain);
        if (match === null) return undefined;
        list.push({ ...(separator === "&" && { and: true }), ...match, ...parseOdd(octets, reserved) });
      }
      return text.startsWith("&") ? undefined : list;
    },
  };
}

const NUMERIC: ValueText<readonly NumericMatch[]> = /* @__PURE__ */ listText<NumericMatch>({
  format: ({ operator, value }) => operator + value,
  parse: (text) => {
    const [, operator, digits] = /^(true|false|!=|<=|>=|[=<>])(0|[1-9]\d{0,19})$/.exec(text) ?? [];
    if (operator === undefined || BigInt(digits!) > 0xffff_ffff_ffff_ffffn) return null;
    const value = decimal(digits!, 0xffff_ffff);
    return { operator: operator as NumericOperator, value: value < 0 ? digits! : value };
  },
});

function bitmaskText<N extends string>(flags: ValueText<Flags<N>>): ValueText<readonly BitmaskMatch<N>[]> {
  return listText<BitmaskMatch<N>>({
    format: (match) => (match.not === true ? "!" : "") + (match.match === true ? "=" : "") + flags.format(match.bits),
    parse: (text) => {
      const [, not, match, names] = /^(!?)(=?)(.+)$/.exec(text) ?? [];
      const value = names === undefined ? undefined : flags.parse(names);
      if (value === undefined) return null;
      return { ...(not === "!" && { not: true }), ...(match === "=" && { match: true }), bits: value };
    },
  });
}

const ANY_FRAGMENT = /* @__PURE__ */ flagsText(FRAGMENT_BITS);

/** Text does not say whether it is of IPv6, where 0x1 is no "df": what is a number stays one. */
const FRAGMENT: typeof ANY_FRAGMENT = {
  format: ANY_FRAGMENT.format,
  parse: (text) => {
    const [, names, digits] = /^(?:(.+?)\+)?0x([1-9a-f][0-9a-f]?)$/.exec(text) ?? [];
    if (digits === undefined) return ANY_FRAGMENT.parse(text);
    const flags = names === undefined ? {} : ANY_FRAGMENT.parse(names);
    return flags === undefined ? undefined : { ...flags, reserved: Number.parseInt(digits, 16) };
  },
};

const PREFIX: ValueText<string> = {
  format: (value) => value,
  parse: (text) => (parsePrefix(text) === null && parseIPv6Pattern(text) === null ? undefined : text),
};

/** The word and the value of each component, in the order of their types. */
const WORDS: { readonly [N in FlowspecComponentName]: readonly [string, ValueText<Required<FlowspecComponents>[N]>] } =
  {
    destinationPrefix: ["dst", PREFIX],
    sourcePrefix: ["src", PREFIX],
    protocol: ["proto", NUMERIC],
    port: ["port", NUMERIC],
    destinationPort: ["dst-port", NUMERIC],
    sourcePort: ["src-port", NUMERIC],
    icmpType: ["icmp-type", NUMERIC],
    icmpCode: ["icmp-code", NUMERIC],
    tcpFlags: ["tcp-flags", /* @__PURE__ */ bitmaskText(/* @__PURE__ */ flagsText(TCP_FLAGS))],
    packetLength: ["length", NUMERIC],
    dscp: ["dscp", NUMERIC],
    fragment: ["fragment", /* @__PURE__ */ bitmaskText(FRAGMENT)],
    flowLabel: ["flow-label", NUMERIC],
    ethernetType: ["ether-type", NUMERIC],
    sourceMac: ["src-mac", /* @__PURE__ */ colonsText(6)],
    destinationMac: ["dst-mac", /* @__PURE__ */ colonsText(6)],
    dsap: ["dsap", NUMERIC],
    ssap: ["ssap", NUMERIC],
    control: ["control", NUMERIC],
    snap: ["snap", NUMERIC],
    vlanId: ["vlan-id", NUMERIC],
    vlanPcp: ["vlan-pcp", NUMERIC],
    innerVlanId: ["inner-vlan-id", NUMERIC],
    innerVlanPcp: ["inner-vlan-pcp", NUMERIC],
  };

type AnyWord = readonly [name: string, word: readonly [string, ValueText<unknown>]];

const EXTENDED_LENGTH = "extended-length";

function format(nlri: FlowspecNlri): string {
  const parts: string[] = [];
  for (const [name, [word, value]] of Object.entries(WORDS) as readonly AnyWord[]) {
    const component = (nlri as Record<string, unknown>)[name];
    if (component !== undefined) parts.push(`${word} ${value.format(component)}`);
  }
  if (nlri.extendedLength === true) parts.push(EXTENDED_LENGTH);
  return parts.join("; ");
}

function parse(text: string): FlowspecNlri | null {
  const nlri: Record<string, unknown> = {};
  for (const part of text.split(/ *; */)) {
    if (part === EXTENDED_LENGTH) {
      nlri["extendedLength"] = true;
      continue;
    }
    const [, word, list] = /^([a-z-]+) +(\S.*)$/.exec(part) ?? [];
    const known = (Object.entries(WORDS) as readonly AnyWord[]).find(([, [one]]) => one === word);
    const value = known?.[1][1].parse(list!.replaceAll(" ", ""));
    if (known === undefined || value === undefined || known[0] in nlri) return null;
    nlri[known[0]] = value;
  }
  return Object.keys(nlri).some((name) => name !== "extendedLength") ? nlri : null;
}

export const FLOWSPEC_TEXT: NlriText<FlowspecNlri> = { format, parse };

export const VPN_FLOWSPEC_TEXT: NlriText<VpnFlowspecNlri> = {
  format: (nlri) => `${nlri.routeDistinguisher} ${format(nlri)}`,
  parse: (text) => parseDistinguished(text, parse),
};
