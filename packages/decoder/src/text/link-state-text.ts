// Link-State NLRI as text, near to how routers show them:
//
//   NODE { Local { AS:65000 Area:0.0.0.0 IGP:192.0.2.1 } OSPFv2:0 }
//   LINK { Local { AS:65000 IGP:1920.0000.2001 } Remote { AS:65000 IGP:1920.0000.2002.02 } IPv4:192.0.2.1 MT:2 ISIS-L2:7 }
//
// The type, then in braces the descriptors in their order, each a word but for those of nodes, and last the protocol with the
// identifier behind a colon. A descriptor that no word is made for is its number and its octets: "TLV555:0x0a0b". In a VPN the
// route distinguisher and a space stand in front.
import { fromHex, parseIPv6, parsePrefix, toHex } from "@bgpwire/core";
import { NODE_DESCRIPTORS, type NodeDescriptor, type SrPolicyDescriptorTlv } from "../bgp-ls/descriptors.ts";
import { igpRouterIdOctets } from "../bgp-ls/forms.ts";
import type { LinkIdentifiersTlv } from "../bgp-ls/link.ts";
import type { MultiTopologyTlv } from "../bgp-ls/node.ts";
import { linkStateProtocolName, parseLinkStateProtocol } from "../bgp-ls/protocol.ts";
import { decimal } from "../bytes/integers.ts";
import { FieldReader } from "../bytes/reader.ts";
import type { RawTlv, Tlv, TlvTable } from "../bytes/tlv.ts";
import { OctetWriter } from "../bytes/writer.ts";
import {
  descriptorsOf,
  LinkStateNlriType,
  type LinkStateNlri,
  type LinkStateNlriName,
  type VpnLinkStateNlri,
} from "../nlri/link-state.ts";
import { parseDistinguished } from "./labeled-text.ts";
import type { NlriText } from "./nlri-text.ts";
import { ipv4Value } from "./prefix-text.ts";

/** What NLRI types are called. */
const TYPES: { readonly [N in LinkStateNlriName]: string } = {
  node: "NODE",
  link: "LINK",
  ipv4TopologyPrefix: "IPV4-PREFIX",
  ipv6TopologyPrefix: "IPV6-PREFIX",
  srPolicyCandidatePath: "SR-POLICY",
  srv6Sid: "SRV6-SID",
  interAsLink: "INTER-AS-LINK",
};

/** The descriptors of nodes, by their word. */
const NODES: ReadonlyMap<string, number> = /* @__PURE__ */ new Map([
  ["Local", 256],
  ["Remote", 257],
]);

interface NodeDescriptorsTlv extends Tlv {
  readonly descriptors: readonly (NodeDescriptor | RawTlv)[];
}

/** How a value is read from a word; null where it is none. */
type ParseValue = (text: string) => number | string | null;

function number(limit: number): ParseValue {
  return (text) => {
    const value = decimal(text, limit);
    return value < 0 ? null : value;
  };
}

const ipv4: ParseValue = (text) => (ipv4Value(text) < 0 ? null : text);
const ipv6: ParseValue = (text) => (parseIPv6(text) === null ? null : text);
const address: ParseValue = (text) => ipv4(text) ?? ipv6(text);
const prefix: ParseValue = (text) => (parsePrefix(text) === null ? null : text);
const routerId: ParseValue = (text) => (igpRouterIdOctets(text) === null ? null : text);

/** Descriptors that are one value: their word, their type, and how the value is read. */
const WORDS: readonly (readonly [word: string, type: number, parse: ParseValue])[] = /* @__PURE__ */ words();

