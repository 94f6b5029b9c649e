// Objects to bytes: the exact reverse of decode.ts. It writes what it is given, in the order it is given; what should be sent
// is packUpdates' business.
import { ByteWriter, ConfigError } from "@bgpwire/core";
import { AttributeFlag, type AttributeRow } from "../attribute/row.ts";
import type { DecodeContext } from "../context.ts";
import { encodeNlri } from "../nlri/fields.ts";
import { IPV4_UNICAST } from "../nlri/prefix.ts";
import type { PathAttribute, Update } from "./model.ts";

/**
 * Encodes the body of an UPDATE, to be put behind a message header of type 2 (`encodeMessage(MessageType.Update, body)`).
 *
 * Of the parts of an update all may be left out. AS numbers above 65535 do not fit a session with two octets: write
 * `attributes: splitAs4(attributes)` there, as `packUpdates` does by itself.
 *
 * @param context of the direction the UPDATE will travel: `sendContextOf(negotiated)` for what we send
 * @throws ConfigError `invalid-value` where a value does not fit its field or is no address
 * @example
 * encodeUpdate({ attributes: [origin("igp"), asPath([65001]), nextHop("192.0.2.1")], nlri: [{ prefix: "203.0.113.0/24" }] }, context)
 */
export function encodeUpdate(update: Partial<Update>, context: DecodeContext): Uint8Array {
  const writer = new ByteWriter(128);
  if (update.raw !== undefined) {
    writer.bytes(update.raw);
    return writer.finish();
  }
  const { ipv4AddPath } = context.compiled;
  writer.lengthU16(() => {
    encodeNlri(IPV4_UNICAST, update.withdrawn ?? [], ipv4AddPath, writer);
    if (update.withdrawnRest !== undefined) writer.bytes(update.withdrawnRest);
  });
  writer.lengthU16(() => {
    for (const attribute of update.attributes ?? []) writer.bytes(encodeAttribute(attribute, context));
    if (update.attributesRest !== undefined) writer.bytes(update.attributesRest);
  });
  encodeNlri(IPV4_UNICAST, update.nlri ?? [], ipv4AddPath, writer);
  if (update.nlriRest !== undefined) writer.bytes(update.nlriRest);
  return writer.finish();
}

/**
 * One attribute with its header (RFC 4271 section 4.3).
 *
 * @throws ConfigError `invalid-value` where a value does not fit its field, or the attribute is not known
 */
export function encodeAttribute(attribute: PathAttribute, context: DecodeContext): Uint8Array {
  const value = new ByteWriter();
  let usual = 0;
  if (attribute.name === "raw") {
    value.bytes(attribute.value);
  } else {
    const row = rowOf(attribute, context);
    usual = row.flags;
    row.encode(attribute, value, context);
  }
  const flags = attribute.flags ?? usual;
  if ((flags & AttributeFlag.ExtendedLength) !== 0) {
    throw new ConfigError(
      "invalid-value",
      "flags",
      "the Extended Length bit follows from the length and extendedLength",
    );
  }
  const extended = attribute.extendedLength === true || value.length > 0xff;
  const writer = new ByteWriter(4 + value.length);
  writer.u8(extended ? flags | AttributeFlag.ExtendedLength : flags);
  writer.u8(attribute.code);
  if (extended) writer.u16(value.length);
  else writer.u8(value.length);
  writer.bytes(value.finish());
  return writer.finish();
}

function rowOf(attribute: PathAttribute, context: DecodeContext): AttributeRow {
  const row = context.compiled.rows[attribute.code] ?? null;
  if (row === null || row.name !== attribute.name) {
    throw new ConfigError(
      "invalid-value",
      "attributes",
      `no attribute "${attribute.name}" with code ${attribute.code}`,
    );
  }
  return row;
}
