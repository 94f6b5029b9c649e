// BGP Community Container (draft-ietf-idr-wide-bgp-communities section 3): optional transitive, communities of any size in
// containers that say how far they go.
import { ConfigError } from "@bgpwire/core";
import { copyAt } from "../bytes/integers.ts";
import type { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import {
  COMMUNITY_CONTAINER_RULES,
  readWideCommunity,
  writeWideCommunity,
  type WideCommunityFields,
} from "../community/wide-community.ts";
import { fieldsRow, OPTIONAL_TRANSITIVE, type AttributeHeader, type AttributeRow } from "./row.ts";

interface ContainerHeader {
  /** Container Type. */
  readonly type: number;
  /** T: it goes beyond the administrative boundary. */
  readonly transitive: boolean;
  /** C: it goes beyond the member AS of a confederation. */
  readonly confederation: boolean;
  /** The other flags and the Reserved field: 16 bits, absent where they are 0. */
  readonly reserved?: number;
}

/** A BGP Wide Community. */
export interface WideCommunity extends ContainerHeader, WideCommunityFields {
  readonly name: "wideCommunity";
  readonly type: 1;
}

/** A container of a type that is not known. */
export interface RawCommunityContainer extends ContainerHeader {
  readonly name: "raw";
  /** Without the header. */
  readonly value: Uint8Array;
}

/** `name` tells the arms apart. */
export type CommunityContainer = WideCommunity | RawCommunityContainer;

/**
 * BGP Community Container (draft-ietf-idr-wide-bgp-communities section 3): optional transitive, communities of any size in
 * containers that say how far they go.
 */
export interface CommunityContainerAttribute extends AttributeHeader {
  readonly name: "communityContainer";
  readonly code: 34;
  readonly containers: readonly CommunityContainer[];
}

/**
 * Makes a BGP Community Container.
 *
 * @example
 * const targets = [{ name: "asNumbers", type: 1, values: [64497] }] as const;
 * communityContainer([{
 *   name: "wideCommunity", type: 1, transitive: false, confederation: true,
 *   community: 1, sourceAs: 64496, contextAs: 64496, tlvs: [{ name: "targets", type: 1, atoms: targets }],
 * }])
 */
export function communityContainer(containers: readonly CommunityContainer[]): CommunityContainerAttribute {
  return { name: "communityContainer", code: 34, containers };
}

/** Figure 1 of the draft has T and C as the lowest bits of the flags. */
const TRANSITIVE = 2;
const CONFEDERATION = 1;
/** The Length field counts the header too. */
const HEADER_OCTETS = 6;

function readContainer(reader: FieldReader): CommunityContainer {
  const start = reader.at;
  const type = reader.u16("Container Type");
  const flags = reader.u8("Flags");
  const reserved = ((flags & ~(TRANSITIVE | CONFEDERATION)) << 8) | reader.u8("Reserved");
  const length = reader.u16("Length");
  if (length < HEADER_OCTETS) reader.fail();
  const contents = reader.sub("Contents", Math.max(0, length - HEADER_OCTETS));
  const header = {
    transitive: (flags & TRANSITIVE) !== 0,
    confederation: (flags & CONFEDERATION) !== 0,
    ...(reserved !== 0 && { reserved }),
  };
  if (type === 1) {
    const fields = readWideCommunity(contents);
    if (!contents.complete) reader.fail(contents.fault);
    reader.group("BGP Wide Community", start);
    return { name: "wideCommunity", type: 1, ...header, ...fields };
  }
  reader.group("BGP Community Container", start);
  return { name: "raw", type, ...header, value: copyAt(contents.buffer, contents.at, contents.end) };
}

function writeContainer(container: CommunityContainer, writer: OctetWriter): void {
  const { type, transitive, confederation, reserved = 0 } = container;
  const start = writer.length;
  const flags = ((transitive ? TRANSITIVE : 0) | (confederation ? CONFEDERATION : 0)) << 8;
  if ((reserved & ((TRANSITIVE | CONFEDERATION) << 8)) !== 0) {
    throw new ConfigError("invalid-value", "containers.reserved", `${reserved} has bits that are not reserved`);
  }
  writer.u16(type);
  writer.u16(reserved | flags);
  const length = writer.reserve(2);
  if (container.name === "raw") writer.bytes(container.value);
  else writeWideCommunity(container, writer);
  writer.setU16(length, writer.length - start);
}

/**
 * How BGP Community Container (draft-ietf-idr-wide-bgp-communities section 3) is checked and read: a row for registries and
 * `attributeHandler`.
 */
export const COMMUNITY_CONTAINER: AttributeRow<CommunityContainerAttribute> =
  /* @__PURE__ */ fieldsRow<CommunityContainerAttribute>({
    code: 34,
    name: "communityContainer",
    flags: OPTIONAL_TRANSITIVE,
    malformed: COMMUNITY_CONTAINER_RULES["community-container-malformed"],
    read: (reader) => {
      const containers: CommunityContainer[] = [];
      while (reader.remaining > 0) containers.push(readContainer(reader));
      return communityContainer(containers);
    },
    write: ({ containers }, writer) => {
      for (const container of containers) writeContainer(container, writer);
    },
  });
