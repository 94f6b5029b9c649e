// PMSI_TUNNEL with every tunnel type, composite or not, and every flag.
import * as fc from "fast-check";
import {
  hex,
  octet,
  octets2,
  octets3,
  octets4,
  octetsOf,
  u16,
  u24,
  u32,
  type AttributeGenerator,
  type Both,
} from "./base.ts";
import { address, anyAddress, named, reservedU16, unlessZero, type BareTlv } from "./parts.ts";

const width = fc.constantFrom(4 as const, 16 as const);

function twoAddresses(type: number, name: string): fc.Arbitrary<BareTlv> {
  return width
    .chain((octets) => fc.tuple(address(octets), address(octets)))
    .map(([sender, group]) => ({
      type,
      octets: [...sender.octets, ...group.octets],
      value: { name, senderAddress: sender.value, multicastGroup: group.value },
    }));
}

function mldp(type: number, name: string, fecTypes: readonly number[]): fc.Arbitrary<BareTlv> {
  return fc
    .tuple(fc.constantFrom(...fecTypes), anyAddress, fc.array(octet, { maxLength: 20 }))
    .map(([fecType, root, opaque]) => ({
      type,
      octets: [
        fecType,
        ...octets2(root.octets.length === 4 ? 1 : 2),
        root.octets.length,
        ...root.octets,
        ...octets2(opaque.length),
        ...opaque,
      ],
      value: { name, fecType, rootNodeAddress: root.value, opaqueValue: hex(opaque) },
    }));
}

function endpoint(type: number, name: string): fc.Arbitrary<BareTlv> {
  return anyAddress.map(({ octets, value }) => ({ type, octets, value: { name, tunnelEndpoint: value } }));
}

function tree(type: number, name: string): fc.Arbitrary<BareTlv> {
  return fc.tuple(u32, anyAddress).map(([treeId, root]) => ({
    type,
    octets: [...octets4(treeId), ...root.octets],
    value: { name, treeId, rootAddress: root.value },
  }));
}

const tunnels: fc.Arbitrary<BareTlv> = fc.oneof(
  fc.constant({ type: 0, octets: [], value: { name: "noTunnelInformation" } }),
  fc.tuple(anyAddress, reservedU16, u16, u32).map(([id, reserved, tunnelId, p2mpId]) => ({
    type: 1,
    octets: [...id.octets, ...octets2(reserved), ...octets2(tunnelId), ...octets4(p2mpId)],
    value: {
      name: "rsvpTeP2mpLsp",
      extendedTunnelId: id.value,
      ...unlessZero("reserved", reserved),
      tunnelId,
      p2mpId,
    },
  })),
  mldp(2, "mldpP2mpLsp", [6]),
  twoAddresses(3, "pimSsmTree"),
  twoAddresses(4, "pimSmTree"),
  twoAddresses(5, "bidirPimTree"),
  endpoint(6, "ingressReplication"),
  mldp(7, "mldpMp2mpLsp", [7, 8]),
  width
    .chain((octets) => fc.tuple(address(octets), octetsOf(octets)))
    .map(([source, local]) => ({
      type: 8,
      octets: [...source.octets, ...local],
      value: { name: "transportTunnel", sourcePeAddress: source.value, localNumber: hex(local) },
    })),
  endpoint(10, "assistedReplication"),
  fc.tuple(octet, u16, anyAddress).map(([subDomainId, bfrId, prefix]) => ({
    type: 11,
    octets: [subDomainId, ...octets2(bfrId), ...prefix.octets],
    value: { name: "bier", subDomainId, bfrId, bfrPrefix: prefix.value },
  })),
  tree(12, "srMplsP2mpTree"),
  tree(13, "srv6P2mpTree"),
);

/** RFC 6514 section 5, RFC 7902, RFC 8534, RFC 9574: from the high-order bit on, the two bits of the AR type left out. */
const FLAGS = {
  extension: 0b0100_0000,
  leafInformationRequiredPerFlow: 0b0010_0000,
  pruneBroadcastAndMulticast: 0b0000_0100,
  pruneUnknown: 0b0000_0010,
  leafInformationRequired: 0b0000_0001,
};

export const pmsiTunnel: AttributeGenerator = {
  flags: 0xc0,
  make: () =>
    fc
      .tuple(fc.nat(0xff), tunnels, u24, u24, fc.boolean())
      .map(([flags, tunnel, mplsLabel, receiverLabel, wanted]): Both<never> => {
        const composite = wanted && tunnel.type !== 0 && tunnel.type !== 6;
        return {
          octets: [
            flags,
            composite ? 128 + tunnel.type : tunnel.type,
            ...octets3(mplsLabel),
            ...(composite ? octets3(receiverLabel) : []),
            ...tunnel.octets,
          ],
          value: {
            name: "pmsiTunnel",
            code: 22,
            ...named(flags & 0b1110_0111, FLAGS),
            ...unlessZero("assistedReplicationType", (flags >> 3) & 3),
            mplsLabel,
            ...(composite && { compositeTunnelLabel: receiverLabel }),
            tunnel: { ...tunnel.value, type: tunnel.type },
          } as never,
        };
      }),
};
