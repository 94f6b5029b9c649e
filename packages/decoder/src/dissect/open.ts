// The OPEN message field by field (RFC 4271 section 4.2, RFC 5492 section 4, RFC 9072 section 2), with its capabilities in the
// order of their codes.
import { capabilityName } from "@bgpwire/core";
import type { FieldReader } from "../bytes/reader.ts";
import type { FieldTree } from "./tree.ts";

/** As the first parameter type: the extended format follows. */
const EXTENDED = 255;

/** Reads the body of an OPEN. */
export function dissectOpen(reader: FieldReader, tree: FieldTree): void {
  reader.u8("Version");
  reader.u16("My Autonomous System");
  reader.u16("Hold Time");
  reader.ipv4("BGP Identifier");
  const length = reader.u8("Opt Parm Len");
  const extended = length !== 0 && reader.remaining > 0 && reader.buffer[reader.at] === EXTENDED;
  if (extended) {
    reader.u8("Non-Ext OP Type");
    reader.u16("Extended Opt. Parm. Length");
  }
  const start = reader.at;
  while (reader.remaining > 0) dissectParameter(reader, tree, extended);
  reader.group("Optional Parameters", start);
}

function dissectParameter(reader: FieldReader, tree: FieldTree, extended: boolean): void {
  const start = reader.at;
  const type = reader.u8("Parm. Type");
  const length = extended ? reader.u16("Parm. Length") : reader.u8("Parm. Length");
  const value = reader.sub("Parameter Value", length);
  if (type === 2) while (value.remaining > 0) dissectCapability(value, tree);
  tree.group(type === 2 ? "Capabilities" : "Optional Parameter", start, reader.at);
}

/** A capability as in an OPEN, with what stands before its code in the same group. */
export function dissectCapability(reader: FieldReader, tree: FieldTree, start: number = reader.at): void {
  const code = reader.u8("Capability Code");
  const value = reader.sub("Capability Value", reader.u8("Capability Length"));
  while (value.remaining > 0 && !value.failed) {
    const dissectEntry = ENTRIES[code];
    if (dissectEntry === undefined) value.rest("Capability Value");
    else dissectEntry(value);
  }
  tree.group("Capability", start, reader.at, capabilityName(code));
}

function family(reader: FieldReader): void {
  reader.u16("Address Family Identifier");
  reader.u8("Subsequent Address Family Identifier");
}

/** One entry of the value of each capability whose value is not empty; most repeat. */
const ENTRIES: Readonly<Record<number, (reader: FieldReader) => void>> = {
  1: (reader) => {
    reader.u16("Address Family Identifier");
    reader.u8("Reserved");
    reader.u8("Subsequent Address Family Identifier");
  },
  3: outboundRouteFiltering,
  5: (reader) => {
    reader.u16("Address Family Identifier");
    reader.u16("Subsequent Address Family Identifier");
    reader.u16("Next Hop AFI");
  },
  7: (reader) => {
    reader.u8("Version, Dir and Unassigned");
    reader.u16("Address Family Identifier");
  },
  8: (reader) => {
    family(reader);
    reader.u8("Count");
  },
  9: (reader) => void reader.u8("Role"),
  64: (reader) => {
    reader.u16("Restart Flags and Restart Time");
    while (reader.remaining > 0 && !reader.failed) {
      family(reader);
      reader.u8("Flags for Address Family");
    }
  },
  65: (reader) => void reader.u32("AS Number"),
  66: dynamic,
  67: dynamic,
  68: multisession,
  69: familyDirection,
  71: (reader) => {
    family(reader);
    reader.u8("Flags for Address Family");
    reader.u24("Long-Lived Stale Time");
  },
  72: familyDirection,
  73: hostName,
  76: (reader) => {
    family(reader);
    reader.u16("Paths Limit");
  },
  130: outboundRouteFiltering,
  131: multisession,
  184: hostName,
};

/** RFC 5291 section 5. */
function outboundRouteFiltering(reader: FieldReader): void {
  reader.u16("Address Family Identifier");
  reader.u8("Reserved");
  reader.u8("Subsequent Address Family Identifier");
  for (let left = reader.u8("Number of ORFs"); left > 0 && !reader.failed; left -= 1) {
    reader.u8("ORF Type");
    reader.u8("Send/Receive");
  }
}

/** draft-ietf-idr-dynamic-cap. */
function dynamic(reader: FieldReader): void {
  reader.u8("Capability Code");
}

/** draft-ietf-idr-bgp-multisession. */
function multisession(reader: FieldReader): void {
  reader.u8("Flags");
  while (reader.remaining > 0) reader.u8("Session Id");
}

/** RFC 7911 section 4, draft-ietf-idr-rpd. */
function familyDirection(reader: FieldReader): void {
  family(reader);
  reader.u8("Send/Receive");
}

/** draft-walton-bgp-hostname-capability. */
function hostName(reader: FieldReader): void {
  reader.octets("Hostname", reader.u8("Hostname Length"));
  reader.octets("Domain Name", reader.u8("Domain Name Length"));
}