function words(): (readonly [string, number, ParseValue])[] {
  const octet = number(0xff);
  const u16 = number(0xffff);
  const u32 = number(0xffff_ffff);
  return [
    ["IPv4", 259, ipv4],
    ["Neighbor-IPv4", 260, ipv4],
    ["IPv6", 261, ipv6],
    ["Neighbor-IPv6", 262, ipv6],
    ["Route-Type", 264, octet],
    ["Prefix", 265, prefix],
    ["Remote-AS", 270, u32],
    ["Remote-ASBR-IPv4", 271, ipv4],
    ["Remote-ASBR-IPv6", 272, ipv6],
    ["AS", 512, u32],
    ["BGP-LS", 513, u32],
    ["Area", 514, ipv4],
    ["IGP", 515, routerId],
    ["BGP", 516, ipv4],
    ["Member", 517, u32],
    ["SID", 518, ipv6],
    ["Tunnel", 550, u16],
    ["LSP", 551, u16],
    ["Head-End", 552, address],
    ["Tail-End", 553, address],
    ["Router-IPv4", 1028, ipv4],
    ["Router-IPv6", 1029, ipv6],
    ["Address-Family", 1185, octet],
  ];
}

function formatTlv(tlv: Tlv | RawTlv, table: TlvTable): string {
  if (isRaw(tlv)) return `TLV${tlv.type}:0x${toHex(tlv.value)}`;
  switch (tlv.name) {
    case "localNodeDescriptors":
      return formatNode("Local", tlv as NodeDescriptorsTlv);
    case "remoteNodeDescriptors":
      return formatNode("Remote", tlv as NodeDescriptorsTlv);
    case "linkLocalRemoteIdentifiers": {
      const { local, remote } = tlv as LinkIdentifiersTlv;
      return `Link:${local}/${remote}`;
    }
    case "multiTopologyIdentifier": {
      const { topologies } = tlv as MultiTopologyTlv;
      if (topologies.length === 1 && topologies[0]!.flags === undefined) return `MT:${topologies[0]!.mtId}`;
      break;
    }
    case "srPolicyCandidatePathDescriptor": {
      const policy = tlv as SrPolicyDescriptorTlv;
      if (policy.flags === undefined && policy.reserved === undefined)
        return `Policy:${policyFields(policy).join("/")}`;
    }
  }
  const word = WORDS.find(([, type]) => type === tlv.type);
  if (word !== undefined) return `${word[0]}:${(tlv as Tlv & { readonly value: number | string }).value}`;
  const writer = new OctetWriter();
  table.get(tlv.type)!.write(tlv, writer);
  return `TLV${tlv.type}:0x${toHex(writer.copy())}`;
}

function policyFields(policy: SrPolicyDescriptorTlv): (number | string)[] {
  const { protocolOrigin, endpoint, color, originatorAsn, originatorAddress, discriminator } = policy;
  return [protocolOrigin, endpoint, color, originatorAsn, originatorAddress, discriminator];
}

function formatNode(word: string, { descriptors }: NodeDescriptorsTlv): string {
  return [word, "{", ...descriptors.map((one) => formatTlv(one, NODE_DESCRIPTORS)), "}"].join(" ");
}

function isRaw(tlv: Tlv): tlv is RawTlv {
  return tlv.name === "raw";
}

function parseTlvs(texts: readonly string[], table: TlvTable): Tlv[] | null {
  const list: Tlv[] = [];
  for (let i = 0; i < texts.length; i += 1) {
    const node = table.get(NODES.get(texts[i]!) ?? -1);
    let tlv: Tlv | null;
    if (node === undefined) {
      tlv = parseTlv(texts[i]!, table);
    } else {
      const end = texts.indexOf("}", i);
      const descriptors = texts[i + 1] === "{" && end > 0 ? parseTlvs(texts.slice(i + 2, end), NODE_DESCRIPTORS) : null;
      tlv = descriptors === null ? null : ({ name: node.name, type: node.type, descriptors } as Tlv);
      i = end;
    }
    if (tlv === null) return null;
    list.push(tlv);
  }
  return list;
}

/** The descriptor of a word; null where it is none, or none that stands here. */
function parseTlv(text: string, table: TlvTable): Tlv | null {
  const tlv = parseWord(text, table);
  return tlv === null || isRaw(tlv) || table.has(tlv.type) ? tlv : null;
}

