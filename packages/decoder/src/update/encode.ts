// Objects to bytes: the exact reverse of decode.ts. It writes what it is given, in the order it is given; what should be sent
// is packUpdates' business.
import { ConfigError } from "@bgpwire/core";
import { ENCODERS } from "../attribute/encoders.ts";
import { type AttributeEncoder, type AttributeRow } from "../attribute/row.ts";
import { OctetWriter } from "../bytes/writer.ts";
import type { DecodeContext } from "../context.ts";
import { encodeNlri } from "../nlri/fields.ts";
import { IPV4_UNICAST } from "../nlri/prefix.ts";
import { EXTENDED_LENGTH_FLAG } from "../numbers.ts";
import type { PathAttribute, RawAttribute, Update } from "./model.ts";

/**
 * Encodes the body of an UPDATE, to be put behind a message header of type 2 (`encodeMessage(MessageType.Update, body)`).
 *
 * Of the parts of an update all may be left out. AS numbers above 65535 do not fit a session with two octets: write
 * `attributes: splitAs4(attributes)` there, as `packUpdates` does by itself. With ADD-PATH a route without path identifier
 * gets 0; without ADD-PATH path identifiers are left out.
 *
 * @param context of the direction the UPDATE will travel: `sendContextOf(negotiated)` for what we send
 * @throws ConfigError `invalid-value` where a value does not fit its field or is no address
 * @example
 * encodeUpdate({ attributes: [origin("igp"), asPath([65001]), nextHop("192.0.2.1")], nlri: [{ prefix: "203.0.113.0/24" }] }, context)
 */
export function encodeUpdate(update: Partial<Update>, context: DecodeContext): Uint8Array {
  const writer = writerOf(context);
  if (update.raw !== undefined) return new Uint8Array(update.raw);
  const { ipv4AddPath, announced, withdrawn } = context.compiled;
  writer.reserve(2);
  checkRoutes("withdrawn", update.withdrawn);
  checkRoutes("nlri", update.nlri);
  encodeNlri(IPV4_UNICAST, update.withdrawn ?? [], ipv4AddPath, writer, withdrawn);
  if (update.withdrawnRest !== undefined) writer.bytes(update.withdrawnRest);
  writer.setU16(0, writer.length - 2);

  const attributesLength = writer.reserve(2);
  const attributes = update.attributes ?? [];
  // By index, here and in the lists below: an iterator costs more than what it is asked for.
  for (let i = 0; i < attributes.length; i += 1) writeAttribute(attributes[i]!, writer, context);
  if (update.attributesRest !== undefined) writer.bytes(update.attributesRest);
  writer.setU16(attributesLength, writer.length - attributesLength - 2);

  encodeNlri(IPV4_UNICAST, update.nlri ?? [], ipv4AddPath, writer, announced);
  if (update.nlriRest !== undefined) writer.bytes(update.nlriRest);
  return writer.copy();
}

function checkRoutes(field: string, routes: Update["nlri"] = []): void {
  for (let i = 0; i < routes.length; i += 1) {
    if (typeof routes[i]?.prefix === "string") continue;
    const message = `${JSON.stringify(routes[i])} is no route; give one such as { prefix: "203.0.113.0/24" }`;
    throw new ConfigError("invalid-value", `${field}[${i}]`, message);
  }
}

/**
 * One attribute with its header (RFC 4271 section 4.3).
 *
 * @throws ConfigError `invalid-value` where a value does not fit its field, or the attribute is not known
 */
export function encodeAttribute(attribute: PathAttribute, context: DecodeContext): Uint8Array {
  const writer = writerOf(context);
  writeAttribute(attribute, writer, context);
  return writer.copy();
}

/** The writer of a context, empty. Nothing that encodes calls out, so nobody asks for it before it is free again. */
function writerOf(context: DecodeContext): OctetWriter {
  const writer = (context.compiled.writer ??= new OctetWriter());
  writer.length = 0;
  return writer;
}

/** Writes one attribute with its header. @throws ConfigError */
export function writeAttribute(attribute: PathAttribute, writer: OctetWriter, context: DecodeContext): void {
  // Each field is read once: attributes have so many shapes that reading one costs as much as writing an octet.
  const { name, code, extendedLength } = attribute;
  const row = name === "raw" ? null : rowOf(name, code, context);
  const flags = attribute.flags ?? row?.flags ?? -1;
  if ((flags & EXTENDED_LENGTH_FLAG) !== 0) {
    throw new ConfigError(
      "invalid-value",
      "flags",
      "the Extended Length bit follows from the length and extendedLength",
    );
  }
  const start = writer.length;
  writer.u8(flags);
  writer.u8(code);
  writer.reserve(extendedLength === true ? 2 : 1);
  const valueStart = writer.length;
  if (row === null) writer.bytes((attribute as RawAttribute).value);
  else encoderOf(row)(attribute, writer, context);
  const length = writer.length - valueStart;
  if (extendedLength === true) {
    writer.setU8(start, flags | EXTENDED_LENGTH_FLAG);
    writer.setU16(start + 2, length);
  } else if (length <= 0xff) {
    writer.setU8(start + 2, length);
  } else {
    // Only now is it known that the length needs two octets: the value moves on by one.
    writer.reserve(1);
    writer.buffer.copyWithin(valueStart + 1, valueStart, valueStart + length);
    writer.setU8(start, flags | EXTENDED_LENGTH_FLAG);
    writer.setU16(start + 2, length);
  }
}

function encoderOf(row: AttributeRow): AttributeEncoder {
  const encode = row.encode ?? ENCODERS[row.code];
  if (encode === undefined) throw new ConfigError("invalid-value", "attributes", `"${row.name}" has no encoder`);
  return encode;
}

function rowOf(name: string, code: number, context: DecodeContext): AttributeRow {
  const row = context.compiled.rows[code] ?? null;
  if (row === null || row.name !== name) {
    throw new ConfigError(
      "invalid-value",
      "attributes",
      `"${name}" with code ${code} is no attribute that the context knows; origin("igp") and the like make them`,
    );
  }
  return row;
}
