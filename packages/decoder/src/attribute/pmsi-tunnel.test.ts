// PMSI_TUNNEL octet by octet after the figures of its documents.
import { fromHex, toHex } from "@bgpwire/core";
import { describe, expect, test } from "vitest";
import { createContext } from "../standard.ts";
import { decodeUpdate } from "../update/decode.ts";
import { encodeAttribute } from "../update/encode.ts";
import { pmsiTunnel, type PmsiTunnelAttribute } from "./pmsi-tunnel.ts";
import { pmsiTunnelTypeName, type PmsiTunnel } from "./pmsi-tunnel-identifier.ts";

const V6 = "20010db8000000000000000000000001";

function decoded(value: string, overrides = {}): unknown {
  const octets = fromHex(value)!;
  const body = Uint8Array.of(0, 0, 0, octets.length + 3, 0xc0, 22, octets.length, ...octets);
  return decodeUpdate(body, createContext({ overrides })).update.attributes[0];
}

/** Both ways between the value of the attribute and its object. */
function expectFormat(value: string, attribute: PmsiTunnelAttribute): void {
  const hex = value.replaceAll(" ", "");
  expect(decoded(hex)).toEqual(attribute);
  expect(toHex(encodeAttribute(attribute, createContext())).slice(6)).toBe(hex);
}

describe("Tunnel Identifiers", () => {
  // Flags 0, the label 16 in the high-order 20 bits of its field.
  test.each<[string, string, PmsiTunnel]>([
    ["RFC 6514 section 5: no tunnel information present", "00", { name: "noTunnelInformation", type: 0 }],
    [
      "RFC 4875 section 19.1.1: RSVP-TE P2MP LSP, IPv4",
      "01 c0000201 0000 0007 0000002a",
      { name: "rsvpTeP2mpLsp", type: 1, extendedTunnelId: "192.0.2.1", tunnelId: 7, p2mpId: 42 },
    ],
    [
      "RFC 4875 section 19.1.2: RSVP-TE P2MP LSP, IPv6",
      `01 ${V6} 0001 0007 0000002a`,
      { name: "rsvpTeP2mpLsp", type: 1, extendedTunnelId: "2001:db8::1", reserved: 1, tunnelId: 7, p2mpId: 42 },
    ],
    [
      "RFC 6388 section 2.2: mLDP P2MP LSP with a generic LSP identifier",
      "02 06 0001 04 c0000201 0007 01 0004 0000002a",
      { name: "mldpP2mpLsp", type: 2, fecType: 6, rootNodeAddress: "192.0.2.1", opaqueValue: "0100040000002a" },
    ],
    [
      "RFC 6388 section 3.2: mLDP MP2MP LSP, downstream",
      `07 08 0002 10 ${V6} 0000`,
      { name: "mldpMp2mpLsp", type: 7, fecType: 8, rootNodeAddress: "2001:db8::1", opaqueValue: "" },
    ],
    [
      "RFC 6514 section 5: PIM-SSM tree",
      "03 c0000201 e8000001",
      { name: "pimSsmTree", type: 3, senderAddress: "192.0.2.1", multicastGroup: "232.0.0.1" },
    ],
    [
      "RFC 6514 section 5: PIM-SM tree of IPv6",
      `04 ${V6} ff3e0000000000000000000000000001`,
      { name: "pimSmTree", type: 4, senderAddress: "2001:db8::1", multicastGroup: "ff3e::1" },
    ],
    [
      "RFC 6514 section 5: BIDIR-PIM tree",
      "05 c0000201 e0000001",
      { name: "bidirPimTree", type: 5, senderAddress: "192.0.2.1", multicastGroup: "224.0.0.1" },
    ],
    [
      "RFC 6514 section 5: ingress replication",
      "06 c0000201",
      { name: "ingressReplication", type: 6, tunnelEndpoint: "192.0.2.1" },
    ],
    [
      "RFC 7524 section 14.1, RFC 8502 section 4.1: transport tunnel",
      "08 c0000201 0000002a",
      { name: "transportTunnel", type: 8, sourcePeAddress: "192.0.2.1", localNumber: "0000002a" },
    ],
    [
      "RFC 9574 section 4: assisted replication",
      `0a ${V6}`,
      { name: "assistedReplication", type: 10, tunnelEndpoint: "2001:db8::1" },
    ],
    [
      "RFC 8556 figure 1: BIER",
      "0b 01 0203 c0000201",
      { name: "bier", type: 11, subDomainId: 1, bfrId: 515, bfrPrefix: "192.0.2.1" },
    ],
    [
      "RFC 10018 section 3.2.1: SR-MPLS P2MP tree",
      "0c 0000002a c0000201",
      { name: "srMplsP2mpTree", type: 12, treeId: 42, rootAddress: "192.0.2.1" },
    ],
    [
      "RFC 10018 section 3.2.1: SRv6 P2MP tree",
      `0d 0000002a ${V6}`,
      { name: "srv6P2mpTree", type: 13, treeId: 42, rootAddress: "2001:db8::1" },
    ],
  ])("%s", (_document, identifier, tunnel) => {
    const type = identifier.slice(0, 2);
    expectFormat(`00 ${type} 000100 ${identifier.slice(2)}`, pmsiTunnel(tunnel, 16 << 4));
  });
});

