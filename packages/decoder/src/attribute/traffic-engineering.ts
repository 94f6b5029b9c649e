// Traffic Engineering (RFC 5543): optional non-transitive, what the links of a layer 1 VPN can do, as the Interface Switching
// Capability Descriptors of RFC 5307 say it.
import { ConfigError } from "@bgpwire/core";
import { readFloat32, writeFloat32OrDigits, type Float32 } from "../bytes/float.ts";
import { FieldReader } from "../bytes/reader.ts";
import { writeHex } from "../bytes/write.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { OPTIONAL_ATTRIBUTE_ERROR } from "../numbers.ts";
import { ruleTable, type RuleTable } from "../verdict/rule.ts";
import { fieldsRow, OPTIONAL_NON_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

/** What can be wrong with it: RFC 7606 section 7.13 leaves it to the implementation what that is. */
// prettier-ignore
export const TRAFFIC_ENGINEERING_RULES: RuleTable<"traffic-engineering-malformed"> = /* @__PURE__ */ ruleTable({
  "traffic-engineering-malformed": ["RFC 7606 section 7.13", "withdraw", OPTIONAL_ATTRIBUTE_ERROR, "attribute", "syntax"],
});

/** What an interface can switch. */
export interface SwitchingCapability {
  /** Switching Cap: 1 to 4 packets, 51 frames, 100 time slots, 150 wavelengths, 200 fibres. */
  readonly switchingCapability: number;
  /** LSP Encoding Type. */
  readonly encoding: number;
  /** 16 bits, absent where they are 0. */
  readonly reserved?: number;
  /** Max LSP Bandwidth at priorities 0 to 7, in octets per second. */
  readonly maxLspBandwidth: readonly Float32[];
  /** Minimum LSP Bandwidth, in octets per second: for packets and time slots. */
  readonly minimumLspBandwidth?: Float32;
  /** In octets: for packets. */
  readonly interfaceMtu?: number;
  /** 0: standard SONET/SDH, 1: arbitrary: for time slots. */
  readonly indication?: number;
  /** Digits of what follows, where it is none of these. */
  readonly rest?: string;
}

/**
 * Traffic Engineering (RFC 5543): optional non-transitive, what the links of a layer 1 VPN can do, as the Interface Switching
 * Capability Descriptors of RFC 5307 say it.
 */
export interface TrafficEngineeringAttribute extends AttributeHeader {
  readonly name: "trafficEngineering";
  readonly code: 24;
  /** At least one. */
  readonly capabilities: readonly SwitchingCapability[];
}

/** Makes a Traffic Engineering attribute. */
export function trafficEngineering(capabilities: readonly SwitchingCapability[]): TrafficEngineeringAttribute {
  return { name: "trafficEngineering", code: 24, capabilities };
}

const PRIORITIES = 8;

function isPacketSwitching(switchingCapability: number): boolean {
  return switchingCapability >= 1 && switchingCapability <= 4;
}

const TIME_DIVISION = 100;

/** What all descriptors have. */
function readCommon(reader: FieldReader): SwitchingCapability {
  const switchingCapability = reader.u8("Switching Cap");
  const encoding = reader.u8("Encoding");
  const reserved = reader.u16("Reserved");
  const maxLspBandwidth: Float32[] = [];
  for (let priority = 0; priority < PRIORITIES; priority += 1) {
    maxLspBandwidth.push(readFloat32(reader, `Max LSP Bandwidth at priority ${priority}`));
  }
  return { switchingCapability, encoding, ...(reserved !== 0 && { reserved }), maxLspBandwidth };
}

function readCapability(reader: FieldReader): SwitchingCapability {
  const start = reader.at;
  const common = readCommon(reader);
  const capability = { ...common, ...readSpecific(reader, common.switchingCapability) };
  reader.group("Switching Capability Descriptor", start);
  return capability;
}

function readSpecific(reader: FieldReader, switchingCapability: number): Partial<SwitchingCapability> {
  if (isPacketSwitching(switchingCapability)) {
    const minimumLspBandwidth = readFloat32(reader, "Minimum LSP Bandwidth");
    return { minimumLspBandwidth, interfaceMtu: reader.u16("Interface MTU") };
  }
  if (switchingCapability === TIME_DIVISION) {
    const minimumLspBandwidth = readFloat32(reader, "Minimum LSP Bandwidth");
    return { minimumLspBandwidth, indication: reader.u8("Indication") };
  }
  return {};
}

/** All descriptors, whose lengths follow from what they are; null where they do not fill the value. */
function readAll(reader: FieldReader): SwitchingCapability[] | null {
  const capabilities = [readCapability(reader)];
  while (reader.remaining > 0) capabilities.push(readCapability(reader));
  return reader.complete ? capabilities : null;
}

function writeCapability(capability: SwitchingCapability, writer: OctetWriter): void {
  const { switchingCapability, maxLspBandwidth, minimumLspBandwidth, interfaceMtu, indication, rest } = capability;
  if (maxLspBandwidth.length !== PRIORITIES) {
    throw new ConfigError("invalid-value", "maxLspBandwidth", `${maxLspBandwidth.length} instead of ${PRIORITIES}`);
  }
  writer.u8(switchingCapability);
  writer.u8(capability.encoding);
  writer.u16(capability.reserved ?? 0);
  for (const bandwidth of maxLspBandwidth) writeFloat32OrDigits(bandwidth, "maxLspBandwidth", writer);
  if (minimumLspBandwidth !== undefined) writeFloat32OrDigits(minimumLspBandwidth, "minimumLspBandwidth", writer);
  if (interfaceMtu !== undefined) writer.u16(interfaceMtu);
  if (indication !== undefined) writer.u8(indication);
  if (rest !== undefined) writeHex(rest, rest.length / 2, "rest", writer);
}

/** How Traffic Engineering (RFC 5543) is checked and read: a row for registries and `attributeHandler`. */
export const TRAFFIC_ENGINEERING: AttributeRow<TrafficEngineeringAttribute> =
  /* @__PURE__ */ fieldsRow<TrafficEngineeringAttribute>({
    code: 24,
    name: "trafficEngineering",
    flags: OPTIONAL_NON_TRANSITIVE,
    malformed: TRAFFIC_ENGINEERING_RULES["traffic-engineering-malformed"],
    read: (reader) => {
      const { buffer, at, end } = reader;
      if (readAll(new FieldReader(buffer, at, end)) !== null) return trafficEngineering(readAll(reader)!);
      // Something that RFC 5307 does not have, or padding: one descriptor, and what follows.
      const common = readCommon(reader);
      return trafficEngineering([
        { ...common, rest: reader.hex("Switching Capability-specific information", reader.remaining) },
      ]);
    },
    write: ({ capabilities }, writer) => {
      for (const capability of capabilities) writeCapability(capability, writer);
    },
  });
