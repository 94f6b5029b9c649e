// The ROUTE-REFRESH message (RFC 2918) with the subtypes of RFC 7313 and, unread, the filters of RFC 5291: see route-filters.ts.
import { ByteReader } from "../bytes/reader.ts";
import { bytesOf, copyOf, type Slice } from "../bytes/slice.ts";
import { ByteWriter } from "../bytes/writer.ts";
import { failed, fault, ok, type Result } from "../fault.ts";
import { MessageType } from "../iana/message-type.ts";
import { MessageHeaderError, NotificationCode, RouteRefreshError } from "../iana/notification-code.ts";
import { encodeMessage, HEADER_LENGTH } from "./header.ts";

/** A ROUTE-REFRESH. */
export interface RouteRefresh {
  readonly afi: number;
  readonly safi: number;
  /** 0 request, 1 beginning (BoRR), 2 end (EoRR) of a refresh; others are to be ignored (RFC 7313 section 5). */
  readonly subtype: number;
  /** What follows the four fixed octets: outbound route filters as they are on the wire, for `decodeRouteFilters`; else empty. */
  readonly body: Uint8Array;
}

/** RFC 7313 section 3.2. */
export const RefreshSubtype = {
  Request: 0,
  Begin: 1,
  End: 2,
} as const;

/**
 * Decodes the body of a ROUTE-REFRESH.
 *
 * Faults: BoRR and EoRR whose body is not 4 octets, 7/1 with the whole message (RFC 7313 section 5); a request that is
 * neither 4 octets nor carries well-formed filters, 1/2 with the two length octets. Other subtypes decode whatever their
 * length, because a receiver "MUST ignore" them.
 *
 * @param enhanced whether the peer has sent capability 70. Without it the subtype octet is reserved, and read as 0
 *   (RFC 2918 section 3: "ignored by the receiver"), because the errors of RFC 7313 are "applicable only" with it.
 */
export function decodeRouteRefresh(slice: Slice, enhanced: boolean = true): Result<RouteRefresh> {
  const reader = new ByteReader(slice.buffer, slice.start, slice.end);
  const afi = reader.u16();
  const reserved = reader.u8();
  const safi = reader.u8();
  const subtype = enhanced ? reserved : RefreshSubtype.Request;
  const length = HEADER_LENGTH + slice.end - slice.start;
  const demarcation = subtype === RefreshSubtype.Begin || subtype === RefreshSubtype.End;
  if (demarcation && reader.remaining > 0) {
    const message = encodeMessage(MessageType.RouteRefresh, bytesOf(slice));
    const reason = `ROUTE-REFRESH of subtype ${subtype} with ${length} octets instead of 23`;
    return failed(fault(NotificationCode.RouteRefreshError, RouteRefreshError.InvalidMessageLength, reason, message));
  }
  const body = reader.take(reader.remaining);
  if (reader.overrun || (subtype === RefreshSubtype.Request && body.length > 0 && filterTypes(body) === null)) {
    const data = Uint8Array.of(length >>> 8, length & 0xff);
    const reason = `ROUTE-REFRESH of ${length} octets`;
    return failed(fault(NotificationCode.MessageHeaderError, MessageHeaderError.BadMessageLength, reason, data));
  }
  return ok({ afi, safi, subtype, body: copyOf(body) });
}

/** The ORF types in the body of a ROUTE-REFRESH; null where it is no When-to-refresh octet with filters that fill the rest (RFC 5291 section 4). */
export function filterTypes(body: Uint8Array): number[] | null {
  const reader = new ByteReader(body);
  const types: number[] = [];
  reader.skip(1);
  do {
    types.push(reader.u8());
    reader.skip(reader.u16());
  } while (reader.remaining > 0);
  return reader.overrun ? null : types;
}

/**
 * Encodes the body of a ROUTE-REFRESH.
 *
 * @throws ConfigError `invalid-value` when a number does not fit its field
 * @example encodeRouteRefresh({ afi: 1, safi: 1, subtype: 0, body: new Uint8Array(0) })
 */
export function encodeRouteRefresh(refresh: RouteRefresh): Uint8Array {
  const writer = new ByteWriter(4 + refresh.body.length);
  writer.u16(refresh.afi);
  writer.u8(refresh.subtype);
  writer.u8(refresh.safi);
  writer.bytes(refresh.body);
  return writer.finish();
}