describe("what stands before the Tunnel Identifier", () => {
  const tunnel = { name: "ingressReplication", type: 6, tunnelEndpoint: "192.0.2.1" } as const;

  test.each<[string, string, Parameters<typeof pmsiTunnel>[2]]>([
    ["RFC 6514 section 5: L", "01", { leafInformationRequired: true }],
    ["RFC 7902 section 3: Extension", "40", { extension: true }],
    ["RFC 8534 section 2: LIR-pF", "20", { leafInformationRequiredPerFlow: true }],
    ["RFC 9574 section 4: AR-REPLICATOR", "08", { assistedReplicationType: 1 }],
    ["RFC 9574 section 4: AR-LEAF", "10", { assistedReplicationType: 2 }],
    ["RFC 9574 section 4: BM", "04", { pruneBroadcastAndMulticast: true }],
    ["RFC 9574 section 4: U", "02", { pruneUnknown: true }],
    ["the bit that nobody has", "80", { reserved: 0x80 }],
  ])("%s", (_document, flags, options) => {
    expectFormat(`${flags} 06 000000 c0000201`, pmsiTunnel(tunnel, 0, options));
  });

  test("RFC 8365 section 5.1.3: a VNI takes all 24 bits of the label field", () => {
    expectFormat("00 06 002774 c0000201", pmsiTunnel(tunnel, 10100));
  });

  test("RFC 8317 section 6.2: in a composite tunnel a label stands first", () => {
    const bier = { name: "bier", type: 11, subDomainId: 0, bfrId: 1, bfrPrefix: "192.0.2.1" } as const;
    expectFormat("00 8b 000100 000200 00 0001 c0000201", pmsiTunnel(bier, 0x100, { compositeTunnelLabel: 0x200 }));
  });
});

test("a type that is not defined can be let through", () => {
  const none = { "pmsi-tunnel-type": "none" };
  const tunnel = { name: "raw", type: 9, value: Uint8Array.of(1, 2) } as const;
  expect(decoded("00090001000102", none)).toEqual(pmsiTunnel(tunnel, 256));
  // RFC 8317 section 6.2: ingress replication is no composite tunnel.
  const composite = { name: "raw", type: 0x86, value: Uint8Array.of(0, 2, 0, 192, 0, 2, 1) } as const;
  expect(decoded("0086000100000200c0000201", none)).toEqual(pmsiTunnel(composite, 256));
});

test("names of the registry", () => {
  expect([0, 6, 9, 11, 0x80, 0x86, 0x8b, 0xff].map(pmsiTunnelTypeName)).toEqual([
    "No tunnel information present",
    "Ingress Replication",
    "unknown",
    "BIER",
    "unknown",
    "unknown",
    "composite, BIER",
    "unknown",
  ]);
});

function writing(tunnel: PmsiTunnel, options: Parameters<typeof pmsiTunnel>[2] = {}): () => unknown {
  return () => encodeAttribute(pmsiTunnel(tunnel, 0, options), createContext());
}

test("what does not fit its field is the caller's mistake", () => {
  const replication = { name: "ingressReplication", type: 6, tunnelEndpoint: "192.0.2.1" } as const;
  const mldp = { name: "mldpP2mpLsp", type: 2, fecType: 6, rootNodeAddress: "192.0.2.1", opaqueValue: "0" } as const;
  const transport = { name: "transportTunnel", type: 8, sourcePeAddress: "192.0.2.1", localNumber: "00" } as const;
  expect(writing({ ...replication, tunnelEndpoint: "pe1" })).toThrow('"pe1" is no IP address');
  expect(writing({ ...replication, type: 7 })).toThrow('there is no "ingressReplication" with type 7');
  expect(writing(replication, { assistedReplicationType: 4 })).toThrow("4 is not 0 to 3");
  expect(writing(replication, { compositeTunnelLabel: 16 })).toThrow("tunnel type 6 cannot be composite");
  expect(writing(replication, { reserved: 0x81 })).toThrow("129 has bits that are not reserved");
  expect(writing(mldp)).toThrow('"0" is not 0 hexadecimal digits');
  expect(writing(transport)).toThrow('"00" is not 8 hexadecimal digits');
});
