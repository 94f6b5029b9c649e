// SRv6 Endpoint Behavior and SID Structure (RFC 9830 section 2.4.4.2.4): eight octets behind a SID.
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";

/** What a SID does, and how many of its bits are what. */
export interface EndpointBehaviorAndSidStructure {
  /** 0 to 65535; `endpointBehaviorName` gives the name. */
  readonly endpointBehavior: number;
  /** 16 bits, absent where they are 0. */
  readonly reserved?: number;
  /** All in bits, 0 to 255 on the wire. */
  readonly locatorBlockLength: number;
  readonly locatorNodeLength: number;
  readonly functionLength: number;
  readonly argumentLength: number;
}

/** Reads eight octets. */
export function readSidStructure(reader: FieldReader): EndpointBehaviorAndSidStructure {
  const start = reader.at;
  const endpointBehavior = reader.u16("Endpoint Behavior");
  const reserved = reader.u16("Reserved");
  const locatorBlockLength = reader.u8("Locator Block Length");
  const locatorNodeLength = reader.u8("Locator Node Length");
  const functionLength = reader.u8("Function Length");
  const argumentLength = reader.u8("Argument Length");
  reader.group("SRv6 Endpoint Behavior and SID Structure", start);
  return {
    endpointBehavior,
    ...(reserved !== 0 && { reserved }),
    locatorBlockLength,
    locatorNodeLength,
    functionLength,
    argumentLength,
  };
}

/** Writes eight octets. @throws ConfigError `invalid-value` where a part does not fit its field */
export function writeSidStructure(structure: EndpointBehaviorAndSidStructure, writer: OctetWriter): void {
  writer.u16(structure.endpointBehavior);
  writer.u16(structure.reserved ?? 0);
  writer.u8(structure.locatorBlockLength);
  writer.u8(structure.locatorNodeLength);
  writer.u8(structure.functionLength);
  writer.u8(structure.argumentLength);
}
