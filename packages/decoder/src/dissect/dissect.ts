// A message as a tree of fields with offset, length, label and value: for hex views, for teaching, and for seeing where in a
// message something is wrong. What it shows of attributes and routes is what the decoder reads: the same code, traced.
import {
  Afi,
  bytesOf,
  formatPrefix,
  HEADER_LENGTH,
  MessageType,
  messageTypeName,
  notificationSubcodeName,
  OrfType,
  shutdownText,
  type Slice,
} from "@bgpwire/core";
import { FieldReader } from "../bytes/reader.ts";
import type { DecodeContext } from "../context.ts";
import { dissectCapability, dissectOpen } from "./open.ts";
import { FieldTree, type DissectedField } from "./tree.ts";
import { dissectUpdate } from "./update.ts";

/**
 * Dissects one whole message, header included. Never throws: what cannot be read is a field named "octets", and what is wrong
 * with an UPDATE stands in `faults` of the fields it is about.
 *
 * Every octet of the message belongs to exactly one field without parts. The tree shares no memory with the message.
 *
 * @param context of the direction the message travelled; only UPDATEs ask for it
 * @example
 * const tree = dissect(message, createContext());
 * tree.children[2]; // { label: "Type", offset: 18, length: 1, value: "2 (UPDATE)", children: [] }
 */
export function dissect(message: Uint8Array | Slice, context: DecodeContext): DissectedField {
  const bytes = ArrayBuffer.isView(message) ? message : bytesOf(message);
  const tree = new FieldTree(bytes, 0);
  const reader = new FieldReader(bytes, 0, bytes.length, tree);
  reader.octets("Marker", 16);
  const length = reader.u16("Length");
  const type = reader.u8("Type");
  if (reader.failed) return tree.build("message", bytes.length, null);
  if (!bytes.subarray(0, 16).every((octet) => octet === 0xff)) tree.fault(0, 16, "not all ones (RFC 4271 section 6.1)");
  if (length !== bytes.length) {
    tree.fault(16, 18, `the message has ${bytes.length} octets (RFC 4271 section 4.1)`);
  }
  switch (type) {
    case MessageType.Open:
      dissectOpen(reader, tree);
      break;
    case MessageType.Update:
      dissectUpdate(bytes, HEADER_LENGTH, context, tree);
      break;
    case MessageType.Notification:
      dissectNotification(bytes, tree);
      break;
    case MessageType.RouteRefresh:
      dissectRouteRefresh(reader);
      break;
    case MessageType.Capability:
      while (reader.remaining > 0) dissectChange(reader, tree);
      break;
    default:
  }
  return tree.build(messageTypeName(type), bytes.length, null);
}

/** RFC 4271 section 4.5. */
function dissectNotification(bytes: Uint8Array, tree: FieldTree): void {
  const reader = new FieldReader(bytes, HEADER_LENGTH, bytes.length);
  const code = reader.u8("Error code");
  const subcode = reader.u8("Error subcode");
  if (reader.failed) return;
  const data = reader.rest("Data");
  const at = HEADER_LENGTH;
  tree.field("Error code", at, at + 1, code);
  tree.field("Error subcode", at + 1, at + 2, `${subcode} (${notificationSubcodeName(code, subcode)})`);
  tree.field("Data", at + 2, bytes.length, shutdownText({ code, subcode, data }) ?? data);
}

/** RFC 7313 section 3.2 over RFC 2918 section 3, and the filters of RFC 5291 section 4. */
function dissectRouteRefresh(reader: FieldReader): void {
  const afi = reader.u16("Address Family Identifier");
  reader.u8("Message Subtype");
  reader.u8("Subsequent Address Family Identifier");
  if (reader.remaining === 0) return;
  reader.u8("When-to-refresh");
  while (reader.remaining > 0) {
    const start = reader.at;
    const type = reader.u8("ORF Type");
    const entries = reader.sub("ORF entries", reader.u16("Length of ORF entries"));
    if (type === OrfType.AddressPrefix || type === OrfType.AddressPrefixCisco) {
      while (entries.remaining > 0) dissectPrefixFilter(entries, afi);
    } else {
      entries.rest("ORF entries");
    }
    reader.group("ORF", start);
  }
}

/** draft-ietf-idr-dynamic-cap-02: an action before each capability. */
function dissectChange(reader: FieldReader, tree: FieldTree): void {
  const start = reader.at;
  reader.u8("Action");
  dissectCapability(reader, tree, start);
}

/** RFC 5291 section 4, figure 2, and RFC 5292 section 3. */
function dissectPrefixFilter(reader: FieldReader, afi: number): void {
  const start = reader.at;
  const action = reader.u8("Action, Match") >> 6;
  // What is neither ADD nor REMOVE has nothing behind it.
  if (action < 2) {
    reader.u32("Sequence");
    reader.u8("Minlen");
    reader.u8("Maxlen");
    const length = reader.u8("Length");
    const version = afi === Afi.IPv6 ? 6 : 4;
    reader.text("Prefix", (length + 7) >> 3, (buffer, at) => formatPrefix(version, buffer, length, at));
  }
  reader.group("ORF entry", start);
}
