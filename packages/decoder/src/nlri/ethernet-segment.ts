// Ethernet Segment Identifiers (RFC 7432 section 5): ten octets, of which the first says what the others are made of. Routes
// carry them as text; what they are made of is told to who asks.
import { ConfigError } from "@bgpwire/core";
import { u16At, u32At } from "../bytes/integers.ts";
import { FieldReader } from "../bytes/reader.ts";
import { writeHex, writeIPv4 } from "../bytes/write.ts";
import { OctetWriter } from "../bytes/writer.ts";
import { colonText, parseColons, readMac, writeMac } from "../text/mac-address.ts";

const ESI_OCTETS = 10;

/** ESI 0, which "denotes a single-homed site". */
export const SINGLE_HOMED_ESI = "00:00:00:00:00:00:00:00:00:00";

/**
 * An Ethernet Segment Identifier taken apart; `name` tells the arms apart, `type` is the number on the wire.
 *
 * `reserved` is the last octet where the type has it zero and it is not.
 */
export type EthernetSegmentIdentifier =
  | {
      readonly name: "arbitrary";
      readonly type: 0;
      /** 18 hexadecimal digits that the operator chose. */
      readonly value: string;
    }
  | {
      /** Made from LACP between the PEs and the CE. */
      readonly name: "lacp";
      readonly type: 1;
      /** CE LACP System MAC address. */
      readonly systemMac: string;
      /** CE LACP Port Key, 0 to 65535. */
      readonly portKey: number;
      readonly reserved?: number;
    }
  | {
      /** Made from the spanning tree of a bridged LAN. */
      readonly name: "bridge";
      readonly type: 2;
      readonly rootBridgeMac: string;
      /** 0 to 65535. */
      readonly rootBridgePriority: number;
      readonly reserved?: number;
    }
  | {
      readonly name: "mac";
      readonly type: 3;
      readonly systemMac: string;
      /** 0 to 16777215. */
      readonly localDiscriminator: number;
    }
  | {
      readonly name: "routerId";
      readonly type: 4;
      /** Dotted. */
      readonly routerId: string;
      /** 0 to 4294967295. */
      readonly localDiscriminator: number;
      readonly reserved?: number;
    }
  | {
      readonly name: "as";
      readonly type: 5;
      /** 0 to 4294967295. */
      readonly as: number;
      /** 0 to 4294967295. */
      readonly localDiscriminator: number;
      readonly reserved?: number;
    }
  | {
      /** Of a type that is not known, or MAX-ESI, which is reserved. */
      readonly name: "raw";
      /** 6 to 255. */
      readonly type: number;
      /** 18 hexadecimal digits. */
      readonly value: string;
    };

/** Whether the ten octets at `at` are that one. */
export function isSingleHomed(buffer: Uint8Array, at: number): boolean {
  return u32At(buffer, at) === 0 && u32At(buffer, at + 4) === 0 && u16At(buffer, at + 8) === 0;
}

/** Reads ten octets as text. */
export function readEsi(reader: FieldReader): string {
  return reader.text("Ethernet Segment Identifier", ESI_OCTETS, esiText);
}

function esiText(buffer: Uint8Array, at: number): string {
  return colonText(buffer, at, ESI_OCTETS);
}

/** The octets of the text of an ESI, or null. */
function esiOctets(text: string): Uint8Array | null {
  return parseColons(text, ESI_OCTETS);
}

/** Writes ten octets. @throws ConfigError `invalid-value` where the text is no ESI */
export function writeEsi(text: string, writer: OctetWriter): void {
  const octets = esiOctets(text);
  if (octets === null) {
    throw new ConfigError("invalid-value", "ethernetSegmentIdentifier", `"${text}" is no Ethernet Segment Identifier`);
  }
  writer.bytes(octets);
}

/**
 * Takes the text of an Ethernet Segment Identifier apart.
 *
 * @returns null when the text is none: ten pairs of hexadecimal digits with colons between them
 * @example
 * parseEthernetSegmentIdentifier("04:c0:00:02:01:00:00:00:07:00")
 * // { name: "routerId", type: 4, routerId: "192.0.2.1", localDiscriminator: 7 }
 */
export function parseEthernetSegmentIdentifier(text: string): EthernetSegmentIdentifier | null {
  const octets = esiOctets(text);
  return octets === null ? null : readParts(new FieldReader(octets, 0, ESI_OCTETS));
}

function readParts(reader: FieldReader): EthernetSegmentIdentifier {
  const type = reader.u8("Type");
  switch (type) {
    case 0:
      return { name: "arbitrary", type, value: reader.hex("ESI Value", 9) };
    case 1: {
      const systemMac = readMac(reader, "System MAC address");
      return { name: "lacp", type, systemMac, portKey: reader.u16("CE LACP Port Key"), ...readReserved(reader) };
    }
    case 2: {
      const rootBridgeMac = readMac(reader, "Root Bridge MAC address");
      const rootBridgePriority = reader.u16("Root Bridge Priority");
      return { name: "bridge", type, rootBridgeMac, rootBridgePriority, ...readReserved(reader) };
    }
    case 3: {
      const systemMac = readMac(reader, "System MAC address");
      return { name: "mac", type, systemMac, localDiscriminator: reader.u24("Local Discriminator value") };
    }
    case 4: {
      const routerId = reader.ipv4("Router ID");
      const localDiscriminator = reader.u32("Local Discriminator value");
      return { name: "routerId", type, routerId, localDiscriminator, ...readReserved(reader) };
    }
    case 5: {
      const as = reader.u32("AS number");
      const localDiscriminator = reader.u32("Local Discriminator value");
      return { name: "as", type, as, localDiscriminator, ...readReserved(reader) };
    }
    default:
      return { name: "raw", type, value: reader.hex("ESI Value", 9) };
  }
}

function readReserved(reader: FieldReader): { readonly reserved?: number } {
  const reserved = reader.u8("Reserved");
  return reserved === 0 ? {} : { reserved };
}

/**
 * Text of an Ethernet Segment Identifier, as routes carry it.
 *
 * @throws ConfigError `invalid-value` where a part does not fit its field
 * @example formatEthernetSegmentIdentifier({ name: "as", type: 5, as: 65000, localDiscriminator: 7 })
 * // "05:00:00:fd:e8:00:00:00:07:00"
 */
export function formatEthernetSegmentIdentifier(esi: EthernetSegmentIdentifier): string {
  const writer = new OctetWriter();
  writer.u8(esi.type);
  writeParts(esi, writer);
  return esiText(writer.buffer, 0);
}

function writeParts(esi: EthernetSegmentIdentifier, writer: OctetWriter): void {
  switch (esi.name) {
    case "lacp":
      writeMac(esi.systemMac, "systemMac", writer);
      writer.u16(esi.portKey);
      break;
    case "bridge":
      writeMac(esi.rootBridgeMac, "rootBridgeMac", writer);
      writer.u16(esi.rootBridgePriority);
      break;
    case "mac":
      writeMac(esi.systemMac, "systemMac", writer);
      writer.u24(esi.localDiscriminator);
      return;
    case "routerId":
      writeIPv4(esi.routerId, "routerId", writer);
      writer.u32(esi.localDiscriminator);
      break;
    case "as":
      writer.u32(esi.as);
      writer.u32(esi.localDiscriminator);
      break;
    default:
      writeHex(esi.value, 9, "value", writer);
      return;
  }
  writer.u8(esi.reserved ?? 0);
}
