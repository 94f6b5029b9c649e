// BGP messages built and read by hand, octet by octet from the RFCs' figures and without the encoders under test, so that
// a mistake in those cannot hide itself.

/** Octets from hexadecimal text with optional spaces. */
export function hex(text: string): Uint8Array {
  const digits = text.replace(/\s+/g, "");
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw new Error(`not hexadecimal: ${text}`);
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Hexadecimal text of octets. */
export function text(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Several ranges of octets in one. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of((value >>> 8) & 0xff, value & 0xff);
}

export function u32(value: number): Uint8Array {
  return Uint8Array.of((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** RFC 4271 section 4.1; `length` and `marker` may lie. */
export function message(
  type: number,
  body: Uint8Array,
  lies: { length?: number; marker?: Uint8Array } = {},
): Uint8Array {
  const marker = lies.marker ?? new Uint8Array(16).fill(0xff);
  return concat(marker, u16(lies.length ?? 19 + body.length), Uint8Array.of(type), body);
}

/** One capability of RFC 5492 section 4. */
export function capability(code: number, value: Uint8Array | string = ""): Uint8Array {
  const bytes = typeof value === "string" ? hex(value) : value;
  return concat(Uint8Array.of(code, bytes.length), bytes);
}

/** The capabilities that nearly every test's peer sends: IPv4 unicast, route refresh, and its AS number. */
export function usualCapabilities(as: number): Uint8Array[] {
  return [capability(1, "0001 00 01"), capability(2), capability(65, u32(as))];
}

/** What the OPEN of a test's peer says. */
export interface OpenFields {
  version?: number;
  /** Two-octet field; default AS_TRANS where `as` needs four octets. */
  myAs?: number;
  as?: number;
  holdTime?: number;
  identifier?: string;
  /** Capabilities one by one; default `usualCapabilities`. */
  capabilities?: readonly Uint8Array[];
  /** The whole optional parameters instead, length octet included. */
  rawParameters?: Uint8Array;
}

/** RFC 4271 section 4.2, all capabilities in one optional parameter; RFC 9072 where that is too long. */
export function openBody(fields: OpenFields = {}): Uint8Array {
  const { version = 4, as = 65002, holdTime = 90, identifier = "10.0.0.2" } = fields;
  const list = concat(...(fields.capabilities ?? usualCapabilities(as)));
  let parameters: Uint8Array;
  if (fields.rawParameters) parameters = fields.rawParameters;
  else if (list.length === 0) parameters = hex("00");
  else if (list.length <= 253) parameters = concat(Uint8Array.of(list.length + 2, 2, list.length), list);
  else parameters = concat(hex("ff ff"), u16(list.length + 3), hex("02"), u16(list.length), list);
  return concat(
    Uint8Array.of(version),
    u16(fields.myAs ?? (as > 0xffff ? 23456 : as)),
    u16(holdTime),
    Uint8Array.from(identifier.split("."), Number),
    parameters,
  );
}

export function open(fields: OpenFields = {}): Uint8Array {
  return message(1, openBody(fields));
}

export function keepalive(): Uint8Array {
  return message(4, new Uint8Array(0));
}

export function update(body: Uint8Array | string = "0000 0000"): Uint8Array {
  return message(2, typeof body === "string" ? hex(body) : body);
}

export function notification(code: number, subcode: number, data: Uint8Array | string = ""): Uint8Array {
  const bytes = typeof data === "string" ? hex(data) : data;
  return message(3, concat(Uint8Array.of(code, subcode), bytes));
}

export function routeRefresh(afi = 1, safi = 1, subtype = 0): Uint8Array {
  return message(5, concat(u16(afi), Uint8Array.of(subtype, safi)));
}

/** One message of a byte stream. */
export interface WireMessage {
  readonly type: number;
  readonly body: Uint8Array;
  readonly bytes: Uint8Array;
}

/** Cuts a stream that must consist of whole messages with a good header. */
export function messagesIn(stream: Uint8Array): WireMessage[] {
  const found: WireMessage[] = [];
  for (let at = 0; at < stream.length;) {
    const length = (stream[at + 16]! << 8) | stream[at + 17]!;
    const marker = stream.subarray(at, at + 16);
    if (stream.length - at < 19 || length < 19 || at + length > stream.length || marker.some((byte) => byte !== 0xff)) {
      throw new Error(`not a sequence of messages at octet ${at}: ${text(stream.subarray(at, at + 64))}`);
    }
    const bytes = stream.slice(at, at + length);
    found.push({ type: bytes[18]!, body: bytes.slice(19), bytes });
    at += length;
  }
  return found;
}

const TYPES = ["type 0", "OPEN", "UPDATE", "NOTIFICATION", "KEEPALIVE", "ROUTE-REFRESH", "CAPABILITY"];

/** A message for a log: its type, and what tells it apart. @example "NOTIFICATION 5/1 04" */
export function describeMessage(m: WireMessage): string {
  const name = TYPES[m.type] ?? `type ${m.type}`;
  if (m.type === 3)
    return `${name} ${m.body[0]}/${m.body[1]}${m.body.length > 2 ? ` ${text(m.body.subarray(2))}` : ""}`;
  return m.type === 2 || m.type === 5 || m.type === 6 ? `${name} ${text(m.body)}` : name;
}
