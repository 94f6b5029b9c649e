// Which octets of a route say what it is about: what they share, one route takes the place of another, and a withdrawal takes it
// back. The rest, such as labels, is told with it like an attribute.
import { u16At } from "../bytes/integers.ts";
import type { NlriKind } from "./model.ts";

/** Octets of labels that a withdrawn route has (RFC 8277 section 2.4). */
const COMPATIBILITY_OCTETS = 3;

/**
 * The identity of a route within its family, without path identifier, as a text that is compared and not read.
 *
 * @param octets a route as it is withdrawn, from `start` on
 */
export function identityOf(kind: NlriKind, octets: Uint8Array, start: number, end: number): string {
  switch (kind) {
    case "prefix":
    case "vpnPrefix":
    case "routeTarget":
      return withoutRest(octets, start, start + 1, end);
    case "labeledPrefix":
    case "labeledVpnPrefix":
      return withoutRest(octets, start, start + 1 + COMPATIBILITY_OCTETS, end);
    case "evpn":
      return evpnIdentity(octets, start, end);
    case "mup":
      return mupIdentity(octets, start, end);
    case "vpls":
      return vplsIdentity(octets, start, end);
    case "car":
    case "vpnCar":
      // RFC 9871 section 2.9.1: length, length of the key, type, key.
      return octetText(octets, start + 1, Math.min(end, start + 3 + octets[start + 1]!));
    default:
      return octetText(octets, start, end);
  }
}

/** Octets as a text with a character for each. */
export function octetText(octets: Uint8Array, start: number, end: number): string {
  let text = "";
  let at = start;
  // Four in a call make one string of four; one by one there would be as many strings as octets.
  for (; at + 4 <= end; at += 4) {
    text += String.fromCharCode(octets[at]!, octets[at + 1]!, octets[at + 2]!, octets[at + 3]!);
  }
  for (; at < end; at += 1) text += String.fromCharCode(octets[at]!);
  return text;
}

/** A length in bits and what is behind `from`, without the bits behind the length: "irrelevant" (RFC 4271 section 4.3). */
function withoutRest(octets: Uint8Array, start: number, from: number, end: number): string {
  const bits = octets[start]!;
  const unused = -bits & 7;
  if (unused === 0 || from >= end) return octetText(octets, start, start + 1) + octetText(octets, from, end);
  const last = octets[end - 1]! & (0xff << unused);
  return octetText(octets, start, start + 1) + octetText(octets, from, end - 1) + String.fromCharCode(last);
}

/** Where the fields of EVPN routes are, behind route type and length. */
const RD_AT = 2;
const ESI_AT = RD_AT + 8;
const TAG_AT = ESI_AT + 10;
const LENGTH_AT = TAG_AT + 4;
const IP_LENGTH_AT = LENGTH_AT + 1 + 6;

/** "For the purpose of BGP route key processing": RFC 7432 sections 7.1 and 7.2, RFC 9136 section 3.1, RFC 9251 section 9. */
function evpnIdentity(octets: Uint8Array, start: number, end: number): string {
  const type = octets[start]!;
  const part = (from: number, to: number): string => octetText(octets, start + from, Math.min(end, start + to));
  const length = end - start;
  switch (type) {
    case 1: // without the label
      return part(0, length - 3);
    case 2: // without the length of all, the segment and the labels
      return (
        part(0, 1) + part(RD_AT, ESI_AT) + part(TAG_AT, IP_LENGTH_AT + 1 + ((octets[start + IP_LENGTH_AT] ?? 0) >> 3))
      );
    case 5: // without the segment, the gateway and the label: two addresses and three octets are behind the length
      return part(0, ESI_AT) + part(TAG_AT, LENGTH_AT + 1 + ((length - LENGTH_AT - 4) >> 1));
    case 6: // without the flags
    case 7:
      return part(0, length - 1);
    case 8: // without what is reserved, the maximum response time and the flags
      return part(0, length - 6);
    default:
      return part(0, length);
  }
}

/** draft-ietf-bess-mup-safi section 3.1: a session is known by its prefix, or by its endpoint with the bits that count. */
function mupIdentity(octets: Uint8Array, start: number, end: number): string {
  const header = 4;
  const type = end - start < header ? 0 : u16At(octets, start + 1);
  const bits = octets[start + header + 8] ?? 0;
  if (type !== 3 && type !== 4) return octetText(octets, start, end);
  const type1 = octetText(octets, start, start + header - 1);
  return type1 + octetText(octets, start + header, Math.min(end, start + header + 9 + ((bits + 7) >> 3)));
}

/** What blocks of labels have behind their length: route distinguisher, VE ID, VE Block Offset. */
const BLOCK_KEY = 8 + 2 + 2;

/**
 * RFC 4761 section 3.5: blocks of labels are equivalent "if the Route Distinguisher, the VE ID, and the VE Block Offset are the same".
 * Members of RFC 6074, which are as long as that, have nothing besides; their length tells them apart from blocks.
 */
function vplsIdentity(octets: Uint8Array, start: number, end: number): string {
  const key = start + 2;
  return end - key > BLOCK_KEY ? octetText(octets, key, key + BLOCK_KEY) : octetText(octets, start, end);
}
