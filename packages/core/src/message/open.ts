// The OPEN message (RFC 4271 section 4.2) with the extended optional parameters of RFC 9072, both ways.
import { formatIPv4, parseIPv4 } from "../address/ipv4.ts";
import { ByteReader } from "../bytes/reader.ts";
import type { Slice } from "../bytes/slice.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { ConfigError, failed, fault, ok, type Fault, type Result } from "../fault.ts";
import { MessageHeaderError, NotificationCode, OpenMessageError } from "../iana/notification-code.ts";
import { decodeCapability, encodeCapability, type Capability } from "./capability.ts";
import { HEADER_LENGTH, MAX_MESSAGE } from "./header.ts";

/** A decoded OPEN. */
export interface OpenMessage {
  /** 4 on every session that comes up. */
  readonly version: number;
  /** The two-octet "My Autonomous System": AS_TRANS (23456) where the real number needs four. */
  readonly myAs: number;
  /** Seconds: 0 or 3 to 65535. */
  readonly holdTime: number;
  /** BGP Identifier, dotted. */
  readonly identifier: string;
  /** In the order of the wire, duplicates kept. */
  readonly capabilities: readonly Capability[];
}

/** The only version there is. */
const VERSION = 4;

/** Version, My Autonomous System, Hold Time, BGP Identifier and Optional Parameters Length. */
const FIXED_LENGTH = 10;

/** The only optional parameter left (RFC 5492 section 4). */
const CAPABILITIES = 2;

/** As the first parameter type: the extended format follows (RFC 9072 section 2). */
const EXTENDED = 255;

/**
 * Decodes the body of an OPEN and checks what can be checked without configuration (RFC 4271 section 6.2).
 *
 * How capabilities were grouped into optional parameters is not kept: RFC 5492 section 4 says they mean the same.
 *
 * Faults, first found first: 2/1 with data 0004 (before all else, as another version may have another layout), 1/2, 2/2
 * for AS 0 (RFC 7607), 2/6 for a hold time of 1 or 2 s, 2/3 for identifier 0 (RFC 6286), 2/4 for an optional parameter
 * other than capabilities, 2/0 for parameters or capabilities whose lengths do not add up.
 *
 * @param strict false lets AS 0, a hold time of 1 or 2 s and identifier 0 pass: for showing the OPENs of others, as in
 *   BMP, rather than answering them
 */
export function decodeOpen(slice: Slice, strict: boolean = true): Result<OpenMessage> {
  const reader = new ByteReader(slice.buffer, slice.start, slice.end);
  const length = HEADER_LENGTH + reader.remaining;
  const version = reader.u8();
  if (!reader.overrun && version !== VERSION) {
    return wrong(OpenMessageError.UnsupportedVersionNumber, `version ${version}`, Uint8Array.of(0, VERSION));
  }
  if (length < HEADER_LENGTH + FIXED_LENGTH) {
    const data = Uint8Array.of(length >>> 8, length & 0xff);
    const reason = `OPEN of ${length} octets`;
    return failed(fault(NotificationCode.MessageHeaderError, MessageHeaderError.BadMessageLength, reason, data));
  }
  const myAs = reader.u16();
  const holdTime = reader.u16();
  const identifier = reader.u32();
  if (strict && myAs === 0) return wrong(OpenMessageError.BadPeerAs, "AS number 0");
  if (strict && (holdTime === 1 || holdTime === 2)) {
    return wrong(OpenMessageError.UnacceptableHoldTime, `hold time of ${holdTime} s`);
  }
  if (strict && identifier === 0) return wrong(OpenMessageError.BadBgpIdentifier, "BGP Identifier 0.0.0.0");
  // A list that was pushed to keeps room for more; the OPEN is kept as long as the session, so its copy is exact.
  const capabilities: Capability[] = [];
  const malformed = readParameters(reader, capabilities);
  if (malformed !== null) return failed(malformed);
  return ok({ version, myAs, holdTime, identifier: formatIPv4(identifier), capabilities: capabilities.slice() });
}

/** Reads Optional Parameters Length and all parameters, in either format, up to the end of the message. */
function readParameters(reader: ByteReader, capabilities: Capability[]): Fault | null {
  let length = reader.u8();
  let extended = false;
  if (length !== 0) {
    const first = reader.position;
    extended = reader.u8() === EXTENDED;
    // RFC 9072 section 2: the one-octet length "MUST be ignored on receipt" once the format is the extended one.
    if (extended) length = reader.u16();
    else reader.position = first;
  }
  if (reader.overrun || length !== reader.remaining) return malformedParameters("the length of all parameters");
  while (reader.remaining > 0) {
    const type = reader.u8();
    const value = reader.sub(extended ? reader.u16() : reader.u8());
    if (reader.overrun) return malformedParameters(`the length of parameter ${type}`);
    if (type !== CAPABILITIES) {
      const reason = `optional parameter ${type} is not known`;
      return fault(NotificationCode.OpenMessageError, OpenMessageError.UnsupportedOptionalParameter, reason);
    }
    while (value.remaining > 0) {
      const code = value.u8();
      const bytes = value.take(value.u8());
      if (value.overrun) return malformedParameters(`the length of capability ${code}`);
      capabilities.push(decodeCapability(code, bytes));
    }
  }
  return null;
}

function malformedParameters(what: string): Fault {
  const reason = `malformed optional parameters: ${what}`;
  return fault(NotificationCode.OpenMessageError, OpenMessageError.Unspecific, reason);
}

function wrong(subcode: number, reason: string, data?: Uint8Array): Result<OpenMessage> {
  return failed(fault(NotificationCode.OpenMessageError, subcode, reason, data));
}

/**
 * Encodes the body of an OPEN: all capabilities in one optional parameter, as RFC 5492 section 4 asks for; the extended
 * format of RFC 9072 only where the parameters are longer than 255 octets, because an old peer refuses it.
 *
 * @throws ConfigError `invalid-value` when the identifier is not dotted, a number or a capability does not fit its field,
 *   or the message would be longer than 4096 octets (an OPEN is never extended, RFC 8654 section 4)
 */
export function encodeOpen(open: OpenMessage): Uint8Array {
  const identifier = parseIPv4(open.identifier);
  if (identifier === null) {
    throw new ConfigError("invalid-value", "identifier", `${JSON.stringify(open.identifier)} is not a dotted number`);
  }
  const list = new ByteWriter();
  for (const capability of open.capabilities) {
    list.u8(capability.code);
    list.lengthU8(() => list.bytes(encodeCapability(capability)));
  }
  const capabilities = list.finish();
  const writer = new ByteWriter(FIXED_LENGTH + 8 + capabilities.length);
  writer.u8(open.version);
  writer.u16(open.myAs);
  writer.u16(open.holdTime);
  writer.u32(identifier);
  if (capabilities.length === 0) {
    writer.u8(0);
  } else if (2 + capabilities.length <= 255) {
    writer.u8(2 + capabilities.length);
    writer.u8(CAPABILITIES);
    writer.u8(capabilities.length);
  } else {
    writer.u8(EXTENDED);
    writer.u8(EXTENDED);
    writer.u16(3 + capabilities.length);
    writer.u8(CAPABILITIES);
    writer.u16(capabilities.length);
  }
  writer.bytes(capabilities);
  if (HEADER_LENGTH + writer.length > MAX_MESSAGE) {
    throw new ConfigError("invalid-value", "capabilities", `an OPEN of more than ${MAX_MESSAGE} octets cannot be sent`);
  }
  return writer.finish();
}