function parseWord(text: string, table: TlvTable): Tlv | null {
  const colon = text.indexOf(":");
  const word = text.slice(0, colon);
  const value = text.slice(colon + 1);
  if (word === "Link") return parseLinkIdentifiers(value);
  if (word === "MT") {
    const mtId = decimal(value, 0xfff);
    return mtId < 0 ? null : ({ name: "multiTopologyIdentifier", type: 263, topologies: [{ mtId }] } as Tlv);
  }
  if (word === "Policy") return parsePolicy(value);
  if (word.startsWith("TLV")) return parseOctets(decimal(word.slice(3), 0xffff), value, table);
  const known = WORDS.find(([one]) => one === word);
  const row = known === undefined ? undefined : table.get(known[1]);
  const parsed = known?.[2](value) ?? null;
  return row === undefined || parsed === null ? null : ({ name: row.name, type: row.type, value: parsed } as Tlv);
}

function parseLinkIdentifiers(text: string): Tlv | null {
  const [local, remote, ...more] = text.split("/").map((part) => decimal(part, 0xffff_ffff));
  if (local === undefined || remote === undefined || more.length > 0 || local < 0 || remote < 0) return null;
  return { name: "linkLocalRemoteIdentifiers", type: 258, local, remote } as Tlv;
}

const POLICY: readonly ParseValue[] = /* @__PURE__ */ policyParts();

function policyParts(): ParseValue[] {
  const u32 = number(0xffff_ffff);
  return [number(0xff), address, u32, u32, address, u32];
}

function parsePolicy(text: string): Tlv | null {
  const parts = text.split("/");
  const values = POLICY.map((parse, i) => parse(parts[i] ?? ""));
  if (parts.length !== POLICY.length || values.includes(null)) return null;
  const [protocolOrigin, endpoint, color, originatorAsn, originatorAddress, discriminator] = values;
  return {
    name: "srPolicyCandidatePathDescriptor",
    type: 554,
    protocolOrigin,
    endpoint,
    color,
    originatorAsn,
    originatorAddress,
    discriminator,
  } as Tlv;
}

/** The descriptor of a type and octets, which is raw where they are of no form that the type has. */
function parseOctets(type: number, text: string, table: TlvTable): Tlv | null {
  const value = text.startsWith("0x") ? fromHex(text.slice(2)) : null;
  if (type < 0 || value === null) return null;
  const reader = new FieldReader(value, 0, value.length);
  const tlv = table.get(type)?.read(reader) ?? null;
  if (reader.fault !== null) return null;
  return tlv !== null && reader.complete ? tlv : ({ name: "raw", type, value } as RawTlv);
}

/** The type, the descriptors, the protocol and the identifier. */
const ROUTE = /^([A-Z0-9-]+) \{ (?:(.+) )?([A-Za-z0-9-]+):(0|[1-9]\d{0,19}) \}$/;

export const LINK_STATE_TEXT: NlriText<LinkStateNlri> = {
  format: ({ name, nlriType, protocolId, identifier, descriptors }) => {
    const table = descriptorsOf(nlriType);
    const texts = descriptors.map((one) => formatTlv(one, table));
    return [TYPES[name], "{", ...texts, `${linkStateProtocolName(protocolId)}:${identifier}`, "}"].join(" ");
  },
  parse: (text) => {
    const [, type, middle, protocol, identifier] = ROUTE.exec(text) ?? [];
    const name = (Object.keys(TYPES) as LinkStateNlriName[]).find((one) => TYPES[one] === type);
    if (name === undefined || BigInt(identifier!) > 0xffff_ffff_ffff_ffffn) return null;
    const nlriType = LinkStateNlriType[name];
    const protocolId = parseLinkStateProtocol(protocol!);
    const descriptors = middle === undefined ? [] : parseTlvs(middle.split(" "), descriptorsOf(nlriType));
    if (protocolId < 0 || descriptors === null) return null;
    return { name, nlriType, protocolId, identifier, descriptors } as unknown as LinkStateNlri;
  },
};

export const VPN_LINK_STATE_TEXT: NlriText<VpnLinkStateNlri> = {
  format: (nlri) => `${nlri.routeDistinguisher} ${LINK_STATE_TEXT.format(nlri)}`,
  parse: (text) => parseDistinguished(text, LINK_STATE_TEXT.parse),
};
