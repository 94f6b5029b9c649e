// Encapsulation sub-TLVs of TUNNEL_ENCAPSULATION (RFC 9012 section 3.2): what goes into the header of the encapsulation. All
// have type 1; the tunnel type says which it is. Other tunnel types have none.
import { ConfigError } from "@bgpwire/core";
import { flagsOf, flagsValue, type FlagBits, type Flags } from "../bytes/flags.ts";
import type { Tlv, TlvRow } from "../bytes/tlv.ts";
import { writeHex } from "../bytes/write.ts";
import { readMac, writeMac } from "../text/mac-address.ts";
import { TunnelType } from "./tunnel-type.ts";

/** VXLAN and NVGRE (sections 3.2.1 and 3.2.2). */
interface VirtualNetworkEncapsulation extends Tlv, Flags<"vFlag" | "mFlag"> {
  readonly name: "vxlanEncapsulation" | "nvgreEncapsulation";
  /** Set: `vnId` is there. */
  readonly vFlag?: true;
  /** Set: `macAddress` is there. */
  readonly mFlag?: true;
  /** The other six bits of the flags in the high-order octet, then Reserved: 24 bits, absent where they are 0. */
  readonly reserved?: number;
  /** 0 to 16777215. */
  readonly vnId: number;
  readonly macAddress: string;
}

/** L2TPv3 (section 3.2.3). */
interface L2tpv3Encapsulation extends Tlv {
  readonly name: "l2tpv3Encapsulation";
  /** 0 to 4294967295. */
  readonly sessionId: number;
  /** Hexadecimal digits of 0 to 8 octets. */
  readonly cookie: string;
}

/** GRE and MPLS-in-GRE (sections 3.2.4 and 3.2.5). */
interface GreEncapsulation extends Tlv {
  readonly name: "greEncapsulation" | "mplsInGreEncapsulation";
  /** 0 to 4294967295. */
  readonly greKey: number;
}

export type Encapsulation = VirtualNetworkEncapsulation | L2tpv3Encapsulation | GreEncapsulation;

/** The flags octet, then Reserved. */
const FLAGS: FlagBits<"vFlag" | "mFlag"> = { vFlag: 0x80_0000, mFlag: 0x40_0000 };

function virtualNetworkRow(name: VirtualNetworkEncapsulation["name"]): TlvRow<VirtualNetworkEncapsulation> {
  return {
    type: 1,
    name,
    label: "Encapsulation",
    read: (reader) => {
      const flags = reader.u8("Flags");
      const vnId = reader.u24("VN-ID");
      const macAddress = readMac(reader, "MAC Address");
      return { name, type: 1, ...flagsOf((flags << 16) | reader.u16("Reserved"), FLAGS), vnId, macAddress };
    },
    write: (encapsulation, writer) => {
      const flags = flagsValue(encapsulation, FLAGS, name);
      writer.u8(flags >>> 16);
      writer.u24(encapsulation.vnId);
      writeMac(encapsulation.macAddress, "macAddress", writer);
      writer.u16(flags & 0xffff);
    },
  };
}

const L2TPV3: TlvRow<L2tpv3Encapsulation> = {
  type: 1,
  name: "l2tpv3Encapsulation",
  label: "Encapsulation",
  read: (reader) => {
    const sessionId = reader.u32("Session ID");
    if (reader.remaining > 8) return null;
    return { name: "l2tpv3Encapsulation", type: 1, sessionId, cookie: reader.hex("Cookie", reader.remaining) };
  },
  write: ({ sessionId, cookie }, writer) => {
    if (cookie.length > 16) throw new ConfigError("invalid-value", "cookie", `"${cookie}" has more than eight octets`);
    writer.u32(sessionId);
    writeHex(cookie, cookie.length >> 1, "cookie", writer);
  },
};

function greRow(name: GreEncapsulation["name"]): TlvRow<GreEncapsulation> {
  return {
    type: 1,
    name,
    label: "Encapsulation",
    read: (reader) => ({ name, type: 1, greKey: reader.u32("GRE Key") }),
    write: ({ greKey }, writer) => writer.u32(greKey),
  };
}

/** By tunnel type. */
export const ENCAPSULATIONS: ReadonlyMap<number, TlvRow<Encapsulation>> = /* @__PURE__ */ new Map<
  number,
  TlvRow<Encapsulation>
>([
  [TunnelType.L2tpv3, L2TPV3],
  [TunnelType.Gre, /* @__PURE__ */ greRow("greEncapsulation")],
  [TunnelType.Vxlan, /* @__PURE__ */ virtualNetworkRow("vxlanEncapsulation")],
  [TunnelType.Nvgre, /* @__PURE__ */ virtualNetworkRow("nvgreEncapsulation")],
  [TunnelType.MplsInGre, /* @__PURE__ */ greRow("mplsInGreEncapsulation")],
]);
